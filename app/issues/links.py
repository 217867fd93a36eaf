"""Deeds of the counties' links: make, revoke, open.

Reads and writes links. Keeps hashes of codes only: a link is printed when it is made, and a lost one is made anew. A
link opens one unit's pages of one contest, for reading, until it ends.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, func, select

from app.accounts.service import hashed
from app.audit import now, record
from app.contests import queries as contests
from app.contests.uses import has_begun
from app.errors import AppError
from app.issues.models import CountyLink

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without what looks alike in print
CODE_LENGTH = 20  # 98 bits: nobody guesses one
LINK_DAYS = 180


class LinkUnknown(AppError):
    code = "issues.link_unknown"
    status = 404


class LinkRevoked(AppError):
    code = "issues.link_revoked"
    status = 410


class LinkExpired(AppError):
    code = "issues.link_expired"
    status = 410


class NoSuchUnit(AppError):
    code = "issues.no_such_unit"
    status = 404


class RosterStillOpen(AppError):
    """Another import may still give a unit's number to another unit, and its link with it."""

    code = "issues.roster_still_open"
    status = 409


def make_links(session: Session, actor: str, *, contest_id: str, units: Sequence[str]) -> dict[str, str]:
    """New links for ``units``; older ones of theirs are revoked. Returns the codes, which stand nowhere else."""
    codes = {unit: "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)) for unit in units}
    record(session, actor, "make_county_links", contest_id=contest_id, payload=sorted(codes))
    if not {row.id for row in contests.units(session, contest_id)}.issuperset(codes):
        raise NoSuchUnit
    if not has_begun(session, contest_id):
        raise RosterStillOpen
    _revoke(session, actor, contest_id, units)
    until = (datetime.now(UTC) + timedelta(days=LINK_DAYS)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for unit, code in codes.items():
        of_unit = select(func.count()).where(CountyLink.contest_id == contest_id, CountyLink.unit_id == unit)
        session.add(
            CountyLink(
                contest_id=contest_id, unit_id=unit, number=session.exec(of_unit).one() + 1, code_hash=hashed(code),
                made_by=actor, made_at=now(), until_at=until,
            )
        )  # fmt: skip
    return codes


def revoke_link(session: Session, actor: str, *, contest_id: str, unit_id: str) -> None:
    """The unit's link opens nothing any more, also where it is open now."""
    record(session, actor, "revoke_county_link", contest_id=contest_id, subject=unit_id)
    _revoke(session, actor, contest_id, [unit_id])


def _revoke(session: Session, actor: str, contest_id: str, units: Sequence[str]) -> None:
    old = select(CountyLink).where(
        CountyLink.contest_id == contest_id, col(CountyLink.unit_id).in_(units), col(CountyLink.revoked_at).is_(None)
    )
    for link in session.exec(old):
        link.revoked_at, link.revoked_by = now(), actor
        session.add(link)


def link_of(session: Session, contest_id: str, code: str) -> CountyLink:
    """The link with this code. Raises LinkUnknown, LinkRevoked, LinkExpired."""
    found = session.exec(
        select(CountyLink).where(CountyLink.contest_id == contest_id, CountyLink.code_hash == hashed(code))
    ).first()
    if found is None:
        raise LinkUnknown
    if found.revoked_at:
        raise LinkRevoked
    if found.until_at <= now():
        raise LinkExpired
    return found


def open_link(session: Session, *, contest_id: str, code: str) -> int:
    """Somebody goes on to the county's page; the log says so. Returns for how many seconds the link is still good."""
    # Looked at before the head row is locked: a stranger's guesses must not make the contest wait.
    link = link_of(session, contest_id, code)
    record(session, link.unit_id, "open_county_link", contest_id=contest_id, subject=link.unit_id)
    link.opened_at = link.opened_at or now()
    session.add(link)
    left = datetime.strptime(link.until_at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC) - datetime.now(UTC)
    return max(1, int(left.total_seconds()))


def newest_links(session: Session, contest_id: str) -> dict[str, CountyLink]:
    """Each unit's newest link, by unit; it may be revoked."""
    rows = session.exec(select(CountyLink).where(CountyLink.contest_id == contest_id).order_by(col(CountyLink.number)))
    return {row.unit_id: row for row in rows}
