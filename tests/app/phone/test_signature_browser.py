"""Signing on glass at 360 px: with a finger and without a server; with a mouse; by name; and again after a change."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect
from sqlmodel import Session, col, select, update

from app.contests.models import Contest
from app.db import open_database
from app.judging.models import JudgeSignature
from app.judging.queries import current
from app.judging.signature_queries import unsigned
from app.settings import Settings
from app.sync import badges
from tests.app.judging.test_signature import GLASS, RULE
from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import ARRIVES_MS, settles
from tests.app.phone.test_restored_browser import marks_a_project
from tests.app.sync.field import add_contest
from tests.conftest import becomes

SHOTS = os.environ.get("FIELDMARK_SHOTS", "")


@dataclass
class Tour:
    """A server of a contest whose scheme asks for signatures, and its database."""

    server: Running
    settings: Settings
    code: str

    def known(self) -> tuple[list[JudgeSignature], list[str], dict[str, list[int]]]:
        """The signatures, the entries still unsigned, and the marks that count by entry."""

        def read(session: Session) -> tuple[list[JudgeSignature], list[str], dict[str, list[int]]]:
            rows = list(session.exec(select(JudgeSignature).order_by(col(JudgeSignature.device_seq))))
            lacking = [entry for one in unsigned(session, "c1") for entry in one.entries]
            return rows, lacking, {key[1]: json.loads(one.ticks) for key, one in current(session, "c1").items()}

        database = open_database(self.settings.url, alone=False)
        try:
            with database.read() as session:
                session.expire_on_commit = False
                return read(session)
        finally:
            database.close()


@pytest.fixture
def tour(tmp_path: Path, sqlite_file: Path) -> Iterator[Tour]:
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    shutil.copy(sqlite_file, settings.data_dir / "fieldmark.db")
    database = open_database(settings.url)
    database.write(lambda session: add_contest(session, "c1"))
    told = {"scheme": GLASS, "scheme_digest": RULE.digest}
    database.write(lambda s: s.execute(update(Contest).where(col(Contest.id) == "c1").values(**told)))
    code = database.write(lambda s: badges.issue_badges(s, "organiser", contest_id="c1", judges=["J3"]))["J3"]
    database.close()
    server = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(settings.data_dir)})
    server.start()
    yield Tour(server, settings, code)
    server.stop()


def opens(page: Page, tour: Tour) -> None:
    page.goto(f"{tour.server.address}/b/c1/{tour.code}")
    page.get_by_role("button", name=re.compile("我是")).click()
    page.get_by_role("button", name="知道了").click()
    settles(page)


def finger(page: Page, *points: tuple[float, float]) -> None:
    """One stroke of a real finger over the pad, by shares of its width and height."""
    box = page.locator(".signpad").bounding_box()
    assert box
    glass: CDPSession = page.context.new_cdp_session(page)
    places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
    glass.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": places[:1]})
    for place in places[1:]:
        glass.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
    glass.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    glass.detach()


def arrives(tour: Tour, signatures: int = 1) -> None:
    """So many signatures are on the server, and nothing is left unsigned."""

    def told() -> tuple[int, list[str]]:
        found, lacking, _ = tour.known()
        return len(found), lacking

    becomes(told, (signatures, []))


def signs(page: Page) -> None:
    page.locator(".hold").get_by_role("button", name="签名").click()


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_a_judge_signs_without_a_server_and_it_arrives_by_itself(hand: Page, tour: Tour) -> None:
    opens(hand, tour)
    tour.server.stop()
    marks_a_project(hand)
    marks_a_project(hand)
    shoot(hand, "sign-asked")
    hand.get_by_role("button", name="为 2 份评分表签名").click()
    expect(hand.locator(".signing .stop")).to_have_count(2)
    codes = hand.locator(".signing .stop small").all_text_contents()
    assert all(re.fullmatch("[A-Z2-7]{8}", code) for code in codes)
    press = hand.locator(".hold").get_by_role("button", name="签名")
    expect(press).to_be_disabled()
    assert hand.evaluate("document.documentElement.scrollWidth <= innerWidth")
    hand.locator(".signpad").scroll_into_view_if_needed()
    finger(hand, (0.1, 0.2), (0.3, 0.8), (0.5, 0.2))
    finger(hand, (0.6, 0.1), (0.8, 0.9))
    hand.get_by_role("button", name="撤销").click()
    finger(hand, (0.6, 0.5), (0.9, 0.5), (0.95, 0.6))
    shoot(hand, "sign-drawn")
    signs(hand)
    expect(hand.locator(".stateline")).to_contain_text("签名存在手机里")
    expect(hand.get_by_role("button", name="为 2 份评分表签名")).to_have_count(0)
    hand.reload()
    expect(hand.locator(".stateline")).to_contain_text("签名存在手机里")
    tour.server.start()
    hand.locator(".stateline").click()
    expect(hand.locator(".stateline")).to_contain_text("2 份全部交到 ✓", timeout=ARRIVES_MS)
    [signature], lacking, _ = tour.known()
    strokes = json.loads(signature.strokes)
    assert [len(stroke) for stroke in strokes] == [6, 6]
    assert strokes[0][:2] == [pytest.approx(100, abs=8), pytest.approx(80, abs=8)]
    assert lacking == []


def test_after_a_change_the_judge_is_asked_again_and_the_new_marks_count_once_signed(hand: Page, tour: Tour) -> None:
    opens(hand, tour)
    marks_a_project(hand)
    hand.get_by_role("button", name="为 1 份评分表签名").click()
    hand.get_by_role("button", name="不便手写").click()
    hand.get_by_label("您的姓名").fill("评委三")
    signs(hand)
    arrives(tour)
    _, _, before = tour.known()

    hand.locator(".stop .to").first.click()
    hand.locator(".line").first.click()
    hand.locator(".pad button").nth(7).click()
    hand.locator(".pad .go").click()
    hand.get_by_role("button", name="不写理由，提交").click()
    expect(hand.locator(".stateline")).to_contain_text("待核定", timeout=ARRIVES_MS)
    assert tour.known()[2] == before
    hand.get_by_role("button", name="为 1 份评分表签名").click()
    pad = hand.locator(".signpad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    hand.mouse.move(box["x"] + 40, box["y"] + 40)
    hand.mouse.down()
    hand.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
    hand.mouse.up()
    signs(hand)
    arrives(tour, signatures=2)
    expect(hand.locator(".stateline")).not_to_contain_text("核定", timeout=ARRIVES_MS)
    signatures, _, after = tour.known()
    assert [(one.way, one.name) for one in signatures] == [("typed", "评委三"), ("drawn", "")]
    [old], [new] = before.values(), after.values()
    assert new[0] == old[0] + 1
