"""What if: the result without a judge, a bloc or an entry, or under another rule, beside the one that holds."""

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.faults import Refused
from scoring.inform.alternatives import alternative, alternatives
from scoring.inform.contest import Contest, blocs, under, without_entry, without_judges
from scoring.inform.whatif import (
    Blind,
    Change,
    WhatIf,
    recount,
    stands,
    told_blind,
    under_scheme,
    without_bloc,
    without_judge,
    without_one_entry,
)
from scoring.roster import Absence, Decision, Entry, Judge, Recusal, Roster, Sheet
from scoring.scheme import Scheme, changed
from scoring.tabulate import tabulate
from scoring.verify.ranking import places as second_places
from scoring.verify.unit import total
from tests.scoring.contests import (
    by_unit,
    contest,
    criterion,
    item,
    known,
    marked,
    places,
    plainly,
    rule,
    scores,
    tier,
    words,
)
from tests.scoring.inform.asking import asked, official
from tests.scoring.plans import Plan, contest_of, plans
from tests.tours import shipped

ROOT = Path(__file__).parents[3]
JUDGES = [Judge(f"j{i}") for i in (1, 2, 3)]
PRIZES = {"tiers": [tier("first", 1, 100), tier("second", 1, 50)]}
# The example "loo" of the specification: 250 v 249; without the first judge 160 v 167.
GRID = {"P": {"j1": 90, "j2": 80, "j3": 80}, "Q": {"j1": 82, "j2": 83, "j3": 84}, "R": {"j1": 1, "j2": 1, "j3": 1}}


def small(*decisions: Decision, **more: object) -> Contest:
    return asked(contest(rule(**{"prizes": PRIZES, **more}), GRID, judges=JUDGES, decisions=decisions))


def leave(given: Contest, judge: str) -> WhatIf:
    return without_judge(given, official(given), judge)


# ---- Leaving out ----------------------------------------------------------------------------------------------------


def test_without_the_first_judge_the_two_change_places_prizes_and_money_by_hand() -> None:
    result = leave(small(), "j1")
    p, q = result.moves
    assert (p.unit, p.before.place, p.after.place, p.points, p.fen) == ("P", 1, 2, Fraction(-10, 3), -5000)
    assert (q.unit, q.before.place, q.after.place, q.points, q.fen) == ("Q", 2, 1, Fraction(1, 2), 5000)
    assert p.crosses == q.crosses == (("first", "second"),)
    assert (p.before.tiers, p.after.tiers) == (("first",), ("second",))
    assert (result.change, result.fen, result.open) == (Change("judge", "j1"), 5000, ())


def test_a_score_alone_is_no_move() -> None:
    result = leave(small(), "j2")
    assert [move.unit for move in result.units] == ["P"]  # 85 instead of 83 1/3; Q has 83 and R 1 as before
    assert result.moves == ()
    assert result.fen == 0


def test_a_result_names_the_rule_it_was_computed_under() -> None:
    given = small()
    result = leave(given, "j1")
    assert result.official == result.rule == given.scheme.digest
    other = under_scheme(given, official(given), alternative(given.scheme, "median"), Change("rule", "median"))
    assert other.official == given.scheme.digest
    assert other.rule == small(components=[marked(panel={"method": "median"})]).scheme.digest != given.scheme.digest


def test_what_if_touches_neither_the_contest_nor_its_result() -> None:
    given = small()
    before = official(given)
    for result in (leave(given, "j1"), without_one_entry(given, before, "P")):
        assert result.moves
    assert official(given) == before
    assert given == small()


def test_under_the_blind_only_the_number_of_moves_is_told() -> None:
    result = leave(small(), "j1")
    told = told_blind(result)
    assert told == Blind(Change("judge", "j1"), result.official, result.rule, moves=2)
    assert set(told.__slots__) == {"change", "official", "rule", "moves"}


def test_a_smaller_panel_is_enough_for_what_the_others_marks_say() -> None:
    given = small(components=[marked(panel={"method": "mean", "minimum": 3})])
    result = leave(given, "j1")
    assert [(move.unit, move.after.tiers, move.after.waits) for move in result.moves] == [
        ("P", ("second",), False), ("Q", ("first",), False),
    ]  # fmt: skip
    assert result.open == ()


def test_what_has_too_few_judges_now_has_too_few_without_one_of_them() -> None:
    given = small(components=[marked(panel={"method": "mean", "minimum": 4})])
    result = leave(given, "j1")
    assert all(move.before.waits and move.after.waits for move in result.units)
    assert [move.unit for move in result.moves if move.prize_changes] == []


def test_a_bloc_is_left_out_whole_and_judges_without_one_go_by_their_unit() -> None:
    judges = (Judge("j1", bloc="east"), Judge("j2", unit="Q", bloc="east"), Judge("j3", unit="R"), Judge("j4"))
    assert blocs(Roster((), (), judges)) == {"east": ("j1", "j2"), "R": ("j3",)}
    given = small()
    given = replace(given, roster=replace(given.roster, judges=(Judge("j1", bloc="a"), *JUDGES[1:])))
    of_bloc = without_bloc(given, official(given), "a")
    # As without the judge who is alone in it.
    assert [(move.unit, move.points, move.fen) for move in of_bloc.units] == [
        ("P", Fraction(-10, 3), -5000), ("Q", Fraction(1, 2), 5000),
    ]  # fmt: skip
    assert of_bloc.change == Change("bloc", "a")


def test_nobody_of_this_name_is_refused_with_the_names_there_are() -> None:
    given = small()
    for ask, known_names in ((without_judge, "j1, j2, j3"), (without_bloc, "-"), (without_one_entry, "P, Q, R")):
        with pytest.raises(Refused) as refused:
            ask(given, official(given), "x")
        (fault,) = refused.value.faults
        assert (fault.code, fault.params) == ("whatif.unknown_name", {"name": "x", "known": known_names})
    crowd = asked(contest(rule(), {"P": {f"j{i}": 1 for i in range(13)}}))
    with pytest.raises(Refused, match="j10, j11 …"):
        leave(crowd, "x")


def test_who_is_left_out_takes_every_word_about_him_along() -> None:
    given = asked(
        contest(
            rule(), {"P": {"j2": 80, "j3": 80}}, judges=JUDGES,
            recusals=[Recusal("j1", entry="P")], absences=[Absence("j1"), Absence("j2", day="x")],
            decisions=[Decision("void", "j1/P"), Decision("void", "j2/P"), Decision("absence", "j1/P")],
        )
    )  # fmt: skip
    left = without_judges(given, ("j1",))
    assert left.roster.recusals == ()
    assert left.roster.absences == (Absence("j2", day="x"),)
    assert left.decisions == (Decision("void", "j2/P"),)


def test_an_entry_leaves_with_what_was_decided_about_it_and_not_about_the_unit_of_the_same_id() -> None:
    off = {"name": words("off"), "kind": "deduction", "measure": "points"}
    adjustments = [{"id": "ofentry", "subject": "entry", **off}, {"id": "ofunit", "subject": "unit", **off}]
    vetoes = [
        {"id": "out", "name": words("out"), "subject": "entry", "effect": "exclude"},
        {"id": "last", "name": words("last"), "subject": "unit", "effect": "rank_last"},
    ]
    about_entry = (
        Decision("deduction", "P", "ofentry", "1"), Decision("veto", "P", "out"), Decision("accept", "P"),
        Decision("void", "j1/P"),
    )  # fmt: skip
    about_unit = (Decision("deduction", "P", "ofunit", "1"), Decision("veto", "P", "last"))
    entries = [Entry("P", "P", "marks", day="1"), Entry("P2", "P", "marks", day="2")]
    given = asked(
        contest(
            rule(adjustments=adjustments, vetoes=vetoes),
            {"P": {"j1": 90}, "P2": {"j1": 70}, "Q": {"j1": 80}}, entries=entries, judges=JUDGES[:1],
            recusals=[Recusal("j1", entry="P")], absences=[Absence("j1", entry="P"), Absence("j1", day="1")],
            decisions=(*about_entry, *about_unit),
        )
    )  # fmt: skip
    left = without_entry(given, "P")
    assert left.decisions == about_unit
    assert (left.roster.recusals, left.roster.absences) == ((), ())
    assert scores(official(left)) == {"P": 69, "Q": 80}


def test_an_entry_left_out_changes_its_unit_exactly() -> None:
    entries = [Entry("p1", "P", "marks"), Entry("p2", "P", "marks"), Entry("q1", "Q", "marks")]
    given = asked(contest(rule(), {"p1": {"j": 90}, "p2": {"j": 80}, "q1": {"j": 82}}, entries=entries))
    result = without_one_entry(given, official(given), "p1")
    assert [(m.unit, m.points, m.before.place, m.after.place) for m in result.moves] == [
        ("P", Fraction(-5), 1, 2), ("Q", Fraction(0), 2, 1),
    ]  # fmt: skip
    gone = without_one_entry(given, official(given), "q1")
    assert [(m.unit, m.points, m.after.place) for m in gone.moves] == [("Q", None, None)]
    assert [fault.code for fault in gone.open] == ["unit.no_entries"]


def test_a_draw_is_not_drawn_again() -> None:
    drawn = {"draw": {"public": words("lottery"), "secret": False}, "ties": ["draw"]}
    grid = {name: {f"j{i}": 80 for i in range(9)} for name in "ABCDEF"}
    given = asked(contest(rule(prizes=PRIZES, **drawn), grid, decisions=[Decision("public", value="4242")]))
    assert [leave(given, f"j{i}").units for i in range(9)] == [()] * 9
    # Drawn again, the order would be another one for most of them.
    again = [places(official(without_judges(given, (f"j{i}",)))) for i in range(9)]
    assert sum(list(order) != list(places(official(given))) for order in again) > 4


def test_equals_that_people_would_have_to_part_wait() -> None:
    grid = {"P": {"j1": 90, "j2": 80}, "Q": {"j1": 80, "j2": 80}}
    given = asked(contest(rule(prizes=PRIZES, ties=["decision"]), grid))
    p, q = leave(given, "j1").moves
    assert (p.after.waits, q.after.waits, p.after.tiers, p.crosses) == (True, True, (), ())
    assert [fault.code for fault in leave(given, "j1").open] == ["boundary.undecided"]
    assert leave(given, "j1").fen == 15000


@given(plans(), st.data())
def test_leaving_a_judge_out_is_the_result_without_him_by_a_second_calculation(plan: Plan, data: st.DataObject) -> None:
    judge = data.draw(st.sampled_from(sorted(plan.judges)))
    whole = asked(contest_of(plan))
    gone = replace(
        plan,
        judges={name: of for name, of in plan.judges.items() if name != judge},
        marks={pair: row for pair, row in plan.marks.items() if pair[0] != judge},
        away={pair for pair in plan.away if pair[0] != judge},
        listed={pair for pair in plan.listed if pair[0] != judge},
        assigned={entry: tuple(one for one in who if one != judge) for entry, who in plan.assigned.items()},
    )
    result = leave(whole, judge)
    stands = {unit.unit.id: (unit.score, unit.place) for unit in official(whole).units}
    stands |= {move.unit: (move.after.score, move.after.place) for move in result.units}
    second = plainly(contest_of(gone))
    wholes = {unit: total(second, unit, "rule") for unit in gone.units}
    assert {unit: value for unit, (value, _) in stands.items()} == {
        unit: whole.published if whole else None for unit, whole in wholes.items()
    }
    assert {unit: place for unit, (_, place) in stands.items() if place is not None} == {
        unit: place for unit, (place, _, _) in second_places(second).items()
    }


@given(plans(), st.data())
def test_leaving_a_judge_out_gives_everybody_what_the_whole_tabulation_would(plan: Plan, data: st.DataObject) -> None:
    """Place, print, tier, money and what is waited for, although no working is made; a smaller panel is enough."""
    judge = data.draw(st.sampled_from(sorted(plan.judges)))
    whole = asked(contest_of(plan, prizes=PRIZES, ties=["untrimmed_mean", "median"]))
    before = official(whole)
    accepted = {one.subject for one in whole.decisions if one.kind == "accept"}
    enough = [name for name, entry in before.entries.items() if not entry.provisional and name not in accepted]
    left = without_judges(whole, (judge,))
    left = replace(left, decisions=(*left.decisions, *(Decision("accept", name) for name in enough)))
    found = leave(whole, judge)
    assert stands(before) | {move.unit: move.after for move in found.units} == stands(recount(whole, left))
    assert {fault.code for fault in found.open} <= {fault.code for fault in recount(whole, left).open}


@given(plans(), st.data())
def test_leaving_out_contradicts_nothing_and_hangs_on_no_order_of_rows(plan: Plan, data: st.DataObject) -> None:
    whole = asked(contest_of(plan))
    judge, entry = data.draw(st.sampled_from(sorted(plan.judges))), data.draw(st.sampled_from(sorted(plan.entries)))
    for left in (without_judges(whole, (judge,)), without_entry(whole, entry)):
        assert recount(whole, left) == official(left)  # official() refuses what contradicts itself
    shuffled = replace(whole, sheets=tuple(data.draw(st.permutations(whole.sheets))))
    assert leave(shuffled, judge) == leave(whole, judge)


# ---- Another rule ---------------------------------------------------------------------------------------------------


def test_the_alternatives_of_the_tour_are_those_that_change_something() -> None:
    assert list(alternatives(shipped("shiyan-2022-tour"))) == ["no-trim", "median", "severity", "equal-weights"]
    assert list(alternatives(shipped("shiyan-2022-tour-fair"))) == ["no-trim", "median", "no-severity", "equal-weights"]
    assert list(alternatives(shipped("plain-mean"))) == ["median", "severity"]


def panels(scheme: Scheme) -> list[tuple[str, object, object, str]]:
    return [(p.panel.method, p.panel.trim, p.panel.trim_on, p.panel.counts) for p in scheme.components if p.panel]


def test_each_alternative_changes_what_its_name_says() -> None:
    trimmed = marked(panel={"method": "winsor", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}, weight=2)
    severe = marked("other", panel={"method": "mean", "counts": "less_severity"})
    scheme = rule(trimmed, severe)
    offered = alternatives(scheme)
    assert panels(offered["no-trim"]) == [("mean", None, None, "score"), ("mean", None, None, "less_severity")]
    assert panels(offered["median"]) == [("median", None, None, "score"), ("median", None, None, "less_severity")]
    assert [counts for *_, counts in panels(offered["no-severity"])] == ["score", "score"]
    assert [counts for *_, counts in panels(offered["severity"])] == ["less_severity", "less_severity"]
    assert [part.weight for part in offered["equal-weights"].components] == [1, 1]
    for other in offered.values():
        assert changed(other, components=scheme.components) == scheme


def test_a_sum_keeps_its_scale_and_a_panel_that_cannot_change_is_left() -> None:
    five = {"method": "sum", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}
    assert list(alternatives(rule(marked(panel=five)))) == ["severity"]
    by_item = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "item"}
    single = marked("m", criterion("c", item("a"), item("b")), panel=by_item, sheet={"incomplete": "item"})
    assert list(alternatives(rule(single))) == []  # items count singly, which only a trim by item allows
    assert list(alternatives(rule(known("a", weight=2), known("b", weight=2)))) == []


def test_an_alternative_nobody_offers_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused) as refused:
        alternative(shipped("plain-mean"), "no-trim")
    assert refused.value.faults[0].code == "whatif.unknown_rule"
    assert refused.value.faults[0].params == {"name": "no-trim", "known": "median, severity"}


def test_under_the_median_the_two_change_places_by_hand() -> None:
    given = small()
    result = under_scheme(given, official(given), alternative(given.scheme, "median"), Change("rule", "median"))
    assert {move.unit: (move.after.score, move.after.place) for move in result.moves} == {
        "P": (Fraction(80), 2),
        "Q": (Fraction(83), 1),
    }


def test_boundaries_are_told_only_where_both_rules_have_the_same_tiers() -> None:
    given = small()
    other = changed(given.scheme, prizes=given.scheme.prizes.model_copy(update={"tiers": ()}))
    result = under_scheme(given, official(given), other, Change("scheme", "other"))
    assert [(move.unit, move.crosses, move.fen) for move in result.moves] == [("P", (), -10000), ("Q", (), -5000)]
    assert result.fen == 15000
    three = [tier("first", 0, 100), tier("second", 0, 50), tier("third", 1)]
    far = changed(given.scheme, prizes=rule(prizes={"tiers": three[:2]}).prizes)
    whole = under_scheme(given, official(given), far, Change("scheme", "far"))
    assert whole.moves[0].crosses == (("first", "second"), ("second", ""))


def test_marks_keep_their_value_on_a_sheet_with_other_steps_and_another_order() -> None:
    two = [item("a", 50, 1), item("b", 50, 1)]
    other = [item("b", 50, Decimal("0.5")), item("a", 50, 2)]
    sheet = {"points": "sum"}
    ours, theirs = (rule(marked("m", criterion("c", *items), sheet=sheet)) for items in (two, other))
    given = asked(contest(ours, {"P": {"j1": [20, 13], "j2": [None, 11]}}))
    assert under(given, theirs).sheets == (Sheet("j1", "P", (26, 10)), Sheet("j2", "P", (22, None)))
    odd = asked(contest(ours, {"P": {"j1": [21, 13]}}))
    with pytest.raises(Refused) as refused:
        under(odd, theirs)
    assert refused.value.faults[0].code == "whatif.other_step"
    assert refused.value.faults[0].params == {"judge": "j1", "entry": "P", "item": "a"}


def test_a_scheme_with_other_items_or_without_the_component_is_refused() -> None:
    given = small()
    for other in (rule(marked("marks", criterion("all", item("x")))), rule(marked("elsewhere"))):
        with pytest.raises(Refused) as refused:
            under_scheme(given, official(given), other, Change("scheme", other.id))
        assert refused.value.faults[0].code == "whatif.other_sheet"


def test_what_contradicts_the_other_scheme_is_refused_as_it_would_be_anywhere() -> None:
    given = small()
    other = rule(marked("marks", criterion("all", item(full=50))))
    with pytest.raises(Refused) as refused:
        under_scheme(given, official(given), other, Change("scheme", "other"))
    assert {fault.code for fault in refused.value.faults} == {"sheet.out_of_range"}


@given(plans())
def test_an_alternative_gives_the_same_as_that_scheme_from_the_beginning(plan: Plan) -> None:
    whole = asked(contest_of(plan))
    for name, scheme in alternatives(whole.scheme).items():
        result = under_scheme(whole, official(whole), scheme, Change("rule", name))
        direct = by_unit(tabulate(scheme, whole.roster, whole.sheets, whole.priors, whole.decisions))
        for move in result.units:
            assert (move.after.score, move.after.place) == (direct[move.unit].score, direct[move.unit].place)


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    code = "from tests.scoring.inform.test_whatif import leave, small; print([leave(small(), j) for j in ('j1', 'j2')])"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(printed) == 1
