"""Streams of events over TCP against servers of their own, stopped with streams open."""

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

from app import audit, db, events
from app.accounts import service as accounts
from app.accounts.access import COOKIE
from app.contests.models import Membership
from app.db import Database
from app.sync.badges import confirm_badge, issue_badges, prospect
from tests import databases
from tests.app.sync.field import RULE, add_contest, ticks
from tests.app.sync.test_replay import answering
from tests.conftest import COMES_WITHIN_SECONDS, becomes, free_port

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
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=COMES_WITHIN_SECONDS)
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
        give_up = time.monotonic() + COMES_WITHIN_SECONDS
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
            page = http.client.HTTPConnection("127.0.0.1", port, timeout=COMES_WITHIN_SECONDS)
            page.request("GET", "/c/c1/board", headers={"Cookie": f"{COOKIE}={cookies[0]}"})
            assert page.getresponse().status == 200
            page.close()
            assert {one.result(timeout=COMES_WITHIN_SECONDS) for one in waiting} == {before + 1}


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
        process.wait(timeout=COMES_WITHIN_SECONDS)
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
        assert {one.result(timeout=COMES_WITHIN_SECONDS) for one in waiting} == {before + 1}
        waiting = [readers.submit(stream.rev_after, before + 1) for stream in streams]
        an_act(opened, "c1")
        assert {one.result(timeout=COMES_WITHIN_SECONDS) for one in waiting} == {before + 2}
        process.terminate()
        process.wait(timeout=COMES_WITHIN_SECONDS)
        for stream in streams:
            stream.close()
    opened.close()


@pytest.fixture
def two_workers_url(postgres_server: str) -> Iterator[str]:
    """SQLite has one process, and refuses a second."""
    with databases.empty_postgres(postgres_server, "fresh") as url:
        yield url


def test_a_client_that_goes_leaves_no_stream(sqlite_file: Path, tmp_path: Path) -> None:
    """Opened and closed more often than a person may have open: each is noticed to be gone."""
    url = f"sqlite:///{tmp_path / 'fieldmark.db'}"
    (tmp_path / "fieldmark.db").write_bytes(sqlite_file.read_bytes())
    opened_here = db.open_database(url)
    opened_here.write(lambda session: add_contest(session, "c1"))
    cookie = opened_here.write(lambda session: person(session, "c1"))
    opened_here.close()
    with serving(url, tmp_path) as (port, _):

        def lets_one_in() -> int:
            stream = Stream(port, "c1", cookie)
            if stream.answer.status == 200:
                assert stream.rev() >= 0
            stream.close()
            return stream.answer.status

        for _ in range(events.MOST_STREAMS + 4):
            becomes(lets_one_in, 200)
        with socket.create_connection(("127.0.0.1", port)) as cut:
            cut.sendall(b"GET /c/c1/events HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 401 " in cut.recv(200)
