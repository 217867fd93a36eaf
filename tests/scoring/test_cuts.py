"""Who goes on to the next round, by hand: quotas, minima, equals at the cut, reserves and withdrawals."""

import pytest

from scoring.roster import Decision, Entry, Judge
from tests.scoring.contests import Table, by_unit, codes, contest, marked, places, scores
from tests.scoring.staged import (
    DIVISIONS,
    FIELD,
    FIVE,
    OF,
    TIED,
    Grid,
    advance,
    faults,
    first_then_final,
    last_rounds,
    left,
    on,
    played,
    scheme,
    stage,
    statuses,
)

# ---- Who goes on ----------------------------------------------------------------------------------------------------


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
    of_entries = scheme(stage("first", advance=advance(1, ties="chain")), stage("final"), ties=["entry:final.1"])
    assert on(played(of_entries, marks | {"c": {"first": 80, "final": 10}}, *decided).result()) == ["c"]


# ---- Quotas of divisions and groups ---------------------------------------------------------------------------------


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
