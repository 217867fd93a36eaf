"""A scheme as it is read: exact numbers, whole fen, its digest, its sheets, and what it becomes on totals alone."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.faults import Refused
from scoring.scheme import Scheme, changed, json_schema, totals_only
from tests.scoring.contests import column, contest, criterion, item, known, marked, named, rule, scores, tier, words


def test_a_float_of_the_file_is_the_number_that_is_written() -> None:
    scheme = rule(marked(weight=Decimal("0.1"), full=Decimal("12.50")), known(weight="2/3", z_mean=Decimal("-0.3")))
    found = [(part.weight, part.full, part.z_mean) for part in scheme.components]
    assert found == [(Fraction(1, 10), Fraction(25, 2), 50), (Fraction(2, 3), 100, Fraction(-3, 10))]


def test_money_is_whole_fen() -> None:
    scheme = rule(
        prizes={"tiers": [tier("1", 3, Decimal("0.29")), tier("2", 1, "0.1")], "budget_yuan": Decimal("0.97")}
    )
    assert ([one.yuan for one in scheme.prizes.tiers], scheme.prizes.budget_yuan) == ([29, 10], 97)


def test_the_digest_names_the_rule_and_not_its_spelling_or_examples() -> None:
    plain, same = rule(marked(weight=1)), rule(marked(weight=Decimal("1.00")))
    other = rule(marked(weight=2))
    shown = {"title": words("t"), "arithmetic": "none", "units": ["a"]}
    assert plain.digest == same.digest == rule(examples=[shown]).digest != other.digest


def test_the_digest_does_not_change_from_run_to_run() -> None:
    assert len({rule().digest for _ in range(3)}) == 1
    assert len(rule().digest) == 64


def test_the_items_of_a_kind_are_those_without_kinds_and_its_own_in_the_order_of_the_sheet() -> None:
    lines = [item("x"), item("y", kinds=["k1"]), item("z", kinds=["k2", "k1"])]
    scheme = rule(marked("m", criterion("c", *lines[:1]), criterion("d", *lines[1:])), kinds=named("k1", "k2", "k3"))
    assert {kind: [line.id for line in scheme.items("m", kind)] for kind in ("k1", "k2", "k3")} == {
        "k1": ["x", "y", "z"],
        "k2": ["x", "z"],
        "k3": ["x"],
    }


def test_the_marks_of_an_item_lie_between_floor_and_full_marks() -> None:
    (line,) = rule(marked("m", criterion("c", item("x", 10, Decimal("0.5"), floor=6)))).items("m")
    assert line.ticks == range(12, 21)
    assert (line.floor, line.full) == (Fraction(6), Fraction(10))


def test_nothing_changes_after_reading() -> None:
    scheme = rule()
    with pytest.raises(ValueError, match="frozen"):
        scheme.id = "other"  # type: ignore[misc]  # that is the point


def test_a_changed_scheme_is_checked_as_a_whole() -> None:
    assert changed(rule(), id="other").id == "other"
    with pytest.raises(Refused):
        changed(rule(), ties=("prior",))


def test_the_json_schema_knows_every_key_of_the_scheme() -> None:
    schema = json_schema()
    assert (set(schema["properties"]), schema["additionalProperties"]) == (set(Scheme.model_fields), False)


@pytest.mark.parametrize(("sheet", "full"), [("share", 100), ("sum", 5)])
def test_on_totals_the_grid_holds_every_total_the_items_could_give(sheet: str, full: int) -> None:
    lines = [item("x", 3, Decimal("0.3")), item("y", 2, Decimal("0.5"))]
    scheme = rule(marked("m", criterion("c", *lines), sheet={"points": sheet}), ties=["criterion:m.c", "median"])
    whole = totals_only(scheme)
    (total,) = whole.items("m")
    marks = [Fraction(3 * i, 10) + Fraction(j, 2) for i in range(11) for j in range(5)]
    possible = [mark * full / 5 for mark in marks]
    assert (total.full, total.floor, whole.ties) == (Fraction(full), Fraction(0), ("median",))
    assert all((mark / total.step).denominator == 1 for mark in possible)
    by_items = contest(scheme, {"a": {"j": ["2.7", "1.5"]}}).result()
    assert scores(contest(whole, column({"a": str(Fraction("4.2") * full / 5)})).result()) == scores(by_items)
