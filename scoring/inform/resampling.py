"""Which tier other judges of the same kind would give: the judges of the panel drawn again, with repetition.

For any panel of sums, means, medians, trims and draws-in over whole sheets, by judge, bloc and class. A judge's
severity stays the one he has. With J judges a deviation is stretched by sqrt(J / (J - 1)). Below 15 judges nothing is
said: the figures would be too sure of themselves. Source: docs/robustness.md, "Chances".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from scoring.inform.chances import SEED, Chances, counted
from scoring.inform.contest import Contest
from scoring.inform.grid import Floats, Grid, counted_sheets, sheet_grid
from scoring.inform.precision import Precision, Unknown
from scoring.inform.shares import entry_shares
from scoring.inform.variance import fit
from scoring.panel import trim_counts
from scoring.roster import Judge
from scoring.scheme import Component, Panel

FEWEST = 15  # judges; with five the stated chance of a tier was 0.66 where 0.59 came true, with 52 they agreed
RESAMPLES = 1_000

Drawn = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _Sheets:
    """The sheets of a component as they count: ``values`` (entries, all judges of the contest), holes as NaN."""

    panel: Panel
    entries: tuple[str, ...]
    judges: tuple[Judge, ...]
    values: Floats


def resampled(contest: Contest, known: Precision, *, draws: int = RESAMPLES, seed: int = SEED) -> Chances:
    """The chances of every ranked unit by other judges of the same kind. Raises Unknown ("few" or "jumps")."""
    marked = counted_sheets(contest.scheme, contest.roster, contest.sheets, contest.decisions)
    grids = {part.id: sheet_grid(marked, part.id, contest.roster) for part in contest.scheme.components if part.panel}
    marking = {judge for marks in grids.values() for judge in marks.judges}
    judges = tuple(judge for judge in contest.roster.judges if judge.id in marking)
    parts = [
        _sheets(part, part.panel, grids[part.id], judges)
        for part in contest.scheme.components
        if part.panel and grids[part.id].entries
    ]
    if not parts or min(int((~np.isnan(part.values)).sum(axis=1).min()) for part in parts) < FEWEST:
        raise Unknown("few")
    everybody = np.arange(len(judges))[None, :]
    drawn = np.random.default_rng(seed).integers(0, len(judges), (draws, len(judges)))
    stretch = sqrt(len(judges) / (len(judges) - 1))
    shares = [entry_shares(unit.working) for unit in known.units if unit.working]
    totals = np.tile(known.totals, (draws, 1))
    for part in parts:
        again = _scores(part, drawn)
        # An entry that nobody of those drawn has marked stays as it is.
        moved = np.where(np.isnan(again), 0.0, again - _scores(part, everybody)) * float(part.panel.factor)
        weights = np.array([[row.get(entry, 0.0) for entry in part.entries] for row in shares])
        totals += stretch * moved @ weights.T
    return counted(contest, known, totals, seed)


def _sheets(part: Component, panel: Panel, marks: Grid, judges: tuple[Judge, ...]) -> _Sheets:
    """The sheets of a component; raises Unknown where its panel is not one of whole sheets on one scale."""
    by_part = panel.trim_on in ("criterion", "item") or part.sheet.incomplete == "item"
    on_one_scale = panel.method in ("mean", "sum", "median", "winsor") and panel.counts in ("score", "less_severity")
    if by_part or not on_one_scale or panel.tolerance is not None:
        raise Unknown("jumps")
    counts = marks.values - fit(marks).severity[None, :] if panel.counts == "less_severity" else marks.values
    values = np.full((len(marks.entries), len(judges)), np.nan)
    columns = {judge.id: place for place, judge in enumerate(judges)}
    values[:, [columns[name] for name in marks.judges]] = np.where(marks.there, counts, np.nan)
    return _Sheets(panel, marks.entries, judges, values)


def _scores(part: _Sheets, drawn: Drawn) -> Floats:
    """The panel's score of every entry (draws, entries) by the judges at the places ``drawn`` (draws, judges)."""
    if not part.panel.classes:
        return _panel(part, drawn, part.values)
    whole = np.zeros((len(drawn), len(part.entries)))
    weights = np.zeros(whole.shape)
    for one in part.panel.classes:
        inside = np.array([judge.judge_class == one.judge_class for judge in part.judges])
        score = _panel(part, drawn, np.where(inside, part.values, np.nan))
        there = ~np.isnan(score)
        whole += np.where(there, score, 0.0) * float(one.weight)
        weights += there * float(one.weight)
    return np.asarray(np.divide(whole, weights, out=np.full(whole.shape, np.nan), where=weights > 0))


def _panel(part: _Sheets, drawn: Drawn, values: Floats) -> Floats:
    """The score by one class of judges, or by all; NaN where none of them is drawn or no mark is kept."""
    rows = _blocs(part, drawn, values) if part.panel.by == "bloc" else (row[drawn] for row in values)
    return np.stack([_kept(part.panel, row) for row in rows], axis=1)


def _blocs(part: _Sheets, drawn: Drawn, values: Floats) -> Iterator[Floats]:
    """For each entry the mean of every bloc (draws, blocs), NaN for a bloc of which nobody is drawn."""
    names = list(dict.fromkeys(judge.bloc for judge in part.judges))
    member = np.array([[judge.bloc == name for name in names] for judge in part.judges], dtype=float)
    times = np.stack([np.bincount(row, minlength=len(part.judges)) for row in drawn])
    for row in values:
        there = ~np.isnan(row)
        number = times @ (member * there[:, None])
        points = times @ (member * np.where(there, row, 0.0)[:, None])
        yield np.divide(points, number, out=np.full(points.shape, np.nan), where=number > 0)


def _kept(panel: Panel, marks: Floats) -> Floats:
    """The panel's method on each row of ``marks`` (draws, marks); holes are NaN."""
    ordered = np.sort(marks, axis=1)  # holes last
    found = np.full(len(marks), np.nan)
    numbers = (~np.isnan(ordered)).sum(axis=1)
    for number in np.unique(numbers):
        low, high = trim_counts(panel.trim, int(number))
        rows = ordered[numbers == number]
        kept = rows[:, low : number - high]
        if low + high >= number:
            continue
        if panel.method == "median":
            score = np.median(kept, axis=1)
        elif panel.method == "winsor":
            score = (kept.sum(axis=1) + low * kept[:, 0] + high * kept[:, -1]) / number
        else:
            score = kept.sum(axis=1) / (1 if panel.method == "sum" else kept.shape[1])
        found[numbers == number] = score
    return found
