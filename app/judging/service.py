"""Deeds of judging: take a score sheet from a phone, and collect.

Reads the contest's roster and scheme. Writes sheet revisions and the collection; appends only. The judge is always the
one of the device, never one named in a record.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import insert
from sqlmodel import Session

from app.audit import now, record
from app.contests import queries as contests
from app.contests.models import EntryRow, JudgeRow
from app.errors import AppError
from app.judging.models import Collection, SheetRevision
from app.judging.queries import Revision, is_collected, newest, revisions
from app.judging.schemas import SheetRecord, read_sheet
from app.sync.kinds import Delivery, Outcome, Sender
from app.sync.schemas import Record
from scoring.check import Due
from scoring.roster import Entry, Recusal, Roster, Unit
from scoring.scheme import Item, Scheme


class AlreadyCollected(AppError):
    code = "judging.already_collected"
    status = 409


class Rules(NamedTuple):
    """What a batch's sheets are held against, read once for each batch."""

    scheme: Scheme
    scheme_digest: str
    judge: JudgeRow
    due: Due
    collected: bool


def accept_sheet(session: Session, delivery: Delivery, one: Record) -> Outcome:
    """Store a sheet from a phone, if it can count. The contest's head row is locked."""
    sheet = read_sheet(one)
    if sheet is None:
        return Outcome("rejected", "unreadable")
    rules = _rules(session, delivery.sender)
    reason = _refusal(session, delivery.sender, rules, sheet)
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
    session.connection().execute(insert(SheetRevision), row)
    return Outcome("stored")


def _rules(session: Session, sender: Sender) -> Rules:
    """What holds for this judge in this deed: the head row is locked, so it holds for the whole batch."""
    key = ("judging.rules", sender.contest_id, sender.judge_id)
    found: Rules | None = session.info.get(key)
    if found is None:
        contest = contests.contest(session, sender.contest_id)
        everybody = Roster(
            units=tuple(Unit(row.id, row.name, row.division) for row in contests.units(session, sender.contest_id)),
            entries=(),
            judges=(),
            recusals=tuple(
                Recusal(row.judge_id, row.unit_id, row.entry_id) for row in contests.recusals(session, contest.id)
            ),
        )
        rule = contests.scheme(session, contest.id)
        judge = session.get_one(JudgeRow, (contest.id, sender.judge_id))
        collected = is_collected(session, contest.id)
        found = Rules(rule, contest.scheme_digest, judge, Due(rule, everybody, absent=set()), collected)
        session.info[key] = found
    return found


def _refusal(session: Session, sender: Sender, rules: Rules, sheet: SheetRecord) -> str:
    """Why the sheet cannot count; empty where it can."""
    row = session.get(EntryRow, (sender.contest_id, sheet.entry_id))
    if row is None:
        return "unknown_entry"
    entry, judge = Entry(row.id, row.unit_id, row.component, row.kind), contests.judge_of(rules.judge)
    part = rules.scheme.component[row.component]
    if not rules.due.marks(judge, entry, part):
        return "unknown_entry"
    if rules.due.recused(judge, entry, part):
        return "recused"
    if sheet.scheme_digest != rules.scheme_digest:
        return "stale_scheme"
    return _off_the_form(rules.scheme.items(row.component, row.kind), sheet)


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
    others = [
        one
        for one in revisions(
            session,
            sender.contest_id,
            SheetRevision.judge_id == sender.judge_id,
            SheetRevision.entry_id == sheet.entry_id,
            SheetRevision.kind != "draft",
        )
        if one.device_id != sender.device_id and one.server_rev > sheet.based_on
    ]
    last = newest(others)
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
