"""One small tour from the empty installation to the public page, in a browser; the server is stopped under it.

The organiser sits at a laptop, the judge holds a phone, two people type paper, a steward opens with the organiser and
counter-signs, a county's liaison opens his link; and what the public reads is what ``fieldmark score`` computes from
the downloaded files. The pictures of
``FIELDMARK_SHOTS`` (a folder), if it is set, are for people to look at.
"""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.app.contests import rosters
from tests.app.phone.conftest import Running
from tests.app.phone.test_phone_browser import reconnects
from tests.app.steps import (
    HELPERS,
    LAPTOP,
    PHONE,
    adds,
    browsing,
    confirms,
    has_a_password_of_his_own,
    imports,
    issues_badges,
    joins,
    presses,
    public_page,
    published_on,
    publishes,
    sets_up,
    shoot,
    signs_in,
    signs_rules,
)

ARRIVES_MS = 30_000
FIRST_DAY, SECOND_DAY = "第1天", "第2天"
# The lowest mark of each item that asks for no reason, in the two kinds that are visited.
USUAL = {
    "premises": 12.0, "upkeep": 12.0, "talks": 12.0, "speakers": 8.0, "woven-in": 20.0, "highlight": 16.0,
    "effect": 20.0, "pitch": 80.0,
}  # fmt: skip
BY_PHONE = (("13", "13.5", "12.5", "9", "17.5", "23"), ("14", "12", "21.5", "18", "22.5"))
ROSTER: rosters.Sheets = {
    "参评单位": [["序号", "参评单位"], [1, "云岭县"], [2, "清江市"]],
    "参评项目": [
        ["序号", "参评单位", "参评项目", "类别", "计分部分", "日期", "时间", "地点"],
        [1, "云岭县", "云岭县实践中心", "新时代文明实践中心", "现场", FIRST_DAY, "8:30", "城关镇"],
        [2, "云岭县", "水坪好人广场", "好人广场", "现场", FIRST_DAY, "10:00", "水坪镇"],
        [3, "清江市", "清江市实践中心", "新时代文明实践中心", "现场", FIRST_DAY, "14:20", "河口镇"],
        [4, "清江市", "西沟好人广场", "好人广场", "现场", FIRST_DAY, "16:00", "西沟乡"],
        [5, "云岭县", "云岭县路演", "", "路演", SECOND_DAY, "9:05", ""],
        [6, "清江市", "清江市路演", "", "路演", SECOND_DAY, "9:20", ""],
    ],
    "评委": [
        ["序号", "姓名", "本人单位", "评委组", "手机尾号", "协助人"],
        [1, "张一", "", "市直", "0123", "小李"],
        [2, "李二", "云岭县", "", "4567", ""],
        [3, "王三", "", "市直", "", ""],
        [4, "赵四", "", "市直", "4321", ""],
    ],
    "平时工作分": [["参评单位", "得分", "来源"], ["云岭县", 91.5, "某文12号"], ["清江市", 92.25, "某文12号"]],
}
# 14 sheets on the first day, without the two that 李二 owes nobody; 5 on the second, from which 赵四 is on leave.
DUE = 19
NAMES = "试行拉练 周组织 zhou 消防通道堆了杂物 Excel WPS Chrome PDF TOML Enter zip 甲 计分员甲 核分员甲 监督员甲"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    made = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})
    made.start()
    yield made
    made.stop()


def test_a_tour_from_the_empty_installation_to_the_public_page(
    browser: Browser, server: Running, tmp_path: Path
) -> None:
    with browsing(browser, server) as somebody:
        organiser = somebody(LAPTOP)
        desk = sets_up(organiser, "新建拉练观摩", "试行拉练")
        imports(organiser, desk, tmp_path, ROSTER)
        ticks_attendance(organiser, desk)
        passwords = {role: adds(organiser, desk, login, role) for role, login in HELPERS.items()}
        tallier, checker, steward = (
            signs_in(somebody(LAPTOP), login, passwords[role], desk) for role, login in HELPERS.items()
        )
        has_a_password_of_his_own(steward, passwords["监督员"])
        signs_rules(organiser, steward, desk)
        badges = issues_badges(organiser, desk, 4)
        judge = joins(somebody(PHONE), badges["张一"])
        marks(judge, BY_PHONE[0])
        expect(judge.locator(".stateline")).to_contain_text("1 份已交到 ✓", timeout=ARRIVES_MS)
        server.stop()
        marks(judge, BY_PHONE[1], a_picture(tmp_path))
        expect(judge.locator(".stateline")).to_contain_text("1 份、1 条记录、1 张照片存在手机里")
        server.start()
        reconnects(judge, "2 份全部交到 ✓")

        organiser.goto(f"{desk}/board")
        expect(organiser.get_by_text(f"已交 2/{DUE} 份")).to_be_visible()
        walks_through(organiser, desk, "collecting", ("en",))
        for typist in (tallier, checker):
            types_all_paper(typist, desk)
        # A phone tells how much it still holds whenever it is heard of; so he looks at it once more.
        with judge.expect_response("**/batch"):
            judge.reload()
        organiser.goto(f"{desk}/board?lang=zh")
        expect(organiser.get_by_text(f"已交齐：{DUE}/{DUE} 份")).to_be_visible()
        assert shoot(organiser, "complete-board", ("en", "zh")) == []
        organiser.get_by_role("button", name="现在收分").click()
        expect(organiser.get_by_role("heading", name="下一步：开分")).to_be_visible()

        for half in (organiser, steward):
            opens(half, desk)
        expect(steward.locator("table.ranking")).to_be_visible()
        walks_through(organiser, desk, "open", ("en", "zh"))
        organiser.goto(f"{desk}/results")
        ranking = ranking_on(organiser)
        assert ranking == recomputed(organiser, tmp_path)

        county, other = (opens_link(somebody(PHONE), link) for link in makes_links(organiser, desk))
        county_page = county.url
        expect(county.get_by_text("还没有")).to_be_visible()
        releases_findings(organiser, desk)
        public = somebody(PHONE)
        reads_nothing(public, desk)
        settles_what_is_open(organiser, steward, desk)
        publishes(organiser, steward, desk, "scores")
        for reader in (public, organiser):
            reader.goto(public_page(desk))
            assert published_on(reader) == [row[:2] + row[5:] for row in ranking]
        assert shoot(public, "public", ("en", "zh")) == []
        sees_the_problem(county)
        other.goto(county_page)
        expect(other.get_by_text("消防通道堆了杂物")).to_have_count(0)
        sees_own_scores(county, ranking)


# --- the organiser


def ticks_attendance(page: Page, desk: str) -> None:
    for day in (FIRST_DAY, SECOND_DAY):
        page.goto(f"{desk}/attendance?day={day}")
        page.get_by_role("button", name="4 人全部到场").click()
        expect(page.get_by_text("已登记：到场 4 人，请假 0 人")).to_be_visible()
    page.get_by_role("group", name="赵四").get_by_text("请假").click()
    page.get_by_label("赵四请假的原因").fill("公务")
    page.get_by_role("button", name="保存登记").click()
    expect(page.get_by_text("已登记：到场 3 人，请假 1 人")).to_be_visible()


def walks_through(page: Page, desk: str, stage: str, languages: tuple[str, ...]) -> None:
    """Every page from the overview: each says where the reader is, none is wider than the screen."""
    tabs = page.get_by_role("navigation", name=re.compile("本活动的页面|Pages of this contest"))
    wrong: list[tuple[str, object]] = []
    for language in languages:
        page.goto(f"{desk}?lang={language}")
        names = page.locator(".deskpages h3 a").all_inner_texts()
        assert len(names) == len(set(names)) > 15, names
        for name in names:
            page.goto(desk)
            page.locator(".deskpages").get_by_role("link", name=name, exact=True).click()
            expect(tabs.locator("[aria-current=page]")).to_have_text(name)
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            where = page.url.removeprefix(desk).strip("/") or "overview"
            wrong += [(where, width) for width in shoot(page, f"{stage}-{where}", (language,))]
            wrong += [(where, word) for word in foreign(page, language)]
        page.goto(desk)
        wrong += [("overview", width) for width in shoot(page, f"{stage}-overview", (language,))]
        wrong += [("overview", word) for word in foreign(page, language)]
    assert not wrong, wrong


def foreign(page: Page, language: str) -> list[str]:
    """Words of the other language on the page, but for names."""
    other = r"[\u4e00-\u9fff]+" if language == "en" else r"[A-Za-z]{3,}"
    # What stands in code, such as the last digits of a chain, is of no language.
    code = " ".join(page.locator("main code").all_inner_texts())
    found = re.findall(other, page.get_by_role("main").inner_text())
    names = f"{ROSTER} {NAMES} {HELPERS} {code}"
    return [word for word in found if word not in names]


# --- the judge


def marks(page: Page, given: tuple[str, ...], picture: Path | None = None) -> None:
    """The next project, item by item on the number pad; with a picture, a problem too."""
    presses(page, given)
    if picture:
        page.get_by_role("button", name="问题·拍照").click()
        page.set_input_files("input[capture]", picture)
        expect(page.locator(".shots img:not(.working)")).to_have_count(1)
        page.locator("textarea").fill("消防通道堆了杂物")
        page.get_by_role("button", name="好了，回评分表").click()
    page.locator(".pad .go").click()


def a_picture(folder: Path) -> Path:
    path = folder / "photo.jpg"
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(path)
    return path


# --- paper


def types_all_paper(page: Page, desk: str) -> None:
    """Every sheet that no phone handed in, judge by judge, each with marks of its own."""
    for component in ("onsite", "pitch"):
        page.goto(f"{desk}/paper?component={component}")
        judges = [one for one in page.locator("#judge option").evaluate_all("all => all.map(one => one.value)") if one]
        for judge in judges:
            page.goto(f"{desk}/paper?component={component}&judge={judge}&opened=true")
            if types(page):
                page.locator("#save").click()
                expect(page.locator("#saved")).to_contain_text("已保存")
                expect(page.locator("td.differs")).to_have_count(0)


def types(page: Page) -> int:
    """How many cells there were to type."""
    cells = page.locator("tr").filter(has_not_text="手机").locator('[name^="mark:"]')
    names = cells.evaluate_all("all => all.map(one => one.name)")
    for name in names:
        judge, entry, item = name.removeprefix("mark:").split("/")
        above = sum(map(int, re.findall(r"\d+", f"{judge} {entry}"))) % 4 / 2
        page.locator(f'[name="{name}"]').fill(f"{USUAL[item] + above:g}")
    return len(names)


# --- opening


def opens(page: Page, desk: str) -> None:
    """One half of the opening, by the page of the results."""
    page.goto(desk)
    page.locator(".deskpages").get_by_role("link", name="评分结果").click()
    page.get_by_role("button", name="开分").click()
    expect(page.get_by_role("button", name="开分")).to_have_count(0)


def ranking_on(page: Page) -> list[list[str]]:
    """Place, name, the three components and the score of every unit, as they are shown."""
    cells = "row => [...row.querySelectorAll('.num, th')].slice(0, 6).map(cell => cell.firstChild.textContent.trim())"
    return [row.evaluate(cells) for row in page.locator("tbody.one > tr:first-child").all()]


def recomputed(page: Page, folder: Path) -> list[list[str]]:
    """The same as the command prints it, in a process of its own, from nothing but the downloaded files."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name="复算文件").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        archive.extractall(folder / "files")
    named = [f"--{name}={name}.csv" for name in ("marks", "roster", "priors", "decisions")]
    command = [sys.executable, "-m", "app.cli", "score", "scheme.toml", *named, "--lang=zh"]
    there = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    told = subprocess.run(command, cwd=folder / "files", env=there, capture_output=True, text=True, check=True)
    lines = [line.split()[:6] for line in told.stdout.splitlines()]
    return lines[1 : 1 + len(ROSTER["参评单位"][1:])]


# --- county and public


def makes_links(page: Page, desk: str) -> list[str]:
    """The address of each county's own page, in the manual order."""
    page.goto(f"{desk}/counties")
    page.get_by_role("button", name="给还没有链接的单位生成链接").click()
    sheets = page.locator(".linksheet")
    expect(sheets).to_have_count(len(ROSTER["参评单位"][1:]))
    assert shoot(page, "links-print", ("zh",)) == []
    return sheets.locator(".address").all_inner_texts()


def opens_link(page: Page, link: str) -> Page:
    page.goto(link)
    page.get_by_role("button", name=re.compile("^进入")).click()
    expect(page.get_by_role("heading", name="问题清单")).to_be_visible()
    return page


def releases_findings(page: Page, desk: str) -> None:
    page.goto(f"{desk}/findings")
    expect(page.get_by_text("消防通道堆了杂物")).to_be_visible()
    page.get_by_role("button", name="向所属单位下发 1 条").click()
    expect(page.get_by_role("button", name=re.compile("^向所属单位下发"))).to_have_count(0)


def sees_the_problem(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("消防通道堆了杂物")).to_be_visible()
    expect(page.get_by_text("张一")).to_have_count(0)
    photo = page.locator("li.issue img")
    expect(photo).to_have_js_property("complete", value=True)
    assert photo.evaluate("photo => photo.naturalWidth") > 0
    assert shoot(page, "county-issues", ("en", "zh")) == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Excel")).click()
    assert waiting.value.path().read_bytes().startswith(b"PK")


def sees_own_scores(page: Page, ranking: list[list[str]]) -> None:
    """The county of the problem: its own score, and no other's."""
    page.get_by_role("link", name="得分").click()
    page.wait_for_load_state()
    own = next(row for row in ranking if row[1] == "云岭县")
    told = page.get_by_role("main").inner_text()
    assert [score in told for score in (own[5], *own[2:5])] == [True] * 4
    assert [row[1] for row in ranking if row[1] != own[1] and (row[1] in told or row[5] in told)] == []
    assert shoot(page, "county-scores", ("en", "zh")) == []


def reads_nothing(page: Page, desk: str) -> None:
    answer = page.goto(public_page(desk))
    assert answer
    assert answer.status == 404
    assert shoot(page, "not-published", ("en", "zh")) == []


def settles_what_is_open(page: Page, steward: Page, desk: str) -> None:
    """The seal says what keeps it, and where; four judges are fewer than the scheme asks for, so people decide."""
    page.goto(f"{desk}/publication")
    expect(page.get_by_text("锁定以前，还有 6 件事要办")).to_be_visible()
    expect(page.get_by_role("button", name="锁定成绩")).to_have_count(0)
    assert shoot(page, "not-to-be-sealed", ("en", "zh")) == []
    page.get_by_role("main").get_by_role("link", name="认定").first.click()
    form = page.locator("form").filter(has=page.locator("#few-reason"))
    for tick in form.locator("[name=entry]").all():
        tick.check()
    form.locator("#few-reason").fill("评委人数少，领导小组同意照算")
    assert shoot(page, "decisions", ("zh",)) == []
    form.get_by_role("button").click()
    expect(page.locator("#few-reason")).to_have_count(0)
    confirms(steward, desk, 1)
