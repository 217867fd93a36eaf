"""How equals are numbered: the four styles of docs/scoring.md, "Ties", each with the table from the rule."""

import pytest

from scoring.roster import Entry, Judge, Roster, Sheet, Unit
from scoring.scheme import changed
from scoring.tabulate import tabulate
from tests.tours import shipped

MARKS = {"a": 90, "b": 80, "c": 80, "d": 70, "e": 60, "f": 60, "g": 60, "h": 50}


@pytest.mark.parametrize(
    ("style", "places"),
    [
        ("1224", ["1", "2", "2", "4", "5", "5", "5", "8"]),
        ("1334", ["1", "3", "3", "4", "7", "7", "7", "8"]),
        ("1223", ["1", "2", "2", "3", "4", "4", "4", "5"]),
        ("average", ["1", "2.5", "2.5", "4", "6", "6", "6", "8"]),
    ],
)
def test_equals_are_numbered_in_the_style_of_the_scheme(style: str, places: list[str]) -> None:
    plain_mean = shipped("plain-mean")
    scheme = changed(plain_mean, total=plain_mean.total.model_copy(update={"places": style}), ties=())
    component = scheme.components[0].id
    units = tuple(Unit(name) for name in MARKS)
    roster = Roster(units, tuple(Entry(f"{name}1", name, component) for name in MARKS), (Judge("j"),))
    (item,) = scheme.items(component)
    sheets = [Sheet("j", f"{name}1", (int(mark / item.step),)) for name, mark in MARKS.items()]
    result = tabulate(scheme, roster, sheets)
    assert [unit.place_shown for unit in result.units] == places
    assert [unit.place for unit in result.units] == [1, 2, 2, 4, 5, 5, 5, 8]
