"""Every warning of the linter with its numbers by hand, and silence where the rule is sound."""

from decimal import Decimal

import pytest

from scoring.faults import Fault
from scoring.inform.contest import Contest as Past
from scoring.inform.lint import lint
from scoring.roster import Entry, Judge, Roster, Unit
from scoring.scheme import Scheme
from tests.scoring.contests import Contest, Grid, Table, contest, known, marked, named, rule, tier, words
from tests.tours import shipped, tour

TRIMMED: Table = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}
MONEY = [tier("first", 1, 100), tier("second", 1)]


def told(found: list[Fault], code: str) -> list[dict[str, str | int]]:
    return [dict(fault.params) for fault in found if fault.code == f"lint.{code}"]


def roster(judges: str = "abc", units: str = "ABC", **rows: str) -> Roster:
    """``rows``: judge -> the divisions he marks, else all; a unit's division is its own letter, small."""
    return Roster(
        tuple(Unit(unit, division=unit.lower()) for unit in units),
        tuple(Entry(f"{unit}1", unit, "marks") for unit in units),
        tuple(Judge(judge, unit=judge.upper(), divisions=tuple(rows.get(judge, ""))) for judge in judges),
    )


def past(one: Contest) -> Past:
    return Past(one.scheme, one.roster, one.sheets, one.priors, one.decisions)


@pytest.mark.parametrize(("minimum", "expected"), [(5, []), (4, [(4, 2)]), (2, [(2, 0)]), (1, [(1, 0)])])
def test_a_trim_that_leaves_fewer_than_three_at_the_smallest_panel(minimum: int, expected: list[object]) -> None:
    found = told(lint(rule(marked(panel=TRIMMED | {"minimum": minimum}))), "few_kept")
    assert [(one["minimum"], one["kept"]) for one in found] == expected
    assert all(one["needed"] == 5 for one in found)


@pytest.mark.parametrize("counts", ["z", "minmax", "order"])
def test_own_scales_where_judges_do_not_mark_the_same(counts: str) -> None:
    recused = rule(marked(panel={"method": "mean", "counts": counts}, recusal="own_unit"))
    listed = rule(marked(panel={"method": "mean", "counts": counts}))
    assert told(lint(recused), "scale_recusal") == [{"component": "marks"}]
    assert told(lint(listed), "scale_recusal") == []
    found = told(lint(recused, roster("ab", "ABC")), "scale_uneven")
    assert found == [{"component": "marks", "number": 2, "judges": 2}]
    assert told(lint(listed, roster("ab", "ABC")), "scale_uneven") == []


def test_severity_with_fewer_than_three_links_between_blocs() -> None:
    """Under recusal two blocs at three units have one entry in common (C1); at five, three."""
    severe = rule(marked(panel={"method": "mean", "counts": "less_severity"}, recusal="own_unit"))
    few = told(lint(severe, roster("ab", "ABC")), "few_links")
    assert few == [{"component": "marks", "bloc": "A", "links": 1, "needed": 3}]
    assert told(lint(severe, roster("ab", "ABCDE")), "few_links") == []
    assert told(lint(rule(marked()), roster("ab", "ABC")), "few_links") == []


def test_a_panel_for_each_division_with_prizes_over_all() -> None:
    divisions = named("a", "b")
    over_all = rule(marked(), divisions=divisions, prizes={"tiers": MONEY})
    apart = roster("xy", "AB", x="a", y="b")
    assert told(lint(over_all, apart), "division_panels") == [{"component": "marks", "groups": 2}]
    assert told(lint(over_all, roster("xy", "AB", x="a")), "division_panels") == []
    by_division = rule(marked(), divisions=divisions, prizes={"tiers": MONEY, "quota_by": "division"})
    assert told(lint(by_division, apart), "division_panels") == []


def test_a_common_route_of_a_tour() -> None:
    assert told(lint(rule(marked(), contest="tour"), roster()), "one_route") == [{"component": "marks", "number": 3}]
    assert told(lint(rule(marked()), roster()), "one_route") == []
    assert told(lint(rule(marked(), contest="tour")), "one_route") == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (marked(), False),
        (marked(panel={"method": "mean", "counts": "less_severity"}), True),
        (marked(panel={"method": "mean", "counts": "z"}), True),
        (marked(panel={"method": "copeland"}), True),
        (marked(scale="minmax"), True),
        (marked(scale="bands", bands=[{"least": 0, "points": 1}]), False),
    ],
)
def test_scores_that_cannot_be_revealed_one_by_one(part: Table, expected: bool) -> None:  # noqa: FBT001
    assert told(lint(rule(part)), "not_stepwise") == ([{"component": "marks"}] if expected else [])


def test_a_ledger_measured_by_the_best_cannot_either() -> None:
    share = {"id": "s", "name": words("s"), "shape": "share", "points": 9}
    for target, expected in (({}, [{"component": "ordinary"}]), ({"target": 3}, [])):
        sections = [{"id": "all", "name": words("all"), "full": 100, "rules": [share | target]}]
        by = rule(known("ordinary") | {"ledger": {"sections": sections}})
        assert told(lint(by), "not_stepwise") == expected


@pytest.mark.parametrize(
    ("ties", "boundary", "yuan", "expected"),
    [
        ([], "decision", 100, [{"yuan": "100"}]),
        (["median"], "decision", 100, [{"yuan": "100"}]),
        (["median", "decision"], "decision", 100, []),
        ([], "pool", 100, []),
        ([], "decision", 0, []),
    ],
)
def test_money_at_a_boundary_without_a_policy(ties: list[str], boundary: str, yuan: int, expected: object) -> None:
    by = rule(marked(), ties=ties, prizes={"tiers": [tier("first", 1, yuan)], "boundary": boundary})
    assert told(lint(by), "no_tie_policy") == expected


def test_stars_without_a_number_need_no_policy() -> None:
    assert lint(rule(marked(), prizes={"tiers": [tier("five", yuan=100, minimum=90)]})) == []


def coarse(decimals: int) -> Scheme:
    rounding = [{"after": "blend", "decimals": decimals}]
    return rule(marked(), rounding=rounding, total={"rank_on": f"blend@{decimals}"})


def test_a_coarse_value_that_ranks_and_the_ties_to_expect() -> None:
    """Ten units have 45 pairs; 45 x 0.1 / (2 x 2 x 1.7725) = 0.63; with whole numbers ten times as many."""
    assert told(lint(coarse(1)), "coarse_rank") == [{"stage": "blend@1", "units": 10, "spread": "2.0", "ties": "0.6"}]
    assert told(lint(coarse(0)), "coarse_rank")[0]["ties"] == "6.3"
    assert told(lint(coarse(0), roster()), "coarse_rank")[0]["ties"] == "0.4"
    assert told(lint(coarse(2)), "coarse_rank") == []
    assert told(lint(rule(marked())), "coarse_rank") == []


def test_an_earlier_contest_tells_its_spread_and_the_ties_that_rounding_made() -> None:
    """90.1, 90.2 and 92.4 as whole numbers: 90, 90, 92, sd 1.15; one pair is equal by rounding, none in truth."""
    one = contest(coarse(0), {"a": {"j": "90.1"}, "b": {"j": "90.2"}, "c": {"j": "92.4"}})
    found = lint(one.scheme, history=past(one))
    assert told(found, "coarse_rank")[0]["spread"] == "1.2"
    assert told(found, "coarse_before") == [{"stage": "blend@0", "pairs": 1}]
    equal = contest(coarse(0), {"a": {"j": 90}, "b": {"j": 90}, "c": {"j": 92}})
    assert told(lint(equal.scheme, history=past(equal)), "coarse_before") == []
    alone = contest(coarse(0), {"a": {"j": 90}})
    assert told(lint(alone.scheme, history=past(alone)), "coarse_rank")[0]["spread"] == "2.0"


def test_weights_in_effect_of_an_earlier_contest() -> None:
    """On site spreads 2.5 times as much: 70/30 is 85/15 in effect."""
    by = rule(marked(weight=70), known(weight=30))
    field: Grid = {"a": {"j": 90}, "b": {"j": 80}, "c": {"j": 85}}
    one = contest(by, field, priors={"ordinary": {"a": 88, "b": 92, "c": 90}})
    assert told(lint(by, history=past(one)), "weights") == [
        {"component": "marks", "nominal": "70", "effective": 85},
        {"component": "ordinary", "nominal": "30", "effective": 15},
    ]
    assert told(lint(by), "weights") == []


def noisy(gap: str) -> list[dict[str, str | int]]:
    """Two units apart by ``gap``, with three judges who contradict each other by a few points; one first prize."""
    by = rule(marked(), prizes={"tiers": [tier("first", 1)]}, ties=["decision"])
    best = Decimal(80) + Decimal(gap)
    field: Grid = {
        "a": {"x": str(best + 3), "y": str(best - 3), "z": str(best)},
        "b": {"x": "78", "y": "82", "z": "80"},
        "c": {"x": "61", "y": "60", "z": "59"},
    }
    one = contest(by, field)
    return told(lint(by, history=past(one)), "boundary_noise")


def test_a_boundary_within_the_noise_of_an_earlier_contest() -> None:
    (near,) = noisy("0.5")
    assert (near["unit"], near["other"], near["gap"]) == ("a", "b", "0.50")
    assert 0.25 < float(near["error"]) < 5
    assert noisy("16") == []


def test_one_judge_says_nothing_of_noise() -> None:
    one = contest(rule(marked(), prizes={"tiers": MONEY[1:]}), {"a": {"j": 90}, "b": {"j": 89}})
    assert told(lint(one.scheme, history=past(one)), "boundary_noise") == []


def test_the_shipped_tours() -> None:
    everyday, fair = shipped("shiyan-2022-tour"), shipped("shiyan-2022-tour-fair")
    assert lint(everyday) == []
    whole, _, _ = tour(everyday)
    assert [fault.code for fault in lint(everyday, whole)] == ["lint.one_route"]
    assert [fault.code for fault in lint(fair, tour(fair)[0])] == ["lint.not_stepwise"] * 2 + ["lint.one_route"]
