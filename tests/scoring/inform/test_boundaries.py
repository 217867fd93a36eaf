"""Leave one out, and each boundary of the prizes: who stands there, how far apart, and what would turn it round."""

import os
import subprocess
import sys
from fractions import Fraction
from math import sqrt
from pathlib import Path

import pytest

from scoring.inform.contest import Contest
from scoring.inform.leaving import Firmness, leave_one_out
from scoring.inform.robustness import Robustness, robustness
from scoring.roster import Decision, Entry, Judge
from tests.scoring.contests import Table, column, contest, marked, named, rule, tier, words
from tests.scoring.inform.asking import asked, official
from tests.tours import shipped, tour

ROOT = Path(__file__).parents[3]
JUDGES = [Judge("j1", bloc="a"), Judge("j2", bloc="a"), Judge("j3")]
GRID = {"P": {"j1": 90, "j2": 80, "j3": 80}, "Q": {"j1": 82, "j2": 83, "j3": 84}, "R": {"j1": 1, "j2": 2, "j3": 1}}
TWO = {"tiers": [tier("first", 1, 100), tier("second", 1, 50)]}


def small(**more: object) -> Contest:
    return asked(contest(rule(**{"prizes": TWO, **more}), GRID, judges=JUDGES))


def found(whole: Contest) -> Robustness:
    return robustness(whole, official(whole))


def pairs(whole: Contest) -> list[tuple[str, str, str]]:
    return [(one.higher, one.lower, one.division) for one in found(whole).boundaries]


def test_every_judge_who_marked_and_every_bloc_is_left_out_once() -> None:
    whole = asked(contest(rule(prizes=TWO), GRID, judges=[*JUDGES, Judge("j4", bloc="b")]))
    cases = leave_one_out(whole, official(whole))
    assert [case.change.name for case in cases.judges] == ["j1", "j2", "j3"]
    assert [case.change.name for case in cases.blocs] == ["a"]
    # With all 83 1/3, 83 and 4/3; named is who has another score without the judge.
    assert [{move.unit: move.after.score for move in case.units} for case in (*cases.judges, *cases.blocs)] == [
        {"P": 80, "Q": Fraction("83.5"), "R": Fraction("1.5")},
        {"P": 85, "R": 1},
        {"P": 85, "Q": Fraction("82.5"), "R": Fraction("1.5")},
        {"P": 80, "Q": 84, "R": 1},
    ]
    assert [[move.unit for move in case.moves] for case in (*cases.judges, *cases.blocs)] == [
        ["P", "Q"], [], [], ["P", "Q"],
    ]  # fmt: skip


def test_without_whom_a_unit_would_stand_elsewhere_or_win_something_else() -> None:
    """Without j1 it is 80 to 83.5; without the bloc of j1 and j2 80 to 84."""
    cases = leave_one_out(small(), official(small()))
    assert cases.firmness("P") == cases.firmness("Q") == Firmness(("j1",), ("j1",), ("a",), ("a",))
    assert cases.firmness("R") == Firmness((), (), (), ())
    unprized = small(prizes={})
    assert leave_one_out(unprized, official(unprized)).firmness("P") == Firmness(("j1",), (), ("a",), ())


def test_a_boundary_by_hand() -> None:
    """P 83 1/3, Q 83: 1/3 apart. The rest of the nine marks by rows and columns: 496/9 on 4, so MSr = 124/9."""
    upper, lower = found(small()).boundaries
    assert (upper.above, upper.below, upper.higher, upper.lower) == (("first",), ("second",), "P", "Q")
    assert (upper.gap, upper.cut, upper.judges, upper.blocs) == (Fraction(1, 3), None, ("j1",), ("a",))
    error = sqrt(2 * 124 / 9 / 3)
    assert upper.error == pytest.approx(error)
    assert upper.ratio == pytest.approx(1 / 3 / error)
    assert upper.chance == pytest.approx(0.54, abs=0.04)
    assert (lower.above, lower.below, lower.higher, lower.lower) == (("second",), (), "Q", "R")
    assert (lower.gap, lower.judges, lower.blocs) == (83 - Fraction(4, 3), (), ())


def test_equals_whom_the_chain_parted_have_no_gap() -> None:
    grid = {"P": {"j1": 90, "j2": 80}, "Q": {"j1": 85, "j2": 85}}
    scheme = rule(prizes={"tiers": [tier("first", 1)]}, ties=["decision"])
    decisions = [Decision("tie", "P", value="2"), Decision("tie", "Q", value="1")]
    (only,) = found(asked(contest(scheme, grid, decisions=decisions))).boundaries
    assert (only.higher, only.lower, only.gap, only.ratio) == ("Q", "P", Fraction(0), 0.0)
    assert only.judges == ("j2",)  # without j1 it is 85 to 80; without j2 85 to 90


def test_equals_who_shared_the_places_have_a_boundary_below_them() -> None:
    scheme = rule(prizes={"tiers": [tier("first", 1, 30), tier("second", 1, 10)], "boundary": "pool"})
    (only,) = found(asked(contest(scheme, column({"P": 80, "Q": 80, "R": 70})))).boundaries
    assert (only.above, only.below, only.higher, only.lower) == (("first", "second"), (), "Q", "R")


def test_where_people_must_decide_there_is_no_boundary_yet() -> None:
    scheme = rule(prizes={"tiers": [tier("first", 1), tier("second", 1)]}, ties=["decision"])
    whole = asked(contest(scheme, column({"P": 90, "Q": 80, "R": 80, "S": 70})))
    assert pairs(whole) == [("P", "S", "")]
    few = rule(marked(panel={"method": "mean", "minimum": 2}), prizes=TWO)
    grid = {"P": {"j1": 90, "j2": 90}, "Q": {"j1": 80}, "R": {"j1": 70, "j2": 70}}
    assert pairs(asked(contest(few, grid))) == [("P", "R", "")]


def test_who_was_put_lower_by_a_veto_marks_no_boundary() -> None:
    vetoes = [
        {"id": "last", "name": words("last"), "subject": "unit", "effect": "rank_last"},
        {"id": "cap", "name": words("cap"), "subject": "unit", "effect": "cap_tier", "tier": "second"},
    ]
    scheme = rule(prizes=TWO, vetoes=vetoes)
    decisions = [Decision("veto", "P", "cap"), Decision("veto", "Q", "last")]
    marks = column({"P": 90, "Q": 85, "R": 80, "S": 70})
    assert pairs(asked(contest(scheme, marks, decisions=decisions))) == [("R", "S", "")]


def test_a_minimum_that_bars_the_way_is_what_the_gap_is_measured_from() -> None:
    stars = {"tiers": [tier("four", minimum=80), tier("three", minimum=70)]}
    grid = {"P": {"j1": 81, "j2": 84}, "Q": {"j1": 72, "j2": 73}, "R": {"j1": 60, "j2": 66}}
    said = found(asked(contest(rule(prizes=stars), grid)))
    told = [(one.higher, one.lower, one.cut, one.gap) for one in said.boundaries]
    assert told == [("P", "Q", Fraction(80), Fraction(5, 2)), ("Q", "R", Fraction(70), Fraction(5, 2))]
    # Against a fixed line it is the error of one total, not of a difference: who the judges are counts in full.
    assert said.precision is not None
    assert said.boundaries[0].error == pytest.approx(sqrt(float(said.precision.covariance[0, 0])))


DIVIDED = {"P": "n", "Q": "s", "R": "n", "S": "s", "T": "n"}
FIVE = column({"P": 90, "Q": 85, "R": 80, "S": 70, "T": 60})


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"quota_by": "division"}, [("P", "R", "n"), ("Q", "S", "s")]),
        ({"first_of_each_division": True}, [("P", "R", "n"), ("Q", "S", "s"), ("R", "S", "")]),
    ],
    ids=["quotas", "firsts"],
)
def test_divisions_have_boundaries_of_their_own(how: Table, expected: list[tuple[str, str, str]]) -> None:
    second = [tier("second", 1)] if "first_of_each_division" in how else []
    scheme = rule(prizes={"tiers": [tier("first", 2), *second], **how}, divisions=named("n", "s"))
    assert pairs(asked(contest(scheme, FIVE, units=DIVIDED))) == expected


def test_a_first_place_nobody_may_have_marks_no_boundary() -> None:
    tiers = [tier("first", 2, minimum=88), tier("second", 1)]
    scheme = rule(prizes={"tiers": tiers, "first_of_each_division": True}, divisions=named("n", "s"))
    assert pairs(asked(contest(scheme, FIVE, units=DIVIDED))) == [("P", "R", "n"), ("Q", "R", "")]


def test_without_prizes_there_is_no_boundary() -> None:
    assert found(small(prizes={})).boundaries == ()


def test_where_nothing_can_be_said_of_chance_the_rest_is_told_all_the_same() -> None:
    scheme = rule(marked(panel={"method": "sum", "counts": "order"}), prizes=TWO)
    said = found(asked(contest(scheme, GRID, judges=JUDGES)))
    assert (said.precision, said.chances, said.places, said.resampled) == (None, None, None, None)
    assert (said.unknown, said.not_resampled) == ("jumps", "jumps")
    upper = said.boundaries[0]
    assert (upper.error, upper.ratio, upper.chance) == (None, None, None)
    assert upper.judges == ("j2", "j3")  # the example by order: Q is ahead with two of three
    few = found(small())
    assert (few.unknown, few.resampled, few.not_resampled) == ("", None, "few")


def test_a_gap_without_any_error_has_no_ratio() -> None:
    grid = {"P": {"j1": 90, "j2": 80}, "Q": {"j1": 80, "j2": 70}}
    (only,) = found(asked(contest(rule(prizes={"tiers": [tier("first", 1)]}), grid))).boundaries
    assert (only.error, only.ratio, only.chance) == (None, None, 1.0)


def test_the_tour_in_all_its_figures() -> None:
    """Ten counties, 52 judges: each boundary, and everybody in chances, places and drawings."""
    scheme = shipped("shiyan-2022-tour")
    roster, sheets, priors = tour(scheme)
    said = found(Contest(scheme, roster, tuple(sheets), tuple(priors)))
    told = [(one.above, one.below, one.higher, one.lower) for one in said.boundaries]
    assert [(above, below) for above, below, _, _ in told] == [
        (("first",), ("second",)), (("second",), ("third",)), (("third",), ("merit",)),
    ]  # fmt: skip
    assert (len(said.left_out.judges), len(said.left_out.blocs)) == (52, 13)
    assert said.chances is not None
    assert said.resampled is not None
    assert said.places is not None
    for of_unit in (said.chances.of_unit, said.resampled.of_unit):
        assert list(of_unit) == [
            unit.id for unit in sorted(roster.units, key=lambda unit: list(of_unit).index(unit.id))
        ]
        assert [sum(row) for row in of_unit.values()] == pytest.approx([1] * 10)
    assert all(first <= place <= last for place, (first, last) in enumerate(said.places.of_unit.values(), 1))


def rounds() -> Contest:
    """Two of four go on to a final that starts anew and is marked lower; the last judge alone sees c before b."""
    first = {"a": (90, 92, 91), "b": (80, 84, 70), "c": (76, 77, 79), "d": (60, 61, 65)}
    final = {"a": (30, 32, 33), "b": (41, 40, 44)}
    stages = [
        {"id": "first", "name": words("first"), "components": ["first"], "advance": {"quota": 2}},
        {"id": "final", "name": words("final"), "components": ["final"]},
    ]
    tiers = [tier("first", 1), tier("second", 1), tier("third", 1)]
    scheme = rule(marked("first"), marked("final"), rounds=stages, prizes={"tiers": tiers})
    grid = {
        f"{unit}-{part}": {f"j{i}": mark for i, mark in enumerate(row)}
        for part, rows in (("first", first), ("final", final))
        for unit, row in rows.items()
    }
    entries = [Entry(f"{unit}-{part}", unit, part) for unit in first for part in ("first", "final")]
    return asked(contest(scheme, grid, entries=entries, judges=[Judge(f"j{i}") for i in range(3)]))


def test_whoever_came_farther_stands_higher_in_every_case_and_between_rounds_no_total_decides() -> None:
    said = found(rounds())
    assert [(one.higher, one.lower) for one in said.boundaries] == [("b", "a"), ("c", "d")]
    assert said.places is not None
    assert said.places.of_unit == {"b": (1, 1), "a": (2, 2), "c": (3, 3), "d": (4, 4)}
    assert said.chances is not None
    assert said.chances.of_unit["c"][:2] == said.chances.of_unit["d"][:2] == (0, 0)
    assert said.chances.of_unit["a"][2:] == (0, 0)


def test_without_a_judge_another_may_go_on_and_has_no_final_yet() -> None:
    """Without the first judge b and c have 77 and 78 in the first round, so c would have gone on."""
    case = found(rounds()).left_out.judges[0]
    moved = {move.unit: (move.before.place, move.after.place) for move in case.moves}
    assert moved["c"] == (3, None)
    assert case.open


def test_the_same_figures_whatever_the_hash_seed() -> None:
    code = (
        "from tests.scoring.inform.test_boundaries import found, small; said = found(small());"
        "print(said.boundaries, said.chances, said.places, said.left_out)"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(printed) == 1
