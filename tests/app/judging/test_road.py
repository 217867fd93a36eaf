"""The order of the stops changed on the road: phones, board, papers and attendance follow; nothing handed in moves."""

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select, text, update

from app.accounts import service as accounts
from app.contests import queries as contests
from app.contests.models import AttendanceRow, Contest, EntryRow, StopChange
from app.contests.road import itinerary
from app.errors import AppError
from app.exports.papers import itinerary as itinerary_paper
from app.exports.papers import papers
from app.i18n import languages
from app.judging.board import board
from app.judging.queries import current, handed_in
from app.judging.road import move_stops
from app.judging.service import collect
from tests.app.sync.field import Field

PLANNED = ["P1", "P2", "P3", "P4", "AR", "BR"]


def an_organiser(field: Field) -> str:
    def deed(session: Session) -> str:
        return accounts.add_person(session, "-", login="zhou", name="周组织", password_hash="-")  # noqa: S106

    return field.database.write(deed)


def move(field: Field, who: str, *entries: str, reason: str = "塌方绕行", **where: str) -> int:
    whose = {"contest_id": "c1", "entries": entries, "reason": reason, **where}
    return field.database.write(lambda session: move_stops(session, who, **whose))  # type: ignore[arg-type]


def order(field: Field) -> list[str]:
    with field.database.read() as session:
        return [one.id for one in itinerary(session, "c1")]


def test_without_a_change_the_manual_order_stands(field: Field) -> None:
    assert order(field) == PLANNED


def test_a_stop_goes_before_another_and_its_time_is_the_new_one(field: Field) -> None:
    who = an_organiser(field)
    move(field, who, "P2", before="P1", planned_at="09:40")
    assert order(field) == ["P2", "P1", "P3", "P4", "AR", "BR"]
    with field.database.read() as session:
        rows = {one.id: one for one in contests.entries(session, "c1")}
        manual = session.get_one(EntryRow, ("c1", "P2"))
        assert (rows["P2"].place_number, rows["P2"].planned_at, rows["P1"].planned_at) == (2, "09:40", "14:20")
        assert (manual.place_number, manual.planned_at, manual.day) == (2, "14:20", "1")


def test_a_county_keeps_the_order_of_its_stops_and_takes_the_day_it_goes_to(field: Field) -> None:
    who = an_organiser(field)
    move(field, who, "P3", "P1", before="P4", planned_at="08:30")
    with field.database.read() as session:
        told = [(one.id, one.day, one.planned_at) for one in itinerary(session, "c1")]
    assert told[:4] == [("P2", "1", "14:20"), ("P1", "2", "08:30"), ("P3", "2", ""), ("P4", "2", "14:20")]


def test_a_day_that_was_empty_for_a_while_stays_between_its_neighbours(field: Field) -> None:
    who = an_organiser(field)
    move(field, who, "P3", "P4", day="3")
    assert order(field) == ["P1", "P2", "AR", "BR", "P3", "P4"]
    move(field, who, "P4", day="2")
    with field.database.read() as session:
        assert [(one.id, one.day) for one in itinerary(session, "c1")] == [
            ("P1", "1"), ("P2", "1"), ("P4", "2"), ("AR", "3"), ("BR", "3"), ("P3", "3"),
        ]  # fmt: skip
        assert contests.days(session, "c1") == ["1", "2", "3"]


def test_a_project_added_to_the_roster_later_finds_its_place_by_its_number(field: Field) -> None:
    who = an_organiser(field)
    move(field, who, "P2", before="P1")

    def added(session: Session) -> None:
        session.execute(update(EntryRow).where(col(EntryRow.id) == "BR").values(place_number=9))
        session.add(
            EntryRow(
                contest_id="c1", id="P9", place_number=6, unit_id="B", component="onsite", kind="centre", name="新点",
                day="2",
            )
        )  # fmt: skip

    field.database.write(added)
    assert order(field) == ["P2", "P1", "P3", "P4", "P9", "AR", "BR"]


def test_the_phone_the_board_and_the_paper_show_the_order_of_the_road(field: Field) -> None:
    phone = field.phone("J3")
    before = phone.client.get("/j/c1/package").headers["etag"]
    told = phone.hand_over()["package"]
    who = an_organiser(field)
    move(field, who, "P2", before="P1", planned_at="09:40")
    field.app.state.frames.clear()  # the shared part of the tag is kept for some seconds
    answer = phone.hand_over()
    assert told == before != answer["package"]
    entries = phone.package()["entries"]
    assert [one["id"] for one in entries] == ["P2", "P1", "P3", "P4", "AR", "BR"]
    assert (entries[0]["number"], entries[0]["at"]) == (2, "09:40")
    with field.database.read() as session:
        lines = [line.entry.id for part in board(session, "c1").parts for line in part.lines]
        [first, *_] = itinerary_paper(papers(session, "c1", languages()["zh"]))
        assert lines == ["P2", "P1", "P3", "P4", "AR", "BR"]
        assert [row.cells[:2] for row in first.tables[0].lines] == [("2", "09:40"), ("1", "14:20")]


def test_what_was_handed_in_and_what_comes_meanwhile_stays_with_its_project(field: Field) -> None:
    phone = field.phone("J3")
    assert phone.outcome(phone.sheet("P2")) == ("stored", "")
    with field.database.read() as session:
        before = current(session, "c1")
        roster = contests.roster(session, "c1").entries
    move(field, an_organiser(field), "P2", before="P1")
    late = phone.sheet("P1")
    assert phone.outcome(late) == ("stored", "")
    with field.database.read() as session:
        assert current(session, "c1").items() >= before.items()
        assert set(current(session, "c1")) == {("J3", "P1"), ("J3", "P2")}
        # The engine is given the manual order: a result does not depend on the road.
        assert contests.roster(session, "c1").entries == roster


def test_who_is_on_leave_on_the_new_day_owes_nothing_of_what_went_there(field: Field) -> None:
    leave = {"judge_id": "J3", "day": "2", "state": "leave", "reason": "会议"}
    field.database.write(
        lambda s: s.add(AttendanceRow(contest_id="c1", rev=1, by_person="-", at="2026-11-21T00:00:00.000000Z", **leave))
    )
    with field.database.read() as session:
        assert {stop.entry_id: stop.due for stop in handed_in(session, "c1").stops}["P1"] == 3
    move(field, an_organiser(field), "P1", before="P3")
    with field.database.read() as session:
        assert {stop.entry_id: stop.due for stop in handed_in(session, "c1").stops}["P1"] == 2


def test_a_marked_stop_stays_on_its_day(field: Field) -> None:
    who, phone = an_organiser(field), field.phone("J3")
    phone.hand_over(phone.sheet("P1"))
    with pytest.raises(AppError) as refused:
        move(field, who, "P1", day="2")
    assert refused.value.code == "road.marked_already"
    move(field, who, "P1", day="1")
    assert order(field)[:2] == ["P2", "P1"]


@pytest.mark.parametrize(
    ("entries", "other", "code"),
    [
        (("P1",), {"before": "P2"}, "road.there_already"),
        (("P1",), {"before": "P1"}, "road.no_such_place"),
        (("P1",), {"day": "7"}, "road.no_such_place"),
        (("P1",), {"before": "nowhere"}, "judging.no_such_stop"),
        (("P1", "nowhere"), {"day": "2"}, "judging.no_such_stop"),
        ((), {"day": "2"}, "judging.no_such_stop"),
        (("P1",), {"day": "2", "reason": " "}, "page.reason_missing"),
    ],
)
def test_what_makes_no_order_is_refused_and_changes_nothing(
    field: Field, entries: tuple[str, ...], other: dict[str, str], code: str
) -> None:
    who = an_organiser(field)
    with pytest.raises(AppError) as refused:
        move(field, who, *entries, **other)
    assert (refused.value.code, order(field)) == (code, PLANNED)


def test_after_the_collection_and_on_a_stage_the_itinerary_stays(field: Field) -> None:
    who = an_organiser(field)
    field.database.write(lambda session: collect(session, who, contest_id="c1"))
    with pytest.raises(AppError) as refused:
        move(field, who, "P1", day="2")
    assert refused.value.code == "judging.already_collected"
    field.database.write(lambda s: s.execute(update(Contest).where(col(Contest.id) == "c1").values(form="stage")))
    with pytest.raises(AppError) as refused:
        move(field, who, "P1", day="2")
    assert refused.value.code == "road.not_a_tour"


def test_the_database_keeps_what_changed_and_refuses_what_is_no_change(field: Field) -> None:
    who = an_organiser(field)
    move(field, who, "P2", before="P1")
    for statement in ("DELETE FROM stop_change", "UPDATE stop_change SET reason = 'other'"):
        with pytest.raises(DBAPIError):
            field.database.write(lambda session, s=statement: session.execute(text(s)))  # type: ignore[misc]
    bad: list[dict[str, object]] = [
        {"change": "drop", "reason": ""},
        {"change": "vanish", "reason": "why"},
        {"change": "drop", "reason": "why", "day": "2"},
        {"change": "move", "reason": "why", "before_id": "P1", "day": "1"},
        {"change": "move", "reason": "why", "before_id": "nowhere", "day": "1"},
    ]
    for n, facts in enumerate(bad, 1):
        row = {"contest_id": "c1", "rev": 900 + n, "number": 1, "entry_id": "P1", "by_person": who, "at": "-", **facts}
        with pytest.raises(DBAPIError):
            field.database.write(lambda session, r=row: session.add(StopChange(**r)))  # type: ignore[misc]
    with field.database.read() as session:
        assert len(session.exec(select(StopChange)).all()) == 1


def test_the_page_moves_a_county_and_tells_who_did_it_and_why(field: Field) -> None:
    organiser = field.signed_in("organiser")
    page = organiser.get("/c/c1/itinerary").text
    assert "行程" in page
    asked = {"what": "unit.P1", "where": "end.1", "at": "16:10", "reason": "塌方绕行"}
    assert organiser.post("/c/c1/itinerary/order", data=asked).status_code == 303
    assert order(field)[:2] == ["P2", "P1"]
    page = organiser.get("/c/c1/itinerary").text
    assert "16:10" in page
    assert "塌方绕行" in page
    again = organiser.post("/c/c1/itinerary/order", data=asked)
    assert again.status_code == 409
    assert "已经在这个位置上" in again.text
    assert 'value="塌方绕行"' in again.text
    assert "途中调整了点位顺序" in field.signed_in("steward").get("/c/c1/log").text
