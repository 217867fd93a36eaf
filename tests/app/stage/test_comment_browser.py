"""A judge's own comment in a browser: typed without signal, there after a reload, sent by itself, at the console."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session, col, select

from app.accounts.models import Person
from app.db import open_database
from app.stage.models import OwnComment
from app.stage.service import lay_order, take_step
from tests.app.phone.conftest import Running
from tests.app.steps import PHONE, browsing, shoot
from tests.app.test_stage_evening_browser import at_the_desk, begun, with_a_phone

SAID = "台风稳健，案例再具体一些更好。"
LIVE_MS = 30_000


@pytest.fixture
def server(tmp_path: Path, sqlite_file: Path) -> Iterator[Running]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    made = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})
    yield made
    made.stop()


def being_marked(folder: Path) -> None:
    """The first entrant has performed."""
    database = open_database(f"sqlite:///{folder}/fieldmark.db")

    def deed(session: Session) -> None:
        who = session.exec(select(Person.id).where(col(Person.login) == "organiser")).one()
        lay_order(session, who, contest_id="c1", entries=["E1", "E2"])
        for seen, step in enumerate(("call", "mark")):
            take_step(session, who, contest_id="c1", entry_id="E1", step=step, seen=seen)

    database.write(deed)
    database.close()


def stored(folder: Path) -> list[tuple[str, str, bool]]:
    database = open_database(f"sqlite:///{folder}/fieldmark.db", alone=False)
    with database.read() as session:
        rows = session.exec(select(OwnComment).order_by(col(OwnComment.server_rev), col(OwnComment.device_seq))).all()
        found = [(one.judge_id, one.text, one.named) for one in rows]
    database.close()
    return found


def opens_the_comment(phone: Page) -> None:
    phone.get_by_role("button", name="竹林村站晒经验").first.click()
    phone.get_by_role("button", name="给选手的点评").click()


def test_it_is_typed_without_signal_outlives_a_reload_and_reaches_the_console(
    browser: Browser, server: Running, tmp_path: Path
) -> None:
    cookies = begun(tmp_path)
    being_marked(tmp_path)
    server.start()
    with browsing(browser, server) as somebody:
        phone = with_a_phone(somebody, server, cookies["J3"])
        comment = phone.get_by_label("您的点评")
        expect(phone.get_by_role("heading", name="竹林村站晒经验")).to_be_visible(timeout=LIVE_MS)
        expect(phone.get_by_role("button", name="给选手的点评")).to_have_count(0)  # not before the sheet is handed in
        for key in "9.40":
            phone.get_by_role("button", name="小数点" if key == "." else key, exact=True).click()
        phone.locator(".pad .go").click()
        expect(phone.locator(".stateline")).to_contain_text("已交", timeout=LIVE_MS)
        phone.evaluate("navigator.serviceWorker.ready")
        phone.context.set_offline(True)
        opens_the_comment(phone)
        expect(phone.get_by_role("button", name="交点评")).to_be_disabled()
        comment.fill(SAID)
        phone.get_by_role("button", name="写上姓名", exact=True).click()
        phone.wait_for_timeout(500)  # what a finger needs before it leaves the page
        phone.reload()
        expect(comment).to_have_value(SAID)
        expect(phone.get_by_role("button", name="写上姓名", exact=True)).to_have_attribute("aria-pressed", "true")
        phone.get_by_role("button", name="交点评").click()
        expect(phone.locator(".stateline")).to_contain_text("点评", timeout=LIVE_MS)
        assert stored(tmp_path) == []
        phone.context.set_offline(False)
        phone.locator(".stateline").click()
        expect(phone.locator(".stateline")).to_contain_text("已交", timeout=LIVE_MS)
        assert stored(tmp_path) == [("J3", SAID, True)]
        opens_the_comment(phone)
        expect(comment).to_have_value(SAID)
        assert shoot(phone, "comment", ("en", "zh")) == []
        phone.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        organiser = at_the_desk(somebody, server, cookies["organiser"])
        expect(organiser.locator("[data-key=comments]")).to_contain_text(SAID)
        assert shoot(organiser, "console-comment", ("en", "zh")) == []
        phone.get_by_role("button", name="收回点评").click()
        expect(phone.locator(".stateline")).to_contain_text("已交", timeout=LIVE_MS)
        expect(organiser.locator("[data-key=comments]")).not_to_contain_text(SAID, timeout=LIVE_MS)
