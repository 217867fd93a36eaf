"""Deeds of paper (纸质录入): two people type each paper sheet; where they agree it becomes a sheet that counts.

A judge whose phone is dead may dictate his marks (代录): to one person and then to another, who type them as paper.

Where two typings differ, a third person looks at the paper (``paper_look``). Reads what ``paper_queries`` knows. Writes
typings, matches, revisions of origin paper, and proposals about a sheet that phone and paper tell differently. Never
lets one person be both typists, never reads an empty cell as 0, and never lets paper win silently over a phone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from sqlmodel import Session, select

from app.audit import ContestHead, now, record
from app.audit import lock as head_lock
from app.contests.rules import demand_signed
from app.errors import AppError
from app.judging.models import PaperMatch, PaperTyping, SheetRevision
from app.judging.paper_queries import (
    DECISION,
    DICTATED,
    LATE,
    PAPER,
    Key,
    Panel,
    PaperSheet,
    Standing,
    Ticks,
    closed,
    late_sheets,
    panel,
    paper_sheets,
)
from app.judging.proposals import Line, ground, put_forward
from app.reasons import reason_in
from scoring.canonical import digest

DISAGREE = ("conflict", "remarked")  # paper and phone tell different marks
UNFINISHED = ("once", "differs", "incomplete")


class PaperCollected(AppError):
    """收分 was before, or the stop was locked: a late paper sheet is typed only where people decided so."""

    code = "paper.collected"
    status = 409


class NoSuchSheet(AppError):
    """The judge or the entry is not in the contest, or the judge does not mark the entry."""

    code = "paper.no_such_sheet"
    status = 422


class PaperRecused(AppError):
    code = "paper.recused"
    status = 422


class PaperOnLeave(AppError):
    code = "paper.on_leave"
    status = 422


class OffGrid(AppError):
    """A mark that the item does not allow, or a sheet with more or fewer items than its form."""

    code = "paper.off_grid"
    status = 422


class SamePerson(AppError):
    """The database refuses it too, by ``ck_paper_match_two_people``."""

    code = "paper.same_person"
    status = 409


class TypedSince(AppError):
    """The page was loaded before its reader typed this sheet in another window: saving would undo that."""

    code = "paper.typed_since"
    status = 409


class AlreadyAccepted(AppError):
    code = "paper.already_accepted"
    status = 409


class NoneChosen(AppError):
    code = "paper.none_chosen"
    status = 422


class WayUnknown(AppError):
    """It is not said how the judge gave his marks."""

    code = "paper.way_unknown"
    status = 422


class NoConflict(AppError):
    code = "paper.no_conflict"
    status = 409


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """One paper sheet as it stands in the grid: a tick per item of its form, None where the paper is empty."""

    judge: str
    entry: str
    ticks: Ticks


@dataclass(frozen=True, slots=True)
class Source:
    """Where a typist had the marks from: paper; or the judge himself, ``way`` says how and ``reason`` why."""

    way: str = PAPER
    reason: str = ""


FROM_PAPER = Source()


def type_sheets(
    session: Session,
    actor: str,
    *,
    contest_id: str,
    sheets: Sequence[TypedSheet],
    seen: int | None = None,
    source: Source = FROM_PAPER,
) -> int:
    """Keep what ``actor`` typed, and accept every sheet that another person typed alike. Returns the revision.

    A sheet that he typed before is corrected by a new typing; one typed no differently is left alone, and a sheet of
    empty cells takes his typing back. ``seen``: the revision at which his page was loaded. 0 where nothing changed.
    Raises RulesUnsigned, PaperCollected, NoSuchSheet, PaperRecused, PaperOnLeave, OffGrid, AlreadyAccepted,
    TypedSince, SamePerson, and for dictated marks WayUnknown, ReasonMissing; then nothing at all is kept.
    """
    if source.way not in (PAPER, *DICTATED):
        raise WayUnknown
    reason = "" if source.way == PAPER else reason_in(source.reason)
    lock(session, contest_id)
    demand_signed(session, contest_id)
    who = panel(session, contest_id)
    entries = {sheet.entry for sheet in sheets}
    before = paper_sheets(session, contest_id, entries)
    changed = []
    for sheet in sheets:
        _check(who, sheet)
        known = before.get((sheet.judge, sheet.entry), PaperSheet(sheet.judge, sheet.entry))
        if _changes(who, known, sheet, actor, seen):
            changed.append(sheet)
    if shut := closed(session, contest_id):
        late = late_sheets(session, contest_id)
        if any(sheet.entry in shut and (sheet.judge, sheet.entry) not in late for sheet in changed):
            raise PaperCollected
    if not changed:
        _refuse_second_round(before, sheets, actor)
        return 0
    told = {"sheets": [digests(sheet.judge, sheet.entry, sheet.ticks, actor) for sheet in changed]}
    how = {} if source.way == PAPER else {"way": source.way, "reason": reason}
    rev = record(
        session, actor, "type_dictated" if how else "type_paper", contest_id=contest_id, subject=_subject(changed),
        payload={**told, **how},
    )  # fmt: skip
    at = now()
    for number, sheet in enumerate(changed, 1):
        session.add(
            PaperTyping(
                contest_id=contest_id, rev=rev, number=number, judge_id=sheet.judge, entry_id=sheet.entry,
                ticks=json.dumps(sheet.ticks), typed_by=actor, at=at, way=source.way, reason=reason,
            )
        )  # fmt: skip
    session.flush()
    after = paper_sheets(session, contest_id, entries)
    touched = [after[sheet.judge, sheet.entry] for sheet in changed]
    accept_agreed(session, actor, contest_id, touched)
    return rev


def accept_agreed(session: Session, actor: str, contest_id: str, touched: Sequence[PaperSheet]) -> None:
    """Let those sheets count of which two people now tell the same, and no phone otherwise."""
    accept = [sheet for sheet in touched if sheet.state == "accepted" and not sheet.matched]
    if accept:
        _accept(session, actor, contest_id, accept)


def decide_conflict(
    session: Session,
    actor: str,
    *,
    contest_id: str,
    judge: str,
    entry: str,
    counts: Literal["paper", "phone"],
    reason: str,
    document: str = "",
) -> int:
    """Put forward which counts of a phone's sheet and a paper sheet that differ. Returns the revision.

    Possible after the collection too: both sheets were there before. Paper that is not typed to the end cannot count,
    but it can be set aside. Raises ReasonMissing, NoConflict, ProposedAlready.
    """
    why, head = ground(reason, document), head_lock(session, contest_id)
    contradicting_sheet(session, contest_id, (judge, entry), counts)
    line = Line(DECISION, f"{judge}/{entry}", value=counts)
    return put_forward(session, head, actor, "paper", [line], why)


def contradicting_sheet(session: Session, contest_id: str, key: Key, counts: str) -> PaperSheet:
    """The sheet of which can be decided so. Raises NoConflict."""
    sheet = paper_sheets(session, contest_id, [key[1]]).get(key)
    states = (*DISAGREE, *UNFINISHED) if counts == "phone" else DISAGREE
    if sheet is None or sheet.state not in states:
        raise NoConflict
    return sheet


def let_paper_count(session: Session, actor: str, contest_id: str, sheet: PaperSheet) -> None:
    """After it was decided that the paper counts and not the phone."""
    _accept(session, actor, contest_id, [sheet])


def let_type(
    session: Session, actor: str, *, contest_id: str, sheets: Sequence[Key], reason: str, document: str = ""
) -> int:
    """Put forward that paper sheets are typed after the collection, by two people as any. Returns the revision.

    Raises ReasonMissing, NoneChosen, NoSuchSheet, PaperRecused, PaperOnLeave, ProposedAlready.
    """
    why = ground(reason, document)
    if not sheets:
        raise NoneChosen
    head = head_lock(session, contest_id)
    lines = [Line(DECISION, f"{judge}/{entry}", value=LATE) for judge, entry in sheets]
    refuse_typing(session, contest_id, lines)
    return put_forward(session, head, actor, "typing", lines, why)


def refuse_typing(session: Session, contest_id: str, lines: Sequence[Line]) -> None:
    """Raises NoSuchSheet, PaperRecused, PaperOnLeave."""
    who = panel(session, contest_id)
    for line in lines:
        _check_due(who, *line.judge_and_entry)


def lock(session: Session, contest_id: str) -> None:
    """Two typists who save at the same moment must not each miss the other's typing: the later one waits here."""
    session.exec(select(ContestHead).where(ContestHead.contest_id == contest_id).with_for_update()).one()


def _check_due(who: Panel, judge: str, entry: str) -> dict[str, str | int]:
    """Whether the sheet is due; what its judge and entry are called."""
    names: dict[str, str | int] = {
        "judge": who.judges[judge].name if judge in who.judges else judge,
        "entry": who.entries[entry].name if entry in who.entries else entry,
    }
    refusals: dict[Standing, type[AppError]] = {
        "not_his": NoSuchSheet,
        "recused": PaperRecused,
        "leave": PaperOnLeave,
    }
    refusal = refusals.get(who.standing(judge, entry))
    if refusal:
        raise refusal(names)
    return names


def _check(who: Panel, sheet: TypedSheet) -> None:
    """Whether the sheet is due and its marks are possible, whoever asks: a page, an interface or a command."""
    names = _check_due(who, sheet.judge, sheet.entry)
    items, ticks = who.items(sheet.entry), sheet.ticks
    if len(ticks) != len(items) or any(t is not None and t not in i.ticks for i, t in zip(items, ticks, strict=True)):
        raise OffGrid(names)


def _changes(who: Panel, known: PaperSheet, sheet: TypedSheet, actor: str, seen: int | None) -> bool:
    """Whether there is anything new in what was typed. Raises TypedSince, AlreadyAccepted."""
    own = known.by(actor)
    if sheet.ticks == (own.ticks if own else (None,) * len(sheet.ticks)):
        return False
    names: dict[str, str | int] = {"judge": who.judges[sheet.judge].name, "entry": who.entries[sheet.entry].name}
    if own is None and known.matched:
        raise AlreadyAccepted(names)
    if own and seen is not None and own.rev > seen:
        raise TypedSince(names)
    return True


def _refuse_second_round(before: Mapping[Key, PaperSheet], sheets: Sequence[TypedSheet], actor: str) -> None:
    """Whoever typed a sheet first and gives the same marks again wants to be the second typist too: never."""
    again = [known for sheet in sheets if (known := before.get((sheet.judge, sheet.entry))) and known.by(actor)]
    alone = [known for known in again if known.state == "once"]
    if alone:
        raise SamePerson({"n": len(alone)})


def _accept(session: Session, actor: str, contest_id: str, sheets: Sequence[PaperSheet]) -> None:
    """Make typed pairs into sheets that count, at one revision."""
    pairs = [(sheet, sheet.agreed, *sheet.pair) for sheet in sheets if sheet.agreed and sheet.pair]
    ids = {(sheet.judge, sheet.entry): str(uuid4()) for sheet, *_ in pairs}
    told = {
        # The random id is in the digest and not beside it: otherwise the few marks that are possible could be tried.
        (sheet.judge, sheet.entry): digests(sheet.judge, sheet.entry, ticks, ids[sheet.judge, sheet.entry])
        for sheet, ticks, *_ in pairs
    }
    dictated = any(sheet.dictated for sheet, *_ in pairs)
    rev = record(
        session, actor, "accept_dictated" if dictated else "accept_paper", contest_id=contest_id,
        subject=_subject([sheet for sheet, *_ in pairs]),
        payload={"sheets": list(told.values())},
    )  # fmt: skip
    at = now()
    for sheet, ticks, first, second in pairs:
        key = (sheet.judge, sheet.entry)
        session.add(
            SheetRevision(
                contest_id=contest_id, revision_id=ids[key], server_rev=rev, judge_id=sheet.judge,
                entry_id=sheet.entry, kind="submitted", ticks=json.dumps(ticks),
                origin="dictated" if sheet.dictated else "paper", marked_at=at, came_at=at, digest=told[key]["digest"],
            )
        )  # fmt: skip
        session.add(
            PaperMatch(
                contest_id=contest_id, revision_id=ids[key], first_rev=first.rev, first_number=first.number,
                first_by=first.by, second_rev=second.rev, second_number=second.number, second_by=second.by, at=at,
            )
        )  # fmt: skip
    session.flush()


def _subject(sheets: Sequence[TypedSheet] | Sequence[PaperSheet]) -> str:
    """The first sheet by name, the rest by number: the particulars list them all."""
    rest = f" +{len(sheets) - 1}" if len(sheets) > 1 else ""
    return f"{sheets[0].judge}/{sheets[0].entry}{rest}"


def digests(judge: str, entry: str, ticks: Ticks, salt: str) -> dict[str, str]:
    return {"judge": judge, "entry": entry, "digest": digest([salt, judge, entry, ticks])}
