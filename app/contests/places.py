"""The register of places above contests (单位库): the same county, the same station, year after year.

Reads units by name and the register. Writes places and matches; appends only. A unit whose very name stands in the
register is that place; everything else a person says, and whoever is renamed is asked about again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import uuid4

from sqlmodel import Session, col, select

from app.audit import now, record
from app.contests import queries
from app.contests.models import Contest, PlaceMatch, PlaceRow, Rehearsal, UnitRow
from app.errors import AppError

_PROPOSED = 4
_ALIKE = 0.3  # so much of the pairs of letters in common, of those of both names


class PlaceUnknown(AppError):
    """Nobody is matched to a place that is not in the register, or by a name that is not quite its own."""

    code = "places.unknown"
    status = 422


class PlacesOfRehearsal(AppError):
    """What is tried out leaves no trace in the register."""

    code = "places.rehearsal"
    status = 409


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the register."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A unit with its place, if it has one. ``said``: a person said so; else the names are the same."""

    unit: UnitRow
    place: Place | None
    said: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says of a unit: it is the place ``place``, or ``new`` in the register, or neither: no place."""

    unit: str
    place: str = ""
    new: bool = False


def register(session: Session) -> list[Place]:
    """Every place, by name."""
    return [Place(row.id, row.name) for row in session.exec(select(PlaceRow).order_by(col(PlaceRow.name)))]


def matches(session: Session, contest_id: str) -> list[Matched]:
    """Every unit of a contest with its place, in the manual order."""
    units = queries.units(session, contest_id)
    said, places = _said(session, contest_id), {place.id: place for place in register(session)}
    by_name = {place.name: place for place in places.values()}
    return [
        Matched(unit, places.get(said[unit.name] or ""), said=True)
        if unit.name in said
        else Matched(unit, by_name.get(unit.name), said=False)
        for unit in units
    ]


def _said(session: Session, contest_id: str) -> dict[str, str | None]:
    """What people said of each name, the newest last."""
    rows = session.exec(
        select(PlaceMatch)
        .where(PlaceMatch.contest_id == contest_id)
        .order_by(col(PlaceMatch.rev), col(PlaceMatch.number))
    )
    return {row.unit_name: row.place_id for row in rows}


def proposals(name: str, places: Iterable[Place]) -> list[Place]:
    """Places whose names are like this one, the likest first: a name in another, or many pairs of letters in common."""
    wanted = _pairs(name)
    found = []
    for place in places:
        theirs = _pairs(place.name)
        share = 2 * len(wanted & theirs) / (len(wanted) + len(theirs))
        if share >= _ALIKE or name in place.name or place.name in name:
            found.append((-share, place.name, place))
    return [place for *_, place in sorted(found, key=lambda one: one[:2])[:_PROPOSED]]


@lru_cache(maxsize=20_000)  # of every place, for each unit of a page
def _pairs(name: str) -> frozenset[str]:
    bounded = f"^{name}"
    return frozenset(bounded[at : at + 2] for at in range(len(name)))


def earlier(session: Session, contest_id: str, *, of: Collection[str], among: Collection[str]) -> dict[str, list[str]]:
    """For each place ``of`` the names of the contests ``among`` which it took part in, the newest first."""
    wanted = sorted(set(among) - {contest_id})
    contests = session.exec(
        select(Contest).where(col(Contest.id).in_(wanted)).order_by(col(Contest.made_at).desc())
    ).all()
    tried = set(session.exec(select(Rehearsal.contest_id)))
    found: dict[str, list[str]] = {}
    for contest in contests:
        if contest.id not in tried:
            for one in matches(session, contest.id):
                if one.place and one.place.id in of:
                    found.setdefault(one.place.id, []).append(contest.name)
    return found


def match_places(session: Session, actor: str, *, contest_id: str, choices: Sequence[Choice]) -> int:
    """Write down what a person says of units, new places first put into the register; returns how many changed.

    Said again, it changes nothing. Raises PlaceUnknown, PlacesOfRehearsal; then nothing is written.
    """
    told: Mapping[str, object] = {one.unit: "new" if one.new else one.place for one in choices}
    rev = record(session, actor, "match_places", contest_id=contest_id, payload=told)
    if session.get(Rehearsal, contest_id):
        raise PlacesOfRehearsal
    there = {one.unit.id: one for one in matches(session, contest_id)}
    by_name = {place.name: place for place in register(session)}
    ids = {place.id for place in by_name.values()}
    changed = 0
    for choice in choices:
        now_matched = there.get(choice.unit)
        if now_matched is None or (choice.place and choice.place not in ids):
            raise PlaceUnknown({"name": choice.place or choice.unit})
        name, place = now_matched.unit.name, choice.place or None
        if choice.new:
            if name not in by_name:
                by_name[name] = _added(session, actor, name)
                changed += 1
            place = by_name[name].id
        # A name that is the place's own needs nobody's word; that there is no place does.
        by_itself = by_name[name].id if name in by_name else None
        was = by_itself if not now_matched.said else now_matched.place.id if now_matched.place else None
        if was != place or (place is None and not now_matched.said):
            changed += 1
            session.add(
                PlaceMatch(
                    contest_id=contest_id, rev=rev, number=changed, unit_name=name, place_id=place, by_person=actor,
                    at=now(),
                )
            )  # fmt: skip
    session.flush()
    return changed


def _added(session: Session, actor: str, name: str) -> Place:
    row = PlaceRow(id=uuid4().hex, name=name, by_person=actor, at=now())
    session.add(row)
    session.flush()
    return Place(row.id, row.name)
