"""What a phone is given: its own judge's, whole, and nothing of anybody else."""

import json
from collections.abc import Iterator

from sqlmodel import Session

from app import audit
from app.contests.models import EntryRow, RecusalRow
from app.contests.schemas import Tick
from app.contests.service import record_attendance
from app.judging.service import collect
from scoring.check import Due
from scoring.roster import Entry, Judge, Roster, Unit
from tests.app.sync.field import RULE, Field, ticks

CANARY = 4321  # no mark of the scheme; a draft may hold it
WORD = "kept to himself"


def test_the_package_is_as_the_contract_says(field: Field) -> None:
    told = field.phone("J1").package()
    assert list(told) == [
        "fieldmark", "contest", "judge", "device", "scheme_digest", "server_epoch", "server_rev", "components", "forms",
        "units", "entries", "categories", "sheets", "server_time",
    ]  # fmt: skip
    assert told["contest"] == {"id": "c1", "name": "拉练 c1", "simulated": True, "collected": False}
    assert told["judge"] == {"id": "J1", "number": 1, "name": "评委1", "unit": "A"}
    assert [part["id"] for part in told["components"]] == ["onsite", "pitch"]
    assert told["entries"][1] == {
        "id": "P2", "number": 2, "unit": "B", "name": "项目2", "form": "onsite/centre", "day": "1", "at": "14:20",
        "where": "水坪镇", "recused": False, "absent": False,
    }  # fmt: skip
    assert {entry["id"]: entry["recused"] for entry in told["entries"]} == {
        "P1": True, "P2": False, "P3": True, "P4": False, "AR": True, "BR": False,
    }  # fmt: skip
    assert set(told["forms"]) == {"onsite/centre", "pitch/"}
    item, rule = told["forms"]["onsite/centre"][0], RULE.items("onsite", "centre")[0]
    assert (item["id"], item["floor"], item["full"], item["role"]) == (rule.id, rule.ticks[0], rule.ticks[-1], "score")
    assert set(item) == {"criterion", "id", "name", "floor", "full", "step", "usual", "role"}
    assert told["sheets"] == []


def test_a_day_of_leave_is_told_to_that_judge_alone_and_makes_the_package_new(field: Field) -> None:
    away, other = field.phone("J3"), field.phone("J4")
    before = away.client.get("/j/c1/package").headers["etag"]
    leave = {"J3": Tick("leave", "开会"), "J4": Tick("present", "")}

    def tick(session: Session) -> int:
        return record_attendance(session, "staff", contest_id="c1", day="2", ticks=leave)

    field.database.write(tick)
    assert away.client.get("/j/c1/package", headers={"If-None-Match": before}).status_code == 200
    assert [entry["id"] for entry in away.package()["entries"] if entry["absent"]] == ["P3", "P4"]
    assert not any(entry["absent"] for entry in other.package()["entries"])
    # He is there after all: what he marks is taken.
    assert away.hand_over(away.sheet("P3"))["results"][0]["result"] == "stored"


def test_a_project_that_is_assigned_to_others_is_on_no_other_phone(field: Field) -> None:
    mine, other = field.phone("J3"), field.phone("J4")
    before = other.client.get("/j/c1/package").headers["etag"]

    def assign(session: Session) -> None:
        session.get_one(EntryRow, ("c1", "P3")).judges = "J3;J2"

    field.database.write(assign)
    assert other.client.get("/j/c1/package", headers={"If-None-Match": before}).status_code == 200
    assert "P3" in [entry["id"] for entry in mine.package()["entries"]]
    assert "P3" not in [entry["id"] for entry in other.package()["entries"]]


def test_who_is_recused_is_the_engines_rule(field: Field) -> None:
    told = field.phone("J2").package()
    judge, part = Judge("J2", unit="B"), RULE.component["onsite"]
    due = Due(RULE, Roster((Unit("A"), Unit("B")), (), (judge,)), absent=set())
    for entry in told["entries"][:4]:
        assert entry["recused"] == due.recused(judge, Entry(entry["id"], entry["unit"], "onsite"), part)


def test_marks_of_one_judge_are_in_nothing_that_another_gets(field: Field) -> None:
    first, second = field.phone("J3"), field.phone("J4")
    half: list[int | None] = [CANARY, *[None] * (len(ticks()) - 1)]
    first.hand_over(first.sheet("P1", half, state="draft", note=WORD))
    first.hand_over(first.sheet("P2", ticks("P2", 3)), first.finding("P1", text=WORD))
    second.hand_over(second.sheet("P1"))
    told = [second.package(), second.hand_over(), second.hand_over(second.sheet("P2"))]
    assert WORD not in json.dumps(told)
    assert CANARY not in _numbers(told)
    assert ticks("P2", 3) not in [sheet["ticks"] for sheet in told[0]["sheets"]]
    assert {sheet["entry"] for sheet in told[0]["sheets"]} == {"P1"}
    assert CANARY in _numbers(first.package())
    organiser = field.signed_in("organiser")
    assert WORD not in organiser.get("/c/c1/board").text + organiser.get("/c/c1/badges").text


def _numbers(told: object) -> Iterator[int]:
    """Every number in it: as text it might be part of an id."""
    if isinstance(told, int):
        yield told
    elif isinstance(told, list | dict):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _numbers(one)


def test_own_sheets_come_with_a_newer_draft_and_without_a_withdrawn_one(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1"), phone.sheet("P1", ticks("P1", 1), state="draft"))
    phone.hand_over(phone.sheet("P2"), phone.sheet("P2", state="withdrawn"))
    told = [(sheet["entry"], sheet["state"], sheet["origin"]) for sheet in phone.package()["sheets"]]
    assert told == [("P1", "submitted", "phone"), ("P1", "draft", "phone")]


def test_a_phone_that_has_the_package_gets_304_until_something_changes(field: Field) -> None:
    phone, second = field.phone("J3"), field.phone("J3")

    def tag() -> str:
        answer = phone.client.get("/j/c1/package")
        assert answer.headers["cache-control"] == "no-store"
        return str(answer.headers["etag"])

    def status(known: str) -> int:
        return int(phone.client.get("/j/c1/package", headers={"If-None-Match": known}).status_code)

    first = tag()
    assert status(first) == 304
    assert phone.hand_over(phone.sheet("P1"))["package"] == first
    assert status(first) == 304
    rev = phone.package()["server_rev"]
    second.hand_over(second.sheet("P2", based_on=rev))
    assert status(first) == 200
    other = tag()
    assert phone.hand_over()["package"] == other != first

    def recuse(session: Session) -> None:
        rev = audit.record(session, "organiser", "recuse", contest_id="c1")
        row = RecusalRow(
            contest_id="c1", rev=rev, number=1, judge_id="J3", entry_id="P2", reason="-", by_person="o", at="-"
        )
        session.add(row)

    field.database.write(recuse)
    assert status(other) == 200
    third = tag()
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    assert status(third) == 200
    assert phone.package()["contest"]["collected"] is True
