"""The audit log (日志): append-only and hash-chained, one chain per contest, one for the installation.

``record`` is called inside the deed it tells of, so that the row is in the same transaction. A row holds the digest of
its payload; the payload lies beside it, so that erasing a person does not break the proof. The hash is of stored text.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, cast

from sqlalchemy import Text, bindparam, delete, insert
from sqlalchemy import select as sql_select
from sqlalchemy import update as sql_update
from sqlmodel import Field, Session, SQLModel, col, select

from app.db import Quick, after_commit
from scoring.canonical import canonical
from scoring.faults import Fault, Param

INSTALLATION = "-"  # the chain of what belongs to no contest: accounts, settings
START = "0" * 64
ERASE = "erase_payload"


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
    # Not strftime, which takes as long as two statements of the batch path.
    return datetime.now(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


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
_payload = _tables["audit_payload"]
_ERASE = delete(_payload).where(_payload.c.contest_id == bindparam("contest"), _payload.c.rev == bindparam("erased"))
_ADD_ROW, _ADD_PAYLOAD = (Quick(insert(_tables[name]).inline()) for name in ("audit", "audit_payload"))


def lock(session: Session, contest_id: str) -> Head:
    """Lock the contest's head row until the commit. Raises LookupError where there is no such chain."""
    session.flush()
    return Head(contest_id, *_LOCK(session, contest=contest_id)[0])


def record(
    session: Session, actor: str, action: str, *, contest_id: str, subject: str = "", payload: object = None
) -> int:
    """Append an act to its chain and return its revision number. Locks the contest's head row."""
    return append(session, lock(session, contest_id), actor, action, subject=subject, payload=payload).rev


def append(session: Session, head: Head, actor: str, action: str, *, subject: str = "", payload: object = None) -> Head:
    """The same behind a head row that is locked and was read since; returns the head as it then is."""
    contest_id, rev, at = head.contest_id, head.rev + 1, now()
    body = canonical(salted(payload))
    row = {
        "contest_id": contest_id,
        "rev": rev,
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "payload_digest": hashlib.sha256(body).hexdigest(),
    }
    ends = row["hash"] = _hash([head.audit_hash, *row.values()])
    _MOVE(session, contest=contest_id, now_rev=rev, now_hash=ends)
    _ADD_ROW(session, **row)
    _ADD_PAYLOAD(session, contest_id=contest_id, rev=rev, body=body.decode())
    after_commit(session, contest_id)
    return Head(contest_id, rev, ends)


def salted(payload: object) -> dict[str, object]:
    """Chance beside the particulars: else whoever knows the few values a thing can have finds the one by its digest."""
    facts = dict(payload) if isinstance(payload, Mapping) else {"facts": payload}
    return {**facts, "salt": secrets.token_hex(16)}


def erase_payload(session: Session, actor: str, *, contest_id: str, rev: int, reason: str) -> int:
    """Take the particulars of an act away, as the law may ask for a person; that it was done stands in the chain."""
    done = record(session, actor, ERASE, contest_id=contest_id, subject=str(rev), payload={"reason": reason})
    session.connection().execute(_ERASE, {"contest": contest_id, "erased": rev})
    return done


def chained(before: str, row: AuditRow) -> str:
    """The hash of ``row`` behind a chain that ends with ``before``."""
    return _hash([before, row.contest_id, row.rev, row.at, row.actor, row.action, row.subject, row.payload_digest])


def _hash(parts: list[object]) -> str:
    # The spelling of scoring.canonical, which has nothing to simplify in a list of text and one small number.
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


# --- is it whole? -----------------------------------------------------------------------------------------------------


class Anchor(NamedTuple):
    """The end of a chain at one moment, to be kept outside the database: printed, in a bundle, in the server's log."""

    contest_id: str
    rev: int
    hash: str

    @property
    def code(self) -> str:
        """As it is printed and typed: 128-3f9a-22bc-0d1e-77aa-9b3c. Eighty bits: nobody makes another chain fit."""
        return "-".join((str(self.rev), *(self.hash[at : at + 4] for at in range(0, ANCHOR_DIGITS, 4))))


ANCHOR_DIGITS = 20


def read_anchor(code: str) -> tuple[int, str]:
    """A code as it was printed. Raises ValueError."""
    rev, _, rest = code.strip().lower().partition("-")
    digits = rest.replace("-", "")
    if not (rev.isascii() and rev.isdigit() and len(digits) == ANCHOR_DIGITS) or set(digits) - set("0123456789abcdef"):
        raise ValueError(code)
    return int(rev), digits


def anchor_of(session: Session, contest_id: str) -> Anchor | None:
    """The end of the contest's chain now; nothing where its head row is gone."""
    head = session.get(ContestHead, contest_id)
    return Anchor(contest_id, head.rev, head.audit_hash) if head else None


def chains(session: Session) -> list[str]:
    """Every chain there is, or of which there is anything left."""
    found: set[str] = set()
    for table in (ContestHead, AuditRow, AuditPayload):
        found |= set(session.exec(select(table.contest_id).distinct()))
    return sorted(found)


def verify(session: Session, contest_id: str, anchor: tuple[int, str] | None = None) -> Iterator[Fault]:
    """Every break of the chain, named by its number and act. ``anchor``: a number and hash kept outside the database.

    The hash may be its first digits, as they are printed. Found: a row altered, deleted, moved, put in or cut off at
    the end; a payload altered, deleted without a recorded erasure, or put in; and by the anchor alone, what was
    rewritten so that it fits itself.
    """
    rows = _rows_of(session, contest_id)
    # What the row before holds as its hash, and what it ought to hold: an altered hash breaks that row, not the next.
    stored = computed = START
    expected = 1
    for row in rows:
        told: dict[str, Param] = {"rev": row.rev, "action": row.action}
        ought = chained(stored, row)
        if row.rev > expected:
            yield Fault("audit.missing", {"from": expected, "to": row.rev - 1, **told})
        elif row.rev < expected or row.hash not in {ought, chained(computed, row)}:
            yield Fault("audit.altered", told)
        stored, computed, expected = row.hash, ought, row.rev + 1
    yield from _end(session.get(ContestHead, contest_id), rows, {stored, computed})
    yield from _payloads(session, contest_id, rows)
    if anchor:
        yield from _anchored(rows, *anchor)


def _rows_of(session: Session, contest_id: str) -> list[AuditRow]:
    mine = sql_select(*AuditRow.__table__.c).where(col(AuditRow.contest_id) == contest_id).order_by(col(AuditRow.rev))  # type: ignore[attr-defined]
    return cast("list[AuditRow]", session.connection().execute(mine).all())  # plain rows: a tenth of the time


def _end(head: ContestHead | None, rows: list[AuditRow], hashes: set[str]) -> Iterator[Fault]:
    """The head row is moved with every act: so it knows where the chain ends."""
    last = rows[-1].rev if rows else 0
    if head is None:
        yield Fault("audit.no_head", {"rev": last})
    elif head.rev > last:
        yield Fault("audit.cut_off", {"from": last + 1, "to": head.rev})
    elif head.rev < last:
        added = next(row for row in rows if row.rev > head.rev)
        yield Fault("audit.added", {"head": head.rev, "rev": added.rev, "action": added.action})
    elif head.audit_hash not in hashes:
        yield Fault("audit.replaced", {"rev": last, "action": rows[-1].action if rows else ""})


def _payloads(session: Session, contest_id: str, rows: list[AuditRow]) -> Iterator[Fault]:
    mine = sql_select(AuditPayload.rev, AuditPayload.body).where(col(AuditPayload.contest_id) == contest_id)  # type: ignore[call-overload]
    bodies = {rev: hashlib.sha256(body.encode()).hexdigest() for rev, body in session.connection().execute(mine)}
    erased = {row.subject for row in rows if row.action == ERASE and row.subject != str(row.rev)}
    for row in rows:
        found = bodies.pop(row.rev, None)
        if found is None and str(row.rev) not in erased:
            yield Fault("audit.payload_missing", {"rev": row.rev, "action": row.action})
        if found not in {None, row.payload_digest}:
            yield Fault("audit.payload_altered", {"rev": row.rev, "action": row.action})
    for rev in sorted(bodies):
        yield Fault("audit.payload_added", {"rev": rev})


def _anchored(rows: list[AuditRow], rev: int, digits: str) -> Iterator[Fault]:
    last = rows[-1].rev if rows else 0
    if rev > last:
        yield Fault("audit.anchor_cut", {"rev": rev, "last": last})
        return
    found = next((row for row in rows if row.rev == rev), None)
    if not (found.hash if found else START).startswith(digits):
        yield Fault("audit.anchor", {"rev": rev, "action": found.action if found else ""})
