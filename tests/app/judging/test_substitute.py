"""A judge falls ill on the second day and another person takes over: two judges, each with his own sheets."""

from sqlmodel import Session

from app import audit
from app.contests.models import AttendanceRow, JudgeRow
from app.judging.queries import current, handed_in
from tests.app.sync.field import Field

DAYS = {"1": ("P1", "P2"), "2": ("P3", "P4")}


def takes_over(field: Field) -> None:
    """What the organiser does: J3 on leave from day 2, J5 added to the roster, on leave for the day that was."""

    def deed(session: Session) -> None:
        rev = audit.record(session, "o", "attend", contest_id="c1")
        session.add(JudgeRow(contest_id="c1", id="J5", place_number=5, name="评委5", unit_id=""))
        session.flush()
        for judge, days in (("J3", "23"), ("J5", "1")):
            for day in days:
                session.add(
                    AttendanceRow(
                        contest_id="c1", rev=rev, judge_id=judge, day=day, state="leave", reason="就医", by_person="o",
                        at=audit.now(),
                    )
                )  # fmt: skip

    field.database.write(deed)


def due(field: Field, judge: str) -> set[str]:
    """The entries of which his sheet has come or is missing."""
    with field.database.read() as session:
        missing = {stop.entry_id for stop in handed_in(session, "c1").stops if judge in stop.missing}
        return missing | {entry for who, entry in current(session, "c1") if who == judge}


def test_who_takes_over_marks_what_is_left_and_the_first_judges_sheets_stay_his(field: Field) -> None:
    ill = field.phone("J3")
    for entry in DAYS["1"]:
        assert ill.outcome(ill.sheet(entry)) == ("stored", "")
    takes_over(field)
    second = field.phone("J5")
    assert due(field, "J3") == set(DAYS["1"])
    assert due(field, "J5") == {*DAYS["2"], "AR", "BR"}
    for entry in DAYS["2"]:
        assert second.outcome(second.sheet(entry)) == ("stored", "")
    with field.database.read() as session:
        whose = {(who, entry) for who, entry in current(session, "c1")}
    assert whose == {("J3", "P1"), ("J3", "P2"), ("J5", "P3"), ("J5", "P4")}
    sheets = {one["entry"] for one in second.package()["sheets"]}
    assert sheets == set(DAYS["2"])  # nothing of his predecessor's
