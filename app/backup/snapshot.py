"""A database that stands still while it is read, beside the server that goes on writing to it.

Reads the database at a URL; on SQLite writes a copy into the folder it is given. Changes nothing.
"""

import contextlib
import errno
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
from sqlalchemy import Connection, Engine, MetaData, create_engine, make_url, select
from sqlalchemy import Table as DatabaseTable

from app.db.sqlite import sqlite_engine
from scoring.faults import Fault, Refused

VERSION = "alembic_version"  # the history's own table: at which step the database stands


@contextlib.contextmanager
def still(url: str, folder: Path) -> Iterator[Connection]:
    """A connection under which no table changes any more. Raises Refused where SQLite finds its file damaged."""
    with contextlib.ExitStack() as closing:
        engine = _copied(url, folder) if make_url(url).get_backend_name() == "sqlite" else _at_once(url)
        closing.callback(engine.dispose)
        yield closing.enter_context(engine.connect())


def _copied(url: str, folder: Path) -> Engine:
    """A copy by SQLite's own way for it: reading all tables from the file itself would hold up the server's log."""
    copy = folder / "copy.db"
    engine = sqlite_engine(url, writes=False)
    try:
        with contextlib.closing(engine.raw_connection()) as source, contextlib.closing(_new(copy)) as target:
            driver: Any = source.driver_connection
            driver.backup(target)
            found = str(target.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except pysqlite3.dbapi2.OperationalError as error:  # of the copy: the disk is full, or gone
        raise OSError(errno.ENOSPC if "full" in str(error) else errno.EIO, str(error)) from error
    except pysqlite3.dbapi2.DatabaseError as error:
        found = str(error)
    finally:
        engine.dispose()
    if found != "ok":
        raise Refused([Fault("backup.database_damaged", {"file": str(make_url(url).database), "found": found})])
    return sqlite_engine(f"sqlite:///{copy}", writes=False)


def _new(copy: Path) -> Any:  # noqa: ANN401  a driver's connection
    return pysqlite3.dbapi2.connect(str(copy))


def _at_once(url: str) -> Engine:
    """PostgreSQL: one transaction that sees the moment of its beginning, and cannot write."""
    return create_engine(url, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True})


def tables(connection: Connection) -> list[DatabaseTable]:
    """The tables as the database has them, also one of an older version; each after those it points to."""
    known = MetaData()
    known.reflect(connection)
    return [table for table in known.sorted_tables if table.name != VERSION]


def standing(connection: Connection) -> str:
    """The step of the history at which the database stands."""
    known = MetaData()
    known.reflect(connection, only=[VERSION])
    step: str = connection.execute(select(known.tables[VERSION].c.version_num)).scalar_one()
    return step


# A photo as it came and its version to show; the small picture that came before it.
_FILES = {"stored_file": ("sha256", "shown_sha256"), "thumbnail": ("small_sha256",)}


def files_named(connection: Connection, several: Iterable[DatabaseTable]) -> set[tuple[str, str]]:
    """Contest and digest of every file that a row names. A database of an older form has fewer tables."""
    found: set[tuple[str, str]] = set()
    for table in several:
        for column in _FILES.get(table.name, ()):
            found.update(
                (contest, name)
                for contest, name in connection.execute(
                    select(table.c.contest_id, table.c[column]).where(table.c[column] != "")
                )
            )
    return found
