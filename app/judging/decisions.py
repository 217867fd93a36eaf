"""Deeds of decisions (认定): put them forward, admit or reject sheets that wait, and take back what was decided.

Reads the contest and what is in force. Writes proposals; once ``confirming`` made a decision of one, what follows from
it: for an admitted sheet a revision of it. Appends only. What arrived stays as it came. Every decision has a reason,
and none is put forward that the engine would refuse.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, cast
from uuid import uuid4

from sqlmodel import Session

from app.audit import lock, now
from app.contests import queries as contests
from app.errors import AppError
from app.judging.decision_queries import (
    ADMIT,
    ENGINE_KINDS,
    REJECT,
    REMARK,
    TAKE_BACK,
    UNSIGNED,
    Undecided,
    admissions_undone,
    engine_decisions,
    in_force,
    undecided,
)
from app.judging.models import DecisionRow, SheetRevision
from app.judging.paper_queries import LATE
from app.judging.proposals import Ground, Line, NothingChosen, ground, put_forward
from app.judging.queries import current, current_sheets, handed_in, is_collected, locks, newest, revisions
from app.judging.service import Rules, refusal, standing_rules
from scoring.canonical import digest
from scoring.faults import Fault, Param
from scoring.roster import Decision, DecisionKind
from scoring.tabulate import contradictions

# What a Chinese input method leaves in a number; in a text, such as the public value of a draw, it is left alone.
_NARROW = str.maketrans("０１２３４５６７８９．　", "0123456789. ")
_NUMBERS = ("deduction", "bonus", "prior", "class", "tie", "award", "overrun")


class CollectFirst(AppError):
    """Before the collection a missing sheet may still come, and a judge settles a conflict on his own phone."""

    code = "decide.collect_first"
    status = 409


class Unfit(AppError):
    """The engine would refuse the decision; ``faults`` say why."""

    code = "decide.unfit"
    status = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class NotMissing(AppError):
    code = "decide.not_missing"
    status = 409


class NoSheetStands(AppError):
    code = "decide.no_sheet"
    status = 409


class NotWaiting(AppError):
    """Somebody decided it meanwhile, or its judge has replaced it."""

    code = "decide.not_waiting"
    status = 409


class OneOfEach(AppError):
    """Two sheets of one judge for one entry cannot both be admitted."""

    code = "decide.one_of_each"
    status = 422


class AdmitRecused(AppError):
    code = "decide.admit_recused"
    status = 409


class AdmitAbsent(AppError):
    code = "decide.admit_absent"
    status = 409


class AdmitVoid(AppError):
    """It was decided that no sheet of this judge for this entry counts: an admitted one would not either."""

    code = "decide.admit_void"
    status = 409


class AdmitUnfit(AppError):
    """It has an item unmarked, a mark off its grid, or was made on another version of the scheme."""

    code = "decide.admit_unfit"
    status = 409


class NotInForce(AppError):
    code = "decide.not_in_force"
    status = 409


@dataclass(frozen=True, slots=True)
class Wanted:
    """One decision as it was chosen on a page; see ``scoring.roster.DecisionKind`` for what each field holds."""

    kind: DecisionKind
    subject: str = ""
    rule: str = ""
    value: str = ""


def decide(
    session: Session, actor: str, *, contest_id: str, wanted: Sequence[Wanted], reason: str, document: str = ""
) -> int:
    """Put decisions forward that are made together; they hold once another person confirms them. Returns the revision.

    Raises ReasonMissing, NothingChosen, CollectFirst, NotMissing, NoSheetStands, Unfit, ProposedAlready.
    """
    why = ground(reason, document)
    if not wanted:
        raise NothingChosen
    head = lock(session, contest_id)
    lines = [Line(one.kind, one.subject, one.rule, _narrow(one).strip()) for one in wanted]
    refuse_decisions(session, contest_id, lines)
    return put_forward(session, head, actor, "decide", lines, why)


def refuse_decisions(session: Session, contest_id: str, lines: Sequence[Line]) -> None:
    """Raises what ``decide`` does, when it is put forward and again when it is confirmed."""
    _refuse_absences(session, contest_id, [one.subject for one in lines if one.kind == "absence"])
    _refuse_voids(session, contest_id, [one.subject for one in lines if one.kind == "void"])
    _refuse_unfit(session, contest_id, lines)


def _narrow(one: Wanted) -> str:
    return one.value.translate(_NARROW) if one.kind in _NUMBERS else one.value


def _refuse_absences(session: Session, contest_id: str, subjects: Sequence[str]) -> None:
    """Only a sheet that is due and did not come is decided to be absent."""
    if not subjects:
        return
    shut = locks(session, contest_id)
    if not is_collected(session, contest_id) and any(one.partition("/")[2] not in shut for one in subjects):
        raise CollectFirst
    missing = {f"{judge}/{stop.entry_id}" for stop in handed_in(session, contest_id).stops for judge in stop.missing}
    if any(subject not in missing for subject in subjects):
        raise NotMissing


def _refuse_voids(session: Session, contest_id: str, subjects: Sequence[str]) -> None:
    """Only a sheet that stands is set aside."""
    if not subjects:
        return
    there = {f"{judge}/{entry}" for judge, entry in current(session, contest_id)}
    if any(subject not in there for subject in subjects):
        raise NoSheetStands


def _refuse_unfit(session: Session, contest_id: str, made: Sequence[Line]) -> None:
    """The engine's own reading of decisions: what it would refuse from now on, and did not refuse before."""
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    sheets, priors = current_sheets(session, contest_id), contests.priors(session, contest_id)
    before = engine_decisions(session, contest_id)
    after = [*before, *(Decision(cast("DecisionKind", one.kind), one.subject, one.rule, one.value) for one in made)]
    known = Counter(_told(fault) for fault in contradictions(scheme, roster, sheets, priors, before))
    faults = []
    for fault in contradictions(scheme, roster, sheets, priors, after):
        known[_told(fault)] -= 1
        if known[_told(fault)] < 0:
            faults.append(fault)
    if faults:
        raise Unfit(faults)


def _told(fault: Fault) -> tuple[str, str]:
    return fault.code, str(sorted(fault.params.items()))


# --- sheets that wait -----------------------------------------------------------------------------------------------


def admit_sheets(
    session: Session, actor: str, *, contest_id: str, chosen: Collection[str], reason: str, document: str = ""
) -> int:
    """Put forward that sheets count which came late, from a revoked phone, or against another sheet of their judge.

    ``chosen``: the revisions as their phones named them. Raises ReasonMissing, NothingChosen, NotWaiting, CollectFirst,
    OneOfEach, AdmitRecused, AdmitAbsent, AdmitVoid, AdmitUnfit, ProposedAlready.
    """
    return _settle(session, actor, "admit", contest_id=contest_id, chosen=chosen, why=ground(reason, document))


def reject_sheets(
    session: Session, actor: str, *, contest_id: str, chosen: Collection[str], reason: str, document: str = ""
) -> int:
    """Put forward that waiting sheets are left out; what counts already stays. Raises as ``admit_sheets`` does."""
    return _settle(session, actor, "reject", contest_id=contest_id, chosen=chosen, why=ground(reason, document))


def _settle(
    session: Session, actor: str, kind: Literal["admit", "reject"], *, contest_id: str, chosen: Collection[str],
    why: Ground,
) -> int:  # fmt: skip
    """One decision for each of the ``chosen``, put forward at one revision."""
    if not chosen:
        raise NothingChosen
    head = lock(session, contest_id)
    sheets = waiting_sheets(session, contest_id, chosen, admitted=kind == ADMIT)
    lines = [Line(kind, f"{one.judge_id}/{one.entry_id}", one.revision_id) for one in sheets]
    return put_forward(session, head, actor, kind, lines, why)


def waiting_sheets(session: Session, contest_id: str, chosen: Collection[str], *, admitted: bool) -> list[Undecided]:
    """The ``chosen`` among those that wait, if they can be settled so. Raises what ``admit_sheets`` does."""
    waiting = {one.revision_id: one for one in undecided(session, contest_id)}
    if any(name not in waiting for name in chosen):
        raise NotWaiting
    sheets = [one for name, one in waiting.items() if name in chosen]
    open_yet = not is_collected(session, contest_id)
    over = contests.round_collections(session, contest_id) if open_yet else {}
    shut = locks(session, contest_id) if over else {}
    if open_yet and any(one.why == "conflict" and one.entry_id not in shut for one in sheets):
        raise CollectFirst
    if admitted:
        if len({(one.judge_id, one.entry_id) for one in sheets}) < len(sheets):
            raise OneOfEach
        rules = standing_rules(session, contest_id)
        decided = {(row.kind, row.subject) for row in in_force(session, contest_id)}
        for one in sheets:
            _refuse_admission(rules, decided, one)
    return sheets


def let_count(session: Session, contest_id: str, sheets: Sequence[Undecided], rev: int) -> None:
    """Each becomes a revision of its sheet; its judge's phones are told of it as of any that came by another way."""
    for one in sheets:
        # One that was admitted before, and taken back, has left its name behind.
        taken = session.get(SheetRevision, (contest_id, one.revision_id)) is not None
        session.add(
            SheetRevision(
                contest_id=contest_id, revision_id=str(uuid4()) if taken else one.revision_id, server_rev=rev,
                judge_id=one.judge_id, entry_id=one.entry_id, kind=one.sheet.state, ticks=json.dumps(one.sheet.ticks),
                note=one.sheet.note, origin="phone", based_on=one.sheet.based_on, marked_at=one.sheet.marked_at,
                came_at=one.came_at, digest=one.sha256,
            )
        )  # fmt: skip
    session.flush()


def _refuse_admission(rules: Rules, decided: Collection[tuple[str, str]], one: Undecided) -> None:
    """What the engine, or the exchange itself, would refuse does not come in by decision either."""
    entry = next(entry for entry in rules.due.roster.entries if entry.id == one.entry_id)
    names: dict[str, Param] = {"judge": rules.judges[one.judge_id].name, "entry": entry.name or entry.id}
    against = refusal(rules, one.judge_id, one.sheet)
    if against == "recused":
        raise AdmitRecused(names)
    if against or not one.admissible:
        raise AdmitUnfit(names)
    subject = f"{one.judge_id}/{one.entry_id}"
    if ("absence", subject) in decided or rules.due.away_from(one.judge_id, entry):
        raise AdmitAbsent(names)
    if ("void", subject) in decided:
        raise AdmitVoid(names)


# --- taking back ----------------------------------------------------------------------------------------------------


def take_back(session: Session, actor: str, *, contest_id: str, rev: int, reason: str, document: str = "") -> int:
    """Put forward that everything which was decided together at ``rev`` is taken back. Returns the revision.

    The decisions stay in the records. Raises ReasonMissing, NotInForce, ProposedAlready.
    """
    why = ground(reason, document)
    head = lock(session, contest_id)
    made = decided_at(session, contest_id, rev)
    return put_forward(session, head, actor, "back", [Line(TAKE_BACK, revoked_rev=rev)], why, of=made)


def decided_at(session: Session, contest_id: str, rev: int) -> list[DecisionRow]:
    """What was decided at ``rev``, holds, and may be taken back. Raises NotInForce."""
    made = [row for row in in_force(session, contest_id) if row.rev == rev]
    if not made or not all(may_take_back(row) for row in made):
        raise NotInForce
    return made


def give_way(session: Session, contest_id: str, made: Sequence[DecisionRow], rev: int) -> None:
    """After ``made`` was taken back at ``rev``: an admitted sheet gives way to what counted before it."""
    for row in made:
        if row.kind == ADMIT:
            _give_way(session, contest_id, row, rev)
    session.flush()


def may_take_back(row: DecisionRow) -> bool:
    """Which of paper and phone counts is decided anew instead, on the page of paper."""
    return row.kind in (*ENGINE_KINDS, ADMIT, REJECT, REMARK, UNSIGNED) or row.value == LATE


def _give_way(session: Session, contest_id: str, admitted: DecisionRow, rev: int) -> None:
    """Append what counts without the admissions that were taken back; where nothing does, the sheet is withdrawn."""
    judge, _, entry = admitted.subject.partition("/")
    whose = (SheetRevision.judge_id == judge, SheetRevision.entry_id == entry, SheetRevision.kind != "draft")
    several, undone = revisions(session, contest_id, *whose), admissions_undone(session, contest_id)
    last = newest(several)
    if last is None or last.server_rev not in undone:
        return  # something that came after it counts already
    before = newest(one for one in several if one.server_rev not in undone)
    kind, ticks, origin = (before.kind, before.ticks, before.origin) if before else ("withdrawn", last.ticks, "phone")
    name, moment = str(uuid4()), now()
    session.add(
        SheetRevision(
            contest_id=contest_id, revision_id=name, server_rev=rev, judge_id=judge, entry_id=entry, kind=kind,
            ticks=ticks, origin=origin, marked_at=moment, came_at=moment, digest=digest([name, judge, entry, ticks]),
        )
    )  # fmt: skip
