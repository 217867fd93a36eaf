"""What is missing is never 0: who did not mark is left out and said, and what cannot be counted has no score."""

from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.faults import Fault
from scoring.results import EntryResult, Tabulation
from scoring.roster import Absence, Decision, Entry, Judge, Recusal
from tests.scoring.contests import (
    Grid,
    Mark,
    Table,
    awards,
    by_unit,
    codes,
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
)

FOUR = [Judge("1"), Judge("2"), Judge("3"), Judge("4")]
MARKS: dict[str, Mark] = {"1": 90, "2": 80, "3": 70, "4": 60}


def without(judge: str, **more: object) -> Tabulation:
    """Four judges of whom one has no sheet; with it the mean would be 75, with a 0 in its place less."""
    grid = {"a": {name: mark for name, mark in MARKS.items() if name != judge}}
    return contest(rule(), grid, judges=FOUR, **more).result()  # type: ignore[arg-type]  # lists of the roster


def said(result: Tabulation) -> dict[str, tuple[str, ...]]:
    entry = result.entries["a"]
    lists = {name: getattr(entry, name) for name in ("counted", "recused", "absent", "void", "missing", "incomplete")}
    return {name: names for name, names in lists.items() if names}


@pytest.mark.parametrize(
    "more",
    [
        {"absences": [Absence("4")]},
        {"absences": [Absence("4", entry="a")]},
        {"decisions": [Decision("absence", "4/a")]},
    ],
)
def test_an_absent_judge_is_left_out_and_said(more: dict[str, object]) -> None:
    result = without("4", **more)
    assert (scores(result), result.final) == ({"a": 80}, True)
    assert said(result) == {"counted": ("1", "2", "3"), "absent": ("4",)}


def test_a_judge_absent_on_a_day_is_absent_from_that_days_entries_alone() -> None:
    entries = [Entry("a", "a", "marks", day="1"), Entry("b", "b", "marks", day="2")]
    grid = {"a": {"1": 90}, "b": {"1": 90, "2": 60}}
    result = contest(rule(), grid, entries=entries, judges=FOUR[:2], absences=[Absence("2", day="1")]).result()
    assert (scores(result), result.final) == ({"a": 90, "b": 75}, True)


@pytest.mark.parametrize("recusal", [Recusal("4", unit="a"), Recusal("4", entry="a")])
def test_a_recused_judge_is_left_out_and_said(recusal: Recusal) -> None:
    result = without("4", recusals=[recusal])
    assert (scores(result), result.final) == ({"a": 80}, True)
    assert said(result) == {"counted": ("1", "2", "3"), "recused": ("4",)}


def test_own_unit_recusal_holds_where_the_scheme_says_so_and_only_there() -> None:
    judges = [Judge("1", unit="a"), Judge("2", unit="b")]
    grid = {"a": {"2": 80}, "b": {"1": 60}}
    own = contest(rule(marked(recusal="own_unit")), grid, judges=judges).result()
    assert (scores(own), own.final, own.entries["a"].recused) == ({"a": 80, "b": 60}, True, ("1",))
    everybody = contest(rule(), grid, judges=judges).result()
    assert (codes(everybody), everybody.entries["a"].missing) == (["entry.missing", "entry.missing"], ("1",))


def test_a_void_sheet_does_not_count_and_is_said() -> None:
    result = contest(rule(), {"a": MARKS}, decisions=[Decision("void", "4/a")]).result()
    assert (scores(result), result.final) == ({"a": 80}, True)
    assert said(result) == {"counted": ("1", "2", "3"), "void": ("4",)}


def test_a_sheet_that_has_not_come_keeps_the_result_open() -> None:
    result = without("4")
    assert (scores(result), result.final) == ({"a": 80}, False)
    assert result.open == (Fault("entry.missing", {"entry": "a", "judges": "4", "number": 1}),)


def test_who_does_not_belong_to_the_panel_is_not_missed() -> None:
    judges = [
        Judge("1", judge_class="e"),
        Judge("2", judge_class="p"),
        Judge("3", judge_class="e", divisions=("south",)),
        Judge("4", judge_class="e", components=("other",)),
    ]
    scheme = rule(
        marked(marked_by=["e"]), marked("other"), judge_classes=named("e", "p"), divisions=named("north", "south")
    )
    entries = [Entry("a", "a", "marks"), Entry("o", "a", "other")]
    grid = {"a": {"1": 80}, "o": {"1": 60, "2": 60, "4": 60}}
    result = contest(scheme, grid, entries=entries, judges=judges, units={"a": "north"}).result()
    assert (scores(result), result.final) == ({"a": 70}, True)
    assert said(result) == {"counted": ("1",)}


# ---- Half-marked sheets ---------------------------------------------------------------------------------------------

HALF: Grid = {"a": {"1": [8, 6], "2": [6, None], "3": [4, 2]}}


def two_items(**more: object) -> Table:
    rest: Table = {"sheet": {"points": "sum"}, **more}
    return marked("m", criterion("c", item("x", 10, 1), item("y", 10, 1)), **rest)


def test_an_incomplete_sheet_does_not_count_at_all_and_keeps_the_result_open() -> None:
    result = contest(rule(two_items()), HALF).result()
    assert scores(result) == {"a": 10}  # 14 and 6; with 0 for the open item it would be 26/3
    assert said(result) == {"counted": ("1", "3"), "incomplete": ("2",)}
    assert result.open == (Fault("entry.incomplete", {"entry": "a", "judges": "2", "number": 1}),)


def test_where_items_count_singly_a_half_marked_sheet_counts_with_what_it_has() -> None:
    how = {"method": "mean", "trim": {"low": 0, "high": 0}, "trim_on": "item"}
    scheme = rule(two_items(panel=how, sheet={"points": "sum", "incomplete": "item"}))
    result = contest(scheme, HALF).result()
    assert (scores(result), result.final) == ({"a": 10}, True)  # (8 + 6 + 4) / 3 + (6 + 2) / 2
    nobody = contest(scheme, {"a": {"1": [8, None], "2": [6, None]}}).result()
    assert (scores(nobody), codes(nobody)) == ({"a": None}, ["entry.no_score"])


# ---- Nothing or too little to count ---------------------------------------------------------------------------------


@pytest.mark.parametrize("low_high", [(1, 1), (2, 0), (0, 2), (0, 3), (3, 0), (5, 5)])
def test_where_every_sheet_is_dropped_there_is_no_score(low_high: tuple[int, int]) -> None:
    how = {"method": "mean", "trim": {"low": low_high[0], "high": low_high[1]}, "trim_on": "sheet_total"}
    result = contest(rule(marked(panel=how)), {"a": {"1": 50, "2": 60}}).result()
    assert (scores(result), places(result)) == ({"a": None}, {"a": None})
    assert result.open == (Fault("entry.no_score", {"entry": "a", "counted": 2}),)


def test_an_entry_nobody_marked_leaves_its_unit_without_a_place_and_the_others_with_theirs() -> None:
    entries = [Entry("a", "a", "marks"), Entry("b", "b", "marks"), Entry("b2", "b", "marks")]
    grid = {"a": {"1": 50}, "b": {"1": 90}}
    result = contest(rule(prizes={"tiers": [tier("1", 1)]}), grid, entries=entries).result()
    assert (scores(result), places(result)) == ({"a": 50, "b": None}, {"a": 1, "b": None})
    assert (awards(result), codes(result)) == (
        {"a": (("1",), 0), "b": None},
        ["entry.missing", "entry.no_score"],
    )


def test_a_unit_without_an_entry_has_no_score() -> None:
    result = contest(rule(marked(), known()), {"a": {"1": 50}}, priors={"ordinary": {"a": 50, "b": 90}}).result()
    assert scores(result) == {"a": 50, "b": None}
    assert result.open == (Fault("unit.no_entries", {"unit": "b", "component": "marks"}),)


LEFT_OUT = {"method": "mean", "unmarked": "left_out"}


def test_an_entry_that_was_not_needed_is_left_out_where_the_scheme_says_so() -> None:
    entries = [Entry("r1", "a", "marks"), Entry("r2", "a", "marks")]
    given = contest(rule(marked(unit=LEFT_OUT)), {"r1": {"1": 50}}, entries=entries)
    assert (scores(given.result()), given.result().final) == ({"a": 50}, True)
    nothing = replace(given, sheets=()).result()
    assert (scores(nothing), nothing.open) == (
        {"a": None},
        (Fault("unit.unmarked", {"unit": "a", "component": "marks"}),),
    )


def few(*decisions: Decision, minimum: int = 3) -> Tabulation:
    scheme = rule(marked(panel={"method": "mean", "minimum": minimum}), prizes={"tiers": [tier("1", 1, 5)]})
    away = [Absence("3"), Absence("4")]
    grid = {"a": {"1": 90, "2": 80}}
    return contest(scheme, grid, judges=FOUR, absences=away, decisions=decisions).result()


def test_with_fewer_sheets_than_asked_for_the_score_is_provisional_until_it_is_accepted() -> None:
    result = few()
    assert result.open == (Fault("entry.few", {"entry": "a", "counted": 2, "minimum": 3}),)
    assert (by_unit(result)["a"].provisional, result.entries["a"].provisional) == (True, True)
    assert (scores(result), awards(result)) == ({"a": 85}, {"a": ((), 0)})
    accepted = few(Decision("accept", "a"))
    assert (accepted.final, by_unit(accepted)["a"].provisional) == (True, False)
    assert awards(accepted) == {"a": (("1",), 500)}


def test_exactly_the_fewest_sheets_are_enough() -> None:
    assert few(minimum=2).final


def test_accepting_an_entry_without_any_sheet_gives_it_no_score() -> None:
    result = contest(rule(), {"a": {}}, judges=[], decisions=[Decision("accept", "a")]).result()
    assert (scores(result), codes(result)) == ({"a": None}, ["entry.no_score"])


@pytest.mark.parametrize("effect", ["few", "class"])
def test_an_excluded_entry_asks_for_nothing_more(effect: str) -> None:
    veto = [{"id": "v", "name": {"zh": "v", "en": "v"}, "subject": "entry", "effect": "exclude"}]
    classes = [{"judge_class": "e", "weight": 1}, {"judge_class": "p", "weight": 1}]
    how: Table = {"method": "mean"} | ({"minimum": 2} if effect == "few" else {"classes": classes})
    scheme = rule(marked(panel=how), judge_classes=named("e", "p"), vetoes=veto, prizes={"tiers": [tier("1", 1, 5)]})
    entries = [Entry("a1", "a", "marks"), Entry("a2", "a", "marks")]
    judges = [Judge("1", judge_class="e"), Judge("2", judge_class="p")]
    result = contest(
        scheme,
        {"a1": {"1": 50}, "a2": {"1": 60, "2": 60}},
        entries=entries,
        judges=judges,
        absences=[Absence("2", "a1")],
        decisions=[Decision("veto", "a1", "v")],
    ).result()
    assert (result.open, scores(result), awards(result)) == ((), {"a": 60}, {"a": (("1",), 500)})


# ---- Empty classes, missing prior scores ----------------------------------------------------------------------------


def classes(empty: str, minimum: int = 1) -> Tabulation:
    weights = [{"judge_class": "e", "weight": 60}, {"judge_class": "p", "weight": 40, "minimum": minimum}]
    how = {"method": "mean", "classes": weights, "empty_class": empty}
    judges = [Judge("1", judge_class="e"), Judge("2", judge_class="p"), Judge("3", judge_class="p")]
    grid = {"a": {"1": 90, "2": 50}}
    scheme = rule(marked(panel=how), judge_classes=named("e", "p"))
    return contest(scheme, grid, judges=judges, absences=[Absence("3")]).result()


@pytest.mark.parametrize("empty", ["renormalise", "zero", "fail", "decision"])
def test_a_class_with_its_fewest_sheets_is_not_empty(empty: str) -> None:
    assert (scores(classes(empty)), classes(empty).final) == ({"a": 74}, True)


@pytest.mark.parametrize(("empty", "score"), [("renormalise", 90), ("zero", 54), ("fail", None), ("decision", None)])
def test_a_class_with_fewer_is_empty_and_the_scheme_says_what_then(empty: str, score: int | None) -> None:
    result = classes(empty, minimum=2)
    assert scores(result) == {"a": score}
    empty_class = Fault("entry.class_empty", {"entry": "a", "class": "p"})
    no_score = Fault("entry.no_score", {"entry": "a", "counted": 2})
    assert result.open == (() if score is not None else (empty_class, no_score))


@pytest.mark.parametrize(
    ("missing", "score"),
    [("decision", None), ("renormalise", 80), ("zero", 40), ("field_median", Fraction(80 + 65, 2))],
)
def test_a_missing_prior_score_as_the_scheme_says(missing: str, score: int | Fraction | None) -> None:
    grid = {unit: {"1": 80} for unit in "abcde"}
    scheme = rule(marked(), known(missing=missing))
    result = contest(scheme, grid, priors={"ordinary": {"a": 10, "b": 60, "c": 70, "d": 90}}).result()
    assert scores(result) == {"a": 45, "b": 70, "c": 75, "d": 85, "e": score}
    assert codes(result) == (["unit.prior_missing"] if score is None else [])


def test_an_entry_result_begins_without_any_score() -> None:
    empty = EntryResult(Entry("a", "a", "marks"), None, None)
    assert (empty.score, empty.counted, empty.provisional) == (None, (), False)
