"""Which sheets are due: counted by hand, against the one rule of the engine."""

from app.contests import queries, service
from app.contests.schemas import Tick
from app.db import Database
from tests.app.contests import rosters
from tests.app.contests.conftest import with_roster

# E1 云岭县 day 1, E2 清江市 day 1, E3 云岭县 day 2. J1 and J2 are of 云岭县, J3 is a guest, J4 is of 清江市.
BY_OWN_UNIT = [("J1", "E2"), ("J2", "E2"), ("J3", "E1"), ("J3", "E2"), ("J3", "E3"), ("J4", "E1"), ("J4", "E3")]


def test_due_is_everybody_for_everything_but_his_own_unit(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id)
    with database.read() as session:
        assert queries.due(session, contest_id) == BY_OWN_UNIT
        assert queries.days(session, contest_id) == ["第1天", "第2天"]


def test_due_leaves_out_listed_recusals_and_days_on_leave(database: Database, organiser: str, contest_id: str) -> None:
    with_roster(database, contest_id)

    def recuse(judge: str, unit: str = "", entry: str = "") -> int:
        facts = {"judge_id": judge, "unit_id": unit, "entry_id": entry, "reason": "亲属"}
        return database.write(lambda s: service.add_recusal(s, organiser, contest_id=contest_id, **facts))

    of_unit, _ = recuse("J3", unit="U1"), recuse("J4", entry="E3")
    ticks = {"J1": Tick("present"), "J2": Tick("leave", "发烧")}
    database.write(lambda s: service.record_attendance(s, organiser, contest_id=contest_id, day="第1天", ticks=ticks))
    with database.read() as session:
        assert queries.due(session, contest_id) == [("J1", "E2"), ("J3", "E2"), ("J4", "E1")]
    database.write(
        lambda s: service.lift_recusal(s, organiser, contest_id=contest_id, rev=of_unit, number=1, reason="误登记")
    )
    ticks = {"J2": Tick("present")}
    database.write(lambda s: service.record_attendance(s, organiser, contest_id=contest_id, day="第1天", ticks=ticks))
    with database.read() as session:
        assert queries.due(session, contest_id) == [pair for pair in BY_OWN_UNIT if pair != ("J4", "E3")]


def test_a_tour_of_52_judges_and_50_entries_has_2400_sheets_due(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id, rosters.large())
    with database.read() as session:
        assert len(queries.due(session, contest_id)) == 52 * 50 - 40 * 5
