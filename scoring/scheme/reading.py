"""From the text of a TOML file to a scheme, or to every fault in it; and the JSON Schema for editors."""

import tomllib
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scoring.faults import Fault, Refused
from scoring.scheme.whole import Scheme


def read_scheme(text: str, name: str = "scheme.toml") -> Scheme:
    """The scheme in ``text``. Raises Refused with every fault found; ``name`` is the file's name in them."""
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Refused([Fault("scheme.toml", {"file": name, "what": str(error)})]) from error
    try:
        return Scheme.model_validate(table)
    except Refused as refused:
        raise Refused([Fault(f.code, {"file": name, **f.params}) for f in refused.faults]) from refused
    except ValidationError as error:
        problems = error.errors()
        places = [problem["loc"] for problem in problems]
        raise Refused(
            _fault_of(problem, name)
            for problem in problems
            # A list whose only row is bad is not also "too short".
            if problem["type"] != "too_short" or not any(_inside(place, problem["loc"]) for place in places)
        ) from error


# pydantic's kinds of trouble, told in this project's words; what would be right is in the sentence or its params.
_CODES = {
    "extra_forbidden": "scheme.unknown_key",
    "missing": "scheme.missing_key",
    "literal_error": "scheme.choice",
    "string_pattern_mismatch": "scheme.id",
}


def _inside(place: tuple[int | str, ...], around: tuple[int | str, ...]) -> bool:
    return len(place) > len(around) and place[: len(around)] == around


def _fault_of(problem: ErrorDetails, name: str) -> Fault:
    place = [str(part + 1) if isinstance(part, int) else part for part in problem["loc"]]
    context = {key: str(value) for key, value in problem.get("ctx", {}).items() if key == "expected"}
    kind = problem["type"]
    code = kind if kind.startswith("scheme.") else _CODES.get(kind, "scheme.value")
    given = "" if isinstance(problem["input"], dict | list) else str(problem["input"])[:60]
    if code == "scheme.unknown_key":
        context = {"known": ", ".join(_keys_at(problem["loc"][:-1]))}
    elif code == "scheme.value":
        context = {"expected": problem["msg"]}
    return Fault(code, {"file": name, "key": ".".join(place), "given": given, **context})


def _keys_at(place: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at ``place`` may have, read off the JSON Schema."""
    schema = json_schema()
    node: Any = schema
    for part in place:
        node = _resolved(node, schema)
        node = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        if node is None:
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
