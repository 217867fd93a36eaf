"""The organiser calls for material, shares it out, sees who has handed in and who reviews, and replaces a judge."""

import re

from fastapi.testclient import TestClient
from sqlmodel import select

from app.contests.models import EntryRow, MaterialCall
from tests.app.issues.lists import liaison
from tests.app.material.papers import PDF, called, send
from tests.app.sync.field import Field, arrivals

DESK = "/c/c1/material"
CALL = {
    "part": "onsite", "due_at": "2099-01-01T18:00", "most_files": "5", "document_mb": "20", "video_mb": "0",
}  # fmt: skip


def calls(field: Field) -> list[MaterialCall]:
    with field.database.read() as session:
        return list(session.exec(select(MaterialCall).order_by(MaterialCall.rev)))  # type: ignore[arg-type]


def assigned(field: Field) -> dict[str, set[str]]:
    with field.database.read() as session:
        return {
            row.id: set(row.judges.split(";")) - {""}
            for row in session.exec(select(EntryRow))
            if row.contest_id == "c1"
        }


def text(client: TestClient, path: str = DESK) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).text))


def test_a_deadline_is_set_on_the_contests_clock_and_changed_with_a_reason(field: Field) -> None:
    desk = field.signed_in("organiser")
    assert desk.post(DESK, data=CALL).status_code == 303
    assert calls(field)[0].due_at == "2099-01-01T10:00:00.000000Z"
    assert f'href="{DESK}"' in desk.get("/c/c1").text
    later = {**CALL, "due_at": "2099-01-02T18:00"}
    refused = desk.post(DESK, data=later)
    assert (refused.status_code, "2099-01-02T18:00" in refused.text, len(calls(field))) == (422, True, 1)
    assert desk.post(DESK, data={**later, "reason": "停电一天"}).status_code == 303
    assert [(one.version, one.reason) for one in calls(field)] == [(1, ""), (2, "停电一天")]
    assert desk.post(DESK, data={**CALL, "due_at": "soon", "reason": "停电"}).status_code == 422
    assert desk.post(DESK, data={**CALL, "part": "ordinary"}).status_code == 404


def test_units_get_their_links_as_soon_as_material_is_called_for(field: Field) -> None:
    desk = field.signed_in("organiser")
    assert desk.post("/c/c1/counties", data={"which": "A"}).status_code == 409
    desk.post(DESK, data=CALL)
    assert "材料" in liaison(field, "A").get("/county/c1").text


def test_the_page_says_who_has_not_handed_in_and_who_reviews_what(field: Field) -> None:
    called(field)
    send(liaison(field, "A"), "/county/c1/material/P1", "a.pdf", PDF)
    desk = field.signed_in("organiser")
    assert "4 个项目中有 1 个已报送" in text(desk)
    assert ["云岭县（项目1）" in text(desk), "云岭县（项目3）" in text(desk)] == [False, True]
    assert desk.post(f"{DESK}/sharing", data={"part": "onsite", "each": "2"}).status_code == 303
    given = assigned(field)
    assert {entry: len(judges) for entry, judges in given.items()} == {
        "P1": 2, "P2": 2, "P3": 2, "P4": 2, "AR": 0, "BR": 0,
    }  # fmt: skip
    assert "J1" not in given["P1"] | given["P3"]
    assert "J2" not in given["P2"] | given["P4"]
    load = [sum(judge in judges for judges in given.values()) for judge in ("J1", "J2", "J3", "J4")]
    assert load == [2, 2, 2, 2]


def test_entries_are_shared_out_also_after_material_has_come_and_badges_are_out(field: Field) -> None:
    """Material begins nothing: as long as nobody has marked, who marks what may change."""
    called(field)
    for judge in ("J1", "J3", "J4"):
        field.phone(judge)
    send(liaison(field, "A"), "/county/c1/material/P1", "a.pdf", PDF)
    desk = field.signed_in("organiser")
    assert desk.post(f"{DESK}/sharing", data={"part": "onsite", "each": "1"}).status_code == 303
    assert {len(judges) for entry, judges in assigned(field).items() if entry.startswith("P")} == {1}


def test_a_judge_who_drops_out_keeps_what_he_marked_and_his_open_ones_go_to_others(field: Field) -> None:
    called(field)
    desk = field.signed_in("organiser")
    desk.post(f"{DESK}/sharing", data={"part": "onsite", "each": "2"})
    before = assigned(field)
    mine = sorted(entry for entry, judges in before.items() if "J3" in judges)
    phone = field.phone("J3")
    assert phone.outcome(phone.sheet(mine[0])) == ("stored", "")
    form = {"part": "onsite", "judge": "J3"}
    assert desk.post(f"{DESK}/passing-on", data=form).status_code == 422
    assert assigned(field) == before
    assert desk.post(f"{DESK}/passing-on", data={**form, "reason": "住院"}).status_code == 303
    after = assigned(field)
    assert {entry for entry in after if after[entry] != before[entry]} == set(mine[1:])
    for entry in mine[1:]:
        assert "J3" not in after[entry]
        assert len(after[entry]) == 2
        assert before[entry] - {"J3"} < after[entry]
    # What his phone still sends for the others is kept as it came, and does not count.
    assert phone.outcome(phone.sheet(mine[1]))[0] == "rejected"
    assert [one.result for one in arrivals(field)] == ["stored", "rejected"]
    assert "J3" in after[mine[0]]
