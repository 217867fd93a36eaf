"""The sheet under one thumb: taps counted, undo, own earlier marks, search, handing in with an overview, large text."""

import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import (
    ARRIVES_MS,
    STORED,
    hand_in,
    mark_all,
    next_item,
    open_phone,
    tap,
)
from tests.conftest import becomes

# The page draws first and scrolls to the line a frame or two later; what is not in reach after so many never is.
REACH = """async (one) => {
  const met = () => { const box = one.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth && one.contains(at); };
  for (let frames = 0; frames < 100 && !met(); frames++) await new Promise(requestAnimationFrame);
  return met(); }"""
# Of sixteen keys those that a thumb does not meet.
AWAY = f"""async (pad) => {{
  const [inReach, keys, away] = [{REACH}, [...pad.querySelectorAll("button")], []];
  for (const key of keys) if (key.offsetHeight < 56 || !(await inReach(key))) away.push(key.textContent);
  return keys.length === 16 ? away : keys.length; }}"""
FIELDS = """[...document.querySelectorAll("input:not([type=file]), select, textarea")]
  .map((one) => getComputedStyle(one).fontSize)"""
# What the page listens for, and where it scrolls itself.
LISTENS = """
scrollTo = (...to) => { self.wentTo = to.join(); };
self.listens = new Set();
const add = document.addEventListener;
document.addEventListener = function (kind, ...rest) { listens.add(kind); return add.call(this, kind, ...rest); };
"""
SIZES = ["100%", "150%", "200%"]


def start(page: Page) -> None:
    page.get_by_role("button", name="开始打分").click()


def enlarge(page: Page, size: str) -> None:
    page.evaluate(f"document.documentElement.style.fontSize = '{size}'")


def in_reach(button: Locator) -> bool:
    """Whether a thumb meets it where it is drawn, without any scrolling."""
    return bool(button.evaluate(REACH))


def held(button: Locator) -> None:
    button.dispatch_event("pointerdown")


def let_go(button: Locator) -> None:
    button.dispatch_event("pointerup")


def test_four_criteria_take_fourteen_taps_and_no_scrolling(hand: Page, fake: Running) -> None:
    """Ten digits and points, three times to the next line, handing in; and the focus moves by itself."""
    open_phone(hand, fake)
    opened = time.monotonic()
    hand.reload()
    start(hand)
    hand.locator(".pad button").first.tap()
    first = time.monotonic() - opened
    expect(hand.locator(".line.on .mark")).to_have_text("7")
    hand.get_by_role("button", name="删一位").tap()
    begun, taps = time.monotonic(), 0
    for place, mark in enumerate(["26.5", "21", "17", "22"]):
        expect(hand.locator(".line").nth(place)).to_have_class("line on")
        assert in_reach(hand.locator(".line.on")), "the line that is being marked has left the screen"
        for key in mark:
            button = hand.get_by_role("button", name="小数点" if key == "." else key, exact=True)
            assert in_reach(button)
            button.tap()
            taps += 1
        if place < 3:
            hand.locator(".pad button").nth(11).tap()
            taps += 1
    assert in_reach(hand.locator(".pad .go"))
    hand.locator(".pad .go").tap()
    taps += 1
    expect(hand.locator(".stop .word").first).to_have_text("已打分")
    print(f"first mark {first:.1f} s after opening; four criteria: {taps} taps, {time.monotonic() - begun:.1f} s")  # noqa: T201
    assert taps == len("26.5211722") + 3 + 1
    assert hand.evaluate("scrollY") == 0


def test_a_finger_presses_when_it_leaves_the_key_also_beside_another_and_not_when_it_slid_away(
    hand: Page, fake: Running
) -> None:
    open_phone(hand, fake)
    start(hand)
    mark = hand.locator(".line.on .mark")
    keys = {key: hand.get_by_role("button", name=key, exact=True) for key in "126"}
    boxes = {key: one.bounding_box() for key, one in keys.items()}
    at = {key: {"x": box["x"] + 20, "y": box["y"] + 20} for key, box in boxes.items() if box}
    glass = hand.context.new_cdp_session(hand)

    def touch(kind: str, *fingers: str) -> None:
        points = [{**at[finger], "id": int(finger)} for finger in fingers]
        glass.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    touch("Start", "1")
    touch("Start", "1", "2")
    expect(mark).to_have_text("—")
    touch("End", "2")
    expect(mark).to_have_text("2")
    touch("End")
    expect(mark).to_have_text("21")
    # From the six to the one: a finger that thinks better of it.
    touch("Start", "6")
    glass.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{**at["1"], "id": 6}]})
    touch("End")
    expect(mark).to_have_text("21")
    keys["6"].focus()
    hand.keyboard.press("Enter")
    expect(hand.locator(".line.on .why")).to_contain_text("216")


def test_undo_takes_back_the_last_change_also_after_a_jump_and_a_reload(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    start(hand)
    undo = hand.get_by_role("button", name="撤销")
    expect(undo).to_be_disabled()
    mark_all(hand, "26.5 21")
    hand.locator(".line").first.click()
    tap(hand, "19")
    hand.locator(".line").nth(3).click()
    # Written one after the other: with the place, what came before it is kept too.
    becomes(lambda: hand.evaluate(STORED, "place").get("item"), 3)
    hand.reload()
    undo.click()
    expect(hand.locator(".line.on .name")).to_have_text("场所与标识")
    expect(hand.locator(".line.on .mark")).to_have_text("26.5")
    expect(hand.locator(".line.on .why")).to_have_text("已撤销：场所与标识改回 26.5。")
    expect(undo).to_be_disabled()
    hand.locator(".line").nth(2).click()
    hand.get_by_role("button", name="加 0.5").click()
    hand.get_by_role("button", name="加 0.5").click()
    undo.click()
    expect(hand.locator(".line.on .mark")).to_have_text("—")
    expect(hand.locator(".line.on .why")).to_have_text("已撤销：特色亮点又是没打分。")


# Keeps every write of the phone waiting, as a disk does that is busy; until ``self.go`` is called.
BUSY_DISK = """() => new Promise((held) => {
  indexedDB.open("fieldmark/tour/J17").onsuccess = ({target: {result: base}}) => {
    const meta = base.transaction(base.objectStoreNames, "readwrite").objectStore("meta");
    let goes = false;
    self.go = () => { goes = true; };
    const again = () => { if (!goes) meta.get("place").onsuccess = again; else base.close(); };
    again();
    held();
  };
})"""


def test_a_slow_phone_is_pressed_twice_and_left_and_the_sheet_is_handed_in_once(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    start(hand)
    mark_all(hand, "26.5 21 17 22.5")
    expect(hand.locator(".pad .go")).to_have_text("提交")
    hand.evaluate(BUSY_DISK)
    hand_in(hand)
    hand_in(hand)
    hand.get_by_role("button", name="返回").click()
    hand.locator(".stop .to").nth(1).click()
    tap(hand, "24")
    expect(hand.locator(".line.on .mark")).to_have_text("24")
    hand.evaluate("go()")
    expect(hand.locator(".sum small")).to_have_text("1 份已交到 ✓")
    expect(hand.locator(".line.on .mark")).to_have_text("24")
    hand.get_by_role("button", name="返回").click()
    expect(hand.locator(".stop .word").first).to_have_text("已打分")
    records = fake.held()["records"].values()
    assert [one["state"] for one in records if one["entry_id"] == "E11"] == ["submitted"]


def test_own_earlier_marks_of_the_item_show_in_the_order_of_the_route_while_touched(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    start(hand)
    own = hand.get_by_role("button", name="我打过的")
    expect(own).to_be_disabled()
    mark_all(hand, "26.5 21 17 22.5")
    hand_in(hand)
    start(hand)
    mark_all(hand, "24")
    hand.get_by_role("button", name="返回").click()
    hand.locator(".stop .to").nth(4).click()
    expect(hand.locator(".earlier")).to_have_count(0)
    held(own)
    expect(hand.locator(".earlier li")).to_have_text(["26.5水坪镇新时代文明实践所", "24.0好人广场"])
    expect(hand.locator(".earlier p")).to_contain_text("24.0 至 26.5")
    let_go(own)
    expect(hand.locator(".earlier")).to_have_count(0)
    next_item(hand)
    hand.locator(".line").nth(1).click()
    held(own)
    expect(hand.locator(".earlier li")).to_have_text(["21.0水坪镇新时代文明实践所"])
    let_go(own)
    # The button must not move away under the thumb that holds it.
    enlarge(hand, "200%")
    before = own.bounding_box()
    held(own)
    expect(hand.locator(".earlier")).to_be_visible()
    assert own.bounding_box() == before


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("桃花", ["桃花村新时代文明实践站", "桃花村新时代文明实践站(二)", "桃花村新时代文明实践站(三)"]),
        ("12", ["好人广场(三)"]),
        ("１２", ["好人广场(三)"]),
        ("青川 广场", ["好人广场", "好人广场(二)", "好人广场(三)"]),
    ],
)
def test_a_long_itinerary_is_searched_by_name_unit_and_number(
    hand: Page, fake: Running, wanted: str, found: list[str]
) -> None:
    fake.set(days=3)
    open_phone(hand, fake)
    hand.get_by_role("searchbox").fill(wanted)
    expect(hand.locator(".stop b")).to_have_text(found)
    hand.get_by_role("searchbox").fill("没有这个")
    expect(hand.get_by_text("没有找到。")).to_be_visible()


def test_a_short_itinerary_has_no_search_and_says_what_each_day_lacks(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    expect(hand.get_by_role("searchbox")).to_have_count(0)
    expect(hand.locator(".days small")).to_have_text(["还差 4 个", "还差 4 个"])


def test_leave_recusal_nothing_and_nought_look_different(hand: Page, fake: Running) -> None:
    fake.set(days=3)
    open_phone(hand, fake)
    hand.locator(".days button").nth(2).click()
    expect(hand.locator(".stop i")).to_have_text(["○", "◇", "○", "⊘", "○"])
    expect(hand.locator(".stop .word")).to_have_text(["没打分", "请假", "没打分", "本单位项目，回避", "没打分"])
    expect(hand.locator(".days small").nth(2)).to_have_text("还差 3 个")
    hand.locator(".stop .word").nth(1).click()
    expect(hand.locator(".page .notice")).to_contain_text("名单上您这天请假")
    expect(hand.locator(".line .mark").first).to_have_text("—")
    tap(hand, "26")
    hand.get_by_role("button", name="返回").click()
    expect(hand.locator(".stop .word").nth(1)).to_have_text("差 3 项")


def test_the_overview_hands_in_what_is_complete_and_says_what_is_left(hand: Page, fake: Running) -> None:
    open_phone(hand, fake)
    for place, marks in enumerate(["26.5 21 17 22.5", "25 20.5 16 20", "26 21", "", "30 21 17 22"]):
        if marks:
            hand.locator(".stop .to").nth(place).click()
            mark_all(hand, marks)
            hand.get_by_role("button", name="返回").click()
    hand.get_by_role("button", name="交分：看总表").click()
    expect(hand.locator(".missing")).to_have_text(
        ["还没打：特色亮点、作用成效", "有分数超出一般范围，还没写理由。"], use_inner_text=True
    )
    expect(hand.locator(".summary ul")).not_to_contain_text("87")
    hand.get_by_role("button", name="打完的 2 份全部交分").click()
    told = hand.locator(".summary > .notice p")
    expect(told).to_have_text(["交了 2 份：存在手机里，有网自动上传。", "当天还差 2 个。"])
    expect(hand.locator(".stop .word").first).to_have_text("已打分")
    hand.get_by_role("button", name="连同没写理由的 1 份一起交").click()
    expect(told).to_have_text(["交了 1 份：存在手机里，有网自动上传。", "当天还差 1 个。"])
    hand.get_by_role("button", name="返回").click()
    expect(hand.locator(".stateline")).to_contain_text("3 份全部交到 ✓", timeout=ARRIVES_MS)
    marks_sent = sorted(one["ticks"] for one in fake.held()["records"].values() if one["state"] == "submitted")
    assert marks_sent == [[50, 41, 32, 40], [53, 42, 34, 45], [60, 42, 34, 44]]
    # What was handed in is changed again, until the sheets are collected.
    hand.locator(".stop .to").first.click()
    tap(hand, "27")
    hand.get_by_role("button", name="返回").click()
    expect(hand.locator(".stop .word").first).to_have_text("改了没提交")


def test_rare_pages_are_there_without_a_worker_and_without_network(hand: Page, fake: Running) -> None:
    hand.add_init_script("delete Navigator.prototype.serviceWorker")
    with hand.expect_request_finished(lambda asked: asked.url.endswith("/later/summary.js")):
        hand.goto(f"{fake.address}/j/tour/")
    hand.get_by_role("button", name="知道了").click()
    fake.stop()
    hand.get_by_role("button", name="交分：看总表").click()
    expect(hand.locator(".summary .stop")).to_have_count(5)


def test_a_rare_page_that_did_not_come_is_asked_for_again(hand: Page, fake: Running) -> None:
    hand.add_init_script("delete Navigator.prototype.serviceWorker")
    hand.route("**/later/*", lambda route: route.abort())
    hand.goto(f"{fake.address}/j/tour/")
    hand.get_by_role("button", name="知道了").click()
    hand.get_by_role("button", name="交分：看总表").click()
    expect(hand.get_by_text("这一页要联一次网才能打开")).to_be_visible()
    hand.unroute("**/later/*")
    hand.get_by_role("button", name="再试一次").click()
    expect(hand.locator(".summary .stop")).to_have_count(5)


@pytest.mark.parametrize("theme", ["auto", "sun"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pad_and_the_line_are_in_reach_at_every_text_size(hand: Page, fake: Running, size: str, theme: str) -> None:
    open_phone(hand, fake)
    if theme == "sun":
        hand.locator(".morebutton").click()
        hand.get_by_role("button", name="☀ 阳光下").click()
        hand.locator(".back").click()
        expect(hand.locator("body")).to_have_css("font-size", "20px")
        expect(hand.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
        enough = "[...document.querySelectorAll('.page button, .page label.btn')].filter(e => e.offsetHeight < 56)"
        assert hand.evaluate(f"{enough}.map(e => e.textContent)") == []
    if theme == "auto" or size != "100%":
        enlarge(hand, size)
    start(hand)
    expect(hand.locator(".line.on .mark")).to_have_text("—")
    for _ in range(hand.locator(".line").count()):
        tap(hand, "2")
        assert in_reach(hand.locator(".line.on .mark")), "the mark that is being typed cannot be seen"
        assert hand.locator(".pad").evaluate(AWAY) == []
        hand.get_by_role("button", name="撤销").click()
        hand.locator(".line.on").evaluate("one => one.nextElementSibling.click()") if hand.locator(
            ".line.on + .line"
        ).count() else None


def test_an_iphone_zooms_into_no_field_and_comes_down_again_from_its_keyboard(hand: Page, fake: Running) -> None:
    hand.add_init_script(LISTENS)
    fake.set(days=3)
    open_phone(hand, fake)
    assert hand.evaluate("listens.has('touchstart')"), "an iPhone shows no pressed key"
    assert hand.evaluate("getComputedStyle(document.querySelector('#app')).touchAction") == "manipulation"
    assert hand.evaluate(FIELDS) == ["16px"]
    start(hand)
    hand.get_by_role("button", name="备注").click()
    hand.locator("textarea").click()
    assert hand.evaluate(FIELDS) == ["16px"]
    hand.evaluate("document.activeElement.blur()")
    becomes(lambda: hand.evaluate("self.wentTo"), wanted="0,0")
    hand.locator(".back").click()
    hand.get_by_role("button", name="按单位比较、改分").click()
    hand.locator(".pick select").wait_for()
    assert hand.evaluate(FIELDS) == ["16px"]
