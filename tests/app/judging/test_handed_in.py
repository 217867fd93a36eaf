"""Who has handed in: counts per stop, what is missing, what is unknown; the fold; collecting."""

from collections.abc import Callable

import pytest
from sqlmodel import Session

from app import audit
from app.contests.models import AttendanceRow, Contest
from app.judging.board import board
from app.judging.models import DecisionRow
from app.judging.queries import Revision, current, current_sheets, folded, handed_in, rebuilt
from app.judging.service import AlreadyCollected, collect
from app.sync.models import Heartbeat
from scoring.roster import Sheet
from tests.app.judging.by_two import add_decision
from tests.app.sync.field import Field, ticks


def revision(device: str, seq: int, rev: int, kind: str = "submitted", based_on: int = 0) -> Revision:
    return Revision("J1", "P1", kind, f"[{rev}]", device, seq, rev, f"r{rev}", "phone", based_on, "")


def decision(rev: int, kind: str, subject: str = "", revoked: int | None = None) -> DecisionRow:
    return DecisionRow(
        contest_id="c1", rev=rev, number=1, kind=kind, subject=subject, reason="就医", revoked_rev=revoked,
        by_person="o", at="-",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("several", "counts"),
    [
        ([], None),
        ([revision("a", 1, 1)], 1),
        ([revision("a", 2, 1), revision("a", 1, 2)], 1),
        ([revision("a", 1, 1), revision("b", 1, 2)], 2),
        ([revision("a", 5, 10), revision("b", 1, 11), revision("a", 4, 12)], 11),
        ([revision("a", 1, 1), revision("a", 2, 2, "draft")], 1),
        ([revision("a", 1, 1), revision("a", 2, 2, "withdrawn")], None),
        ([revision("a", 2, 1, "withdrawn"), revision("a", 1, 2)], None),
        ([revision("a", 1, 1), revision("a", 2, 2, "withdrawn"), revision("a", 3, 3)], 3),
        ([revision("a", 3, 1), revision("a", 1, 2, based_on=1)], 2),
        ([revision("", 0, 3), revision("", 0, 4)], 4),
        # Offered again after a restore: what they were based on was a number of the server's earlier life.
        ([revision("a", 1, 4, based_on=50), revision("a", 2, 4, based_on=51), revision("a", 3, 5)], 5),
    ],
)
def test_the_fold_orders_by_the_phones_numbers_and_then_by_the_server(
    several: list[Revision], counts: int | None
) -> None:
    for order in (several, several[::-1]):
        found = folded(order).get(("J1", "P1"))
        assert (found.server_rev if found else None) == counts


def test_current_sheets_are_those_that_count_in_the_order_of_entries_and_judges(field: Field) -> None:
    first, second = field.phone("J3"), field.phone("J4")
    second.hand_over(second.sheet("P1", ticks("P1", 1)))
    first.hand_over(first.sheet("P2"), first.sheet("P1"), first.sheet("P3", state="draft"))
    first.hand_over(first.sheet("P2", ticks("P2", 2)))
    with field.database.read() as session:
        assert current_sheets(session, "c1") == [
            Sheet("J3", "P1", tuple(ticks("P1"))),
            Sheet("J4", "P1", tuple(ticks("P1", 1))),
            Sheet("J3", "P2", tuple(ticks("P2", 2))),
        ]
        assert current_sheets(session, "c2") == []


def test_the_fold_rebuilt_from_what_arrived_is_the_same(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    one, two = old.sheet("P1", ticks("P1", 1)), old.sheet("P1", ticks("P1", 2))
    old.hand_over(two)
    old.hand_over(one, {**two, "ticks": ticks("P1", 5)}, old.sheet("P2", ticks("P2", 10**6)))
    seen = new.hand_over(new.sheet("P1", ticks("P1", 3)))["server_rev"]
    new.hand_over(new.sheet("P1", ticks("P1", 3), based_on=seen), new.sheet("P2"), new.sheet("P2", state="withdrawn"))
    field.database.write(lambda session: collect(session, "o", contest_id="c1"))
    old.hand_over(old.sheet("P1", ticks("P1", 4)))
    with field.database.read() as session:
        found = current(session, "c1")
        assert rebuilt(session, "c1") == found
        assert {key: row.ticks for key, row in found.items()} == {("J3", "P1"): str(ticks("P1", 3))}


def test_due_leaves_out_recused_absent_and_decided(field: Field) -> None:
    def deed(session: Session) -> None:
        rev = audit.record(session, "staff", "attendance", contest_id="c1")
        leave = {"contest_id": "c1", "judge_id": "J3", "day": "2", "state": "leave", "by_person": "o", "at": "-"}
        session.add(AttendanceRow(rev=rev, **leave))
        add_decision(session, decision(rev, "absence", "J4/P1"))
        add_decision(session, decision(rev + 1, "absence", "J4/P2"))
        add_decision(session, decision(rev + 2, "revoke", revoked=rev + 1))

    field.database.write(deed)
    with field.database.read() as session:
        handed = handed_in(session, "c1")
    assert {stop.entry_id: stop.missing for stop in handed.stops} == {
        "P1": ("J2", "J3"),
        "P2": ("J1", "J3", "J4"),
        "P3": ("J2", "J4"),
        "P4": ("J1", "J4"),
        "AR": ("J2", "J3", "J4"),
        "BR": ("J1", "J3", "J4"),
    }


def test_a_missing_sheet_is_unknown_where_the_phone_holds_something_or_is_silent(field: Field) -> None:
    told, holds, silent = field.phone("J2"), field.phone("J3"), field.phone("J4")
    told.hand_over(told.sheet("P1"))
    holds.hand_over(holds.sheet("P1"), highest_seq=3)
    silent.hand_over(silent.sheet("P1"))
    with field.database.read() as session:
        now = {stop.entry_id: stop for stop in handed_in(session, "c1").stops}
        assert (now["P1"].due, now["P1"].received, now["P1"].missing, now["P1"].unknown) == (3, 3, (), ())
        assert (now["P3"].missing, now["P3"].unknown) == (("J2", "J3", "J4"), ("J3",))
        later = handed_in(session, "c1", silent_minutes=-1)
        assert {doubt.judge_id: (doubt.lacking, doubt.silent) for doubt in later.doubts} == {
            "J2": (0, True),
            "J3": (2, True),
            "J4": (0, True),
        }
        assert later.stops[2].unknown == ("J2", "J3", "J4")
        assert later.stops[2].unknown_since
        assert not later.complete


def test_complete_is_nothing_missing_and_nothing_unknown(field: Field) -> None:
    phones = {judge: field.phone(judge) for judge in ("J1", "J2", "J3", "J4")}
    with field.database.read() as session:
        missing = {stop.entry_id: stop.missing for stop in handed_in(session, "c1").stops}
    for entry, judges in missing.items():
        for judge in judges:
            phones[judge].hand_over(phones[judge].sheet(entry))
    with field.database.read() as session:
        assert handed_in(session, "c1").complete
        assert handed_in(session, "c1", silent_minutes=-1).complete
    phones["J1"].hand_over(waiting=1)
    with field.database.read() as session:
        assert not handed_in(session, "c1").complete


def came_on(day: str) -> Callable[[Session], None]:
    """Judge 1 was there on a day."""

    def deed(session: Session) -> None:
        rev = audit.record(session, "staff", "record_attendance", contest_id="c1", subject=day)
        facts = {"contest_id": "c1", "judge_id": "J1", "day": day, "state": "present"}
        session.add(AttendanceRow(rev=rev, by_person="o", at="-", **facts))

    return deed


def begun(field: Field) -> str:
    with field.database.read() as session:
        return " ".join(stop.entry_id for stop in handed_in(session, "c1").stops if stop.begun)


def test_a_stop_has_begun_with_its_first_sheet_or_when_a_later_day_has(field: Field) -> None:
    # Day 1: P1 and P2. Day 2: P3 and P4. Day 3: the pitches AR and BR.
    assert begun(field) == ""
    field.database.write(came_on("1"))
    assert begun(field) == ""
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P2"))
    assert begun(field) == "P2"
    field.database.write(came_on("2"))
    assert begun(field) == "P1 P2"
    phone.hand_over(phone.sheet("BR"))
    assert begun(field) == "P1 P2 P3 P4 BR"
    field.database.write(lambda session: collect(session, "o", contest_id="c1"))
    assert begun(field) == "P1 P2 P3 P4 AR BR"


def test_a_sheet_of_a_later_day_tells_as_much_as_attendance(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P3"))
    assert begun(field) == "P1 P2 P3"


def test_where_files_are_marked_in_ones_own_time_everything_is_due_from_the_first(field: Field) -> None:
    def deed(session: Session) -> None:
        session.get_one(Contest, "c1").form = "desk"

    field.database.write(deed)
    assert begun(field) == "P1 P2 P3 P4 AR BR"


def test_what_is_not_reached_is_due_but_nobody_is_reminded_of_it(field: Field) -> None:
    silent, holds = field.phone("J2"), field.phone("J4")
    silent.hand_over(silent.sheet("P1"))
    holds.hand_over(holds.sheet("P1"), waiting=1)

    def long_ago(session: Session) -> None:
        session.get_one(Heartbeat, ("c1", silent.device)).heard_at = "2026-01-01T00:00:00.000000Z"

    field.database.write(long_ago)
    with field.database.read() as session:
        shown = board(session, "c1")
        assert not shown.complete
    # J1 is recused at P1, his own county; J2 has handed in what was marked, however silent his phone is since.
    lines = {line.entry.id: line for part in shown.parts for line in part.lines}
    assert (lines["P1"].due, lines["P1"].received, lines["P1"].missing, lines["P1"].begun) == (3, 2, 1, True)
    assert (lines["P2"].due, lines["P2"].received, lines["P2"].missing, lines["P2"].begun) == (3, 0, 0, False)
    assert (shown.due, shown.received) == (18, 2)
    told = {one.judge.id: (one.missing, bool(one.doubt)) for one in shown.reminders}
    assert told == {"J3": (("项目1",), False), "J4": ((), True)}
    assert "还没到" in field.signed_in("organiser").get("/c/c1/board").text
    field.database.write(lambda session: collect(session, "o", contest_id="c1"))
    with field.database.read() as session:
        shown = board(session, "c1")
    assert sum(line.missing for part in shown.parts for line in part.lines) == 16
    assert "还没到" not in field.signed_in("organiser").get("/c/c1/board").text


def test_the_board_shows_counts_and_whom_to_remind_and_collects_once(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1"), highest_seq=2)
    organiser = field.signed_in("organiser")
    page = organiser.get("/c/c1/board").text
    assert "联络员3" in page
    assert "/c/c1/collection" in page
    assert "/c/c1/collection" not in field.signed_in("steward").get("/c/c1/board").text
    assert organiser.post("/c/c1/collection").status_code == 303
    again = organiser.post("/c/c1/collection")
    assert again.status_code == 409
    assert "/c/c1/collection" not in organiser.get("/c/c1/board").text
    with pytest.raises(AlreadyCollected):
        field.database.write(lambda session: collect(session, "o", contest_id="c1"))
