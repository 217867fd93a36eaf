"""A batch from a phone: every result, each once, and nothing said before it is committed."""

import base64
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from app import audit
from app.contests.models import RecusalRow
from app.db import Database
from app.jobs import Deed, T
from app.judging.models import SheetRevision
from app.judging.service import collect
from app.sync import routes
from app.sync.models import Arrival, Heartbeat
from app.sync.queries import frame_of
from scoring.canonical import canonical
from tests.app.sync.field import JSON, RULE, Field, Phone, ticks


def arrivals(field: Field) -> list[Arrival]:
    with field.database.read() as session:
        return list(session.exec(select(Arrival).order_by(Arrival.device_seq)))  # type: ignore[arg-type]


def stored(field: Field) -> list[SheetRevision]:
    with field.database.read() as session:
        return list(session.exec(select(SheetRevision)))


def paper(field: Field, judge: str, entry: str, marks: list[int]) -> int:
    def deed(session: Session) -> int:
        rev = audit.record(session, "tallier", "paper", contest_id="c1")
        session.add(
            SheetRevision(
                contest_id="c1", revision_id=f"paper-{rev}", server_rev=rev, judge_id=judge, entry_id=entry,
                kind="submitted", ticks=str(marks), origin="paper", marked_at="", came_at=audit.now(), digest="-",
            )
        )  # fmt: skip
        return rev

    return field.database.write(deed)


def test_of_phones_that_come_at_once_one_looks_at_the_shared_part_of_the_package(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones, looks = [field.phone(judge) for judge in ("J1", "J2", "J3", "J4")], []

    def slow(session: Session, contest_id: str) -> str:
        looks.append(contest_id)
        time.sleep(0.5)
        return frame_of(session, contest_id)

    monkeypatch.setattr(routes, "frame_of", slow)
    with ThreadPoolExecutor() as several:
        told = list(several.map(lambda phone: phone.hand_over(), phones))
    assert looks == ["c1"]
    assert [answer["package"] for answer in told] == [
        phone.client.get("/j/c1/package").headers["etag"] for phone in phones
    ]


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


def test_the_same_batch_five_times_in_parallel_leaves_one_row_each(field: Field) -> None:
    phone = field.phone("J3")
    records = [phone.sheet("P1"), phone.sheet("P2"), phone.finding("P3")]
    batch = phone.batch(*records)

    def send(_: int) -> list[str]:
        client = TestClient(field.app, headers=JSON)
        client.cookies.set("fieldmark_device", phone.cookie)
        return [one["result"] for one in client.post("/j/c1/batch", json=batch).json()["results"]]

    with ThreadPoolExecutor(5) as many:
        results = sorted(many.map(send, range(5)))
    assert results == [["duplicate"] * 3] * 4 + [["stored"] * 3]
    assert (len(arrivals(field)), len(stored(field))) == (3, 2)


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


def test_another_device_with_other_marks_is_a_conflict_until_it_has_seen_them(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    rev = old.hand_over(old.sheet("P1"))["results"][0]["rev"]
    assert new.outcome(new.sheet("P1", ticks("P1", 2))) == ("conflict", "")
    assert [row.device_id for row in stored(field)] == [old.device]
    assert new.outcome(new.sheet("P1", ticks("P1", 2), based_on=rev)) == ("stored", "")


def test_equal_marks_from_another_device_are_no_conflict(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    old.hand_over(old.sheet("P1"))
    assert new.outcome(new.sheet("P1")) == ("stored", "")


def test_a_draft_of_another_device_is_no_conflict(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    old.hand_over(old.sheet("P1", state="draft"))
    assert new.outcome(new.sheet("P1", ticks("P1", 2))) == ("stored", "")


def test_paper_with_other_marks_is_a_conflict_and_is_told_as_a_change(field: Field) -> None:
    phone = field.phone("J3")
    rev = paper(field, "J3", "P1", ticks("P1", 3))
    answer = phone.hand_over(phone.sheet("P1"))
    assert [one["result"] for one in answer["results"]] == ["conflict"]
    assert answer["changes"] == [
        {
            "entry": "P1", "revision_id": f"paper-{rev}", "rev": rev, "state": "submitted",
            "ticks": ticks("P1", 3), "origin": "paper",
        }
    ]  # fmt: skip
    seen = phone.hand_over(server_rev=answer["server_rev"], server_epoch=answer["server_epoch"])
    assert seen["changes"] == []
    assert phone.hand_over(server_rev=99, server_epoch="another life")["changes"] == answer["changes"]


def test_after_collection_a_sheet_is_kept_as_late_and_counts_nothing(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1"))
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    late = phone.sheet("P1", ticks("P1", 2))
    answer = phone.hand_over(late)
    assert answer["collected"] is True
    assert [(one["result"], one["reason"]) for one in answer["results"]] == [("quarantined", "late")]
    assert phone.outcome(late) == ("quarantined", "late")
    assert phone.outcome(phone.sheet("P2", state="draft")) == ("quarantined", "late")
    assert [row.ticks for row in stored(field)] == [str(ticks("P1"))]
    assert phone.outcome(phone.finding()) == ("stored", "")


def test_a_revoked_device_hands_over_into_quarantine_and_reads_nothing(field: Field) -> None:
    phone, other = field.phone("J3"), field.phone("J3")
    other.hand_over(other.sheet("P1"))
    field.revoke(phone)
    answer = phone.hand_over(phone.sheet("P2"), phone.finding())
    told = [(one["result"], one["reason"]) for one in answer["results"]]
    assert told == [("quarantined", "revoked_device")] * 2
    assert (answer["changes"], answer["revoked"]) == ([], True)
    refused = phone.client.get("/j/c1/package")
    assert (refused.status_code, refused.json()["code"]) == (401, "sync.device_revoked_reads")
    assert len(stored(field)) == 1


def broken(deed: Deed[T], session: Session) -> T:
    value = deed(session)
    session.flush()
    run = session.connection().exec_driver_sql
    if session.get_bind().dialect.name == "sqlite":
        run("PRAGMA defer_foreign_keys=ON")
        run("INSERT INTO unit (contest_id, id, place_number, name, division) VALUES ('none','u',1,'n','')")
    else:
        run("CREATE TEMP TABLE late (a int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
        run("INSERT INTO late VALUES (1), (1)")
    return value


class BreaksTheCommit:
    """The real database with a constraint that is looked at when the transaction commits, and is broken."""

    def __init__(self, whole: Database) -> None:
        self.whole = whole
        self.engine = whole.engine

    def read(self) -> AbstractContextManager[Session]:
        return self.whole.read()

    def write(self, deed: Deed[T]) -> T:
        return self.whole.write(partial(broken, deed))

    async def submit(self, contest_id: str, deed: Deed[T]) -> T:
        return await self.whole.submit(contest_id, partial(broken, deed))

    def close(self) -> None:
        """Nothing: the fixture closes the database."""


def test_a_broken_commit_gives_no_receipt(field: Field) -> None:
    phone = field.phone("J3")
    batch = phone.batch(phone.sheet())
    field.app.state.database = BreaksTheCommit(field.database)
    refused = phone.post(batch)
    assert refused.status_code == 500
    assert "receipt" not in refused.text
    assert (arrivals(field), stored(field)) == ([], [])
    field.app.state.database = field.database
    assert [one["result"] for one in phone.post(batch).json()["results"]] == ["stored"]


def test_missing_numbers_are_asked_for_until_they_come(field: Field) -> None:
    phone = field.phone("J3")
    one, two, three = phone.sheet("P1"), phone.sheet("P2"), phone.sheet("P3")
    assert phone.hand_over(three)["missing"] == [1, 2]
    assert phone.hand_over(highest_seq=5)["missing"] == [1, 2, 4, 5]
    assert phone.hand_over(one, highest_seq=3)["missing"] == [2, 4, 5]
    assert phone.hand_over({**two, "state": "perhaps"}, highest_seq=3)["missing"] == [4, 5]
    assert len(phone.hand_over(highest_seq=2**31 - 1)["missing"]) == 500


def test_a_record_that_came_by_the_first_phone_is_not_missing_on_the_second(field: Field) -> None:
    old, new = field.phone("J3"), field.phone("J3")
    record = old.sheet()
    old.hand_over(record)
    new.seq = 1
    answer = new.hand_over(record)
    assert [one["result"] for one in answer["results"]] == ["duplicate"]
    assert answer["missing"] == []


def test_an_empty_batch_beats_the_heart_without_touching_the_head_row(field: Field) -> None:
    phone = field.phone("J3")
    before = phone.hand_over()["server_rev"]
    assert phone.hand_over(waiting=3, highest_seq=7)["server_rev"] == before
    phone.hand_over(highest_seq=2)
    with field.database.read() as session:
        beat = session.get_one(Heartbeat, ("c1", phone.device))
        assert (beat.highest_seq, beat.waiting) == (7, 0)
        assert beat.clock_offset_ms != 0


def test_a_judge_named_in_a_body_is_ignored(field: Field) -> None:
    phone = field.phone("J3")
    phone.hand_over(phone.sheet("P1", judge="J2", judge_id="J2", device_id="x"), judge="J2", judge_id="J2")
    assert [row.judge_id for row in stored(field)] == ["J3"]


def test_a_record_of_another_judge_is_not_taken_for_a_duplicate(field: Field) -> None:
    mine, other = field.phone("J3"), field.phone("J4")
    record = mine.sheet()
    mine.hand_over(record)
    assert other.outcome(record) == ("mismatch", "other_judge")


def test_a_page_of_another_judge_on_this_phone_is_refused(field: Field) -> None:
    phone = field.phone("J3")
    answer = phone.client.post("/j/c1/batch", json=phone.batch(phone.sheet()), headers={"Fieldmark-Judge": "J2"})
    assert (answer.status_code, answer.json()["code"]) == (409, "sync.other_judge")
    assert phone.client.get("/j/c1/package", headers={"Fieldmark-Judge": "J3"}).status_code == 200


@pytest.mark.parametrize("cookie", ["", "nonsense", "a.b", "{device}.wrong", "{device}"])
def test_without_a_valid_cookie_the_badge_is_asked_for_in_json(field: Field, cookie: str) -> None:
    phone = field.phone("J3")
    client = field.client(Accept="*/*", Cookie=f"fieldmark_device={cookie.format(device=phone.device)}")
    for answer in (
        client.get("/j/c1/package"),
        client.post("/j/c1/batch", json=phone.batch()),
        client.patch(f"/j/c1/files/{'0' * 64}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "sync.badge_again")
    assert client.head(f"/j/c1/files/{'0' * 64}").status_code == 401


def test_a_device_that_is_no_longer_in_the_database_is_asked_for_its_badge(field: Field) -> None:
    phone = field.phone("J3")
    assert phone.outcome(phone.sheet()) == ("stored", "")
    other = "UPDATE device SET token_hash = 'of another backup'"
    field.database.write(lambda session: session.connection().exec_driver_sql(other).close())
    answer = phone.post(phone.batch(phone.sheet("P2")))
    assert (answer.status_code, answer.json()["code"]) == (401, "sync.badge_again")


def test_a_cookie_of_another_contest_is_refused(field: Field) -> None:
    phone = field.phone("J3", "c2")
    client = field.client(Cookie=f"fieldmark_device={phone.cookie}")
    assert client.post("/j/c1/batch", json=phone.batch(phone.sheet())).status_code == 401
    assert client.get("/j/c1/package").status_code == 401
    assert arrivals(field) == []


def test_too_large_a_batch_is_told_with_a_code(field: Field) -> None:
    phone = field.phone("J3")
    many = phone.post(phone.batch(*[phone.sheet() for _ in range(201)]))
    assert (many.status_code, many.json()["code"]) == (413, "sync.batch_too_large")
    long = phone.post(phone.batch(phone.sheet(note="x" * 1024 * 1024)))
    assert (long.status_code, long.json()["code"]) == (413, "sync.batch_too_large")
    huge = phone.post(phone.batch(phone.sheet(note="x" * 7 * 1024 * 1024)))
    assert (huge.status_code, huge.json()["code"]) == (413, "page.too_large")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"records": 7, "batch_id": "b"}', b"[" * 100_000])
def test_a_body_that_is_no_batch_is_told_with_a_code(field: Field, body: bytes) -> None:
    phone = field.phone("J3")
    answer = phone.client.post("/j/c1/batch", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "sync.unreadable_batch")


def test_a_phone_that_asks_too_fast_waits_and_the_others_do_not(field: Field) -> None:
    phone, other = field.phone("J3"), field.phone("J4")
    asked = (phone.client.head(f"/j/c1/files/{'0' * 64}") for _ in range(600))
    answer = next(one for one in asked if one.status_code == 429)
    assert int(answer.headers["retry-after"]) >= 1
    # The bucket fills again while this goes on, so it may take more than one.
    batches = (phone.post(phone.batch()) for _ in range(600))
    assert next(one for one in batches if one.status_code == 429).json()["code"] == "sync.too_fast"
    assert other.post(other.batch()).status_code == 200


def test_order_is_that_of_the_phone_not_of_clocks_or_arrival(field: Field) -> None:
    phone = field.phone("J3")
    first = phone.sheet("P1", ticks("P1", 1), marked_at="2031-01-01T00:00:00.000Z")
    second = phone.sheet("P1", ticks("P1", 2), marked_at="1999-01-01T00:00:00.000Z")
    phone.hand_over(second)
    phone.hand_over(first)
    [sheet] = phone.package()["sheets"]
    assert sheet["ticks"] == ticks("P1", 2)


def test_a_server_epoch_is_the_same_for_all_and_changes_after_a_restore(field: Field) -> None:
    from app.sync.service import begin_epoch  # noqa: PLC0415  only here

    phone = field.phone("J3")
    before = phone.hand_over()["server_epoch"]
    assert before == phone.package()["server_epoch"]
    field.database.write(lambda session: begin_epoch(session, "operator"))
    assert phone.hand_over()["server_epoch"] not in {"", before}


def test_a_handler_that_fails_on_one_record_leaves_the_others(field: Field) -> None:
    from app.main import KINDS  # noqa: PLC0415  only here

    def stumbles(session: Session, delivery: Any, record: Any) -> Any:  # noqa: ANN401
        if record.fields["entry_id"] == "P1":
            session.connection().exec_driver_sql("INSERT INTO heartbeat (contest_id) VALUES ('c1')")
        return KINDS.accept["sheet"](session, delivery, record)

    field.app.state.kinds = replace(KINDS, accept={"sheet": stumbles})
    phone = field.phone("J3")
    results = phone.hand_over(phone.sheet("P1"), phone.sheet("P2"))["results"]
    assert [(one["result"], one["reason"]) for one in results] == [("rejected", "unreadable"), ("stored", "")]


def test_a_full_disk_in_the_midst_of_a_batch_is_no_fault_of_a_record(field: Field) -> None:
    from app.main import KINDS  # noqa: PLC0415  only here

    def stumbles(session: Session, delivery: Any, record: Any) -> Any:  # noqa: ANN401
        if record.fields["entry_id"] == "P1":
            session.connection().exec_driver_sql("INSERT INTO heartbeat (contest_id) VALUES ('c1')")
        if record.fields["entry_id"] == "P2":
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        return KINDS.accept["sheet"](session, delivery, record)

    field.app.state.kinds = replace(KINDS, accept={"sheet": stumbles})
    phone = field.phone("J3")
    batch = phone.batch(phone.sheet("P1"), phone.sheet("P2"))
    assert phone.post(batch).status_code == 503
    assert arrivals(field) == []
    field.app.state.kinds = KINDS
    assert [one["result"] for one in phone.post(batch).json()["results"]] == ["stored", "stored"]


def test_a_phone_whose_store_was_thrown_away_goes_on_with_its_newest_marks(field: Field) -> None:
    phone = field.phone("J3")
    for above in (1, 2, 3):
        phone.hand_over(phone.sheet("P1", ticks("P1", above)))
    told = phone.package()
    assert (told["device"]["id"], told["device"]["highest_seq"]) == (phone.device, 3)
    phone.seq = 0
    phone.hand_over(phone.sheet("P1", ticks("P1", 4), based_on=told["sheets"][0]["rev"]))
    assert phone.package()["sheets"][0]["ticks"] == ticks("P1", 4)


def test_the_digest_in_the_package_is_what_sheets_must_name(field: Field) -> None:
    phone: Phone = field.phone("J3")
    assert phone.package()["scheme_digest"] == RULE.digest
