"""The rescue file (docs/exchange.md): what a phone could not send, carried to the organiser by hand.

Reads a file that anybody may have had in his hands. Its seal is made with a key that only the device and the server
know: with the right one it is taken in exactly as a batch, with any other its records are kept in quarantine and count
only if people decide so. Taking it in twice does no harm.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from app.audit import lock, now, record
from app.errors import AppError
from app.sync.kinds import Delivery, Kinds, Outcome, Sender
from app.sync.models import Arrival, Device
from app.sync.queries import rescue_key
from app.sync.queries import sender as standing
from app.sync.schemas import MOST_RECORDS, Batch, Record, read_batch
from app.sync.service import keep_arrival, receive

LARGEST = 8 * 1024 * 1024
RESCUE = "rescue"
UNSEALED = "wrong_mac"  # why a record of a file with a wrong seal lies in quarantine


class NotARescueFile(AppError):
    code = "sync.not_a_rescue_file"
    status = 422


class RescueOfAnother(AppError):
    """The file names another contest."""

    code = "sync.rescue_of_another"
    status = 422


class RescueOfUnknownPhone(AppError):
    """The file names this contest and a phone that is not in it: after a restore one that joined after the backup."""

    code = "sync.rescue_of_unknown_phone"
    status = 422


@dataclass(frozen=True, slots=True)
class Rescued:
    """What became of a file: whose phone it came from, whether its seal fits, how many records had which result."""

    judge_id: str
    label: str
    sealed: bool
    results: Mapping[str, int]


def take_rescue(session: Session, actor: str, *, contest_id: str, given: bytes, kinds: Kinds) -> Rescued:
    """Take a file in. Raises NotARescueFile, RescueOfAnother, RescueOfUnknownPhone; then nothing is kept."""
    content, mac = _opened(given)
    device_id, batches = _read(content, contest_id)
    device = session.get(Device, (contest_id, device_id))
    sender = standing(session, contest_id, device_id)
    if device is None or sender is None:
        raise RescueOfUnknownPhone
    sealed = hmac.compare_digest(_mac(device, content), mac)
    told = {"sha256": hashlib.sha256(given).hexdigest(), "sealed": sealed}
    record(session, actor, "take_rescue", contest_id=contest_id, subject=device_id, payload=told)
    results: Counter[str] = Counter()
    for batch in batches:
        if sealed:
            answer, _ = receive(session, sender, batch, kinds, one_by_one=True, way=RESCUE)
            results.update(one["result"] for one in answer["results"])
        else:
            results.update(_quarantined(session, sender, batch.records))
    return Rescued(device.judge_id, device.label, sealed, results)


def _opened(given: bytes) -> tuple[str, str]:
    """The sealed text and its seal."""
    try:
        told = json.loads(given.decode("utf-8-sig").strip())
    except (ValueError, RecursionError) as error:
        raise NotARescueFile from error
    if not isinstance(told, dict) or told.get("fieldmark") != "rescue/1":
        raise NotARescueFile
    content, mac = told.get("content"), told.get("mac")
    if not isinstance(content, str) or not isinstance(mac, str) or not mac.isascii():
        raise NotARescueFile
    return content, mac


def _read(content: str, contest_id: str) -> tuple[str, list[Batch]]:
    try:
        told: Any = json.loads(content, parse_constant=str)
        if told["contest"] != contest_id:
            raise RescueOfAnother
        device, several = told["device"], told["batches"]
        if not isinstance(device, str) or not isinstance(several, list) or len(several) > MOST_RECORDS:
            raise NotARescueFile
        return device, [read_batch(json.dumps(one).encode()) for one in several]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotARescueFile from error


def _mac(device: Device, content: str) -> str:
    key = bytes.fromhex(rescue_key(device.token_hash))
    return hmac.new(key, content.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _quarantined(session: Session, sender: Sender, records: Sequence[Record]) -> Iterator[str]:
    """Keep records nobody vouches for. They take no number and no name that the phone's own may come with later."""
    head = lock(session, sender.contest_id)
    delivery = Delivery(sender, head.rev, now(), head, 0)
    for one in records:
        kept = replace(one, revision_id=f"unsealed-{one.sha256[:27]}", device_seq=0)
        if session.get(Arrival, (sender.contest_id, kept.revision_id, kept.sha256)) is None:
            keep_arrival(session, delivery, kept, Outcome("quarantined", UNSEALED), RESCUE)
            session.flush()
            yield "quarantined"
        else:
            yield "duplicate"
