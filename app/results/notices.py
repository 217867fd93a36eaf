"""名单公示: who goes on from a round, for everybody to read.

Reads a confirmed list; with reserves also the standings they stand in. Writes notices, which only grow. A notice names
units by division in the manual order, so that its order tells nothing of their scores; it holds no score and no place.
Reserves stand in the order in which they come in.
"""

import json
from typing import Any

from sqlmodel import Session, col, select

from app.accounts.models import Person
from app.audit import append, lock, now
from app.contests import queries as contests
from app.contests.access import Member
from app.contests.models import RoundList, RoundNotice
from app.errors import AppError
from app.results.round_queries import open_in, standings
from app.results.rounds import ListMeanwhile, NoSuchRound, NotDrawn
from app.results.service import OwnPasswordFirst
from scoring.roster import Unit
from scoring.scheme import Scheme, Text

Document = dict[str, Any]  # JSON


class NoNotice(AppError):
    """The same answer whether there is such a contest or round or not."""

    code = "rounds.no_notice"
    status = 404


def publish_list(session: Session, member: Member, *, round_id: str, version: int, reserves: bool) -> int:
    """Make who comes to ``round_id`` public, as the newest confirmed list has it; returns the revision.

    ``reserves``: those who stand by as well. Raises NoSuchRound, ListMeanwhile, NotDrawn.
    """
    contest_id = member.contest_id
    head = lock(session, contest_id)
    if not session.get_one(Person, member.id).own_password:
        raise OwnPasswordFirst
    scheme = contests.scheme(session, contest_id)
    rounds = [one.id for one in scheme.rounds]
    if round_id not in rounds[1:]:
        raise NoSuchRound
    confirmed = contests.round_lists(session, contest_id).get(round_id, [])
    if not confirmed or confirmed[-1].version != version:
        raise ListMeanwhile
    standing_by = _standing_by(session, contest_id, rounds[rounds.index(round_id) - 1]) if reserves else []
    told = _document(session, scheme, confirmed[-1], standing_by)
    rev = append(session, head, member.id, "publish_list", subject=f"{round_id}/{version}", payload=told).rev
    session.add(
        RoundNotice(
            contest_id=contest_id, rev=rev, round=round_id, version=version,
            document=json.dumps(told, ensure_ascii=False), by_person=member.id, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return rev


def _standing_by(session: Session, contest_id: str, before: str) -> list[str]:
    if found := open_in(session, contest_id, before):
        raise NotDrawn({"n": len(found)})
    waiting = [one for one in standings(session, contest_id, before) if one.status == "reserve"]
    return [one.unit.id for one in sorted(waiting, key=lambda one: one.reserve)]


def _document(session: Session, scheme: Scheme, listed: RoundList, standing_by: list[str]) -> Document:
    contest = contests.contest(session, listed.contest_id)
    rounds = [one.id for one in scheme.rounds]
    place = rounds.index(listed.round)
    going = contests.listed(listed)
    units = contests.roster(session, listed.contest_id).units
    divisions: list[tuple[str, Document | None]] = [(one.id, _both(one.name)) for one in scheme.divisions]

    def named(unit: Unit) -> str:
        return unit.name or unit.id

    return {
        "format": "notice/1",
        "contest": {
            "id": contest.id, "name": contest.name, "form": contest.form, "simulated": contest.simulated,
            "time_zone": contest.time_zone,
        },
        "before": _both(scheme.rounds[place - 1].name),
        "round": _both(scheme.rounds[place].name),
        "version": listed.version,
        "document": listed.document,
        "divisions": [
            {
                "name": name,
                "units": [named(unit) for unit in units if unit.id in going and division in ("", unit.division)],
                "reserves": [
                    named(unit)
                    for waiting in standing_by
                    for unit in units
                    if unit.id == waiting and division in ("", unit.division)
                ],
            }
            for division, name in divisions or [("", None)]
        ],
    }  # fmt: skip


def _both(text: Text) -> Document:
    return {"zh": text.zh, "en": text.en}


def notice_of(session: Session, contest_id: str, round_id: str) -> RoundNotice:
    """What everybody reads of who comes to a round. Raises NoNotice."""
    found = notices(session, contest_id).get(round_id)
    if found is None:
        raise NoNotice
    return found


def notices(session: Session, contest_id: str) -> dict[str, RoundNotice]:
    """The newest notice of each round that has one, in the order in which they came out."""
    mine = select(RoundNotice).where(RoundNotice.contest_id == contest_id).order_by(col(RoundNotice.rev))
    return {row.round: row for row in session.exec(mine)}
