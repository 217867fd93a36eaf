"""A phone that finds no network shows what it holds as codes; the organiser reads them from photos or by the camera."""

import re
import shutil
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session, select

from app import audit
from app.accounts import service as accounts
from app.accounts.models import Person
from app.contests.models import Membership
from app.db import open_database
from app.judging.models import SheetRevision
from app.settings import Settings
from app.sync import badges
from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import settles
from tests.app.phone.test_restored_browser import marks_a_project
from tests.app.sync.field import add_contest
from tests.conftest import CHROMIUM_ARGUMENTS, chromium

VIDEO = (640, 480)
# What belongs to what stands on the page is drawn when a frame has passed.
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"


def _signed_in(session: Session) -> str:
    person = accounts.add_person(session, "-", login="desk", name="组织者", password_hash="-")  # noqa: S106
    session.flush()
    session.get_one(Person, person).own_password = True
    session.add(Membership(contest_id="c1", person_id=person, role="organiser", made_at=audit.now()))
    return accounts.sign_in(session, person, hours=1)


@pytest.fixture
def settings(tmp_path: Path, sqlite_file: Path) -> Settings:
    made = Settings(data_dir=tmp_path / "data")
    made.data_dir.mkdir()
    shutil.copy(sqlite_file, made.data_dir / "fieldmark.db")
    return made


@pytest.fixture
def told(settings: Settings) -> tuple[str, str]:
    """The badge of a judge, and the cookie of an organiser."""
    database = open_database(settings.url)
    database.write(lambda session: add_contest(session, "c1"))
    code = database.write(lambda s: badges.issue_badges(s, "organiser", contest_id="c1", judges=["J3"]))["J3"]
    cookie = database.write(_signed_in)
    database.close()
    return code, cookie


@pytest.fixture
def server(settings: Settings, told: tuple[str, str], tmp_path: Path) -> Iterator[Running]:  # noqa: ARG001  # first the contest
    made = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(settings.data_dir)})
    made.start()
    yield made
    made.stop()


def shown_codes(hand: Page) -> list[bytes]:
    """A photo of the screen for each code."""
    hand.get_by_role("button", name="更多").click()
    hand.get_by_role("button", name="显示成二维码给人扫").click()
    hand.get_by_role("button", name="停住").click()
    expect(hand.get_by_role("button", name="停住")).to_have_count(0)
    canvas = hand.get_by_role("img", name=re.compile("第 \\d+ 张，共 \\d+ 张"))
    at, of = map(int, re.findall(r"\d+", canvas.get_attribute("aria-label") or ""))
    photos = []
    for turn in range(1, of + 1):
        hand.evaluate(DRAWN)
        photos.append(canvas.screenshot())
        hand.get_by_role("button", name="下一张").click()
        expect(canvas).to_have_attribute("aria-label", f"第 {(at + turn - 1) % of + 1} 张，共 {of} 张")
    return photos


def film(photos: Sequence[bytes], target: Path) -> Path:
    """What a camera held before the phone sees: the codes in the middle of something grey, four in a second."""
    width, height = VIDEO
    with target.open("wb") as out:
        out.write(f"YUV4MPEG2 W{width} H{height} F4:1 Ip A1:1 C420mpeg2\n".encode())
        for photo in photos:
            seen = Image.new("L", VIDEO, 120)
            code = Image.open(BytesIO(photo)).convert("L").resize((440, 440))
            seen.paste(code, ((width - 440) // 2, (height - 440) // 2))
            out.write(b"FRAME\n" + seen.tobytes() + bytes([128]) * (width * height // 2))
    return target


def counted(settings: Settings) -> int:
    database = open_database(settings.url, alone=False)
    try:
        with database.read() as session:
            return len(session.exec(select(SheetRevision)).all())
    finally:
        database.close()


def desk(browser: Browser, address: str, cookie: str) -> Page:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    context.add_cookies([{"name": "fieldmark_session", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/c/c1/rescue")
    return page


def test_codes_are_read_from_photos_and_by_the_camera_and_taken_in_once(
    hand: Page, browser: Browser, server: Running, settings: Settings, told: tuple[str, str], tmp_path: Path
) -> None:
    code, cookie = told
    hand.goto(f"{server.address}/b/c1/{code}")
    hand.get_by_role("button", name=re.compile("我是")).click()
    hand.get_by_role("button", name="知道了").click()
    settles(hand)
    hand.route("**/j/c1/batch", lambda route: route.abort())
    marks_a_project(hand)
    marks_a_project(hand)
    photos = shown_codes(hand)
    assert len(photos) > 3
    assert len(set(photos)) == len(photos)

    files = [tmp_path / f"{n}.png" for n in range(len(photos))]
    for file, content in zip(files, photos, strict=True):
        file.write_bytes(content)
    blank = tmp_path / "blank.png"
    Image.new("RGB", (300, 300), "white").save(blank)
    organiser = desk(browser, server.address, cookie)
    organiser.set_input_files("#scan-photos", [blank, *files[2:], files[0]])
    expect(organiser.locator("#scan-said")).to_have_text(
        f"已读 {len(files) - 1} 张，共 {len(files)} 张。还缺：2", timeout=60_000
    )
    expect(organiser.locator("#scan-blank")).to_have_text("读不出二维码的照片：1 张")
    assert organiser.locator("#text").input_value() == ""
    organiser.set_input_files("#scan-photos", [files[1]])
    expect(organiser.locator("#scan-said")).to_contain_text("全部读到了", timeout=30_000)
    assert counted(settings) == 0
    organiser.get_by_role("button", name="收下", exact=True).click()
    expect(organiser.get_by_role("status").first).to_contain_text("评委3")
    expect(organiser.locator("body")).to_contain_text("校验通过")
    assert counted(settings) == 2
    organiser.context.close()

    seen = film(photos, tmp_path / "seen.y4m")
    arguments = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    camera = browser.browser_type.launch(
        executable_path=chromium(), chromium_sandbox=False,
        args=[*CHROMIUM_ARGUMENTS, *arguments, f"--use-file-for-fake-video-capture={seen}"],
    )  # fmt: skip
    try:
        again = desk(camera, server.address, cookie)
        again.get_by_role("button", name="用摄像头扫").click()
        expect(again.locator("#scan-said")).to_contain_text("全部读到了", timeout=120_000)
        expect(again.locator("#scan-video")).to_be_hidden()
        again.get_by_role("button", name="收下", exact=True).click()
        expect(again.get_by_role("status").first).to_contain_text("评委3")
        assert counted(settings) == 2
    finally:
        camera.close()

    # Once all of it came by the network too there is nothing left to scan, and the page says so.
    hand.unroute("**/j/c1/batch")
    hand.evaluate("window.dispatchEvent(new Event('online'))")
    expect(hand.get_by_text("不用扫码")).to_be_visible(timeout=30_000)


def test_only_this_page_may_use_a_camera(browser: Browser, server: Running, told: tuple[str, str]) -> None:
    page = desk(browser, server.address, told[1])
    allowed = [
        "camera=(self)"
        in (answer.headers["permissions-policy"] if (answer := page.goto(f"{server.address}{path}")) else "")
        for path in ("/c/c1/rescue", "/c/c1/phones", "/j/c1/")
    ]
    page.context.close()
    assert allowed == [True, False, False]
