"""The sheets of one component as numbers: a row for each entry, a column for each judge, and holes where no sheet is.

What agreement, flags and robustness are calculated from: only sheets that count. Floats, because nothing here decides.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.check import Due
from scoring.decisions import read_decisions
from scoring.entries import mark_entries
from scoring.faults import Refused
from scoring.marked import Marked
from scoring.roster import Decision, Roster, Sheet
from scoring.scheme import Scheme
from scoring.tabulate import contradictions

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """``values`` and ``there`` have a row per entry and a column per judge, in the order of ``entries`` and ``judges``.

    ``there`` says where a sheet is; where none is, the value is 0 and means nothing. Every row and every column has a
    sheet at least.
    """

    entries: tuple[str, ...]
    judges: tuple[str, ...]
    values: Floats
    there: Flags

    @property
    def number(self) -> int:
        """How many sheets there are."""
        return int(self.there.sum())

    @property
    def complete(self) -> bool:
        """Whether every judge marked every entry."""
        return bool(self.there.all())


def grid(rows: Mapping[str, Mapping[str, float]], judges: Sequence[str] | None = None) -> Grid:
    """The grid of ``rows``: entry -> judge -> score. Whoever has no sheet is left out.

    The order is that of ``rows`` and of ``judges``, or of their first sheet.
    """
    seen = {judge for row in rows.values() for judge in row}
    order = judges if judges is not None else dict.fromkeys(judge for row in rows.values() for judge in row)
    columns = {judge: place for place, judge in enumerate(judge for judge in order if judge in seen)}
    entries = tuple(entry for entry, row in rows.items() if row)
    values = np.zeros((len(entries), len(columns)))
    there = np.zeros(values.shape, dtype=bool)
    for place, entry in enumerate(entries):
        for judge, score in rows[entry].items():
            values[place, columns[judge]] = score
            there[place, columns[judge]] = True
    return Grid(entries, tuple(columns), values, there)


def counted_sheets(
    scheme: Scheme, roster: Roster, sheets: Sequence[Sheet], decisions: Sequence[Decision] = ()
) -> dict[str, Marked]:
    """The sheets that count for each entry, as ``tabulate`` sorts them. Raises Refused with every fault."""
    faults = contradictions(scheme, roster, sheets, (), decisions)
    if faults:
        raise Refused(faults)
    decided, _ = read_decisions(scheme, roster, decisions)
    return mark_entries(scheme, roster, sheets, decided, Due(scheme, roster, decided.absent)).marked


def sheet_grid(marked: Mapping[str, Marked], component: str, roster: Roster) -> Grid:
    """The scores of whole sheets in one component, in points; entries and judges in administrative order."""
    rows = {
        entry: {judge: float(score) for judge, score in one.sheet_scores()}
        for entry, one in marked.items()
        if one.part.id == component
    }
    return grid(rows, [judge.id for judge in roster.judges])


def chosen(whole: Grid, entries: Collection[int], judges: Collection[int]) -> Grid:
    """The rows and columns at these places, without those that then have no sheet."""
    rows, columns = np.array(sorted(entries), dtype=int), np.array(sorted(judges), dtype=int)
    there = whole.there[np.ix_(rows, columns)]
    rows, columns = rows[there.any(axis=1)], columns[there.any(axis=0)]
    return Grid(
        tuple(whole.entries[row] for row in rows),
        tuple(whole.judges[column] for column in columns),
        whole.values[np.ix_(rows, columns)],
        whole.there[np.ix_(rows, columns)],
    )
