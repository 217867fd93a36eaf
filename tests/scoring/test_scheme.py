"""The scheme file: what is wrong is told with its key, what stands there and what would be right; floats stay exact."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from app.i18n import languages
from scoring.faults import Fault, Refused
from scoring.scheme import Scheme, changed, json_schema, read_scheme, totals_only
from scoring.scheme.reading import _fault_of
from tests.scoring.contests import (
    Table,
    column,
    contest,
    criterion,
    item,
    known,
    marked,
    named,
    rule,
    scores,
    table,
    text_of,
    tier,
    words,
)


def faults(text: str) -> list[tuple[str, dict[str, str | int]]]:
    """The faults of a scheme, each with its file taken for granted."""
    with pytest.raises(Refused) as refused:
        read_scheme(text, "my.toml")
    found = []
    for fault in refused.value.faults:
        assert (fault.params["file"], fault.record) == ("my.toml", None)
        found.append((fault.code, {key: value for key, value in fault.params.items() if key != "file"}))
    return found


def of(*components: Table, **more: object) -> list[tuple[str, dict[str, str | int]]]:
    return faults(text_of(table(*components, **more)))


def one(**changes: object) -> Table:
    """A marked component whose only item, beside a sound one, is changed."""
    return marked("m", criterion("c", item("sound"), {**item("x"), **changes}))


def test_a_float_of_the_file_is_the_number_that_is_written() -> None:
    scheme = rule(marked(weight=Decimal("0.1"), full=Decimal("12.50")), known(weight="2/3", z_mean=Decimal("-0.3")))
    found = [(part.weight, part.full, part.z_mean) for part in scheme.components]
    assert found == [(Fraction(1, 10), Fraction(25, 2), 50), (Fraction(2, 3), 100, Fraction(-3, 10))]


def test_money_is_whole_fen() -> None:
    scheme = rule(
        prizes={"tiers": [tier("1", 3, Decimal("0.29")), tier("2", 1, "0.1")], "budget_yuan": Decimal("0.97")}
    )
    assert ([one.yuan for one in scheme.prizes.tiers], scheme.prizes.budget_yuan) == ([29, 10], 97)


def test_text_that_is_no_toml_is_told_with_its_line() -> None:
    ((code, params),) = faults('format = "scheme/1"\nid = \n')
    assert (code, params) == ("scheme.toml", {"line": 2, "column": 6})


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('id = "a"\nid = "b"\n', "toml_twice", 2),
        ("[total]\n[prizes]\n[total]\n", "toml_twice", 3),
        ("ties = [\n", "toml", 1),
        ("id = “a”\n", "toml", 1),
        ('id = "a"\nname = word\n', "toml", 2),
    ],
)
def test_a_slip_of_toml_is_told_with_its_place(text: str, code: str, line: int) -> None:
    ((found, params),) = faults(text)
    assert (found, params["line"]) == (f"scheme.{code}", line)


@pytest.mark.parametrize("text", ["id = " + "9" * 5000, "ties = " + "[" * 100_000])
def test_what_is_too_long_or_too_deep_is_a_fault_and_no_accident(text: str) -> None:
    assert [code for code, _ in faults(text)] == ["scheme.unreadable"]


def test_an_unknown_key_is_told_with_the_keys_there_are() -> None:
    ((code, params),) = of(marked("m", panel={"method": "mean", "wieght": 3}))
    known_keys = (
        "method, by, counts, trim, trim_on, tolerance, pseudo_wins, factor, difficulty, base, bands, quota_within, "
        "distinct, minimum_share, minimum, least, most, multiples, classes, empty_class"
    )
    assert (code, params) == (
        "scheme.unknown_key",
        {"key": "components.1.panel.wieght", "given": "3", "known": known_keys},
    )


def test_an_unknown_key_at_the_top_is_told_with_the_keys_there_are() -> None:
    ((code, params),) = of(tiebreak=["median"])
    assert (code, params["key"]) == ("scheme.unknown_key", "tiebreak")
    assert {"ties", "components", "prizes"} <= set(str(params["known"]).split(", "))


def test_a_missing_key_is_told_by_its_place() -> None:
    whole = table()
    del whole["name"]["en"]
    assert faults(text_of(whole)) == [("scheme.missing_key", {"key": "name.en", "given": ""})]


@pytest.mark.parametrize(
    ("component", "code", "params"),
    [
        (
            marked(panel={"method": "average"}),
            "choice",
            {
                "key": "components.1.panel.method",
                "given": "average",
                "known": '"mean", "sum", "median", "winsor", "copeland", "skating", "bradley_terry"',
            },
        ),
        (marked("a b"), "id", {"key": "components.1.id", "given": "a b"}),
        (marked(weight=0), "positive", {"key": "components.1.weight", "given": "0"}),
        (marked(weight="much"), "number", {"key": "components.1.weight", "given": "much"}),
        (marked(weight=True), "number", {"key": "components.1.weight", "given": "true"}),
        (marked(weight="1e3"), "number", {"key": "components.1.weight", "given": "1e3"}),
        (one(floor=100), "floor", {"key": "components.1.criteria.1.items.2", "given": ""}),
        (one(floor=-1), "floor", {"key": "components.1.criteria.1.items.2", "given": ""}),
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


def unknown(key: str, name: str, known_: str, where: str) -> tuple[str, dict[str, str | int]]:
    return ("scheme.unknown_name", {"key": key, "name": name, "known": known_, "where": where})


def none_there(key: str, name: str, where: str) -> tuple[str, dict[str, str | int]]:
    return ("scheme.none_there", {"key": key, "name": name, "known": "-", "where": where})


def told(code: str, key: str, **params: str | int) -> tuple[str, dict[str, str | int]]:
    return (f"scheme.{code}", {"key": key, **params})


VETO = {"id": "v", "name": words("v"), "subject": "unit", "effect": "cap_tier", "tier": "9"}
TIE_KEYS = (
    "criterion:COMPONENT.CRITERION, item:COMPONENT.ITEM, component:COMPONENT, judge:JUDGE, median, head_to_head, "
    "head_to_head:restart, majority_gauge, firsts, firsts_then_seconds, untrimmed_mean, drop_recalc, lower_spread, "
    "fewer_deductions, earlier_submission, prior, decision, draw"
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


# One value of every wrong sort; what each key takes is read off the JSON Schema, so that no key is left out.
WRONG: tuple[object, ...] = (
    True,
    -7,
    10**6,
    Decimal("1.5"),
    Decimal("inf"),
    "words",
    "",
    [],
    [1],
    ["a", "b", "c"],
    {},
    {"zh": 1},
)
# pydantic's and tomllib's own words.
THEIRS = ("Input", "should", "valid", "integer", "tuple", "dictionary", "instance", "string", "parse", " or ",
          "boolean", "Invalid", "Expected", "Cannot", "at least", "scheme.", "{key}", "{bound}", "{due}", "{known}",
)  # fmt: skip


def every_key(node: dict[str, Any], depth: int = 0) -> Iterator[tuple[str | int, ...]]:
    """The way to every key of the schema."""
    node = next((n for n in node.get("anyOf", [node]) if "$ref" in n or n.get("type") in ("object", "array")), node)
    if "$ref" in node:
        node = json_schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]
    for key, below in node.get("properties", {}).items() if depth < 12 else ():
        yield (key,)
        yield from ((key, *way) for way in every_key(below, depth + 1))
    for key, below in ((0, node.get("items")), ("x", node.get("additionalProperties"))):
        if isinstance(below, dict):
            yield (key,)
            yield from ((key, *way) for way in every_key(below, depth + 1))


def with_value(way: tuple[str | int, ...], value: object) -> object:
    for part in reversed(way):
        value = [value] if isinstance(part, int) else {part: value}
    return value


def test_no_words_of_the_libraries_are_left_in_a_sentence() -> None:
    chinese, codes, keys = languages()["zh"], set(), 0
    for way in every_key(json_schema()):
        keys += 1
        for wrong in WRONG:
            with pytest.raises(ValidationError) as error:
                Scheme.model_validate(with_value(way, wrong))
            for fault in (_fault_of(problem, "my.toml") for problem in error.value.errors()):
                codes.add(fault.code)
                shown = {"given": "", "known": "", "key": "", "head": "", "name": ""}
                sentence = chinese.sentence(Fault(fault.code, {**fault.params, **shown}))
                assert [word for word in THEIRS if word in sentence] == [], (way, wrong, sentence)
                assert "input" not in str(fault.params.get("known", "")).lower()
    assert keys > 150
    assert "scheme.value" not in codes
    assert codes >= {f"scheme.{name}" for name in (
        "table", "pairs", "list", "text", "no_text", "whole", "yes_no", "number", "choice", "id", "at_least", "at_most",
        "too_few", "too_many", "missing_key", "unknown_key",
    )}  # fmt: skip


@pytest.mark.parametrize(
    "wrong", ["id = ", 'id = "a"\nid = "b"', "[a]\n[a]", "ties = [1", 'id = "\\q"', "id = 1979-99-99"]
)
def test_no_words_of_tomllib_are_left_in_a_sentence(wrong: str) -> None:
    ((code, params),) = faults(wrong)
    sentence = languages()["zh"].sentence(Fault(code, params))
    assert [word for word in THEIRS if word in sentence] == []


def test_a_yes_is_no_whole_number() -> None:
    ((code, params),) = of(marked("m"), prizes={"tiers": [{**tier("1"), "quota": True}]})
    assert (code, params) == ("scheme.whole", {"key": "prizes.tiers.1.quota", "given": "true"})


def test_a_key_of_the_whole_below_a_heading_is_told_where_it_belongs() -> None:
    ((code, params),) = of(marked("m"), total={"ties": ["median"]})
    assert (code, params) == ("scheme.above_tables", {"key": "total.ties", "given": "[ … ]", "name": "ties"})


def test_several_faults_are_told_at_once() -> None:
    found = of(marked("m", panel={"method": "mode"}, weight=-1), prizes={"tiers": [tier("1", -1)]}, contest="trip")
    assert sorted(params["key"] for _, params in found) == [
        "components.1.panel.method",
        "components.1.weight",
        "contest",
        "prizes.tiers.1.quota",
    ]
    late = of(marked("m", marked_by=["x"]), ties=["prior", "meidan"], prizes={"boundary": "hort"})
    assert [code for code, _ in late] == [
        "scheme.none_there",
        "scheme.tie_without_prior",
        "scheme.unknown_tie",
        "scheme.hort_draw",
    ]


def test_a_fault_in_the_only_item_of_a_list_is_one_fault() -> None:
    assert [code for code, _ in of(marked("m", criterion("c", {**item("x"), "step": Decimal("0.3")})))] == [
        "scheme.grid"
    ]


@pytest.mark.parametrize("number", ["inf", "-inf", "nan", "1e999999999", "1e99999999999999999999"])
def test_a_number_that_is_none_is_a_fault_and_no_accident(number: str) -> None:
    text = text_of(table(marked("m"))).replace('"weight" = 1,', f'"weight" = {number},')
    assert [code for code, _ in faults(text)] == ["scheme.number"]


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


def test_a_fault_carries_code_and_particulars_and_a_refusal_all_of_them() -> None:
    refused = Refused([Fault("a.b", {"x": 1}), Fault("c.d", record=("sheets", 2))])
    assert refused.faults == (Fault("a.b", {"x": 1}), Fault("c.d", {}, ("sheets", 2)))
    assert str(refused) == "a.b {'x': 1}; c.d {}"
