"""Deeds of recusals that judges ask for on their phones: take one in, and answer it.

Reads the contest and what was asked. Writes requests, answers, and by ``contests.service`` the one table of recusals;
appends only. The judge is always the one of the device.
"""

from sqlmodel import Session

from app.audit import append, lock, now
from app.contests.service import add_recusal
from app.errors import AppError
from app.judging.models import RecusalAnswer, RecusalRequest
from app.judging.recusal_queries import open_requests
from app.judging.schemas import read_recusal
from app.judging.service import rules_of
from app.reasons import reason_in
from app.sync.kinds import Delivery, Outcome
from app.sync.schemas import Record


class NotAsked(AppError):
    """Answered already, or the judge is recused there by another way."""

    code = "recusals.not_asked"
    status = 409


def accept_recusal(session: Session, delivery: Delivery, one: Record) -> Outcome:
    """Store what a judge asks. Also after the collection: then people decide about his sheet."""
    given = read_recusal(one)
    if given is None:
        return Outcome("rejected", "unreadable")
    rules, sender = rules_of(session, delivery), delivery.sender
    entry, judge = rules.entries.get(given.entry_id), rules.judges[sender.judge_id]
    if entry is None or not rules.due.marks(judge, entry, rules.scheme.component[entry.component]):
        return Outcome("rejected", "unknown_entry")
    if rules.due.recused(judge, entry, rules.scheme.component[entry.component]):
        return Outcome("rejected", "recused")
    session.add(
        RecusalRequest(
            contest_id=sender.contest_id, revision_id=one.revision_id, server_rev=delivery.rev,
            judge_id=sender.judge_id, entry_id=given.entry_id, reason=given.reason, device_id=sender.device_id,
            device_seq=one.device_seq, marked_at=given.marked_at, came_at=delivery.at,
        )
    )  # fmt: skip
    session.flush()
    return Outcome("stored")


def confirm_request(session: Session, actor: str, *, contest_id: str, revision_id: str) -> int:
    """He does not mark it: a recusal like any other, with the judge's own words. Returns its revision."""
    asked = _asked(session, contest_id, revision_id)
    facts = {"judge_id": asked.judge_id, "entry_id": asked.entry_id, "reason": asked.reason}
    rev = add_recusal(session, actor, contest_id=contest_id, **facts)
    _answer(session, actor, asked, rev, recusal_rev=rev)
    return rev


def decline_request(session: Session, actor: str, *, contest_id: str, revision_id: str, reason: str) -> int:
    """He is to mark it all the same, and is told why. Returns the revision."""
    head, asked = lock(session, contest_id), _asked(session, contest_id, revision_id)
    why = reason_in(reason)
    told = {"entry": asked.entry_id, "reason": why}
    rev = append(session, head, actor, "decline_recusal", subject=asked.judge_id, payload=told).rev
    _answer(session, actor, asked, rev, reason=why[:200])
    return rev


def _asked(session: Session, contest_id: str, revision_id: str) -> RecusalRequest:
    found = [one for one in open_requests(session, contest_id) if one.revision_id == revision_id]
    if not found:
        raise NotAsked
    return found[0]


def _answer(
    session: Session, actor: str, asked: RecusalRequest, rev: int, *, recusal_rev: int | None = None, reason: str = ""
) -> None:
    session.add(
        RecusalAnswer(
            contest_id=asked.contest_id, revision_id=asked.revision_id, judge_id=asked.judge_id, rev=rev,
            recusal_rev=recusal_rev, reason=reason, by_person=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
