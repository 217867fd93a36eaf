"""Deeds of proposals: put forward what is to be decided, withdraw it, decline it. ``confirming`` makes decisions of it.

Reads and writes proposals and their answers; appends only. A proposal has no effect on anything that is computed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

from sqlmodel import Session, col, select

from app.audit import Head, append, lock, now
from app.errors import AppError
from app.judging.models import DecisionRow, Proposal, ProposalAnswer
from app.reasons import reason_in

# What is done when it is confirmed: see ``confirming``.
Deed = Literal["decide", "admit", "reject", "unsigned", "typing", "paper", "back"]
# What may be put forward several times for one subject: whether it may hold several times, the engine knows.
_SEVERAL = ("deduction", "bonus", "commit", "public", "secret", "withheld")


class NothingChosen(AppError):
    code = "decide.nothing_chosen"
    status = 422


class ProposedAlready(AppError):
    """The same waits for somebody to confirm it."""

    code = "decide.proposed_already"
    status = 409


class NotProposed(AppError):
    """It was answered meanwhile."""

    code = "decide.not_proposed"
    status = 409


class Line(NamedTuple):
    """One decision that is to be; see ``DecisionRow``."""

    kind: str
    subject: str = ""
    rule: str = ""
    value: str = ""
    revoked_rev: int | None = None

    @property
    def matter(self) -> tuple[str, str, str, int | None]:
        """What it is about, whatever is decided of it."""
        return self.kind, self.subject, "" if self.kind == "award" else self.rule, self.revoked_rev

    @property
    def judge_and_entry(self) -> tuple[str, str]:
        judge, _, entry = self.subject.partition("/")
        return judge, entry


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is decided, and by which document."""

    reason: str
    document: str

    def told(self) -> dict[str, str]:
        return asdict(self)


def ground(reason: str, document: str) -> Ground:
    """The reason and document on one line each, as a file of decisions can hold them. Raises ReasonMissing."""
    return Ground(reason_in(reason), " ".join(document.split()))


def open_proposals(session: Session, contest_id: str) -> list[Proposal]:
    """What waits for another person, in the order it was put forward."""
    answered = select(ProposalAnswer.proposal_rev).where(ProposalAnswer.contest_id == contest_id)
    of_contest = select(Proposal).where(Proposal.contest_id == contest_id, col(Proposal.rev).not_in(answered))
    return list(session.exec(of_contest.order_by(col(Proposal.rev))))


def lines_of(one: Proposal) -> list[Line]:
    return [Line(*line) for line in json.loads(one.lines)]


def proposed(session: Session, contest_id: str) -> set[Line]:
    """Every line that waits for another person."""
    return {line for one in open_proposals(session, contest_id) for line in lines_of(one)}


def put_forward(
    session: Session, head: Head, actor: str, deed: Deed, lines: Sequence[Line], why: Ground,
    *, of: Sequence[DecisionRow] = (),
) -> int:  # fmt: skip
    """Put forward what the caller has looked at; returns the revision. ``of``: what is to be taken back.

    Raises ProposedAlready.
    """
    waiting = {line.matter for line in proposed(session, head.contest_id) if line.kind not in _SEVERAL}
    if twice := [line for line in lines if line.matter in waiting]:
        raise ProposedAlready({"n": len(twice)})
    told = {"deed": deed, "lines": [list(line) for line in lines], **why.told()}
    subject = together([line.subject for line in of or lines])
    rev = append(session, head, actor, "propose_decision", subject=subject, payload=told).rev
    session.add(
        Proposal(
            contest_id=head.contest_id, rev=rev, deed=deed, lines=json.dumps(lines, ensure_ascii=False),
            reason=why.reason, document=why.document, made_by=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return rev


def refuse_proposal(session: Session, actor: str, *, contest_id: str, rev: int, reason: str) -> int:
    """Decline what another put forward, or withdraw one's own; returns the revision. Raises NotProposed."""
    why = ground(reason, "")
    head = lock(session, contest_id)
    one = waiting_proposal(session, contest_id, rev)
    answer = "withdrawn" if one.made_by == actor else "declined"
    told = {"proposal": rev, "reason": why.reason}
    act = "withdraw_proposal" if answer == "withdrawn" else "decline_proposal"
    done = append(session, head, actor, act, subject=together([line.subject for line in lines_of(one)]), payload=told)
    answered(session, one, actor, done.rev, answer, why.reason)
    return done.rev


def waiting_proposal(session: Session, contest_id: str, rev: int) -> Proposal:
    """Raises NotProposed where there is none, or it was answered."""
    one = session.get(Proposal, (contest_id, rev))
    if one is None or session.get(ProposalAnswer, (contest_id, rev)) is not None:
        raise NotProposed
    return one


def answered(session: Session, one: Proposal, actor: str, rev: int, answer: str, reason: str = "") -> None:
    session.add(
        ProposalAnswer(
            contest_id=one.contest_id, proposal_rev=one.rev, made_by=one.made_by, rev=rev, answer=answer,
            reason=reason, by_person=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()


def decided(session: Session, one: Proposal, actor: str, rev: int) -> list[DecisionRow]:
    """The rows of a proposal that ``actor`` has confirmed at ``rev``."""
    made = [
        DecisionRow(
            contest_id=one.contest_id, rev=rev, number=number, kind=line.kind, subject=line.subject, rule=line.rule,
            value=line.value, revoked_rev=line.revoked_rev, reason=one.reason, document=one.document,
            by_person=one.made_by, at=now(), proposal_rev=one.rev, confirmed_by=actor,
        )
        for number, line in enumerate(lines_of(one), 1)
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def together(subjects: Sequence[str]) -> str:
    """The first by name, the rest by number: the particulars list them all."""
    return subjects[0] + (f" +{len(subjects) - 1}" if len(subjects) > 1 else "")
