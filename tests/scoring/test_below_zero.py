"""Marks below 0, and marks with values of their own."""

from fractions import Fraction

import pytest

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.roster import Decision, Sheet
from scoring.scheme import Scheme, totals_only
from scoring.sheets import form
from scoring.verify.check import verify
from tests.scoring.contests import Table, contest, criterion, entry_scores, item, known, marked, rule

GRADES = "-1 0 1 1 1 2 -2 0 1"  # of nine judges: -2 and 2 are dropped, 3 / 7 is left
SPIN = ["-0.9", "-0.6", "-0.3", 0, "0.5", "1.0", "1.5"]  # what a grade of -3 to 3 counts, above 0 more than below


def graded(*, panel: Table | None = None, rounding: bool = True, **more: object) -> Scheme:
    how = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "item", "base": "part", **(panel or {})}
    line = item("spin", 3, 1, floor=-3, **more)
    stages = [{"after": "item", "decimals": 2}] if rounding else []
    return rule(marked("m", criterion("c", line), panel=how, sheet={"points": "sum"}, full=100), rounding=stages)


def given(scheme: Scheme, marks: str = GRADES, base: str = "3.0") -> dict[str, object]:
    row = {f"j{n}": None if mark == "-" else int(mark) for n, mark in enumerate(marks.split())}
    return dict(entry_scores(contest(scheme, {"a": row}, decisions=[Decision("base", "a", "spin", base)]).result()))


def test_marks_below_0_are_marks() -> None:
    """0, 0, 1, 1, 1, 1 and -1 are kept: 3 / 7 = 0.43; 3.0 + 0.43."""
    assert given(graded()) == {"a": Fraction("3.43")}


def test_a_scale_of_values_counts_what_each_grade_is_worth() -> None:
    """-0.3 + 4 x 0.5 = 1.7; 1.7 / 7 = 0.24."""
    assert given(graded(values=SPIN)) == {"a": Fraction("3.24")}


def test_a_panel_below_0_takes_from_the_base_value() -> None:
    """-3 -3 -2 -2 -2 -1 -1: -10 / 5 = -2.00; by the scale (-0.9 - 3 x 0.6 - 0.3) / 5 = -0.60."""
    assert given(graded(), "-3 -3 -2 -2 -2 -1 -1") == {"a": Fraction("1.00")}
    assert given(graded(values=SPIN), "-3 -3 -2 -2 -2 -1 -1") == {"a": Fraction("2.40")}


def test_half_hundredths_below_0_are_rounded_away_from_it() -> None:
    """-1 / 8 = -0.125, -0.13: four marks of 0 and four of -1/4 would say the same as Excel does."""
    scheme = graded(panel={"trim": {"low": 0, "high": 0}})
    assert given(scheme, "-1 0 0 0 0 0 0 0") == {"a": Fraction("2.87")}


def test_not_marked_is_neither_0_nor_below() -> None:
    result = contest(graded(), {"a": {"j": -1, "k": 0, "l": 1, "m": None}}).result()
    assert (result.entries["a"].counted, result.entries["a"].incomplete) == (("j", "k", "l"), ("m",))


def test_an_entry_below_0_stands_at_the_least_that_the_scheme_says() -> None:
    """By default 0; the sheets stand as they are."""
    plain: Table = {"method": "mean"}
    line = criterion("c", item("x", 5, 1, floor=-5))
    for panel, score in ((plain, 0), ({**plain, "least": -5}, -3)):
        scheme = rule(marked("m", line, panel=panel, sheet={"points": "sum"}))
        assert entry_scores(contest(scheme, {"a": {"j": -4, "k": -2}}).result()) == {"a": score}


def test_a_mark_below_the_floor_is_refused() -> None:
    found = contest(graded(), {"a": {"j": -3}})
    low = Sheet("j", "a", (-4,))
    with pytest.raises(Refused) as refused:
        type(found)(found.scheme, found.roster, (low,)).result()
    assert [(fault.code, fault.params["mark"]) for fault in refused.value.faults] == [("sheet.out_of_range", "-4")]


def test_a_bonus_fills_up_to_full_marks_also_after_a_mark_below_0() -> None:
    """8 and -2 are 6 of 15; a bonus of 10 leads to 15 at most, a deduction of 1 comes after it."""
    lines = [
        item("x", 10, 1),
        item("y", 5, 1, floor=-5),
        item("b", 10, 1, role="bonus"),
        item("d", 5, 1, role="deduct"),
    ]
    scheme = rule(marked("m", criterion("c", *lines), sheet={"points": "sum", "bonus": "within_full"}))
    assert entry_scores(contest(scheme, {"a": {"j": [8, -2, 10, 1]}}).result()) == {"a": 14}
    assert entry_scores(contest(scheme, {"a": {"j": [8, -2, 4, 1]}}).result()) == {"a": 9}


def test_values_share_out_full_marks() -> None:
    """Full marks are 1.5 + 0.5: of 100 the marks -3 and 1 have (-0.9 + 0.5) / 2."""
    lines = [item("x", 3, 1, floor=-3, values=SPIN), item("y", 1, 1, values=[0, "0.5"])]
    scheme = rule(marked("m", criterion("c", *lines), panel={"method": "mean", "least": -100}))
    assert entry_scores(contest(scheme, {"a": {"j": [-3, 1]}, "b": {"j": [3, 1]}}).result()) == {"a": -20, "b": 100}


def test_a_part_without_a_mark_is_never_worth_0() -> None:
    scheme = graded()
    with pytest.raises(ValueError, match="0"):
        form(scheme, scheme.components[0], "").part([None], [0])


def test_totals_only_reach_as_far_down_as_the_items() -> None:
    lines = [item("x", 3, 1, floor=-3, values=SPIN), item("y", 10, "0.25"), item("d", 2, 1, role="deduct")]
    scheme = rule(marked("m", criterion("c", *lines), sheet={"points": "sum"}), known())
    total = totals_only(scheme).components[0].criteria[0].items[0]
    assert (total.floor, total.full, total.step) == (Fraction("-2.9"), Fraction("11.5"), Fraction("0.05"))
    plain = rule(marked("m", criterion("c", *lines[1:]), sheet={"points": "sum"}))
    assert totals_only(plain).components[0].criteria[0].items[0].floor == 0


@pytest.mark.parametrize("values", [[], SPIN])
def test_a_bundle_with_marks_below_0_is_verified(values: list[object]) -> None:
    row = {f"j{n}": int(mark) for n, mark in enumerate(GRADES.split())}
    told = contest(graded(values=values), {"a": row}, decisions=[Decision("base", "a", "spin", "3.0")])
    assert verify(compose(told.inputs, None)).difference is None
