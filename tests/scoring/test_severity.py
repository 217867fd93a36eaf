"""Severity of judges, exactly; averaging by bloc; and the solver behind them."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from scoring.faults import Refused
from scoring.linear import Singular, solve
from scoring.linking import linking_sheets
from scoring.roster import Absence, Judge, Recusal, Sheet
from scoring.scheme import changed
from scoring.severity import Disconnected, connected, severities
from scoring.tabulate import tabulate
from tests.scoring.contests import Table, codes, contest, entry_scores, marked, rule, scores
from tests.tours import shipped, tour

F = Fraction


def severity(marks: dict[str, dict[str, Fraction]]) -> dict[str, Fraction]:
    """In twenty-fourths of a point the marks of these tests are whole."""
    return severities({judge: {e: int(24 * mark) for e, mark in row.items()} for judge, row in marks.items()}, 24)


def residuals(marks: dict[str, dict[str, Fraction]]) -> tuple[Fraction, set[Fraction], set[Fraction]]:
    """The sum of the severities, and the sums of the residuals by judge and by entry: what least squares makes 0."""
    found = severity(marks)
    by_entry = {entry: [judge for judge in marks if entry in marks[judge]] for row in marks.values() for entry in row}
    worth = {e: sum((marks[j][e] - found[j] for j in js), F(0)) / len(js) for e, js in by_entry.items()}
    rest = {(j, e): marks[j][e] - worth[e] - found[j] for j in marks for e in marks[j]}
    return (
        sum(found.values(), F(0)),
        {sum((rest[j, e] for e in marks[j]), F(0)) for j in marks},
        {sum((rest[j, e] for j in js), F(0)) for e, js in by_entry.items()},
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_residuals_of_every_judge_and_every_entry_add_up_to_nothing(seed: int) -> None:
    """A tour: own-county recusal, and one sheet in ten missing anywhere."""
    draw = random.Random(seed)
    judges, entries = draw.randint(2, 14), draw.randint(2, 12)
    marks = {
        f"j{j}": {
            f"e{e}": F(draw.randint(120, 200), draw.choice((2, 3))) for e in range(entries) if draw.random() < 0.9
        }
        for j in range(judges)
    }
    marks["j0"] = {f"e{e}": F(80) for e in range(entries)}  # links them all
    marks = {judge: row for judge, row in marks.items() if row}
    assert residuals(marks) == (F(0), {F(0)}, {F(0)})


def test_the_whole_tour_with_absences_is_solved_exactly() -> None:
    draw = random.Random(2022)
    marks = {
        f"j{j}": {f"e{e}": F(draw.randint(640, 800), 8) for e in range(40) if e // 4 != j // 4 and draw.random() < 0.9}
        for j in range(52)
    }
    assert residuals(marks) == (F(0), {F(0)}, {F(0)})


def test_one_judge_who_marks_ten_lower_has_ten_less_and_changes_nothing_else() -> None:
    even = {"a": {"x": F(80), "y": F(70), "z": F(75)}, "b": {"x": F(82), "y": F(74)}, "c": {"y": F(70), "z": F(79)}}
    harsh = {**even, "b": {entry: mark - 10 for entry, mark in even["b"].items()}}
    before, after = severity(even), severity(harsh)
    # The sum stays 0: b falls by 10 less a third of 10, the others rise by a third of 10.
    assert {judge: after[judge] - before[judge] for judge in even} == {"a": F(10, 3), "b": F(-20, 3), "c": F(10, 3)}


def test_judges_without_a_common_entry_are_not_compared() -> None:
    marks = {
        "1": {"P": F(80), "Q": F(70)}, "2": {"P": F(82), "Q": F(71)},
        "3": {"R": F(60), "S": F(50)}, "4": {"R": F(61), "S": F(55)},
    }  # fmt: skip
    with pytest.raises(Disconnected) as trouble:
        severity(marks)
    assert trouble.value.groups == (("1", "2"), ("3", "4"))


def test_a_judge_who_joins_two_groups_links_them() -> None:
    marks = {"1": {"P": F(80)}, "2": {"R": F(60)}, "3": {"P": F(82), "R": F(66)}}
    # By hand: P = (80 - s1 + 82 - s3)/2 = 80 - s1, so s3 = s1 + 2; R likewise s3 = s2 + 6; s1 + s2 + s3 = 0.
    assert severity(marks) == {"1": F(2, 3), "2": F(-10, 3), "3": F(8, 3)}


def test_nobody_marked_nobody_is_severe() -> None:
    assert severity({"1": {}, "2": {}}) == {}


# --- in a contest


FAIR: Table = {"method": "mean", "counts": "less_severity"}
TWO = {
    "X1": {"y1": 84, "n1": 88, "n2": 90, "n3": 86},
    "X2": {"y1": 80, "n1": 84, "n2": 86, "n3": 82},
    "Y1": {"x1": 92, "n1": 86, "n2": 88, "n3": 84},
    "Y2": {"x1": 90, "n1": 82, "n2": 84, "n3": 80},
}


def test_a_stage_rounds_what_is_taken_from_a_sheet() -> None:
    """The reference example has x1 6.4 and y1 -4.6; n2 is 2 above n1, n3 2 below, and all add up to 0."""
    scheme = rule(marked(panel=FAIR, recusal="listed"), rounding=[{"after": "severity", "decimals": 0}])
    result = contest(scheme, TWO).result()
    assert result.severities["marks"] == {"y1": -5, "n1": -1, "n2": 1, "n3": -3, "x1": 6}
    assert entry_scores(result)["X1"] == 89  # from each of the four


def test_the_working_shows_the_mark_less_the_severity() -> None:
    node = contest(rule(marked(panel=FAIR)), TWO).result().entries["X1"].working
    assert node
    assert [(arg.op, arg.value, arg.args[0].ref) for arg in node.args] == [
        ("minus", F("88.6"), "y1/X1"), ("minus", F("88.6"), "n1/X1"),
        ("minus", F("88.6"), "n2/X1"), ("minus", F("88.6"), "n3/X1"),
    ]  # fmt: skip
    assert [arg.args[1].value for arg in node.args] == [F("-4.6"), F("-0.6"), F("1.4"), F("-2.6")]
    assert node.value == F("88.6")


def test_a_disconnected_tour_has_no_score_and_says_who_cannot_be_compared() -> None:
    grid = {"P": {"1": 80, "2": 82}, "Q": {"1": 70, "2": 72}, "R": {"3": 60, "4": 61}}
    judges = [Judge(name) for name in "1234"]
    away = [Absence(j, entry=e) for e in grid for j in "1234" if j not in grid[e]]
    result = contest(rule(marked(panel=FAIR)), grid, judges=judges, absences=away).result()
    assert codes(result) == ["severity.disconnected"]
    assert result.open[0].params == {"component": "marks", "judges": "1, 2; 3, 4", "sheets": "1/R"}
    assert entry_scores(result) == {"P": None, "Q": None, "R": None}


def test_a_disconnected_tour_is_linked_by_a_sheet_that_was_due_before_any_other() -> None:
    """Judge 4 was due at Q and did not come; that costs less than a visit nobody planned."""
    grid = {"P": {"1": 80, "2": 82}, "Q": {"1": 70, "2": 72}, "R": {"3": 60, "4": 61}}
    judges = [Judge(name) for name in "1234"]
    unplanned = [Recusal(j, entry=e) for j, e in (("3", "P"), ("3", "Q"), ("4", "P"), ("1", "R"), ("2", "R"))]
    result = contest(rule(marked(panel=FAIR)), grid, judges=judges, recusals=unplanned).result()
    assert [(f.code, f.params.get("sheets")) for f in result.open] == [
        ("severity.disconnected", "4/Q"),
        ("entry.missing", None),
    ]


def test_a_tour_that_recusal_cuts_in_two_says_so() -> None:
    grid = {"P": {"1": 80}, "R": {"3": 60}}
    crossing = [Recusal("1", entry="R"), Recusal("3", entry="P")]
    result = contest(rule(marked(panel=FAIR)), grid, recusals=crossing).result()
    assert codes(result) == ["severity.cut_off"]


def test_the_fewest_sheets_link_any_number_of_groups() -> None:
    marks = {"a": ["P", "Q"], "b": ["P"], "c": ["R"], "d": ["S", "T"], "e": []}
    # P has two sheets; d has two entries, as a has.
    assert linking_sheets(marks) == [("d", "P"), ("c", "P")]
    for judge, entry in linking_sheets(marks):
        marks[judge].append(entry)
    assert len(connected({judge: row for judge, row in marks.items() if row})) == 1


def test_a_sheet_that_was_due_links_before_one_with_more_behind_it() -> None:
    """Judge a has two sheets and b one; but b was to come to Q."""
    marks = {"a": ["P", "Q"], "b": ["R"]}
    assert linking_sheets(marks) == [("a", "R")]
    assert linking_sheets(marks, due=[("b", "Q")]) == [("b", "Q")]


def test_who_is_barred_links_nothing_and_the_other_way_round_may_do() -> None:
    marks = {"a": ["P", "Q"], "b": ["R"]}
    assert linking_sheets(marks, barred=[("b", "P"), ("b", "Q")]) == [("a", "R")]
    assert linking_sheets(marks, barred=[("b", "P"), ("b", "Q"), ("a", "R")]) == []
    assert linking_sheets({"a": ["P"], "b": ["P"]}) == []


def test_absent_judges_are_left_out_of_the_comparison() -> None:
    """Above n1 by 6 (x1), 2 (n2), -2 (n3) and -4 (y1) wherever they met: two missing sheets change nothing."""
    grid = {**TWO, "Y2": {"x1": 88, "n1": 82}}
    away = [Absence(judge, entry="Y2") for judge in ("n2", "n3")]
    judges = [Judge(name) for name in ("x1", "y1", "n1", "n2", "n3")]
    recused = [Absence("x1", entry=e) for e in ("X1", "X2")] + [Absence("y1", entry=e) for e in ("Y1", "Y2")]
    scheme = rule(marked(panel=FAIR))
    result = contest(scheme, grid, judges=judges, absences=[*away, *recused]).result()
    assert result.severities["marks"] == {
        "x1": F("5.6"),
        "y1": F("-4.4"),
        "n1": F("-0.4"),
        "n2": F("1.6"),
        "n3": F("-2.4"),
    }


# --- blocs


def blocs(**names: str) -> list[Judge]:
    return [Judge(judge, bloc=bloc) for judge, bloc in names.items()]


def test_each_bloc_is_one_vote_and_the_trim_is_over_blocs() -> None:
    """Means 90 (two judges), 80, 70 (three), 60 (one): without the highest and the lowest bloc 75."""
    marks = {"a1": 88, "a2": 92, "b1": 80, "c1": 69, "c2": 70, "c3": 71, "d1": 60}
    judges = blocs(a1="A", a2="A", b1="B", c1="C", c2="C", c3="C", d1="D")
    how: Table = {"method": "mean", "by": "bloc", "trim": {"low": 1, "high": 1}, "trim_on": "bloc"}
    assert scores(contest(rule(marked(panel=how)), {"x": marks}, judges=judges).result()) == {"x": 75}
    assert scores(
        contest(rule(marked(panel={"method": "mean", "by": "bloc"})), {"x": marks}, judges=judges).result()
    ) == {"x": 75}
    median: Table = {"method": "median", "by": "bloc"}
    assert scores(contest(rule(marked(panel=median)), {"x": marks}, judges=judges).result()) == {"x": 75}


def test_a_missing_bloc_is_one_vote_less() -> None:
    marks = {"a1": 88, "a2": 92, "b1": 80, "c1": 69, "c2": 70, "c3": 71}
    judges = blocs(a1="A", a2="A", b1="B", c1="C", c2="C", c3="C", d1="D")
    how: Table = {"method": "mean", "by": "bloc", "trim": {"low": 1, "high": 1}, "trim_on": "bloc"}
    result = contest(rule(marked(panel=how)), {"x": marks}, judges=judges, absences=[Absence("d1")]).result()
    assert scores(result) == {"x": 80}
    assert [note.code for note in result.notes] == ["note.few_kept"]


def test_a_missing_bloc_leaves_the_severities_of_the_others_as_they_are_without_it() -> None:
    """1 and 2 give 84 and 86, 74 and 76: one below and one above, whatever bloc d would have given."""
    judges = blocs(a1="A", b1="B", d1="D", d2="D")
    how: Table = {"method": "mean", "by": "bloc", "counts": "less_severity"}
    away = [Absence("d1"), Absence("d2")]
    grid = {"P": {"a1": 84, "b1": 86}, "Q": {"a1": 74, "b1": 76}}
    result = contest(rule(marked(panel=how)), grid, judges=judges, absences=away).result()
    assert result.severities["marks"] == {"a1": -1, "b1": 1}
    assert entry_scores(result) == {"P": 85, "Q": 75}


def test_a_judge_without_a_bloc_is_refused_where_blocs_count() -> None:
    with pytest.raises(Refused, match=r"roster\.bloc_needed"):
        contest(rule(marked(panel={"method": "mean", "by": "bloc"})), {"x": {"j": 80}}).result()


def test_severity_and_blocs_together() -> None:
    """Y1 has 85.6 from x1 and 86.6 from each of the other three, who are one bloc: 86.1; X1 has 88.6 from all."""
    judges = blocs(x1="X", y1="Y", n1="N", n2="N", n3="N")
    how: Table = {"method": "mean", "by": "bloc", "counts": "less_severity"}
    away = [Absence("x1", entry=e) for e in ("X1", "X2")] + [Absence("y1", entry=e) for e in ("Y1", "Y2")]
    result = contest(rule(marked(panel=how)), TWO, judges=judges, absences=away).result()
    assert {name: entry_scores(result)[name] for name in ("X1", "Y1")} == {"X1": F("88.6"), "Y1": F("86.1")}


# --- the whole tour


def test_a_judge_who_marks_all_projects_higher_moves_no_county_of_the_fair_tour() -> None:
    """A tick more on each of his sheets, exact: all counties rise by one and the same."""
    fair = changed(shipped("shiyan-2022-tour-fair"), rounding=())
    roster, sheets, priors = tour(fair)
    first = {e.id: fair.items(e.component, e.kind)[0].ticks for e in roster.entries if e.component == "onsite"}

    def raised(one: Sheet) -> Sheet:
        tick, *others = one.ticks
        assert tick is not None
        return replace(one, ticks=(tick + 1, *others)) if one.judge == "J01" and one.entry in first else one

    # A sheet whose first item has full marks has no room for a tick more, and is left out of both.
    full = {
        (one.judge, one.entry) for one in sheets if one.entry in first and raised(one).ticks[0] not in first[one.entry]
    }
    away = tuple(Absence(judge, entry=entry) for judge, entry in full)
    there = replace(roster, absences=(*roster.absences, *away))
    before, after = (
        tabulate(fair, there, [one for one in given if (one.judge, one.entry) not in full], priors)
        for given in (sheets, [raised(one) for one in sheets])
    )
    assert not before.open
    assert not after.open
    was, now = ({unit.unit.id: unit.score or F(0) for unit in result.units} for result in (before, after))
    assert len({now[unit] - was[unit] for unit in was}) == 1, "one and the same for everybody"
    assert now != was


# --- the solver


@pytest.mark.parametrize("seed", range(30))
def test_solve_gives_what_was_put_in(seed: int) -> None:
    draw = random.Random(seed)
    size = draw.randint(1, 9)
    matrix = [[draw.randint(-9, 9) * draw.choice((1, 1, 0, 10**12)) for _ in range(size)] for _ in range(size)]
    for i in range(size):
        matrix[i][i] += 10**13 + draw.randint(0, 5)
    answer = [draw.randint(-(10**6), 10**6) for _ in range(size)]
    right = [sum(a * x for a, x in zip(row, answer, strict=True)) for row in matrix]
    assert solve(matrix, right) == answer


def test_solve_finds_fractions() -> None:
    assert solve([[2, 1], [1, 3]], [1, 1]) == [F(2, 5), F(1, 5)]
    assert solve([[0, 7], [3, 0]], [5, -2]) == [F(-2, 3), F(5, 7)]


def test_a_matrix_that_vanishes_modulo_both_primes_is_still_solved() -> None:
    both = (2**61 - 1) * (2**31 - 1)
    assert solve([[both]], [3 * both]) == [3]


def test_equations_that_determine_nothing_are_refused() -> None:
    with pytest.raises(Singular):
        solve([[1, 2], [2, 4]], [1, 2])
