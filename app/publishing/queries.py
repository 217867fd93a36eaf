"""What was sealed, signed, approved and published, version by version; and what the public may read.

Reads only. The public's reading touches no table but the publications.
"""

import json
from dataclasses import dataclass

from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, SQLModel, col, select

from app.accounts.models import Person
from app.errors import AppError
from app.publishing.document import Document
from app.publishing.frozen import FILES
from app.publishing.models import Approval, CounterSignature, CountyResult, Publication, SealRow


class NoSeal(AppError):
    code = "publishing.no_seal"
    status = 404


class NotPublished(AppError):
    """The same answer whether there is such a contest or not, and whatever has been done in it."""

    code = "publishing.not_published"
    status = 404


@dataclass(frozen=True, slots=True)
class Act:
    """Who did a step, and when."""

    person_id: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version on its way: each step that was done. ``level``: what of it is public, if it is."""

    version: int
    reason: str
    digest: str
    scheme_digest: str
    engine: str
    sealed: Act
    signed: Act | None
    approval: Approval | None
    approved: Act | None
    published: Act | None
    level: str


def seal(session: Session, contest_id: str, version: int) -> SealRow:
    """A seal with everything that is frozen in it. Raises NoSeal."""
    found = session.get(SealRow, (contest_id, version))
    if found is None:
        raise NoSeal({"version": version})
    return found


def newest(session: Session, contest_id: str) -> int:
    """The number of the newest version; 0 where nothing was sealed."""
    sealed = select(SealRow.version).where(SealRow.contest_id == contest_id).order_by(col(SealRow.version).desc())
    return session.exec(sealed.limit(1)).first() or 0


def versions(session: Session, contest_id: str) -> list[Version]:
    """Every version, the newest first, without what is frozen in it."""
    seals = select(SealRow).where(SealRow.contest_id == contest_id).order_by(col(SealRow.version).desc())
    signatures = select(CounterSignature).where(CounterSignature.contest_id == contest_id)
    publications = select(Publication).where(Publication.contest_id == contest_id)
    public = session.exec(publications.options(*_without(Publication, "document"))).all()
    signed = {row.version: row for row in session.exec(signatures)}
    approved = {row.version: row for row in session.exec(select(Approval).where(Approval.contest_id == contest_id))}
    published = {row.version: row for row in public}
    people = dict(session.exec(select(Person.id, Person.name)).all())

    def act(person: str, at: str) -> Act:
        return Act(person, people.get(person, ""), at)

    return [
        Version(
            row.version, row.reason, row.digest, row.scheme_digest, row.engine, act(row.sealed_by, row.at),
            signed=act(one.signed_by, one.at) if (one := signed.get(row.version)) else None,
            approval=(leave := approved.get(row.version)),
            approved=act(leave.by_person, leave.at) if leave else None,
            published=act(shown.by_person, shown.at) if (shown := published.get(row.version)) else None,
            level=shown.level if shown else "",
        )
        for row in session.exec(seals.options(*_without(SealRow, "scheme", *FILES, "document")))
    ]  # fmt: skip


def _without(row: type[SQLModel], *texts: str) -> list[ExecutableOption]:
    """Rows without their long texts, which nobody asked for."""
    return [defer(getattr(row, name)) for name in texts]


@dataclass(frozen=True, slots=True)
class Published:
    """A publication as the public reads it. ``by``, ``why``: the version that took its place, and the reason."""

    version: int
    document: Document
    at: str
    newest: int
    by: int = 0
    why: str = ""


def published(session: Session, contest_id: str, version: int | None = None) -> Published:
    """The newest publication, or the one asked for. Raises NotPublished."""
    mine = select(Publication).where(Publication.contest_id == contest_id).order_by(col(Publication.version))
    rows = session.exec(mine).all()
    here = next((place for place, row in enumerate(rows) if row.version == version), len(rows) - 1)
    if not rows or (version is not None and rows[here].version != version):
        raise NotPublished
    row, later = rows[here], rows[here + 1 : here + 2]
    why = str(json.loads(later[0].document)["correction"]["reason"]) if later else ""
    by = later[0].version if later else 0
    return Published(row.version, json.loads(row.document), row.at, rows[-1].version, by, why)


def last_published(session: Session, contest_id: str) -> Publication | None:
    mine = select(Publication).where(Publication.contest_id == contest_id).order_by(col(Publication.version).desc())
    return session.exec(mine.limit(1)).first()


def county_result(session: Session, contest_id: str, unit_id: str) -> tuple[Publication, Document] | None:
    """What a unit reads of its own result in the newest publication; nothing before there is one."""
    row = last_published(session, contest_id)
    own = session.get(CountyResult, (contest_id, row.version, unit_id)) if row else None
    return (row, json.loads(own.document)) if row and own else None
