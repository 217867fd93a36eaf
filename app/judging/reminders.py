"""Whom to remind tonight, by bus and by whoever helps him (协助人): never a pop-up on a judge's phone.

Reads the board. Writes nothing, and reads no mark.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from app.judging.board import Reminder, board


@dataclass(frozen=True, slots=True)
class Aide:
    """Who goes to these judges; nobody in particular where the name is empty."""

    name: str
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class Bus:
    """The judges of one bus who lack something; the name is empty where the roster says none."""

    name: str
    aides: tuple[Aide, ...]

    @property
    def judges(self) -> int:
        return sum(len(aide.reminders) for aide in self.aides)

    @property
    def missing(self) -> int:
        return sum(len(one.missing) for aide in self.aides for one in aide.reminders)


def by_bus(session: Session, contest_id: str) -> tuple[Bus, ...]:
    """Buses by name, those without one last; judges in the manual order."""
    return grouped(board(session, contest_id).reminders)


def grouped(reminders: Iterable[Reminder]) -> tuple[Bus, ...]:
    buses: dict[str, dict[str, list[Reminder]]] = {}
    for one in reminders:
        buses.setdefault(one.judge.bus, {}).setdefault(one.judge.aide, []).append(one)
    names = sorted(buses, key=lambda name: (not name, name))
    return tuple(
        Bus(name, tuple(Aide(aide, tuple(found)) for aide, found in sorted(buses[name].items(), key=_last_if_nobody)))
        for name in names
    )


def _last_if_nobody(aide: tuple[str, list[Reminder]]) -> bool:
    return not aide[0]
