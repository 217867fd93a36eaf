"""How far judges agree, in the usual coefficients. Each says something else; docs/analysis.md says what.

Sources: P. E. Shrout and J. L. Fleiss, "Intraclass correlations", Psychological Bulletin 86 (1979); R. L. Brennan,
"Generalizability Theory" (2001); M. G. Kendall and B. Babington Smith, "The problem of m rankings", Annals of
Mathematical Statistics 10 (1939); K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011). It reads a grid
or variance components; None stands where a coefficient is not defined.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from scoring.inform.grid import Floats, Grid, chosen
from scoring.inform.variance import Components

_NEARLY = 1e-9  # a whole number of judges that misses itself by rounding is that number


@dataclass(frozen=True, slots=True)
class Intraclass:
    """Shrout and Fleiss' coefficients by their own names, for one judge and for the mean of ``judges``."""

    judges: float
    one_absolute: float  # ICC(2,1)
    mean_absolute: float  # ICC(2,k)
    one_relative: float  # ICC(3,1)
    mean_relative: float  # ICC(3,k)


def panel_size(grid: Grid) -> float:
    """How many judges an entry has: the harmonic mean, because it is their inverse that a mean's variance goes by."""
    return float(1 / (1 / grid.there.sum(axis=1)).mean())


def intraclass(parts: Components, judges: float) -> Intraclass | None:
    """None where neither entries nor the rest vary."""
    if parts.entry + parts.residual == 0:
        return None
    return Intraclass(
        judges,
        one_absolute=phi(parts, 1),
        mean_absolute=phi(parts, judges),
        one_relative=g(parts, 1),
        mean_relative=g(parts, judges),
    )


def g(parts: Components, judges: float) -> float:
    """The relative coefficient of generalizability: how sure the order is, where all judges mark all entries."""
    return parts.entry / (parts.entry + parts.residual / judges)


def phi(parts: Components, judges: float) -> float:
    """The absolute one: how sure the scores are, where each entry has judges of its own."""
    return parts.entry / (parts.entry + (parts.judge + parts.residual) / judges)


def judges_needed(parts: Components, target: float, *, kind: Literal["relative", "absolute"]) -> int | None:
    """So many judges give a coefficient of ``target`` (0 to 1); None where no number does: entries do not differ."""
    if parts.entry == 0:
        return None
    error = parts.residual + (parts.judge if kind == "absolute" else 0)
    return max(1, ceil(target / (1 - target) * error / parts.entry - _NEARLY))


def complete_part(grid: Grid) -> Grid:
    """The larger of: the entries that all judges marked, and the judges who marked all entries; it may be empty."""
    rows, columns = np.flatnonzero(grid.there.all(axis=1)), np.flatnonzero(grid.there.all(axis=0))
    by_entries = chosen(grid, rows, range(len(grid.judges)))
    by_judges = chosen(grid, range(len(grid.entries)), columns)
    return max(by_judges, by_entries, key=lambda part: part.number)


def kendall_w(complete: Grid) -> float | None:
    """Kendall's coefficient of concordance, ties corrected, for judges who marked all entries.

    0: their orders have nothing in common, 1: they are one and the same. None for fewer than two judges or entries, and
    where every judge gives everybody the same.
    """
    entries, judges = complete.values.shape
    if min(entries, judges) < 2:
        return None
    ranks = np.column_stack([average_ranks(column) for column in complete.values.T])
    sums = ranks.sum(axis=1)
    spread = float(((sums - sums.mean()) ** 2).sum())
    tied = sum(_tied(column) for column in complete.values.T)
    most = judges**2 * (entries**3 - entries) - judges * tied
    return 12 * spread / most if most else None


def average_ranks(values: Floats) -> Floats:
    """Ranks from 1, equals at their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])


def _tied(values: Floats) -> int:
    counts = np.unique(values, return_counts=True)[1]
    return int((counts**3 - counts).sum())


def alpha(grid: Grid, scale: Literal["nominal", "ordinal", "interval"]) -> float | None:
    """Krippendorff's alpha; holes are allowed. 1: full agreement, 0: as by chance, below 0: worse than chance.

    Entries with a single sheet compare nothing and drop out. None where nothing is left or all marks are one. Ordinal
    differences are those of mid-ranks among all marks that are compared, which makes them a case of interval.
    """
    several = np.flatnonzero(grid.there.sum(axis=1) > 1)
    there = grid.there[several]
    values = grid.values[several]
    pool = values[there]
    if not pool.size:
        return None
    judges, number = there.sum(axis=1), pool.size
    if scale == "nominal":
        same = sum(((values == mark) & there).sum(axis=1) ** 2 for mark in np.unique(pool))
        seen = float(((judges**2 - same) / (judges - 1)).sum()) / number
        expected = (number**2 - float((np.unique(pool, return_counts=True)[1] ** 2).sum())) / (number * (number - 1))
    else:
        if scale == "ordinal":
            values = np.zeros(values.shape)
            values[there] = average_ranks(pool)
            pool = values[there]
        means = (values * there).sum(axis=1) / judges
        within = (((values - means[:, None]) * there) ** 2).sum(axis=1)
        seen = float((2 * judges * within / (judges - 1)).sum()) / number
        expected = 2 * float(((pool - pool.mean()) ** 2).sum()) / (number - 1)
    return 1 - seen / expected if expected else None
