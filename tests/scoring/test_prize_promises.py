"""Random contests with every policy at a boundary, minima, shares, divisions, vetoes and decisions: what must hold.

Everything is counted here anew from what came out; nothing of the engine's own promises is used.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.faults import BrokenPromise
from scoring.numbers import split_fen
from scoring.prizes import Allotment, Award, largest_remainder
from scoring.promises import check_books, check_input_order, check_order
from scoring.results import Money, Tabulation, UnitResult
from scoring.roster import Decision, Unit
from tests.scoring.cases import many
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import Contest, Table, awards, contest, known, named, rule, rule_at_once, tier, words

POLICIES = ["pool", "pool_if_money", "extend_up", "extend_up_absorb", "push_down", "hort", "decision"]
EFFECTS: list[Table] = [
    {"id": "out", "effect": "exclude"},
    {"id": "last", "effect": "rank_last"},
    {"id": "poor", "effect": "no_money"},
    {"id": "low", "effect": "cap_tier", "tier": "t1"},
]


@drawn
def contests(chance: Chance) -> Contest:
    policy = chance.pick(POLICIES)
    how = chance.pick(["all", "first", "division"])
    divisions = ["x", "y"] if how != "all" else []
    number = chance.few(2, 4)
    amounts = sorted((chance.pick([0, 100, 33, 50]) for _ in range(number)), reverse=True)
    tiers = []
    minima = sorted((chance.pick([60, 70, 80]) for _ in range(number)), reverse=True)
    with_minimum = chance.number(0, number)
    for i, yuan in enumerate(amounts):
        size: Table = chance.pick([{"quota": 1}, {"quota": 2}, {"quota": 3}, {"quota": 0}, {"share": "0.4"}, {}])
        if how == "first" and i == 0:
            size = {"quota": len(divisions)}
        more = {"minimum": minima[i]} if i < with_minimum else {}
        tiers.append(tier(f"t{i}", yuan=yuan, **size, **more))
    prizes = {
        "tiers": tiers,
        "boundary": policy,
        "below_minimum": chance.pick(["vacant", "pass_down"]),
        "pool_title": chance.pick(["both", "higher"]),
        "first_of_each_division": how == "first",
        "quota_by": "division" if how == "division" else "all",
    }
    vetoes = [{"name": words(veto["id"]), "subject": "unit", **veto} for veto in EFFECTS]
    scheme = rule_at_once(
        known(),
        prizes=prizes,
        divisions=named(*divisions),
        vetoes=vetoes,
        ties=["decision"],
        draw={"public": words("dice"), "secret": False},
    )
    units = [f"u{i}" for i in range(chance.number(2, chance.pick([4, 4, 8])))]
    decisions = [Decision("public", value="7")] if chance.coin() else []
    for unit in units:
        if chance.once_in(6):
            decisions.append(Decision("veto", unit, chance.pick([veto["id"] for veto in EFFECTS])))
        if policy in ("decision", "pool_if_money") and chance.coin():
            decisions.append(Decision("award", unit, chance.pick(["t0", "t1", ""]), "10"))
        if chance.once_in(6):
            decisions.append(Decision("tie", unit, value=str(chance.number(1, 3))))
    return contest(
        scheme,
        {},
        units={unit: chance.pick(divisions or [""]) for unit in units},
        priors={"ordinary": {unit: chance.pick([50, 65, 75, 85]) for unit in units}},
        decisions=decisions,
    )


def best(unit: UnitResult) -> int:
    assert unit.award is not None
    return min((int(name[1:]) for name in unit.award.tiers), default=99)


def paid(unit: UnitResult) -> int:
    return unit.award.fen if unit.award else 0


def lists(one: Contest, result: Tabulation) -> list[list[UnitResult]]:
    """Those who compete for the same places and may be compared: ranked, without a veto, settled."""
    prizes = one.scheme.prizes
    waiting = {name for fault in result.open for name in str(fault.params.get("units", "")).split(", ")}
    ranked = [unit for unit in result.units if unit.place and not unit.vetoes and unit.unit.id not in waiting]
    if prizes.quota_by == "division":
        return [[unit for unit in ranked if unit.unit.division == name] for name in ("x", "y")]
    if prizes.first_of_each_division:
        tops = {name: min((u.place or 0) for u in result.units if u.place and u.unit.division == name)
                for name in {u.unit.division for u in result.units if u.place}}  # fmt: skip
        return [[unit for unit in ranked if (unit.place or 0) > tops[unit.unit.division]]]
    return [ranked]


@given(contests())
@many(400)
def test_what_must_hold_of_prizes_holds_under_every_policy(one: Contest) -> None:
    result = one.result()
    policy, money = one.scheme.prizes.boundary, result.money
    amounts = {unit.unit.id: paid(unit) for unit in result.units}
    assert sum(amounts.values()) == money.paid
    assert money.paid + money.vacant == money.planned + money.overrun
    assert min(money.vacant, money.overrun, *amounts.values()) >= 0
    for unit in result.units:
        assert not (unit.excluded and unit.award)
        assert not ("poor" in unit.vetoes and paid(unit))
        assert not ("low" in unit.vetoes and unit.award and best(unit) < 1)
        for size in one.scheme.prizes.tiers if unit.award else ():
            reached = size.minimum is None or (unit.rank_value or 0) >= size.minimum
            assert reached or size.id != f"t{best(unit)}"
    for listed in lists(one, result):
        for above, below in pairwise(listed):
            if above.place == below.place:
                assert policy in ("hort", "decision", "pool_if_money") or abs(paid(above) - paid(below)) <= 1
            else:
                assert best(above) <= best(below)
                assert policy in ("decision", "pool_if_money") or paid(above) >= paid(below)


@given(contests(), st.randoms(use_true_random=False))
@many(150)
def test_the_order_of_rows_decides_no_more_than_a_fen(one: Contest, chance: Callable[..., None]) -> None:
    if one.scheme.prizes.boundary == "hort":
        return  # what is drawn hangs on the frozen roster
    units: list[Unit] = list(one.roster.units)
    chance.shuffle(units)  # type: ignore[attr-defined]
    other = replace(one, roster=replace(one.roster, units=tuple(units))).result()
    first, second = awards(one.result()), awards(other)
    assert first.keys() == second.keys()
    for unit, award in first.items():
        turned = second[unit]
        assert (award is None) == (turned is None)
        if award and turned:
            assert award[0] == turned[0]
            assert abs(award[1] - turned[1]) <= 1


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_fen_split_exactly_with_a_spread_of_one(total: int, parts: int) -> None:
    split = split_fen(total, parts)
    assert sum(split) == total
    assert max(split) - min(split) <= 1


@given(st.integers(0, 30), st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_places_in_proportion_are_all_given_within_one_of_the_quota(total: int, sizes: list[int]) -> None:
    shares = largest_remainder(total, sizes)
    assert sum(shares) == total
    if sum(sizes):
        exact = [Fraction(total * size, sum(sizes)) for size in sizes]
        assert all(abs(share - quota) < 1 for share, quota in zip(shares, exact, strict=True))


def test_of_equal_remainders_the_division_whose_next_unit_is_better_has_the_place() -> None:
    """Three places for two divisions of two: one and a half each. y2 (70) stands above x2 (60)."""
    prizes = {"tiers": [tier("t0", 3)], "quota_by": "division"}
    scheme = rule(known(), divisions=named("x", "y"), prizes=prizes)
    field = {"x1": 90, "x2": 60, "y1": 80, "y2": 70}
    result = contest(scheme, {}, units={u: u[0] for u in field}, priors={"ordinary": field}).result()
    assert {u for u, award in awards(result).items() if award and award[0]} == {"x1", "y1", "y2"}


@pytest.mark.parametrize(("yuan", "title", "expected"), [
    (100, "both", {"a": (("t0",), 10000), "b": (("t1", "t2"), 2500), "c": (("t1", "t2"), 2500)}),
    (100, "higher", {"a": (("t0",), 10000), "b": (("t1",), 2500), "c": (("t1",), 2500)}),
    (0, "both", {"a": (("t0",), 0), "b": ((), 0), "c": ((), 0)}),
])  # fmt: skip
def test_pooled_where_money_is_at_stake_else_decided(yuan: int, title: str, expected: dict[str, object]) -> None:
    """50 yuan for the second and nothing for the third: 25 each; without money it is for people to say."""
    tiers = [tier("t0", 1, yuan), tier("t1", 1, yuan // 2), tier("t2", 1)]
    prizes = {"tiers": tiers, "boundary": "pool_if_money", "pool_title": title}
    result = contest(rule(known(), prizes=prizes), {}, priors={"ordinary": {"a": 90, "b": 80, "c": 80}}).result()
    assert awards(result) == expected
    assert [fault.code for fault in result.open] == ([] if yuan else ["boundary.undecided"])


# ---- Every promise is kept by being asked


def unit(name: str, score: int, place: int | None, *tiers: str, fen: int = 0, **more: object) -> UnitResult:
    told = {"division": "x"} | {key: str(more.pop(key)) for key in ("division",) if key in more}
    award = Award(tiers, fen)
    given_: Table = {"rank_value": Fraction(score), "place": place, "award": award, **more}
    return UnitResult(Unit(name, **told), {}, score=Fraction(score), **given_)


def broken(units: Sequence[UnitResult], **prizes: object) -> str:
    vetoes = [{"name": words(veto["id"]), "subject": "unit", **veto} for veto in EFFECTS]
    tiers = [tier("t0", 1, 100), tier("t1", 1, 50)]
    scheme = rule(known(), vetoes=vetoes, prizes={"boundary": "pool", "tiers": tiers, **prizes}, divisions=named("x"))
    with pytest.raises(BrokenPromise) as promise:
        check_order(scheme, units)
    return str(promise.value)


def test_a_wrong_list_is_stopped() -> None:
    a, b = unit("a", 90, 1, "t0", fen=10000), unit("b", 80, 2, "t1", fen=5000)
    assert broken([b, a]) == "places rise"
    assert broken([replace(a, place=2), replace(b, place=1)]) == "places rise"
    assert broken([replace(b, place=1), replace(a, place=2)]).startswith("nobody stands above a higher score")
    assert broken([a, replace(b, excluded="out", place=None)]) == "who is excluded wins nothing"
    assert broken([a, replace(b, vetoes=("poor",))]) == "a veto on the money leaves none"
    low = replace(a, vetoes=("low",))
    assert broken([low, b]) == "a veto on tiers leaves none above"
    assert broken([replace(a, award=b.award), replace(b, award=a.award)]) == "a higher score has no lower tier"
    assert broken([a, replace(b, award=Award(("t1",), 10001))]) == "a higher score is not paid less"
    assert broken([a, replace(b, place=1, rank_value=Fraction(90))]) == "equals are paid alike, up to one fen"
    alike = replace(b, place=1, rank_value=Fraction(90), award=Award(("t1",), 10000))
    assert broken([a, alike]) == "equals have the same tier"
    both = replace(a, award=Award(("t0", "t1"), 10000))
    assert broken([both], boundary="push_down") == "nobody has two tiers unless places were pooled"
    assert broken([replace(a, award=b.award), replace(b, award=a.award)], quota_by="division").startswith("a higher")
    winner = broken([replace(a, award=b.award), replace(b, award=a.award)], first_of_each_division=True)
    assert winner == "a division's first is the best of his division"


def test_wrong_books_are_stopped() -> None:
    scheme = rule(known(), prizes={"tiers": [tier("t0", 1, 100)], "budget_yuan": 100})
    sound = Allotment({"a": Award(("t0",), 10000)}, planned=10000, places=1, taken=1)
    books = Money(10000, 10000, 0, 0)
    check_books(scheme, books, sound)
    for money, allotment, promise in [
        (books, replace(sound, awards={"a": Award(("t0",), -1)}), "amounts are whole fen from 0 on"),
        (replace(books, paid=9999), sound, "what is paid is the sum of the awards"),
        (replace(books, vacant=1), sound, "planned + overrun = paid + vacant"),
        (replace(books, vacant=-1, overrun=-1), sound, "nothing vacant or above the plan is below 0"),
        (replace(books, planned=9999, overrun=1), sound, "the plan is the budget"),
        (books, replace(sound, taken=2), "places + extra = taken + empty"),
    ]:
        with pytest.raises(BrokenPromise) as broken_:
            check_books(scheme, money, allotment)
        assert str(broken_.value) == promise
    with pytest.raises(BrokenPromise):
        check_input_order(sound, replace(sound, awards={"a": Award(("t0",), 9998)}))
