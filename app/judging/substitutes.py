"""替补: another judge marks in a judge's place, from a stop on.

Reads the roster, the road and what was handed in. Writes the substitute's line of the roster, that he is there, and the
substitution; appends only. What the first judge marked stays his, and nothing passes from one to the other.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from app.audit import append, lock, now
from app.contests import queries as contests
from app.contests.columns import sheets_for
from app.contests.lines import NEW, change_line, texts
from app.contests.models import AttendanceRow, JudgeRow, Substitution
from app.contests.road import RoadEntry, itinerary
from app.contests.service import NoSuchJudge
from app.contests.substitution import out_of_turn
from app.contests.uses import uses
from app.errors import AppError
from app.i18n import languages
from app.judging.queries import current, is_collected
from app.judging.road import NotOnTheRoad
from app.judging.service import AlreadyCollected, NoSuchStop
from app.reasons import reason_in

_OWN = ("name", "unit", "phone_end")  # of the substitute himself; all else he takes over with the place


class HasMarked(AppError):
    """What he marked stays his: the other one begins at a later stop."""

    code = "substitutes.has_marked"
    status = 409


class NotFree(AppError):
    """Whoever takes over marks nothing of his own from that stop on."""

    code = "substitutes.not_free"
    status = 409


def substitute(
    session: Session, actor: str, *, contest_id: str, judge_id: str, from_entry: str, reason: str, by: str = "",
    cells: Mapping[str, str], joined: str,
) -> str:  # fmt: skip
    """From this stop on ``by`` marks in the place of ``judge_id``; returns his id.

    ``by`` is somebody who was replaced before; where it is empty, a new judge of whom ``cells`` tells the name, the
    unit and the last digits of his phone. ``joined``: why he is on leave on the days before. Raises Refused with what
    is wrong with his line.
    """
    lock(session, contest_id)
    if contests.contest(session, contest_id).form != "tour":
        raise NotOnTheRoad
    if is_collected(session, contest_id):
        raise AlreadyCollected
    why = reason_in(reason)
    if session.get(JudgeRow, (contest_id, judge_id)) is None:
        raise NoSuchJudge({"judge": judge_id})
    rest = _from(itinerary(session, contest_id), from_entry)
    marked = [one for one in rest if (judge_id, one.id) in current(session, contest_id)]
    if marked:
        raise HasMarked({"entry": marked[-1].name})
    if by and not {one.id for one in rest} <= out_of_turn(session, contest_id).get(by, {}).keys():
        raise NotFree
    taking = by or _new_judge(session, actor, contest_id, judge_id, cells, joined)
    told = {"by": taking, "from": from_entry, "reason": why}
    rev = append(session, lock(session, contest_id), actor, "substitute", subject=judge_id, payload=told).rev
    session.add(
        Substitution(
            contest_id=contest_id, rev=rev, judge_id=judge_id, by_judge=taking, from_entry=from_entry, reason=why,
            by_person=actor, at=now(),
        )
    )  # fmt: skip
    _here(session, actor, contest_id, rev, taking, {one.day for one in rest})
    session.flush()
    return taking


def _from(road: Sequence[RoadEntry], entry_id: str) -> list[RoadEntry]:
    places = [one.id for one in road]
    if entry_id not in places:
        raise NoSuchStop
    return list(road[places.index(entry_id) :])


def _new_judge(
    session: Session, actor: str, contest_id: str, judge_id: str, cells: Mapping[str, str], joined: str
) -> str:
    """He gets the next number, and what the place brings with it: bloc, class, what it marks, aide and bus."""
    scheme, there = contests.scheme(session, contest_id), contests.imported(session, contest_id)
    form = next(one for one in sheets_for(scheme) if one.key == "judges")
    line = dict(texts(form, scheme, there, languages()["zh"]))[judge_id]
    line |= {name: cells.get(name, "") for name in _OWN}
    line["number"] = str(max(one.number for one in there.judges) + 1)
    change_line(session, actor, contest_id=contest_id, sheet="judges", line=NEW, cells=line, joined=joined)
    session.flush()
    return f"J{line['number']}"


def _here(session: Session, actor: str, contest_id: str, rev: int, judge: str, days: set[str]) -> None:
    """Who joined while a day was under way was put on leave for it, and is there from his stop on."""
    told = contests.attendance(session, contest_id)
    for day in uses(session, contest_id).past:
        record = told.get((judge, day))
        if day in days and record and record.state == "leave":
            row = {"judge_id": judge, "day": day, "state": "present", "reason": ""}
            session.add(AttendanceRow(contest_id=contest_id, rev=rev, by_person=actor, at=now(), **row))
