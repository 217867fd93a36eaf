"""Material in Chromium: a unit sends files over a bad line, the organiser shares out, a judge opens them and marks."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlmodel import select

from app.accounts.models import Person
from app.contests.calls import call_for
from app.issues.links import make_links
from tests.app.material.papers import PDF, moment, mp4, picture
from tests.app.phone.test_phone_browser import hand_in, next_item
from tests.app.test_live_browser import Tour
from tests.conftest import watched

CALLED = {"most_files": 5, "document_mb": 20, "video_mb": 20}
LARGE = PDF.replace(b"%%EOF", b"%" + b"x" * 5_000_000 + b"\n%%EOF")  # three pieces


@dataclass
class Called:
    """A contest that calls for material until tomorrow; a unit has its link, and a judge his device."""

    tour: Tour
    link: str


@pytest.fixture
def called(tmp_path: Path, sqlite_file: Path) -> Iterator[Called]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    made = Tour(tmp_path)
    person = made.write(lambda s: s.exec(select(Person.id)).one())
    facts = {"contest_id": "c1", "component": "onsite", "due_at": moment(hours=24)}
    made.write(lambda s: call_for(s, person, limits=CALLED, **facts))
    code = made.write(lambda s: make_links(s, person, contest_id="c1", units=["A"]))["A"]
    made.server.start()
    yield Called(made, f"/county/c1/link/{code}")
    made.server.stop()


def opened(browser: Browser, tour: Tour, width: int = 1366) -> BrowserContext:
    return browser.new_context(
        base_url=tour.server.address, locale="zh-CN", timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": 800},
    )  # fmt: skip


def sends(page: Page, name: str, content: bytes) -> None:
    page.get_by_role("region", name="项目1").locator(".sending").last.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("region", name="项目1").locator(".sending").last.get_by_role("button", name="提交").click()


def the_unit_hands_in(browser: Browser, called: Called) -> None:
    """Three pieces, of which the second gets lost once; a picture; and a video that is refused."""
    tour = called.tour
    with opened(browser, tour) as unit, watched(unit) as page:
        page.goto(called.link)
        page.locator("form button.primary").click()
        page.goto("/county/c1/material")
        lost: list[str] = []

        def once_lost(route: Route) -> None:
            if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0" and not lost:
                lost.append(route.request.headers["upload-offset"])
                route.abort()
            else:
                route.continue_()

        page.route("**/uploads/*", once_lost)
        sends(page, "申报书.pdf", LARGE)
        expect(page.get_by_text("回执号")).to_be_visible(timeout=60_000)
        assert lost == ["2097152"]
        sends(page, "展示.png", picture())
        expect(page.get_by_text("回执号")).to_have_count(2, timeout=30_000)
        sends(page, "录像.mp4", mp4(form=b"hvc1"))
        expect(page.locator(".told.bad")).to_contain_text("H.264", timeout=30_000)
        expect(page.get_by_text("回执号")).to_have_count(2)


def the_organiser_shares_out(browser: Browser, tour: Tour) -> None:
    with opened(browser, tour) as office, watched(office) as page:
        office.add_cookies([{"name": "fieldmark_session", "value": tour.cookie, "url": tour.server.address}])
        page.goto("/c/c1/material")
        page.get_by_text("改截止时间或限额").click()
        page.locator("#due_at").fill("2026-01-01T08:00")
        page.locator("#why").fill("材料已齐")
        page.get_by_role("button", name="保存修改").click()
        expect(page.get_by_text(re.compile("已于 01-01 08:00 截止"))).to_be_visible()
        page.get_by_role("button", name="平均分配").click()
        expect(page.get_by_text("4 个项目中有 1 个已报送")).to_be_visible()


def the_judge_marks(browser: Browser, tour: Tour) -> None:
    with opened(browser, tour) as desk:
        name, _, value = "fieldmark_device", "", tour.device
        desk.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/j/c1/"}])
        with watched(desk) as page:
            page.goto("/j/c1/")
            page.get_by_role("button", name="开始打分").click()
            with desk.expect_page() as opening:
                page.get_by_role("link", name="看材料").click()
            review = opening.value
            expect(review.get_by_text("申报书.pdf")).to_be_visible()
            expect(review.locator(".papers img")).to_have_js_property("naturalWidth", 60)
            pdf = review.get_by_role("link", name="打开 PDF").get_attribute("href")
            assert pdf
            assert desk.request.get(f"{tour.server.address}{pdf}").body() == LARGE
            review.close()
            for _ in range(page.locator(".line").count()):
                page.locator(".pad button").nth(7).click()  # one step up: the lowest mark
                next_item(page)
            hand_in(page)
            page.get_by_role("button", name="不写理由，提交").click()
            expect(page.locator(".stateline")).to_contain_text("交到 ✓", timeout=60_000)  # else it closes with the page


def test_from_the_unit_over_the_desk_to_the_judges_mark(browser: Browser, called: Called) -> None:
    tour = called.tour
    the_unit_hands_in(browser, called)
    the_organiser_shares_out(browser, tour)
    the_judge_marks(browser, tour)
    with opened(browser, tour) as office, watched(office) as page:
        office.add_cookies([{"name": "fieldmark_session", "value": tour.cookie, "url": tour.server.address}])
        page.goto("/c/c1/material")
        expect(page.get_by_text("评委3 ✓")).to_be_visible(timeout=60_000)
