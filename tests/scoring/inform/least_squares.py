"""The additive model written out for numpy's own least squares: a column for each entry and each judge."""

import numpy as np

from scoring.inform.grid import Floats, Grid


def columns(marks: Grid) -> tuple[Floats, Floats]:
    """A row for each sheet: whose entry it is, and whose sheet."""
    cells = np.argwhere(marks.there)
    return tuple(np.eye(size)[cells[:, axis]] for axis, size in enumerate(marks.there.shape))  # type: ignore[return-value]


def explained(design: Floats) -> Floats:
    """What a regression on ``design`` makes of the marks: a matrix for them (sheets, sheets)."""
    return np.asarray(design @ np.linalg.pinv(design))


def levelled(marks: Grid) -> Floats:
    """The columns where the severities of judges add up to 0: the last one's is what the others leave."""
    of_entries, of_judges = columns(marks)
    return np.hstack([of_entries, of_judges[:, :-1] - of_judges[:, -1:]])


def worths_and_severities(marks: Grid) -> tuple[Floats, Floats]:
    """What each entry is worth and how much each judge gives above others, where all judges are linked."""
    found: Floats = np.asarray(np.linalg.lstsq(levelled(marks), marks.values[marks.there], rcond=None)[0], np.float64)
    first = found[len(marks.entries) :]
    return found[: len(marks.entries)], np.asarray([*first, -first.sum()])


def covariance_of_worths(marks: Grid) -> Floats:
    """(entries, entries), but for the variance of the rest."""
    design, size = levelled(marks), len(marks.entries)
    return np.asarray(np.linalg.inv(design.T @ design)[:size, :size])


def variances(marks: Grid) -> tuple[float, float, float]:
    """Of entries, judges and the rest by Henderson's third method: three sums of squares and what is expected of them.

    Of marks y with variance V the sum ``y' M y`` is expected to be the trace of ``M V``, if M knows no level.
    """
    of_entries, of_judges = columns(marks)
    y, whole = marks.values[marks.there], explained(np.hstack([of_entries, of_judges]))
    forms = [whole - explained(of_judges), whole - explained(of_entries), np.eye(len(y)) - whole]
    kinds = [of_entries @ of_entries.T, of_judges @ of_judges.T, np.eye(len(y))]
    traces = np.array([[np.trace(form @ kind) for kind in kinds] for form in forms])
    entry, judge, rest = np.linalg.solve(traces, [y @ form @ y for form in forms])
    return float(entry), float(judge), float(rest)
