"""What must not be, when all is quiet and the phones have told what they hold: in sentences, none where all is well.

Reads the server's database and its shelf of files. Writes nothing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from app import audit
from app.files.models import StoredFile
from app.files.service import shelf
from app.judging import queries as judging
from app.judging.models import SheetRevision
from app.sync.models import Arrival, Device, Heartbeat
from app.sync.queries import gaps
from app.sync.schemas import spelt

JUDGES = ("J3", "J3", "J4")
# What the server wrote down of a record, and where the phone says it is.
SAYS = {
    "stored": "handed", "quarantined": "quarantined", "conflict": "conflict", "rejected": "rejected",
    "mismatch": "mismatch",
}  # fmt: skip

Told = dict[str, Any]  # what a phone holds and says
Current = dict[tuple[str, str], judging.Revision]


@dataclass(frozen=True)
class Look:
    """One contest on the server, looked at in one reading; ``devices`` are the phones' in their order."""

    session: Session
    folder: Path
    contest: str
    devices: Sequence[str]

    def wrong(self, told: Sequence[Told]) -> list[str]:
        arrived = self.session.exec(select(Arrival).where(Arrival.contest_id == self.contest)).all()
        sheets = self.session.exec(select(SheetRevision).where(SheetRevision.contest_id == self.contest)).all()
        current = judging.current(self.session, self.contest)
        wrong = [
            *(f"the audit chain is broken: {fault}" for fault in audit.verify(self.session, self.contest)),
            *_each_once(arrived, sheets),
            *(one for n, phone in enumerate(told) for one in self._accounted(n, phone, arrived)),
            *(one for n, phone in enumerate(told) for one in self._photos(n, phone)),
            *_shown(told, current),
            *_in_their_order(told[2], self.devices[2], arrived, current),
        ]
        if current != judging.rebuilt(self.session, self.contest):
            wrong.append("the sheets that count are others when they are built again from what arrived")
        return wrong

    def _photos(self, number: int, phone: Told) -> Iterator[str]:
        """Each photo of a finding is whole on the server under its digest, or still on the phone, which says so."""
        kept = {one["sha256"]: one for one in phone["photos"]}
        noted = (one["record"] for one in phone["held"] if one["record"]["kind"] == "finding")
        for file in sorted({file for record in noted for file in record["files"]}):
            here, photo = self._has(file), kept.get(file, {"done": False, "whole": False})
            if not here and not photo["whole"]:
                yield f"phone {number}: photo {file[:8]} is lost"
            elif not here and photo["done"]:
                yield f"phone {number}: photo {file[:8]} is said to be handed in, and the server has not got it whole"
            elif not photo["done"] and not phone["off"]:
                yield f"phone {number}: photo {file[:8]} still waits when all is quiet"

    def _has(self, file: str) -> bool:
        path = shelf(self.folder, self.contest).whole(file)
        row = self.session.get(StoredFile, (self.contest, file))
        return row is not None and path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == file

    def _accounted(self, number: int, phone: Told, arrived: Sequence[Arrival]) -> Iterator[str]:
        device = self.devices[number]
        held = {one["revision_id"]: one for one in phone["held"]}
        numbers = [one["device_seq"] for one in phone["held"]]
        if numbers != list(range(1, len(numbers) + 1)) or phone["highest"] != len(numbers):
            yield f"phone {number}: its numbers have gaps or are used twice: {numbers} of {phone['highest']}"
        for one in phone["made"]:
            if one["revision_id"] not in held:
                yield f"phone {number}: {one['deed']} is lost on the phone"
        by_id = {one.revision_id: one for one in arrived if one.device_id == device}
        for one in phone["held"]:
            deed = f"phone {number}, number {one['device_seq']}"
            row = by_id.get(one["revision_id"])
            if one["where"] == "waiting":
                yield f"{deed} still waits when all is quiet"
            elif row is None:
                yield f"{deed} is said to be {one['where']} and never came"
            elif SAYS[row.result] != one["where"]:
                yield f"{deed} is said to be {one['where']}, and the server wrote {row.result} {row.reason}"
            elif row.body != spelt(one["record"])[0]:
                yield f"{deed} came with other content than the phone holds"
        if set(by_id) - set(held):
            yield f"phone {number}: the server has what the phone never made: {set(by_id) - set(held)}"
        if phone["off"] != (self.session.get_one(Device, (self.contest, device)).revoked_at is not None):
            yield f"phone {number} {'says' if phone['off'] else 'does not say'} that it was taken off"
        beat = self.session.get_one(Heartbeat, (self.contest, device))
        if gaps(self.session, self.contest, device, beat.highest_seq):
            yield f"phone {number}: numbers never came: {gaps(self.session, self.contest, device, beat.highest_seq)}"


def _each_once(arrived: Sequence[Arrival], sheets: Sequence[SheetRevision]) -> Iterator[str]:
    deeds = Counter(told.get("note") or told.get("text") for told in (json.loads(one.body) for one in arrived))
    for what, times in Counter((one.device_id, one.device_seq) for one in arrived).items():
        if times > 1:
            yield f"number {what[1]} of a phone came {times} times"
    for deed, times in deeds.items():
        if times > 1 and deed:
            yield f"{deed} is doubled: {times} times"
    stored = sorted(one.revision_id for one in arrived if one.result == "stored" and one.kind == "sheet")
    if stored != sorted(one.revision_id for one in sheets):
        yield "the sheets are not those that were stored"


def _shown(told: Sequence[Told], current: Current) -> Iterator[str]:
    """Where a phone shows marks as handed in, these count, and no others; one taken off says that it cannot know."""
    for number, (phone, judge) in enumerate(zip(told, JUDGES, strict=True)):
        if phone["off"]:
            continue
        for entry, state in phone["states"].items():
            counted = current.get((judge, entry))
            if state["kind"] != "done" or state["where"] != "server":
                continue
            if counted is None:
                yield f"phone {number} shows {entry} as handed in, and nothing counts"
            elif json.loads(counted.ticks) != state["ticks"]:
                yield f"phone {number} shows {state['ticks']} for {entry} as handed in; {counted.ticks} counts"


def _in_their_order(phone: Told, device: str, arrived: Sequence[Arrival], current: Current) -> Iterator[str]:
    """A judge with one phone: his last sheet counts, whatever any clock said and in whatever order they came."""
    stored = {one.revision_id for one in arrived if one.device_id == device and one.result == "stored"}
    last: dict[str, str] = {}
    for one in phone["held"]:
        record = one["record"]
        if record["kind"] == "sheet" and record["state"] == "submitted" and record["revision_id"] in stored:
            last[record["entry_id"]] = record["revision_id"]
    counted = {entry: one.revision_id for (judge, entry), one in current.items() if judge == JUDGES[2]}
    if last != counted:
        yield f"of a judge with one phone {counted} counts, and last he handed in {last}"
