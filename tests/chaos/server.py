"""Servers that are born quickly: a process that has imported everything and forks one for each start.

``python -m tests.chaos.server`` reads a line of JSON per start and writes the new process's number. Each child is
``uvicorn app.main:create_app`` as it is deployed, but for what the file ``die`` or ``full`` beside the database asks
for, and for a planted bug.
"""

import asyncio
import contextlib
import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from app.db import sqlite
from app.db.postgres import PostgresDatabase
from app.i18n import languages
from app.jobs import Deed
from app.migrations.tables import METADATA
from app.pages import prepare

WITHOUT_END = 4294967294  # pages; SQLite's own limit


def serve(folder: Path, url: str, port: int, plant: str) -> None:
    """Never returns. ``plant`` is a bug that this server has and ours has not."""
    os.environ.update(FIELDMARK_DATABASE_URL=url, FIELDMARK_DATA_DIR=str(folder))
    event.listen(Engine, "commit", lambda _: _dies(folder))
    event.listen(Engine, "begin", lambda connection: _full(folder, connection))
    if plant:
        PLANTS[plant]()
    uvicorn.run("app.main:create_app", factory=True, port=port, log_level="error", access_log=False)


def _dies(folder: Path) -> None:
    """In the middle of this commit, so many microseconds after it began, if the file says so; 0 is just before."""
    with contextlib.suppress(FileNotFoundError):
        after = int((folder / "die").read_text(encoding="utf-8")) / 1e6
        (folder / "die").unlink()
        if not after:
            _killed()
        threading.Timer(after, _killed).start()


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _full(folder: Path, connection: Connection) -> None:
    """SQLite gets no further page from this moment on, as on a full disk, while there is a file ``full``."""
    if connection.dialect.name == "sqlite":
        pages = 1 if (folder / "full").exists() else WITHOUT_END
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


# --- planted bugs ---------------------------------------------------------------------------------------------------


def _answers_before_the_commit() -> None:
    """What a batch will come to is answered at once, and done a moment later."""

    async def early(self: Any, contest_id: str, deed: Deed[Any]) -> Any:  # noqa: ANN401
        value = await asyncio.to_thread(_rehearsed, self, deed)

        async def later() -> None:
            await asyncio.sleep(0.05)
            await proper(self, contest_id, deed)

        _waiting.append(asyncio.create_task(later()))
        return value

    for kind in (sqlite.SqliteDatabase, PostgresDatabase):
        proper = kind.submit
        kind.submit = early  # type: ignore[method-assign]


_waiting: list[asyncio.Task[None]] = []


def _rehearsed(database: Any, deed: Deed[Any]) -> Any:  # noqa: ANN401
    with database._writing.connect() as connection, connection.begin() as transaction:  # noqa: SLF001
        driver = connection.connection.driver_connection
        session = Session(connection, join_transaction_mode="create_savepoint", info={"driver": driver})
        value = deed(session)
        transaction.rollback()
    return value


PLANTS = {"the server answers before the commit": _answers_before_the_commit}


# --- the nursery ----------------------------------------------------------------------------------------------------


def main() -> None:
    """A server per line; a line with ``wait`` tells when that process is gone."""
    languages()
    uvicorn.Config("app.main:create_app", factory=True).load()
    prepare()
    assert METADATA.tables
    gc.collect()
    gc.freeze()  # else every child looks through all of this for garbage before it serves
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            os.waitpid(asked["wait"], 0)
            answer = asked["wait"]
        else:
            answer = os.fork()
            if not answer:
                log = os.open(Path(asked["folder"]) / "server.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
                for stream in (1, 2):
                    os.dup2(log, stream)
                os.close(0)
                serve(Path(asked["folder"]), asked["url"], asked["port"], asked["plant"])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
