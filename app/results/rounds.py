"""Deeds of rounds: open the marks of one, decide at its cut, and put forward and confirm who goes on.

Reads the result as it stands. Writes openings, decisions, lists and their confirmations, and with a confirmed list the
entries of the next round that are not there yet; appends only. What was decided has no effect on who is marked before
a second person confirms the list that follows from it.
"""

import json
from collections.abc import Mapping, Sequence

from sqlmodel import Session, func, select

from app.accounts.models import Person
from app.audit import append, lock, now, record
from app.contests import queries as contests
from app.contests.access import Member
from app.contests.models import EntryRow, RoundList, RoundListConfirmation
from app.contests.road import planned
from app.errors import AppError
from app.judging.decisions import Wanted, decide
from app.judging.proposals import ground
from app.results.models import RoundOpening
from app.results.queries import OPENERS
from app.results.round_queries import (
    halves,
    is_round_open,
    next_list,
    open_in,
    round_after,
    settled_by,
    waiting_list,
)
from app.results.service import (
    AlreadyOpened,
    NotCollected,
    NotYourHalf,
    OnePerson,
    OrderIncomplete,
    OwnPasswordFirst,
    StillBlind,
)
from scoring.scheme import Scheme


class NoSuchRound(AppError):
    """The scheme has no such round, or it is the last: that one is opened with the result."""

    code = "rounds.no_such_round"
    status = 404


class NotDrawn(AppError):
    """Something of the round is still open, so that nobody can say who goes on."""

    code = "rounds.not_drawn"
    status = 409


class ListMeanwhile(AppError):
    """Who goes on is not what the page showed; or another list was put forward or confirmed since."""

    code = "rounds.list_meanwhile"
    status = 409


class ListOnePerson(AppError):
    """The database says the same, by a constraint."""

    code = "rounds.one_person"
    status = 409


def open_round(session: Session, member: Member, *, round_id: str, role: str) -> int:
    """开分 of one round: one half, by a person who holds the role; returns the revision."""
    contest_id = member.contest_id
    if role not in OPENERS or role not in member.roles:
        raise NotYourHalf
    _own_password(session, member)
    _before_the_last(contests.scheme(session, contest_id), round_id)
    if round_id not in contests.round_collections(session, contest_id):
        raise NotCollected
    rev = record(session, member.id, "open_round", contest_id=contest_id, subject=f"{round_id}/{role}")
    there = {half.role: half for half in halves(session, contest_id, round_id)}
    if there[role].name:
        raise AlreadyOpened({"name": there[role].name})
    mine = select(RoundOpening).where(
        RoundOpening.contest_id == contest_id, RoundOpening.round == round_id, RoundOpening.person_id == member.id
    )
    if session.exec(mine).first():
        raise OnePerson
    session.add(RoundOpening(contest_id=contest_id, round=round_id, role=role, person_id=member.id, rev=rev, at=now()))
    return rev


def order_at_cut(
    session: Session, member: Member, *, round_id: str, places: Mapping[str, str], reason: str, document: str = ""
) -> int:
    """Say in which order those stand who are equal at the cut of a round. Raises StillBlind, OrderIncomplete."""
    _seen(session, member, round_id)
    if sorted(places.values()) != sorted(str(place) for place in range(1, len(places) + 1)):
        raise OrderIncomplete({"n": len(places)})
    wanted = [Wanted("cut", unit, round_id, place) for unit, place in places.items()]
    return decide(session, member.id, contest_id=member.contest_id, wanted=wanted, reason=reason, document=document)


def let_on(
    session: Session, member: Member, *, round_id: str, units: Sequence[str], reason: str, document: str = ""
) -> int:
    """Let somebody go on from a round on whom the rule does not. Raises StillBlind."""
    _seen(session, member, round_id)
    following = round_after(contests.scheme(session, member.contest_id), round_id)
    wanted = [Wanted("advance", unit, following) for unit in units]
    return decide(session, member.id, contest_id=member.contest_id, wanted=wanted, reason=reason, document=document)


def settle_in_round(
    session: Session, member: Member, *, round_id: str, wanted: Sequence[Wanted], reason: str, document: str = ""
) -> int:
    """Decide what keeps the line of an open round from being drawn: few judges, a class or a prior score missing.

    Only what is open in this round now: of later ones nobody knows anything yet. Raises StillBlind.
    """
    _seen(session, member, round_id)
    open_now = {key for fault in open_in(session, member.contest_id, round_id) if (key := settled_by(fault))}
    if any((one.kind, one.subject, one.rule) not in open_now for one in wanted):
        raise StillBlind
    return decide(session, member.id, contest_id=member.contest_id, wanted=wanted, reason=reason, document=document)


def withdraw_unit(
    session: Session, member: Member, *, round_id: str, units: Sequence[str], reason: str, document: str = ""
) -> int:
    """A unit takes no part from ``round_id`` on, by its own wish; that needs no look at any mark."""
    wanted = [Wanted("withdrawal", unit, round_id) for unit in units]
    return decide(session, member.id, contest_id=member.contest_id, wanted=wanted, reason=reason, document=document)


def put_list_forward(
    session: Session, member: Member, *, round_id: str, seen: Sequence[str], reason: str, document: str = ""
) -> int:
    """Put forward who comes to ``round_id``, as the page showed it in ``seen``; returns the version.

    Raises StillBlind, NotDrawn, ListMeanwhile, ReasonMissing.
    """
    contest_id, why = member.contest_id, ground(reason, document)
    head = lock(session, contest_id)
    _own_password(session, member)
    _drawn(session, member, round_id, seen)
    facts = {"units": list(seen), **why.told()}
    rev = append(session, head, member.id, "put_list_forward", subject=round_id, payload=facts).rev
    every = select(func.max(RoundList.version)).where(RoundList.contest_id == contest_id, RoundList.round == round_id)
    version = (session.exec(every).one() or 0) + 1
    session.add(
        RoundList(
            contest_id=contest_id, round=round_id, version=version, rev=rev, units=json.dumps(list(seen)),
            reason=why.reason, document=why.document, made_by=member.id, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return version


def confirm_list(session: Session, member: Member, *, round_id: str, version: int, names: Mapping[str, str]) -> int:
    """The second person's hand: from this revision on the units of the list are marked in ``round_id``.

    ``names``: what the round's components are called, for entries that are made because the roster has none.
    Raises ListMeanwhile, ListOnePerson, and what keeps a list from being put forward.
    """
    contest_id = member.contest_id
    # Looked at before the act is written: a result is kept under the last act, and this one changes the roster.
    head = lock(session, contest_id)
    _own_password(session, member)
    asked = waiting_list(session, contest_id, round_id)
    if asked is None or asked.version != version:
        raise ListMeanwhile
    if asked.made_by == member.id:
        raise ListOnePerson
    units: list[str] = json.loads(asked.units)
    _drawn(session, member, round_id, units)
    rev = append(session, head, member.id, "confirm_list", subject=f"{round_id}/{version}").rev
    session.add(
        RoundListConfirmation(
            contest_id=contest_id, round=round_id, version=version, rev=rev, made_by=asked.made_by,
            confirmed_by=member.id, at=now(),
        )
    )  # fmt: skip
    _add_entries(session, contest_id, round_id, units, names)
    session.flush()
    return rev


def _own_password(session: Session, member: Member) -> None:
    if not session.get_one(Person, member.id).own_password:
        raise OwnPasswordFirst


def _before_the_last(scheme: Scheme, round_id: str) -> None:
    if round_id not in [one.id for one in scheme.rounds[:-1]]:
        raise NoSuchRound


def _seen(session: Session, member: Member, round_id: str) -> None:
    """What is decided at a cut is decided by who knows its standings."""
    _before_the_last(contests.scheme(session, member.contest_id), round_id)
    if not is_round_open(session, member.contest_id, round_id):
        raise StillBlind


def _drawn(session: Session, member: Member, round_id: str, seen: Sequence[str]) -> None:
    """Raises where ``seen`` is not who comes to the round by what stands in the database now."""
    contest_id = member.contest_id
    rounds = [one.id for one in contests.scheme(session, contest_id).rounds]
    if round_id not in rounds[1:]:
        raise NoSuchRound
    before = rounds[rounds.index(round_id) - 1]
    if before not in contests.round_collections(session, contest_id):
        raise NotCollected
    if not is_round_open(session, contest_id, before):
        raise StillBlind
    if found := open_in(session, contest_id, before):
        raise NotDrawn({"n": len(found)})
    if list(seen) != next_list(session, contest_id, before):
        raise ListMeanwhile


def _add_entries(
    session: Session, contest_id: str, round_id: str, units: Sequence[str], names: Mapping[str, str]
) -> None:
    """An entry of each of the round's components for every unit that has none; not where a kind or group must be told.

    In the manual order: numbers that follow the list would tell who was best before anything is released.
    """
    # With those that are hidden or were dropped: their numbers are taken.
    scheme, rows = contests.scheme(session, contest_id), planned(session, contest_id)
    there = {(row.unit_id, row.component) for row in rows}
    number = max((row.place_number for row in rows), default=0)
    called = {row.id: row.name for row in contests.units(session, contest_id)}
    taken = {row.id for row in rows}
    [stage] = [one for one in scheme.rounds if one.id == round_id]
    if stage.advance and stage.advance.quota_by == "each_group":
        return
    parts = [part for part in scheme.components if part.id in stage.components and part.source == "marks"]
    for part in parts:
        if any(item.kinds for criterion in part.criteria for item in criterion.items):
            continue
        for unit in (one for one in called if one in units):
            if (unit, part.id) in there:
                continue
            number += 1
            while f"E{number}" in taken:
                number += 1
            name = f"{called[unit]} · {names[part.id]}"[:120]
            session.add(
                EntryRow(
                    contest_id=contest_id, id=f"E{number}", place_number=number, unit_id=unit, component=part.id,
                    name=name,
                )
            )  # fmt: skip
