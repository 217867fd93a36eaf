"""Two people type a small grid with the keyboard, see where they differ, and agree; in a real browser.

The pictures of ``FIELDMARK_SHOTS`` (a folder), if it is set, are for people to look at.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlmodel import Session

from app import db
from app.accounts.access import COOKIE
from tests.app.judging.paper_contest import CONTEST, cookie_of, make, phones, types
from tests.conftest import free_port, wait_until_ready

HERE = f"/c/{CONTEST}/paper"
WRITTEN = ("13", "13.5", "12.5", "8.5", "16.5", "22")


@pytest.fixture
def contest(tmp_path: Path, sqlite_file: Path) -> Iterator[dict[str, str]]:
    with served(tmp_path, sqlite_file) as address_and_cookies:
        yield address_and_cookies


@contextmanager
def served(tmp_path: Path, empty: Path, more: Callable[[Session], None] = lambda _: None) -> Iterator[dict[str, str]]:
    """A served Fieldmark with the invented contest and ``more`` of it: its address, and the cookie of each person."""
    url = f"sqlite:///{tmp_path}/fieldmark.db"
    shutil.copy(empty, tmp_path / "fieldmark.db")
    database = db.open_database(url)
    database.write(make)
    database.write(more)
    phones(database, (170,), "J4", "E8")
    for person in ("ann", "bo"):
        types(database, person, (180,), "J4", "E8")
    cookies = {person: cookie_of(database, person) for person in ("ann", "bo", "olga")}
    database.close()
    port, log = free_port(), tmp_path / "server.log"
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", f"--port={port}"]
    settings = {**os.environ, "FIELDMARK_DATABASE_URL": url, "FIELDMARK_DATA_DIR": str(tmp_path)}
    with (
        log.open("wb") as written,
        subprocess.Popen(command, cwd=Path.cwd(), env=settings, stdout=written, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            yield {"address": f"http://127.0.0.1:{port}", **cookies}
        finally:
            process.terminate()


@contextmanager
def signed_in(browser: Browser, contest: dict[str, str], person: str, width: int = 1366) -> Iterator[Page]:
    """A page of one person, whose scripts must not fail and must not be refused by the content security policy."""
    troubles: list[str] = []
    address = contest["address"]
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": width, "height": 860})
    context.add_cookies([{"name": COOKIE, "value": contest[person], "url": address}])

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    page = context.new_page()
    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert troubles == []


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("FIELDMARK_SHOTS"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=f"{folder}/paper-{name}-{width}.png", full_page=True)


def types_row(page: Page, marks: tuple[str, ...]) -> None:
    """A row from its first cell on, with Tab between the cells as the paper is read."""
    page.locator('[name^="mark:J2/E1/"]').first.focus()
    for mark in marks:
        page.keyboard.press("Control+A")
        page.keyboard.type(mark)
        page.keyboard.press("Tab")


def saves(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#save").click()


def test_two_people_type_a_sheet_see_the_difference_and_agree(browser: Browser, contest: dict[str, str]) -> None:
    grid = f"{HERE}?component=onsite&judge=J2"
    with signed_in(browser, contest, "ann") as page:
        page.goto(grid)
        types_row(page, WRITTEN)
        expect(page.locator("#told")).to_contain_text("还没有保存：6 格")
        saves(page)
        expect(page.locator("#saved")).to_contain_text("1 份等另一个人录第二遍。")
    with signed_in(browser, contest, "bo") as page:
        page.goto(grid)
        shoot(page, "second-empty")
        assert page.locator('[name^="mark:J2/E1/"]').first.input_value() == ""
        types_row(page, (*WRITTEN[:-1], "22.5"))
        saves(page)
        expect(page.locator("#saved")).to_contain_text("1 份与另一遍不同")
        amber = page.locator("td.differs")
        expect(amber).to_have_count(1)
        expect(amber).to_contain_text("≠ 不同")
        shoot(page, "differs")
        page.goto(f"{grid}&lang=en")
        expect(amber).to_contain_text("≠ differs")
        shoot(page, "differs-en")
        page.goto(f"{grid}&lang=zh")
        cell = page.locator('[name="mark:J2/E1/effect"]')
        cell.fill("22")
        saves(page)
        expect(page.locator("#saved")).to_contain_text("已采用")
        expect(page.locator("td.differs")).to_have_count(0)
        shoot(page, "accepted")


def test_the_keyboard_moves_as_in_excel(browser: Browser, contest: dict[str, str]) -> None:
    with signed_in(browser, contest, "ann") as page:
        page.goto(f"{HERE}?component=pitch")
        page.get_by_role("button", name="打开录入表").click()
        page.wait_for_load_state()  # the keys are the script's

        def focused() -> str | None:
            return page.locator(":focus").get_attribute("name")

        page.locator('[name="mark:J2/E7/pitch"]').focus()
        for key, name in (
            ("Enter", "J2/E8"), ("Shift+Enter", "J2/E7"), ("ArrowDown", "J2/E8"), ("ArrowLeft", "J1/E8"),
            ("ArrowRight", "J2/E8"), ("ArrowUp", "J2/E7"), ("Tab", "J3/E7"), ("Tab", "J4/E7"), ("Enter", "J2/E8"),
            ("Enter", "J3/E7"),
        ):  # fmt: skip
            page.keyboard.press(key)
            assert focused() == f"mark:{name}/pitch", key
        # Left and right stay inside a number that is being corrected.
        page.keyboard.type("88")
        page.keyboard.press("ArrowLeft")
        assert focused() == "mark:J3/E7/pitch"


def test_cells_copied_in_excel_are_pasted_and_checked_at_once(browser: Browser, contest: dict[str, str]) -> None:
    with signed_in(browser, contest, "ann") as page:
        page.goto(f"{HERE}?component=pitch&day=2&opened=true")
        first = page.locator('[name="mark:J2/E7/pitch"]')
        pasted = "88.5\t90\t\n91\t59\t101\t77\n"
        first.evaluate(
            """(cell, text) => {
                const clipboard = new DataTransfer();
                clipboard.setData("text/plain", text);
                const how = {clipboardData: clipboard, bubbles: true, cancelable: true};
                cell.dispatchEvent(new ClipboardEvent("paste", how));
            }""",
            pasted,
        )
        expect(page.locator('[name="mark:J2/E8/pitch"]')).to_have_value("91")
        expect(page.locator('[name="mark:J4/E7/pitch"]')).to_have_value("")
        expect(page.locator("#faultlist li")).to_have_text(
            ["评委3，清江市路演，路演得分：59 低于最低分 60。", "评委4，清江市路演，路演得分：101 超过满分 100。"]
        )
        expect(page.locator("td.wrong")).to_have_count(2)
        shoot(page, "wrong")
        page.locator("#save").click()
        expect(page.locator("#faults")).to_be_focused()
        expect(page.locator('[name="mark:J2/E7/pitch"]')).to_have_value("88.5")
        page.locator("#faultlist a").first.click()
        page.keyboard.type("60")
        page.keyboard.press("Enter")
        page.locator('[name="mark:J4/E8/pitch"]').fill("")
        page.keyboard.press("Tab")
        expect(page.locator("#faultlist li")).to_have_count(0)
        saves(page)
        expect(page.locator("#saved")).to_contain_text("已保存")


def test_without_a_connection_nothing_that_was_typed_is_lost(browser: Browser, contest: dict[str, str]) -> None:
    with signed_in(browser, contest, "ann") as page:
        page.goto(f"{HERE}?component=onsite&judge=J2")
        types_row(page, WRITTEN)
        page.context.set_offline(True)
        page.locator("#save").click()
        expect(page.locator("#trouble")).to_contain_text("没有收到答复，不能确定已经保存。")
        expect(page.locator('[name="mark:J2/E1/effect"]')).to_have_value("22")
        page.context.set_offline(False)
        saves(page)
        expect(page.locator("#saved")).to_contain_text("已保存 1 份")


@pytest.mark.parametrize("width", [360, 1366])
def test_nothing_is_wider_than_the_screen(browser: Browser, contest: dict[str, str], width: int) -> None:
    for person, name, query in (
        ("ann", "list", "?component=onsite"), ("ann", "judge", "?component=onsite&judge=J1"),
        ("ann", "pitch", "?component=pitch&opened=true"),
        ("olga", "others", "?component=pitch&opened=true"), ("olga", "conflict", "?component=pitch"),
    ):  # fmt: skip
        with signed_in(browser, contest, person, width) as page:
            for language in ("zh", "en"):
                page.goto(f"{HERE}{query}&lang={language}")
                if page.locator("details").count():
                    page.locator("summary").first.click()
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (query, language)
                shoot(page, f"{name}-{language}")
