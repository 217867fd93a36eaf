"""Commit, then answer: broken commits, full disks, missing numbers, phones at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.db import Database
from app.jobs import Deed, T
from app.sync import routes
from app.sync.models import Heartbeat
from app.sync.queries import frame_of
from tests.app.sync.field import JSON, Field, arrivals, stored


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
