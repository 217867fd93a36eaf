"""签到/请假: appended by day, only where something is new."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.contests import queries, service
from app.contests.models import AttendanceRow, JudgeRow
from app.contests.schemas import Tick
from app.db import Database
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster

PRESENT = Tick("present")
ALL = {"J1": PRESENT, "J2": PRESENT, "J3": PRESENT, "J4": PRESENT}


@pytest.fixture
def on_the_desk(app_database: Database, sign_in: SignIn) -> str:
    """A contest with the small roster, its organiser signed in."""
    zhou = a_person(app_database, "zhou")
    made = a_contest(app_database, zhou)
    with_roster(app_database, made)
    sign_in(zhou)
    return made


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
    client: TestClient, app_database: Database, on_the_desk: str
) -> None:
    address = f"/c/{on_the_desk}/attendance?day=第2天"
    form = {"state.J1": "present", "state.J2": "leave", "reason.J2": "", "state.J3": "present", "state.J4": "present"}
    refused = client.post(address, data=form)
    assert refused.status_code == 422
    assert 'name="state.J2" value="leave" checked' in refused.text
    assert client.post(address, data=form | {"reason.J2": "公务"}).status_code == 303
    assert 'value="公务"' in client.get(address).text
    assert client.post(address, data=form | {"do": "all_present"}).status_code == 303
    with app_database.read() as session:
        states = {judge: row.state for (judge, _), row in queries.attendance(session, on_the_desk).items()}
    assert states == dict.fromkeys(("J1", "J2", "J3", "J4"), "present")
    assert client.get(f"/c/{on_the_desk}/attendance?day=nie").status_code == 404


def test_a_bus_is_ticked_by_itself_and_the_other_bus_is_left_alone(
    client: TestClient, app_database: Database, on_the_desk: str
) -> None:
    address = f"/c/{on_the_desk}/attendance?day=第1天"
    assert "bus=" not in client.get(address).text  # a roster without buses shows none
    buses = {"J1": "1号车", "J2": "1号车", "J3": "2号车"}

    def on_buses(session: Session) -> None:
        for judge, bus in buses.items():
            session.get_one(JudgeRow, (on_the_desk, judge)).bus = bus

    app_database.write(on_buses)
    page = client.get(f"{address}&bus=1号车").text
    assert re.findall(r'name="state\.(J\d)" value="present"', page) == ["J1", "J2"]
    form = {"state.J1": "present", "state.J2": "present", "do": "all_present"}
    assert client.post(f"{address}&bus=1号车", data=form).status_code == 303
    with app_database.read() as session:
        assert set(queries.attendance(session, on_the_desk)) == {("J1", "第1天"), ("J2", "第1天")}
    nav = re.findall(r"<b>([^<]+)</b>\s*<span class=\"hint\">([^<]+)</span></a>", client.get(address).text)
    assert nav[-3:] == [("1号车", "已登记"), ("2号车", "未登记"), ("未注明乘车", "未登记")]
    assert client.get(f"{address}&bus=9号车").status_code == 404


def test_what_somebody_else_ticked_since_the_page_was_shown_is_not_ticked_over(
    client: TestClient, app_database: Database, on_the_desk: str
) -> None:
    address = f"/c/{on_the_desk}/attendance?day=第1天"

    def seen(page: str) -> str:
        [found] = re.findall(r'name="seen" value="(\d+)"', page)
        return str(found)

    before = seen(client.get(address).text)
    tick(app_database, on_the_desk, ALL | {"J2": Tick("leave", "发烧")})
    form = {f"state.{judge}": "present" for judge in ALL} | {"state.J4": "leave", "reason.J4": "公务", "seen": before}
    refused = client.post(address, data=form)
    assert refused.status_code == 409
    assert "张二、王四" in refused.text
    for kept in ('name="state.J2" value="leave" checked', 'value="发烧"'):  # as the other put it down
        assert kept in refused.text
    with app_database.read() as session:
        assert queries.attendance(session, on_the_desk)["J4", "第1天"].state == "present"
    again = form | {"state.J2": "leave", "reason.J2": "发烧", "seen": seen(refused.text)}
    assert client.post(address, data=again).status_code == 303
    with app_database.read() as session:
        rows = queries.attendance(session, on_the_desk)
    assert [rows[judge, "第1天"].reason for judge in ("J2", "J4")] == ["发烧", "公务"]
