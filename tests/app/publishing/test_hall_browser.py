"""A screen in Chromium through a whole evening, with everything that is sent to it written down.

What was not released is searched for in every body, header and event of every state; and since a length can tell too,
the same evening with other marks must have sent the same lengths until its scores are released. Then the server is
taken away under the screen.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Response, expect

from app import db
from app.main import create_app
from app.settings import Settings
from tests.app.phone.conftest import Running
from tests.app.publishing import stage as contest
from tests.app.publishing.stage import NAMES, Stage, marks, score
from tests.conftest import becomes, free_port

WALLS = ((1920, 1080), (2560, 1080), (3840, 960))
COMES_MS = 20_000
NOT_MODIFIED = 304
VERMILION = "rgb(224, 88, 76)"
OUTSIDE = """[...document.querySelectorAll('.hall *')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
}).map((one) => one.outerHTML)"""
TIERS = ("三等奖", "二等奖", "一等奖")


class Evening:
    """A stage contest on disk, and a server of it in this very process: the deeds of a test are told to its pages."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"sqlite:///{folder}/fieldmark.db"
        database = db.open_database(self.url)
        self.stage = Stage(database)
        self.screen, self.code = self.stage.screen()
        database.close()
        self.address = ""

    @contextmanager
    def served(self) -> Iterator[None]:
        app, port = create_app(Settings(data_dir=self.folder, default_language="zh")), free_port()
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
        running = Thread(target=server.run)
        running.start()
        self.address = f"http://127.0.0.1:{port}/screen/{self.code}"
        while not server.started:
            assert running.is_alive()
            sleep(0.05)
        self.stage.database = app.state.database
        yield
        server.should_exit = server.force_exit = True
        running.join()


@pytest.fixture
def evening(sqlite_file: Path, tmp_path: Path) -> Evening:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    return Evening(tmp_path)


class Traffic:
    """Everything that a page has received since it was last looked at: headers and bodies, events too."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        page.on("response", lambda answer: self.answers.append(answer))  # noqa: PLW0108  a builtin is refused
        # A stream's body cannot be asked for while it is open: what it says is taken down where it arrives.
        page.add_init_script(
            "window.told = []; const Real = EventSource; window.EventSource = class extends Real {"
            " constructor(...a) { super(...a); this.addEventListener('message', (e) => told.push(e.data)); } }"
        )
        self.page = page

    def text(self) -> str:
        told = []
        for answer in self.answers:
            told += [f"{name}: {value}" for name, value in answer.all_headers().items()]
            if "/static/" not in answer.url and not answer.url.endswith("/events") and answer.status == 200:
                told.append(answer.text())
        self.answers.clear()
        return "\n".join([*told, *self.page.evaluate("told")])


def secrets_of(number: int) -> set[str]:
    """The figures of an entrant, and his name."""
    return {*marks(number), score(number), NAMES[number - 1]}


def shows(page: Page, scene: str, text: str) -> None:
    expect(page.locator(f"[data-scene={scene}]")).to_contain_text(text, timeout=COMES_MS)


def test_a_screen_receives_what_was_released_and_nothing_else_at_every_state(
    browser: Browser, evening: Evening
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    with evening.served():
        goes_through(context.new_page(), evening)
        context.close()


def goes_through(page: Page, evening: Evening) -> None:
    traffic, stage, screen = Traffic(page), evening.stage, evening.screen
    page.goto(evening.address)
    shows(page, "waiting", "素养大赛决赛")
    everything = {*TIERS}.union(*(secrets_of(number) for number in (1, 2, 3, 4)))
    sent: set[str] = set()

    def looks(*now: str) -> None:
        """What has come until now: all of ``now``, and nothing that was not sent before it."""
        sent.update(now)
        told = traffic.text()
        assert [one for one in everything - sent if one in told] == []
        assert [one for one in now if one not in told] == []

    def state(deed: Callable[[], object], scene: str, text: str, *now: str) -> None:
        deed()
        shows(page, scene, text)
        looks(*now)

    def hears(deed: Callable[[], object]) -> None:
        """A release that no screen shows yet: the page is told, asks, and has nothing new."""
        before = page.evaluate("told.at(-1)")
        with page.expect_response(lambda answer: answer.status == NOT_MODIFIED):
            deed()
        becomes(lambda: page.evaluate("before => told.at(-1) !== before", before), wanted=True)
        looks()

    state(lambda: stage.shows(screen, "stage", 1), "stage", NAMES[0], NAMES[0])
    state(lambda: stage.shows(screen, "stage", 2), "stage", NAMES[1], NAMES[1])
    hears(lambda: stage.releases(1))  # 错位报分: entrant 2 is on stage
    state(lambda: stage.goes_on(screen), "marks", marks(1)[0], *marks(1))
    expect(page.locator(".out s")).to_have_text(marks(1)[:2])
    expect(page.locator(".hall b")).to_have_text(marks(1)[2:])
    state(lambda: stage.goes_on(screen), "score", "最后得分", score(1))
    state(lambda: stage.shows(screen, "blank"), "blank", "")
    for number in (2, 3, 4):
        hears(lambda number=number: stage.releases(number))  # type: ignore[misc]
    stage.signs()
    state(lambda: stage.shows(screen, "standings", 1), "standings", NAMES[3], *NAMES, *map(score, (2, 3, 4)))
    hears(stage.reveals)
    state(lambda: stage.goes_on(screen), "reveal", TIERS[0], TIERS[0])
    hears(stage.reveals)
    state(lambda: stage.goes_on(screen), "reveal", TIERS[1], TIERS[1])
    expect(page.locator(".first")).to_have_count(0)
    hears(stage.reveals)
    state(lambda: stage.goes_on(screen), "reveal", TIERS[2], TIERS[2])
    expect(page.locator(".first .tier")).to_have_css("color", VERMILION)
    state(lambda: stage.goes_back(screen), "reveal", TIERS[1])
    expect(page.locator(".first")).to_have_count(0)
    expect(page.locator("[data-screen]")).not_to_contain_text(NAMES[3])


def test_what_is_not_released_changes_no_length(
    sqlite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same evening with figures of other lengths: every answer has the same bytes until the scores are shown."""

    def bodies(folder: Path) -> list[bytes]:
        app = create_app(Settings(data_dir=folder, default_language="zh"))
        stage = Stage(db.open_database(f"sqlite:///{folder}/fieldmark.db"))
        app.state.database = stage.database
        client = TestClient(app, headers={"Accept": "text/html"})
        screen, code = stage.screen()
        found = []
        for deed in (
            lambda: stage.shows(screen, "waiting"),
            lambda: stage.shows(screen, "stage", 2),
            lambda: [stage.releases(number) for number in (1, 2, 3, 4)],
            stage.signs,
            stage.reveals,
            lambda: stage.shows(screen, "blank"),
        ):
            deed()
            answer = client.get(f"/screen/{code}")
            found.append(b"".join(name + value for name, value in answer.headers.raw) + answer.content)
        stage.database.close()
        return found

    told = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        shutil.copy(sqlite_file, tmp_path / name / "fieldmark.db")
        told.append(bodies(tmp_path / name))
        # The other evening: the first is the best, and everybody has half a point less.
        monkeypatch.setattr(contest, "score", lambda number: f"{5 - number}.5")
    assert told[0] == told[1]


@pytest.fixture
def server(evening: Evening) -> Iterator[Running]:
    made = Running("app.main:create_app", evening.folder, {"FIELDMARK_DATA_DIR": str(evening.folder)})
    yield made
    made.stop()


def test_without_a_server_the_scene_stays_and_says_so_and_then_catches_up(
    browser: Browser, evening: Evening, server: Running
) -> None:
    stage, screen = evening.stage, evening.screen

    def away(deed: Callable[[], object]) -> None:
        stage.database = db.open_database(evening.url)
        deed()
        stage.database.close()

    away(lambda: stage.shows(screen, "stage", 1))
    server.start()
    context = browser.new_context(locale="zh-CN", viewport={"width": 3840, "height": 960})
    page = context.new_page()
    page.goto(f"{server.address}/screen/{evening.code}")
    shows(page, "stage", NAMES[0])
    expect(page.locator("[data-corner]")).to_be_hidden()
    server.stop()
    expect(page.locator("[data-corner]")).to_have_text(re.compile(r"^\d\d:\d\d 起没有连接$"), timeout=COMES_MS)
    shows(page, "stage", NAMES[0])
    away(lambda: [stage.releases(1), stage.shows(screen, "marks", 1)])  # type: ignore[func-returns-value]
    server.start()
    shows(page, "marks", marks(1)[0])
    expect(page.locator("[data-corner]")).to_be_hidden(timeout=COMES_MS)
    # Names are as large as they may be and never cut, on every wall.
    for width, height in WALLS:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".hall")).to_have_css("height", f"{height}px")
        assert page.evaluate(OUTSIDE) == []
    context.close()
