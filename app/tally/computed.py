"""A column that is computed from the others and goes by a name that no list knows: a total must never count as a judge.

Reads a grid's cells as numbers. Gives faults; never looks at a scheme.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from app.tally.cells import Row, number
from app.tally.grid import Grid
from app.tally.headings import is_no_person, is_one_judge
from scoring.faults import Fault

Values = Sequence[Fraction]

_LEAST_OTHERS = 3
# So many rows that fit are no chance; where the column has more decimals than any mark, fewer are enough.
_LEAST_ROWS, _LEAST_FINER = 4, 2

_WAYS: Mapping[str, Callable[[Values], Fraction]] = {
    "sum": lambda values: sum(values, Fraction()),
    "mean": lambda values: sum(values, Fraction()) / len(values),
    "trimmed sum": lambda values: sum(values, Fraction()) - max(values) - min(values),
    "trimmed mean": lambda values: (sum(values, Fraction()) - max(values) - min(values)) / (len(values) - 2),
}


def computed_columns(grid: Grid) -> Iterator[Fault]:
    """The first or last column, if its heading does not say judge and its cells follow from the others'."""
    if sum(is_one_judge(heading.name) for heading in grid.judges) > 1:
        return  # judges are called so here, and whatever is not was asked about
    for column in sorted({0, len(grid.judges) - 1}):
        heading = grid.judges[column]
        if is_one_judge(heading.name) or is_no_person(heading.name):
            continue
        if any(_follows(grid.marks, column, way) for way in _WAYS.values()):
            yield Fault("grid.judge_unsure", {"cell": heading.cell.address, "name": heading.name})


def _follows(rows: Sequence[Row], column: int, way: Callable[[Values], Fraction]) -> bool:
    fitting = 0
    decimals = max(_decimals(row[column].text) for row in rows)
    marks = [cell.text for row in rows for c, cell in enumerate(row) if c != column]
    finer = decimals > max(map(_decimals, marks), default=0)
    for row in rows:
        own = _value(row[column].text)
        others = [value for c, cell in enumerate(row) if c != column and (value := _value(cell.text)) is not None]
        if own is None:
            continue
        if len(others) < _LEAST_OTHERS or not _prints_as(way(others), own, decimals):
            return False
        fitting += len(set(others)) > 1  # where all marks are the same, so is their mean, and it says nothing
    return fitting >= (_LEAST_FINER if finer else _LEAST_ROWS)


def _prints_as(exact: Fraction, printed: Fraction, decimals: int) -> bool:
    """Whether ``printed`` is ``exact`` rounded, or cut off, to so many decimals."""
    off: Fraction = (exact - printed) * Fraction(10**decimals)
    return abs(off) * 2 <= 1 or 0 <= off < 1


def _value(text: str) -> Fraction | None:
    digits = number(text)
    return None if digits is None else Fraction(digits)


def _decimals(text: str) -> int:
    digits = number(text) or ""
    return len(digits.partition(".")[2])
