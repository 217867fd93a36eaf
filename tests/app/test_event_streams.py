"""Who may listen to a stream of events, how many of them, and that none outlives its reader."""

import asyncio
import json

import pytest
from starlette.types import Message

from app import events
from app.accounts import service as accounts
from app.accounts.access import COOKIE
from app.contests.models import ROLES
from app.db import Database, topics
from app.events import Events, EventStream
from tests.app.sync.field import Field, add_contest
from tests.app.test_events import an_act, head
from tests.conftest import COMES_WITHIN_SECONDS
from tests.loop import on_a_loop


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
        async with asyncio.timeout(COMES_WITHIN_SECONDS):
            while self.revs().count(rev) < times:  # noqa: ASYNC110  only what is tested could set an event
                await asyncio.sleep(0.02)


def opened(made: Events, browser: Browser, topic: str = "c1", person: str = "o") -> asyncio.Task[None]:
    stream = EventStream(made, topic, person, lambda: True)
    return asyncio.create_task(stream({"type": "http"}, browser.receive, browser.send))


async def within(task: asyncio.Task[None]) -> None:
    async with asyncio.timeout(COMES_WITHIN_SECONDS):
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
