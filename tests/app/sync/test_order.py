"""Older marks never win over newer ones, and nothing is complete while a judge has still to decide."""

from typing import Any

import pytest

from app.judging.queries import current, handed_in
from app.sync.models import Heartbeat
from app.sync.service import begin_epoch
from tests.app.sync.field import Field, Phone, ticks


def counts(field: Field, judge: str, entry: str) -> str:
    with field.database.read() as session:
        return current(session, "c1")[judge, entry].ticks


def all_in(field: Field) -> dict[str, Phone]:
    phones = {judge: field.phone(judge) for judge in ("J1", "J2", "J3", "J4")}
    with field.database.read() as session:
        missing = {stop.entry_id: stop.missing for stop in handed_in(session, "c1").stops}
    for entry, judges in missing.items():
        for judge in judges:
            phones[judge].hand_over(phones[judge].sheet(entry))
    return phones


def complete(field: Field) -> bool:
    with field.database.read() as session:
        return handed_in(session, "c1").complete


def test_marks_offered_again_after_a_restore_count_in_the_order_they_were_made(field: Field) -> None:
    phone = field.phone("J3")
    sheets = [phone.sheet("P1", ticks("P1", above), based_on=500 + above) for above in (1, 2, 3)]
    told = phone.hand_over(*sheets)["results"]
    assert [one["result"] for one in told] == ["stored"] * 3
    assert counts(field, "J3", "P1") == str(ticks("P1", 3))


def test_a_number_from_before_a_restore_does_not_say_what_was_seen(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    new.hand_over(new.sheet("P1", ticks("P1", 2)))
    assert old.outcome(old.sheet("P1", ticks("P1", 1), based_on=500)) == ("conflict", "")
    assert counts(field, "J3", "P1") == str(ticks("P1", 2))


def test_an_idle_phone_does_not_hide_that_the_judges_other_phone_holds_something(field: Field) -> None:
    phones = all_in(field)
    busy = field.phone("J3")
    busy.hand_over(waiting=2)

    def long_ago(session: Any) -> None:  # noqa: ANN401
        session.get_one(Heartbeat, ("c1", phones["J3"].device)).heard_at = "2020-01-01T00:00:00.000000Z"

    field.database.write(long_ago)
    assert not complete(field)


@pytest.mark.parametrize(
    ("change", "result"), [({}, "conflict"), ({"scheme_digest": "0" * 64, "based_on": 10**6}, "rejected")]
)
def test_nothing_is_complete_while_a_judge_has_to_settle_a_sheet(
    field: Field, change: dict[str, Any], result: str
) -> None:
    all_in(field)
    assert complete(field)
    other = field.phone("J3")
    answer = other.hand_over(other.sheet("P1", ticks("P1", 2), **change))
    assert [one["result"] for one in answer["results"]] == [result]
    assert not complete(field)
    other.hand_over(other.sheet("P1", ticks("P1", 2), based_on=answer["server_rev"]))
    assert complete(field)


def test_what_was_seen_before_a_restore_counts_for_nothing_after_it(field: Field) -> None:
    """Two devices: after the restore the first number is given out again, for marks the second never saw."""
    first, second = field.phone("J3"), field.phone("J3")
    life = field.database.write(lambda session: begin_epoch(session, "o"))
    rev = first.hand_over(first.sheet("P1", ticks("P1", 1)))["server_rev"]
    same = second.sheet("P1", ticks("P1", 2), based_on=rev, server_epoch="the life before")
    assert second.outcome(same) == ("conflict", "")
    unsaid = second.sheet("P1", ticks("P1", 2), based_on=rev, server_epoch="")  # a page from before the word was sent
    assert second.outcome(unsaid) == ("conflict", "")
    assert second.outcome(second.sheet("P1", ticks("P1", 2), based_on=rev, server_epoch=life)) == ("stored", "")


def test_an_old_revision_that_came_last_is_not_told_to_the_judges_other_phone(field: Field) -> None:
    """A phone that offers everything again after a restore sends what waits first, and what it had handed in after."""
    first, second = field.phone("J3"), field.phone("J3")
    old, new = first.sheet(marks=ticks(above=1)), first.sheet(marks=ticks(above=2))
    seen = first.hand_over(new)["results"][0]["rev"]
    second.seen = second.hand_over(server_rev=0)["server_rev"]
    assert seen == second.seen
    first.hand_over(old)
    told = second.hand_over()
    assert told["changes"] == []
    assert [one["ticks"] for one in second.package()["sheets"]] == [ticks(above=2)]
    second.seen = 0
    assert [one["revision_id"] for one in second.hand_over()["changes"]] == [new["revision_id"]]
    second.seen = seen
    assert second.outcome(second.sheet(marks=ticks(above=3))) == ("stored", ""), "it had seen what counts"
