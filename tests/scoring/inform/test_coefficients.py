"""Coefficients of agreement: textbook figures, and other people's programs on invented marks with holes."""

import random
import warnings
from typing import Literal

import krippendorff
import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from scoring.inform.coefficients import (
    alpha,
    average_ranks,
    complete_part,
    intraclass,
    judges_needed,
    kendall_w,
    panel_size,
    phi,
)
from scoring.inform.grid import Grid, grid
from scoring.inform.variance import Components, components, fit
from tests.scoring.inform.test_variance import SHROUT_FLEISS, invented, rows

# Krippendorff 2011: four observers, twelve units; the last unit has a single value.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


def holes(seed: int, entries: int = 9, judges: int = 5, share: float = 0.35) -> Grid:
    """Marks of 1 to 5, so that there are ties, with a better and a worse entry."""
    draw = random.Random(seed)
    quality = [draw.randint(1, 4) for _ in range(entries)]
    marks = {
        f"e{i}": {f"j{j}": quality[i] + draw.randint(0, 1) for j in range(judges) if draw.random() > share}
        for i in range(entries)
    }
    return grid(marks, [f"j{j}" for j in range(judges)])


def with_gaps(marks: Grid) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.where(marks.there, marks.values, np.nan)


def test_intraclass_correlations_of_the_textbook() -> None:
    found = intraclass(components(fit(rows(*SHROUT_FLEISS))), 4)
    assert found
    assert (found.one_absolute, found.mean_absolute) == pytest.approx((0.289764, 0.620051), abs=1e-6)
    assert (found.one_relative, found.mean_relative) == pytest.approx((0.714841, 0.909316), abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_intraclass_correlations_are_those_of_pingouin(seed: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.normal(80, 4, (12, 1)) + chance.normal(0, 3, (1, 6)) + chance.normal(0, 3, (12, 6))
    marks = Grid(tuple(map(str, range(12))), tuple(map(str, range(6))), values, np.ones(values.shape, dtype=bool))
    found = intraclass(components(fit(marks)), panel_size(marks))
    long = pd.DataFrame([(i, j, values[i, j]) for i in range(12) for j in range(6)], columns=["e", "j", "x"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pingouin.intraclass_corr(long, targets="e", raters="j", ratings="x").set_index("Type")["ICC"]
    names = list(table.index)
    theirs = {name.replace(" ", ""): float(table[name]) for name in names}
    assert found
    assert found.one_absolute == pytest.approx(theirs["ICC(A,1)"])
    assert found.mean_absolute == pytest.approx(theirs["ICC(A,k)"])
    assert found.one_relative == pytest.approx(theirs["ICC(C,1)"])
    assert found.mean_relative == pytest.approx(theirs["ICC(C,k)"])


def test_so_many_judges_are_needed() -> None:
    """Shrout and Fleiss: error 1.019444, with judges 6.263889, against 2.555556: 1.60 and 3.59; 9.80 and 22.06."""
    parts = components(fit(rows(*SHROUT_FLEISS)))
    assert [judges_needed(parts, rho, kind="relative") for rho in (0.8, 0.9)] == [2, 4]
    assert [judges_needed(parts, rho, kind="absolute") for rho in (0.8, 0.9)] == [10, 23]


def test_a_whole_number_of_judges_is_not_rounded_up() -> None:
    """0.8 / 0.2 x 3 / 4 = 3, which floats make 3.0000000000000004."""
    parts = Components(4, 0, 3)
    assert judges_needed(parts, 0.8, kind="relative") == 3
    assert phi(parts, 3) == pytest.approx(0.8)
    assert judges_needed(Components(4, 0, 0), 0.9, kind="relative") == 1


def test_entries_that_do_not_differ_need_no_number_of_judges() -> None:
    assert judges_needed(Components(0, 1, 2), 0.8, kind="absolute") is None
    assert intraclass(Components(0, 1, 0), 3) is None


def test_the_size_of_an_uneven_panel_is_the_harmonic_mean() -> None:
    assert panel_size(rows((1, 2, 3, 4), (1, 2, None, None))) == pytest.approx(8 / 3)


def test_kendalls_w_of_the_textbook() -> None:
    """Rank sums 17, 6, 19, 7.5, 23.5, 11: 12 x 239.5 / (16 x 210 - 4 x 30) = 2874/3240."""
    assert kendall_w(rows(*SHROUT_FLEISS)) == pytest.approx(2874 / 3240)


@pytest.mark.parametrize("seed", range(8))
def test_kendalls_w_is_friedmans_statistic_by_judges(seed: int) -> None:
    marks = holes(seed, share=0)
    theirs = stats.friedmanchisquare(*list(marks.values)).statistic / (5 * 8)
    assert kendall_w(marks) == pytest.approx(theirs)


def test_kendalls_w_at_its_ends_and_beyond() -> None:
    assert kendall_w(rows((1, 2), (3, 5), (7, 6))) == 1
    assert kendall_w(rows((1, 2), (2, 1))) == 0
    assert kendall_w(rows((1, 1), (1, 1))) is None
    assert kendall_w(rows((1,), (2,))) is None
    assert kendall_w(rows((1, 2))) is None


def test_the_complete_part_is_the_larger_one() -> None:
    """Two of three judges marked all four entries: 8 sheets; all three marked one entry alone: 3."""
    whole = rows((1, 2, 3), (4, 5, None), (6, 7, None), (8, 9, None))
    assert (complete_part(whole).entries, complete_part(whole).judges) == (("e0", "e1", "e2", "e3"), ("j0", "j1"))
    other = rows((1, 2, 3), (4, 5, 6), (None, 7, 8), (9, 9, None))
    assert (complete_part(other).entries, complete_part(other).judges) == (("e0", "e1"), ("j0", "j1", "j2"))
    assert complete_part(rows((1, None), (None, 2))).number == 0


def test_krippendorffs_alpha_of_the_textbook() -> None:
    marks = rows(*zip(*OBSERVERS, strict=True))
    assert alpha(marks, "nominal") == pytest.approx(0.743421, abs=1e-6)
    assert alpha(marks, "ordinal") == pytest.approx(0.815388, abs=1e-6)
    assert alpha(marks, "interval") == pytest.approx(0.849107, abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_krippendorffs_alpha_is_that_of_the_library(
    seed: int, scale: Literal["nominal", "ordinal", "interval"]
) -> None:
    marks = holes(seed)
    theirs = krippendorff.alpha(reliability_data=with_gaps(marks).T, level_of_measurement=scale)
    assert alpha(marks, scale) == pytest.approx(theirs)


def test_alpha_of_many_different_totals() -> None:
    marks = grid(invented(4, 20, 8, 0.3))
    theirs = krippendorff.alpha(reliability_data=with_gaps(marks).T, level_of_measurement="ordinal")
    assert alpha(marks, "ordinal") == pytest.approx(theirs)


def test_alpha_where_there_is_nothing_to_compare() -> None:
    assert alpha(rows((1, None), (None, 2)), "interval") is None
    assert alpha(rows((1, 1), (1, 1)), "interval") is None
    assert alpha(rows((1, 1), (1, 1)), "nominal") is None
    assert alpha(rows((1, 1), (2, 2)), "nominal") == 1


def test_equals_share_their_mean_rank() -> None:
    assert average_ranks(np.array([5.0, 1.0, 5.0, 9.0])).tolist() == [2.5, 1, 2.5, 4]
