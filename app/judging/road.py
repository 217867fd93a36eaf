"""Deeds of the road: change the order of the stops, drop one, prepare one in secret (抽点) and open it by call.

Reads the itinerary, the collection and the opening. Writes changes of stops; appends only. The manual order and the
planned times stay, and nothing that was handed in is touched: a sheet belongs to its entry, wherever that stands, and
that of a dropped one is kept, does not count, and counts again once the stop is restored.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from app.audit import AuditRow, Head, append, lock, now
from app.contests import queries as contests
from app.contests.lines import NEW, change_line
from app.contests.models import StopChange
from app.contests.road import RoadEntry, itinerary, planned, planned_days
from app.contests.uses import uses
from app.errors import AppError
from app.judging.models import SheetRevision
from app.judging.queries import is_collected
from app.judging.service import AlreadyCollected, NoSuchStop
from app.reasons import reason_in
from app.sync.models import Device


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


class MarksOpened(AppError):
    """Whoever knows the marks could choose the winner by dropping a project."""

    code = "road.marks_opened"
    status = 409


class NotNow(AppError):
    """The stop is dropped already, or is not, or is not hidden: somebody else was first."""

    code = "road.not_now"
    status = 409


class PhonesKnow(AppError):
    """What lies on a phone, or has been marked, cannot be made secret any more."""

    code = "road.phones_know"
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
    at, head = planned_at.strip()[:16], lock(session, contest_id)
    there = _under_way(session, contest_id)
    why = reason_in(reason)
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


def drop_stop(session: Session, actor: str, *, contest_id: str, entry_id: str, reason: str) -> int:
    """The stop is not visited: no sheet of it is due, and none counts. Returns the revision.

    Also after the collection, when it is seen that nobody was there; never once anybody may know the marks.
    """
    return _end(session, actor, "drop", contest_id, entry_id, reason)


def restore_stop(session: Session, actor: str, *, contest_id: str, entry_id: str, reason: str) -> int:
    """It is visited after all: its sheets are due again, and those that came count. Returns the revision."""
    return _end(session, actor, "restore", contest_id, entry_id, reason)


def _end(session: Session, actor: str, change: str, contest_id: str, entry_id: str, reason: str) -> int:
    why, head = reason_in(reason), lock(session, contest_id)
    one = _stop(_before_the_opening(session, contest_id), entry_id)
    if one.hidden or one.dropped != (change == "restore"):
        raise NotNow({"entry": one.name or one.id})
    return _change(session, head, actor, change, [one.id], why)


def hide_stops(session: Session, actor: str, *, contest_id: str, entries: Sequence[str]) -> int:
    """Keep stops from everybody but the organisers until they are opened by call. Returns the revision.

    Only before a phone has joined and anything hangs on them. Later a stop is prepared in secret from the start.
    """
    head = lock(session, contest_id)
    there = _under_way(session, contest_id)
    chosen = [_stop(there, entry) for entry in dict.fromkeys(entries)]
    if not chosen:
        raise NoSuchStop
    if has_phones(session, contest_id):
        raise PhonesKnow
    used = uses(session, contest_id).hung
    for one in chosen:
        if one.id in used:
            raise PhonesKnow
        if one.hidden or one.dropped:
            raise NotNow({"entry": one.name or one.id})
    return _change(session, head, actor, "hide", [one.id for one in chosen])


def prepare_stop(session: Session, actor: str, *, contest_id: str, cells: Mapping[str, str]) -> str:
    """Add a stop to the roster that nobody but the organisers knows of until it is opened; returns its id.

    Both in one deed: at no moment a phone could fetch it. Raises Refused with what is wrong with the line.
    """
    lock(session, contest_id)
    before = {one.id for one in _under_way(session, contest_id)}
    change_line(session, actor, contest_id=contest_id, sheet="entries", line=NEW, cells=cells, joined="")
    session.flush()
    [new] = [row.id for row in planned(session, contest_id) if row.id not in before]
    _change(session, lock(session, contest_id), actor, "hide", [new])
    return new


def open_stop(session: Session, actor: str, *, contest_id: str, entry_id: str) -> int:
    """By call, at the place: from now on the stop is on the judges' phones, and its sheets are due."""
    head = lock(session, contest_id)
    one = _stop(_under_way(session, contest_id), entry_id)
    if not one.hidden:
        raise NotNow({"entry": one.name or one.id})
    return _change(session, head, actor, "open", [one.id])


def _change(session: Session, head: Head, actor: str, change: str, entries: Sequence[str], reason: str = "") -> int:
    told = {"entries": list(entries), "reason": reason}
    # What is hidden has no name in the log either: the steward reads it.
    subject = entries[0] if change != "hide" else ""
    rev = append(session, head, actor, f"{change}_stop", subject=subject, payload=told).rev
    session.add_all(
        StopChange(
            contest_id=head.contest_id, rev=rev, number=number, entry_id=entry, change=change, reason=reason,
            by_person=actor, at=now(),
        )
        for number, entry in enumerate(entries, 1)
    )  # fmt: skip
    session.flush()
    return rev


def _stop(there: Sequence[RoadEntry], entry_id: str) -> RoadEntry:
    found = next((one for one in there if one.id == entry_id), None)
    if found is None:
        raise NoSuchStop
    return found


def has_phones(session: Session, contest_id: str) -> bool:
    """Whether any phone has joined, and so may hold what is in the roster."""
    return session.exec(select(Device.id).where(Device.contest_id == contest_id).limit(1)).first() is not None


def _before_the_opening(session: Session, contest_id: str) -> list[RoadEntry]:
    """The itinerary, where a stop can still be dropped: until the first of two people opens the marks.

    Where marks are seen from the start, until the collection. The opening is of a later part: the log tells of it.
    """
    if contests.contest(session, contest_id).form != "tour":
        raise NotOnTheRoad
    act = select(AuditRow.rev).where(AuditRow.contest_id == contest_id, AuditRow.action == "open_marks")
    live = contests.scheme(session, contest_id).publication.blind == "live"
    if session.exec(act.limit(1)).first() is not None or (live and is_collected(session, contest_id)):
        raise MarksOpened
    return itinerary(session, contest_id)


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
