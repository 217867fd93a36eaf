"""What is wrong in one table of a scheme, a component or one beside them, is told by its key."""

from decimal import Decimal

import pytest

from tests.scoring.contests import Table, known, marked, rule, tier, words
from tests.scoring.refused import VETO, of, one, told


@pytest.mark.parametrize(
    ("component", "code", "params"),
    [
        (
            marked(panel={"method": "average"}),
            "choice",
            {
                "key": "components.1.panel.method",
                "given": "average",
                "known": '"mean", "sum", "median", "winsor", "copeland", "skating", "bradley_terry", "vote"',
            },
        ),
        (marked("a b"), "id", {"key": "components.1.id", "given": "a b"}),
        (marked(weight=0), "positive", {"key": "components.1.weight", "given": "0"}),
        (marked(weight="much"), "number", {"key": "components.1.weight", "given": "much"}),
        (marked(weight=True), "number", {"key": "components.1.weight", "given": "true"}),
        (marked(weight="1e3"), "number", {"key": "components.1.weight", "given": "1e3"}),
        (one(floor=100), "floor", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(floor=-1, role="deduct"), "floor_role", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(floor=-1, role="bonus"), "floor_role", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(floor=-(10**9), step=Decimal("0.5")), "too_fine", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(full=2, step=1, values=[0, 1]), "values", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(full=2, step=1, values=[0, 2, 1]), "values", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (
            one(full=2, step=1, values=[-2, -1, 0]),
            "values_full",
            {"key": "components.1.criteria.1.items.2", "given": ""},
        ),
        (one(step=Decimal("0.3")), "grid", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(floor=Decimal("0.005")), "grid", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(full=10**9), "too_fine", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(usual=[50, 101]), "usual", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(usual=[60, 50]), "usual", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (
            marked(panel={"method": "mean", "trim": {"low": 1}, "trim_on": "item"}),
            "trim",
            {"key": "components.1.panel.trim", "given": ""},
        ),
        (
            marked(panel={"method": "mean", "trim": {"low": 1, "high": 1, "share": "0.1"}, "trim_on": "item"}),
            "trim",
            {"key": "components.1.panel.trim", "given": ""},
        ),
        (
            marked(panel={"method": "mean", "trim": {"share": "0.5"}, "trim_on": "item"}),
            "trim_share",
            {"key": "components.1.panel.trim", "given": ""},
        ),
        (
            marked(
                panel={
                    "method": "mean",
                    "trim_on": "item",
                    "trim": {"table": [{"judges": 5, "low": 1, "high": 1}, {"judges": 5, "low": 2, "high": 2}]},
                }
            ),
            "trim_table",
            {"key": "components.1.panel.trim", "given": ""},
        ),
        (
            marked(panel={"method": "mean", "trim": {"low": 1, "high": 1}}),
            "trim_on",
            {"key": "components.1.panel", "given": ""},
        ),
        (marked(panel={"method": "mean", "trim_on": "item"}), "trim_on", {"key": "components.1.panel", "given": ""}),
        (
            marked(panel={"method": "median", "trim": {"low": 1, "high": 1}, "trim_on": "item"}),
            "trim_median",
            {"key": "components.1.panel", "given": ""},
        ),
        (marked(panel={"method": "winsor"}), "winsor_trim", {"key": "components.1.panel", "given": ""}),
        (
            marked(panel={"method": "mean", "tolerance": 1}),
            "tolerance_trim",
            {"key": "components.1.panel", "given": ""},
        ),
        (
            marked(panel={"method": "mean", "by": "bloc", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}),
            "trim_bloc",
            {"key": "components.1.panel", "given": ""},
        ),
        (
            marked(
                panel={"method": "mean", "counts": "less_severity", "trim": {"low": 1, "high": 1}, "trim_on": "item"}
            ),
            "counts_total",
            {"key": "components.1.panel", "given": ""},
        ),
        (
            marked(panel={"method": "copeland", "counts": "order"}),
            "copeland_alone",
            {"key": "components.1.panel", "given": ""},
        ),
        (marked(unit={"method": "weighted"}), "unit_rule", {"key": "components.1.unit", "given": ""}),
        ({**known(), "source": "marks"}, "marks_need", {"key": "components.1", "given": ""}),
        (marked(source="prior"), "prior_has", {"key": "components.1", "given": ""}),
        (known(scale="rank"), "scale_needs", {"key": "components.1", "given": ""}),
        (known(bands=[{"least": 1, "points": 1}]), "scale_needs", {"key": "components.1", "given": ""}),
    ],
)
def test_what_is_wrong_in_a_component(component: Table, code: str, params: dict[str, str]) -> None:
    assert of(component) == [(f"scheme.{code}", params)]


def test_a_trim_must_say_where_it_is_taken() -> None:
    for on in ("sheet_total", "criterion", "item"):
        rule(marked(panel={"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": on}))


@pytest.mark.parametrize(
    ("key", "part", "fault"),
    [
        ("prizes", {"tiers": [{**tier("1", 1), "share": "0.5"}]}, told("tier_size", "prizes.tiers.1", given="")),
        ("prizes", {"tiers": [tier("1", 1, "0.005")]}, told("money", "prizes.tiers.1.yuan", given="0.005")),
        ("prizes", {"tiers": [tier("1", 1, -5)]}, told("money", "prizes.tiers.1.yuan", given="-5")),
        ("vetoes", [{**VETO, "effect": "exclude"}], told("veto_tier", "vetoes.1", given="")),
        (
            "vetoes",
            [{"id": "v", "name": words("v"), "subject": "entry", "effect": "no_money"}],
            told("veto_entry", "vetoes.1", given=""),
        ),
        (
            "adjustments",
            [{"id": "a", "name": words("a"), "kind": "bonus", "subject": "unit", "measure": "cases"}],
            told("adjustment_points", "adjustments.1", given=""),
        ),
        (
            "adjustments",
            [{"id": "a", "name": words("a"), "kind": "bonus", "subject": "unit", "measure": "seconds", "points": 1}],
            told("adjustment_seconds", "adjustments.1", given=""),
        ),
    ],
)
def test_what_is_wrong_in_a_table_beside_the_components(
    key: str, part: object, fault: tuple[str, dict[str, str | int]]
) -> None:
    assert of(**{key: part}) == [fault]
