"""A tour that is ready to be sealed, on SQLite and on PostgreSQL, and the people who take it from there."""

from pathlib import Path

import pytest

from app.db import Database
from tests.app.publishing.ready import Ready
from tests.app.sync.field import Field


@pytest.fixture
def field(database: Database, tmp_path: Path) -> Field:
    return Field(database, tmp_path)


@pytest.fixture
def ready(field: Field) -> Ready:
    return Ready(field)
