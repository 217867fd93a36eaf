"""What is known of a contest, read for whoever needs it: its scheme, its roster as the engine takes it, its stops.

Reads only. Everything is in the manual order (序号).
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlmodel import Session, col, select

from app.contests.models import AttendanceRow, Contest, EntryRow, JudgeRow, PriorRow, RecusalRow, UnitRow
from app.errors import AppError
from scoring.numbers import exact
from scoring.roster import Absence, Entry, Judge, Prior, Recusal, Roster, Unit
from scoring.scheme import Scheme, read_scheme


class NoContest(AppError):
    code = "contests.no_contest"
    status = 404


def contest(session: Session, contest_id: str) -> Contest:
    """The contest. Raises NoContest."""
    found = session.get(Contest, contest_id)
    if found is None:
        raise NoContest
    return found


@lru_cache(maxsize=32)
def _read(text: str) -> Scheme:
    return read_scheme(text)


def scheme(session: Session, contest_id: str) -> Scheme:
    """The scheme the contest is scored by."""
    return _read(contest(session, contest_id).scheme)


def units(session: Session, contest_id: str) -> Sequence[UnitRow]:
    return session.exec(
        select(UnitRow).where(UnitRow.contest_id == contest_id).order_by(col(UnitRow.place_number))
    ).all()


def entries(session: Session, contest_id: str) -> Sequence[EntryRow]:
    return session.exec(
        select(EntryRow).where(EntryRow.contest_id == contest_id).order_by(col(EntryRow.place_number))
    ).all()


def judges(session: Session, contest_id: str) -> Sequence[JudgeRow]:
    return session.exec(
        select(JudgeRow).where(JudgeRow.contest_id == contest_id).order_by(col(JudgeRow.place_number))
    ).all()


def priors(session: Session, contest_id: str) -> list[Prior]:
    """The scores known before, exact."""
    rows = session.exec(select(PriorRow).where(PriorRow.contest_id == contest_id)).all()
    return [Prior(row.unit_id, row.component, exact(row.value), row.source) for row in rows]


def recusals(session: Session, contest_id: str) -> list[RecusalRow]:
    """The recusals in force: of several rows about the same pair the newest counts, unless it lifts."""
    rows = session.exec(
        select(RecusalRow)
        .where(RecusalRow.contest_id == contest_id)
        .order_by(col(RecusalRow.rev), col(RecusalRow.number))
    )
    newest = {(row.judge_id, row.unit_id, row.entry_id): row for row in rows}
    return [row for row in newest.values() if not row.lifted]


def attendance(session: Session, contest_id: str) -> dict[tuple[str, str], AttendanceRow]:
    """The newest record for each judge and day; who is not in it has not been ticked yet and counts as there."""
    rows = session.exec(
        select(AttendanceRow).where(AttendanceRow.contest_id == contest_id).order_by(col(AttendanceRow.rev))
    )
    return {(row.judge_id, row.day): row for row in rows}


def roster(session: Session, contest_id: str) -> Roster:
    """Everybody and everything, as the engine takes it."""
    return Roster(
        units=tuple(Unit(row.id, row.name, row.division) for row in units(session, contest_id)),
        entries=tuple(
            Entry(row.id, row.unit_id, row.component, row.kind, row.name, row.day)
            for row in entries(session, contest_id)
        ),
        judges=tuple(judge_of(row) for row in judges(session, contest_id)),
        recusals=tuple(
            Recusal(row.judge_id, row.unit_id, row.entry_id, row.reason) for row in recusals(session, contest_id)
        ),
        absences=tuple(
            Absence(judge, day=day, reason=row.reason)
            for (judge, day), row in attendance(session, contest_id).items()
            if row.state == "leave"
        ),
    )


def judge_of(row: JudgeRow) -> Judge:
    """A judge as the engine takes him."""
    return Judge(
        row.id,
        row.name,
        row.judge_class,
        row.unit_id,
        row.bloc,
        tuple(part for part in row.divisions.split(";") if part),
        tuple(part for part in row.components.split(";") if part),
    )
