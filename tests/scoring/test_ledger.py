"""The ledger: every shape of rule by hand, caps, what is refused, what waits, and random ledgers calculated twice."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.results import Tabulation
from scoring.roster import Decision, Prior, Record, Roster, Unit
from scoring.scheme import Scheme
from scoring.tabulate import contradictions, tabulate
from scoring.verify import verify
from scoring.verify.working import again
from scoring.working import Node
from tests.scoring.contests import Contest, Table, codes, known, marked, named, rule, scores, words

F = Fraction
D = Decimal


def line(name: str, shape: str, **numbers: object) -> Table:
    return {"id": name, "name": words(name), "shape": shape, **numbers}


def section(*rules: Table, name: str = "all", **more: object) -> Table:
    return {"id": name, "name": words(name), "rules": list(rules), **({"full": 100} | more)}


def level(name: str, points: object = None, **more: object) -> Table:
    return {"id": name, "name": words(name), **({} if points is None else {"points": points}), **more}


def scheme(*sections: Table, missing: str = "decision", **more: object) -> Scheme:
    return rule(known(ledger={"sections": list(sections)}, missing=missing), **more)


def record(number: int, of: str, value: object = None, **more: str) -> Record:
    told = {"unit": "u", "component": "ordinary", "evidence": f"paper {number}"} | more
    return Record(f"r{number}", rule=of, value=None if value is None else F(str(value)), **told)


def result(
    by: Scheme, *records: Record | Prior, units: tuple[Unit, ...] = (Unit("u"),), decisions: Sequence[Decision] = ()
) -> Tabulation:
    return tabulate(by, Roster(units, (), ()), (), records, decisions)


def points(of: Table, *given_: tuple[object, ...] | object, start: int = 50) -> Fraction | int | None:
    """What a unit has that begins with 50 of 100, by one rule; the records as (value, level, project)."""
    rows = [row if isinstance(row, tuple) else (row,) for row in given_]
    records = [
        record(n, of["id"], row[0], **dict(zip(("level", "project"), map(str, row[1:]), strict=False)))
        for n, row in enumerate(rows, 1)
    ]
    found = scores(result(scheme(section(of, start=start)), *records))["u"]
    return None if found is None else found - start


LEVELS = [level("town", 2), level("county", 4), level("city", 6), level("province", 10)]
DOWN = [level("city", -3), level("province", -5)]
DOUBLE = [{"id": "again", "name": words("again"), "factor": 2}]
STATES = [
    {"id": "A", "faults": 0, "share": 1},
    {"id": "B", "faults": 1, "share": D("0.66")},
    {"id": "C", "faults": 2, "share": D("0.33")},
    {"id": "D", "faults": 3, "share": 0},
]
STEPS = [{"least": 1, "points": 10}, {"least": 3, "points": 30}, {"least": 5, "points": 50}]
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


# ---- What changed nothing


def idle(found: Tabulation) -> list[object]:
    return [note.params["id"] for note in found.notes if note.code == "note.record_idle"]


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


# ---- What is refused


BOOK = scheme(
    section(
        line("fixed", "fixed", points=1),
        line("cases", "cases", points=1),
        line("media", "level", levels=LEVELS),
        line("state", "state", points=1, states=STATES, required=False),
        line("rank", "rank", rank_points=[3], required=False),
        line("range", "range", least=1, most=2),
        line("target", "below_target", points=-1, target=9, per=1, required=False),
        line("grade", "grade", levels=[level("fail", least=-2, most=-1)], required=False),
        line("more", "extra", points=1, when="cases", reached=1),
        line("third", "share", points=1, required=False),
    )
)
BAD: list[tuple[Record, str]] = [
    (record(1, "cases", unit="nobody"), "unknown_unit"),
    (record(1, "cases", component="nothing"), "unknown_component"),
    (record(1, "nothing"), "unknown_rule"),
    (record(1, "more"), "unknown_rule"),
    (record(1, "cases", evidence=" "), "no_evidence"),
    (record(1, "fixed", 1), "value_not_taken"),
    (record(1, "cases", -1), "whole_out_of_range"),
    (record(1, "cases", "0.5"), "whole_out_of_range"),
    (record(1, "cases", level="again"), "unknown_level"),
    (record(1, "media"), "level_needed"),
    (record(1, "media", level="world"), "unknown_level"),
    (record(1, "media", 3, level="city"), "value_not_taken"),
    (record(1, "state"), "value_needed"),
    (record(1, "state", "1.5"), "whole_out_of_range"),
    (record(1, "state", 1, level="B"), "value_not_taken"),
    (record(1, "rank", 0), "whole_out_of_range"),
    (record(1, "range"), "value_needed"),
    (record(1, "range", "2.5"), "out_of_range"),
    (record(1, "range", "0.5"), "out_of_range"),
    (record(1, "target", -1), "out_of_range"),
    (record(1, "grade", 1, level="fail"), "out_of_range"),
    (record(1, "third", -1), "out_of_range"),
    (Record("", "u", "ordinary", "cases", evidence="x"), "no_id"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code"), BAD)
def test_a_record_that_fits_no_rule_is_refused_by_name(bad: Record, code: str) -> None:
    found = contradictions(BOOK, Roster((Unit("u"),), (), ()), (), [record(9, "cases"), bad])
    assert [(fault.code, fault.record) for fault in found] == [(f"ledger.{code}", ("priors", 1))]


def test_every_fault_of_every_record_is_told_at_once() -> None:
    records = (record(1, "cases"), record(1, "rank", 1), record(2, "rank", 2), record(3, "range", 5))
    rows: list[Prior | Record] = [*records, Prior("u", "ordinary", F(3))]
    found = contradictions(BOOK, Roster((Unit("u"),), (), ()), (), rows)
    assert sorted((fault.code, fault.record) for fault in found) == [
        ("ledger.double", ("priors", 1)),
        ("ledger.out_of_range", ("priors", 3)),
        ("ledger.twice", ("priors", 2)),
        ("prior.from_ledger", ("priors", 4)),
    ]


def test_records_need_a_ledger() -> None:
    plain = rule(known())
    found = contradictions(plain, Roster((Unit("u"),), (), ()), (), [record(1, "cases")])
    assert [(fault.code, fault.params["known"]) for fault in found] == [("ledger.unknown_component", "-")]


# ---- What a scheme must agree on


@pytest.mark.parametrize(
    ("sections", "code"),
    [
        ([section(line("a", "cases"))], "ledger_lacks"),
        ([section(line("a", "extra", points=1))], "ledger_lacks"),
        ([section(line("a", "fixed", points=1, due=3))], "ledger_over"),
        ([section(line("a", "fixed", points=1, when="b"))], "none_there"),
        ([section(line("a", "fixed", points=1, divisions=["b"]))], "none_there"),
        ([section(line("a", "fixed", points=1), divisions=["b"])], "none_there"),
        ([section(line("a", "range", least=2, most=1))], "bounds_crossed"),
        ([section(line("a", "level", levels=[level("x")]))], "ledger_level"),
        ([section(line("a", "level", levels=[level("x", 1, least=1, most=2)]))], "ledger_level"),
        ([section(line("a", "level", levels=[level("x", 1), level("y", -1)]))], "ledger_signs"),
        ([section(line("a", "steps", steps=STEPS[::-1]))], "ledger_order"),
        ([section(line("a", "state", points=1, states=STATES[1:]))], "ledger_order"),
        ([section(line("a", "state", points=1, states=[STATES[0], STATES[2], STATES[1]]))], "ledger_order"),
        ([section(line("a", "share", points=1, target=0))], "positive_target"),
        ([section(line("a", "veto", required=True))], "ledger_required"),
        ([section(line("a", "fixed", points=1), full=90)], "ledger_full"),
        ([section(line("a", "fixed", points=1), start=101)], "ledger_bounds"),
        ([section(line("a", "fixed", points=1), least=1)], "ledger_bounds"),
        ([section(line("a", "fixed", points=1), most=1)], "ledger_bounds"),
        ([section(line("a", "fixed", points=1), line("a", "fixed", points=2))], "double"),
        ([section(line("a", "level", levels=[level("x", 1), level("x", 2)]))], "double"),
    ],
)
def test_a_ledger_that_cannot_be_meant_is_refused(sections: list[Table], code: str) -> None:
    with pytest.raises(Refused) as refused:
        scheme(*sections)
    assert f"scheme.{code}" in [fault.code for fault in refused.value.faults]


def test_a_ledger_belongs_to_a_component_known_before() -> None:
    with pytest.raises(Refused) as refused:
        rule(marked(ledger={"sections": [section(line("a", "fixed", points=1))]}))
    assert [fault.code for fault in refused.value.faults] == ["scheme.ledger_marks"]


# ---- Random ledgers, calculated twice


@st.composite
def rules(draw: st.DrawFn, name: str, before: list[str]) -> Table:
    points_ = draw(st.sampled_from([D("-0.5"), -2, 1, 3, D("0.3")]))
    cap = {"cap": draw(st.integers(1, 6))} if draw(st.booleans()) else {}
    project_cap = {"project_cap": draw(st.integers(1, 4))} if draw(st.booleans()) else {}
    factors = {"factors": DOUBLE} if draw(st.booleans()) else {}
    shape: Table = draw(
        st.sampled_from(
            [
                {"shape": "fixed", "points": points_, **factors},
                {"shape": "cases", "points": points_, **cap, **project_cap, **factors},
                {"shape": "missing", "points": points_, "due": 3, **cap},
                {
                    "shape": "below_target",
                    "points": points_,
                    "target": 70,
                    "per": 5,
                    "count": draw(st.sampled_from(["full", "begun"])),
                    **cap,
                },
                {"shape": "range", "least": -2, "most": 3, **cap, **project_cap, **factors},
                {"shape": "level", "levels": LEVELS, **cap},
                {"shape": "level", "levels": [level("near", -1), level("far", least=-9, most=-3)], **cap},
                {"shape": "grade", "levels": [level("good", 2), level("fail", least=-2, most=-1)]},
                {"shape": "steps", "steps": STEPS},
                {"shape": "state", "points": points_, "states": STATES},
                {"shape": "all_or_nothing", "points": points_, "target": 40},
                {"shape": "share", "points": points_, "target": 7},
                {"shape": "share", "points": points_},
                {"shape": "rank", "rank_points": [9, 4, 1]},
                {"shape": "committee", "least": -2, "most": 3},
                {"shape": "forfeit"},
                {"shape": "veto"},
                *([{"shape": "extra", "points": points_}] if before else []),
            ]
        )
    )
    shape = {"id": name, "name": words(name), **shape}
    if before and (shape["shape"] == "extra" or draw(st.integers(0, 4)) == 0):
        shape |= {"when": draw(st.sampled_from(before)), "reached": draw(st.sampled_from([-1, 0, 2]))}
    if shape["shape"] in ("extra", "forfeit", "veto"):
        return shape
    return shape | ({"required": False} if draw(st.integers(0, 9)) else {})


def value_for(draw: st.DrawFn, of: Table, name: str) -> Fraction | None:
    found: Table = next((one for one in of.get("levels", []) if one["id"] == name), {})
    if "least" in found or of["shape"] in ("range", "committee"):
        bounds = found if "least" in found else of
        return F(draw(st.integers(2 * bounds["least"], 2 * bounds["most"])), 2)
    match of["shape"]:
        case "cases" | "missing" | "share":
            return draw(st.none() | st.integers(0, 4).map(F))
        case "below_target" | "steps" | "all_or_nothing":
            return F(draw(st.integers(0, 200)), 2)
        case "rank":
            return F(draw(st.integers(1, 5)))
        case "state" if not name:
            return F(draw(st.integers(0, 5)))
    return None


Drawn = tuple[list[Table], list[Record]]


@st.composite
def ledgers(draw: st.DrawFn) -> Drawn:
    """Up to three sections with their rules, and records of two units."""
    sections: list[Table] = []
    names: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        own = []
        for place in range(draw(st.integers(1, 4))):
            own.append(draw(rules(f"s{number}r{place}", list(names))))
            names.append(own[-1]["id"])
        sheet = section(*own, name=f"s{number}", start=draw(st.sampled_from([0, 50])))
        if number:
            del sheet["full"]
            sheet |= {"start": 0} | draw(st.sampled_from([{}, {"most": 4}, {"least": -3, "most": 9}]))
        sections.append(sheet)
    records: list[Record] = []
    for of in (one for sheet in sections for one in sheet["rules"] if one["shape"] != "extra"):
        single = of["shape"] not in ("cases", "missing", "range", "level", "share", "forfeit", "veto")
        rare = of["shape"] in ("forfeit", "veto") and draw(st.integers(0, 4))
        for unit in ("u", "v"):
            for _ in range(0 if rare else draw(st.integers(0, 1 if single else 4))):
                ids = [one["id"] for key in ("levels", "states", "factors") for one in of.get(key, [])]
                name = draw(st.sampled_from(ids if "levels" in of else [*ids, ""])) if ids else ""
                project, day = draw(st.sampled_from(["", "p", "q"])), str(draw(st.integers(1, 9)))
                told = (value_for(draw, of, name), name, project, day, "paper")
                records.append(Record(f"r{len(records)}", unit, "ordinary", of["id"], *told))
    return sections, records


@given(ledgers())
def test_random_ledgers_come_out_as_the_second_calculation_says(ledger: Drawn) -> None:
    sections, records = ledger
    by, units = scheme(*sections), (Unit("u"), Unit("v"))
    found = result(by, *records, units=units)
    contest = Contest(by, Roster(units, (), ()), (), tuple(records))
    assert verify(compose(contest.inputs, None)).difference is None
    assert scores(result(by, *records[::-1], units=units)) == scores(found)
    without = [row for row in records if row.id not in idle(found)]
    bested = any(rule["shape"] == "share" and "target" not in rule for sheet in sections for rule in sheet["rules"])
    assert bested or scores(result(by, *without, units=units)) == scores(found)
    for unit in found.units:
        working = unit.components["ordinary"]
        if working:
            assert again(working, lambda leaf: leaf.value) == unit.score
            assert {leaf.ref for leaf in leaves(working) if leaf.op == "record"} <= {row.id for row in records}


def leaves(node: Node) -> list[Node]:
    return [leaf for arg in node.args for leaf in leaves(arg)] if node.args else [node]
