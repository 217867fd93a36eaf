"""Deeds of the roster line by line: add, change or take out one unit, entry, judge or score known before.

What a form holds is read by the same reader as a workbook: the roster as it stands, with that one line changed. So the
same things are wrong with it, in the same words, and nothing is torn off that a mark refers to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

from sqlmodel import Session

from app.audit import append, lock
from app.contests import queries
from app.contests.changes import compared, late, refusals
from app.contests.columns import SheetForm, sheets_for
from app.contests.draft import SHEETS, Draft, split
from app.contests.intake import Reading, read_lines
from app.contests.service import put_on_leave, write_changes
from app.contests.template import BY_ID, names_of
from app.contests.uses import uses
from app.errors import AppError
from app.i18n import Language, languages
from scoring.faults import Fault, Refused
from scoring.scheme import Scheme

NEW = ""  # the line of a form that adds one


class NoSuchLine(AppError):
    """Somebody else took it out, or gave it another number."""

    code = "roster.no_such_line"
    status = 404


class UnitNeeded(AppError):
    """A unit goes after everything that names it."""

    code = "roster.unit_needed"
    status = 409


def change_line(
    session: Session, actor: str, *, contest_id: str, sheet: str, line: str, cells: Mapping[str, str], joined: str
) -> None:
    """Put ``cells`` (text by column) in the place of a line, or add one where ``line`` is empty.

    Raises NoSuchLine, and Refused with what is wrong with the line, or why it must stay as it is.
    """
    _change(session, actor, contest_id, (sheet, line, cells), joined)


def remove_line(session: Session, actor: str, *, contest_id: str, sheet: str, line: str) -> None:
    """Take a line out. Raises NoSuchLine, UnitNeeded, and Refused where something refers to it."""
    there = queries.imported(session, contest_id)
    named = [one.unit for lines in (there.entries, there.judges, there.priors) for one in lines]
    if sheet == "units" and (found := named.count(line)):
        raise UnitNeeded({"n": found})
    _change(session, actor, contest_id, (sheet, line, None), "")


Wanted = tuple[str, str, Mapping[str, str] | None]  # sheet, line, and its cells or nothing


def _change(session: Session, actor: str, contest_id: str, wanted: Wanted, joined: str) -> None:
    head = lock(session, contest_id)
    there, used = queries.imported(session, contest_id), uses(session, contest_id)
    reading = with_line(queries.scheme(session, contest_id), there, *wanted)
    if faults := reading.faults or tuple(refusals(there, reading.draft, used)):
        raise Refused(faults)
    different = compared(there, reading.draft)
    if not different:
        return
    told = {"changes": [change.told() for change in different]}
    rev = append(session, head, actor, "change_roster", subject=wanted[1], payload=told).rev
    write_changes(session, contest_id, different)
    put_on_leave(session, actor, contest_id, rev, judges=late(there, reading.draft, used), days=used.past, why=joined)


def with_line(scheme: Scheme, there: Draft, sheet: str, line: str, cells: Mapping[str, str] | None) -> Reading:
    """The roster with one line changed, added (``line`` empty) or taken out (no ``cells``). Raises NoSuchLine."""
    new = line == NEW and cells is not None
    if sheet not in SHEETS or not (new or line in {one.id for one in getattr(there, sheet)}):
        raise NoSuchLine
    if sheet == "units" and cells and line != NEW:
        there = _renamed(there, line, cells.get("name", ""))
    wanted = {}
    for form in sheets_for(scheme):
        rows = dict(texts(form, scheme, there, languages()["zh"]))
        if form.key == sheet and cells is None:
            del rows[line]
        elif form.key == sheet and cells is not None:
            rows[line] = {column.key: cells.get(column.key, "") for column in form.columns}
        headings = [column.zh[0] for column in form.columns]
        wanted[form.zh] = [headings, *([row[column.key] for column in form.columns] for row in rows.values())]
    reading = read_lines(scheme, wanted)
    # A fault is told where it is looked for: of the line in the form first, and of the others only if it has none.
    own = tuple(fault for fault in reading.faults if _at(fault) == (_title(scheme, sheet), _row(there, sheet, line)))
    return replace(reading, faults=own or reading.faults)


def _at(fault: Fault) -> tuple[object, object]:
    return fault.params.get("sheet"), fault.params.get("row")


def _title(scheme: Scheme, sheet: str) -> str:
    return next(form.zh for form in sheets_for(scheme) if form.key == sheet)


def _row(there: Draft, sheet: str, line: str) -> int:
    """The row of the line below its headings; a new one is the last."""
    lines = [one.id for one in getattr(there, sheet)]
    return (lines.index(line) if line in lines else len(lines)) + 2


def _renamed(there: Draft, line: str, name: str) -> Draft:
    """The roster where a unit has its new name already, so that the lines that name it find it."""
    was = next(one for one in there.units if one.id == line)
    units = tuple(replace(one, name=name) if one.id == line else one for one in there.units)
    # A bloc that was the unit's own name follows it.
    judges = tuple(
        replace(one, bloc="") if one.unit == line and one.bloc == was.name[:64] else one for one in there.judges
    )
    return replace(there, units=units, judges=judges)


def texts(form: SheetForm, scheme: Scheme, there: Draft, language: Language) -> Iterator[tuple[str, dict[str, str]]]:
    """The lines of a sheet by id, each cell as it would be written by hand; a form reads back either language."""
    names = names_of(scheme, there, language)
    for line in getattr(there, form.key):
        values = {key: str(value) for key, value in asdict(line).items()}
        for key in BY_ID & values.keys():
            values[key] = ";".join(names.get(part, part) for part in split(values[key]))
        yield line.id, values
