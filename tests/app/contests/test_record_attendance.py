"""签到/请假: appended by day, only where something is new."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.contests import queries, service
from app.contests.models import AttendanceRow
from app.contests.schemas import Tick
from app.db import Database
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster

PRESENT = Tick("present")
ALL = {"J1": PRESENT, "J2": PRESENT, "J3": PRESENT, "J4": PRESENT}


def tick(database: Database, contest_id: str, ticks: dict[str, Tick], day: str = "第1天") -> int:
    return database.write(lambda s: service.record_attendance(s, "staff", contest_id=contest_id, day=day, ticks=ticks))


def test_record_attendance_appends_what_is_new_and_keeps_what_was(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id)
    assert tick(database, contest_id, ALL) == 4
    assert tick(database, contest_id, ALL) == 0
    assert tick(database, contest_id, ALL | {"J2": Tick("leave", " 发烧 ")}) == 1
    assert tick(database, contest_id, ALL, "第2天") == 4
    with database.read() as session:
        newest = queries.attendance(session, contest_id)
        assert (newest["J2", "第1天"].state, newest["J2", "第1天"].reason) == ("leave", "发烧")
        assert newest["J2", "第2天"].state == "present"
        rows = session.exec(select(AttendanceRow).where(AttendanceRow.judge_id == "J2")).all()
        assert len(rows) == 3


def test_record_attendance_refuses_a_leave_without_reason_and_keeps_nothing_of_it(
    database: Database, contest_id: str
) -> None:
    with_roster(database, contest_id)
    with pytest.raises(service.LeaveWithoutReason) as refused:
        tick(database, contest_id, ALL | {"J3": Tick("leave", " "), "J4": Tick("leave")})
    assert refused.value.params == {"names": "李三、王四"}
    with pytest.raises(service.NoSuchDay):
        tick(database, contest_id, ALL, "第9天")
    with pytest.raises(service.NoSuchJudge):
        tick(database, contest_id, {"J9": PRESENT})
    with database.read() as session:
        assert queries.attendance(session, contest_id) == {}


def test_the_page_records_a_day_and_keeps_what_was_ticked_when_it_refuses(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    with_roster(app_database, contest_id)
    sign_in(zhou)
    address = f"/c/{contest_id}/attendance?day=第2天"
    form = {"state.J1": "present", "state.J2": "leave", "reason.J2": "", "state.J3": "present", "state.J4": "present"}
    refused = client.post(address, data=form)
    assert refused.status_code == 422
    assert 'name="state.J2" value="leave" checked' in refused.text
    assert client.post(address, data=form | {"reason.J2": "公务"}).status_code == 303
    assert 'value="公务"' in client.get(address).text
    assert client.post(address, data=form | {"do": "all_present"}).status_code == 303
    with app_database.read() as session:
        states = {judge: row.state for (judge, _), row in queries.attendance(session, contest_id).items()}
    assert states == dict.fromkeys(("J1", "J2", "J3", "J4"), "present")
    assert client.get(f"/c/{contest_id}/attendance?day=nie").status_code == 404
