"""The smallest phones with the largest type: nothing runs over, nothing is covered, every target takes a thumb.

320 px by 504 is what WeChat leaves of the smallest iPhone. Type grows in two ways: by the browser's own size,
which every rem follows, and by WeChat's, which multiplies what is drawn. Dark colours change no shape.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import settles
from tests.conftest import becomes

SMALLEST, USUAL = {"width": 320, "height": 504}, {"width": 360, "height": 640}
# Of a page as it stands: what lies outside it, what runs over its own button, and what a thumb misses.
FAULTS = """() => {
  const seen = (one) => one.offsetParent && !one.closest(".gone, .probe");
  const wide = [...document.querySelectorAll("#app *")].filter((one) => seen(one) && !one.closest(".frame, .days")
    && (one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1));
  const keys = [...document.querySelectorAll("button, select, label.btn, textarea")].filter(seen);
  const small = keys.filter((one) => one.offsetWidth < 44 || one.offsetHeight < 44);
  const over = keys.filter((one) => { if (!one.matches("button, label")) return false;
    const words = document.createRange(); words.selectNodeContents(one);
    const [inner, outer] = [words.getBoundingClientRect(), one.getBoundingClientRect()];
    // What a face keeps free above and below its letters may lie outside.
    const free = 0.15 * parseFloat(getComputedStyle(one).fontSize);
    return inner.left < outer.left - 1 || inner.right > outer.right + 1
      || inner.top < outer.top - free || inner.bottom > outer.bottom + free; });
  const told = (kind, found) => found.map((one) => `${kind}: ${one.outerHTML.slice(0, 90)}`);
  return [...told("wide", wide), ...told("small", small), ...told("over", over)];
}"""
# Of the frame round the page: the parts of the screen's height that the state line takes, and that are left to read in.
SHARES = """() => [".stateline", "#main"].map((one) => document.querySelector(one).offsetHeight / innerHeight)"""
# The line that is marked with all that is said of it, its mark, and each key: what of them a thumb or an eye misses.
COVERED = """() => {
  const met = (one) => { const {left, right, top, bottom} = one.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight && [[left + 3, top + 3], [right - 3, bottom - 3], [(left + right) / 2,
      (top + bottom) / 2]].every(([x, y]) => { const there = document.elementFromPoint(x, y);
        return there && (one.contains(there) || there.contains(one)) && !there.contains(document.body); }); };
  const wanted = [...document.querySelectorAll(".line.on, .line.on .mark, .line.on .why, .padfoot button")];
  const screen = document.querySelector("#main").getBoundingClientRect();
  const cut = (one) => one.closest("#main") && (one.getBoundingClientRect().top < screen.top - 1
    || one.getBoundingClientRect().bottom > screen.bottom + 1);
  return wanted.filter((one) => cut(one) || !met(one)).map((one) => one.outerHTML.slice(0, 90));
}"""
GROWN = "getComputedStyle(document.documentElement).getPropertyValue('--grown')"


def enlarged(page: Page, size: str) -> None:
    """As the reader's settings do it: the page learns of neither beforehand."""
    if size == "browser":
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    if size == "wechat":
        page.evaluate("document.body.style.setProperty('text-size-adjust', '200%', 'important')")
        becomes(lambda: page.evaluate(GROWN), "2")


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(".pad button").filter(has_text=key).first.click()


def looked_at(page: Page) -> None:
    """The sheet, at both sizes: the line that is being marked is there whole, and so is each of the keys."""
    for size in (USUAL, SMALLEST):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.locator(".line.on").evaluate("one => one.scrollIntoView({block: 'end'})")
        becomes(lambda: page.evaluate(COVERED), [])
        assert page.evaluate(FAULTS) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("theme", "size"),
    [("auto", "browser"), ("auto", "wechat"), ("sun", "usual"), ("sun", "browser"), ("sun", "wechat")],
)
def test_the_smallest_phone_with_the_largest_type_shows_every_page_whole(
    hand: Page, fake: Running, theme: str, size: str, language: str
) -> None:
    hand.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    hand.goto(f"{fake.address}/j/tour/?lang={language}")
    hand.locator(".notices .btn").click()
    settles(hand)
    if theme == "sun":
        hand.locator(".morebutton").click()
        hand.locator(".more .two .btn").nth(1).click()
        expect(hand.locator("html")).to_have_attribute("data-theme", "sun")
        hand.locator(".back").click()
    enlarged(hand, size)
    assert hand.evaluate(FAULTS) == []
    fake.set(mood="portal")
    hand.locator(".nextstop .btn").click()
    for marks in ("26.5", "99", "16", "15"):
        press(hand, marks)
        if marks == "99":
            expect(hand.locator(".line.on .why")).to_be_visible()
            looked_at(hand)
            for _ in marks:
                hand.locator(".pad button").nth(14).click()
            press(hand, "22")
        looked_at(hand)
        hand.locator(".pad button").nth(11).click()
    hand.locator(".tools .btn").first.click()
    expect(hand.locator(".page.finding")).to_be_visible()
    assert hand.evaluate(FAULTS) == []
    hand.locator(".back").click()
    hand.locator(".pad .go").click()
    hand.locator(".note ~ .btn").click()
    # The longest that is said every day: a sheet waits, and the hotel's network wants a login first.
    expect(hand.locator(".stateline span span")).to_be_visible()
    for path, there in (
        (".stops .two .btn:first-child", "summary"),
        (".stops .two .btn:last-child", "county"),
        (".morebutton", "more"),
    ):
        for page in ("stops", there):
            expect(hand.locator(f".page.{page}")).to_be_visible()
            line, room = hand.evaluate(SHARES)
            assert line <= 0.25, page
            assert room >= 0.4, page
            assert (page, hand.evaluate(FAULTS)) == (page, [])
            hand.locator(path if page == "stops" else ".back").first.click()
