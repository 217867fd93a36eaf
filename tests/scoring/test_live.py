"""After any events the live standings are those of the batch, and what the batch would refuse is refused."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from scoring.faults import Refused
from scoring.live import Delta, Event, Live, Reversed, Standing, Withdrawn
from scoring.results import Tabulation
from scoring.roster import Absence, Decision, Entry, Judge, Prior, Record, Roster, Sheet, Unit
from tests.scoring.cases import many
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import Contest, contest, known, marked, rule, tier, words
from tests.scoring.contests import sheet as sheet_of
from tests.scoring.finals import final
from tests.scoring.plans import Plan, a_mark, a_plan, contest_of, lines

TIERS = {"tiers": [tier("first", 1, 100), tier("second", 1, 50)], "boundary": "pool"}
NOTHING = Decision("void", "nobody/nothing")


def standings(result: Tabulation) -> dict[str, Standing]:
    return {u.unit.id: Standing(u.score, u.place, u.award.tiers if u.award else ()) for u in result.units}


def entry_scores(result: Tabulation) -> dict[str, Fraction | None]:
    return {name: entry.score for name, entry in result.entries.items()}


def after(event: Event, was: Contest) -> Contest:
    """The input of the batch once ``event`` has happened."""
    match event:
        case Sheet() | Withdrawn():
            others = tuple(s for s in was.sheets if (s.judge, s.entry) != (event.judge, event.entry))
            return replace(was, sheets=others if isinstance(event, Withdrawn) else (*others, event))
        case Absence():
            return replace(was, roster=replace(was.roster, absences=(*was.roster.absences, event)))
        case Record():
            return replace(was, priors=(*was.priors, event))
        case Prior():
            return replace(was, priors=(*(p for p in was.priors if p.unit != event.unit), event))
        case Decision():
            return was.having(event)
        case Reversed():
            return replace(was, decisions=tuple(d for d in was.decisions if d != event.decision))


def event(chance: Chance, plan: Plan, made: Contest) -> Event:
    judge, entry = chance.pick(list(plan.judges)), chance.pick(made.roster.entries)
    kinds = ["sheet", "sheet", "sheet", "withdrawn", "void", "absence", "away", "deduction", "prior", "reversed"]
    match chance.pick(kinds):
        case "sheet":
            row = [a_mark(chance, line) for line in lines(plan, entry.component, entry.kind)]
            return sheet_of(made.scheme, judge, entry, [None if mark is None else str(mark) for mark in row])
        case "withdrawn":
            return Withdrawn(judge, entry.id)
        case "void":
            return Decision("void", f"{judge}/{entry.id}")
        case "absence":
            return Decision("absence", f"{judge}/{entry.id}")
        case "away":
            return Absence(judge, entry=chance.pick([entry.id, ""]))
        case "deduction":
            return Decision("deduction", entry.id, "entry", chance.pick(["0.5", "1.5"]))
        case "prior":
            return Prior(entry.unit, "ordinary", Fraction(chance.number(0, 210), 2))
        case _:
            pairs = [Decision(kind, f"{judge}/{entry.id}") for kind in ("void", "absence")]
            return Reversed(chance.pick([*made.decisions, *pairs]))


@drawn
def stories(chance: Chance) -> tuple[Contest, list[Event]]:
    """A random contest with some of its sheets, and what happens then."""
    plan = a_plan(chance)
    made = contest_of(plan, prizes=TIERS, ties=["untrimmed_mean", "head_to_head"])
    begun = replace(made, decisions=(), sheets=tuple(one for one in made.sheets if chance.coin()))
    return begun, [event(chance, plan, made) for _ in range(chance.few(1, 7))]


@many(60)
@given(stories())
def test_after_any_events_it_is_the_batch(story: tuple[Contest, list[Event]]) -> None:
    now, happening = story
    live = Live(now.scheme, now.roster, now.sheets, now.priors, now.decisions)
    result = now.result()
    for event in happening:
        if isinstance(event, Decision) and event in now.decisions:
            continue  # of two that are alike one would go back, and which is not said
        then = after(event, now)
        try:
            whole = then.result()
        except Refused:
            with pytest.raises(Refused):
                live.apply(event)
            whole = result
        else:
            assert told(live.apply(event)) == changed(result, whole)
            now = then
        assert live.standings == standings(whole)
        assert live.entry_scores == entry_scores(whole)
        assert live.result() == whole
        result = whole


def told(delta: Delta) -> list[set[str]]:
    return [set(delta.entries), set(delta.scores), set(delta.places), set(delta.tiers)]


def changed(before: Tabulation, now: Tabulation) -> list[set[str]]:
    old, new = standings(before), standings(now)
    scores = entry_scores(now)
    return [
        {name for name, score in entry_scores(before).items() if score != scores[name]},
        {unit for unit in old if old[unit].score != new[unit].score},
        {unit for unit in old if old[unit].place != new[unit].place},
        {unit for unit in old if old[unit].tiers != new[unit].tiers},
    ]


JUDGES = ("p", "q", "r")
ROWS = {"A": (90, 80, 70), "B": (80, 80, 80), "C": (70, 75, 71)}


def small(**panel: object) -> Contest:
    """Three entrants, three judges: A and B have 80, C has 72."""
    scheme = rule(marked(panel={"method": "mean", **panel}), known(missing="zero", weight=1), prizes=TIERS)
    grid = {name: dict(zip(JUDGES, row, strict=True)) for name, row in ROWS.items()}
    return contest(scheme, grid, judges=[Judge(name) for name in JUDGES])


def begun(of: Contest) -> Live:
    return Live(of.scheme, of.roster, of.sheets, of.priors, of.decisions)


def test_a_sheet_that_moves_the_level_of_all_groups_has_everything_counted() -> None:
    """Two groups of one entry each: both at the mean of 90 and 80, then of 90 and 40."""
    live = begun(contest(rule(marked(second_mean={"by": "panel"})), {"A": {"p": 90}, "B": {"r": 80}}))
    assert live.entry_scores == {"A": 85, "B": 85}
    assert live.apply(mark("r", "B", 40)).recounted == "contest"
    assert live.entry_scores == {"A": 65, "B": 65}


def test_who_has_too_few_sheets_after_one_is_withdrawn_counts_nowhere() -> None:
    """Judge p keeps one of two, 50 %: A has q's 80 alone."""
    panel = {"method": "mean", "minimum_share": "0.6"}
    live = begun(contest(rule(marked(panel=panel)), {"A": {"p": 90, "q": 80}, "B": {"p": 60, "q": 70}}))
    assert live.entry_scores == {"A": 85, "B": 65}
    assert live.apply(Withdrawn("p", "B")).recounted == "contest"
    assert live.entry_scores == {"A": 80, "B": 70}


def mark(judge: str, entry: str, points: int) -> Sheet:
    return sheet_of(small().scheme, judge, Entry(entry, entry, "marks"), points)


def test_one_mark_moves_its_entry_its_unit_and_who_stands_beside() -> None:
    """C from 70 to 100 has (100 + 75 + 71) / 3 = 82, half of it with the ordinary 0: 41; A and B fall to 2."""
    live = begun(small())
    assert live.standings["A"] == Standing(Fraction(40), 1, ("first", "second"))
    delta = live.apply(mark("p", "C", 100))
    assert delta == Delta(("C",), ("C",), ("A", "B", "C"), ("A", "B", "C"), "entry")
    assert live.standings["C"] == Standing(Fraction(41), 1, ("first",))
    assert live.standings["A"] == Standing(Fraction(40), 2, ("second",))


def test_the_same_sheet_again_changes_nothing() -> None:
    live = begun(small())
    assert live.apply(mark("p", "C", 70)) == Delta((), (), (), (), "entry")
    assert live.apply(Withdrawn("nobody", "C")) == Delta((), (), (), (), "entry")


def test_compared_judges_move_entries_they_did_not_mark() -> None:
    """Q did not mark A. When he gives B less he is the more severe, who marked A are the kinder, and A falls."""
    live = begun(small(counts="less_severity"))
    assert live.apply(Withdrawn("q", "A")).recounted == "component"
    before = live.entry_scores["A"]
    assert live.apply(mark("q", "B", 50)).entries == ("A", "B")
    assert (live.entry_scores["A"] or 0) < (before or 0)


def test_on_a_scale_of_the_field_one_mark_moves_everybody() -> None:
    """From 0 for the lowest to 100 for the highest: A and B with 80 have 100, C with 72 has 0, until C has 82."""
    live = begun(replace(small(), scheme=rule(marked(scale="minmax"))))
    assert [stand.score for stand in live.standings.values()] == [100, 100, 0]
    assert live.apply(mark("p", "C", 100)).scores == ("A", "B", "C")
    assert [stand.score for stand in live.standings.values()] == [0, 0, 100]


def test_a_deduction_and_a_prior_score_count_everything_again() -> None:
    live = begun(small())
    delta = live.apply(Prior("C", "ordinary", Fraction(100)))
    assert (delta.recounted, delta.scores, live.standings["C"].score) == ("contest", ("C",), Fraction(86))


def test_what_contradicts_is_refused_with_its_fault_and_leaves_everything() -> None:
    live = begun(small())
    was = (live.standings, live.sheets, live.decisions, live.roster)
    for event, code in (
        (Sheet("p", "C", (20000,)), "sheet.out_of_range"),
        (Sheet("nobody", "C", (1,)), "sheet.unknown_judge"),
        (Absence("p"), "sheet.absent"),
        (Absence("nobody"), "roster.unknown_judge"),
        (Decision("absence", "p/C"), "sheet.absent"),
        (Decision("void", "p/Z"), "decision.subject_sheet"),
        (Prior("Z", "ordinary", Fraction(1)), "prior.unknown_unit"),
    ):
        with pytest.raises(Refused) as refused:
            live.apply(event)
        assert next((fault.code, fault.record) for fault in refused.value.faults) == (code, None)
        assert (live.standings, live.sheets, live.decisions, live.roster) == was


def test_a_void_sheet_counts_again_when_the_decision_goes_back() -> None:
    live = begun(small())
    before = live.standings
    void = Decision("void", "p/A")
    assert live.apply(void).recounted == "entry"
    assert live.standings["A"].score == Fraction(75, 2)
    live.apply(Reversed(void))
    assert live.standings == before
    assert live.apply(Reversed(void)) == Delta((), (), (), (), "entry")


def test_a_record_of_a_ledger_counts_everything_again() -> None:
    """Two points for every case: one case 2, another one 4; the same record twice is refused."""
    cases = {"id": "case", "name": words("case"), "shape": "cases", "points": 2}
    of_records = {"sections": [{"id": "all", "name": words("all"), "full": 100, "rules": [cases]}]}
    live = Live(rule(known(ledger=of_records)), Roster((Unit("u"),), (), ()))
    first = Record("r1", "u", "ordinary", "case", evidence="paper")
    assert live.apply(first).recounted == "contest"
    assert live.standings["u"].score == 2
    live.apply(replace(first, id="r2"))
    assert live.standings["u"].score == 4
    with pytest.raises(Refused):
        live.apply(first)


def test_a_final_is_placed_anew_with_every_sheet() -> None:
    """Until all have placed all, nobody has a place; then a has the majority of firsts, b of seconds."""
    made = final({"waltz": {"a": (1, 1, 2), "b": (2, 3, 1), "c": (3, 2, 3)}})
    live = Live(made.scheme, made.roster)
    for number, one in enumerate(made.sheets, 1):
        assert live.apply(one).recounted == "component"
        assert live.standings == standings(replace(made, sheets=made.sheets[:number]).result())
    assert {unit: stand.place for unit, stand in live.standings.items()} == {"a": 1, "b": 2, "c": 3}
    live.apply(Withdrawn("J1", "a-waltz"))
    assert {stand.place for stand in live.standings.values()} == {None}


def test_rounds_are_counted_whole_and_nobody_is_marked_who_did_not_go_on() -> None:
    """Two of three go on. A sheet of a final for c is refused until c is among them."""
    scheme = rule(
        marked("heat"),
        marked("final"),
        rounds=[
            {"id": "heat", "name": words("heat"), "components": ["heat"], "advance": {"quota": 2}},
            {"id": "final", "name": words("final"), "components": ["final"]},
        ],
    )
    entries = [Entry(f"{unit}-{part}", unit, part) for unit in "abc" for part in ("heat", "final")]
    made = contest(scheme, {}, entries=entries, judges=[Judge("j")])
    live = Live(scheme, made.roster)
    for unit, points in (("a", 90), ("b", 80), ("c", 70)):
        assert live.apply(sheet_of(scheme, "j", Entry(f"{unit}-heat", unit, "heat"), points)).recounted == "contest"
    of_c = sheet_of(scheme, "j", Entry("c-final", "c", "final"), 99)
    with pytest.raises(Refused):
        live.apply(of_c)
    live.apply(sheet_of(scheme, "j", Entry("c-heat", "c", "heat"), 85))
    live.apply(of_c)
    live.apply(sheet_of(scheme, "j", Entry("a-final", "a", "final"), 60))
    assert {unit: stand.place for unit, stand in live.standings.items()} == {"a": 2, "b": 3, "c": 1}
    batch = replace(made, sheets=live.sheets).result()
    assert (live.result(), live.standings, live.entry_scores) == (batch, standings(batch), entry_scores(batch))
