"""The order of many scores, exactly: by floating point first, then every two neighbours by cross-multiplication.

Floats only guess. A guess that one multiplication of whole numbers contradicts is thrown away, and Fractions decide.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring.fast.cube import Mask
from scoring.fast.kernels import Longs, Scores


@dataclass(frozen=True, slots=True)
class Order:
    """Who has a score, best first: ``rows`` are their numbers, ``level[k]`` whether the k-th equals the one before."""

    rows: Longs
    level: Mask

    def places(self) -> Longs:
        """The place of each of ``rows``: one more than the number of those above (1, 2, 2, 4)."""
        place = np.arange(1, len(self.rows) + 1)
        return np.maximum.accumulate(np.where(self.level, 0, place))


def ordered(scores: Scores) -> Order:
    """Everybody with a score, best first; equals in the order of their rows."""
    rows = np.flatnonzero(scores.denominator)
    top, below = scores.numerator[rows], scores.denominator[rows]
    most = int(np.abs(top).max(initial=0)) * int(below.max(initial=0))
    if most < 2**63:
        guess = np.argsort(-(top / below), kind="stable")
        left, right = top[guess][:-1] * below[guess][1:], top[guess][1:] * below[guess][:-1]
        # Equals must keep the order of rows, or the same scores would not always give the same order.
        settled = (left > right) | ((left == right) & (guess[:-1] < guess[1:]))
        if settled.all():
            return Order(rows[guess], np.concatenate(([False], left == right))[: len(rows)])
    exact = [Fraction(a, b) for a, b in zip(top.tolist(), below.tolist(), strict=True)]
    order = sorted(range(len(exact)), key=lambda i: -exact[i])
    level = [k > 0 and exact[order[k]] == exact[order[k - 1]] for k in range(len(order))]
    return Order(rows[np.array(order, np.int64)], np.array(level, np.bool_))
