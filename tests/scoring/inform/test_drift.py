"""Drift along the route: found where two routes cross, and said to be unknowable where all took one."""

import numpy as np
import pytest

from scoring.inform.drift import drift
from scoring.inform.variance import fit
from tests.scoring.inform.panels import Floats, panel

ALONG = np.linspace(0, 1, 40)[:, None]


def two_buses(judges: tuple[str, ...], entries: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Half of the judges go the other way round."""
    return {judge: entries if i % 2 else entries[::-1] for i, judge in enumerate(judges)}


def test_two_buses_in_opposite_directions_show_the_drift_of_all() -> None:
    """Everybody gives five points more at his last stop than at his first."""

    def rising(values: Floats, _chance: np.random.Generator) -> None:
        values[:, 1::2] += 5 * ALONG
        values[:, ::2] += 5 * ALONG[::-1]

    marks = panel(1, counties=10, change=rising)
    found, *others = drift(fit(marks), two_buses(marks.judges, marks.entries))
    assert (found.kind, found.threshold, others) == ("flag.drift", 0, [])
    assert found.figure == pytest.approx(5, abs=0.5)


def test_a_common_drift_on_one_route_is_taken_in_by_the_entries_and_said_to_be() -> None:
    def rising(values: Floats, _chance: np.random.Generator) -> None:
        values += 5 * ALONG

    marks = panel(2, counties=10, change=rising)
    assert [f.kind for f in drift(fit(marks), dict.fromkeys(marks.judges, marks.entries))] == [
        "untested.drift_one_route"
    ]


def test_one_judge_who_drifts_is_found_on_one_route_too() -> None:
    def tiring(values: Floats, _chance: np.random.Generator) -> None:
        values[:, 45] -= 8 * ALONG[:, 0]

    for seed in range(10):
        marks = panel(seed, counties=10, change=tiring)
        _, *others = drift(fit(marks), dict.fromkeys(marks.judges, marks.entries))
        [one] = [found for found in others if found.subjects == ("j45",)]
        assert one.kind == "flag.drift_judge"
        assert one.figure == pytest.approx(-8, abs=3.5)


def test_false_drifts_are_rare() -> None:
    panels = [panel(seed, entries=20, judges=9) for seed in range(40)]
    found = [drift(fit(one), two_buses(one.judges, one.entries)) for one in panels]
    assert sum(first.kind == "flag.drift" for first, *_ in found) <= 5
    assert sum(bool(others) for _, *others in found) <= 4


def test_without_the_order_of_visiting_nothing_is_tested() -> None:
    marks = panel(1, entries=8, judges=5)
    assert [f.kind for f in drift(fit(marks), {})] == ["untested.drift_route"]
    partly = dict.fromkeys(marks.judges, marks.entries[:7])
    assert [f.kind for f in drift(fit(marks), partly)] == ["untested.drift_incomplete"]


def test_stops_without_a_sheet_and_judges_with_few_are_passed_over() -> None:
    marks = panel(1, entries=4, judges=5)
    routes = dict.fromkeys(marks.judges, ("elsewhere", *marks.entries))
    assert [f.kind for f in drift(fit(marks), routes)] == ["untested.drift_one_route"]


def test_one_entry_has_no_way_along() -> None:
    """Five sheets of one judge for one entry would be needed for a slope without a way; there is none to tell."""
    marks = panel(1, entries=1, judges=3)
    routes = dict.fromkeys(marks.judges, marks.entries)
    assert [f.kind for f in drift(fit(marks), routes)] == ["untested.drift_one_route"]
