"""A grid of marks as it stands in Excel: which side the judges are on, who they are, and what stands beside the marks.

Reads rows of text. Gives a neutral grid of cells that know their address, with every fault of its form at once. Never
looks at a scheme, and never reads a mark: that is ``cells.read_mark``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.tally.cells import Cell, Row, Table, laid, number, status, turned
from app.tally.headings import (
    JudgesIn,
    Role,
    is_judge,
    is_judge_class,
    is_judge_unit,
    is_judges,
    is_no_person,
    is_one_judge,
    is_signature_line,
    judges_in,
    role_of,
)
from scoring.faults import Fault, Param


@dataclass(frozen=True, slots=True)
class Heading:
    """A judge or an entrant, with what stands beside the name; the ``kind`` of a judge is his class."""

    name: str
    cell: Cell
    unit: str = ""
    division: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """``marks[e][j]`` is the cell of entrant ``e`` and judge ``j``, whichever way the grid stood."""

    judges: tuple[Heading, ...]
    entrants: tuple[Heading, ...]
    marks: tuple[Row, ...]
    judges_in: JudgesIn


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of each that one grid may have."""

    judges: int = 200
    entrants: int = 1000


@dataclass(frozen=True, slots=True)
class Side:
    """One way to read a grid: where the judges would be, and how many there would be of each."""

    judges_in: JudgesIn
    judges: int
    entrants: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. ``grid`` is None where the form leaves no grid; ``notes`` say what was left out or filled down.

    ``sides`` are the two ways to read it where nothing tells which is right.
    """

    grid: Grid | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    sides: tuple[Side, ...] = ()


def read_grid(rows: Sequence[Sequence[str]], *, side: JudgesIn | None = None, limits: Limits | None = None) -> Reading:
    """``side`` is where the judges are, if the reader has said so; otherwise the headings tell."""
    table, beside = _block(laid(rows))
    table, merged_in, merged = _merged(table)
    if len(table) < 2 or len(table[0]) < 2:
        return Reading(None, (Fault("grid.empty"),))
    across = [cell.text for cell in table[0][1:]]
    down = [row[0].text for row in table[1:]]
    corner = table[0][0].text
    if _bare(corner, across, down):
        return Reading(None, (Fault("grid.headings_missing", {"cell": table[0][0].address}),))
    told = side or merged_in or judges_in(corner, across, down)
    if told is None:
        return _asked(table, limits or Limits())
    ragged = tuple(_ragged(table))
    upright = turned(table) if told == "rows" else table
    known = merged if told == merged_in else frozenset[str]()
    return _read_upright(upright, told, limits or Limits(), (ragged, known), beside)


def _asked(table: Table, limits: Limits) -> Reading:
    """Both ways to read a grid whose headings do not tell which is right."""
    sides: list[Side] = []
    ways: tuple[tuple[JudgesIn, Table], ...] = (("rows", turned(table)), ("columns", table))
    for side, upright in ways:
        reading = _read_upright(upright, side, limits, ((), frozenset()), ())
        if reading.grid is None:
            return Reading(None, reading.faults)
        sides.append(Side(side, len(reading.grid.judges), len(reading.grid.entrants)))
    rows, columns = sides
    told: dict[str, Param] = {"judges_in_rows": rows.judges, "entrants_in_columns": rows.entrants}
    told |= {"judges_in_columns": columns.judges, "entrants_in_rows": columns.entrants}
    return Reading(None, (Fault("grid.side_unknown", told),), sides=tuple(sides))


def _read_upright(
    table: Table, side: JudgesIn, limits: Limits, told: tuple[tuple[Fault, ...], frozenset[str]], beside: Row
) -> Reading:
    """The grid with an entrant in each line and a judge in each column.

    ``told``: faults of form so far, and the addresses of headings that stand under a merged heading of all judges.
    """
    ragged, known = told
    roles = _roles(table)
    lead = [c for c, role in enumerate(roles) if role not in ("judge", "left_out")]
    columns = [c for c, role in enumerate(roles) if role == "judge"]
    lines, beside_judges, left_out = _sorted_lines(table[1:], lead)
    count = max(len(columns) - limits.judges, len(lines) - limits.entrants)
    if count > 0:
        found = {"judges": len(columns), "entrants": len(lines)}
        most = {"most_judges": limits.judges, "most_entrants": limits.entrants}
        return Reading(None, (Fault("grid.too_large", {**found, **most}),))
    if not columns or not lines:
        return Reading(None, (Fault("grid.empty"),))
    head = table[0]
    judges = tuple(
        Heading(head[c].text, head[c], **{field: line[c].text for field, line in beside_judges.items()})
        for c in columns
    )
    entrants, filled = _entrants(lines, roles)
    grid = Grid(judges, entrants, tuple(tuple(line[c] for c in columns) for line in lines), side)
    dropped = [*beside, *(head[c] for c, role in enumerate(roles) if role == "left_out"), *left_out]
    notes = []
    if dropped:
        notes.append(Fault("grid.left_out", {"what": ", ".join(f"{c.text[:20]} ({c.address})" for c in dropped)}))
    if filled:
        notes.append(Fault("grid.filled_down", {"what": ", ".join(filled)}))
    return Reading(grid, (*ragged, *_unnamed(grid), *_unsure(grid, known), *_twice(grid)), tuple(notes))


def _block(table: Table) -> tuple[Table, Row]:
    """The grid itself: without blank rows and columns, a title above, and lines for signatures below.

    The second value are the cells that were left out with what they say.
    """
    rows = [row for row in table if any(cell.text for cell in row)]
    widest = max((_filled(row) for row in rows), default=0)
    beside: list[Cell] = []
    while rows and widest > 2 and _filled(rows[0]) <= (1 if widest < 6 else 2):
        beside.append(next(cell for cell in rows.pop(0) if cell.text))
    while rows and is_signature_line([cell.text for cell in rows[-1]]):
        beside.append(next(cell for cell in rows.pop() if cell.text))
    kept = [column for column in zip(*rows, strict=True) if any(cell.text for cell in column)]
    return tuple(zip(*kept, strict=True)), tuple(beside)


def _merged(table: Table) -> tuple[Table, JudgesIn | None, frozenset[str]]:
    """Two lines of headings, 评委 merged over the names, become one; also where they stand at the side.

    The second value is where the judges are then, the third the addresses of their names.
    """
    ways: tuple[tuple[JudgesIn, Table], ...] = (("columns", table), ("rows", turned(table)))
    for side, upright in ways:
        found = _one_heading(upright)
        if found:
            joined, known = found
            return (joined if side == "columns" else turned(joined)), side, known
    return table, None, frozenset()


def _one_heading(table: Table) -> tuple[Table, frozenset[str]] | None:
    if len(table) < 3 or table[1][0].text:
        return None
    top, below = table[0], table[1]
    start = next((c for c, cell in enumerate(top) if is_judges(cell.text) and below[c].text), 0)
    end = next((c for c in range(start + 1, len(top)) if top[c].text or not below[c].text), len(top))
    if not start or end - start < 2:
        return None
    if any(below[c].text and top[c].text for c in range(len(top)) if not start <= c < end):
        return None
    word = "Judge " if top[start].text.isascii() else "评委"
    under = {c: word + below[c].text if below[c].text.isdigit() else below[c].text for c in range(start, end)}
    head = tuple(
        replace(below[c], text=under[c]) if c in under else (top[c] if top[c].text else below[c])
        for c in range(len(top))
    )  # fmt: skip
    return (head, *table[2:]), frozenset(below[c].address for c in under)


def _filled(row: Iterable[Cell]) -> int:
    return sum(bool(cell.text) for cell in row)


def _bare(corner: str, across: Sequence[str], down: Sequence[str]) -> bool:
    """Whether marks were pasted without the names of one side or both."""
    if _marks(across) or _marks(down):
        return True
    numbered = all(number(text) is not None for text in down)
    if number(corner) is not None:
        return numbered or all(number(text) is not None for text in across)
    return numbered and is_judge(corner) and any(letter.isdigit() for letter in corner)


def _marks(texts: Sequence[str]) -> bool:
    """Whether headings look like marks: numbers only, with a decimal or the same one twice. 1, 2, 3 are names."""
    if any(number(text) is None for text in texts):
        return False
    return any("." in text for text in texts) or len(set(texts)) < len(texts)


def _ragged(table: Table) -> Iterator[Fault]:
    """Rows with fewer cells than the headings, or with marks beyond them."""
    width = sum(cell.given for cell in table[0])
    for row in table[1:]:
        given = sum(cell.given for cell in row)
        beyond = _filled(row[width:])
        if given < width or beyond:
            yield Fault("grid.row_length", {"row": row[0].row + 1, "count": given, "expected": width})


def _roles(table: Table) -> list[Role]:
    """What each column of the upright grid is."""
    roles: list[Role] = [role_of(cell.text) or "judge" for cell in table[0]]
    if roles[0] in ("judge", "left_out"):
        roles[0] = "number" if "name" in roles else "name"
    names = [c for c, role in enumerate(roles) if role == "name"]
    for c in names[1:]:
        roles[c] = "left_out"
    if not names:
        wordy = (c for c, role in enumerate(roles) if role == "judge" and _wordy(table, c))
        fallback = (roles.index(role) for role in ("unit", "number", "division", "kind") if role in roles)
        found = next(wordy, None)
        roles[found if found is not None else next(fallback)] = "name"
    return roles


def _wordy(table: Table, column: int) -> bool:
    """Whether a column holds names rather than marks."""
    texts = [row[column].text for row in table[1:] if row[column].text]
    words = [text for text in texts if number(text) is None and status(text) is None]
    return not is_judge(table[0][column].text) and len(words) * 2 > len(texts)


def _sorted_lines(lines: Sequence[Row], lead: Sequence[int]) -> tuple[list[Row], dict[str, Row], list[Cell]]:
    """Lines of entrants; lines with the judges' own units or classes; headings of lines that were left out."""
    kept: list[Row] = []
    beside: dict[str, Row] = {}
    dropped: list[Cell] = []
    for line in lines:
        heading = next((line[c] for c in lead if line[c].text), line[lead[0]])
        role = role_of(heading.text)
        if is_judge_unit(heading.text) or role == "unit":
            beside["unit"] = line
        elif is_judge_class(heading.text) or role == "kind":
            beside["kind"] = line
        elif role is not None:
            dropped.append(heading)
        else:
            kept.append(line)
    return kept, beside, dropped


def _entrants(lines: Sequence[Row], roles: Sequence[Role]) -> tuple[tuple[Heading, ...], list[str]]:
    """Entrants with what stands beside them; cells merged in Excel are blank below the first and are filled down."""
    beside = {role: roles.index(role) for role in ("unit", "division", "kind") if role in roles}
    named = roles.index("name")
    last: dict[str, str] = dict.fromkeys(("unit", "division", "kind"), "")
    filled: list[str] = []
    entrants = []
    for line in lines:
        for role, column in beside.items():
            if line[column].text:
                last[role] = line[column].text
            elif last[role]:
                filled.append(line[column].address)
        entrants.append(Heading(line[named].text, line[named], **last))
    return tuple(entrants), filled


def _unnamed(grid: Grid) -> Iterator[Fault]:
    for heading in (*grid.judges, *grid.entrants):
        if not heading.name and heading.cell.given:
            yield Fault("grid.heading_missing", {"cell": heading.cell.address})


def _unsure(grid: Grid, known: frozenset[str]) -> Iterator[Fault]:
    """Headings that do not look like a judge where others do: a column of totals must never count as a judge."""
    sure = [heading for heading in grid.judges if heading.cell.address in known or is_one_judge(heading.name)]
    if len(sure) < 2:  # the judges go by their names alone
        sure = [h for h in grid.judges if not is_no_person(h.name) and not is_judges(h.name)]
    for heading in grid.judges:
        if heading.name and heading not in sure:
            yield Fault("grid.judge_unsure", {"cell": heading.cell.address, "name": heading.name})


def _twice(grid: Grid) -> Iterator[Fault]:
    """Names that stand twice. Two units may each have a project of the same name; two judges may not."""
    for code, headings in (("grid.judge_twice", grid.judges), ("grid.entrant_twice", grid.entrants)):
        cells: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for heading in headings:
            own = heading.unit if code == "grid.entrant_twice" else ""
            cells[heading.name, own].append(heading.cell.address)
        for (name, _), addresses in cells.items():
            if name and len(addresses) > 1:
                yield Fault(code, {"name": name, "cells": ", ".join(addresses)})
