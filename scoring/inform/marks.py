"""Single marks and single sheets that stand out: a slip of the pen, a sheet filled in straight down.

Source: docs/analysis.md, with the thresholds. What is found is shown and changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median, pstdev

import numpy as np

from scoring.faults import Fault
from scoring.inform.finding import Finding, number
from scoring.inform.grid import Floats
from scoring.inform.variance import Additive
from scoring.marked import Marked

OUTLYING = 4.0  # robust standard deviations
STRAIGHT = 0.5  # of the spread that the panel has within its sheets
_NORMAL = 1.4826  # the median distance of a normal error, as a standard deviation
_SHEETS = 5  # fewer say little about a judge's habit
_PARTS = 3  # fewer have no profile
_SURE = 1e-9


def studentised(fitted: Additive) -> Floats | None:
    """Residuals over their own standard deviation, whose scale is the median distance: a slip does not stretch it.

    0 at holes and where a mark is all there is to go by; None where most marks fit exactly, or nothing is left over.
    """
    free = (1 - fitted.leverage) * fitted.grid.there
    told = free > _SURE
    if fitted.mean_square is None:
        return None
    own = np.zeros(free.shape)
    own[told] = fitted.residuals[told] / np.sqrt(free[told])
    scale = _NORMAL * float(np.median(np.abs(own[told])))
    return own / scale if scale > _SURE else None


def outliers(fitted: Additive) -> list[Finding]:
    """Marks far from what the judge's other marks and the others' marks of the entry let expect, the farthest first."""
    distances = studentised(fitted)
    if distances is None:
        return [Finding(Fault("untested.outlier", {}))]
    found = []
    for row, column in np.argwhere(np.abs(distances) > OUTLYING).tolist():
        entry, judge = fitted.grid.entries[row], fitted.grid.judges[column]
        mark, distance = float(fitted.grid.values[row, column]), float(distances[row, column])
        # What the others let expect: the mark without its own pull on the fit.
        free = 1 - float(fitted.leverage[row, column])
        expected = mark - float(fitted.residuals[row, column]) / free
        params: dict[str, str | int] = {
            "judge": judge, "entry": entry, "mark": number(mark), "expected": number(expected),
            "times": number(abs(distance), 1),
        }  # fmt: skip
        found.append(Finding(Fault("flag.outlier", params), (judge, entry), distance, OUTLYING))
    return sorted(found, key=lambda one: -abs(one.figure or 0.0))


def straight_lines(marked: Mapping[str, Marked], component: str) -> list[Finding]:
    """Judges whose sheets hardly differ from criterion to criterion, where the others' do."""
    spreads = {entry: dict(_spreads(one)) for entry, one in marked.items() if one.part.id == component}
    if not any(spreads.values()):
        return [Finding(Fault("untested.halo_parts", {"parts": _PARTS}))]
    usual = {entry: median(row.values()) for entry, row in spreads.items() if row}
    sums: dict[str, tuple[int, float, float]] = {}
    for entry, row in spreads.items():
        for judge, spread in row.items():
            sheets, own, others = sums.get(judge, (0, 0.0, 0.0))
            sums[judge] = (sheets + 1, own + spread, others + usual[entry])
    told = {judge: (own, others) for judge, (sheets, own, others) in sums.items() if sheets >= _SHEETS and others}
    if not told:
        return [Finding(Fault("untested.halo_few", {"sheets": _SHEETS}))]
    found = []
    for judge, (own, others) in told.items():
        if own / others < STRAIGHT:
            params: dict[str, str | int] = {"judge": judge, "share": number(own / others)}
            found.append(Finding(Fault("flag.halo", params), (judge,), own / others, STRAIGHT))
    return found


def _spreads(marked: Marked) -> Iterator[tuple[str, float]]:
    """The spread within each whole sheet, over criteria as shares of their full marks; over items where few."""
    score = [place for place, item in enumerate(marked.form.items) if item.role == "score"]
    parts: list[Sequence[int]] = [[p for p in places if p in score] for _, places in marked.form.criteria]
    parts = [places for places in parts if places]
    if len(parts) < _PARTS:
        parts = [(place,) for place in score]
    if len(parts) < _PARTS:
        return
    full = [[int(item.full / item.step) for item in marked.form.items]] * len(parts)
    tops = [marked.form.part(row, places) for row, places in zip(full, parts, strict=True)]
    for judge, row in zip(marked.judges, marked.ticks, strict=True):
        ticks = [tick for tick in row if tick is not None]
        if len(ticks) == len(row):
            shares = [marked.form.part(ticks, places) / top for places, top in zip(parts, tops, strict=True)]
            yield judge.id, pstdev(shares)
