"""Entries that go to some of the judges: named in the workbook, or shared out so that all have about as many."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.audit import AuditPayload, AuditRow
from app.contests import assigning, lines, queries, service
from app.contests.columns import sheets_for
from app.contests.draft import Draft, EntryLine, JudgeLine, UnitLine
from app.contests.intake import Reading, read_roster
from app.contests.schemes import shipped
from app.contests.template import template
from app.db import Database
from app.i18n import languages
from app.settings import Settings
from app.sync.badges import issue_badges
from app.workbook import sheets_of
from scoring.faults import Refused
from scoring.roster import Entry, Judge, Recusal, Roster, Unit
from tests.app.contests.conftest import SignIn, a_contest, a_person
from tests.app.contests.rosters import Sheets, texts
from tests.app.contests.test_correct_roster import a_mark

STARS = shipped()["star-rating"].scheme
SITES = 12 + 128 + 2_603  # what a real rating counts


def sites(*assigned: str) -> Sheets:
    """Sites of two counties, a reviewer of each and three of the city, two of whom have one name."""
    named: list[list[object]] = [
        [n, "云岭县" if n % 2 else "清江市", f"第{n}站", who] for n, who in enumerate(assigned, start=1)
    ]
    return {
        "参评单位": [["序号", "参评单位"], [1, "云岭县"], [2, "清江市"]],
        "参评项目": [["序号", "参评单位", "参评项目", "由谁评"], *named],
        "评委": [
            ["序号", "姓名", "本人单位"],
            [1, "张一", "云岭县"], [2, "李二", "清江市"], [3, "王伟", ""], [4, "王伟", ""], [5, "赵五", ""],
        ],
    }  # fmt: skip


def read(*assigned: str) -> Reading:
    return read_roster(STARS, texts(sites(*assigned)))


@pytest.fixture
def rated(database: Database, organiser: str) -> str:
    """A contest in which two sites are assigned and two are not."""
    made = a_contest(database, organiser, "star-rating")
    draft = read("3;5", "", "1、3", "").draft
    rev = database.write(lambda s: service.draft_import(s, "o", contest_id=made, draft=draft))
    database.write(lambda s: service.apply_import(s, "o", contest_id=made, rev=rev))
    return made


def judges_of(database: Database, contest_id: str) -> dict[str, str]:
    with database.read() as session:
        return {line.id: line.judges for line in queries.imported(session, contest_id).entries}


def test_a_workbook_names_them_by_number_or_by_a_name_that_only_one_of_them_has() -> None:
    reading = read("１；赵五", "张一，李二,5", "")
    assert reading.faults == ()
    assert [line.judges for line in reading.draft.entries] == ["J1;J5", "J1;J2;J5", ""]


@pytest.mark.parametrize("written", ["王伟", "9", "钱六"])
def test_a_name_of_two_or_of_nobody_is_told_with_its_cell_and_who_there_is(written: str) -> None:
    (fault,) = read("3", written).faults
    assert (fault.code, fault.params["cell"]) == ("import.unknown_word", "D3")
    assert fault.params["known"] == "1 张一、2 李二、3 王伟、4 王伟、5 赵五"


def test_what_was_given_out_comes_back_from_its_own_workbook() -> None:
    draft = read("3;5", "", "1").draft
    for language in languages().values():
        book = sheets_of(template(STARS, language, draft), Settings(), most=20)
        again = read_roster(STARS, book)
        assert (again.faults, again.draft.entries) == ((), draft.entries)


def test_a_tour_is_not_asked_who_marks_what() -> None:
    asked = {name: [column.key for form in sheets_for(scheme.scheme) for column in form.columns]
             for name, scheme in shipped().items()}  # fmt: skip
    assert {name for name, keys in asked.items() if "judges" in keys} == {
        "star-rating", "changzhi-2023",
    }  # fmt: skip


def test_only_those_it_is_assigned_to_owe_a_sheet(database: Database, rated: str) -> None:
    with database.read() as session:
        due = queries.due(session, rated)
    of = {f"J{n}": [entry for judge, entry in due if judge == f"J{n}"] for n in range(1, 6)}
    assert of == {
        "J1": ["E2", "E3", "E4"], "J2": ["E2", "E4"], "J3": ["E1", "E2", "E3", "E4"], "J4": ["E2", "E4"],
        "J5": ["E1", "E2", "E4"],
    }  # fmt: skip


def test_sharing_out_leaves_what_is_assigned_and_is_in_the_log_with_its_seed(database: Database, rated: str) -> None:
    assert database.write(lambda s: assigning.share_out(s, "o", contest_id=rated, each=2)) == 2
    after = judges_of(database, rated)
    assert (after["E1"], after["E3"]) == ("J3;J5", "J1;J3")
    assert {entry: len(after[entry].split(";")) for entry in ("E2", "E4")} == {"E2": 2, "E4": 2}
    assert database.write(lambda s: assigning.share_out(s, "o", contest_id=rated, each=2)) == 0
    with database.read() as session:
        assert [row for row in session.exec(select(AuditRow.action)) if row == "share_out"] == ["share_out"]


def test_once_it_has_begun_who_has_a_badge_keeps_an_entry_and_others_may_join(database: Database, rated: str) -> None:
    database.write(lambda s: a_mark(s, rated, "J3", "E1"))
    cells = {"number": "1", "unit": "云岭县", "name": "第1站"}

    def put(judges: str) -> None:
        facts = {"contest_id": rated, "sheet": "entries", "line": "E1", "joined": ""}
        database.write(lambda s: lines.change_line(s, "o", cells={**cells, "judges": judges}, **facts))

    put("3;4;5")
    assert judges_of(database, rated)["E1"] == "J3;J4;J5"
    database.write(lambda s: issue_badges(s, "o", contest_id=rated, judges=["J4"]))
    put("3;4")  # J5 has no badge, and can have marked nothing
    with pytest.raises(Refused) as found:
        put("5")
    (fault,) = found.value.faults
    assert (fault.code, fault.params["judges"]) == ("import.entry_assigned", "王伟、王伟")


def test_a_judge_to_whom_something_is_assigned_does_not_vanish(database: Database, rated: str) -> None:
    with pytest.raises(Refused) as found:
        database.write(lambda s: lines.remove_line(s, "o", contest_id=rated, sheet="judges", line="J3"))
    assert {fault.code for fault in found.value.faults} == {"import.unknown_word"}


# --- the rule by which they are shared out


def field(*, reviewers: int, counties: int = 12) -> Roster:
    """Every site of a city, and reviewers in turn from its counties, none of whom marks his own county's."""
    units = tuple(Unit(f"U{n}") for n in range(counties))
    return Roster(
        units=units,
        entries=tuple(Entry(f"E{n}", f"U{n % counties}", "review") for n in range(SITES)),
        judges=tuple(Judge(f"J{n}", unit=f"U{n % counties}") for n in range(reviewers)),
        recusals=tuple(Recusal(f"J{n}", unit=f"U{n % counties}") for n in range(reviewers)),
    )


def loads(given: dict[str, tuple[str, ...]]) -> Counter[str]:
    return Counter(judge for judges in given.values() for judge in judges)


def test_thousands_of_sites_go_to_three_each_evenly_and_nobody_gets_his_own_county() -> None:
    roster = field(reviewers=40)
    given = assigning.shared_out(STARS, roster, 3, "seed")
    assert {len(judges) for judges in given.values()} == {3}
    own = {judge.id: judge.unit for judge in roster.judges}
    unit = {entry.id: entry.unit for entry in roster.entries}
    assert not [entry for entry, judges in given.items() if unit[entry] in {own[judge] for judge in judges}]
    load = loads(given)
    assert (sum(load.values()), len(load)) == (3 * SITES, 40)
    assert max(load.values()) - min(load.values()) <= 1


def test_the_same_seed_shares_out_the_same_and_another_seed_does_not() -> None:
    roster = field(reviewers=9)
    first, again, other = (assigning.shared_out(STARS, roster, 3, seed) for seed in ("a", "a", "b"))
    assert first == again != other


def test_reviewers_meet_ever_new_colleagues_so_that_all_stay_comparable() -> None:
    """Nine reviewers in threes: taken in turn they would make three panels that have nothing in common."""
    given = assigning.shared_out(STARS, field(reviewers=9), 3, "seed")
    met = {frozenset(pair) for judges in given.values() for pair in pairwise((*judges, judges[0]))}
    assert len(met) == 9 * 8 // 2


def test_what_is_assigned_already_counts_as_work_and_a_site_for_which_there_are_too_few_gets_them_all() -> None:
    roster = field(reviewers=4, counties=2)  # of each county's sites only the two of the other may mark
    busy = replace(roster.entries[0], judges=("J1",)), replace(roster.entries[2], judges=("J1",))
    few = replace(roster, entries=(busy[0], roster.entries[1], busy[1], roster.entries[4]))
    assert assigning.shared_out(STARS, few, 3, "seed") == {"E1": ("J0", "J2"), "E4": ("J1", "J3")}
    assert assigning.shared_out(STARS, few, 1, "seed")["E4"] == ("J3",)


# --- a judge drops out


def test_whoever_drops_out_is_replaced_in_what_is_open_and_nothing_else_moves(database: Database, rated: str) -> None:
    database.write(lambda s: assigning.share_out(s, "o", contest_id=rated, each=2))
    before = judges_of(database, rated)
    given = database.write(
        lambda s: assigning.pass_on(s, "o", contest_id=rated, judge="J3", entries=["E1"], reason="住院")
    )
    assert given == 1
    after = judges_of(database, rated)
    assert {entry for entry in after if after[entry] != before[entry]} == {"E1"}
    new = set(after["E1"].split(";"))
    assert ("J5" in new, len(new), new <= {"J1", "J2", "J4", "J5"}) == (True, 2, True)
    with database.read() as session:
        act = session.exec(select(AuditRow).where(AuditRow.action == "pass_on")).one()
        told = session.get_one(AuditPayload, (rated, act.rev)).body
    assert act.subject == "J3"
    assert "住院" in told
    assert '"seed"' in told


def test_an_entry_for_which_nobody_is_left_is_named_and_nothing_changes(database: Database, rated: str) -> None:
    for judge in ("J1", "J2", "J4"):
        facts = {"contest_id": rated, "judge_id": judge, "unit_id": "U1", "reason": "指导过"}
        database.write(lambda s, facts=facts: service.add_recusal(s, "o", **facts))  # type: ignore[misc]
    before = judges_of(database, rated)
    with pytest.raises(assigning.NobodyLeft) as found:
        database.write(lambda s: assigning.pass_on(s, "o", contest_id=rated, judge="J3", entries=["E1"], reason="住院"))
    assert (found.value.params, judges_of(database, rated)) == ({"entry": "第1站"}, before)


def test_only_the_entries_of_one_part_are_shared_out_if_wanted() -> None:
    roster = field(reviewers=5)
    with pytest.raises(KeyError):
        assigning.shared_out(STARS, replace(roster, entries=(Entry("E0", "U0", "elsewhere"),)), 3, "seed")
    assert assigning.shared_out(STARS, roster, 3, "seed", "elsewhere") == {}


# --- the page


def test_the_list_of_thousands_says_how_the_work_lies_and_shares_it_out(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    made = a_contest(app_database, person := a_person(app_database, "zhou"), "star-rating")
    draft = Draft(
        tuple(UnitLine(f"U{n}", n, f"第{n}县") for n in range(1, 13)),
        tuple(EntryLine(f"E{n}", n, f"U{n % 12 + 1}", f"第{n}站", "review") for n in range(1, SITES + 1)),
        tuple(JudgeLine(f"J{n}", n, f"评审{n}") for n in range(1, 21)),
    )
    rev = app_database.write(lambda s: service.draft_import(s, "o", contest_id=made, draft=draft))
    app_database.write(lambda s: service.apply_import(s, "o", contest_id=made, rev=rev))
    sign_in(person)
    address = f"/c/{made}/roster/entries"

    def asked() -> str:
        return client.get(address, headers={"Accept-Language": "en"}).text

    assert "2743 entries are assigned to nobody" in asked()
    answer = client.post(f"{address}/sharing", data={"each": "3"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?done=shared")
    # 2,743 x 3 = 8,229 sheets among 20: nine have 412, eleven 411.
    assert "A judge has 411 to 412 entries of those that are assigned. Every entry is assigned." in asked()
    assert client.post(f"/c/{made}/roster/judges/sharing", data={"each": "3"}).status_code == 404
    assert client.post(f"{address}/sharing", data={"each": "0"}).status_code == 422
