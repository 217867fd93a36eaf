"""Deeds of the exchange: take in what a phone hands over, and write everything down that arrived.

Reads and writes devices' heartbeats and arrivals. Hands each record to the handler of its kind, and knows none of them.
Never answers anything itself: what it returns goes out after the commit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, col

from app.audit import INSTALLATION, Head, append, lock, now, record
from app.db import Quick, out_of_reach
from app.sync.kinds import Delivery, Kinds, Outcome, Sender
from app.sync.models import ArrivalAgain, Device, Heartbeat, ServerEpoch
from app.sync.queries import NEWEST_EPOCH, epoch, gaps, state_of
from app.sync.schemas import Batch, Record

FARTHEST_CLOCK_MS = 2**31 - 1
BATCH = "batch"  # how a record came: its phone sent it

# The statements of every batch are built once: putting one together costs more than running it.
_tables = SQLModel.metadata.tables
_head, _arrival, _heartbeat = _tables["contest_head"], _tables["arrival"], _tables["heartbeat"]
_HEAD = Quick(select(_head.c.rev, _head.c.audit_hash).where(_head.c.contest_id == bindparam("contest")))
_ADD_ARRIVAL = Quick(insert(_arrival).inline())
_EARLIER = select(
    *(_arrival.c[name] for name in ("revision_id", "sha256", "device_id", "result", "reason", "rev"))
).where(_arrival.c.contest_id == bindparam("contest"))
_BEFORE_ONE = Quick(_EARLIER.where(_arrival.c.revision_id == bindparam("revision")))
_BEFORE = _EARLIER.where(_arrival.c.revision_id.in_(bindparam("revisions", expanding=True)))
_BEAT = Quick(
    update(_heartbeat)
    .where(_heartbeat.c.contest_id == bindparam("contest"), _heartbeat.c.device_id == bindparam("device"))
    .values(
        highest_seq=case(
            (_heartbeat.c.highest_seq < bindparam("said"), bindparam("said")), else_=_heartbeat.c.highest_seq
        ),
        waiting=bindparam("holds"),
        heard_at=bindparam("moment"),
        clock_offset_ms=bindparam("ahead"),
        version=bindparam("page"),
        finds=bindparam("found"),
        photos=bindparam("pictures"),
    )
    .returning(_heartbeat.c.highest_seq, NEWEST_EPOCH.scalar_subquery())
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said of a revision when it first came."""

    sha256: str
    device_id: str
    result: str
    reason: str
    rev: int


Answer = dict[str, Any]


def receive(
    session: Session, sender: Sender, batch: Batch, kinds: Kinds, *, one_by_one: bool, way: str = BATCH
) -> tuple[Answer, str]:
    """Take a batch in; returns the answer, but for the clock and the package's tag, and the state the tag is made of.

    ``sender`` is the device as it stands in this transaction: one that was revoked while its batch was under way is a
    revoked one. ``one_by_one`` gives each record a savepoint, so that one the database refuses leaves the others
    standing; it costs two statements more for each, so it is done only after the quick way has failed. ``way``: how
    it came.
    """
    # The head row first: until the commit no other batch, paper sheet or collection of this contest comes in between.
    # So what is looked up below cannot be outdated by a parallel retry; the tables' keys would refuse a second row.
    # With nothing to take in it is not locked; the revision is read before the changes, so that none can fall between.
    contest_id = sender.contest_id
    head = lock(session, contest_id) if batch.records else Head(contest_id, *_HEAD(session, contest=contest_id)[0])
    highest, life = (_heard_of if way == BATCH else _told_of)(session, sender, batch)
    since = batch.server_rev if batch.server_epoch in {"", life} else 0
    changes, newest = kinds.changes(session, sender, since)
    delivery = Delivery(sender, head.rev + 1, now(), _settled(head), newest)
    rev, results = _take_in(session, head, delivery, batch.records, kinds, one_by_one=one_by_one, way=way)
    collected = kinds.collected(session, contest_id)
    answer = {
        "fieldmark": "batch/1",
        "batch_id": batch.batch_id,
        "server_epoch": life,
        "server_rev": rev,
        "collected": collected,
        "revoked": sender.revoked,
        "results": results,
        "missing": gaps(session, contest_id, sender.device_id, highest),
        # Revoking stops reading at once.
        "changes": [] if sender.revoked else list(changes),
    }
    return answer, state_of(newest, kinds.called(session, sender), collected=collected)


# Of each contest the head after this process's last batch, and the one before the first batch of that row.
_rows: dict[str, tuple[Head, Head]] = {}


def _settled(head: Head) -> Head:
    """See ``Delivery``. A batch that was rolled back leaves here a hash that no chain ever holds."""
    last, settled = _rows.get(head.contest_id, (head, head))
    return settled if last == head else head


def _take_in(
    session: Session,
    head: Head,
    delivery: Delivery,
    records: Sequence[Record],
    kinds: Kinds,
    *,
    one_by_one: bool,
    way: str,
) -> tuple[int, list[dict[str, Any]]]:
    if not records:
        return head.rev, []
    sender = delivery.sender
    known = _known(session, sender.contest_id, [one.revision_id for one in records])
    written: list[dict[str, str]] = []
    results = []
    for one in sorted(records, key=lambda one: one.kind not in kinds.first):
        earlier = known.get(one.revision_id, {})
        if one.sha256 in earlier:
            outcome, rev = _again(session, sender, one, earlier[one.sha256])
        else:
            outcome = _judged(session, delivery, one, kinds, known=bool(earlier), one_by_one=one_by_one)
            rev = delivery.rev if outcome.result == "stored" else 0
            keep_arrival(session, delivery, one, outcome, way)
            told = Earlier(one.sha256, sender.device_id, outcome.result, outcome.reason, delivery.rev)
            known.setdefault(one.revision_id, {})[one.sha256] = told
            written.append({"id": one.revision_id, "sha256": one.sha256, "result": outcome.result})
        results.append(
            {
                "revision_id": one.given_id,
                "result": outcome.result,
                "reason": outcome.reason,
                "rev": rev,
                "receipt": one.receipt,
            }
        )
    if written:
        what = {"device": sender.device_id, "arrivals": written}
        ends = append(session, head, sender.judge_id, "receive", subject=sender.device_id, payload=what)
        _rows[head.contest_id] = ends, delivery.settled
        return delivery.rev, results
    return head.rev, results


def _known(session: Session, contest_id: str, revisions: Sequence[str]) -> dict[str, dict[str, Earlier]]:
    """What came before under these ids: per id and digest."""
    rows: Iterable[Any]
    if len(revisions) == 1:
        rows = _BEFORE_ONE(session, contest=contest_id, revision=revisions[0])
    else:
        rows = session.connection().execute(_BEFORE, {"contest": contest_id, "revisions": revisions})
    found: dict[str, dict[str, Earlier]] = {}
    for revision_id, *rest in rows:
        earlier = Earlier(*rest)
        found.setdefault(revision_id, {})[earlier.sha256] = earlier
    return found


def _again(session: Session, sender: Sender, one: Record, earlier: Earlier) -> tuple[Outcome, int]:
    """The same answer as the first time; what was stored is now a duplicate."""
    if earlier.device_id != sender.device_id:
        judge = session.get_one(Device, (sender.contest_id, earlier.device_id)).judge_id
        # Its number is accounted for on this device too: else the board would miss it for ever.
        if one.device_seq:
            key = (sender.contest_id, sender.device_id, one.device_seq)
            if session.get(ArrivalAgain, key) is None:
                session.add(ArrivalAgain(contest_id=key[0], device_id=key[1], device_seq=key[2]))
        if judge != sender.judge_id:
            return Outcome("mismatch", "other_judge"), 0
    if earlier.result == "stored":
        return Outcome("duplicate", earlier.reason), earlier.rev
    return Outcome(earlier.result, earlier.reason), 0  # type: ignore[arg-type]  # a CHECK of the table holds them


def _judged(
    session: Session, delivery: Delivery, one: Record, kinds: Kinds, *, known: bool, one_by_one: bool
) -> Outcome:
    handler = kinds.accept.get(one.kind)
    if known:
        return Outcome("mismatch")
    if not one.readable or handler is None:
        return Outcome("rejected", "unreadable")
    if delivery.sender.revoked:
        return Outcome("quarantined", "revoked_device")
    if not one_by_one:
        return handler(session, delivery, one)
    try:
        with session.begin_nested():
            return handler(session, delivery, one)
    except (ArithmeticError, DBAPIError, LookupError, TypeError, ValueError) as trouble:
        # What ails the database ails every record, and may be over the next time: that is for the whole batch.
        if out_of_reach(trouble):
            raise
        return Outcome("rejected", "unreadable")


def keep_arrival(session: Session, delivery: Delivery, one: Record, outcome: Outcome, way: str) -> None:
    """Write down that a record came, and what became of it."""
    row = {
        "contest_id": delivery.sender.contest_id,
        "revision_id": one.revision_id,
        "sha256": one.sha256,
        "device_id": delivery.sender.device_id,
        "device_seq": one.device_seq,
        "kind": one.kind,
        "body": one.body,
        "way": way,
        "result": outcome.result,
        "reason": outcome.reason,
        "rev": delivery.rev,
        "at": delivery.at,
    }
    _ADD_ARRIVAL(session, **row)


def _heard_of(session: Session, sender: Sender, batch: Batch) -> tuple[int, str]:
    """Note that the device was heard of; returns the highest number it ever said it had given out, and the epoch.

    Its own row, apart from the contest's head: a phone with nothing to send waits for nobody. Two contacts of one
    phone may overtake each other, so the number never falls.
    """
    moment = now()
    said = {
        "contest": sender.contest_id,
        "device": sender.device_id,
        "said": batch.highest_seq,
        "holds": batch.waiting,
        "moment": moment,
        "ahead": _offset(batch, moment),
        "page": batch.about.version,
        "found": " ".join(batch.about.finds),
        "pictures": batch.about.photos,
    }
    [(highest, epoch)] = _BEAT(session, **said)
    return int(highest), str(epoch or "")


def _told_of(session: Session, sender: Sender, batch: Batch) -> tuple[int, str]:
    """The same for what was carried by hand: the phone itself was not heard of, only what it had given out."""
    beat = session.get_one(Heartbeat, (sender.contest_id, sender.device_id), populate_existing=True)
    beat.highest_seq = max(beat.highest_seq, batch.highest_seq)
    session.flush()
    return beat.highest_seq, epoch(session)


def _offset(batch: Batch, moment: str) -> int:
    """How far the phone's clock is ahead, in milliseconds: evidence only, no order is made of it."""
    try:
        ahead = datetime.fromisoformat(batch.sent_at) - datetime.fromisoformat(moment)
        offset = round(ahead.total_seconds() * 1000)
    except (TypeError, ValueError, OverflowError):
        return 0
    return max(-FARTHEST_CLOCK_MS, min(FARTHEST_CLOCK_MS, offset))


def begin_epoch(session: Session, actor: str) -> str:
    """The database was restored from a backup: every phone offers again what it holds. Returns the new epoch."""
    newest = session.execute(select(ServerEpoch).order_by(col(ServerEpoch.number).desc())).scalars().first()
    row = ServerEpoch(number=(newest.number if newest else 0) + 1, value=uuid4().hex, at=now())
    session.add(row)
    record(session, actor, "begin_epoch", contest_id=INSTALLATION, subject=row.value)
    return row.value
