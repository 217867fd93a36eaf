"""The verdict on a bundle: everything calculated again, and the first thing that differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from scoring.canonical import digest
from scoring.faults import Fault, Refused
from scoring.sections import rows_of
from scoring.verify.document import Difference, Document, digest_differences, read_document
from scoring.verify.given import Given, read
from scoring.verify.keys import seed_of
from scoring.verify.notes import not_noted, note_rows
from scoring.verify.numbers import NotRecomputed, Table
from scoring.verify.open import open_rows
from scoring.verify.result import result_of, stated
from scoring.verify.unit import otherwise
from scoring.verify.working import working_differences

# What may be decided after the draw does not belong to what it was drawn from.
AFTER_DRAW = ("public", "secret", "withheld", "award", "overrun")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``difference`` is None where everything agrees. ``compared``: section -> how many rows were calculated again.

    ``unknown`` names what was taken over as the bundle states it: (where, what), never silently.
    """

    digest: str
    scheme_digest: str
    header: Table
    compared: dict[str, int]
    unknown: tuple[tuple[str, str], ...]
    difference: Difference | None

    @property
    def agrees(self) -> bool:
        """Whether the bundle says what follows from what it holds."""
        return self.difference is None


def verify(content: bytes) -> Verdict:
    """Calculate a bundle again. Raises Refused for what is no bundle."""
    document = read_document(content)
    given: list[Given] = []
    try:
        difference = next(_differences(document, given), None)
    except (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError, RuntimeError) as error:
        # The digests agree and the shape is right, but no contest follows from it: only a forger writes such a bundle.
        raise Refused([Fault("bundle.nonsense", {"what": f"{type(error).__name__}: {error}"[:200]})]) from error
    calculated = [*result_of(given[0]), "open", "notes", "workings"] if given and difference is None else []
    compared = {name: len(rows_of(document.sections[name])) for name in calculated}
    unknown = {*(given[0].unknown if given else ())}
    if document.sections["draw"] and document.header["judges"] != "named":
        unknown.add(("draw", "frozen"))
    return Verdict(
        digest=document.digest,
        scheme_digest=document.digests["scheme"],
        header=document.header,
        compared=compared,
        unknown=tuple(sorted(unknown)),
        difference=difference,
    )


def _differences(document: Document, calculated: list[Given]) -> Iterator[Difference]:
    """Digests first, then the result row by row, every node of the workings, and the draw."""
    yield from digest_differences(document)
    sections = document.sections
    given = read(sections)
    calculated.append(given)
    stated(given, sections)
    given.seed = _seed(document, given)
    for name, section in result_of(given).items():
        yield from _rows(name, section, sections[name])
    yield from _told(given, sections)
    yield from working_differences(given, sections)
    draw = sections["draw"]
    if draw and document.header["judges"] == "named" and (found := frozen(document)) != draw.get("frozen"):
        yield Difference("draw", 1, "frozen", "value", draw.get("frozen", ""), found)
    if draw and given.seed != draw.get("seed"):
        yield Difference("draw", 2, "seed", "value", draw.get("seed", ""), given.seed)


def _seed(document: Document, given: Given) -> str:
    """The seed of the draw, from its secret, its public value and the frozen digest; nothing while one is wanting."""
    draw, rule = document.sections["draw"], given.rule["draw"]
    if not draw or not rule:
        return ""
    said = {one["kind"]: one["value"] for one in given.decisions if one["kind"] in ("commit", "public", "secret")}
    needed = ("public", "commit", "secret") if rule["secret"] else ("public",)
    if not all(said.get(kind) for kind in needed):
        return ""
    return seed_of(said["secret"] if rule["secret"] else "", said["public"], draw.get("frozen", ""))


def frozen(document: Document) -> str:
    """The digest of everything before the draw."""
    sections = document.sections
    sheets = sections["sheets"]
    cells = zip(sheets["judge"], sheets["entry"], sheets["ticks"], strict=True)
    return digest(
        {
            "scheme": document.digests["scheme"],
            "roster": {name: sections[name] for name in ("units", "entries", "judges", "recusals", "absences")},
            "sheets": [
                {"judge": judge, "entry": entry, "ticks": ticks}
                for judge, entry, ticks in sorted(cells, key=lambda cell: (cell[1], cell[0]))
            ],
            "priors": sorted(sections["priors"], key=_place),
            "decisions": [one for one in sections["decisions"] if one["kind"] not in AFTER_DRAW],
        }
    )


def _told(given: Given, sections: Table) -> Iterator[Difference]:
    """What is open and what is noted, whatever its order; what is not calculated is named."""
    if otherwise(given):
        given.unknown |= {("section", "open"), ("section", "notes")}
        return
    left_out = not_noted(given)
    given.unknown |= {("notes", code) for code in left_out}
    try:
        told = {"open": open_rows(given), "notes": note_rows(given, sections["workings"])}
    except NotRecomputed as other:
        given.unknown |= {(other.key, other.choice), ("section", "open"), ("section", "notes")}
        return
    for name, found in told.items():
        wanting = [_plainly(one.code, one.params) for one in found]
        for number, row in enumerate(sections[name], 1):
            said = _plainly(row["code"], row["params"])
            if said in wanting:
                wanting.remove(said)
            elif row["code"] not in left_out:
                beside = next((params for code, params in wanting if code == said[0]), "")
                yield Difference(name, number, row["code"], "params", said[1], beside)
        for code, params in wanting:
            yield Difference(name, len(sections[name]) + 1, code, "params", "", params or code)


def _plainly(code: str, params: Table) -> tuple[str, str]:
    """A code with its particulars in one line."""
    return code, _said(dict(sorted(params.items())))


def _place(prior: Table) -> tuple[str, str, str]:
    """Where a prior score, or the record of a ledger, stands among all that the draw is drawn from."""
    return prior["component"], prior["unit"], prior["id"] if "rule" in prior else ""


def _rows(name: str, found: object, said: object) -> Iterator[Difference]:
    """The fields that differ, row by row."""
    for number, (mine, theirs) in enumerate(zip_longest(rows_of(found), rows_of(said)), 1):
        about, row = mine or ("", {})
        stated_about, stated_row = theirs or ("", {})
        left, right = _fields(row), _fields(stated_row)
        for key in dict.fromkeys((*left, *right)):
            # A later engine may say more of a row than this calculation knows.
            if key in left and left[key] != right.get(key):
                yield Difference(name, number, stated_about or about, key, _said(right.get(key)), _said(left[key]))
        if mine is None:
            yield Difference(name, number, stated_about, "", stated_about, "")


def _fields(row: object) -> Table:
    if isinstance(row, dict):
        return row
    return {"value": row[1]} if isinstance(row, list) else {}


def _said(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key} {_said(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    return "" if value is None else str(value)
