"""Tiers for many orders at once: the same as the walk that decides, for random schemes, vetoes and minima."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.inform.tiers import tiers_of
from scoring.results import UnitResult
from scoring.roster import Decision, Unit
from tests.scoring.contests import Table, by_unit, column, contest, criterion, item, marked, named, rule, tier, words

EFFECTS = {"last": "rank_last", "capped": "cap_tier", "unpaid": "no_money"}


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, object]:
    number = draw(st.integers(1, 4))
    kind = draw(st.sampled_from(["quota", "share", "open"]))
    lows = sorted(draw(st.lists(st.integers(20, 90), min_size=number, max_size=number)), reverse=True)
    tiers: list[Table] = []
    for i in range(number):
        sizes: dict[str, Table] = {"quota": {"quota": draw(st.integers(0, 3))}, "share": {"share": "0.2"}, "open": {}}
        size = sizes[kind]
        least = (
            {"minimum": lows[i]}
            if kind == "open" or (draw(st.booleans()) and not any("minimum" not in before for before in tiers))
            else {}
        )
        tiers.append({**tier(f"t{i}"), **size, **least})
    prizes: dict[str, object] = {"tiers": tiers, "below_minimum": draw(st.sampled_from(["vacant", "pass_down"]))}
    by = draw(st.sampled_from(["all", "division", "first"])) if kind == "quota" else "all"
    if by == "division":
        prizes["quota_by"] = "division"
    if by == "first":
        prizes["first_of_each_division"] = True
        tiers[0]["quota"] = 2
    return prizes


@given(schemes(), st.lists(st.integers(0, 100), min_size=1, max_size=9, unique=True), st.data())
def test_the_walk_over_many_orders_is_the_walk_that_decides(
    prizes: dict[str, object], marks: list[int], data: st.DataObject
) -> None:
    names = [f"u{i}" for i in range(len(marks))]
    divisions = {name: data.draw(st.sampled_from(["north", "south"])) for name in names}
    top = prizes["tiers"][-1]["id"]  # type: ignore[index]  # a table of tiers
    vetoes: list[dict[str, object]] = [
        {"id": name, "name": words(name), "subject": "unit", "effect": effect} for name, effect in EFFECTS.items()
    ]
    vetoes[1]["tier"] = top
    given_ = {name: data.draw(st.sampled_from(["none", "none", "none", *EFFECTS])) for name in names}
    decisions = [Decision("veto", name, veto) for name, veto in given_.items() if veto != "none"]
    scheme = rule(
        marked("m", criterion("c", item(step=1))), prizes=prizes, vetoes=vetoes, divisions=named("north", "south")
    )
    result = contest(
        scheme, column(dict(zip(names, marks, strict=True))), units=divisions, decisions=decisions
    ).result()
    units = by_unit(result)
    ladder = [tier.id for tier in scheme.prizes.tiers]
    decided = [
        ladder.index(award.tiers[0]) if (award := units[name].award) and award.tiers else len(ladder) for name in names
    ]
    # The same totals twice, and once in another order in between: rows do not disturb each other.
    rows = np.array([marks, marks[::-1], marks], dtype=float)
    found = tiers_of(scheme, [units[name] for name in names], rows)
    assert found[[0, 2]].tolist() == [decided, decided]


def test_the_last_place_of_equal_divisions_goes_where_the_better_unit_is() -> None:
    """One place for two divisions of one unit each: in every order the better of the two has it."""
    scheme = rule(divisions=named("north", "south"), prizes={"tiers": [tier("first", 1)], "quota_by": "division"})
    two = [UnitResult(Unit("n", division="north"), {}), UnitResult(Unit("s", division="south"), {})]
    assert tiers_of(scheme, two, np.array([[80.0, 70.0], [70.0, 80.0]])).tolist() == [[0, 1], [1, 0]]


def test_without_tiers_nobody_has_one() -> None:
    assert tiers_of(rule(), [UnitResult(Unit("u"), {})], np.array([[80.0]])).tolist() == [[0]]
