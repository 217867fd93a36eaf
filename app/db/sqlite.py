"""SQLite: one writer thread, many readers.

Reads and writes one database file. Never lets a second process write to it.
"""

import asyncio
import contextlib
import fcntl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import pysqlite3.dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.db.reading import reading
from app.db.topics import tell
from app.jobs import GROUP, Deed, Job, hand_over
from scoring.faults import Fault, Refused

T = TypeVar("T")

OLDEST_SQLITE = (3, 51, 3)  # before it the write-ahead log could be reset while it was read, which corrupts the file
TRUNCATE_AFTER_SECONDS = 30.0


class SqliteDatabase:
    """All deeds pass through one thread, which does as many as are waiting in one commit.

    Where one of them fails, all are done once more, each in a savepoint, so that it fails alone.
    """

    def __init__(self, url: str, *, alone: bool) -> None:
        version = tuple(map(int, pysqlite3.dbapi2.sqlite_version.split(".")))
        if version < OLDEST_SQLITE:
            needed = ".".join(map(str, OLDEST_SQLITE))
            raise Refused([Fault("db.old_sqlite", {"found": pysqlite3.dbapi2.sqlite_version, "needed": needed})])
        path = make_url(url).database or ""
        self._lock = _Alone(Path(path)) if alone else None
        self.engine = sqlite_engine(url, writes=False)
        self._writing = sqlite_engine(url, writes=True)
        self._jobs: SimpleQueue[list[Job[Any]] | None] = SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[Job[Any]]] = {}
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        with reading(self.engine) as session:
            yield session

    def write(self, deed: Deed[T]) -> T:
        waiting: Future[T] = Future()
        self._jobs.put([Job(deed, waiting)])
        return waiting.result()

    async def submit(self, contest_id: str, deed: Deed[T]) -> T:  # noqa: ARG002  here all contests share one
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        gathered = self._gathered.setdefault(loop, [])
        if not gathered:
            loop.call_soon(self._hand_in, loop)
        gathered.append(Job(deed, waiting, loop))
        return await waiting

    def _hand_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """What one round of the loop has gathered, together.

        Else the writer begins at the first, and the two threads take the interpreter from each other all the time.
        """
        self._jobs.put(self._gathered.pop(loop))

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()
        self._writing.dispose()
        self.engine.dispose()
        if self._lock:
            self._lock.release()

    def _run(self) -> None:
        truncated = time.monotonic()
        while True:
            try:
                group = self._jobs.get(timeout=TRUNCATE_AFTER_SECONDS)
            except Empty:
                group = [Job(lambda _: None, Future())]
            if group is None:
                return
            last = False
            while len(group) < GROUP and not last:
                try:
                    more = self._jobs.get_nowait()
                except Empty:
                    break
                last = more is None
                if more is not None:
                    group += more
            self._do(group)
            if time.monotonic() - truncated > TRUNCATE_AFTER_SECONDS:
                self._truncate()
                truncated = time.monotonic()
            if last:
                return

    def _do(self, group: list[Job[Any]]) -> None:
        """One transaction for the group; whoever waits is told only when it is committed."""
        try:
            self._together(group)
        except Exception as trouble:  # noqa: BLE001  whatever a deed raises belongs to whoever asked for it
            if len(group) == 1:
                group[0].trouble = trouble
            else:
                self._each_for_itself(group)
        hand_over(group)
        tell({topic for job in group if job.trouble is None for topic in job.topics})

    def _together(self, group: list[Job[Any]]) -> None:
        """Without savepoints, for which SQLite keeps every page twice; what one deed raises undoes them all."""
        with self._transaction() as (session, _):
            for job in group:
                if not job.future.cancelled():  # else nobody waits for it any more, and it was not begun
                    _perform(session, job)

    def _each_for_itself(self, group: list[Job[Any]]) -> None:
        try:
            with self._transaction() as (session, driver):
                for job in group:
                    if job.future.cancelled():
                        continue
                    try:
                        _in_savepoint(session, driver, job)
                    except Exception as trouble:
                        if not driver.in_transaction:
                            raise  # a full disk: SQLite gave up the whole transaction, and the deeds before with it
                        job.trouble = trouble
        except Exception as trouble:  # noqa: BLE001  a failed commit is a failure of every deed in it
            for job in group:
                job.trouble = job.trouble or trouble

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[tuple[Session, Any]]:
        with self._writing.begin() as connection:
            driver: Any = connection.connection.driver_connection
            yield Session(connection, join_transaction_mode="create_savepoint", info={"driver": driver}), driver

    def _truncate(self) -> None:
        # With readers always busy the log would otherwise grow without end.
        with contextlib.suppress(OperationalError), self._writing.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            )


def _perform(session: Session, job: Job[T]) -> None:
    job.value = job.deed(session)
    job.topics = session.info.pop("topics", set())
    if session.in_transaction():  # else only Quick was at work, and there is nothing to flush
        session.commit()
        session.close()


def _in_savepoint(session: Session, driver: Any, job: Job[T]) -> None:  # noqa: ANN401  a driver's connection
    """The deed in a savepoint by the driver itself; the session makes its own inside it when it is used."""
    driver.execute("SAVEPOINT deed")
    try:
        _perform(session, job)
    except BaseException:
        session.info.pop("topics", None)
        session.close()
        if driver.in_transaction:
            driver.execute("ROLLBACK TO deed")
            driver.execute("RELEASE deed")
        raise
    driver.execute("RELEASE deed")


def sqlite_engine(url: str, *, writes: bool) -> Engine:
    # Named parameters, as in PostgreSQL's driver: what Quick has compiled takes the same values on both.
    engine = create_engine(
        url, module=pysqlite3.dbapi2, paramstyle="named", connect_args={"check_same_thread": False, "timeout": 10}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401  a driver's connection
        connection.isolation_level = None  # the driver would begin and commit behind our back
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class _Alone:
    """A lock beside the database file: two processes that write to one SQLite file would wait for each other."""

    def __init__(self, database: Path) -> None:
        self._file = database.with_name(database.name + ".lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise Refused([Fault("db.not_alone", {"file": database.name})]) from error

    def release(self) -> None:
        self._file.close()
