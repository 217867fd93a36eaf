"""The audit log (日志): append-only and hash-chained, one chain per contest, one for the installation.

``record`` is called inside the deed it tells of, so that the row is in the same transaction. A row holds the digest of
its payload; the payload lies beside it, so that erasing a person does not break the proof. The hash is of stored text.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Text
from sqlmodel import Field, Session, SQLModel, col, select

from app.db import after_commit
from scoring.canonical import canonical
from scoring.faults import Fault

INSTALLATION = "-"  # the chain of what belongs to no contest: accounts, settings
START = "0" * 64


class ContestHead(SQLModel, table=True):
    """The one row that every deed of a contest locks first: it gives revisions in commit order, and the chain's end."""

    __tablename__ = "contest_head"

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = 0
    audit_hash: str = Field(default=START, max_length=64)


class AuditRow(SQLModel, table=True):
    """One act: who did what to what, when, with the digest of the particulars."""

    __tablename__ = "audit"

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    at: str = Field(max_length=32)
    actor: str = Field(max_length=80)
    action: str = Field(max_length=60)
    subject: str = Field(max_length=200)
    payload_digest: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditPayload(SQLModel, table=True):
    """The particulars of an act, as canonical JSON; may be erased without breaking the chain."""

    __tablename__ = "audit_payload"

    contest_id: str = Field(primary_key=True, max_length=40)
    rev: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)


def now() -> str:
    """The moment in UTC, as it is stored everywhere: 2026-11-21T08:15:30.123456Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def begin_chain(session: Session, contest_id: str) -> None:
    """Make the head row of a new contest. It must be there before the first act, so that two first acts cannot race."""
    session.add(ContestHead(contest_id=contest_id))
    session.flush()


def record(
    session: Session, actor: str, action: str, *, contest_id: str, subject: str = "", payload: object = None
) -> int:
    """Append an act to its chain and return its revision number. Locks the contest's head row."""
    head = session.exec(select(ContestHead).where(ContestHead.contest_id == contest_id).with_for_update()).one()
    body = canonical(payload).decode()
    row = AuditRow(
        contest_id=contest_id,
        rev=head.rev + 1,
        at=now(),
        actor=actor,
        action=action,
        subject=subject,
        payload_digest=hashlib.sha256(body.encode()).hexdigest(),
        hash="",
    )
    row.hash = chained(head.audit_hash, row)
    head.rev, head.audit_hash = row.rev, row.hash
    session.add(head)
    session.add(row)
    session.add(AuditPayload(contest_id=contest_id, rev=row.rev, body=body))
    after_commit(session, contest_id)
    return row.rev


def chained(before: str, row: AuditRow) -> str:
    """The hash of ``row`` behind a chain that ends with ``before``."""
    parts = [before, row.contest_id, row.rev, row.at, row.actor, row.action, row.subject, row.payload_digest]
    return hashlib.sha256(canonical(parts)).hexdigest()


def verify(session: Session, contest_id: str, anchor: tuple[int, str] | None = None) -> Iterator[Fault]:
    """Every break of the chain, named with its revision. ``anchor``: a (rev, hash) kept outside the database.

    Found: a row altered, deleted, swapped, put in, or cut off at the end; a payload altered.
    """
    before, expected = START, 1
    hashes: dict[int, str] = {}
    rows = session.exec(select(AuditRow).where(AuditRow.contest_id == contest_id).order_by(col(AuditRow.rev)))
    for row in rows:
        if row.rev != expected:
            yield Fault("audit.missing", {"rev": expected, "to": row.rev - 1})
        if row.hash != chained(before, row):
            yield Fault("audit.altered", {"rev": row.rev, "action": row.action})
        before, expected = row.hash, row.rev + 1
        hashes[row.rev] = row.hash
    digests = {
        row.rev: row.payload_digest for row in session.exec(select(AuditRow).where(AuditRow.contest_id == contest_id))
    }
    for payload in session.exec(select(AuditPayload).where(AuditPayload.contest_id == contest_id)):
        if hashlib.sha256(payload.body.encode()).hexdigest() != digests.get(payload.rev):
            yield Fault("audit.payload_altered", {"rev": payload.rev})
    head = session.get(ContestHead, contest_id)
    if head and (head.rev, head.audit_hash) != (expected - 1, before):
        yield Fault("audit.cut_off", {"rev": expected - 1, "head": head.rev})
    if anchor and hashes.get(anchor[0]) != anchor[1]:
        yield Fault("audit.anchor", {"rev": anchor[0]})
