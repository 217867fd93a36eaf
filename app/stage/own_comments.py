"""点评 that a judge types himself on his phone, to an entrant whose sheet he has handed in.

Reads the record, the rules and his sheets. Writes the comment; appends only. The judge is always the one of the device.
"""

from sqlmodel import Session, select

from app.contests import queries as contests
from app.judging.models import SheetRevision
from app.judging.service import rules_of
from app.stage.models import OwnComment
from app.sync.kinds import Delivery, Outcome, Sender
from app.sync.schemas import Record, storable, words

LONGEST = 1000


def accept_comment(session: Session, delivery: Delivery, one: Record) -> Outcome:
    """Store what the judge wrote; also after the collection and the release, his newest counts, empty takes it back."""
    given, sender = one.fields, delivery.sender
    entry_id, text, named = words(given.get("entry_id"), 64), given.get("text"), given.get("named")
    if not entry_id or not isinstance(text, str) or not isinstance(named, bool):
        return Outcome("rejected", "unreadable")
    text = text.strip()
    if len(text) > LONGEST or not storable(text):
        return Outcome("rejected", "unreadable")
    rules = rules_of(session, delivery)
    entry, judge = rules.entries.get(entry_id), rules.judges[sender.judge_id]
    if contests.contest(session, sender.contest_id).form != "stage":
        return Outcome("rejected", "unknown_entry")
    if entry is None or not rules.due.marks(judge, entry, rules.scheme.component[entry.component]):
        return Outcome("rejected", "unknown_entry")
    if not _handed_in(session, sender, entry_id):
        return Outcome("rejected", "no_sheet")
    session.add(
        OwnComment(
            contest_id=sender.contest_id, revision_id=one.revision_id, server_rev=delivery.rev,
            judge_id=sender.judge_id, entry_id=entry_id, text=text, named=named, device_id=sender.device_id,
            device_seq=one.device_seq, marked_at=words(given.get("marked_at"), 32), came_at=delivery.at,
        )
    )  # fmt: skip
    session.flush()
    return Outcome("stored")


def _handed_in(session: Session, sender: Sender, entry_id: str) -> bool:
    """Whether he ever handed in a sheet of the entrant, on a phone or on paper."""
    sheet = select(SheetRevision.revision_id).where(
        SheetRevision.contest_id == sender.contest_id,
        SheetRevision.judge_id == sender.judge_id,
        SheetRevision.entry_id == entry_id,
        SheetRevision.kind == "submitted",
    )
    return session.exec(sheet.limit(1)).first() is not None
