"""The tally workbook: every figure typed by hand from tests/app/exports/counted.py."""

import io
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from uuid import uuid4

import pytest
from sqlmodel import Session, select

from app import audit
from app.contests.models import EntryRow
from app.exports.panels import panels
from app.judging import paper
from app.judging.signatures import waive_signatures
from app.results.queries import Given
from scoring.tabulate import tabulate
from scoring.working import Node
from tests.app.exports.counted import RULE_TEXT, counted, opened, points
from tests.app.exports.reading import cells, formulas, parts, struck
from tests.app.judging.by_two import by_two
from tests.app.judging.test_dictated import BY_PHONE
from tests.app.publishing.ready import TOUR, Ready
from tests.app.sync.field import Field
from tests.tours import shipped, tour

TALLY = "/c/c1/tally.xlsx"


def test_the_ranking_stands_on_the_first_sheet_as_it_is_printed(field: Field) -> None:
    counted(field)
    organiser, _ = opened(field)
    answer = organiser.get(TALLY)
    assert answer.headers["cache-control"] == "no-store"
    sheets = cells(answer.content)
    assert list(sheets) == ["排名", "现场", "路演", "平时工作"]
    title, state, heading, first, second, money, *rest = sheets["排名"]
    assert title[0] == "拉练 c1评分汇总表"
    assert state[0] == "内部资料，尚未公布；未定，有待认定事项；模拟数据：名称和分数都是虚构的"
    assert heading == ["名次", "参评单位", "现场", "路演", "平时工作", "得分", "奖项等次", "奖励资金（元）", "备注"]
    # 79.653 is not 79.65: it stays text, so that nobody adds up what was rounded.
    assert first == [1, "云岭县", 86.75, 91, 90, 88.15, "一等奖", 100000, ""]
    assert second == [2, "清江市", 74.25, 81, 90.01, "79.65", "二等奖", 50000, ""]
    assert money[0] == "奖励资金合计 150,000 元"
    told = [str(row[0]) for row in rest]
    assert "评分办法：新时代文明实践拉练观摩评分办法（本县回避）" in told
    assert any("现场 60%" in line.replace(" %", "%") for line in told)
    assert [line for line in told if line.startswith("·")]
    assert told[-1].split() == [
        "计分员：＿＿＿＿＿＿",
        "核分员：＿＿＿＿＿＿",
        "监督员：＿＿＿＿＿＿",
        "日期：＿＿＿＿＿＿",
    ]


@pytest.mark.parametrize("file", ["tally.xlsx", "awards.xlsx"])
def test_what_is_published_is_not_called_unpublished(field: Field, file: str) -> None:
    tour = Ready(field)

    def state() -> str:
        rows = next(iter(cells(tour.organiser.get(f"/c/{TOUR}/{file}").content).values()))
        return str(rows[1][0]).rpartition("；")[0]  # the rest says that the contest is simulated

    assert state() == "内部资料，尚未公布"
    tour.published("ranks")
    assert state() == "内部资料；第 1 版已公布"
    tour.prior("B", "80")
    assert state() == "内部资料；第 1 版公布后有改动，这里的数与公布的可能不同"


def test_every_component_has_its_sheets_with_a_word_for_each_that_is_wanting(field: Field) -> None:
    counted(field)
    organiser, _ = opened(field)
    sheets = cells(organiser.get(TALLY).content)
    head = ["序号", "参评单位", "参评项目", "评委1", "评委2", "评委3", "评委4", "有效份数", "得分", "备注"]
    assert sheets["现场"][2:7] == [
        head,
        [1, "云岭县", "项目1", "回避", 80, 85.5, 90, 3, 85.5, ""],
        [3, "云岭县", "项目3", "回避", 88, "未交", "缺席", 1, 88, ""],
        [2, "清江市", "项目2", 70, "回避", 71, 72.5, 3, 71, ""],
        [4, "清江市", "项目4", 77.5, "回避", "不计", "缺席", 1, 77.5, ""],
    ]
    assert sheets["路演"][2:5] == [
        head,
        [5, "云岭县", "项目5", "回避", 90, 91, 92.5, 3, 91, ""],
        [6, "清江市", "项目6", 80, "回避", 81, 82, 3, 81, ""],
    ]
    assert [row[:4] for row in sheets["平时工作"][2:5]] == [
        ["序号", "参评单位", "得分", "来源"],
        [1, "云岭县", 90, "文明办第12号"],
        [2, "清江市", 90.01, "文明办第12号"],
    ]


def test_the_dropped_highest_and_lowest_are_struck_out_and_nothing_else_is(field: Field) -> None:
    counted(field)
    organiser, _ = opened(field)
    content = organiser.get(TALLY).content
    assert struck(content, 1) == set()
    # P1: 80 in E4 and 90 in G4; P2: 70 in D6 and 72.5 in G6; where one sheet counts nothing is dropped.
    assert struck(content, 2) == {"E4", "G4", "D6", "G6"}
    assert struck(content, 3) == {"E4", "G4", "D5", "G5"}
    assert "加删除线的是去掉的最高分、最低分。" in [row[0] for row in cells(content)["现场"]]


def test_it_prints_on_a4_across_with_its_heading_on_every_page(field: Field) -> None:
    counted(field)
    organiser, _ = opened(field)
    content = organiser.get(TALLY).content
    found = parts(content)
    for number in (1, 2, 3, 4):
        page = found[f"xl/worksheets/sheet{number}.xml"]
        assert 'paperSize="9"' in page
        assert 'orientation="landscape"' in page
        assert '<pageSetUpPr fitToPage="1"/>' in page
        assert 'state="frozen"' in page
        assert 'ySplit="3"' in page
    assert "现场!$A:$C,现场!$3:$3" in found["xl/workbook.xml"]


def test_no_name_becomes_a_formula(field: Field) -> None:
    def rename(session: Session) -> None:
        session.get_one(EntryRow, ("c1", "P1")).name = '=HYPERLINK("http://x","+1")'
        session.get_one(EntryRow, ("c1", "P2")).name = "@SUM(A1)"

    field.database.write(rename)
    counted(field)
    organiser, _ = opened(field)
    content = organiser.get(TALLY).content
    assert [row[2] for row in cells(content)["现场"][3:6]] == ['=HYPERLINK("http://x","+1")', "项目3", "@SUM(A1)"]
    assert formulas(content) == []
    assert "hyperlink" not in parts(content)["xl/worksheets/sheet2.xml"]


def test_the_same_result_gives_the_same_bytes_in_each_language(field: Field) -> None:
    counted(field)
    organiser, _ = opened(field)
    assert organiser.get(TALLY).content == organiser.get(TALLY).content
    english = cells(organiser.get(f"{TALLY}?lang=en").content)
    assert english["On site"][4][3:7] == ["recused", 88, "not handed in", "absent"]
    assert english["On site"][6][5] == "does not count"


def leaves(node: Node) -> Iterator[tuple[str, Fraction]]:
    """Every whole sheet in a working, by judge."""
    if node.op == "sheet":
        yield node.ref.split("/")[0], node.value
    for arg in node.args:
        yield from leaves(arg)


@pytest.mark.parametrize("name", ["shiyan-2022-tour", "shiyan-2022-tour-no-recusal"])
def test_on_a_whole_tour_every_figure_is_the_one_the_engine_counted(name: str) -> None:
    rule = shipped(name)
    roster, sheets, priors = tour(rule)
    given = Given(rule, roster, tuple(sheets), tuple(priors), ())
    tabulation = tabulate(*given)
    number = 0
    for panel in panels(given, tabulation):
        for row in panel.rows:
            told = {judge.id: cell for judge, cell in zip(panel.judges, row.cells, strict=True)}
            assert row.result.working
            engine = dict(leaves(row.result.working))
            assert {judge: cell.points for judge, cell in told.items() if cell.points is not None} == engine
            # A tenth at each end, rounded down: of 46 to 52 sheets four or five.
            each = len(engine) // 10
            struck_out = sorted(engine[judge] for judge, cell in told.items() if cell.dropped)
            assert struck_out == sorted(engine.values())[:each] + sorted(engine.values())[len(engine) - each :]
            number += 1
    assert number == 50


def test_who_signed_and_who_dictated_is_told_wherever_the_marks_are(field: Field) -> None:
    """J2 signs one of his three sheets, J3 dictates P3 to two people, and J4 need not sign."""
    rule = RULE_TEXT.replace('lock = "collection"', 'lock = "collection"\nsignature = "glass"')

    def meanwhile() -> None:
        phone = field.phone("J2")
        [mine] = [one for one in phone.package()["unsigned"] if one["entry"] == "P1"]
        covers = [{"entry_id": "P1", "revision_id": mine["revision_id"], "digest": mine["digest"]}]
        made = {
            "kind": "signature", "revision_id": str(uuid4()), "device_seq": 1, "way": "typed", "name": "李评委",
            "covers": covers, "strokes": [], "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0,
        }  # fmt: skip
        phone.seq = 1
        assert phone.outcome(made) == ("stored", "")
        typed = [paper.TypedSheet("J3", "P3", tuple(points("P3", "80")))]
        for person in ("organiser", "tallier"):
            deed = partial(paper.type_sheets, actor=person, contest_id="c1", sheets=typed, source=BY_PHONE)
            field.database.write(deed)

    counted(field, rule, meanwhile)
    waive = {"contest_id": "c1", "judges": ["J4"], "reason": "已返程，电话确认"}
    by_two(field.database, lambda session: waive_signatures(session, "organiser", **waive))  # type: ignore[arg-type]
    organiser, steward = opened(field)
    sheets = cells(organiser.get(TALLY).content)
    assert sheets["评委签名"][3:] == [
        [1, "评委1", "—", "3 份未签名", ""],
        [2, "评委2", "11-21 16:15", "2 份未签名", "键入姓名：李评委"],
        [3, "评委3", "—", "5 份未签名", ""],
        [4, "评委4", "—", "经认定，不签名也计", ""],
    ]
    entered = "评委3评项目3：代录，organiser、tallier录入"
    assert [row[0] for row in sheets["现场"] if "代录" in str(row[0])] == [entered]
    with zipfile.ZipFile(io.BytesIO(organiser.get("/c/c1/files.zip").content)) as archive:
        told = archive.read("dictated.csv").decode("utf-8-sig").splitlines()
    assert told == ["judge,entry,entered_by,confirmed_by", "J3,P3,organiser,tallier"]
    pages = [client.get("/c/c1/results").text for client in (organiser, steward)]
    unnamed = "项目3有一份评分表是代录的，organiser、tallier录入"
    assert [(entered in page, unnamed in page) for page in pages] == [(True, False), (False, True)]


def test_before_two_have_opened_there_is_no_workbook_and_afterwards_each_is_a_look(field: Field) -> None:
    counted(field)
    organiser = field.signed_in("organiser")
    assert organiser.get(TALLY).status_code == 409
    organiser, steward = opened(field)
    # A steward sees the result, and not who gave what.
    assert [client.get(TALLY).status_code for client in (organiser, steward, organiser)] == [200, 403, 200]
    with field.database.read() as session:
        looks = session.exec(select(audit.AuditRow).where(audit.AuditRow.action == "look")).all()
    assert [row.subject for row in looks] == ["tally.xlsx", "tally.xlsx"]


@pytest.mark.parametrize("file", ["tally.xlsx", "awards.xlsx"])
def test_only_organisers_and_stewards_of_this_contest_are_given_one(field: Field, file: str) -> None:
    counted(field)
    opened(field)
    statuses = [
        field.client(Accept="application/json").get(f"/c/c1/{file}").status_code,
        field.signed_in("tallier", "checker", "staff").get(f"/c/c1/{file}").status_code,
        field.signed_in("organiser", contest="c2").get(f"/c/c1/{file}").status_code,
    ]
    assert statuses == [401, 403, 403]
