"""What everybody reads, in a browser: without any script, at every width, and by whoever reads with other senses."""

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from app import db
from tests.app.phone.conftest import Running
from tests.app.publishing.ready import TOUR, Ready
from tests.app.sync.field import Field

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@pytest.fixture
def server(sqlite_file: Path, tmp_path: Path) -> Running:
    """A server whose tour is published with its workings."""
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    database = db.open_database(f"sqlite:///{tmp_path}/fieldmark.db")
    Ready(Field(database, tmp_path)).published("workings")
    database.close()
    return Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})


def test_the_page_reads_without_a_script_and_opens_its_workings(browser: Browser, server: Running) -> None:
    server.start()
    try:
        context = browser.new_context(base_url=server.address, locale="zh-CN", java_script_enabled=False)
        page = context.new_page()
        page.goto(f"/p/{TOUR}")
        expect(page.get_by_role("heading", level=1)).to_have_text("拉练")
        working = page.get_by_text("720.00 ÷ 8 = 90.00")
        expect(working).not_to_be_visible()
        page.get_by_text("这个分数怎么算的").first.click()
        expect(working).to_be_visible()
        assert context.cookies() == []
        context.close()
        for language in ("zh", "en"):
            context = browser.new_context(base_url=server.address)
            page = context.new_page()
            for width in (360, 768, 1366):
                page.set_viewport_size({"width": width, "height": 768})
                page.goto(f"/p/{TOUR}?lang={language}")
                assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), width
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, found.generate_report()
            context.close()
    finally:
        server.stop()
