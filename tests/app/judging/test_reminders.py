"""The list of whom to remind, by bus and aide: the very people and sheets that the board counts."""

from collections import Counter
from io import BytesIO

from pypdf import PdfReader
from sqlmodel import Session

from app.contests.models import JudgeRow
from app.judging.board import board
from app.judging.queries import handed_in
from app.judging.reminders import by_bus
from tests.app.sync.field import Field

BUSES = {"J1": "甲车", "J2": "甲车", "J3": "乙车", "J4": ""}
NAMES = {"J1": "赵云岭", "J2": "钱清江", "J3": "孙长河", "J4": "李远山"}


def on_buses(field: Field) -> None:
    def deed(session: Session) -> None:
        for judge, bus in BUSES.items():
            row = session.get_one(JudgeRow, ("c1", judge))
            row.bus, row.name, row.aide = bus, NAMES[judge], "小李" if judge in ("J1", "J2") else ""

    field.database.write(deed)


def test_the_list_agrees_with_due_received_missing_and_unknown_of_the_board(field: Field) -> None:
    on_buses(field)
    phones = {judge: field.phone(judge) for judge in BUSES}
    phones["J2"].hand_over(phones["J2"].sheet("P1"))
    phones["J3"].hand_over(phones["J3"].sheet("P1"), phones["J3"].sheet("P2"))
    phones["J4"].hand_over(phones["J4"].sheet("P1"), waiting=2)  # and holds two more
    with field.database.read() as session:
        page, buses, handed = board(session, "c1"), by_bus(session, "c1"), handed_in(session, "c1")
    assert [bus.name for bus in buses] == ["甲车", ""]
    listed = {one.judge.id: one for bus in buses for aide in bus.aides for one in aide.reminders}
    lines = [line for part in page.parts for line in part.lines]
    missing = Counter(entry for one in listed.values() for entry in one.missing)
    assert missing == Counter({line.entry.name: line.missing for line in lines if line.missing})
    assert sum(line.due for line in lines if line.begun) == sum(line.received for line in lines) + missing.total()
    unknown = {judge for stop in handed.stops if stop.begun for judge in stop.unknown}
    assert unknown == {"J4"} == {judge for judge, one in listed.items() if one.doubt}
    assert set(listed) == {"J1", "J4"}  # J2 marks nothing else that has begun, J3 lacks nothing
    assert [(aide.name, [one.judge.id for one in aide.reminders]) for aide in buses[0].aides] == [("小李", ["J1"])]


def test_the_page_and_the_paper_hold_the_same_people_a_page_for_each_bus(field: Field) -> None:
    on_buses(field)
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1"), phone.sheet("P2"))
    staff = field.signed_in("staff")
    page = staff.get("/c/c1/reminders").text
    assert [name for name in NAMES.values() if name in page] == ["赵云岭", "钱清江", "李远山"]
    paper = PdfReader(BytesIO(staff.get("/c/c1/print/reminders.pdf").content))
    first, second = ("".join(leaf.extract_text().split()) for leaf in paper.pages)
    assert [name for name in ("甲车", *NAMES.values()) if name in first] == ["甲车", "赵云岭", "钱清江"]
    assert [name for name in ("未注明乘车", *NAMES.values()) if name in second] == ["未注明乘车", "李远山"]
    assert field.signed_in("tallier").get("/c/c1/reminders").status_code == 403


def test_with_nothing_missing_there_is_nobody_to_remind(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert "没有人" in organiser.get("/c/c1/reminders").text
    assert organiser.get("/c/c1/print/reminders.pdf").status_code == 404
