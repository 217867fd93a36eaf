"""The page of decisions: everything is recorded with its reason, counts, and can be taken back."""

import io
import json
import re
import zipfile
from fractions import Fraction

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.audit import AuditRow
from app.contests.models import Contest
from app.results.queries import tabulated
from app.tables import Text, read_tables
from scoring.numbers import plain
from scoring.results import Tabulation
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate
from tests.app.results.deciding import (
    DUE,
    chain_holds,
    collected,
    counted,
    decisions_of,
    found,
    hand_in,
    know_the_rest,
    opened,
    posts,
    recuse,
    told,
)
from tests.app.sync.field import RULE, SCHEME, Field, ticks

HERE = "/c/c1/decisions"


def result(field: Field) -> Tabulation:
    with field.database.read() as session:
        return tabulated(session, "c1")[1]


def same_from_files(field: Field, client: TestClient) -> None:
    """The archive gives the same result again: the engine takes every decision the page took."""
    archive = zipfile.ZipFile(io.BytesIO(client.get("/c/c1/files.zip").content))
    files = {name: archive.read(name) for name in archive.namelist()}
    rule = read_scheme(files["scheme.toml"].decode())
    read = read_tables(rule, *(Text(n, files[f"{n}.csv"]) for n in ("marks", "roster", "priors", "decisions")))
    assert tabulate(rule, read.roster, read.sheets, read.priors, read.decisions) == result(field)


def with_rules(field: Field) -> None:
    """The scheme with a deduction for overtime, a bonus and a ruling besides its veto."""
    more = """
[[adjustments]]
id = "overtime"
name = { zh = "超时扣分", en = "Overtime" }
kind = "deduction"
subject = "entry"
component = "pitch"
measure = "seconds"
limit = 360
per = 30
points = 0.5
cap = 5

[[adjustments]]
id = "honour"
name = { zh = "荣誉加分", en = "Honour" }
kind = "bonus"
subject = "unit"
measure = "points"
cap = 2

[[rulings]]
id = "closed"
name = { zh = "点位未开放", en = "Site not open" }
score = 0
"""
    ruled(field, SCHEME.replace("\n[prizes]\n", f"{more}\n[prizes]\n"))


def ruled(field: Field, text: str) -> None:
    """The contest by another scheme."""
    assert read_scheme(text).digest != RULE.digest

    def deed(session: Session) -> None:
        session.get_one(Contest, "c1").scheme = text

    field.database.write(deed)


# --- absences


def test_a_judges_missing_sheets_are_decided_together_with_one_reason_and_numbered(field: Field) -> None:
    hand_in(field, but=[("J4", entry) for entry in DUE["J4"]])
    collected(field)
    organiser = field.signed_in("organiser")
    page = organiser.get(HERE).text
    assert 'value="J4/P1"' in page
    assert (
        posts(organiser, "absences", **{"as": "absence", "judge": "J4", "document": "会议纪要 3 号"}).status_code == 303
    )
    assert decisions_of(field) == [("absence", f"J4/{entry}", "", "") for entry in DUE["J4"]]
    assert told(field) == [("opening", "blocker.opening")]
    page = organiser.get(HERE).text
    assert "会议纪要 3 号" in page
    assert 'value="J4/P1"' not in page
    assert chain_holds(field)


def test_a_single_sheet_is_ticked_beside_a_whole_judge(field: Field) -> None:
    hand_in(field, but=[("J3", "P1"), ("J3", "P2"), ("J4", "P3"), ("J4", "P4")])
    collected(field)
    posts(field.signed_in("organiser"), "absences", **{"as": "absence", "judge": "J3", "sheet": ["J3/P1", "J4/P4"]})
    assert sorted(subject for _, subject, _, _ in decisions_of(field)) == ["J3/P1", "J3/P2", "J4/P4"]


def test_without_a_reason_nothing_is_recorded_and_what_was_typed_stays(field: Field) -> None:
    hand_in(field, but=[("J4", "P1"), ("J4", "P3")])
    collected(field)
    organiser = field.signed_in("organiser")
    form = {"as": "absence", "sheet": ["J4/P3"], "reason": " 病 ", "document": "纪要七号"}
    answer = posts(organiser, "absences", **form)
    assert answer.status_code == 422
    assert "纪要七号" in answer.text
    assert re.search(r'value="J4/P3" checked', answer.text)
    assert not re.search(r'value="J4/P1" checked', answer.text)
    assert decisions_of(field) == []


@pytest.mark.parametrize(
    ("when", "form", "status", "code"),
    [
        ("before", {"sheet": "J4/P1"}, 409, "decide.collect_first"),
        ("after", {}, 422, "decide.nothing_chosen"),
        ("after", {"sheet": "J3/P1"}, 409, "decide.not_missing"),
        ("after", {"sheet": "J1/P1"}, 409, "decide.not_missing"),
    ],
)
def test_only_a_sheet_that_is_missing_after_the_collection_is_decided_absent(
    field: Field, when: str, form: dict[str, str], status: int, code: str
) -> None:
    hand_in(field, but=[("J4", "P1")])
    if when == "after":
        collected(field)
    organiser = field.signed_in("organiser")
    organiser.headers["Accept"] = "application/json"
    answer = posts(organiser, "absences", **{"as": "absence", **form})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert decisions_of(field) == []


def test_a_late_paper_sheet_may_be_typed_where_that_was_decided_and_only_there(field: Field) -> None:
    hand_in(field, but=[("J4", "AR"), ("J3", "AR")])
    collected(field)
    organiser, typists = field.signed_in("organiser"), [field.signed_in("tallier"), field.signed_in("checker")]
    item = RULE.items("pitch", "")[0]
    cells = {"component": "pitch", "seen": "0", f"mark:J4/AR/{item.id}": str(item.floor)}
    assert typists[0].post("/c/c1/paper", data=cells).status_code == 409
    posts(organiser, "absences", **{"as": "typing", "sheet": "J4/AR"})
    assert [typist.post("/c/c1/paper", data=cells).status_code for typist in typists] == [303, 303]
    assert counted(field, "J4", "AR") == ticks("AR")
    other = {"component": "pitch", "seen": "0", f"mark:J3/AR/{item.id}": str(item.floor)}
    assert typists[0].post("/c/c1/paper", data=other).status_code == 409


# --- sheets that wait


def test_a_late_sheet_is_admitted_counts_and_its_phone_is_told(field: Field) -> None:
    phones = hand_in(field)
    know_the_rest(field)
    collected(field)
    late = phones["J3"].sheet("AR", ticks("AR", 6), clock_offset_ms=3_600_000)
    assert phones["J3"].outcome(late) == ("quarantined", "late")
    phones["J3"].seen = phones["J3"].hand_over()["server_rev"]
    organiser = field.signed_in("organiser")
    page = organiser.get(HERE).text
    for words in (
        "评委3，项目5",
        "收分以后才到",
        "11-21 15:15",
        "收分以前",
        "前面的记录都在，没有缺号",
        "同一评委的另一份",
    ):
        assert words in page, words
    assert posts(organiser, "waiting", **{"as": "admit", "sheet": late["revision_id"]}).status_code == 303
    assert counted(field, "J3", "AR") == ticks("AR", 6)
    assert decisions_of(field)[-1] == ("admit", "J3/AR", late["revision_id"], "")
    [change] = phones["J3"].hand_over()["changes"]
    assert (change["revision_id"], change["ticks"], change["state"]) == (
        late["revision_id"],
        ticks("AR", 6),
        "submitted",
    )
    assert ticks("AR", 6) in [sheet["ticks"] for sheet in phones["J3"].package()["sheets"] if sheet["entry"] == "AR"]
    # What arrived is as it came, and is answered so again.
    assert phones["J3"].outcome(late) == ("quarantined", "late")
    organiser = opened(field)
    # AR: J2 and J4 gave the floor of 60, J3 three points more: (60 + 60 + 63) / 3 = 61.
    assert result(field).entries["AR"].score == Fraction(61)
    same_from_files(field, organiser)
    assert chain_holds(field)


def test_a_late_sheet_that_is_left_out_changes_nothing_and_is_asked_about_again_once_taken_back(field: Field) -> None:
    phones = hand_in(field)
    collected(field)
    late = phones["J3"].sheet("AR", ticks("AR", 6))
    phones["J3"].hand_over(late)
    organiser = field.signed_in("organiser")
    assert posts(organiser, "waiting", **{"as": "reject", "sheet": late["revision_id"]}).status_code == 303
    assert counted(field, "J3", "AR") == ticks("AR")
    assert late["revision_id"] not in organiser.get(HERE).text
    [rev] = re.findall(r"/decisions/(\d+)/taking-back", organiser.get(HERE).text)
    assert posts(organiser, f"{rev}/taking-back").status_code == 303
    assert late["revision_id"] in organiser.get(HERE).text


def test_an_admission_that_is_taken_back_gives_way_to_what_counted_before(field: Field) -> None:
    phones = hand_in(field, but=[("J4", "BR")])
    collected(field)
    late = [phones["J3"].sheet("AR", ticks("AR", 6)), phones["J3"].sheet("BR", ticks("BR", 6))]
    phones["J3"].hand_over(*late)
    missing = phones["J4"].sheet("BR", ticks("BR", 6))
    phones["J4"].hand_over(missing)
    organiser = field.signed_in("organiser")
    names = [one["revision_id"] for one in (*late, missing)]
    assert posts(organiser, "waiting", **{"as": "admit", "sheet": names}).status_code == 303
    assert [counted(field, judge, "BR") for judge in ("J3", "J4")] == [ticks("BR", 6)] * 2
    [rev] = re.findall(r"/decisions/(\d+)/taking-back", organiser.get(HERE).text)
    assert posts(organiser, f"{rev}/taking-back").status_code == 303
    assert counted(field, "J3", "AR") == ticks("AR")
    assert [counted(field, judge, "BR") for judge in ("J3", "J4")] == [ticks("BR"), None]
    assert posts(organiser, f"{rev}/taking-back").status_code == 409
    # And once more the other way: its name is taken, its marks are the same.
    assert posts(organiser, "waiting", **{"as": "admit", "sheet": names}).status_code == 303
    assert [counted(field, judge, "BR") for judge in ("J3", "J4")] == [ticks("BR", 6)] * 2
    assert chain_holds(field)


def test_of_two_phones_that_differ_one_is_chosen_after_the_collection(field: Field) -> None:
    hand_in(field)
    other = field.phone("J3")
    against = other.sheet("AR", ticks("AR", 8))
    other.hand_over(against)
    organiser = field.signed_in("organiser")
    form = {"as": "admit", "sheet": against["revision_id"]}
    assert posts(organiser, "waiting", **form).status_code == 409
    collected(field)
    assert posts(organiser, "waiting", **form).status_code == 303
    assert counted(field, "J3", "AR") == ticks("AR", 8)
    assert told(field) == [("opening", "blocker.opening")]


def test_two_versions_of_one_sheet_cannot_both_be_admitted(field: Field) -> None:
    phones = hand_in(field)
    other = field.phone("J3")
    collected(field)
    late = [phone.sheet("AR", ticks("AR", n)) for n, phone in enumerate((phones["J3"], other), 1)]
    phones["J3"].hand_over(late[0])
    other.hand_over(late[1])
    names = [one["revision_id"] for one in late]
    organiser = field.signed_in("organiser")
    assert posts(organiser, "waiting", **{"as": "admit", "sheet": names}).status_code == 422
    assert posts(organiser, "waiting", **{"as": "admit", "sheet": names[1]}).status_code == 303
    # The other one still wants its own word.
    assert names[0] in organiser.get(HERE).text
    assert posts(organiser, "waiting", **{"as": "reject", "sheet": names[0]}).status_code == 303
    assert counted(field, "J3", "AR") == ticks("AR", 2)


def test_what_could_never_count_is_not_admitted(field: Field) -> None:
    phones = hand_in(field, but=[("J4", "BR"), ("J4", "AR")])
    collected(field)
    organiser = field.signed_in("organiser")
    organiser.headers["Accept"] = "application/json"
    late = [phones["J4"].sheet("AR"), phones["J4"].sheet("BR")]
    phones["J4"].hand_over(*late)
    torn = phones["J3"].sheet("P1", [*ticks("P1")[:-1], None])
    phones["J3"].hand_over(torn)
    posts(organiser, "absences", **{"as": "absence", "sheet": "J4/AR"})
    recuse(field, "J4", "BR")
    codes = []
    for name in (late[0]["revision_id"], late[1]["revision_id"], torn["revision_id"], "nothing"):
        answer = posts(organiser, "waiting", **{"as": "admit", "sheet": name})
        codes.append((answer.status_code, answer.json()["code"]))
    assert codes == [
        (409, "decide.admit_absent"),
        (409, "decide.admit_recused"),
        (409, "decide.admit_unfit"),
        (409, "decide.not_waiting"),
    ]


# --- sheets set aside


def test_a_sheet_of_a_judge_recused_since_is_set_aside_and_the_result_goes_on(field: Field) -> None:
    hand_in(field)
    know_the_rest(field, "90", "80")
    collected(field)
    recuse(field, "J3", "P2")
    organiser = opened(field)
    assert 'class="ranking"' not in organiser.get("/c/c1/results").text
    page = organiser.get(HERE).text
    assert 'name="sheet" value="J3/P2"' in page
    assert "评委“评委3”应当回避“项目2”" in page
    assert posts(organiser, "voids", sheet="J3/P2").status_code == 303
    assert result(field).entries["P2"].counted == ("J1", "J4")
    assert 'class="ranking"' in organiser.get("/c/c1/results").text
    assert found(field) == []
    same_from_files(field, organiser)


def test_only_a_sheet_that_stands_is_set_aside(field: Field) -> None:
    hand_in(field, but=[("J3", "P2")])
    organiser = field.signed_in("organiser")
    answer = posts(organiser, "voids", judge="J3", entry="P2", document="纪要九号")
    assert answer.status_code == 409
    assert "纪要九号" in answer.text
    assert posts(organiser, "voids", judge="J3", entry="P1").status_code == 303


# --- ties, rules


def test_equals_are_put_in_order_after_the_opening_and_that_can_be_taken_back(field: Field) -> None:
    hand_in(field)
    know_the_rest(field)
    collected(field)
    organiser = field.signed_in("organiser")
    order = {"unit": ["A", "B"], "place.A": "2", "place.B": "1"}
    assert posts(organiser, "equals", **order).status_code == 409
    organiser = opened(field)
    page = organiser.get(HERE).text
    assert 'name="place.A"' in page
    assert posts(organiser, "equals", **{**order, "place.A": "1"}).status_code == 422
    assert posts(organiser, "equals", unit=["A", "B"], **{"place.B": "1"}).status_code == 422
    assert posts(organiser, "equals", **order).status_code == 303
    now = result(field)
    assert [(one.unit.id, one.place, one.award and one.award.tiers) for one in now.units] == [
        ("B", 1, ("first",)),
        ("A", 2, ("second",)),
    ]
    assert now.final
    assert 'name="place.A"' not in organiser.get(HERE).text
    same_from_files(field, organiser)
    rev = max(map(int, re.findall(r"/decisions/(\d+)/taking-back", organiser.get(HERE).text)))
    assert posts(organiser, f"{rev}/taking-back", reason="重新研究").status_code == 303
    assert not result(field).final
    page = organiser.get(HERE).text
    assert "重新研究" in page
    assert "已撤回" in page
    assert chain_holds(field)


def test_deductions_bonuses_vetoes_and_rulings_count_as_the_scheme_says(field: Field) -> None:
    with_rules(field)
    hand_in(field)
    know_the_rest(field, "90", "80")
    organiser = field.signed_in("organiser")
    # 405 seconds, of which 360 are free: two started half-minutes of half a point each.
    form = {"rule": "deduction/overtime", "subject": "AR", "value": "４０５"}
    assert posts(organiser, "rules", **form).status_code == 303
    assert posts(organiser, "rules", rule="bonus/honour", subject="B", value="1.5").status_code == 303
    assert posts(organiser, "rules", rule="ruling/closed", subject="P1").status_code == 303
    collected(field)
    organiser = opened(field)
    now = result(field)
    # A: (0 + 60) / 2 = 30 on site, pitch 60 - 1 = 59, ordinary 90: 18 + 5.9 + 27 = 50.9. B: 36 + 6 + 24 + 1.5 = 67.5.
    assert {one.unit.id: one.score for one in now.units} == {"A": Fraction("50.9"), "B": Fraction("67.5")}
    assert posts(organiser, "rules", rule="veto/grave", subject="B", document="通报一号").status_code == 303
    assert [(one.unit.id, one.excluded) for one in result(field).units] == [("A", ""), ("B", "grave")]
    page = organiser.get(HERE).text
    for words in (
        "超时扣分",
        "用时 405 秒，合 1 分",
        "荣誉加分",
        "1.5 分",
        "点位未开放",
        "重大责任事故或弄虚作假",
        "通报一号",
    ):
        assert words in page, words
    same_from_files(field, organiser)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"rule": "deduction/overtime", "subject": "AR", "value": "很久"}, "很久"),
        ({"rule": "deduction/overtime", "subject": "P1", "value": "400"}, "超时扣分"),
        ({"rule": "bonus/honour", "subject": "P1", "value": "1"}, "项目1"),
        ({"rule": "ruling/closed", "subject": "A"}, "云岭县"),
        ({"rule": "veto/none", "subject": "A"}, "重大责任事故或弄虚作假"),
    ],
)
def test_what_the_engine_would_refuse_is_refused_by_names_and_stays_in_the_form(
    field: Field, form: dict[str, str], words: str
) -> None:
    with_rules(field)
    organiser = field.signed_in("organiser")
    answer = posts(organiser, "rules", document="纪要十号", **form)
    assert answer.status_code == 422
    assert words in answer.text.partition('id="trouble"')[2].partition("</div>")[0]
    assert "纪要十号" in answer.text
    assert decisions_of(field) == []


def test_a_subject_is_decided_once_until_that_is_taken_back(field: Field) -> None:
    with_rules(field)
    organiser = field.signed_in("organiser")
    assert posts(organiser, "rules", rule="veto/grave", subject="A").status_code == 303
    assert posts(organiser, "rules", rule="veto/grave", subject="A").status_code == 422
    [rev] = re.findall(r"/decisions/(\d+)/taking-back", organiser.get(HERE).text)
    assert posts(organiser, f"{rev}/taking-back", reason="").status_code == 422
    assert posts(organiser, f"{rev}/taking-back").status_code == 303
    assert posts(organiser, "rules", rule="veto/grave", subject="A").status_code == 303


def test_a_score_known_before_that_is_missing_is_decided(field: Field) -> None:
    hand_in(field)
    collected(field)
    organiser = opened(field)
    assert posts(organiser, "few", entry=["P1", "P2", "P3", "P4", "AR", "BR"]).status_code == 303
    assert posts(organiser, "priors", subject="A/ordinary", value="88").status_code == 303
    assert posts(organiser, "priors", subject="B/ordinary", value="101").status_code == 422
    assert posts(organiser, "priors", subject="B/ordinary", value="").status_code == 303
    # A: 36 + 6 + 88 x 30 % = 68.4. B without ordinary work: (60 x 60 + 60 x 10) / 70 = 60.
    assert {one.unit.id: one.score for one in result(field).units} == {"A": Fraction("68.4"), "B": Fraction(60)}
    assert found(field) == []
    same_from_files(field, organiser)


def test_where_the_chain_knows_no_decision_equals_are_given_their_prizes(field: Field) -> None:
    ruled(field, SCHEME.replace(', "decision"]', "]"))
    hand_in(field)
    know_the_rest(field)
    collected(field)
    organiser = opened(field)
    assert 'name="tier.A"' in organiser.get(HERE).text
    given = {"unit": ["A", "B"], "tier.A": "first", "yuan.A": "100000", "tier.B": "second", "yuan.B": "5万"}
    assert posts(organiser, "awards", **given).status_code == 422
    assert posts(organiser, "awards", **{**given, "yuan.B": "50000"}).status_code == 303
    awards = {one.unit.id: (one.award.tiers, one.award.fen) for one in result(field).units if one.award}
    assert awards == {"A": (("first",), 100_000_00), "B": (("second",), 50_000_00)}
    assert found(field) == []
    same_from_files(field, organiser)


@pytest.mark.parametrize(
    ("section", "form"),
    [
        ("awards", {"unit": "A", "tier.A": "first"}),
        ("few", {"entry": "P1"}),
        ("classes", {"subject": "P1/expert"}),
        ("priors", {"subject": "A/ordinary", "value": "90"}),
        ("uneven", {"component": "onsite"}),
        ("overrun", {"value": "1"}),
    ],
)
def test_what_only_the_result_can_tell_is_decided_after_the_opening(
    field: Field, section: str, form: dict[str, str]
) -> None:
    collected(field)
    organiser = field.signed_in("organiser")
    organiser.headers["Accept"] = "application/json"
    answer = posts(organiser, section, **form)
    assert (answer.status_code, answer.json()["code"]) == (409, "results.still_blind")
    assert decisions_of(field) == []


def test_the_parts_of_a_draw_are_recorded_one_by_one_and_once(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert posts(organiser, "draw", commit="a" * 64).status_code == 303
    assert posts(organiser, "draw", commit="b" * 64).status_code == 422
    assert posts(organiser, "draw", public="９月９日收盘指数").status_code == 303
    assert decisions_of(field) == [("commit", "", "", "a" * 64), ("public", "", "", "９月９日收盘指数")]


# --- who may, and what is not shown


@pytest.mark.parametrize("path", ["", "/absences", "/waiting", "/voids", "/rules", "/equals", "/7/taking-back"])
def test_only_the_organiser_of_this_contest_decides(field: Field, path: str) -> None:
    def asks(client: TestClient) -> int:
        client.headers["Accept"] = "application/json"
        answer = client.post(HERE + path, data={"reason": "研究确定"}) if path else client.get(HERE)
        return answer.status_code

    assert [asks(field.client()), asks(field.signed_in("tallier", "checker", "staff"))] == [401, 403]
    assert asks(field.signed_in("organiser", contest="c2")) == 403
    assert asks(field.signed_in("steward")) == (403 if path else 200)


def test_the_steward_reads_what_was_decided_and_has_nothing_to_press(field: Field) -> None:
    hand_in(field, but=[("J4", "P1")])
    collected(field)
    posts(field.signed_in("organiser"), "rules", rule="veto/grave", subject="A")
    page = field.signed_in("steward").get(HERE).text
    assert "领导小组研究确定" in page
    assert "评委4" in page
    main = page.partition('<main class="main"')[2].partition("</main>")[0]
    assert "/decisions/" not in main
    assert 'name="reason"' not in main


def test_the_result_lists_what_is_in_the_way_with_a_link_to_where_it_is_settled(field: Field) -> None:
    phones = hand_in(field, but=[("J4", "P4")])
    know_the_rest(field)
    organiser = field.signed_in("organiser")
    link = f'href="{HERE}"'

    def below(client: TestClient, path: str) -> str:
        return client.get(f"/c/c1/{path}").text.partition("<h1")[2]

    assert link not in below(organiser, "board")
    collected(field)
    assert link in below(organiser, "board")
    phones["J3"].hand_over(phones["J3"].sheet("P2", ticks("P2", 8)))
    blind, seen = below(organiser, "results"), below(opened(field), "results")
    for page in (blind, seen):
        assert link in page
        for words in ("评委“评委4”还差 1 份评分表：项目4", "评委“评委3”给“项目2”的评分表是收分以后到的"):
            assert page.count(words) == 1, words
    assert "云岭县、清江市" in seen
    assert "云岭县" not in blind
    assert seen.count("下列事项认定之后") == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_before_the_opening_the_page_holds_no_mark_and_no_word_of_who_leads(field: Field, language: str) -> None:
    phones = hand_in(field, above=3, but=[("J4", "P4")])
    know_the_rest(field)
    other = field.phone("J3")
    other.hand_over(other.sheet("P1", ticks("P1", 7)))
    collected(field)
    phones["J3"].hand_over(phones["J3"].sheet("P2", ticks("P2", 8)))
    recuse(field, "J3", "P4")
    page = field.signed_in("organiser").get(f"{HERE}?lang={language}").text
    assert page.count('name="sheet"') >= 3
    main = page.partition("<h1>")[2].partition("</main>")[0]
    for above in (3, 7, 8):
        for entry in ("P1", "P2"):
            marks = ticks(entry, above)
            assert json.dumps(marks)[1:-1] not in main
            assert str(sum(marks) / 2) not in main
    for words in ("得分", "排名", "名次", "score", "Score", "rank", "”应当回避", "is recused from"):
        assert words not in main, words


def test_a_look_after_the_opening_is_in_the_log(field: Field) -> None:
    hand_in(field)
    know_the_rest(field)
    collected(field)
    organiser = opened(field)
    organiser.get(HERE)
    with field.database.read() as session:
        looks = session.exec(select(AuditRow.subject).where(AuditRow.action == "look")).all()
    assert looks == ["decisions"]


def test_all_that_wait_are_settled_alike_but_only_those_that_stood_on_the_page(field: Field) -> None:
    phones = hand_in(field, but=[("J3", "AR"), ("J3", "BR"), ("J4", "AR")])
    collected(field)
    seen = [phones["J3"].sheet("AR", ticks("AR", 6)), phones["J3"].sheet("BR", ticks("BR", 6))]
    phones["J3"].hand_over(*seen)
    organiser = field.signed_in("organiser")
    shown = re.findall(r'name="shown" value="(.+?)"', organiser.get(HERE).text)
    assert shown == [one["revision_id"] for one in seen]
    since = phones["J4"].sheet("AR", ticks("AR", 6))
    phones["J4"].hand_over(since)
    assert posts(organiser, "waiting", **{"as": "admit", "all": "yes", "shown": shown}).status_code == 303
    assert [one[2] for one in decisions_of(field)] == shown
    assert since["revision_id"] in organiser.get(HERE).text


def test_a_sheet_that_waits_stands_beside_the_one_that_counts_only_once_the_marks_are_open(field: Field) -> None:
    phones = hand_in(field)
    collected(field)
    late = phones["J3"].sheet("AR", ticks("AR", 6), note="改为更高")
    phones["J3"].hand_over(late)
    know_the_rest(field)
    before = field.signed_in("organiser").get(HERE).text
    assert late["revision_id"] in before
    assert 'class="beside"' not in before
    assert "改为更高" not in before
    after = opened(field).get(HERE).text
    assert "改为更高" in after
    beside = re.search(r'<details class="beside">(.*?)</details>', after, re.DOTALL)
    assert beside
    rows = re.findall(r'<td class="num">(.*?)</td><td class="num">(.*?)</td>', beside[1])
    items = RULE.items("pitch", "")
    assert rows == [(plain((item.ticks[0] + 6) * item.step), plain(item.ticks[0] * item.step)) for item in items]
