"""回避 asked for on a phone: a request until the organiser answers it, and then a row of the one table of recusals."""

import re
from typing import Any
from uuid import uuid4

from sqlmodel import Session, select

from app import audit
from app.contests import queries
from app.contests.models import RecusalRow
from app.judging.board import board
from app.judging.models import RecusalAnswer, RecusalRequest
from app.judging.queries import current, current_sheets
from app.judging.service import collect
from tests.app.sync.field import Field, Phone

WHY = "我爱人在这个单位工作"


def asks(phone: Phone, entry: str = "P1", reason: str = WHY) -> dict[str, Any]:
    phone.seq += 1
    return {
        "kind": "recusal", "revision_id": str(uuid4()), "device_seq": phone.seq, "entry_id": entry, "reason": reason,
        "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0,
    }  # fmt: skip


def told(phone: Phone, entry: str = "P1") -> tuple[bool, str, str]:
    """Whether the package says that he is recused, and what of his request."""
    one = next(one for one in phone.package()["entries"] if one["id"] == entry)
    asked = one.get("asked", {})
    return one["recused"], asked.get("state", ""), asked.get("reason", "")


def due(field: Field) -> set[tuple[str, str]]:
    with field.database.read() as session:
        return set(queries.due(session, "c1"))


def counted(field: Field) -> set[tuple[str, str]]:
    with field.database.read() as session:
        return {(one.judge, one.entry) for one in current_sheets(session, "c1")}


def test_a_request_binds_nobody_until_the_organiser_confirms_it(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    first, request = phone.package, asks(phone)
    assert first()["entries"]
    assert phone.outcome(request) == ("stored", "")
    assert phone.outcome(request) == ("duplicate", "")
    assert ("J3", "P1") in due(field)
    assert told(phone) == (False, "open", "")
    for page in ("", "/board", "/recusals"):
        assert "1 位评委申请回避" in organiser.get(f"/c/c1{page}").text, page
    before = phone.hand_over()["package"]
    assert organiser.post(f"/c/c1/recusals/asked/{request['revision_id']}/confirmation").status_code == 303
    assert ("J3", "P1") not in due(field)
    assert told(phone) == (True, "", "")
    assert phone.hand_over()["package"] != before  # so that the phone asks for it
    assert phone.outcome(phone.sheet("P1")) == ("rejected", "recused")
    with field.database.read() as session:
        [row] = session.exec(select(RecusalRow))
        assert (row.judge_id, row.entry_id, row.reason) == ("J3", "P1", WHY)
        assert board(session, "c1").asked == 0
        assert list(audit.verify(session, "c1")) == []
    page = organiser.get("/c/c1/recusals").text
    assert "评委本人申报，组织者 确认" in page
    assert organiser.post(f"/c/c1/recusals/asked/{request['revision_id']}/confirmation").status_code == 409


def test_a_declined_request_is_told_with_the_reason_and_may_be_made_again(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    request = asks(phone)
    phone.hand_over(request)
    before = phone.hand_over()["package"]
    address = f"/c/c1/recusals/asked/{request['revision_id']}/declining"
    assert organiser.post(address, data={"reason": " "}).status_code == 422
    assert organiser.post(address, data={"reason": "不属于回避情形"}).status_code == 303
    assert told(phone) == (False, "declined", "不属于回避情形")
    assert phone.hand_over()["package"] != before
    assert ("J3", "P1") in due(field)
    assert "不属于回避情形" in organiser.get("/c/c1/recusals").text
    assert phone.outcome(asks(phone, reason="与负责人是亲属")) == ("stored", "")
    assert told(phone) == (False, "open", "")


def test_marks_given_before_are_kept_and_do_not_count(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    phone.hand_over(phone.sheet("P1"), phone.sheet("P2"))
    request = asks(phone)
    phone.hand_over(request)
    assert counted(field) == {("J3", "P1"), ("J3", "P2")}
    assert "已交过这个项目的评分表" in organiser.get("/c/c1/recusals").text
    organiser.post(f"/c/c1/recusals/asked/{request['revision_id']}/confirmation")
    assert counted(field) == {("J3", "P2")}
    with field.database.read() as session:
        assert set(current(session, "c1")) == {("J3", "P1"), ("J3", "P2")}
    page = organiser.get("/c/c1/recusals").text
    assert "1 份评分表保留，不计分" in page
    [lifting] = re.findall('action="([^"]+/lifting)"', page)
    organiser.post(lifting, data={"reason": "误报"})
    assert counted(field) == {("J3", "P1"), ("J3", "P2")}


def test_who_is_recused_after_the_collection_has_a_sheet_that_people_decide_about(field: Field) -> None:
    phone, organiser = field.phone("J3"), field.signed_in("organiser")
    phone.hand_over(phone.sheet("P1"))
    field.database.write(lambda s: collect(s, "o", contest_id="c1"))
    request = asks(phone)
    assert phone.outcome(request) == ("stored", "")
    organiser.post(f"/c/c1/recusals/asked/{request['revision_id']}/confirmation")
    assert counted(field) == {("J3", "P1")}  # it contradicts the recusal, and nothing is computed until that is settled


def test_what_makes_no_sense_is_rejected_and_asks_nobody(field: Field) -> None:
    own, phone = field.phone("J1"), field.phone("J3")
    assert own.outcome(asks(own)) == ("rejected", "recused")  # his own county: by the scheme already
    assert phone.outcome(asks(phone, entry="P9")) == ("rejected", "unknown_entry")
    assert phone.outcome(asks(phone, reason=" ")) == ("rejected", "unreadable")
    field.revoke(phone)
    assert phone.outcome(asks(phone)) == ("quarantined", "revoked_device")

    def rows(session: Session) -> list[object]:
        return [*session.exec(select(RecusalRequest)), *session.exec(select(RecusalAnswer))]

    with field.database.read() as session:
        assert rows(session) == []


def test_the_page_lists_who_does_not_mark_what_by_whose_word_and_why(field: Field) -> None:
    organiser, steward = field.signed_in("organiser"), field.signed_in("steward")
    form = {"judge": "J4", "subject": "unit.B", "reason": "曾在该市任职"}
    assert organiser.post("/c/c1/recusals", data=form).status_code == 303
    phone = field.phone("J3")
    request = asks(phone)
    phone.hand_over(request)
    for reader in (organiser, steward):
        page = reader.get("/c/c1/recusals").text
        for words in ("曾在该市任职", "组织者 指令", "2 位评委不评本单位", "1 评委1 · 云岭县", WHY):
            assert words in page, words
    assert "/confirmation" in organiser.get("/c/c1/recusals").text
    assert "/confirmation" not in steward.get("/c/c1/recusals").text
