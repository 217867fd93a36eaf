"""The database: engines, the naming convention, and two doors.

``read()`` gives sessions that cannot write; ``write(deed)`` is the only way to change a row, and returns after the
commit.

Reads and writes the database at ``FIELDMARK_DATABASE_URL``. Never answers before the commit, and never lets a row out
of a writing session: a deed returns plain values.
"""

import asyncio
import contextlib
import fcntl
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

import pysqlite3.dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql import Executable
from sqlmodel import Session, SQLModel

from app.jobs import Deed, Job, hand_over
from scoring.faults import Fault, Refused

T = TypeVar("T")

# One name per constraint on both databases, so that a migration can speak of it.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

OLDEST_SQLITE = (3, 51, 3)  # before it the write-ahead log could be reset while it was read, which corrupts the file
GROUP = 64  # a commit that has so many deeds takes no more
TRUNCATE_AFTER_SECONDS = 30.0
TRIES = 8  # on PostgreSQL, when two deeds collide
POOL = 20  # so many deeds at once on PostgreSQL
_COLLIDED = ("40001", "40P01")  # serialization failure, deadlock


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


def out_of_reach(mistake: Exception) -> bool:
    """Whether the database is busy, gone or unreadable, rather than asked something wrong."""
    # A file that is no database is a DatabaseError; the class has children that are our own mistakes.
    return isinstance(mistake, OperationalError | InterfaceError | PoolTimeout) or type(mistake) is DatabaseError


def after_commit(session: Session, topic: str) -> None:
    """Tell every open page, after the commit, that ``topic`` has changed."""
    session.info.setdefault("topics", set()).add(topic)


class Quick:
    """A statement of the batch path: compiled once for each kind of database, and handed to the driver itself.

    SQLAlchemy takes ten times as long to pass a statement on as SQLite takes to do it. For text and whole numbers only,
    which need no conversion. It runs in the transaction of the session, and sees only what that has flushed.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._compiled: dict[type, tuple[str, dict[str, Any]]] = {}

    def __call__(self, session: Session, **values: object) -> list[Any]:
        """The rows, as tuples. Raises what SQLAlchemy would raise."""
        driver: Any = session.info.get("driver")
        if driver is None or session.in_nested_transaction():
            # The session makes a savepoint only when it is asked for its connection.
            driver = session.connection().connection.driver_connection
        text, always = self._compiled.get(type(driver)) or self._compile(session, type(driver))
        given = {**always, **values} if always else values
        try:
            cursor = driver.execute(text, given)
            return list(cursor.fetchall()) if cursor.description else []
        except Exception as trouble:
            dialect: Any = session.get_bind().dialect
            if not isinstance(trouble, dialect.loaded_dbapi.Error):
                raise
            raise DBAPIError.instance(text, given, trouble, dialect.loaded_dbapi.Error, dialect=dialect) from trouble

    def _compile(self, session: Session, driver: type) -> tuple[str, dict[str, Any]]:
        made = self._statement.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
        always = {name: value for name, value in made.params.items() if value is not None}
        self._compiled[driver] = found = (made.string, always)
        return found


Listener = Callable[[str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call ``listener``, in the writer's thread, with each topic a committed deed has changed; returns what ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def _tell(topics: set[str]) -> None:
    for topic in sorted(topics):
        for listener in tuple(_listeners):
            listener(topic)


# --- SQLite: one writer thread, many readers ------------------------------------------------------------------------


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
        self.engine = _sqlite_engine(url, writes=False)
        self._writing = _sqlite_engine(url, writes=True)
        self._jobs: SimpleQueue[list[Job[Any]] | None] = SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[Job[Any]]] = {}
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine) as session:
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
        _tell({topic for job in group if job.trouble is None for topic in job.topics})

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


def _sqlite_engine(url: str, *, writes: bool) -> Engine:
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


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


class PostgresDatabase:
    """Each deed in a transaction of its own; a collision with another is tried again.

    Only what is submitted for one contest goes together: it would wait for that contest's head row one by one, and
    for the disk each time. For one contest a process has one transaction under way, for several as many.
    """

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, pool_size=10, max_overflow=10, execution_options={"postgresql_readonly": True})
        self._writing = create_engine(url, pool_size=10, max_overflow=POOL - 10)
        self._threads = ThreadPoolExecutor(POOL, "writer")
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Job[Any]]] = {}  # a contest is here while a thread works for it

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    def write(self, deed: Deed[T]) -> T:
        for attempt in range(TRIES):
            try:
                with Session(self._writing) as session:
                    session.info["driver"] = session.connection().connection.driver_connection
                    value = deed(session)
                    topics = session.info.get("topics", set())
                    session.commit()
            except OperationalError as trouble:
                state = getattr(trouble.orig, "sqlstate", "")
                if state not in _COLLIDED or attempt == TRIES - 1:
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  spread, not secrecy
            else:
                _tell(topics)
                return value
        raise AssertionError("unreachable")

    async def submit(self, contest_id: str, deed: Deed[T]) -> T:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        job = Job(deed, waiting, loop)
        with self._lock:
            idle = contest_id not in self._waiting
            self._waiting.setdefault(contest_id, []).append(job)
        if idle:
            self._threads.submit(self._run, contest_id)
        return await waiting

    def _run(self, contest_id: str) -> None:
        """Work until nothing waits for the contest any more."""
        while True:
            with self._lock:
                jobs = self._waiting[contest_id]
                group, jobs[:] = jobs[:GROUP], jobs[GROUP:]
                if not group:
                    del self._waiting[contest_id]
                    return
            self._do([job for job in group if not job.future.cancelled()])

    def _do(self, group: list[Job[Any]]) -> None:
        """All in one transaction without savepoints; where one deed fails, each in its own, as if it were alone."""

        def together(session: Session) -> None:
            for job in group:
                job.value = job.deed(session)
                session.flush()
                session.expunge_all()  # what one deed read is nothing for the next

        try:
            self.write(together)
        except Exception as trouble:  # noqa: BLE001  whatever a deed raises belongs to whoever asked for it
            if len(group) == 1:
                group[0].trouble = trouble
            else:
                for job in group:
                    self._do([job])
                return
        hand_over(group)

    def close(self) -> None:
        self._threads.shutdown()
        self._writing.dispose()
        self.engine.dispose()


# --- tables that only grow ------------------------------------------------------------------------------------------


def append_only(table: str, dialect: str) -> list[str]:
    """The statements after which ``table`` refuses UPDATE and DELETE; they may be run again."""
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        return [
            line
            for verb in ("UPDATE", "DELETE")
            for line in (
                f"DROP TRIGGER IF EXISTS {table}_no_{verb}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} {refuse}",
            )
        ]
    refuse = "BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END"
    each = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    return [
        f"CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE {each}",
    ]


def migration_engine(url: str) -> Engine:
    """An engine for the steps of the history, which may create and change tables."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, writes=True)
    return create_engine(url)
