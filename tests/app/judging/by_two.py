"""Decisions as they come about: put forward by one person, confirmed by another."""

from collections.abc import Callable

from sqlmodel import Session

from app.audit import now
from app.db import Database
from app.judging.confirming import confirm_everything, confirm_proposals
from app.judging.models import DecisionRow, Proposal, ProposalAnswer

SECOND = "the second person"


def by_two(database: Database, deed: Callable[[Session], int], contest_id: str = "c1") -> int:
    """What ``deed`` puts forward is confirmed; the revision of the decision."""
    rev = database.write(deed)
    [done] = database.write(lambda s: confirm_proposals(s, SECOND, contest_id=contest_id, revs=[rev]))
    return done


def confirm_all(database: Database, contest_id: str = "c1") -> list[int]:
    return database.write(lambda s: confirm_everything(s, SECOND, contest_id=contest_id))


def add_decision(session: Session, row: DecisionRow) -> None:
    """A decision as a row, with the proposal and the answer that the database asks for."""
    if not session.get(Proposal, (row.contest_id, row.rev)):
        asked = {"contest_id": row.contest_id, "made_by": row.by_person, "at": now()}
        session.add(Proposal(rev=row.rev, deed="decide", lines="[]", reason=row.reason, **asked))
        session.flush()
        answer = ProposalAnswer(proposal_rev=row.rev, rev=row.rev, answer="confirmed", by_person=SECOND, **asked)
        session.add(answer)
        session.flush()
    row.proposal_rev, row.confirmed_by = row.rev, SECOND
    session.add(row)
    session.flush()
