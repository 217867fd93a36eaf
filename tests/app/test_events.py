"""Streams of events over TCP against servers of their own, stopped with streams open; and what a stream may hold."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import Session
from starlette.types import Message

from app import audit, db, events
from app.accounts import service as accounts
from app.accounts.access import COOKIE
from app.contests.models import ROLES, Membership
from app.db import Database, topics
from app.events import Events, EventStream
from app.sync.badges import confirm_badge, issue_badges, prospect
from tests import databases
from tests.app.sync.field import RULE, Field, add_contest, ticks
from tests.app.sync.test_replay import answering
from tests.conftest import free_port
from tests.loop import on_a_loop

WITHIN_SECONDS = 10.0
BOARDS = 40
NAME = "张评委的名字"


@contextmanager
def serving(url: str, folder: Path, workers: int = 1) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Fieldmark in processes of its own: the port, and the first of them."""
    port, log = free_port(), folder / "server.log"
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", f"--port={port}"]
    command += ["--no-access-log", f"--workers={workers}"]
    environment = {**os.environ, "FIELDMARK_DATABASE_URL": url, "FIELDMARK_DATA_DIR": str(folder)}
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment) as process,
    ):
        try:
            answering(port, process, log)
            yield port, process
        finally:
            process.terminate()


def person(session: Session, *contests: str, role: str = "organiser") -> str:
    """Somebody with this role in these contests; the cookie."""
    login = uuid4().hex
    made = accounts.add_person(session, "-", login=login, name=NAME, password_hash="-")  # noqa: S106
    session.add_all(
        Membership(contest_id=contest, person_id=made, role=role, made_at=audit.now()) for contest in contests
    )
    return accounts.sign_in(session, made, hours=1)


def phone(session: Session, contest: str) -> str:
    """A judge's phone that has joined; the cookie."""
    code = issue_badges(session, "o", contest_id=contest, judges=["J3"])["J3"]
    session.flush()
    whose = {"contest_id": contest, "code": code, "digits": "", "label": ""}
    return confirm_badge(session, **whose, offered=prospect())[1].cookie


def hand_in(port: int, contest: str, cookie: str) -> None:
    """A sheet from a phone, over TCP."""
    record = {
        "kind": "sheet", "revision_id": str(uuid4()), "device_seq": 1, "entry_id": "P1", "state": "submitted",
        "ticks": ticks("P1"), "note": "", "files": [], "scheme_digest": RULE.digest, "based_on": 0,
        "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0,
    }  # fmt: skip
    batch = {"batch_id": str(uuid4()), "highest_seq": 1, "waiting": 0, "server_rev": 0, "records": [record]}
    headers = {"Cookie": f"fieldmark_device={cookie}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", f"/j/{contest}/batch", json.dumps(batch), headers)
    answer = connection.getresponse()
    assert json.loads(answer.read())["results"][0]["result"] == "stored"
    connection.close()


class Stream:
    """One open stream, read line by line."""

    def __init__(self, port: int, contest: str, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._connection.request("GET", f"/c/{contest}/events", headers={"Cookie": f"{COOKIE}={cookie}"})
        self.answer = self._connection.getresponse()
        self.lines: list[str] = []

    def rev(self) -> int:
        """The revision of the next event."""
        while line := self._line():
            if line.startswith("data: "):
                return int(json.loads(line.removeprefix("data: "))["rev"])
        raise EOFError

    def rev_after(self, before: int) -> int:
        """The first revision that is another than ``before``."""
        give_up = time.monotonic() + WITHIN_SECONDS
        while (found := self.rev()) == before:
            assert time.monotonic() < give_up, "the same again and again"
        return found

    def until_it_ends(self) -> None:
        while self._line():
            pass

    def _line(self) -> str:
        line = self.answer.readline().decode()
        self.lines.append(line)
        return line

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


def head(database: Database, contest: str) -> int:
    with database.read() as session:
        return session.get_one(audit.ContestHead, contest).rev


def an_act(database: Database, contest: str) -> None:
    database.write(lambda session: audit.record(session, "o", "look", contest_id=contest))


# --- one server


def test_forty_boards_are_told_of_one_sheet_and_the_site_still_answers(database_url: str, tmp_path: Path) -> None:
    opened = db.open_database(database_url)
    opened.write(lambda session: add_contest(session, "c1"))
    cookies = opened.write(lambda session: [person(session, "c1") for _ in range(BOARDS)])
    device = opened.write(lambda session: phone(session, "c1"))
    before = head(opened, "c1")
    opened.close()
    with serving(database_url, tmp_path) as (port, _), ExitStack() as closing:
        boards = [Stream(port, "c1", cookie) for cookie in cookies]
        for board in boards:
            closing.callback(board.close)
        with ThreadPoolExecutor(BOARDS) as readers:
            assert list(readers.map(Stream.rev, boards)) == [before] * BOARDS
            waiting = [readers.submit(board.rev_after, before) for board in boards]
            hand_in(port, "c1", device)
            began = time.monotonic()
            page = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_SECONDS)
            page.request("GET", "/c/c1/board", headers={"Cookie": f"{COOKIE}={cookies[0]}"})
            assert page.getresponse().status == 200
            page.close()
            assert {one.result(timeout=WITHIN_SECONDS) for one in waiting} == {before + 1}
            assert time.monotonic() - began < WITHIN_SECONDS


def test_a_stream_says_topic_and_revision_and_nothing_else(database_url: str, tmp_path: Path) -> None:
    opened = db.open_database(database_url)
    opened.write(lambda session: add_contest(session, "c1"))
    cookie = opened.write(lambda session: person(session, "c1"))
    device = opened.write(lambda session: phone(session, "c1"))
    before = head(opened, "c1")
    opened.close()
    with serving(database_url, tmp_path) as (port, _):
        stream = Stream(port, "c1", cookie)
        assert stream.answer.status == 200
        told = {name.lower(): value for name, value in stream.answer.getheaders()}
        assert told["content-type"].partition(";")[0] == "text/event-stream"
        assert told["cache-control"] == "no-store"
        assert told["x-accel-buffering"] == "no"
        assert "content-encoding" not in told
        assert "content-length" not in told
        assert stream.rev() == before
        hand_in(port, "c1", device)
        assert stream.rev_after(before) == before + 1
        stream.close()
    lines = [line for line in stream.lines if line != "\n"]
    assert lines[0] == "retry: 3000\n"
    assert set(lines[1:]) == {
        line for rev in (before, before + 1) for line in (f"id: {rev}\n", f'data: {{"topic": "c1", "rev": {rev}}}\n')
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_with_an_open_stream_stops_at_once(tmp_path: Path, sqlite_file: Path, number: signal.Signals) -> None:
    url = f"sqlite:///{tmp_path / 'fieldmark.db'}"
    (tmp_path / "fieldmark.db").write_bytes(sqlite_file.read_bytes())
    opened = db.open_database(url)
    opened.write(lambda session: add_contest(session, "c1"))
    cookie = opened.write(lambda session: person(session, "c1"))
    opened.close()
    with serving(url, tmp_path) as (port, process):
        streams = [Stream(port, "c1", cookie) for _ in range(3)]
        revs = [stream.rev() for stream in streams]
        assert len(set(revs)) == 1
        process.send_signal(number)
        process.wait(timeout=2 * WITHIN_SECONDS)
        for stream in streams:
            stream.until_it_ends()  # and not cut off: that would raise IncompleteRead
            stream.close()
        assert "Application shutdown complete" in (tmp_path / "server.log").read_text()


def test_a_deed_in_one_worker_reaches_a_stream_in_the_other(two_workers_url: str, tmp_path: Path) -> None:
    """Some of these streams are the other worker's; and the deed of a process that serves nobody reaches them all."""
    database_url = two_workers_url
    opened = db.open_database(database_url)
    opened.write(lambda session: add_contest(session, "c1"))
    cookies = opened.write(lambda session: [person(session, "c1") for _ in range(10)])
    device = opened.write(lambda session: phone(session, "c1"))
    before = head(opened, "c1")
    with serving(database_url, tmp_path, workers=2) as (port, process), ThreadPoolExecutor(10) as readers:
        streams = [Stream(port, "c1", cookie) for cookie in cookies]
        assert list(readers.map(Stream.rev, streams)) == [before] * 10
        waiting = [readers.submit(stream.rev_after, before) for stream in streams]
        hand_in(port, "c1", device)
        assert {one.result(timeout=WITHIN_SECONDS) for one in waiting} == {before + 1}
        waiting = [readers.submit(stream.rev_after, before + 1) for stream in streams]
        an_act(opened, "c1")
        assert {one.result(timeout=WITHIN_SECONDS) for one in waiting} == {before + 2}
        process.terminate()
        process.wait(timeout=2 * WITHIN_SECONDS)
        for stream in streams:
            stream.close()
    opened.close()


@pytest.fixture
def two_workers_url(postgres_server: str) -> Iterator[str]:
    """SQLite has one process, and refuses a second."""
    with databases.empty_postgres(postgres_server, "fresh") as url:
        yield url


# --- who may listen


def test_a_stream_opens_for_members_of_this_contest_only(field: Field) -> None:
    # Without a running server a stream that is let in ends at once.
    def asked(*roles: str, contest: str = "c1") -> int:
        return field.signed_in(*roles, contest=contest).get("/c/c1/events").status_code

    assert field.client().get("/c/c1/events").status_code == 401
    assert asked() == 403
    assert asked("organiser", contest="c2") == 403
    assert {role: asked(role) for role in ROLES} == dict.fromkeys(ROLES, 200)
    assert field.signed_in("organiser").get("/c/nothing/events").status_code == 403
    phone = field.phone("J1")
    assert phone.client.get("/c/c1/events").status_code == 401


class Browser:
    """The other side of one stream, inside the loop: what it was sent, and whether it has gone or takes nothing."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.gone = asyncio.Event()
        self.takes = asyncio.Event()
        self.takes.set()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await self.takes.wait()
        self.sent.append(message.get("body", b"").decode())

    def revs(self) -> list[int]:
        return [json.loads(text.split("data: ")[1])["rev"] for text in self.sent if "data: " in text]

    async def has(self, rev: int, times: int = 1) -> None:
        async with asyncio.timeout(WITHIN_SECONDS):
            while self.revs().count(rev) < times:  # noqa: ASYNC110  only what is tested could set an event
                await asyncio.sleep(0.02)


def opened(made: Events, browser: Browser, topic: str = "c1", person: str = "o") -> asyncio.Task[None]:
    stream = EventStream(made, topic, person, lambda: True)
    return asyncio.create_task(stream({"type": "http"}, browser.receive, browser.send))


async def within(task: asyncio.Task[None]) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        await task


def test_a_stream_ends_when_its_reader_is_signed_out(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(events, "CHECK_SECONDS", 0.05)
    client = field.signed_in("steward")
    app, cookie = field.app, client.cookies["fieldmark_session"]

    async def listening() -> None:
        app.state.events.start(field.database)
        browser = Browser()
        scope = {
            "type": "http", "method": "GET", "path": "/c/c1/events", "query_string": b"", "http_version": "1.1",
            "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())], "scheme": "http", "server": ("test", 80),
            "client": ("test", 1), "root_path": "", "raw_path": b"/c/c1/events",
        }  # fmt: skip
        request_sent = False

        async def receive() -> Message:
            nonlocal request_sent
            if not request_sent:
                request_sent = True
                return {"type": "http.request", "body": b"", "more_body": False}
            return await browser.receive()

        task: asyncio.Task[None] = asyncio.create_task(app(scope, receive, browser.send))
        await browser.has(head(field.database, "c1"))
        await asyncio.sleep(0.3)  # several checks, and it goes on
        assert not task.done()
        field.database.write(lambda session: accounts.sign_out(session, cookie))
        await within(task)
        app.state.events.stop()

    on_a_loop(listening())


def test_a_person_has_eight_streams_and_the_ninth_is_told_so(field: Field) -> None:
    client = field.signed_in("organiser")
    with field.database.read() as session:
        who = accounts.person_of(session, client.cookies["fieldmark_session"])
        assert who

    async def listening() -> None:
        made: Events = field.app.state.events
        made.start(field.database)
        browsers = [Browser() for _ in range(8)]
        tasks = [opened(made, browser, person=who.id) for browser in browsers]
        for browser in browsers:
            await browser.has(head(field.database, "c1"))
        refused = await asyncio.to_thread(client.get, "/c/c1/events", headers={"Accept": "application/json"})
        assert refused.status_code == 429
        assert refused.json()["code"] == "events.too_many_streams"
        assert "8 个浏览器" in refused.json()["sentence"]
        browsers[0].gone.set()
        await within(tasks[0])
        another = Browser()
        last = opened(made, another, person=who.id)
        await another.has(head(field.database, "c1"))
        made.stop()
        for task in (*tasks, last):
            await within(task)

    on_a_loop(listening())


# --- what it costs


def test_two_thousand_topics_leave_nothing_behind(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PAUSE_SECONDS", 0.02)
    database.write(lambda session: add_contest(session, "c1"))

    async def listening() -> None:
        made = Events()
        made.start(database)
        slow, quick = Browser(), Browser()
        tasks = [opened(made, slow), opened(made, quick)]
        await slow.has(0)
        await quick.has(0)
        slow.takes.clear()
        for number in range(2_000):
            topics.tell({f"t{number}", "c1"})  # as the writer does, from its own thread or from ours
        for _ in range(20):
            await asyncio.to_thread(an_act, database, "c1")
            await asyncio.sleep(0.02)
        await quick.has(20)
        slow.takes.set()
        await slow.has(20)
        assert quick.revs() == sorted(set(quick.revs()))
        # One event was on its way while it took nothing; of all that came meanwhile, it is told the newest.
        assert len(slow.revs()) <= 3
        assert set(made._readers) == {"c1"}  # noqa: SLF001  what is kept is what is asked here
        for browser in (slow, quick):
            browser.gone.set()
        for task in tasks:
            await within(task)
        assert made._readers == {}  # noqa: SLF001
        await asyncio.sleep(0.2)
        assert made._task is not None  # noqa: SLF001
        assert made._task.done(), "nobody listens, and it goes on asking the database"  # noqa: SLF001
        made.stop()

    before = len(topics._listeners)  # noqa: SLF001
    on_a_loop(listening())
    assert len(topics._listeners) == before  # noqa: SLF001


def test_the_same_again_tells_a_page_that_the_line_is_alive(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.1)
    database.write(lambda session: add_contest(session, "c1"))

    async def listening() -> None:
        made, browser = Events(), Browser()
        made.start(database)
        task = opened(made, browser)
        await browser.has(0, times=4)
        assert set(browser.revs()) == {0}
        made.stop()
        await within(task)

    on_a_loop(listening())


def test_a_reader_that_takes_nothing_is_let_go(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "STUCK_SECONDS", 0.1)
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.05)
    database.write(lambda session: add_contest(session, "c1"))

    async def listening() -> None:
        made, browser = Events(), Browser()
        made.start(database)
        task = opened(made, browser)
        await browser.has(0)
        browser.takes.clear()
        await within(task)
        assert made._readers == {}  # noqa: SLF001
        made.stop()

    on_a_loop(listening())


def test_streams_end_where_revisions_cannot_be_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beats of a server that knows nothing would make a stale board look alive."""
    monkeypatch.setattr(events, "PAUSE_SECONDS", 0.02)
    database.write(lambda session: add_contest(session, "c1"))

    async def listening() -> None:
        made, browser = Events(), Browser()
        made.start(database)
        task = opened(made, browser)
        await browser.has(0)

        def broken(_: object) -> list[tuple[str, int]]:
            raise OSError("the database is gone")

        monkeypatch.setattr(made, "_revs", broken)
        await asyncio.to_thread(an_act, database, "c1")
        await within(task)
        made.stop()

    on_a_loop(listening())


def test_a_client_that_goes_leaves_no_stream(sqlite_file: Path, tmp_path: Path) -> None:
    """Opened and closed more often than a person may have open: each is noticed to be gone."""
    url = f"sqlite:///{tmp_path / 'fieldmark.db'}"
    (tmp_path / "fieldmark.db").write_bytes(sqlite_file.read_bytes())
    opened_here = db.open_database(url)
    opened_here.write(lambda session: add_contest(session, "c1"))
    cookie = opened_here.write(lambda session: person(session, "c1"))
    opened_here.close()
    with serving(url, tmp_path) as (port, _):
        for _ in range(events.MOST_STREAMS + 4):
            stream = Stream(port, "c1", cookie)
            assert stream.answer.status == 200
            assert stream.rev() >= 0
            stream.close()
            time.sleep(0.05)
        with socket.create_connection(("127.0.0.1", port)) as cut:
            cut.sendall(b"GET /c/c1/events HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 401 " in cut.recv(200)
