"""What has changed, told to every open page of this process: (topic, rev), and nothing else.

Reads ``contest_head.rev``. Writes nothing. Never holds a database session while a stream is open, and never sends a
score, a name or a count: the page that is told fetches itself again, and is asked for permission like anybody.
"""

import asyncio
import json
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session, col, select
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.audit import ContestHead
from app.db import Database, listen
from app.errors import AppError

log = logging.getLogger("fieldmark")

BEAT_SECONDS = 15.0
CHECK_SECONDS = 40.0  # with a beat more, a stream outlives its reader's sign-in by less than a minute
STUCK_SECONDS = 60.0
PAUSE_SECONDS = 0.5  # a burst of deeds is read once, and told once
POLL_SECONDS = 1.0
RETRY_MS = 3000
MOST_STREAMS = 8


class TooManyStreams(AppError):
    """``most`` streams of one person are open in this process."""

    code = "events.too_many_streams"
    status = 429


class Reader:
    """One open stream. Of a topic it keeps the newest revision only: whoever reads slowly misses what is outdated."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.rev: int | None = None
        self.ended = False
        self._news = asyncio.Event()

    def offer(self, rev: int) -> None:
        if rev != self.rev:
            self.rev = rev
            self._news.set()

    def end(self) -> None:
        self.ended = True
        self._news.set()

    async def news(self, seconds: float) -> None:
        """Wait for another revision or the end, but no longer than ``seconds``."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()


class Events:
    """The open streams of this process, and the one task that reads revisions for all of them while there are any.

    A topic that comes from the database only wakes this task: what it sends it has read, after the commit. PostgreSQL
    has other processes that commit, so there it also looks once a second; NOTIFY would need a connection of its own,
    which a pooler does not give.

    A topic is a contest, or an aspect of one, such as ``c1/hall``: ``aspects`` says what the revision of each is, so
    that its readers hear of nothing else.
    """

    def __init__(self, aspects: Mapping[str, Callable[[Session, str], int]] | None = None) -> None:
        self._aspects = aspects or {}
        self._readers: dict[str, set[Reader]] = {}
        self._running = False
        self._task: asyncio.Task[None] | None = None

    def start(self, database: Database) -> None:
        """Take streams, on the loop that is running."""
        self._database = database
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._poll = None if database.engine.dialect.name == "sqlite" else POLL_SECONDS
        self._running = True
        self._deaf = listen(self._heard)
        self._unhook = _before_stopping(self._end_soon)

    def stop(self) -> None:
        self._deaf()
        self._unhook()
        self._end()

    @contextmanager
    def reading(self, topic: str, person: str) -> Iterator[Reader]:
        """A stream of ``topic`` for as long as it is open. Raises TooManyStreams."""
        mine = sum(reader.person == person for readers in self._readers.values() for reader in readers)
        if mine >= MOST_STREAMS:
            raise TooManyStreams({"most": MOST_STREAMS})
        reader = Reader(person)
        if not self._running:
            reader.end()
            yield reader
            return
        # In the list before its first revision is read: no commit can fall between the two.
        self._readers.setdefault(topic, set()).add(reader)
        self._woken.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield reader
        finally:
            self._readers[topic].discard(reader)
            if not self._readers[topic]:
                del self._readers[topic]
                self._woken.set()

    def _heard(self, topic: str) -> None:
        """Called by the writer, or by a thread that has just committed: it must neither wait nor fail."""
        if any(one in self._readers for one in (topic, *(f"{topic}/{aspect}" for aspect in self._aspects))):
            with suppress(RuntimeError):  # the loop is closed: the server has just stopped
                self._loop.call_soon_threadsafe(self._woken.set)

    async def _watch(self) -> None:
        while self._readers:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._woken.wait()
            self._woken.clear()
            try:
                revs = await run_in_threadpool(self._revs, list(self._readers))
            except Exception:  # whatever it is: beats without news would be lies
                log.exception("revisions cannot be read: the streams end, the pages come again")
                for reader in self._all():
                    reader.end()
                revs = []
            for topic, rev in revs:
                for reader in self._readers.get(topic, ()):
                    reader.offer(rev)
            await asyncio.sleep(PAUSE_SECONDS)

    def _revs(self, topics: Sequence[str]) -> Sequence[tuple[str, int]]:
        heads = select(ContestHead.contest_id, ContestHead.rev).where(col(ContestHead.contest_id).in_(topics))
        with self._database.read() as session:
            found = list(session.exec(heads).all())
            for topic in topics:
                contest, _, aspect = topic.partition("/")
                if aspect in self._aspects:
                    found.append((topic, self._aspects[aspect](session, contest)))
            return found

    def _all(self) -> list[Reader]:
        return [reader for readers in self._readers.values() for reader in readers]

    def _end_soon(self) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._running = False
        for reader in self._all():
            reader.end()


def _before_stopping(deed: Callable[[], None]) -> Callable[[], None]:
    """Do ``deed`` when the server is told to stop; returns what undoes this.

    A server tells the application that it stops only when every connection has ended, and a stream does not end by
    itself: so its signals are heard beside it. They reach the main thread only; elsewhere there are none to hear.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_signal(number: int, frame: FrameType | None) -> None:
        deed()
        theirs = before[signal.Signals(number)]
        if callable(theirs):
            theirs(number, frame)

    hooked = [number for number, theirs in before.items() if callable(theirs)]
    for number in hooked:
        signal.signal(number, on_signal)

    def undo() -> None:
        for number in hooked:
            if signal.getsignal(number) is on_signal:
                signal.signal(number, before[number])

    return undo


class EventStream(Response):
    """The answer that goes on: the present revision at once, then each newer one, and every so often the same again.

    The beat is the same pair and no comment, because a page sees no comments, and a dead connection looks to it like a
    quiet one. ``allowed`` is asked in a thread, again and again: who was signed out hears no more.
    """

    media_type = "text/event-stream"

    def __init__(self, events: Events, topic: str, person: str, allowed: Callable[[], bool]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events, self._topic, self._person, self._allowed = events, topic, person, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's signature
        with self._events.reading(self._topic, self._person) as reader:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            gone = asyncio.create_task(_until_gone(receive, reader))
            try:
                with suppress(TimeoutError):
                    await self._write(reader, send)
            finally:
                gone.cancel()

    async def _write(self, reader: Reader, send: Send) -> None:
        """Raises TimeoutError where the other side takes nothing any more."""
        checked = time.monotonic()
        await _sent(send, f"retry: {RETRY_MS}\n\n")
        while not reader.ended:
            if reader.rev is not None:
                told = json.dumps({"topic": self._topic, "rev": reader.rev})
                await _sent(send, f"id: {reader.rev}\ndata: {told}\n\n")
            await reader.news(BEAT_SECONDS)
            if time.monotonic() - checked >= CHECK_SECONDS:
                if not await run_in_threadpool(self._allowed):
                    break
                checked = time.monotonic()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _sent(send: Send, text: str) -> None:
    async with asyncio.timeout(STUCK_SECONDS):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _until_gone(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.end()
