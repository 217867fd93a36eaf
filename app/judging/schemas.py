"""A score sheet as a phone sends it, and what is wrong with it.

Reads one record. Writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from app.sync.schemas import Record, number, storable, words

STATES = ("draft", "submitted", "withdrawn")
LONGEST_NOTE = 2000
MOST_ITEMS = 200
LARGEST_TICK = 10**9  # as in the scheme


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
