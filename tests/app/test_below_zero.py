"""Marks below 0 wherever people write them: files, pasted grids, grids of paper. A sign or dash alone is no mark."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.judging.paper_cells import read_cell
from app.tables import Text, read_tables
from app.tally.cells import Bounds, Cell, Mark, read_mark
from app.tally.rules import adjusted, fields_of
from scoring.faults import Fault, Refused
from scoring.scheme import Scheme
from tests.scoring.contests import contest, criterion, entry_scores, item, marked, rule, scores

MINUSES = ["-1.5", "−1.5", "－1.5", "－１．５"]  # of the keyboard, of Word, of a Chinese input method


def graded() -> Scheme:
    return rule(marked("m", criterion("c", item("x", 3, "0.5", floor=-3)), full=3))


@pytest.mark.parametrize("written", MINUSES[:3])
def test_a_file_of_marks(written: str) -> None:
    marks = Text("marks.csv", f"judge,entry,x\nj,a,{written}\nk,a,1\nl,a,\n".encode())
    roster = Text("roster.csv", b"type,id,unit,component\nunit,a,,\nentry,a,a,m\njudge,j,,\njudge,k,,\njudge,l,,\n")
    assert [sheet.ticks for sheet in read_tables(graded(), marks, roster).sheets] == [(-3,), (2,), (None,)]


@pytest.mark.parametrize("written", ["-", "−", "--1", "-x", "–1"])
def test_what_is_no_mark_in_a_file(written: str) -> None:
    roster = Text("roster.csv", b"type,id,unit,component\nunit,a,,\nentry,a,a,m\njudge,j,,\n")
    with pytest.raises(Refused) as refused:
        read_tables(graded(), Text("marks.csv", f"judge,entry,x\nj,a,{written}\n".encode()), roster)
    assert [fault.code for fault in refused.value.faults] == ["table.not_a_mark"]


@pytest.mark.parametrize("written", MINUSES)
def test_a_pasted_grid_and_a_grid_of_paper(written: str) -> None:
    line = graded().components[0].criteria[0].items[0]
    found = read_mark(Cell(0, 0, written), Bounds(line.floor, line.full, line.step), entrant="a", judge="j")
    assert isinstance(found, Mark)
    assert found.tick == -3
    assert read_cell(written, line) == -3


def test_between_two_marks_below_0_both_neighbours_are_told() -> None:
    line = graded().components[0].criteria[0].items[0]
    found = read_cell("-1.2", line)
    assert isinstance(found, Fault)
    assert (found.params["before"], found.params["after"]) == ("-1.5", "-1")
    assert isinstance(read_cell("-3.5", line), Fault)
    assert isinstance(read_cell("-", line), Fault)


def test_the_form_takes_a_floor_below_0_and_lets_the_scores_through() -> None:
    plain = rule(marked("m", criterion("c", item("x", 10, 1))))
    fields = fields_of(plain)
    assert fields
    scheme = adjusted(plain, replace(fields, floor="−5"))
    assert scheme.components[0].criteria[0].items[0].floor == -5
    result = contest(scheme, {"a": {"j": -4, "k": 1}}).result()
    assert (entry_scores(result), scores(result)) == ({"a": Fraction(-3, 2)}, {"a": Fraction(-3, 2)})
