"""Boards in Chromium that keep themselves new: two tabs and one stream, a server that goes and comes back.

What a reader has open, typed or marked stays as it is. Nothing here waits for a reload: the pages are opened once.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Route, expect
from sqlmodel import Session

from app import audit, db
from app.accounts import service as accounts
from app.accounts.access import COOKIE
from app.judging.service import collect
from tests.app.phone.conftest import Running
from tests.app.sync.field import add_contest
from tests.app.test_events import hand_in, person, phone
from tests.conftest import becomes

ARRIVES_MS = 30_000
ROOT = Path(__file__).resolve().parents[2]
LARGEST_MODULE = 8_000
NO_LOCKS = "delete Navigator.prototype.locks"
NO_CHANNEL = "delete window.BroadcastChannel"
NO_STREAMS = "delete window.EventSource"

# Put into the board's live part, wherever it is sent from: something to open and something to type into.
FORM = '<details id="d"><summary>more</summary><input name="n"><textarea name="t"></textarea></details>'


T = TypeVar("T")


class Tour:
    """A contest in a server of its own, whose rows can be written to while the server is stopped."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'fieldmark.db'}"
        self.server = Running(
            "app.main:create_app", folder, {"FIELDMARK_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        )
        self.write(lambda session: add_contest(session, "c1"))
        self.cookie = self.write(lambda session: person(session, "c1"))
        self.device = self.write(lambda session: phone(session, "c1"))

    def write(self, deed: Callable[[Session], T]) -> T:
        opened = db.open_database(self.url)
        try:
            return opened.write(deed)
        finally:
            opened.close()

    def sheet(self) -> None:
        hand_in(self.server.port, "c1", self.device)


@pytest.fixture
def tour(tmp_path: Path, sqlite_file: Path) -> Iterator[Tour]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    made = Tour(tmp_path)
    made.server.start()
    yield made
    made.server.stop()


Opener = Callable[..., BrowserContext]


@pytest.fixture
def signed_in(browser: Browser, tour: Tour) -> Iterator[Opener]:
    """A browser of the organiser's. Its scripts must neither fail nor be refused by the content security policy."""
    made: list[BrowserContext] = []
    troubles: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def on_error(error: Error) -> None:
        troubles.append(str(error))

    def opener(script: str = "") -> BrowserContext:
        context = browser.new_context(
            base_url=tour.server.address, locale="zh-CN", timezone_id="Europe/Lisbon",
            viewport={"width": 1366, "height": 768},
        )  # fmt: skip
        context.add_cookies([{"name": COOKIE, "value": tour.cookie, "url": tour.server.address}])
        if script:
            context.add_init_script(script)
        context.on("console", on_console)
        context.on("weberror", lambda error: on_error(error.error))
        made.append(context)
        return context

    yield opener
    for context in made:
        context.close()
    assert troubles == []


class Streams:
    """The streams that the pages of a browser open and end from now on."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: list[Request] = []
        self.ended: list[Request] = []

        def on_request(request: Request) -> None:
            if request.url.endswith("/events"):
                self.asked.append(request)

        def on_end(request: Request) -> None:
            self.ended.append(request)

        context.on("request", on_request)
        context.on("requestfailed", on_end)
        context.on("requestfinished", on_end)

    def open_in(self, *pages: Page) -> int:
        """How many of these pages have a stream, each counted as often as it has one."""
        return sum(one not in self.ended and one.frame.page in pages for one in self.asked)


def board(context: BrowserContext, state: str = "实时更新") -> Page:
    page = context.new_page()
    page.goto("/c/c1/board")
    expect(page.locator(".livestate")).to_have_text(state, timeout=ARRIVES_MS)
    return page


def lately(zone: str) -> set[str]:
    """What watches there have shown in the last two minutes."""
    now = datetime.now(ZoneInfo(zone))
    return {(now - timedelta(minutes=ago)).strftime("%H:%M") for ago in range(3)}


def lead(page: Page) -> str:
    return page.locator("[data-live-summary]").inner_text().strip()


@pytest.mark.parametrize("script", ["", NO_LOCKS], ids=["locks", "word of mouth"])
def test_two_tabs_share_one_stream_and_both_show_the_sheet(tour: Tour, signed_in: Opener, script: str) -> None:
    context = signed_in(script)
    streams = Streams(context)
    first, second = board(context), board(context)
    # J1 and J2 owe four each, J3 and J4 six.
    assert [lead(first), lead(second)] == ["已交 0/18 份"] * 2
    tour.sheet()
    for page in (first, second):
        expect(page.locator("[data-live-summary]")).to_have_text("已交 1/18 份", timeout=ARRIVES_MS)
        expect(page.locator("[data-live-said]")).to_have_text("已交 1/18 份")
    # Where they only talk to each other and the first answers late, both have one until they have talked.
    becomes(lambda: streams.open_in(first, second), 1, pause=waits(second))
    # The tab with the stream is closed: the other one takes it over.
    with_it, other = (first, second) if streams.open_in(first) else (second, first)
    with_it.close()
    becomes(lambda: streams.open_in(other), 1, pause=waits(other))
    expect(other.locator(".livestate")).to_have_text("实时更新")


def test_a_browser_that_cannot_share_has_a_stream_for_each_tab(tour: Tour, signed_in: Opener) -> None:
    context = signed_in(NO_CHANNEL)
    streams = Streams(context)
    pages = [board(context), board(context)]
    tour.sheet()
    for page in pages:
        expect(page.locator("[data-live-summary]")).to_have_text("已交 1/18 份", timeout=ARRIVES_MS)
    becomes(lambda: streams.open_in(*pages), 2, pause=waits(pages[0]))


def waits(page: Page) -> Callable[[float], None]:
    """So many seconds in which the page's events are heard."""
    return lambda seconds: page.wait_for_timeout(1000 * seconds)


def test_a_browser_without_streams_asks_every_minute_and_says_so(tour: Tour, signed_in: Opener) -> None:
    context = signed_in(NO_STREAMS)
    context.clock.install()
    page = context.new_page()
    page.goto("/c/c1/board")
    expect(page.locator(".livestate")).to_have_text(re.compile("^每分钟更新一次，本页是 .{5} 的情况。$"))
    tour.sheet()
    context.clock.run_for(70_000)
    expect(page.locator("[data-live-summary]")).to_have_text("已交 1/18 份", timeout=ARRIVES_MS)


def test_a_page_says_that_the_server_is_gone_and_catches_up_by_itself(tour: Tour, signed_in: Opener) -> None:
    context = signed_in()
    pages = [board(context), board(context)]
    tour.server.stop()
    for page in pages:
        line = page.locator(".livestate")
        expect(line).to_have_text(re.compile("^没有连接，本页是 .{5} 的情况。$"), timeout=ARRIVES_MS)
        # On the contest's watch, not on that of a laptop from elsewhere.
        assert line.inner_text()[9:14] in lately("Asia/Shanghai")
    tour.write(lambda session: collect(session, "o", contest_id="c1"))
    tour.server.start()
    for page in pages:
        expect(page.locator("[data-live-summary]")).to_contain_text("收分", timeout=ARRIVES_MS)
        expect(page.locator(".livestate")).to_have_text("实时更新", timeout=ARRIVES_MS)
        expect(page.get_by_role("button", name="现在收分")).to_have_count(0)


def test_what_a_reader_has_open_typed_and_marked_stays(tour: Tour, signed_in: Opener) -> None:
    context = signed_in()

    def with_form(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<div data-live>", f"<div data-live>{FORM}"))

    context.route("**/c/c1/board", with_form)
    page = board(context)
    page.set_viewport_size({"width": 360, "height": 400})
    page.locator("#d summary").click()
    page.locator("#d textarea").fill("kept")
    page.locator("#d input").fill("half a wor")
    page.evaluate("document.querySelector('tr[data-key=P3]').marked = true")
    page.evaluate("document.querySelector('[data-key=P3] th').scrollIntoView({block: 'center'})")
    before = page.evaluate("document.querySelector('[data-key=P3]').getBoundingClientRect().top")
    tour.sheet()
    row = page.locator("tr[data-key=P1] td.num").nth(1)
    expect(row).to_have_text("1", timeout=ARRIVES_MS)
    assert page.evaluate("document.querySelector('#d').open")
    assert page.evaluate("document.querySelector('tr[data-key=P3]').marked")
    assert page.evaluate("document.activeElement.name") == "n"
    assert page.locator("#d textarea").input_value() == "kept"
    after = page.evaluate("document.querySelector('[data-key=P3]').getBoundingClientRect().top")
    assert abs(after - before) < 2
    page.keyboard.type("d")
    assert page.locator("#d input").input_value() == "half a word"
    # The row of a judge who has handed in everything goes; a form that somebody is typing into does not.
    context.unroute("**/c/c1/board", with_form)
    audit_row = {"contest_id": "c1", "subject": uuid4().hex}
    tour.server.stop()
    expect(page.locator(".livestate")).to_contain_text("没有连接")
    tour.write(lambda session: audit.record(session, "o", "look", **audit_row))
    tour.server.start()
    expect(page.locator(".livestate")).to_have_text("实时更新", timeout=ARRIVES_MS)
    assert page.locator("#d input").input_value() == "half a word"


def test_a_page_says_when_its_reader_is_signed_out(tour: Tour, signed_in: Opener) -> None:
    context = signed_in()
    page = board(context)
    tour.server.stop()
    tour.write(lambda session: accounts.sign_out(session, tour.cookie))
    tour.server.start()
    expect(page.locator(".livestate")).to_contain_text("已退出登录", timeout=3 * ARRIVES_MS)
    expect(page.locator("[data-live-summary]")).to_have_text("已交 0/18 份")


def test_a_page_without_scripts_does_not_say_that_it_is_live(browser: Browser, tour: Tour) -> None:
    context = browser.new_context(base_url=tour.server.address, locale="zh-CN", java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": tour.cookie, "url": tour.server.address}])
    page = context.new_page()
    for where in ("", "/board", "/findings", "/results"):
        page.goto(f"/c/c1{where}")
        expect(page.locator(".livestate")).to_be_hidden()
    context.close()


def test_the_line_is_seen_and_heard_at_every_width(tour: Tour, signed_in: Opener) -> None:
    context = signed_in()
    page = board(context)
    tour.sheet()
    for where in ("/board", "", "/findings", "/results"):
        page.goto(f"/c/c1{where}")
        expect(page.locator(".livestate")).to_have_text("实时更新", timeout=ARRIVES_MS)
        for width in (360, 768, 1366):
            page.set_viewport_size({"width": width, "height": 800})
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (where, width)
            box, heading = (page.locator(one).bounding_box() for one in (".livestate .state", "h1"))
            assert box
            assert heading
            apart = box["x"] >= heading["x"] + heading["width"] or box["y"] >= heading["y"] + heading["height"] - 1
            assert apart or width >= 720, (where, width)
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []


def test_no_module_is_larger_than_a_page_of_thought_and_none_writes_markup() -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "static/js/live").glob("*.js")}
    assert scripts
    assert {name: len(text.encode()) for name, text in scripts.items() if len(text.encode()) > LARGEST_MODULE} == {}
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    assert {name for name, text in scripts.items() if forbidden.search(text)} == set()
