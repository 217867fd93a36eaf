"""What another person confirms becomes a decision: the one place where decisions are written.

Reads proposals, and asks again whatever was asked when they were put forward. Writes answers, decisions, and what
follows from them; appends only. The database refuses whoever proposed it, and a decision without such an answer.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

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
    Line,
    NothingChosen,
    answered,
    decided,
    lines_of,
    open_proposals,
    together,
    waiting_proposal,
)
from app.judging.signatures import refuse_waiver


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
    lines, deed = lines_of(one), _DEEDS[one.deed]
    again = deed.ask(session, actor, one.contest_id, lines)
    told = {"proposal": one.rev, "proposed_by": one.made_by, "lines": [list(line) for line in lines]}
    why = {"reason": one.reason, "document": one.document}
    subject = together(again.subjects or [line.subject for line in lines])
    head = lock(session, one.contest_id)
    rev = append(session, head, actor, deed.act, subject=subject, payload={**told, **why}).rev
    answered(session, one, actor, rev, "confirmed")
    decided(session, one, actor, rev)
    again.follow(rev)
    return rev


# --- the deeds: what is asked again, and what follows ---------------------------------------------------------------


class _Again(NamedTuple):
    """It may still be done. ``follow``: what comes of it at the decision's revision. ``subjects``: else the lines'."""

    follow: Callable[[int], object] = lambda _rev: None
    subjects: Sequence[str] = ()


class _Deed(NamedTuple):
    """``act``: its name in the log. ``ask`` raises what it raises when it is put forward."""

    act: str
    ask: Callable[[Session, str, str, list[Line]], _Again]


def _decide(session: Session, _actor: str, contest_id: str, lines: list[Line]) -> _Again:
    refuse_decisions(session, contest_id, lines)
    return _Again()


def _admit(session: Session, _actor: str, contest_id: str, lines: list[Line]) -> _Again:
    sheets = waiting_sheets(session, contest_id, {line.rule for line in lines}, admitted=True)
    return _Again(lambda rev: let_count(session, contest_id, sheets, rev))


def _reject(session: Session, _actor: str, contest_id: str, lines: list[Line]) -> _Again:
    waiting_sheets(session, contest_id, {line.rule for line in lines}, admitted=False)
    return _Again()


def _waive(session: Session, _actor: str, contest_id: str, lines: list[Line]) -> _Again:
    refuse_waiver(session, contest_id, [line.subject for line in lines])
    return _Again()


def _let_type(session: Session, _actor: str, contest_id: str, lines: list[Line]) -> _Again:
    refuse_typing(session, contest_id, lines)
    return _Again()


def _which_counts(session: Session, actor: str, contest_id: str, lines: list[Line]) -> _Again:
    paper = contradicting_sheet(session, contest_id, lines[0].judge_and_entry, lines[0].value)
    if lines[0].value != "paper":
        return _Again()
    return _Again(lambda _rev: let_paper_count(session, actor, contest_id, paper))


def _take_back(session: Session, _actor: str, contest_id: str, lines: list[Line]) -> _Again:
    made = decided_at(session, contest_id, lines[0].revoked_rev or 0)
    return _Again(lambda rev: give_way(session, contest_id, made, rev), [row.subject for row in made])


_DEEDS = {
    "decide": _Deed("decide", _decide),
    "admit": _Deed("admit_sheets", _admit),
    "reject": _Deed("reject_sheets", _reject),
    "unsigned": _Deed("waive_signatures", _waive),
    "typing": _Deed("let_type_paper", _let_type),
    "paper": _Deed("decide_paper", _which_counts),
    "back": _Deed("take_back_decision", _take_back),
}
