"""The third look: two people typed a paper sheet differently, and a third says mark by mark what the paper holds."""

import json
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.audit import AuditRow
from app.db import Database
from app.judging.models import PaperLook, PaperMatch, PaperTyping, SheetRevision
from app.judging.paper_look import Which, look_at_paper
from app.judging.paper_queries import PaperSheet, paper_sheets
from tests.app.judging.paper_contest import CONTEST, MARKS, collects, make, phones, types
from tests.app.judging.test_paper import refused

ANN = (25, *MARKS[1:])
BO = (*MARKS[:-1], 45)
RIGHT: dict[str, Which] = {"premises": "second", "effect": "first"}  # MARKS: neither typed them all
ANNS: dict[str, Which] = {"premises": "first", "effect": "first"}


@pytest.fixture(autouse=True)
def contest(database: Database) -> None:
    database.write(make)


def differ(database: Database) -> int:
    """Two typings that differ in the first and in the last item; the revision of the newer one."""
    types(database, "ann", ANN)
    return types(database, "bo", BO)


def looks(
    database: Database, marks: dict[str, Which], seen: int, person: str = "olga", reason: str = "看错一行"
) -> int:
    return database.write(
        lambda session: look_at_paper(
            session, person, contest_id=CONTEST, judge="J2", entry="E1", marks=marks, seen=seen, reason=reason
        )
    )


def sheet(database: Database) -> PaperSheet:
    with database.read() as session:
        return paper_sheets(session, CONTEST, ["E1"])["J2", "E1"]


def test_each_mark_counts_as_the_third_person_saw_it_and_no_typing_is_changed(database: Database) -> None:
    seen = differ(database)
    looks(database, RIGHT, seen)
    assert sheet(database).state == "accepted"
    with database.read() as session:
        revision = session.exec(select(SheetRevision)).one()
        match, look = session.exec(select(PaperMatch)).one(), session.exec(select(PaperLook)).one()
        typed = [tuple(json.loads(row.ticks)) for row in session.exec(select(PaperTyping)).all()]
        acts = session.exec(select(AuditRow.action).where(AuditRow.contest_id == CONTEST)).all()
    assert (tuple(json.loads(revision.ticks)), revision.origin) == (MARKS, "paper")
    assert (match.first_by, match.second_by, look.looked_by, look.reason) == ("ann", "bo", "olga", "看错一行")
    assert sorted(typed) == sorted([ANN, BO])
    assert acts[-2:] == ["look_at_paper", "accept_paper"]


def test_one_who_typed_is_no_third_person(database: Database) -> None:
    seen = differ(database)
    for person in ("ann", "bo"):
        refused(partial(looks, database, ANNS, seen, person), "paper.no_third_person")


def test_the_database_refuses_one_who_typed(database: Database) -> None:
    seen = differ(database)

    def forge(session: Session) -> None:
        one, other = session.exec(select(PaperTyping).order_by(PaperTyping.rev)).all()  # type: ignore[arg-type]
        session.add(
            PaperLook(
                contest_id=CONTEST, rev=seen + 1, first_rev=one.rev, first_number=1, first_by="ann",
                second_rev=other.rev, second_number=1, second_by="bo", ticks="[]", reason="-", looked_by="bo", at="-",
            )
        )  # fmt: skip

    with pytest.raises(IntegrityError, match=r"third_person"):
        database.write(forge)


def test_every_mark_is_chosen_a_reason_is_given_and_the_page_is_of_now(database: Database) -> None:
    seen = differ(database)
    refused(lambda: looks(database, {"premises": "first"}, seen), "paper.not_every_mark")
    refused(lambda: looks(database, ANNS, seen, reason="  看 "), "page.reason_missing")
    types(database, "bo", (*MARKS[:-1], 46))
    refused(lambda: looks(database, ANNS, seen), "paper.nothing_differs")
    types(database, "bo", ANN)
    refused(lambda: looks(database, ANNS, seen), "paper.nothing_differs")


def test_where_nothing_was_typed_nothing_is_chosen(database: Database) -> None:
    types(database, "ann", (None, *MARKS[1:]))
    seen = types(database, "bo")
    refused(lambda: looks(database, {"premises": "first"}, seen), "paper.not_every_mark")
    looks(database, {"premises": "second"}, seen)
    assert sheet(database).agreed == MARKS


def test_a_later_correction_makes_the_look_history_and_the_sheet_stays_in_force(database: Database) -> None:
    seen = differ(database)
    looks(database, RIGHT, seen)
    types(database, "ann", BO)
    assert sheet(database).state == "accepted"
    assert sheet(database).agreed == BO


def test_a_look_after_the_collection_settles_what_was_typed_before(database: Database) -> None:
    seen = differ(database)
    collects(database)
    looks(database, RIGHT, seen)
    assert sheet(database).state == "accepted"


def test_paper_that_was_looked_at_does_not_win_over_a_phone(database: Database) -> None:
    phones(database, (27, *MARKS[1:]))
    seen = differ(database)
    looks(database, RIGHT, seen)
    assert (sheet(database).state, sheet(database).different) == ("conflict", (0,))
