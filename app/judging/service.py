"""Deeds of judging: take a score sheet from a phone, and collect.

Reads the contest's roster and scheme. Writes sheet revisions and the collection; appends only. The judge is always the
one of the device, never one named in a record.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, insert, select
from sqlmodel import Session, SQLModel

from app.audit import now, record
from app.clock import later
from app.contests import queries as contests
from app.contests.models import RoundCollection
from app.contests.rules import digests
from app.db import Quick
from app.errors import AppError
from app.judging.decision_queries import asked_again, corrected
from app.judging.models import Collection, StopLock
from app.judging.queries import AFTER_SIGNATURE, Revision, by_others, graces, is_collected, locks
from app.judging.schemas import SheetRecord, read_sheet
from app.judging.signature_queries import replaces_signed
from app.sync.kinds import Delivery, Outcome
from app.sync.queries import epoch, was_restored
from app.sync.schemas import Record
from scoring.check import Due
from scoring.roster import Entry, Judge
from scoring.scheme import Item, Scheme

_ADD = Quick(insert(SQLModel.metadata.tables["sheet_revision"]).inline())


class AlreadyCollected(AppError):
    code = "judging.already_collected"
    status = 409


class NotByStop(AppError):
    """The scheme closes all sheets together, at collection."""

    code = "judging.not_by_stop"
    status = 409


class NoSuchStop(AppError):
    code = "judging.no_such_stop"
    status = 404


class AlreadyLocked(AppError):
    code = "judging.already_locked"
    status = 409


@dataclass(frozen=True, slots=True)
class Rules:
    """What every sheet of a contest is held against, as it stood at one revision of the contest.

    ``graces``: of an entry whose lock leaves one, when it was locked and until when. ``again``: (judge, entry) pairs of
    a locked entry that the judge was asked to mark once more.
    """

    rev: int
    chain: str
    scheme: Scheme
    digests: frozenset[str]
    judges: Mapping[str, Judge]
    entries: Mapping[str, Entry]
    due: Due
    collected: bool
    locked: frozenset[str]
    graces: Mapping[str, tuple[str, str]]
    again: frozenset[tuple[str, str]]

    @property
    def asks_signature(self) -> bool:
        """Whether each judge signs on his phone what he handed in."""
        return self.scheme.publication.signature == "glass"


def accept_sheet(session: Session, delivery: Delivery, one: Record) -> Outcome:
    """Store a sheet from a phone, if it can count. The contest's head row is locked."""
    sheet = read_sheet(one)
    if sheet is None:
        return Outcome("rejected", "unreadable")
    rules = rules_of(session, delivery)
    reason = refusal(rules, delivery.sender.judge_id, sheet)
    if reason:
        return Outcome("rejected", reason)
    if rules.collected or (sheet.entry_id in rules.locked and not _still_comes(session, rules, delivery, sheet, one)):
        return Outcome("quarantined", "late")
    if sheet.state != "draft" and _conflicts(session, delivery, sheet):
        return Outcome("conflict")
    if sheet.state != "draft" and rules.asks_signature and replaces_signed(session, delivery.sender, sheet, one):
        return Outcome("quarantined", AFTER_SIGNATURE)
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
    _ADD(session, **row)
    return Outcome("stored")


def _still_comes(session: Session, rules: Rules, delivery: Delivery, sheet: SheetRecord, one: Record) -> bool:
    """Whether a sheet for a locked entry counts: its judge was asked to mark again, or it was on its way at the lock.

    The latter only the phone's clock can say, less what it is ahead; and it is believed for the seconds of grace only.
    """
    if (delivery.sender.judge_id, sheet.entry_id) in rules.again:
        return (delivery.sender.judge_id, sheet.entry_id) in asked_again(session, delivery.sender.contest_id)
    locked_at, until = rules.graces.get(sheet.entry_id, ("", ""))
    made = corrected(one.fields)
    return delivery.at <= until and bool(made) and made <= locked_at


_kept: WeakKeyDictionary[Engine, dict[str, Rules]] = WeakKeyDictionary()
_FARTHEST = 500  # so many acts are looked through before everything is read again
_AUDIT = SQLModel.metadata.tables["audit"]
_SINCE = Quick(
    select(_AUDIT.c.hash, _AUDIT.c.action)
    .where(_AUDIT.c.contest_id == bindparam("contest"), _AUDIT.c.rev >= bindparam("since"))
    .order_by(_AUDIT.c.rev)
)


def rules_of(session: Session, delivery: Delivery) -> Rules:
    """The rules that hold now. Kept in this process while nothing but phones' batches was done in the contest.

    The audit chain says so: every deed that changes a roster, a recusal or the collection is an act in it. The kept
    one must lie on the chain, by its hash: a deed that was rolled back leaves a number behind, but no hash.
    """
    contest_id = delivery.sender.contest_id
    kept = _kept.setdefault(session.get_bind().engine, {})
    found = kept.get(contest_id)
    settled = delivery.settled
    if found is None or (found.chain != settled.audit_hash and not _still_holds(session, contest_id, found, delivery)):
        found = standing_rules(session, contest_id)
    if found.chain != settled.audit_hash:
        found = replace(found, rev=settled.rev, chain=settled.audit_hash)
        kept[contest_id] = found
    return found


def standing_rules(session: Session, contest_id: str) -> Rules:
    """The rules as the rows of the contest tell them now."""
    contest = contests.contest(session, contest_id)
    everybody, rule = contests.roster(session, contest_id), contests.scheme(session, contest_id)
    # Of a round that has not begun nothing can count; of a unit that has left one, only by decision.
    known = contests.once_in_play(session, contest_id)
    left = known - contests.in_play(session, contest_id)
    return Rules(
        rev=0,
        chain="",
        scheme=rule,
        digests=digests(session, contest_id) | {contest.scheme_digest},
        judges={judge.id: judge for judge in everybody.judges},
        # One that was dropped is taken in all the same: what a phone holds of it is kept, and counts if it is restored.
        entries={
            one.id: contests.entry_of(one) for one in contests.known_entries(session, contest_id) if one.id in known
        },
        due=Due(rule, everybody, absent=set()),
        collected=is_collected(session, contest_id),
        locked=frozenset(locks(session, contest_id)) | left,
        graces=graces(session, contest_id),
        again=frozenset(asked_again(session, contest_id)),
    )


def _still_holds(session: Session, contest_id: str, kept: Rules, delivery: Delivery) -> bool:
    if not 0 <= delivery.rev - kept.rev <= _FARTHEST:
        return False
    acts = _SINCE(session, contest=contest_id, since=kept.rev)
    return bool(acts) and acts[0][0] == kept.chain and all(action == "receive" for _, action in acts[1:])


def refusal(rules: Rules, judge_id: str, sheet: SheetRecord) -> str:
    """Why a sheet of this judge cannot count; empty where it can."""
    entry, judge = rules.entries.get(sheet.entry_id), rules.judges[judge_id]
    if entry is None:
        return "unknown_entry"
    part = rules.scheme.component[entry.component]
    if not rules.due.marks(judge, entry, part):
        return "unknown_entry"
    if rules.due.recused(judge, entry, part):
        return "recused"
    if sheet.scheme_digest not in rules.digests:
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


def _conflicts(session: Session, delivery: Delivery, sheet: SheetRecord) -> bool:
    """Whether another device of this judge, or paper, wrote other marks that this phone had not seen."""
    seen = _seen(session, delivery, sheet)
    if delivery.others <= seen:
        return False  # of none of his sheets, so not of this one
    last = by_others(session, delivery.sender, sheet.entry_id)
    return last is not None and last.server_rev > seen and not _equal(last, sheet)


def _seen(session: Session, delivery: Delivery, sheet: SheetRecord) -> int:
    """The newest revision of the sheet that the phone had seen; 0 where its number says nothing.

    Numbers belong to one life of the database: after a restore the same one is given out again, for something else.
    """
    if sheet.based_on and sheet.server_epoch != epoch(session) and (sheet.server_epoch or was_restored(session)):
        return 0  # also of a page from before records carried the epoch: nothing tells of which life its number is
    return sheet.based_on if sheet.based_on < delivery.rev else 0


def _equal(one: Revision, sheet: SheetRecord) -> bool:
    return one.kind == sheet.state and (sheet.state == "withdrawn" or tuple(json.loads(one.ticks)) == sheet.ticks)


def collect(session: Session, actor: str, *, contest_id: str) -> int:
    """收分: from this revision on no sheet counts but by decision. Returns the revision.

    In a contest with rounds it is the sheets of the running round; with the last one everything is collected.
    """
    rounds, name = contests.scheme(session, contest_id).rounds, contests.running(session, contest_id)
    if rounds and name != rounds[-1].id:
        return _collect_round(session, actor, contest_id, name)
    # The act locks the head row before it is asked, so two taps on the button cannot both find nothing.
    rev = record(session, actor, "collect", contest_id=contest_id)
    if is_collected(session, contest_id):
        raise AlreadyCollected
    session.add(Collection(contest_id=contest_id, rev=rev, by_person=actor, at=now()))
    return rev


def _collect_round(session: Session, actor: str, contest_id: str, name: str) -> int:
    rev = record(session, actor, "collect_round", contest_id=contest_id, subject=name)
    if name in contests.round_collections(session, contest_id):
        raise AlreadyCollected
    session.add(RoundCollection(contest_id=contest_id, round=name, rev=rev, by_person=actor, at=now()))
    session.flush()
    return rev


def round_collected(session: Session, contest_id: str) -> bool:
    """Whether the sheets of what is being marked are collected: of the running round, or all."""
    if is_collected(session, contest_id):
        return True
    over = contests.round_collections(session, contest_id)
    return bool(over) and contests.running(session, contest_id) in over


def lock_stop(session: Session, actor: str, *, contest_id: str, entry_id: str, grace_seconds: int = 0) -> int:
    """锁定点位: from this revision on no sheet for the entry counts but by decision. Returns the revision.

    ``grace_seconds``: so long a sheet that was handed in before still counts when it arrives.
    """
    rev = record(session, actor, "lock_stop", contest_id=contest_id, subject=entry_id)
    if contests.scheme(session, contest_id).publication.lock != "stop":
        raise NotByStop
    if all(entry.id != entry_id for entry in contests.entries(session, contest_id)):
        raise NoSuchStop
    if is_collected(session, contest_id):
        raise AlreadyCollected
    if entry_id in locks(session, contest_id):
        raise AlreadyLocked
    at = now()
    until = later(at, grace_seconds) if grace_seconds else ""
    session.add(StopLock(contest_id=contest_id, entry_id=entry_id, rev=rev, by_person=actor, at=at, grace_until=until))
    session.flush()
    return rev
