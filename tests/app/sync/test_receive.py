"""A batch from a phone: every result, each once, and nothing said before it is committed."""

import base64
import hashlib
from typing import Any

import pytest
from sqlmodel import Session

from app import audit
from app.contests.models import RecusalRow
from scoring.canonical import canonical
from tests.app.sync.field import RULE, Field, Phone, arrivals, stored, ticks


def test_a_sheet_is_stored_with_receipt_revision_marker_and_echo(field: Field) -> None:
    phone = field.phone("J3")
    record = phone.sheet()
    answer = phone.hand_over(record, batch_id="b-1")
    receipt = base64.b32encode(hashlib.sha256(canonical(record)).digest()).decode()[:8]
    rev = answer["server_rev"]
    assert (answer["fieldmark"], answer["batch_id"], answer["collected"]) == ("batch/1", "b-1", False)
    assert answer["results"] == [
        {"revision_id": record["revision_id"], "result": "stored", "reason": "", "rev": rev, "receipt": receipt}
    ]
    [row] = stored(field)
    assert (row.judge_id, row.entry_id, row.kind, row.server_rev) == ("J3", "P1", "submitted", rev)
    with field.database.read() as session:
        assert list(audit.verify(session, "c1")) == []


def test_the_same_record_again_is_a_duplicate_with_the_same_receipt_and_one_row(field: Field) -> None:
    phone = field.phone("J3")
    record = phone.sheet()
    first, second = phone.hand_over(record)["results"][0], phone.hand_over(record)["results"][0]
    assert second == {**first, "result": "duplicate"}
    assert (len(arrivals(field)), len(stored(field))) == (1, 1)


def test_a_record_twice_in_one_batch_is_stored_once(field: Field) -> None:
    phone = field.phone("J3")
    record = phone.sheet()
    results = phone.hand_over(record, record)["results"]
    assert [one["result"] for one in results] == ["stored", "duplicate"]
    assert (len(arrivals(field)), len(stored(field))) == (1, 1)


def test_the_same_id_with_other_content_is_a_mismatch_and_both_are_kept(field: Field) -> None:
    phone = field.phone("J3")
    record = phone.sheet()
    phone.hand_over(record)
    assert phone.outcome({**record, "ticks": ticks("P1", 2)}) == ("mismatch", "")
    assert sorted(one.result for one in arrivals(field)) == ["mismatch", "stored"]
    assert [row.ticks for row in stored(field)] == [str(ticks("P1"))]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"entry_id": "P9"}, "unknown_entry"),
        ({"entry_id": "P\0"}, "unknown_entry"),
        ({"ticks": [1]}, "out_of_range"),
        ({"ticks": [10**6] * len(ticks())}, "out_of_range"),
        ({"ticks": [*ticks()[:-1], None]}, "incomplete"),
        ({"scheme_digest": "0" * 64}, "stale_scheme"),
        ({"ticks": "many"}, "unreadable"),
        ({"ticks": [1.5] * len(ticks())}, "unreadable"),
        ({"ticks": [True] * len(ticks())}, "unreadable"),
        ({"state": "perhaps"}, "unreadable"),
        ({"note": "a\0b"}, "unreadable"),
        ({"note": "\ud800"}, "unreadable"),
        ({"device_seq": "one"}, "unreadable"),
        ({"device_seq": 2**40}, "unreadable"),
        ({"revision_id": "x" * 99}, "unreadable"),
        ({"kind": "poem"}, "unreadable"),
        ({"more": 10**30}, ""),
    ],
)
def test_a_rejected_record_is_kept_as_it_came_and_blocks_no_other(
    field: Field, change: dict[str, Any], reason: str
) -> None:
    phone = field.phone("J3")
    bad, good = {**phone.sheet("P1"), **change}, phone.sheet("P2")
    results = [(one["result"], one["reason"]) for one in phone.hand_over(bad, good)["results"]]
    assert results == [("rejected", reason) if reason else ("stored", ""), ("stored", "")]
    assert len(arrivals(field)) == 2
    again = [(one["result"], one["reason"]) for one in phone.hand_over(bad, good)["results"]]
    assert again == [("rejected", reason) if reason else ("duplicate", ""), ("duplicate", "")]
    assert len(arrivals(field)) == 2


@pytest.mark.parametrize("record", [None, 7, "sheet", [], {}, {"kind": "sheet"}, {"deep": [[[{}]]]}])
def test_what_is_no_record_at_all_is_kept_and_blocks_no_other(field: Field, record: object) -> None:
    phone = field.phone("J3")
    results = [(one["result"], one["reason"]) for one in phone.hand_over(record, phone.sheet())["results"]]
    assert results == [("rejected", "unreadable"), ("stored", "")]
    assert len(arrivals(field)) == 2


def test_own_county_and_listed_recusals_are_refused(field: Field) -> None:
    first, third = field.phone("J1"), field.phone("J3")
    assert first.outcome(first.sheet("P1")) == ("rejected", "recused")
    assert first.outcome(first.sheet("P2")) == ("stored", "")
    assert third.outcome(third.sheet("P2")) == ("stored", "")

    def recuse(session: Session) -> None:
        rev = audit.record(session, "organiser", "recuse", contest_id="c1")
        session.add(
            RecusalRow(
                contest_id="c1", rev=rev, number=1, judge_id="J3", entry_id="P2", reason="亲属", by_person="o", at="-"
            )
        )

    field.database.write(recuse)
    assert third.outcome(third.sheet("P2")) == ("rejected", "recused")


def test_a_draft_may_lack_marks_and_hold_half_a_number(field: Field) -> None:
    phone = field.phone("J3")
    half: list[int | None] = [1, *[None] * (len(ticks()) - 1)]
    assert phone.outcome(phone.sheet("P1", half, state="draft")) == ("stored", "")


def test_the_digest_in_the_package_is_what_sheets_must_name(field: Field) -> None:
    phone: Phone = field.phone("J3")
    assert phone.package()["scheme_digest"] == RULE.digest
