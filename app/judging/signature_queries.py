"""What judges have signed on glass, computed from signatures and sheets: what is covered, what is not yet or no longer.

Reads only, and reads no mark. A signature covers a revision of a sheet by its id and digest; whatever replaces it is
another revision, and is not covered.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.contests import queries as contests
from app.judging.decision_queries import UNSIGNED, in_force
from app.judging.models import JudgeSignature, SheetRevision, SignedSheet
from app.judging.queries import DICTATED, Revision, current, folded, revisions
from app.judging.schemas import SheetRecord
from app.sync.kinds import Sender
from app.sync.schemas import Record

Line = tuple[str, str, str]  # judge, revision, digest


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A judge's sheets that count and that no signature of his covers, in the manual order of entries.

    ``stale``: those of them of which he signed an earlier version.
    """

    judge_id: str
    entries: tuple[str, ...]
    stale: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature as people look at it: ``path`` is the drawing as an SVG path, empty where the name was typed."""

    judge_id: str
    name: str
    path: str
    sheets: int
    marked_at: str
    came_at: str


def asks_signature(session: Session, contest_id: str) -> bool:
    """Whether the scheme asks each judge to sign on his phone what he handed in."""
    return contests.scheme(session, contest_id).publication.signature == "glass"


def replaces_signed(session: Session, sender: Sender, sheet: SheetRecord, one: Record) -> bool:
    """Whether ``one`` would take the place of a sheet that its judge has signed, and no signature covers it."""
    whose = (SignedSheet.contest_id == sender.contest_id, SignedSheet.judge_id == sender.judge_id)
    lines = select(SignedSheet.revision_id, SignedSheet.digest).where(*whose, SignedSheet.entry_id == sheet.entry_id)
    signed = {(revision, digest) for revision, digest in session.exec(lines)}
    if not signed or (one.revision_id, one.sha256) in signed:
        return False
    of_sheet = (SheetRevision.judge_id == sender.judge_id, SheetRevision.entry_id == sheet.entry_id)
    counts = folded(revisions(session, sender.contest_id, *of_sheet)).get((sender.judge_id, sheet.entry_id))
    return counts is not None and (counts.revision_id, counts.digest) in signed


def unsigned(session: Session, contest_id: str) -> list[Unsigned]:
    """The judges of whom a signature is still to come, in the manual order; nobody where the scheme asks for none.

    Paper is signed on paper, and for what people admitted their decision stands: only sheets as phones handed them in
    are asked about, and what was entered for a judge as he dictated it. Where it was decided that his sheets count
    without a signature, or that one does not count at all, nothing is asked.
    """
    if not asks_signature(session, contest_id):
        return []
    lines = session.exec(select(SignedSheet).where(SignedSheet.contest_id == contest_id)).all()
    covered = {(line.judge_id, line.revision_id, line.digest) for line in lines}
    before = {(line.judge_id, line.entry_id) for line in lines}
    settled = {row.subject for row in in_force(session, contest_id) if row.kind in (UNSIGNED, "void")}
    order = {row.id: row.place_number for row in contests.entries(session, contest_id)}
    open_of: dict[str, list[str]] = {}
    for (judge, entry), one in current(session, contest_id).items():
        if entry in order and settled.isdisjoint((judge, f"{judge}/{entry}")) and _is_asked(one, covered):
            open_of.setdefault(judge, []).append(entry)
    return [
        Unsigned(judge.id, tuple(entries), tuple(entry for entry in entries if (judge.id, entry) in before))
        for judge in contests.judges(session, contest_id)
        if (entries := sorted(open_of.get(judge.id, ()), key=order.__getitem__))
    ]


def _is_asked(one: Revision, covered: set[Line]) -> bool:
    by_himself = one.device_id != "" or one.origin == DICTATED
    return by_himself and (one.judge_id, one.revision_id, one.digest) not in covered


def own_unsigned(session: Session, sender: Sender) -> list[dict[str, Any]] | None:
    """The same for one judge's phone, with what he would sign; None where the scheme asks for no signature."""
    if not asks_signature(session, sender.contest_id):
        return None
    whose = (SignedSheet.contest_id == sender.contest_id, SignedSheet.judge_id == sender.judge_id)
    lines = session.exec(select(SignedSheet.revision_id, SignedSheet.digest).where(*whose))
    covered = {(sender.judge_id, revision, digest) for revision, digest in lines}
    mine = folded(revisions(session, sender.contest_id, SheetRevision.judge_id == sender.judge_id))
    marked = {entry.id for entry in contests.entries(session, sender.contest_id)}
    return [
        {"entry": one.entry_id, "revision_id": one.revision_id, "digest": one.digest}
        for one in sorted(mine.values(), key=lambda one: (one.server_rev, one.device_seq))
        if one.entry_id in marked and _is_asked(one, covered)
    ]


def signatures(session: Session, contest_id: str) -> Mapping[str, Sequence[Signed]]:
    """Every signature of the contest by its judge, the newest first."""
    counted: dict[str, int] = {}
    for name in session.exec(select(SignedSheet.signature_id).where(SignedSheet.contest_id == contest_id)):
        counted[name] = counted.get(name, 0) + 1
    made = select(JudgeSignature).where(JudgeSignature.contest_id == contest_id)
    found: dict[str, list[Signed]] = {}
    for row in session.exec(
        made.order_by(col(JudgeSignature.server_rev).desc(), col(JudgeSignature.device_seq).desc())
    ):
        path = " ".join(_drawn(json.loads(row.strokes)))
        one = Signed(row.judge_id, row.name, path, counted[row.revision_id], row.marked_at, row.came_at)
        found.setdefault(row.judge_id, []).append(one)
    return found


def _drawn(strokes: Sequence[Sequence[int]]) -> Iterator[str]:
    """Each stroke as a piece of an SVG path; a single point as a line of no length, which a round pen shows."""
    for stroke in strokes:
        points = [f"{x} {y}" for x, y in zip(stroke[::2], stroke[1::2], strict=True)]
        yield f"M{points[0]}L{' '.join(points[1:] or points)}"
