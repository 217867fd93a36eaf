"""What phones send, spelt out beforehand: batches of sheets, and photos in parts as the phone's scripts cut them."""

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from scoring.roster import Sheet
from tests.app.sync.field import RULE

PART = 256 * 1024  # of the phone's own scripts


def record(number: int, seq: int, sheet: Sheet) -> dict[str, object]:
    return {
        "kind": "sheet", "revision_id": str(UUID(int=number)), "device_seq": seq, "entry_id": sheet.entry,
        "state": "submitted", "ticks": sheet.ticks, "note": "", "files": [], "scheme_digest": RULE.digest,
        "based_on": 0, "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0,
    }  # fmt: skip


def batch(contest: str, cookie: str, records: Sequence[dict[str, object]]) -> bytes:
    seq = records[-1]["device_seq"]
    held = {"batch_id": str(seq), "highest_seq": seq, "waiting": 0, "server_rev": 0, "records": records}
    body = json.dumps(held).encode()
    return _head(f"POST /j/{contest}/batch", cookie, "Content-Type: application/json", len(body)) + body


def photo(contest: str, cookie: str, content: bytes) -> list[bytes]:
    """Where does it stand, the parts, and is it whole."""
    where = f"/j/{contest}/files/{hashlib.sha256(content).hexdigest()}"
    asked = _head(f"HEAD {where}", cookie, "Accept: */*", 0)
    parts = []
    for at in range(0, len(content), PART):
        part = content[at : at + PART]
        stands = f"Content-Type: image/jpeg\r\nUpload-Offset: {at}\r\nUpload-Length: {len(content)}"
        parts.append(_head(f"PATCH {where}", cookie, stands, len(part)) + part)
    return [asked, *parts, asked]


def _head(what: str, cookie: str, more: str, length: int) -> bytes:
    return (
        f"{what} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\nCookie: fieldmark_device={cookie}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()
