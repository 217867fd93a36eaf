"""The additive model in floats: against least squares written out, against textbook figures, and with holes."""

import random

import numpy as np
import pytest

from scoring.faults import Refused
from scoring.inform.grid import Grid, chosen, counted_sheets, grid, sheet_grid
from scoring.inform.variance import TooFew, components, fit, residuals_of, worth_covariance
from scoring.roster import Decision
from scoring.tabulate import tabulate
from tests.scoring.contests import contest, marked, rule
from tests.scoring.inform import least_squares
from tests.tours import shipped, tour

# Shrout and Fleiss 1979, table 2: six entries, four judges.
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


def rows(*table: tuple[float | None, ...]) -> Grid:
    """A grid as it stands on paper: a row for each entry, None for a hole."""
    marks = {f"e{i}": {f"j{j}": x for j, x in enumerate(row) if x is not None} for i, row in enumerate(table)}
    return grid(marks, [f"j{j}" for j in range(max(map(len, table)))])


def invented(seed: int, entries: int, judges: int, holes: float) -> dict[str, dict[str, float]]:
    """Marks in halves with holes; the first judge marks everything, so that all are linked."""
    draw = random.Random(seed)
    return {
        f"e{i}": {f"j{j}": draw.randint(100, 200) / 2 for j in range(judges) if j == 0 or draw.random() > holes}
        for i in range(entries)
    }


@pytest.mark.parametrize("seed", range(10))
def test_worth_and_severity_are_those_of_the_regression_written_out(seed: int) -> None:
    marks = grid(invented(seed, 12, 7, 0.3))
    fitted = fit(marks)
    worths, severities = least_squares.worths_and_severities(marks)
    assert fitted.worth == pytest.approx(worths, abs=1e-9)
    assert fitted.severity == pytest.approx(severities, abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_residuals_add_up_to_nothing_and_leverage_to_the_unknowns(seed: int) -> None:
    fitted = fit(grid(invented(seed, 9, 6, 0.4)))
    assert fitted.residuals.sum(axis=0) == pytest.approx(0, abs=1e-9)
    assert fitted.residuals.sum(axis=1) == pytest.approx(0, abs=1e-9)
    assert fitted.leverage.sum() == pytest.approx(9 + 6 - 1)
    assert fitted.freedom == fitted.grid.number - 14


def test_leverage_and_covariance_are_those_of_the_regression_written_out() -> None:
    marks = grid(invented(3, 8, 5, 0.4))
    fitted = fit(marks)
    values = marks.values[marks.there]
    hat = least_squares.explained(np.hstack(least_squares.columns(marks)))
    assert fitted.leverage[marks.there] == pytest.approx(np.diag(hat))
    assert fitted.residuals[marks.there] == pytest.approx(values - hat @ values)
    assert worth_covariance(fitted) == pytest.approx(least_squares.covariance_of_worths(marks))


@pytest.mark.parametrize("seed", range(5))
def test_variance_components_with_holes_are_those_of_the_sums_of_squares_written_out(seed: int) -> None:
    marks = grid(invented(seed, 9, 6, 0.4))
    found = components(fit(marks))
    entry, judge, rest = least_squares.variances(marks)
    assert (found.entry, found.judge) == pytest.approx((max(entry, 0), max(judge, 0)))
    assert found.residual == pytest.approx(rest)


def test_residuals_of_other_values_in_the_same_cells() -> None:
    marks = grid(invented(5, 8, 5, 0.3))
    other = np.where(marks.there, marks.values**2, 0)
    again = fit(Grid(marks.entries, marks.judges, other, marks.there))
    assert residuals_of(fit(marks), other) == pytest.approx(again.residuals)


def test_variance_components_of_the_textbook() -> None:
    """Mean squares 11.2417, 32.4861, 1.0194: entries (11.2417 - 1.0194)/4, judges (32.4861 - 1.0194)/6."""
    found = components(fit(rows(*SHROUT_FLEISS)))
    assert (found.entry, found.judge, found.residual) == pytest.approx((2.555556, 5.244444, 1.019444), abs=1e-6)
    assert found.negative == ()


def test_variance_components_with_holes_are_those_worked_by_hand() -> None:
    """Three entries, three judges, one hole at the end: 8 sheets, 8 - 3 - 3 + 1 = 3 degrees of freedom.

    Yates' value for the hole, at which its own residual is 0: (3 x 66 + 3 x 42 - 174) / 4 = 37.5. Then the table is
    complete: rows 13, 23, 34.5; columns 21, 23, 26.5; mean 23.5; residuals -.5 -.5 1 / -.5 1.5 -1 / 1 -1 0, squared 7.
    Around the judges' means 21, 23, 21: 121+1+144 + 121+1+100 + 16+16 = 520; around the entries' 13, 23, 33: 26 + 14.
    """
    found = components(fit(rows((10, 12, 17), (20, 24, 25), (33, 33, None))))
    residual = 7 / 3
    assert found.residual == pytest.approx(residual)
    assert found.entry == pytest.approx((520 - 7 - 2 * residual) / 5)
    assert found.judge == pytest.approx((40 - 7 - 2 * residual) / 5)


def test_a_component_below_nothing_counts_as_nothing_and_is_named() -> None:
    """Judges whose means are equal differ less than chance would have it."""
    found = components(fit(rows((1, 2, 3), (2, 3, 1), (9, 7, 8))))
    assert found.judge == 0
    assert found.negative == ("judge",)


def test_the_components_of_an_invented_panel_come_back() -> None:
    """The mean of 40 panels with holes: entries 4, judges 9, rest 9."""
    chance = np.random.default_rng(11)
    sums = np.zeros(3)
    for _ in range(40):
        whole = chance.normal(80, 2, (30, 1)) + chance.normal(0, 3, (1, 20)) + chance.normal(0, 3, (30, 20))
        there = chance.random(whole.shape) > 0.3
        there[:, 0] = True
        marks = Grid(tuple(map(str, range(30))), tuple(map(str, range(20))), np.where(there, whole, 0), there)
        found = components(fit(marks))
        sums += (found.entry, found.judge, found.residual)
    assert sums / 40 == pytest.approx((4, 9, 9), rel=0.15)


def test_two_tours_without_a_link_are_fitted_each_by_itself() -> None:
    fitted = fit(rows((80, 82, None, None), (70, 73, None, None), (None, None, 60, 61), (None, None, 50, 53)))
    assert fitted.groups == ((0, 1), (2, 3))
    assert fitted.severity == pytest.approx((-1.25, 1.25, -1, 1))
    assert fitted.freedom == 8 - 4 - 4 + 2
    assert fitted.residuals[0] == pytest.approx((0.25, -0.25, 0, 0))
    found = components(fitted)
    assert found.residual == pytest.approx((4 * 0.25**2 + 4 * 0.5**2) / 2)


@pytest.mark.parametrize("table", [((1, 2),), ((1,), (2,)), ((1, 2, None), (None, 3, 4)), ((1, None), (None, 2))])
def test_too_few_sheets_are_said_to_be(table: tuple[tuple[float | None, ...], ...]) -> None:
    with pytest.raises(TooFew):
        components(fit(rows(*table)))


# --- from a contest


def test_the_grid_of_a_tour_holds_the_sheets_that_count() -> None:
    scheme = shipped("shiyan-2022-tour")
    roster, sheets, priors = tour(scheme)
    result = tabulate(scheme, roster, sheets, priors)
    found = sheet_grid(counted_sheets(scheme, roster, sheets), "onsite", roster)
    assert found.entries == tuple(e.id for e in roster.entries if e.component == "onsite")
    assert found.judges == tuple(judge.id for judge in roster.judges)
    for row, entry in enumerate(found.entries):
        counted = result.entries[entry].counted
        assert tuple(j for j, there in zip(found.judges, found.there[row], strict=True) if there) == counted
    assert not found.complete


def test_a_sheet_that_does_not_count_is_a_hole() -> None:
    case = contest(rule(marked()), {"a": {"1": 80, "2": 70}, "b": {"1": 60, "2": "50.5"}})
    void = Decision("void", "2/a", reason="x", by="y")
    found = sheet_grid(counted_sheets(case.scheme, case.roster, case.sheets, [void]), "marks", case.roster)
    assert found.values.tolist() == [[80, 0], [60, 50.5]]
    assert found.there.tolist() == [[True, False], [True, True]]


def test_input_that_contradicts_itself_is_refused() -> None:
    case = contest(rule(marked()), {"a": {"1": 80}})
    with pytest.raises(Refused):
        counted_sheets(case.scheme, case.roster, [*case.sheets, *case.sheets])


def test_an_absent_judge_and_an_unmarked_entry_are_left_out() -> None:
    assert grid({"a": {"2": 1.0, "1": 2.0}, "b": {}}, ["1", "2", "3"]).judges == ("1", "2")
    part = chosen(rows((1, None, 3), (4, 5, None), (None, 8, 9)), [0, 1], [0, 2])
    assert (part.entries, part.judges) == (("e0", "e1"), ("j0", "j2"))
    assert chosen(rows((1, None), (4, 5)), [0], [0, 1]).judges == ("j0",)
