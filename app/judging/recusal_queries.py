"""What judges asked on their phones about recusals, and what stands of it. Reads only."""

from typing import Any

from sqlmodel import Session, col, select

from app.contests import queries as contests
from app.judging.models import RecusalAnswer, RecusalRequest
from app.sync.kinds import Sender
from scoring.check import Due


def _every(session: Session, contest_id: str) -> list[RecusalRequest]:
    rows = session.exec(
        select(RecusalRequest)
        .where(RecusalRequest.contest_id == contest_id)
        .order_by(col(RecusalRequest.server_rev), col(RecusalRequest.device_seq))
    )
    return list(rows)


def _newest(session: Session, contest_id: str) -> list[RecusalRequest]:
    """Of each judge and entry the newest, in the order in which they came."""
    return list({(row.judge_id, row.entry_id): row for row in _every(session, contest_id)}.values())


def answers(session: Session, contest_id: str) -> dict[str, RecusalAnswer]:
    """The answers, by the request they answer."""
    rows = session.exec(select(RecusalAnswer).where(RecusalAnswer.contest_id == contest_id))
    return {row.revision_id: row for row in rows}


def open_requests(session: Session, contest_id: str) -> list[RecusalRequest]:
    """Those that nobody has answered, the oldest first; none where the judge is recused by another way meanwhile."""
    asked = _newest(session, contest_id)
    if not asked:
        return []
    answered, rule, roster = (
        answers(session, contest_id), contests.scheme(session, contest_id), contests.roster(session, contest_id),
    )  # fmt: skip
    due = Due(rule, roster, absent=set())
    entries = {one.id: one for one in roster.entries}
    return [
        row
        for row in asked
        if row.revision_id not in answered and row.entry_id in entries
        for entry in [entries[row.entry_id]]
        if row.judge_id not in due.recused_from(entry, rule.component[entry.component])
    ]


def declined(session: Session, contest_id: str) -> list[tuple[RecusalRequest, RecusalAnswer]]:
    """Requests that were not followed, with the answer, the oldest first."""
    answered = answers(session, contest_id)
    rows = [(row, answered[row.revision_id]) for row in _every(session, contest_id) if row.revision_id in answered]
    return [(row, answer) for row, answer in rows if answer.recusal_rev is None]


def own_requests(session: Session, sender: Sender) -> dict[str, dict[str, Any]]:
    """What this judge asked and is not recused by, for his package, by entry."""
    mine = [row for row in _newest(session, sender.contest_id) if row.judge_id == sender.judge_id]
    told, answered = {}, answers(session, sender.contest_id) if mine else {}
    for row in mine:
        answer = answered.get(row.revision_id)
        if answer is None or answer.recusal_rev is None:
            state, reason = ("declined", answer.reason) if answer else ("open", "")
            told[row.entry_id] = {"revision_id": row.revision_id, "state": state, "reason": reason}
    return told
