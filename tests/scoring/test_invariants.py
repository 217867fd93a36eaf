"""What holds for every contest, and what may be changed without any effect."""

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.canonical import canonical
from scoring.results import Tabulation
from scoring.roster import Absence, Decision, Judge, Roster
from scoring.verify.working import again
from tests.scoring.contests import (
    Contest,
    Mark,
    Table,
    awards,
    by_unit,
    column,
    contest,
    criterion,
    item,
    known,
    marked,
    named,
    places,
    rule,
    scores,
    tier,
    trimmed,
    words,
)
from tests.scoring.plans import Plan, bloc_of, contest_of, plans

ROOT = Path(__file__).parents[2]


def spelled(result: Tabulation) -> bytes:
    """The canonical bytes of a result; the weights in effect are floats, for information, and written out."""
    weights = {name: repr(value) for name, value in result.effective_weights.items()}
    return canonical({"result": replace(result, effective_weights={}), "weights": weights})


@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_sheets_and_prior_scores_changes_no_byte(plan: Plan, random: Random) -> None:
    before = contest_of(plan)
    sheets, priors = list(before.sheets), list(before.priors)
    random.shuffle(sheets)
    random.shuffle(priors)
    assert spelled(replace(before, sheets=tuple(sheets), priors=tuple(priors)).result()) == spelled(before.result())


@given(plans(), st.data())
def test_leaving_a_judge_out_is_the_contest_without_him(plan: Plan, data: st.DataObject) -> None:
    judge = data.draw(st.sampled_from(sorted(plan.judges)))
    whole = contest_of(plan)
    others = tuple(sheet for sheet in whole.sheets if sheet.judge != judge)
    away = replace(whole.roster, absences=(*whole.roster.absences, Absence(judge)))
    entries = (
        one if one.judges is None else replace(one, judges=tuple(name for name in one.judges if name != judge))
        for one in whole.roster.entries
    )
    gone = replace(
        whole.roster,
        entries=tuple(entries),
        judges=tuple(one for one in whole.roster.judges if one.id != judge),
        recusals=tuple(one for one in whole.roster.recusals if one.judge != judge),
        absences=tuple(one for one in whole.roster.absences if one.judge != judge),
    )
    absent = replace(whole, roster=away, sheets=others).result()
    without = replace(whole, roster=gone, sheets=others).result()
    assert (scores(absent), places(absent)) == (scores(without), places(without))
    assert [fault for fault in absent.open if fault.code == "entry.missing"] == [
        fault for fault in without.open if fault.code == "entry.missing"
    ]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=9))
def test_places_are_1224_and_their_means_add_up(values: list[int]) -> None:
    result = contest(rule(), column({f"u{i}": value for i, value in enumerate(values)})).result()
    found = by_unit(result)
    assert {unit: found[unit].place for unit in found} == {
        f"u{i}": 1 + sum(other > value for other in values) for i, value in enumerate(values)
    }
    means = [(one.place or 0) + Fraction(one.sharing - 1, 2) for one in found.values()]
    assert sum(means) == Fraction(len(values) * (len(values) + 1), 2)


@given(plans())
def test_a_chain_of_ties_refines_the_order_of_the_scores_and_never_turns_it_round(plan: Plan) -> None:
    ties = ["criterion:onsite.c2", "median", "head_to_head", "untrimmed_mean", "component:onsite"]
    plain, chained = contest_of(plan).result(), contest_of(plan, ties=ties).result()
    ranked = {unit: place for unit, place in places(plain).items() if place is not None}
    finer = places(chained)
    assert scores(plain) == {unit: scores(chained)[unit] for unit in scores(plain)}
    for unit, place in ranked.items():
        assert place <= (finer[unit] or 0) < place + by_unit(plain)[unit].sharing


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 99))
def test_the_blend_lies_between_its_parts(tour: int, prior: int, weight: int) -> None:
    scheme = rule(marked(weight=weight), known(weight=100 - weight))
    value = scores(contest(scheme, column({"a": tour}), priors={"ordinary": {"a": prior}}).result())["a"]
    assert value == Fraction(weight * tour + (100 - weight) * prior, 100)
    assert min(tour, prior) <= value <= max(tour, prior)


FIELD_SCALES: list[Table] = [
    {"scale": "minmax"},
    {"scale": "z"},
    {"scale": "z", "z_mean": 80, "z_spread": "2.5"},
    {"scale": "rank", "rank_points": [100, 90, 85]},
    {"scale": "bands", "bands": [{"least": 60, "points": 70}, {"least": 30, "points": 40}]},
]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5), st.sampled_from(FIELD_SCALES))
def test_the_working_of_every_scale_calculated_again_gives_the_number(values: list[int], scale: Table) -> None:
    scheme = rule(marked(weight=3), known(weight=2, **scale))
    names = [f"u{i}" for i in range(len(values))]
    prior = {"ordinary": {name: 5 * value for name, value in zip(names, values, strict=True)}}
    result = contest(scheme, column(dict.fromkeys(names, 70)), priors=prior).result()
    for unit in result.units:
        assert unit.working
        assert again(unit.working, lambda leaf: leaf.value) == unit.score


@given(plans(), st.integers(0, 10))
def test_another_unit_changes_no_other_score(plan: Plan, mark: int) -> None:
    part = plan.part("onsite")  # what is compared with other sheets, other groups or other duties moves on purpose
    for key in ("counts", "bands", "minimum_share", "second_mean"):
        part["panel"].pop(key, None)
        part.pop(key, None)
    before = contest_of(plan).result()
    plan.units.append("new")
    plan.entries["new-0"] = ("new", "onsite", "k2")
    plan.marks |= {(judge, "new-0"): [Fraction(m) for m in (mark, 2, 4, 1)] for judge in plan.judges}
    after = contest_of(plan).result()
    assert {unit: scores(after)[unit] for unit in scores(before)} == scores(before)
    assert {name: after.entries[name] for name in before.entries} == before.entries


def renamed(plan: Plan) -> tuple[Plan, dict[str, str]]:
    """The same contest with other ids throughout; the new names sort the other way round."""
    names = {name: f"z{99 - i}" for i, name in enumerate([*plan.units, *plan.entries, *plan.judges])}
    names[""] = ""
    new = Plan(
        plan.table,
        [names[unit] for unit in plan.units],
        {names[entry]: (names[unit], part, kind) for entry, (unit, part, kind) in plan.entries.items()},
        {names[judge]: (of, names[unit]) for judge, (of, unit) in plan.judges.items()},
        {(names[judge], names[entry]): row for (judge, entry), row in plan.marks.items()},
        {names[unit]: value for unit, value in plan.priors.items()},
        {(names[judge], names[entry]) for judge, entry in plan.away},
        {(names[judge], names[entry]) for judge, entry in plan.listed},
        [(subject, names[name], points) for subject, name, points in plan.deductions],
        {names[entry]: tuple(names[judge] for judge in judges) for entry, judges in plan.assigned.items()},
    )
    return new, names


SIZES = [tier("1", 1, 1000), tier("2", 2, "500.01"), tier("3", 1, 100)]
TIERS: Table = {"tiers": SIZES, "boundary": "pool"}


@given(plans())
def test_other_ids_change_no_score_place_or_prize(plan: Plan) -> None:
    other, names = renamed(plan)
    ties = ["median", "head_to_head"]
    before, after = (contest_of(one, prizes=TIERS, ties=ties).result() for one in (plan, other))
    assert {names[unit]: score for unit, score in scores(before).items()} == scores(after)
    assert {names[unit]: place for unit, place in places(before).items()} == places(after)
    assert {names[unit]: award for unit, award in awards(before).items()} == awards(after)


@given(plans())
def test_half_the_step_changes_nothing(plan: Plan) -> None:
    before = contest_of(plan).result()
    for part in plan.table["components"]:
        for one in part.get("criteria", []):
            one["items"] = [finer(line) for line in one["items"]]
    after = contest_of(plan).result()
    assert replace(after, scheme_digest=before.scheme_digest) == before


def finer(line: Table) -> Table:
    """An item whose marks may lie between those of before; where each counts a value of its own, in between too."""
    if "grades" in line:
        return line
    values = [str(value) for value in line.get("values", []) for _ in range(2)][1:]
    return line | {"step": str(Fraction(line["step"]) / 2)} | ({"values": values} if values else {})


@given(plans())
def test_weights_in_percent_or_as_fractions_give_the_same(plan: Plan) -> None:
    before = contest_of(plan).result()
    whole = sum(part["weight"] for part in plan.table["components"])
    for part in plan.table["components"]:
        part["weight"] = str(Fraction(part["weight"], whole))
        classes = part.get("panel", {}).get("classes", [])
        total = sum(one["weight"] for one in classes)
        for one in classes:
            one["weight"] = str(Fraction(one["weight"] * 100, total))
    after = contest_of(plan).result()
    assert (scores(after), places(after)) == (scores(before), places(before))


@given(plans())
def test_a_hundredfold_money_gives_hundredfold_prizes_up_to_the_last_fen(plan: Plan) -> None:
    more = {**TIERS, "tiers": [{**one, "yuan": str(Fraction(one["yuan"]) * 100)} for one in SIZES]}
    few, many = contest_of(plan, prizes=TIERS).result(), contest_of(plan, prizes=more).result()
    assert places(few) == places(many)
    assert many.money.planned == 100 * few.money.planned
    for unit, award in awards(few).items():
        other = awards(many)[unit]
        assert (award is None) == (other is None)
        if award and other:
            assert award[0] == other[0]
            assert abs(100 * award[1] - other[1]) <= 100


@given(plans(), st.data())
def test_two_judges_of_one_class_and_unit_may_change_places(plan: Plan, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(sorted(plan.judges)))
    two = data.draw(st.sampled_from([judge for judge in plan.judges if bloc_of(judge) == bloc_of(one)]))
    plan.judges[two] = plan.judges[one]
    for entry in plan.entries:  # both have a sheet or neither
        for pair in ((one, entry), (two, entry)):
            plan.away.discard(pair)
            plan.listed.discard(pair)
        if plan.part(plan.entries[entry][1])["recusal"] == "own_unit" and plan.judges[one][1] == plan.entries[entry][0]:
            plan.marks.pop((one, entry), None)
            plan.marks.pop((two, entry), None)
    before = contest_of(plan).result()
    swapped = {one: two, two: one}
    plan.marks = {(swapped.get(judge, judge), entry): row for (judge, entry), row in plan.marks.items()}
    plan.assigned = {
        entry: tuple(swapped.get(judge, judge) for judge in judges) for entry, judges in plan.assigned.items()
    }
    after = contest_of(plan).result()
    assert (scores(after), places(after), awards(after)) == (scores(before), places(before), awards(before))


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 100), min_size=width, max_size=width), min_size=2, max_size=5)
    ),
    st.integers(0, 100),
)
def test_a_judge_who_gives_everybody_the_same_keeps_the_order_of_means(rows: list[list[int]], mark: int) -> None:
    def run(*more: int) -> dict[str, int | None]:
        grid = {f"u{n}": {f"j{i}": m for i, m in enumerate([*row, *more])} for n, row in enumerate(rows)}
        return places(contest(rule(), grid).result())

    assert run(mark) == run()


@given(plans(), st.data())
def test_the_administrative_order_changes_no_score_place_or_tier(plan: Plan, data: st.DataObject) -> None:
    whole = contest_of(plan, prizes=TIERS, ties=["head_to_head", "median"])
    roster = whole.roster
    other = Roster(
        tuple(data.draw(st.permutations(roster.units))),
        tuple(data.draw(st.permutations(roster.entries))),
        tuple(data.draw(st.permutations(roster.judges))),
        tuple(data.draw(st.permutations(roster.recusals))),
        tuple(data.draw(st.permutations(roster.absences))),
    )
    before, after = whole.result(), replace(whole, roster=other).result()
    assert (scores(after), places(after)) == (scores(before), places(before))
    for unit, award in awards(before).items():
        moved = awards(after)[unit]
        assert (award and award[0]) == (moved and moved[0])
        assert not (award and moved) or abs(award[1] - moved[1]) <= 1


def large() -> Contest:
    """A contest that uses much of the engine, with marks by a formula."""
    classes = [{"judge_class": "e", "weight": 60}, {"judge_class": "p", "weight": 40}]
    how = {**trimmed(1, 1), "classes": classes}
    parts = (
        marked("site", criterion("c", item("x", 10, Decimal("0.5")), item("y", 10, 1)), panel=how, recusal="own_unit"),
        known(weight=2, scale="z"),
    )
    scheme = rule(
        *parts,
        judge_classes=named("e", "p"),
        ties=["criterion:site.c", "head_to_head", "draw"],
        draw={"public": words("彩票"), "secret": False},
        rounding=[{"after": "panel", "decimals": 1, "mode": "half_even"}],
        prizes={"tiers": [tier("一等", 1, 1000) | {"id": "first"}, tier("second", 3, 10)], "boundary": "pool"},
    )
    units = [f"县{i}" for i in range(9)]
    judges = [Judge(f"评委{i}", judge_class="ep"[i % 2], unit=units[i % 9]) for i in range(14)]
    grid: dict[str, dict[str, list[Mark]]] = {
        unit: {
            judge.id: [str(Fraction((i * i + 3 * n) % 21, 2)), (7 * i + n) % 4 + 5]
            for i, judge in enumerate(judges)
            if judge.unit != unit
        }
        for n, unit in enumerate(units)
    }
    prior = {"ordinary": {unit: 80 + n % 3 for n, unit in enumerate(units)}}
    public = [Decision("public", value="2022-07-09"), Decision("deduction", "县1", "d", "1")]
    return contest(scheme, grid, judges=judges, priors=prior, decisions=public[:1])


@pytest.mark.parametrize(("seed", "locale"), [("0", "C"), ("1", "C.UTF-8"), ("4242", "tr_TR.UTF-8")])
def test_another_hash_seed_and_locale_give_the_same_bytes(seed: str, locale: str) -> None:
    here = "import sys; from tests.scoring.test_invariants import large, spelled; "
    code = here + "sys.stdout.buffer.write(spelled(large().result()))"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert ran.stdout == spelled(large().result())
