"""What another person confirms becomes a decision: the one place where decisions are written.

Reads proposals, and asks again whatever was asked when they were put forward. Writes answers, decisions, and what
follows from them; appends only. The database refuses whoever proposed it, and a decision without such an answer.
"""

from collections.abc import Sequence

from sqlmodel import Session

from app.audit import append, lock
from app.errors import AppError
from app.judging.decisions import (
    decided_at,
    give_way,
    let_count,
    refuse_decisions,
    waiting_sheets,
)
from app.judging.models import Proposal
from app.judging.paper import contradicting_sheet, let_paper_count, refuse_typing
from app.judging.proposals import (
    NothingChosen,
    answered,
    decided,
    lines_of,
    open_proposals,
    together,
    waiting_proposal,
)
from app.judging.signatures import refuse_waiver

_ACTS = {
    "decide": "decide",
    "admit": "admit_sheets",
    "reject": "reject_sheets",
    "unsigned": "waive_signatures",
    "typing": "let_type_paper",
    "paper": "decide_paper",
    "back": "take_back_decision",
}


class OwnProposal(AppError):
    """The database says the same, by a constraint."""

    code = "decide.own_proposal"
    status = 409


class CannotConfirm(AppError):
    """What was put forward at ``rev`` cannot be decided any more; ``because`` says why. Nothing was confirmed."""

    code = "decide.cannot_confirm"
    status = 409

    def __init__(self, rev: int, because: AppError) -> None:
        super().__init__({"rev": rev})
        self.because = because


def confirm_proposals(session: Session, actor: str, *, contest_id: str, revs: Sequence[int]) -> list[int]:
    """The second person's hand, for several at once: all of them or none. Returns the revisions of the decisions.

    Raises NothingChosen, NotProposed, OwnProposal, CannotConfirm.
    """
    if not revs:
        raise NothingChosen
    lock(session, contest_id)
    done = []
    for rev in sorted(set(revs)):
        one = waiting_proposal(session, contest_id, rev)
        if one.made_by == actor:
            raise OwnProposal
        try:
            done.append(_confirm(session, actor, one))
        except AppError as trouble:
            raise CannotConfirm(rev, trouble) from trouble
    return done


def confirm_everything(session: Session, actor: str, *, contest_id: str) -> list[int]:
    """All that waits, in one go."""
    revs = [one.rev for one in open_proposals(session, contest_id)]
    return confirm_proposals(session, actor, contest_id=contest_id, revs=revs)


def _confirm(session: Session, actor: str, one: Proposal) -> int:
    """Ask again, write the decision, and do what follows from it."""
    contest_id, lines = one.contest_id, lines_of(one)
    subjects, sheets, back, paper = [line.subject for line in lines], [], [], None
    if one.deed == "decide":
        refuse_decisions(session, contest_id, lines)
    elif one.deed in ("admit", "reject"):
        names = {line.rule for line in lines}
        sheets = waiting_sheets(session, contest_id, names, admitted=one.deed == "admit")
    elif one.deed == "unsigned":
        refuse_waiver(session, contest_id, subjects)
    elif one.deed == "typing":
        refuse_typing(session, contest_id, lines)
    elif one.deed == "paper":
        paper = contradicting_sheet(session, contest_id, lines[0].judge_and_entry, lines[0].value)
    else:
        back = decided_at(session, contest_id, lines[0].revoked_rev or 0)
        subjects = [row.subject for row in back]
    told = {"proposal": one.rev, "proposed_by": one.made_by, "lines": [list(line) for line in lines]}
    why = {"reason": one.reason, "document": one.document}
    head = lock(session, contest_id)
    rev = append(session, head, actor, _ACTS[one.deed], subject=together(subjects), payload={**told, **why}).rev
    answered(session, one, actor, rev, "confirmed")
    decided(session, one, actor, rev)
    if one.deed == "admit":
        let_count(session, contest_id, sheets, rev)
    if paper and lines[0].value == "paper":
        let_paper_count(session, actor, contest_id, paper)
    give_way(session, contest_id, back, rev)
    return rev
