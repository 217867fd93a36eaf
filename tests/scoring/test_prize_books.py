"""What the books say where more than one group meets a boundary: every sum is added to, every place counted once."""

import pytest

from scoring.prizes import Allotment, Award, Boundary, Contender, TierSize, allot, hort_fen, largest_remainder

TWO = [TierSize("1", 1, 100), TierSize("2", 1, 50)]
THREE = [TierSize("1", 1, 100), TierSize("2", 2, 50), TierSize("3", 1, 20)]


def run(
    groups: str, tiers: list[TierSize], boundary: Boundary, *divisions: str, **decided: tuple[str, int]
) -> Allotment:
    """``groups``: equals joined by "="; with divisions a unit's division is its first letter."""
    field = [
        [Contender(unit, division=unit[0], decided=decided.get(unit)) for unit in group.split("=")]
        for group in groups.split()
    ]
    return allot(field, tiers, boundary, "vacant", divisions)


def books(result: Allotment) -> tuple[int, int, int, int]:
    """Planned, overrun, paid, vacant."""
    return result.planned, result.overrun, result.paid, result.vacant


def filled(result: Allotment) -> tuple[int, int, int, int]:
    """Places, extra, taken, empty."""
    return result.places, result.extra, result.taken, result.empty


def test_the_books_of_two_lists_are_added() -> None:
    one = Allotment({"a": Award(("1",), 5)}, 1, 2, 3, 4, 5, 6, 7, [("a", "b")], {"a"})
    one.add(Allotment({"c": Award((), 0)}, 10, 20, 30, 40, 50, 60, 70, [("c", "d")], {"c"}))
    awards = {"a": Award(("1",), 5), "c": Award((), 0)}
    assert one == Allotment(awards, 11, 22, 33, 44, 55, 66, 77, [("a", "b"), ("c", "d")], {"a", "c"})


def test_two_groups_that_extend_upwards_cost_both() -> None:
    """Two firsts for a first and a second: 50 more; three seconds for one, a third and nothing: 80 more."""
    result = run("a=b c=d=e", THREE, "extend_up_absorb")
    assert {unit: award.tiers for unit, award in result.awards.items()} == dict.fromkeys("ab", ("1",)) | dict.fromkeys(
        "cde", ("2",)
    )
    assert (books(result), filled(result)) == ((220, 130, 350, 0), (4, 1, 5, 0))


def test_two_groups_that_extend_upwards_and_leave_the_next_tier_alone_cost_both() -> None:
    """A first and a second more, 100 and 50; nobody is left for the third of 20."""
    result = run("a=b c=d=e", THREE, "extend_up")
    assert (books(result), filled(result)) == ((220, 150, 350, 20), (4, 2, 5, 1))


def test_two_divisions_each_with_equals_at_the_top_have_a_place_more_each() -> None:
    result = run("d1=d2 e1=e2", [TierSize("1", 2, 100)], "extend_up_absorb", "d", "e")
    assert (books(result), filled(result)) == ((200, 200, 400, 0), (2, 2, 4, 0))


def test_two_groups_pushed_down_out_of_the_last_tier_leave_both_places_empty() -> None:
    result = run("d1=d2 e1=e2", [TierSize("1", 2, 100)], "push_down", "d", "e")
    assert (books(result), filled(result)) == ((200, 0, 0, 200), (2, 0, 0, 2))


def test_a_group_for_which_only_the_last_place_is_wanting_is_pushed_out_all_the_same() -> None:
    result = run("a=b=c", TWO, "push_down")
    assert result.awards == dict.fromkeys("abc", Award((), 0))
    assert (books(result), filled(result)) == ((150, 0, 0, 150), (2, 0, 0, 2))


def test_two_groups_pushed_down_need_a_place_more_each() -> None:
    """First prizes of 100 stay vacant; 50 and 20 of them pay for a second and a third that were not planned."""
    tiers = [TierSize("1", 2, 100), TierSize("2", 1, 50), TierSize("3", 1, 20)]
    result = run("d1=d2 e1=e2", tiers, "push_down", "d", "e")
    assert {unit: award.fen for unit, award in result.awards.items()} == {"d1": 50, "d2": 50, "e1": 20, "e2": 20}
    assert (books(result), filled(result)) == ((270, 0, 140, 130), (4, 2, 4, 2))


def test_a_group_pushed_down_among_titles_without_money_moves_no_money() -> None:
    result = run("a=b", [TierSize("1", 1, 0), TierSize("2", 1, 0)], "push_down")
    assert result.awards == dict.fromkeys("ab", Award(("2",), 0))
    assert (books(result), filled(result)) == ((0, 0, 0, 0), (2, 1, 2, 1))


def test_a_group_pushed_down_to_a_tier_without_a_number_has_it_planned_for_each() -> None:
    """A first of 100 that stays vacant, and two seconds of 50."""
    result = run("a=b", [TierSize("1", 1, 100), TierSize("2", None, 50)], "push_down")
    assert result.awards == dict.fromkeys("ab", Award(("2",), 50))
    assert (books(result), filled(result)) == ((200, 0, 100, 100), (3, 0, 2, 1))


def test_two_groups_that_wait_hold_the_money_of_both() -> None:
    """100 and 50 for the first two, 50 and 20 for the others."""
    result = run("a=b c=d", THREE, "decision")
    assert result.open == [("a", "b"), ("c", "d")]
    assert (books(result), filled(result)) == ((220, 0, 0, 220), (4, 0, 4, 0))


@pytest.mark.parametrize(("more", "overrun", "vacant"), [(10, 20, 0), (-10, 0, 20)])
def test_two_decisions_that_cost_more_or_less_are_added(more: int, overrun: int, vacant: int) -> None:
    recorded = {"a": ("1", 100 + more), "b": ("2", 50), "c": ("2", 50 + more), "d": ("3", 20)}
    result = run("a=b c=d", THREE, "decision", **recorded)
    assert result.decided == {"a", "b", "c", "d"}
    assert books(result) == (220, overrun, 220 + 2 * more, vacant)


def test_a_title_may_be_decided_without_money_and_money_without_a_title() -> None:
    recorded = {"a": ("1", 0), "b": ("2", 50), "c": ("", 7)}
    result = run("a=b=c", TWO, "decision", **recorded)
    assert result.awards == {"a": Award(("1",), 0), "b": Award(("2",), 50), "c": Award((), 7)}
    assert books(result) == (150, 0, 57, 93)


def test_the_fen_that_is_left_goes_to_the_largest_remainder_whoever_has_it() -> None:
    """Half of 7 in thirds is 1 1/6: 3 1/6, 2 2/3 and 1 1/6; the second has the largest remainder."""
    assert hort_fen([4, 3, 0]) == [3, 3, 1]


def test_where_nobody_competes_yet_places_are_planned_alike() -> None:
    assert largest_remainder(3, [0, 0]) == [2, 1]
    assert largest_remainder(2, [0]) == [2]


def test_two_who_wait_for_their_award_keep_both_amounts_back() -> None:
    field = [[Contender("a", withheld=True)], [Contender("b", withheld=True)]]
    result = allot(field, [TierSize("1", 2, 100)], "pool", "vacant")
    assert (books(result), filled(result)) == ((200, 0, 0, 200), (2, 0, 2, 0))


def test_places_that_pass_down_twice_leave_both_differences_of_money_vacant() -> None:
    """One place from 100 to 50, then two from 50 to 20: 50 and 60 stay vacant, and three share out 20 each."""
    field = [[Contender(unit, best=2)] for unit in "abc"]
    result = allot(field, [TierSize("1", 1, 100), TierSize("2", 1, 50), TierSize("3", 1, 20)], "pool", "pass_down")
    assert (books(result), filled(result)) == ((170, 0, 60, 110), (3, 0, 3, 0))


def test_a_place_passes_down_to_a_tier_that_had_none() -> None:
    result = allot([[Contender("a", best=1)]], [TierSize("1", 1, 100), TierSize("2", 0, 50)], "pool", "pass_down")
    assert result.awards == {"a": Award(("2",), 50)}
    assert (books(result), filled(result)) == ((100, 0, 50, 50), (1, 0, 1, 0))


def test_the_books_balance_only_where_money_and_places_both_do() -> None:
    assert Allotment(planned=5, vacant=5, places=1, empty=1).balances()
    assert not Allotment(planned=5, places=1, empty=1).balances()
    assert not Allotment(planned=5, vacant=5, places=1).balances()
