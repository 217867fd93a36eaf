"""A stop that is not visited: no sheet is due, what came is kept and does not count; taken in again, it counts."""

from fractions import Fraction

import pytest
from sqlmodel import Session, col, update

from app.contests.models import Contest
from app.contests.queries import due, roster
from app.errors import AppError
from app.i18n import languages
from app.judging.board import board
from app.judging.decision_queries import undecided
from app.judging.decisions import Wanted, decide
from app.judging.queries import current, current_sheets, handed_in
from app.judging.road import drop_stop, restore_stop
from app.judging.service import collect
from app.results.blockers import blockers
from app.results.queries import given, ranking, tabulated
from scoring.scheme import read_scheme
from tests.app.judging.by_two import by_two
from tests.app.judging.test_road import an_organiser
from tests.app.sync.field import SCHEME, Field, ticks

LIVE = SCHEME.replace('blind = "until_opened"', 'blind = "live"').replace("minimum = 5", "minimum = 1")


def drop(field: Field, who: str, entry: str, reason: str = "道路中断") -> None:
    field.database.write(lambda s: drop_stop(s, who, contest_id="c1", entry_id=entry, reason=reason))


def restore(field: Field, who: str, entry: str, reason: str = "路通了") -> None:
    field.database.write(lambda s: restore_stop(s, who, contest_id="c1", entry_id=entry, reason=reason))


def live(session: Session) -> None:
    whose = update(Contest).where(col(Contest.id) == "c1")
    session.execute(whose.values(scheme=LIVE, scheme_digest=read_scheme(LIVE).digest))


def test_no_sheet_is_due_and_what_came_is_kept_and_not_given_to_the_engine(field: Field) -> None:
    who, phone = an_organiser(field), field.phone("J3")
    phone.hand_over(phone.sheet("P1"), phone.sheet("P2"))
    drop(field, who, "P1")
    with field.database.read() as session:
        assert set(current(session, "c1")) == {("J3", "P1"), ("J3", "P2")}
        assert [sheet.entry for sheet in current_sheets(session, "c1")] == ["P2"]
        assert "P1" not in {entry.id for entry in roster(session, "c1").entries}
        assert "P1" not in {entry for _, entry in due(session, "c1")}
        assert "P1" not in {stop.entry_id for stop in handed_in(session, "c1").stops}
        line = next(line for part in board(session, "c1").parts for line in part.lines if line.entry.id == "P1")
        assert (line.due, line.received, line.missing, line.entry.dropped) == (0, 1, 0, True)
    assert "不去了" in field.signed_in("organiser").get("/c/c1/board").text


def test_a_phone_keeps_the_stop_and_what_it_holds_of_it_is_taken_in(field: Field) -> None:
    who, phone = an_organiser(field), field.phone("J3")
    waiting = phone.sheet("P1")  # on the phone, without signal, when the stop is dropped
    drop(field, who, "P1")
    told = {one["id"]: one.get("dropped", False) for one in phone.package()["entries"]}
    assert told["P1"] is True
    assert told["P2"] is False
    assert phone.outcome(waiting) == ("stored", "")
    restore(field, who, "P1")
    with field.database.read() as session:
        assert [sheet.entry for sheet in current_sheets(session, "c1")] == ["P1"]
        assert ("J3", "P1") in due(session, "c1")


def test_a_late_sheet_of_a_dropped_stop_waits_for_nobody(field: Field) -> None:
    who, phone = an_organiser(field), field.phone("J3")
    late = phone.sheet("P1")
    drop(field, who, "P1")
    field.database.write(lambda s: collect(s, who, contest_id="c1"))
    assert phone.outcome(late) == ("quarantined", "late")
    with field.database.read() as session:
        assert undecided(session, "c1") == []
        assert all("P1" not in str(one.fault.params) for one in blockers(session, "c1"))
    restore(field, who, "P1")
    with field.database.read() as session:
        assert [one.entry_id for one in undecided(session, "c1")] == ["P1"]


def test_a_decision_about_it_rests_and_the_result_says_what_was_left_out(field: Field) -> None:
    who, phones = an_organiser(field), [field.phone(f"J{n}") for n in (3, 4)]
    field.database.write(live)
    digest = read_scheme(LIVE).digest
    for phone in phones:
        for entry, above in (("P1", 0), ("P3", 2)):
            assert phone.outcome(phone.sheet(entry, ticks(entry, above), scheme_digest=digest)) == ("stored", "")
    void = [Wanted("void", "J3/P1")]
    by_two(field.database, lambda s: decide(s, who, contest_id="c1", wanted=void, reason="涂改不清"))
    drop(field, who, "P1")
    with field.database.read() as session:
        assert given(session, "c1").decisions == ()
        entries = tabulated(session, "c1")[1].entries
        assert "P1" not in entries
        assert entries["P3"].score == Fraction(66)
        notes = ranking(session, "c1", languages()["zh"], "named").notes
        assert "项目1没有去（道路中断），不计入成绩，已交的2份评分表也不计。" in notes
    restore(field, who, "P1")
    with field.database.read() as session:
        assert [one.kind for one in given(session, "c1").decisions] == ["void"]
        assert "P1" in tabulated(session, "c1")[1].entries


def test_nobody_drops_a_stop_once_the_marks_may_be_known(field: Field) -> None:
    who = an_organiser(field)
    field.database.write(lambda s: collect(s, who, contest_id="c1"))
    drop(field, who, "P1")  # collected, and nobody has seen a mark: nobody was there, and that is found now
    opened = field.signed_in("organiser").post("/c/c1/results/opening", data={"role": "organiser"})
    assert opened.status_code == 303
    for deed, entry in ((drop, "P2"), (restore, "P1")):
        with pytest.raises(AppError) as refused:
            deed(field, who, entry)
        assert refused.value.code == "road.marks_opened"


def test_where_marks_are_seen_from_the_start_nobody_drops_a_stop_after_the_collection(field: Field) -> None:
    who = an_organiser(field)
    field.database.write(live)
    drop(field, who, "P1")
    field.database.write(lambda s: collect(s, who, contest_id="c1"))
    with pytest.raises(AppError) as refused:
        drop(field, who, "P2")
    assert refused.value.code == "road.marks_opened"


def test_it_is_dropped_once_with_a_reason_and_by_the_page(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert organiser.post("/c/c1/itinerary/P1/drop", data={"reason": " "}).status_code == 422
    assert organiser.post("/c/c1/itinerary/P1/drop", data={"reason": "道路中断"}).status_code == 303
    again = organiser.post("/c/c1/itinerary/P1/drop", data={"reason": "道路中断"})
    assert again.status_code == 409
    assert "可能别人刚改过" in again.text
    assert organiser.post("/c/c1/itinerary/P2/restore", data={"reason": "路通了"}).status_code == 409
    assert organiser.post("/c/c1/itinerary/nowhere/drop", data={"reason": "道路中断"}).status_code == 404
    assert "项目1：取消" in organiser.get("/c/c1/itinerary").text
    assert organiser.post("/c/c1/itinerary/P1/restore", data={"reason": "路通了"}).status_code == 303
