"""What chance alone may do: limits of Student's t and of correlations, and shuffling that comes out alike everywhere.

Sources: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" 26.7.3-4 (the distribution of t in whole
degrees of freedom); R. A. Fisher's transformation of a correlation. Chance is seeded with the data and with nothing
else, so that the same marks give the same figures on every machine.
"""

import hashlib
import random
from math import atan, atanh, cos, inf, pi, sin, sqrt
from statistics import NormalDist

from scoring.inform.grid import Grid

LEVEL = 0.05  # a flag may be raised by chance in one panel of twenty, however many judges or pairs are looked at


def within(t: float, freedom: int) -> float:
    """The probability that Student's t lies between ``-t`` and ``t``; ``freedom`` at least 1."""
    angle = atan(t / sqrt(freedom))
    if freedom % 2:
        term, total = cos(angle), 0.0
        for k in range(3, freedom + 1, 2):
            total += term
            term *= cos(angle) ** 2 * (k - 1) / k
        return 2 / pi * (angle + sin(angle) * total)
    term, total = 1.0, 0.0
    for k in range(2, freedom + 1, 2):
        total += term
        term *= cos(angle) ** 2 * (k - 1) / k
    return sin(angle) * total


def limit(freedom: int, outside: float = LEVEL) -> float:
    """The t beyond which, on both sides together, the probability is ``outside``."""
    low, high = 0.0, 1.0
    while within(high, freedom) < 1 - outside and high < 1e9:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < 1 - outside else (low, middle)
    return high


def correlation_between(r: float, number: int, outside: float = LEVEL) -> tuple[float, float]:
    """Where the true correlation lies, given ``r`` over ``number`` pairs, in Fisher's z: (from, to)."""
    if number <= 3:
        return -inf, inf
    reach = NormalDist().inv_cdf(1 - outside / 2) / sqrt(number - 3)
    z = fisher(r)
    return z - reach, z + reach


def fisher(r: float) -> float:
    """Fisher's z of a correlation."""
    return atanh(r) if abs(r) < 1 else inf * r


def shuffles(grid: Grid, number: int, size: int) -> list[list[int]]:
    """``number`` orders of ``size`` places, made from the marks themselves."""
    text = repr((grid.entries, grid.judges, grid.values.tolist(), grid.there.tolist()))
    chance = random.Random(hashlib.sha256(text.encode()).hexdigest())  # noqa: S311  no secret hangs on it
    orders = []
    for _ in range(number):
        keys = [chance.random() for _ in range(size)]
        orders.append(sorted(range(size), key=keys.__getitem__))
    return orders
