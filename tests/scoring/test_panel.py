"""From the sheets of one entry to its score: which marks are dropped, and what is done with the rest."""

from fractions import Fraction

import pytest

from scoring.panel import trim_counts
from scoring.results import Tabulation
from scoring.scheme import Trim
from scoring.working import dropped
from tests.scoring.contests import Score, Table, contest, criterion, item, marked, rule, scores


def run(how: Table, *marks: int | str) -> Tabulation:
    return contest(rule(marked(panel=how)), {"a": {f"j{i}": mark for i, mark in enumerate(marks)}}).result()


def dropping(low: int, high: int, method: str = "mean") -> Table:
    return {"method": method, "trim": {"low": low, "high": high}, "trim_on": "sheet_total"}


@pytest.mark.parametrize(
    ("how", "score"),
    [
        ({"method": "mean"}, 66),
        ({"method": "sum"}, 330),
        ({"method": "median"}, 70),
        (dropping(1, 1), Fraction(200, 3)),
        # 40 and 50 off: 70, 80, 90; and 80 and 90 off: 40, 50, 70
        (dropping(2, 0), 80),
        (dropping(0, 2), Fraction(160, 3)),
        (dropping(1, 0), Fraction(145, 2)),
        (dropping(0, 1), 60),
        (dropping(2, 1), 75),
        (dropping(1, 2), 60),
        (dropping(2, 1, "sum"), 150),
        (dropping(1, 2, "sum"), 120),
        # the 40 counts as 50, and the 90 as 80; both lowest as 70
        (dropping(1, 1, "winsor"), 66),
        (dropping(2, 0, "winsor"), 76),
        # 50, 70, 80 are 30 apart: too far, or just not
        ({**dropping(1, 1), "tolerance": "29.99"}, 66),
        ({**dropping(1, 1), "tolerance": 30}, Fraction(200, 3)),
        ({"method": "mean", "factor": "1.5"}, 99),
        ({"method": "mean", "least": 67}, 67),
        ({"method": "mean", "most": 65}, 65),
    ],
)
def test_five_marks_40_50_70_80_90(how: Table, score: Score) -> None:
    for marks in ((40, 50, 70, 80, 90), (90, 50, 80, 40, 70)):
        assert scores(run(how, *marks)) == {"a": score}


def test_the_median_of_an_even_number_is_between_the_two_middles() -> None:
    assert scores(run({"method": "median"}, 40, 90, 71, 80)) == {"a": Fraction(151, 2)}


ROWS = [{"judges": 3, "low": 0, "high": 1}, {"judges": 5, "low": 1, "high": 1}, {"judges": 9, "low": 2, "high": 2}]


@pytest.mark.parametrize(
    ("trim", "counts"),
    [
        ({"table": ROWS}, {1: (0, 0), 2: (0, 0), 3: (0, 1), 4: (0, 1), 5: (1, 1), 8: (1, 1), 9: (2, 2), 50: (2, 2)}),
        ({"share": Fraction(1, 10)}, {0: (0, 0), 9: (0, 0), 10: (1, 1), 19: (1, 1), 48: (4, 4), 52: (5, 5)}),
        ({"share": Fraction(1, 10), "share_count": "half_up"}, {4: (0, 0), 5: (1, 1), 14: (1, 1), 15: (2, 2)}),
        ({"share": Fraction(1, 10), "share_count": "ceil"}, {1: (1, 1), 10: (1, 1), 11: (2, 2)}),
        ({"low": 2, "high": 0}, {1: (2, 0), 9: (2, 0)}),
    ],
)
def test_how_many_are_dropped_follows_the_size_of_the_panel(trim: Table, counts: dict[int, tuple[int, int]]) -> None:
    declared = Trim(**trim)
    assert {number: trim_counts(declared, number) for number in counts} == counts
    assert trim_counts(None, 9) == (0, 0)


def test_a_table_is_read_by_the_sheets_that_count() -> None:
    # five: without 40 and 90; four: without 90
    how: Table = {"method": "mean", "trim": {"table": ROWS}, "trim_on": "sheet_total"}
    assert (scores(run(how, 40, 50, 70, 80, 90)), scores(run(how, 50, 70, 80, 90))) == (
        {"a": Fraction(200, 3)},
        {"a": Fraction(200, 3)},
    )
    assert scores(run(how, 40, 70, 80, 90)) == {"a": Fraction(190, 3)}


def test_the_working_names_what_was_dropped_and_how_much() -> None:
    node = run(dropping(2, 1), 90, 40, 70, 50, 80).entries["a"].working
    assert node
    values = [arg.value for arg in node.args]
    assert (str(node.op), node.low, node.high, values) == ("trimmed_mean", 2, 1, [*map(Fraction, (90, 40, 70, 50, 80))])
    low, high = dropped(node)
    assert ([arg.ref for arg in low], [arg.ref for arg in high]) == (["j1/a", "j3/a"], ["j0/a"])


@pytest.mark.parametrize(
    ("on", "score"),
    [
        # totals 20 12 16 13 10: 12 13 16
        ("sheet_total", Fraction(41, 3)),
        # first criterion 20 12 12 9 10: 10 12 12; second 0 0 4 4 0: 0 0 4
        ("criterion", Fraction(38, 3)),
        # items 10 6 6 3 2: 3 6 6; 10 6 6 6 8: 6 6 8; 0 0 4 4 0: 0 0 4
        ("item", 13),
    ],
)
def test_it_matters_where_the_trim_is_taken(on: str, score: Score) -> None:
    lines = criterion("c", item("x", 10, 1), item("y", 10, 1)), criterion("d", item("z", 10, 1))
    rows = {"1": [10, 10, 0], "2": [6, 6, 0], "3": [6, 6, 4], "4": [3, 6, 4], "5": [2, 8, 0]}
    how: Table = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": on}
    scheme = rule(marked("m", *lines, panel=how, sheet={"points": "sum"}))
    assert scores(contest(scheme, {"a": rows}).result()) == {"a": score}
