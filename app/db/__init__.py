"""The database: the naming convention, and two doors.

``read()`` gives sessions that cannot write; ``write(deed)`` is the only way to change a row, and returns after the
commit.

Reads and writes the database at ``FIELDMARK_DATABASE_URL``. Never answers before the commit, and never lets a row out
of a writing session: a deed returns plain values.
"""

import contextlib
from typing import Protocol, TypeVar

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, SQLModel

from app.db.postgres import PostgresDatabase
from app.db.quick import Quick
from app.db.reading import once
from app.db.sqlite import SqliteDatabase, sqlite_engine
from app.db.topics import after_commit, listen
from app.jobs import Deed

__all__ = [
    "Database",
    "Deed",
    "Quick",
    "after_commit",
    "listen",
    "migration_engine",
    "once",
    "open_database",
    "out_of_reach",
]

T = TypeVar("T")

# One name per constraint on both databases, so that a migration can speak of it.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Database(Protocol):
    """What the application knows of a database."""

    engine: Engine

    def read(self) -> contextlib.AbstractContextManager[Session]:
        """A session that cannot write, for one request."""
        ...

    def write(self, deed: Deed[T]) -> T:
        """Do ``deed`` in a transaction and return its value after the commit; what it raises rolls it back.

        A deed may run twice: it does nothing but rows.
        """
        ...

    async def submit(self, contest_id: str, deed: Deed[T]) -> T:
        """The same for the server's loop, which must not stand still meanwhile, and for a deed of this contest alone.

        Those that wait for one contest share a commit.
        """
        ...

    def close(self) -> None:
        """Finish what is waiting and let go."""
        ...


def open_database(url: str, *, alone: bool = True) -> Database:
    """The database at ``url``. ``alone``: on SQLite, refuse to start beside another process that writes to it."""
    if make_url(url).get_backend_name() == "sqlite":
        return SqliteDatabase(url, alone=alone)
    return PostgresDatabase(url)


def migration_engine(url: str) -> Engine:
    """An engine for the steps of the history, which may create and change tables."""
    if make_url(url).get_backend_name() == "sqlite":
        return sqlite_engine(url, writes=True)
    return create_engine(url)


def out_of_reach(mistake: Exception) -> bool:
    """Whether the database is busy, gone or unreadable, rather than asked something wrong."""
    # A file that is no database is a DatabaseError; the class has children that are our own mistakes.
    return isinstance(mistake, OperationalError | InterfaceError | PoolTimeout) or type(mistake) is DatabaseError
