"""Judges who mark in another way than the panel: on a narrow scale, in another order, or like one other judge.

Source: docs/analysis.md, with the thresholds. A judge is flagged where his figure passes the threshold and chance does
not explain it, with all judges (or pairs) of the panel looked at together. What is found changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import pi, sqrt
from statistics import median

import numpy as np

from scoring.faults import Fault
from scoring.inform.chance import LEVEL, correlation_between, fisher, limit
from scoring.inform.finding import Finding, number
from scoring.inform.grid import Floats
from scoring.inform.variance import Additive

NARROW = 0.6  # of the panel's spread between entries
APART = 0.3  # correlation with the panel without him
ALIKE = 0.9  # correlation of what two judges leave unexplained
COMMON = 10  # entries two judges must have in common
FEW = 5  # entries below which a judge's line means nothing
_PANEL = 5  # with fewer judges one odd judge makes the others look alike
_FLAT = 1e-9


@dataclass(frozen=True, slots=True)
class _Line:
    """How one judge's marks go with what the others make of the entries: rise and correlation, over ``number``."""

    judge: str
    slope: float
    error: float
    correlation: float
    number: int


def narrow_scales(fitted: Additive) -> list[Finding]:
    """Judges who spread the entries much less than the panel does: the middle judge's spread is 1."""
    lines = list(_lines(fitted))
    usual = median(line.slope for line in lines) if lines else 0.0
    if usual <= _FLAT:
        return [Finding(Fault("untested.narrow", {"entries": FEW}))]
    found = []
    for line in lines:
        spread = line.slope / usual
        # The middle judge is as uncertain as one judge, but for a factor of pi/2 over their number.
        error = line.error / usual * sqrt(1 + pi / 2 / len(lines))
        reach = limit(line.number - 2, LEVEL / len(lines)) * error
        if spread < NARROW and spread + reach < 1:
            params: dict[str, str | int] = {
                "judge": line.judge, "spread": number(spread), "low": number(spread - reach),
                "high": number(spread + reach),
            }  # fmt: skip
            said = Fault("flag.narrow", params)
            found.append(Finding(said, (line.judge,), spread, NARROW, spread - reach, spread + reach))
    return found


def strangers(fitted: Additive) -> list[Finding]:
    """Judges whose order has little to do with that of the panel without them."""
    lines = list(_lines(fitted))
    if not lines:
        return [Finding(Fault("untested.consensus", {"entries": FEW}))]
    usual = fisher(median(line.correlation for line in lines))
    found = []
    for line in lines:
        _, high = correlation_between(line.correlation, line.number, 2 * LEVEL / len(lines))
        if line.correlation < APART and high < usual:
            params: dict[str, str | int] = {
                "judge": line.judge, "correlation": number(line.correlation), "entries": line.number,
            }  # fmt: skip
            found.append(Finding(Fault("flag.consensus", params), (line.judge,), line.correlation, APART))
    return found


def _lines(fitted: Additive) -> Iterator[_Line]:
    """Each judge with enough entries, against the worth of the entries as the other judges see it."""
    there = fitted.grid.there
    others = there.sum(axis=1, keepdims=True) - there
    levelled = (fitted.grid.values - fitted.severity[None, :]) * there
    # What an entry is worth is the mean of its sheets less severity, so the judge's own is taken out of the mean.
    seen = (levelled.sum(axis=1, keepdims=True) - levelled) / np.maximum(others, 1)
    for place, judge in enumerate(fitted.grid.judges):
        rows = there[:, place] & (others[:, place] > 0)
        own, panel = fitted.grid.values[rows, place], seen[rows, place]
        size = len(own)
        spread = float(((panel - panel.mean()) ** 2).sum()) if size >= FEW else 0.0
        if spread <= _FLAT:
            continue
        slope = float(((own - own.mean()) * (panel - panel.mean())).sum()) / spread
        own_spread = float(((own - own.mean()) ** 2).sum())
        left = max(own_spread - slope**2 * spread, 0.0)
        # Who gives everybody the same follows nobody.
        correlation = slope * sqrt(spread / own_spread) if own_spread > _FLAT else 0.0
        yield _Line(judge, slope, sqrt(left / (size - 2) / spread), correlation, size)


def twins(fitted: Additive) -> list[Finding]:
    """Two judges who depart from the panel at the same entries in the same way, as if one had copied."""
    there = fitted.grid.there
    pairs = [
        (one, other)
        for one, other in combinations(range(len(fitted.grid.judges)), 2)
        if int((there[:, one] & there[:, other]).sum()) >= COMMON
    ]
    if not pairs or len(fitted.grid.judges) < _PANEL:
        return [Finding(Fault("untested.copy", {"entries": COMMON, "judges": _PANEL}))]
    found = []
    for one, other in pairs:
        rows = there[:, one] & there[:, other]
        r = _correlation(fitted.residuals[rows, one], fitted.residuals[rows, other])
        low, _ = correlation_between(r, int(rows.sum()), 2 * LEVEL / len(pairs))
        if r > ALIKE and low > 0:
            judges = (fitted.grid.judges[one], fitted.grid.judges[other])
            params: dict[str, str | int] = {
                "judge": judges[0], "other": judges[1], "correlation": number(r), "entries": int(rows.sum()),
            }  # fmt: skip
            found.append(Finding(Fault("flag.copy", params), judges, r, ALIKE))
    return found


def _correlation(one: Floats, other: Floats) -> float:
    """0 where one of them does not vary."""
    first, second = one - one.mean(), other - other.mean()
    size = sqrt(float((first**2).sum()) * float((second**2).sum()))
    return min(1.0, float((first * second).sum()) / size) if size > _FLAT else 0.0
