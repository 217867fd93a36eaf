"""What holds for every contest: the invariants of the specification, and what may be changed without any effect."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.canonical import canonical
from scoring.numbers import Mode, rounded, shown, split_fen
from scoring.prizes import Allotment, Boundary, Contender, TierSize, allot
from scoring.results import Tabulation
from scoring.roster import Absence, Decision, Judge, Roster
from scoring.verify.numbers import to_places
from scoring.verify.working import again
from tests.scoring.contests import (
    Contest,
    Mark,
    Score,
    Table,
    awards,
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
    tier,
    words,
)
from tests.scoring.plans import Plan, bloc_of, contest_of, plans

ROOT = Path(__file__).parents[2]
MODES: list[Mode] = ["half_up", "half_even", "half_down", "trunc", "floor", "ceil"]
Below = Literal["vacant", "pass_down"]
BELOW: list[Below] = ["vacant", "pass_down"]
MEAN: Table = {"method": "mean"}
MEDIAN: Table = {"method": "median"}


def trim(low: int, high: int) -> Table:
    return {"method": "mean", "trim": {"low": low, "high": high}, "trim_on": "sheet_total"}


marks = st.lists(st.integers(0, 100), min_size=3, max_size=9)
symmetric = st.sampled_from([MEAN, MEDIAN, trim(1, 1)])
fractions = st.fractions(-1000, 1000, max_denominator=3000)
decimals = st.integers(-2, 4)
modes = st.sampled_from(MODES)


def score(how: Table, values: list[int]) -> Fraction:
    result = contest(rule(marked(panel=how)), {"a": {f"j{i}": mark for i, mark in enumerate(values)}}).result()
    value = scores(result)["a"]
    assert isinstance(value, Fraction)
    return value


def spelled(result: Tabulation) -> bytes:
    """The canonical bytes of a result; the weights in effect are floats, for information, and written out."""
    weights = {name: repr(value) for name, value in result.effective_weights.items()}
    return canonical({"result": replace(result, effective_weights={}), "weights": weights})


# ---- Panels ---------------------------------------------------------------------------------------------------------


@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_sheets_and_prior_scores_changes_no_byte(plan: Plan, random: Random) -> None:
    before = contest_of(plan)
    sheets, priors = list(before.sheets), list(before.priors)
    random.shuffle(sheets)
    random.shuffle(priors)
    assert spelled(replace(before, sheets=tuple(sheets), priors=tuple(priors)).result()) == spelled(before.result())


@given(st.lists(st.integers(0, 20), min_size=3, max_size=9), symmetric, st.integers(1, 4), st.integers(0, 20))
def test_a_scaled_and_shifted_panel_has_the_scaled_and_shifted_score(
    values: list[int], how: Table, k: int, c: int
) -> None:
    assert score(how, [k * value + c for value in values]) == k * score(how, values) + c


@given(marks, st.sampled_from([MEAN, MEDIAN, trim(1, 1), trim(0, 2)]), st.data())
def test_raising_a_mark_never_lowers_the_entry(values: list[int], how: Table, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(values) - 1))
    higher = data.draw(st.integers(values[at], 100))
    assert score(how, [*values[:at], higher, *values[at + 1 :]]) >= score(how, values)


@given(marks, st.sampled_from([MEAN, MEDIAN, trim(1, 1), trim(2, 0)]))
def test_the_score_lies_between_the_lowest_and_the_highest_mark(values: list[int], how: Table) -> None:
    assert min(values) <= score(how, values) <= max(values)


@given(st.integers(0, 100), st.integers(3, 9), symmetric)
def test_what_all_judges_give_is_the_score(mark: int, number: int, how: Table) -> None:
    assert score(how, [mark] * number) == mark


@given(marks)
def test_dropping_nobody_is_the_mean_and_dropping_all_but_the_middle_is_the_median(values: list[int]) -> None:
    most = (len(values) - 1) // 2
    assert (score(trim(0, 0), values), score(trim(most, most), values)) == (score(MEAN, values), score(MEDIAN, values))


@given(marks, symmetric)
def test_the_mirrored_panel_has_the_mirrored_score(values: list[int], how: Table) -> None:
    assert score(how, [100 - value for value in values]) == 100 - score(how, values)


@given(st.lists(st.integers(40, 60), min_size=3, max_size=7), st.integers(1, 2), st.data())
def test_as_many_arbitrary_marks_as_are_dropped_cannot_leave_the_range_of_the_others(
    honest: list[int], k: int, data: st.DataObject
) -> None:
    wild = data.draw(st.lists(st.integers(0, 100), min_size=k, max_size=k))
    assert min(honest) <= score(trim(k, k), [*honest, *wild]) <= max(honest)


@given(marks, st.integers(0, 1))
def test_doubling_the_panel_and_what_is_dropped_changes_nothing(values: list[int], k: int) -> None:
    assert score(trim(2 * k, 2 * k), values * 2) == score(trim(k, k), values)
    assert score(MEDIAN, values * 2) == score(MEDIAN, values)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4), st.lists(st.integers(0, 100), max_size=4), st.data())
def test_class_weights_keep_within_bounds_and_only_their_ratio_counts(
    experts: list[int], public: list[int], data: st.DataObject
) -> None:
    first, second, scale = (data.draw(st.integers(1, 50)) for _ in range(3))
    rows = {"expert": experts, "public": public}
    judges = [Judge(f"{name}{i}", judge_class=name) for name, row in rows.items() for i in range(len(row))]
    grid = {"a": {f"{name}{i}": mark for name, row in rows.items() for i, mark in enumerate(row)}}

    def run(*weights: int) -> Score:
        classes = [{"judge_class": name, "weight": w} for name, w in zip(rows, weights, strict=True)]
        how = {"method": "mean", "classes": classes, "empty_class": "renormalise"}
        return scores(contest(rule(marked(panel=how), judge_classes=named(*rows)), grid, judges=judges).result())["a"]

    means = [Fraction(sum(row), len(row)) for row in rows.values() if row]
    value = run(first, second)
    assert value is not None
    assert min(means) <= value <= max(means)
    assert run(first * scale, second * scale) == value
    if len(means) == 1:
        assert value == means[0]


@given(plans(), st.data())
def test_leaving_a_judge_out_is_the_contest_without_him(plan: Plan, data: st.DataObject) -> None:
    judge = data.draw(st.sampled_from(sorted(plan.judges)))
    whole = contest_of(plan)
    others = tuple(sheet for sheet in whole.sheets if sheet.judge != judge)
    away = replace(whole.roster, absences=(*whole.roster.absences, Absence(judge)))
    gone = replace(
        whole.roster,
        judges=tuple(one for one in whole.roster.judges if one.id != judge),
        recusals=tuple(one for one in whole.roster.recusals if one.judge != judge),
        absences=tuple(one for one in whole.roster.absences if one.judge != judge),
    )
    absent = replace(whole, roster=away, sheets=others).result()
    without = replace(whole, roster=gone, sheets=others).result()
    assert (scores(absent), places(absent)) == (scores(without), places(without))
    assert [fault for fault in absent.open if fault.code == "entry.missing"] == [
        fault for fault in without.open if fault.code == "entry.missing"
    ]


# ---- Rounding, ranks, fen -------------------------------------------------------------------------------------------


@given(fractions, decimals, modes)
def test_rounding_agrees_with_the_second_calculation(value: Fraction, places_: int, mode: Mode) -> None:
    assert rounded(value, places_, mode) == to_places(value, places_, mode)


@given(fractions, decimals, modes)
def test_rounding_again_changes_nothing(value: Fraction, places_: int, mode: Mode) -> None:
    once = rounded(value, places_, mode)
    assert rounded(once, places_, mode) == once


@given(fractions, decimals, st.sampled_from(MODES[:3]))
def test_rounding_to_the_nearest_moves_by_half_a_unit_at_most_and_is_odd(
    value: Fraction, places_: int, mode: Mode
) -> None:
    assert abs(rounded(value, places_, mode) - value) <= Fraction(1, 2) / Fraction(10) ** places_
    assert rounded(-value, places_, mode) == -rounded(value, places_, mode)


@given(fractions, fractions, decimals, modes)
def test_rounding_never_turns_an_order_round(first: Fraction, second: Fraction, places_: int, mode: Mode) -> None:
    low, high = sorted([first, second])
    assert rounded(low, places_, mode) <= rounded(high, places_, mode)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=9))
def test_places_are_1224_and_their_means_add_up(values: list[int]) -> None:
    result = contest(rule(), column({f"u{i}": value for i, value in enumerate(values)})).result()
    found = by_unit(result)
    assert {unit: found[unit].place for unit in found} == {
        f"u{i}": 1 + sum(other > value for other in values) for i, value in enumerate(values)
    }
    means = [(one.place or 0) + Fraction(one.sharing - 1, 2) for one in found.values()]
    assert sum(means) == Fraction(len(values) * (len(values) + 1), 2)


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_fen_are_split_without_loss_and_differ_by_one_at_most(total: int, parts: int) -> None:
    shares = split_fen(total, parts)
    assert (sum(shares), len(shares), max(shares) - min(shares) <= 1) == (total, parts, True)
    assert shares == sorted(shares, reverse=True)


# ---- Prizes ---------------------------------------------------------------------------------------------------------


@st.composite
def fields(draw: st.DrawFn) -> tuple[list[list[Contender]], list[TierSize]]:
    """Groups of equals with vetoes, caps and waiting scores; tiers that fall."""
    count = draw(st.integers(1, 4))
    fen = sorted(draw(st.lists(st.integers(0, 9999), min_size=count, max_size=count)), reverse=True)
    tiers = [TierSize(str(i + 1), draw(st.integers(0, 3)), amount) for i, amount in enumerate(fen)]
    names = iter(range(99))
    groups = []
    for size in draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)):
        best, withheld, unpaid = (draw(st.sampled_from([0] * 5 + [1])) for _ in range(3))
        groups.append(
            [
                Contender(f"u{next(names)}", best, draw(st.sampled_from("de")), bool(withheld), bool(unpaid))
                for _ in range(size)
            ]
        )
    return groups, tiers


POLICIES: list[Boundary] = ["pool", "extend_up", "extend_up_absorb", "push_down", "hort", "decision"]


@given(fields(), st.sampled_from(POLICIES), st.sampled_from(BELOW))
def test_the_books_balance_under_every_policy_and_nobody_is_forgotten(
    field: tuple[list[list[Contender]], list[TierSize]], boundary: Boundary, below: Below
) -> None:
    groups, tiers = field
    result = allot(groups, tiers, boundary, below)
    assert result.planned == sum((one.quota or 0) * one.fen for one in tiers)
    assert result.planned + result.overrun == sum(award.fen for award in result.awards.values()) + result.vacant
    assert sorted(result.awards) == sorted(contender.unit for group in groups for contender in group)
    assert all(award.fen >= 0 for award in result.awards.values())
    assert result.vacant >= 0
    assert result.overrun >= 0
    for group in groups:
        for contender in group:
            award = result.awards[contender.unit]
            if contender.withheld or contender.unpaid:
                assert award.fen == 0
            if contender.withheld:
                assert award.tiers == ()


@given(fields(), st.sampled_from(POLICIES[:4]), st.sampled_from(BELOW))
def test_a_better_unit_never_has_a_lower_tier_or_less_and_equals_differ_by_one_fen(
    field: tuple[list[list[Contender]], list[TierSize]], boundary: Boundary, below: Below
) -> None:
    groups = [[Contender(one.unit) for one in group] for group in field[0]]
    result = allot(groups, field[1], boundary, below)
    rank = {one.id: i for i, one in enumerate(field[1])}
    for group in groups:
        fen = [result.awards[one.unit].fen for one in group]
        assert max(fen) - min(fen) <= 1
        assert len({result.awards[one.unit].tiers for one in group}) == 1
    flat = [result.awards[one.unit] for group in groups for one in group]
    for higher, lower in pairwise(flat):
        assert rank.get("".join(higher.tiers[:1]), 9) <= rank.get("".join(lower.tiers[:1]), 9)
        assert higher.fen >= lower.fen


@given(fields(), st.sampled_from(POLICIES[:4]), st.data())
def test_prizes_do_not_depend_on_the_order_within_a_group_but_for_the_last_fen(
    field: tuple[list[list[Contender]], list[TierSize]], boundary: Boundary, data: st.DataObject
) -> None:
    groups, tiers = field
    other = [data.draw(st.permutations(group)) for group in groups]
    one, two = allot(groups, tiers, boundary, "vacant"), allot(other, tiers, boundary, "vacant")
    assert (one.planned, one.overrun, one.vacant) == (two.planned, two.overrun, two.vacant)
    for unit, award in one.awards.items():
        assert award.tiers == two.awards[unit].tiers
        assert abs(award.fen - two.awards[unit].fen) <= 1


@given(st.lists(st.tuples(st.sampled_from("de"), st.integers(0, 9)), min_size=2, max_size=9), st.integers(0, 4))
def test_division_first_gives_each_division_one_first_and_the_rest_their_turn(
    field: list[tuple[str, int]], second: int
) -> None:
    distinct = sorted({value: (division, value) for division, value in field}.values(), key=lambda one: -one[1])
    groups = [[Contender(f"{division}{value}", 0, division)] for division, value in distinct]
    tiers = [TierSize("1", 2, 100), TierSize("2", second, 50)]
    result = allot(groups, tiers, "decision", "vacant", ["d", "e"])
    firsts = [next((f"{division}{v}" for division, v in distinct if division == of), None) for of in "de"]
    rest = [f"{division}{value}" for division, value in distinct if f"{division}{value}" not in firsts]
    assert {unit: award.tiers for unit, award in result.awards.items()} == {
        **{unit: ("1",) for unit in firsts if unit},
        **dict.fromkeys(rest[:second], ("2",)),
        **dict.fromkeys(rest[second:], ()),
    }
    balanced(result)


def balanced(result: Allotment) -> None:
    assert result.planned + result.overrun == sum(award.fen for award in result.awards.values()) + result.vacant


# ---- Ties, blend, canonical bytes -----------------------------------------------------------------------------------


@given(plans())
def test_a_chain_of_ties_refines_the_order_of_the_scores_and_never_turns_it_round(plan: Plan) -> None:
    ties = ["criterion:onsite.c2", "median", "head_to_head", "untrimmed_mean", "component:onsite"]
    plain, chained = contest_of(plan).result(), contest_of(plan, ties=ties).result()
    ranked = {unit: place for unit, place in places(plain).items() if place is not None}
    finer = places(chained)
    assert scores(plain) == {unit: scores(chained)[unit] for unit in scores(plain)}
    for unit, place in ranked.items():
        assert place <= (finer[unit] or 0) < place + by_unit(plain)[unit].sharing


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 99))
def test_the_blend_lies_between_its_parts(tour: int, prior: int, weight: int) -> None:
    scheme = rule(marked(weight=weight), known(weight=100 - weight))
    value = scores(contest(scheme, column({"a": tour}), priors={"ordinary": {"a": prior}}).result())["a"]
    assert value == Fraction(weight * tour + (100 - weight) * prior, 100)
    assert min(tour, prior) <= value <= max(tour, prior)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
        lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("az中\u00e9_", max_size=3), part, max_size=3),
        max_leaves=8,
    )
)
def test_equal_content_has_equal_bytes_by_the_rules_of_rfc_8785(value: object) -> None:
    assert canonical(value).decode() == eight_seven_eight_five(value)


def eight_seven_eight_five(value: object) -> str:
    """RFC 8785 written out, for what the engine may hold."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(eight_seven_eight_five(k) + ":" + eight_seven_eight_five(value[k]) for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(eight_seven_eight_five, value)) + "]"
    if isinstance(value, str):
        short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
        return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    return {None: "null", True: "true", False: "false"}.get(value, "") if isinstance(value, bool | None) else str(value)


@pytest.mark.parametrize(
    "refused", [0.5, {"a": 1.0}, [2**53], {1: "a"}, {"\U00020000": 1}, {1, 2}, b"ab", float("nan")]
)
def test_what_has_no_single_spelling_is_refused(refused: object) -> None:
    with pytest.raises(TypeError):
        canonical(refused)


FIELD_SCALES: list[Table] = [
    {"scale": "minmax"},
    {"scale": "z"},
    {"scale": "z", "z_mean": 80, "z_spread": "2.5"},
    {"scale": "rank", "rank_points": [100, 90, 85]},
    {"scale": "bands", "bands": [{"least": 60, "points": 70}, {"least": 30, "points": 40}]},
]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5), st.sampled_from(FIELD_SCALES))
def test_the_working_of_every_scale_calculated_again_gives_the_number(values: list[int], scale: Table) -> None:
    scheme = rule(marked(weight=3), known(weight=2, **scale))
    names = [f"u{i}" for i in range(len(values))]
    prior = {"ordinary": {name: 5 * value for name, value in zip(names, values, strict=True)}}
    result = contest(scheme, column(dict.fromkeys(names, 70)), priors=prior).result()
    for unit in result.units:
        assert unit.working
        assert again(unit.working, lambda leaf: leaf.value) == unit.score


# ---- What may be changed without effect -----------------------------------------------------------------------------


@given(plans(), st.integers(0, 10))
def test_another_unit_changes_no_other_score(plan: Plan, mark: int) -> None:
    part = plan.part("onsite")  # what is compared with other sheets, other groups or other duties moves on purpose
    assume(not {"counts", "minimum_share", "second_mean"} & {*part["panel"], *part})
    before = contest_of(plan).result()
    plan.units.append("new")
    plan.entries["new-0"] = ("new", "onsite", "k2")
    plan.marks |= {(judge, "new-0"): [Fraction(m) for m in (mark, 2, 4, 1)] for judge in plan.judges}
    after = contest_of(plan).result()
    assert {unit: scores(after)[unit] for unit in scores(before)} == scores(before)
    assert {name: after.entries[name] for name in before.entries} == before.entries


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 20)), min_size=1, max_size=6),
    symmetric,
    st.sampled_from(["share", "sum"]),
)
def test_the_order_of_items_and_splitting_an_item_change_nothing_on_sheet_totals(
    rows: list[tuple[int, int]], how: Table, points: str
) -> None:
    sheet = {"points": points}

    def run(*items: Table, split: Callable[[int, int], list[int]]) -> Score:
        scheme = rule(marked("m", criterion("c", *items), panel=how, sheet=sheet))
        return scores(contest(scheme, {"a": {f"j{i}": split(*row) for i, row in enumerate(rows)}}).result())["a"]

    whole = run(item("x", 10, 1), item("y", 20, 1), split=lambda x, y: [x, y])
    assert run(item("y", 20, 1), item("x", 10, 1), split=lambda x, y: [y, x]) == whole
    parts = [item("x", 10, 1), item("y1", 12, 1), item("y2", 8, 1)]
    assert run(*parts, split=lambda x, y: [x, min(y, 12), y - min(y, 12)]) == whole


def renamed(plan: Plan) -> tuple[Plan, dict[str, str]]:
    """The same contest with other ids throughout; the new names sort the other way round."""
    names = {name: f"z{99 - i}" for i, name in enumerate([*plan.units, *plan.entries, *plan.judges])}
    names[""] = ""
    new = Plan(
        plan.table,
        [names[unit] for unit in plan.units],
        {names[entry]: (names[unit], part, kind) for entry, (unit, part, kind) in plan.entries.items()},
        {names[judge]: (of, names[unit]) for judge, (of, unit) in plan.judges.items()},
        {(names[judge], names[entry]): row for (judge, entry), row in plan.marks.items()},
        {names[unit]: value for unit, value in plan.priors.items()},
        {(names[judge], names[entry]) for judge, entry in plan.away},
        {(names[judge], names[entry]) for judge, entry in plan.listed},
        [(subject, names[name], points) for subject, name, points in plan.deductions],
    )
    return new, names


SIZES = [tier("1", 1, 1000), tier("2", 2, "500.01"), tier("3", 1, 100)]
TIERS: Table = {"tiers": SIZES, "boundary": "pool"}


@given(plans())
def test_other_ids_change_no_score_place_or_prize(plan: Plan) -> None:
    other, names = renamed(plan)
    ties = ["median", "head_to_head"]
    before, after = (contest_of(one, prizes=TIERS, ties=ties).result() for one in (plan, other))
    assert {names[unit]: score for unit, score in scores(before).items()} == scores(after)
    assert {names[unit]: place for unit, place in places(before).items()} == places(after)
    assert {names[unit]: award for unit, award in awards(before).items()} == awards(after)


@given(plans())
def test_half_the_step_changes_nothing(plan: Plan) -> None:
    before = contest_of(plan).result()
    for part in plan.table["components"]:
        for one in part.get("criteria", []):
            one["items"] = [{**line, "step": str(Fraction(line["step"]) / 2)} for line in one["items"]]
    after = contest_of(plan).result()
    assert replace(after, scheme_digest=before.scheme_digest) == before


@given(plans())
def test_weights_in_percent_or_as_fractions_give_the_same(plan: Plan) -> None:
    before = contest_of(plan).result()
    whole = sum(part["weight"] for part in plan.table["components"])
    for part in plan.table["components"]:
        part["weight"] = str(Fraction(part["weight"], whole))
        classes = part.get("panel", {}).get("classes", [])
        total = sum(one["weight"] for one in classes)
        for one in classes:
            one["weight"] = str(Fraction(one["weight"] * 100, total))
    after = contest_of(plan).result()
    assert (scores(after), places(after)) == (scores(before), places(before))


@given(plans())
def test_a_hundredfold_money_gives_hundredfold_prizes_up_to_the_last_fen(plan: Plan) -> None:
    more = {**TIERS, "tiers": [{**one, "yuan": str(Fraction(one["yuan"]) * 100)} for one in SIZES]}
    few, many = contest_of(plan, prizes=TIERS).result(), contest_of(plan, prizes=more).result()
    assert places(few) == places(many)
    assert many.money.planned == 100 * few.money.planned
    for unit, award in awards(few).items():
        other = awards(many)[unit]
        assert (award is None) == (other is None)
        if award and other:
            assert award[0] == other[0]
            assert abs(100 * award[1] - other[1]) <= 100


@given(plans(), st.data())
def test_two_judges_of_one_class_and_unit_may_change_places(plan: Plan, data: st.DataObject) -> None:
    one, two = data.draw(st.tuples(*(st.sampled_from(sorted(plan.judges)) for _ in range(2))))
    assume(bloc_of(one) == bloc_of(two))
    plan.judges[two] = plan.judges[one]
    for entry in plan.entries:  # both have a sheet or neither
        for pair in ((one, entry), (two, entry)):
            plan.away.discard(pair)
            plan.listed.discard(pair)
        if plan.part(plan.entries[entry][1])["recusal"] == "own_unit" and plan.judges[one][1] == plan.entries[entry][0]:
            plan.marks.pop((one, entry), None)
            plan.marks.pop((two, entry), None)
    before = contest_of(plan).result()
    swapped = {one: two, two: one}
    plan.marks = {(swapped.get(judge, judge), entry): row for (judge, entry), row in plan.marks.items()}
    after = contest_of(plan).result()
    assert (scores(after), places(after), awards(after)) == (scores(before), places(before), awards(before))


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 100), min_size=width, max_size=width), min_size=2, max_size=5)
    ),
    st.integers(0, 100),
)
def test_a_judge_who_gives_everybody_the_same_keeps_the_order_of_means(rows: list[list[int]], mark: int) -> None:
    def run(*more: int) -> dict[str, int | None]:
        grid = {f"u{n}": {f"j{i}": m for i, m in enumerate([*row, *more])} for n, row in enumerate(rows)}
        return places(contest(rule(), grid).result())

    assert run(mark) == run()


@given(plans(), st.data())
def test_the_administrative_order_changes_no_score_place_or_tier(plan: Plan, data: st.DataObject) -> None:
    whole = contest_of(plan, prizes=TIERS, ties=["head_to_head", "median"])
    roster = whole.roster
    other = Roster(
        tuple(data.draw(st.permutations(roster.units))),
        tuple(data.draw(st.permutations(roster.entries))),
        tuple(data.draw(st.permutations(roster.judges))),
        tuple(data.draw(st.permutations(roster.recusals))),
        tuple(data.draw(st.permutations(roster.absences))),
    )
    before, after = whole.result(), replace(whole, roster=other).result()
    assert (scores(after), places(after)) == (scores(before), places(before))
    for unit, award in awards(before).items():
        moved = awards(after)[unit]
        assert (award and award[0]) == (moved and moved[0])
        assert not (award and moved) or abs(award[1] - moved[1]) <= 1


def large() -> Contest:
    """A contest that uses much of the engine, with marks by a formula."""
    classes = [{"judge_class": "e", "weight": 60}, {"judge_class": "p", "weight": 40}]
    how = {**trim(1, 1), "classes": classes}
    parts = (
        marked("site", criterion("c", item("x", 10, Decimal("0.5")), item("y", 10, 1)), panel=how, recusal="own_unit"),
        known(weight=2, scale="z"),
    )
    scheme = rule(
        *parts,
        judge_classes=named("e", "p"),
        ties=["criterion:site.c", "head_to_head", "draw"],
        draw={"public": words("彩票"), "secret": False},
        rounding=[{"after": "panel", "decimals": 1, "mode": "half_even"}],
        prizes={"tiers": [tier("一等", 1, 1000) | {"id": "first"}, tier("second", 3, 10)], "boundary": "pool"},
    )
    units = [f"县{i}" for i in range(9)]
    judges = [Judge(f"评委{i}", judge_class="ep"[i % 2], unit=units[i % 9]) for i in range(14)]
    grid: dict[str, dict[str, list[Mark]]] = {
        unit: {
            judge.id: [str(Fraction((i * i + 3 * n) % 21, 2)), (7 * i + n) % 4 + 5]
            for i, judge in enumerate(judges)
            if judge.unit != unit
        }
        for n, unit in enumerate(units)
    }
    prior = {"ordinary": {unit: 80 + n % 3 for n, unit in enumerate(units)}}
    public = [Decision("public", value="2022-07-09"), Decision("deduction", "县1", "d", "1")]
    return contest(scheme, grid, judges=judges, priors=prior, decisions=public[:1])


@pytest.mark.parametrize(("seed", "locale"), [("0", "C"), ("1", "C.UTF-8"), ("4242", "tr_TR.UTF-8")])
def test_another_hash_seed_and_locale_give_the_same_bytes(seed: str, locale: str) -> None:
    here = "import sys; from tests.scoring.test_invariants import large, spelled; "
    code = here + "sys.stdout.buffer.write(spelled(large().result()))"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert ran.stdout == spelled(large().result())


@given(st.lists(fractions, min_size=1, max_size=6), st.integers(0, 3))
def test_a_printed_number_reads_back_as_the_rounded_one(values: list[Fraction], digits: int) -> None:
    assert [Fraction(shown(value, digits)) for value in values] == [to_places(value, digits) for value in values]
