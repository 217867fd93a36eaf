"""Rounds by small contests worked by hand: what is carried, who is refused, ties, prizes over rounds, and what if."""

from fractions import Fraction

import pytest

from scoring.inform import contest as inform
from scoring.inform.whatif import without_judge
from scoring.roster import Decision, Entry
from tests.scoring.contests import Table, awards, contest, marked, places, scores, tier, words
from tests.scoring.staged import (
    DIVISIONS,
    FIVE,
    NINE,
    OF,
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


def test_who_goes_on_although_a_veto_puts_him_last_takes_nobody_s_place_once_he_is_marked() -> None:
    """One goes on: b, as a is last; a goes on by decision. After their marks in the final it is as it was."""
    vetoes = [{"id": "last", "name": words("last"), "subject": "unit", "effect": "rank_last"}]
    by = scheme(stage("first", advance=advance(1)), stage("final"), vetoes=vetoes)
    decided = [Decision("veto", "a", "last"), Decision("advance", "a", "final")]
    marks = FIVE | {"a": {"first": 90, "final": 9}, "b": {"first": 80, "final": 8}}
    for grid in (FIVE, marks):
        result = played(by, grid, *decided).result()
        assert list(statuses(result)) == ["b", "c", "d", "e", "a"]
        assert on(result) == ["b", "a"]


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
