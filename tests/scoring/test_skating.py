"""The skating system: each rule by hand, what is never guessed, and what a scheme may say."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from scoring.faults import Fault, Refused
from scoring.roster import Absence, Decision, Entry, Judge
from scoring.skating import Placing, by_rule_11, dance, rule_10
from tests.scoring.contests import (
    Contest,
    Table,
    awards,
    by_unit,
    codes,
    contest,
    entry_scores,
    marked,
    places,
    rule,
    scores,
    tier,
)
from tests.scoring.finals import EQUAL, ORDER, SKATING, VETO, danced, final, final_rule, one_judge

F = Fraction


def test_rule_5_the_majority_for_the_place_decides() -> None:
    """Three of five put a first; all put b second or better, c only two of them."""
    found = dance({"a": [1, 1, 1, 3, 3], "b": [2, 2, 2, 1, 2], "c": [3, 3, 3, 2, 1]})
    assert found == {"a": Placing(F(1), "5", 1), "b": Placing(F(2), "5", 2), "c": Placing(F(3), "5", 3)}


def test_rule_8_without_a_majority_of_firsts_seconds_are_counted_too() -> None:
    """Firsts 1, 1, 1. Second or better: a 3, b 2, c 1. Then b with 2 of 3 for the second place."""
    found = dance({"a": [1, 2, 2], "b": [3, 1, 3], "c": [2, 3, 1]})
    assert found["a"] == Placing(F(1), "6", 2)
    assert found["c"] == Placing(F(2), "6", 2)
    assert dance({"a": [2, 2, 2], "b": [1, 3, 3], "c": [3, 1, 4], "d": [4, 4, 1]})["a"] == Placing(F(1), "8", 2)


def test_rule_7_of_equal_majorities_the_lower_sum_goes_first_then_the_next_column() -> None:
    """Second or better: a 1 2 2 (5), b 1 1 2 (4), 3 of 5 each: b before a."""
    found = dance({"a": [1, 2, 2, 4, 4], "b": [2, 1, 1, 3, 3], "c": [3, 3, 3, 1, 1], "d": [4, 4, 4, 2, 2]})
    assert (found["b"], found["a"]) == (Placing(F(1), "7", 2), Placing(F(2), "7", 2))
    # Second or better 2 of 3 with sum 3 both; third or better: 3 of 3 and 2 of 3.
    level = dance({"a": [1, 2, 4], "b": [2, 1, 3], "c": [3, 3, 2], "d": [4, 4, 1]})
    assert (level["b"], level["a"]) == (Placing(F(1), "next", 3), Placing(F(2), "next", 3))


def test_who_is_equal_to_the_last_column_shares_the_places() -> None:
    found = dance({"a": [1, 2], "b": [2, 1], "c": [3, 3]})
    assert found == {"a": Placing(F(3, 2), "shared", 2), "b": Placing(F(3, 2), "shared", 2), "c": Placing(F(3), "5", 3)}
    assert dance({}) == {}


def test_rule_9_the_lowest_sum_is_first_and_the_score_is_the_sum() -> None:
    result = final(one_judge(a=(1, 2, 1), b=(2, 1, 3), c=(3, 3, 2))).result()
    assert scores(result) == {"a": 4, "b": 6, "c": 8}
    assert (places(result), result.final) == ({"a": 1, "b": 2, "c": 3}, True)
    assert [unit.rank_value for unit in result.units] == [-4, -6, -8]
    assert [unit.shown for unit in result.units] == ["4", "6", "8"]


def test_rule_10_the_most_dances_at_the_place_or_higher_then_their_sum() -> None:
    """The source's example: a and b have 5, a two firsts; c and d have 12, third or better one each: 2 before 3."""
    rows = {"a": (1, 1, 3), "b": (2, 2, 1), "c": (6, 4, 2), "d": (5, 3, 4), "e": (4, 5, 5), "f": (3, 6, 6)}
    result = final(one_judge(**rows)).result()
    assert places(result) == dict(zip("abcdef", range(1, 7), strict=True))
    compared = [(c.key, c.values) for c in by_unit(result)["c"].comparisons]
    assert compared == [("skating_counts:3", {"c": F(1), "d": F(1)}), ("skating_sums:3", {"c": F(-2), "d": F(-3)})]
    assert by_unit(result)["e"].comparisons == ()


def test_rule_10_is_asked_anew_for_the_next_place() -> None:
    """Four have 12. Firsts 2, 0, 1, 1: a; second or better 3, 2, 1 of the others: b, c, d."""
    rows = {"a": (1, 6, 4, 1), "b": (6, 2, 2, 2), "c": (2, 1, 6, 3), "d": (3, 4, 1, 4)}
    groups, steps = rule_10({name: list(map(F, row)) for name, row in rows.items()}, list(rows), 1)
    assert groups == [["a"], ["b"], ["c"], ["d"]]
    assert [(step.place, step.what) for step in steps] == [(1, "counts"), (2, "counts"), (3, "counts")]


def test_who_would_need_rule_11_stays_equal_and_is_named_with_its_order() -> None:
    """A 1 and 2, b 2 and 1: one first each, of sum 1. Of all six marks firsts: a 2, b 4, the majority of 6 being 4."""
    result = final(EQUAL).result()
    assert places(result) == {"a": 1, "b": 1, "c": 3}
    assert result.open == (Fault("skating.not_offered", {"units": "a, b", "order": "b; a", "place": 1}),)


def test_a_recorded_decision_in_the_chain_settles_it() -> None:
    order = (Decision("tie", "b", value="1"), Decision("tie", "a", value="2"))
    result = final(EQUAL, *order, ties=["decision"]).result()
    assert (places(result), result.final) == ({"b": 1, "a": 2, "c": 3}, True)
    by_dance = final(EQUAL, ties=["component:tango"]).result()
    assert (places(by_dance), by_dance.final) == ({"b": 1, "a": 2, "c": 3}, True)


def test_by_rule_11_the_others_go_back_to_rule_10() -> None:
    """a, b and c are equal for the first place; by all marks a is best; then c has the only second or better."""
    marks = {"a": [1, 1, 4], "b": [2, 4, 2], "c": [2, 3, 3]}
    level = {"a": [F(2)] * 3, "b": [F(3)] * 3, "c": [F(3), F(2), F(4)]}
    assert by_rule_11(level, marks, ["a", "b", "c"], 1) == [["a"], ["c"], ["b"]]
    same = {"a": [1, 2], "b": [2, 1]}
    assert by_rule_11({"a": [F(1), F(2)], "b": [F(2), F(1)]}, same, ["a", "b"], 1) == [["a", "b"]]
    assert by_rule_11({"a": [F(2)], "b": [F(2)]}, same, ["a", "b"], 4) == [["a", "b"]]
    never = {"a": [1, 3, 3, 3], "b": [3, 1, 3, 3]}
    assert by_rule_11({"a": [F(2)], "b": [F(2)]}, never, ["a", "b"], 1) == [["a", "b"]]


def dance_of(rows: dict[str, Sequence[int | None]], counts: str = "place", away: Sequence[Absence] = ()) -> Contest:
    """One dance before three judges."""
    part = danced("waltz", panel={"method": "skating", "counts": counts})
    grid = {name: {f"J{j}": mark for j, mark in enumerate(row, 1) if mark} for name, row in rows.items()}
    judges = [Judge(f"J{j}") for j in range(1, 4)]
    return contest(rule(part, total=SKATING, vetoes=VETO), grid, judges=judges, absences=away)


def test_equal_marks_of_a_judge_are_named_and_nobody_has_a_place() -> None:
    for counts in ("place", "score"):
        result = dance_of({"a": (1, 1, 1), "b": (2, 2, 2), "c": (2, 3, 3)}, counts).result()
        told: dict[str, str | int] = {"component": "waltz", "judge": "J1", "entry": "b, c"}
        assert result.open == (Fault("skating.equal_marks", told),)
        assert entry_scores(result) == {"a": None, "b": None, "c": None}


def test_places_with_a_gap_are_named() -> None:
    result = dance_of({"a": (1, 1, 1), "b": (2, 2, 2), "c": (4, 3, 3)}).result()
    told: dict[str, str | int] = {"component": "waltz", "judge": "J1", "marks": "1, 2, 4", "number": 3}
    assert result.open == (Fault("skating.not_places", told),)


def test_a_judge_who_did_not_place_all_is_named() -> None:
    result = dance_of({"a": (1, 1, 1), "b": (2, 2, 2), "c": (3, 3, None)}, away=[Absence("J3", "c")]).result()
    assert result.open == (Fault("skating.partial", {"component": "waltz", "judge": "J3", "entry": "c", "number": 1}),)
    missing = dance_of({"a": (1, 1, 1), "b": (2, 2, 2), "c": (3, 3, None)}).result()
    assert codes(missing) == ["skating.partial", "entry.missing"]


def test_a_judge_who_was_not_there_at_all_leaves_a_smaller_panel() -> None:
    rows: dict[str, Sequence[int | None]] = {"a": (1, 2, None), "b": (2, 1, None), "c": (3, 3, None)}
    result = dance_of(rows, away=[Absence("J3")]).result()
    assert entry_scores(result) == {"a": F(3, 2), "b": F(3, 2), "c": 3}
    nobody = dance_of(dict.fromkeys("abc", (None, None, None)), away=[Absence(f"J{j}") for j in (1, 2, 3)])
    assert set(codes(nobody.result())) == {"entry.no_score"}


def test_marks_may_be_scores_of_which_only_the_order_counts() -> None:
    place = dance_of({"a": (1, 2, 1), "b": (2, 1, 2), "c": (3, 3, 3)}).result()
    score = dance_of({"a": (9, 5, 7), "b": (8, 6, 2), "c": (1, 4, 1)}, "score").result()
    assert entry_scores(place) == entry_scores(score) == {"a": 1, "b": 2, "c": 3}


def test_behind_who_is_excluded_the_others_move_up() -> None:
    """B is excluded: judge 1 had a 1, c 3; of two, c is second."""
    rows: dict[str, Sequence[int | None]] = {"a": (1, 1, 3), "b": (2, 2, 2), "c": (3, 3, 1)}
    result = dance_of(rows).having(Decision("veto", "b", "v")).result()
    assert (places(result), codes(result)) == ({"a": 1, "c": 2, "b": None}, [])
    assert entry_scores(result) == {"a": 1, "b": None, "c": 2}


def test_a_couple_has_one_entry_in_a_dance() -> None:
    entries = [Entry("a1", "a", "waltz"), Entry("a2", "a", "waltz")]
    with pytest.raises(Refused) as refused:
        contest(final_rule("waltz"), {"a1": {"J": 1}, "a2": {"J": 2}}, entries=entries).result()
    told: dict[str, str | int] = {"id": "a2", "unit": "a", "component": "waltz"}
    assert refused.value.faults == (Fault("roster.danced_twice", told, ("entries", 1)),)


def test_prizes_follow_the_places() -> None:
    tiers = {"tiers": [tier("first", 1, 300), tier("second", 2, 100)], "boundary": "pool"}
    result = final(one_judge(a=(1, 2), b=(2, 3), c=(4, 1), d=(3, 4)), prizes=tiers).result()
    assert awards(result) == {
        "a": (("first",), 30000), "b": (("second",), 10000), "c": (("second",), 10000), "d": ((), 0),
    }  # fmt: skip


def scheme_faults(*components: Table, **more: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        rule(*components, **more)
    return [(fault.code, str(fault.params["key"])) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("components", "more", "expected"),
    [
        ([danced("w")], {}, [("scheme.skating_both", "components.w.panel.method")]),
        ([marked("w")], {"total": SKATING}, [("scheme.skating_both", "components.w.panel.method")]),
        ([danced("w"), danced("t", weight=2)], {"total": SKATING}, [("scheme.skating_weights", "components.weight")]),
        ([danced("w")], {"total": {**SKATING, "most": 5}}, [("scheme.skating_without", "total.most")]),
        (
            [danced("w")],
            {"total": SKATING, "rounding": [{"after": "panel", "decimals": 0}]},
            [("scheme.skating_without", "rounding")],
        ),
        (
            [danced("w")],
            {"total": SKATING, "prizes": {"tiers": [tier("1", minimum=3)]}},
            [("scheme.skating_without", "prizes.tiers.1.minimum")],
        ),
        ([danced("w")], {"total": SKATING, "ties": ["median"]}, [("scheme.skating_tie", "ties.1")]),
        ([danced("w", scale="minmax")], {"total": SKATING}, [("scheme.skating_without", "components.w.scale")]),
        ([danced("w", unit={"method": "sum"})], {"total": SKATING}, [("scheme.skating_without", "components.w.unit")]),
        ([danced("w", sheet={})], {"total": SKATING}, [("scheme.skating_place", "components.w.criteria")]),
        ([marked("w", panel=ORDER)], {"total": SKATING}, [("scheme.skating_place", "components.w.criteria")]),
        (
            [danced("w", panel={"method": "mean", "counts": "place"})],
            {},
            [("scheme.place_skating", "components.1.panel")],
        ),
        (
            [danced("w", panel={**ORDER, "factor": 2})],
            {"total": SKATING},
            [("scheme.skating_alone", "components.1.panel")],
        ),
    ],
)
def test_what_does_not_go_with_the_skating_system_is_refused(
    components: list[Table], more: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert scheme_faults(*components, **more) == expected
