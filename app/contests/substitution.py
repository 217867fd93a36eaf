"""Who marks in whose place from which stop on (替补): read from what was laid down, in the order of the road.

Reads substitutions and the itinerary. Everybody else reads the absences that follow from it in the roster, so that
phones, board, paper and engine cannot disagree.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from app.contests.models import Substitution
from app.contests.road import RoadEntry, itinerary


def substitutions(session: Session, contest_id: str) -> Sequence[Substitution]:
    """Every one, the oldest first."""
    return session.exec(
        select(Substitution).where(Substitution.contest_id == contest_id).order_by(col(Substitution.rev))
    ).all()


def out_of_turn(session: Session, contest_id: str) -> dict[str, dict[str, str]]:
    """Judge -> the entries that somebody else marks in his place -> why."""
    made = substitutions(session, contest_id)
    return turns(made, itinerary(session, contest_id)) if made else {}


def turns(made: Sequence[Substitution], road: Sequence[RoadEntry]) -> dict[str, dict[str, str]]:
    """The same of these alone. Whoever takes over first of all has marked nothing before that stop.

    One who was replaced may take over again at a later stop. Of two at one stop the later laid down counts.
    """
    place = {entry.id: number for number, entry in enumerate(road)}
    known = [one for one in made if one.from_entry in place]
    moves: dict[str, list[tuple[int, int, bool, str]]] = {}
    for one in known:
        moves.setdefault(one.judge_id, []).append((place[one.from_entry], one.rev, True, one.reason))
        moves.setdefault(one.by_judge, []).append((place[one.from_entry], one.rev, False, one.reason))
    return {judge: _out(sorted(changes), place) for judge, changes in moves.items()}


def instead(session: Session, contest_id: str) -> dict[tuple[str, str], str]:
    """Judge and entry -> who marks it in his place, also where that one was himself replaced."""
    made = substitutions(session, contest_id)
    road = itinerary(session, contest_id) if made else ()
    out, place = turns(made, road), {entry.id: number for number, entry in enumerate(road)}
    known = [one for one in made if one.from_entry in place]

    def of(judge: str, entry: str) -> str:
        taken = [one for one in known if one.judge_id == judge and place[one.from_entry] <= place[entry]]
        return max(taken, key=lambda one: (place[one.from_entry], one.rev)).by_judge if taken else ""

    found = {}
    for judge in out:
        for entry in out[judge]:
            by = of(judge, entry)
            for _ in known:
                by = of(by, entry) or by if entry in out.get(by, ()) else by
            if by:
                found[judge, entry] = by
    return found


def _out(changes: Sequence[tuple[int, int, bool, str]], place: Mapping[str, int]) -> dict[str, str]:
    found = {}
    for entry, number in place.items():
        passed = [(out, why) for at, _, out, why in changes if at <= number]
        out, why = passed[-1] if passed else (not changes[0][2], changes[0][3])
        if out:
            found[entry] = why
    return found
