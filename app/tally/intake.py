"""From the grids of a contest to what the engine asks for: roster, sheets and prior scores, or every fault at once.

Reads grids and a scheme whose sheets bear one number each. Never computes a score.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.tally.cells import Bounds, Cell, Mark, Status, laid, narrow, number, read_mark
from app.tally.computed import computed_columns
from app.tally.grid import Grid, Heading, Limits, Reading, read_grid
from app.tally.headings import JudgesIn, role_of
from app.workbook import Rows
from scoring.faults import Fault
from scoring.numbers import plain
from scoring.roster import Absence, Entry, Judge, Prior, Recusal, Roster, Sheet, Unit
from scoring.scheme import Component, Scheme


@dataclass(frozen=True, slots=True)
class Given:
    """What the reader gave for one component: rows of text, and where the judges are if he has said so."""

    rows: Rows
    side: JudgesIn | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One component as it was read. ``marks[e][j]`` goes with ``reading.grid``; a prior component has ``priors``."""

    component: Component
    reading: Reading
    marks: tuple[tuple[Mark | Status | Fault, ...], ...] = ()
    priors: tuple[tuple[str, Fraction], ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything read. Units, entries and judges have their names as ids, so that what the engine says reads well."""

    parts: tuple[Part, ...]
    roster: Roster
    sheets: tuple[Sheet, ...]
    priors: tuple[Prior, ...]

    @property
    def faults(self) -> tuple[tuple[Component, Fault], ...]:
        return tuple((part.component, fault) for part in self.parts for fault in part.faults)


def take_in(scheme: Scheme, given: Mapping[str, Given], limits: Limits) -> Intake:
    """``given`` is by component id; a component that is not in it counts as empty."""
    book = _Book(scheme)
    parts = []
    for component in scheme.components:
        source = given.get(component.id, Given([]))
        if component.source == "prior":
            parts.append(book.add_priors(component, source))
        else:
            parts.append(book.add_marks(component, read_grid(source.rows, side=source.side, limits=limits)))
    return book.closed(parts)


@dataclass(slots=True)
class _Book:
    """Units, judges and entries while the grids are read one after another; the first grid names the units."""

    scheme: Scheme
    units: dict[str, Unit] = field(default_factory=dict)
    judges: dict[str, Judge] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    priors: list[Prior] = field(default_factory=list)
    recusals: list[Recusal] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    named_by: str = ""
    shared: frozenset[str] = frozenset()  # names that entrants of several units of this grid bear

    def add_marks(self, component: Component, reading: Reading) -> Part:
        grid = reading.grid
        if grid is None:
            return Part(component, reading, faults=reading.faults)
        self.shared = _shared(grid)
        seen: dict[str, Mark | Status] = {}
        marks = tuple(tuple(_cells(self.scheme, component, grid, e, seen)) for e in range(len(grid.entrants)))
        faults = [*reading.faults, *computed_columns(grid), *_in_reading_order(grid, marks)]
        faults += self._classes(grid)
        judges = [self._judge(heading, component) for heading in grid.judges]
        present = {self._unit_name(entrant) for entrant in grid.entrants}
        if not self.named_by:
            self.named_by = component.id
            faults += self._add_units(grid)
        else:
            faults += (Fault("grid.unit_without_entry", {"name": name}) for name in self.units if name not in present)
        for entrant, row in zip(grid.entrants, marks, strict=True):
            unit = self.units.get(self._unit_name(entrant))
            if unit is None:
                if entrant.name:
                    faults.append(
                        Fault("grid.unit_unknown", {"cell": entrant.cell.address, "name": self._unit_name(entrant)})
                    )
                continue
            entry = Entry(self._entry_id(entrant, component), unit.id, component.id, name=entrant.name)
            self.entries[entry.id] = entry
            for judge, cell in zip(judges, row, strict=True):
                self._add_cell(judge, entry, cell)
        return Part(component, reading, marks, faults=tuple(faults))

    def _add_cell(self, judge: Judge, entry: Entry, cell: Mark | Status | Fault) -> None:
        if isinstance(cell, Mark):
            self.sheets.append(Sheet(judge.id, entry.id, (cell.tick,)))
        elif cell == "absent":
            self.absences.append(Absence(judge.id, entry.id))
        elif cell == "recused":
            self.recusals.append(Recusal(judge.id, entry=entry.id))

    def _entry_id(self, entrant: Heading, component: Component) -> str:
        """The entrant's name; where another entry has it already, with its unit or its component."""
        name = _id(entrant.name)
        several = (name, f"{_id(entrant.unit)} {name}", f"{name} ({component.name.zh})")
        return next((free for free in several if free not in self.entries), f"{several[1]} ({component.name.zh})")

    def _unit_name(self, entrant: Heading) -> str:
        """On a tour the county is ranked and its projects are marked; elsewhere whoever is marked is ranked."""
        if self.scheme.contest == "tour":
            return entrant.unit or entrant.name
        return f"{entrant.unit} {entrant.name}".strip() if entrant.name in self.shared else entrant.name

    def _add_units(self, grid: Grid) -> Iterator[Fault]:
        divisions = {
            text: kind.id for kind in self.scheme.divisions for text in (kind.id, kind.name.zh, kind.name.en.lower())
        }
        known = ", ".join(kind.name.zh for kind in self.scheme.divisions)
        if divisions and not any(entrant.division for entrant in grid.entrants):
            yield Fault("grid.division_missing", {"known": known})
        for entrant in grid.entrants:
            name = self._unit_name(entrant)
            division = divisions.get(entrant.division) or divisions.get(entrant.division.lower(), "")
            if entrant.division and divisions and not division:
                where = {"cell": entrant.cell.address, "name": name}
                yield Fault("grid.division_unknown", {**where, "written": entrant.division[:40], "known": known})
            if name and name not in self.units:
                self.units[name] = Unit(_id(name), name, division)

    def _classes(self, grid: Grid) -> Iterator[Fault]:
        known = {text: kind.id for kind in self.scheme.judge_classes for text in (kind.id, kind.name.zh, kind.name.en)}
        for heading in grid.judges if known else ():
            if heading.kind not in known:
                told = ", ".join(kind.name.zh for kind in self.scheme.judge_classes)
                where = {"cell": heading.cell.address, "name": heading.name}
                yield Fault("grid.class_unknown", {**where, "written": heading.kind[:40], "known": told})

    def _judge(self, heading: Heading, component: Component) -> Judge:
        known = self.judges.get(heading.name)
        if known is None:
            classes = {
                text: kind.id for kind in self.scheme.judge_classes for text in (kind.id, kind.name.zh, kind.name.en)
            }
            known = Judge(_id(heading.name), heading.name, classes.get(heading.kind, ""))
        parts = (*known.components, component.id)
        self.judges[heading.name] = judge = Judge(known.id, known.name, known.judge_class, components=parts)
        return judge

    def add_priors(self, component: Component, source: Given) -> Part:
        lines = _prior_lines(source.rows)
        faults: list[Fault] = []
        priors: list[tuple[str, Fraction]] = []
        for name, value in lines:
            found = _prior(component, name, value)
            if isinstance(found, Fault):
                faults.append(found)
            elif name.text not in self.units:
                faults.append(Fault("grid.unit_unknown", {"cell": name.address, "name": name.text}))
            elif any(name.text == before for before, _ in priors):
                faults.append(Fault("grid.entrant_twice", {"name": name.text, "cells": name.address}))
            else:
                priors.append((name.text, found))
        listed = {name.text for name, _ in lines}
        if not lines:
            faults.append(Fault("grid.prior_empty"))
        else:
            faults += (Fault("grid.prior_missing", {"name": name}) for name in self.units if name not in listed)
        self.priors += (Prior(self.units[name].id, component.id, value) for name, value in priors)
        return Part(component, Reading(None), priors=tuple(priors), faults=tuple(faults))

    def closed(self, parts: list[Part]) -> Intake:
        roster = Roster(
            tuple(self.units.values()),
            tuple(self.entries.values()),
            tuple(self.judges.values()),
            tuple(self.recusals),
            tuple(self.absences),
        )
        return Intake(tuple(parts), roster, tuple(self.sheets), tuple(self.priors))


def _shared(grid: Grid) -> frozenset[str]:
    units: defaultdict[str, set[str]] = defaultdict(set)
    for entrant in grid.entrants:
        units[entrant.name].add(entrant.unit)
    return frozenset(name for name, of in units.items() if name and len(of) > 1)


def _id(name: str) -> str:
    """A name as the engine takes it: a slash would part judge and entry."""
    return name.replace("/", "／")


def _in_reading_order(grid: Grid, marks: Sequence[Sequence[object]]) -> list[Fault]:
    """Faults of cells row by row as the reader sees them, whichever way the grid stands."""
    found = [
        (cell.row, cell.column, mark)
        for cells, row in zip(grid.marks, marks, strict=True)
        for cell, mark in zip(cells, row, strict=True)
        if isinstance(mark, Fault)
    ]
    return [fault for _, _, fault in sorted(found, key=lambda one: one[:2])]


def _cells(
    scheme: Scheme, component: Component, grid: Grid, e: int, seen: dict[str, Mark | Status]
) -> Iterator[Mark | Status | Fault]:
    """The marks of one entrant, judge by judge. ``seen``: what a text said in this grid; few differ in a large one."""
    (item,) = scheme.items(component.id)
    bounds = Bounds(item.floor, item.full, item.step)
    entrant = grid.entrants[e]
    for judge, cell in zip(grid.judges, grid.marks[e], strict=True):
        own = component.recusal == "own_unit" and judge.unit and judge.unit in (entrant.unit, entrant.name)
        if own and not narrow(cell.text):
            yield "recused"
            continue
        if not cell.given:
            yield "absent"  # the whole row is told as too short; the contest is not computed
            continue
        mark = seen.get(cell.text) or read_mark(cell, bounds, entrant=entrant.name, judge=judge.name)
        if not isinstance(mark, Fault):
            seen[cell.text] = mark
        if own and isinstance(mark, Mark):
            yield Fault("grid.own_unit", {"cell": cell.address, "entrant": entrant.name, "judge": judge.name})
        else:
            yield mark


def _prior_lines(rows: Rows) -> list[tuple[Cell, Cell]]:
    """Name and value, line by line; a heading above and a column of numbers before are left out."""
    table = [row for row in laid(rows) if any(cell.text for cell in row)]
    if not table:
        return []
    kept = [
        column
        for column in zip(*table, strict=True)
        if any(cell.text for cell in column) and role_of(column[0].text) not in ("number", "division", "kind")
    ]
    if len(kept) < 2:  # a name and a value
        return []
    lines = list(zip(kept[0], kept[1], strict=True))
    headed = number(lines[0][1].text) is None and len(lines) > 1
    return lines[1:] if headed else lines


def _prior(component: Component, name: Cell, value: Cell) -> Fraction | Fault:
    where = {"cell": value.address, "name": name.text}
    written = narrow(value.text)
    digits = number(written)
    if not written:
        return Fault("grid.prior_missing", {"name": name.text})
    if digits is None:
        return Fault("grid.prior_not_number", {**where, "written": written[:40]})
    if not 0 <= Fraction(digits) <= component.full:
        return Fault("grid.prior_out_of_range", {**where, "written": written[:40], "full": plain(component.full)})
    return Fraction(digits)
