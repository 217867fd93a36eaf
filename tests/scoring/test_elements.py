"""Elements: a panel, a stage, factor and difficulty, a stage and a base value for each part of an entry."""

from fractions import Fraction

import pytest

from scoring.faults import Refused
from scoring.results import Tabulation
from scoring.roster import Decision, Entry
from tests.scoring.contests import Mark, Table, contest, criterion, entry_scores, item, marked, named, rule

# Hubbell and Donohue, Grand Prix Final 2017, free dance: five components, factor 1.2. ISU protocol, in
# BuzzFeedNews/2018-02-figure-skating-analysis at 75f11db7 (data CC BY 4.0).
COMPONENTS = {
    "TR": "9.0 9.5 8.75 9.0 8.75 8.5 9.0 9.0 9.0",
    "PE": "9.25 9.75 9.25 9.5 9.0 9.0 9.25 9.5 9.5",
    "CO": "9.25 9.5 8.75 9.25 9.25 9.0 9.25 9.0 9.25",
    "SS": "9.25 9.5 9.0 9.5 9.25 9.0 9.25 9.5 9.25",
    "IN": "9.25 9.5 9.0 9.75 9.25 9.0 9.5 9.0 9.25",
}
ONE_EACH: Table = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "item"}
STAGES = [{"after": "item", "decimals": 2}, {"after": "factor", "decimals": 2}]


@pytest.mark.parametrize(("rounding", "score"), [(STAGES, "55.17"), (STAGES[:1], "55.164")])
def test_five_components_are_rounded_before_and_after_their_factor(rounding: list[Table], score: str) -> None:
    """Panels 8.93 9.32 9.18 9.29 9.25; times 1.2: 10.72 + 11.18 + 11.02 + 11.15 + 11.10."""
    lines = [item(name, 10, "0.25", factor="1.2") for name in COMPONENTS]
    scheme = rule(marked("m", criterion("c", *lines), panel=ONE_EACH, sheet={"points": "sum"}), rounding=rounding)
    rows: dict[str, list[Mark]] = {f"j{n}": [marks.split()[n] for marks in COMPONENTS.values()] for n in range(9)}
    assert entry_scores(contest(scheme, {"a": rows}).result()) == {"a": Fraction(score)}


def diving(*decisions: Decision) -> Tabulation:
    how = {"method": "sum", "trim": {"low": 2, "high": 2}, "trim_on": "sheet_total", "difficulty": "entry"}
    scheme = rule(marked("m", criterion("c", item("dive", 10, "0.5")), panel=how, sheet={"points": "sum"}))
    marks = ["7.5", "7.0", "7.5", "7.0", "7.5", "8.0", "6.5"]
    grid: dict[str, dict[str, Mark]] = {"a": {f"j{i}": mark for i, mark in enumerate(marks)}}
    return contest(scheme, grid, decisions=decisions).result()


def test_a_dive_is_the_middle_three_times_its_difficulty() -> None:
    """7.5 + 7.0 + 7.5 = 22.0, times 3.0."""
    result = diving(Decision("difficulty", "a", value="3.0"))
    assert entry_scores(result) == {"a": 66}
    assert result.open == ()


def test_without_its_difficulty_a_dive_has_no_score_and_stays_open() -> None:
    result = diving()
    assert entry_scores(result) == {"a": None}
    assert [(fault.code, fault.params) for fault in result.open] == [
        ("entry.difficulty", {"entry": "a", "wanting": "a"})
    ]


def elements(*decisions: Decision) -> Tabulation:
    how = {**ONE_EACH, "difficulty": "part", "base": "part"}
    lines = [item("jump", 5, 1), item("spin", 5, 1)]
    scheme = rule(marked("m", criterion("c", *lines), panel=how, sheet={"points": "sum"}), rounding=STAGES)
    jump, spin = [3, 3, 2, 2, 1, 2, 2], [1, 1, 1, 1, 2, 2, 2]
    grid = {"a": {f"j{i}": [one, other] for i, (one, other) in enumerate(zip(jump, spin, strict=True))}}
    return contest(scheme, grid, decisions=decisions).result()


RECORDED = [
    Decision("difficulty", "a", "jump", "0.4"),
    Decision("base", "a", "jump", "4.00"),
    Decision("difficulty", "a", "spin", "0.3"),
    Decision("base", "a", "spin", "2.5"),
]


def test_an_element_is_its_grades_times_what_they_count_and_its_base_value() -> None:
    """Jump: 11 / 5 = 2.2, 0.88 + 4.00 = 4.88. Spin: 7 / 5 = 1.40, 0.42 + 2.50 = 2.92."""
    result = elements(*RECORDED)
    assert entry_scores(result) == {"a": Fraction("7.80")}
    node = result.entries["a"].working
    assert node
    assert [(part.of, part.value) for part in node.args] == [
        ("part:jump", Fraction("4.88")), ("part:spin", Fraction("2.92")),
    ]  # fmt: skip


def test_every_element_whose_difficulty_or_base_value_is_wanting_is_named() -> None:
    result = elements(RECORDED[0], RECORDED[3])
    assert [(fault.code, fault.params) for fault in result.open] == [
        ("entry.difficulty", {"entry": "a", "wanting": "spin, jump"})
    ]


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision("difficulty", "b", "jump", "1"), "decision.unknown_entry"),
        (Decision("difficulty", "a", "flip", "1"), "decision.unknown_rule"),
        (Decision("difficulty", "a", "", "1"), "decision.unknown_rule"),
        (Decision("difficulty", "a", "jump", "-1"), "decision.difficulty"),
        (Decision("base", "a", "jump", "high"), "decision.difficulty"),
    ],
)
def test_a_difficulty_that_does_not_fit_is_refused(decision: Decision, code: str) -> None:
    with pytest.raises(Refused) as refused:
        elements(decision)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_two_difficulties_of_one_element_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        elements(RECORDED[0], RECORDED[0])
    assert [fault.code for fault in refused.value.faults] == ["decision.double"]


def test_a_criterion_has_a_factor_where_the_panel_is_taken_on_it() -> None:
    """First 8, second 6 × 0.5: 11."""
    lines = [criterion("x", item("x", 10, 1)), {**criterion("y", item("y", 10, 1)), "factor": "0.5"}]
    how = {"method": "mean", "trim": {"low": 0, "high": 0}, "trim_on": "criterion"}
    scheme = rule(marked("m", *lines, panel=how, sheet={"points": "sum"}))
    assert entry_scores(contest(scheme, {"a": {"j": [7, 6], "k": [9, 6]}}).result()) == {"a": 11}


@pytest.mark.parametrize(
    ("panel", "lines", "rounding", "code"),
    [
        ({"method": "mean"}, item("x", factor=2), [], "scheme.factor_part"),
        ({"method": "mean", "difficulty": "part"}, item("x"), [], "scheme.part_difficulty"),
        ({"method": "mean"}, item("x"), [{"after": "item", "decimals": 1, "component": "m"}], "scheme.stage_part"),
        (ONE_EACH, item("x"), [{"after": "criterion", "decimals": 1, "component": "m"}], "scheme.stage_part"),
    ],
)
def test_factors_and_stages_of_parts_need_a_panel_on_them(
    panel: Table, lines: Table, rounding: list[Table], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        rule(marked("m", criterion("c", lines), panel=panel), rounding=rounding)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_factor_on_a_criterion_needs_a_panel_on_criteria() -> None:
    with pytest.raises(Refused) as refused:
        rule(marked("m", {**criterion("c", item("x")), "factor": 2}, panel=ONE_EACH))
    assert [fault.code for fault in refused.value.faults] == ["scheme.factor_part"]


def test_a_kind_of_entry_has_the_difficulties_of_its_own_items() -> None:
    how = {**ONE_EACH, "trim": {"low": 0, "high": 0}, "difficulty": "part"}
    lines = [item("x", 10, 1, kinds=["k"]), item("y", 10, 1)]
    scheme = rule(marked("m", criterion("c", *lines), panel=how, sheet={"points": "sum"}), kinds=named("k", "l"))
    given = contest(
        scheme,
        {"a": {"j": [5]}},
        entries=[Entry("a", "a", "m", "l")],
        decisions=[Decision("difficulty", "a", "y", "2")],
    )
    assert entry_scores(given.result()) == {"a": 10}
