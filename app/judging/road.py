"""Deeds of the road: change the order of the stops while the tour is under way.

Reads the itinerary and the collection. Writes changes of stops; appends only. The manual order and the planned times
stay, and nothing that was handed in is touched: a sheet belongs to its entry, wherever that stands.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.audit import append, lock, now
from app.contests import queries as contests
from app.contests.models import StopChange
from app.contests.road import RoadEntry, itinerary, planned_days
from app.errors import AppError
from app.judging.decisions import SHORTEST_REASON, ReasonMissing
from app.judging.models import SheetRevision
from app.judging.queries import is_collected
from app.judging.service import AlreadyCollected, NoSuchStop


class NotOnTheRoad(AppError):
    """The contest is no tour: on a stage the order of appearance is laid down instead."""

    code = "road.not_a_tour"
    status = 409


class NoSuchPlace(AppError):
    """Stops go before another stop, or to the end of a day of the itinerary."""

    code = "road.no_such_place"
    status = 422


class ThereAlready(AppError):
    code = "road.there_already"
    status = 409


class MarkedAlready(AppError):
    """A stop with sheets was visited on its day, and attendance of that day says whose sheets were due."""

    code = "road.marked_already"
    status = 409


def move_stops(
    session: Session,
    actor: str,
    *,
    contest_id: str,
    entries: Sequence[str],
    before: str = "",
    day: str = "",
    planned_at: str = "",
    reason: str,
) -> int:
    """Visit these stops before the stop ``before``, or else as the last of ``day``. Returns the revision.

    They keep their order among themselves. ``planned_at``: when the first of them is reached now; of the others, and
    where it is empty, no time is told any more, for the planned one is none.
    """
    why, at = " ".join(reason.split()), planned_at.strip()[:16]
    head = lock(session, contest_id)
    there = _under_way(session, contest_id)
    if len(why) < SHORTEST_REASON:
        raise ReasonMissing({"shortest": SHORTEST_REASON})
    moved = [one for one in there if one.id in entries]
    target = next((one for one in there if one.id == before), None)
    to_day = target.day if target else day
    if not moved or len(moved) < len(set(entries)) or (before and target is None):
        raise NoSuchStop
    if before in entries or to_day not in planned_days(session, contest_id):
        raise NoSuchPlace
    elsewhere = [one for one in moved if one.day != to_day]
    if marked := [one for one in elsewhere if _has_sheets(session, contest_id, one.id)]:
        raise MarkedAlready({"entry": marked[0].name or marked[0].id})
    told = {"entries": [one.id for one in moved], "before": before, "day": to_day, "at": at, "reason": why}
    # Several that go together are one unit's.
    subject = moved[0].id if len(moved) == 1 else moved[0].unit_id
    rev = append(session, head, actor, "move_stops", subject=subject, payload=told).rev
    for number, one in enumerate(moved, 1):
        session.add(
            StopChange(
                contest_id=contest_id, rev=rev, number=number, entry_id=one.id, change="move",
                before_id=before or None, day=to_day, planned_at=at if number == 1 else "", reason=why,
                by_person=actor, at=now(),
            )
        )  # fmt: skip
    session.flush()
    if [(one.id, one.day) for one in itinerary(session, contest_id)] == [(one.id, one.day) for one in there]:
        raise ThereAlready
    return rev


def _under_way(session: Session, contest_id: str) -> list[RoadEntry]:
    """The itinerary, where it can still be changed: in a tour, until the sheets are collected."""
    if contests.contest(session, contest_id).form != "tour":
        raise NotOnTheRoad
    if is_collected(session, contest_id):
        raise AlreadyCollected
    return itinerary(session, contest_id)


def _has_sheets(session: Session, contest_id: str, entry_id: str) -> bool:
    some = select(SheetRevision.revision_id).where(
        SheetRevision.contest_id == contest_id, SheetRevision.entry_id == entry_id, col(SheetRevision.kind) != "draft"
    )
    return session.exec(some.limit(1)).first() is not None
