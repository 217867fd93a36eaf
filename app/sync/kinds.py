"""What the exchange asks of the parts behind it, which it does not know: a table that ``app.main`` fills.

Reads and writes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session

from app.audit import Head
from app.sync.schemas import Record

Result = Literal["stored", "duplicate", "mismatch", "quarantined", "conflict", "rejected"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the device of the cookie and its judge. ``revoked``: what it still holds is taken into quarantine."""

    contest_id: str
    device_id: str
    judge_id: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch on its way in: ``rev`` is the revision that everything stored from it gets, ``at`` the moment.

    ``settled`` is the contest's head as it was before the batches that this process took in without anything else
    between: two deeds that see the same one see the same contest, but for what phones sent. ``others``: the newest
    revision of the judge's sheets that came by another way than this device.
    """

    sender: Sender
    rev: int
    at: str
    settled: Head
    others: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record."""

    result: Result
    reason: str = ""


Handler = Callable[[Session, Delivery, Record], Outcome]
Sheets = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The table. ``accept``: per kind who takes its records.

    ``sheets(session, sender)`` are the judge's own, for the package; ``changes(session, sender, since)`` those that
    reached the server by another way than this device, newer than ``since``, and the newest revision of all of them.
    ``unsigned(session, sender)``: what of his sheets the judge has still to sign, None where nobody signs. ``first``:
    the kinds that are taken in before the others of a batch. ``called(session, sender)``: the entries on stage now,
    which the judge's page follows. ``asked(session, sender)``: per entry what he asked about a recusal and what he was
    answered, while he is not recused. ``commented(session, sender)``: per entry what he wrote to the entrant.
    """

    accept: Mapping[str, Handler]
    collected: Callable[[Session, str], bool]
    sheets: Callable[[Session, Sender], Sheets]
    changes: Callable[[Session, Sender, int], tuple[Sheets, int]]
    unsigned: Callable[[Session, Sender], Sheets | None]
    first: frozenset[str] = frozenset()
    called: Callable[[Session, Sender], Sequence[str]] = lambda _session, _sender: ()
    asked: Callable[[Session, Sender], Mapping[str, Mapping[str, Any]]] = lambda _session, _sender: {}
    commented: Callable[[Session, Sender], Mapping[str, Mapping[str, Any]]] = lambda _session, _sender: {}
