"""What holds for every prize rule: the books balance, nobody is forgotten, the better never has less."""

from itertools import pairwise
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from scoring.prizes import Allotment, Boundary, Contender, TierSize, allot
from tests.scoring.chances import Chance, drawn

Below = Literal["vacant", "pass_down"]
BELOW: list[Below] = ["vacant", "pass_down"]


@drawn
def fields(chance: Chance) -> tuple[list[list[Contender]], list[TierSize]]:
    """Groups of equals with vetoes, caps and waiting scores; tiers that fall."""
    count = chance.number(1, 4)
    fen = sorted((chance.number(0, 9999) for _ in range(count)), reverse=True)
    tiers = [TierSize(str(i + 1), chance.number(0, 3), amount) for i, amount in enumerate(fen)]
    names = iter(range(99))
    groups = []
    for size in [chance.number(1, 4) for _ in range(chance.number(1, 5))]:
        best, withheld, unpaid = (chance.pick([0] * 5 + [1]) for _ in range(3))
        groups.append(
            [Contender(f"u{next(names)}", best, chance.pick("de"), bool(withheld), bool(unpaid)) for _ in range(size)]
        )
    return groups, tiers


POLICIES: list[Boundary] = ["pool", "extend_up", "extend_up_absorb", "push_down", "hort", "decision"]


@given(fields(), st.sampled_from(POLICIES), st.sampled_from(BELOW))
def test_the_books_balance_under_every_policy_and_nobody_is_forgotten(
    field: tuple[list[list[Contender]], list[TierSize]], boundary: Boundary, below: Below
) -> None:
    groups, tiers = field
    result = allot(groups, tiers, boundary, below)
    assert result.planned == sum((one.quota or 0) * one.fen for one in tiers)
    assert result.planned + result.overrun == sum(award.fen for award in result.awards.values()) + result.vacant
    assert sorted(result.awards) == sorted(contender.unit for group in groups for contender in group)
    assert all(award.fen >= 0 for award in result.awards.values())
    assert result.vacant >= 0
    assert result.overrun >= 0
    for group in groups:
        for contender in group:
            award = result.awards[contender.unit]
            if contender.withheld or contender.unpaid:
                assert award.fen == 0
            if contender.withheld:
                assert award.tiers == ()


@given(fields(), st.sampled_from(POLICIES[:4]), st.sampled_from(BELOW))
def test_a_better_unit_never_has_a_lower_tier_or_less_and_equals_differ_by_one_fen(
    field: tuple[list[list[Contender]], list[TierSize]], boundary: Boundary, below: Below
) -> None:
    groups = [[Contender(one.unit) for one in group] for group in field[0]]
    result = allot(groups, field[1], boundary, below)
    rank = {one.id: i for i, one in enumerate(field[1])}
    for group in groups:
        fen = [result.awards[one.unit].fen for one in group]
        assert max(fen) - min(fen) <= 1
        assert len({result.awards[one.unit].tiers for one in group}) == 1
    flat = [result.awards[one.unit] for group in groups for one in group]
    for higher, lower in pairwise(flat):
        assert rank.get("".join(higher.tiers[:1]), 9) <= rank.get("".join(lower.tiers[:1]), 9)
        assert higher.fen >= lower.fen


@given(fields(), st.sampled_from(POLICIES[:4]), st.data())
def test_prizes_do_not_depend_on_the_order_within_a_group_but_for_the_last_fen(
    field: tuple[list[list[Contender]], list[TierSize]], boundary: Boundary, data: st.DataObject
) -> None:
    groups, tiers = field
    other = [data.draw(st.permutations(group)) for group in groups]
    one, two = allot(groups, tiers, boundary, "vacant"), allot(other, tiers, boundary, "vacant")
    assert (one.planned, one.overrun, one.vacant) == (two.planned, two.overrun, two.vacant)
    for unit, award in one.awards.items():
        assert award.tiers == two.awards[unit].tiers
        assert abs(award.fen - two.awards[unit].fen) <= 1


@given(st.lists(st.tuples(st.sampled_from("de"), st.integers(0, 9)), min_size=2, max_size=9), st.integers(0, 4))
def test_division_first_gives_each_division_one_first_and_the_rest_their_turn(
    field: list[tuple[str, int]], second: int
) -> None:
    distinct = sorted({value: (division, value) for division, value in field}.values(), key=lambda one: -one[1])
    groups = [[Contender(f"{division}{value}", 0, division)] for division, value in distinct]
    tiers = [TierSize("1", 2, 100), TierSize("2", second, 50)]
    result = allot(groups, tiers, "decision", "vacant", ["d", "e"])
    firsts = [next((f"{division}{v}" for division, v in distinct if division == of), None) for of in "de"]
    rest = [f"{division}{value}" for division, value in distinct if f"{division}{value}" not in firsts]
    assert {unit: award.tiers for unit, award in result.awards.items()} == {
        **{unit: ("1",) for unit in firsts if unit},
        **dict.fromkeys(rest[:second], ("2",)),
        **dict.fromkeys(rest[second:], ()),
    }
    balanced(result)


def balanced(result: Allotment) -> None:
    assert result.planned + result.overrun == sum(award.fen for award in result.awards.values()) + result.vacant
