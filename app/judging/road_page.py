"""The page of the itinerary: the stops as they are visited now, and every change on the road with its reason.

Reads the itinerary. Writes nothing. It shows what is prepared in secret: the page is the organiser's alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import Session

from app.accounts.models import Person
from app.contests import queries as contests
from app.contests.models import StopChange
from app.contests.road import RoadEntry, changes, itinerary, planned_days
from app.contests.roster_page import Field, lines_page
from app.i18n import Language
from app.judging.road import has_phones


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the list. ``unit``: its unit's name; ``first``: with it the stops of that unit begin on that day."""

    entry: RoadEntry
    unit: str
    first: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed at one moment, in words, by whom and why."""

    at: str
    by: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class RoadPage:
    """The page: the days with their stops, and the changes, the newest first.

    ``fields``: the form of a stop that is prepared in secret. ``hideable``: no phone has joined yet.
    """

    days: tuple[tuple[str, str, tuple[Stop, ...]], ...]
    changed: tuple[Changed, ...]
    fields: tuple[Field, ...]
    hideable: bool


def road_page(
    session: Session, contest_id: str, language: Language, cells: Mapping[str, str] | None = None
) -> RoadPage:
    """``cells``: what was typed for a stop to be prepared."""
    units = {row.id: row.name for row in contests.units(session, contest_id)}
    every = itinerary(session, contest_id)
    days = tuple(
        (day, day_name(day, language), tuple(_stops([one for one in every if one.day == day], units)))
        for day in planned_days(session, contest_id)
    )
    told = tuple(_changed(session, changes(session, contest_id), every, language))
    fields = lines_page(session, contest_id, language, "entries", written=cells or None).fields
    return RoadPage(days, told[::-1], fields, not has_phones(session, contest_id))


def _stops(entries: Sequence[RoadEntry], units: dict[str, str]) -> Iterator[Stop]:
    seen: set[str] = set()
    for one in entries:
        yield Stop(one, units[one.unit_id], one.unit_id not in seen)
        seen.add(one.unit_id)


def _changed(
    session: Session, told: Sequence[StopChange], every: Sequence[RoadEntry], language: Language
) -> Iterator[Changed]:
    say = language.gettext
    names = {one.id: one.name or one.id for one in every}
    words = {
        "hide": say("{which}: hidden until opened"),
        "open": say("{which}: opened"),
        "drop": say("{which}: not visited"),
        "restore": say("{which}: visited after all"),
    }
    for _, rows in groupby(told, key=lambda row: row.rev):
        together = list(rows)
        row = together[0]
        which = say(", ").join(names[one.entry_id] for one in together)
        if row.change != "move":
            what = words[row.change].replace("{which}", which)
        elif row.before_id is not None:
            what = say("{which}: before {other}", which=which, other=names[row.before_id])
        else:
            what = say("{which}: at the end of {day}", which=which, day=day_name(row.day, language))
        person = session.get(Person, row.by_person)
        yield Changed(row.at, person.name if person else "", what, row.reason)


def day_name(day: str, language: Language) -> str:
    if not day:
        return language.gettext("The whole contest")
    return language.gettext("Day {day}", day=day) if day.isdigit() else day


def read_move(every: Sequence[RoadEntry], what: str, where: str) -> dict[str, object]:
    """What the form says: ``entry.E5``, or ``unit.E5`` for all of its unit on that day; ``before.E2`` or ``end.1``."""
    how, _, chosen = what.partition(".")
    head = next((one for one in every if one.id == chosen), None)
    entries = [chosen] if head else []
    if head and how == "unit":
        entries = [one.id for one in every if (one.unit_id, one.day) == (head.unit_id, head.day)]
    to, _, place = where.partition(".")
    return {"entries": entries, "before": place if to == "before" else "", "day": place if to == "end" else ""}
