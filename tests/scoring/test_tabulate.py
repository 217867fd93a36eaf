"""A whole contest: what is open, the places, the value that ranks, and a county's score from its lines."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.faults import Fault
from scoring.roster import Absence, Decision, Entry, Judge, Roster, Unit
from scoring.tabulate import ENGINE, tabulate
from scoring.working import Node, dropped
from tests.scoring.contests import (
    Grid,
    Score,
    Table,
    awards,
    by_unit,
    codes,
    column,
    contest,
    criterion,
    entry_scores,
    item,
    known,
    marked,
    named,
    places,
    rule,
    scores,
    tier,
    words,
)


def test_places_are_1224_in_the_order_of_the_ranking() -> None:
    result = contest(rule(), column({"a": 70, "b": 90, "c": 80, "d": 80, "e": 60})).result()
    assert [(unit.unit.id, unit.place, unit.sharing) for unit in result.units] == [
        ("b", 1, 1),
        ("c", 2, 2),
        ("d", 2, 2),
        ("a", 4, 1),
        ("e", 5, 1),
    ]


def test_equals_stand_in_administrative_order() -> None:
    result = contest(rule(), column({"z": 80, "a": 80}), units={"z": "", "a": ""}).result()
    assert list(places(result)) == ["z", "a"]


LATE = {"id": "late", "name": words("late"), "kind": "deduction", "subject": "unit", "measure": "points"}


@pytest.mark.parametrize(
    ("rounding", "total", "score", "place", "printed"),
    [
        ([], {}, {"a": Fraction("89.96"), "b": Fraction("89.95")}, {"a": 1, "b": 2}, ["89.96", "89.95"]),
        (
            [{"after": "blend", "decimals": 1}],
            {"rank_on": "blend@1"},
            {"a": 90, "b": 90},
            {"a": 1, "b": 1},
            ["90.00", "90.00"],
        ),
        # the value that ranked stands behind the published score, or two places would look the same
        (
            [{"after": "blend", "decimals": 1}],
            {"rank_on": "exact"},
            {"a": 90, "b": 90},
            {"a": 1, "b": 2},
            ["90.00 (89.96)", "90.00 (89.95)"],
        ),
        (
            [{"after": "blend", "decimals": 2}, {"after": "adjust", "decimals": 0}],
            {"rank_on": "blend@2", "decimals": 0},
            {"a": 90, "b": 90},
            {"a": 1, "b": 2},
            ["90 (89.96)", "90 (89.95)"],
        ),
        (
            [{"after": "adjust", "decimals": 1, "mode": "trunc"}],
            {"rank_on": "adjust@1", "decimals": 1},
            {"a": Fraction("89.9"), "b": Fraction("89.9")},
            {"a": 1, "b": 1},
            ["89.9", "89.9"],
        ),
    ],
)
def test_the_value_that_ranks_is_the_exact_one_or_a_declared_stage(
    rounding: list[Table], total: Table, score: dict[str, object], place: dict[str, int], printed: list[str]
) -> None:
    result = contest(rule(rounding=rounding, total=total), column({"a": "89.96", "b": "89.95"})).result()
    assert (scores(result), places(result), [unit.shown for unit in result.units]) == (score, place, printed)


def test_each_stage_rounds_what_the_stage_before_gave() -> None:
    # sheets 8.5 -> 9, 8.4 -> 8 and 7.4 -> 7; mean 8; the unit of 8 and 7.5 (rounded 8): 8; exactly it would be 7.8
    stages = [{"after": "sheet", "decimals": 0}, {"after": "panel", "decimals": 0, "mode": "half_even"}]
    component = marked("m", criterion("c", item("i", 10, Decimal("0.1"))), full=10)
    entries = [Entry("e", "a", "m"), Entry("f", "a", "m")]
    grid = {"e": {"1": "8.5", "2": "8.4", "3": "7.4"}, "f": {"1": "7", "2": "8", "3": "7.5"}}
    result = contest(rule(component, total={"full": 10}, rounding=stages), grid, entries=entries).result()
    assert entry_scores(result) == {"e": 8, "f": 8}
    assert scores(result) == {"a": 8}


def test_a_stage_of_one_component_is_of_that_component_alone() -> None:
    stages = [{"after": "panel", "decimals": 0, "component": "one"}]
    entries = [Entry("e", "a", "one"), Entry("f", "a", "two")]
    result = contest(
        rule(marked("one"), marked("two"), rounding=stages), {"e": {"1": "80.4"}, "f": {"1": "80.4"}}, entries=entries
    ).result()
    assert entry_scores(result) == {"e": 80, "f": Fraction("80.4")}


def county() -> Table:
    return {
        "adjustments": [LATE],
        "ties": ["prior", "decision"],
        "prizes": {"tiers": [tier("1", 1, 100), tier("2", 1, 50)], "budget_yuan": 150},
    }


PROJECTS = [Entry(name, name[0], "marks") for name in ("X1", "X2", "Y1", "Y2")]
MARKS: Grid = {"X1": {"1": 87}, "X2": {"1": 83}, "Y1": {"1": "87.5"}, "Y2": {"1": 84}}


def test_a_countys_score_from_its_projects_its_ordinary_work_and_a_deduction() -> None:
    # X: 85 x 70 % + 92 x 30 % - 0.1 = 87; Y: 85.75 x 70 % + 90 x 30 % = 87.025
    scheme = rule(marked(weight=70), known(weight=30), **county())
    result = contest(
        scheme,
        MARKS,
        entries=PROJECTS,
        priors={"ordinary": {"X": 92, "Y": 90}},
        decisions=[Decision("deduction", "X", "late", "0.1")],
    ).result()
    assert scores(result) == {"Y": Fraction("87.025"), "X": 87}
    assert (places(result), awards(result)) == (
        {"Y": 1, "X": 2},
        {"Y": (("1",), 10_000), "X": (("2",), 5_000)},
    )
    assert [unit.shown for unit in result.units] == ["87.03", "87.00"]
    assert (result.final, result.engine, result.scheme_digest) == (True, ENGINE, scheme.digest)
    working = by_unit(result)["X"].working
    assert working == Node(
        "minus",
        Fraction(87),
        (
            Node(
                "weighted",
                Fraction("87.1"),
                (
                    Node("constant", Fraction(70), ref="weight:marks"),
                    Node(
                        "mean",
                        Fraction(85),
                        tuple(
                            Node(
                                "mean",
                                Fraction(mark),
                                (Node("sheet", Fraction(mark), ref=f"1/{name}"),),
                                of=f"entry:{name}",
                            )
                            for name, mark in (("X1", 87), ("X2", 83))
                        ),
                        of="component:marks/X",
                    ),
                    Node("constant", Fraction(30), ref="weight:ordinary"),
                    Node("prior", Fraction(92), ref="ordinary/X"),
                ),
            ),
            Node("decision", Fraction("0.1"), ref="0"),
        ),
        "late",
    )


def test_unequal_counties_never_print_alike() -> None:
    result = contest(rule(known()), {}, priors={"ordinary": {"a": "87.033", "b": "87.026", "c": 80}}).result()
    assert [unit.shown for unit in result.units] == ["87.033", "87.026", "80.00"]


@pytest.mark.parametrize(
    ("open_codes", "settled_by"),
    [
        (["entry.missing"], [Decision("absence", "2/Y2")]),
        (["unit.prior_missing"], [Decision("prior", "Y", "ordinary", "90")]),
        (["boundary.undecided"], [Decision("tie", "X", value="1"), Decision("tie", "Y", value="2")]),
    ],
)
def test_what_is_open_keeps_the_result_from_being_final_until_it_is_settled(
    open_codes: list[str], settled_by: list[Decision]
) -> None:
    (code,) = open_codes
    scheme = rule(marked(weight=70), known(weight=30), **county())
    level: dict[str, dict[str, str | int]] = {name: {"1": 80, "2": 80} for name in MARKS}
    if code == "entry.missing":
        level = {**{name: {"1": 80 + i, "2": 80} for i, name in enumerate(MARKS)}, "Y2": {"1": 80}}
    prior: dict[str, str | int] = {"X": 90} if code == "unit.prior_missing" else {"X": 90, "Y": 90}
    if code == "unit.prior_missing":
        level["X1"] = {"1": 85, "2": 85}
    given = contest(scheme, level, entries=PROJECTS, priors={"ordinary": prior})
    assert (codes(given.result()), given.result().final) == (open_codes, False)
    assert given.having(*settled_by).result().final


def test_units_without_a_score_come_last_and_have_neither_place_nor_prize() -> None:
    scheme = rule(known(), prizes={"tiers": [tier("1", 5, 1)]})
    result = contest(scheme, {}, units={"a": "", "b": "", "c": ""}, priors={"ordinary": {"b": 50}}).result()
    assert [(u.unit.id, u.place, u.score, u.shown, u.award is None) for u in result.units] == [
        ("b", 1, 50, "50.00", False),
        ("a", None, None, "", True),
        ("c", None, None, "", True),
    ]


@pytest.mark.parametrize("more", [{}, {"quota_by": "division"}, {"first_of_each_division": True}])
def test_before_the_first_sheet_nothing_is_ranked_and_nothing_breaks(more: Table) -> None:
    scheme = rule(divisions=named("d", "e"), prizes={"tiers": [tier("1", 2, 10)], **more})
    roster = Roster((Unit("a", division="d"), Unit("b", division="e")), (Entry("x", "a", "marks"),), (Judge("1"),))
    result = tabulate(scheme, roster, ())
    assert (places(result), result.money.vacant, result.final) == ({"a": None, "b": None}, 2_000, False)


def test_a_unit_of_more_entries_has_no_advantage_by_the_mean_and_counts_its_best_where_declared() -> None:
    entries = [Entry(f"a{i}", "a", "marks") for i in range(3)] + [Entry("b0", "b", "marks")]
    grid = {"a0": {"1": 90}, "a1": {"1": 60}, "a2": {"1": 80}, "b0": {"1": 80}}

    def run(**unit: object) -> dict[str, Score]:
        scheme = rule(marked(unit={"method": "mean", **unit}, full=100), total={"most": 300})
        return scores(contest(scheme, grid, entries=entries).result())

    assert run() == {"a": Fraction(230, 3), "b": 80}
    assert run(best=2) == {"a": 85, "b": 80}
    assert run(best=1) == {"a": 90, "b": 80}
    assert run(method="sum") == {"a": 230, "b": 80}
    assert run(method="sum", best=2) == {"a": 170, "b": 80}


def test_groups_of_kinds_count_by_their_weight_whatever_their_number() -> None:
    kinds = [{**kind, "group": group} for kind, group in zip(named("h1", "h2", "s"), ("h", "h", "s"), strict=True)]
    weights = [{"group": "h", "weight": 3}, {"group": "s", "weight": 1}]
    scheme = rule(marked(unit={"method": "weighted", "weights": weights}), kinds=kinds)
    entries = [Entry("a1", "a", "marks", "h1"), Entry("a2", "a", "marks", "h2"), Entry("a3", "a", "marks", "s")]
    entries.append(Entry("b1", "b", "marks", "h1"))
    grid = {"a1": {"1": 90}, "a2": {"1": 70}, "a3": {"1": 40}, "b1": {"1": 75}}
    assert scores(contest(scheme, grid, entries=entries).result()) == {"a": 70, "b": 75}  # (3 x 80 + 40) / 4; h alone


def test_items_that_do_not_apply_count_neither_as_marks_nor_as_full_marks() -> None:
    first = criterion("c", item("all", 20, 1), item("k1", 30, 1, kinds=["k1"]))
    sheet = criterion("d", item("k2", 20, 1, kinds=["k2"]))
    entries = [Entry("a", "a", "m", "k1"), Entry("b", "b", "m", "k2")]
    result = contest(
        rule(marked("m", first, sheet), kinds=named("k1", "k2")),
        {"a": {"1": [20, 20]}, "b": {"1": [10, 20]}},
        entries=entries,
    ).result()
    assert scores(result) == {"a": 80, "b": 75}  # 40 of 50, 30 of 40


def test_weights_bonuses_and_deductions_of_a_sheet() -> None:
    lines = [item("x", 10, 1, weight=3), item("y", 10, 1), item("plus", 5, 1, role="bonus")]
    component = marked("m", criterion("c", *lines, item("minus", 5, 1, role="deduct")))
    # 100 x (3 x 8 + 6) / 40 + 2 - 3 = 74
    assert scores(contest(rule(component), {"a": {"1": [8, 6, 2, 3]}}).result()) == {"a": 74}


def test_a_sheet_stays_within_its_bounds() -> None:
    lines = [item("x", 100, 1), item("minus", 50, 1, role="deduct")]
    component = marked("m", criterion("c", *lines), sheet={"points": "sum", "least": 10, "most": 90})
    result = contest(rule(component), {"a": {"1": [20, 50]}, "b": {"1": [99, 0]}, "c": {"1": [50, 9]}}).result()
    assert scores(result) == {"b": 90, "c": 41, "a": 10}


def test_the_total_stays_within_its_bounds() -> None:
    bonus = {**LATE, "id": "more", "kind": "bonus"}
    scheme = rule(adjustments=[LATE, bonus], total={"least": 20, "most": 95})
    off = [Decision("deduction", "a", "late", "90"), Decision("bonus", "b", "more", "9")]
    assert scores(contest(scheme, column({"a": 90, "b": 90}), decisions=off).result()) == {"a": 20, "b": 95}


def test_a_ranked_last_unit_stands_behind_lower_scores() -> None:
    veto = [{"id": "v", "name": words("v"), "subject": "unit", "effect": "rank_last"}]
    given = contest(rule(vetoes=veto), column({"a": 90, "b": 80, "c": 70}), decisions=[Decision("veto", "a", "v")])
    assert list(places(given.result()).items()) == [("b", 1), ("c", 2), ("a", 3)]


def test_the_notes_tell_of_trims_that_differ_or_leave_little_and_of_scales_that_hang_on_the_field() -> None:
    table = {"table": [{"judges": 1, "low": 0, "high": 0}, {"judges": 4, "low": 1, "high": 1}]}
    how = {"method": "mean", "trim": table, "trim_on": "sheet_total"}
    grid = {"a": {"1": 90, "2": 80, "3": 70, "4": 60}, "b": {"1": 90, "2": 80, "3": 70}}
    judges = [Judge(str(n)) for n in range(1, 5)]
    scheme = rule(marked(panel=how), known(scale="minmax"))
    priors = {"ordinary": {"a": 50, "b": 40}}
    given = contest(scheme, grid, judges=judges, priors=priors, absences=[Absence("4", "b")])
    assert given.result().final
    assert Fault("note.few_kept", {"entry": "a", "kept": 2}) in given.result().notes
    assert Fault("note.field_scale", {"component": "ordinary"}) in given.result().notes


def test_the_marks_that_a_trim_left_out_are_named_the_first_of_equals_first() -> None:
    values = (80, 70, 90, 70, 90)
    args = tuple(Node("sheet", Fraction(v), ref=str(i)) for i, v in enumerate(values))
    low, high = dropped(Node("trimmed_mean", Fraction(80), args, low=1, high=1))
    assert ([node.ref for node in low], [node.ref for node in high]) == (["1"], ["2"])


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ({"scale": "minmax"}, [0, 100, 50]),
        ({"scale": "z", "z_mean": 50, "z_spread": 10}, [Fraction("37.75255129"), Fraction("62.24744871"), 50]),
        ({"scale": "rank", "rank_points": [100, 60]}, [0, 100, 60]),
        ({"scale": "bands", "bands": [{"least": 90, "points": 100}, {"least": 70, "points": 80}]}, [0, 100, 80]),
        ({"scale": "percent", "full": 200}, [30, 45, Fraction(75, 2)]),
    ],
)
def test_a_component_enters_the_blend_by_its_scale(scale: Table, expected: list[int | Fraction]) -> None:
    result = contest(rule(known(**scale)), {}, priors={"ordinary": {"a": 60, "b": 90, "c": 75}}).result()
    assert [scores(result)[unit] for unit in "abc"] == expected


def test_where_all_are_equal_a_scale_of_the_field_gives_all_the_middle() -> None:
    prior = {"ordinary": {"a": 60, "b": 60}}
    halves = [scores(contest(rule(known(scale=scale)), {}, priors=prior).result()) for scale in ("minmax", "z")]
    assert halves == [{"a": 50, "b": 50}, {"a": 50, "b": 50}]


def test_equal_units_earn_the_same_points_by_rank_and_the_next_place_is_left_out() -> None:
    scheme = rule(known(scale="rank", rank_points=[100, 80, 60, 40]))
    result = contest(scheme, {}, priors={"ordinary": {"a": 90, "b": 80, "c": 80, "d": 70}}).result()
    assert scores(result) == {"a": 100, "b": 80, "c": 80, "d": 40}
