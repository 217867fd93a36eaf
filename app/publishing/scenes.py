"""Which scene a screen shows, which comes next, and what stands in it: from cues and from releases in force alone.

Reads only. Nothing here computes a score or opens a seal: what was not released is in nothing that is read here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import get_args

from sqlmodel import Session, col, func, select

from app.contests import queries as contests
from app.i18n import Language
from app.publishing.document import Document
from app.publishing.hall import entrant
from app.publishing.models import Release, Scene, Screen, ScreenCue
from app.stage.models import ConsoleStep, StageComment, StageOrder
from app.stage.queries import Said, comments, groups, order, ordered

SCENES: tuple[Scene, ...] = get_args(Scene)
OF_AN_ENTRANT = ("stage", "marks", "score", "standings")


@dataclass(frozen=True, slots=True)
class Cue:
    """One scene. ``entry_id``: whose it is, or for standings an entry of the part that is ranked.

    ``step``: so many steps of the reveal are shown.
    """

    scene: Scene
    entry_id: str = ""
    step: int = 0


WAITING = Cue("waiting")


@dataclass(frozen=True, slots=True)
class Released:
    """A release in force. ``entry_id``: whose score; empty for a step of the reveal, which has a ``version``."""

    rev: int
    kind: str
    entry_id: str
    version: int
    document: Document
    at: str


def in_force(session: Session, contest_id: str) -> list[Released]:
    """What was released and not withdrawn, in the order in which it was."""
    rows = session.exec(select(Release).where(Release.contest_id == contest_id).order_by(col(Release.rev))).all()
    withdrawn = {row.withdraws for row in rows}
    return [
        Released(row.rev, row.kind, row.entry_id or "", row.version or 0, json.loads(row.document), row.at)
        for row in rows
        if row.kind != "withdrawal" and row.rev not in withdrawn
    ]


def delivered(session: Session, contest_id: str, unit_id: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """点评: of each entrant of a unit whose score is released what experts said of him: who, and what.

    Who is empty, unless a judge wrote it himself and wants his name to go with it. What judges wrote stands in the
    order of its words: that of their seats would tell whose it is.
    """
    released = {one.entry_id for one in in_force(session, contest_id)}
    said = comments(session, contest_id) if released else {}
    own = [one for one in contests.entries(session, contest_id) if one.unit_id == unit_id]
    return [
        (one.name, tuple((row.expert if row.named else "", row.text) for row in _apart(said[one.id])))
        for one in own
        if one.id in released and one.id in said
    ]


def _apart(said: Sequence[Said]) -> list[Said]:
    typed, own = ([one for one in said if one.own is kind] for kind in (False, True))
    return [*typed, *sorted(own, key=lambda one: one.text)]


def screens(session: Session, contest_id: str) -> Sequence[Screen]:
    """The screens in force, in the order in which they were made."""
    mine = select(Screen).where(Screen.contest_id == contest_id, col(Screen.revoked_at).is_(None))
    return session.exec(mine.order_by(col(Screen.rev))).all()


def screen(session: Session, contest_id: str, screen_id: str) -> Screen | None:
    return session.get(Screen, (contest_id, screen_id))


def path_of(session: Session, contest_id: str, screen_id: str) -> tuple[int, list[Cue]]:
    """The revision of the newest cue, and what leads to what is shown now: what was stepped back from is not in it."""
    mine = select(ScreenCue).where(ScreenCue.contest_id == contest_id, ScreenCue.screen_id == screen_id)
    last, path = 0, list[Cue]()
    for row in session.exec(mine.order_by(col(ScreenCue.rev))):
        # A cue at a place takes the place of whatever stood there and after it; at place 0 nothing is left.
        path[max(row.place - 1, 0) :] = [_cue(row)] if row.place else []
        last = row.rev
    return last, path


def _cue(row: ScreenCue) -> Cue:
    scene = next(scene for scene in SCENES if scene == row.scene)
    return Cue(scene, row.entry_id or "", row.step)


def hall_rev(session: Session, contest_id: str) -> int:
    """The newest act that a screen may have to show: no other act of the contest changes it."""
    newest = (
        select(func.max(col(Release.rev))).where(Release.contest_id == contest_id),
        select(func.max(col(ScreenCue.rev))).where(ScreenCue.contest_id == contest_id),
        select(func.max(col(Screen.revoked_rev))).where(Screen.contest_id == contest_id),
        # What the host's page follows, and says of it who is on stage.
        select(func.max(col(ConsoleStep.rev))).where(ConsoleStep.contest_id == contest_id),
        select(func.max(col(StageOrder.rev))).where(StageOrder.contest_id == contest_id),
        select(func.max(col(StageComment.rev))).where(StageComment.contest_id == contest_id),
    )
    return max(session.exec(one).one() or 0 for one in newest)


def known(session: Session, contest_id: str, cue: Cue) -> bool:
    """Whether the scene can be shown: its entrant exists, its score and its steps are released."""
    released = in_force(session, contest_id)
    if cue.scene in OF_AN_ENTRANT and cue.entry_id not in {one.id for one in contests.entries(session, contest_id)}:
        return False
    if cue.scene in ("marks", "score"):
        return any(one.entry_id == cue.entry_id for one in released)
    if cue.scene == "reveal":
        return 1 <= cue.step <= sum(one.kind == "standing" for one in released)
    return True


def following(session: Session, contest_id: str, path: Sequence[Cue]) -> Cue | None:
    """What comes next, or nothing while it is not released.

    A score that was released and that this screen has not shown goes first, so that scores may be read out one or more
    entrants late (错位报分) without anybody saying so beforehand; else the next entrant; after the last the standings,
    and then the reveal.
    """
    last = path[-1] if path else WAITING
    if last.scene == "blank":
        return following(session, contest_id, path[:-1])
    released = in_force(session, contest_id)
    scores = [one.entry_id for one in released if one.kind == "score"]
    steps = sum(one.kind == "standing" for one in released)
    if last.scene == "marks" and last.entry_id in scores:
        return Cue("score", last.entry_id)
    if last.scene in ("standings", "reveal"):
        return Cue("reveal", step=last.step + 1) if last.step < steps else None
    shown = {cue.entry_id for cue in path if cue.scene in ("marks", "score")}
    waiting = [entry for entry in scores if entry not in shown]
    if waiting:
        return Cue("marks", waiting[0])
    entrants = appearing(session, contest_id)
    called = [cue.entry_id for cue in path if cue.scene == "stage" and cue.entry_id in entrants]
    left = entrants[entrants.index(called[-1]) + 1 :] if called else entrants
    if left:
        return Cue("stage", left[0])
    return Cue("standings", called[-1]) if called and scores else None


def appearing(session: Session, contest_id: str) -> list[str]:
    """The entrants in the order in which they appear: as it was laid down for the stage, else in the manual one."""
    laid_down = order(session, contest_id)
    if laid_down:
        return ordered(session, contest_id, laid_down.rev)
    marked = {part.id for part in contests.scheme(session, contest_id).components if part.panel}
    return [one.id for one in contests.entries(session, contest_id) if one.component in marked]


def number_of(session: Session, contest_id: str, entry_id: str) -> int:
    """The number by which an entrant is called out: his place within his group; 0 where he does not appear."""
    group = groups(session, contest_id)
    together = [one for one in appearing(session, contest_id) if group[one] == group.get(entry_id)]
    return together.index(entry_id) + 1 if entry_id in together else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the standings so far."""

    place: int
    name: str
    score: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a screen shows: everything that is sent to it, and nothing else. Only what the scene needs is filled in."""

    scene: Scene
    title: str
    simulated: bool
    who: Document | None = None
    score: str = ""
    marks: tuple[Document, ...] = ()
    lines: tuple[Line, ...] = ()
    tier: str = ""
    first: bool = False
    units: tuple[Document, ...] = ()
    columns: int = 0


def set_for(screen: Screen, shown: Seen) -> Seen:
    """A scene as this screen is set: the order of its marks, and its columns."""
    marks = shown.marks
    if screen.marks_by == "mark":
        marks = tuple(sorted(marks, key=lambda one: -Decimal(one["mark"])))
    return replace(shown, marks=marks, columns=screen.columns)


def seen(session: Session, contest_id: str, cue: Cue, language: Language) -> Seen:
    """A scene as it is now. A score that was withdrawn is not shown: its entrant stands there alone."""
    contest = contests.contest(session, contest_id)
    title, fake = contest.name, contest.simulated
    if cue.scene in ("waiting", "blank"):
        return Seen(cue.scene, title, fake)
    released = in_force(session, contest_id)
    if cue.scene == "reveal":
        steps = [one.document for one in released if one.kind == "standing"][: cue.step]
        waiting = Seen("waiting", title, fake)
        return _revealed(steps, waiting, language) if steps else waiting
    number = number_of(session, contest_id, cue.entry_id)
    rule, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    who = entrant(rule, roster, cue.entry_id, number, language)
    if cue.scene == "standings":
        parts = {one.id: one.component for one in contests.entries(session, contest_id)}
        ranked = [one.document for one in released if one.entry_id and parts[one.entry_id] == parts[cue.entry_id]]
        lines = _lines(ranked, language)
        return Seen("standings", title, fake, {"part": who["part"]}, lines=lines)
    found = next((one.document for one in released if one.entry_id == cue.entry_id), None)
    if cue.scene == "stage" or found is None:
        return Seen("stage", title, fake, who)
    told = found["page"][language.code]
    score = found["score"] if cue.scene == "score" else ""
    return Seen(cue.scene, title, fake, told, score, tuple(found["marks"]))


def _lines(scores: Sequence[Document], language: Language) -> tuple[Line, ...]:
    """The standings by the scores as they were read out; whoever has the same shares the place."""
    ordered = sorted(scores, key=lambda one: -Decimal(one["score"]))
    figures = [one["score"] for one in ordered]
    return tuple(
        Line(figures.index(one["score"]) + 1, one["page"][language.code]["name"], one["score"]) for one in ordered
    )


def _revealed(steps: Sequence[Document], shown: Seen, language: Language) -> Seen:
    """The newest step, with whoever was revealed before of the same prize, in the order of the ranking."""
    pages = [step["page"][language.code] for step in steps]
    tier = pages[-1]["tier"]
    units = [unit for page in reversed(pages) if page["tier"] == tier for unit in page["units"]]
    return replace(shown, scene="reveal", tier=tier, first=steps[-1]["first"], units=tuple(units))
