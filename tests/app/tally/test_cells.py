"""One cell: its address, its digits, its status, and whether it is a mark that the rule allows."""

from fractions import Fraction

import pytest

from app.tally.cells import Bounds, Cell, Mark, letters, number, read_mark, status, tidy
from scoring.faults import Fault

TEN = Bounds(Fraction(6), Fraction(10), Fraction(1, 100))


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_the_letters_of_excel(column: int, name: str) -> None:
    assert letters(column) == name


def test_a_cell_knows_its_address() -> None:
    assert Cell(6, 2, "9.5").address == "C7"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("9.5", "9.5"),
        ("9.50", "9.50"),
        (" 9 ", "9"),
        ("９．５０", "9.50"),
        ("\u3000９ ", "9"),
        ("9.50分", "9.50"),
        ("-1", "-1"),
        ("9.l", None),
        ("9,5", None),
        ("95%", None),
        ("1e2", None),
        ("9.", None),
        (".5", None),
        ("九", None),
        ("٩", None),
        ("1/2", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_the_digits_of_a_mark_are_kept_as_they_were_written(text: str, digits: str | None) -> None:
    assert number(text) == digits


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("缺席", "absent"),
        (" 请假", "absent"),
        ("Absent", "absent"),
        ("回避", "recused"),
        ("RECUSED", "recused"),
        ("0", None),
        ("", None),
    ],
)
def test_words_in_a_cell_are_statuses(text: str, meaning: str | None) -> None:
    assert status(text) == meaning


def test_names_lose_their_spare_spaces_only() -> None:
    assert tidy("\ufeff　王　 芳\u00a0") == "王 芳"


def read(text: str, bounds: Bounds = TEN) -> object:
    """A mark, a status, or the code and particulars of a fault without the names."""
    found = read_mark(Cell(6, 2, text), bounds, entrant="乙队", judge="评委1")
    if isinstance(found, Fault):
        return found.code, {name: value for name, value in found.params.items() if name not in ("entrant", "judge")}
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9.5", Mark(950, "9.5")),
        ("10", Mark(1000, "10")),
        ("10.00", Mark(1000, "10.00")),
        ("6", Mark(600, "6")),
        ("缺席", "absent"),
        ("回避", "recused"),
        ("", ("grid.cell_missing", {"cell": "C7"})),
        ("　", ("grid.cell_missing", {"cell": "C7"})),
        ("0", ("grid.cell_below_floor", {"cell": "C7", "written": "0", "floor": "6"})),
        ("5.99", ("grid.cell_below_floor", {"cell": "C7", "written": "5.99", "floor": "6"})),
        ("10.01", ("grid.cell_above_full", {"cell": "C7", "written": "10.01", "full": "10"})),
        ("95", ("grid.cell_above_full", {"cell": "C7", "written": "95", "full": "10"})),
        ("9.255", ("grid.cell_off_step", {"cell": "C7", "written": "9.255", "step": "0.01"})),
        ("9.l", ("grid.cell_not_number", {"cell": "C7", "written": "9.l"})),
        ("-", ("grid.cell_dash", {"cell": "C7", "written": "-"})),
        ("——", ("grid.cell_dash", {"cell": "C7", "written": "——"})),
        ("90%", ("grid.cell_percent", {"cell": "C7", "written": "90%", "full": "10"})),
        ("９０％", ("grid.cell_percent", {"cell": "C7", "written": "90%", "full": "10"})),
        ("2023-09-05", ("grid.cell_not_number", {"cell": "C7", "written": "2023-09-05"})),
        ("#REF!", ("grid.cell_formula_error", {"cell": "C7", "written": "#REF!"})),
        ("#DIV/0!", ("grid.cell_formula_error", {"cell": "C7", "written": "#DIV/0!"})),
    ],
)
def test_a_cell_is_a_mark_a_status_or_a_fault(text: str, found: object) -> None:
    assert read(text) == found


def test_a_mark_lies_on_the_grid_of_its_step_from_zero() -> None:
    half = Bounds(Fraction(60), Fraction(100), Fraction(1, 2))
    assert read("88.5", half) == Mark(177, "88.5")
    assert read("88.25", half) == ("grid.cell_off_step", {"cell": "C7", "written": "88.25", "step": "0.5"})
