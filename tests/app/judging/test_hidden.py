"""抽点: a stop prepared in secret is in no body, no header and no package before it is opened; then it is due."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app import audit
from app.contests.models import EntryRow, StopChange
from app.contests.queries import due, known_entries
from app.contests.road import itinerary
from app.db import Database, open_database
from app.errors import AppError
from app.judging.queries import current
from app.judging.road import drop_stop, hide_stops, open_stop, prepare_stop
from app.judging.service import collect
from scoring.faults import Refused
from tests.app.asking import inside
from tests.app.contests.conftest import a_contest, a_person, with_roster
from tests.app.issues.lists import liaison
from tests.app.judging.test_road import an_organiser
from tests.app.surface import SURFACE, address
from tests.app.sync.field import Field, ticks

NAME, WHERE = "磨盘山村夜校", "磨盘山村口"
CELLS = {
    "number": "7", "unit": "清江市", "name": NAME, "component": "现场", "kind": "新时代文明实践中心", "day": "2",
    "time": "日落时", "where": WHERE,
}  # fmt: skip
TRACES = (NAME, WHERE, "SECRET", "日落时")
# Where the organiser himself prepares it.
ORGANISERS = ("/itinerary", "/import", "/roster/", "/copy")


def prepare(field: Field, who: str) -> None:
    """As the deed leaves it; the numbers of this contest's roster are not those of a workbook."""

    def deed(session: Session) -> None:
        rev = audit.record(session, who, "hide_stop", contest_id="c1")
        session.add(
            EntryRow(
                contest_id="c1", id="SECRET", place_number=7, unit_id="B", component="onsite", kind="centre", name=NAME,
                day="2", planned_at="日落时", where=WHERE,
            )
        )  # fmt: skip
        session.flush()
        row = {"entry_id": "SECRET", "change": "hide", "by_person": who, "at": audit.now()}
        session.add(StopChange(contest_id="c1", rev=rev, number=1, **row))

    field.database.write(deed)


def told(answer_of: TestClient, path: str) -> str:
    answer = answer_of.get(path)
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
    return f"{inside(answer.content)}\n{headers}"


def test_a_hidden_stop_is_nowhere_before_it_is_opened(sqlite_file: Path, tmp_path: Path) -> None:
    """Every address that is read, as everybody who may; the pages are asked, so one kind of database is enough."""
    (tmp_path / "fieldmark.db").write_bytes(sqlite_file.read_bytes())
    database = open_database(f"sqlite:///{tmp_path}/fieldmark.db")
    field = Field(database, tmp_path)
    who, phone = an_organiser(field), field.phone("J3")
    phone.hand_over(phone.finding("P1"), phone.sheet("P2"))
    county = liaison(field, "B")
    tag = phone.client.get("/j/c1/package").headers["etag"]
    prepare(field, who)
    field.app.state.frames.clear()
    assert phone.hand_over()["package"] == tag == phone.client.get("/j/c1/package").headers["etag"]
    askers = {role: field.signed_in(role) for role in ("organiser", "steward", "staff", "tallier", "checker")}
    askers |= {"judge": phone.client, "liaison": county, "anonymous": field.client()}
    fill = {hole: "x" for _, path in SURFACE for hole in re.findall(r"\{(\w+)\}", path)}
    fill |= {"contest": "c1", "unit": "B", "sheet": "entries", "rev": "1", "version": "1", "kind": "problem"}
    fill |= {"number": "1", "n": "1", "judge": "J3", "device": phone.device}
    asked = 0
    for key, surface in SURFACE.items():
        if key[0] != "GET" or surface.stream:
            continue
        path = address(key, fill)
        for role in surface.who & askers.keys():
            if role == "organiser" and path.removeprefix("/c/c1").startswith(ORGANISERS):
                continue
            asked += 1
            body = told(askers[role], path)
            assert not [trace for trace in TRACES if trace in body], (role, path)
    assert asked > 60
    assert NAME in told(askers["organiser"], "/c/c1/itinerary")
    assert phone.outcome(phone.sheet("SECRET", ticks("P1"))) == ("rejected", "unknown_entry")
    assert phone.outcome(phone.sheet("NOWHERE", ticks("P1"))) == ("rejected", "unknown_entry")
    assert phone.outcome(phone.finding("SECRET")) == ("rejected", "unknown_entry")
    database.write(lambda s: open_stop(s, who, contest_id="c1", entry_id="SECRET"))
    assert NAME in told(phone.client, "/j/c1/package")
    assert NAME in told(askers["staff"], "/c/c1/board")
    database.close()


def test_opened_by_call_it_is_on_the_phone_and_due_like_any_other(field: Field) -> None:
    who, phone = an_organiser(field), field.phone("J3")
    before = phone.hand_over()["package"]
    prepare(field, who)
    with field.database.read() as session:
        assert ("J3", "SECRET") not in due(session, "c1")
    field.database.write(lambda s: open_stop(s, who, contest_id="c1", entry_id="SECRET"))
    field.app.state.frames.clear()
    assert phone.hand_over()["package"] != before
    entry = next(one for one in phone.package()["entries"] if one["id"] == "SECRET")
    assert (entry["name"], entry["day"], entry["at"]) == (NAME, "2", "日落时")
    assert phone.outcome(phone.sheet("SECRET", ticks("P1"))) == ("stored", "")
    with field.database.read() as session:
        assert ("J3", "SECRET") in due(session, "c1")
        assert ("J3", "SECRET") in current(session, "c1")


def test_a_sheet_that_named_it_too_early_is_kept_and_another_one_counts_after_the_opening(field: Field) -> None:
    who, phone = an_organiser(field), field.phone("J3")
    prepare(field, who)
    early = phone.sheet("SECRET", ticks("P1"))
    assert phone.outcome(early) == ("rejected", "unknown_entry")
    field.database.write(lambda s: open_stop(s, who, contest_id="c1", entry_id="SECRET"))
    assert phone.outcome(early) == ("rejected", "unknown_entry")  # as it was answered before: the phone asks its judge
    assert phone.outcome(phone.sheet("SECRET", ticks("P1"))) == ("stored", "")


def test_pitches_are_hidden_together_and_opened_one_by_one(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert organiser.post("/c/c1/itinerary/hidden", data={"stop": ["AR", "BR"]}).status_code == 303
    phone = field.phone("J3")
    assert [one["id"] for one in phone.package()["entries"]] == ["P1", "P2", "P3", "P4"]
    assert organiser.post("/c/c1/itinerary/BR/open").status_code == 303
    assert [one["id"] for one in phone.package()["entries"]] == ["P1", "P2", "P3", "P4", "BR"]
    assert organiser.post("/c/c1/itinerary/BR/open").status_code == 409
    steward = field.signed_in("steward").get("/c/c1/log").text
    assert "把点位设为保密，待打开" in steward
    assert "项目5" not in steward  # the one that is hidden still


def test_what_phones_may_have_cannot_be_hidden(field: Field) -> None:
    who = an_organiser(field)
    field.phone("J3")
    with pytest.raises(AppError) as refused:
        field.database.write(lambda s: hide_stops(s, who, contest_id="c1", entries=["P1"]))
    assert refused.value.code == "road.phones_know"


def test_what_is_hidden_is_neither_hidden_again_nor_dropped_nor_opened_after_the_collection(field: Field) -> None:
    who = an_organiser(field)
    field.database.write(lambda s: hide_stops(s, who, contest_id="c1", entries=["P1"]))
    for deed in (
        lambda s: hide_stops(s, who, contest_id="c1", entries=["P1"]),
        lambda s: drop_stop(s, who, contest_id="c1", entry_id="P1", reason="不去"),
    ):
        with pytest.raises(AppError) as refused:
            field.database.write(deed)
        assert refused.value.code == "road.not_now"
    field.database.write(lambda s: collect(s, who, contest_id="c1"))
    with pytest.raises(AppError) as refused:
        field.database.write(lambda s: open_stop(s, who, contest_id="c1", entry_id="P1"))
    assert refused.value.code == "judging.already_collected"
    with field.database.read() as session:
        assert [one.id for one in itinerary(session, "c1") if one.hidden] == ["P1"]
        assert "P1" not in {one.id for one in known_entries(session, "c1")}


def test_a_stop_is_added_and_hidden_in_one_deed(database: Database) -> None:
    organiser = a_person(database, "zhou")
    contest_id = a_contest(database, organiser)
    with_roster(database, contest_id)
    cells = {
        "number": "99",
        "unit": "云岭县",
        "name": NAME,
        "component": "现场",
        "kind": "新时代文明实践所",
        "day": "1",
    }
    with pytest.raises(Refused):
        database.write(lambda s: prepare_stop(s, organiser, contest_id=contest_id, cells={**cells, "unit": "没有"}))
    with database.read() as session:
        before = known_entries(session, contest_id)
    new = database.write(lambda s: prepare_stop(s, organiser, contest_id=contest_id, cells=cells))
    with database.read() as session:
        assert new == "E99"
        assert known_entries(session, contest_id) == before
        [hidden] = [one for one in itinerary(session, contest_id) if one.hidden]
        assert (hidden.id, hidden.name, hidden.day) == ("E99", NAME, "1")


def test_a_line_with_a_fault_adds_nothing_and_the_form_keeps_what_was_typed(field: Field) -> None:
    answer = field.signed_in("organiser").post("/c/c1/itinerary/prepared", data={**CELLS, "unit": "没有的县"})
    assert answer.status_code == 422
    assert f'value="{NAME}"' in answer.text
    with field.database.read() as session:
        assert session.exec(select(EntryRow).where(EntryRow.name == NAME)).first() is None
