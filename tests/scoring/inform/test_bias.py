"""Home and rival bias: by hand, where planted, where there is none, and where nobody can say."""

import numpy as np
import pytest

from scoring.inform.bias import home_bias, rival_bias
from scoring.inform.effect import effect
from scoring.inform.grid import Grid
from scoring.inform.variance import fit
from scoring.roster import Entry, Judge, Roster, Unit
from tests.scoring.inform.panels import Floats, grid_of, homes, panel


def favoured(values: Floats, _chance: np.random.Generator) -> None:
    """Ten units with four entries and four judges each; every judge gives his own three points more."""
    for i in range(40):
        values[i, 4 * (i // 4) : 4 * (i // 4) + 4] += 3


def of(marks: Grid, entries: str, judges: str) -> Roster:
    """Units as letters: one for each entry, one for each judge, ``-`` for none."""
    return Roster(
        tuple(Unit(name) for name in dict.fromkeys(entries)),
        tuple(Entry(e, u, "marks") for e, u in zip(marks.entries, entries, strict=True)),
        tuple(Judge(j, unit=u.strip("-")) for j, u in zip(marks.judges, judges, strict=True)),
    )


def test_two_judges_who_mark_their_own_up_by_hand() -> None:
    """92 and 85, 84 and 90, each judge's own on the diagonal: (92 - 85 - 84 + 90) / 2 = 6.5."""
    found = effect(fit(grid_of(np.array([[92.0, 85], [84, 90]]))), np.eye(2))
    assert found
    assert found.points == pytest.approx(6.5)


def test_the_effect_is_the_coefficient_of_the_regression_written_out() -> None:
    """With its standard error clustered by judge: numpy's least squares on all the dummies."""
    marks = panel(5, entries=12, judges=8, counties=3)
    own = np.array([[float(j % 4 == i % 4) for j in range(8)] for i in range(12)])
    found = effect(fit(marks), own)
    cells = np.argwhere(marks.there)
    design = np.zeros((len(cells), 21))
    design[np.arange(len(cells)), cells[:, 0]] = 1
    design[np.arange(len(cells)), 12 + cells[:, 1]] = 1
    design[:, 20] = own[marks.there]
    inverse = np.linalg.pinv(design.T @ design)
    b = inverse @ design.T @ marks.values[marks.there]
    rest = marks.values[marks.there] - design @ b
    meat = np.zeros((21, 21))
    for judge in range(8):
        u = design[cells[:, 1] == judge].T @ rest[cells[:, 1] == judge]
        meat += np.outer(u, u)
    error = (8 / 7 * (inverse @ meat @ inverse)[20, 20]) ** 0.5
    assert found
    assert found.points == pytest.approx(b[20])
    assert found.low == pytest.approx(b[20] - 2.3646243 * error)  # t of 7 degrees of freedom


def test_three_points_for_the_own_unit_are_found() -> None:
    marks = panel(7, judges=52, change=favoured)
    [found] = home_bias(fit(marks), homes(marks, 10))
    assert (found.kind, found.threshold, found.p) == ("flag.home", 0, 0.001)
    assert found.figure == pytest.approx(3, abs=0.5)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 3 < found.high
    assert len(found.subjects) == 40
    assert found.said.params["sheets"] == 160


def test_no_bias_is_told_as_such_with_its_interval() -> None:
    kinds = []
    for seed in range(20):
        marks = panel(seed, entries=20, judges=20)
        kinds += [found.kind for found in home_bias(fit(marks), homes(marks, 5))]
    assert kinds.count("told.home") >= 18
    assert set(kinds) <= {"told.home", "flag.home"}


def test_recused_home_judges_leave_nothing_to_test() -> None:
    """The app must not print "no bias found"."""
    marks = panel(1, counties=10)
    [found] = home_bias(fit(marks), homes(marks, 10))
    assert (found.kind, found.figure, found.flagged) == ("untested.home_recused", None, False)


def test_judges_of_no_unit_leave_nothing_to_test() -> None:
    marks = panel(1, entries=10, judges=5)
    assert [f.kind for f in home_bias(fit(marks), of(marks, "ABCDEFGHIJ", "-----"))] == ["untested.home_nobody"]
    assert [f.kind for f in home_bias(fit(marks), of(marks, "ABCDEFGHIJ", "XYZ--"))] == ["untested.home_nobody"]


def test_entries_marked_by_their_own_alone_leave_nothing_to_compare() -> None:
    there = np.array([[True, True, False, False]] * 3 + [[False, False, True, True]] * 3)
    marks = grid_of(np.arange(24.0).reshape(6, 4) % 7, there)
    assert [f.kind for f in home_bias(fit(marks), of(marks, "AAABBB", "AABB"))] == ["untested.home_alike"]


def test_one_judge_who_marks_his_own_proves_nothing() -> None:
    marks = panel(2, entries=10, judges=5)
    [found] = home_bias(fit(marks), of(marks, "AABBCCDDEE", "A----"))
    assert (found.kind, found.low, found.subjects) == ("told.home_one", None, ("j0",))


def test_the_same_marks_give_the_same_chance() -> None:
    marks = panel(3, entries=20, judges=20)
    assert home_bias(fit(marks), homes(marks, 5)) == home_bias(fit(marks), homes(marks, 5))


# --- rivals


def against(values: Floats, _chance: np.random.Generator) -> None:
    """Judges of each unit take four points from the unit after them."""
    for i in range(40):
        rival = (i // 4 - 1) % 10
        values[i, 4 * rival : 4 * rival + 4] -= 4


RIVALS = {f"u{u}": [f"u{(u + 1) % 10}"] for u in range(10)}


def test_four_points_from_a_declared_rival_are_found_although_the_own_unit_is_favoured_too() -> None:
    def both(values: Floats, chance: np.random.Generator) -> None:
        favoured(values, chance)
        against(values, chance)

    marks = panel(9, change=both)
    [found] = rival_bias(marks, homes(marks, 10), RIVALS)
    assert (found.kind, found.p) == ("flag.rival", 0.001)
    assert found.figure == pytest.approx(-4, abs=0.5)


def test_rivals_are_told_where_they_are_marked_like_the_others() -> None:
    marks = panel(10, counties=10)
    [found] = rival_bias(marks, homes(marks, 10), RIVALS)
    assert found.kind == "told.rival"


def test_rival_bias_needs_a_list_and_sheets_for_rivals() -> None:
    marks = panel(4, entries=10, judges=5)
    roster = of(marks, "AABBCCDDEE", "AB---")
    assert [f.kind for f in rival_bias(marks, roster, {})] == ["untested.rival_list"]
    assert [f.kind for f in rival_bias(marks, roster, {"C": ["A"]})] == ["untested.rival_nobody"]
    assert [f.kind for f in rival_bias(marks, roster, {"A": ["B"]})] == ["told.rival_one"]
    every = {"A": ["B", "C", "D", "E"]}
    assert [f.kind for f in rival_bias(marks, roster, every)] == ["untested.rival_alike"]
