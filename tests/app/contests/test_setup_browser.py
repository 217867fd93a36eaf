"""Set-up in an evening: from an empty database by a real workbook and a rehearsal to an open contest, under 60 actions.

An action is an address entered, a click, a field filled in, or a file chosen, by whoever sets up; their pages need no
script. The judge is none of them: his phone shows that the contest is open.
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
from tests.app.steps import joins


@pytest.fixture
def server(tmp_path: Path, sqlite_file: Path) -> Iterator[Running]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    made = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})
    made.start()
    yield made
    made.stop()


def badges_of(pdf: Path) -> list[str]:
    """The link of each, which it has in letters."""
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(pdf).pages)
    return re.findall(r"https?://[^/]+/b/[^/]+/[0-9A-Z]{20}", text)


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

    def choose(self, label: str, file: Path) -> None:
        self._one(self.page.get_by_label(label)).set_input_files(file)

    def go(self, address: str) -> None:
        self.actions += 1
        self.page.goto(address)


def somebody(browser: Browser, server: Running, *, scripts: bool = False) -> Page:
    return browser.new_context(base_url=server.address, locale="zh-CN", java_script_enabled=scripts).new_page()


def test_set_up_with_a_rehearsal_takes_under_sixty_actions(browser: Browser, server: Running, tmp_path: Path) -> None:
    workbook = tmp_path / "名单.xlsx"
    workbook.write_bytes(rosters.workbook(rosters.large()))
    organiser, steward = (Counted(somebody(browser, server)) for _ in range(2))
    # Scheme.
    organiser.go("/")
    organiser.follow("新建拉练观摩")
    for label, text in (("姓名", "周组织"), ("用户名", "zhou"), ("密码", "a good password")):
        organiser.fill(label, text)
    organiser.press("下一步")
    organiser.fill("活动名称", "某市拉练观摩")
    organiser.press("建立活动")
    expect(organiser.page.get_by_role("heading", name="概况")).to_be_visible()
    desk = organiser.page.url
    # Units, entries and itinerary, judges and blocs, ordinary-work scores; and one judge more, by form.
    organiser.follow("名单")
    organiser.choose("名单文件", workbook)
    organiser.press("上传并预览")
    organiser.press("确认导入")
    organiser.follow("名单")
    organiser.follow("评委")
    organiser.fill("姓名 *", "迟到的评委")
    organiser.press("添加")
    expect(organiser.page.get_by_text("已保存")).to_be_visible()
    # The other person, with a password that only he knows.
    organiser.follow("人员")
    organiser.fill("姓名", "吴监督")
    organiser.fill("用户名", "wu")
    organiser.press("添加，并显示初始密码")
    password = organiser.page.locator(".secret").inner_text()
    steward.go("/sign-in")
    for label, text in (("用户名", "wu"), ("密码", password)):
        steward.fill(label, text)
    steward.press("登录")
    expect(steward.page.get_by_role("button", name="退出")).to_be_visible()
    steward.go("/password")
    for label, text in (("原来的密码", password), ("新密码", "known to me alone")):
        steward.fill(label, text)
    steward.press("修改")
    expect(steward.page).not_to_have_url(re.compile("password"))
    rehearses(organiser, steward, desk)
    # The rules, by both of them.
    organiser.follow("评分办法")
    organiser.press("提请签署")
    steward.go(f"{desk}/scheme")
    steward.press("签署第 1 版")
    expect(steward.page.get_by_text("已签署").first).to_be_visible()
    # Open: who must not mark what is looked through, and the badges are out.
    organiser.follow("概况")
    organiser.follow("回避")
    organiser.follow("评委证")
    with organiser.page.expect_download() as printed:
        organiser.press("给还没有证的评委发证")
    badges = badges_of(printed.value.path())
    assert len(badges) == 53
    assert 40 < organiser.actions + steward.actions < 60  # they are counted
    judge = joins(somebody(browser, server, scripts=True), badges[0])
    expect(judge.get_by_role("button", name="开始打分")).to_be_visible()


def rehearses(organiser: Counted, steward: Counted, desk: str) -> None:
    """Made-up marks for every sheet, collected, opened by both, looked at; then closed, and nothing of it is left."""
    organiser.follow("概况")
    organiser.follow("彩排")
    organiser.press("建立彩排")
    expect(organiser.page).not_to_have_url(re.compile(f"^{re.escape(desk)}"))
    tried = organiser.page.url.removesuffix("/rehearsal")
    organiser.page.get_by_text(re.compile(r"已交 0/\d+ 份")).wait_for()
    organiser.press("生成")
    expect(organiser.page.get_by_text("已全部交到").first).to_be_visible()
    organiser.follow("收分情况")
    organiser.press("现在收分")
    organiser.follow("评分结果")
    organiser.press("开分")
    expect(organiser.page.locator("table.ranking")).to_have_count(0)  # one of them alone opens nothing
    steward.go(f"{tried}/results")
    steward.press("开分")
    expect(steward.page.locator("table.ranking tbody tr")).not_to_have_count(0)
    organiser.follow("准备")
    organiser.follow("彩排")
    organiser.press("结束彩排")
    expect(organiser.page).to_have_url(re.compile(f"^{re.escape(desk)}"))
