"""The whole of it for a contest: what is in the record, and what each check says where it cannot say anything."""

import random

import pytest

from scoring.faults import Refused
from scoring.inform.agreement import CHECKS, Agreement, agreement
from scoring.roster import Absence, Judge
from tests.scoring.contests import Grid, contest, criterion, item, marked, rule
from tests.scoring.inform.test_variance import SHROUT_FLEISS
from tests.tours import shipped, tour

TEXTBOOK: Grid = {f"e{i}": {f"j{j}": mark for j, mark in enumerate(row)} for i, row in enumerate(SHROUT_FLEISS)}


def of(grid: Grid, **more: object) -> Agreement:
    case = contest(rule(marked()), grid, **more)  # type: ignore[arg-type]  # as contest takes them
    [found] = agreement(case.scheme, case.roster, case.sheets, case.decisions)
    return found


def test_the_textbook_as_a_contest() -> None:
    found = of(TEXTBOOK)
    assert (found.component, found.entries, found.judges, found.sheets, found.panel_size) == ("marks", 6, 4, 24, 4)
    assert (found.groups, found.kind, found.needed) == ((("j0", "j1", "j2", "j3"),), "relative", {0.8: 2, 0.9: 4})
    assert found.parts
    assert found.parts.entry == pytest.approx(2.555556, abs=1e-6)
    assert found.intraclass
    assert found.intraclass.mean_absolute == pytest.approx(0.620051, abs=1e-6)
    assert found.concordance.w == pytest.approx(0.887037, abs=1e-6)
    assert (found.concordance.entries, found.concordance.judges) == (6, 4)
    assert found.alpha is not None
    assert found.alpha < found.intraclass.one_relative
    # Judge means 46/6, 15/6, 26/6, 40/6 about their mean 127/24.
    expected = {"j0": 2.375, "j1": -2.791667, "j2": -0.958333, "j3": 1.375}
    assert found.severity == pytest.approx(expected, abs=1e-6)
    assert tuple(found.checks) == CHECKS
    assert found.flags == ()


def test_with_a_hole_the_absolute_coefficient_counts() -> None:
    grid = {entry: dict(row) for entry, row in TEXTBOOK.items()}
    del grid["e5"]["j3"]
    found = of(grid, judges=[Judge(f"j{j}") for j in range(4)], absences=[Absence("j3", "e5")])
    assert found.kind == "absolute"
    assert (found.needed[0.8] or 0) > 2
    assert (found.concordance.entries, found.concordance.judges) == (5, 4)


def test_what_cannot_be_said_is_said_of_every_check() -> None:
    kinds = {check: [f.kind for f in found] for check, found in of(TEXTBOOK).checks.items()}
    assert kinds == {
        "outlier": [],
        "halo": ["untested.halo_parts"],
        "narrow": [],
        "consensus": [],
        "copy": ["untested.copy"],
        "home": ["untested.home_nobody"],
        "rival": ["untested.rival_list"],
        "drift": ["untested.drift_route"],
        "rasch": ["untested.rasch_scale"],
    }


def test_two_judges_who_meet_once_have_no_coefficients() -> None:
    found = of(
        {"a": {"1": 80}, "b": {"1": 70, "2": 75}, "c": {"2": 60}},
        absences=[Absence("2", "a"), Absence("1", "c")],
    )
    assert (found.parts, found.intraclass, found.needed, found.concordance.w) == (None, None, {}, None)
    assert {f.kind for check in CHECKS if check not in ("halo", "rasch") for f in found.checks[check]} == {
        "untested.few"
    }


def test_two_panels_are_two_groups() -> None:
    grid = {e: {j: 80 + i + k for k, j in enumerate("12" if e in "ab" else "34")} for i, e in enumerate("abcd")}
    away = [Absence(j, e) for e in "abcd" for j in "1234" if j not in grid[e]]
    assert of(grid, absences=away).groups == (("1", "2"), ("3", "4"))


def test_a_tour_is_looked_at_component_by_component() -> None:
    scheme = shipped("shiyan-2022-tour")
    roster, sheets, _ = tour(scheme)
    routes = {judge.id: [entry.id for entry in roster.entries] for judge in roster.judges}
    rivals = {"C01": ["C02"], "C02": ["C01"]}
    onsite, pitch = agreement(scheme, roster, sheets, rivals=rivals, routes=routes)
    assert (onsite.component, onsite.entries, onsite.judges) == ("onsite", 40, 52)
    assert (pitch.component, pitch.entries, pitch.judges) == ("pitch", 10, 52)
    assert onsite.checks["home"][0].kind == "untested.home_recused"
    assert onsite.checks["rival"][0].kind == "told.rival"
    assert onsite.checks["drift"][0].kind == "untested.drift_one_route"
    assert onsite.checks["halo"] == ()


def test_short_scales_have_their_rasch_measures() -> None:
    """Judge k gives one more than the others; his severity in logits is below theirs, and the scale has four steps."""
    parts = [criterion(f"c{n}", item(f"i{n}", full=4, step=1)) for n in range(4)]
    draw = random.Random(5)
    grid: dict[str, dict[str, list[int]]] = {}
    for i in range(12):
        level = draw.choice((1, 2, 2, 3))
        rows = {j: [min(max(level + draw.choice((-1, 0, 0, 1)), 0), 3) for _ in range(4)] for j in "abc"}
        grid[f"e{i}"] = {**rows, "k": [mark + 1 for mark in rows["a"]]}
    case = contest(rule(marked("marks", *parts)), grid)
    [found] = agreement(case.scheme, case.roster, case.sheets)
    assert min(found.logits, key=lambda judge: found.logits[judge]) == "k"
    assert max(found.severity, key=lambda judge: found.severity[judge]) == "k"
    assert len(found.steps) == 4
    assert sum(found.logits.values()) == pytest.approx(0)


def test_a_component_without_sheets_is_left_out() -> None:
    case = contest(rule(marked("a"), marked("b")), {"x": {"j": 80, "k": 90}})
    assert [one.component for one in agreement(case.scheme, case.roster, case.sheets)] == ["a"]


def test_input_that_contradicts_itself_is_refused() -> None:
    case = contest(rule(marked()), {"a": {"1": 80}})
    with pytest.raises(Refused):
        agreement(case.scheme, case.roster, [*case.sheets, *case.sheets])
