"""A contest counted in planes has the batch's scores; a rule that planes do not count is named, not half counted."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from scoring.fast.provisional import Provisional, Uncountable
from scoring.roster import Decision, Entry, Judge, Roster, Sheet, Unit
from scoring.tabulate import tabulate
from tests.scoring.contests import contest, criterion, item, marked, named, rule, tier, words
from tests.scoring.plans import Plan, contest_of, plans
from tests.tours import shipped, stress_tour, tour

COMPARED = ({"by": "bloc"}, {"counts": "less_severity"}, {"counts": "order"}, {"method": "copeland"})


def countable(table: dict[str, Any], part: dict[str, Any]) -> bool:
    """Whether planes count it: sheets with their points as they are, one panel, and nothing else in the score."""
    panel = part["panel"]
    if "second_mean" in part or "minimum_share" in panel or "factor" in str(part["criteria"]):
        return False
    if any(key in line for one in part["criteria"] for line in one["items"] for key in ("values", "grades")):
        return False
    singly = panel.get("trim_on") if panel.get("trim_on") in ("item", "criterion") else None
    if singly and {stage["after"] for stage in table.get("rounding", ())} & {singly, "factor"}:
        return False
    weighed = "multiples" in panel or "weight" in str(panel.get("trim"))
    return panel.get("by", "judge") == "judge" and not weighed and "counts" not in panel and "classes" not in panel


@settings(max_examples=120)
@given(plans())
def test_scores_and_totals_are_the_batchs(plan: Plan) -> None:
    made = contest_of(plan)
    if not all(countable(plan.table, part) for part in plan.table["components"] if "panel" in part):
        with pytest.raises(Uncountable):
            Provisional(made.scheme, made.roster, made.priors, made.decisions)
        return
    contest_once = Provisional(made.scheme, made.roster, made.priors, made.decisions)
    found = contest_once.standings(contest_once.cubes(made.sheets))
    result = made.result()
    assert found.entries == {name: entry.score for name, entry in result.entries.items()}
    assert found.totals == {u.unit.id: u.score for u in result.units if u.score is not None}


@pytest.mark.parametrize("panel", COMPARED)
def test_a_rule_that_planes_do_not_count_is_named(panel: dict[str, Any]) -> None:
    made = contest(rule(marked(panel={"method": "mean", **panel})), {"A": {"p": 1}})
    with pytest.raises(Uncountable, match="marks"):
        Provisional(made.scheme, made.roster)


@pytest.mark.parametrize("sheet", [{"least": 1}, {"most": 99}])
def test_bounded_sheets_are_not_counted_in_planes(sheet: dict[str, Any]) -> None:
    made = contest(rule(marked(sheet=sheet)), {"A": {"p": 1}})
    with pytest.raises(Uncountable, match="marks"):
        Provisional(made.scheme, made.roster)


@pytest.mark.parametrize(
    "more",
    [
        {"second_mean": {"by": "panel"}},
        {"sheet": {"bonus": "within_full"}},
        {"panel": {"method": "mean", "difficulty": "entry"}},
        {"panel": {"method": "mean", "base": "entry"}},
    ],
)
def test_what_more_than_marks_decide_is_not_counted_in_planes(more: dict[str, Any]) -> None:
    made = contest(rule(marked(**more)), {"A": {"p": 1}})
    with pytest.raises(Uncountable, match="marks"):
        Provisional(made.scheme, made.roster)


def test_the_tours_are_counted_to_the_last_digit() -> None:
    """The stress tour's 62,400 marks, and the Shiyan tour with its kinds, recusals and absences."""
    scheme = shipped("shiyan-2022-tour")
    for contest_given in (stress_tour(), (scheme, *tour(scheme))):
        rule_of, roster, sheets, *rest = contest_given
        priors = rest[0] if rest else ()
        once = Provisional(rule_of, roster, priors)
        found, result = once.standings(once.cubes(sheets)), tabulate(rule_of, roster, sheets, priors)
        assert list(found.totals.items()) == [(u.unit.id, u.score) for u in result.units]
        assert found.entries == {name: entry.score for name, entry in result.entries.items()}


def test_decisions_and_kinds_by_hand() -> None:
    """P's sheet for A is void, so A has 60; B (kind k, without item y, 8 of 10) has 80 by p and ruling 5 makes C 5."""
    items = [item("x", 10, 1), item("y", 10, 1, kinds=["other"])]
    ruling = {"id": "broken", "name": words("broken"), "score": 5}
    veto = {"id": "fraud", "name": words("fraud"), "subject": "entry", "effect": "exclude"}
    scheme = rule(
        marked("m", criterion("all", *items), sheet={"points": "share"}),
        kinds=named("k", "other"), rulings=[ruling], vetoes=[veto], prizes={"tiers": [tier("first", 1)]},
    )  # fmt: skip
    units = tuple(map(Unit, "ABCD"))
    entries = tuple(Entry(u.id, u.id, "m", "k" if u.id == "B" else "other") for u in units)
    roster = Roster(units, entries, (Judge("p"), Judge("q")))
    sheets = [Sheet("p", "A", (10, 10)), Sheet("q", "A", (6, 6)), Sheet("p", "B", (8,)), Sheet("q", "B", (8,))]
    sheets += [Sheet("p", "C", (9, 9)), Sheet("p", "D", (9, 9)), Sheet("q", "D", (9, None))]
    decisions = [Decision("void", "p/A"), Decision("ruling", "C", "broken"), Decision("veto", "D", "fraud")]
    once = Provisional(scheme, roster, (), decisions)
    found = once.standings(once.cubes(sheets))
    assert found.totals == {"B": 80, "A": 60, "C": 5}
    assert found.entries == {"A": 60, "B": 80, "C": 5, "D": 90}
    assert np.array_equal(once.planes["m"].applies, [[True] * 4, [True, False, True, True]])


def test_a_trim_within_each_criterion_by_hand() -> None:
    """The judges give x 1, 2, 9 and y with z 9, 5, 7: by criterion 2 + 7 = 9 of 30; the totals are 10, 7, 16: 10."""
    parts = [criterion("one", item("x", 10, 1)), criterion("two", item("y", 10, 1), item("z", 10, 1))]
    drop = {"method": "mean", "trim": {"low": 1, "high": 1}}
    found = {}
    for on in ("criterion", "sheet_total"):
        scheme = rule(marked("m", *parts, full=30, panel={**drop, "trim_on": on}))
        roster = Roster((Unit("A"),), (Entry("A", "A", "m"),), tuple(map(Judge, "pqr")))
        rows = {"p": (1, 4, 5), "q": (2, 5, 0), "r": (9, 3, 4)}
        once = Provisional(scheme, roster)
        found[on] = once.standings(once.cubes([Sheet(judge, "A", row) for judge, row in rows.items()])).totals["A"]
    assert found == {"criterion": Fraction(900, 30), "sheet_total": Fraction(1000, 30)}
