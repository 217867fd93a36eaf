"""The judge's phone in a phone-sized Chromium: without network, over a reload, with a second sheet on paper."""

import gzip
import re
import shutil
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Response, Route, expect

from app.db import open_database
from app.pages import STATIC
from app.sync import badges
from tests.app.phone.conftest import Running
from tests.app.sync.field import add_contest
from tests.conftest import becomes

ARRIVES_MS = 30_000
FIRST_LOAD_BYTES = 60_000
# What is fetched when the server has answered for the first time, or with that; nobody waits for it.
LATER = ("/package", "/batch", "/later/", "/vendor/qr/")
# Every script of a rarer page is here, so that the network may go; a page that nobody has opened yet has no worker.
RARE_SCRIPTS = """names => Promise.all(names.map(
  (name) => import(new URL(`later/${name}`, document.querySelector("script[src$='main.js']").src))))"""
LATER_SCRIPTS = sorted(path.name for path in (STATIC / "js" / "judge" / "later").glob("*.js"))
# What stands in the phone's store, and not only on its screen.
STORED = """async (name) => {
  const {parts} = await import(document.querySelector("script[src$='main.js']").src);
  const store = new parts["js/judge/store.js"].Store("fieldmark/tour/J17");
  const kept = await store.get(name);
  store.forget();
  return kept;
}"""
KEPT_PATHS = """(async () => {
  const paths = [];
  for (const name of await caches.keys())
    for (const kept of await (await caches.open(name)).keys()) paths.push(new URL(kept.url).pathname);
  return paths;
})()"""
THROWN_AWAY = """async () => {
  for (const {name} of await indexedDB.databases())
    await new Promise((gone) => { indexedDB.deleteDatabase(name).onsuccess = gone; });
}"""
SMALL_TARGETS = """[...document.querySelectorAll('button, label.btn')]
  .filter((one) => one.offsetParent && one.offsetHeight < 48).map((one) => one.textContent)"""


# A canvas that fails as on an old iPhone: all black, and no error. Then, whether the original was kept, and how large
# a picture of four hundred megapixels would be drawn.
BLACK = """async (spelt) => {
  const {photoOf, sized} = await import("/static/js/judge/later/picture.js");
  const proper = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (...how) {
    this.getContext("2d").fillRect(0, 0, this.width, this.height);
    return proper.apply(this, how);
  };
  const file = new File([Uint8Array.from(atob(spelt), (one) => one.charCodeAt(0))], "a.jpg", {type: "image/jpeg"});
  const kept = await photoOf(file, "", () => undefined);
  const {width, height} = sized(20000, 20000, 30000);
  return [kept.bytes.byteLength === file.size, width * height];
}"""


def tap(page: Page, keys: str) -> None:
    for key in keys:
        page.get_by_role("button", name="小数点" if key == "." else key, exact=True).click()


def next_item(page: Page) -> None:
    page.locator(".pad button").nth(11).click()


def hand_in(page: Page) -> None:
    page.locator(".pad .go").click()


def mark_all(page: Page, marks: str) -> None:
    for mark in marks.split():
        tap(page, mark)
        next_item(page)


def open_phone(page: Page, server: Running) -> None:
    page.goto(f"{server.address}/j/tour/")
    page.get_by_role("button", name="知道了").click()
    settles(page)


def reconnects(page: Page, said: str) -> None:
    """There is a network again, as the system tells a page. By itself it tries again ever more rarely."""
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".stateline")).to_contain_text(said)


def settles(page: Page) -> None:
    """Everything is here that the page fetches of itself: from now on the network may go."""
    page.evaluate("navigator.serviceWorker.ready")
    page.evaluate(RARE_SCRIPTS, LATER_SCRIPTS)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((3200, 2400), 70).convert("RGB").save(path, quality=90)
    return path


def test_without_a_server_two_projects_and_a_problem_with_a_photo_are_kept_and_arrive_by_themselves(
    hand: Page, fake: Running, photo: Path
) -> None:
    open_phone(hand, fake)
    fake.stop()

    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 17 22.5")
    hand_in(hand)
    expect(hand.locator(".stateline")).to_contain_text("1 份存在手机里，有网自动上传")
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "25 20.5 16 20")
    hand.get_by_role("button", name="问题·拍照").click()
    hand.set_input_files("input[capture]", photo)
    expect(hand.locator(".shots img:not(.working)")).to_have_count(1)
    hand.get_by_role("button", name="好了，回评分表").click()
    hand_in(hand)
    expect(hand.locator(".stateline")).to_contain_text("2 份、1 条记录、1 张照片存在手机里")

    # The page is opened anew with the server still gone: the worker has it, and everything is still there.
    hand.reload()
    expect(hand.locator(".stateline")).to_contain_text("2 份、1 条记录、1 张照片存在手机里")
    expect(hand.locator(".stop .touch")).to_have_count(2)

    fake.start()
    reconnects(hand, "2 份全部交到 ✓")
    held = fake.held()
    records = [one for one in held["records"].values() if one.get("state") != "draft"]
    assert sorted(one["ticks"] for one in records if one["kind"] == "sheet") == [[50, 41, 32, 40], [53, 42, 34, 45]]
    [finding] = [one for one in records if one["kind"] == "finding"]
    [sha256] = finding["files"]
    picture = bytes.fromhex(held["files"][sha256])
    assert max(Image.open(BytesIO(picture)).size) == 2048
    assert sorted(one["device_seq"] for one in held["records"].values()) == list(range(1, len(held["records"]) + 1))


def test_a_store_that_the_system_throws_away_under_the_page_is_written_down_again(
    hand: Page, fake: Running, photo: Path
) -> None:
    """A full phone clears a site's data; the page goes on, and must not say that nothing waits."""
    open_phone(hand, fake)
    fake.stop()
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 17 22.5")
    hand.get_by_role("button", name="问题·拍照").click()
    hand.set_input_files("input[capture]", photo)
    expect(hand.locator(".shots img:not(.working)")).to_have_count(1)
    hand.get_by_role("button", name="好了，回评分表").click()
    hand_in(hand)
    waits = "1 份、1 条记录、1 张照片存在手机里"
    expect(hand.locator(".stateline")).to_contain_text(waits)
    hand.evaluate(THROWN_AWAY)
    becomes(lambda: (hand.evaluate(STORED, "seq") or 0) > 1, wanted=True)
    hand.reload()
    expect(hand.locator(".stateline")).to_contain_text(waits)
    fake.start()
    reconnects(hand, "1 份已交到 ✓")
    held = fake.held()
    assert [one["ticks"] for one in held["records"].values() if one.get("state") == "submitted"] == [[53, 42, 34, 45]]
    assert len(held["files"]) == 1


def test_category_severity_and_several_photos_of_the_album_at_once(
    hand: Page, fake: Running, photo: Path, tmp_path: Path
) -> None:
    several = [tmp_path / f"{n}.jpg" for n in range(3)]
    for n, one in enumerate(several):
        Image.open(photo).resize((400 + n, 300)).save(one)
    open_phone(hand, fake)
    hand.get_by_role("button", name="开始打分").click()
    hand.get_by_role("button", name="问题·拍照").click()
    hand.get_by_role("button", name="● 严重").click()
    hand.get_by_role("button", name="安全隐患").click()
    hand.get_by_role("button", name="环境卫生").click()
    hand.get_by_role("button", name="环境卫生").click()
    expect(hand.locator(".chips [aria-pressed=true]")).to_have_text(["● 严重"])
    hand.get_by_role("button", name="安全隐患").click()
    hand.set_input_files("input[multiple]", several)
    expect(hand.locator(".shots img:not(.working)")).to_have_count(3)
    assert not hand.evaluate(SMALL_TARGETS)
    hand.get_by_role("button", name="好了，回评分表").click()
    hand.get_by_role("button", name="亮点", exact=True).click()
    expect(hand.get_by_role("group", name="严重程度")).to_have_count(0)
    hand.get_by_role("button", name="环境卫生").click()
    hand.get_by_role("button", name="好了，回评分表").click()

    def told() -> list[tuple[str, str, str, int]]:
        found = [one for one in fake.held()["records"].values() if one["kind"] == "finding"]
        last = {one["finding_id"]: one for one in sorted(found, key=lambda one: one["device_seq"])}
        return [(one["state"], one["category"], one["severity"], len(one["files"])) for one in last.values()]

    becomes(told, [("problem", "safety", "serious", 3), ("highlight", "hygiene", "", 0)])


def test_after_a_reload_under_the_camera_the_judge_is_back_exactly_there(
    hand: Page, fake: Running, photo: Path
) -> None:
    open_phone(hand, fake)
    hand.get_by_role("button", name="开始打分").click()
    tap(hand, "26.")
    hand.get_by_role("button", name="问题·拍照").click()
    with hand.expect_file_chooser():
        hand.locator("input[capture]").evaluate("input => input.click()")
    becomes(lambda: bool(hand.evaluate(STORED, "camera")), wanted=True)
    hand.reload()
    expect(hand.get_by_role("alert")).to_contain_text("照片没有收到")
    hand.set_input_files("input[capture]", photo)
    expect(hand.locator(".shots img:not(.working)")).to_have_count(1)
    hand.get_by_role("button", name="好了，回评分表").click()
    expect(hand.locator(".line.on .mark")).to_have_text("26.")


def test_a_black_picture_from_a_canvas_is_not_kept(hand: Page, fake: Running, photo: Path) -> None:
    hand.goto(f"{fake.address}/j/tour/")
    original_kept, pixels = hand.evaluate(BLACK, b64encode(photo.read_bytes()).decode())
    assert original_kept
    assert pixels <= 16_777_216


def test_a_photo_the_server_refuses_is_named_and_taken_again(hand: Page, fake: Running, photo: Path) -> None:
    refusing = [True]

    def answer(route: Route) -> None:
        if route.request.method == "PATCH" and refusing[0]:
            route.fulfill(status=415, body="{}")
        else:
            route.continue_()

    hand.route("**/files/*", answer)
    open_phone(hand, fake)
    hand.get_by_role("button", name="开始打分").click()
    hand.get_by_role("button", name="问题·拍照").click()
    hand.set_input_files("input[capture]", photo)
    expect(hand.get_by_text("第 1 张照片没有收下，其他内容都安全。")).to_be_visible(timeout=ARRIVES_MS)
    hand.get_by_role("button", name="好了，回评分表").click()
    hand.get_by_role("button", name="返回").click()
    expect(hand.locator(".stateline")).to_contain_text("有 1 条记录或照片没有收下")
    hand.get_by_role("button", name="请看一下").click()
    refusing[0] = False
    hand.set_input_files(".notice input[capture]", photo_of_another(photo))
    expect(hand.get_by_text("已交到")).to_be_visible(timeout=ARRIVES_MS)
    expect(hand.get_by_text("没有收下")).to_have_count(0)
    [kept] = fake.held()["files"]
    assert [record["files"] for record in fake.held()["records"].values()][-1] == [kept]


def photo_of_another(photo: Path) -> Path:
    path = photo.with_name("another.jpg")
    Image.effect_noise((800, 600), 50).convert("RGB").save(path, quality=90)
    return path


def test_lists_show_a_number_only_while_it_is_touched(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 17 22.5")
    hand_in(hand)
    word = hand.locator(".stop .touch")
    expect(word).to_have_text("已打分")
    word.dispatch_event("pointerdown")
    expect(word).to_have_text("87.0")
    word.dispatch_event("pointerup")
    expect(word).to_have_text("已打分")
    hand.get_by_role("button", name="按单位比较、改分").click()
    hand.locator(".pick select").select_option("U1")
    expect(hand.locator("tbody")).not_to_contain_text("26.5")
    hold = hand.locator(".hold button")
    hold.dispatch_event("pointerdown")
    expect(hand.locator("tbody")).to_contain_text("26.5")
    hold.dispatch_event("pointerup")
    expect(hand.locator("tbody")).not_to_contain_text("26.5")


REFUSED = {
    "11": "11 低于最低分，可打 18 到 30。",
    "31": "31 超过满分，可打 18 到 30。",
    "26.55": "这一项以 0.5 分为一档。",
    "26.3": "这一项以 0.5 分为一档：可打 26 或 26.5。",
}


@pytest.mark.parametrize(("keys", "sentence"), REFUSED.items())
def test_a_mark_that_cannot_be_given_is_refused_with_a_sentence(
    hand: Page, fake: Running, keys: str, sentence: str
) -> None:
    open_phone(hand, fake)
    hand.get_by_role("button", name="开始打分").click()
    tap(hand, keys)
    if "超过" not in sentence and "26.55" not in keys:
        next_item(hand)
    expect(hand.locator(".line.on .why")).to_have_text(sentence)


def test_handing_in_says_what_is_missing_and_asks_for_a_reason(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 13")
    hand_in(hand)
    expect(hand.locator(".line.on .why")).to_have_text("还没打：作用成效")
    tap(hand, "22")
    hand_in(hand)
    hand.get_by_label("有的分数超出一般范围").fill("刚搬来")
    hand.get_by_role("button", name="提交", exact=True).click()
    expect(hand.locator(".stateline")).to_contain_text("1 份已交到 ✓", timeout=ARRIVES_MS)
    assert [one["note"] for one in fake.held()["records"].values()] == ["刚搬来"]


def test_other_marks_on_paper_are_put_before_the_judge(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    paper = {"kind": "sheet", "entry_id": "E11", "revision_id": "p", "rev": 9, "state": "submitted", "origin": "paper"}
    paper |= {"ticks": [40, 40, 30, 40]}
    fake.set(paper=[paper], rev=9, mood="portal")
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 17 22.5")
    hand_in(hand)
    expect(hand.locator(".stateline")).to_contain_text("现在的网络要先登录")
    fake.set(mood="")
    hand.locator(".stateline").click()
    expect(hand.locator(".stateline")).to_contain_text("1 份要您看一下", timeout=ARRIVES_MS)
    hand.get_by_role("button", name="请您定").click()
    expect(hand.locator("table")).to_contain_text("20.0")
    hand.get_by_role("button", name="工作人员录入的对").click()
    expect(hand.locator(".stateline")).to_contain_text("1 份已交到 ✓", timeout=ARRIVES_MS)
    newest = max(fake.held()["records"].values(), key=lambda one: one["device_seq"])
    assert (newest["ticks"], newest["based_on"]) == ([40, 40, 30, 40], 9)


def test_a_badge_asked_for_again_keeps_everything(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    fake.set(mood="badge")
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 17 22.5")
    hand_in(hand)
    expect(hand.locator(".stateline")).to_contain_text("请再扫一次评委证")
    expect(hand.locator(".stateline")).to_contain_text("1 份存在手机里，不会丢")


def test_another_judge_on_this_phone_is_asked_and_gets_his_own_sheets(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    fake.set(mood="portal")
    hand.get_by_role("button", name="开始打分").click()
    mark_all(hand, "26.5 21 17 22.5")
    hand_in(hand)
    fake.set(mood="", judge="J18")
    hand.goto(f"{fake.address}/j/tour/")
    hand.get_by_role("button", name="我是评委 18 号 李四光").click()
    expect(hand.locator(".stop .word").first).to_have_text("没打分")
    assert fake.held()["records"] == {}, "what one judge marked was handed in under another's name"


def test_the_worker_touches_nothing_but_the_page_itself(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    hand.reload()
    assert hand.evaluate("!!navigator.serviceWorker.controller")
    kept = hand.evaluate(KEPT_PATHS)
    assert all(path == "/j/tour/" or path.startswith("/static/") for path in kept)


def test_the_first_load_is_small(hand: Page, fake: Running) -> None:
    sizes: dict[str, int] = {}

    def measure(answer: Response) -> None:
        if not any(part in answer.url for part in LATER):
            sizes[answer.url] = len(gzip.compress(answer.body()))

    hand.on("response", measure)
    hand.add_init_script("delete Navigator.prototype.serviceWorker")
    hand.goto(f"{fake.address}/j/tour/")
    expect(hand.locator(".nextstop")).to_be_visible()
    total = sum(sizes.values())
    print(f"first load: {len(sizes)} requests, {total} bytes gzipped")  # noqa: T201  # a figure of the README
    assert total < FIRST_LOAD_BYTES


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["100%", "200%"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off_sideways_and_every_target_is_large(
    hand: Page, fake: Running, language: str, size: str, scheme: str
) -> None:
    hand.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    hand.goto(f"{fake.address}/j/tour/?lang={language}")
    expect(hand.locator(".nextstop")).to_be_visible()
    hand.evaluate(f"document.documentElement.style.fontSize = '{size}'")
    settles(hand)
    hand.locator(".notices .btn").click()
    for path, there in (
        ("", "stops"), (".nextstop .btn", "sheet"), (".tools .btn", "finding"), (".back", "sheet"), (".back", "stops"),
        (".stops .two .btn:first-child", "summary"), (".back", "stops"),
        (".stops .two .btn:last-child", "county"), (".back", "stops"), (".morebutton", "more"),
    ):  # fmt: skip
        if path:
            hand.locator(path).first.click()
        expect(hand.locator(f".page.{there}")).to_be_visible()
        wide = "[...document.querySelectorAll('#app *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
        cut = hand.evaluate(f"{wide} && !e.closest('.frame, .days')).map(e => e.className)")
        small = hand.evaluate(SMALL_TARGETS)
        assert (path, cut, small) == (path, [], [])


def test_with_our_own_server_everything_arrives_after_a_stop(
    hand: Page, tmp_path: Path, sqlite_file: Path, photo: Path
) -> None:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    database = open_database(f"sqlite:///{tmp_path / 'fieldmark.db'}")
    database.write(lambda session: add_contest(session, "c1"))
    code = database.write(lambda s: badges.issue_badges(s, "organiser", contest_id="c1", judges=["J3"]))["J3"]
    database.close()
    server = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})
    server.start()
    try:
        hand.goto(f"{server.address}/b/c1/{code}")
        hand.get_by_role("button", name=re.compile("我是")).click()
        hand.get_by_role("button", name="知道了").click()
        settles(hand)
        server.stop()
        for number in range(2):
            hand.get_by_role("button", name="开始打分").click()
            expect(hand.locator(".line.on .mark")).to_have_text("—")
            for _ in range(hand.locator(".line").count()):
                hand.locator(".pad button").nth(7).click()  # one step up: the lowest mark
                next_item(hand)
            if number == 0:
                hand.get_by_role("button", name="问题·拍照").click()
                hand.set_input_files("input[capture]", photo)
                expect(hand.locator(".shots img:not(.working)")).to_have_count(1)
                hand.get_by_role("button", name="好了，回评分表").click()
            hand_in(hand)
            hand.get_by_role("button", name="不写理由，提交").click()
        expect(hand.locator(".stateline")).to_contain_text("2 份、1 条记录、1 张照片存在手机里")
        server.start()
        reconnects(hand, "2 份全部交到 ✓")
    finally:
        server.stop()
