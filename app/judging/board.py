"""The organiser's board: per stop how many sheets are due, received and missing, and whom to remind.

Where there are thousands of stops it shows those of which something is missing, and counts the others. Reads only, and
reads no mark: before the opening there is nothing here that could give a score away.
"""

from collections import Counter
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.audit import ContestHead
from app.contests import queries as contests
from app.contests.models import JudgeRow
from app.contests.road import RoadEntry
from app.judging.models import Collection
from app.judging.queries import DICTATED, Doubt, Stop, current, doubtful, handed_in, locks
from app.judging.recusal_queries import open_requests
from app.judging.signature_queries import asks_signature, unsigned
from app.kept import Kept

MOST_LINES = 200  # more than that nobody reads through at once: a page of 2,743 is 930 kB
MOST_NAMES = 20  # of a judge's missing sheets


@dataclass(frozen=True, slots=True)
class Line:
    """One stop of the board. Nothing is missing or unknown where it has not ``begun``.

    ``locked_at``: since when no sheet for it counts but by decision. ``dictated``: so many of the received ones were
    entered for their judges, as they dictated them. One that was dropped has none due; what came for it is kept.
    """

    entry: RoadEntry
    unit: str
    due: int
    received: int
    missing: int
    unknown: int
    unknown_since: str
    begun: bool
    locked_at: str
    dictated: int


@dataclass(frozen=True, slots=True)
class Part:
    """The stops of one day; in a contest with rounds those of one round and division. ``over``: of an earlier round.

    ``shown``: the lines that stand on the page.
    """

    day: str
    round: str
    division: str
    over: bool
    lines: tuple[Line, ...]
    shown: tuple[Line, ...]

    @property
    def complete(self) -> int:
        """How many stops of which nothing is missing are not shown."""
        return sum(line.begun and not line.missing for line in self.lines) - sum(
            line.begun and not line.missing for line in self.shown
        )

    @property
    def left_out(self) -> int:
        """How many others are not shown."""
        return len(self.lines) - len(self.shown) - self.complete

    @property
    def due(self) -> int:
        return sum(line.due for line in self.lines)

    @property
    def received(self) -> int:
        return sum(line.received for line in self.lines)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A judge whose sheets are missing of what has begun, or whose phone holds something; and who stands by him.

    ``unsigned``: so many of his sheets he has not signed; ``stale``: so many of them in an earlier version only.
    ``named``: the missing ones that stand on the page.
    """

    judge: JudgeRow
    missing: tuple[str, ...]
    named: tuple[str, ...]
    doubt: Doubt | None
    unsigned: int
    stale: int


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page. ``by_stop``: the scheme closes sheets with each stop, not only at the collection.

    ``signs``: it asks judges to sign on their phones. ``round``: the running one, which ``due``, ``received``,
    ``complete`` and ``collected_at`` are told of; empty in a contest without rounds. ``last``: none comes after it.
    ``asked``: so many judges wait for an answer whether they are recused.
    """

    parts: tuple[Part, ...]
    reminders: tuple[Reminder, ...]
    due: int
    received: int
    complete: bool
    collected_at: str
    by_stop: bool
    signs: bool
    round: str
    last: bool
    asked: int


_KEPT: Kept[tuple[str, str, str, str], Board] = Kept()


def board(session: Session, contest_id: str) -> Board:
    """The page as it stands. Forty open ones ask for it after every sheet: the last few are kept.

    They are kept under everything they depend on, so that nothing has to be told when something changes.
    """
    head = session.get_one(ContestHead, contest_id)
    key = (str(session.get_bind().engine.url), contest_id, head.audit_hash, repr(doubtful(session, contest_id)))
    return _KEPT.of(key, lambda: _board(session, contest_id))


def folded(whole: Board) -> Board:
    """The board of a contest of thousands: first of all what is missing, the rest counted. A small one as it is."""
    if sum(len(part.lines) for part in whole.parts) <= MOST_LINES:
        return whole
    parts, room = [], MOST_LINES
    for part in whole.parts:
        shown = tuple(line for line in part.lines if line.begun and line.missing)[:room]
        room -= len(shown)
        parts.append(replace(part, shown=shown))
    reminders = (replace(one, named=one.missing[:MOST_NAMES]) for one in whole.reminders)
    return replace(whole, parts=tuple(parts), reminders=tuple(reminders))


def _board(session: Session, contest_id: str) -> Board:
    handed, locked = handed_in(session, contest_id), locks(session, contest_id)
    stops = {stop.entry_id: stop for stop in handed.stops}
    units = {row.id: row for row in contests.units(session, contest_id)}
    rounds, running = contests.scheme(session, contest_id).rounds, contests.running(session, contest_id)
    of, here = contests.round_of(session, contest_id), contests.in_play(session, contest_id)
    counts = current(session, contest_id).values()
    dictated = Counter(one.entry_id for one in counts if one.origin == DICTATED)
    parts: dict[tuple[str, str, str], list[Line]] = {}
    lacking: dict[str, list[str]] = {}
    kept = Counter(one.entry_id for one in counts)
    for row in contests.known_entries(session, contest_id):
        if row.id not in here:
            continue
        stop = stops.get(row.id) or Stop(row.id, 0, kept[row.id], (), (), "", begun=False)
        unit = units[row.unit_id]
        missing, unknown = (stop.missing, stop.unknown) if stop.begun else ((), ())
        line = Line(
            row,
            unit.name,
            stop.due,
            stop.received,
            len(missing),
            len(unknown),
            stop.unknown_since,
            stop.begun,
            locked.get(row.id, ""),
            dictated[row.id],
        )
        name = of.get(row.component, "")
        parts.setdefault((name, unit.division if name else "", row.day), []).append(line)
        for judge in missing:
            lacking.setdefault(judge, []).append(row.name)
    doubts = {
        doubt.judge_id: doubt
        for doubt in handed.doubts
        if doubt.lacking or doubt.waiting or doubt.judge_id in lacking  # else he is silent, and nothing is asked of him
    }
    unsigned_of = {one.judge_id: one for one in unsigned(session, contest_id)}
    collection = session.get(Collection, contest_id)
    collected_at = collection.at if collection else contests.round_collections(session, contest_id).get(running, "")
    # The running round first, then those before it, each division by division as the roster has them.
    order = {one.id: -number for number, one in enumerate(rounds)}
    found = [
        Part(day, name, division, name != running, tuple(lines), tuple(lines))
        for (name, division, day), lines in parts.items()
    ]
    found.sort(key=lambda part: order.get(part.round, 0))
    now = [line for part in found if not part.over for line in part.lines]
    return Board(
        parts=tuple(found),
        reminders=tuple(
            Reminder(
                judge,
                tuple(lacking.get(judge.id, ())),
                tuple(lacking.get(judge.id, ())),
                doubts.get(judge.id),
                len(unsigned_of[judge.id].entries) if judge.id in unsigned_of else 0,
                len(unsigned_of[judge.id].stale) if judge.id in unsigned_of else 0,
            )
            for judge in contests.judges(session, contest_id)
            if judge.id in lacking or judge.id in doubts or judge.id in unsigned_of
        ),
        due=sum(line.due for line in now),
        received=sum(line.received for line in now),
        complete=not handed.doubts and all(line.received == line.due for line in now),
        collected_at=collected_at,
        by_stop=contests.scheme(session, contest_id).publication.lock == "stop",
        signs=asks_signature(session, contest_id),
        round=running,
        last=not rounds or running == rounds[-1].id,
        asked=len(open_requests(session, contest_id)),
    )
