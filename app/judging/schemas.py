"""A score sheet, a signature and a wish to be recused as a phone sends them, and what is wrong with them.

Reads one record. Writes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from app.sync.schemas import Record, number, storable, words

STATES = ("draft", "submitted", "withdrawn")
LONGEST_NOTE = 2000
LONGEST_REASON = 200
MOST_ITEMS = 200
LARGEST_TICK = 10**9  # as in the scheme
MOST_COVERED = 2000
MOST_STROKES, MOST_NUMBERS = 100, 8000
WIDE, HIGH = 1000, 400  # the field a signature is drawn in
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """One judge's sheet at one moment; the judge is nowhere in it."""

    entry_id: str
    state: str
    ticks: tuple[int | None, ...]
    note: str
    scheme_digest: str
    based_on: int
    server_epoch: str
    marked_at: str


def read_sheet(record: Record) -> SheetRecord | None:
    """The sheet in a record, or None where it cannot be read."""
    given = record.fields
    entry_id, state, ticks, note = (given.get(name) for name in ("entry_id", "state", "ticks", "note"))
    if not isinstance(entry_id, str) or state not in STATES or not _are_ticks(ticks):
        return None
    if note is not None and not (isinstance(note, str) and len(note) <= LONGEST_NOTE and storable(note)):
        return None
    return SheetRecord(
        entry_id=words(entry_id, 64),
        state=str(state),
        ticks=tuple(cast("Sequence[int | None]", ticks)),
        note=note or "",
        scheme_digest=words(given.get("scheme_digest"), 64),
        based_on=number(given.get("based_on")),
        server_epoch=words(given.get("server_epoch"), 64),
        marked_at=words(given.get("marked_at"), 32),
    )


def _are_ticks(given: object) -> bool:
    return (
        isinstance(given, list)
        and len(given) <= MOST_ITEMS
        and all(
            tick is None or (isinstance(tick, int) and not isinstance(tick, bool) and abs(tick) <= LARGEST_TICK)
            for tick in given
        )
    )


@dataclass(frozen=True, slots=True)
class Covered:
    """One line of what was signed."""

    entry_id: str
    revision_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """A judge's signature: drawn as ``strokes``, or typed as ``name``."""

    covers: tuple[Covered, ...]
    way: str
    name: str
    strokes: tuple[tuple[int, ...], ...]
    marked_at: str


def read_signature(record: Record) -> SignatureRecord | None:
    """The signature in a record, or None where it cannot be read or signs nothing."""
    given = record.fields
    covers, strokes = _covered(given.get("covers")), _strokes(given.get("strokes"))
    way, name = given.get("way"), words(given.get("name"), 64).strip()
    made = bool(strokes) if way == "drawn" else way == "typed" and bool(name)
    if not covers or strokes is None or not made:
        return None
    return SignatureRecord(covers, str(way), name, strokes, words(given.get("marked_at"), 32))


def _covered(given: object) -> tuple[Covered, ...] | None:
    if not isinstance(given, list) or len(given) > MOST_COVERED:
        return None
    found = {}
    for one in given:
        line = one if isinstance(one, dict) else {}
        covered = Covered(words(line.get("entry_id"), 64), words(line.get("revision_id"), 36), str(line.get("digest")))
        if not covered.entry_id or not covered.revision_id or not _DIGEST.fullmatch(covered.digest):
            return None
        found[covered.revision_id] = covered
    return tuple(found.values())


def _strokes(given: object) -> tuple[tuple[int, ...], ...] | None:
    """Each x, y, x, y, ... inside the field; None where it is anything else."""
    if not isinstance(given, list) or len(given) > MOST_STROKES or not all(isinstance(one, list) for one in given):
        return None
    if sum(len(one) for one in given) > MOST_NUMBERS or any(len(one) % 2 or not one for one in given):
        return None
    inside = all(_within(x, WIDE) for one in given for x in one[::2]) and all(
        _within(y, HIGH) for one in given for y in one[1::2]
    )
    return tuple(tuple(one) for one in given) if inside else None


def _within(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


@dataclass(frozen=True, slots=True)
class RecusalRecord:
    """A judge should not mark this entry, in his own words."""

    entry_id: str
    reason: str
    marked_at: str


def read_recusal(record: Record) -> RecusalRecord | None:
    """The wish in a record, or None where it cannot be read or gives no reason."""
    given = record.fields
    entry, reason = words(given.get("entry_id"), 64), " ".join(words(given.get("reason"), LONGEST_REASON).split())
    return RecusalRecord(entry, reason, words(given.get("marked_at"), 32)) if entry and reason else None
