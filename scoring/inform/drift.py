"""Whether marks rise or fall along the route.

Order effects are real (W. Bruine de Bruin, "Save the last dance for me", Acta Psychologica 118, 2005; L. Page and
K. Page, "Last shall be first", Journal of Economic Psychology 31, 2010), but with one route for all they cannot be told
from better or worse entries: the entries take them in fully. Source of what is done: docs/analysis.md.
"""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from scoring.faults import Fault
from scoring.inform.chance import LEVEL, limit
from scoring.inform.effect import effect
from scoring.inform.finding import Finding, number
from scoring.inform.grid import Floats, Grid
from scoring.inform.variance import Additive, residuals_of

FEW = 5  # sheets below which a judge's slope means nothing


def drift(fitted: Additive, routes: Mapping[str, Sequence[str]]) -> list[Finding]:
    """``routes``: judge -> entries in the order he visited them. Points from the first stop to the last.

    One finding on the drift of all, and one for each judge who drifts in another way than the others.
    """
    if not routes:
        return [Finding(Fault("untested.drift_route", {}))]
    progress = _progress(fitted.grid, routes)
    if progress is None:
        return [Finding(Fault("untested.drift_incomplete", {}))]
    found = effect(fitted, progress)
    if found is None or found.low is None or found.high is None:
        one_route = Finding(Fault("untested.drift_one_route", {}))
        return [one_route, *_apart(fitted.grid, progress, fitted.residuals)]
    points, low, high = found.points, found.low, found.high
    params: dict[str, str | int] = {"points": number(points), "low": number(low), "high": number(high)}
    said = Fault("told.drift", params) if low <= 0 <= high else Fault("flag.drift", params)
    rest = fitted.residuals - points * residuals_of(fitted, progress)
    return [Finding(said, (), points, 0.0, low, high), *_apart(fitted.grid, progress, rest)]


def _progress(grid: Grid, routes: Mapping[str, Sequence[str]]) -> Floats | None:
    """How far along his route each judge was at each entry, from 0 to 1; None where a sheet is on no route."""
    progress = np.zeros(grid.values.shape)
    rows = {entry: row for row, entry in enumerate(grid.entries)}
    known = np.zeros(grid.there.shape, dtype=bool)
    for column, judge in enumerate(grid.judges):
        stops = [rows[entry] for entry in routes.get(judge, ()) if entry in rows]
        for place, row in enumerate(stops):
            progress[row, column] = place / max(len(stops) - 1, 1)
            known[row, column] = True
    return progress if bool((known | ~grid.there).all()) else None


def _apart(grid: Grid, progress: Floats, rest: Floats) -> list[Finding]:
    """Judges whose own slope is not that of the others; differences are told even with one common route."""
    able = [column for column in range(len(grid.judges)) if int(grid.there[:, column].sum()) >= FEW]
    found = []
    for column in able:
        rows = grid.there[:, column]
        along, left = progress[rows, column], rest[rows, column]
        size = float(((along - along.mean()) ** 2).sum())
        slope = float(((along - along.mean()) * left).sum()) / size
        freedom = int(rows.sum()) - 2
        squares = float(((left - left.mean() - slope * (along - along.mean())) ** 2).sum())
        reach = limit(freedom, LEVEL / len(able)) * sqrt(squares / freedom / size)
        if abs(slope) > reach:
            judge = grid.judges[column]
            params: dict[str, str | int] = {
                "judge": judge, "points": number(slope), "low": number(slope - reach), "high": number(slope + reach),
            }  # fmt: skip
            said = Fault("flag.drift_judge", params)
            found.append(Finding(said, (judge,), slope, 0.0, slope - reach, slope + reach))
    return found
