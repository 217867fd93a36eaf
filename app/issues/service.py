"""Deeds of issues: take what a judge noted on site.

Reads entries. Writes findings; appends only. The judge is always the one of the device.
"""

import json

from sqlalchemy import insert
from sqlmodel import Session

from app.contests.queries import known_entries
from app.issues.models import Finding
from app.issues.schemas import read_finding
from app.sync.kinds import Delivery, Outcome
from app.sync.schemas import Record


def accept_finding(session: Session, delivery: Delivery, one: Record) -> Outcome:
    """Store a problem or highlight from a phone. Also after collection: a fault is a fault, and no mark."""
    given = read_finding(one)
    if given is None:
        return Outcome("rejected", "unreadable")
    if all(entry.id != given.entry_id for entry in known_entries(session, delivery.sender.contest_id)):
        return Outcome("rejected", "unknown_entry")
    row = {
        "contest_id": delivery.sender.contest_id,
        "revision_id": one.revision_id,
        "finding_id": given.finding_id,
        "server_rev": delivery.rev,
        "judge_id": delivery.sender.judge_id,
        "entry_id": given.entry_id,
        "kind": given.state,
        "text": given.text,
        "category": given.category,
        "severity": given.severity,
        "files": json.dumps(given.files),
        "device_id": delivery.sender.device_id,
        "device_seq": one.device_seq,
        "marked_at": given.marked_at,
        "came_at": delivery.at,
    }
    session.connection().execute(insert(Finding), row)
    return Outcome("stored")
