"""The database's history, a step per file; ``upgrade`` brings any database to today."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

HERE = Path(__file__).parent


NEWEST = "head"


def upgrade(url: str, step: str = NEWEST) -> None:
    """Create or bring up to date the database at ``url``; does nothing where it is up to date.

    ``step``: stop there, as an older version of the program would; one of :func:`steps`.
    """
    with _one_at_a_time(url):
        command.upgrade(_config(url), step)


def steps() -> list[str]:
    """Every step of the history by its name, the newest first."""
    return [step.revision for step in ScriptDirectory.from_config(_config("")).walk_revisions()]


@contextlib.contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    """On SQLite: wait for another process that is at it. PostgreSQL has a lock of its own for that, see ``env``."""
    file = make_url(url).database
    if make_url(url).get_backend_name() != "sqlite" or not file:
        yield
        return
    # The folder itself is locked, so that no file is left behind; whoever dies lets go.
    folder = os.open(Path(file).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = url
    return config
