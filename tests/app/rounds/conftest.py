"""The field of rounds. On PostgreSQL too the whole course alone is run: what is between are the same statements."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.rounds.staged import Rounds, world


@pytest.fixture
def rounds(sqlite_file: Path, tmp_path: Path) -> Iterator[Rounds]:
    made = world(sqlite_file, tmp_path)
    yield made
    made.field.database.close()
