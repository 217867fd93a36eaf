"""What is known of a contest, read for whoever needs it: its scheme, its roster as the engine takes it, its stops.

Reads only. Everything is in the manual order (序号), but for entries, which are in the order of the road.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select

from app.accounts.models import Person
from app.contests.draft import Draft, EntryLine, JudgeLine, PriorLine, UnitLine, split
from app.contests.models import (
    ROLES,
    AttendanceRow,
    Contest,
    DraftImport,
    JudgeRow,
    Membership,
    PriorRow,
    RecusalRow,
    Rehearsal,
    RoundList,
    RoundListConfirmation,
    UnitRow,
)
from app.contests.road import RoadEntry, itinerary, planned
from app.contests.substitution import out_of_turn
from app.db import Quick, once
from app.errors import AppError
from scoring.check import Due
from scoring.numbers import exact
from scoring.roster import Absence, Entry, Judge, Prior, Recusal, Roster, Unit
from scoring.scheme import Scheme, read_scheme


class NoContest(AppError):
    code = "contests.no_contest"
    status = 404


def contest(session: Session, contest_id: str) -> Contest:
    """The contest. Raises NoContest."""
    found = session.get(Contest, contest_id)
    if found is None:
        raise NoContest
    return found


@lru_cache(maxsize=32)
def _read(text: str) -> Scheme:
    return read_scheme(text)


def scheme(session: Session, contest_id: str) -> Scheme:
    """The scheme the contest is scored by."""
    return _read(contest(session, contest_id).scheme)


@once
def units(session: Session, contest_id: str) -> Sequence[UnitRow]:
    return session.exec(
        select(UnitRow).where(UnitRow.contest_id == contest_id).order_by(col(UnitRow.place_number))
    ).all()


@once
def entries(session: Session, contest_id: str) -> list[RoadEntry]:
    """The entries that are marked, in the order of the road: none that is hidden still, none that was dropped."""
    return [one for one in known_entries(session, contest_id) if not one.dropped]


@once
def known_entries(session: Session, contest_id: str) -> list[RoadEntry]:
    """The same with those that were dropped, of which sheets and findings may be there. What is hidden is nowhere."""
    return [one for one in itinerary(session, contest_id) if not one.hidden]


@once
def judges(session: Session, contest_id: str) -> Sequence[JudgeRow]:
    return session.exec(
        select(JudgeRow).where(JudgeRow.contest_id == contest_id).order_by(col(JudgeRow.place_number))
    ).all()


def priors(session: Session, contest_id: str) -> list[Prior]:
    """The scores known before, exact."""
    rows = session.exec(select(PriorRow).where(PriorRow.contest_id == contest_id)).all()
    return [Prior(row.unit_id, row.component, exact(row.value), row.source) for row in rows]


def recusals(session: Session, contest_id: str) -> list[RecusalRow]:
    """The recusals in force: of several rows about the same pair the newest counts, unless it lifts."""
    rows = session.exec(
        select(RecusalRow)
        .where(RecusalRow.contest_id == contest_id)
        .order_by(col(RecusalRow.rev), col(RecusalRow.number))
    )
    newest = {(row.judge_id, row.unit_id, row.entry_id): row for row in rows}
    return [row for row in newest.values() if not row.lifted]


def attendance(session: Session, contest_id: str) -> dict[tuple[str, str], AttendanceRow]:
    """The newest record for each judge and day; who is not in it has not been ticked yet and counts as there."""
    rows = session.exec(
        select(AttendanceRow).where(AttendanceRow.contest_id == contest_id).order_by(col(AttendanceRow.rev))
    )
    return {(row.judge_id, row.day): row for row in rows}


@once
def roster(session: Session, contest_id: str) -> Roster:
    """Everybody and everything, as the engine takes it."""
    there = entries(session, contest_id)
    return Roster(
        units=tuple(Unit(row.id, row.name, row.division) for row in units(session, contest_id)),
        entries=tuple(entry_of(one) for one in sorted(there, key=lambda one: one.place_number)),
        judges=tuple(judge_of(row) for row in judges(session, contest_id)),
        recusals=tuple(
            Recusal(row.judge_id, row.unit_id, row.entry_id, row.reason) for row in recusals(session, contest_id)
        ),
        absences=(
            *(
                Absence(judge, day=day, reason=row.reason)
                for (judge, day), row in attendance(session, contest_id).items()
                if row.state == "leave"
            ),
            *(
                Absence(judge, entry.id, reason=instead[entry.id])
                for judge, instead in out_of_turn(session, contest_id).items()
                for entry in there
                if entry.id in instead
            ),
        ),
    )


def entry_of(one: RoadEntry) -> Entry:
    """An entry as the engine takes it."""
    return Entry(
        one.id, one.unit_id, one.component, one.kind, one.name, one.day, one.group, judges=one.judges or None
    )  # fmt: skip


def judge_of(row: JudgeRow) -> Judge:
    """A judge as the engine takes him."""
    return Judge(
        row.id,
        row.name,
        row.judge_class,
        row.unit_id,
        row.bloc,
        split(row.divisions),
        split(row.components),
    )


@once
def due(session: Session, contest_id: str) -> list[tuple[str, str]]:
    """The (judge, entry) pairs of which a score sheet is due, both in the manual order.

    Who marks, who is recused and who was on leave is the engine's own rule (``scoring.check.Due``), so that it stands
    once. What people decide later, such as an absence, is not in it. Nothing is due of a round that has not begun.
    """
    rule, everybody = scheme(session, contest_id), roster(session, contest_id)
    asked, here = Due(rule, everybody, absent=set()), in_play(session, contest_id)
    of: dict[str, list[tuple[str, str]]] = {judge.id: [] for judge in everybody.judges}
    for entry in everybody.entries:
        if entry.id not in here:
            continue
        part = rule.component[entry.component]
        recused = asked.recused_from(entry, part)
        for judge in asked.panel(entry, part):
            if judge not in recused and not asked.away_from(judge, entry):
                of[judge].append((judge, entry.id))
    return [pair for pairs in of.values() for pair in pairs]


def days(session: Session, contest_id: str) -> list[str]:
    """The days of the itinerary in their order; one without a name where the entries have none."""
    return list(dict.fromkeys(entry.day for entry in known_entries(session, contest_id) if entry.day)) or [""]


def rehearsals(session: Session, contest_id: str) -> list[Rehearsal]:
    """The rehearsals that were made of a contest, the oldest first."""
    made = select(Rehearsal).where(Rehearsal.of_contest == contest_id).order_by(col(Rehearsal.at))
    return list(session.exec(made))


# --- rounds: who has come to which. The first begins with the contest, every other with its confirmed list


def round_lists(session: Session, contest_id: str) -> dict[str, list[RoundList]]:
    """The confirmed lists of each round, the oldest first."""
    rows = session.exec(
        select(RoundList)
        .join(
            RoundListConfirmation,
            (col(RoundListConfirmation.contest_id) == col(RoundList.contest_id))
            & (col(RoundListConfirmation.round) == col(RoundList.round))
            & (col(RoundListConfirmation.version) == col(RoundList.version)),
        )
        .where(RoundList.contest_id == contest_id)
        .order_by(col(RoundList.version))
    )
    found: dict[str, list[RoundList]] = {}
    for row in rows:
        found.setdefault(row.round, []).append(row)
    return found


def came(session: Session, contest_id: str) -> dict[str, frozenset[str]]:
    """The units that are in each round now, for every round that has begun; nothing in a contest without rounds."""
    rounds = scheme(session, contest_id).rounds
    if not rounds:
        return {}
    found = {rounds[0].id: frozenset(row.id for row in units(session, contest_id))}
    lists = round_lists(session, contest_id)
    return found | {one.id: listed(lists[one.id][-1]) for one in rounds if one.id in lists}


def listed(row: RoundList) -> frozenset[str]:
    """The units of a list."""
    return frozenset(json.loads(row.units))


def running(session: Session, contest_id: str) -> str:
    """The round that is being marked, the last that has begun; empty in a contest without rounds."""
    return next(reversed(came(session, contest_id)), "")


def in_play(session: Session, contest_id: str) -> frozenset[str]:
    """The entries that are marked now or were: those of units that are in the round of the entry."""
    return _of_rounds(session, contest_id, came(session, contest_id))


def marked_now(session: Session, contest_id: str) -> frozenset[str]:
    """The entries of the running round, of the units that are in it; in a contest without rounds all."""
    now = running(session, contest_id)
    return _of_rounds(session, contest_id, {now: came(session, contest_id)[now]} if now else {})


def once_in_play(session: Session, contest_id: str) -> frozenset[str]:
    """The same with those of units that were in the round by an earlier list, and are not any more."""
    found = came(session, contest_id)
    for name, several in (round_lists(session, contest_id) if found else {}).items():
        found[name] = found[name].union(*map(listed, several))
    return _of_rounds(session, contest_id, found)


def _of_rounds(session: Session, contest_id: str, there: Mapping[str, frozenset[str]]) -> frozenset[str]:
    of = round_of(session, contest_id) if there else {}
    every = known_entries(session, contest_id)
    return frozenset(row.id for row in every if not there or row.unit_id in there.get(of[row.component], ()))


def round_of(session: Session, contest_id: str) -> dict[str, str]:
    """Component -> the round it is marked in."""
    return {part: one.id for one in scheme(session, contest_id).rounds for part in one.components}


# Asked at every contact of every phone.
_COLLECTED = SQLModel.metadata.tables["round_collection"]
_ROUNDS = Quick(sql_select(_COLLECTED.c.round, _COLLECTED.c.at).where(_COLLECTED.c.contest_id == bindparam("contest")))


def round_collections(session: Session, contest_id: str) -> dict[str, str]:
    """The rounds before the last whose sheets are collected, with the moment."""
    return {str(name): str(at) for name, at in _ROUNDS(session, contest=contest_id)}


# --- who may do what, and where


def contests_of(session: Session, person_id: str) -> list[Contest]:
    """The contests a person has a role in, the newest first."""
    mine = select(Membership.contest_id).where(Membership.person_id == person_id, col(Membership.ended_at).is_(None))
    return list(session.exec(select(Contest).where(col(Contest.id).in_(mine)).order_by(col(Contest.made_at).desc())))


def may_create(session: Session, person_id: str) -> bool:
    """Organisers make contests, and so does somebody who has no role anywhere yet: the first organiser."""
    held = session.exec(
        select(Membership.role).where(Membership.person_id == person_id, col(Membership.ended_at).is_(None))
    ).all()
    return not held or "organiser" in held


def organised_by(session: Session, person_id: str) -> set[str]:
    """The contests in which a person is an organiser."""
    held = select(Membership.contest_id).where(
        Membership.person_id == person_id, Membership.role == "organiser", col(Membership.ended_at).is_(None)
    )
    return set(session.exec(held))


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of a contest with his roles, in the order of ROLES."""

    id: str
    login: str
    name: str
    roles: tuple[str, ...]


def people(session: Session, contest_id: str) -> list[Somebody]:
    """Everybody with a role in the contest, organisers first."""
    rows = session.exec(
        select(Person, Membership.role)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(Membership.contest_id == contest_id, col(Membership.ended_at).is_(None))
        .order_by(col(Person.login))
    ).all()
    held: dict[str, tuple[Person, set[str]]] = {}
    for person, role in rows:
        held.setdefault(person.id, (person, set()))[1].add(role)
    found = [
        Somebody(person.id, person.login, person.name, tuple(role for role in ROLES if role in roles))
        for person, roles in held.values()
    ]
    return sorted(found, key=lambda one: ROLES.index(one.roles[0]))


def imported(session: Session, contest_id: str) -> Draft:
    """The roster there is, as the lines of the workbook it came from."""
    scores = session.exec(select(PriorRow).where(PriorRow.contest_id == contest_id))
    prior = {(row.unit_id, row.component): row for row in scores}
    every = units(session, contest_id)
    return Draft(
        tuple(UnitLine(row.id, row.place_number, row.name, row.division) for row in every),
        tuple(
            EntryLine(
                row.id, row.place_number, row.unit_id, row.name, row.component, row.kind, row.day, row.planned_at,
                row.where, row.judges, row.group_name,
            )
            for row in planned(session, contest_id)
        ),
        tuple(
            JudgeLine(
                row.id, row.place_number, row.name, row.unit_id, row.bloc, row.judge_class, row.divisions,
                row.components, row.phone_end, row.aide, row.bus,
            )
            for row in judges(session, contest_id)
        ),
        tuple(
            PriorLine(unit.id, part.id, row.value, row.source)
            for unit in every
            for part in scheme(session, contest_id).components
            for row in [prior.get((unit.id, part.id))]
            if row
        ),
    )  # fmt: skip


def draft(session: Session, contest_id: str, rev: int) -> DraftImport | None:
    """A workbook that was read and waits; None where a newer one took its place or it was applied."""
    return session.get(DraftImport, (contest_id, rev))
