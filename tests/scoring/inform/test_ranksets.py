"""Between which places a unit may stand: the reference vector, edges by hand, and the promise itself, simulated."""

import numpy as np
import pytest

from scoring.inform.grid import Floats
from scoring.inform.precision import Precision, Source
from scoring.inform.ranksets import rank_sets, stepdown
from scoring.results import UnitResult
from scoring.roster import Unit

FEW = 500  # draws: enough for a simulation of hundreds of contests


def precision_of(values: Floats, covariance: Floats, freedom: int) -> Precision:
    units = tuple(UnitResult(Unit(f"u{i}"), {}) for i in range(len(values)))
    return Precision(units, (0,) * len(units), values, values, (Source("m", "rest", covariance, freedom),))


@pytest.mark.parametrize("seed", range(4))
def test_the_reference_is_the_same_whatever_the_seed(seed: int) -> None:
    """The example ``csranks``: ten units, a known variance of 0.25 each."""
    values = np.array([90, 89, 88.5, 88.4, 86, 85.9, 84, 83, 80, 79])
    places = stepdown(values, [np.eye(10) / 4], [None], draws=20_000, seed=seed)
    assert places == [(1, 4), (1, 4), (1, 4), (1, 4), (5, 7), (5, 7), (5, 8), (7, 8), (9, 10), (9, 10)]


def test_far_apart_every_place_is_sure_and_close_together_none_is() -> None:
    far = precision_of(np.array([90.0, 50.0, 10.0]), np.eye(3), 20)
    assert rank_sets(far).of_unit == {"u0": (1, 1), "u1": (2, 2), "u2": (3, 3)}
    near = precision_of(np.array([90.0, 89.9, 89.8]), np.eye(3), 20)
    assert rank_sets(near).of_unit == {"u0": (1, 3), "u1": (1, 3), "u2": (1, 3)}


def test_without_any_error_the_places_are_the_places_and_equals_share_them() -> None:
    exact = stepdown(np.array([3.0, 2.0, 2.0, 1.0]), [np.zeros((4, 4))], [None])
    assert exact == [(1, 1), (2, 3), (2, 3), (4, 4)]


def test_one_alone_is_first() -> None:
    assert stepdown(np.array([3.0]), [np.ones((1, 1))], [5]) == [(1, 1)]


def test_few_judges_and_an_estimated_variance_widen_the_sets() -> None:
    values, covariance = np.array([90.0, 87.5, 80.0]), np.eye(3)
    assert stepdown(values, [covariance], [None], draws=4000) != stepdown(values, [covariance], [2], draws=4000)


def test_a_source_that_moves_everybody_alike_changes_nothing() -> None:
    values, covariance = np.array([90.0, 87.5, 84.0]), np.eye(3)
    with_level = stepdown(values, [covariance, np.full((3, 3), 100.0)], [9, 9], draws=4000)
    assert with_level == stepdown(values, [covariance], [9], draws=4000)


def test_who_came_farther_stands_higher_for_certain_whatever_the_totals() -> None:
    places = stepdown(np.array([80.0, 79.9, 95.0, 94.9]), [np.eye(4)], [20], levels=[1, 1, 0, 0])
    assert places == [(1, 2), (1, 2), (3, 4), (3, 4)]


def simulated(judges: int, contests: int, seed: int) -> tuple[float, float]:
    """Ten entries truly equal, complete marks: how often all places are right, and how often a naive interval is."""
    chance = np.random.default_rng(seed)
    right, naive = 0, 0.0
    for _ in range(contests):
        marks = 3 * chance.standard_normal((10, judges)) + 3 * chance.standard_normal(judges)
        means = marks.mean(axis=1)
        rest = marks - means[:, None] - marks.mean(axis=0) + marks.mean()
        freedom = 9 * (judges - 1)
        square = float((rest**2).sum()) / freedom
        sets = stepdown(means, [np.eye(10) * square / judges], [freedom], draws=FEW, seed=seed)
        right += sets == [(1, 10)] * 10
        # Naive: the judges drawn again, the middle 95 % of an entry's places. Equals are all first in truth, so an
        # interval is right where it holds the first place.
        drawn = marks[:, chance.integers(0, judges, (100, judges))].mean(axis=2)
        places = 1 + (drawn[None, :, :] > drawn[:, None, :]).sum(axis=1)
        naive += float((np.quantile(places, 0.025, axis=1) <= 1).mean())
    return right / contests, naive / contests


@pytest.mark.parametrize("judges", [3, 7, 15])
def test_all_places_are_right_at_once_in_95_of_100_contests_of_equals(judges: int) -> None:
    """400 contests: the error of the simulation is 1 point, so 0.92 to 0.985 bear the promise of 0.95 out."""
    joint, _ = simulated(judges, 400, seed=7)
    assert 0.92 <= joint <= 0.985


def test_a_naive_interval_would_fail_the_same_simulation() -> None:
    _, naive = simulated(7, 60, seed=7)
    assert naive < 0.5
