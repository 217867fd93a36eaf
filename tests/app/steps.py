"""What people do in every contest in the browser: set up, join, sign in, seal, approve, publish.

The tests of one tour and of one stage contest share it.
The pictures of ``FIELDMARK_SHOTS`` (a folder), if it is set, are for people to look at.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect
from pypdf import PdfReader

from tests.app.contests import rosters
from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import settles

LAPTOP, PHONE = (1366, 768), (360, 640)
WIDTHS = (360, 768, 1366)
HELPERS = {"计分员": "jifen", "核分员": "hefen", "监督员": "jiandu"}

Opener = Callable[[tuple[int, int]], Page]


@contextmanager
def browsing(browser: Browser, server: Running) -> Iterator[Opener]:
    """Pages of different people. Their scripts must neither fail nor be refused by the content security policy."""
    troubles: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def on_error(error: Error) -> None:
        troubles.append(str(error))

    with ExitStack() as closing:

        def somebody(size: tuple[int, int]) -> Page:
            phone = size == PHONE
            context = browser.new_context(
                base_url=server.address, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=phone, is_mobile=phone,
                viewport={"width": size[0], "height": size[1]},
            )  # fmt: skip
            closing.callback(context.close)
            page = context.new_page()
            page.on("console", on_console)
            page.on("pageerror", on_error)
            return page

        yield somebody
    assert troubles == []


# --- the organiser


def sets_up(page: Page, begin: str, name: str) -> str:
    """The first organiser and his contest; the address of its desk."""
    page.goto("/")
    page.get_by_role("link", name=begin).click()
    page.get_by_label("姓名").fill("周组织")
    page.get_by_label("用户名").fill("zhou")
    page.get_by_label("密码").fill("a good password")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("活动名称").fill(name)
    page.get_by_role("button", name="建立活动").click()
    expect(page.get_by_role("heading", name="概况")).to_be_visible()
    return page.url


def imports(page: Page, desk: str, folder: Path, sheets: rosters.Sheets) -> None:
    book = folder / "名单.xlsx"
    book.write_bytes(rosters.workbook(sheets))
    page.locator(".nextstep").get_by_role("link", name="名单").click()
    page.get_by_label("名单文件").set_input_files(book)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_role("cell", name=str(sheets["参评项目"][2][2]), exact=True).first).to_be_visible()
    assert shoot(page, "preview", ("zh",)) == []
    page.get_by_role("button", name="确认导入").click()
    expect(page).to_have_url(desk)


def issues_badges(page: Page, desk: str, judges: int) -> dict[str, str]:
    """Each judge's name with the address on his badge."""
    page.goto(f"{desk}/badges")
    names = page.locator("tbody th[scope=row]").all_inner_texts()
    with page.expect_download() as printed:
        page.get_by_role("button", name="给还没有证的评委发证").click()
    texts = ["".join(one.extract_text().split()) for one in PdfReader(printed.value.path()).pages]
    found = re.findall(r"https?://[^/]+/b/[^/]+/[0-9A-Z]{20}", "".join(texts))
    assert len(found) == judges
    return dict(zip(names, found, strict=True))


def signs_rules(organiser: Page, steward: Page, desk: str) -> None:
    """The scoring rules by two people, before the first badge."""
    organiser.goto(f"{desk}/scheme")
    organiser.get_by_role("button", name="提请签署").click()
    steward.goto(f"{desk}/scheme")
    assert shoot(steward, "scheme", ("en", "zh")) == []
    steward.get_by_role("button", name="签署第 1 版").click()
    expect(steward.get_by_text("已签署").first).to_be_visible()


def adds(page: Page, desk: str, login: str, role: str) -> str:
    """Somebody who works here too; the first password as it is handed over."""
    page.goto(f"{desk}/people")
    page.get_by_label("姓名").fill(f"{role}甲")
    page.get_by_label("用户名").fill(login)
    page.get_by_role("radio", name=re.compile(f"^{role}")).check()
    page.get_by_role("button", name="添加，并显示初始密码").click()
    return page.locator(".secret").inner_text()


# --- the judge


def joins(page: Page, badge: str) -> Page:
    page.goto(badge)
    page.get_by_role("button", name=re.compile("^我是.+号评委$")).click()
    page.get_by_role("button", name="知道了").click()
    settles(page)
    return page


def presses(page: Page, given: tuple[str, ...]) -> None:
    """The next sheet, item by item on the number pad."""
    page.get_by_role("button", name="开始打分").click()
    expect(page.locator(".line")).to_have_count(len(given))
    for mark in given:
        for key in mark:
            page.get_by_role("button", name="小数点" if key == "." else key, exact=True).click()
        page.locator(".pad button").nth(11).click()


# --- whoever works at a desk


def signs_in(page: Page, login: str, password: str, desk: str) -> Page:
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    page.goto(desk)
    return page


def has_a_password_of_his_own(page: Page, first: str) -> None:
    """Whoever opens the marks must: the organiser saw the first one."""
    page.goto("/password")
    page.get_by_label("原来的密码").fill(first)
    page.get_by_label("新密码").fill("known to me alone")
    page.get_by_role("button", name="修改", exact=True).click()
    expect(page).not_to_have_url(re.compile("password"))


def public_page(desk: str) -> str:
    return desk.replace("/c/", "/p/")


def confirms(page: Page, desk: str, number: int) -> None:
    """The second person, at a device of his own, in one press."""
    page.goto(f"{desk}/decisions")
    expect(page.locator("#proposed ~ ol > li")).to_have_count(number)
    assert shoot(page, f"decisions-proposed-{number}", ("en", "zh")) == []
    page.get_by_role("button", name="确认勾选的认定").click()
    expect(page.locator("#proposed")).to_have_count(0)
    expect(page.get_by_text("提出，").first).to_be_visible()


def publishes(organiser: Page, steward: Page, desk: str, level: str, version: int = 1, reason: str = "") -> None:
    """Sealed by one, counter-signed by another, approved on paper, published; a later version says why."""
    organiser.goto(f"{desk}/publication")
    if reason:
        organiser.get_by_label("为什么要重新锁定").fill(reason)
    organiser.get_by_role("button", name=f"锁定第 {version} 版" if reason else "锁定成绩").click()
    expect(organiser.get_by_text(f"第 {version} 版已锁定")).to_be_visible()
    expect(organiser.get_by_role("button", name=f"复核第 {version} 版")).to_have_count(0)
    steward.goto(f"{desk}/publication")
    steward.get_by_role("button", name=f"复核第 {version} 版").click()
    expect(steward.get_by_role("button", name=f"复核第 {version} 版")).to_have_count(0)
    organiser.reload()
    assert shoot(organiser, "approval", ("en", "zh")) == []
    for field, text in (("leader", "孙主任"), ("office", "市文明办"), ("document", "文明办〔2026〕12号")):
        organiser.locator(f"#{field}").fill(text)
    organiser.locator("#approved_on").fill("2026-01-05")
    organiser.locator("form[action$=approval] .official").click()
    organiser.locator(f"[name=level][value={level}]").check()
    assert shoot(organiser, "publish", ("zh",)) == []
    organiser.locator("form[action$=release] .official").click()
    expect(organiser.locator(f"a[href='{public_page(desk)[organiser.evaluate('origin.length') :]}']")).to_be_visible()
    assert shoot(organiser, "published", ("en", "zh")) == []


def published_on(page: Page) -> list[list[str]]:
    """Place, name and score of every unit, as the public reads them."""
    cells = "row => ['.place', 'th', '.score'].map(one => row.querySelector(one).firstChild.textContent.trim())"
    return [row.evaluate(cells) for row in page.locator(".places tbody > tr:first-child").all()]


# --- pictures


def shoot(page: Page, name: str, languages: tuple[str, ...]) -> list[int]:
    """The widths at which the page is wider than the screen; and its picture at each, where somebody wants to look."""
    folder, wide = os.environ.get("FIELDMARK_SHOTS"), []
    for language in languages:
        if len(languages) > 1:
            page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": LAPTOP[1]})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(width)
            if folder:
                page.screenshot(path=Path(folder) / f"{name}-{language}-{width}.png", full_page=True)
    return wide
