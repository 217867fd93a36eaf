"""What a phone sends, read leniently: a record that cannot be read is still a record, and never blocks the others.

Reads bytes. Writes nothing.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import AppError
from scoring.canonical import canonical

MOST_RECORDS = 200
MOST_BYTES = 1024 * 1024
_LARGEST = 2**31 - 1  # what a whole number may be on both databases
_ID = re.compile(r"[0-9A-Za-z-]{1,36}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LONGEST_INT = 16
_LONG = re.compile(r"[0-9]{16}")
_LONGEST_NAME = 64


class UnreadableBatch(AppError):
    """Not one record can be made out of it."""

    code = "sync.unreadable_batch"
    status = 422


class BatchTooLarge(AppError):
    code = "sync.batch_too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it came. ``body`` is its one spelling, ``sha256`` the digest of that; ``readable`` by its frame."""

    kind: str
    revision_id: str
    device_seq: int
    fields: Mapping[str, Any]
    body: str
    sha256: str
    readable: bool
    given_id: str

    @property
    def receipt(self) -> str:
        return base64.b32encode(bytes.fromhex(self.sha256[:10])).decode()


# What a phone's test of itself may find, the gravest first; docs/exchange.md says what each means.
FINDS = ("not_kept", "insecure", "no_worker", "no_files", "not_persisted", "clock")


@dataclass(frozen=True, slots=True)
class About:
    """What a phone says of itself: the page it runs, what its test found, photos that have not gone yet."""

    version: str = ""
    finds: tuple[str, ...] = ()
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What a phone hands over, and what it says it holds."""

    batch_id: str
    highest_seq: int
    waiting: int
    server_rev: int
    server_epoch: str
    sent_at: str
    records: Sequence[Record]
    about: About = About()


def read_batch(body: bytes) -> Batch:
    """The batch in ``body``. Raises UnreadableBatch, BatchTooLarge; a bad record is no reason for either."""
    if len(body) > MOST_BYTES:
        raise BatchTooLarge({"most": MOST_RECORDS})
    try:
        text = body.decode(json.detect_encoding(body), "surrogatepass")
        given = (_CAREFUL if _LONG.search(text) else _READ).decode(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableBatch from error
    if not isinstance(given, dict) or not isinstance(given.get("records", []), list):
        raise UnreadableBatch
    batch_id = given.get("batch_id")
    if not isinstance(batch_id, str) or not 0 < len(batch_id) <= _LONGEST_NAME or not storable(batch_id):
        raise UnreadableBatch
    records = given.get("records", [])
    if len(records) > MOST_RECORDS:
        raise BatchTooLarge({"most": MOST_RECORDS})
    read = tuple(map(_record, records))
    return Batch(
        batch_id=batch_id,
        highest_seq=max([number(given.get("highest_seq")), *(record.device_seq for record in read)]),
        waiting=number(given.get("waiting")),
        server_rev=number(given.get("server_rev")),
        server_epoch=words(given.get("server_epoch"), _LONGEST_NAME),
        sent_at=words(given.get("sent_at"), 32),
        records=read,
        about=_about(given.get("phone")),
    )


def _about(given: object) -> About:
    """A page from before phones said anything of themselves says nothing."""
    told = given if isinstance(given, dict) else {}
    found = told.get("finds")
    found = found if isinstance(found, list) else []
    finds = tuple(word for word in FINDS if word in found)
    return About(words(told.get("version"), 16), finds, number(told.get("photos")))


def record_of(body: str) -> Record:
    """A record as it was kept when it came."""
    return _record(json.loads(body))


def _record(given: object) -> Record:
    body, sha256 = spelt(given)
    fields = given if isinstance(given, dict) else {}
    given_id = fields.get("revision_id")
    named = isinstance(given_id, str) and bool(_ID.fullmatch(given_id))
    seq = number(fields.get("device_seq"))
    kind = words(fields.get("kind"), 16)
    return Record(
        kind=kind,
        # The table needs a name for it also where the phone gave none that can be used.
        revision_id=given_id if named and isinstance(given_id, str) else f"unnamed-{sha256[:28]}",
        device_seq=seq,
        fields=fields,
        body=body,
        sha256=sha256,
        readable=named and bool(seq) and bool(kind),
        given_id=words(given_id, _LONGEST_NAME),
    )


def spelt(value: object) -> tuple[str, str]:
    """The one spelling of a record, and its SHA-256. What has none (floats) is spelt with sorted keys."""
    try:
        body = canonical(value)
    except (TypeError, UnicodeEncodeError):
        body = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return body.decode(), hashlib.sha256(body).hexdigest()


def number(value: object) -> int:
    """A whole number from 0 that both databases can hold; 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST else 0


def words(value: object, longest: int) -> str:
    """Text that both databases can hold, cut to ``longest``; empty for anything else."""
    return value[:longest] if isinstance(value, str) and storable(value) else ""


def storable(text: str) -> bool:
    """PostgreSQL takes no NUL, and half of a surrogate pair is no character."""
    return not _UNSTORABLE.search(text)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits


# Numbers that no record may hold become text, so that they spoil their own record and not the batch. Where no digits
# stand in so long a row, there is no such number, and they need not be looked at one by one.
_READ = json.JSONDecoder(parse_constant=str)
_CAREFUL = json.JSONDecoder(parse_constant=str, parse_int=_whole)
