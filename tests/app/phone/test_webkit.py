"""The judge's phone in WebKitGTK, the engine of every browser on an iPhone: its store and its worker, really used.

Needs what .ci/prepare installs, and fails without. A server that is gone here was killed with SIGKILL, and so was a
browser that was left.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import Session, SQLModel, select

from app.db import open_database
from app.files.models import StoredFile
from app.issues.models import Finding
from app.judging.models import SheetRevision
from app.sync import badges
from tests.app.phone.conftest import Running
from tests.app.phone.webkit import Handset, opened
from tests.app.sync.field import add_contest
from tests.conftest import becomes

SIZES = ("320x568", "360x640")
CONTESTS = ("battery", "workerless", *SIZES)
# What a page inside WeChat on an iPhone has not, nor the first releases of iOS 15.
OLDER = ("ServiceWorkers", "WebLocksAPI", "BroadcastChannel")
# The lowest marks: 9, 9, 9, 6, 12 and 15 points in steps of half a point.
TWO_SHEETS = [("P1", "[18, 18, 18, 12, 24, 30]"), ("P2", "[18, 18, 18, 12, 24, 30]")]
CUT_OFF = """return [...document.querySelectorAll("#app *")].filter((one) => !one.closest(".frame, .days, .gone")
  && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))"""

OUT_OF_REACH = """const inReach = (one) => { const box = one.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && one.contains(there); };
return [...document.querySelectorAll(".pad button, .line.on .mark")].filter((one) => !inReach(one))
  .map((one) => one.innerText)"""


@dataclass
class Road(Running):
    """Fieldmark itself, and a badge for each contest."""

    codes: dict[str, str] = field(default_factory=dict)

    def handed_in(self, contest: str) -> tuple[list[tuple[str, str]], int, int]:
        """Project and marks of every sheet handed in, how many problems there are, and how many whole photos."""
        database = open_database(f"sqlite:///{self.folder}/fieldmark.db", alone=False)
        try:
            with database.read() as session:
                rows: list[list[SQLModel]] = [
                    list(session.exec(select(table).where(table.contest_id == contest)).all())
                    for table in (SheetRevision, Finding, StoredFile)
                ]
        finally:
            database.close()
        sheets = [one for one in rows[0] if isinstance(one, SheetRevision) and one.kind == "submitted"]
        return sorted((one.entry_id, one.ticks) for one in sheets), len(rows[1]), len(rows[2])


@pytest.fixture(scope="module")
def road_process(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> Iterator[Road]:
    folder = tmp_path_factory.mktemp("road")
    shutil.copy(sqlite_file, folder / "fieldmark.db")
    made = Road("app.main:create_app", folder, {"FIELDMARK_DATA_DIR": str(folder)})

    def fill(session: Session) -> dict[str, str]:
        for contest in CONTESTS:
            add_contest(session, contest)
        issue = badges.issue_badges
        return {one: issue(session, "organiser", contest_id=one, judges=["J3"])["J3"] for one in CONTESTS}

    database = open_database(f"sqlite:///{folder}/fieldmark.db")
    made.codes = database.write(fill)
    database.close()
    yield made
    made.stop()


@pytest.fixture
def road(road_process: Road) -> Road:
    if not road_process.process:
        road_process.start()
    return road_process


@pytest.fixture
def pocket(tmp_path: Path) -> Path:
    """Where a phone keeps what its browser keeps."""
    folder = tmp_path / "phone"
    folder.mkdir()
    return folder


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((1600, 1200), 70).convert("RGB").save(path, quality=90)
    return path


def join(hand: Handset, road: Road, contest: str) -> None:
    hand.go(f"{road.address}/b/{contest}/{road.codes[contest]}")
    hand.touch("button.primary")
    hand.told(".who", "评委 3 号")


def open_again(hand: Handset, road: Road, contest: str) -> None:
    hand.go(f"{road.address}/j/{contest}/")
    hand.told(".head", "")
    # Where the judge stood is written down after the record: the battery may have died in between.
    if hand.run("return !!document.querySelector('.back')"):
        hand.press("返回")


def mark_next(hand: Handset, photo: Path | None = None) -> None:
    """The next project, each item its lowest mark, and handed in."""
    hand.press("开始打分")
    hand.told(".line.on .mark", "—")
    first = hand.run("return document.querySelector('.line .name').innerText")
    for _ in range(hand.run("return document.querySelectorAll('.line').length")):
        hand.touch(".pad button:nth-child(8)")  # one step up
        hand.touch(".pad button:nth-child(12)")  # the next item
    # A key is kept first and drawn a moment later: a driver is quick enough to aim at where a button was.
    hand.told(".line.on .name", first)
    if photo:
        hand.press("问题·拍照")
        hand.choose("input[capture]", photo)
        hand.told(".finding .state", "存在手机里")
        hand.press("好了，回评分表")
    hand.touch(".pad .go")
    hand.press("不写理由，提交")


def test_over_a_dead_server_and_a_dead_battery_everything_arrives_exactly_once(
    road: Road, pocket: Path, photo: Path
) -> None:
    with opened(pocket) as hand:
        join(hand, road, "battery")
        hand.told(".notice.ok", "没有网也能打开、也存得住")
        hand.press("知道了")
        hand.promised("navigator.serviceWorker.ready.then(() => true)")
        road.stop()
        mark_next(hand)
        hand.told(".stateline", "1 份存在手机里，有网自动上传")
        hand.reload()
        hand.told(".stateline", "1 份存在手机里，有网自动上传")
        mark_next(hand, photo)
        hand.told(".stateline", "2 份、1 条记录、1 张照片存在手机里")
    with opened(pocket) as hand:
        open_again(hand, road, "battery")
        hand.told(".stateline", "2 份、1 条记录、1 张照片存在手机里")
        assert road.handed_in("battery") == ([], 0, 0)
        road.start()
        hand.touch(".stateline")
        hand.told(".stateline", "2 份全部交到 ✓")
        assert road.handed_in("battery") == (TWO_SHEETS, 1, 1)
    with opened(pocket) as hand:
        open_again(hand, road, "battery")
        hand.told(".stateline", "2 份全部交到 ✓")
        hand.touch(".stateline")
        assert road.handed_in("battery") == (TWO_SHEETS, 1, 1)


def test_without_a_worker_marks_are_taken_and_sent_and_the_page_says_to_leave_it_open(road: Road, pocket: Path) -> None:
    with opened(pocket, *OLDER) as hand:
        join(hand, road, "workerless")
        assert hand.run("return [navigator.serviceWorker, navigator.locks, self.BroadcastChannel]") == [None] * 3
        hand.told(".notice.wait", "请不要关这个页面：这个浏览器没有网时关了就打不开。")
        hand.press("知道了")
        road.stop()
        mark_next(hand)
        hand.told(".stateline", "1 份存在手机里，有网自动上传")
        road.start()
        hand.touch(".stateline")
        hand.told(".stateline", "1 份已交到 ✓")
        road.stop()
        mark_next(hand)
        hand.told(".stateline", "1 份存在手机里，有网自动上传")
    with opened(pocket, *OLDER) as hand:
        hand.go(f"{road.address}/j/workerless/")
        hand.told("body", "Could not connect")
        road.start()
        open_again(hand, road, "workerless")
        hand.told(".stateline", "2 份全部交到 ✓")
        assert road.handed_in("workerless") == (TWO_SHEETS, 0, 0)


@pytest.mark.parametrize("size", SIZES)
def test_at_the_largest_type_of_wechat_the_line_and_every_key_are_in_reach(road: Road, pocket: Path, size: str) -> None:
    with opened(pocket, size=size, grown=2) as hand:
        join(hand, road, size)
        assert hand.run("return getComputedStyle(document.documentElement).getPropertyValue('--grown')") == "2"
        for path in ["", ".notices .btn", ".nextstop .btn", ".tools .btn", ".back", ".back", ".morebutton", ".back"]:
            if path:
                hand.touch(path)
            assert (path, hand.run(CUT_OFF)) == (path, [])
            if path == ".nextstop .btn":
                becomes(lambda: hand.run(OUT_OF_REACH), [])  # asked here and now
