"""Every scene in Chromium on every form of wall: read from 30 m, nothing cut, nothing over something else.

A sign is read from 30 m when it is 30 m / 250 = 12 cm high; on a wall that is 3 m high these are 4 hundredths of it. So
high is everything that people came for. What stands beside it (a judge's seat, a division) is at least 2.8 hundredths.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, Route, expect

from app import db
from app.main import create_app
from app.publishing import hall_routes
from app.publishing.scenes import Line, Seen
from app.settings import Settings
from tests.app.publishing.stage import Stage

WALLS = {"16:9": (1920, 1080), "21:9": (2560, 1080), "4:1": (3840, 960)}
READ, BESIDE = 4.0, 2.8
LEAF_MS = 10_000
TITLE = "云岭市新时代文明实践志愿服务项目暨文明实践员综合素养大赛总决赛"
LONG = "云岭市竹溪河经济技术开发区水坪镇新时代文明实践所"  # 24 signs, as long as places are called
UNIT = "云岭市竹溪河经济技术开发区新时代文明实践中心"
ENGLISH = "Bamboo Creek Economic Development Zone New Era Civilisation Practice Institute"
WHO = {"number": 18, "name": LONG, "unit": UNIT, "part": "舞台展示:晒经验讲变化", "division": "文明实践所组"}
OVERTIME = {"name": "超时扣分(每超过三十秒扣零点五分)", "points": "−1.5"}


def marks(judges: int) -> tuple[dict[str, object], ...]:
    out = {1: "high", judges: "low"}
    return tuple({"seat": n, "mark": f"{98 - n / 8:.2f}", "out": out.get(n, "")} for n in range(1, judges + 1))


def lines(count: int, name: str = LONG) -> tuple[Line, ...]:
    return tuple(Line(n, name, f"{99 - n / 8:.2f}") for n in range(1, count + 1))


def units(count: int, name: str = LONG, **more: str) -> tuple[dict[str, object], ...]:
    return tuple(
        {"name": name, "division": "文明实践所组", "place": n, "score": "98.25", **more} for n in range(1, count + 1)
    )


def reveal(count: int, **more: str) -> Seen:
    return Seen("reveal", TITLE, simulated=False, tier="优秀组织奖", units=units(count, **more))


HALL = Seen("waiting", TITLE, simulated=False)
STANDINGS = replace(HALL, scene="standings", who={"part": WHO["part"]})
SCENES = {
    "waiting": HALL,
    "blank": replace(HALL, scene="blank"),
    "on stage": replace(HALL, scene="stage", who=WHO),
    "on stage, English": replace(HALL, scene="stage", who={**WHO, "name": ENGLISH, "unit": ENGLISH}),
    "9 marks": replace(HALL, scene="marks", who=WHO, marks=marks(9)),
    "17 marks": replace(HALL, scene="marks", who=WHO, marks=marks(17)),
    "score of 9": replace(HALL, scene="score", who={**WHO, "adjusted": [OVERTIME]}, marks=marks(9), score="97.125"),
    "score of 17": replace(HALL, scene="score", who={**WHO, "adjusted": [OVERTIME]}, marks=marks(17), score="97.12"),
    "score alone": replace(HALL, scene="score", who={**WHO, "adjusted": []}, score="97.12"),
    "6 standings": replace(STANDINGS, lines=lines(6)),
    "18 standings": replace(STANDINGS, lines=lines(18)),
    "18 standings, English": replace(STANDINGS, lines=lines(18, ENGLISH)),
    "24 standings": replace(STANDINGS, lines=lines(24, "竹溪县水坪镇新时代文明实践所")),
    "first prize": replace(reveal(1), tier="一等奖", first=True),
    "first prizes of 3 divisions": replace(reveal(3), tier="一等奖", first=True),
    "6 of a prize": reveal(6),
    "9 of a prize": reveal(9),
    "9 of a prize, names alone": reveal(9, place="", score="", division=""),
}  # fmt: skip
SCENES["26 of a prize"] = reveal(26)
SCENES |= {f"{name}, rehearsal": replace(seen, simulated=True) for name, seen in list(SCENES.items())}

# Of a page: the smallest sign of what was come for and of what stands beside it, in hundredths of the wall's height;
# what is outside of the wall or of its own list; and which two texts stand over each other.
LOOKED = """() => {
  const unit = innerHeight / 100, texts = [];
  const walk = document.createTreeWalker(document.querySelector('.hall'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, range = document.createRange();
    if (!node.data.trim()) continue;
    range.selectNodeContents(node);
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize) / unit;
    texts.push({ text: node.data.trim(), size, boxes: [...range.getClientRects()],
      beside: !!node.parentElement.closest('small, .kicker, .foot, .fake, .middle .score p'),
      list: node.parentElement.closest('.lines, .units') });
  }
  const cut = texts.filter((one) => one.boxes.some((box) => {
    const round = (one.list || document.documentElement).getBoundingClientRect();
    const across = box.left < round.left - 1 || box.right > round.right + 1;
    return across || box.top < round.top - 2 || box.bottom > round.bottom + 2;
  })).map((one) => one.text);
  // A line's box is higher than its signs: a sixth of it at either end is air.
  const over = (a, b) => {
    const air = (box) => box.height / 6;
    const across = a.left < b.right - 1 && b.left < a.right - 1;
    return across && a.top + air(a) < b.bottom - air(b) && b.top + air(b) < a.bottom - air(a);
  };
  const pairs = [];
  texts.forEach((one, i) => texts.slice(i + 1).forEach((other) => {
    if (one.boxes.some((a) => other.boxes.some((b) => over(a, b)))) pairs.push([one.text, other.text]);
  }));
  const least = (of) => Math.min(...of.map((one) => one.size), 100);
  const [read, beside] = [false, true].map((wanted) => least(texts.filter((one) => one.beside === wanted)));
  return { read, beside, cut, over: pairs };
}"""

PLACES = "[...document.querySelectorAll('.lines li:not([hidden]) .place')].map((one) => one.innerText)"
# The next scene as static/js/hall.js takes it.
TAKEN = """async (fresh) => {
  const { fit } = await import(new URL('fit.js', document.querySelector('script[src*="hall.js"]').src));
  const main = document.querySelector('[data-screen]');
  const its = new DOMParser().parseFromString(fresh, 'text/html').querySelector('[data-screen]');
  main.replaceChildren(...its.childNodes);
  main.dataset.tag = its.dataset.tag;
  fit(main);
}"""
Wall = Callable[[Seen, str], Page]


@pytest.fixture
def wall(browser: Browser, sqlite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wall]:
    """A scene on a wall of a form, by the screen's own page and scripts."""
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    database = db.open_database(f"sqlite:///{tmp_path}/fieldmark.db")
    app = create_app(Settings(data_dir=tmp_path, default_language="zh"))
    app.state.database = database
    client = TestClient(app)
    code = Stage(database).screen()[1]
    shown: list[Seen] = []
    monkeypatch.setattr(hall_routes, "shown_on", lambda *_: shown[-1])
    page = browser.new_context(locale="zh-CN", reduced_motion="reduce").new_page()

    def answered(route: Route) -> None:
        path = route.request.url.partition("//wall.test")[2]
        if path.endswith("/events"):
            return route.abort()
        sent = {name: value for name, value in route.request.headers.items() if name != "host"}
        got = client.get(path, headers=sent)
        return route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.content)

    page.clock.install()
    page.route("**/*", answered)

    def at(seen: Seen, form: str) -> Page:
        width, height = WALLS[form]
        page.set_viewport_size({"width": width, "height": height})
        shown.append(seen)
        if len(shown) == 1:
            page.goto(f"http://wall.test/screen/{code}")
            page.evaluate("document.fonts.ready")
        else:
            page.evaluate(TAKEN, client.get(f"/screen/{code}", headers={"Accept-Language": "zh-CN"}).text)
        return page

    yield at
    page.context.close()
    database.close()


@pytest.mark.parametrize("form", WALLS)
def test_every_scene_is_read_from_the_last_row_and_a_rehearsal_says_what_it_is(wall: Wall, form: str) -> None:
    wrong = {}
    for name, seen in SCENES.items():
        page = wall(seen, form)
        told = page.evaluate(LOOKED)
        if told["read"] < READ or told["beside"] < BESIDE or told["cut"] or told["over"]:
            wrong[name] = told
        banner = page.locator(".fake")
        assert banner.count() == seen.simulated
        if seen.simulated:
            assert banner.text_content() == "彩排：姓名与分数均为虚构"
            box = banner.bounding_box()
            assert box is not None
            assert (box["x"], box["y"], box["width"]) == (0, 0, WALLS[form][0])
            assert banner.evaluate("(it) => it === document.elementFromPoint(innerWidth / 2, 5)")
    assert wrong == {}


@pytest.mark.parametrize("form", WALLS)
def test_a_list_that_would_be_too_small_goes_by_in_leaves_and_every_row_comes(wall: Wall, form: str) -> None:
    page = wall(replace(STANDINGS, lines=lines(40)), form)
    seen: list[str] = []
    says: set[str | None] = set()
    leaves = page.evaluate("Number(document.querySelector('.lines').dataset.leaves)")
    assert leaves > 1
    page.clock.pause_at(datetime(2100, 1, 1, tzinfo=UTC))
    for _ in range(leaves):
        told = page.evaluate(LOOKED)
        assert (told["read"] >= READ, told["cut"], told["over"]) == (True, [], [])
        says.add(page.locator(".lines").get_attribute("data-says"))
        seen += page.evaluate(
            "[...document.querySelectorAll('.lines li:not([hidden]) .place')].map((one) => one.innerText)"
        )
        page.clock.run_for(LEAF_MS)
    assert sorted(seen, key=int) == [f"{n}" for n in range(1, 41)]
    assert says == {f"{leaf} / {leaves}" for leaf in range(1, leaves + 1)}


@pytest.mark.parametrize("form", WALLS)
@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_a_screen_has_the_columns_that_were_chosen_for_it_and_cuts_nothing(wall: Wall, form: str, columns: int) -> None:
    for scene in (replace(STANDINGS, lines=lines(18)), reveal(9)):
        page = wall(replace(scene, columns=columns), form)
        told = page.evaluate(LOOKED)
        assert (told["read"] >= READ, told["cut"], told["over"]) == (True, [], [])
        expect(page.locator(".lines, .units")).to_have_css("column-count", f"{columns}")


@pytest.mark.parametrize("form", WALLS)
def test_a_name_as_long_as_the_roster_takes_is_small_and_whole(wall: Wall, form: str) -> None:
    name = (LONG * 5)[:120]
    for scene in (
        replace(HALL, title=name),
        replace(HALL, scene="stage", who={**WHO, "name": name, "unit": name}),
        replace(HALL, scene="score", who={**WHO, "name": name, "adjusted": [OVERTIME]}, marks=marks(9), score="97.12"),
        replace(STANDINGS, lines=lines(6, name)),
        reveal(3, name=name),
    ):
        told = wall(scene, form).evaluate(LOOKED)
        assert (told["cut"], told["over"]) == ([], [])
