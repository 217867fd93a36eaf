"""The chain of keys: each only splits those who are equal under all keys before, and every comparison is kept."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.roster import Decision, Entry
from scoring.ties import Comparison, Key, head_to_head, split
from tests.scoring.contests import (
    Grid,
    Table,
    by_unit,
    column,
    contest,
    criterion,
    item,
    known,
    marked,
    named,
    places,
    rule,
    scores,
    words,
)


def by(name: str, **values: int) -> Key:
    return Key(name, lambda group: {unit: Fraction(values[unit]) for unit in group})


def silent(_group: Sequence[str]) -> None:
    return None


SILENT = Key("none", silent)


def test_a_key_splits_best_first_and_the_next_key_sees_only_those_still_equal() -> None:
    seen: dict[str, list[Comparison]] = {}
    keys = [by("one", a=1, b=2, c=1), by("two", a=5, b=0, c=6)]
    assert split(["a", "b", "c"], keys, seen) == [["b"], ["c"], ["a"]]
    one = Comparison("one", {"a": Fraction(1), "b": Fraction(2), "c": Fraction(1)})
    two = Comparison("two", {"a": Fraction(5), "c": Fraction(6)})
    assert seen == {"a": [one, two], "b": [one], "c": [one, two]}
    assert (one.separates, two.separates, Comparison("x", None).separates) == (True, True, False)
    assert not Comparison("x", {"a": Fraction(1), "b": Fraction(1)}).separates


def test_a_key_that_cannot_say_leaves_it_to_the_next() -> None:
    seen: dict[str, list[Comparison]] = {}
    assert split(["a", "b"], [SILENT, by("one", a=1, b=2)], seen) == [["b"], ["a"]]
    assert [comparison.values for comparison in seen["a"]] == [None, {"a": 1, "b": 2}]


def test_equals_under_every_key_stay_together_in_their_order() -> None:
    assert split(["b", "a"], [by("one", a=1, b=1)], {}) == [["b", "a"]]
    assert split(["b", "a"], [], {}) == [["b", "a"]]
    assert split(["a"], [SILENT], {}) == [["a"]]


def m(*values: int) -> dict[str, Fraction]:
    return {f"j{i}": Fraction(value) for i, value in enumerate(values)}


def test_head_to_head_counts_the_judges_who_marked_both() -> None:
    marks = {"a": m(3, 1, 3), "b": m(2, 2, 2) | {"other": Fraction(9)}}
    assert head_to_head(marks, ["a", "b"]) == {"a": 1, "b": 0}


def test_a_pair_that_is_even_shares_the_win() -> None:
    assert head_to_head({"a": m(3, 1, 2), "b": m(1, 3, 2)}, ["a", "b"]) == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    assert head_to_head({"a": m(), "b": m(1)}, ["a", "b"]) == {"a": Fraction(1, 2), "b": Fraction(1, 2)}


def test_three_are_compared_in_pairs_and_a_cycle_leaves_all_equal() -> None:
    assert head_to_head({"a": m(3, 3, 1), "b": m(2, 2, 2), "c": m(1, 1, 3)}, ["a", "b", "c"]) == {
        "a": 2,
        "b": 1,
        "c": 0,
    }
    cycle = {"a": m(3, 1, 2), "b": m(2, 3, 1), "c": m(1, 2, 3)}
    assert head_to_head(cycle, ["a", "b", "c"]) == {"a": 1, "b": 1, "c": 1}


# ---- Each key in a contest ------------------------------------------------------------------------------------------

CLASSES = {"judge_classes": named("e", "p")}


def two_criteria(**more: object) -> Table:
    first, second = criterion("c", item("x", 10, 1)), criterion("d", item("y", 10, 1))
    rest: Table = {"sheet": {"points": "sum"}, **more}
    return marked("m", first, second, **rest)


TRIMMED = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}

CHAINS: list[tuple[str, Table, Grid, dict[str, int]]] = [
    ("criterion:m.c", two_criteria(), {"a": {"1": [4, 6]}, "b": {"1": [6, 4]}}, {"b": 1, "a": 2}),
    ("criterion:m.d", two_criteria(), {"a": {"1": [4, 6]}, "b": {"1": [6, 4]}}, {"a": 1, "b": 2}),
    # on c the trim counts too: 5 of 0 5 9 against 4 of 4 4 9, where the means would be 14/3 and 17/3
    (
        "criterion:m.c",
        two_criteria(panel=TRIMMED),
        {"a": {"1": [0, 9], "2": [5, 4], "3": [9, 0]}, "b": {"1": [4, 5], "2": [4, 5], "3": [9, 0]}},
        {"a": 1, "b": 2},
    ),
    # 80 90 70 and 81 81 78: means 80; medians 80 and 81
    ("median", marked(), {"a": {"1": 80, "2": 90, "3": 70}, "b": {"1": 81, "2": 81, "3": 78}}, {"b": 1, "a": 2}),
    # without the extremes 80 and 80; with them 250/3 and 230/3
    (
        "untrimmed_mean",
        marked(panel=TRIMMED),
        {"a": {"1": 80, "2": 99, "3": 71}, "b": {"1": 80, "2": 81, "3": 69}},
        {"a": 1, "b": 2},
    ),
    ("head_to_head", marked(), {"a": {"1": 60, "2": 90, "3": 90}, "b": {"1": 80, "2": 80, "3": 80}}, {"a": 1, "b": 2}),
]


@pytest.mark.parametrize(("key", "component", "grid", "order"), CHAINS)
def test_equal_scores_are_separated_by_the_key_and_stay_equal_without(
    key: str, component: Table, grid: Grid, order: dict[str, int]
) -> None:
    without, result = contest(rule(component), grid).result(), contest(rule(component, ties=[key]), grid).result()
    assert places(without) == {"a": 1, "b": 1}
    assert (places(result), scores(result)) == (order, scores(without))
    assert [[c.key for c in unit.comparisons] for unit in result.units] == [[key], [key]]


def test_a_component_and_the_prior_score_separate_equal_totals() -> None:
    grid, priors = {"a": {"1": 80}, "b": {"1": 90}}, {"ordinary": {"a": 90, "b": 80}}
    parts = (marked(), known())
    for key, order in (("component:marks", {"b": 1, "a": 2}), ("prior", {"a": 1, "b": 2})):
        assert places(contest(rule(*parts, ties=[key]), grid, priors=priors).result()) == order


def test_the_first_key_that_separates_decides() -> None:
    grid, priors = {"a": {"1": 80}, "b": {"1": 90}}, {"ordinary": {"a": 90, "b": 80}}
    chain = contest(rule(marked(), known(), ties=["median", "prior", "component:marks"]), grid, priors=priors).result()
    assert places(chain) == {"a": 1, "b": 2}
    assert [c.key for c in by_unit(chain)["a"].comparisons] == ["median", "prior"]


def test_a_criterion_follows_the_weights_of_the_classes() -> None:
    weights = [{"judge_class": "e", "weight": 3}, {"judge_class": "p", "weight": 1}]
    component = two_criteria(panel={"method": "mean", "classes": weights})
    from_judges = {"a": {"1": [8, 2], "2": [2, 8]}, "b": {"1": [3, 7], "2": [9, 1]}}
    given = contest(rule(component, ties=["criterion:m.c"], **CLASSES), from_judges)
    judges = tuple(
        type(judge)(judge.id, judge_class=of) for judge, of in zip(given.roster.judges, ("e", "p"), strict=True)
    )
    roster = type(given.roster)(given.roster.units, given.roster.entries, judges)
    result = type(given)(given.scheme, roster, given.sheets).result()
    # a: (3 x 8 + 2) / 4 = 6.5; b: (3 x 3 + 9) / 4 = 4.5; the plain means would be 5 and 6
    assert (places(result), by_unit(result)["a"].comparisons[0].values) == (
        {"a": 1, "b": 2},
        {"a": Fraction(13, 2), "b": Fraction(9, 2)},
    )


def test_a_recorded_order_separates_only_when_all_equals_have_their_place() -> None:
    grid = {"a": {"1": 80}, "b": {"1": 80}, "c": {"1": 80}}
    tied = contest(rule(ties=["decision"]), grid)
    first, second, third = (Decision("tie", unit, value=str(n)) for n, unit in enumerate("cab", 1))
    assert places(tied.having(first, second, third).result()) == {"c": 1, "a": 2, "b": 3}
    assert places(tied.having(first, second).result()) == {"a": 1, "b": 1, "c": 1}
    level = Decision("tie", "b", value="2")
    assert places(tied.having(first, second, level).result()) == {"c": 1, "a": 2, "b": 2}


def test_a_recorded_order_never_puts_a_lower_score_above_a_higher() -> None:
    tied = contest(rule(ties=["decision"]), {"a": {"1": 80}, "b": {"1": 90}})
    assert places(tied.having(Decision("tie", "a", value="1"), Decision("tie", "b", value="2")).result()) == {
        "b": 1,
        "a": 2,
    }


def test_head_to_head_leaves_out_an_excluded_entry() -> None:
    veto = [{"id": "v", "name": words("v"), "subject": "entry", "effect": "exclude"}]
    entries = [Entry("a1", "a", "marks"), Entry("a2", "a", "marks")]
    result = contest(
        rule(ties=["head_to_head"], vetoes=veto),
        {"a1": {"1": 50}, "a2": {"1": 0}, "b": {"1": 50}},
        entries=entries,
        decisions=[Decision("veto", "a2", "v")],
    ).result()
    assert places(result) == {"a": 1, "b": 1}


@pytest.mark.parametrize("key", ["median", "untrimmed_mean", "head_to_head"])
def test_where_items_count_singly_the_keys_still_have_something_to_compare(key: str) -> None:
    how = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "item"}
    component = two_criteria(panel=how, sheet={"points": "sum", "incomplete": "item"})
    # per item without the extremes: a 5 + 5, b 5 + 5; a's lowest and highest are further up
    grid: Grid = {
        "a": {"1": [5, 5], "2": [4, 5], "3": [10, 10], "4": [5, None]},
        "b": {"1": [5, 5], "2": [0, 5], "3": [5, 5], "4": [None, 5]},
    }
    result = contest(rule(component, ties=[key]), grid).result()
    assert {unit: round(score or 0) for unit, score in scores(result).items()} == {"a": 10, "b": 10}
    assert len(set(scores(result).values())) == 1
    assert places(result) == ({"a": 1, "b": 1} if key == "median" else {"a": 1, "b": 2})


def test_equality_is_exact_and_no_float_decides() -> None:
    grid = {"a": {"1": "8.0", "2": "8.2", "3": "8.4"}, "b": {"1": "8.2", "2": "8.2", "3": "8.2"}}
    scheme = rule(marked("m", criterion("c", item("i", 10, Decimal("0.1"))), full=10))
    assert places(contest(scheme, grid).result()) == {"a": 1, "b": 1}


def test_half_a_decision_about_equals_decides_nothing_and_stays_open() -> None:
    scheme = rule(ties=["decision"])
    halves = [Decision("tie", "a", value="1", reason="minutes 5"), Decision("tie", "b", value="2", reason="minutes 5")]
    result = contest(scheme, column({"a": 80, "b": 80, "c": 80}), decisions=halves).result()
    assert [(fault.code, fault.params["missing"]) for fault in result.open] == [("tie.partly_decided", "c")]
    assert [unit.place for unit in result.units] == [1, 1, 1]


def test_a_decision_about_a_tie_that_there_is_not_is_told() -> None:
    unused = [Decision("tie", "a", value="1", reason="minutes 5")]
    apart = contest(rule(ties=["decision"]), column({"a": 90, "b": 80}), decisions=unused).result()
    no_key = contest(rule(), column({"a": 80, "b": 80}), decisions=unused).result()
    for result in (apart, no_key):
        assert [(note.code, note.params) for note in result.notes] == [("note.tie_unused", {"unit": "a"})]
