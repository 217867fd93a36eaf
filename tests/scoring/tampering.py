"""A bundle with one digit changed, and with all its digests made anew, as a forger would."""

import json
import re
from collections.abc import Iterator
from typing import Any

from scoring.canonical import canonical, digest
from scoring.sections import HEADER, marks_of, overall
from tests.scoring.contests import Table


def leaves(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every text, number, truth and nothing in a document."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in pairs:
            yield from leaves(part, (*path, key))
    else:
        yield path


def other(value: Any) -> object:  # noqa: ANN401  JSON has no narrower type
    """Another value of the same kind: one digit changed where there is one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return "1"
    digit = re.search(r"\d", value)
    if digit is None:
        return f"{value}x"
    return f"{value[: digit.start()]}{(int(digit[0]) + 1) % 10}{value[digit.end() :]}"


def changed(content: bytes, path: tuple[Any, ...]) -> Table:
    document: Table = json.loads(content)
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = other(holder[path[-1]])
    return document


def sealed_again(document: Table) -> bytes:
    """The document with all its digests made anew, as a forger would."""
    sections = document["sections"]
    document["rows"] = {name: marks_of(section) for name, section in sections.items()}
    document["digests"] = {name: digest(section) for name, section in sections.items()}
    document["digest"] = overall({key: document[key] for key in HEADER}, document["digests"])
    return canonical(document)
