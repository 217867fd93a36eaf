"""The field of rounds, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from app.db import Database
from tests.app.rounds.staged import Rounds
from tests.app.sync.field import Field


@pytest.fixture
def rounds(database: Database, tmp_path: Path) -> Rounds:
    return Rounds(Field(database, tmp_path))
