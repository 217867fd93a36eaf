"""The register of places above contests (单位库): the same county, the same station, year after year.

Reads units by name and the register. Writes places, names and matches; appends only. A unit whose very name a place has
or had is that place; everything else a person says, and whoever is renamed in a roster is asked about again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import uuid4

from sqlmodel import Session, col, select

from app.accounts.models import Person
from app.audit import now, record
from app.contests import queries
from app.contests.models import Contest, PlaceMatch, PlaceName, PlaceRow, Rehearsal, UnitRow
from app.errors import AppError
from app.reasons import reason_in

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


class PlaceNameTaken(AppError):
    """Two places of one name could not be told apart; ``place`` has or had ``name``."""

    code = "places.name_taken"
    status = 409


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the register, by the name it has now; ``former``: those it had, which are found as well."""

    id: str
    name: str
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renaming:
    """A name that a place got after it came in. ``by``: the name of who said so."""

    place: Place
    name: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A unit with its place, if it has one. ``said``: a person said so; else the place has or had this name."""

    unit: UnitRow
    place: Place | None
    said: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says of a unit: it is the place ``place``, or ``new`` in the register, or neither: no place.

    ``renamed``: the place has got the name of the unit.
    """

    unit: str
    place: str = ""
    new: bool = False
    renamed: bool = False


def register(session: Session) -> list[Place]:
    """Every place, by the name it has now."""
    later: dict[str, list[str]] = {}
    for one in renamings(session):
        later.setdefault(one.place.id, []).append(one.name)
    places = []
    for row in session.exec(select(PlaceRow)):
        names = [row.name, *later.get(row.id, [])]
        former = tuple(dict.fromkeys(name for name in names if name != names[-1]))
        places.append(Place(row.id, names[-1], former))
    return sorted(places, key=lambda place: place.name)


def by_any_name(places: Iterable[Place]) -> dict[str, Place]:
    """Each place under every name it has or had."""
    return {name: place for place in places for name in (place.name, *place.former)}


def renamings(session: Session) -> list[Renaming]:
    """Every name that was given later and not taken back, the oldest first."""
    newest = {row.name: row for row in session.exec(select(PlaceName).order_by(col(PlaceName.turn)))}
    held = [row for row in newest.values() if row.place_id]
    first = {
        row.id: row
        for row in session.exec(select(PlaceRow).where(col(PlaceRow.id).in_([row.place_id for row in held])))
    }
    people = {
        row.id: row.name
        for row in session.exec(select(Person).where(col(Person.id).in_([row.by_person for row in held])))
    }
    return [
        Renaming(Place(row.place_id, first[row.place_id].name), row.name, row.reason, people[row.by_person], row.at)
        for row in sorted(held, key=lambda row: row.at)
        if row.place_id
    ]


def matches(session: Session, contest_id: str) -> list[Matched]:
    """Every unit of a contest with its place, in the manual order."""
    units = queries.units(session, contest_id)
    said, places = _said(session, contest_id), {place.id: place for place in register(session)}
    by_name = by_any_name(places.values())
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
        shares = [
            2 * len(wanted & theirs) / (len(wanted) + len(theirs))
            for one in (place.name, *place.former)
            for theirs in [_pairs(one)]
            if len(wanted & theirs) * 2 >= _ALIKE * (len(wanted) + len(theirs)) or name in one or one in name
        ]
        if shares:
            found.append((-max(shares), place.name, place))
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


def match_places(session: Session, actor: str, *, contest_id: str, choices: Sequence[Choice], reason: str = "") -> int:
    """Write down what a person says of units, new places and new names first; returns how many changed.

    ``reason``: of every new name. Said again, it changes nothing. Raises PlaceUnknown, PlaceNameTaken,
    ReasonMissing, PlacesOfRehearsal; then nothing is written.
    """
    told: dict[str, object] = {one.unit: "new" if one.new else one.place for one in choices}
    if renamed := [one.unit for one in choices if one.renamed]:
        told["renamed"], told["reason"] = renamed, reason
    rev = record(session, actor, "match_places", contest_id=contest_id, payload=told)
    if session.get(Rehearsal, contest_id):
        raise PlacesOfRehearsal
    there = {one.unit.id: one for one in matches(session, contest_id)}
    places = register(session)
    by_name, by_id = by_any_name(places), {place.id: place for place in places}
    changed = 0
    for choice in choices:
        now_matched = there.get(choice.unit)
        if now_matched is None or (choice.place and choice.place not in by_id):
            raise PlaceUnknown({"name": choice.place or choice.unit})
        name, place = now_matched.unit.name, choice.place or None
        if choice.new:
            if name not in by_name:
                by_name[name] = _added(session, actor, name)
                changed += 1
            place = by_name[name].id
        if choice.renamed and place and by_id[place].name != name:
            if (holder := by_name.get(name)) and holder.id != place:
                raise PlaceNameTaken({"name": name, "place": holder.name})
            _named(session, actor, contest_id=contest_id, name=name, place=place, reason=reason)
            by_name[name] = by_id[place]
            changed += 1
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


def take_name_back(session: Session, actor: str, *, contest_id: str, name: str, reason: str) -> None:
    """A place does not have ``name`` after all. Raises PlaceUnknown, ReasonMissing, PlacesOfRehearsal."""
    record(session, actor, "take_name_back", contest_id=contest_id, payload={"name": name, "reason": reason})
    if session.get(Rehearsal, contest_id):
        raise PlacesOfRehearsal
    if all(one.name != name for one in renamings(session)):
        raise PlaceUnknown({"name": name})
    _named(session, actor, contest_id=contest_id, name=name, place=None, reason=reason)


def _named(session: Session, actor: str, *, contest_id: str, name: str, place: str | None, reason: str) -> None:
    why = reason_in(reason)
    turns = len(session.exec(select(PlaceName.turn).where(PlaceName.name == name)).all())
    session.add(
        PlaceName(
            name=name,
            turn=turns + 1,
            place_id=place,
            reason=why,
            contest_id=contest_id,
            by_person=actor,
            at=now(),
        )
    )
    session.flush()


def _added(session: Session, actor: str, name: str) -> Place:
    row = PlaceRow(id=uuid4().hex, name=name, by_person=actor, at=now())
    session.add(row)
    session.flush()
    return Place(row.id, row.name)
