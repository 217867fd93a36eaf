"""Deeds of results: open the marks, and look at them.

Writes openings, what people decide once they know the result and, for every look at a result, a row in the log.
Never changes a mark.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, select

from app.accounts.models import Person
from app.audit import now, record
from app.contests.access import Member
from app.errors import AppError
from app.judging.decisions import Wanted, decide
from app.judging.queries import is_collected
from app.results.models import OpeningRow
from app.results.queries import OPENERS, is_open, opening


class NotCollected(AppError):
    code = "results.not_collected"
    status = 409


class StillBlind(AppError):
    """Said to everybody alike, organisers included; nothing about the marks is in the answer."""

    code = "results.still_blind"
    status = 409


class NotYourHalf(AppError):
    code = "results.not_your_half"
    status = 403


class OnePerson(AppError):
    """The database says the same, by a constraint, where two requests race."""

    code = "results.one_person"
    status = 409


class OwnPasswordFirst(AppError):
    """Whoever made a steward's first password could sign in as him: two halves would be one person."""

    code = "results.own_password"
    status = 409


class AlreadyOpened(AppError):
    code = "results.already_opened"
    status = 409


def open_marks(session: Session, member: Member, *, role: str) -> None:
    """开分: one half, by a person who holds the role. Raises what keeps it from being done."""
    if role not in OPENERS or role not in member.roles:
        raise NotYourHalf
    if not session.get_one(Person, member.id).own_password:
        raise OwnPasswordFirst
    if not is_collected(session, member.contest_id):
        raise NotCollected
    halves = {half.role: half for half in opening(session, member.contest_id)}
    if halves[role].name:
        raise AlreadyOpened({"name": halves[role].name})
    rev = record(session, member.id, "open_marks", contest_id=member.contest_id, subject=role)
    # Asked again behind the head row's lock, so that one person in two windows is told so rather than refused by a
    # constraint; the constraint holds all the same.
    mine = select(OpeningRow).where(OpeningRow.contest_id == member.contest_id, OpeningRow.person_id == member.id)
    if session.exec(mine).first():
        raise OnePerson
    row = OpeningRow(contest_id=member.contest_id, role=role, person_id=member.id, rev=rev, at=now())
    session.add(row)


class OrderIncomplete(AppError):
    """Equals are put in order by a place for each of them, 1 to as many as they are, and none twice."""

    code = "results.order_incomplete"
    status = 422


def order_equals(
    session: Session, member: Member, *, places: Mapping[str, str], reason: str, document: str = ""
) -> int:
    """Say in which order equals stand; ``places``: each unit's own among them. Raises StillBlind, OrderIncomplete."""
    if sorted(places.values()) != sorted(str(place) for place in range(1, len(places) + 1)):
        raise OrderIncomplete({"n": len(places)})
    wanted = [Wanted("tie", unit, value=place) for unit, place in places.items()]
    return decide_on_result(session, member, wanted=wanted, reason=reason, document=document)


def decide_on_result(
    session: Session, member: Member, *, wanted: Sequence[Wanted], reason: str, document: str = ""
) -> int:
    """Record what can be decided only by who knows the result, such as the order of equals. Raises StillBlind."""
    if not is_open(session, member.contest_id):
        raise StillBlind
    return decide(session, member.id, contest_id=member.contest_id, wanted=wanted, reason=reason, document=document)


def log_look(session: Session, member: Member, *, what: str) -> None:
    """Write down that somebody looked at a result. After the publication too: more stands here than is public."""
    record(session, member.id, "look", contest_id=member.contest_id, subject=what)
