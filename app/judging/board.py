"""The organiser's board: per stop how many sheets are due, received and missing, and whom to remind.

Reads only, and reads no mark: before the opening there is nothing here that could give a score away.
"""

from dataclasses import dataclass

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.models import EntryRow, JudgeRow
from app.judging.models import Collection
from app.judging.queries import Doubt, handed_in


@dataclass(frozen=True, slots=True)
class Line:
    """One stop of the board."""

    entry: EntryRow
    unit: str
    due: int
    received: int
    missing: int
    unknown: int
    unknown_since: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A judge whose sheets are missing, or of whose phone too little is known; and who stands by him."""

    judge: JudgeRow
    missing: tuple[str, ...]
    doubt: Doubt | None


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page."""

    days: tuple[tuple[str, tuple[Line, ...]], ...]
    reminders: tuple[Reminder, ...]
    due: int
    received: int
    complete: bool
    collected_at: str


def board(session: Session, contest_id: str) -> Board:
    handed = handed_in(session, contest_id)
    entries = {row.id: row for row in contests.entries(session, contest_id)}
    units = {row.id: row.name for row in contests.units(session, contest_id)}
    days: dict[str, list[Line]] = {}
    lacking: dict[str, list[str]] = {}
    for stop in handed.stops:
        row = entries[stop.entry_id]
        line = Line(
            row, units[row.unit_id], stop.due, stop.received, len(stop.missing), len(stop.unknown), stop.unknown_since
        )
        days.setdefault(row.day, []).append(line)
        for judge in stop.missing:
            lacking.setdefault(judge, []).append(row.name)
    doubts = {doubt.judge_id: doubt for doubt in handed.doubts}
    collection = session.get(Collection, contest_id)
    return Board(
        days=tuple((day, tuple(lines)) for day, lines in days.items()),
        reminders=tuple(
            Reminder(judge, tuple(lacking.get(judge.id, ())), doubts.get(judge.id))
            for judge in contests.judges(session, contest_id)
            if judge.id in lacking or judge.id in doubts
        ),
        due=sum(stop.due for stop in handed.stops),
        received=sum(stop.received for stop in handed.stops),
        complete=handed.complete,
        collected_at=collection.at if collection else "",
    )
