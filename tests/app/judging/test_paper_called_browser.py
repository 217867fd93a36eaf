"""唱分: 240 marks of paper are typed twice without a mouse, as they are called aloud; a third look settles the rest."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from app.contests.models import EntryRow
from tests.app.judging.paper_contest import CONTEST
from tests.app.judging.test_paper_browser import HERE, served, shoot, signed_in

NARROW = 360
SHEETS = 40
ITEMS = 6
LIMITS = ((9, 15), (9, 15), (9, 15), (6, 10), (12, 20), (15, 25))  # least and full marks of a centre's items
# Of the second typist: at these marks he hears another number. The first and the last he corrects himself.
MISHEARD = {7: "9.5", 100: "12.5", 239: "15.5"}


def more_centres(session: Session) -> None:
    """A day of forty centres, each a sheet of six items."""
    for number in range(SHEETS):
        session.add(
            EntryRow(
                contest_id=CONTEST, id=f"F{number}", place_number=100 + number, unit_id="U2", component="onsite",
                kind="centre", name=f"第{number + 1}实践中心", day="9",
            )
        )  # fmt: skip


def paper() -> list[str]:
    """Judge 2's marks in the order of his paper."""
    marks = []
    for place in range(SHEETS * ITEMS):
        least, full = LIMITS[place % ITEMS]
        half = (place * 7) % (2 * (full - least) + 1)
        marks.append(f"{least + half / 2:g}")
    return marks


def tabs_to(page: Page, selector: str, key: str = "Tab") -> None:
    """On with the key until the focus is there; a page has fewer than two hundred places to stop at."""
    for _ in range(200):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(selector)


def opens(page: Page) -> None:
    """Judge 2's grid, with the marks called aloud; by keys alone."""
    page.goto(f"{HERE}?component=onsite")
    tabs_to(page, "select#day")
    page.keyboard.press("End")
    tabs_to(page, "select#judge")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    tabs_to(page, "button[name=opened]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tabs_to(page, "#callmode", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#calling")).to_be_visible()


def types_all(page: Page, marks: Sequence[str]) -> None:
    for mark in marks:
        page.keyboard.type(mark)
        page.keyboard.press("Enter")
    expect(page.locator('[data-call="where"]')).to_have_text("录完了。按回车保存。")


def saves(page: Page, told: str, key: str = "Enter") -> None:
    with page.expect_navigation():
        page.keyboard.press(key)
    expect(page.locator("#saved")).to_contain_text(told)


def is_told_what_cannot_be(page: Page) -> None:
    """At once, and the cell is not left; full-width digits and a comma are read. Ends at the first cell again."""
    told = {name: page.locator(f'[data-call="{name}"]') for name in ("mark", "fault", "back", "item", "count")}
    expect(told["count"]).to_have_text("1/240")
    for wrong, sentence in (("99", "超过 15"), ("8", "低于 9"), ("9.3", "不是 0.5 的整数倍"), ("9..5", "不是数字")):
        page.keyboard.type(wrong)
        page.keyboard.press("Enter")
        expect(told["fault"]).to_have_text(sentence)
    shoot(page, "called-wrong")
    page.keyboard.type("９，５")
    expect(told["mark"]).to_have_text("9,5")
    page.keyboard.press("Enter")
    expect(told["back"]).to_contain_text("9.5")
    expect(told["count"]).to_have_text("2/240")
    page.keyboard.press("Enter")
    expect(told["fault"]).to_have_text("还没有录；按 * 表示评委没打")
    page.keyboard.press("-")
    expect(told["count"]).to_have_text("1/240")


@pytest.fixture
def contest(tmp_path: Path, sqlite_file: Path) -> Iterator[dict[str, str]]:
    with served(tmp_path, sqlite_file, more_centres) as address_and_cookies:
        yield address_and_cookies


def test_240_marks_called_aloud_are_typed_twice_and_settled_without_a_mouse(
    browser: Browser, contest: dict[str, str]
) -> None:
    marks = paper()
    with signed_in(browser, contest, "ann") as ann, signed_in(browser, contest, "bo") as bo:
        opens(ann)
        is_told_what_cannot_be(ann)
        types_all(ann, marks)
        saves(ann, "40 份等另一个人录第二遍。")
        expect(ann.locator("#calling")).to_be_visible()

        opens(bo)
        bo.set_viewport_size({"width": NARROW, "height": 740})
        shoot(bo, "called")
        assert bo.evaluate("document.documentElement.scrollWidth") <= NARROW
        bo.set_viewport_size({"width": 1366, "height": 860})
        types_all(bo, [MISHEARD.get(place, mark) for place, mark in enumerate(marks)])
        saves(bo, "37 份与另一遍一致")
        expect(bo.locator("#saved")).to_contain_text("3 份与另一遍不同")
        expect(bo.locator("td.differs")).to_have_count(3)
        shoot(bo, "called-differs")
        # The first cell that differs is at hand; he looks at the paper again, corrects it, and saves before the others.
        expect(bo.locator('[data-call="count"]')).to_have_text("1/3")
        expect(bo.locator(":focus")).to_have_value(MISHEARD[7])
        bo.keyboard.type(marks[7])
        bo.keyboard.press("Enter")
        expect(bo.locator(":focus")).to_have_value(MISHEARD[100])
        saves(bo, "1 份与另一遍一致", "+")
        expect(bo.locator("td.differs")).to_have_count(2)

    with signed_in(browser, contest, "olga", NARROW) as third:
        for place in (100, 239):
            third.goto(f"{HERE}?component=onsite&day=9")
            tabs_to(third, 'a[href*="paper/look"]')
            with third.expect_navigation():
                third.keyboard.press("Enter")
            assert third.evaluate("document.documentElement.scrollWidth") <= NARROW
            shoot(third, "look")
            expect(third.locator(".option b")).to_have_text([marks[place], MISHEARD[place]])
            tabs_to(third, "input[value=first]")
            third.keyboard.press("Space")
            tabs_to(third, "#reason")
            third.keyboard.type("第二遍听错一项")
            with third.expect_navigation():
                third.keyboard.press("Enter")
        third.goto(f"{HERE}?component=onsite&day=9")
        expect(third.locator("tr", has_text="评委2").locator(".n-accepted")).to_have_text("40")
