"""The roster after the start: what may be corrected, what stays and why, and a judge who comes late."""

import json
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from app.audit import AuditPayload, AuditRow, now, verify
from app.contests import queries, service
from app.contests.changes import compared
from app.contests.intake import read_roster
from app.contests.models import AttendanceRow
from app.contests.schemas import Tick
from app.contests.template import MEDIA_TYPE
from app.db import Database
from app.judging.models import DecisionRow, SheetRevision
from app.judging.service import collect
from app.settings import Settings
from app.sync import badges
from app.sync.models import Arrival, Device
from app.workbook import sheets_of
from scoring.faults import Refused
from tests.app.contests import rosters
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster
from tests.app.contests.rosters import Sheets, small, texts, tour
from tests.app.judging.by_two import add_decision
from tests.app.sync.field import Phone

Edit = Callable[[Sheets], object]


def a_mark(session: Session, contest_id: str, judge: str = "J3", entry: str = "E1") -> None:
    session.add(
        SheetRevision(
            contest_id=contest_id, revision_id=f"{judge}{entry}", server_rev=1, judge_id=judge, entry_id=entry,
            kind="submitted", ticks="[]", origin="phone", marked_at=now(), came_at=now(), digest="d",
        )
    )  # fmt: skip


def begun(database: Database, contest_id: str) -> None:
    """All are present on the first day, and J3 has marked E1."""
    with_roster(database, contest_id)
    ticks = {f"J{n}": Tick("present") for n in (1, 2, 3, 4)}
    database.write(lambda s: service.record_attendance(s, "o", contest_id=contest_id, day="第1天", ticks=ticks))
    database.write(lambda s: a_mark(s, contest_id))


def refused(database: Database, contest_id: str, *edits: Edit) -> list[tuple[str, str, int, str]]:
    """Code, cell, row and sheet of everything that keeps the changed workbook from being applied."""
    sheets = small()
    for edit in edits:
        edit(sheets)
    with pytest.raises(Refused) as found:
        with_roster(database, contest_id, sheets)
    keys = ("cell", "row", "sheet")
    return [(fault.code, *(fault.params[key] for key in keys)) for fault in found.value.faults]  # type: ignore[misc]


def set_cell(sheet: str, line: int, column: int, value: object) -> Edit:
    """The cell as Excel counts it: row 1 holds the headings, column 0 is A."""

    def edit(sheets: Sheets) -> None:
        sheets[sheet][line - 1][column] = value

    return edit


def gone(sheet: str, line: int) -> Edit:
    return lambda sheets: sheets[sheet].pop(line - 1)


def more(sheet: str, *cells: object) -> Edit:
    return lambda sheets: sheets[sheet].append(list(cells))


def names_changed(sheets: Sheets) -> None:
    units = sheets["参评单位"]
    units[1][1], units[2][1] = units[2][1], units[1][1]


def test_words_are_corrected_and_everything_that_hangs_on_them_stays(database: Database, contest_id: str) -> None:
    begun(database, contest_id)
    sheets = small()
    for rows in (sheets["参评单位"], sheets["参评项目"], sheets["评委"], sheets["平时工作分"]):
        for row in rows:
            row[:] = ["云岭区" if cell == "云岭县" else cell for cell in row]
    for edit in (
        set_cell("参评项目", 2, 2, "水坪镇实践中心"),
        set_cell("参评项目", 2, 6, "15:40"),
        set_cell("参评项目", 2, 7, "水坪镇政府"),
        set_cell("评委", 4, 1, "李叁"),
        set_cell("评委", 4, 4, "9876"),
        set_cell("评委", 4, 5, "小王"),
    ):
        edit(sheets)
    with_roster(database, contest_id, sheets)
    reading = read_roster(tour(), texts(sheets))
    with database.read() as session:
        assert queries.imported(session, contest_id) == reading.draft
        assert len(queries.attendance(session, contest_id)) == 4
        assert session.get(SheetRevision, (contest_id, "J3E1")) is not None
        act = session.exec(
            select(AuditRow.rev).where(AuditRow.contest_id == contest_id, AuditRow.action == "apply_import")
            .order_by(col(AuditRow.rev).desc())
        ).first()  # fmt: skip
        told = json.loads(session.get_one(AuditPayload, (contest_id, act)).body)["changes"]
        assert list(verify(session, contest_id)) == []
    judge = next(one for one in told if one["sheet"] == "judges" and one["after"]["id"] == "J3")
    assert (judge["before"]["name"], judge["after"]["name"]) == ("李三", "李叁")
    assert [(one["before"]["name"], one["after"]["name"]) for one in told if one["sheet"] == "units"] == [
        ("云岭县", "云岭区")
    ]


def test_new_lines_are_added_and_unused_ones_go(database: Database, contest_id: str) -> None:
    begun(database, contest_id)
    sheets = small()
    for edit in (
        gone("参评项目", 3),
        gone("评委", 5),
        more("参评单位", 3, "松山县"),
        more("参评项目", 9, "松山县", "竹林镇实践所", "新时代文明实践所", "", "第2天", "", ""),
        more("平时工作分", "松山县", "91", ""),
    ):
        edit(sheets)
    # 王四 was present, so he is in use; without his attendance he could go.
    with pytest.raises(Refused) as found:
        with_roster(database, contest_id, sheets)
    assert [fault.code for fault in found.value.faults] == ["import.judge_gone"]
    sheets["评委"] = small()["评委"]
    with_roster(database, contest_id, sheets)
    with database.read() as session:
        assert [row.id for row in queries.entries(session, contest_id)] == ["E1", "E3", "E9"]
        assert [row.name for row in queries.units(session, contest_id)] == ["云岭县", "清江市", "松山县"]
        assert len(queries.priors(session, contest_id)) == 3


def test_every_change_that_would_tear_something_off_is_named_with_its_cell(database: Database, contest_id: str) -> None:
    begun(database, contest_id)
    cases: list[tuple[list[Edit], list[tuple[str, str, int, str]]]] = [
        ([gone("参评项目", 2)], [("import.entry_gone", "", 0, "参评项目")]),
        ([set_cell("参评项目", 2, 1, "清江市")], [("import.entry_marked", "B2", 2, "参评项目")]),
        ([set_cell("参评项目", 2, 3, "新时代文明实践站")], [("import.entry_marked", "D2", 2, "参评项目")]),
        ([set_cell("参评项目", 2, 5, "第2天")], [("import.entry_marked", "F2", 2, "参评项目")]),
        ([gone("评委", 4)], [("import.judge_gone", "", 0, "评委")]),
        ([set_cell("评委", 4, 2, "云岭县")], [("import.judge_marked", "C4", 4, "评委")]),
        ([set_cell("评委", 4, 3, "省直")], [("import.judge_marked", "D4", 4, "评委")]),
        (
            [set_cell("评委", 4, 1, "王四"), set_cell("评委", 5, 1, "李三")],
            [("import.judge_in_use", "A4", 4, "评委"), ("import.judge_in_use", "A5", 5, "评委")],
        ),
    ]
    for edits, expected in cases:
        assert refused(database, contest_id, *edits) == expected
    # Two names change places, and every other sheet goes with them: the marks of number 1 would be another county's.
    told = refused(database, contest_id, names_changed)
    assert ("import.unit_in_use", "A2", 2, "参评单位") in told
    with database.read() as session:
        assert queries.imported(session, contest_id) == read_roster(tour(), texts(small())).draft


def test_a_day_with_attendance_stays_in_the_itinerary(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id)
    ticks = {"J1": Tick("present")}
    database.write(lambda s: service.record_attendance(s, "o", contest_id=contest_id, day="第2天", ticks=ticks))
    assert refused(database, contest_id, set_cell("参评项目", 4, 5, "第3天")) == [
        ("import.day_recorded", "", 0, "参评项目")
    ]


def test_what_a_decision_or_a_quarantined_sheet_names_stays(database: Database, contest_id: str) -> None:
    begun(database, contest_id)

    def deed(session: Session) -> None:
        add_decision(
            session,
            DecisionRow(
                contest_id=contest_id, rev=900, number=1, kind="absence", subject="J4/E2", reason="-", by_person="o",
                at=now(),
            )
        )  # fmt: skip
        session.add(Device(contest_id=contest_id, id="d", judge_id="J4", token_hash="t", made_at=now()))  # noqa: S106
        session.flush()
        session.add(
            Arrival(
                contest_id=contest_id, revision_id="r", sha256="s", device_id="d", device_seq=1, kind="sheet",
                body='{"entry_id": "E3"}', way="batch", result="quarantined", reason="revoked_device", rev=901,
                at=now(),
            )
        )  # fmt: skip

    database.write(deed)
    for line in (3, 4):
        assert [code for code, *_ in refused(database, contest_id, gone("参评项目", line))] == ["import.entry_gone"]


def test_a_judge_who_comes_late_is_due_from_the_day_he_is_ticked_present(database: Database, contest_id: str) -> None:
    begun(database, contest_id)
    sheets = small()
    more("评委", 5, "赵五", "", "市直", "", "")(sheets)

    def due() -> list[str]:
        with database.read() as session:
            return [entry for judge, entry in queries.due(session, contest_id) if judge == "J5"]

    with_roster(database, contest_id, sheets)
    assert due() == ["E3"], "the first day has begun, the second has not"
    ticks = {"J5": Tick("present")}
    database.write(lambda s: service.record_attendance(s, "o", contest_id=contest_id, day="第1天", ticks=ticks))
    assert due() == ["E1", "E2", "E3"]
    with database.read() as session:
        rows = session.exec(
            select(AttendanceRow).where(AttendanceRow.judge_id == "J5").order_by(col(AttendanceRow.rev))
        )
        assert [(row.day, row.state) for row in rows] == [("第1天", "leave"), ("第1天", "present")]


def test_after_the_collection_only_words_are_corrected(database: Database, contest_id: str) -> None:
    begun(database, contest_id)
    database.write(lambda s: collect(s, "o", contest_id=contest_id))
    assert refused(database, contest_id, more("评委", 5, "赵五", "", "市直", "", "")) == [
        ("import.after_collection", "A6", 6, "评委")
    ]
    assert refused(database, contest_id, set_cell("平时工作分", 2, 1, "99")) == [
        ("import.after_collection", "A2", 2, "平时工作分")
    ]
    sheets = small()
    set_cell("评委", 4, 1, "李叁")(sheets)
    with_roster(database, contest_id, sheets)
    with database.read() as session:
        assert queries.judges(session, contest_id)[2].name == "李叁"


def test_a_draft_that_was_fine_when_it_was_read_is_held_against_what_stands_when_it_is_applied(
    database: Database, contest_id: str
) -> None:
    begun(database, contest_id)
    sheets = small()
    set_cell("评委", 2, 2, "清江市")(sheets)
    draft = read_roster(tour(), texts(sheets)).draft
    rev = database.write(lambda s: service.draft_import(s, "o", contest_id=contest_id, draft=draft))
    database.write(lambda s: a_mark(s, contest_id, "J1", "E2"))
    with pytest.raises(Refused) as found:
        database.write(lambda s: service.apply_import(s, "o", contest_id=contest_id, rev=rev))
    assert [(fault.code, fault.params["cell"]) for fault in found.value.faults] == [
        ("import.judge_marked", "C2"),
        ("import.judge_marked", "D2"),
    ]


def test_the_workbook_of_the_roster_reads_back_as_it_stands(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    with_roster(app_database, contest_id, rosters.large())
    sign_in(zhou)
    for language in ("zh", "en"):
        answer = client.get(f"/c/{contest_id}/import/roster.xlsx?lang={language}")
        assert answer.headers["content-type"] == MEDIA_TYPE
        reading = read_roster(tour(), sheets_of(answer.content, Settings(), most=20))
        assert reading.faults == ()
        with app_database.read() as session:
            assert compared(queries.imported(session, contest_id), reading.draft) == ()


def test_the_page_shows_what_would_change_and_makes_it_so(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    begun(app_database, contest_id)
    sign_in(zhou)

    def upload(*edits: Edit) -> tuple[int, str, str]:
        sheets = small()
        for edit in edits:
            edit(sheets)
        files = {"workbook": ("名单.xlsx", rosters.workbook(sheets), MEDIA_TYPE)}
        answer = client.post(f"/c/{contest_id}/import", files=files)
        return answer.status_code, answer.text, answer.headers.get("location", "")

    assert "活动已经开始" in client.get(f"/c/{contest_id}/import").text
    status, page, _ = upload(set_cell("评委", 4, 2, "云岭县"))
    assert (status, '<b class="cell">C4</b>' in page, "回避" in page) == (422, True, True)
    status, page, _ = upload()
    assert (status, "和现在的名单没有不同" in page) == (422, True)
    status, _, preview = upload(set_cell("评委", 4, 1, "李叁"), more("评委", 5, "赵五", "", "市直", "", ""))
    page = client.get(preview).text
    assert (status, "<del>李三</del>" in page, "<ins>李叁</ins>" in page, "赵五" in page) == (303, True, True, True)
    assert "第1天" in page
    assert client.post(f"{preview}/application").headers["location"] == f"/c/{contest_id}"
    with app_database.read() as session:
        assert [judge.name for judge in queries.judges(session, contest_id)] == ["张一", "张二", "李叁", "王四", "赵五"]
        assert queries.attendance(session, contest_id)["J5", "第1天"].reason == "中途加入"


def test_a_phone_that_has_its_package_is_told_of_a_corrected_name_and_a_new_entry(
    client: TestClient, app_database: Database
) -> None:
    contest_id = a_contest(app_database, a_person(app_database, "zhou"))
    begun(app_database, contest_id)
    phone = joined(client, app_database, contest_id, "J3")
    loaded = phone.hand_over()["package"]
    assert client.get(f"/j/{contest_id}/package").headers["etag"] == loaded
    sheets = small()
    set_cell("参评项目", 2, 2, "水坪镇实践中心")(sheets)
    more("参评项目", 9, "清江市", "竹林镇实践所", "新时代文明实践所", "", "第2天", "", "")(sheets)
    set_cell("评委", 4, 1, "李叁")(sheets)
    with_roster(app_database, contest_id, sheets)
    client.app.state.frames.clear()  # type: ignore[attr-defined]  # kept for some seconds: the contact after that is told
    assert phone.hand_over()["package"] != loaded
    package = phone.package()
    assert package["judge"]["name"] == "李叁"
    assert [entry["name"] for entry in package["entries"]] == ["水坪镇实践中心", "好人广场", "路演", "竹林镇实践所"]


def joined(client: TestClient, database: Database, contest_id: str, judge: str) -> Phone:
    codes = database.write(lambda s: badges.issue_badges(s, "o", contest_id=contest_id, judges=[judge]))
    offered = badges.prospect()
    whose = {"contest_id": contest_id, "code": codes[judge], "digits": "", "label": "iPhone"}
    database.write(lambda s: badges.confirm_badge(s, **whose, offered=offered))
    client.cookies.set("fieldmark_device", offered.cookie, path=f"/j/{contest_id}/")
    return Phone(client, contest_id, judge, offered.id, offered.cookie)
