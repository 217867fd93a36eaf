"""The itinerary as it stands on the road: the manual one, with every change of it since, in the order they were made.

Reads entries and the changes of their stops. Everybody else reads it here, so that phones, board, paper and engine
cannot disagree; the manual order and the planned times stay as they were entered (``planned``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.contests.draft import split
from app.contests.models import EntryRow, StopChange
from app.db import once


@dataclass(frozen=True, slots=True)
class RoadEntry:
    """An entry with the place it has on the road now; ``place_number`` is its manual 序号, which it keeps.

    ``hidden``: prepared in secret (抽点) and not opened yet. ``dropped``: it is not visited, and no sheet of it is due
    or counts.
    """

    id: str
    place_number: int
    unit_id: str
    component: str
    kind: str
    name: str
    day: str
    planned_at: str
    where: str
    judges: tuple[str, ...]
    group: str
    hidden: bool
    dropped: bool


def planned(session: Session, contest_id: str) -> Sequence[EntryRow]:
    """The entries as the roster has them, in the manual order: for the roster itself, and for nobody else."""
    return session.exec(
        select(EntryRow).where(EntryRow.contest_id == contest_id).order_by(col(EntryRow.place_number))
    ).all()


def planned_days(session: Session, contest_id: str) -> list[str]:
    """The days of the manual itinerary; stops can go to each of them, also to one that has none at the moment."""
    return list(dict.fromkeys(row.day for row in planned(session, contest_id)))


def changes(session: Session, contest_id: str) -> Sequence[StopChange]:
    """Every change of the itinerary, the oldest first."""
    return session.exec(
        select(StopChange)
        .where(StopChange.contest_id == contest_id)
        .order_by(col(StopChange.rev), col(StopChange.number))
    ).all()


@once
def itinerary(session: Session, contest_id: str) -> list[RoadEntry]:
    """Every entry as it stands now, also those that are hidden or dropped, in the order of the road."""
    rows = planned(session, contest_id)
    made = changes(session, contest_id)
    moves = [one for one in made if one.change == "move"]
    moved = {one.entry_id: one for one in moves}
    hidden = _newest(made, {"hide": True, "open": False})
    dropped = _newest(made, {"drop": True, "restore": False})
    by_id = {
        row.id: RoadEntry(
            row.id, row.place_number, row.unit_id, row.component, row.kind, row.name,
            moved[row.id].day if row.id in moved else row.day,
            moved[row.id].planned_at if row.id in moved else row.planned_at,
            row.where, split(row.judges), row.group_name, hidden.get(row.id, False), dropped.get(row.id, False),
        )
        for row in rows
    }  # fmt: skip
    return [by_id[entry] for entry in _ordered(rows, moves)]


def _newest(made: Iterable[StopChange], words: Mapping[str, bool]) -> dict[str, bool]:
    return {one.entry_id: words[one.change] for one in made if one.change in words}


def _ordered(rows: Sequence[EntryRow], moves: Sequence[StopChange]) -> list[str]:
    """The ids in the order of the road: every move once more, on the manual order as it is now.

    So a project that was added to the roster later, or a time put right in it, finds its place by itself.
    """
    order, day = [row.id for row in rows], {row.id: row.day for row in rows}
    for move in moves:
        order.remove(move.entry_id)
        day[move.entry_id] = move.day
        if move.before_id is not None:
            order.insert(order.index(move.before_id), move.entry_id)
        else:
            last = max((place for place, one in enumerate(order) if day[one] == move.day), default=len(order) - 1)
            order.insert(last + 1, move.entry_id)
    if moves:  # a day that was empty for a while is still between its neighbours
        days = list(dict.fromkeys(row.day for row in rows))
        order.sort(key=lambda one: days.index(day[one]))
    return order
