"""Groups of entries that different judges marked, brought to one mean (二次平均法)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.faults import Refused
from scoring.results import Tabulation
from scoring.roster import Decision, Judge
from tests.scoring.contests import Table, contest, entry_scores, marked, named, rule, words

STAGES = [{"after": "coefficient", "decimals": 2}, {"after": "second_mean", "decimals": 4}]
GRID = {"a1": {"j": 80}, "a2": {"j": 90}, "b1": {"k": 70}, "b2": {"k": 80}, "b3": {"k": 90}}
UNITS = {name: name[0] for name in GRID}


def run(rule_: Table, grid: dict[str, dict[str, int]] = GRID, *decisions: Decision, **more: object) -> Tabulation:
    scheme = rule(marked("m", second_mean=rule_), rounding=STAGES, divisions=named("a", "b"), **more)
    judges = [Judge("j", divisions=("a",)), Judge("k", divisions=("b",))]
    return contest(scheme, grid, units=UNITS, judges=judges, decisions=decisions).result()


def test_each_division_has_the_coefficient_of_its_mean() -> None:
    """85 and 80: 82.5; 0.970588 is 0.97, 1.03125 is 1.03."""
    expected = {"a1": "77.6", "a2": "87.3", "b1": "72.1", "b2": "82.4", "b3": "92.7"}
    for by in ("division", "panel"):
        assert entry_scores(run({"by": by})) == {name: Fraction(value) for name, value in expected.items()}


def test_over_all_entries_the_level_is_their_mean() -> None:
    """410 / 5 = 82; 0.9647 is 0.96, 1.025 half up 1.03."""
    expected = {"a1": "76.8", "a2": "86.4", "b1": "72.1", "b2": "82.4", "b3": "92.7"}
    found = entry_scores(run({"by": "division", "mean": "entries"}))
    assert found == {name: Fraction(value) for name, value in expected.items()}


def test_the_result_says_what_was_done_and_what_it_rests_on() -> None:
    (note,) = (fault for fault in run({"by": "division"}).notes if fault.code == "note.second_mean")
    assert note.params == {"component": "m", "mean": "82.50", "rooms": "a 85.00 × 0.97; b 80.00 × 1.03"}


def test_one_extreme_mark_moves_everybody_in_the_other_group() -> None:
    """b1 falls from 70 to 10: b has 60, all 72.5; a is multiplied by 0.85 where it was 0.97."""
    found = entry_scores(run({"by": "division"}, {**GRID, "b1": {"k": 10}}))
    assert (found["a1"], found["a2"]) == (68, Fraction("76.5"))


def test_who_is_excluded_or_ruled_does_not_move_the_level() -> None:
    """b3 out: b 75, all 80: 0.94 (0.941) and 1.07 (1.0667)."""
    veto = {"id": "out", "name": words("out"), "subject": "entry", "effect": "exclude"}
    ruling = {"id": "zero", "name": words("zero"), "score": 0}
    for decision in (Decision("veto", "b3", "out"), Decision("ruling", "b3", "zero")):
        found = entry_scores(run({"by": "division"}, GRID, decision, vetoes=[veto], rulings=[ruling]))
        assert (found["a1"], found["b1"]) == (Fraction("75.2"), Fraction("74.9"))


def test_entries_that_a_common_judge_links_are_one_group() -> None:
    scheme = rule(marked("m", second_mean={"by": "panel"}), rounding=STAGES)
    linked = {**GRID, "b1": {"j": 70, "k": 70}}
    assert entry_scores(contest(scheme, linked).result())["a1"] == 80


def test_a_group_without_points_leaves_the_coefficients_open() -> None:
    result = run({"by": "division"}, {**GRID, "a1": {"j": 0}, "a2": {"j": 0}})
    assert [fault.code for fault in result.open] == ["rooms.no_mean"]
    assert set(entry_scores(result).values()) == {None}


def test_groups_need_divisions_and_scores() -> None:
    for part, code in (
        (marked("m", second_mean={"by": "division"}), "scheme.division_none"),
        (marked("m", second_mean={"by": "panel"}, panel={"method": "copeland"}), "scheme.second_mean_places"),
    ):
        with pytest.raises(Refused) as refused:
            rule(part)
        assert [fault.code for fault in refused.value.faults] == [code]


@given(st.lists(st.integers(1, 50), min_size=2, max_size=5), st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_without_rounding_both_groups_end_at_the_level_and_keep_their_order(one: list[int], other: list[int]) -> None:
    grid = {f"a{i}": {"j": m} for i, m in enumerate(one)} | {f"b{i}": {"k": m} for i, m in enumerate(other)}
    found = entry_scores(contest(rule(marked("m", second_mean={"by": "panel"})), grid).result())
    groups = [[Fraction(found[f"{g}{i}"] or 0) for i in range(len(row))] for g, row in (("a", one), ("b", other))]
    level = (Fraction(sum(one), len(one)) + Fraction(sum(other), len(other))) / 2
    assert [sum(group) / len(group) for group in groups] == [level, level]
    assert sorted(range(len(one)), key=groups[0].__getitem__) == sorted(range(len(one)), key=one.__getitem__)
