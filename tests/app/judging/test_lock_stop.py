"""锁定点位: where the scheme closes sheets with each stop, what comes for a locked one waits for people to decide."""

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select, text, update

from app.contests.models import Contest
from app.judging.decision_queries import undecided
from app.judging.models import StopLock
from app.judging.queries import current, locks
from app.judging.service import collect, lock_stop
from scoring.scheme import read_scheme
from tests.app.sync.field import SCHEME, Field, ticks

BY_STOP = SCHEME.replace('lock = "collection"', 'lock = "stop"')
assert read_scheme(BY_STOP).publication.lock == "stop"


def closes_by_stop(field: Field) -> None:
    field.database.write(by_stop)


def by_stop(session: Session) -> None:
    digest = read_scheme(BY_STOP).digest
    session.execute(update(Contest).where(col(Contest.id) == "c1").values(scheme=BY_STOP, scheme_digest=digest))


def test_a_sheet_for_a_locked_stop_is_kept_and_waits(field: Field) -> None:
    closes_by_stop(field)
    phone = field.phone("J3")
    digest = read_scheme(BY_STOP).digest
    assert phone.outcome(phone.sheet("P1", scheme_digest=digest)) == ("stored", "")
    organiser = field.signed_in("organiser")
    assert "/c/c1/stops/P1/lock" in organiser.get("/c/c1/board").text
    assert organiser.post("/c/c1/stops/P1/lock").status_code == 303
    board = organiser.get("/c/c1/board").text
    assert "已锁定" in board
    assert "/c/c1/stops/P1/lock" not in board
    assert phone.outcome(phone.sheet("P1", ticks("P1", above=1), scheme_digest=digest)) == ("quarantined", "late")
    assert phone.outcome(phone.sheet("P2", scheme_digest=digest)) == ("stored", "")
    with field.database.read() as session:
        assert set(current(session, "c1")) == {("J3", "P1"), ("J3", "P2")}
        assert list(locks(session, "c1")) == ["P1"]
        assert [one.entry_id for one in undecided(session, "c1")] == ["P1"]


def test_a_scheme_that_closes_at_collection_locks_no_stop(field: Field) -> None:
    assert field.signed_in("organiser").post("/c/c1/stops/P1/lock").status_code == 409
    with field.database.read() as session:
        assert session.exec(select(StopLock)).all() == []


@pytest.mark.parametrize(("entry", "status"), [("P1", 409), ("nowhere", 404)])
def test_a_stop_is_locked_once_and_must_exist(field: Field, entry: str, status: int) -> None:
    closes_by_stop(field)
    field.database.write(lambda session: lock_stop(session, "organiser", contest_id="c1", entry_id="P1"))
    assert field.signed_in("organiser").post(f"/c/c1/stops/{entry}/lock").status_code == status


def test_after_the_collection_no_stop_is_locked(field: Field) -> None:
    closes_by_stop(field)
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    assert field.signed_in("organiser").post("/c/c1/stops/P1/lock").status_code == 409


def test_a_lock_cannot_be_taken_out(field: Field) -> None:
    closes_by_stop(field)
    field.database.write(lambda session: lock_stop(session, "organiser", contest_id="c1", entry_id="P1"))
    with pytest.raises(DBAPIError, match="append-only"):
        field.database.write(lambda session: session.execute(text("DELETE FROM stop_lock")))
