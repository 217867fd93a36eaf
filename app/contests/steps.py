"""Which page of the desk is next: one step at a time, from the roster to the publication.

Reads the contest and its attendance. Writes nothing. How far the parts behind this one are it does not know:
``app.main`` hands it a function that does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.contests import queries
from app.i18n import Language


@dataclass(frozen=True, slots=True)
class Ahead:
    """How far a contest is on the pages of the parts behind this one.

    ``next``: the page to go to, once the sheets are collected; until then empty. ``told``: a sentence for a page.
    ``exposed``: what the rule exposes with this roster, told while it can still be changed.
    """

    next: str = ""
    done: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()
    told: Mapping[str, str] = field(default_factory=dict)
    exposed: tuple[str, ...] = ()


LookAhead = Callable[[Session, str, Language], Ahead]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the itinerary and those with attendance. ``today``: one was recorded on the contest's own day."""

    every: tuple[str, ...]
    recorded: tuple[str, ...]
    today: bool

    @property
    def due(self) -> str | None:
        """The next day to record attendance for, if this is the moment: one day each morning."""
        open_days = [day for day in self.every if day not in self.recorded]
        return open_days[0] if open_days and not self.today else None


def days_of(session: Session, contest_id: str) -> Days:
    zone = ZoneInfo(queries.contest(session, contest_id).time_zone)
    rows = queries.attendance(session, contest_id)
    every, today = queries.days(session, contest_id), datetime.now(UTC).astimezone(zone).date()
    recorded = tuple(day for day in every if any(one == day for _, one in rows))
    # The first row of the last day: what was put right later is no morning's roll-call.
    at = min((row.at for (_, day), row in rows.items() if recorded and day == recorded[-1]), default="")
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).astimezone(zone) if at else None
    return Days(tuple(every), recorded, moment is not None and moment.date() == today)


def next_page(days: Days, ahead: Ahead, *, roster: bool, signed: bool = True) -> str:
    """The one page to go to next; empty when everything is done.

    The rules are signed before anybody can mark, recusals are looked through before the first badge, and with the
    badges the whole way is tried once. Whoever has recorded attendance has passed all that: judges may mark on paper.
    """
    if not roster:
        return "import"
    if not signed:
        return "scheme"
    if ahead.next or "publication" in ahead.done:
        return ahead.next
    under_way = bool(days.recorded) or "board" in ahead.begun
    if not under_way and "badges" not in ahead.done:
        return "badges" if "badges" in ahead.begun else "recusals"
    if not under_way and "rehearsal" not in ahead.done | ahead.begun:
        return "rehearsal"
    return "attendance" if days.due is not None else "board"
