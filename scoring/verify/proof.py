"""A proof of some sheets checked, offline and with nothing but SHA-256: whether each leads to the announced root.

Source: docs/bundle.md, "Tree"; the way up is that of RFC 9162, section 2.1.3.2.
"""

import json
from dataclasses import dataclass
from hashlib import sha256

from scoring.canonical import canonical
from scoring.faults import Fault, Refused
from scoring.verify.numbers import Table
from scoring.verify.shape import is_digest, list_of, maybe, table, text, whole

FORMAT = "proof/1"
MOST_BYTES = 64 * 2**20
_SHAPE = table(
    format=lambda value: value == FORMAT,
    root=is_digest,
    size=whole,
    sheets=list_of(
        table(judge=text, entry=text, ticks=list_of(maybe(whole)), salt=text, index=whole, path=list_of(is_digest))
    ),
)


@dataclass(frozen=True, slots=True)
class Proven:
    """One sheet of a proof: its judge, entry and ticks, and whether it leads to the root."""

    judge: str
    entry: str
    ticks: tuple[int | None, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class ProofVerdict:
    """Every sheet of a proof, against ``root``."""

    root: str
    sheets: tuple[Proven, ...]

    @property
    def holds(self) -> bool:
        """Whether all of them lead to the root."""
        return all(sheet.holds for sheet in self.sheets)


def check_proof(content: bytes, root: str, size: int | None = None) -> ProofVerdict:
    """Every sheet of a proof against ``root``, which was announced. Raises Refused for what is no proof.

    ``size``: of how many sheets the tree is, where that is known; a root alone does not say.
    """
    try:
        told: Table = json.loads(content) if len(content) <= MOST_BYTES else {}
    except (ValueError, RecursionError) as error:
        raise Refused([Fault("proof.unreadable")]) from error
    if not _SHAPE(told) or not told["sheets"]:
        raise Refused([Fault("proof.unreadable")])
    fits = size in (None, told["size"])
    sheets = tuple(
        Proven(row["judge"], row["entry"], tuple(row["ticks"]), fits and _leads(row, told["size"]) == root)
        for row in told["sheets"]
    )
    return ProofVerdict(root, sheets)


def _leads(row: Table, size: int) -> str:
    """The root to which a sheet leads; nothing where its way does not end at the top of a tree of that size."""
    leaf = canonical({name: row[name] for name in ("entry", "judge", "salt", "ticks")})
    found = sha256(b"\0" + leaf).digest()
    index, last = row["index"], size - 1
    if not 0 <= index <= last:
        return ""
    for beside in map(bytes.fromhex, row["path"]):
        if last == 0:
            return ""
        if index % 2 or index == last:
            found = sha256(b"\1" + beside + found).digest()
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            found = sha256(b"\1" + found + beside).digest()
        index, last = index // 2, last // 2
    return "" if last else found.hex()
