"""The field of rounds. On PostgreSQL too the whole course alone is run: what is between are the same statements."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db import open_database
from tests.app.rounds.staged import Rounds
from tests.app.sync.field import Field


@pytest.fixture
def rounds(sqlite_file: Path, tmp_path: Path) -> Iterator[Rounds]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    database = open_database(f"sqlite:///{tmp_path}/fieldmark.db")
    yield Rounds(Field(database, tmp_path))
    database.close()
