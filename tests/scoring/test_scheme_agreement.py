"""Where the tables of a scheme contradict each other, it is told by the key that does."""

import pytest

from tests.scoring.contests import Table, criterion, item, marked, named, tier, words
from tests.scoring.refused import VETO, none_there, of, one, told, unknown

TIE_KEYS = (
    "criterion:COMPONENT.CRITERION, item:COMPONENT.ITEM, component:COMPONENT, entry:COMPONENT.PLACE, "
    "votes:COMPONENT.GRADE, judge:JUDGE, "
    "median, head_to_head, head_to_head:restart, majority_gauge, firsts, firsts_then_seconds, untrimmed_mean, "
    "drop_recalc, lower_spread, fewer_deductions, earlier_submission, prior, decision, draw"
)


@pytest.mark.parametrize(
    ("components", "more", "expected"),
    [
        ([marked("a"), marked("a")], {}, [told("double", "components", name="a")]),
        (
            [marked("m", criterion("c", item("x")), criterion("d", item("x")))],
            {},
            [told("double", "components.m.items", name="x")],
        ),
        ([one(kinds=["k9"])], {"kinds": named("k1")}, [unknown("components.m.x.kinds", "k9", "k1", "kinds")]),
        ([one(kinds=["k9"])], {}, [none_there("components.m.x.kinds", "k9", "kinds")]),
        (
            [marked("m", marked_by=["x"])],
            {"judge_classes": named("e")},
            [unknown("components.m.marked_by", "x", "e", "judge_classes")],
        ),
        (
            [marked("m", panel={"method": "mean", "classes": [{"judge_class": "x", "weight": 1}]})],
            {"judge_classes": named("e", "p")},
            [unknown("components.m.panel.classes", "x", "e, p", "judge_classes")],
        ),
        (
            [marked("m", missing="zero")],
            {},
            [told("missing_marks", "components.m.missing")],
        ),
        (
            [marked("m", criterion("c", item("x", kinds=["k1"])))],
            {"kinds": named("k1", "k2")},
            [told("kind_without_items", "components.m", kind="k2")],
        ),
        (
            [marked("m", criterion("c", item("x", role="bonus")))],
            {},
            [told("kind_without_items", "components.m", kind="-")],
        ),
        (
            [marked("m", sheet={"incomplete": "item"})],
            {},
            [told("incomplete_item", "components.m.sheet.incomplete")],
        ),
        (
            [
                marked(
                    "m",
                    panel={"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "item"},
                    sheet={"most": 90},
                )
            ],
            {},
            [told("no_sheet_total", "components.m.panel.trim_on")],
        ),
        (
            [marked("m", unit={"method": "weighted", "weights": [{"group": "h", "weight": 1}]})],
            {"kinds": [{**named("k1")[0], "group": "h"}, *named("k2")]},
            [told("kind_without_weight", "components.m.unit.weights", kind="k2")],
        ),
        (
            [marked("m")],
            {"rounding": [{"after": "panel", "decimals": 1, "component": "x"}]},
            [unknown("rounding.1.component", "x", "m", "components")],
        ),
        (
            [marked("m")],
            {"rounding": [{"after": "panel", "decimals": 1}, {"after": "panel", "decimals": 2}]},
            [told("double", "rounding", name="panel")],
        ),
        ([marked("m")], {"vetoes": [VETO]}, [none_there("vetoes.v.tier", "9", "prizes.tiers")]),
        ([marked("m")], {"ties": ["meidan"]}, [told("unknown_tie", "ties.1", name="meidan", known=TIE_KEYS)]),
        ([marked("m")], {"ties": ["component:"]}, [told("unknown_tie", "ties.1", name="component:", known=TIE_KEYS)]),
        ([marked("m")], {"ties": ["median", "component:x"]}, [unknown("ties.2", "x", "m", "components")]),
        (
            [marked("m")],
            {"ties": ["criterion:m.x"]},
            [unknown("ties.1", "m.x", "m.all", "components.criteria")],
        ),
        ([marked("m")], {"ties": ["item:m.x"]}, [unknown("ties.1", "m.x", "m.points", "components.items")]),
        ([marked("m")], {"ties": ["entry:x.1"]}, [unknown("ties.1", "x", "m", "components")]),
        ([marked("m")], {"ties": ["entry:m.0"]}, [told("tie_entry", "ties.1", given="0")]),
        ([marked("m")], {"ties": ["entry:m"]}, [told("tie_entry", "ties.1", given="-")]),
        ([marked("m")], {"ties": ["judge:"]}, [told("unknown_tie", "ties.1", name="judge:", known=TIE_KEYS)]),
        ([marked("m")], {"ties": ["prior"]}, [told("tie_without_prior", "ties.1")]),
        ([marked("m")], {"ties": ["draw"]}, [told("tie_draw", "ties.1")]),
        (
            [marked("m")],
            {"ties": ["draw", "median"], "draw": {"public": words("p")}},
            [told("tie_draw", "ties.1")],
        ),
        ([marked("m")], {"prizes": {"boundary": "hort"}}, [told("hort_draw", "prizes.boundary")]),
        (
            [marked("m")],
            {"rounding": [{"after": "blend", "decimals": 2}]},
            [told("rank_on_needed", "total.rank_on", known="exact, blend@2")],
        ),
        (
            [marked("m")],
            {"rounding": [{"after": "blend", "decimals": 2}], "total": {"rank_on": "blend@1"}},
            [unknown("total.rank_on", "blend@1", "exact, blend@2", "rounding")],
        ),
        (
            [marked("m")],
            {"total": {"rank_on": "panel@2"}},
            [unknown("total.rank_on", "panel@2", "exact", "rounding")],
        ),
        (
            [marked("m")],
            {"prizes": {"tiers": [tier("1", 1, 10), tier("2", 2, 5)], "budget_yuan": 21}},
            [told("budget", "prizes.budget_yuan", budget="21", planned="20")],
        ),
        (
            [marked("m")],
            {"prizes": {"tiers": [tier("1", yuan=10)], "budget_yuan": 10}},
            [told("budget_open", "prizes.budget_yuan")],
        ),
        (
            [marked("m")],
            {"prizes": {"tiers": [tier("1", 1), tier("1", 1)]}},
            [told("double", "prizes.tiers", name="1")],
        ),
        (
            [marked("m")],
            {"prizes": {"tiers": [tier("1", 1, 5), tier("2", 1, 10)]}},
            [told("amounts_rise", "prizes.tiers")],
        ),
        (
            [marked("m")],
            {"prizes": {"tiers": [tier("1", 1, minimum=80), tier("2", 1, minimum=90)]}},
            [told("minima_rise", "prizes.tiers")],
        ),
        (
            [marked("m")],
            {"prizes": {"tiers": [tier("1", 1), tier("2", 1, minimum=90)]}},
            [told("minima_rise", "prizes.tiers")],
        ),
        (
            [marked("m")],
            {"divisions": named("d", "e"), "prizes": {"tiers": [tier("1", 3)], "first_of_each_division": True}},
            [told("division_quota", "prizes.tiers.1.quota", divisions=2)],
        ),
        (
            [marked("m")],
            {"prizes": {"tiers": [tier("1", 3)], "quota_by": "division"}},
            [told("division_none", "prizes.quota_by")],
        ),
        (
            [marked("m")],
            {
                "divisions": named("d"),
                "prizes": {"tiers": [tier("1", 1)], "quota_by": "division", "first_of_each_division": True},
            },
            [told("division_both", "prizes.quota_by")],
        ),
    ],
)
def test_what_no_single_table_can_see(
    components: list[Table], more: Table, expected: list[tuple[str, dict[str, str | int]]]
) -> None:
    assert of(*components, **more) == expected
