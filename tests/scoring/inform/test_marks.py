"""Slips of the pen and straight lines: found where they were planted, and rarely anywhere else."""

import random
from dataclasses import replace

import numpy as np
import pytest

from scoring.inform.marks import outliers, straight_lines, studentised
from scoring.inform.variance import fit
from tests.scoring.contests import criterion, item
from tests.scoring.inform.panels import Floats, fitted, grid_of, sheets
from tests.scoring.inform.test_variance import rows


def slip(values: Floats, chance: np.random.Generator) -> None:
    """15 points off, by the judge without a county at any entry."""
    values[chance.integers(40), 45] -= 15


def test_a_slip_of_fifteen_points_is_found_in_every_panel() -> None:
    for seed in range(40):
        first = outliers(fitted(seed, slip))[0]
        assert first.kind == "flag.outlier"
        assert first.subjects[0] == "j45"
        assert first.threshold == 4
        assert first.figure is not None
        assert first.figure < -4


def test_false_outliers_are_rare() -> None:
    """The table of the specification has 0.22 to a panel of 2,080 marks."""
    assert sum(len(outliers(fitted(seed))) for seed in range(40)) <= 0.22 * 40


def test_the_sentence_names_what_was_to_be_expected() -> None:
    """Without the slip all lies on a line but for two small errors: 70 was to be expected of judge j1 at e2."""
    marks = np.add.outer(np.array([50.0, 60, 70, 80, 90]), np.array([0.0, 0, 1, 2, 3]))
    chance = random.Random(1)
    marks += [[chance.choice((-0.25, 0.25)) for _ in range(5)] for _ in range(5)]
    marks[2, 1] = 7
    [found] = outliers(fit(grid_of(marks)))
    assert found.subjects == ("j1", "e2")
    params = found.said.params
    assert params["mark"] == "7.00"
    assert float(str(params["expected"])) == pytest.approx(70, abs=0.5)
    assert found.flagged


def test_residuals_are_studentised_by_their_own_leverage() -> None:
    """Complete 3 x 3: every leverage is 1/3 + 1/3 - 1/9 = 5/9; the middle size of residual is then 1."""
    told = studentised(fit(rows((1, 0, 0), (0, 1, 0), (0, 0, 1))))
    assert told is not None
    # Residuals: 2/3 on the diagonal, -1/3 elsewhere, all over sqrt(4/9); the median size 1/2 makes 1.4826 / 2.
    assert told[0] == pytest.approx((1 / 0.7413, -0.5 / 0.7413, -0.5 / 0.7413))


@pytest.mark.parametrize("table", [((1, 2), (3, 4), (5, 6)), ((1, 2),), ((1, None), (2, 3))])
def test_marks_that_fit_exactly_have_no_outliers_to_look_for(table: tuple[tuple[float | None, ...], ...]) -> None:
    assert [found.kind for found in outliers(fit(rows(*table)))] == ["untested.outlier"]


# --- within sheets


def profile(seed: int, straight: float, judges: int = 7, entries: int = 12) -> list[list[list[int]]]:
    """Four criteria with their own chance; the first judge has so much of it only."""
    chance = random.Random(seed)
    return [
        [
            [70 + round((straight if j == 0 else 1) * chance.gauss(0, 6)) for _ in range(4)]
            for j in range(judges)
        ]
        for _ in range(entries)
    ]  # fmt: skip


def test_who_fills_in_his_sheets_straight_down_is_found() -> None:
    [found] = straight_lines(sheets(profile(1, 0.06), full=100), "marks")
    assert (found.kind, found.subjects, found.threshold) == ("flag.halo", ("j0",), 0.5)
    assert found.figure == pytest.approx(0.06, abs=0.04)


def test_who_marks_like_the_others_is_not() -> None:
    for seed in range(20):
        assert straight_lines(sheets(profile(seed, 1), full=100), "marks") == []


def test_criteria_count_as_shares_of_their_full_marks() -> None:
    """Half of the marks on every criterion is straight, whatever the criterion is worth."""
    parts = [criterion(f"c{k}", item(f"i{k}", full=full, step=1)) for k, full in enumerate((10, 20, 40))]
    ticks = [[[5, 10, 20], [2, 15, 30], [9, 10, 11]] for _ in range(5)]
    [found] = straight_lines(sheets(ticks, *parts), "marks")
    assert (found.subjects, found.figure) == (("j0",), 0)


def test_items_stand_in_where_there_are_hardly_any_criteria() -> None:
    parts = [criterion("c", *(item(f"i{k}", full=10, step=1) for k in range(3)))]
    ticks = [[[5, 5, 5], [2, 9, 4], [9, 1, 6]] for _ in range(5)]
    [found] = straight_lines(sheets(ticks, *parts), "marks")
    assert found.subjects == ("j0",)


def test_sheets_of_one_number_have_no_profile() -> None:
    assert [f.kind for f in straight_lines(sheets([[[5], [6]]]), "marks")] == ["untested.halo_parts"]


def test_few_sheets_and_none_that_differ_say_nothing_of_a_habit() -> None:
    few = sheets([[[5, 6, 7], [1, 2, 9]]] * 4)
    assert [f.kind for f in straight_lines(few, "marks")] == ["untested.halo_few"]
    alike = sheets([[[5, 5, 5], [6, 6, 6]]] * 6)
    assert [f.kind for f in straight_lines(alike, "marks")] == ["untested.halo_few"]


def test_an_entry_nobody_marked_and_other_components_are_passed_over() -> None:
    some = sheets([[[5, 5, 5], [2, 9, 4], [9, 1, 6]]] * 5 + [[None, None, None]])
    assert [f.subjects for f in straight_lines(some, "marks")] == [("j0",)]
    assert [f.kind for f in straight_lines(some, "pitch")] == ["untested.halo_parts"]


def test_a_sheet_with_an_unmarked_item_has_no_profile() -> None:
    some = sheets([[[5, 5, 5], [2, 9, 4], [9, 1, 6]]] * 5)
    first = some["e0"]
    some["e0"] = replace(first, ticks=((None, 5, 5), *first.ticks[1:]))
    assert [f.kind for f in straight_lines(some, "marks")] == []
    assert [f.subjects for f in straight_lines(sheets([[[5, 5, 5], [2, 9, 4], [9, 1, 6]]] * 5), "marks")] == [("j0",)]


def test_where_few_sheets_are_a_residual_counts_for_more() -> None:
    """Two holes: leverages differ from sheet to sheet, and each residual is held against its own freedom."""
    found = fit(rows((1, 3, 2), (2, 7, None), (9, 4, 6), (5, None, 8), (4, 4, 9)))
    told = studentised(found)
    assert told is not None
    free = 1 - found.leverage[found.grid.there]
    own = found.residuals[found.grid.there] / np.sqrt(free)
    assert max(free) > 1.3 * min(free)
    assert told[found.grid.there] == pytest.approx(own / (1.4826 * np.median(np.abs(own))))
