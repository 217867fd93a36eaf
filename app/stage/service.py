"""Deeds of the stage console (控台): lay down the order, call, let mark, collect, send back, ask again, comment.

Reads the order, the steps and who has handed in. Writes orders, steps, comments, the lock of an entrant's sheets and
decisions; appends only. Every step names the number of the one before it: of two consoles that press at once the second
is told who was first. What needs a score to be seen, checking, confirming and releasing, is in ``publishing``.
"""

from collections.abc import Sequence

from sqlmodel import Session

from app.audit import now, record
from app.contests import queries as contests
from app.errors import AppError
from app.judging.decision_queries import REMARK
from app.judging.decisions import NoSheetStands
from app.judging.models import DecisionRow
from app.judging.proposals import ground
from app.judging.queries import current, is_collected
from app.judging.service import AlreadyCollected, NoSuchStop, NotByStop, lock_stop
from app.reasons import reason_in
from app.stage.clock import press_clock, stop_running
from app.stage.models import ConsoleStep, StageComment, StageOrder, StageTurn
from app.stage.queries import AFTER, FOLLOWED, Place, Turn, order, ordered, turn_of, turns

GRACE_SECONDS = 10
_FROM: dict[str, tuple[Place, ...]] = {
    "call": ("waiting",),
    "mark": ("on_stage",),
    "collect": ("marking",),
    "back": ("on_stage", "marking"),
}


class NotOnStage(AppError):
    """The contest is no stage contest, or the entry is not in the order of appearance."""

    code = "console.not_on_stage"
    status = 409


class OrderTwice(AppError):
    code = "console.order_twice"
    status = 422


class OrderEmpty(AppError):
    code = "console.order_empty"
    status = 422


class OrderBegun(AppError):
    """Who has been on stage stays in the order, in front of those who wait, as he was."""

    code = "console.order_begun"
    status = 409


class OrderSettings(AppError):
    """The number marked together, or the seconds of grace, is outside what the table takes."""

    code = "console.order_settings"
    status = 422


class SteppedMeanwhile(AppError):
    """Another console took a step for this entrant since the page was made; ``by`` whom and ``at`` when."""

    code = "console.stepped_meanwhile"
    status = 409


class OrderMeanwhile(AppError):
    code = "console.order_meanwhile"
    status = 409


class NotNow(AppError):
    """The step does not follow from where the entrant is."""

    code = "console.not_now"
    status = 409


class OneAtATime(AppError):
    """Another entrant is on stage or being marked, and the two are not among the first that are marked together."""

    code = "console.one_at_a_time"
    status = 409


class NotAllIn(AppError):
    code = "console.not_all_in"
    status = 409


def lay_order(
    session: Session,
    actor: str,
    *,
    contest_id: str,
    entries: Sequence[str],
    reason: str = "",
    together: int = 1,
    staggered: bool = True,
    grace_seconds: int = GRACE_SECONDS,
    seen: int = 0,
) -> int:
    """出场顺序: say in which order entrants appear, and how the stage is run. A later one needs a reason.

    ``seen``: the revision of the order that the page showed, 0 for none. Returns the revision.
    """
    told = {"entries": list(entries), "together": together, "staggered": staggered, "grace_seconds": grace_seconds}
    why = reason_in(reason, needed=False)
    rev = record(session, actor, "lay_order", contest_id=contest_id, payload={**told, "reason": why})
    must_be_a_stage(session, contest_id)
    before = order(session, contest_id)
    if (before.rev if before else 0) != seen:
        raise OrderMeanwhile
    if not entries:
        raise OrderEmpty
    if len(set(entries)) < len(entries):
        raise OrderTwice
    if not contests.in_play(session, contest_id).issuperset(entries):
        raise NoSuchStop
    if not (1 <= together <= 9 and 0 <= grace_seconds <= 120):
        raise OrderSettings
    if before:
        reason_in(reason)
        begun = {turn.entry.id for turn in turns(session, contest_id) if turn.steps}
        if not begun.issubset(entries):
            raise OrderBegun
    session.add(
        StageOrder(
            contest_id=contest_id, rev=rev, together=together, staggered=staggered, grace_seconds=grace_seconds,
            reason=why, by_person=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
    session.add_all(
        StageTurn(contest_id=contest_id, rev=rev, place=place, entry_id=entry) for place, entry in enumerate(entries, 1)
    )
    session.flush()
    return rev


def must_be_a_stage(session: Session, contest_id: str) -> None:
    """Raises NotOnStage, NotByStop, AlreadyCollected."""
    if contests.contest(session, contest_id).form != "stage":
        raise NotOnStage
    if contests.scheme(session, contest_id).publication.lock != "stop":
        raise NotByStop
    if is_collected(session, contest_id):
        raise AlreadyCollected


def take_step(
    session: Session, actor: str, *, contest_id: str, entry_id: str, step: str, seen: int, reason: str = ""
) -> int:
    """上场, 打分, 收分, or back to wait: the next step of an entrant. ``seen``: how many steps of his the page showed.

    Collecting shuts his sheets; where one is missing, and to send him back, a reason is needed. Returns the revision.
    """
    why = reason_in(reason, needed=False)
    rev = record(session, actor, f"stage_{step}", contest_id=contest_id, subject=entry_id, payload={"reason": why})
    must_be_a_stage(session, contest_id)
    everybody = turns(session, contest_id)
    turn = next((one for one in everybody if one.entry.id == entry_id), None)
    if turn is None:
        raise NotOnStage
    if turn.last != seen:
        raise SteppedMeanwhile(
            {"by": turn.steps[-1].by, "entry": turn.entry.name} if turn.steps else {"by": "", "entry": ""}
        )
    if turn.state not in _FROM.get(step, ()):
        raise NotNow({"entry": turn.entry.name})
    head = order(session, contest_id)
    if head is None:
        raise NotOnStage
    if step in ("call", "mark"):
        _one_at_a_time(everybody, turn, AFTER[step], head.together)
    if step == "back" or (step == "collect" and turn.missing):
        if step == "collect" and not why:
            raise NotAllIn({"n": len(turn.missing), "due": turn.due})
        reason_in(reason)
    session.add(
        ConsoleStep(
            contest_id=contest_id, rev=rev, entry_id=entry_id, number=turn.last + 1, step=step, reason=why,
            by_person=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
    if step != "call":
        stop_running(session, actor, contest_id=contest_id, entry_id=entry_id)
    if step == "collect":
        lock_stop(session, actor, contest_id=contest_id, entry_id=entry_id, grace_seconds=head.grace_seconds)
    return rev


def _one_at_a_time(everybody: Sequence[Turn], turn: Turn, to: Place, together: int) -> None:
    """Nobody else is on stage or being marked; but the first of a group, where they are marked together.

    Of these several wait on stage for their marks, and are marked at once; still only one performs after the other.
    """
    others = [one for one in everybody if one.state in FOLLOWED and one.entry.id != turn.entry.id]
    apart = [one for one in others if one.group != turn.group or max(one.number, turn.number) > together]
    if apart:
        raise OneAtATime({"entry": apart[0].entry.name})
    if to == "on_stage" and any(one.state == "marking" for one in others):
        raise OneAtATime({"entry": others[0].entry.name})


def time_entrant(session: Session, actor: str, *, contest_id: str, entry_id: str, press: str, seen: int) -> int:
    """计时: start or stop the clock of whoever is on stage. ``seen``: how many presses the page showed.

    Returns the revision. Raises NotOnStage, NotNow, ClockMeanwhile.
    """
    must_be_a_stage(session, contest_id)
    turn = turn_of(session, contest_id, entry_id)
    if turn is None:
        raise NotOnStage
    if turn.state != "on_stage":
        raise NotNow({"entry": turn.entry.name})
    return press_clock(session, actor, contest_id=contest_id, entry_id=entry_id, press=press, seen=seen)


def ask_again(
    session: Session, actor: str, *, contest_id: str, judge_id: str, entry_id: str, reason: str, document: str = ""
) -> int:
    """Ask one judge to mark an entrant once more after his sheets were collected; his next sheet counts.

    A decision, with its reason; it ends with the sheet that comes, or by being taken back. Returns the revision.
    """
    why = ground(reason, document)
    subject = f"{judge_id}/{entry_id}"
    rev = record(session, actor, "ask_again", contest_id=contest_id, subject=subject, payload=why.told())
    must_be_a_stage(session, contest_id)
    turn = turn_of(session, contest_id, entry_id)
    if turn is None or turn.state != "collected":
        raise NotNow({"entry": turn.entry.name if turn else entry_id})
    if (judge_id, entry_id) not in current(session, contest_id):
        raise NoSheetStands
    session.add(
        DecisionRow(
            contest_id=contest_id, rev=rev, number=1, kind=REMARK, subject=subject, reason=why.reason,
            document=why.document, by_person=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return rev


def comment(session: Session, actor: str, *, contest_id: str, entry_id: str, expert: str, text: str) -> int:
    """点评: what an expert said of an entrant; nobody outside the console reads it before the score is released."""
    said = {"expert": " ".join(expert.split()), "text": text.strip()}
    rev = record(session, actor, "comment_entrant", contest_id=contest_id, subject=entry_id, payload=said)
    head = order(session, contest_id)
    if head is None or entry_id not in ordered(session, contest_id, head.rev):
        raise NotOnStage
    session.add(StageComment(contest_id=contest_id, rev=rev, entry_id=entry_id, by_person=actor, at=now(), **said))
    session.flush()
    return rev
