"""The audit log (日志): append-only and hash-chained, one chain per contest, one for the installation.

``record`` is called inside the deed it tells of, so that the row is in the same transaction. A row holds the digest of
its payload; the payload lies beside it, so that erasing a person does not break the proof. The hash is of stored text.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Text, bindparam, insert
from sqlalchemy import select as sql_select
from sqlalchemy import update as sql_update
from sqlmodel import Field, Session, SQLModel, col, select

from app.db import Quick, after_commit
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


class Head(NamedTuple):
    """A contest's head row while it is locked."""

    contest_id: str
    rev: int
    audit_hash: str


_tables = SQLModel.metadata.tables
_head = _tables["contest_head"]
_LOCK = Quick(
    sql_select(_head.c.rev, _head.c.audit_hash).where(_head.c.contest_id == bindparam("contest")).with_for_update()
)
_MOVE = Quick(
    sql_update(_head)
    .where(_head.c.contest_id == bindparam("contest"))
    .values(rev=bindparam("now_rev"), audit_hash=bindparam("now_hash"))
)
_ADD_ROW, _ADD_PAYLOAD = (Quick(insert(_tables[name]).inline()) for name in ("audit", "audit_payload"))


def lock(session: Session, contest_id: str) -> Head:
    """Lock the contest's head row until the commit. Raises LookupError where there is no such chain."""
    session.flush()
    return Head(contest_id, *_LOCK(session, contest=contest_id)[0])


def record(
    session: Session, actor: str, action: str, *, contest_id: str, subject: str = "", payload: object = None
) -> int:
    """Append an act to its chain and return its revision number. Locks the contest's head row."""
    return append(session, lock(session, contest_id), actor, action, subject=subject, payload=payload)


def append(session: Session, head: Head, actor: str, action: str, *, subject: str = "", payload: object = None) -> int:
    """The same behind a head row that is locked and was read since."""
    contest_id, rev, at = head.contest_id, head.rev + 1, now()
    body = canonical(payload)
    row = {
        "contest_id": contest_id,
        "rev": rev,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "payload_digest": hashlib.sha256(body).hexdigest(),
    }
    row["hash"] = _hash([head.audit_hash, *row.values()])
    _MOVE(session, contest=contest_id, now_rev=rev, now_hash=row["hash"])
    _ADD_ROW(session, **row)
    _ADD_PAYLOAD(session, contest_id=contest_id, rev=rev, body=body.decode())
    after_commit(session, contest_id)
    return rev


def chained(before: str, row: AuditRow) -> str:
    """The hash of ``row`` behind a chain that ends with ``before``."""
    return _hash([before, row.contest_id, row.rev, row.at, row.actor, row.action, row.subject, row.payload_digest])


def _hash(parts: list[object]) -> str:
    # The spelling of scoring.canonical, which has nothing to simplify in a list of text and one small number.
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


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
