"""The stage clock (计时): started and stopped at the console, and what the scheme's rule takes for the time it shows.

Reads the presses and the scheme. Writes presses, and the deduction for overtime as a decision whose evidence they are.
Never starts again what is over: a new start is a new run, and the earlier one stays in the records.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session, col, select

from app.audit import now, record
from app.contests import queries as contests
from app.errors import AppError
from app.judging.decision_queries import in_force
from app.judging.decisions import Wanted, decide
from app.judging.proposals import ProposedAlready, proposed
from app.stage.models import ClockPress
from scoring.decisions import points_of
from scoring.numbers import plain
from scoring.scheme import Adjustment, Scheme

AFTER = {"start": "stop", "stop": "start"}  # which press follows which


class ClockMeanwhile(AppError):
    """Another console has started or stopped this clock since the page was made."""

    code = "console.clock_meanwhile"
    status = 409


class NoOvertime(AppError):
    """The clock is running or was never started, the scheme has no rule for it, or the time is within the limit."""

    code = "console.no_overtime"
    status = 409


class OvertimeTaken(AppError):
    code = "console.overtime_taken"
    status = 409


@dataclass(frozen=True, slots=True)
class Clock:
    """One entrant's clock. ``since``: when it was started, if it runs; ``seconds``: of the last run, whole ones.

    ``presses``: how many there were; ``rev`` and ``began``, ``ended``: of the last run that is over.
    """

    presses: int = 0
    since: str = ""
    seconds: int = 0
    rev: int = 0
    began: str = ""
    ended: str = ""

    @property
    def next(self) -> str:
        return "stop" if self.since else "start"


@dataclass(frozen=True, slots=True)
class Overtime:
    """What the rule takes for a time: ``points`` within the cap; ``taken``: it was decided; ``proposed``: it waits."""

    rule: Adjustment
    points: Fraction
    taken: bool
    proposed: bool


def clocks(session: Session, contest_id: str) -> dict[str, Clock]:
    """The clock of every entrant who has one."""
    presses = select(ClockPress).where(ClockPress.contest_id == contest_id).order_by(col(ClockPress.rev))
    found: dict[str, Clock] = {}
    for row in session.exec(presses):
        before = found.get(row.entry_id, Clock())
        if row.press == "start":
            found[row.entry_id] = Clock(row.number, since=row.at)
        else:
            # A second that is not over is not counted: it is in the entrant's favour.
            used = int((datetime.fromisoformat(row.at) - datetime.fromisoformat(before.since)).total_seconds())
            found[row.entry_id] = Clock(row.number, "", used, row.rev, before.since, row.at)
    return found


def rule_for(scheme: Scheme, component: str) -> Adjustment | None:
    """The scheme's deduction for time in a part, if it has one."""
    timed = (one for one in scheme.adjustments if one.kind == "deduction" and one.measure == "seconds")
    return next((one for one in timed if one.subject == "entry" and one.component in (None, component)), None)


def overtimes(session: Session, contest_id: str, of: Mapping[str, Clock]) -> dict[str, Overtime]:
    """Of every clock that stands above its limit what the rule takes."""
    scheme = contests.scheme(session, contest_id)
    parts = {row.id: row.component for row in contests.entries(session, contest_id)}
    taken = {(row.subject, row.rule) for row in in_force(session, contest_id) if row.kind == "deduction"}
    waiting = {(line.subject, line.rule) for line in proposed(session, contest_id) if line.kind == "deduction"}
    found = {}
    for entry, clock in of.items():
        rule = rule_for(scheme, parts[entry])
        points = points_of(rule, Fraction(clock.seconds)) if rule and not clock.since else Fraction(0)
        if rule and points:
            points = points if rule.cap is None else min(points, rule.cap)
            found[entry] = Overtime(rule, points, (entry, rule.id) in taken, (entry, rule.id) in waiting)
    return found


def press_clock(session: Session, actor: str, *, contest_id: str, entry_id: str, press: str, seen: int) -> int:
    """Start or stop the clock of an entrant. ``seen``: how many presses the page showed. Returns the revision.

    Raises ClockMeanwhile.
    """
    rev = record(session, actor, f"clock_{press}", contest_id=contest_id, subject=entry_id)
    clock = clocks(session, contest_id).get(entry_id, Clock())
    if clock.presses != seen or press != clock.next:
        raise ClockMeanwhile
    session.add(
        ClockPress(
            contest_id=contest_id, rev=rev, entry_id=entry_id, number=seen + 1, press=press, by_person=actor, at=now()
        )
    )
    session.flush()
    return rev


def stop_running(session: Session, actor: str, *, contest_id: str, entry_id: str) -> None:
    """The performance is over, or broken off: a clock that nobody stopped stops now."""
    clock = clocks(session, contest_id).get(entry_id)
    if clock and clock.since:
        press_clock(session, actor, contest_id=contest_id, entry_id=entry_id, press="stop", seen=clock.presses)


def deduct_overtime(session: Session, actor: str, *, contest_id: str, entry_id: str, seen: int, reason: str) -> int:
    """Put forward the deduction that the rule has for the clock's time; its evidence is the press that stopped it.

    Returns the revision. Raises ClockMeanwhile, NoOvertime, OvertimeTaken, and what ``decide`` raises.
    """
    every = clocks(session, contest_id)
    clock = every.get(entry_id, Clock())
    if clock.presses != seen:
        raise ClockMeanwhile
    found = overtimes(session, contest_id, every).get(entry_id)
    if found is None:
        raise NoOvertime
    if found.taken:
        raise OvertimeTaken({"rule": found.rule.id, "points": plain(found.points)})
    if found.proposed:
        raise ProposedAlready({"n": 1})
    wanted = [Wanted("deduction", entry_id, found.rule.id, str(clock.seconds))]
    return decide(session, actor, contest_id=contest_id, wanted=wanted, reason=reason, document=f"#{clock.rev}")
