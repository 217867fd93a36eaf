"""Marks that count more than once or in part: classes in one panel, and extremes that are not dropped whole."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.faults import Refused
from scoring.roster import Judge
from scoring.scheme import Scheme
from tests.scoring.contests import Score, Table, contest, criterion, item, marked, named, places, rule, scores

HALF: Table = {"method": "mean", "trim": {"low": 1, "high": 1, "weight": Decimal("0.5")}, "trim_on": "sheet_total"}
TWICE: Table = {"method": "mean", "multiples": [{"judge_class": "judge", "times": 2}]}
TRIMMED: Table = {"trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}


def score(how: Table, *marks: int) -> Score:
    return scores(contest(rule(marked(panel=how)), {"a": {f"j{i}": mark for i, mark in enumerate(marks)}}).result())[
        "a"
    ]


def mixed(how: Table, judges: list[int], public: list[int]) -> Score:
    names = {f"j{i}": mark for i, mark in enumerate(judges)} | {f"p{i}": mark for i, mark in enumerate(public)}
    who = [Judge(name, judge_class="judge" if name[0] == "j" else "public") for name in names]
    scheme = rule(marked(panel=how), judge_classes=named("judge", "public"))
    return scores(contest(scheme, {"a": names}, judges=who).result())["a"]


def test_highest_and_lowest_count_half() -> None:
    """30 + 80 + 82 + 84 + 50 = 326, of four marks."""
    assert score(HALF, 60, 80, 82, 84, 100) == Fraction(163, 2)


def test_a_table_says_for_each_size_what_the_ends_count() -> None:
    """Four: the mean, 306 / 4. Five: as above. Six: 80 + 82 + 84 + 90 = 336, of four."""
    rows = [{"judges": 5, "low": 1, "high": 1, "weight": Decimal("0.5")}, {"judges": 6, "low": 1, "high": 1}]
    how = {"method": "mean", "trim": {"table": rows}, "trim_on": "sheet_total"}
    assert score(how, 60, 80, 82, 84) == Fraction(153, 2)
    assert score(how, 60, 80, 82, 84, 100) == Fraction(163, 2)
    assert score(how, 60, 80, 82, 84, 90, 100) == 84


def test_a_share_at_each_end_counts_in_part() -> None:
    """A fifth of five is one at each end; a quarter of each: 15 + 246 + 25 = 286, of three and a half."""
    trim = {"share": Decimal("0.2"), "weight": "1/4"}
    assert score({"method": "mean", "trim": trim, "trim_on": "sheet_total"}, 60, 80, 82, 84, 100) == Fraction(572, 7)


def test_where_the_marks_kept_lie_too_far_apart_all_count_whole() -> None:
    """82, 84 and 80 lie 4 apart: the mean of all is 406 / 5."""
    assert score({**HALF, "tolerance": 3}, 60, 80, 82, 84, 100) == Fraction(406, 5)
    assert score({**HALF, "tolerance": 4}, 60, 80, 82, 84, 100) == Fraction(163, 2)


def test_one_class_counts_twice_before_the_trim() -> None:
    """80 88 90 90 94 94 99 without 80 and 99: 456 / 5."""
    assert mixed({**TWICE, **TRIMMED}, [90, 94], [80, 88, 99]) == Fraction(456, 5)
    assert mixed(TWICE, [90, 94], [80, 88, 99]) == Fraction(635, 7)
    assert mixed({"method": "median", "multiples": TWICE["multiples"]}, [90, 94], [80, 88, 99]) == 90
    assert mixed({"method": "sum", "multiples": TWICE["multiples"]}, [90, 94], [80]) == 448


def test_a_class_counts_twice_within_each_criterion_too() -> None:
    """x: 4 4 7 without 4 and 7: 4. y: 10 10 1 without 1 and 10: 10."""
    lines = criterion("x", item("x", 10, 1)), criterion("y", item("y", 10, 1))
    how = {**TWICE, **TRIMMED, "trim_on": "criterion"}
    scheme = rule(marked("m", *lines, panel=how, sheet={"points": "sum"}), judge_classes=named("judge", "public"))
    who = [Judge("j", judge_class="judge"), Judge("p", judge_class="public")]
    assert scores(contest(scheme, {"a": {"j": [4, 10], "p": [7, 1]}}, judges=who).result()) == {"a": 14}


def test_as_a_tie_key_a_criterion_counts_the_class_twice() -> None:
    """Both have 36 on totals; on x the first has (9 + 9 + 3) / 3 = 7, the second (5 + 5 + 10) / 3."""
    lines = criterion("x", item("x", 10, 1)), criterion("y", item("y", 50, 1))
    scheme: Scheme = rule(
        marked("m", *lines, panel=TWICE, sheet={"points": "sum"}),
        judge_classes=named("judge", "public"),
        ties=["criterion:m.x"],
    )
    who = [Judge("j", judge_class="judge"), Judge("p", judge_class="public")]
    grid = {"b": {"j": [5, 35], "p": [10, 18]}, "a": {"j": [9, 31], "p": [3, 25]}}
    result = contest(scheme, grid, judges=who).result()
    assert scores(result) == {"a": 36, "b": 36}
    assert places(result) == {"a": 1, "b": 2}


marks = st.lists(st.integers(0, 100), min_size=3, max_size=9)
parts = st.fractions(0, Fraction(19, 20), max_denominator=20)


def easing(part: Fraction) -> Table:
    return {"method": "mean", "trim": {"low": 1, "high": 1, "weight": part}, "trim_on": "sheet_total"}


def trimmed(values: list[int]) -> Fraction:
    inside = sorted(values)[1:-1]
    return Fraction(sum(inside), len(inside))


@given(marks, parts)
def test_ends_that_count_in_part_lie_between_dropping_them_and_counting_them(values: list[int], part: Fraction) -> None:
    value = score(easing(part), *values)
    low, high = sorted([trimmed(values), Fraction(sum(values), len(values))])
    assert value is not None
    assert low <= value <= high
    assert score(easing(Fraction(0)), *values) == trimmed(values)


@given(marks, parts, st.integers(1, 3), st.integers(0, 20), st.data())
def test_ends_in_part_keep_to_scale_and_shift_and_to_the_order_of_marks(
    values: list[int], part: Fraction, k: int, c: int, data: st.DataObject
) -> None:
    few = [value // 4 for value in values]
    value = score(easing(part), *few)
    assert value is not None
    assert score(easing(part), *(k * one + c for one in few)) == k * value + c
    assert score(easing(part), *data.draw(st.permutations(few))) == value
    at = data.draw(st.integers(0, len(few) - 1))
    raised = [*few[:at], few[at] + data.draw(st.integers(0, 50)), *few[at + 1 :]]
    assert (score(easing(part), *raised) or 0) >= value


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4), st.lists(st.integers(0, 100), max_size=4))
def test_a_class_that_counts_twice_is_the_panel_in_which_it_sits_twice(judges: list[int], public: list[int]) -> None:
    for how in ({"method": "mean"}, {"method": "median"}, {"method": "mean", **TRIMMED}):
        assert mixed({**how, "multiples": TWICE["multiples"]}, judges, public) == mixed(how, judges * 2, public)


def code_of(panel: Any) -> list[str]:  # noqa: ANN401  a table of a scheme
    with pytest.raises(Refused) as refused:
        rule(marked("m", panel=panel), judge_classes=named("judge"))
    return [fault.code for fault in refused.value.faults]


def test_what_does_not_go_together_is_refused() -> None:
    assert code_of({**HALF, "method": "sum"}) == ["scheme.trim_weight_mean"]
    assert code_of({**HALF, "trim": {"low": 1, "high": 1, "weight": 1}}) == ["scheme.share"]
    rows = [{"judges": 5, "low": 1, "high": 1}]
    assert code_of({**HALF, "trim": {"table": rows, "weight": Decimal("0.5")}}) == ["scheme.trim_table_weight"]
    assert code_of({**TWICE, "by": "bloc"}) == ["scheme.multiples_alone"]
    assert code_of({**TWICE, "classes": [{"judge_class": "judge", "weight": 1}]}) == ["scheme.multiples_alone"]
    assert code_of({**TWICE, "multiples": [{"judge_class": "x", "times": 2}]}) == ["scheme.unknown_name"]
    assert code_of({**TWICE, "multiples": TWICE["multiples"] * 2}) == ["scheme.double"]
