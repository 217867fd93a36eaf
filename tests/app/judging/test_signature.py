"""Signatures on glass: what they cover, what waits for one, what is asked of judges, and who sees the drawing."""

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select, text, update

from app.contests.models import Contest
from app.judging.decision_queries import undecided
from app.judging.decisions import CollectFirst, admit_sheets, reject_sheets
from app.judging.models import SheetRevision
from app.judging.queries import current, rebuilt
from app.judging.service import collect
from app.judging.signature_queries import unsigned
from app.judging.signatures import NotUnsigned, waive_signatures
from app.results.blockers import blockers
from scoring.canonical import canonical
from scoring.scheme import read_scheme
from tests.app.judging.by_two import by_two, confirm_all
from tests.app.sync.field import SCHEME, Field, Phone, ticks

GLASS = SCHEME.replace('lock = "collection"', 'lock = "collection"\nsignature = "glass"')
RULE = read_scheme(GLASS)
assert RULE.publication.signature == "glass"


@pytest.fixture
def glass(field: Field) -> Field:
    """The field, where judges sign."""
    told = {"scheme": GLASS, "scheme_digest": RULE.digest}
    field.database.write(lambda s: s.execute(update(Contest).where(col(Contest.id) == "c1").values(**told)))
    return field


def sheet(phone: Phone, entry: str = "P1", above: int = 0, **other: Any) -> dict[str, Any]:  # noqa: ANN401
    return phone.sheet(entry, ticks(entry, above=above), scheme_digest=RULE.digest, **other)


def line(record: dict[str, Any]) -> dict[str, str]:
    """What a signature says of a sheet's record."""
    digest = hashlib.sha256(canonical(record)).hexdigest()
    return {"entry_id": record["entry_id"], "revision_id": record["revision_id"], "digest": digest}


def signature(phone: Phone, *sheets: dict[str, Any], **other: Any) -> dict[str, Any]:  # noqa: ANN401
    phone.seq += 1
    return {
        "kind": "signature", "revision_id": str(uuid4()), "device_seq": phone.seq, "way": "drawn", "name": "",
        "covers": [line(one) for one in sheets], "strokes": [[0, 0, 1000, 400], [500, 200]],
        "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0, **other,
    }  # fmt: skip


def counting(field: Field, judge: str = "J3", entry: str = "P1") -> str:
    """The revision that counts; the fold from what arrived agrees."""
    with field.database.read() as session:
        assert current(session, "c1") == rebuilt(session, "c1")
        found = current(session, "c1").get((judge, entry))
    return found.revision_id if found else ""


def lacking(field: Field) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Per judge what he has not signed, and what of it in an earlier version only."""
    with field.database.read() as session:
        return {one.judge_id: (one.entries, one.stale) for one in unsigned(session, "c1")}


def waiting(field: Field) -> list[tuple[str, str]]:
    with field.database.read() as session:
        return [(one.revision_id, one.reason) for one in undecided(session, "c1")]


def test_a_sheet_counts_unsigned_and_its_judge_is_asked_until_he_signs(glass: Field) -> None:
    phone = glass.phone("J3")
    one, two = sheet(phone, "P1"), sheet(phone, "P2")
    assert [told["result"] for told in phone.hand_over(one, two)["results"]] == ["stored", "stored"]
    assert counting(glass) == one["revision_id"]
    assert lacking(glass) == {"J3": (("P1", "P2"), ())}
    assert [told["entry"] for told in phone.package()["unsigned"]] == ["P1", "P2"]
    assert phone.package()["unsigned"][0] == {"entry": "P1"} | {k: line(one)[k] for k in ("revision_id", "digest")}
    assert phone.outcome(signature(phone, one)) == ("stored", "")
    assert lacking(glass) == {"J3": (("P2",), ())}
    assert [told["entry"] for told in phone.package()["unsigned"]] == ["P2"]


def test_a_changed_sheet_and_its_new_signature_in_one_batch_count_at_once(glass: Field) -> None:
    phone = glass.phone("J3")
    first = sheet(phone)
    phone.hand_over(first, signature(phone, first))
    second = sheet(phone, above=1)
    results = phone.hand_over(second, signature(phone, second))["results"]
    told = {one["revision_id"]: (one["result"], one["reason"]) for one in results}
    assert told[second["revision_id"]] == ("stored", "")
    assert counting(glass) == second["revision_id"]
    assert (lacking(glass), waiting(glass)) == ({}, [])


def test_what_changes_a_signed_sheet_waits_and_what_was_signed_counts_on(glass: Field) -> None:
    phone = glass.phone("J3")
    first = sheet(phone)
    phone.hand_over(first, signature(phone, first))
    second = sheet(phone, above=1)
    assert phone.outcome(second) == ("quarantined", "after_signature")
    assert counting(glass) == first["revision_id"]
    assert waiting(glass) == [(second["revision_id"], "after_signature")]
    later = signature(phone, second)
    assert phone.outcome(later) == ("stored", "")
    assert counting(glass) == second["revision_id"]
    assert (lacking(glass), waiting(glass)) == ({}, [])
    assert phone.outcome(later) == ("duplicate", "")
    assert phone.outcome(signature(phone, second)) == ("stored", "")
    third = sheet(phone, above=2)
    assert phone.outcome(third) == ("quarantined", "after_signature")
    assert counting(glass) == second["revision_id"]


def test_a_draft_is_never_held_back(glass: Field) -> None:
    phone = glass.phone("J3")
    first = sheet(phone)
    phone.hand_over(first, signature(phone, first))
    assert phone.outcome(sheet(phone, above=1, state="draft")) == ("stored", "")


def test_another_phone_of_the_judge_cannot_replace_what_he_signed_without_signing(glass: Field) -> None:
    one, two = glass.phone("J3"), glass.phone("J3")
    first = sheet(one)
    answer = one.hand_over(first, signature(one, first))
    second = sheet(two, above=1, based_on=answer["server_rev"])
    assert two.outcome(second) == ("quarantined", "after_signature")
    assert counting(glass) == first["revision_id"]
    assert two.outcome(signature(two, second)) == ("stored", "")
    assert counting(glass) == second["revision_id"]
    assert [told["revision_id"] for told in one.hand_over()["changes"]] == [second["revision_id"]]


def test_a_signature_on_one_phone_makes_the_judges_other_phone_fetch_what_is_unsigned(glass: Field) -> None:
    one, two, another = glass.phone("J3"), glass.phone("J3"), glass.phone("J4")
    made = sheet(one)
    one.hand_over(made)
    phones = (one, two, another)
    before = [phone.hand_over()["package"] for phone in phones]
    assert [told["entry"] for told in one.package()["unsigned"]] == ["P1"]
    assert two.outcome(signature(two, made)) == ("stored", "")
    after = [phone.hand_over()["package"] for phone in phones]
    assert [then != tag for then, tag in zip(after, before, strict=True)] == [True, False, False]
    assert one.package()["unsigned"] == []


def test_a_signature_does_not_settle_two_sheets_that_differ(glass: Field) -> None:
    """What waits on one phone is signed after the other phone signed other marks: the judge has still to say which."""
    one, two = glass.phone("J3"), glass.phone("J3")
    first = sheet(one)
    rev = one.hand_over(first, signature(one, first))["server_rev"]
    second = sheet(one, above=1)
    assert one.outcome(second) == ("quarantined", "after_signature")
    third = sheet(two, above=2, based_on=rev)
    two.hand_over(third, signature(two, third))
    assert counting(glass) == third["revision_id"]
    assert one.outcome(signature(one, second)) == ("stored", "held")
    assert counting(glass) == third["revision_id"]
    assert waiting(glass) == [(second["revision_id"], "after_signature")]


def test_a_sheet_that_was_never_signed_is_replaced_as_ever_and_an_old_signature_is_stale(glass: Field) -> None:
    phone = glass.phone("J3")
    first, second = sheet(phone), sheet(phone, above=1)
    phone.hand_over(first, second)
    assert phone.outcome(signature(phone, first)) == ("stored", "")
    assert counting(glass) == second["revision_id"]
    assert lacking(glass) == {"J3": (("P1",), ("P1",))}


def test_a_signature_may_come_before_its_sheet_and_needs_the_right_digest(glass: Field) -> None:
    phone = glass.phone("J3")
    first = sheet(phone)
    phone.hand_over(first, signature(phone, first))
    second = sheet(phone, above=1)
    wrong = signature(phone, second, covers=[line(second) | {"digest": "0" * 64}])
    assert phone.outcome(wrong) == ("stored", "")
    assert phone.outcome(second) == ("quarantined", "after_signature")
    third = sheet(phone, above=2)
    phone.hand_over(signature(phone, third))
    assert phone.outcome(third) == ("stored", "")
    assert counting(glass) == third["revision_id"]


def test_nobody_signs_for_another_judge(glass: Field) -> None:
    phone, other = glass.phone("J3"), glass.phone("J4")
    first = sheet(phone)
    phone.hand_over(first)
    assert other.outcome(signature(other, first)) == ("stored", "")
    assert lacking(glass) == {"J3": (("P1",), ())}
    phone.hand_over(signature(phone, first))
    second = sheet(phone, above=1)
    assert phone.outcome(second) == ("quarantined", "after_signature")
    assert other.outcome(signature(other, second)) == ("stored", "held")
    assert counting(glass) == first["revision_id"]


def test_after_the_collection_a_signature_is_kept_and_lets_nothing_in(glass: Field) -> None:
    phone = glass.phone("J3")
    first, other = sheet(phone), sheet(phone, "P2")
    phone.hand_over(first, signature(phone, first), other)
    second = sheet(phone, above=1)
    phone.hand_over(second)
    glass.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    assert phone.outcome(signature(phone, second, other)) == ("stored", "held")
    assert counting(glass) == first["revision_id"]
    assert lacking(glass) == {}
    assert waiting(glass) == [(second["revision_id"], "after_signature")]


@pytest.mark.parametrize("admits", [True, False])
def test_people_decide_about_what_was_changed_and_never_signed(glass: Field, admits: bool) -> None:  # noqa: FBT001
    phone = glass.phone("J3")
    first = sheet(phone)
    phone.hand_over(first, signature(phone, first))
    second = sheet(phone, above=1)
    phone.hand_over(second)
    glass.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    with glass.database.read() as session:
        assert "blocker.after_signature" in [one.fault.code for one in blockers(session, "c1")]
    settle = admit_sheets if admits else reject_sheets
    why = {"contest_id": "c1", "chosen": [second["revision_id"]], "reason": "评委电话确认"}
    by_two(glass.database, lambda session: settle(session, "organiser", **why))  # type: ignore[arg-type]
    assert counting(glass) == (second if admits else first)["revision_id"]
    assert (lacking(glass), waiting(glass)) == ({}, [])


def test_sealing_waits_for_signatures_or_for_a_decision_with_its_reason(glass: Field) -> None:
    phone = glass.phone("J3")
    first, second = sheet(phone), sheet(phone, above=1)
    phone.hand_over(first, second, sheet(phone, "P2"))
    phone.hand_over(signature(phone, first))
    with glass.database.read() as session:
        told = {one.fault.code: one.fault.params for one in blockers(session, "c1") if one.kind == "signature"}
    assert told["blocker.unsigned"]["entries"] == "项目2"
    assert told["blocker.signature_stale"]["entries"] == "项目1"
    organiser = glass.signed_in("organiser")
    assert "sheets are not signed" not in organiser.get("/c/c1/decisions").text
    waive = {"contest_id": "c1", "judges": ["J3"], "reason": "手写签名，见纸质记分表"}
    with pytest.raises(CollectFirst):
        glass.database.write(lambda session: waive_signatures(session, "organiser", **waive))  # type: ignore[arg-type]
    glass.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    form = {"judge": "J3", "reason": "手写签名", "document": "纸质记分表第3页"}
    assert organiser.post("/c/c1/decisions/signatures", data=form).status_code == 303
    assert list(lacking(glass)) == ["J3"]
    confirm_all(glass.database)
    assert lacking(glass) == {}
    page = organiser.get("/c/c1/decisions").text
    assert "无签名也计入" in page
    with pytest.raises(NotUnsigned):
        glass.database.write(lambda session: waive_signatures(session, "organiser", **waive))  # type: ignore[arg-type]
    with glass.database.read() as session:
        [rev] = session.exec(text("SELECT rev FROM decision WHERE kind = 'unsigned'")).one()  # type: ignore[call-overload]
    taken = organiser.post(f"/c/c1/decisions/{rev}/taking-back", data={"reason": "评委又能签了"})
    assert taken.status_code == 303
    assert lacking(glass) == {}
    confirm_all(glass.database)
    assert list(lacking(glass)) == ["J3"]


def test_paper_is_signed_on_paper(glass: Field) -> None:
    def deed(session: Session) -> None:
        session.add(
            SheetRevision(
                contest_id="c1", revision_id="paper", server_rev=1, judge_id="J3", entry_id="P1", kind="submitted",
                ticks=str(ticks("P1")), origin="paper", marked_at="", came_at="", digest="-",
            )
        )  # fmt: skip

    glass.database.write(deed)
    assert lacking(glass) == {}


def test_where_the_scheme_asks_for_none_a_signature_is_refused_and_nobody_is_asked(field: Field) -> None:
    phone = field.phone("J3")
    record = phone.sheet()
    phone.hand_over(record)
    assert phone.outcome(signature(phone, record)) == ("rejected", "not_asked")
    assert "unsigned" not in phone.package()
    assert lacking(field) == {}
    assert "/signatures" not in field.signed_in("organiser").get("/c/c1/board").text


def test_the_signature_of_a_revoked_phone_covers_nothing(glass: Field) -> None:
    phone = glass.phone("J3")
    first = sheet(phone)
    phone.hand_over(first)
    glass.revoke(phone)
    assert phone.outcome(signature(phone, first)) == ("quarantined", "revoked_device")
    assert lacking(glass) == {"J3": (("P1",), ())}


@pytest.mark.parametrize(
    "wrong",
    [
        {"covers": []},
        {"covers": "P1"},
        {"covers": [{"entry_id": "P1", "revision_id": "r", "digest": "short"}]},
        {"covers": [7]},
        {"strokes": []},
        {"strokes": [[1, 2, 3]]},
        {"strokes": [[]]},
        {"strokes": [[1, 401]]},
        {"strokes": [[1001, 1]]},
        {"strokes": [[-1, 1]]},
        {"strokes": [[True, 1]]},
        {"strokes": ["M0 0"]},
        {"strokes": [[1, 1]] * 101},
        {"strokes": [[1, 1] * 4001]},
        {"way": "typed", "strokes": [], "name": " "},
        {"way": "paper"},
    ],
)
def test_a_signature_that_signs_nothing_or_holds_no_strokes_is_refused(glass: Field, wrong: dict[str, Any]) -> None:
    phone = glass.phone("J3")
    record = sheet(phone)
    phone.hand_over(record)
    assert phone.outcome(signature(phone, record, **wrong)) == ("rejected", "unreadable")


def test_the_page_shows_drawings_and_typed_names_and_no_mark(glass: Field) -> None:
    phone, other = glass.phone("J3"), glass.phone("J4")
    first, second = sheet(phone), sheet(other, "P2")
    phone.hand_over(first, signature(phone, first))
    other.hand_over(second, signature(other, second, way="typed", strokes=[], name="评委<4>"), sheet(other, "P3"))
    page = glass.signed_in("steward").get("/c/c1/signatures").text
    assert '<path d="M0 0L1000 400 M500 200L500 200"/>' in page
    assert "评委&lt;4&gt;" in page
    assert "1 份未签名" in page
    assert glass.signed_in("tallier").get("/c/c1/signatures").status_code == 403
    board = glass.signed_in("organiser").get("/c/c1/board").text
    assert "/c/c1/signatures" in board
    assert "1 份未签名" in board
    assert "/c/c1/signatures" not in glass.signed_in("staff").get("/c/c1/board").text


@pytest.mark.parametrize("table", ["judge_signature", "signed_sheet"])
def test_what_was_signed_cannot_be_changed(glass: Field, table: str) -> None:
    phone = glass.phone("J3")
    first = sheet(phone)
    phone.hand_over(first, signature(phone, first))
    with pytest.raises(DBAPIError):
        glass.database.write(lambda session: session.execute(text(f"DELETE FROM {table}")))
    with glass.database.read() as session:
        assert session.scalar(select(SheetRevision.revision_id)) == first["revision_id"]
