"""PostgreSQL: many writers, each deed a transaction that is tried again where two collide.

Reads and writes the database at its address. Never gives up after the first collision.
"""

import asyncio
import contextlib
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.db.reading import reading
from app.db.topics import tell
from app.jobs import GROUP, Deed, Job, hand_over

T = TypeVar("T")

TRIES = 8  # when two deeds collide
POOL = 20  # so many deeds at once
_COLLIDED = ("40001", "40P01")  # serialization failure, deadlock


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
        with reading(self.engine) as session:
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
                tell(topics)
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
