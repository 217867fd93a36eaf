"""The limits of chance, against scipy; and shuffling that comes out alike."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from scoring.inform.chance import correlation_between, fisher, limit, shuffles, within
from tests.scoring.inform.panels import grid_of


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 10, 38, 51])
@pytest.mark.parametrize("outside", [0.05, 0.01, 0.001, 0.05 / 52])
def test_the_limits_of_t_are_those_of_scipy(freedom: int, outside: float) -> None:
    assert limit(freedom, outside) == pytest.approx(stats.t.ppf(1 - outside / 2, freedom), rel=1e-7)
    assert within(1.3, freedom) == pytest.approx(1 - 2 * stats.t.sf(1.3, freedom))


def test_a_correlation_has_its_interval() -> None:
    """A correlation of 0.5 over 28 pairs: z 0.5493, and 1.96 / 5 to either side."""
    assert correlation_between(0.5, 28) == pytest.approx((0.5493061 - 0.3919928, 0.5493061 + 0.3919928))
    assert correlation_between(0.5, 3) == (-inf, inf)
    assert fisher(1.0) == inf
    assert fisher(-1.0) == -inf


def test_shuffles_hang_on_the_marks_alone() -> None:
    marks = grid_of(np.array([[80.0, 75.5], [70, 72]]))
    first = shuffles(marks, 3, 5)
    assert first == shuffles(grid_of(np.array([[80.0, 75.5], [70, 72]])), 3, 5)
    assert first != shuffles(grid_of(np.array([[80.0, 75.5], [70, 72.5]])), 3, 5)
    assert all(sorted(order) == [0, 1, 2, 3, 4] for order in first)
    # Promised to be the same for ever: the digest of the marks and random.Random.random().
    assert first[0] == [2, 0, 1, 4, 3]
