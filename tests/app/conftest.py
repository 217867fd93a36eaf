"""The field of the exchange's tests, on SQLite and on PostgreSQL: for every part that needs a contest on the road."""

from pathlib import Path

import pytest

from app.db import Database
from tests.app.sync.field import Field


@pytest.fixture
def field(database: Database, tmp_path: Path) -> Field:
    return Field(database, tmp_path)
