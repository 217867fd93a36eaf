"""What the organiser's pages of material show: who has handed in, who reviews what, how far each judge is.

Reads the contest, what was handed in, and which sheets have come; no mark. Writes nothing.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.calls import callable_parts, material_calls
from app.contests.models import Contest, JudgeRow, MaterialCall, UnitRow
from app.contests.road import RoadEntry
from app.contests.schemes import word
from app.errors import AppError, NotFound
from app.i18n import Language
from app.judging.queries import current
from app.material.queries import Paper, papers, standing

A_PAGE = 200  # entries
_INPUT = "%Y-%m-%dT%H:%M"  # of a browser's field for day and time


class NoMoment(AppError):
    """What was typed is no day and time."""

    code = "material.no_moment"
    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: its papers that stand, who reviews it, and which of those have handed in their sheet."""

    entry: RoadEntry
    unit: UnitRow
    papers: tuple[Paper, ...]
    judges: tuple[tuple[JudgeRow, bool], ...]

    @property
    def last_at(self) -> str:
        return max((paper.now.at for paper in self.papers), default="")


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How far a judge is with the entries that are assigned to him."""

    judge: JudgeRow
    due: int
    done: int


@dataclass(frozen=True, slots=True)
class Overview:
    """One component: its call, if there is one, its entries and their judges. ``shared``: all are assigned."""

    part: str
    parts: tuple[tuple[str, str], ...]
    call: MaterialCall | None
    lines: tuple[Line, ...]
    without: tuple[Line, ...]
    reviewers: tuple[Reviewer, ...]
    unassigned: int
    page: int
    pages: int
    all: int


def overview(session: Session, contest_id: str, language: Language, *, part: str = "", page: int = 1) -> Overview:
    """The page of one component, the first one that material is called for if none is named. Raises NotFound."""
    scheme, calls = contests.scheme(session, contest_id), material_calls(session, contest_id)
    possible = callable_parts(scheme)
    wanted = part or next((one for one in possible if one in calls), next(iter(possible), ""))
    if wanted not in possible:
        raise NotFound
    units = {row.id: row for row in contests.units(session, contest_id)}
    judges = {row.id: row for row in contests.judges(session, contest_id)}
    of, come, here = (
        papers(session, contest_id),
        set(current(session, contest_id)),
        contests.in_play(session, contest_id),
    )
    rows = [row for row in contests.known_entries(session, contest_id) if row.component == wanted and row.id in here]
    ids = {row.id for row in rows}
    assigned: dict[str, list[tuple[JudgeRow, bool]]] = {}
    for judge, entry in contests.due(session, contest_id):
        if entry in ids:
            assigned.setdefault(entry, []).append((judges[judge], (judge, entry) in come))
    lines = [Line(row, units[row.unit_id], standing(of, row.id), tuple(assigned.get(row.id, ()))) for row in rows]
    due = Counter(judge.id for line in lines for judge, _ in line.judges)
    done = Counter(judge.id for line in lines for judge, has in line.judges if has)
    return Overview(
        part=wanted,
        parts=tuple((one.id, word(one.name, language)) for one in scheme.components if one.id in possible),
        call=calls.get(wanted),
        lines=tuple(lines[(page - 1) * A_PAGE : page * A_PAGE]),
        without=tuple(line for line in lines if not line.papers),
        reviewers=tuple(Reviewer(judge, due[judge.id], done[judge.id]) for judge in judges.values() if due[judge.id]),
        unassigned=sum(not row.judges for row in rows),
        page=page,
        pages=max(1, -(-len(lines) // A_PAGE)),
        all=len(lines),
    )


def open_of(session: Session, contest_id: str, judge: str, part: str) -> list[str]:
    """The entries of a component that a judge still owes a sheet for."""
    come = current(session, contest_id)
    ids = {row.id for row in contests.known_entries(session, contest_id) if row.component == part}
    due = contests.due(session, contest_id)
    return [entry for one, entry in due if one == judge and entry in ids and (one, entry) not in come]


def moment_of(typed: str, contest: Contest) -> str:
    """A day and time on the contest's clock as it is stored. Raises NoMoment."""
    try:
        local = datetime.strptime(typed.strip(), _INPUT).replace(tzinfo=ZoneInfo(contest.time_zone))
        return local.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    except (ValueError, OverflowError):
        raise NoMoment from None


def typed_of(at: str, contest: Contest) -> str:
    """A stored moment for the browser's field, on the contest's clock."""
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(contest.time_zone)).strftime(_INPUT)
