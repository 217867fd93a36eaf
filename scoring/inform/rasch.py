"""Many-facet Rasch measurement of short scales, as a diagnostic: entries, judges, items and the steps of the scale.

``log P(k) / P(k-1) = entry - judge - item - step k``, by joint maximum likelihood (J. M. Linacre, "Many-Facet Rasch
Measurement", 1994; fit statistics after B. D. Wright and G. N. Masters, "Rating Scale Analysis", 1982). For marks from
0 to 100 the additive model is the plain choice; this one never makes a score. Joint estimates are known to lie a little
too far apart, by about (L - 1) / L for L marks per entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.faults import Fault
from scoring.inform.finding import Finding, number
from scoring.inform.grid import Floats
from scoring.marked import Marked
from scoring.severity import connected

CATEGORIES = 10  # a longer scale is better served by the additive model
MARKS = 30  # per judge; fewer fix his severity too loosely
FITS = (0.5, 1.5)  # mean squares that do no harm to measurement
_ROUNDS = 1000
_STILL = 1e-7
_STEP = 1.0  # logits at most per round

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """One mark a place in four arrays: entry, judge and item by number, and the category from 0."""

    entry: Places
    judge: Places
    item: Places
    category: Places


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """In logits: what entries are worth, how severe judges are, how hard items are, and the scale's steps.

    Judges, items and steps have mean 0. Whoever got or gave only the lowest or only the highest has no measure: nan.
    ``infit`` and ``outfit`` of judges are 1 where he is as regular as the model, above where he is wilder, below where
    he is more even. ``converged``: whether the rounds came to rest.
    """

    entries: Floats
    severity: Floats
    items: Floats
    steps: Floats
    infit: Floats
    outfit: Floats
    converged: bool


def rasch(marked: Mapping[str, Marked], component: str) -> tuple[Measures | None, tuple[str, ...], list[Finding]]:
    """The measures, the judges they are of, and what was found; or no measures, and why the marks are unfit."""
    entries = [one for one in marked.values() if one.part.id == component]
    items = {item.id: item for one in entries for item in one.form.items if item.role == "score"}
    scales = {len(item.ticks) for item in items.values()}
    if len(scales) != 1 or not 2 <= max(scales) <= CATEGORIES:
        return None, (), [Finding(Fault("untested.rasch_scale", {"categories": CATEGORIES}))]
    judges = list(dict.fromkeys(judge.id for one in entries for judge in one.judges))
    given = _given(entries, judges, list(items))
    counts = np.bincount(given.judge, minlength=len(judges))
    if not len(counts) or counts.min() < MARKS:
        return None, (), [Finding(Fault("untested.rasch_few", {"marks": MARKS}))]
    apart = connected({judge: [one.entry.id for one in entries if judge in _ids(one)] for judge in judges})
    if len(apart) > 1:
        return None, (), [Finding(Fault("untested.rasch_apart", {"groups": len(apart)}))]
    measures = measured(given)
    if measures is None:
        return None, (), [Finding(Fault("untested.rasch_extreme", {}))]
    if not measures.converged:
        return None, (), [Finding(Fault("untested.rasch_unsettled", {}))]
    return measures, tuple(judges), list(_misfits(measures, judges))


def _ids(one: Marked) -> set[str]:
    return {judge.id for judge in one.judges}


def _given(entries: list[Marked], judges: list[str], items: list[str]) -> Marks:
    """Every mark on a scored item, as its place above the item's floor."""
    rows: list[tuple[int, int, int, int]] = []
    for row, one in enumerate(entries):
        for judge, ticks in zip(one.judges, one.ticks, strict=True):
            column = judges.index(judge.id)
            rows += [
                (row, column, items.index(item.id), tick - item.ticks[0])
                for item, tick in zip(one.form.items, ticks, strict=True)
                if tick is not None and item.role == "score"
            ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Marks(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def _misfits(measures: Measures, judges: list[str]) -> list[Finding]:
    """Judges outside the bounds, in either statistic; who has no measure is named by itself."""
    found = []
    for judge, severity, infit, outfit in zip(
        judges, measures.severity.tolist(), measures.infit.tolist(), measures.outfit.tolist(), strict=True
    ):
        if np.isnan(severity):
            found.append(Finding(Fault("untested.rasch_judge", {"judge": judge}), (judge,)))
            continue
        params: dict[str, str | int] = {
            "judge": judge, "infit": number(infit), "outfit": number(outfit), "severity": number(severity),
        }  # fmt: skip
        if max(infit, outfit) > FITS[1]:
            found.append(Finding(Fault("flag.rasch_wild", params), (judge,), max(infit, outfit), FITS[1]))
        elif min(infit, outfit) < FITS[0]:
            found.append(Finding(Fault("flag.rasch_even", params), (judge,), min(infit, outfit), FITS[0]))
    return found


def measured(given: Marks) -> Measures | None:
    """The joint maximum likelihood estimates; None where too few are left without those at an end of the scale.

    Categories nobody used are left out of the scale.
    """
    sizes = [int(facet.max()) + 1 for facet in (given.entry, given.judge, given.item)]
    facets = np.stack([given.entry, given.judge, given.item])
    kept = _not_extreme(facets, given.category, sizes)
    facets, used = facets[:, kept], given.category[kept]
    if any(len(np.unique(facet)) < least for facet, least in zip(facets, (2, 2, 1), strict=True)):
        return None
    _, category = np.unique(used, return_inverse=True)
    fitting = _Fitting(facets, category, sizes)
    converged = any(fitting.improved() < _STILL for _ in range(_ROUNDS))
    return fitting.measures(converged=converged)


def _not_extreme(facets: Places, category: Places, sizes: list[int]) -> NDArray[np.bool_]:
    """The marks without those of entries, judges or items that have one end of the scale only; again until none has."""
    kept = np.ones(len(category), dtype=bool)
    while kept.any():
        low, high = category[kept].min(), category[kept].max()
        out = np.zeros(len(category), dtype=bool)
        for facet, size in zip(facets, sizes, strict=True):
            for end in (low, high):
                other = np.bincount(facet[kept], weights=category[kept] != end, minlength=size)
                out |= kept & (other[facet] == 0)
        if not out.any():
            break
        kept &= ~out
    return kept


class _Fitting:
    """The state between rounds: a measure for each of each facet (entries, judges, items), and the steps."""

    def __init__(self, facets: Places, category: Places, sizes: list[int]) -> None:
        self.facets = facets
        self.category = category
        self.levels = np.arange(int(category.max()) + 1)
        self.measure = [np.zeros(size) for size in sizes]
        self.there = [np.bincount(facet, minlength=size) > 0 for facet, size in zip(facets, sizes, strict=True)]
        self.steps = np.zeros(len(self.levels) - 1)
        self.seen = np.bincount(category, minlength=len(self.levels)).astype(float)

    def chances(self) -> Floats:
        """The probability of every category for every mark: (marks, categories)."""
        entry, judge, item = (measure[facet] for measure, facet in zip(self.measure, self.facets, strict=True))
        height = (entry - judge - item)[:, None] * self.levels - np.concatenate(([0.0], np.cumsum(self.steps)))
        grown = np.exp(height - height.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))

    def moments(self) -> tuple[Floats, Floats]:
        """What is expected of every mark, and its variance."""
        chances = self.chances()
        expected = chances @ self.levels
        return expected, chances @ self.levels**2 - expected**2

    def improved(self) -> float:
        """One round, a Newton step for each facet and one for the steps; the largest change in logits."""
        before = [measure.copy() for measure in (*self.measure, self.steps)]
        for place, sign in enumerate((1, -1, -1)):
            expected, variance = self.moments()
            facet, size = self.facets[place], len(self.measure[place])
            pull = np.bincount(facet, weights=self.category - expected, minlength=size)
            hold = np.bincount(facet, weights=variance, minlength=size)
            moved = np.where(self.there[place], pull / np.where(hold > 0, hold, 1.0), 0.0)
            self.measure[place] += sign * np.clip(moved, -_STEP, _STEP)
        ratio = np.log(self.seen / self.chances().sum(axis=0))
        self.steps += np.clip(ratio[:-1] - ratio[1:], -_STEP, _STEP)
        self._level()
        after = (*self.measure, self.steps)
        return max(float(np.abs(new - old).max()) for new, old in zip(after, before, strict=True))

    def _level(self) -> None:
        """Judges, items and steps to mean 0; the entries take the difference, so that no probability changes."""
        for place in (1, 2):
            mean = self.measure[place][self.there[place]].mean()
            self.measure[place][self.there[place]] -= mean
            self.measure[0][self.there[0]] -= mean
        mean = self.steps.mean()
        self.steps -= mean
        self.measure[0][self.there[0]] -= mean

    def measures(self, *, converged: bool) -> Measures:
        expected, variance = self.moments()
        judge, size = self.facets[1], len(self.measure[1])
        squares = (self.category - expected) ** 2
        number_of = np.maximum(np.bincount(judge, minlength=size), 1)
        held = np.bincount(judge, weights=variance, minlength=size)
        infit = np.bincount(judge, weights=squares, minlength=size) / np.where(held > 0, held, 1.0)
        outfit = np.bincount(judge, weights=squares / variance, minlength=size) / number_of
        entries, severity, items = (
            np.where(there, measure, np.nan) for there, measure in zip(self.there, self.measure, strict=True)
        )
        return Measures(entries, severity, items, self.steps, infit, outfit, converged)
