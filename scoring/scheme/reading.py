"""From the text of a TOML file to a scheme, or to every fault in it; and the JSON Schema for editors."""

import re
import tomllib
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Self

from pydantic import ValidationError, model_validator
from pydantic_core import ErrorDetails

from scoring.faults import Fault, Param, Refused
from scoring.scheme.whole import Scheme


def read_scheme(text: str, name: str = "scheme.toml") -> Scheme:
    """The scheme in ``text``. Raises Refused with every fault found; ``name`` is the file's name in them."""
    try:
        table = tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise Refused([_syntax_fault(str(error), text, name)]) from error
    except (ValueError, RecursionError) as error:
        raise Refused([Fault("scheme.unreadable", {"file": name})]) from error
    try:
        return Scheme.model_validate(table)
    except Refused as refused:
        raise Refused([_named(fault, name) for fault in refused.faults]) from refused
    except ValidationError as error:
        problems = error.errors()
        places = [problem["loc"] for problem in problems]
        raise Refused(
            _fault_of(problem, name)
            for problem in problems
            # A list whose only row is bad is not also "too short".
            if problem["type"] != "too_short" or not any(_inside(place, problem["loc"]) for place in places)
        ) from error


class _Loose(Scheme):
    """A scheme whose parts need not agree with one another."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        return self


def read_shape(text: str) -> Scheme:
    """The parts of the scheme in ``text``, whether or not they agree with one another. Raises Refused.

    For a form that somebody is half through; nothing is scored by it.
    """
    try:
        return _Loose.model_validate(tomllib.loads(text, parse_float=_decimal))
    except (ValueError, RecursionError) as error:
        raise Refused([Fault("scheme.unreadable", {"file": "scheme.toml"})]) from error


def _decimal(text: str) -> Decimal:
    """A number of the file, exact; one that is beyond all measure is none, and is told as such with its key."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _syntax_fault(message: str, text: str, name: str) -> Fault:
    """Where the text stops being TOML. tomllib says it only in its English message."""
    lines = text.rstrip().split("\n")
    found = re.search(r"\(at line (\d+), column (\d+)\)$", message)
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    where: dict[str, Param] = {"file": name, "line": line, "column": column}
    # It complains so of a key or a table that stands there already, and of nothing else.
    return Fault("scheme.toml_twice" if message.startswith("Cannot ") else "scheme.toml", where)


def _named(fault: Fault, name: str) -> Fault:
    none = fault.code == "scheme.unknown_name" and fault.params.get("known") == "-"
    return Fault("scheme.none_there" if none else fault.code, {"file": name, **fault.params})


# pydantic's kinds of trouble, told in this project's words; what would be right is in the sentence or its params.
_CODES = {
    "extra_forbidden": "scheme.unknown_key",
    "missing": "scheme.missing_key",
    "literal_error": "scheme.choice",
    "string_pattern_mismatch": "scheme.id",
    "list_type": "scheme.list",
    "tuple_type": "scheme.list",
    "dict_type": "scheme.pairs",
    "model_type": "scheme.table",
    "model_attributes_type": "scheme.table",
    "string_type": "scheme.text",
    "string_too_short": "scheme.no_text",
    "bool_type": "scheme.yes_no",
    "bool_parsing": "scheme.yes_no",
    "int_type": "scheme.whole",
    "int_parsing": "scheme.whole",
    "int_parsing_size": "scheme.whole",
    "int_from_float": "scheme.whole",
    "finite_number": "scheme.whole",
    "greater_than_equal": "scheme.at_least",
    "less_than_equal": "scheme.at_most",
    "greater_than": "scheme.above",
    "less_than": "scheme.below",
    "too_short": "scheme.too_few",
    "too_long": "scheme.too_many",
}

# What pydantic calls a bound, and the name it has in a sentence.
_BOUNDS = {"ge": "bound", "le": "bound", "gt": "bound", "lt": "bound", "min_length": "due", "max_length": "due"}

# These are about one value; every other trouble of this project is about a whole table, which is not repeated.
_OF_A_VALUE = {"scheme.number", "scheme.positive", "scheme.share", "scheme.money", "scheme.whole"}


def _inside(place: tuple[int | str, ...], around: tuple[int | str, ...]) -> bool:
    return len(place) > len(around) and place[: len(around)] == around


def _fault_of(problem: ErrorDetails, name: str) -> Fault:
    place, kind = problem["loc"], problem["type"]
    code = kind if kind.startswith("scheme.") else _CODES.get(kind, "scheme.value")
    more: dict[str, Param] = {
        _BOUNDS[key]: str(value) for key, value in problem.get("ctx", {}).items() if key in _BOUNDS
    }
    if code in ("scheme.unknown_key", "scheme.table", "scheme.pairs") and _belongs_above(place):
        code, more = "scheme.above_tables", {"name": str(place[-1])}
    elif code == "scheme.unknown_key":
        more = {"known": ", ".join(_keys_at(place[:-1]))}
    elif code == "scheme.table":
        more = {"known": ", ".join(_keys_at(place)), "head": _head(place)}
    elif code in ("scheme.list", "scheme.pairs"):
        more = {"head": _head(place)}
    elif code == "scheme.choice":
        # "'mean', 'sum' or 'median'": as they are written in the file, with the quotes that a number lacks.
        more = {"known": ", ".join(f'"{choice}"' for choice in re.findall("'([^']*)'", problem["ctx"]["expected"]))}
    given = _given(problem["input"], whole_table=kind == "missing" or code not in {*_CODES.values(), *_OF_A_VALUE})
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    return Fault(code, {"file": name, "key": key, "given": given, **more})


def _given(value: object, *, whole_table: bool) -> str:
    """What stands in the file, short."""
    if isinstance(value, dict):
        return "" if whole_table else "{ … }"
    if isinstance(value, list):
        return "[ … ]"
    return str(value).lower() if isinstance(value, bool) else str(value)[:60]


def _head(place: tuple[int | str, ...]) -> str:
    """The name that stands between the brackets of a table's heading: without the numbers of a list."""
    return ".".join(part for part in place if isinstance(part, str))


def _belongs_above(place: tuple[int | str, ...]) -> bool:
    """Whether this is a key of the whole scheme that has slipped below a heading, and so into that table."""
    return len(place) > 1 and place[-1] in Scheme.model_fields and place[-1] not in _keys_at(place[:-1])


def _keys_at(place: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at ``place`` may have, read off the JSON Schema."""
    schema = json_schema()
    node: Any = schema
    for part in place:
        node = _resolved(node, schema)
        if isinstance(part, int):
            node = node.get("items")
        else:
            node = node.get("properties", {}).get(part) or node.get("additionalProperties")
        if not isinstance(node, dict):
            return []
    return list(_resolved(node, schema).get("properties", {}))


def _resolved(node: Any, schema: Any) -> Any:  # noqa: ANN401  a JSON Schema has no narrower type
    for choice in [node, *node.get("anyOf", [])]:
        if "$ref" in choice:
            return schema["$defs"][choice["$ref"].rsplit("/", 1)[1]]
        if choice is not node and choice.get("type") == "array":
            return choice
    return node


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scheme file, by which an editor completes and checks it (``docs/scheme.schema.json``)."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scheme.model_json_schema()}
