"""One small contest for each rule that random contests seldom meet: the second calculation agrees with the first."""

import json
from decimal import Decimal
from typing import Any

import pytest

from scoring.bundle import compose
from scoring.roster import Absence, Decision, Entry, Judge, Recusal
from scoring.verify import verify
from tests.scoring.contests import (
    Contest,
    Table,
    column,
    contest,
    criterion,
    item,
    known,
    marked,
    named,
    rule,
    tier,
    trimmed,
    words,
)
from tests.scoring.finals import final
from tests.scoring.staged import FIVE, TIED, first_then_final, left, played
from tests.scoring.tampering import sealed_again

SAID_BY_PEOPLE = {("section", "notes"), ("section", "open")}
TIERS = [tier("1", 1, 100), tier("2", 2, 50), tier("3", 3, 20)]
# One first, then three equals for two second prizes and a third, then two more.
LEVEL = {"a": 90, "b": 80, "c": 80, "d": 80, "e": 70, "f": 60}
# Judges who did not all mark the same, so that a rule must say with whom a mark is compared.
ROWS = {"a": {"x": 80, "y": 60, "z": 70}, "b": {"x": 70, "y": 80, "z": 70}, "c": {"x": 90, "y": 70, "z": 80}}


def prizes(boundary: str, *decisions: Decision, marks: dict[str, int] | None = None, **more: object) -> Contest:
    scheme = rule(prizes={"tiers": TIERS, "boundary": boundary}, **more)
    return contest(scheme, column(dict(marks or LEVEL)), decisions=decisions)


def awarded(*tiers: str, yuan: str = "30") -> list[Decision]:
    return [Decision("award", unit, name, yuan) for unit, name in zip("bcd", tiers, strict=True)]


def counting(counts: str) -> Contest:
    return contest(rule(marked(panel={"method": "mean", "counts": counts})), ROWS)


def two_criteria(how: Table, *classes: str) -> Contest:
    """Marks on two criteria by five judges, dropped criterion by criterion."""
    lines = [criterion("c", item("p", 10, 1)), criterion("d", item("q", 10, 1))]
    judges = [Judge(f"j{i}", judge_class=classes[i % len(classes)] if classes else "") for i in range(5)]
    grid = {"a": {f"j{i}": [i + 2, 9 - i] for i in range(5)}, "b": {f"j{i}": [7, (3 * i) % 5] for i in range(5)}}
    return contest(rule(marked("m", *lines, panel=how), judge_classes=named(*classes)), grid, judges=judges)


def apart() -> Contest:
    """Two pairs of judges with no entry in common, marks to be compared all the same."""
    grid = {"a": {"w": 80, "x": 70}, "b": {"w": 60, "x": 65}, "c": {"y": 75, "z": 72}, "d": {"y": 71, "z": 70}}
    crossing = [Recusal(judge, entry=entry) for judge, entry in ("wc", "wd", "xc", "xd", "ya", "yb", "za", "zb")]
    return contest(rule(marked(panel={"method": "mean", "counts": "less_severity"})), grid, recusals=crossing)


def weighted_kinds() -> Contest:
    kinds = [{**named("k1")[0], "group": "g"}, {**named("k2")[0], "group": "h"}]
    how = {"method": "weighted", "weights": [{"group": "g", "weight": 3}, {"group": "h", "weight": 1}]}
    entries = [Entry("a1", "a", "marks", "k1"), Entry("a2", "a", "marks", "k2"), Entry("b1", "b", "marks", "k1")]
    grid = {"a1": {"j": 80}, "a2": {"j": 60}, "b1": {"j": 77}}
    return contest(rule(marked(unit=how), kinds=kinds), grid, entries=entries)


def an_empty_class(value: str) -> Contest:
    classes = [{"judge_class": "e", "weight": 3}, {"judge_class": "p", "weight": 1}]
    how = {"method": "mean", "classes": classes, "empty_class": "decision"}
    judges = [Judge("x", judge_class="e"), Judge("y", judge_class="p")]
    scheme = rule(marked(panel=how), judge_classes=named("e", "p"))
    decided = [Decision("class", "a", "p", value)]
    return contest(scheme, {"a": {"x": 80}}, judges=judges, absences=[Absence("y")], decisions=decided)


def bonus_within() -> Contest:
    lines = criterion("c", item("p", 10, 1), item("q", 5, 1, role="bonus"))
    scheme = rule(marked("m", lines, sheet={"points": "sum", "bonus": "within_full"}, full=10))
    return contest(scheme, {"a": {"j": [8, 1]}, "b": {"j": [8, 5]}, "c": {"j": [10, 3]}})


def a_prior_decided(value: str) -> Contest:
    scheme = rule(marked(weight=3), known(weight=1, missing="decision"))
    decided = [Decision("prior", "b", "ordinary", value)]
    return contest(scheme, column({"a": 70, "b": 80}), priors={"ordinary": {"a": 90}}, decisions=decided)


def by_division(*decisions: Decision, **more: object) -> Contest:
    """Two firsts and two seconds for four of the north and two of the south; the third tier takes the rest."""
    how: Table = {"tiers": [tier("1", 2, 100), tier("2", 2, 50), tier("3", yuan=10)], **more}
    vetoes = [{"id": "unpaid", "name": words("u"), "subject": "unit", "effect": "no_money"},
              {"id": "out", "name": words("o"), "subject": "entry", "effect": "exclude"}]  # fmt: skip
    scheme = rule(prizes={"boundary": "pool", **how}, divisions=named("n", "s"), vetoes=vetoes)
    marks = {"a": 90, "b": 80, "c": 80, "d": 70, "e": 60, "f": 40}
    return contest(scheme, column(marks), units=dict(zip("abcdef", "nnnnss", strict=True)), decisions=decisions)


BANDS = [{"least": 50, "points": 60}, {"least": 80, "points": 90}]


def scaled(scale: str, *scores: int, **more: Any) -> Contest:  # noqa: ANN401  keys of a scheme
    """Ordinary work on a scale of the field, two fifths of the total."""
    names = "abcd"[: len(scores)]
    scheme = rule(marked(weight=3), known(weight=2, scale=scale, **more))
    prior = {"ordinary": dict(zip(names, scores, strict=True))}
    return contest(scheme, column(dict.fromkeys(names, 70)), priors=prior)


def carried(*decisions: Decision) -> Contest:
    """Fifteen points of another appraisal by the total, by the rounded and by the exact value, and by one component."""
    names: Table = {"name": words("x"), "weight": 15, "decimals": 1}
    out = [
        {"id": "all", **names},
        {"id": "exact", "uses": "exact", **names},
        {"id": "part", "component": "marks", **names},
    ]
    vetoes = [{"id": "out", "name": words("o"), "subject": "unit", "effect": "exclude"}]
    scheme = rule(marked(weight=7), known(weight=3, missing="decision"), carry_out=out, vetoes=vetoes)
    prior = {"ordinary": {"a": 91, "b": 77}}
    return contest(scheme, column({"a": 83, "b": 71, "c": 64}), priors=prior, decisions=decisions)


DICE: Table = {"draw": {"public": words("dice"), "secret": False}}
THROWN = Decision("public", value="6")
CONTESTS: dict[str, Contest] = {
    "a tier takes all who are equal, out of the next": prizes("extend_up_absorb"),
    "equals go down together": prizes("push_down"),
    "equals go down below the last tier": prizes("push_down", marks={"a": 90, "b": 80, "c": 70, "d": 60, "e": 50}
                                                 | dict.fromkeys("fghi", 50)),
    "half to himself, half to all": prizes("hort", THROWN, **DICE),
    "half to himself waits for the throw": prizes("hort", **DICE),
    "people say who of the equals has which": prizes("decision", *awarded("2", "2", "3")),
    "people give more than was planned": prizes("decision", *awarded("2", "2", "2", yuan="70"),
                                                Decision("overrun", value="1000")),
    "marks on each judge's own scale": counting("z"),
    "marks by each judge's range": counting("minmax"),
    "marks by each judge's order": counting("order"),
    "duels": contest(rule(marked(panel={"method": "copeland"})), ROWS),
    "severity without a link": apart(),
    "what is dropped counts in part": contest(
        rule(marked(panel={**trimmed(1, 1), "trim": {"low": 1, "high": 1, "weight": "1/2"}})),
        {"a": {f"j{i}": mark for i, mark in enumerate((60, 70, 90, 80, 95))}},
    ),
    "dropped by criterion": two_criteria(trimmed(1, 1, "criterion")),
    "dropped by item in classes": two_criteria(
        trimmed(1, 0, "item", classes=[{"judge_class": "e", "weight": 2}, {"judge_class": "p", "weight": 1}]), "e", "p"
    ),
    "kinds of entries with weights": weighted_kinds(),
    "quotas by division": by_division(quota_by="division"),
    "a first of each division": by_division(first_of_each_division=True),
    "a winner is paid nothing, another is out with his only entry": by_division(
        Decision("veto", "a", "unpaid"), Decision("veto", "d", "out")
    ),
    "a tier that nobody may have goes down": by_division(
        tiers=[tier("1", 2, 100, minimum="95"), tier("2", 2, 50)], below_minimum="pass_down"
    ),
    "a tier for a share of all": by_division(tiers=[{"id": "1", "name": words("1"), "share": "0.4", "yuan": 5}]),
    "z-scores of the field": scaled("z", 70, 80, 95),
    "z-scores where nobody differs": scaled("z", 80, 80),
    "the range of the field": scaled("minmax", 70, 80, 95),
    "the range of a field where nobody differs": scaled("minmax", 80, 80),
    "places of the field": scaled("rank", 70, 80, 95, 80, rank_points=[9, 5, 1]),
    "bands of a prior score": scaled("bands", 70, 80, 95, 20, bands=BANDS),
    "what is carried into other appraisals": carried(Decision("veto", "b", "out")),
    "the middle mark without marks": contest(
        rule(known(), marked(weight=2), ties=["majority_gauge"]), {}, priors={"ordinary": {"a": 80, "b": 80}}
    ),
    "each judge's own scale where he gives all the same": contest(
        rule(marked(panel={"method": "mean", "counts": "z"})), {"a": {"x": 80, "y": 70}, "b": {"x": 80, "y": 75}}
    ),
    "an empty class is given a score": an_empty_class("66"),
    "an empty class is left out": an_empty_class("renormalise"),
    "a bonus within full marks": bonus_within(),
    "a missing prior score is given": a_prior_decided("66.5"),
    "a missing prior score is left out": a_prior_decided("renormalise"),
    "rooms by division": contest(
        rule(marked("m", second_mean={"by": "division"}), divisions=named("n", "s"),
             rounding=[{"after": "coefficient", "decimals": 2}, {"after": "second_mean", "decimals": 4}]),
        {"a": {"x": 80}, "b": {"x": 85}, "c": {"y": 70}, "d": {"y": 77}},
        units={"a": "n", "b": "n", "c": "s", "d": "s"}, entries=[Entry(name, name, "m") for name in "abcd"],
        absences=[Absence(judge, entry=entry) for judge, entry in ("xc", "xd", "ya", "yb")],
    ),
    "equals at a cut wait": played(first_then_final(quota=2, ties="decision"), TIED),
    "equal reserves wait where one is needed": played(
        first_then_final(quota=2, reserves=1), FIVE | {"d": {"first": 70}}, left("a")
    ),
    "a couple has two places of one judge": final({"w": {"a": [1, 1], "b": [1, 2], "c": [3, 3]}}),
    "nobody has danced": final({"w": {"a": [], "b": []}}),
    "the spread of marks without marks": contest(
        rule(known(), marked(weight=Decimal("0.5")), ties=["lower_spread"]), {}, priors={"ordinary": {"a": 80, "b": 80}}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTESTS)
def test_each_rule_is_calculated_again(name: str) -> None:
    verdict = verify(compose(CONTESTS[name].inputs, None))
    assert verdict.difference is None
    assert set(verdict.unknown) <= SAID_BY_PEOPLE


def test_the_sheets_that_would_link_three_groups_of_judges_are_found_again_and_a_changed_one_named() -> None:
    """A and B have two sheets each: recused from A, c is asked for B; then d for A, rather than others for E."""
    grid = {"A": {"a": 80, "b": 82}, "B": {"a": 70, "b": 75}, "C": {"c": 60}, "D": {"c": 65}, "E": {"d": 90}}
    fair = rule(marked(panel={"method": "mean", "counts": "less_severity"}))
    apart = contest(fair, grid, recusals=[Recusal("c", entry="A")])
    document = json.loads(compose(apart.inputs, None))
    [number] = [i for i, row in enumerate(document["sections"]["open"]) if row["code"] == "severity.disconnected"]
    row = document["sections"]["open"][number]
    assert row["params"]["sheets"] == "c/B, d/A"
    verdict = verify(sealed_again(document))
    assert (verdict.difference, verdict.unknown) == (None, ())
    row["params"]["sheets"] = "c/B, d/B"
    difference = verify(sealed_again(document)).difference
    assert difference is not None
    assert (difference.section, difference.row) == ("open", number + 1)
