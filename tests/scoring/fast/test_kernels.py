"""Whole planes of ragged panels: every score is what plain Fractions give, by every method, or it is refused."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.fast.cube import NONE, Cube, Ints, Mask, TooLarge, cube_of
from scoring.fast.kernels import Scores, aggregate, by_parts, drops
from scoring.fast.order import ordered
from scoring.fast.totals import Points, complete, points
from scoring.scheme import Panel, Trim
from scoring.verify.defaults import filled
from scoring.verify.panel import panel
from tests.scoring.plans import TRIMS

TABLES = [trim for trim in TRIMS if trim and "weight" not in str(trim)]


@dataclass(frozen=True)
class Plane:
    """Marks of some judges on some entries, each item's worth, and whose marks count."""

    cube: Cube
    coefficients: Ints
    counts: Mask

    def worth(self, judge: int, entry: int, items: list[int]) -> Fraction:
        by_entry = np.broadcast_to(self.coefficients.reshape(len(self.cube.ticks), -1), self.cube.ticks.shape[:2])
        ticks = [int(self.cube.ticks[i, entry, judge]) + self.cube.lowest[i] for i in items]
        return sum((Fraction(t * int(by_entry[i, entry])) for i, t in zip(items, ticks, strict=True)), Fraction(0))

    def expected(self, how: dict[str, Any], entry: int, items: list[int]) -> Fraction | None:
        who = np.flatnonzero(self.counts[entry])
        return (
            panel(filled(how, "panel"), [self.worth(int(judge), entry, items) for judge in who]) if len(who) else None
        )


@st.composite
def planes(draw: st.DrawFn) -> Plane:
    items, entries, judges = draw(st.integers(1, 4)), draw(st.integers(1, 5)), draw(st.integers(0, 9))
    most = draw(st.sampled_from([1, 5, 400, 2**15 - 1]))
    seed = np.random.default_rng(draw(st.integers(0, 10**6)))
    ticks = seed.integers(NONE, most, (items, entries, judges), np.int16, endpoint=True)
    large = draw(st.sampled_from([1, 30, 10**6, 10**10]))
    shape = draw(st.sampled_from([(items,), (items, entries)]))
    coefficients = seed.integers(-large, large, shape, endpoint=True)
    cube = cube_of(ticks, [draw(st.sampled_from([0, 0, -1, -5, -(2**15)])) for _ in range(items)])
    return Plane(
        cube, coefficients, complete(cube) & (seed.random((entries, judges)) < draw(st.sampled_from([0.6, 1])))
    )


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    method = draw(st.sampled_from(["mean", "sum", "median", "winsor"]))
    how: dict[str, Any] = {"method": method}
    if method == "winsor" or (method != "median" and draw(st.booleans())):
        how |= {"trim": draw(st.sampled_from(TABLES)), "trim_on": "sheet_total"}
        if method == "mean" and draw(st.booleans()):
            how |= {"tolerance": draw(st.sampled_from([0, 3, "7/2", 1000]))}
    return how


def rule(how: dict[str, Any]) -> Panel:
    return Panel.model_validate(how)


@given(planes(), rules(), st.sampled_from([1, 6]))
def test_panels_of_sheet_totals_are_those_of_plain_fractions(
    plane: Plane, how: dict[str, Any], denominator: int
) -> None:
    every = list(range(len(plane.cube.ticks)))
    found = aggregate(rule(how), points(plane.cube, plane.coefficients), plane.counts, denominator).fractions()
    over = {**how, "tolerance": Fraction(how["tolerance"]) * denominator} if "tolerance" in how else how
    expected = [plane.expected(over, entry, every) for entry in range(plane.cube.entries)]
    assert found == [None if value is None else value / denominator for value in expected]


@given(planes(), rules(), st.sampled_from(["whole", "item"]))
def test_parts_are_counted_singly_and_added(plane: Plane, how: dict[str, Any], incomplete: str) -> None:
    """Whole sheets, or each item from the sheets that have it, so that the panels differ in size."""
    parts = [(i,) for i in range(len(plane.cube.ticks))]
    masks = [plane.counts if incomplete == "whole" else (plane.cube.ticks[i] >= 0) for (i,) in parts]
    sheets = plane.coefficients // 10**4  # what an int64 holds with denominators that differ
    found = by_parts(rule(how), plane.cube, sheets, parts, masks).fractions()
    for entry, score in enumerate(found):
        each = [
            Plane(plane.cube, sheets, mask).expected(how, entry, list(part))
            for part, mask in zip(parts, masks, strict=True)
        ]
        assert score == (None if None in each else sum((value for value in each if value is not None), Fraction(0)))


@pytest.mark.parametrize(
    "more",
    [
        {"trim": {"low": 1, "high": 1, "weight": "1/2"}, "trim_on": "sheet_total"},
        {"multiples": [{"judge_class": "expert", "times": 2}]},
    ],
)
def test_marks_that_count_more_than_once_or_in_part_are_left_to_the_fractions(more: dict[str, Any]) -> None:
    cube = cube_of(np.ones((1, 1, 3), np.int16))
    with pytest.raises(ValueError, match="multiples"):
        aggregate(rule({"method": "mean", **more}), points(cube, np.ones(1, np.int64)), complete(cube))


@given(planes(), rules())
def test_the_order_is_that_of_the_fractions(plane: Plane, how: dict[str, Any]) -> None:
    scores = aggregate(rule(how), points(plane.cube, plane.coefficients), plane.counts)
    exact = scores.fractions()
    order = ordered(scores)
    ranked = sorted((i for i, value in enumerate(exact) if value is not None), key=lambda i: -(exact[i] or 0))
    assert order.rows.tolist() == ranked
    values = [exact[i] for i in ranked]
    assert order.places().tolist() == [1 + sum((o or 0) > (v or 0) for o in values) for v in values]


def test_floats_that_cannot_tell_two_scores_apart_do_not_decide() -> None:
    """Around 2^53 two neighbours are one float: third and first differ by 1, and the exact order stands."""
    top = np.array([2**53, 2**53 + 2, 2**53 + 1, 2**53 + 1])
    order = ordered(Scores(top, np.ones(4, np.int64)))
    assert (order.rows.tolist(), order.level.tolist()) == ([1, 2, 3, 0], [False, False, True, False])
    assert order.places().tolist() == [1, 2, 2, 4]


def test_products_that_no_machine_word_holds_are_compared_as_fractions() -> None:
    top, below = np.array([2**40, 2**40 + 1, 0, 5]), np.array([2**40, 2**40, 1, 0])
    assert ordered(Scores(top, below)).rows.tolist() == [1, 0, 2]


def test_nobody_is_in_order() -> None:
    nobody = ordered(Scores(np.zeros(2, np.int64), np.zeros(2, np.int64)))
    assert (nobody.rows.tolist(), nobody.level.tolist(), nobody.places().tolist()) == ([], [], [])


def test_what_a_machine_word_cannot_hold_is_refused() -> None:
    cube = cube_of(np.full((2, 1, 3), 30000, np.int16))
    with pytest.raises(TooLarge):
        points(cube, np.array([2**48, 2**48]))
    high = points(cube, np.array([2**46, 2**46]))
    assert high.bound == 30000 * 2**47
    with pytest.raises(TooLarge):
        aggregate(Panel(method="mean"), high, np.ones((1, 3), bool))


def test_denominators_that_have_none_in_common_are_refused_where_it_may_run_over() -> None:
    cube = cube_of(np.array([[[3, 4, 5]], [[1, 1, NONE]]], np.int16))
    masks = [cube.ticks[0] >= 0, cube.ticks[1] >= 0]
    small = by_parts(Panel(method="mean"), cube, np.array([1, 1]), [(0,), (1,)], masks)
    assert small.fractions() == [Fraction(5)]
    with pytest.raises(TooLarge):
        by_parts(Panel(method="mean"), cube, np.array([1, 1]), [(0,), (1,)], masks, denominator=2**31)


def test_narrow_sums_are_exact_at_their_edge() -> None:
    """32,767 is the most an int16 holds: one point below it and above it the sums are right."""
    for coefficient in (1, 2):
        cube = cube_of(np.array([[[2**14 - 1]], [[2**14]]], np.int16))
        found = points(cube, np.array([coefficient, coefficient]))
        assert found.values.tolist() == [[(2**15 - 1) * coefficient]]
        assert found.values.dtype == np.int32


def test_the_least_mark_may_lie_at_the_edge_of_the_word() -> None:
    """-2^15 on one item, nothing on another: what is worth nothing is not in the way; -2^31 no int32 holds."""
    cube = cube_of(np.array([[[0, 1]], [[0, 0]]], np.int16), [-(2**15), -3])
    assert points(cube, np.array([0, 1])).values.tolist() == [[-3, -3]]
    assert points(cube, np.array([1, 1])).values.tolist() == [[-(2**15) - 3, -(2**15) - 2]]
    wide = points(cube, np.array([2**16, 0]))
    assert wide.values.tolist() == [[-(2**31), -(2**31) + 2**16]]
    assert wide.values.dtype == np.int64


def test_points_in_many_blocks_are_those_of_one() -> None:
    """More cells than are taken at a time; worth that differs by entry among them."""
    ticks = np.arange(3 * 700 * 500, dtype=np.int64).reshape(3, 700, 500) % 37
    worth = np.arange(3 * 700).reshape(3, 700) % 11
    cube = cube_of(ticks.astype(np.int16))
    plain = (ticks * worth[:, :, None]).sum(axis=0)
    assert (points(cube, worth).values == plain).all()
    counts = np.arange(700 * 500).reshape(700, 500) % 13 > 0
    trimmed = Panel(method="mean", trim=Trim(low=1, high=1), trim_on="sheet_total")
    found = aggregate(trimmed, points(cube, worth), counts)
    for entry in (0, 523, 524, 525, 699):
        kept = sorted(plain[entry][counts[entry]].tolist())[1:-1]
        assert found.fractions()[entry] == Fraction(sum(kept), len(kept))


def test_a_panel_of_nobody_has_no_score() -> None:
    empty = Points(np.zeros((2, 0), np.int32), 0)
    assert aggregate(Panel(method="mean"), empty, np.zeros((2, 0), bool)).fractions() == [None, None]
    with pytest.raises(ValueError, match="parts"):
        by_parts(Panel(method="mean"), cube_of(np.zeros((1, 1, 1), np.int16)), np.array([1]), [], [])


def test_a_rule_that_compares_entries_is_refused() -> None:
    with pytest.raises(ValueError, match="copeland"):
        aggregate(Panel(method="copeland"), Points(np.zeros((1, 1), np.int32), 0), np.ones((1, 1), bool))


def test_drops_are_counted_for_each_size() -> None:
    table = Trim.model_validate({"table": [{"judges": 5, "low": 1, "high": 1}, {"judges": 9, "low": 2, "high": 2}]})
    lows, highs = drops(table, np.array([4, 5, 8, 9, 12]))
    assert (lows.tolist(), highs.tolist()) == ([0, 1, 1, 2, 2], [0, 1, 1, 2, 2])
