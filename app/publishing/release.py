"""Deeds of the hall: check and confirm a score, release it (亮分), release the ranking step by step, withdraw.

Writes checks, confirmations and releases. Never changes one that is there: what was wrong is withdrawn by a later row,
with a reason, and released anew. What is in force is what a screen may be sent.
"""

import json
from collections.abc import Sequence
from typing import Literal

from sqlmodel import Session, col, select

from app.audit import now, record
from app.contests.access import Member
from app.errors import AppError
from app.judging.decision_queries import undecided
from app.judging.paper_queries import paper_sheets
from app.judging.proposals import proposed
from app.publishing import queries
from app.publishing.document import Document
from app.publishing.hall import moves_with_others, score_document, standing_documents, together
from app.publishing.models import CounterSignature, Publication, Release, ScoreCheck, ScoreConfirmation
from app.publishing.scenes import Released, in_force, number_of
from app.publishing.service import NotSigned, with_own_password
from app.reasons import reason_in
from app.results.queries import Given, given, is_entrant_open
from app.results.service import StillBlind
from app.stage.queries import turn_of
from scoring.canonical import canonical
from scoring.faults import Refused
from scoring.results import EntryResult
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate

CONFIRMERS = frozenset({"organiser", "steward", "checker", "tallier"})
RELEASERS = frozenset({"organiser"})
# A paper sheet in one of these states may still become a mark that counts.
_HALF_TYPED = ("once", "differs", "incomplete", "conflict", "remarked")

How = Literal["unit", "tier"]


class NoSuchEntrant(AppError):
    code = "publishing.no_such_entrant"
    status = 404


class MovesWithOthers(AppError):
    """The scheme compares entries with one another: until the last sheet every score can still change."""

    code = "publishing.moves_with_others"
    status = 409


class NotSettled(AppError):
    """A sheet is missing, half typed or waits for a decision, a proposal is not confirmed, or there is no score."""

    code = "publishing.not_settled"
    status = 409


class NotCollected(AppError):
    """The entrant's sheets are not collected at the console, or one judge was asked to mark again."""

    code = "publishing.not_collected"
    status = 409


class NotChecked(AppError):
    """Nobody has checked the score as it stands now."""

    code = "publishing.not_checked"
    status = 409


class CheckedByYourself(AppError):
    """The database says the same, by a constraint."""

    code = "publishing.checked_by_yourself"
    status = 409


class AlreadyReleased(AppError):
    code = "publishing.already_released"
    status = 409


class NotConfirmed(AppError):
    code = "publishing.not_confirmed"
    status = 409


class MovedSinceConfirmed(AppError):
    code = "publishing.moved_since_confirmed"
    status = 409


class ConfirmedByYourself(AppError):
    """The database says the same, by a constraint."""

    code = "publishing.confirmed_by_yourself"
    status = 409


class OtherVersionReleased(AppError):
    """Steps of an earlier version are in force: those are withdrawn first, so that the hall never sees a mixture."""

    code = "publishing.other_version_released"
    status = 409


class ReleasedMeanwhile(AppError):
    code = "publishing.released_meanwhile"
    status = 409


class NothingLeft(AppError):
    code = "publishing.nothing_left"
    status = 409


class NotReleased(AppError):
    """There is no such release, or it was withdrawn already."""

    code = "publishing.not_released"
    status = 404


class LaterStandsOnIt(AppError):
    """The reveal is withdrawn from its end."""

    code = "publishing.later_stands_on_it"
    status = 409


def check_score(session: Session, member: Member, *, contest_id: str, entry_id: str) -> str:
    """核分: write down that the marks and the score of an entrant on stage were gone through. Returns the score.

    Raises NoSuchEntrant, NotCollected, StillBlind, MovesWithOthers, NotSettled.
    """
    rev = record(session, member.id, "check_score", contest_id=contest_id, subject=entry_id)
    with_own_password(session, member)
    told = settled(session, contest_id, entry_id)
    document = canonical(told).decode()
    session.add(
        ScoreCheck(contest_id=contest_id, rev=rev, entry_id=entry_id, document=document, checked_by=member.id, at=now())
    )
    session.flush()
    return str(told["score"])


def newest_check(session: Session, contest_id: str, entry_id: str) -> ScoreCheck | None:
    """The newest check of an entrant's score; the score may have moved since."""
    mine = select(ScoreCheck).where(ScoreCheck.contest_id == contest_id, ScoreCheck.entry_id == entry_id)
    return session.exec(mine.order_by(col(ScoreCheck.rev).desc()).limit(1)).first()


def confirm_score(session: Session, member: Member, *, contest_id: str, entry_id: str) -> str:
    """确认: write down that the score of an entrant is right. Returns the score as it will be read out.

    Who appears at the console of a stage was checked before, by somebody else. Raises what ``check_score`` raises,
    NotChecked, CheckedByYourself.
    """
    rev = record(session, member.id, "confirm_score", contest_id=contest_id, subject=entry_id)
    told = settled(session, contest_id, entry_id)
    document = canonical(told).decode()
    check = newest_check(session, contest_id, entry_id)
    if turn_of(session, contest_id, entry_id):
        with_own_password(session, member)
        if check is None or check.document != document:
            raise NotChecked
    if check and check.checked_by == member.id:
        raise CheckedByYourself
    session.add(
        ScoreConfirmation(
            contest_id=contest_id, rev=rev, entry_id=entry_id, document=document, confirmed_by=member.id,
            check_rev=check.rev if check else None, checked_by=check.checked_by if check else None, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return str(told["score"])


def confirmation(session: Session, contest_id: str, entry_id: str) -> ScoreConfirmation | None:
    """The newest confirmation of an entrant's score; the score may have moved since."""
    mine = select(ScoreConfirmation).where(
        ScoreConfirmation.contest_id == contest_id, ScoreConfirmation.entry_id == entry_id
    )
    return session.exec(mine.order_by(col(ScoreConfirmation.rev).desc()).limit(1)).first()


def release_score(session: Session, member: Member, *, contest_id: str, entry_id: str) -> int:
    """亮分: let the hall see the score of one entrant, which somebody else has confirmed. Returns the revision.

    Raises what ``confirm_score`` raises, NotConfirmed, MovedSinceConfirmed, ConfirmedByYourself, AlreadyReleased.
    """
    rev = record(session, member.id, "release_score", contest_id=contest_id, subject=entry_id)
    if any(one.entry_id == entry_id for one in in_force(session, contest_id)):
        raise AlreadyReleased
    document = canonical(settled(session, contest_id, entry_id)).decode()
    confirmed = confirmation(session, contest_id, entry_id)
    if confirmed is None:
        raise NotConfirmed
    if confirmed.document != document:
        raise MovedSinceConfirmed
    if confirmed.confirmed_by == member.id:
        raise ConfirmedByYourself
    session.add(
        Release(
            contest_id=contest_id, rev=rev, kind="score", entry_id=entry_id, confirmed_rev=confirmed.rev,
            confirmed_by=confirmed.confirmed_by, document=document, by_person=member.id, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return rev


def settled(session: Session, contest_id: str, entry_id: str) -> Document:
    """The score of an entrant as the hall may see it, if nothing about it is open. Raises what ``check_score`` does."""
    turn = turn_of(session, contest_id, entry_id)
    if turn and (turn.state != "collected" or turn.again):
        raise NotCollected
    if not is_entrant_open(session, contest_id, entry_id):
        raise StillBlind
    found = given(session, contest_id)
    part = next((found.scheme.component[one.component] for one in found.roster.entries if one.id == entry_id), None)
    if part is None:
        raise NoSuchEntrant
    if moves_with_others(part):
        raise MovesWithOthers
    result = _result(found, entry_id)
    waits = any(one.entry_id == entry_id for one in undecided(session, contest_id))
    asked = any(entry_id in (line.subject, *line.judge_and_entry) for line in proposed(session, contest_id))
    typed = any(sheet.state in _HALF_TYPED for sheet in paper_sheets(session, contest_id, [entry_id]).values())
    if result is None or waits or asked or typed:
        raise NotSettled
    return score_document(found, result, number_of(session, contest_id, entry_id))


def _result(found: Given, entry_id: str) -> EntryResult | None:
    """The entry's result where the engine leaves nothing open about it."""
    try:
        tabulation = tabulate(*found)
    except Refused:
        return None
    if any(fault.params.get("entry") == entry_id for fault in tabulation.open):
        return None
    result = tabulation.entries[entry_id]
    return None if result.score is None or result.excluded else result


def release_standing(
    session: Session, member: Member, *, contest_id: str, version: int, how: How = "tier", after: int | None = None
) -> int:
    """Let the hall see the next step of the ranking, from the lowest prize up. Returns the release's revision.

    ``how``: all that are left of the prize, or one more of them. ``after``: how many units the page showed as released.
    Raises NotSigned, OtherVersionReleased, ReleasedMeanwhile, NothingLeft.
    """
    rev = record(session, member.id, "release_standing", contest_id=contest_id, subject=str(version))
    done = [one for one in in_force(session, contest_id) if one.kind == "standing"]
    if session.get(CounterSignature, (contest_id, version)) is None or version != queries.newest(session, contest_id):
        raise NotSigned
    if any(one.version != version for one in done):
        raise OtherVersionReleased
    shown = units_in(done)
    if after is not None and after != shown:
        raise ReleasedMeanwhile
    left = standings(session, contest_id, version)[shown:]
    if not left:
        raise NothingLeft
    tiers = [tier_of(one) for one in left]
    end = next((n for n, tier in enumerate(tiers) if tier != tiers[0]), len(left)) if how == "tier" else 1
    document = canonical(together(left[:end])).decode()
    session.add(
        Release(
            contest_id=contest_id, rev=rev, kind="standing", version=version, document=document, by_person=member.id,
            at=now(),
        )
    )  # fmt: skip
    session.flush()
    return rev


def standings(session: Session, contest_id: str, version: int) -> list[Document]:
    """Every unit of a seal as the hall may see it, from the lowest prize up: for the deed, and for nobody's screen."""
    row = queries.seal(session, contest_id, version)
    public = session.get(Publication, (contest_id, version))
    level = public.level if public else read_scheme(row.scheme).publication.level
    return standing_documents(json.loads(row.document), level)


def units_in(released: Sequence[Released]) -> int:
    """How many units the steps show."""
    return sum(len(next(iter(one.document["page"].values()))["units"]) for one in released)


def tier_of(document: Document) -> str:
    return str(next(iter(document["page"].values()))["tier"])


def withdraw_release(session: Session, member: Member, *, contest_id: str, rev: int, reason: str) -> int:
    """Take a release back: no screen is sent it any more. Returns the withdrawal's revision.

    Raises NotReleased, ReasonMissing, LaterStandsOnIt.
    """
    why = reason_in(reason, needed=False)
    done = record(
        session, member.id, "withdraw_release", contest_id=contest_id, subject=str(rev), payload={"reason": why}
    )
    standing = in_force(session, contest_id)
    found = next((one for one in standing if one.rev == rev), None)
    if found is None:
        raise NotReleased
    reason_in(reason)
    if found.kind == "standing" and any(one.kind == "standing" and one.rev > rev for one in standing):
        raise LaterStandsOnIt
    session.add(
        Release(
            contest_id=contest_id, rev=done, kind="withdrawal", withdraws=rev, reason=why, by_person=member.id,
            at=now(),
        )
    )  # fmt: skip
    session.flush()
    return done
