"""Judges unlike the panel: found where they were planted, and rarely anywhere else."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.inform.judges import narrow_scales, strangers, twins
from scoring.inform.variance import fit
from tests.scoring.inform.panels import Floats, fitted, grid_of, panel
from tests.scoring.inform.test_variance import rows


def narrowed(values: Floats, _chance: np.random.Generator) -> None:
    values[:, 45] = 80 + 0.2 * (values[:, 45] - 80)


def strange(values: Floats, chance: np.random.Generator) -> None:
    values[:, 45] = chance.normal(80, 3, len(values))


def copied(values: Floats, chance: np.random.Generator) -> None:
    values[:, 46] = values[:, 45] + chance.normal(0, 0.4, len(values))


def test_who_uses_a_fifth_of_the_scale_is_found() -> None:
    hits = [[one for one in narrow_scales(fitted(seed, narrowed)) if one.subjects == ("j45",)] for seed in range(20)]
    assert all(hits)
    [one] = hits[0]
    assert (one.kind, one.threshold) == ("flag.narrow", 0.6)
    assert one.figure == pytest.approx(0.2, abs=0.15)
    assert one.low is not None
    assert one.high is not None
    assert one.low < 0.2 < one.high < 1


def test_who_marks_at_random_is_found_and_agrees_with_nobody() -> None:
    hits = [[one.subjects for one in strangers(fitted(seed, strange))] for seed in range(20)]
    assert sum(("j45",) in found for found in hits) >= 18


def test_who_copies_is_found_with_whom_he_copied_from() -> None:
    for seed in range(20):
        [found] = twins(fitted(seed, copied))
        assert (found.kind, found.subjects, found.threshold) == ("flag.copy", ("j45", "j46"), 0.9)
        assert found.said.params["entries"] == 40


@pytest.mark.parametrize(("entries", "judges"), [(40, 52), (18, 9), (12, 5)])
def test_false_flags_are_rare(entries: int, judges: int) -> None:
    """At most one panel in twenty for each, with half as much again for the luck of the seeds."""
    panels = [fitted(seed, entries=entries, judges=judges) for seed in range(40)]
    for look in (narrow_scales, strangers, twins):
        assert sum(bool(look(one)) for one in panels) <= 3


def test_who_gives_everybody_the_same_follows_nobody() -> None:
    marks = panel(3, judges=9, entries=20).values.copy()
    marks[:, 4] = 80
    assert [one.subjects for one in strangers(fit(grid_of(marks)))] == [("j4",)]


def test_two_of_few_judges_are_not_called_twins() -> None:
    """Where one of four is odd, the others look alike beside him."""
    assert [f.kind for f in twins(fit(panel(1, judges=4)))] == ["untested.copy"]
    assert [f.kind for f in twins(fit(panel(1, entries=9, judges=9)))] == ["untested.copy"]


def test_a_judge_without_a_rest_is_no_twin() -> None:
    marks = np.add.outer(np.arange(12.0), np.arange(6.0))
    assert twins(fit(grid_of(marks))) == []


def test_too_few_entries_say_nothing_of_a_judge() -> None:
    few = fit(rows((80, 70, 75), (60, 65, 70), (70, 75, 71)))
    assert [f.kind for f in narrow_scales(few)] == ["untested.narrow"]
    assert [f.kind for f in strangers(few)] == ["untested.consensus"]


def test_entries_that_do_not_differ_give_no_scale_to_compare() -> None:
    flat = fit(grid_of(np.add.outer(np.zeros(8), np.arange(4.0))))
    assert [f.kind for f in narrow_scales(flat)] == ["untested.narrow"]


def test_a_judge_is_held_against_the_others_alone_and_at_his_entries_alone() -> None:
    """With holes: the mean of the other judges' sheets, each less his severity, at the entries he marked."""
    marks = panel(11, entries=30, judges=9, counties=2)
    values = marks.values.copy()
    values[:, 8] = np.random.default_rng(5).normal(80, 3, 30)
    found = fit(grid_of(values, marks.there))
    [one] = strangers(found)
    assert one.subjects == ("j8",)
    levelled = found.grid.values - found.severity
    others = [np.mean(levelled[i, :8][marks.there[i, :8]]) for i in range(30)]
    assert one.figure == pytest.approx(np.corrcoef(values[:, 8], others)[0, 1])


def test_with_many_pairs_one_that_looks_alike_may_be_chance() -> None:
    """0.902 over ten entries: Fisher's z 1.48 x root 7 = 3.92; among ten pairs flagged, among 1,326 not (3.96)."""
    base = np.array([1.0, -1, 1, -1, 1, -1, 1, -1, 1, -1])
    other = np.array([1.0, 1, -1, -1, 1, 1, -1, -1, 0, 0])
    other -= other @ base / (base @ base) * base
    alike = 0.902 * base / np.sqrt(base @ base) + np.sqrt(1 - 0.902**2) * other / np.sqrt(other @ other)
    for judges, flagged in ((5, 1), (52, 0)):
        whole = fit(panel(1, entries=10, judges=judges))
        residuals = np.zeros((10, judges))
        residuals[:, 0], residuals[:, 1] = base, alike
        assert len(twins(replace(whole, residuals=residuals))) == flagged
