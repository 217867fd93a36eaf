"""Panels over whole planes: mean, sum, median, winsor and trims of ragged panels, exactly, without a loop over entries.

One sort of each row puts what does not count below everything else; then what a panel keeps is one stretch of the row,
and ``add.reduceat`` adds all stretches in one pass. Source of the rules: docs/scoring.md, "Panel".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.fast.cube import Cube, Ints, Mask, TooLarge
from scoring.fast.totals import Points, points, word
from scoring.panel import trim_counts

if TYPE_CHECKING:
    from scoring.scheme import Panel, Trim

_CELLS = 2**18  # so many cells are sorted at a time, for the processor's cache
METHODS = ("mean", "sum", "median", "winsor")
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scores:
    """A score for each entry, as a fraction of two int64; a denominator of 0 says that there is none."""

    numerator: Longs
    denominator: Longs

    def fractions(self) -> list[Fraction | None]:
        """The scores as exact numbers."""
        pairs = zip(self.numerator.tolist(), self.denominator.tolist(), strict=True)
        return [Fraction(top, below) if below else None for top, below in pairs]


def drops(trim: Trim | None, sizes: Longs) -> tuple[Longs, Longs]:
    """How many are dropped from panels of these sizes: the lowest, the highest."""
    lows, highs = np.zeros_like(sizes), np.zeros_like(sizes)
    if trim is not None:
        for size in np.unique(sizes):
            lows[sizes == size], highs[sizes == size] = trim_counts(trim, int(size))
    return lows, highs


class Panels:
    """Who counts for each entry, and what a panel rule keeps of him; then scores of any points.

    ``counts``: [entry, judge]. The rule: one of METHODS, with any trim and a tolerance; ValueError for another one, and
    for marks that count more than once or in part.
    """

    def __init__(self, panel: Panel, counts: Mask) -> None:
        if panel.method not in METHODS:
            raise ValueError(panel.method)
        if panel.multiples or (panel.trim and panel.trim.weighs):
            raise ValueError(panel)
        self.panel = panel
        self.entries, self.judges = counts.shape
        sizes = np.count_nonzero(counts, axis=1).astype(np.int64)
        lows, highs = drops(panel.trim, sizes)
        step = max(1, _CELLS // max(1, self.judges))
        spans = [slice(start, start + step) for start in range(0, self.entries if self.judges else 0, step)]
        self._stretches = [(now, _Stretches(counts[now], sizes[now], lows[now], highs[now])) for now in spans]

    def scores(self, given: Points, denominator: int = 1) -> Scores:
        """The score of every row of ``given``, which are points over ``denominator`` [entry, judge]. Raises TooLarge.

        The values of ``given`` are used up: they stand in another order afterwards.
        """
        # The largest numerator is everybody's points, or twice one's; the largest denominator everybody's.
        word(max(self.judges, 2) * max(given.bound, denominator))
        found = Scores(np.zeros(self.entries, np.int64), np.zeros(self.entries, np.int64))
        for now, rows in self._stretches:
            rows.take(given.values[now], given.bound)
            found.numerator[now], found.denominator[now] = rows.scores(self.panel, denominator)
        return found


def aggregate(panel: Panel, given: Points, counts: Mask, denominator: int = 1) -> Scores:
    """The panel's score of every row of ``given``, which is left as it is; see :class:`Panels`."""
    return Panels(panel, counts).scores(Points(given.values.copy(), given.bound), denominator)


class _Stretches:
    """Some rows of a plane, and the stretch of each that its panel keeps once the row is sorted."""

    def __init__(self, counts: Mask, sizes: Longs, lows: Longs, highs: Longs) -> None:
        self.sizes, self.lows, self.highs = sizes, lows, highs
        self.judges = counts.shape[1]
        self.idle = None if counts.all() else ~counts
        self.caps: Ints | None = None
        self.kept = sizes - lows - highs
        self.some = self.kept > 0
        self.first = np.where(self.some, self.judges - sizes + lows, 0)
        self.last = np.where(self.some, self.judges - highs - 1, 0)
        self.cuts = self._cuts(self.first, self.last)

    def take(self, values: Ints, bound: int) -> None:
        """Lay out points none of which lies further from 0 than ``bound``."""
        self.values = values
        self.sum_word = word(max(bound * self.judges, 2**15))  # the values' own word, or a wider one

    def _sort(self) -> None:
        """What does not count becomes the lowest number there is: sorted to the front, and out of every stretch."""
        if self.idle is not None:
            if self.caps is None or self.caps.dtype != self.values.dtype:
                limits = np.iinfo(self.values.dtype)
                self.caps = np.where(self.idle, limits.min, limits.max).astype(self.values.dtype)
            np.minimum(self.values, self.caps, out=self.values)  # ten times as fast as writing through a mask
        self.values.sort(axis=1)

    def _sum(self) -> Longs:
        """The sum of what counts, where nothing is dropped and so nothing need be sorted."""
        if self.idle is not None:
            np.multiply(self.values, ~self.idle, out=self.values)
        top: Longs = self.values.sum(axis=1, dtype=self.sum_word).astype(np.int64)
        return top

    def scores(self, panel: Panel, denominator: int) -> tuple[Longs, Longs]:
        """Numerators and denominators."""
        below = {"mean": self.kept, "winsor": self.sizes}.get(panel.method, np.full_like(self.kept, 1))
        if panel.trim is None and panel.method != "median":
            top = self._sum()
        else:
            self._sort()
            top = self._middle() if panel.method == "median" else self._added(self.cuts)
        if panel.method == "median":
            below = below * 2
        if panel.method == "winsor":
            top += self.lows * self._at(self.first) + self.highs * self._at(self.last)
        if panel.tolerance is not None:
            # Points are whole, so a spread is above the tolerance if it is above the whole part of it.
            apart = self.some & (self._at(self.last) - self._at(self.first) > floor(panel.tolerance * denominator))
            everybody = self._cuts(
                np.where(apart, self.judges - self.sizes, 0), np.full_like(self.last, self.judges - 1)
            )
            top, below = np.where(apart, self._added(everybody), top), np.where(apart, self.sizes, below)
        return np.where(self.some, top, 0), np.where(self.some, below * denominator, 0)

    def _at(self, column: Longs) -> Longs:
        """One value of each sorted row."""
        found: Longs = np.take_along_axis(self.values, column[:, None], axis=1)[:, 0].astype(np.int64)
        return found

    def _middle(self) -> Longs:
        """The two middle values of each stretch, or the one twice."""
        both = self.first + self.last
        return self._at(both // 2) + self._at((both + 1) // 2)

    def _cuts(self, first: Longs, last: Longs) -> Longs:
        """The stretches from ``first`` to ``last`` of each row, as ``reduceat`` wants them: begin, end, begin, end."""
        begin = np.arange(len(first)) * self.judges
        cuts = np.stack((begin + first, begin + last + 1), axis=1).reshape(-1)
        # At the end of all reduceat stops by itself, and would not take it for a place.
        return cuts[:-1] if cuts[-1] == len(first) * self.judges else cuts

    def _added(self, cuts: Longs) -> Longs:
        """The sum of each row's stretch. What lies between them is added too, may run over, and is left out."""
        return np.add.reduceat(self.values.reshape(-1), cuts, dtype=self.sum_word)[::2].astype(np.int64)


def by_parts(
    panel: Panel,
    cube: Cube,
    coefficients: Ints,
    parts: Sequence[Sequence[int]],
    counts: Sequence[Mask],
    denominator: int = 1,
) -> Scores:
    """The rule taken within each part of a sheet (its items' places), and the parts added: per item, per criterion.

    ``counts`` has a mask [entry, judge] for each part: mostly one and the same. Raises TooLarge.
    """
    panels = {number: Panels(panel, mask) for number, mask in {id(mask): mask for mask in counts}.items()}
    whole: Scores | None = None
    room: Points | None = None  # one plane's memory for all of them: fetching it anew takes longer than sorting
    for places, mask in zip(parts, counts, strict=True):
        room = points(cube, coefficients, places, room)
        part = panels[id(mask)].scores(room, denominator)
        whole = part if whole is None else _added(whole, part)
    if whole is None:
        raise ValueError("a sheet without parts")
    return whole


def _added(one: Scores, other: Scores) -> Scores:
    """Two fractions added; none where either is none. Raises TooLarge."""
    if np.array_equal(one.denominator, other.denominator):
        word(_largest(one.numerator) + _largest(other.numerator))
        return Scores(one.numerator + other.numerator, one.denominator)
    return _over_one(one, other)


def _over_one(one: Scores, other: Scores) -> Scores:
    """Two fractions added where their denominators differ; none where either is none. Raises TooLarge."""
    largest = [int(values.max(initial=0)) for values in (one.denominator, other.denominator)]
    if max(largest) >= 2**31:  # below it the common denominator fits
        raise TooLarge(max(largest))
    common = np.lcm(one.denominator, other.denominator)
    times = [np.where(common, common // np.maximum(values, 1), 0) for values in (one.denominator, other.denominator)]
    tops = (one.numerator, other.numerator)
    word(sum(_largest(top) * _largest(by) for top, by in zip(tops, times, strict=True)))
    return Scores(tops[0] * times[0] + tops[1] * times[1], common)


def _largest(values: Longs) -> int:
    return int(np.abs(values).max(initial=0))
