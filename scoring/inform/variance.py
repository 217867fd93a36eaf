"""The additive model in floats, and how much of the spread of the marks is entries, judges and the rest.

``x = a + s + e`` by least squares, as in ``scoring.severity`` but approximate, with its residuals and their leverage.
Variance components after Henderson's method III (C. R. Henderson, "Estimation of variance and covariance components",
Biometrics 9, 1953), which for complete marks is the analysis of variance. It reads a grid and decides nothing.
"""

from dataclasses import dataclass

import numpy as np

from scoring.inform.grid import Floats, Grid
from scoring.severity import connected


@dataclass(frozen=True, slots=True, eq=False)
class Additive:
    """The fit to ``grid``. ``worth``: what each entry is worth, ``severity``: how much each judge gives above others.

    The severities of each group of ``groups`` (judges linked by common entries, as places in the grid) add up to 0; the
    worth of entries compares within a group alone. ``residuals`` and ``leverage`` have the grid's shape, 0 at holes: a
    residual's variance is ``(1 - leverage)`` times that of the rest. ``inverse`` (judges, judges) gives the severities'
    covariance when multiplied with it. ``freedom``: sheets beyond what the model uses up; ``mean_square``: the pooled
    variance of the rest, None where no sheet is left to tell.
    """

    grid: Grid
    worth: Floats
    severity: Floats
    residuals: Floats
    leverage: Floats
    inverse: Floats
    groups: tuple[tuple[int, ...], ...]
    freedom: int
    mean_square: float | None


@dataclass(frozen=True, slots=True)
class Components:
    """The variance of entries, of judges and of the rest, in squared points.

    ``negative`` names what came out below 0 by chance and counts as 0.
    """

    entry: float
    judge: float
    residual: float
    negative: tuple[str, ...] = ()


class TooFew(ValueError):
    """Too few sheets to tell chance from difference: every one is used up by entries and judges."""


def fit(grid: Grid) -> Additive:
    """The least-squares fit. The entries are eliminated, which leaves one equation per judge: O(sheets + entries J^2).

    Judges without a common entry are fitted group by group.
    """
    there = grid.there.astype(float)
    per_entry, per_judge = there.sum(axis=1), there.sum(axis=0)
    groups = judge_groups(grid)
    shares = there / per_entry[:, None]
    inverse = _inverse(np.diag(per_judge) - there.T @ shares, groups)
    means = grid.values.sum(axis=1) / per_entry
    severity = inverse @ ((grid.values - means[:, None]) * there).sum(axis=0)
    worth = means - shares @ severity
    residuals = (grid.values - worth[:, None] - severity[None, :]) * there
    freedom = grid.number - len(grid.entries) - len(grid.judges) + len(groups)
    mean_square = float((residuals**2).sum()) / freedom if freedom > 0 else None
    leverage = _leverage(shares, inverse, per_entry) * there
    return Additive(grid, worth, severity, residuals, leverage, inverse, groups, freedom, mean_square)


def judge_groups(grid: Grid) -> tuple[tuple[int, ...], ...]:
    """The judges, as places in the grid, in groups that are linked by common entries."""
    there = grid.there.astype(float)
    # Who shares an entry with whom, rather than every sheet: judges are few.
    shared = {str(judge): np.flatnonzero(row).astype(str).tolist() for judge, row in enumerate(there.T @ there)}
    return tuple(tuple(int(place) for place in group) for group in connected(shared))


def residuals_of(fitted: Additive, values: Floats) -> Floats:
    """What the model leaves of other ``values`` in the same cells, at the cost of a product; for regressions."""
    there = fitted.grid.there.astype(float)
    per_entry = there.sum(axis=1)
    means = (values * there).sum(axis=1) / per_entry
    severity = fitted.inverse @ ((values - means[:, None]) * there).sum(axis=0)
    worth = means - (there @ severity) / per_entry
    return np.asarray((values - worth[:, None] - severity[None, :]) * there)


def worth_covariance(fitted: Additive) -> Floats:
    """The covariance of ``worth`` (entries, entries), but for the factor ``mean_square``."""
    there = fitted.grid.there.astype(float)
    per_entry = there.sum(axis=1)
    shares = there / per_entry[:, None]
    return np.asarray(np.diag(1 / per_entry) + shares @ fitted.inverse @ shares.T)


def components(fitted: Additive) -> Components:
    """The variance components for any pattern of holes; raises TooFew.

    By hand: what entries explain beyond judges is ``(N - J) entry + (E - 1) residual`` in expectation, and likewise for
    judges; both are solved. With several groups there is a 1 for each group.
    """
    marks, (entries, judges) = fitted.grid, fitted.grid.there.shape
    if fitted.mean_square is None or marks.number <= max(entries, judges) or min(entries, judges) <= len(fitted.groups):
        raise TooFew
    left = float((fitted.residuals**2).sum())
    explained = {"entry": _around_means(marks, 0) - left, "judge": _around_means(marks, 1) - left}
    number, residual, groups = marks.number, fitted.mean_square, len(fitted.groups)
    found = {
        "entry": (explained["entry"] - (entries - groups) * residual) / (number - judges),
        "judge": (explained["judge"] - (judges - groups) * residual) / (number - entries),
    }
    negative = tuple(name for name, value in found.items() if value < 0)
    return Components(max(found["entry"], 0.0), max(found["judge"], 0.0), residual, negative)


def _inverse(matrix: Floats, groups: tuple[tuple[int, ...], ...]) -> Floats:
    """The inverse on severities that add up to 0 in each group; the matrix has one way too few for each."""
    level = np.zeros(matrix.shape)
    for group in groups:
        level[np.ix_(group, group)] = 1 / len(group)
    return np.asarray(np.linalg.inv(matrix + level) - level)


def _leverage(shares: Floats, inverse: Floats, per_entry: Floats) -> Floats:
    """How far a mark pulls its own fitted value."""
    pulled = shares @ inverse
    own = 1 / per_entry + (pulled * shares).sum(axis=1)
    return np.asarray(own[:, None] - 2 * pulled + np.diag(inverse)[None, :])


def _around_means(marks: Grid, axis: int) -> float:
    """The squares around the means of judges (``axis`` 0: down the columns) or of entries (1)."""
    means = marks.values.sum(axis=axis, keepdims=True) / marks.there.sum(axis=axis, keepdims=True)
    return float((((marks.values - means) * marks.there) ** 2).sum())
