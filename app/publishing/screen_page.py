"""The page of a screen, and the operator's page of all of them: what each shows now, and what it would show next.

Reads cues and releases. Writes nothing. The operator's pictures are made of the very thing that a screen is sent.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.contests import queries as contests
from app.contests.live import program
from app.i18n import Language
from app.publishing import queries
from app.publishing.document import Document
from app.publishing.host_page import HostSeen, host_seen
from app.publishing.models import CounterSignature, Screen
from app.publishing.release import standings, tier_of, units_in
from app.publishing.scenes import WAITING, Cue, Seen, appearing, following, in_force, path_of, screens, seen, set_for


def screen_tag(shown: Seen | HostSeen, language: Language) -> str:
    """The same tag means the very same page; it depends on what is shown and on the program, and on nothing else."""
    return hashlib.sha256(repr((shown, language.code, program())).encode()).hexdigest()[:32]


def shown_on(session: Session, screen: Screen, language: Language) -> Seen | HostSeen:
    """What a screen shows now."""
    if screen.kind == "host":
        return host_seen(session, screen.contest_id, language)
    _, path = path_of(session, screen.contest_id, screen.id)
    return set_for(screen, seen(session, screen.contest_id, path[-1] if path else WAITING, language))


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A screen on the operator's page. ``after``: its newest cue; ``next`` is None while nothing can come."""

    id: str
    name: str
    marks_by: str
    columns: int
    after: int
    now: Seen
    next: Seen | None
    may_go_back: bool


@dataclass(frozen=True, slots=True)
class Reveal:
    """How far the ranking is revealed. ``tier``, ``left``: the prize that comes next, and how many of it are left."""

    version: int
    signed: bool
    shown: int
    tier: str
    left: int


@dataclass(frozen=True, slots=True)
class InForce:
    """A release as the operator's page lists it."""

    rev: int
    told: str
    figure: str


@dataclass(frozen=True, slots=True)
class ScreenDesk:
    """The operator's page."""

    screens: tuple[OnDesk, ...]
    hosts: tuple[tuple[str, str], ...]
    entrants: tuple[tuple[str, str], ...]
    steps: int
    reveal: Reveal
    released: tuple[InForce, ...]


def screen_desk(session: Session, contest_id: str, language: Language) -> ScreenDesk:
    names = {one.id: one.name or one.id for one in contests.entries(session, contest_id)}
    released = in_force(session, contest_id)
    steps = [one for one in released if one.kind == "standing"]
    version = queries.newest(session, contest_id)
    signed = bool(version) and session.get(CounterSignature, (contest_id, version)) is not None
    left = standings(session, contest_id, version)[units_in(steps) :] if signed else []
    every = screens(session, contest_id)
    return ScreenDesk(
        tuple(_on_desk(session, one, language) for one in every if one.kind == "hall"),
        tuple((one.id, one.name) for one in every if one.kind == "host"),
        tuple((entry, names[entry]) for entry in appearing(session, contest_id)),
        len(steps),
        Reveal(version, signed, units_in(steps), *_coming(left, language)),
        tuple(InForce(one.rev, *_told(one.document, language)) for one in released),
    )


def _on_desk(session: Session, screen: Screen, language: Language) -> OnDesk:
    contest_id = screen.contest_id
    after, path = path_of(session, contest_id, screen.id)
    coming: Cue | None = following(session, contest_id, path)
    now = set_for(screen, seen(session, contest_id, path[-1] if path else WAITING, language))
    then = set_for(screen, seen(session, contest_id, coming, language)) if coming else None
    return OnDesk(
        screen.id, screen.name, screen.marks_by, screen.columns, after, now, then, may_go_back=bool(path),
    )  # fmt: skip


def _coming(left: Sequence[Document], language: Language) -> tuple[str, int]:
    if not left:
        return "", 0
    tier = tier_of(left[0])
    return left[0]["page"][language.code]["tier"], sum(tier_of(one) == tier for one in left)


def _told(document: Document, language: Language) -> tuple[str, str]:
    page = document["page"][language.code]
    if "score" in document:
        return page["name"], document["score"]
    return page["tier"], language.gettext(", ").join(unit["name"] for unit in page["units"])
