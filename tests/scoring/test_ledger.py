"""The ledger: every shape of rule by hand, caps, what waits, and which records changed nothing."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from scoring.faults import Refused
from scoring.roster import Decision, Unit
from tests.scoring.contests import Table, codes, named, scores, words
from tests.scoring.ledgers import DOUBLE, LEVELS, STATES, STEPS, idle, level, line, record, result, scheme, section

F = Fraction
D = Decimal


def points(of: Table, *given_: tuple[object, ...] | object, start: int = 50) -> Fraction | int | None:
    """What a unit has that begins with 50 of 100, by one rule; the records as (value, level, project)."""
    rows = [row if isinstance(row, tuple) else (row,) for row in given_]
    records = [
        record(n, of["id"], row[0], **dict(zip(("level", "project"), map(str, row[1:]), strict=False)))
        for n, row in enumerate(rows, 1)
    ]
    found = scores(result(scheme(section(of, start=start)), *records))["u"]
    return None if found is None else found - start


DOWN = [level("city", -3), level("province", -5)]
CASES: list[tuple[Table, list[Any], str]] = [
    (line("a", "fixed", points=3), [None], "3"),
    (line("a", "fixed", points=-3), [None], "-3"),
    (line("a", "fixed", points=-3, factors=DOUBLE), [(None, "again")], "-6"),
    (line("a", "cases", points=D("-0.5")), [4, None], "-2.5"),
    (line("a", "cases", points=D("-0.5"), factors=DOUBLE), [None, (None, "again")], "-1.5"),
    (line("a", "cases", points=2, cap=3), [None, None, None], "3"),
    (line("a", "cases", points=-2, cap=3), [5], "-3"),
    (line("a", "cases", points=2, project_cap=3), [(1, "", "p"), (1, "", "p"), (1, "", "q")], "5"),
    (line("a", "missing", points=-1, due=3), [1, None], "-1"),
    (line("a", "missing", points=-1, due=3), [0], "-3"),
    (line("a", "missing", points=-1, due=3), [2, 2], "0"),
    (line("a", "below_target", points=-1, target=70, per=5), [58], "-2"),
    (line("a", "below_target", points=-1, target=70, per=5, count="begun"), [58], "-3"),
    (line("a", "below_target", points=-1, target=70, per=5), [60], "-2"),
    (line("a", "below_target", points=-1, target=70, per=5, count="begun"), [60], "-2"),
    (line("a", "below_target", points=-1, target=70, per=5, cap=1), [0], "-1"),
    (line("a", "below_target", points=-1, target=70, per=5), [71], "0"),
    (line("a", "range", least=D("0.5"), most=2), [2, D("0.75")], "2.75"),
    (line("a", "range", least=-3, most=-1, factors=DOUBLE, cap=5), [-1, (-3, "again")], "-5"),
    (line("a", "level", levels=LEVELS), [(None, "county", "p"), (None, "province", "p"), (None, "town", "q")], "12"),
    (line("a", "level", levels=LEVELS, cap=11), [(None, "county", ""), (None, "province", "")], "11"),
    (line("a", "level", levels=DOWN), [(None, "city", "p"), (None, "province", "p")], "-5"),
    (line("a", "level", levels=[level("far", least=1, most=9), level("near", 2)]), [(4, "far"), (None, "near")], "6"),
    (line("a", "grade", levels=[level("good", 2), level("fail", least=-2, most=-1)]), [(D("-1.5"), "fail")], "-1.5"),
    (line("a", "grade", levels=[level("good", 2)]), [(None, "good")], "2"),
    (line("a", "steps", steps=STEPS), [3], "30"),
    (line("a", "steps", steps=STEPS), [D("4.9")], "30"),
    (line("a", "steps", steps=STEPS), [0], "0"),
    (line("a", "state", points=20, states=STATES), [1], "13.2"),
    (line("a", "state", points=20, states=STATES), [2], "6.6"),
    (line("a", "state", points=20, states=STATES), [7], "0"),
    (line("a", "state", points=20, states=STATES), [(None, "B")], "13.2"),
    (line("a", "all_or_nothing", points=10, target=80), [80], "10"),
    (line("a", "all_or_nothing", points=10, target=80), [D("79.9")], "0"),
    (line("a", "share", points=20, target=10), [8], "16"),
    (line("a", "share", points=20, target=10), [8, 8], "20"),
    (line("a", "share", points=20, target=3), [1], "20/3"),
    (line("a", "rank", rank_points=[10, 8, 6]), [2], "8"),
    (line("a", "rank", rank_points=[10, 8, 6]), [4], "0"),
    (line("a", "committee", least=0, most=10), [7], "7"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "records", "expected"), CASES)
def test_every_shape_by_hand(of: Table, records: list[Any], expected: str) -> None:
    assert points(of, *records) == F(expected)


def test_a_section_deducts_until_nothing_is_left_and_stops_at_its_full_marks() -> None:
    by = scheme(
        section(line("lost", "cases", points=-4), name="one", full=10, start=10),
        section(line("won", "cases", points=40), name="two", full=90),
    )
    assert scores(result(by, record(1, "lost", 3), record(2, "won", 1)))["u"] == 40
    assert scores(result(by, record(1, "lost", 1), record(2, "won", 9)))["u"] == 96


def test_beside_the_full_marks_a_bonus_lifts_no_further_than_full_marks_and_a_penalty_not_below_zero() -> None:
    by = scheme(
        section(line("base", "fixed", points=98)),
        {
            "id": "beside",
            "name": words("b"),
            "most": 5,
            "rules": [line("more", "cases", points=1), line("less", "cases", points=-60)],
        },
    )
    assert scores(result(by, record(1, "base"), record(2, "more", 1)))["u"] == 99
    assert scores(result(by, record(1, "base"), record(2, "more", 9)))["u"] == 100
    assert scores(result(by, record(1, "base"), record(2, "less", 2)))["u"] == 0


def test_a_forfeit_makes_its_section_nothing_and_a_veto_the_whole() -> None:
    by = scheme(
        section(line("burnt", "forfeit"), line("good", "fixed", points=5), name="one", full=30, start=20),
        section(line("forged", "veto"), name="two", full=70, start=70),
    )
    assert scores(result(by, record(1, "good")))["u"] == 95
    assert scores(result(by, record(1, "good"), record(2, "burnt")))["u"] == 70
    assert scores(result(by, record(1, "good"), record(3, "forged")))["u"] == 0


def test_an_extra_needs_no_record_but_that_another_rule_reached_so_much() -> None:
    by = scheme(section(line("hours", "steps", steps=STEPS), line("more", "extra", points=7, when="hours", reached=30)))
    assert scores(result(by, record(1, "hours", 3)))["u"] == 37
    assert scores(result(by, record(1, "hours", 2)))["u"] == 10


def test_a_rule_on_a_condition_counts_only_where_it_is_met() -> None:
    by = scheme(
        section(
            line("meetings", "missing", points=-2, due=2), line("award", "cases", points=5, when="meetings"), start=50
        )
    )
    assert scores(result(by, record(1, "meetings", 2), record(2, "award")))["u"] == 55
    assert scores(result(by, record(1, "meetings", 1), record(2, "award")))["u"] == 48


def test_a_share_without_a_target_is_measured_by_the_best_of_the_field() -> None:
    by = scheme(section(line("visits", "share", points=6), start=10))
    found = result(by, record(1, "visits", 8), record(2, "visits", 6, unit="v"), units=(Unit("u"), Unit("v")))
    assert scores(found) == {"u": 16, "v": F("14.5")}
    nobody = result(by, record(1, "visits", 0), record(2, "visits", 0, unit="v"), units=(Unit("u"), Unit("v")))
    assert scores(nobody) == {"u": 10, "v": 10}


def test_each_kind_of_unit_has_its_own_sheet_with_the_same_full_marks() -> None:
    by = scheme(
        section(line("common", "fixed", points=40), name="common", full=40),
        section(line("own", "fixed", points=60), name="for-a", divisions=["a"], full=60),
        section(
            line("other", "fixed", points=50),
            line("only", "fixed", points=3, divisions=["b"]),
            name="for-b",
            divisions=["b"],
            full=60,
        ),
        divisions=named("a", "b"),
    )
    units = (Unit("u", division="a"), Unit("v", division="b"))
    rows = [record(1, "common"), record(2, "own"), record(3, "other", unit="v"), record(4, "only", unit="v")]
    assert scores(result(by, *rows, units=units)) == {"u": 100, "v": 53}
    with pytest.raises(Refused, match=r"ledger\.other_division"):
        result(by, record(1, "own", unit="v"), units=units)


def test_a_line_that_must_be_inspected_waits_for_its_record_and_is_not_nothing() -> None:
    by = scheme(
        section(line("signs", "all_or_nothing", points=10, target=1), line("news", "cases", points=1), start=90)
    )
    waiting = result(by, record(1, "news"))
    assert scores(waiting) == {"u": None}
    assert codes(waiting) == ["unit.ledger_lacks"]
    assert waiting.open[0].params == {"unit": "u", "component": "ordinary", "rules": "signs"}
    assert scores(result(by, record(1, "signs", 0))) == {"u": 90}
    decided = result(by, decisions=[Decision("prior", "u", "ordinary", "88", "leading group")])
    assert scores(decided) == {"u": 88}
    assert decided.final


def test_a_decision_cannot_stand_in_for_a_ledger_that_is_complete() -> None:
    by = scheme(section(line("news", "cases", points=1), start=90))
    with pytest.raises(Refused, match=r"decision\.prior_known"):
        result(by, decisions=[Decision("prior", "u", "ordinary", "88")])


@pytest.mark.parametrize(("missing", "expected"), [("zero", 0), ("field_median", 91), ("decision", None)])
def test_what_stands_in_for_a_ledger_that_waits(missing: str, expected: int | None) -> None:
    must = line("signs", "all_or_nothing", points=1, target=1)
    by = scheme(section(must, start=90), missing=missing)
    found = result(by, record(1, "signs", 1, unit="v"), units=(Unit("u"), Unit("v")))
    assert scores(found) == {"u": expected, "v": 91}


def test_whether_a_record_is_required_can_be_said() -> None:
    by = scheme(
        section(
            line("plan", "fixed", points=10, required=True),
            line("signs", "all_or_nothing", points=10, target=1, required=False),
            start=50,
        )
    )
    assert codes(result(by)) == ["unit.ledger_lacks"]
    assert scores(result(by, record(1, "plan"))) == {"u": 60}


def test_records_beyond_a_cap_are_told_and_not_those_that_filled_it() -> None:
    by = scheme(section(line("news", "cases", points=1, cap=3)))
    days = ["2024-05", "2024-01", "2024-02", "2024-03", "2024-04"]
    found = result(by, *(record(n, "news", day=day) for n, day in enumerate(days, 1)))
    assert scores(found)["u"] == 3
    assert idle(found) == ["r5", "r1"]


def test_of_one_matter_the_lower_level_is_told_whichever_came_first() -> None:
    by = scheme(section(line("media", "level", levels=LEVELS)))
    rows = [record(1, "media", level="county", project="p"), record(2, "media", level="province", project="p")]
    assert idle(result(by, *rows)) == ["r1"]
    assert idle(result(by, *rows[::-1])) == ["r1"]
    assert idle(result(by, *rows, record(3, "media", level="county", project="q"))) == ["r1"]


def test_a_bonus_that_saved_the_full_marks_from_a_deduction_is_not_idle() -> None:
    beside = {
        "id": "b",
        "name": words("b"),
        "rules": [line("more", "cases", points=5), line("less", "cases", points=-3)],
    }
    by = scheme(section(line("base", "cases", points=-1), start=100), beside)
    assert idle(result(by, record(1, "more", day="1"), record(2, "less", day="2"))) == ["r2"]
    assert idle(result(by, record(1, "more", day="1"))) == ["r1"]
    assert idle(result(by, record(1, "base", 0))) == []


def test_the_one_record_that_a_rule_waits_for_is_never_idle() -> None:
    by = scheme(section(line("meetings", "missing", points=-1, due=2), start=100))
    assert idle(result(by, record(1, "meetings", 2))) == []
    assert idle(result(by, record(1, "meetings", 2), record(2, "meetings"))) == ["r2"]
