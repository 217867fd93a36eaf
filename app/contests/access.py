"""What a signed-in person may do in a contest: the one place where the pages of a contest ask for permission.

Reads memberships. Writes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from fastapi import Request
from sqlmodel import Session, col, select

from app.accounts.access import database_of, somebody
from app.contests.models import Membership
from app.errors import AppError


class NotForYou(AppError):
    """The same answer whether the contest does not exist or is none of the reader's business."""

    code = "contests.not_for_you"
    status = 403


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in person with the roles he holds in the contest that the address names."""

    id: str
    name: str
    contest_id: str
    roles: frozenset[str]


def member(request: Request, contest_id: str, roles: Collection[str]) -> Member:
    """The signed-in person, if he holds one of ``roles`` in the contest. Raises SignInFirst, NotForYou."""
    person = somebody(request)
    with database_of(request).read() as session:
        held = roles_of(session, contest_id, person.id)
    if held.isdisjoint(roles):
        raise NotForYou
    return Member(person.id, person.name, contest_id, held)


def roles_of(session: Session, contest_id: str, person_id: str) -> frozenset[str]:
    """The roles a person holds in a contest now."""
    held = select(Membership.role).where(
        Membership.contest_id == contest_id, Membership.person_id == person_id, col(Membership.ended_at).is_(None)
    )
    return frozenset(session.exec(held))
