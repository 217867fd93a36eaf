"""Applying an import: as a whole or not at all, again until something hangs on it."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import Session

from app.audit import now, verify
from app.contests import changes, queries, service
from app.contests.draft import Draft
from app.contests.intake import read_roster
from app.contests.schemas import Tick
from app.contests.template import MEDIA_TYPE
from app.contests.uses import uses
from app.db import Database
from app.judging.models import SheetRevision
from app.sync.models import Badge
from scoring.faults import Refused
from tests.app.contests import rosters
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster
from tests.app.contests.rosters import Sheets, small, texts, tour


def drafted(sheets: Sheets) -> Draft:
    reading = read_roster(tour(), texts(sheets))
    assert reading.faults == ()
    return reading.draft


def test_apply_import_puts_in_what_the_draft_holds(database: Database, contest_id: str) -> None:
    counts = with_roster(database, contest_id)
    assert counts == {"units": 2, "entries": 3, "judges": 4, "priors": 2}
    with database.read() as session:
        assert queries.imported(session, contest_id) == drafted(small())
        assert [prior.value for prior in queries.priors(session, contest_id)]
        assert list(verify(session, contest_id)) == []


def test_a_draft_changes_nothing_and_is_applied_once(database: Database, contest_id: str) -> None:
    def keep(sheets: Sheets) -> int:
        return database.write(lambda s: service.draft_import(s, "o", contest_id=contest_id, draft=drafted(sheets)))

    def put(rev: int) -> dict[str, int]:
        return database.write(lambda s: service.apply_import(s, "o", contest_id=contest_id, rev=rev))

    older, newer = keep(rosters.large()), keep(small())
    with database.read() as session:
        assert queries.units(session, contest_id) == []
    with pytest.raises(service.NoDraft):
        put(older)
    assert put(newer)["units"] == 2
    with pytest.raises(service.NoDraft):
        put(newer)


def test_a_second_import_replaces_everything(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id, rosters.large())
    changed = small()
    changed["参评单位"][1][1], changed["参评单位"][2][1] = "清江市", "云岭县"
    with_roster(database, contest_id, changed)
    with database.read() as session:
        assert queries.imported(session, contest_id) == drafted(changed)


def attendance(session: Session, contest_id: str) -> None:
    ticks = {"J1": Tick("present")}
    service.record_attendance(session, "o", contest_id=contest_id, day="第1天", ticks=ticks)


def a_sheet(session: Session, contest_id: str) -> None:
    session.add(
        SheetRevision(
            contest_id=contest_id, revision_id="r", server_rev=1, judge_id="J3", entry_id="E1", kind="draft",
            ticks="[]", origin="phone", marked_at=now(), came_at=now(), digest="d",
        )
    )  # fmt: skip


@pytest.mark.parametrize("begins", [attendance, a_sheet])
def test_a_draft_from_before_the_start_tears_nothing_off_after_it(
    database: Database, contest_id: str, begins: Callable[[Session, str], None]
) -> None:
    with_roster(database, contest_id)
    emptier = small()
    emptier["评委"] = [emptier["评委"][0], emptier["评委"][2]]
    emptier["参评项目"].pop(1)
    rev = database.write(lambda s: service.draft_import(s, "o", contest_id=contest_id, draft=drafted(emptier)))
    database.write(lambda s: begins(s, contest_id))
    with pytest.raises(Refused):
        database.write(lambda s: service.apply_import(s, "o", contest_id=contest_id, rev=rev))
    with database.read() as session:
        assert queries.imported(session, contest_id) == drafted(small())


def test_attendance_of_another_contest_hinders_nobody(database: Database, organiser: str, contest_id: str) -> None:
    other = a_contest(database, organiser)
    with_roster(database, other)
    database.write(lambda s: attendance(s, other))
    with_roster(database, contest_id)


def put_in_above(sheets: Sheets) -> None:
    """A new judge gets number 1, and everybody moves down by one."""
    for row in sheets["评委"][1:]:
        row[0] = int(str(row[0])) + 1
    sheets["评委"].append([1, "新来", "", "", "", ""])


def test_a_number_with_a_badge_stays_with_its_judge(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id)
    database.write(lambda s: s.add(Badge(contest_id=contest_id, code_hash="h", judge_id="J3", made_at=now())))
    moved, gone, corrected = small(), small(), small()
    put_in_above(moved)
    gone["评委"].pop(3)
    corrected["评委"][3][1] = "李叁"
    for sheets, code in ((moved, "import.judge_in_use"), (gone, "import.judge_gone")):
        with pytest.raises(Refused) as refused:
            with_roster(database, contest_id, sheets)
        assert [(f.code, f.params["number"], f.params["name"]) for f in refused.value.faults] == [(code, 3, "李三")]
    with database.read() as session:
        there, used = queries.imported(session, contest_id), uses(session, contest_id)
        renamed = changes.renamed(there, drafted(corrected), used)
        assert [(f.code, f.params["now"]) for f in renamed] == [("import.judge_renamed", "李叁")]
    with_roster(database, contest_id, corrected)
    with database.read() as session:
        assert queries.judges(session, contest_id)[2].name == "李叁"


def test_a_recusal_keeps_pointing_at_the_same_unit(database: Database, contest_id: str) -> None:
    with_roster(database, contest_id)
    database.write(
        lambda s: service.add_recusal(s, "o", contest_id=contest_id, judge_id="J3", unit_id="U1", reason="亲属")
    )
    changed = small()
    changed["参评单位"][1][1], changed["参评单位"][2][1] = "清江市", "云岭县"
    with pytest.raises(Refused) as refused:
        with_roster(database, contest_id, changed)
    assert [(fault.code, fault.params["cell"]) for fault in refused.value.faults] == [("import.unit_in_use", "A2")]
    with_roster(database, contest_id)


def test_the_pages_lead_from_the_template_over_the_preview_to_the_roster(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    sign_in(zhou)
    address = f"/c/{contest_id}/import"
    assert client.get(f"{address}/template.xlsx").headers["content-type"] == MEDIA_TYPE

    def upload(content: bytes) -> tuple[int, str, str]:
        answer = client.post(address, files={"workbook": ("名单.xlsx", content, MEDIA_TYPE)})
        return answer.status_code, answer.text, answer.headers.get("location", "")

    wrong = small()
    wrong["参评项目"][2][3] = "实践锁"
    status, page, _ = upload(rosters.workbook(wrong))
    assert status == 422
    assert re.findall('<b class="cell">([^<]+)</b>', page) == ["D3"]
    for content in (b"", b"no workbook", b"PK\x03\x04broken"):
        assert upload(content)[0] == 422
    status, _, preview = upload(rosters.workbook(small()))
    assert status == 303
    page = client.get(preview).text
    for shown in ("水坪镇实践所", "09:05", "4567", "云岭县评委组", "新时代文明实践所", "95.5", "某文12号"):
        assert shown in page
    assert "13800004567" not in page
    with app_database.read() as session:
        assert queries.units(session, contest_id) == []
    assert client.post(f"{preview}/application").headers["location"] == f"/c/{contest_id}"
    assert client.post(f"{preview}/application").status_code == 404
    assert client.get(preview).status_code == 404
    assert "水坪镇实践所" in client.get(address).text
    desk = client.get(f"/c/{contest_id}").text
    assert re.findall("<dd>([^<]+)</dd>", desk) == ["2", "3", "4", "7"]


def test_a_draft_holds_no_whole_phone_number(database: Database, contest_id: str) -> None:
    database.write(lambda s: service.draft_import(s, "o", contest_id=contest_id, draft=drafted(small())))
    with database.read() as session:
        assert "13800004567" not in str(session.connection().execute(text("SELECT body FROM draft_import")).scalar())
