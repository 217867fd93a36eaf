"""Units, entries, judges and scores one by one: by the same reader as the workbook, and nothing is torn off."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.contests import lines, queries
from app.contests.draft import Draft
from app.db import Database
from app.sync.badges import issue_badges
from scoring.faults import Refused
from tests.app.contests.conftest import SignIn, a_contest, a_draft, a_person, with_roster
from tests.app.contests.test_correct_roster import a_mark

ENTRY = {
    "number": "4",
    "unit": "清江市",
    "name": "河口实践站",
    "kind": "新时代文明实践站",
    "component": "现场",
    "time": "9:05",
}


@pytest.fixture
def contest_id(database: Database, organiser: str) -> str:
    made = a_contest(database, organiser)
    with_roster(database, made)
    return made


def there(database: Database, contest_id: str) -> Draft:
    with database.read() as session:
        return queries.imported(session, contest_id)


def puts(database: Database, contest_id: str, sheet: str, cells: dict[str, str], line: str = lines.NEW) -> None:
    facts = {"contest_id": contest_id, "sheet": sheet, "line": line, "joined": "后来加入"}
    database.write(lambda s: lines.change_line(s, "o", cells=cells, **facts))


def takes_out(database: Database, contest_id: str, sheet: str, line: str) -> None:
    database.write(lambda s: lines.remove_line(s, "o", contest_id=contest_id, sheet=sheet, line=line))


def test_a_roster_is_made_line_by_line_from_nothing(database: Database, organiser: str) -> None:
    made = a_draft(database, organiser)
    puts(database, made, "units", {"number": "１", "name": " 云岭县　"})
    puts(database, made, "entries", {**ENTRY, "number": "1", "unit": "云岭县"})
    puts(database, made, "judges", {"number": "1", "name": "张一", "unit": "云岭县", "phone_end": "13800001234"})
    puts(database, made, "priors", {"unit": "云岭县", "value": "91.5", "source": "某文12号"})
    found = there(database, made)
    assert [(unit.id, unit.name) for unit in found.units] == [("U1", "云岭县")]
    assert [(entry.id, entry.unit, entry.kind, entry.time) for entry in found.entries] == [
        ("E1", "U1", "station", "09:05")
    ]
    assert [(judge.id, judge.bloc, judge.phone_end) for judge in found.judges] == [("J1", "云岭县", "1234")]
    assert [(prior.unit, prior.value) for prior in found.priors] == [("U1", "91.5")]


def test_only_the_line_of_the_form_changes(database: Database, contest_id: str) -> None:
    before = there(database, contest_id)
    puts(database, contest_id, "units", {"number": "1", "name": "云岭区"}, line="U1")
    after = there(database, contest_id)
    assert after.units[0].name == "云岭区"
    assert (after.entries, after.priors, after.units[1:]) == (before.entries, before.priors, before.units[1:])
    # A bloc that was the unit's own name follows it; one with a name of its own stays.
    assert {judge.bloc for judge in after.judges if judge.unit == "U1"} == {"云岭区", "云岭县评委组"}
    takes_out(database, contest_id, "judges", "J2")
    assert [judge.id for judge in there(database, contest_id).judges] == [
        judge.id for judge in before.judges if judge.id != "J2"
    ]


@pytest.mark.parametrize(
    ("sheet", "cells", "code"),
    [
        ("units", {"number": "9", "name": "云岭县"}, "import.double_name"),
        ("units", {"number": "1", "name": "新县"}, "import.number_double"),
        ("units", {"number": "第九", "name": "新县"}, "import.not_a_number"),
        ("units", {"number": "9", "name": ""}, "import.cell_empty"),
        ("entries", {**ENTRY, "unit": "没有县"}, "import.unknown_unit"),
        ("entries", {**ENTRY, "kind": "没有类"}, "import.unknown_word"),
        ("entries", {**ENTRY, "time": "早上"}, "import.not_a_time"),
        ("judges", {"number": "9", "name": "张", "phone_end": "12"}, "import.not_a_phone_end"),
        ("priors", {"unit": "云岭县", "value": "101"}, "import.prior_double"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_and_changes_nothing(
    database: Database, contest_id: str, sheet: str, cells: dict[str, str], code: str
) -> None:
    before = there(database, contest_id)
    with pytest.raises(Refused) as found:
        puts(database, contest_id, sheet, cells)
    assert found.value.faults[0].code == code
    assert there(database, contest_id) == before


def test_nothing_is_torn_off(database: Database, contest_id: str) -> None:
    with pytest.raises(lines.UnitNeeded):
        takes_out(database, contest_id, "units", "U1")
    with pytest.raises(lines.NoSuchLine):
        takes_out(database, contest_id, "judges", "J99")

    def deed(session: Session) -> None:
        issue_badges(session, "o", contest_id=contest_id, judges=["J1"])
        session.flush()
        a_mark(session, contest_id)

    database.write(deed)
    with pytest.raises(Refused) as found:
        takes_out(database, contest_id, "judges", "J1")
    assert found.value.faults[0].code == "import.judge_gone"


def test_the_page_finds_pages_and_says_what_is_wrong(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    made = a_draft(app_database, zhou)
    with_roster(app_database, made)
    sign_in(zhou)
    page = f"/c/{made}/roster/judges"
    assert client.post(page, data={"line": "", "number": "77", "name": "钱七七"}).status_code == 303
    found = client.get(f"{page}?q=钱七七").text
    assert "钱七七" in found
    assert "1 / 5 行" in found
    assert 'value="78"' in found  # the next free number waits in the form
    again = client.post(page, data={"line": "", "number": "77", "name": "孙八"})
    assert again.status_code == 409
    assert 'value="孙八"' in again.text
    assert client.post(f"{page}/removal", data={"line": "J77"}).status_code == 303
    assert "钱七七" not in client.get(page).text
    assert client.get(f"/c/{made}/roster/nothing").status_code == 404
    assert client.get(f"{page}?line=J99").status_code == 404
