"""Deeds of signatures: take one from a phone, and put forward that a judge's sheets count without one.

Reads the contest, what arrived, and who has signed. Writes signatures, the sheets that wait for one, and decisions;
appends only. The judge is always the one of the device.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from app.audit import lock
from app.errors import AppError
from app.judging.decision_queries import UNSIGNED
from app.judging.decisions import CollectFirst
from app.judging.models import JudgeSignature, SheetRevision, SignedSheet
from app.judging.proposals import Line, NothingChosen, ground, put_forward
from app.judging.queries import AFTER_SIGNATURE, is_collected
from app.judging.schemas import Covered, read_signature
from app.judging.service import accept_sheet, rules_of
from app.judging.signature_queries import unsigned
from app.sync.kinds import Delivery, Outcome
from app.sync.models import Arrival, Device
from app.sync.schemas import Record, record_of

NOT_ASKED = "not_asked"
HELD = "held"  # the signature is kept, and a sheet that it covers waits all the same


class NotUnsigned(AppError):
    """He has signed meanwhile, or it was decided already."""

    code = "decide.not_unsigned"
    status = 409


def accept_signature(session: Session, delivery: Delivery, one: Record) -> Outcome:
    """Store what a judge signed, also after the collection.

    What changed a signed sheet and waited for this signature is taken in as if it came now: after the collection it
    waits on, and people decide.
    """
    given = read_signature(one)
    if given is None:
        return Outcome("rejected", "unreadable")
    if not rules_of(session, delivery).asks_signature:
        return Outcome("rejected", NOT_ASKED)
    sender = delivery.sender
    session.add(
        JudgeSignature(
            contest_id=sender.contest_id, revision_id=one.revision_id, server_rev=delivery.rev,
            judge_id=sender.judge_id, way=given.way, name=given.name, strokes=json.dumps(given.strokes),
            device_id=sender.device_id, device_seq=one.device_seq, marked_at=given.marked_at, came_at=delivery.at,
            digest=one.sha256,
        )
    )  # fmt: skip
    session.flush()
    session.add_all(
        SignedSheet(
            contest_id=sender.contest_id, signature_id=one.revision_id, revision_id=line.revision_id,
            judge_id=sender.judge_id, entry_id=line.entry_id, digest=line.digest,
        )
        for line in given.covers
    )  # fmt: skip
    session.flush()
    outcomes = [_taken_in(session, delivery, line) for line in given.covers]
    return Outcome("stored", "" if all(outcomes) else HELD)


def _taken_in(session: Session, delivery: Delivery, line: Covered) -> bool:
    """Take the sheet in, if it waited for this signature. False where it waits on."""
    sender = delivery.sender
    arrival = session.get(Arrival, (sender.contest_id, line.revision_id, line.digest))
    if arrival is None or arrival.reason != AFTER_SIGNATURE:
        return True
    if session.get(SheetRevision, (sender.contest_id, line.revision_id)):
        return True
    made_on = session.get_one(Device, (sender.contest_id, arrival.device_id))
    if made_on.judge_id != sender.judge_id:
        return False
    # Seen from the phone it was made on; ``others`` beyond everything, so that nothing that differs is overlooked.
    again = replace(delivery, sender=replace(sender, device_id=made_on.id), others=delivery.rev)
    return accept_sheet(session, again, record_of(arrival.body)).result == "stored"


def waive_signatures(
    session: Session, actor: str, *, contest_id: str, judges: Sequence[str], reason: str, document: str = ""
) -> int:
    """Put forward that the sheets of these judges count without their signature. Returns the revision.

    Only after the collection: before it they can still sign. Raises ReasonMissing, NothingChosen, CollectFirst,
    NotUnsigned, ProposedAlready.
    """
    why = ground(reason, document)
    if not judges:
        raise NothingChosen
    head = lock(session, contest_id)
    refuse_waiver(session, contest_id, judges)
    return put_forward(session, head, actor, "unsigned", [Line(UNSIGNED, judge) for judge in judges], why)


def refuse_waiver(session: Session, contest_id: str, judges: Sequence[str]) -> None:
    """Raises CollectFirst, NotUnsigned."""
    if not is_collected(session, contest_id):
        raise CollectFirst
    asked = {one.judge_id for one in unsigned(session, contest_id)}
    if any(judge not in asked for judge in judges):
        raise NotUnsigned
