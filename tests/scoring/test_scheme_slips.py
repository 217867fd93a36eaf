"""A slip in the file is told with its key, what stands there and what would be right, in no library's words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from app.i18n import languages
from scoring.faults import Fault, Refused
from scoring.scheme import Scheme, json_schema
from scoring.scheme.reading import _fault_of
from tests.scoring.contests import criterion, item, marked, table, text_of, tier
from tests.scoring.refused import faults, of


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
        "method, of, by, counts, trim, trim_on, tolerance, pseudo_wins, factor, difficulty, base, bands, quota_within, "
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


def test_a_fault_carries_code_and_particulars_and_a_refusal_all_of_them() -> None:
    refused = Refused([Fault("a.b", {"x": 1}), Fault("c.d", record=("sheets", 2))])
    assert refused.faults == (Fault("a.b", {"x": 1}), Fault("c.d", {}, ("sheets", 2)))
    assert str(refused) == "a.b {'x': 1}; c.d {}"
