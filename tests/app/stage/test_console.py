"""控台: 候场 -> 上场 -> 打分 -> 收分, with each guard; two consoles at once; late tablets; a judge asked once more."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import text

from app.audit import now
from app.errors import AppError
from app.judging.decision_queries import asked_again, undecided
from app.judging.decisions import NoSheetStands, Wanted, decide, take_back
from app.judging.paper import PaperCollected, TypedSheet, let_type, type_sheets
from app.judging.queries import current, rebuilt
from app.judging.service import AlreadyCollected, NoSuchStop, NotByStop, collect
from app.reasons import ReasonMissing
from app.stage import service as console
from app.stage.models import ConsoleStep
from app.stage.queries import called, order
from app.sync.kinds import Sender
from tests.app.judging.by_two import by_two
from tests.app.stage.stage import ORDER, lays, marks, on_stage, operator, steps, turn
from tests.app.sync.field import SCHEME, Field, ticks

DUE = {"P2": ("J1", "J3", "J4"), "P1": ("J2", "J3", "J4")}


def everybody_marks(field: Field, entry: str, *but: str) -> None:
    for judge in DUE[entry]:
        if judge not in but:
            assert marks(field.phone(judge), entry) == ("stored", "")


def test_an_entrant_goes_from_waiting_to_collected_and_every_step_has_its_row(field: Field) -> None:
    on_stage(field)
    assert [turn(field, entry).state for entry in ORDER] == ["waiting"] * 4
    steps(field, "P2", "call")
    assert turn(field, "P2").state == "on_stage"
    steps(field, "P2", "mark")
    everybody_marks(field, "P2")
    assert turn(field, "P2").all_in
    steps(field, "P2", "collect")
    there = turn(field, "P2")
    assert (there.state, [(one.number, one.step, one.by) for one in there.steps]) == (
        "collected",
        [(1, "call", "控台员"), (2, "mark", "控台员"), (3, "collect", "控台员")],
    )
    assert marks(field.phone("J3"), "P2", above=1) == ("quarantined", "late")
    assert marks(field.phone("J3"), "P1") == ("stored", "")


def test_one_entrant_at_a_time(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call")
    for state in ("on_stage", "marking"):
        assert turn(field, "P2").state == state
        with pytest.raises(console.OneAtATime):
            steps(field, "P1", "call")
        if state == "on_stage":
            steps(field, "P2", "mark")
    everybody_marks(field, "P2")
    steps(field, "P2", "collect")
    steps(field, "P1", "call")


def test_the_first_of_a_group_are_marked_together_where_the_order_says_so(field: Field) -> None:
    on_stage(field, together=2)
    steps(field, "P2", "call")
    steps(field, "P1", "call")
    with pytest.raises(console.OneAtATime):
        steps(field, "P4", "call")
    steps(field, "P2", "mark")
    steps(field, "P1", "mark")
    assert [turn(field, entry).state for entry in ("P2", "P1")] == ["marking", "marking"]


def test_no_step_is_left_out(field: Field) -> None:
    on_stage(field)
    for step in ("mark", "collect", "back"):
        with pytest.raises(console.NotNow):
            steps(field, "P2", step, reason="按错")
    steps(field, "P2", "call")
    for step in ("call", "collect"):
        with pytest.raises(console.NotNow):
            steps(field, "P2", step)


def test_a_wrong_call_is_sent_back_with_a_reason(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call")
    with pytest.raises(ReasonMissing):
        steps(field, "P2", "back")
    steps(field, "P2", "back", reason="叫错人了")
    assert turn(field, "P2").state == "waiting"
    steps(field, "P1", "call")


def test_with_a_sheet_missing_collecting_takes_a_reason(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call", "mark")
    everybody_marks(field, "P2", "J4")
    assert turn(field, "P2").missing == ("J4",)
    with pytest.raises(console.NotAllIn) as refused:
        steps(field, "P2", "collect")
    assert refused.value.params == {"n": 1, "due": 3}
    steps(field, "P2", "collect", reason="平板坏了，改用纸质")
    assert turn(field, "P2").steps[-1].reason == "平板坏了，改用纸质"


def test_of_two_consoles_the_second_is_told_who_was_first(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call")
    steps(field, "P2", "mark", seen=1)
    with pytest.raises(console.SteppedMeanwhile) as refused:
        steps(field, "P2", "back", seen=1, reason="叫错人了")
    assert refused.value.params["by"] == "控台员"
    assert turn(field, "P2").state == "marking"


def test_two_consoles_at_the_same_moment_take_one_step(field: Field) -> None:
    on_stage(field)
    who, together, told = operator(field), threading.Barrier(2), []

    def press() -> None:
        together.wait()
        try:
            field.database.write(
                lambda s: console.take_step(s, who, contest_id="c1", entry_id="P2", step="call", seen=0)
            )
            told.append("")
        except AppError as refused:
            told.append(refused.code)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["", "console.stepped_meanwhile"]
    assert len(turn(field, "P2").steps) == 1


def test_the_database_itself_refuses_the_same_step_twice(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call")
    row = ConsoleStep(contest_id="c1", rev=10_000, entry_id="P2", number=1, step="call", by_person="x", at=now())
    with pytest.raises(IntegrityError):
        field.database.write(lambda s: s.add(row))
    with pytest.raises(DBAPIError, match="append-only"):
        field.database.write(lambda s: s.execute(text("DELETE FROM console_step")))


# --- the order --------------------------------------------------------------------------------------------------------


def test_a_second_order_needs_a_reason_and_keeps_who_has_been_on_stage(field: Field) -> None:
    on_stage(field)
    first = turn(field, "P2")
    assert (first.place, first.number) == (1, 1)
    with field.database.read() as session:
        seen = order(session, "c1").rev  # type: ignore[union-attr]
    with pytest.raises(ReasonMissing):
        lays(field, ("P1", "P2", "P4", "P3"), seen=seen)
    with pytest.raises(console.OrderMeanwhile):
        lays(field, ("P1", "P2", "P4", "P3"), reason="临时调换", seen=0)
    steps(field, "P2", "call")
    with pytest.raises(console.OrderBegun):
        lays(field, ("P1", "P4"), reason="临时调换", seen=seen)
    lays(field, ("P2", "P4", "P1"), reason="临时调换", seen=seen)
    assert [turn(field, entry).place for entry in ("P2", "P4", "P1")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("entries", "other", "refused"),
    [
        ((), {}, console.OrderEmpty),
        (("P1", "P1"), {}, console.OrderTwice),
        (("P1", "nowhere"), {}, NoSuchStop),
        (("P1",), {"together": 10}, console.OrderSettings),
        (("P1",), {"grace_seconds": 121}, console.OrderSettings),
    ],
)
def test_an_order_names_entries_once_and_keeps_to_its_limits(
    field: Field, entries: tuple[str, ...], other: dict[str, int], refused: type[AppError]
) -> None:
    on_stage(field)
    with field.database.read() as session:
        seen = order(session, "c1").rev  # type: ignore[union-attr]
    with pytest.raises(refused):
        lays(field, entries, reason="临时调换", seen=seen, **other)


def test_no_console_for_a_tour_nor_where_all_sheets_close_together(field: Field) -> None:
    def laid() -> None:
        field.database.write(lambda s: console.lay_order(s, "o", contest_id="c1", entries=["P1"]))

    with pytest.raises(console.NotOnStage):
        laid()
    with pytest.raises(NotByStop):
        on_stage(field, rule=SCHEME)


def test_after_the_collection_of_everything_no_step_is_taken(field: Field) -> None:
    on_stage(field)
    field.database.write(lambda s: collect(s, "organiser", contest_id="c1"))
    with pytest.raises(AlreadyCollected):
        steps(field, "P2", "call")


# --- late tablets, dead tablets, once more ----------------------------------------------------------------------------


def collected_without_j4(field: Field, grace_seconds: int) -> None:
    on_stage(field, grace_seconds=grace_seconds)
    steps(field, "P2", "call", "mark")
    everybody_marks(field, "P2", "J4")
    steps(field, "P2", "collect", reason="J4 的平板还没到")


@pytest.mark.parametrize(
    ("grace_seconds", "made", "outcome"),
    [
        (120, "2026-01-01T08:00:00.000Z", ("stored", "")),
        (120, "2999-01-01T08:00:00.000Z", ("quarantined", "late")),  # made after the collection
        (0, "2026-01-01T08:00:00.000Z", ("quarantined", "late")),  # without grace
    ],
)
def test_a_sheet_made_before_the_collection_counts_within_the_grace(
    field: Field, grace_seconds: int, made: str, outcome: tuple[str, str]
) -> None:
    collected_without_j4(field, grace_seconds)
    assert marks(field.phone("J4"), "P2", marked_at=made) == outcome
    with field.database.read() as session:
        counted = ("J4", "P2") in current(session, "c1")
        assert counted is (outcome[0] == "stored")
        assert current(session, "c1") == rebuilt(session, "c1")
        assert [one.judge_id for one in undecided(session, "c1")] == ([] if counted else ["J4"])


def test_a_clock_that_is_ahead_is_set_right_before_it_is_believed(field: Field) -> None:
    collected_without_j4(field, 120)
    # An hour ahead and said so: made before the collection. The same moment from a right clock is after it.
    ahead = marks(field.phone("J4"), "P2", marked_at=_in_an_hour(), clock_offset_ms=4_000_000)
    assert ahead == ("stored", "")


def _in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def test_after_the_grace_a_late_sheet_waits_for_people(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    collected_without_j4(field, 5)
    late = "2999-01-01T00:00:00.000000Z"
    monkeypatch.setattr("app.sync.service.now", lambda: late)
    assert marks(field.phone("J4"), "P2") == ("quarantined", "late")


def test_paper_replaces_a_dead_tablet(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call", "mark")
    everybody_marks(field, "P2", "J4")

    def types(person: str, above: int = 0) -> None:
        sheet = TypedSheet("J4", "P2", tuple(ticks("P2", above)))
        field.database.write(lambda s: type_sheets(s, person, contest_id="c1", sheets=[sheet]))

    types("ann")
    assert not turn(field, "P2").all_in
    types("bo")
    assert turn(field, "P2").all_in
    steps(field, "P2", "collect")
    with pytest.raises(PaperCollected):
        types("ann", above=1)


def test_paper_typed_after_the_collection_takes_a_decision(field: Field) -> None:
    collected_without_j4(field, 0)
    sheet = TypedSheet("J4", "P2", tuple(ticks("P2")))
    who = operator(field)
    why: dict[str, Any] = {"sheets": [("J4", "P2")], "reason": "平板坏了"}
    by_two(field.database, lambda s: let_type(s, who, contest_id="c1", **why))
    for person in ("ann", "bo"):
        field.database.write(lambda s, p=person: type_sheets(s, p, contest_id="c1", sheets=[sheet]))  # type: ignore[misc]
    assert turn(field, "P2").all_in


def test_that_a_sheet_will_not_come_is_decided_as_soon_as_the_entrant_is_collected(field: Field) -> None:
    collected_without_j4(field, 0)
    absent = [Wanted("absence", "J4/P2")]
    by_two(field.database, lambda s: decide(s, "organiser", contest_id="c1", wanted=absent, reason="离场"))
    assert turn(field, "P2").all_in


def asks_j3(field: Field, judge: str = "J3") -> int:
    who, whom = operator(field), {"judge_id": judge, "entry_id": "P2"}
    return field.database.write(lambda s: console.ask_again(s, who, contest_id="c1", reason="打分笔误", **whom))


def test_one_judge_is_asked_to_mark_once_more(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call", "mark")
    everybody_marks(field, "P2")
    with pytest.raises(console.NotNow):
        asks_j3(field)
    steps(field, "P2", "collect")
    j3, j1 = field.phone("J3"), field.phone("J1")
    asks_j3(field)
    assert (turn(field, "P2").again, turn(field, "P2").all_in) == (("J3",), False)
    assert marks(j1, "P2", above=1) == ("quarantined", "late")
    assert j3.package()["stage"]["called"] == ["P2"]
    seen = j3.package()["server_rev"]
    assert marks(j3, "P2", above=1, based_on=seen) == ("stored", "")
    assert turn(field, "P2").again == ()
    assert marks(j3, "P2", above=2, based_on=seen) == ("quarantined", "late")  # once, and no more
    with field.database.read() as session:
        assert current(session, "c1") == rebuilt(session, "c1")


def test_being_asked_again_can_be_taken_back(field: Field) -> None:
    on_stage(field)
    steps(field, "P2", "call", "mark")
    everybody_marks(field, "P2", "J4")
    steps(field, "P2", "collect", reason="缺一份")
    with pytest.raises(NoSheetStands):
        asks_j3(field, "J4")
    rev = asks_j3(field)
    by_two(field.database, lambda s: take_back(s, "organiser", contest_id="c1", rev=rev, reason="看错"))
    with field.database.read() as session:
        assert asked_again(session, "c1") == []
    assert marks(field.phone("J3"), "P2", above=1) == ("quarantined", "late")


# --- the phones -------------------------------------------------------------------------------------------------------


def test_the_phone_is_told_whom_the_console_called(field: Field) -> None:
    on_stage(field, together=2)
    phone = field.phone("J3")
    before = phone.hand_over()["package"]
    assert phone.package()["stage"]["called"] == []
    steps(field, "P2", "call")
    assert phone.hand_over()["package"] != before
    steps(field, "P1", "call")
    assert phone.package()["stage"]["called"] == ["P1", "P2"]
    steps(field, "P2", "mark")
    everybody_marks(field, "P2")
    steps(field, "P2", "collect")
    assert phone.package()["stage"]["called"] == ["P1"]


def test_a_tours_package_knows_no_stage(field: Field) -> None:
    phone = field.phone("J3")
    assert "stage" not in phone.package()
    with field.database.read() as session:
        assert called(session, Sender("c1", phone.device, "J3", revoked=False)) == []
