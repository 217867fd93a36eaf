"""Deeds that wait for the database, and how whoever waits is told.

Reads and writes nothing. Knows no database: ``app.db`` does the deeds.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from sqlmodel import Session

T = TypeVar("T")
Deed = Callable[[Session], T]

GROUP = 64  # a commit that has so many deeds takes no more


@dataclass(slots=True)
class Job(Generic[T]):
    """A deed that waits its turn. ``future`` is one of ``loop``'s, or without a loop one for which a thread waits."""

    deed: Deed[T]
    future: "Future[T] | asyncio.Future[T]"
    loop: asyncio.AbstractEventLoop | None = None
    value: T | None = None
    trouble: Exception | None = None
    topics: set[str] = field(default_factory=set)

    def settle(self) -> None:
        """Tell whoever waits; in the thread of the loop, where there is one."""
        if self.future.done():
            return  # nobody waits for it any more
        if self.trouble is not None:
            self.future.set_exception(self.trouble)
        else:
            self.future.set_result(cast("T", self.value))


def _settle(jobs: Sequence[Job[Any]]) -> None:
    for job in jobs:
        job.settle()


def hand_over(group: Sequence[Job[Any]]) -> None:
    """Each its own; a loop is woken once for all of its jobs."""
    loops: dict[asyncio.AbstractEventLoop | None, list[Job[Any]]] = {}
    for job in group:
        loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        if loop is None:
            _settle(jobs)
        else:
            with contextlib.suppress(RuntimeError):  # a server that stopped meanwhile
                loop.call_soon_threadsafe(_settle, jobs)
