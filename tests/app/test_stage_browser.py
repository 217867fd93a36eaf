"""One final on stage from the empty installation to the corrected publication, in a browser.

Three divisions, six finalists, material and two parts on stage; nine judges, one of them absent, one with a phone, the
others on paper. One part ran over its time, two stations are equal to the last figure, and one deduction is taken back
after the publication. What the public reads is worked out by hand below.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.contests import rosters
from tests.app.phone.conftest import Running
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
MATERIAL_DAY, STAGE_DAY = "第1天", "第2天"
PARTS = {"material": "资料评比", "story": "晒经验、讲变化", "skills": "赛技能、展风采"}
CENTRE, INSTITUTE, STATION = "新时代文明实践中心组", "新时代文明实践所组", "新时代文明实践站组"
# Each finalist, and what every judge gives: the same for each of the five standards, then the two parts on stage.
FINALISTS = (
    ("云岭县中心", CENTRE, "19", "9.5", "9.4"),  # 95 x 40 % + 95 x 30 % + 94 x 30 % = 38 + 28.5 + 28.2 = 94.70
    ("清江市中心", CENTRE, "18", "9.3", "9.2"),  # 36 + 27.9 + 27.6 = 91.50
    ("水坪镇所", INSTITUTE, "18.5", "9.4", "9.5"),  # 9.50 less 0.10 overtime: 37 + 28.2 + 28.2 = 93.40
    ("桂花乡所", INSTITUTE, "17.5", "9.1", "9.2"),  # 35 + 27.3 + 27.6 = 89.90
    ("竹林村站", STATION, "18", "9.2", "9.1"),  # 36 + 27.6 + 27.3 = 90.90
    ("西沟村站", STATION, "18", "9.2", "9.1"),  # the same: people decide
)
JUDGES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八", "冯九")
# The first of each division has a first prize, whatever the place; the stations in the order that people decided.
FIRST = [["1", "云岭县中心", "94.70"], ["2", "水坪镇所", "93.40"], ["4", "竹林村站", "90.90"]]
SECOND = [["3", "清江市中心", "91.50"], ["5", "西沟村站", "90.90"], ["6", "桂花乡所", "89.90"]]
CORRECTED = "93.70"  # without the overtime: 37 + 28.2 + 28.5
DUE = 144  # 6 finalists x 3 parts x 8 judges
ROSTER: rosters.Sheets = {
    "参评单位": [["序号", "参评单位", "组别"], *([n, *one[:2]] for n, one in enumerate(FINALISTS, 1))],
    "参评项目": [
        ["序号", "参评单位", "参评项目", "计分部分", "日期"],
        *(
            [6 * place + n, one[0], f"{one[0]}{part}", part, STAGE_DAY if place else MATERIAL_DAY]
            for place, part in enumerate(PARTS.values())
            for n, one in enumerate(FINALISTS, 1)
        ),
    ],
    # The names of both parts on stage have 、 in themselves.
    "评委": [
        ["序号", "姓名", "只评部分", "手机尾号"],
        *([n, name, "、".join(PARTS.values()) if n == 1 else "", f"{1000 + n}"] for n, name in enumerate(JUDGES, 1)),
    ],
}


@pytest.fixture
def server(tmp_path: Path, sqlite_file: Path) -> Iterator[Running]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    made = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})
    made.start()
    yield made
    made.stop()


def test_a_final_on_stage_from_the_empty_installation_to_a_corrected_publication(
    browser: Browser, server: Running, tmp_path: Path
) -> None:
    with browsing(browser, server) as somebody:
        organiser = somebody(LAPTOP)
        desk = sets_up(organiser, "新建舞台比赛", "素养大赛决赛")
        imports(organiser, desk, tmp_path, ROSTER)
        excuses_the_last(organiser, desk)
        passwords = {role: adds(organiser, desk, login, role) for role, login in HELPERS.items()}
        tallier, checker, steward = (
            signs_in(somebody(LAPTOP), login, passwords[role], desk) for role, login in HELPERS.items()
        )
        has_a_password_of_his_own(steward, passwords["监督员"])
        signs_rules(organiser, steward, desk)
        badges = issues_badges(organiser, desk, len(JUDGES))
        judge = joins(somebody(PHONE), badges[JUDGES[0]])
        marks_everything(judge)
        for typist in (tallier, checker):
            types_all_paper(typist, desk)
        # A phone tells how much it still holds whenever it is heard of; so he looks at it once more.
        with judge.expect_response("**/batch"):
            judge.reload()
        collects(organiser, desk)
        sees_the_tie(organiser, desk)
        settles_the_tie(organiser, desk)
        deducts(organiser)
        withdraws_one_by_mistake(organiser)
        confirms(steward, desk, 2)
        publishes(organiser, steward, desk, "workings")
        public = somebody(PHONE)
        public.goto(public_page(desk))
        assert published_on(public) == [*FIRST, *SECOND]
        assert shoot(public, "stage-public", ("en", "zh")) == []

        takes_the_deduction_back(organiser, desk)
        confirms(steward, desk, 1)
        publishes(organiser, steward, desk, "workings", version=2, reason="计时员更正")
        public.goto(public_page(desk))
        assert [row[2] for row in published_on(public)][1] == CORRECTED
        expect(public.get_by_text("水坪镇所 得分 93.40 → 93.70")).to_be_visible()
        told = public.get_by_role("main").inner_text()
        assert [name for name in JUDGES if name in told] == []


def excuses_the_last(page: Page, desk: str) -> None:
    for day in (MATERIAL_DAY, STAGE_DAY):
        page.goto(f"{desk}/attendance?day={day}")
        page.get_by_role("group", name=JUDGES[-1]).get_by_text("请假").click()
        page.get_by_label(f"{JUDGES[-1]}请假的原因").fill("公务")
        page.get_by_role("button", name="保存登记").click()
        expect(page.get_by_text("已登记：到场 8 人，请假 1 人")).to_be_visible()


def marks_everything(page: Page) -> None:
    for place in range(3):
        for finalist in FINALISTS:
            presses(page, (finalist[2],) * 5 if place == 0 else (finalist[2 + place],))
            page.locator(".pad .go").click()
    expect(page.locator(".stateline")).to_contain_text("18 份全部交到 ✓", timeout=ARRIVES_MS)
    assert shoot(page, "stage-phone", ("zh",)) == []


def types_all_paper(page: Page, desk: str) -> None:
    """Every sheet of those without a phone. On stage the second judge is generous, the third is not: both fall out."""
    for place, part in enumerate(PARTS):
        for number in range(2, len(JUDGES)):
            page.goto(f"{desk}/paper?component={part}&judge=J{number}&opened=true")
            for cell in page.locator('[name^="mark:"]').all():
                entry = int((cell.get_attribute("name") or "").split("/")[1].removeprefix("E"))
                given = float(FINALISTS[(entry - 1) % 6][2 + place])
                cell.fill(f"{given + (0.2 * {2: 1, 3: -1}.get(number, 0) if place else 0):g}")
            page.locator("#save").click()
            expect(page.locator("#saved")).to_contain_text("已保存")


def collects(page: Page, desk: str) -> None:
    page.goto(f"{desk}/board")
    expect(page.get_by_text(f"已交齐：{DUE}/{DUE} 份")).to_be_visible()
    page.get_by_role("button", name="现在收分").click()
    # Scores are seen from the start here: nobody is sent to open what is open.
    expect(page.get_by_role("heading", name="下一步：核对结果")).to_be_visible()
    expect(page.get_by_role("heading", name="开分")).to_have_count(0)


def sees_the_tie(page: Page, desk: str) -> None:
    """Both wait for a decision; neither is told to have no prize."""
    page.goto(f"{desk}/results")
    rows = page.locator("tbody.one > tr:first-child")
    expect(rows.filter(has_text="待认定").locator("th.stay")).to_have_text(["竹林村站 并列", "西沟村站 并列"])
    expect(page.get_by_text("未获奖")).to_have_count(0)
    assert shoot(page, "stage-tie", ("en", "zh")) == []


def settles_the_tie(page: Page, desk: str) -> None:
    page.goto(f"{desk}/decisions")
    for name, place in (("竹林村站", "同分中第 1"), ("西沟村站", "同分中第 2")):
        page.get_by_label(f"{name}在同分中的先后").select_option(label=place)
    form = page.locator("form").filter(has=page.get_by_label("竹林村站在同分中的先后"))
    form.get_by_role("textbox").first.fill("组委会研究确定")
    form.get_by_role("button", name="提出认定").click()
    expect(page.get_by_label("竹林村站在同分中的先后")).to_have_count(0)


def deducts(page: Page) -> None:
    """511 seconds are 31 above 480: two times 30 seconds begun, 0.10. What was typed survives a refusal."""
    page.get_by_text("评分办法规定的扣分").click()
    form = page.locator("form[action$='/rules']")
    assert form.locator("optgroup").evaluate_all("all => all.map(one => one.label)") == ["参评项目"]
    form.locator("#rules-rule").select_option(index=1)
    form.locator("#rules-subject").select_option(label="水坪镇所赛技能、展风采")
    form.locator("#rules-value").fill("8分31秒")
    form.get_by_role("textbox").nth(1).fill("计时员记录")
    form.get_by_role("button").click()
    expect(page.get_by_text("应当是 0 以上的数（秒数）").first).to_be_visible()
    expect(form.get_by_role("textbox").nth(1)).to_have_value("计时员记录")
    form.locator("#rules-value").fill("511")
    form.get_by_role("button").click()
    expect(page.get_by_text("用时 511 秒")).to_be_visible()


def deducts_once(page: Page) -> None:
    page.get_by_text("评分办法规定的扣分").click()
    form = page.locator("form[action$='/rules']")
    form.locator("#rules-rule").select_option(index=1)
    form.locator("#rules-subject").select_option(label="水坪镇所赛技能、展风采")
    form.locator("#rules-value").fill("511")
    form.get_by_role("textbox").nth(1).fill("计时员记录")
    form.get_by_role("button").click()


def takes_the_deduction_back(page: Page, desk: str) -> None:
    page.goto(f"{desk}/decisions")
    decision = page.locator("li").filter(has_text="用时 511 秒").first
    decision.get_by_text("撤回这一条").click()
    decision.get_by_role("textbox").first.fill("计时有误，没有超时")
    decision.get_by_role("button").last.click()
    expect(page.get_by_text("拟撤回")).to_have_count(1)


def withdraws_one_by_mistake(page: Page) -> None:
    """The same deduction once more, and taken away again before anybody has confirmed it."""
    deducts_once(page)
    mine = page.locator("#proposed ~ ol > li")
    expect(mine).to_have_count(3)
    expect(page.get_by_role("button", name="确认勾选的认定")).to_have_count(0)  # nothing of his own
    mine.last.get_by_text("收回", exact=True).click()
    mine.last.get_by_role("textbox").fill("重复了")
    mine.last.get_by_role("button").click()
    expect(mine).to_have_count(2)
