"""A bundle read: canonical JSON of the right shape, with the digests it states; anything else is a fault.

Source of the format: docs/bundle.md. A section's *rows* are its records, or its keys in their order; each has a short
mark, so that a changed record is named and not only noticed.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from scoring.canonical import canonical, digest
from scoring.faults import Fault, Refused
from scoring.sections import FORMAT, HEADER, MARK, overall, rows_of
from scoring.verify.numbers import Table

MOST_BYTES = 256 * 2**20
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+|/[1-9]\d*)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST = 4000  # digits of an exact number; a severity of a large field has some hundred

Check = Callable[[Any], bool]


def _text(value: object) -> bool:
    return isinstance(value, str)


def _whole(value: object) -> bool:
    return type(value) is int


def _yes_no(value: object) -> bool:
    return isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and bool(_NUMBER.fullmatch(value))


def is_digest(value: object) -> bool:
    """Whether ``value`` is written as a SHA-256 is: 64 small hex digits."""
    return isinstance(value, str) and bool(_DIGEST.fullmatch(value))


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _list(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _named(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def _table(**keys: Check) -> Check:
    """A table with these keys; a later version of the engine may add others, which are not read."""
    return lambda value: isinstance(value, dict) and all(key in value and keys[key](value[key]) for key in keys)


def _columns(value: object) -> bool:
    shape = _table(judge=_list(_text), entry=_list(_text), ticks=_list(_list(_maybe(_whole))))
    return shape(value) and len({len(column) for column in value.values()}) == 1  # type: ignore[attr-defined]


def _node(value: object, depth: int = 0) -> bool:
    """A node of a working, or a number that is worked out elsewhere (``see``)."""
    if depth > _DEEPEST or not isinstance(value, dict) or not _number(value.get("value")):
        return False
    if "see" in value:
        return _text(value["see"])
    kept = (value.get(key, 0) for key in ("low", "high"))
    words = (value.get(key, "") for key in ("op", "ref", "of", "mode"))
    args = value.get("args", [])
    right = "op" in value and all(map(_whole, kept)) and all(map(_text, words)) and isinstance(args, list)
    return right and all(_node(arg, depth + 1) for arg in args)


_DEEPEST = 60
_FAULTS = _list(_table(code=_text, params=_named(lambda value: _text(value) or _whole(value))))
SECTIONS: Mapping[str, Check] = {
    "scheme": lambda value: (
        _table(components=_list(_table(id=_text)))(value) and _list(_table(id=_text))(value.get("rounds", []))
    ),
    "units": _list(_table(id=_text, division=_text)),
    "entries": _list(
        _table(id=_text, unit=_text, component=_text, kind=_text, day=_text, group=_text, submitted=_text)
    ),
    "judges": _list(
        _table(id=_text, judge_class=_text, unit=_text, bloc=_text, divisions=_list(_text), components=_list(_text))
    ),
    "recusals": _list(_table(judge=_text, unit=_text, entry=_text)),
    "absences": _list(_table(judge=_text, entry=_text, day=_text)),
    "sheets": _columns,
    "priors": _list(_table(unit=_text, component=_text, value=_maybe(_number))),
    "decisions": _list(_table(kind=_text, subject=_text, rule=_text, value=_text)),
    "scores": _list(
        _table(
            entry=_text,
            score=_maybe(_number),
            counted=_list(_text),
            recused=_list(_text),
            absent=_list(_text),
            void=_list(_text),
            missing=_list(_text),
            incomplete=_list(_text),
            provisional=_yes_no,
            excluded=_text,
        )
    ),
    "severities": _list(_table(component=_text, judge=_text, value=_number)),
    "ranking": _list(
        _table(
            unit=_text,
            components=_named(_maybe(_number)),
            score=_maybe(_number),
            rank_value=_maybe(_number),
            shown=_text,
            place=_maybe(_whole),
            place_shown=_text,
            sharing=_whole,
            tiers=_maybe(_list(_text)),
            fen=_maybe(_whole),
            provisional=_yes_no,
            excluded=_text,
            vetoes=_list(_text),
            round=_text,
            status=_maybe(_text),
            withdrew=_text,
            comparisons=_list(_table(key=_text, values=_maybe(_named(_number)))),
        )
    ),
    "money": _table(planned=_whole, paid=_whole, vacant=_whole, overrun=_whole),
    "open": _FAULTS,
    "notes": _FAULTS,
    "workings": _named(_node),
    "draw": _named(_text),
}
OPTIONAL: Mapping[str, Check] = {
    "leaves": _table(root=is_digest, size=_whole),
    "standings": _list(
        _table(
            round=_text,
            unit=_text,
            status=_text,
            score=_maybe(_number),
            rank_value=_maybe(_number),
            place=_maybe(_whole),
            sharing=_whole,
            pool=_text,
            reserve=_whole,
            replaced_by=_text,
            replaces=_text,
            admitted=_yes_no,
        )
    ),
    "carried": _list(
        _table(
            appraisal=_text,
            unit=_text,
            exact=_maybe(_number),
            rounded=_maybe(_number),
            value=_maybe(_number),
        )
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a bundle first departs from what it should say: ``row`` counts from 1, 0 is the section as a whole.

    ``name`` is what the row is about, ``field`` what of it; ``stated`` stands there, ``found`` should.
    """

    section: str
    row: int
    name: str
    field: str
    stated: str
    found: str


@dataclass(frozen=True, slots=True)
class Document:
    """A bundle's header, its sections, and what it states about them."""

    header: Table
    sections: Table
    rows: Table
    digests: Table
    digest: str


def read_document(content: bytes) -> Document:
    """The bundle in ``content``. Raises Refused: too large, not JSON, not canonical, or of another shape."""
    if len(content) > MOST_BYTES:
        raise Refused([Fault("bundle.too_large", {"bytes": len(content), "most": MOST_BYTES})])
    try:
        value = json.loads(content, parse_float=_no_float, parse_constant=_no_float)
        same = canonical(value) == content
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused([Fault("bundle.unreadable")]) from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Refused([Fault("bundle.format", {"due": FORMAT})])
    if not same:
        raise Refused([Fault("bundle.not_canonical")])
    return _shaped(value)


def _no_float(text: str) -> object:
    raise ValueError(text)


def _shaped(value: Table) -> Document:
    sections = value.get("sections")
    known = {**SECTIONS, **OPTIONAL}
    if not isinstance(sections, dict) or not SECTIONS.keys() <= sections.keys() <= known.keys():
        raise Refused([Fault("bundle.sections", {"due": ", ".join(SECTIONS)})])
    wrong = next((name for name in sections if not known[name](sections[name])), "")
    if wrong:
        raise Refused([Fault("bundle.section", {"section": wrong})])
    asking = {"standings": "rounds", "carried": "carry_out"}
    due = [name for name, key in asking.items() if sections["scheme"].get(key) and name not in sections]
    if due:
        raise Refused([Fault("bundle.sections", {"due": ", ".join([*SECTIONS, *due])})])
    stated = value.get("rows"), value.get("digests")
    right = (
        value.keys() == {*HEADER, "sections", "rows", "digests", "digest"}
        and all(_text(value[key]) for key in HEADER)
        and value["judges"] in ("named", "pseudonymous")
        and (value["previous"] == "" or is_digest(value["previous"]))
        and is_digest(value["digest"])
        and all(isinstance(table, dict) and table.keys() == sections.keys() for table in stated)
        and all(map(is_digest, value["digests"].values()))
        and all(map(_list(_text), value["rows"].values()))
    )
    if not right:
        raise Refused([Fault("bundle.header")])
    header = {key: value[key] for key in HEADER}
    _names(sections)
    return Document(header, sections, value["rows"], value["digests"], value["digest"])


def _names(sections: Table) -> None:
    """Every name that a record points to stands in its list, and none twice."""
    lists = {name: [row["id"] for row in sections[name]] for name in ("units", "entries", "judges")}
    parts = [part["id"] for part in sections["scheme"]["components"]]
    rounds = [one["id"] for one in sections["scheme"].get("rounds", [])]
    sheets = sections["sheets"]
    pointed = [
        (lists["units"], [row["unit"] for row in sections["entries"]]),
        (parts, [row["component"] for row in sections["entries"]]),
        (lists["judges"], sheets["judge"]),
        (lists["entries"], sheets["entry"]),
        (lists["entries"], [row["entry"] for row in sections["scores"]]),
        (lists["units"], [row["unit"] for row in sections["ranking"]]),
        (lists["units"], [row["unit"] for row in sections.get("standings", [])]),
        (lists["units"], [row["unit"] for row in sections.get("carried", [])]),
        (rounds, [row["round"] for row in sections.get("standings", [])]),
    ]
    for known, names in pointed:
        for name in set(names) - set(known):
            raise Refused([Fault("bundle.unknown_name", {"name": name})])
    pairs = [f"{judge}/{entry}" for judge, entry in zip(sheets["judge"], sheets["entry"], strict=True)]
    for names in (*lists.values(), parts, pairs):
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise Refused([Fault("bundle.double", {"name": twice})])


def digest_differences(document: Document) -> Iterator[Difference]:
    """Rows, sections and the whole, against what the bundle says their digests are."""
    for name, section in document.sections.items():
        found = digest(section)
        rows = [(about, digest(row)[:MARK]) for about, row in rows_of(section)]
        pairs = zip_longest(rows, document.rows[name])
        for number, (row, stated) in enumerate(pairs, 1):
            about, mark = row or ("", "")
            if mark != stated:
                yield Difference(name, number, about, "digest", stated or "", mark)
        if found != document.digests[name]:
            yield Difference(name, 0, "", "digest", document.digests[name], found)
    found = overall(document.header, document.digests)
    if found != document.digest:
        yield Difference("digest", 0, "", "digest", document.digest, found)
