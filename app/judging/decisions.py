"""Deeds of decisions (认定): record them, admit or reject sheets that wait, and take back what was decided.

Reads the contest and what is in force. Writes decisions and, for an admitted sheet, a revision of it; appends only.
What arrived stays as it came. Every decision has a reason, and none is taken that the engine would refuse.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from sqlmodel import Session

from app.audit import append, lock, now
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
from app.judging.queries import current, current_sheets, handed_in, is_collected, locks, newest, revisions
from app.judging.service import Rules, refusal, standing_rules
from scoring.canonical import digest
from scoring.faults import Fault, Param
from scoring.roster import Decision, DecisionKind
from scoring.tabulate import contradictions

SHORTEST_REASON = 2  # 就医 is one
# What a Chinese input method leaves in a number; in a text, such as the public value of a draw, it is left alone.
_NARROW = str.maketrans("０１２３４５６７８９．　", "0123456789. ")
_NUMBERS = ("deduction", "bonus", "prior", "class", "tie", "award", "overrun")


class ReasonMissing(AppError):
    code = "decide.reason_missing"
    status = 422


class NothingChosen(AppError):
    code = "decide.nothing_chosen"
    status = 422


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


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something was decided, and by which document."""

    reason: str
    document: str

    def told(self) -> dict[str, str]:
        return {"reason": self.reason, "document": self.document}


def ground(reason: str, document: str) -> Ground:
    """The reason and document on one line each, as a file of decisions can hold them. Raises ReasonMissing."""
    found = Ground(" ".join(reason.split()), " ".join(document.split()))
    if len(found.reason) < SHORTEST_REASON:
        raise ReasonMissing({"shortest": SHORTEST_REASON})
    return found


def decide(
    session: Session, actor: str, *, contest_id: str, wanted: Sequence[Wanted], reason: str, document: str = ""
) -> int:
    """Record decisions made together, at one revision, which is returned.

    Raises ReasonMissing, NothingChosen, CollectFirst, NotMissing, NoSheetStands, Unfit.
    """
    why = ground(reason, document)
    if not wanted:
        raise NothingChosen
    head = lock(session, contest_id)
    made = [replace(one, value=_narrow(one).strip()) for one in wanted]
    _refuse_absences(session, contest_id, [one.subject for one in made if one.kind == "absence"])
    _refuse_voids(session, contest_id, [one.subject for one in made if one.kind == "void"])
    _refuse_unfit(session, contest_id, made)
    told = [{"kind": one.kind, "subject": one.subject, "rule": one.rule, "value": one.value} for one in made]
    subject = together([one.subject for one in made])
    rev = append(session, head, actor, "decide", subject=subject, payload={"decisions": told, **why.told()}).rev
    for number, one in enumerate(made, 1):
        session.add(
            DecisionRow(
                contest_id=contest_id, rev=rev, number=number, kind=one.kind, subject=one.subject, rule=one.rule,
                value=one.value, reason=why.reason, document=why.document, by_person=actor, at=now(),
            )
        )  # fmt: skip
    return rev


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


def _refuse_unfit(session: Session, contest_id: str, made: Sequence[Wanted]) -> None:
    """The engine's own reading of decisions: what it would refuse from now on, and did not refuse before."""
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    sheets, priors = current_sheets(session, contest_id), contests.priors(session, contest_id)
    before = engine_decisions(session, contest_id)
    after = [*before, *(Decision(one.kind, one.subject, one.rule, one.value) for one in made)]
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
    """Let sheets count that came late, from a revoked phone, or against another sheet of their judge.

    ``chosen``: the revisions as their phones named them. Each becomes a revision of its sheet; its judge's phones are
    told of it as of any that came by another way. Raises ReasonMissing, NothingChosen, NotWaiting, CollectFirst,
    OneOfEach, AdmitRecused, AdmitAbsent, AdmitVoid, AdmitUnfit.
    """
    rev, sheets = _settle(session, actor, ADMIT, contest_id=contest_id, chosen=chosen, why=ground(reason, document))
    if len({(one.judge_id, one.entry_id) for one in sheets}) < len(sheets):
        raise OneOfEach
    rules = standing_rules(session, contest_id)
    decided = {(row.kind, row.subject) for row in in_force(session, contest_id)}
    for one in sheets:
        _refuse_admission(rules, decided, one)
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
    return rev


def reject_sheets(
    session: Session, actor: str, *, contest_id: str, chosen: Collection[str], reason: str, document: str = ""
) -> int:
    """Leave sheets out that wait for a decision; what counts already stays. Raises as ``admit_sheets`` does."""
    rev, _ = _settle(session, actor, REJECT, contest_id=contest_id, chosen=chosen, why=ground(reason, document))
    return rev


def _settle(
    session: Session, actor: str, kind: str, *, contest_id: str, chosen: Collection[str], why: Ground
) -> tuple[int, list[Undecided]]:
    """One decision for each of the ``chosen``, at one revision; which that is, and the sheets."""
    if not chosen:
        raise NothingChosen
    head = lock(session, contest_id)
    waiting = {one.revision_id: one for one in undecided(session, contest_id)}
    if any(name not in waiting for name in chosen):
        raise NotWaiting
    sheets = [one for name, one in waiting.items() if name in chosen]
    open_yet = not is_collected(session, contest_id)
    over = contests.round_collections(session, contest_id) if open_yet else {}
    shut = locks(session, contest_id) if over else {}
    if open_yet and any(one.why == "conflict" and one.entry_id not in shut for one in sheets):
        raise CollectFirst
    told = [{"judge": one.judge_id, "entry": one.entry_id, "digest": one.sha256} for one in sheets]
    subjects = [f"{one.judge_id}/{one.entry_id}" for one in sheets]
    particulars = {"sheets": told, **why.told()}
    rev = append(session, head, actor, f"{kind}_sheets", subject=together(subjects), payload=particulars).rev
    for number, (one, subject) in enumerate(zip(sheets, subjects, strict=True), 1):
        session.add(
            DecisionRow(
                contest_id=contest_id, rev=rev, number=number, kind=kind, subject=subject, rule=one.revision_id,
                reason=why.reason, document=why.document, by_person=actor, at=now(),
            )
        )  # fmt: skip
    session.flush()
    return rev, sheets


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
    """Take back everything that was decided together at ``rev``. Returns the revision of the taking back.

    The decisions stay in the records. An admitted sheet gives way to what counted before it, by a further revision.
    Raises ReasonMissing, NotInForce.
    """
    why = ground(reason, document)
    head = lock(session, contest_id)
    made = [row for row in in_force(session, contest_id) if row.rev == rev]
    if not made or not all(may_take_back(row) for row in made):
        raise NotInForce
    subject = together([row.subject for row in made])
    back = append(session, head, actor, "take_back_decision", subject=subject, payload={"rev": rev, **why.told()}).rev
    session.add(
        DecisionRow(
            contest_id=contest_id, rev=back, number=1, kind=TAKE_BACK, reason=why.reason, document=why.document,
            revoked_rev=rev, by_person=actor, at=now(),
        )
    )  # fmt: skip
    for row in made:
        if row.kind == ADMIT:
            _give_way(session, contest_id, row, back)
    session.flush()
    return back


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


def together(subjects: Sequence[str]) -> str:
    """The first by name, the rest by number: the particulars list them all."""
    rest = f" +{len(subjects) - 1}" if len(subjects) > 1 else ""
    return f"{subjects[0]}{rest}"
