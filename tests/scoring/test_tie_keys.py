"""The keys of the chain beyond scores: items, middle marks, who was put first, spread, deductions, time, one judge."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.faults import Fault, Refused
from scoring.roster import Absence, Decision, Entry, Judge
from scoring.ties import Key, Marks, head_to_head, majority_gauge, put_at, split, spread
from tests.scoring.contests import Grid, Table, by_unit, codes, contest, criterion, item, marked, places, rule, words
from tests.scoring.plans import Plan, contest_of, plans

F = Fraction


def separated(key: str, grid: Grid, component: Table | None = None, **more: object) -> list[list[str]]:
    """Who shares which place, best first, under one key."""
    found: dict[int | None, list[str]] = {}
    for unit, place in places(contest(rule(component or marked(), ties=[key], **more), grid).result()).items():
        found.setdefault(place, []).append(unit)
    return list(found.values())


def of(**rows: tuple[int, ...]) -> dict[str, dict[str, int]]:
    """Each entry's marks by judges 1, 2, 3 ..."""
    return {entry: {str(judge): mark for judge, mark in enumerate(row, 1)} for entry, row in rows.items()}


def values(**numbers: int) -> dict[str, Fraction]:
    return {name: F(number) for name, number in numbers.items()}


# ---- Each key by hand -----------------------------------------------------------------------------------------------


def test_an_item_separates_by_itself() -> None:
    component = marked("m", criterion("c", item("x", 10, 1), item("y", 10, 1)), sheet={"points": "sum"})
    grid: Grid = {"a": {"1": [4, 6]}, "b": {"1": [6, 4]}}
    assert separated("item:m.x", grid, component) == [["b"], ["a"]]
    assert separated("item:m.y", grid, component) == [["a"], ["b"]]
    assert separated("criterion:m.c", grid, component) == [["a", "b"]]


def test_an_item_that_a_kind_does_not_have_says_nothing() -> None:
    kinds = [{"id": name, "name": words(name)} for name in ("k", "l")]
    component = marked("m", criterion("c", item("x", 10, 1), item("y", 10, 1, kinds=["k"])))
    grid: Grid = {"a": {"1": [5, 5]}, "b": {"1": [5]}}
    entries = [Entry("a", "a", "m", "k"), Entry("b", "b", "m", "l")]
    result = contest(rule(component, ties=["item:m.y"], kinds=kinds), grid, entries=entries).result()
    assert places(result) == {"a": 1, "b": 1}
    assert [comparison.values for comparison in by_unit(result)["a"].comparisons] == [None]


def test_the_best_wave_parts_those_whose_best_two_are_equal_then_a_wave_that_did_not_count() -> None:
    """8.50 + 6.00 and 7.25 twice make 14.50, and so do 8.50, 6.00 and a third wave of 5.00."""
    waves = {"a": ("6.00", "8.50"), "b": ("7.25", "7.25"), "c": ("5.00", "6.00", "8.50")}
    entries = [Entry(f"{unit}{n}", unit, "wave") for unit, row in waves.items() for n in range(len(row))]
    grid: Grid = {f"{unit}{n}": {"j": mark} for unit, row in waves.items() for n, mark in enumerate(row)}
    best = marked("wave", unit={"method": "sum", "best": 2, "unmarked": "left_out"}, sheet={"points": "sum"})
    result = contest(rule(best, ties=["entry:wave.1", "entry:wave.3"]), grid, entries=entries).result()
    assert places(result) == {"a": 1, "c": 1, "b": 3}  # who never had a third wave says nothing about it
    more = {**grid, "a2": {"j": "4.50"}}
    whole = contest(rule(best, ties=["entry:wave.3"]), more, entries=[*entries, Entry("a2", "a", "wave")])
    assert [said.values for said in by_unit(whole.result())["c"].comparisons] == [None]  # b has two
    both = rule(best, ties=["entry:wave.1", "entry:wave.3"])
    result = contest(both, more, entries=[*entries, Entry("a2", "a", "wave")]).result()
    assert places(result) == {"c": 1, "a": 2, "b": 3}
    out = [{"id": "out", "name": words("out"), "subject": "entry", "effect": "exclude"}]
    vetoed = contest(rule(best, ties=["entry:wave.1"], vetoes=out), grid, entries=entries)
    assert places(vetoed.having(Decision("veto", "c2", "out")).result()) == {"a": 1, "b": 2, "c": 3}


def test_the_middle_mark_then_the_marks_beside_it() -> None:
    """70 80 90 and 60 80 100: both middles are 80; then the lower of what is left, 70 and 60."""
    assert separated("majority_gauge", of(a=(60, 80, 100), b=(70, 80, 90))) == [["b"], ["a"]]
    assert separated("majority_gauge", of(a=(60, 80, 100), b=(100, 60, 80))) == [["a", "b"]]


def test_of_two_middle_marks_the_lower_counts_first() -> None:
    """70 90 and 79 81: 79 is more than 70."""
    assert separated("majority_gauge", of(a=(70, 90), b=(79, 81))) == [["b"], ["a"]]


def test_panels_of_different_sizes_are_compared_by_their_shares() -> None:
    """80 80 against 70 80 90: the middle third is 80 for both; of the sixth below it one has 80, the other 70."""
    gauge = majority_gauge({"a": {"1": F(80), "2": F(80)}, "b": {"1": F(70), "2": F(80), "3": F(90)}}, ["a", "b"])
    assert gauge == {"a": F(80), "b": F(70)}
    assert majority_gauge({"a": {}, "b": {"1": F(1)}}, ["a", "b"]) is None


def test_firsts_are_the_judges_who_put_it_above_all_others() -> None:
    """Sums 225 and 225; judges 1 and 3 prefer a, judge 2 prefers b."""
    assert separated("firsts", of(b=(70, 85, 70), a=(90, 60, 75))) == [["a"], ["b"]]


def test_seconds_separate_where_firsts_do_not() -> None:
    """C leads. Of a and b each is first with one judge; a is second with judges 3 and 4, b with none."""
    grid = of(b=(70, 90, 60, 50), a=(90, 50, 70, 60), c=(80, 70, 80, 80))
    assert separated("firsts", grid) == [["c"], ["b", "a"]]
    assert separated("firsts_then_seconds", grid) == [["c"], ["a"], ["b"]]
    result = contest(rule(ties=["firsts_then_seconds"]), grid).result()
    found = [(comparison.key, comparison.values) for comparison in by_unit(result)["a"].comparisons]
    assert found == [("firsts", values(b=1, a=1)), ("seconds", values(b=0, a=2))]


def test_two_level_at_the_top_are_both_first_and_nobody_is_second() -> None:
    marks: Marks = {"a": {"1": F(9)}, "b": {"1": F(9)}, "c": {"1": F(8)}}
    assert put_at(marks, 1) == {"a": 1, "b": 1, "c": 0}
    assert put_at(marks, 2) == {"a": 0, "b": 0, "c": 0}
    assert put_at(marks, 3) == {"a": 0, "b": 0, "c": 1}


def test_who_is_excluded_takes_nobodys_first() -> None:
    """X is above all with judge 1, but excluded: so judge 1 has a first."""
    veto = [{"id": "v", "name": words("v"), "subject": "unit", "effect": "exclude"}]
    grid = of(x=(99, 0), b=(70, 80), a=(90, 60))
    scheme = rule(ties=["firsts"], vetoes=veto)
    result = contest(scheme, grid, decisions=[Decision("veto", "x", "v")]).result()
    assert by_unit(result)["a"].comparisons[0].values == values(b=1, a=1)


def test_one_more_mark_is_dropped_at_each_end() -> None:
    """60 70 80 90 100 and 60 75 75 90 100, one dropped at each end: 240 of 3 each; two: 80 and 75."""
    grid = of(b=(60, 75, 75, 90, 100), a=(60, 70, 80, 90, 100))
    for trim in ({"low": 1, "high": 1}, {"share": "0.2"}, {"table": [{"judges": 4, "low": 1, "high": 1}]}):
        how = {"method": "mean", "trim": trim, "trim_on": "sheet_total"}
        assert separated("drop_recalc", grid, marked(panel=how)) == [["a"], ["b"]]
    # 70 80 90 and 60 85 95, none dropped: 240; then the middles
    assert separated("drop_recalc", of(a=(70, 80, 90), b=(60, 85, 95))) == [["b"], ["a"]]


def test_where_one_more_would_leave_nothing_nothing_is_said() -> None:
    how = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}
    result = contest(rule(marked(panel=how), ties=["drop_recalc"]), of(a=(70, 80, 90), b=(60, 80, 95))).result()
    assert [comparison.values for comparison in by_unit(result)["a"].comparisons] == [None]
    median = contest(rule(marked(panel={"method": "median"}), ties=["drop_recalc"]), of(a=(80,), b=(80,))).result()
    assert [comparison.values for comparison in by_unit(median)["a"].comparisons] == [values(a=80, b=80)]


def test_marks_that_lie_closer_together_are_better() -> None:
    """70 80 90: 200 / 3; 79 80 81: 2 / 3."""
    grid = of(a=(70, 80, 90), b=(79, 80, 81))
    result = contest(rule(ties=["lower_spread"]), grid).result()
    assert places(result) == {"b": 1, "a": 2}
    assert by_unit(result)["a"].comparisons[0].values == {"a": F(-200, 3), "b": F(-2, 3)}
    assert spread({}) is None


OFF = [
    {"id": name, "name": words(name), "kind": kind, "subject": subject, "measure": "points", "cap": 3}
    for name, kind, subject in (
        ("late", "deduction", "unit"),
        ("long", "deduction", "entry"),
        ("extra", "bonus", "unit"),
    )
]


def test_fewer_points_deducted_are_better_up_to_the_cap_and_bonuses_do_not_count() -> None:
    """a: 2 and 2 for being late, capped at 3; b: 1 for the entry and 1.5 for the unit; 83 - 3, 82.5 - 2.5; c: none."""
    grid: Grid = {"a": {"1": 83}, "b": {"1": "82.5"}, "c": {"1": 79}}
    given = [("a", "late", "2"), ("a", "late", "2"), ("b", "long", "1"), ("b", "late", "1.5"), ("c", "extra", "1")]
    decisions = [
        Decision("bonus" if name == "extra" else "deduction", unit, name, value) for unit, name, value in given
    ]
    result = contest(rule(ties=["fewer_deductions"], adjustments=OFF), grid, decisions=decisions).result()
    assert places(result) == {"c": 1, "b": 2, "a": 3}
    assert by_unit(result)["a"].comparisons[0].values == {"a": -3, "b": F(-5, 2), "c": 0}


def test_one_judges_marks_separate_and_he_must_be_in_the_roster() -> None:
    grid = of(a=(70, 90), b=(80, 80))
    assert separated("judge:1", grid) == [["b"], ["a"]]
    assert separated("judge:2", grid) == [["a"], ["b"]]
    with pytest.raises(Refused) as refused:
        contest(rule(ties=["judge:3"]), grid).result()
    assert refused.value.faults == (Fault("roster.tie_judge", {"name": "3"}),)


def test_a_judge_who_did_not_mark_both_says_nothing() -> None:
    grid: Grid = {"a": {"1": 80}, "b": {"1": 70, "2": 90}}
    judges, away = [Judge("1"), Judge("2")], [Absence("2", "a")]
    result = contest(rule(ties=["judge:2"]), grid, judges=judges, absences=away).result()
    assert [comparison.values for comparison in by_unit(result)["a"].comparisons] == [None]


SUBMITTED = {"a": "2022-07-09 14:05", "b": "2022-07-09T14:04:59", "c": "2022-07-08 23:59"}


def submitted(*units: str) -> list[Decision]:
    return [Decision("submission", unit, value=SUBMITTED[unit]) for unit in units]


def test_who_handed_in_earlier_is_better() -> None:
    tied = contest(rule(ties=["earlier_submission"]), of(a=(80,), b=(80,), c=(80,)))
    assert places(tied.having(*submitted("a", "b", "c")).result()) == {"c": 1, "b": 2, "a": 3}
    partly = tied.having(*submitted("a", "c")).result()
    assert partly.open == (Fault("tie.submission_unknown", {"units": "a, b, c", "missing": "b"}),)
    assert set(places(partly).values()) == {1}
    assert codes(tied.result()) == []


@pytest.mark.parametrize("value", ["", "yesterday", "2022-07-09", "2022-02-30 10:00", "2022-07-09 10:00+08:00"])
def test_a_time_that_is_none_is_refused(value: str) -> None:
    tied = contest(rule(ties=["earlier_submission"]), of(a=(80,), b=(80,)))
    with pytest.raises(Refused) as refused:
        tied.having(Decision("submission", "a", value=value)).result()
    assert [fault.code for fault in refused.value.faults] == ["decision.time"]


# ---- Head to head, once or anew -------------------------------------------------------------------------------------

# Six judges, two entries each: a beats b and d, b beats c and d, c beats a, d beats c. Every mean is 50.
DUELS: Grid = {
    "a": {"ab": 60, "ad": 60, "ac": 30},
    "b": {"ab": 40, "bc": 60, "bd": 50},
    "c": {"ac": 60, "bc": 40, "cd": 50},
    "d": {"ad": 55, "bd": 40, "cd": 55},
}


@pytest.mark.parametrize(
    ("key", "order"),
    [("head_to_head", [["a", "b"], ["c", "d"]]), ("head_to_head:restart", [["a"], ["b"], ["d"], ["c"]])],
)
def test_equals_in_wins_are_compared_among_themselves_where_the_scheme_says_so(
    key: str, order: list[list[str]]
) -> None:
    """Wins 2, 2, 1, 1. Among the two with two, a beat b; among the two with one, d beat c."""
    pairs = [f"{one}{other}" for one, other in combinations("abcd", 2)]
    away = [Absence(pair, unit) for pair in pairs for unit in "abcd" if unit not in pair]
    result = contest(rule(ties=[key]), DUELS, judges=list(map(Judge, pairs)), absences=away).result()
    found: dict[int | None, list[str]] = {}
    for unit, place in places(result).items():
        found.setdefault(place, []).append(unit)
    assert list(found.values()) == order


def test_a_cycle_stays_tied_however_often_it_is_asked() -> None:
    marks = {"a": {"1": F(3), "2": F(1), "3": F(2)}, "b": {"1": F(2), "2": F(3), "3": F(1)}}
    marks |= {"c": {"1": F(1), "2": F(2), "3": F(3)}}
    key = Key("head_to_head", lambda group: head_to_head(marks, group), again=True)
    assert split(["a", "b", "c"], [key], {}) == [["a", "b", "c"]]


# ---- Against a second calculation, and what must always hold --------------------------------------------------------

panels = st.lists(st.integers(0, 3).map(F), min_size=1, max_size=6)


def taken_out(marks: list[F]) -> list[F]:
    """The marks in the order in which the middle one is taken out, of two the lower: the definition, word for word."""
    left, order = sorted(marks), []
    while left:
        order.append(left.pop((len(left) - 1) // 2))
    return order


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.lists(st.integers(0, 3).map(F), min_size=n, max_size=n),
                                                     min_size=2, max_size=4)))  # fmt: skip
def test_the_gauge_orders_as_taking_out_the_middle_does(rows: list[list[F]]) -> None:
    names = [f"u{i}" for i in range(len(rows))]
    marks = {name: {str(j): mark for j, mark in enumerate(row)} for name, row in zip(names, rows, strict=True)}
    key = Key("majority_gauge", lambda group: majority_gauge(marks, group), again=True)
    sequences = {name: taken_out(row) for name, row in zip(names, rows, strict=True)}
    expected: dict[tuple[F, ...], list[str]] = {}
    for name in names:
        expected.setdefault(tuple(sequences[name]), []).append(name)
    assert split(names, [key], {}) == [expected[sequence] for sequence in sorted(expected, reverse=True)]


@given(panels, panels, st.integers(1, 3), st.integers(1, 3))
def test_giving_every_mark_twice_changes_no_gauge(one: list[F], other: list[F], k: int, m: int) -> None:
    def order(a: list[F], b: list[F]) -> list[list[str]]:
        marks = {"a": dict(enumerate(a)), "b": dict(enumerate(b))}
        named = {unit: {str(judge): mark for judge, mark in row.items()} for unit, row in marks.items()}
        return split(["a", "b"], [Key("g", lambda group: majority_gauge(named, group), again=True)], {})

    assert order(one, other) == order(one * k, other * m)


KEYS = (
    "item:onsite.a", "entry:onsite.1", "entry:onsite.2", "majority_gauge", "firsts_then_seconds", "firsts",
    "head_to_head", "head_to_head:restart", "drop_recalc", "lower_spread", "fewer_deductions", "judge:j0",
    "untrimmed_mean", "median", "component:onsite", "earlier_submission",
)  # fmt: skip


@given(plans(), st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True), st.data())
def test_every_key_refines_the_order_and_never_turns_it_round(plan: Plan, keys: list[str], data: st.DataObject) -> None:
    """Also key by key: a longer chain only splits what the shorter one left together; every comparison is kept."""
    hours = data.draw(st.lists(st.integers(10, 12), min_size=len(plan.units), max_size=len(plan.units)))
    times = [
        Decision("submission", unit, value=f"2022-07-09 {hour}:00")
        for unit, hour in zip(plan.units, hours, strict=True)
    ]
    results = [contest_of(plan, ties=keys[:n]).having(*times).result() for n in range(len(keys) + 1)]
    for coarse, fine in pairwise(results):
        finer, before = places(fine), by_unit(coarse)
        for unit, place in places(coarse).items():
            if place is not None:
                assert place <= (finer[unit] or 0) < place + before[unit].sharing
    for last in results[-1].units:
        if last.place is not None and last.sharing > 1:
            asked = {comparison.key for comparison in last.comparisons}
            assert asked >= set(keys) - {"firsts_then_seconds"}


@given(st.dictionaries(st.sampled_from("123"), st.integers(0, 9).map(F), min_size=1))
def test_spread_is_the_mean_square_less_the_square_of_the_mean(row: Mapping[str, F]) -> None:
    values = list(row.values())
    mean = sum(values, F(0)) / len(values)
    assert spread(row) == sum((value * value for value in values), F(0)) / len(values) - mean * mean


def test_judges_places_add_up() -> None:
    """Without equals every judge puts somebody at every place."""
    marks = {unit: {"1": F(mark), "2": F(-mark)} for mark, unit in enumerate("abcd")}
    for place in range(1, 5):
        assert sum(put_at(marks, place).values()) == 2
