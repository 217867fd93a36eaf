"""What is frozen with a seal, computed again from it, and held against what stands in the database now.

Reads a sealed row and what it is given. Writes nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.publishing.document import Document, told
from app.publishing.models import SealRow
from app.results.queries import Given
from app.tables import Text, read_tables, write_tables
from scoring.canonical import canonical
from scoring.faults import Refused
from scoring.results import Tabulation
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate

FILES = ("marks", "roster", "priors", "decisions")
# In these the order means something: the administrative order, and the number by which a working names a decision.
_ORDERED = frozenset({"roster", "decisions"})
MOST_DIFFERENCES = 12


def frozen_files(given: Given) -> dict[str, str]:
    """The four files of ``fieldmark score``, by their names without ``.csv``."""
    written = write_tables(given.scheme, given.roster, given.sheets, given.priors, given.decisions)
    return {name: written[f"{name}.csv"].decode("utf-8-sig") for name in FILES}


def files_of(seal: SealRow) -> dict[str, bytes]:
    """The files of a seal as ``fieldmark score`` takes them, with the scheme and what was sealed."""
    files = {"scheme.toml": seal.scheme.encode()}
    files |= {f"{name}.csv": getattr(seal, name).encode("utf-8-sig") for name in FILES}
    return files | {"sealed.json": seal.document.encode()}


def computed(scheme_text: str, files: Mapping[str, str]) -> tuple[Given, Tabulation]:
    """The result of the files and nothing else. Raises Refused."""
    scheme = read_scheme(scheme_text)
    texts = {name: Text(f"{name}.csv", files[name].encode()) for name in FILES}
    tables = read_tables(scheme, texts["marks"], texts["roster"], texts["priors"], texts["decisions"])
    given = Given(scheme, tables.roster, tables.sheets, tables.priors, tables.decisions)
    return given, tabulate(*given)


def digest_of(seal: SealRow, before: str) -> str:
    """SHA-256 over everything a seal holds. ``before``: the digest of the seal before it, or nothing."""
    whole: dict[str, object] = {name: getattr(seal, name) for name in ("contest_id", "version", "reason", "scheme")}
    whole |= {name: getattr(seal, name) for name in (*FILES, "document", "sealed_by", "at")}
    return hashlib.sha256(canonical({**whole, "before": before})).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that does not come out again. ``where``: keys and numbers that lead to it in the document."""

    where: tuple[str, ...]
    sealed: str
    again: str


def recomputed(seal: SealRow) -> list[Difference]:
    """Every figure and sentence that the frozen files do not give again, the first few; empty: all are equal."""
    try:
        again = told(*computed(seal.scheme, {name: getattr(seal, name) for name in FILES}))
    except Refused as refused:
        return [Difference(("files",), "", refused.faults[0].code)]
    document: Document = json.loads(seal.document)
    spoken = json.loads(canonical(again))
    found = []
    for name in again:
        for difference in _differences((name,), document.get(name), spoken[name]):
            found.append(difference)
            if len(found) == MOST_DIFFERENCES:
                return found
    return found


def _differences(where: tuple[str, ...], sealed: Any, again: Any) -> Iterator[Difference]:  # noqa: ANN401  JSON
    if isinstance(sealed, dict) and isinstance(again, dict):
        for name in sorted({*sealed, *again}):
            yield from _differences((*where, name), sealed.get(name), again.get(name))
    elif isinstance(sealed, list) and isinstance(again, list) and len(sealed) == len(again):
        for place, (one, other) in enumerate(zip(sealed, again, strict=True)):
            # A unit or an entry is called by its id rather than by where it stands in the list.
            name = one.get("id") if isinstance(one, dict) else None
            yield from _differences((*where, str(name or place + 1)), one, other)
    elif sealed != again:
        yield Difference(where, _short(sealed), _short(again))


def _short(value: Any) -> str:  # noqa: ANN401  JSON
    return value[:80] if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:80]


@dataclass(frozen=True, slots=True)
class Drift:
    """A file that would be written otherwise now: so many lines came, so many went; both 0: another order."""

    file: str
    came: int
    went: int


def drift(seal: SealRow, given: Given, scheme_text: str) -> list[Drift]:
    """What has changed in the database since the seal; empty: the seal still says what stands there."""
    now = {**frozen_files(given), "scheme": scheme_text}
    found = []
    for name, text in now.items():
        old, new = getattr(seal, name).splitlines(), text.splitlines()
        before, after = Counter(old), Counter(new)
        came, went = (after - before).total(), (before - after).total()
        if came or went or (name in _ORDERED and old != new):
            found.append(Drift(name, came, went))
    return found
