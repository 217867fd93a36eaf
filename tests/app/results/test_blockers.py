"""What keeps a result from being sealed: each thing is listed, by names, and goes by its own deed."""

import pytest

from app.judging.decisions import Wanted, admit_sheets, decide, reject_sheets
from app.judging.paper import TypedSheet, decide_conflict, type_sheets
from app.results.blockers import Blocker
from scoring.faults import Fault
from tests.app.judging.by_two import by_two
from tests.app.results.deciding import accept_few, collected, found, hand_in, know_the_rest, opened, recuse, told
from tests.app.sync.field import Field, ticks


def decides(field: Field, *wanted: Wanted) -> int:
    return by_two(field.database, lambda s: decide(s, "o", contest_id="c1", wanted=wanted, reason="研究确定"))


def types(field: Field, person: str, above: int, judge: str = "J3", entry: str = "P1") -> None:
    sheet = TypedSheet(judge, entry, tuple(ticks(entry, above)))
    field.database.write(lambda s: type_sheets(s, person, contest_id="c1", sheets=[sheet]))


def test_the_way_from_the_first_sheet_to_nothing_in_the_way(field: Field) -> None:
    hand_in(field)
    know_the_rest(field, "90", "80")
    assert told(field) == [("collection", "blocker.collection"), ("opening", "blocker.opening")]
    collected(field)
    assert told(field) == [("opening", "blocker.opening")]
    field.signed_in("organiser").post("/c/c1/results/opening", data={"role": "organiser"})
    assert told(field) == [("opening", "blocker.opening_half")]
    field.signed_in("steward").post("/c/c1/results/opening", data={"role": "steward"})
    assert found(field) == []


def test_missing_sheets_are_listed_judge_by_judge_with_the_names_of_their_entries(field: Field) -> None:
    hand_in(field, but=[("J2", "P3"), ("J4", "P1"), ("J4", "BR")])
    collected(field)
    missing = [one for one in found(field) if one.kind == "missing"]
    assert missing == [
        Blocker("missing", Fault("blocker.missing", {"judge": "评委2", "entries": "项目3", "number": 1}), "decisions"),
        Blocker(
            "missing", Fault("blocker.missing", {"judge": "评委4", "entries": "项目1, 项目6", "number": 2}), "decisions"
        ),
    ]
    decides(field, Wanted("absence", "J4/P1"), Wanted("absence", "J4/BR"))
    assert [one.fault.params["judge"] for one in found(field) if one.kind == "missing"] == ["评委2"]


def test_an_entry_that_is_excluded_or_ruled_needs_no_sheet_and_a_missing_one_is_told_once(field: Field) -> None:
    hand_in(field, but=[("J2", "P1"), ("J3", "P1"), ("J4", "P1")])
    know_the_rest(field, "90", "80")
    collected(field)
    opened(field)
    # P1 has no score for want of its sheets: that is said with the sheets, and not a second time.
    assert told(field) == [("missing", "blocker.missing")] * 3
    decides(field, *(Wanted("absence", f"{judge}/P1") for judge in ("J2", "J3", "J4")))
    assert told(field) == [("open", "entry.no_score")]


def test_a_phone_of_which_too_little_is_known_stands_in_the_way_until_it_is_revoked(field: Field) -> None:
    phones = hand_in(field)
    phones["J3"].hand_over(highest_seq=phones["J3"].seq + 2)
    phones["J4"].hand_over(waiting=1)
    unknown = [one for one in found(field) if one.kind == "unknown"]
    assert [(one.fault.code, one.fault.params["judge"], one.fault.params["number"]) for one in unknown] == [
        ("blocker.phone_lacking", "评委3", 2),
        ("blocker.phone_waiting", "评委4", 1),
    ]
    assert {one.page for one in unknown} == {"board"}
    field.revoke(phones["J3"])
    phones["J4"].hand_over(waiting=0)
    assert [one.kind for one in found(field)] == ["collection", "opening"]


@pytest.mark.parametrize("deed", [admit_sheets, reject_sheets])
def test_a_late_sheet_stands_in_the_way_until_it_is_admitted_or_left_out(field: Field, deed: object) -> None:
    phones = hand_in(field)
    collected(field)
    late = phones["J3"].sheet("P1", ticks("P1", 1))
    assert phones["J3"].outcome(late) == ("quarantined", "late")
    waiting = found(field)[0]
    assert (waiting.kind, waiting.fault.code, waiting.page) == ("quarantine", "blocker.late", "decisions")
    assert (waiting.fault.params["judge"], waiting.fault.params["entry"]) == ("评委3", "项目1")
    why = {"contest_id": "c1", "chosen": [late["revision_id"]], "reason": "路上没有信号"}
    by_two(field.database, lambda session: deed(session, "o", **why))  # type: ignore[operator]
    assert told(field) == [("opening", "blocker.opening")]


def test_of_late_versions_of_a_sheet_only_the_newest_is_asked_about_and_none_that_changes_nothing(field: Field) -> None:
    phones = hand_in(field)
    collected(field)
    phones["J3"].hand_over(phones["J3"].sheet("P2", state="draft"), phones["J3"].sheet("P1"))
    assert told(field) == [("opening", "blocker.opening")]
    one, two = (phones["J3"].sheet("P1", ticks("P1", above)) for above in (1, 2))
    phones["J3"].hand_over(one, two)
    assert [kind for kind, _ in told(field)] == ["quarantine", "opening"]
    why = {"contest_id": "c1", "chosen": [two["revision_id"]], "reason": "路上没有信号"}
    by_two(field.database, lambda session: reject_sheets(session, "o", **why))  # type: ignore[arg-type]
    assert told(field) == [("opening", "blocker.opening")]


def test_a_sheet_from_a_revoked_phone_stands_in_the_way(field: Field) -> None:
    phones = hand_in(field, but=[("J3", "P1")])
    field.revoke(phones["J3"])
    assert phones["J3"].outcome(phones["J3"].sheet("P1")) == ("quarantined", "revoked_device")
    assert ("quarantine", "blocker.revoked_device") in told(field)


def test_a_conflict_between_two_phones_stands_in_the_way_and_once(field: Field) -> None:
    hand_in(field)
    other = field.phone("J3")
    against = other.sheet("P1", ticks("P1", 3))
    assert other.outcome(against) == ("conflict", "")
    collected(field)
    assert told(field) == [("conflict", "blocker.conflict"), ("opening", "blocker.opening")]
    why = {"contest_id": "c1", "chosen": [against["revision_id"]], "reason": "评委当面确认"}
    by_two(field.database, lambda session: reject_sheets(session, "o", **why))  # type: ignore[arg-type]
    assert told(field) == [("opening", "blocker.opening")]


def test_a_sheet_that_was_not_taken_while_an_older_one_counts_stands_in_the_way(field: Field) -> None:
    phones = hand_in(field)
    torn = phones["J4"].sheet("P2", [*ticks("P2")[:-1], None])
    assert phones["J4"].outcome(torn) == ("rejected", "incomplete")
    collected(field)
    assert told(field) == [("conflict", "blocker.refused"), ("opening", "blocker.opening")]
    why = {"contest_id": "c1", "chosen": [torn["revision_id"]], "reason": "以前一份为准"}
    by_two(field.database, lambda session: reject_sheets(session, "o", **why))  # type: ignore[arg-type]
    assert told(field) == [("opening", "blocker.opening")]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ((("ann", 1),), "blocker.paper_once"),
        ((("ann", 1), ("bo", 2)), "blocker.paper_differs"),
        ((("ann", 1), ("bo", 1)), "blocker.paper_conflict"),
    ],
)
def test_paper_that_is_not_settled_stands_in_the_way_until_it_is_set_aside(
    field: Field, typed: tuple[tuple[str, int], ...], code: str
) -> None:
    hand_in(field)
    for person, above in typed:
        types(field, person, above)
    collected(field)
    assert found(field)[0] == Blocker("paper", Fault(code, {"judge": "评委3", "entry": "项目1"}), "paper")
    settle = {"contest_id": "c1", "judge": "J3", "entry": "P1", "counts": "phone", "reason": "评委当面确认"}
    by_two(field.database, lambda session: decide_conflict(session, "o", **settle))  # type: ignore[arg-type]
    assert told(field) == [("opening", "blocker.opening")]


@pytest.mark.parametrize("counts", ["paper", "phone"])
def test_paper_that_was_changed_by_phone_since_stands_in_the_way(field: Field, counts: str) -> None:
    phones = hand_in(field, but=[("J3", "P1")])
    types(field, "ann", 1)
    types(field, "bo", 1)
    [change] = phones["J3"].hand_over()["changes"]
    assert phones["J3"].outcome(phones["J3"].sheet("P1", ticks("P1", 2), based_on=change["rev"])) == ("stored", "")
    collected(field)
    assert told(field)[0] == ("paper", "blocker.paper_remarked")
    settle = {"contest_id": "c1", "judge": "J3", "entry": "P1", "counts": counts, "reason": "评委当面确认"}
    by_two(field.database, lambda session: decide_conflict(session, "o", **settle))  # type: ignore[arg-type]
    assert told(field) == [("opening", "blocker.opening")]


def test_a_contradiction_is_told_after_the_opening_and_goes_with_the_sheet(field: Field) -> None:
    hand_in(field)
    know_the_rest(field, "90", "80")
    collected(field)
    recuse(field, "J3", "P2")
    assert told(field) == [("opening", "blocker.opening")]
    opened(field)
    assert found(field) == [
        Blocker(
            "contradiction", Fault("sheet.recused", {"judge": "评委3", "entry": "项目2"}, ("sheets", 4)), "decisions"
        )
    ]
    decides(field, Wanted("void", "J3/P2"))
    assert found(field) == []


def test_what_the_engine_leaves_open_is_told_by_names_and_only_after_the_opening(field: Field) -> None:
    hand_in(field)
    know_the_rest(field)
    collected(field)
    assert told(field) == [("opening", "blocker.opening")]
    opened(field)
    assert found(field) == [
        Blocker("open", Fault("boundary.undecided", {"units": "云岭县, 清江市"}), "decisions"),
    ]
    decides(field, Wanted("tie", "B", value="1"), Wanted("tie", "A", value="2"))
    assert found(field) == []


def test_a_score_that_is_not_known_is_told_with_the_names_of_unit_and_component(field: Field) -> None:
    hand_in(field)
    accept_few(field)
    collected(field)
    opened(field)
    assert [one.fault.params for one in found(field)] == [
        {"unit": "云岭县", "component": "平时工作"},
        {"unit": "清江市", "component": "平时工作"},
    ]
