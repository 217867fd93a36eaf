"""Set-up in an evening: from an empty database to printed badges with a real workbook, in under sixty actions.

An action is a click, a field that is filled in, or a file that is chosen. No script runs.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.app.contests import rosters
from tests.app.phone.conftest import Running


@pytest.fixture
def server(tmp_path: Path, sqlite_file: Path) -> Iterator[Running]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    made = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})
    made.start()
    yield made
    made.stop()


def badges_of(pdf: Path) -> int:
    """How many there are: each has its link in letters."""
    return sum(page.extract_text().count("/b/") for page in PdfReader(pdf).pages)


class Counted:
    """Somebody at a desk whose actions are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def _one(self, what: Locator) -> Locator:
        self.actions += 1
        return what

    def press(self, name: str) -> None:
        self._one(self.page.get_by_role("main").get_by_role("button", name=name)).first.click()

    def follow(self, name: str) -> None:
        self._one(self.page.get_by_role("link", name=name)).last.click()

    def fill(self, label: str, text: str) -> None:
        self._one(self.page.get_by_label(label, exact=True)).fill(text)


def test_set_up_takes_under_sixty_actions(browser: Browser, server: Running, tmp_path: Path) -> None:
    workbook = tmp_path / "名单.xlsx"
    workbook.write_bytes(rosters.workbook(rosters.large()))
    organiser, steward = (
        Counted(browser.new_context(base_url=server.address, locale="zh-CN", java_script_enabled=False).new_page())
        for _ in range(2)
    )
    organiser.page.goto("/")
    organiser.follow("新建拉练观摩")
    for label, text in (("姓名", "周组织"), ("用户名", "zhou"), ("密码", "a good password")):
        organiser.fill(label, text)
    organiser.press("下一步")
    organiser.fill("活动名称", "某市拉练观摩")
    organiser.press("建立活动")
    expect(organiser.page.get_by_role("heading", name="概况")).to_be_visible()
    desk = organiser.page.url
    organiser.follow("名单")
    organiser.page.get_by_label("名单文件").set_input_files(workbook)
    organiser.actions += 1
    organiser.press("上传并预览")
    organiser.press("确认导入")
    # One line more, by form.
    organiser.follow("名单")
    organiser.follow("评委")
    organiser.fill("姓名 *", "迟到的评委")
    organiser.press("添加")
    expect(organiser.page.get_by_text("已保存")).to_be_visible()

    organiser.follow("人员")
    organiser.fill("姓名", "吴监督")
    organiser.fill("用户名", "wu")
    organiser.press("添加，并显示初始密码")
    password = organiser.page.locator(".secret").inner_text()
    organiser.follow("概况")
    organiser.follow("评分办法")
    organiser.press("提请签署")

    steward.page.goto("/sign-in")
    for label, text in (("用户名", "wu"), ("密码", password)):
        steward.fill(label, text)
    steward.press("登录")
    expect(steward.page.get_by_role("button", name="退出")).to_be_visible()
    steward.page.goto("/password")
    for label, text in (("原来的密码", password), ("新密码", "known to me alone")):
        steward.fill(label, text)
    steward.press("修改")
    expect(steward.page).not_to_have_url(re.compile("password"))
    steward.page.goto(f"{desk}/scheme")
    steward.press("签署第 1 版")
    expect(steward.page.get_by_text("已签署").first).to_be_visible()

    organiser.follow("概况")
    organiser.follow("回避")
    organiser.follow("评委证")
    with organiser.page.expect_download() as printed:
        organiser.press("给还没有证的评委发证")
    assert badges_of(printed.value.path()) == 53
    assert organiser.actions + steward.actions < 60
