"""Deeds of judging: take a score sheet from a phone, and collect.

Reads the contest's roster and scheme. Writes sheet revisions and the collection; appends only. The judge is always the
one of the device, never one named in a record.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session, SQLModel

from app.audit import now, record
from app.contests import queries as contests
from app.errors import AppError
from app.judging.models import Collection
from app.judging.queries import Revision, is_collected, newest, unseen
from app.judging.schemas import SheetRecord, read_sheet
from app.sync.kinds import Delivery, Outcome, Sender
from app.sync.schemas import Record
from scoring.check import Due
from scoring.roster import Entry, Judge
from scoring.scheme import Item, Scheme

_ADD = insert(SQLModel.metadata.tables["sheet_revision"])


class AlreadyCollected(AppError):
    code = "judging.already_collected"
    status = 409


@dataclass(frozen=True, slots=True)
class Rules:
    """What every sheet of a contest is held against, as it stood at one revision of the contest."""

    rev: int
    chain: str
    scheme: Scheme
    scheme_digest: str
    judges: Mapping[str, Judge]
    entries: Mapping[str, Entry]
    due: Due
    collected: bool


def accept_sheet(session: Session, delivery: Delivery, one: Record) -> Outcome:
    """Store a sheet from a phone, if it can count. The contest's head row is locked."""
    sheet = read_sheet(one)
    if sheet is None:
        return Outcome("rejected", "unreadable")
    rules = _rules(session, delivery)
    reason = _refusal(delivery.sender, rules, sheet)
    if reason:
        return Outcome("rejected", reason)
    if rules.collected:
        return Outcome("quarantined", "late")
    if sheet.state != "draft" and _conflicts(session, delivery.sender, sheet):
        return Outcome("conflict")
    row = {
        "contest_id": delivery.sender.contest_id,
        "revision_id": one.revision_id,
        "server_rev": delivery.rev,
        "judge_id": delivery.sender.judge_id,
        "entry_id": sheet.entry_id,
        "kind": sheet.state,
        "ticks": json.dumps(sheet.ticks),
        "note": sheet.note,
        "origin": "phone",
        "device_id": delivery.sender.device_id,
        "device_seq": one.device_seq,
        "based_on": sheet.based_on,
        "marked_at": sheet.marked_at,
        "came_at": delivery.at,
        "digest": one.sha256,
    }
    session.connection().execute(_ADD, row)
    return Outcome("stored")


_kept: dict[tuple[str, str], Rules] = {}
_FARTHEST = 500  # so many acts are looked through before everything is read again
_AUDIT = SQLModel.metadata.tables["audit"]
_SINCE = (
    select(_AUDIT.c.rev, _AUDIT.c.hash, _AUDIT.c.action)
    .where(_AUDIT.c.contest_id == bindparam("contest"), _AUDIT.c.rev >= bindparam("rev"))
    .order_by(_AUDIT.c.rev)
)


def _rules(session: Session, delivery: Delivery) -> Rules:
    """The rules that hold now. Kept in this process while nothing but phones' batches was done in the contest.

    The audit chain says so: every deed that changes a roster, a recusal or the collection is an act in it. The kept
    one must lie on the chain, by its hash: a deed that was rolled back leaves a number behind, but no hash.
    """
    contest_id = delivery.sender.contest_id
    key = (str(session.get_bind().engine.url), contest_id)
    found = _kept.get(key)
    if found is None or (found.chain != delivery.chain and not _still_holds(session, contest_id, found, delivery)):
        contest = contests.contest(session, contest_id)
        everybody, rule = contests.roster(session, contest_id), contests.scheme(session, contest_id)
        found = Rules(
            rev=0,
            chain="",
            scheme=rule,
            scheme_digest=contest.scheme_digest,
            judges={judge.id: judge for judge in everybody.judges},
            entries={entry.id: entry for entry in everybody.entries},
            due=Due(rule, everybody, absent=set()),
            collected=is_collected(session, contest_id),
        )
    if found.chain != delivery.chain:
        found = replace(found, rev=delivery.rev - 1, chain=delivery.chain)
        _kept[key] = found
    return found


def _still_holds(session: Session, contest_id: str, kept: Rules, delivery: Delivery) -> bool:
    if not 0 <= delivery.rev - kept.rev <= _FARTHEST:
        return False
    acts = session.connection().execute(_SINCE, {"contest": contest_id, "rev": kept.rev}).all()
    return bool(acts) and acts[0].hash == kept.chain and all(act.action == "receive" for act in acts[1:])


def _refusal(sender: Sender, rules: Rules, sheet: SheetRecord) -> str:
    """Why the sheet cannot count; empty where it can."""
    entry, judge = rules.entries.get(sheet.entry_id), rules.judges[sender.judge_id]
    if entry is None:
        return "unknown_entry"
    part = rules.scheme.component[entry.component]
    if not rules.due.marks(judge, entry, part):
        return "unknown_entry"
    if rules.due.recused(judge, entry, part):
        return "recused"
    if sheet.scheme_digest != rules.scheme_digest:
        return "stale_scheme"
    return _off_the_form(rules.scheme.items(entry.component, entry.kind), sheet)


def _off_the_form(items: Sequence[Item], sheet: SheetRecord) -> str:
    if sheet.state == "withdrawn":
        return ""
    if len(sheet.ticks) != len(items):
        return "out_of_range"
    if sheet.state == "draft":
        return ""  # counts nowhere, and may hold half a number
    if None in sheet.ticks:
        return "incomplete"
    fits = all(tick in item.ticks for item, tick in zip(items, sheet.ticks, strict=True))
    return "" if fits else "out_of_range"


def _conflicts(session: Session, sender: Sender, sheet: SheetRecord) -> bool:
    """Whether another device of this judge, or paper, wrote other marks that this phone had not seen."""
    last = newest(unseen(session, sender, sheet.entry_id, sheet.based_on))
    return last is not None and not _equal(last, sheet)


def _equal(one: Revision, sheet: SheetRecord) -> bool:
    return one.kind == sheet.state and (sheet.state == "withdrawn" or tuple(json.loads(one.ticks)) == sheet.ticks)


def collect(session: Session, actor: str, *, contest_id: str) -> int:
    """收分: from this revision on no sheet counts but by decision. Returns the revision."""
    # The act locks the head row before it is asked, so two taps on the button cannot both find nothing.
    rev = record(session, actor, "collect", contest_id=contest_id)
    if is_collected(session, contest_id):
        raise AlreadyCollected
    session.add(Collection(contest_id=contest_id, rev=rev, by_person=actor, at=now()))
    return rev
