"""Whose county's pages a browser may read: the link behind its cookie.

Reads links. Writes nothing. A liaison reads what is his own unit's, and changes nothing.
"""

from dataclasses import dataclass

from fastapi import Request

from app.accounts.access import database_of
from app.errors import AppError
from app.issues.links import LinkUnknown, link_of

COOKIE = "fieldmark_county"


class NoCountyLink(AppError):
    """No cookie, or one of another contest: the same answer whether or not there is such a contest."""

    code = "issues.no_county_link"
    status = 401


@dataclass(frozen=True, slots=True)
class Liaison:
    """A unit's liaison, by the link he came with: nobody's name, and no account."""

    contest_id: str
    unit_id: str
    until_at: str


def liaison(request: Request, contest_id: str) -> Liaison:
    """The liaison behind the cookie. Raises NoCountyLink, LinkRevoked, LinkExpired."""
    code = request.cookies.get(COOKIE, "")
    if not code:
        raise NoCountyLink
    with database_of(request).read() as session:
        try:
            link = link_of(session, contest_id, code)
        except LinkUnknown:
            raise NoCountyLink from None
        return Liaison(contest_id, link.unit_id, link.until_at)
