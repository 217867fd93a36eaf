"""Prizes by tables worked by hand: every policy at a boundary, minima, vetoes, divisions, stars; the books balance."""

import pytest

from scoring.prizes import Boundary, Contender, TierSize, allot, hort_fen, largest_remainder
from scoring.results import Money, Tabulation
from scoring.roster import Absence, Decision, Judge
from tests.scoring.contests import (
    Table,
    awards,
    codes,
    column,
    contest,
    known,
    marked,
    named,
    places,
    rule,
    tier,
    words,
)

Expected = dict[str, tuple[tuple[str, ...], int]]
NOTHING: tuple[tuple[str, ...], int] = ((), 0)

# Amounts in yuan here, of which the engine only needs that they are whole.
COUNTY = [TierSize("1", 1, 100_000), TierSize("2", 2, 50_000), TierSize("3", 3, 20_000), TierSize("4", 4, 10_000)]
FIELD = [["c1"], ["c2", "c3", "c4"], *([f"c{i}"] for i in range(5, 11))]


def given(units: str, *award: str | int) -> Expected:
    """The same award for the units named."""
    tiers = tuple(name for name in award if isinstance(name, str))
    (amount,) = (fen for fen in award if isinstance(fen, int))
    return dict.fromkeys(units.split(), (tiers, amount))


def run(
    groups: list[list[str]], tiers: list[TierSize], boundary: Boundary, **decided: tuple[str, int]
) -> tuple[Expected, int, int, list[tuple[str, ...]]]:
    """Awards, overrun, vacant and what is open; the books are balanced."""
    field = [[Contender(unit, decided=decided.get(unit)) for unit in group] for group in groups]
    result = allot(field, tiers, boundary, "vacant")
    assert result.planned + result.overrun == result.paid + result.vacant
    assert result.planned == sum((size.quota or 0) * size.fen for size in tiers)
    found = {unit: (award.tiers, award.fen) for unit, award in result.awards.items()}
    return found, result.overrun, result.vacant, result.open


C1 = given("c1", "1", 100_000)
AFTER_THREE_PLACES = given("c5 c6", "3", 20_000) | given("c7 c8 c9 c10", "4", 10_000)


@pytest.mark.parametrize(
    ("boundary", "awarded", "overrun", "vacant"),
    [
        # places 2, 3, 4: 50 + 50 + 20 = 120, a third each
        ("pool", C1 | given("c2 c3 c4", "2", "3", 40_000) | AFTER_THREE_PLACES, 0, 0),
        # one second prize more than planned; c5 to c7 third, c8 to c10 fourth, one fourth left
        (
            "extend_up",
            C1 | given("c2 c3 c4", "2", 50_000) | given("c5 c6 c7", "3", 20_000) | given("c8 c9 c10", "4", 10_000),
            50_000,
            10_000,
        ),
        # the third second prize takes the place of a third prize: 150 in place of 120
        ("extend_up_absorb", C1 | given("c2 c3 c4", "2", 50_000) | AFTER_THREE_PLACES, 30_000, 0),
        # both second prizes stay vacant, and the three third prizes are gone
        (
            "push_down",
            C1 | given("c2 c3 c4", "3", 20_000) | given("c5 c6 c7 c8", "4", 10_000) | given("c9 c10", 0),
            0,
            100_000,
        ),
        # half of 50, 50, 20 for each himself; the other halves, 60 together, in equal parts of 20
        (
            "hort",
            C1 | given("c2 c3", "2", 45_000) | given("c4", "3", 30_000) | AFTER_THREE_PLACES,
            0,
            0,
        ),
    ],
)
def test_three_equal_counties_at_places_2_to_4_under_each_policy(
    boundary: Boundary, awarded: Expected, overrun: int, vacant: int
) -> None:
    assert run(FIELD, COUNTY, boundary) == (awarded, overrun, vacant, [])


def test_without_a_record_equals_at_a_boundary_wait_and_their_money_with_them() -> None:
    open_groups = [("c2", "c3", "c4")]
    awarded = C1 | given("c2 c3 c4", 0) | AFTER_THREE_PLACES
    assert run(FIELD, COUNTY, "decision") == (awarded, 0, 120_000, open_groups)


@pytest.mark.parametrize(
    ("recorded", "overrun", "vacant"),
    [
        ({"c2": ("2", 50_000), "c3": ("2", 50_000), "c4": ("3", 20_000)}, 0, 0),
        ({"c2": ("2", 50_000), "c3": ("2", 50_000), "c4": ("2", 50_000)}, 30_000, 0),
        ({"c2": ("3", 20_000), "c3": ("3", 20_000), "c4": ("3", 20_000)}, 0, 60_000),
        ({"c2": ("2", 40_000), "c3": ("2", 40_000), "c4": ("3", 40_000)}, 0, 0),
    ],
)
def test_a_recorded_decision_is_followed_and_what_it_costs_above_the_plan_is_named(
    recorded: dict[str, tuple[str, int]], overrun: int, vacant: int
) -> None:
    awarded = {unit: ((name,), fen) for unit, (name, fen) in recorded.items()}
    assert run(FIELD, COUNTY, "decision", **recorded) == (C1 | awarded | AFTER_THREE_PLACES, overrun, vacant, [])


@pytest.mark.parametrize("unfit", [{}, {"c4": ("1", 1)}, {"c4": ("4", 10_000)}, {"c4": ("", 0)}])
def test_a_decision_that_leaves_one_out_or_names_a_tier_not_at_stake_settles_nothing(
    unfit: dict[str, tuple[str, int]],
) -> None:
    recorded = {"c2": ("2", 50_000), "c3": ("2", 50_000)} | unfit
    assert run(FIELD, COUNTY, "decision", **recorded)[2:] == (120_000, [("c2", "c3", "c4")])


TWO = [TierSize("1", 1, 100), TierSize("2", 1, 50)]


@pytest.mark.parametrize(
    ("boundary", "awarded", "overrun", "vacant"),
    [
        ("pool", given("b c", "2", 17) | given("d", "2", 16), 0, 0),
        ("extend_up", given("b c d", "2", 50), 100, 0),
        ("extend_up_absorb", given("b c d", "2", 50), 100, 0),
        ("push_down", given("b c d", 0), 0, 50),
        # 25 for the place and 25 / 3 for each: 33 1/3, 8 1/3, 8 1/3; the unit left goes to the first
        ("hort", given("b", "2", 34) | given("c d", 8), 0, 0),
    ],
)
def test_equals_across_the_end_of_the_last_tier(
    boundary: Boundary, awarded: Expected, overrun: int, vacant: int
) -> None:
    assert run([["a"], ["b", "c", "d"]], TWO, boundary) == (given("a", "1", 100) | awarded, overrun, vacant, [])


def test_behind_the_last_tier_a_decision_may_leave_some_without() -> None:
    recorded = {"b": ("2", 50), "c": ("", 0), "d": ("", 0)}
    awarded = given("a", "1", 100) | given("b", "2", 50) | given("c d", 0)
    assert run([["a"], ["b", "c", "d"]], TWO, "decision", **recorded) == (awarded, 0, 0, [])


def test_a_group_pushed_down_into_too_few_places_is_paid_first_from_what_it_left_vacant() -> None:
    # The first prize of 100 stays vacant; 50 of it pay for the second prize that was not planned, 50 stay vacant.
    assert run([["a", "b"], ["c"]], TWO, "push_down") == (given("a b", "2", 50) | given("c", 0), 0, 50, [])


def test_a_group_over_three_tiers_is_pushed_down_to_the_lowest_and_takes_its_places() -> None:
    tiers = [*TWO, TierSize("3", 3, 20)]
    awarded = given("a b c", "3", 20) | given("d", 0)
    assert run([["a", "b", "c"], ["d"]], tiers, "push_down") == (awarded, 0, 150, [])


def test_a_group_over_three_tiers_pools_them_all() -> None:
    tiers = [*TWO, TierSize("3", 3, 20)]
    awarded = given("a b", "1", "2", "3", 57) | given("c", "1", "2", "3", 56) | given("d e", "3", 20)
    assert run([["a", "b", "c"], ["d"], ["e"]], tiers, "pool") == (awarded, 0, 0, [])


def test_equals_within_a_tier_need_no_policy() -> None:
    awarded = given("a", "1", 100_000) | given("b c", "2", 50_000)
    assert run([["a"], ["b", "c"]], COUNTY, "decision") == (awarded, 0, 3 * 20_000 + 4 * 10_000, [])


def test_halves_that_are_no_whole_fen_go_by_the_largest_remainder() -> None:
    assert [hort_fen([100, 80]), hort_fen([1, 0]), hort_fen([])] == [[95, 85], [1, 0], []]


def test_places_in_proportion_go_by_the_largest_remainder_the_first_of_equals_first() -> None:
    # 5 x 6/9 = 3 1/3 and 5 x 3/9 = 1 2/3; of 1/2 and 1/2 the first
    shares = [largest_remainder(5, [6, 3]), largest_remainder(3, [2, 2]), largest_remainder(2, [1, 0, 1])]
    assert shares == [[3, 2], [2, 1], [1, 0, 1]]


# ---- By divisions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("boundary", "awarded", "overrun"),
    [
        ("pool", given("d1 d2", "1", "2", 75) | given("e1", "1", 100) | given("d3", "2", 50) | given("e2", 0), 0),
        ("extend_up", given("d1 d2 e1", "1", 100) | given("d3 e2", "2", 50), 100),
    ],
)
def test_two_equally_best_of_a_division(boundary: Boundary, awarded: Expected, overrun: int) -> None:
    groups = [["d1", "d2"], ["e1"], ["d3"], ["e2"]]
    field = [[Contender(unit, division=unit[0]) for unit in group] for group in groups]
    result = allot(field, [TierSize("1", 2, 100), TierSize("2", 2, 50)], boundary, "vacant", ["d", "e"])
    found = {unit: (award.tiers, award.fen) for unit, award in result.awards.items()}
    assert (found, result.overrun, result.vacant) == (awarded, overrun, 0)


def prized(
    prizes: Table, marks: dict[str, str | int], *decisions: Decision, divisions: str = "", **more: object
) -> Tabulation:
    """A contest of one judge; a unit's division is its first letter where there are any."""
    units = {unit: unit[0] if divisions else "" for unit in marks}
    scheme = rule(prizes=prizes, divisions=named(*divisions), **more)
    return contest(scheme, column(dict(marks)), units=units, decisions=decisions).result()


def test_the_first_of_a_division_without_anybody_stays_vacant() -> None:
    prizes = {"tiers": [tier("1", 2, 100), tier("2", 1, 50)], "first_of_each_division": True}
    result = prized(prizes, {"d1": 90, "d2": 80, "d3": 70}, divisions="de")
    assert awards(result) == given("d1", "1", 10_000) | given("d2", "2", 5_000) | given("d3", 0)
    assert result.money == Money(planned=25_000, paid=15_000, vacant=10_000, overrun=0)


def test_each_division_has_its_proportional_part_of_every_quota() -> None:
    prizes = {"tiers": [tier("1", 5, 10)], "quota_by": "division"}
    marks: dict[str, str | int] = {f"d{i}": 90 - i for i in range(6)}
    marks |= {f"e{i}": 50 - i for i in range(3)}
    result = prized(prizes, marks, divisions="de")
    assert awards(result) == given("d0 d1 d2 e0 e1", "1", 1_000) | given("d3 d4 d5 e2", 0)
    assert result.money == Money(planned=5_000, paid=5_000, vacant=0, overrun=0)


# ---- Minima, thresholds, vetoes -------------------------------------------------------------------------------------

MINIMA = [tier("1", 1, 100, minimum=90), tier("2", 2, 50, minimum=80)]


@pytest.mark.parametrize(
    ("below", "third", "awarded", "vacant"),
    [
        ("vacant", 81, given("a b", "2", 5_000) | given("c", 0), 10_000),
        ("pass_down", 81, given("a b c", "2", 5_000), 5_000),
        ("vacant", 79, given("a b", "2", 5_000) | given("c", 0), 10_000),
        ("pass_down", 79, given("a b", "2", 5_000) | given("c", 0), 10_000),
    ],
)
def test_a_place_that_nobody_reaches_stays_vacant_or_passes_down_with_its_lower_amount(
    below: str, third: int, awarded: Expected, vacant: int
) -> None:
    result = prized({"tiers": MINIMA, "below_minimum": below}, {"a": 85, "b": 82, "c": third})
    assert awards(result) == awarded
    assert (result.money.planned, result.money.vacant, result.money.overrun) == (20_000, vacant, 0)


def test_the_minimum_itself_is_enough() -> None:
    assert awards(prized({"tiers": MINIMA}, {"a": 90, "b": "89.99"})) == given("a", "1", 10_000) | given(
        "b", "2", 5_000
    )


def test_stars_go_to_all_who_reach_the_score_and_the_highest_may_be_few() -> None:
    stars = [tier("5", 1, minimum=90), tier("4", minimum=80), tier("3", minimum=70)]
    marks: dict[str, str | int] = {"a": 95, "b": 92, "c": 80, "d": 70, "e": "69.99"}
    assert awards(prized({"tiers": stars}, marks)) == {
        **given("a", "5", 0),
        **given("b c", "4", 0),
        **given("d", "3", 0),
        **given("e", 0),
    }


def test_a_tier_without_a_number_plans_what_it_pays() -> None:
    result = prized({"tiers": [tier("4", yuan=10, minimum=80)]}, {"a": 95, "b": 92, "c": 70})
    assert result.money == Money(planned=2_000, paid=2_000, vacant=0, overrun=0)


VETOES = [
    {"id": effect, "name": words(effect), "subject": "unit", "effect": effect}
    for effect in ("exclude", "rank_last", "no_money")
] + [{"id": "cap_tier", "name": words("cap"), "subject": "unit", "effect": "cap_tier", "tier": "2"}]
THREE = {"tiers": [tier("1", 1, 100), tier("2", 1, 50), tier("3", 1, 20)]}


@pytest.mark.parametrize(
    ("effect", "ranks", "awarded", "vacant"),
    [
        (
            "exclude",
            {"b": 1, "c": 2, "a": None},
            given("b", "1", 10_000) | given("c", "2", 5_000),
            2_000,
        ),
        (
            "rank_last",
            {"b": 1, "c": 2, "a": 3},
            given("b", "1", 10_000) | given("c", "2", 5_000) | given("a", "3", 2_000),
            0,
        ),
        (
            "no_money",
            {"a": 1, "b": 2, "c": 3},
            given("a", "1", 0) | given("b", "2", 5_000) | given("c", "3", 2_000),
            10_000,
        ),
        (
            "cap_tier",
            {"a": 1, "b": 2, "c": 3},
            given("b", "1", 10_000) | given("a", "2", 5_000) | given("c", "3", 2_000),
            0,
        ),
    ],
)
def test_what_each_veto_takes_while_the_score_stays_visible(
    effect: str, ranks: dict[str, int | None], awarded: Expected, vacant: int
) -> None:
    veto = Decision("veto", "a", effect)
    result = prized(THREE, {"a": 90, "b": 80, "c": 70}, veto, vetoes=VETOES)
    assert {unit: award for unit, award in awards(result).items() if award} == awarded
    assert list(places(result).items()) == list(ranks.items())
    assert result.money == Money(17_000, 17_000 - vacant, vacant, 0)
    shown = {unit.unit.id: (unit.shown, unit.vetoes) for unit in result.units}
    assert shown == {"a": ("90.00", (effect,)), "b": ("80.00", ()), "c": ("70.00", ())}


def test_a_capped_unit_behind_the_capped_tier_keeps_its_own() -> None:
    result = prized(THREE, {"a": 90, "b": 80, "c": 70}, Decision("veto", "c", "cap_tier"), vetoes=VETOES)
    assert awards(result)["c"] == (("3",), 2_000)


def test_a_unit_with_too_few_sheets_holds_its_place_and_its_award_waits() -> None:
    scheme = rule(marked(panel={"method": "mean", "minimum": 2}), prizes=THREE)
    grid = {"a": {"1": 90}, "b": {"1": 80, "2": 80}, "c": {"1": 70, "2": 70}}
    judges = [Judge("1"), Judge("2")]
    result = contest(scheme, grid, judges=judges, absences=[Absence("2", "a")]).result()
    assert awards(result) == given("a", 0) | given("b", "2", 5_000) | given("c", "3", 2_000)
    assert (places(result), codes(result), result.money.vacant) == ({"a": 1, "b": 2, "c": 3}, ["entry.few"], 10_000)
    accepted = contest(
        scheme, grid, judges=judges, absences=[Absence("2", "a")], decisions=[Decision("accept", "a")]
    ).result()
    assert (awards(accepted)["a"], accepted.final) == ((("1",), 10_000), True)


@pytest.mark.parametrize(("vetoed", "number"), [("", 2), ("e", 2), ("de", 1)])
def test_a_share_counts_the_ranked_only(vetoed: str, number: int) -> None:
    gone = [Decision("veto", unit, "exclude") for unit in vetoed]
    marks: dict[str, str | int] = {"a": 90, "b": 80, "c": 70, "d": 60, "e": 50}
    result = prized({"tiers": [tier("1", share="0.5")]}, marks, *gone, vetoes=VETOES[:1])
    assert sum(award == (("1",), 0) for award in awards(result).values()) == number


# ---- Through a whole contest ----------------------------------------------------------------------------------------

PRIOR = {"ordinary": {"a": 90, "b": 80, "c": 80}}
PRIZES = {"tiers": [tier("1", 1, 100), tier("2", 1, 50)], "budget_yuan": 150}


def test_an_overrun_waits_until_it_is_granted() -> None:
    scheme = rule(known(), prizes={**PRIZES, "boundary": "extend_up"})
    waiting = contest(scheme, {}, priors=PRIOR)
    assert waiting.result().money == Money(15_000, 20_000, 0, 5_000)
    assert [(fault.code, fault.params) for fault in waiting.result().open] == [("money.overrun", {"yuan": "50"})]
    assert codes(waiting.having(Decision("overrun", value="49.99")).result()) == ["money.overrun"]
    assert waiting.having(Decision("overrun", value="50", document="财〔2022〕7 号")).result().final
    assert waiting.having(Decision("overrun", value="20"), Decision("overrun", value="30")).result().final


def test_a_boundary_without_a_decision_keeps_the_result_open_and_with_one_it_is_final() -> None:
    undecided = contest(rule(known(), prizes=PRIZES), {}, priors=PRIOR)
    assert [(f.code, f.params) for f in undecided.result().open] == [("boundary.undecided", {"units": "b, c"})]
    decided = undecided.having(Decision("award", "b", "2", "25"), Decision("award", "c", "2", "25")).result()
    assert decided.final
    assert awards(decided) == given("a", "1", 10_000) | given("b c", "2", 2_500)
    dear = undecided.having(Decision("award", "b", "2", "50"), Decision("award", "c", "2", "50")).result()
    assert (codes(dear), dear.money.overrun) == (["money.overrun"], 5_000)


def test_the_order_of_a_hort_group_is_drawn() -> None:
    scheme = rule(known(), prizes={**PRIZES, "boundary": "hort"}, draw={"public": words("lottery"), "secret": False})
    priors = {"ordinary": {"a": 90, "b": 90, "c": 80}}
    waiting = contest(scheme, {}, priors=priors)
    assert codes(waiting.result()) == ["draw.waiting"]
    first = {
        next(unit for unit, award in awards(done).items() if award == (("1",), 8_750))
        for done in (waiting.having(Decision("public", value=str(n))).result() for n in range(9))
        if done.final and {award and award[1] for award in awards(done).values()} == {8_750, 6_250, 0}
    }
    assert first == {"a", "b"}


def test_an_award_decided_for_who_does_not_stand_at_a_boundary_changes_nothing_and_is_told() -> None:
    scheme = rule(prizes={"tiers": [tier("1", 1, 100), tier("2", 1, 50)], "boundary": "decision"})
    given_to_b = Decision("award", "b", rule="1", value="100", reason="asked for")
    result = contest(scheme, column({"a": 90, "b": 80}), decisions=[given_to_b]).result()
    assert awards(result) == {"a": (("1",), 10_000), "b": (("2",), 5_000)}
    assert [(note.code, note.params) for note in result.notes if note.code == "note.award_unused"] == [
        ("note.award_unused", {"unit": "b"})
    ]


def test_a_tie_among_those_without_a_prize_needs_no_draw() -> None:
    draw = {"draw": {"public": {"zh": "摇奖", "en": "lottery"}}}
    scheme = rule(**draw, prizes={"tiers": [tier("1", 1, 100), tier("2", 1, 50)], "boundary": "hort"})
    result = contest(scheme, column({"a": 90, "b": 80, "c": 70, "d": 70})).result()
    assert (result.open, awards(result)["c"], awards(result)["a"]) == ((), ((), 0), (("1",), 10_000))


def test_a_tie_at_a_boundary_shared_by_hort_waits_for_the_draw_with_its_money_held() -> None:
    draw = {"draw": {"public": {"zh": "摇奖", "en": "lottery"}}}
    scheme = rule(**draw, prizes={"tiers": [tier("1", 1, 100), tier("2", 1, 50)], "boundary": "hort"})
    result = contest(scheme, column({"a": 90, "b": 90, "c": 70})).result()
    assert ([fault.code for fault in result.open], result.money.vacant) == (["draw.waiting"], 15_000)


def test_equals_who_wait_for_the_draw_hold_nobody_below_them_up() -> None:
    prizes = {"tiers": [tier("first", 1, 3), tier("second", 1, 2), tier("third", 1, 1)], "boundary": "hort"}
    scheme = rule(prizes=prizes, draw={"public": words("dice"), "secret": False})
    result = contest(scheme, column({"A": 90, "B": 90, "C": 80})).result()
    assert awards(result) == {"A": ((), 0), "B": ((), 0), "C": (("third",), 100)}
    assert codes(result) == ["draw.waiting"]
