"""What the page of recusals shows: who does not mark what, by whose word and why, and what judges ask for.

Reads the contest and who has handed in. Writes nothing, and reads no mark.
"""

from dataclasses import dataclass

from sqlmodel import Session

from app.accounts.models import Person
from app.clock import local
from app.contests import queries
from app.contests.models import Contest, JudgeRow, RecusalRow, UnitRow
from app.contests.road import RoadEntry
from app.judging.queries import current, set_aside
from app.judging.recusal_queries import answers, declined, open_requests


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits. ``handed_in``: he has marked it, and once it is confirmed that does not count."""

    revision_id: str
    judge: str
    subject: str
    reason: str
    at: str
    handed_in: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One recusal in force, in names. ``declared``: the judge asked for it, and ``by`` confirmed it; else ``by`` did.

    ``kept``: so many sheets of his lie under it, which do not count.
    """

    rev: int
    number: int
    judge: str
    subject: str
    whole_unit: bool
    declared: bool
    reason: str
    by: str
    at: str
    kept: int


@dataclass(frozen=True, slots=True)
class Declined:
    """A request that was not followed, and why."""

    judge: str
    subject: str
    reason: str
    answer: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Recusals:
    """``by_rule``: judge and own unit, as the scheme says. The rest of it is what can be chosen for another."""

    asked: tuple[Asked, ...]
    listed: tuple[Listed, ...]
    by_rule: tuple[tuple[str, str], ...]
    declined: tuple[Declined, ...]
    judges: tuple[JudgeRow, ...]
    units: tuple[UnitRow, ...]
    entries: tuple[tuple[RoadEntry, str], ...]


def recusals(session: Session, contest: Contest) -> Recusals:
    judges, units = queries.judges(session, contest.id), queries.units(session, contest.id)
    entries = queries.known_entries(session, contest.id)
    place = {one.id: one.place_number for one in judges}
    judge = {one.id: f"{one.place_number} {one.name}" for one in judges}
    unit = {one.id: one.name for one in units}
    entry = {one.id: f"{unit[one.unit_id]} {one.name}" for one in entries}
    come, aside = current(session, contest.id).keys(), set_aside(session, contest.id)
    answered = answers(session, contest.id)
    declared = {one.recusal_rev for one in answered.values()}
    of_unit = {one.id: one.unit_id for one in entries}

    def covers(row: RecusalRow, key: tuple[str, str]) -> bool:
        return key[0] == row.judge_id and (key[1] == row.entry_id or of_unit.get(key[1]) == row.unit_id)

    rows = sorted(queries.recusals(session, contest.id), key=lambda row: (place.get(row.judge_id, 0), row.rev))
    rule = queries.scheme(session, contest.id)
    by_rule = any(part.recusal == "own_unit" for part in rule.components if part.source == "marks")
    return Recusals(
        asked=tuple(
            Asked(
                row.revision_id, judge[row.judge_id], entry[row.entry_id], row.reason,
                local(row.came_at, contest.time_zone),
                (row.judge_id, row.entry_id) in come,
            )
            for row in open_requests(session, contest.id)
        ),
        listed=tuple(
            Listed(
                row.rev, row.number, judge.get(row.judge_id, row.judge_id),
                unit.get(row.unit_id, "") if row.unit_id else entry.get(row.entry_id, ""), bool(row.unit_id),
                row.rev in declared, row.reason, _name(session, row.by_person),
                local(row.at, contest.time_zone),
                sum(covers(row, key) for key in aside & come),
            )
            for row in rows
        ),
        by_rule=tuple((judge[one.id], unit.get(one.unit_id, "")) for one in judges if by_rule and one.unit_id),
        declined=tuple(
            Declined(
                judge.get(asked.judge_id, ""), entry.get(asked.entry_id, ""), asked.reason, answer.reason,
                _name(session, answer.by_person), local(answer.at, contest.time_zone),
            )
            for asked, answer in declined(session, contest.id)
        ),
        judges=tuple(judges),
        units=tuple(units),
        entries=tuple((one, unit[one.unit_id]) for one in entries),
    )  # fmt: skip


def _name(session: Session, person_id: str) -> str:
    person = session.get(Person, person_id)
    return person.name if person else ""
