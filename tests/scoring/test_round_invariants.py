"""What holds for every contest of three rounds, whatever the marks are."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scoring.roster import Decision
from scoring.scheme import Scheme
from tests.scoring.cases import many
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import Contest, Table, marked, places, rule, rule_at_once, scores
from tests.scoring.staged import DIVISIONS, Grid, advance, left, on, played, scheme, stage, statuses

marks_ = st.integers(0, 4)


@drawn
def cups(chance: Chance) -> tuple[Scheme, Grid, dict[str, str], list[Decision]]:
    """Three rounds in three divisions; marks so few that ties are common; some withdraw."""
    how = advance(
        chance.number(1, 3),
        quota_by=chance.pick(["all", "division", "each_division"]),
        ties=chance.pick(["all_advance", "chain", "decision"]),
        reserves=chance.number(0, 2),
    )
    if how["quota_by"] == "each_division":
        how["best_others"] = chance.number(0, 2)
    if chance.coin():
        how["minimum"] = 2
    second = advance(chance.number(1, 3), ties="chain", reserves=1)
    carries: list[Table] = [
        chance.pick([{"carry": "sum"}, {"carry": "reset"}, {"carry": "best", "best": 1}]) for _ in "23"
    ]
    by = rule_at_once(
        *map(marked, ("r1", "r2", "r3")),
        rounds=[stage("r1", advance=how), stage("r2", advance=second, **carries[0]), stage("r3", **carries[1])],
        divisions=DIVISIONS,
        ties=["decision"],
    )
    units = [f"u{i}" for i in range(chance.few(2, 8))]
    division = {unit: chance.pick(["centre", "institute", "station"]) for unit in units}
    marks: Grid = {unit: {name: chance.number(0, 4) for name in ("r1", "r2", "r3")} for unit in units}
    gone = chance.some(units, 2)
    left_ = [left(unit, chance.pick(["r1", "r2", "r3"])) for unit in gone]
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


@many(40)
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
