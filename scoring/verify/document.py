"""A bundle read: canonical JSON of the right shape, with the digests it states; anything else is a fault.

Source of the format: docs/bundle.md. A section's *rows* are its records, or its keys in their order; each has a short
mark, so that a changed record is named and not only noticed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from scoring.canonical import canonical
from scoring.faults import Fault, Refused
from scoring.sections import FORMAT, HEADER, MARK, digest_of, overall, rows_of
from scoring.verify.numbers import Table
from scoring.verify.shape import Check, is_digest, list_of, maybe, named, number, table, text, whole, yes_no

MOST_BYTES = 256 * 2**20


def _columns(value: object) -> bool:
    shape = table(judge=list_of(text), entry=list_of(text), ticks=list_of(list_of(maybe(whole))))
    return shape(value) and len({len(column) for column in value.values()}) == 1  # type: ignore[attr-defined]


def _node(value: object, depth: int = 0) -> bool:
    """A node of a working, or a number that is worked out elsewhere (``see``)."""
    if depth > _DEEPEST or not isinstance(value, dict) or not number(value.get("value")):
        return False
    if "see" in value:
        return text(value["see"])
    kept = (value.get(key, 0) for key in ("low", "high"))
    words = (value.get(key, "") for key in ("op", "ref", "of", "mode"))
    args = value.get("args", [])
    right = "op" in value and all(map(whole, kept)) and all(map(text, words)) and isinstance(args, list)
    return right and all(_node(arg, depth + 1) for arg in args)


_DEEPEST = 60
_FAULTS = list_of(table(code=text, params=named(lambda value: text(value) or whole(value))))
SECTIONS: Mapping[str, Check] = {
    "scheme": lambda value: (
        table(components=list_of(table(id=text)))(value) and list_of(table(id=text))(value.get("rounds", []))
    ),
    "units": list_of(table(id=text, division=text)),
    "entries": list_of(
        lambda value: (
            table(id=text, unit=text, component=text, kind=text, day=text, group=text, submitted=text)(value)
            and maybe(list_of(text))(value.get("judges"))
        )
    ),
    "judges": list_of(
        table(id=text, judge_class=text, unit=text, bloc=text, divisions=list_of(text), components=list_of(text))
    ),
    "recusals": list_of(table(judge=text, unit=text, entry=text)),
    "absences": list_of(table(judge=text, entry=text, day=text)),
    "sheets": _columns,
    "priors": list_of(table(unit=text, component=text, value=maybe(number))),
    "decisions": list_of(table(kind=text, subject=text, rule=text, value=text)),
    "scores": list_of(
        table(
            entry=text,
            score=maybe(number),
            counted=list_of(text),
            recused=list_of(text),
            absent=list_of(text),
            void=list_of(text),
            missing=list_of(text),
            incomplete=list_of(text),
            provisional=yes_no,
            excluded=text,
        )
    ),
    "severities": list_of(table(component=text, judge=text, value=number)),
    "ranking": list_of(
        table(
            unit=text,
            components=named(maybe(number)),
            score=maybe(number),
            rank_value=maybe(number),
            shown=text,
            place=maybe(whole),
            place_shown=text,
            sharing=whole,
            tiers=maybe(list_of(text)),
            fen=maybe(whole),
            provisional=yes_no,
            excluded=text,
            vetoes=list_of(text),
            round=text,
            status=maybe(text),
            withdrew=text,
            comparisons=list_of(table(key=text, values=maybe(named(number)))),
        )
    ),
    "money": table(planned=whole, paid=whole, vacant=whole, overrun=whole),
    "open": _FAULTS,
    "notes": _FAULTS,
    "workings": named(_node),
    "draw": named(text),
}
OPTIONAL: Mapping[str, Check] = {
    "leaves": table(root=is_digest, size=whole),
    "standings": list_of(
        table(
            round=text,
            unit=text,
            status=text,
            score=maybe(number),
            rank_value=maybe(number),
            place=maybe(whole),
            sharing=whole,
            pool=text,
            reserve=whole,
            replaced_by=text,
            replaces=text,
            admitted=yes_no,
        )
    ),
    "carried": list_of(
        table(
            appraisal=text,
            unit=text,
            exact=maybe(number),
            rounded=maybe(number),
            value=maybe(number),
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
        and all(text(value[key]) for key in HEADER)
        and value["judges"] in ("named", "pseudonymous")
        and (value["previous"] == "" or is_digest(value["previous"]))
        and is_digest(value["digest"])
        and all(isinstance(table, dict) and table.keys() == sections.keys() for table in stated)
        and all(map(is_digest, value["digests"].values()))
        and all(map(list_of(text), value["rows"].values()))
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
        found = digest_of(section)
        rows = [(about, digest_of(row)[:MARK]) for about, row in rows_of(section)]
        pairs = zip_longest(rows, document.rows[name])
        for place, (row, stated) in enumerate(pairs, 1):
            about, mark = row or ("", "")
            if mark != stated:
                yield Difference(name, place, about, "digest", stated or "", mark)
        if found != document.digests[name]:
            yield Difference(name, 0, "", "digest", document.digests[name], found)
    found = overall(document.header, document.digests)
    if found != document.digest:
        yield Difference("digest", 0, "", "digest", document.digest, found)
