"""What refers to a roster, so that a change of it tears nothing off: attendance, badges, recusals, sheets, decisions.

Reads every table that refers to a unit, an entry or a judge. Those of slices on the right are known here by their
foreign keys and names alone. Writes nothing.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Table
from sqlmodel import Session, SQLModel, select

from app.audit import AuditRow
from app.contests import queries
from app.contests.models import (
    AttendanceRow,
    EntryRow,
    JudgeRow,
    MaterialCall,
    PriorRow,
    RecusalRow,
    StopChange,
    UnitRow,
)
from app.contests.road import planned
from app.contests.substitution import substitutions

_PLANNED = {model.__tablename__ for model in (UnitRow, EntryRow, JudgeRow, PriorRow, StopChange)}
_HANDED_IN = "material_file"
_IDS = re.compile(r"[^/,; ]+")


@dataclass(frozen=True, slots=True)
class Uses:
    """``hung``: the entries on which more hangs than a plan. ``marked``: the judges who have marked or noted something.

    ``days``: those with attendance, ``past``: begun.
    """

    begun: bool
    collected: bool
    units: frozenset[str]
    entries: frozenset[str]
    hung: frozenset[str]
    judges: frozenset[str]
    marked: frozenset[str]
    days: frozenset[str]
    past: tuple[str, ...]


def uses(session: Session, contest_id: str) -> Uses:
    """What refers to what, now. A change on the road holds its entry, and tells nothing of which days have begun."""
    recusals = session.exec(select(RecusalRow).where(RecusalRow.contest_id == contest_id)).all()
    decided = _decided(session, contest_id)
    changed = {row.entry_id for row in session.exec(select(StopChange).where(StopChange.contest_id == contest_id))}
    come = _referred(session, contest_id, "entry.id")
    # Material comes before anybody marks: it holds its entry, and begins nothing.
    marked_of = _referred(session, contest_id, "entry.id", without=_HANDED_IN)
    # What came too late or contradicts another sheet stands in no other table, and may be admitted yet.
    waiting = _waiting(session, contest_id)
    hung = come | waiting | decided | {row.entry_id for row in recusals} | _asked(session, contest_id)
    hung |= {row.from_entry for row in substitutions(session, contest_id)}
    entries = hung | changed
    marked = _referred(session, contest_id, "judge.id", beside="entry.id")
    days = frozenset(day for _, day in queries.attendance(session, contest_id))
    rows, judges = planned(session, contest_id), queries.judges(session, contest_id)
    units = _referred(session, contest_id, "unit.id") | decided | {row.unit_id for row in recusals}
    units |= {row.unit_id for row in rows if row.id in entries} | {row.unit_id for row in judges if row.id in marked}
    begun_days = days | {one.day for one in queries.known_entries(session, contest_id) if one.id in marked_of}
    itinerary = queries.days(session, contest_id)
    last = max((itinerary.index(day) for day in begun_days if day in itinerary), default=-1)
    return Uses(
        begun=bool(days or marked_of or changed),
        collected=_collected(session, contest_id),
        units=frozenset(units),
        entries=frozenset(entries),
        hung=frozenset(hung),
        judges=frozenset(_referred(session, contest_id, "judge.id") | decided),
        marked=frozenset(marked),
        days=days,
        past=tuple(itinerary[: last + 1]),
    )


def _referred(session: Session, contest_id: str, target: str, *, beside: str = "", without: str = "") -> set[str]:
    """The ids that foreign keys to ``target`` hold, in tables beyond the plan that also refer to ``beside``.

    ``without``: a table that is left out.
    """
    found: set[str] = set()
    for table in SQLModel.metadata.tables.values():
        keys = {key.target_fullname: key.parent for key in table.foreign_keys}
        if table.name not in {*_PLANNED, without} and target in keys and (not beside or beside in keys):
            rows = select(keys[target]).where(table.c.contest_id == contest_id).distinct()
            found.update(session.connection().execute(rows).scalars())
    return found


def _decided(session: Session, contest_id: str) -> set[str]:
    """Everything that a decision names in its subject: a judge and an entry, a unit, several of them."""
    table = _table("decision")
    if table is None:
        return set()
    subjects = session.connection().execute(select(table.c.subject).where(table.c.contest_id == contest_id)).scalars()
    return {name for subject in subjects for name in _IDS.findall(subject)}


def _waiting(session: Session, contest_id: str) -> set[str]:
    """The entries of what phones sent and what does not count, or not yet."""
    table = _table("arrival")
    if table is None:
        return set()
    where = table.c.contest_id == contest_id, table.c.result.in_(("quarantined", "conflict"))
    bodies: Iterable[str] = session.connection().execute(select(table.c.body).where(*where)).scalars()
    read = (json.loads(body) for body in bodies)
    return {str(one.get("entry_id", "")) for one in read if isinstance(one, dict)}


def _asked(session: Session, contest_id: str) -> set[str]:
    """The entries of which a judge asked to be recused."""
    table = _table("recusal_request")
    if table is None:
        return set()
    entries = select(table.c.entry_id).where(table.c.contest_id == contest_id)
    return set(session.connection().execute(entries).scalars())


def _table(name: str) -> Table | None:
    return SQLModel.metadata.tables.get(name)


def _collected(session: Session, contest_id: str) -> bool:
    """Whether the sheets were collected: the log says so."""
    act = select(AuditRow.rev).where(AuditRow.contest_id == contest_id, AuditRow.action == "collect")
    return session.exec(act).first() is not None


def has_begun(session: Session, contest_id: str) -> bool:
    """Whether anything hangs on the roster that replacing it would tear off: attendance, or anything about an entry.

    A call for material too: units hand it in by their links, before anybody marks.
    """
    ticked = select(AttendanceRow.rev).where(AttendanceRow.contest_id == contest_id)
    changed = select(StopChange.rev).where(StopChange.contest_id == contest_id)
    called = select(MaterialCall.rev).where(MaterialCall.contest_id == contest_id)
    some = any(session.exec(rows).first() is not None for rows in (ticked, changed, called))
    return some or bool(_referred(session, contest_id, "entry.id"))
