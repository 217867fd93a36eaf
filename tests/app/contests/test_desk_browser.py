"""The way of an organiser in a browser without JavaScript: from the empty installation to the first attendance.

Each page is looked at in Chinese and English, on a phone and on a laptop: nothing sticks out, and axe has no complaint.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.app.contests import rosters
from tests.conftest import free_port, wait_until_ready

WIDTHS = (360, 1366)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Fieldmark that nobody has used yet."""
    folder, port = tmp_path_factory.mktemp("empty"), free_port()
    log, address = folder / "server.log", f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory", f"--port={port}"]
    with (
        log.open("wb") as written,
        subprocess.Popen(command, cwd=folder, stdout=written, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_until_ready(address, process, log)
            yield address
        finally:
            process.terminate()


def sticks_out(page: Page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 800})
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def complaints(page: Page) -> list[str]:
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


def test_an_organiser_comes_from_the_empty_installation_to_the_first_attendance(
    browser: Browser, empty: str, tmp_path: Path
) -> None:
    workbook = tmp_path / "名单.xlsx"
    workbook.write_bytes(rosters.workbook(rosters.large()))
    context = browser.new_context(base_url=empty, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="新建拉练观摩").click()
    page.get_by_label("姓名").fill("周组织")
    page.get_by_label("用户名").fill("zhou")
    page.get_by_label("密码").fill("a good password")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("活动名称").fill("某市拉练观摩")
    page.get_by_role("button", name="建立活动").click()
    expect(page.get_by_role("heading", name="概况")).to_be_visible()
    desk = page.url
    page.get_by_role("main").get_by_role("link", name="名单").last.click()
    page.get_by_label("名单文件").set_input_files(workbook)
    page.get_by_role("button", name="上传并预览").click()
    expect(page).to_have_url(re.compile(f"^{desk}/import/"))
    page.get_by_role("button", name="确认导入").click()
    expect(page).to_have_url(desk)
    page.goto(f"{desk}/attendance")
    page.get_by_role("button", name="52 人全部到场").click()
    expect(page.get_by_text("已登记：到场 52 人，请假 0 人")).to_be_visible()
    page.get_by_role("group", name="张建国").get_by_text("请假").click()
    page.get_by_label("张建国请假的原因").fill("发烧")
    page.get_by_role("button", name="保存登记").click()
    expect(page.get_by_text("已登记：到场 51 人，请假 1 人")).to_be_visible()

    # The same person with JavaScript, because axe is made of it and the overflow is measured with it.
    seeing = browser.new_context(base_url=empty, locale="zh-CN", storage_state=context.storage_state())
    page = seeing.new_page()
    wrong: list[tuple[str, object]] = []
    addresses = ["/", "/password", "/contests/new?form=stage", desk]
    addresses += [f"{desk}/{name}" for name in ("people", "import", "attendance", "recusals")]
    for address in addresses:
        for language in ("zh", "en"):
            page.goto(address + ("&" if "?" in address else "?") + f"lang={language}")
            wrong += [(page.url, width) for width in WIDTHS if sticks_out(page, width)]
            if language == "zh":  # the same page in other words: once is enough for what takes longest
                wrong += [(page.url, complaint) for complaint in complaints(page)]
    seeing.clear_cookies()
    for address in ("/", "/sign-in", desk):
        page.goto(address)
        wrong += [(page.url, width) for width in WIDTHS if sticks_out(page, width)]
        wrong += [(page.url, complaint) for complaint in complaints(page)]
    assert wrong == []
