"""The page of the log: who did what, when, in words, with the proof that it is whole; for organiser and steward."""

import ast
import json
import re
from pathlib import Path

from sqlmodel import Session

from app import audit
from app.contests.log import A_PAGE
from app.contests.log_words import act_names
from app.i18n import languages
from app.judging.paper import TypedSheet, type_sheets
from tests.app.reading import read
from tests.app.sync.field import Field, ticks

APP = Path(__file__).parent.parent.parent.parent / "app"
PUT_TOGETHER = {
    "f'{kind}_sheets'": {"admit_sheets", "reject_sheets"},
    "f'{change}_stop'": {"hide_stop", "open_stop", "drop_stop", "restore_stop"},
    "f'clock_{press}'": {"clock_start", "clock_stop"},
    "f'stage_{step}'": {"stage_call", "stage_mark", "stage_collect", "stage_back"},
}
# Acts of the installation's own chain: no contest's page shows them.
OF_THE_INSTALLATION = {"add_person", "set_up", "change_password", "sign_in", "sign_out", "begin_epoch", "restore"}


def rows(page: str) -> list[list[str]]:
    """The cells of each row of the page's table, as they are read."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [
        re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]
    return [[" ".join("".join(read(cell.replace("code", "b")).texts).split()) for cell in row] for row in cells]


def test_acts_are_told_in_words_newest_first(field: Field) -> None:
    phone = field.phone("J1")
    assert phone.outcome(phone.sheet("P2")) == ("stored", "")
    steward = field.signed_in("steward")
    told = [[row[0], *row[2:]] for row in rows(steward.get("/c/c1/log").text)]
    short = phone.device[:8]
    assert told == [
        ["4", "评委 1 评委1", f"从手机交来：{short}"],
        ["3", "评委 1 评委1", f"用手机加入：{short}"],
        ["2", "组织者", "放行一部手机：1 评委1"],
        ["1", "组织者", "发评委证"],
    ]
    english = steward.get("/c/c1/log?lang=en").text
    assert f'handed in by phone: <code class="id">{short}</code>' in english


def test_the_page_proves_that_it_is_whole_and_tells_its_end(field: Field) -> None:
    field.phone("J1")
    page = field.signed_in("organiser").get("/c/c1/log").text
    with field.database.read() as session:
        end = audit.anchor_of(session, "c1")
    assert end is not None
    assert "共 3 条，没有断开。" in page
    assert f'<code class="id">{end.code}</code>' in page
    assert end.code.startswith("3-")


def test_a_break_stands_on_the_page_in_words(field: Field) -> None:
    field.phone("J1")
    field.database.write(
        lambda s: s.connection().exec_driver_sql("DELETE FROM audit_payload WHERE contest_id = 'c1' AND rev = 3")
    )
    page = field.signed_in("steward").get("/c/c1/log").text
    assert "日志有 1 处断开。" in page
    assert "第 3 号记录（用手机加入）的附带内容不见了" in page
    assert "没有断开" not in page


def test_the_page_shows_no_payload_and_no_digest_of_one(field: Field) -> None:
    typed = [TypedSheet("J3", "P1", tuple(ticks("P1", 1)))]
    field.database.write(lambda s: type_sheets(s, "clerk", contest_id="c1", sheets=typed))
    page = field.signed_in("steward").get("/c/c1/log").text
    assert "录入纸质评分表：3 评委3 · 项目1" in page
    with field.database.read() as session:
        row = session.get_one(audit.AuditRow, ("c1", 1))
        body = session.get_one(audit.AuditPayload, ("c1", 1)).body
    assert row.payload_digest not in page
    for digest in re.findall(r"[0-9a-f]{16,}", json.dumps(json.loads(body))):
        assert digest not in page


def test_a_long_log_comes_page_by_page_and_can_leave_the_phones_out(field: Field) -> None:
    def many(session: object) -> None:
        for n in range(A_PAGE + 20):
            action = "receive" if n % 2 else "look"
            audit.record(session, "J1", action, contest_id="c1", subject="results")  # type: ignore[arg-type]

    field.database.write(many)
    steward = field.signed_in("steward")
    first = steward.get("/c/c1/log").text
    assert [row[0] for row in rows(first)] == [str(n) for n in range(120, 20, -1)]
    assert 'href="?before=21"' in first
    second = steward.get("/c/c1/log?before=21").text
    assert [row[0] for row in rows(second)] == [str(n) for n in range(20, 0, -1)]
    assert "更早的" not in second
    assert "最新的" in second
    without = steward.get("/c/c1/log?phones=none").text
    assert [row[0] for row in rows(without)] == [str(n) for n in range(119, 0, -2)]
    assert "共 120 条，没有断开。" in without


def test_only_organisers_and_stewards_of_this_contest_read_it(field: Field) -> None:
    statuses = [field.client(Accept="application/json").get("/c/c1/log").status_code]
    statuses += [field.signed_in(role).get("/c/c1/log").status_code for role in ("tallier", "checker", "staff")]
    statuses += [field.signed_in("steward", contest="c2").get("/c/c1/log").status_code]
    statuses += [field.signed_in(role).get("/c/c1/log").status_code for role in ("organiser", "steward")]
    assert statuses == [401, 403, 403, 403, 403, 200, 200]


def test_it_stands_among_the_pages_of_those_who_may_read_it(field: Field) -> None:
    assert 'href="/c/c1/log"' in field.signed_in("steward").get("/c/c1").text
    assert 'href="/c/c1/log"' not in field.signed_in("tallier").get("/c/c1").text


def acts_in(source: str) -> set[str]:
    """The acts a module records: the third word of ``record``, the fourth of ``append`` behind a head row."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            place = {"record": 2, "append": 3}.get(name)
            if place is not None and len(node.args) > place:
                action = node.args[place]
                if isinstance(action, ast.JoinedStr):
                    assert ast.unparse(action) in PUT_TOGETHER, ast.unparse(node)
                    found |= PUT_TOGETHER[ast.unparse(action)]
                else:
                    found |= {str(one.value) for one in ast.walk(action) if isinstance(one, ast.Constant)}
    return found


def test_every_act_of_the_sources_has_its_words() -> None:
    found = {audit.ERASE}
    for path in sorted(APP.rglob("*.py")):
        found |= acts_in(path.read_text(encoding="utf-8"))
    assert {"collect", "receive", "type_paper", "accept_paper"} <= found
    assert found - OF_THE_INSTALLATION - set(act_names(languages()["en"])) == set()


def test_several_sheets_in_one_act_are_named_by_the_first_and_counted(field: Field) -> None:
    def typed(session: Session) -> None:
        audit.record(session, "organiser", "type_paper", contest_id="c1", subject="J3/P1 +2")

    field.database.write(typed)
    page = field.signed_in("steward").get("/c/c1/log").text
    assert rows(page)[0][3] == "录入纸质评分表：3 评委3 · 项目1 · 另有 2 份"
