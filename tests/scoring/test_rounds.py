"""Rounds by small contests worked by hand: what is carried, who goes on, who stands by or tied, who withdrew."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.faults import Refused
from scoring.inform import contest as inform
from scoring.inform.whatif import without_judge
from scoring.results import Status, Tabulation
from scoring.roster import Decision, Entry, Judge
from scoring.scheme import Scheme
from tests.scoring.contests import (
    Contest,
    Table,
    awards,
    by_unit,
    codes,
    contest,
    marked,
    named,
    places,
    rule,
    scores,
    tier,
    words,
)

Grid = dict[str, dict[str, str | int]]  # unit -> component -> the one judge's mark


def stage(name: str, *components: str, **more: object) -> Table:
    return {"id": name, "name": words(name), "components": list(components) or [name], **more}


def advance(quota: int | None = None, **more: object) -> Table:
    return {**({} if quota is None else {"quota": quota}), **more}


def scheme(*rounds: Table, components: list[Table] | None = None, **more: object) -> Scheme:
    """One component for each round, unless said otherwise."""
    names = [name for one in rounds for name in one["components"]]
    return rule(*(components or [marked(name) for name in names]), rounds=list(rounds), **more)


def played(
    by: Scheme,
    marks: Grid,
    *decisions: Decision,
    divisions: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
) -> Contest:
    """Every unit has an entry in every component; only what is in ``marks`` was marked, by one judge."""
    entries = [
        Entry(f"{unit}-{part.id}", unit, part.id, group=(groups or {}).get(unit, ""))
        for unit in marks
        for part in by.components
    ]
    grid = {f"{unit}-{part}": {"j": mark} for unit, row in marks.items() for part, mark in row.items()}
    units = {unit: (divisions or {}).get(unit, "") for unit in marks}
    return contest(by, grid, entries=entries, units=units, judges=[Judge("j")], decisions=decisions)


def statuses(result: Tabulation, number: int = 0) -> dict[str, Status]:
    """Unit -> what became of it, in the order of the standing."""
    return {one.unit.id: one.status for one in result.rounds[number].standings}


def on(result: Tabulation, number: int = 0) -> list[str]:
    return [unit for unit, status in statuses(result, number).items() if status == "advanced"]


def last_rounds(result: Tabulation) -> dict[str, str]:
    return {unit.unit.id: unit.round for unit in result.units}


def faults(of: Contest) -> list[tuple[str, dict[str, str | int]]]:
    with pytest.raises(Refused) as refused:
        of.result()
    return [(fault.code, fault.params) for fault in refused.value.faults]


# ---- What is carried ------------------------------------------------------------------------------------------------

CARRIED: Grid = {"a": {"r1": 60, "r2": 90, "r3": 70}, "b": {"r1": 90, "r2": 60, "r3": 80}}


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        # the last round alone
        ([{}, {}, {"carry": "reset"}], {"a": 70, "b": 80}),
        # 60 + 90 + 70 = 220; 90 + 60 + 80 = 230
        ([{}, {"carry": "sum"}, {"carry": "sum"}], {"a": 220, "b": 230}),
        # 60 x 20 % + 90 x 30 % + 70 x 50 % = 12 + 27 + 35 = 74; 18 + 18 + 40 = 76
        (
            [{"weight": 20}, {"weight": 30, "carry": "weighted"}, {"weight": 50, "carry": "weighted"}],
            {"a": 74, "b": 76},
        ),
        # the best one: 90, 90; the best two: 90 + 70 = 160, 90 + 80 = 170
        ([{}, {}, {"carry": "best", "best": 1}], {"a": 90, "b": 90}),
        ([{}, {"carry": "sum"}, {"carry": "best", "best": 2}], {"a": 160, "b": 170}),
        # the second round starts anew, the third adds to it: 90 + 70 = 160, 60 + 80 = 140
        ([{}, {"carry": "reset"}, {"carry": "sum"}], {"a": 160, "b": 140}),
    ],
)
def test_a_total_is_made_of_the_rounds_as_the_last_one_says(rounds: list[Table], expected: dict[str, int]) -> None:
    # "best" counts back to the last round that starts anew; so here the second does not.
    if rounds[2].get("carry") == "best" and "carry" not in rounds[1]:
        rounds = [rounds[0], {"carry": "sum"}, rounds[2]]
    by = scheme(*(stage(f"r{i}", **more) for i, more in enumerate(rounds, 1)))
    assert scores(played(by, CARRIED).result()) == expected


def test_a_round_of_two_components_is_blended_before_it_is_carried() -> None:
    # final: 80 x 3/4 + 60 x 1/4 = 75; with the first round: 70 x 40 % + 75 x 60 % = 28 + 45 = 73
    by = scheme(
        stage("first", weight=40),
        stage("final", "skill", "talk", carry="weighted", weight=60),
        components=[marked("first"), marked("skill", weight=3), marked("talk", weight=1)],
    )
    result = played(by, {"a": {"first": 70, "skill": 80, "talk": 60}}).result()
    assert scores(result) == {"a": 73}
    assert [found.standings[0].score for found in result.rounds] == [70, 73]


def test_a_deduction_is_taken_in_its_round_and_bounded_there() -> None:
    # first: 3 - 5 is at least 0; final: 50 - 5 = 45; together 45, and not 53 - 10 = 43
    off: Table = {"kind": "deduction", "subject": "unit", "measure": "points"}
    by = scheme(
        stage("first"),
        stage("final", carry="sum"),
        adjustments=[{"id": f"off-{name}", "name": words(name), "round": name, **off} for name in ("first", "final")],
    )
    taken = [Decision("deduction", "a", f"off-{name}", "5") for name in ("first", "final")]
    result = played(by, {"a": {"first": 3, "final": 50}}, *taken).result()
    assert scores(result) == {"a": 45}


def test_stages_round_each_round_and_then_the_standing() -> None:
    # 70.25 and 80.25 to one decimal: 70.3 and 80.3; their mean 75.3. Unrounded: 75.25; to whole numbers 75
    marks: Grid = {"a": {"first": "70.25", "final": "80.25"}}
    rounds = [stage("first", weight=1), stage("final", carry="weighted", weight=1)]
    stages = [{"after": "blend", "decimals": 1}, {"after": "round", "decimals": 0}]
    values = {"exact": Fraction("75.25"), "blend@1": Fraction("75.3"), "round@0": Fraction(75)}
    for rank_on, value in values.items():
        by = scheme(*rounds, rounding=stages, total={"rank_on": rank_on})
        (unit,) = played(by, marks).result().units
        assert [unit.score, unit.rank_value] == [75, value]


# ---- Who goes on ----------------------------------------------------------------------------------------------------

FIVE: Grid = {name: {"first": mark} for name, mark in {"a": 90, "b": 80, "c": 70, "d": 60, "e": 50}.items()}


def first_then_final(*ties: str, **more: object) -> Scheme:
    return scheme(stage("first", advance=more), stage("final"), ties=list(ties))


def test_the_first_so_many_go_on_and_the_others_rank_below_them_by_their_last_round() -> None:
    # in the final b has 40 and a 30: less than anybody had before, and yet places 1 and 2
    marks = FIVE | {"a": {"first": 90, "final": 30}, "b": {"first": 80, "final": 40}}
    result = played(first_then_final(quota=2), marks).result()
    assert places(result) == {"b": 1, "a": 2, "c": 3, "d": 4, "e": 5}
    assert last_rounds(result) == {"b": "final", "a": "final", "c": "first", "d": "first", "e": "first"}
    assert scores(result) == {"b": 40, "a": 30, "c": 70, "d": 60, "e": 50}
    assert result.final


def test_before_the_next_round_is_marked_those_who_went_on_have_no_place_and_the_others_theirs() -> None:
    result = played(first_then_final(quota=2), FIVE).result()
    assert places(result) == {"a": None, "b": None, "c": 3, "d": 4, "e": 5}
    missing = [fault.params["entry"] for fault in result.open if fault.code == "entry.missing"]
    assert missing == ["a-final", "b-final"]  # nothing is due of those who stopped


def test_a_minimum_is_inclusive_and_its_free_places_are_told() -> None:
    result = played(first_then_final(quota=4, minimum=70), FIVE).result()
    assert on(result) == ["a", "b", "c"]
    assert [(f.code, f.params) for f in result.notes] == [("note.round_vacant", {"round": "first", "places": 1})]
    assert on(played(first_then_final(minimum=60), FIVE).result()) == ["a", "b", "c", "d"]


TIED: Grid = {name: {"first": mark} for name, mark in {"a": 90, "b": 80, "c": 80, "d": 80, "e": 50}.items()}


def test_equals_at_the_cut_all_go_on() -> None:
    assert on(played(first_then_final(quota=2, ties="all_advance"), TIED).result()) == ["a", "b", "c", "d"]


def test_equals_at_the_cut_wait_for_a_decision() -> None:
    by = first_then_final(quota=2, ties="decision")
    result = played(by, TIED).result()
    assert statuses(result) == {"a": "advanced", "b": "tied", "c": "tied", "d": "tied", "e": "out"}
    assert [(f.code, f.params) for f in result.open if f.code.startswith("round.")] == [
        ("round.tied_at_cut", {"round": "first", "units": "b, c, d"})
    ]
    decided = [Decision("cut", unit, "first", str(place)) for place, unit in enumerate("cdb", 1)]
    assert on(played(by, TIED, *decided).result()) == ["a", "c"]
    # half a decision decides nothing
    assert on(played(by, TIED, *decided[:2]).result()) == ["a"]
    assert "round.tied_at_cut" in codes(played(by, TIED, *decided[:2]).result())


def test_the_chain_separates_equals_at_the_cut_as_far_as_it_goes() -> None:
    """Two parts of one weight: b 90 + 70, c and d 80 + 80, all 160; the first part puts b before them."""
    by = scheme(
        stage("first", "one", "two", advance=advance(2, ties="chain")),
        stage("final", components=["final"]) | {"components": ["final"]},
        components=[marked("one"), marked("two"), marked("final")],
        ties=["component:one", "component:final", "decision"],
    )
    marks: Grid = {
        "a": {"one": 95, "two": 95},
        "b": {"one": 90, "two": 70},
        "c": {"one": 80, "two": 80},
        "d": {"one": 80, "two": 80},
    }
    assert on(played(by, marks).result()) == ["a", "b"]
    three = scheme(*[{**stage("first", "one", "two"), "advance": advance(3, ties="chain")}, stage("final")],
                   components=[marked("one"), marked("two"), marked("final")], ties=["component:one"])  # fmt: skip
    assert statuses(played(three, marks).result()) == {"a": "advanced", "b": "advanced", "c": "tied", "d": "tied"}
    settled = played(three, marks, Decision("cut", "c", "first", "2"), Decision("cut", "d", "first", "1"))
    assert on(settled.result()) == ["a", "b", "d"]


def test_marks_of_a_later_round_never_reach_back_to_a_cut() -> None:
    """The chain asks for the final's score, which nobody has at the cut; with it b would be before c."""
    by = scheme(stage("first", advance=advance(1, ties="chain")), stage("final"), ties=["component:final", "median"])
    marks: Grid = {"b": {"first": 80}, "c": {"first": 80}}
    decided = [Decision("cut", "c", "first", "1"), Decision("cut", "b", "first", "2")]
    assert on(played(by, marks, *decided).result()) == ["c"]
    assert on(played(by, marks | {"c": {"first": 80, "final": 10}}, *decided).result()) == ["c"]


# ---- Quotas of divisions and groups ---------------------------------------------------------------------------------

DIVISIONS = named("centre", "institute", "station")
# centres 95 90 85 80 75 70, institutes 94 84 74, stations 60 50 40
NINE = {"c1": 95, "c2": 90, "c3": 85, "c4": 80, "c5": 75, "c6": 70, "i1": 94, "i2": 84, "i3": 74, "s1": 60, "s2": 50,
        "s3": 40}  # fmt: skip
LEVEL = {"c": "centre", "i": "institute", "s": "station"}
OF = {unit: LEVEL[unit[0]] for unit in NINE}
FIELD: Grid = {unit: {"first": mark} for unit, mark in NINE.items()}


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        # over all: 95 94 90 85 84 80
        (advance(6), "c1 i1 c2 c3 i2 c4"),
        # two of each of three divisions
        (advance(2, quota_by="each_division"), "c1 i1 c2 i2 s1 s2"),
        # 6 places for 6, 3 and 3 units: 3, 1.5 and 1.5; the one that is left goes to the first of the equal remainders
        (advance(6, quota_by="division"), "c1 i1 c2 c3 i2 s1"),
        # 7 places: 3.5, 1.75, 1.75 are 3, 1, 1 and two more for the two remainders of 0.75
        (advance(7, quota_by="division"), "c1 i1 c2 c3 i2 s1 s2"),
        # one of each, then the best two of all others: 90 and 85
        (advance(1, quota_by="each_division", best_others=2), "c1 i1 c2 c3 s1"),
    ],
)
def test_quotas_over_all_by_division_and_the_best_of_the_others(how: Table, expected: str) -> None:
    by = scheme(stage("first", advance=how), stage("final"), divisions=DIVISIONS)
    assert on(played(by, FIELD, divisions=OF).result()) == expected.split()


def test_places_are_counted_within_the_division_whose_quota_it_is() -> None:
    by = scheme(stage("first", advance=advance(1, quota_by="each_division")), stage("final"), divisions=DIVISIONS)
    standings = played(by, FIELD, divisions=OF).result().rounds[0].standings
    found = {one.unit.id: (one.pool, one.place) for one in standings}
    assert (found["c1"], found["i1"], found["s1"]) == (("centre", 1), ("institute", 1), ("station", 1))
    assert (found["c6"], found["i3"], found["s3"]) == (("centre", 6), ("institute", 3), ("station", 3))


GROUPS = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"}


def test_groups_of_a_round_have_their_own_quota_and_their_names_are_needed() -> None:
    by = scheme(stage("first", advance=advance(1, quota_by="each_group")), stage("final"))
    whole = played(by, FIVE, groups=GROUPS)
    assert on(whole.result()) == ["a", "c"]
    assert faults(played(by, FIVE, groups={**GROUPS, "d": ""})) == [
        ("roster.group_needed", {"id": "d-first", "unit": "d"})
    ]
    two = scheme(stage("first", "one", "two", advance=advance(1, quota_by="each_group")), stage("final"),
                 components=[marked("one"), marked("two"), marked("final")])  # fmt: skip
    entries = [Entry("a-one", "a", "one", group="x"), Entry("a-two", "a", "two", group="y")]
    mixed = contest(two, {}, entries=entries, judges=[Judge("j")])
    assert faults(mixed) == [("roster.group_differs", {"id": "a-two", "unit": "a", "group": "y", "other": "x"})]


def test_the_others_are_not_known_while_a_group_is_tied() -> None:
    marks = FIVE | {"b": {"first": 90}}  # a and b share the first place of group x
    by = scheme(stage("first", advance=advance(1, quota_by="each_group", best_others=1)), stage("final"))
    result = played(by, marks, groups=GROUPS).result()
    assert statuses(result) == {"a": "tied", "b": "tied", "c": "advanced", "d": "out", "e": "out"}


# ---- Reserves and withdrawals ---------------------------------------------------------------------------------------


def left(unit: str, name: str = "final") -> Decision:
    return Decision("withdrawal", unit, name, document="letter")


def test_who_withdraws_is_replaced_by_the_next_reserve_and_he_by_the_next() -> None:
    by = first_then_final(quota=2, reserves=2)
    before = played(by, FIVE).result().rounds[0].standings
    assert [(one.unit.id, one.status, one.reserve) for one in before] == [
        ("a", "advanced", 0), ("b", "advanced", 0), ("c", "reserve", 1), ("d", "reserve", 2), ("e", "out", 0),
    ]  # fmt: skip
    once = played(by, FIVE, left("b")).result()
    assert statuses(once) == {"a": "advanced", "b": "withdrawn", "c": "advanced", "d": "reserve", "e": "out"}
    assert [(s.replaced_by, s.replaces) for s in once.rounds[0].standings[:3]] == [("", ""), ("c", ""), ("", "b")]
    # the first reserve withdraws as well: the second comes in
    twice = played(by, FIVE, left("b"), left("c")).result()
    assert statuses(twice) == {"a": "advanced", "b": "withdrawn", "c": "withdrawn", "d": "advanced", "e": "out"}
    # both of the first, and then nobody is left after the two reserves
    thrice = played(by, FIVE, left("a"), left("b"), left("c")).result()
    assert on(thrice) == ["d"]
    assert [one.replaced_by for one in thrice.rounds[0].standings] == ["d", "", "", "", ""]


def test_a_withdrawn_unit_keeps_its_score_and_stands_with_those_of_its_last_round() -> None:
    by = first_then_final(quota=2, reserves=1)
    marks = FIVE | {"a": {"first": 90, "final": 20}, "c": {"first": 70, "final": 10}}
    result = played(by, marks, left("b")).result()
    assert places(result) == {"a": 1, "c": 2, "b": 3, "d": 4, "e": 5}
    assert [by_unit(result)["b"].score, by_unit(result)["b"].withdrew] == [80, "final"]
    assert result.final


def test_who_withdraws_in_the_middle_of_a_round_keeps_his_marks_and_nobody_comes_in() -> None:
    by = scheme(
        stage("first", advance=advance(2, reserves=2)),
        stage("final", "one", "two"),
        components=[marked("first"), marked("one"), marked("two")],
    )
    marks = FIVE | {"a": {"first": 90, "one": 50, "two": 50}, "b": {"first": 80, "one": 60}}
    result = played(by, marks, left("b")).result()
    assert statuses(result) == {"a": "advanced", "b": "withdrawn", "c": "reserve", "d": "reserve", "e": "out"}
    assert result.entries["b-one"].score == 60
    assert places(result) == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    assert result.final


def test_who_withdraws_before_the_first_round_has_no_place_and_nothing_of_him_is_due() -> None:
    marks: Grid = {"a": {"first": 5, "final": 6}, "b": {}}
    tabulated = played(scheme(stage("first"), stage("final")), marks, left("b", "first")).result()
    assert places(tabulated) == {"a": 1, "b": None}
    assert tabulated.final
    assert (by_unit(tabulated)["b"].round, by_unit(tabulated)["b"].status) == ("", "withdrawn")


def test_equal_reserves_wait_for_a_decision_only_when_one_of_them_is_needed() -> None:
    marks = FIVE | {"d": {"first": 70}}
    by = first_then_final(quota=2, reserves=1)
    assert [one.reserve for one in played(by, marks).result().rounds[0].standings] == [0, 0, 1, 1, 0]
    assert "round.reserves_tied" not in codes(played(by, marks).result())
    result = played(by, marks, left("a")).result()
    assert [f.params for f in result.open if f.code == "round.reserves_tied"] == [{"round": "first", "units": "c, d"}]
    decided = [Decision("cut", "d", "first", "1"), Decision("cut", "c", "first", "2")]
    assert on(played(by, marks, left("a"), *decided).result()) == ["b", "d"]


def test_reserves_stand_by_in_their_own_division_or_for_all_beside_the_best_others() -> None:
    own = scheme(stage("first", advance=advance(1, quota_by="each_division", reserves=1)), stage("final"),
                 divisions=DIVISIONS)  # fmt: skip
    result = played(own, FIELD, left("s1"), divisions=OF).result()
    assert on(result) == ["c1", "i1", "s2"]
    over_all = scheme(
        stage("first", advance=advance(1, quota_by="each_division", best_others=1, reserves=2)),
        stage("final"),
        divisions=DIVISIONS,
    )
    # the others: c2 goes on; c3 and i2 stand by, also for a station
    result = played(over_all, FIELD, left("s1"), divisions=OF).result()
    assert on(result) == ["c1", "i1", "c2", "c3"]


# ---- Decisions and contradictions -----------------------------------------------------------------------------------


def test_marks_for_somebody_who_did_not_go_on_are_refused_by_name() -> None:
    by = first_then_final(quota=2)
    marks = FIVE | {"c": {"first": 70, "final": 60}}
    where = {"unit": "c", "entry": "c-final", "round": "final", "last": "first"}
    assert faults(played(by, marks)) == [("sheet.not_advanced", where)]
    # by decision he goes on; and a sheet that does not count contradicts nothing
    admitted = played(by, marks, Decision("advance", "c", "final", document="letter")).result()
    assert (on(admitted), [one.admitted for one in admitted.rounds[0].standings]) == (
        ["a", "b", "c"],
        [False, False, True, False, False],
    )
    assert places(admitted)["c"] == 1
    set_aside = played(by, marks, Decision("void", "j/c-final")).result()
    assert last_rounds(set_aside)["c"] == "first"


def test_marks_for_a_reserve_who_was_not_called_and_after_a_withdrawal_are_refused() -> None:
    by = first_then_final(quota=1, reserves=1)
    marks = FIVE | {"a": {"first": 90, "final": 60}, "b": {"first": 80, "final": 60}}
    assert [code for code, _ in faults(played(by, marks))] == ["sheet.not_advanced"]
    three = scheme(stage("first"), stage("semi"), stage("final"))
    rows: Grid = {"a": {"first": 1, "semi": 1, "final": 1}, "b": {"first": 1, "final": 1}}
    assert faults(played(three, rows, left("b", "semi"))) == [
        ("sheet.not_advanced", {"unit": "b", "entry": "b-final", "round": "final", "last": "first"})
    ]


def test_a_cut_waits_for_all_scores_and_nobody_is_refused_before() -> None:
    by = first_then_final(quota=1)
    marks: Grid = {"a": {"first": 90, "final": 50}, "b": {}}
    result = played(by, marks).result()
    assert statuses(result) == {"a": "waiting", "b": "waiting"}
    assert [f.params for f in result.open if f.code == "round.waiting"] == [{"round": "first", "units": "b"}]
    assert on(played(by, marks, left("b", "first")).result()) == ["a"]


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision("withdrawal", "nobody", "final"), "decision.unknown_unit"),
        (Decision("withdrawal", "a", "semi"), "decision.unknown_rule"),
        (Decision("advance", "a", "first"), "decision.unknown_rule"),
        (Decision("cut", "a", "final", "1"), "decision.unknown_rule"),
        (Decision("cut", "a", "first", "first"), "decision.tie_place"),
    ],
)
def test_decisions_about_rounds_that_do_not_fit_are_refused(decision: Decision, code: str) -> None:
    assert [found for found, _ in faults(played(first_then_final(quota=1), FIVE, decision))] == [code]


def test_a_veto_before_the_next_round_bars_the_way_and_one_after_it_calls_nobody_in() -> None:
    vetoes = [{"id": "out", "name": words("out"), "subject": "unit", "effect": "exclude"}]
    vetoes += [{"id": "last", "name": words("last"), "subject": "unit", "effect": "rank_last"}]
    by = scheme(stage("first", advance=advance(2)), stage("final"), vetoes=vetoes)
    out, last = Decision("veto", "a", "out"), Decision("veto", "a", "last")
    assert on(played(by, FIVE, out).result()) == ["b", "c"]
    assert statuses(played(by, FIVE, out).result())["a"] == "excluded"
    assert on(played(by, FIVE, last).result()) == ["b", "c"]
    marks = FIVE | {"a": {"first": 90, "final": 9}, "b": {"first": 80, "final": 8}}
    later = played(by, marks, out).result()
    assert places(later) == {"b": 1, "c": 2, "d": 3, "e": 4, "a": None}
    assert list(places(played(by, marks, last).result())) == ["b", "c", "d", "e", "a"]


# ---- Ties and prizes over rounds ------------------------------------------------------------------------------------


def test_the_score_of_an_earlier_round_may_separate_equals() -> None:
    by = scheme(stage("first", advance=advance(2)), stage("final"), ties=["round:first"])
    marks: Grid = {"a": {"first": 70, "final": 50}, "b": {"first": 80, "final": 50}, "c": {"first": 1}}
    assert places(played(by, marks).result()) == {"b": 1, "a": 2, "c": 3}
    # at the cut the round has been asked already, and a later one nobody can ask
    early = scheme(stage("first", advance=advance(1, ties="chain")), stage("final"), ties=["round:final"])
    assert statuses(played(early, {"a": {"first": 5}, "b": {"first": 5}}).result()) == {"a": "tied", "b": "tied"}


def test_those_who_stopped_are_separated_with_what_they_have() -> None:
    """C and d stopped with 70; untrimmed or not, the final knows nothing of them, the first round does."""
    by = scheme(
        stage("first", "one", "two", advance=advance(1)),
        stage("final"),
        components=[marked("one"), marked("two"), marked("final")],
        ties=["component:two", "median"],
    )
    marks: Grid = {"a": {"one": 90, "two": 90}, "c": {"one": 75, "two": 65}, "d": {"one": 65, "two": 75}}
    assert list(places(played(by, marks).result())) == ["a", "d", "c"]


def test_prizes_go_down_the_ranking_and_a_minimum_is_asked_of_the_last_round_only() -> None:
    # the finalists have 55 and 45, c had 70 in the first round: the minimum of 60 is for finals
    tiers = [tier("first", 1, minimum=60), tier("second", 1, minimum=50), tier("third", 3)]
    by = scheme(stage("first", advance=advance(2)), stage("final"), prizes={"tiers": tiers})
    marks = FIVE | {"a": {"first": 90, "final": 55}, "b": {"first": 80, "final": 45}}
    result = played(by, marks).result()
    assert awards(result) == {
        "a": (("second",), 0), "b": (("third",), 0), "c": (("third",), 0), "d": (("third",), 0), "e": ((), 0),
    }  # fmt: skip


def test_prizes_may_be_for_those_who_came_to_a_round_alone() -> None:
    prizes = {"tiers": [tier("first", 1), tier("second", 3)], "round": "final"}
    by = scheme(stage("first", advance=advance(2)), stage("final"), prizes=prizes)
    marks = FIVE | {"a": {"first": 90, "final": 55}, "b": {"first": 80, "final": 45}}
    won = {unit: award[0] for unit, award in awards(played(by, marks).result()).items() if award}
    assert won == {"a": ("first",), "b": ("second",), "c": (), "d": (), "e": ()}
    # who withdraws from the final is not rewarded, and nobody in his place
    gone = played(by, FIVE | {"a": {"first": 90, "final": 55}}, left("b")).result()
    assert [unit for unit, award in awards(gone).items() if award and award[0]] == ["a"]


def test_while_a_finalist_is_not_marked_nobody_who_stopped_has_a_prize() -> None:
    by = scheme(stage("first", advance=advance(2)), stage("final"), prizes={"tiers": [tier("first", 4)]})
    assert set(awards(played(by, FIVE).result()).values()) == {None}


def test_each_division_has_its_first_prize_among_those_who_came_to_the_final() -> None:
    """Finals: c1 70, c2 80, i1 60, i2 50, s1 40, s2 45; c3 with 85 before stopped."""
    by = scheme(
        stage("first", advance=advance(2, quota_by="each_division")),
        stage("final"),
        divisions=DIVISIONS,
        prizes={"tiers": [tier("first", 3), tier("second", 3)], "first_of_each_division": True},
    )
    finals = {"c1": 70, "c2": 80, "i1": 60, "i2": 50, "s1": 40, "s2": 45}
    marks: Grid = {u: {"first": m, **({"final": finals[u]} if u in finals else {})} for u, m in NINE.items()}
    found = awards(played(by, marks, divisions=OF).result())
    assert {unit: award[0] for unit, award in found.items() if award and award[0]} == {
        "c2": ("first",), "i1": ("first",), "s2": ("first",), "c1": ("second",), "i2": ("second",), "s1": ("second",),
    }  # fmt: skip


# ---- Divisions without a link ---------------------------------------------------------------------------------------


def panels(*judges: Judge, prizes: Table | None = None, rounds: list[Table] | None = None) -> list[tuple[str, object]]:
    """The notes of six units in three divisions, marked by ``judges``."""
    more = {"prizes": prizes} if prizes else {}
    by = rule(marked("m"), divisions=DIVISIONS, rounds=rounds or [], **more)
    division = {"c1": "centre", "c2": "centre", "i1": "institute", "i2": "institute", "s1": "station", "s2": "station"}
    grid = {
        unit: {judge.id: 50 for judge in judges if not judge.divisions or division[unit] in judge.divisions}
        for unit in division
    }
    entries = [Entry(unit, unit, "m") for unit in division]
    result = contest(by, grid, entries=entries, units=division, judges=judges).result()
    return [(fault.code, fault.params["divisions"]) for fault in result.notes]


OVER_ALL: Table = {"tiers": [tier("first", 1)]}
APART = [Judge("j1", divisions=("centre",)), Judge("j2", divisions=("institute",)), Judge("j3", divisions=("station",))]
LINK = Judge("j4", divisions=("centre", "station"))


def test_divisions_marked_by_panels_without_a_link_are_told_by_the_rule_that_compares_them() -> None:
    assert panels(*APART, prizes=OVER_ALL) == [("note.divisions_apart_prizes", "centre; institute; station")]
    assert panels(*APART) == [("note.divisions_apart_ranking", "centre; institute; station")]
    assert panels(*APART, LINK, prizes=OVER_ALL) == [("note.divisions_apart_prizes", "centre, station; institute")]
    assert panels(*APART, LINK, Judge("j5", divisions=("institute", "station")), prizes=OVER_ALL) == []
    assert panels(Judge("j")) == []


def test_what_each_division_settles_for_itself_needs_no_link() -> None:
    assert panels(*APART, prizes={**OVER_ALL, "quota_by": "division"}) == []


def test_a_cut_over_all_compares_and_one_for_each_division_does_not() -> None:
    def cut(**how: object) -> list[str]:
        by = scheme(stage("first", advance=advance(1, **how)), stage("final"), divisions=DIVISIONS,
                    prizes={**OVER_ALL, "quota_by": "division"})  # fmt: skip
        grid = {"c1": {"j1": 50}, "i1": {"j2": 40}}
        entries = [Entry(unit, unit, "first") for unit in grid]
        units = {"c1": "centre", "i1": "institute"}
        result = contest(by, grid, entries=entries, units=units, judges=APART[:2]).result()
        return [fault.code for fault in result.notes]

    assert cut() == ["note.divisions_apart_cut"]
    assert cut(quota_by="each_division", best_others=1) == ["note.round_vacant", "note.divisions_apart_cut"]
    assert cut(quota_by="each_division") == ["note.round_vacant"]


# ---- Whatever the contest -------------------------------------------------------------------------------------------

marks_ = st.integers(0, 4)


@st.composite
def cups(draw: st.DrawFn) -> tuple[Scheme, Grid, dict[str, str], list[Decision]]:
    """Three rounds in three divisions; marks so few that ties are common; some withdraw."""
    how = advance(
        draw(st.integers(1, 3)),
        quota_by=draw(st.sampled_from(["all", "division", "each_division"])),
        ties=draw(st.sampled_from(["all_advance", "chain", "decision"])),
        reserves=draw(st.integers(0, 2)),
    )
    if how["quota_by"] == "each_division":
        how["best_others"] = draw(st.integers(0, 2))
    if draw(st.booleans()):
        how["minimum"] = 2
    second = advance(draw(st.integers(1, 3)), ties="chain", reserves=1)
    carries: list[Table] = [
        draw(st.sampled_from([{"carry": "sum"}, {"carry": "reset"}, {"carry": "best", "best": 1}])) for _ in "23"
    ]
    by = scheme(
        stage("r1", advance=how),
        stage("r2", advance=second, **carries[0]),
        stage("r3", **carries[1]),
        divisions=DIVISIONS,
        ties=["decision"],
    )
    units = [f"u{i}" for i in range(draw(st.integers(2, 8)))]
    division = {unit: draw(st.sampled_from(["centre", "institute", "station"])) for unit in units}
    marks: Grid = {unit: {name: draw(marks_) for name in ("r1", "r2", "r3")} for unit in units}
    gone = draw(st.lists(st.sampled_from(units), max_size=2, unique=True))
    left_ = [left(unit, draw(st.sampled_from(["r1", "r2", "r3"]))) for unit in gone]
    return by, marks, division, left_


def run_through(by: Scheme, marks: Grid, division: dict[str, str], decisions: list[Decision]) -> Contest:
    """Marks only for who takes part: round after round the engine is asked who goes on."""
    given_: Grid = {unit: {} for unit in marks}
    for number, one in enumerate(by.rounds):
        result = played(by, given_, *decisions, divisions=division).result()
        there = list(marks) if number == 0 else on(result, number - 1)
        for unit in there:
            if not (number == 0 and left(unit, one.id) in decisions):
                given_[unit][one.id] = marks[unit][one.id]
    return played(by, given_, *decisions, divisions=division)


@settings(max_examples=40)
@given(cups(), st.randoms(use_true_random=False))
def test_the_order_of_sheets_units_and_decisions_changes_nothing(
    cup: tuple[Scheme, Grid, dict[str, str], list[Decision]], random: Random
) -> None:
    whole = run_through(*cup)
    before = whole.result()
    sheets, units, decisions = list(whole.sheets), list(whole.roster.units), list(whole.decisions)
    for rows in (sheets, units, decisions):
        random.shuffle(rows)
    roster = replace(whole.roster, units=tuple(units))
    after = replace(whole, sheets=tuple(sheets), roster=roster, decisions=tuple(decisions)).result()
    assert places(after) == {unit: places(before)[unit] for unit in places(after)}
    assert [set(statuses(after, i).items()) for i in range(3)] == [set(statuses(before, i).items()) for i in range(3)]


@given(cups())
def test_who_goes_on_is_never_worse_than_who_stops_and_quotas_hold(
    cup: tuple[Scheme, Grid, dict[str, str], list[Decision]],
) -> None:
    result = run_through(*cup).result()
    for number, one in enumerate(cup[0].rounds[:2]):
        assert one.advance
        standings = result.rounds[number].standings
        pools = {standing.pool for standing in standings}
        for pool in pools:
            inside = [standing for standing in standings if standing.pool == pool and standing.rank_value is not None]
            ahead = [s.rank_value for s in inside if s.status == "advanced" and not s.replaces]
            behind = [s.rank_value for s in inside if s.status in ("out", "reserve")]
            assert not ahead or not behind or min(map(Fraction, ahead)) >= max(map(Fraction, behind))  # type: ignore[arg-type]
        number_on = sum(standing.status == "advanced" for standing in standings)
        most = (one.advance.quota or 0) * (len(DIVISIONS) if one.advance.quota_by == "each_division" else 1)
        if one.advance.ties != "all_advance":
            assert number_on <= most + one.advance.best_others
    order = [unit for unit in result.units if unit.place is not None]
    came = [next(i for i, one in enumerate(cup[0].rounds) if one.id == unit.round) for unit in order]
    assert came == sorted(came, reverse=True)


@given(cups())
def test_a_withdrawal_after_the_cut_changes_nobody_but_his_replacement(
    cup: tuple[Scheme, Grid, dict[str, str], list[Decision]],
) -> None:
    by, marks, division, _ = cup
    given_ = {unit: {"r1": row["r1"]} for unit, row in marks.items()}
    before = played(by, given_, divisions=division).result()
    for unit in on(before):
        after = played(by, given_, left(unit, "r2"), divisions=division).result()
        came = set(on(after)) - set(on(before))
        assert set(on(before)) - set(on(after)) == {unit}
        assert len(came) <= 1
        replaced = next(one.replaced_by for one in after.rounds[0].standings if one.unit.id == unit)
        assert came == ({replaced} if replaced else set())


@given(st.lists(marks_, min_size=1, max_size=6), st.sampled_from([Decimal(1), Decimal("0.5")]))
def test_one_round_without_a_cut_is_a_contest_without_rounds(values: list[int], weight: Decimal) -> None:
    marks: Grid = {f"u{i}": {"m": value} for i, value in enumerate(values)}
    parts = [marked("m", weight=weight)]
    plain = played(rule(*parts), marks).result()
    whole = played(scheme(stage("only", "m"), components=parts), marks).result()
    assert (places(plain), scores(plain)) == (places(whole), scores(whole))


# ---- Deadlines ------------------------------------------------------------------------------------------------------

FIRST, SECOND = "2021-07-19 20:01", "2021-07-22 20:01"


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        # 70 alone came in time, then the best of the rest: 70 + 90
        ({"x": "2021-07-19 20:01", "y": "2021-07-19 20:02", "z": "2021-07-20 08:00"}, 160),
        # the first deadline was missed and is made up at the second: 80 + 90
        ({"x": "2021-07-23 08:00", "y": "2021-07-20 08:00", "z": "2021-07-22 20:00"}, 170),
        # nothing at either deadline, then the best of the rest: 90 + 80
        ({"x": "2021-07-23 08:00", "y": "2021-07-23 08:00", "z": ""}, 170),
        # all at once
        ({"x": "2021-07-01 08:00", "y": "2021-07-01 08:00:59", "z": "2021-07-01T08:00"}, 170),
    ],
)
def test_at_every_deadline_one_more_entry_counts(times: dict[str, str], expected: int) -> None:
    unit = {"method": "sum", "best": 2, "deadlines": [FIRST, SECOND]}
    by = rule(marked("m", unit=unit))
    entries = [Entry(name, "a", "m", submitted=at) for name, at in times.items()]
    grid = {"x": {"j": 70}, "y": {"j": 90}, "z": {"j": 80}}
    result = contest(by, grid, entries=entries).result()
    assert scores(result) == {"a": expected}
    unknown = [fault.params["entry"] for fault in result.notes if fault.code == "note.submitted_unknown"]
    assert unknown == [name for name, at in times.items() if not at]


def test_a_time_that_is_none_is_refused() -> None:
    by = rule(marked("m"))
    entry = Entry("x", "a", "m", submitted="2021-07-32 20:00")
    assert faults(contest(by, {"x": {"j": 1}}, entries=[entry])) == [
        ("roster.submitted", {"id": "x", "given": "2021-07-32 20:00"})
    ]


# ---- Schemes that contradict themselves -----------------------------------------------------------------------------


def refused(*rounds: Table, components: tuple[str, ...] = ("first", "final"), **more: object) -> list[str]:
    with pytest.raises(Refused) as found:
        rule(*(marked(name) for name in components), rounds=list(rounds), **more)
    return [fault.code.removeprefix("scheme.") for fault in found.value.faults]


OFF: Table = {"id": "off", "name": words("off"), "kind": "deduction", "subject": "unit", "measure": "points"}


@pytest.mark.parametrize(
    ("rounds", "more", "expected"),
    [
        ([stage("first")], {}, ["component_no_round"]),
        ([stage("first"), stage("final", "first", "final")], {}, ["component_twice"]),
        ([stage("first"), stage("final", "final", "finale")], {}, ["unknown_name"]),
        ([stage("first"), stage("final") | {"id": "first"}], {}, ["double"]),
        ([stage("first", carry="sum"), stage("final")], {}, ["carry_first"]),
        ([stage("first"), stage("final", carry="weighted", weight=1)], {}, ["round_weight"]),
        ([stage("first", weight=1), stage("final")], {}, ["round_weight_idle"]),
        ([stage("first"), stage("final", carry="best")], {}, ["round_best"]),
        ([stage("first"), stage("final", advance=advance(1))], {}, ["advance_last"]),
        ([stage("first", advance=advance()), stage("final")], {}, ["advance_whom"]),
        ([stage("first", advance=advance(minimum=1, reserves=1)), stage("final")], {}, ["advance_quota"]),
        ([stage("first", advance=advance(1, best_others=1)), stage("final")], {}, ["advance_others"]),
        ([stage("first", advance=advance(1, quota_by="each_division")), stage("final")], {}, ["division_none"]),
        ([stage("first", advance=advance(minimum=101)), stage("final")], {}, ["minimum_unreachable"]),
        ([stage("first"), stage("final")], {"adjustments": [OFF]}, ["adjustment_round"]),
        ([stage("first"), stage("final")], {"adjustments": [{**OFF, "round": "semi"}]}, ["unknown_name"]),
        ([stage("first"), stage("final")], {"ties": ["round:semi"]}, ["unknown_name"]),
        ([stage("first"), stage("final")], {"prizes": {"round": "semi"}}, ["unknown_name"]),
        ([], {"prizes": {"round": "final"}}, ["none_there"]),
        ([], {"adjustments": [{**OFF, "round": "semi"}]}, ["none_there"]),
        ([], {"adjustments": [{**OFF, "subject": "entry", "round": "semi"}]}, ["adjustment_entry_round"]),
        ([], {"rounding": [{"after": "round", "decimals": 1}], "total": {"rank_on": "exact"}}, ["stage_no_rounds"]),
        ([stage("first"), stage("final")], {"total": {"method": "skating"}}, ["rounds_skating"]),
    ],
)
def test_a_scheme_whose_rounds_contradict_it_is_refused(rounds: list[Table], more: Table, expected: list[str]) -> None:
    assert set(expected) <= set(refused(*rounds, **more))


@pytest.mark.parametrize(
    ("deadlines", "best", "expected"),
    [
        ([FIRST, SECOND], 1, "deadlines_best"),
        ([SECOND, FIRST], 2, "deadlines_rise"),
        ([FIRST, FIRST], 2, "deadlines_rise"),
        (["tomorrow"], 2, "deadlines_rise"),
    ],
)
def test_deadlines_that_contradict_themselves_are_refused(deadlines: list[str], best: int, expected: str) -> None:
    with pytest.raises(Refused) as found:
        rule(marked("m", unit={"method": "sum", "best": best, "deadlines": deadlines}))
    assert [fault.code for fault in found.value.faults] == [f"scheme.{expected}"]


def test_what_a_sum_of_rounds_can_reach_is_no_unreachable_minimum() -> None:
    prizes = {"tiers": [tier("first", 1, minimum=150)]}
    assert scheme(stage("first"), stage("final", carry="sum"), prizes=prizes).prizes.tiers
    assert refused(stage("first"), stage("final"), prizes=prizes) == ["minimum_unreachable"]


# ---- What if --------------------------------------------------------------------------------------------------------


def test_without_a_judge_others_may_go_on_and_nothing_is_refused() -> None:
    """60 60 90 make 70 for a, b has 65. Without the third judge b goes on, and was never marked in the final."""
    by = first_then_final(quota=1)
    entries = [Entry(f"{unit}-{part}", unit, part) for unit in "ab" for part in ("first", "final")]
    grid = {
        "a-first": {"j1": 60, "j2": 60, "j3": 90},
        "b-first": {"j1": 65, "j2": 65, "j3": 65},
        "a-final": {"j1": 50, "j2": 50, "j3": 50},
    }
    whole = contest(by, grid, entries=entries)
    official = whole.result()
    given_ = inform.Contest(whole.scheme, whole.roster, whole.sheets, whole.priors, whole.decisions)
    moved = without_judge(given_, official, "j3")
    assert places(official) == {"a": 1, "b": 2}
    after = {move.unit: (move.after.place, move.after.score) for move in moved.moves}
    assert after == {"a": (2, 60), "b": (None, None)}
