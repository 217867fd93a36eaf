"""Deeds of the screens in the hall: make one, set it, revoke it, choose its scene, go on, step back.

Writes screens and cues. A cue says which scene a screen shows; what stands in it comes from releases alone. The code of
a screen's link is kept as a hash: it is shown when the screen is made, and a lost one is made anew.
"""

import secrets
from typing import Literal
from uuid import uuid4

from sqlmodel import Session, select

from app.accounts.service import hashed
from app.audit import now, record
from app.contests.access import Member
from app.errors import AppError
from app.publishing.models import Screen, ScreenCue
from app.publishing.scenes import WAITING, Cue, following, known, path_of, screen, screens

OPERATORS = frozenset({"organiser"})
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without what looks alike
CODE_LENGTH = 20  # 98 bits: nobody guesses one
MOST_SCREENS = 12

Kind = Literal["hall", "host"]
MarksBy = Literal["seat", "mark"]


class NameMissing(AppError):
    code = "publishing.screen_name_missing"
    status = 422


class TooManyScreens(AppError):
    code = "publishing.too_many_screens"
    status = 409


class ScreenRevoked(AppError):
    code = "publishing.screen_revoked"
    status = 410


class NoSuchScreen(AppError):
    code = "publishing.no_such_screen"
    status = 404


class NotYetReleased(AppError):
    """The scene needs something that no release holds."""

    code = "publishing.not_yet_released"
    status = 409


class ShownMeanwhile(AppError):
    """Somebody else has moved this screen since the page was made."""

    code = "publishing.shown_meanwhile"
    status = 409


class NothingNext(AppError):
    code = "publishing.nothing_next"
    status = 409


class NothingBefore(AppError):
    code = "publishing.nothing_before"
    status = 409


def make_screen(session: Session, member: Member, *, contest_id: str, name: str, kind: Kind = "hall") -> str:
    """A new screen, which waits; or one for the host. Returns the code of its link, which stands nowhere else."""
    name, code = name.strip(), "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    rev = record(session, member.id, "make_screen", contest_id=contest_id, payload={"name": name, "kind": kind})
    if not name:
        raise NameMissing
    if len(screens(session, contest_id)) >= MOST_SCREENS:
        raise TooManyScreens({"most": MOST_SCREENS})
    session.add(
        Screen(
            contest_id=contest_id, id=uuid4().hex[:16], name=name[:40], kind=kind, code_hash=hashed(code), rev=rev,
            made_by=member.id, made_at=now(),
        )
    )  # fmt: skip
    session.flush()
    return code


def set_screen(
    session: Session, member: Member, *, contest_id: str, screen_id: str, marks_by: MarksBy, columns: int
) -> None:
    """In which order a screen shows marks, and in how many columns standings and prizes; 0: as it is wide."""
    told = {"marks_by": marks_by, "columns": columns}
    record(session, member.id, "set_screen", contest_id=contest_id, subject=screen_id, payload=told)
    found = screen(session, contest_id, screen_id)
    if found is None or found.revoked_at:
        raise NoSuchScreen
    found.marks_by, found.columns = marks_by, columns
    session.add(found)
    session.flush()


def revoke_screen(session: Session, member: Member, *, contest_id: str, screen_id: str) -> None:
    """The screen's link opens nothing any more, also where it is open now."""
    rev = record(session, member.id, "revoke_screen", contest_id=contest_id, subject=screen_id)
    found = screen(session, contest_id, screen_id)
    if found is None or found.revoked_at:
        raise NoSuchScreen
    found.revoked_at, found.revoked_by, found.revoked_rev = now(), member.id, rev
    session.add(found)
    session.flush()


def screen_of(session: Session, code: str) -> Screen:
    """The screen with this code. Raises NoSuchScreen, ScreenRevoked."""
    found = session.exec(select(Screen).where(Screen.code_hash == hashed(code))).first()
    if found is None:
        raise NoSuchScreen
    if found.revoked_at:
        raise ScreenRevoked
    return found


def show(session: Session, member: Member, *, contest_id: str, screen_id: str, cue: Cue, after: int) -> int:
    """Let a screen show a scene. ``after``: the cue that the operator's page showed, 0 before the first.

    Raises NoSuchScreen, ShownMeanwhile, NotYetReleased.
    """
    row, path = _begun(session, member, contest_id, screen_id, after)
    if not known(session, contest_id, cue):
        raise NotYetReleased
    return _cued(session, row, cue, len(path) + 1)


def go_on(session: Session, member: Member, *, contest_id: str, screen_id: str, after: int) -> int:
    """Let a screen show what comes next. Raises NoSuchScreen, ShownMeanwhile, NothingNext."""
    row, path = _begun(session, member, contest_id, screen_id, after)
    cue = following(session, contest_id, path)
    if cue is None:
        raise NothingNext
    return _cued(session, row, cue, len(path) + 1)


def go_back(session: Session, member: Member, *, contest_id: str, screen_id: str, after: int) -> int:
    """Let a screen show what it showed before. Raises NoSuchScreen, ShownMeanwhile, NothingBefore."""
    row, path = _begun(session, member, contest_id, screen_id, after)
    if not path:
        raise NothingBefore
    return _cued(session, row, path[-2] if path[1:] else WAITING, len(path) - 1)


def _begun(
    session: Session, member: Member, contest_id: str, screen_id: str, after: int
) -> tuple[ScreenCue, list[Cue]]:
    """A cue that is still to be filled in, and what the screen has shown until now."""
    rev = record(session, member.id, "show_scene", contest_id=contest_id, subject=screen_id)
    found = screen(session, contest_id, screen_id)
    if found is None or found.revoked_at or found.kind != "hall":
        raise NoSuchScreen
    last, path = path_of(session, contest_id, screen_id)
    if last != after:
        raise ShownMeanwhile
    row = ScreenCue(
        contest_id=contest_id, rev=rev, screen_id=screen_id, place=0, scene="", by_person=member.id, at=now()
    )
    return row, path


def _cued(session: Session, row: ScreenCue, cue: Cue, place: int) -> int:
    row.place, row.scene, row.entry_id, row.step = place, cue.scene, cue.entry_id or None, cue.step
    session.add(row)
    session.flush()
    return row.rev
