"""An evening at the console: nine judges with nine phones, of which one dies and goes to paper; worked by the keyboard.

Two entrants in a part of the final; the marks of the first are worked out by hand below. The crew is four people at
four browsers: the organiser at the console, the checker, the steward, the tallier.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from app import audit
from app.accounts import service as accounts
from app.accounts.models import Person
from app.contests.models import Contest, EntryRow, JudgeRow, Membership, SchemeVersion, UnitRow
from app.db import open_database
from app.sync import badges
from scoring.scheme import read_scheme
from tests.app.phone.conftest import Running
from tests.app.steps import LAPTOP, PHONE, Opener, browsing, shoot
from tests.tours import RUBRICS

RULE = (RUBRICS / "changzhi-2023-final.toml").read_text(encoding="utf-8")
JUDGES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八", "冯九")
# Without 9.75 and 9.10: 9.40 + 9.52 + 9.48 + 9.55 + 9.61 + 9.44 + 9.50 = 66.50, / 7 = 9.50. The ninth is on paper.
MARKS = ("9.40", "9.75", "9.52", "9.48", "9.10", "9.55", "9.61", "9.44", "9.50")
WORDS = "去掉一个最高分 9.75 分，去掉一个最低分 9.10 分，2 号选手最后得分 9.50 分。"
CREW = ("organiser", "checker", "steward", "tallier")
LIVE_MS = 30_000


@pytest.fixture
def server(tmp_path: Path, sqlite_file: Path) -> Iterator[Running]:
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    made = Running("app.main:create_app", tmp_path, {"FIELDMARK_DATA_DIR": str(tmp_path)})
    yield made
    made.stop()


def begun(folder: Path) -> dict[str, str]:
    """The contest with its judges and crew; the cookie of everybody's browser."""
    database = open_database(f"sqlite:///{folder}/fieldmark.db")

    def contest(session: Session) -> None:
        audit.begin_chain(session, "c1")
        digest = read_scheme(RULE).digest
        row = {"name": "素养大赛决赛", "form": "stage", "scheme": RULE, "scheme_digest": digest}
        session.add(Contest(id="c1", simulated=True, made_at=audit.now(), **row))
        session.flush()
        session.add(SchemeVersion(contest_id="c1", version=1, rev=0, text=RULE, digest=digest, at=audit.now()))
        for n, name in enumerate(("竹林村站", "西沟村站"), 1):
            session.add(UnitRow(contest_id="c1", id=f"U{n}", place_number=n, name=name, division="station"))
            session.flush()
            named = {"name": f"{name}晒经验", "component": "story", "day": "1"}
            session.add(EntryRow(contest_id="c1", id=f"E{n}", place_number=n, unit_id=f"U{n}", **named))
        for n, name in enumerate(JUDGES, 1):
            session.add(JudgeRow(contest_id="c1", id=f"J{n}", place_number=n, name=name))

    def person(session: Session, role: str) -> str:
        made = accounts.add_person(session, "-", login=role, name=f"{role}甲", password_hash="-")  # noqa: S106
        session.flush()
        session.get_one(Person, made).own_password = True
        session.add(Membership(contest_id="c1", person_id=made, role=role, made_at=audit.now()))
        return accounts.sign_in(session, made, hours=1)

    database.write(contest)
    cookies = {role: database.write(lambda s, r=role: person(s, r)) for role in CREW}  # type: ignore[misc]
    every = [f"J{n}" for n in range(1, len(JUDGES) + 1)]
    codes = database.write(lambda s: badges.issue_badges(s, "organiser", contest_id="c1", judges=every))
    for judge, code in codes.items():
        whose = {"contest_id": "c1", "code": code, "digits": "", "label": "iPad", "offered": badges.prospect()}
        cookies[judge] = database.write(lambda s, w=whose: badges.confirm_badge(s, **w))[1].cookie  # type: ignore[misc]
    database.close()
    return cookies


def at_the_desk(somebody: Opener, server: Running, cookie: str) -> Page:
    page = somebody(LAPTOP)
    page.context.add_cookies([{"name": "fieldmark_session", "value": cookie, "url": server.address}])
    page.goto("/c/c1/console")
    return page


def with_a_phone(somebody: Opener, server: Running, cookie: str) -> Page:
    page = somebody(PHONE)
    page.context.add_cookies([{"name": "fieldmark_device", "value": cookie, "url": f"{server.address}/j/c1/"}])
    page.goto("/j/c1/")
    return page


def enter(page: Page, key: str) -> None:
    """The one next step, by the keyboard, once it is the expected one and stands there long enough to be read."""
    expect(page.locator("[data-next]")).to_contain_text(key, timeout=LIVE_MS)
    page.wait_for_load_state()  # the keys are the script's
    page.wait_for_timeout(800)  # the page's own rule: what has just come has not been read yet
    page.keyboard.press("Enter")


def test_nine_judges_an_evening_long_and_one_phone_dies(browser: Browser, server: Running, tmp_path: Path) -> None:
    cookies = begun(tmp_path)
    server.start()
    with browsing(browser, server) as somebody:
        organiser, checker, steward, tallier = (at_the_desk(somebody, server, cookies[role]) for role in CREW)
        phones = [with_a_phone(somebody, server, cookies[f"J{n}"]) for n in range(1, 10)]
        organiser.get_by_role("main").get_by_role("link", name="出场顺序").last.click()
        organiser.get_by_label("竹林村站").fill("2")
        organiser.get_by_label("西沟村站").fill("1")
        organiser.get_by_role("button", name="排定这个顺序").click()
        assert shoot(organiser, "console-begin", ("en", "zh")) == []
        # Drawn first, but late: the second is called before him.
        organiser.get_by_role("row", name=re.compile("竹林村站")).get_by_role("button", name="请上场").click()
        for phone in phones:
            expect(phone.get_by_role("heading", name="竹林村站晒经验")).to_be_visible(timeout=LIVE_MS)
        phones[8].context.close()
        for key in ("停止计时", "重新计时"):
            organiser.wait_for_load_state()  # the key is the script's
            organiser.keyboard.press("t")
            expect(organiser.locator("[data-clock]")).to_contain_text(key, timeout=LIVE_MS)
        assert shoot(organiser, "console-clock", ("en", "zh")) == []
        enter(organiser, "表演结束，开始打分")
        for phone, mark in zip(phones[:8], MARKS[:8], strict=True):
            for key in mark:
                phone.get_by_role("button", name="小数点" if key == "." else key, exact=True).click()
            phone.locator(".pad .go").click()
        expect(organiser.locator(".present")).to_contain_text("8/9", timeout=LIVE_MS)
        expect(organiser.locator(".present")).to_contain_text("未交：冯九")
        expect(organiser.locator("[data-next]")).to_have_count(0)
        assert shoot(organiser, "console-missing", ("en", "zh")) == []
        for typist in (tallier, checker):
            types_the_ninth(typist)
        expect(organiser.locator(".present")).to_contain_text("9/9 齐了", timeout=LIVE_MS)
        enter(organiser, "收分")
        checks_and_confirms(checker, steward)
        expect(organiser.locator(".slip")).to_contain_text(WORDS, timeout=LIVE_MS)
        assert shoot(organiser, "console-slip", ("en", "zh")) == []
        # 错位报分: the score is read out after the next one has performed.
        enter(organiser, "请上场")
        expect(phones[0].get_by_role("heading", name="西沟村站晒经验")).to_be_visible(timeout=LIVE_MS)
        enter(organiser, "表演结束，开始打分")
        enter(organiser, "亮分")
        expect(organiser.get_by_role("row", name=re.compile("竹林村站"))).to_contain_text("亮分", timeout=LIVE_MS)


def types_the_ninth(page: Page) -> None:
    page.goto("/c/c1/paper?component=story&judge=J9&opened=true")
    page.locator('[name^="mark:J9/E1/"]').fill(MARKS[8])
    page.locator("#save").click()
    expect(page.locator("#saved")).to_contain_text("已保存")


def checks_and_confirms(checker: Page, steward: Page) -> None:
    """Each at his own device, by the keyboard: the console leads to the marks, the marks back to the console."""
    for page, key, done in ((checker, "核分", "核对无误"), (steward, "确认得分", "确认这个得分")):
        page.goto("/c/c1/console")
        enter(page, key)
        enter(page, done)
        expect(page).to_have_url(re.compile("/console$"))
