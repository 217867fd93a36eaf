"""Invented panels for statistics, from a seed: what is put in is known, so that it can be looked for."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.inform.grid import Grid
from scoring.inform.variance import Additive, fit
from scoring.marked import Marked
from scoring.roster import Entry, Judge, Roster, Unit
from scoring.sheets import form
from tests.scoring.contests import Table, criterion, item, marked, rule

Floats = NDArray[np.float64]
Change = Callable[[Floats, np.random.Generator], None]


def panel(
    seed: int,
    *,
    entries: int = 40,
    judges: int = 52,
    counties: int = 0,
    spread: float = 2,
    rest: float = 2,
    change: Change | None = None,
) -> Grid:
    """Entries around 80 with ``spread``, judges 3 apart, ``rest`` the chance of a mark; normal.

    ``counties``: so many of them share the entries, send four judges each, and these do not mark their own.
    ``change`` plants what is to be found, before the holes.
    """
    chance = np.random.default_rng(seed)
    values = chance.normal(80, spread, (entries, 1)) + chance.normal(0, 3, (1, judges))
    values = values + chance.normal(0, rest, (entries, judges))
    if change:
        change(values, chance)
    there = np.ones(values.shape, dtype=bool)
    for i in range(entries):
        for j in range(min(4 * counties, judges)):
            there[i, j] = i * counties // entries != j // 4
    return grid_of(values, there)


def grid_of(values: Floats, there: NDArray[np.bool_] | None = None) -> Grid:
    rows, columns = values.shape
    known = np.ones(values.shape, dtype=bool) if there is None else there
    entries, judges = tuple(f"e{i}" for i in range(rows)), tuple(f"j{j}" for j in range(columns))
    return Grid(entries, judges, np.where(known, values, 0), known)


def fitted(seed: int, change: Change | None = None, *, entries: int = 40, judges: int = 52) -> Additive:
    return fit(panel(seed, entries=entries, judges=judges, counties=10 if judges == 52 else 0, change=change))


def homes(grid: Grid, units: int, *, judges_of: int = 4) -> Roster:
    """Each unit has the entries and ``judges_of`` judges that come one after another; the rest of the judges none."""
    size = len(grid.entries)
    return Roster(
        tuple(Unit(f"u{u}") for u in range(units)),
        tuple(Entry(entry, f"u{i * units // size}", "marks") for i, entry in enumerate(grid.entries)),
        tuple(
            Judge(judge, unit=f"u{j // judges_of}" if j < units * judges_of else "")
            for j, judge in enumerate(grid.judges)
        ),
    )


def sheets(
    ticks: Sequence[Sequence[Sequence[int] | None]], *criteria: Table, full: int = 10, step: int = 1
) -> dict[str, Marked]:
    """Counted sheets as the engine sorts them: entry -> judge -> ticks; without criteria one item for each tick."""
    width = next(len(one) for row in ticks for one in row if one is not None)
    parts = criteria or tuple(criterion(f"c{k}", item(f"i{k}", full=full, step=step)) for k in range(width))
    part = rule(marked("marks", *parts)).component["marks"]
    shape = form(rule(marked("marks", *parts)), part, "")
    found = {}
    for i, row in enumerate(ticks):
        there = [(Judge(f"j{j}"), tuple(one)) for j, one in enumerate(row) if one is not None]
        totals = tuple(shape.total(one) for _, one in there)
        found[f"e{i}"] = Marked(
            Entry(f"e{i}", f"u{i}", "marks"), part, shape, tuple(judge for judge, _ in there),
            tuple(one for _, one in there), totals, shape.denominator, {},
        )  # fmt: skip
    return found
