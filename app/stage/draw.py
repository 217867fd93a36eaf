"""The verifiable draw of the order of appearance (抽签): promised, held, and checked by anybody.

Before: the digest of a secret, and who is drawn, both frozen. Then a number that nobody could know is called out or
thrown with dice in the hall. After: the secret, and an order that follows from the two. Writes promises and draws, and
lays down the order. Every draw that was promised stays to be seen: nobody draws until he likes the order. See
``scoring.draw``.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.audit import now, record
from app.contests import queries as contests
from app.errors import AppError
from app.reasons import reason_in
from app.stage.models import StageDraw, StageDrawn, StageOrder
from app.stage.queries import groups, order, ordered, turns
from app.stage.service import GRACE_SECONDS, OrderBegun, OrderEmpty, lay_order, must_be_a_stage
from scoring.draw import commitment, drawn, seed

LONGEST = 80
Group = tuple[str, tuple[str, ...]]  # what it is called, and its entries in the manual order


class DrawOpen(AppError):
    """A draw is promised and not held: it is held first, whatever comes of it."""

    code = "console.draw_open"
    status = 409


class NoDraw(AppError):
    """Nothing is promised, or it was held already."""

    code = "console.no_draw"
    status = 409


class PublicMissing(AppError):
    code = "console.public_missing"
    status = 422


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw as anybody may see it. Until it is held, ``secret``, ``public``, ``seed`` and ``order`` are empty.

    ``frozen``: the digest of ``text``, which names who is drawn. ``order``: by group, the entries as they were drawn.
    ``laid``: the revision of the order that came of it.
    """

    rev: int
    commitment: str
    text: str
    frozen: str
    reason: str
    at: str
    secret: str = ""
    public: str = ""
    seed: str = ""
    order: tuple[Group, ...] = ()
    laid: int = 0
    held_at: str = ""


def draws(session: Session, contest_id: str) -> list[Draw]:
    """Every draw that was promised, the newest first."""
    held = {
        row.draw_rev: row for row in session.exec(select(StageDrawn).where(StageDrawn.contest_id == contest_id)).all()
    }
    rows = session.exec(select(StageDraw).where(StageDraw.contest_id == contest_id).order_by(col(StageDraw.rev).desc()))
    return [_draw(promised, held.get(promised.rev)) for promised in rows]


def _draw(promised: StageDraw, held: StageDrawn | None) -> Draw:
    frozen = hashlib.sha256(promised.entrants.encode()).hexdigest()
    known = (promised.rev, promised.commitment, promised.entrants, frozen, promised.reason, promised.at)
    if held is None:
        return Draw(*known)
    key, several = _drawn(promised, held.public)
    return Draw(*known, promised.secret, held.public, key, several, held.order_rev, held.at)


def _drawn(promised: StageDraw, public: str) -> tuple[str, tuple[Group, ...]]:
    """The seed, and by group the order that follows from it."""
    key = seed(promised.secret, public, hashlib.sha256(promised.entrants.encode()).hexdigest())
    return key, tuple((name, tuple(drawn(name, key, several))) for name, several in json.loads(promised.entrants))


def changed_since(session: Session, contest_id: str) -> StageOrder | None:
    """The order that counts where it is not the one that the newest draw laid down; else nothing."""
    head, laid = order(session, contest_id), next((one.laid for one in draws(session, contest_id) if one.laid), 0)
    return head if head and laid and head.rev > laid else None


def promise_draw(session: Session, actor: str, *, contest_id: str, groups: Sequence[Group], reason: str = "") -> int:
    """Freeze who is drawn, and show the digest of a secret that decides it. Returns the revision.

    ``reason``: why an order that was laid down before is drawn anew. Raises DrawOpen, OrderEmpty, OrderBegun,
    ReasonMissing, and what ``must_be_a_stage`` raises.
    """
    secret, why = secrets.token_hex(32), reason_in(reason, needed=False)
    told = {"commitment": commitment(secret), "groups": [list(several) for _, several in groups], "reason": why}
    rev = record(session, actor, "promise_draw", contest_id=contest_id, payload=told)
    must_be_a_stage(session, contest_id)
    if any(not one.secret for one in draws(session, contest_id)):
        raise DrawOpen
    chosen = {entry for _, several in groups for entry in several}
    if not chosen:
        raise OrderEmpty
    there = {turn.entry.id: turn for turn in turns(session, contest_id)}
    if any(there[entry].steps for entry in chosen & there.keys()):
        raise OrderBegun
    reason_in(reason, needed=bool(chosen & there.keys()))
    session.add(
        StageDraw(
            contest_id=contest_id, rev=rev, commitment=commitment(secret), secret=secret,
            entrants=json.dumps(groups, ensure_ascii=False), reason=why, by_person=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return rev


def hold_draw(session: Session, actor: str, *, contest_id: str, rev: int, public: str, reason: str) -> int:
    """Draw with what was called out in the hall, and lay the order down at once. Returns the order's revision.

    ``reason``: what the log says of an order that takes the place of another. Raises PublicMissing, NoDraw, and what
    ``lay_order`` raises.
    """
    value = " ".join(public.split())[:LONGEST]
    record(session, actor, "hold_draw", contest_id=contest_id, subject=str(rev), payload={"public": value})
    if not value:
        raise PublicMissing
    promised, held = session.get(StageDraw, (contest_id, rev)), session.get(StageDrawn, (contest_id, rev))
    if promised is None or held is not None:
        raise NoDraw
    _, several = _drawn(promised, value)
    head = order(session, contest_id)
    laid = lay_order(
        session, actor, contest_id=contest_id, entries=_everybody(session, contest_id, several),
        reason=promised.reason or reason, together=head.together if head else 1,
        staggered=head.staggered if head else True, grace_seconds=head.grace_seconds if head else GRACE_SECONDS,
        seen=head.rev if head else 0,
    )  # fmt: skip
    session.add(
        StageDrawn(
            contest_id=contest_id, draw_rev=rev, order_rev=laid, public=value, by_person=actor, at=now(),
        )
    )  # fmt: skip
    session.flush()
    return laid


def _everybody(session: Session, contest_id: str, several: Sequence[Group]) -> list[str]:
    """Who appears, group by group: those drawn as they were drawn, the others as they stood before.

    Whoever was dropped since the promise is left out, which moves nobody else; whoever was called on stage stays ahead.
    """
    chosen, here = [entry for _, entries in several for entry in entries], contests.in_play(session, contest_id)
    head, of_group = order(session, contest_id), groups(session, contest_id)
    before = ordered(session, contest_id, head.rev) if head else []
    begun = [turn.entry.id for turn in turns(session, contest_id) if turn.steps]
    kept = [entry for entry in before if entry not in chosen or entry in begun]
    places = {group: place for place, group in enumerate(dict.fromkeys(of_group.values()))}
    every = dict.fromkeys([*kept, *(entry for entry in chosen if entry in here)])
    return sorted(every, key=lambda entry: places[of_group[entry]])
