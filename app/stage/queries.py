"""The stage as it stands: the order of appearance, where each entrant is on his way, whom the phones are to follow.

Reads the order, the steps and who has handed in. Writes nothing, and reads no mark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select

from app.accounts.models import Person
from app.contests import queries as contests
from app.contests.road import RoadEntry
from app.db import Quick
from app.judging.decision_queries import asked_again
from app.judging.queries import graces, handed_in
from app.stage.models import ConsoleStep, OwnComment, StageComment, StageOrder, StageTurn
from app.sync.kinds import Sender

# 候场, 上场, 打分, 收分: how far an entrant is before there is a score to check.
Place = Literal["waiting", "on_stage", "marking", "collected"]
AFTER: Mapping[str, Place] = {"call": "on_stage", "mark": "marking", "collect": "collected", "back": "waiting"}
FOLLOWED = frozenset({"on_stage", "marking"})

_STEPS = SQLModel.metadata.tables["console_step"]
_TAKEN = Quick(
    sql_select(_STEPS.c.entry_id, _STEPS.c.step)
    .where(_STEPS.c.contest_id == bindparam("contest"))
    .order_by(_STEPS.c.rev)
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One step as it was taken; ``by``: the name."""

    rev: int
    number: int
    step: str
    by: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One entrant in the order. ``number``: his own within his group, as it is called out.

    ``grace_until``: empty where the lock leaves none. ``again``: judges who were asked to mark once more and have not.
    """

    place: int
    number: int
    group: tuple[str, str, str]
    entry: RoadEntry
    state: Place
    steps: tuple[Taken, ...]
    due: int
    missing: tuple[str, ...]
    grace_until: str
    again: tuple[str, ...]

    @property
    def last(self) -> int:
        """How many steps were taken: what a console must have seen to take the next."""
        return len(self.steps)

    @property
    def all_in(self) -> bool:
        return self.due > 0 and not self.missing and not self.again

    def at(self, step: str) -> str:
        """When ``step`` was taken last; empty where it was not since the entrant last waited."""
        moment = ""
        for one in self.steps:
            moment = one.at if one.step == step else "" if one.step == "back" else moment
        return moment


@dataclass(frozen=True, slots=True)
class Said:
    """One comment. ``own``: a judge wrote it himself, ``expert`` is he; ``named``: the unit may read his name."""

    expert: str
    text: str
    own: bool = False
    named: bool = False


def order(session: Session, contest_id: str) -> StageOrder | None:
    """The order of appearance that counts; None where none was laid down."""
    mine = select(StageOrder).where(StageOrder.contest_id == contest_id).order_by(col(StageOrder.rev).desc())
    return session.exec(mine.limit(1)).first()


def orders(session: Session, contest_id: str) -> Sequence[StageOrder]:
    """Every order that was laid down, the newest first."""
    mine = select(StageOrder).where(StageOrder.contest_id == contest_id).order_by(col(StageOrder.rev).desc())
    return session.exec(mine).all()


def ordered(session: Session, contest_id: str, rev: int) -> list[str]:
    """The entries of the order of ``rev``, in it."""
    mine = select(StageTurn.entry_id).where(StageTurn.contest_id == contest_id, StageTurn.rev == rev)
    return list(session.exec(mine.order_by(col(StageTurn.place))))


def groups(session: Session, contest_id: str) -> dict[str, tuple[str, str, str]]:
    """Of each entry the group it appears in: day, part, division."""
    divisions = {row.id: row.division for row in contests.units(session, contest_id)}
    every = contests.entries(session, contest_id)
    return {row.id: (row.day, row.component, divisions[row.unit_id]) for row in every}


def turns(session: Session, contest_id: str) -> tuple[Turn, ...]:
    """Everybody in the order of appearance; empty where none was laid down."""
    head = order(session, contest_id)
    if head is None:
        return ()
    entries = {row.id: row for row in contests.entries(session, contest_id)}
    of_group, steps = groups(session, contest_id), _steps(session, contest_id)
    stops = {stop.entry_id: stop for stop in handed_in(session, contest_id).stops}
    shut, again = graces(session, contest_id), asked_again(session, contest_id)
    numbers: dict[tuple[str, str, str], int] = {}
    found = []
    for place, entry_id in enumerate(ordered(session, contest_id, head.rev), 1):
        group = of_group[entry_id]
        numbers[group] = numbers.get(group, 0) + 1
        taken, stop = tuple(steps.get(entry_id, ())), stops[entry_id]
        found.append(
            Turn(
                place, numbers[group], group, entries[entry_id], AFTER[taken[-1].step] if taken else "waiting", taken,
                stop.due, stop.missing, shut.get(entry_id, ("", ""))[1],
                tuple(judge for judge, entry in again if entry == entry_id),
            )
        )  # fmt: skip
    return tuple(found)


def turn_of(session: Session, contest_id: str, entry_id: str) -> Turn | None:
    """One entrant's place on the stage; None where he is not in the order of appearance, or there is none."""
    return next((one for one in turns(session, contest_id) if one.entry.id == entry_id), None)


def _steps(session: Session, contest_id: str) -> dict[str, list[Taken]]:
    rows = session.exec(
        select(ConsoleStep, Person.name)
        .join(Person, col(Person.id) == col(ConsoleStep.by_person), isouter=True)
        .where(ConsoleStep.contest_id == contest_id)
        .order_by(col(ConsoleStep.rev))
    )
    found: dict[str, list[Taken]] = {}
    for row, name in rows:
        told = Taken(row.rev, row.number, row.step, name or row.by_person, row.at, row.reason)
        found.setdefault(row.entry_id, []).append(told)
    return found


def called(session: Session, sender: Sender) -> list[str]:
    """What the judge is to mark now: what he was asked to mark again, then who is on stage, the newest call first."""
    taken = _TAKEN(session, contest=sender.contest_id)
    if not taken:
        return []  # no stage, or nobody has been on it: nothing more is read at a contact
    again = [entry for judge, entry in asked_again(session, sender.contest_id) if judge == sender.judge_id]
    state = {str(entry): AFTER[str(step)] for entry, step in taken}
    order_of_calls = dict.fromkeys(str(entry) for entry, _ in reversed(taken))
    return [*again, *(entry for entry in order_of_calls if state[entry] in FOLLOWED)]


def comments(session: Session, contest_id: str) -> dict[str, list[Said]]:
    """What experts said of each entrant: first as typed at the console, then as judges wrote it, in their order.

    Of one expert, and of one judge, about one entrant the newest, unless it is empty.
    """
    typed = session.exec(
        select(StageComment).where(StageComment.contest_id == contest_id).order_by(col(StageComment.rev))
    )
    newest = {(row.entry_id, row.expert): row for row in typed}
    found: dict[str, list[Said]] = {}
    for (entry_id, expert), row in newest.items():
        if row.text:
            found.setdefault(entry_id, []).append(Said(expert, row.text))
    own = _own_comments(session, contest_id)
    for judge in contests.judges(session, contest_id) if own else ():
        for (judge_id, entry_id), one in own.items():
            if judge_id == judge.id and one.text:
                found.setdefault(entry_id, []).append(Said(judge.name, one.text, own=True, named=one.named))
    return found


def _own_comments(session: Session, contest_id: str, *where: Any) -> dict[tuple[str, str], OwnComment]:  # noqa: ANN401  conditions of SQLAlchemy
    """Of each judge and entrant the newest comment of his own, empty ones too."""
    rows = session.exec(
        select(OwnComment)
        .where(OwnComment.contest_id == contest_id, *where)
        .order_by(col(OwnComment.server_rev), col(OwnComment.device_seq))
    )
    return {(row.judge_id, row.entry_id): row for row in rows}


def commented(session: Session, sender: Sender) -> dict[str, dict[str, Any]]:
    """What this judge wrote to entrants, for his package, by entry; one that he took back is empty."""
    mine = _own_comments(session, sender.contest_id, OwnComment.judge_id == sender.judge_id)
    return {
        entry: {"revision_id": one.revision_id, "text": one.text, "named": one.named}
        for (_, entry), one in mine.items()
    }
