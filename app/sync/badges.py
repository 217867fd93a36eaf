"""Deeds of badges and devices: issue, confirm, open a window, revoke.

Reads and writes badges, tries, windows, devices. Keeps hashes of codes and tokens only: a badge is printed when it is
issued, and a lost one is issued anew.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlmodel import Session, col, func, select

from app.accounts.service import hashed
from app.audit import now, record
from app.contests import queries as contests
from app.contests.models import JudgeRow
from app.contests.rules import demand_signed
from app.errors import AppError
from app.sync.models import Badge, BadgeTry, BadgeWindow, Device, Heartbeat

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without what looks alike in print
CODE_LENGTH = 20  # 98 bits: nobody guesses one
WINDOW_MINUTES = 10
TRIES = 5  # of the four digits, for one badge within TRY_MINUTES
TRIES_IN_ALL = 20  # for one badge ever: of ten thousand numbers that is one in five hundred
TRY_MINUTES = 10

SYSTEMS = ("iPhone", "iPad", "HarmonyOS", "Android", "Windows", "Mac")
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


class BadgeUnknown(AppError):
    code = "sync.badge_unknown"
    status = 404


class BadgeRevoked(AppError):
    code = "sync.badge_revoked"
    status = 410


class DeviceRevoked(AppError):
    code = "sync.device_revoked"
    status = 403


class NoSuchDevice(AppError):
    code = "sync.no_such_device"
    status = 404


class NoSuchJudge(AppError):
    code = "sync.no_such_judge"
    status = 404


@dataclass(frozen=True, slots=True)
class Prospect:
    """A device that a browser was offered in a cookie and that is nothing yet: confirming makes it one.

    So a second tap on the button, or the same form sent again after a lost answer, makes the same device.
    """

    id: str
    token: str

    @property
    def cookie(self) -> str:
        return f"{self.id}.{self.token}"


def prospect(cookie: str = "") -> Prospect:
    """The device in the browser's cookie, or a new one where it holds none that can be used."""
    device_id, _, token = cookie.partition(".")
    try:
        if len(token) >= 32 and str(UUID(device_id)) == device_id:
            return Prospect(device_id, token[:80])
    except ValueError:
        pass
    return Prospect(str(uuid4()), secrets.token_urlsafe(32))


def issue_badges(session: Session, actor: str, *, contest_id: str, judges: Sequence[str]) -> dict[str, str]:
    """New badges for ``judges``; older ones of theirs are revoked. Returns the codes, which stand nowhere else.

    Raises RulesUnsigned: whoever has a badge may mark.
    """
    codes = {judge: "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)) for judge in judges}
    record(session, actor, "issue_badges", contest_id=contest_id, payload=sorted(codes))
    demand_signed(session, contest_id)
    known = {row.id for row in contests.judges(session, contest_id)}
    if not known.issuperset(codes):
        raise NoSuchJudge
    _revoke_badges(session, contest_id, list(codes))
    moment = now()
    for judge, code in codes.items():
        session.add(Badge(contest_id=contest_id, code_hash=hashed(code), judge_id=judge, made_at=moment))
    return codes


def revoke_badge(session: Session, actor: str, *, contest_id: str, judge_id: str) -> None:
    """The judge's badge lets nobody in any more; devices that are in stay in."""
    record(session, actor, "revoke_badge", contest_id=contest_id, subject=judge_id)
    _revoke_badges(session, contest_id, [judge_id])


def _revoke_badges(session: Session, contest_id: str, judges: Sequence[str]) -> None:
    old = select(Badge).where(
        Badge.contest_id == contest_id, col(Badge.judge_id).in_(judges), col(Badge.revoked_at).is_(None)
    )
    for badge in session.exec(old):
        badge.revoked_at = now()
        session.add(badge)


def revoke_device(session: Session, actor: str, *, contest_id: str, device_id: str) -> None:
    """The device reads nothing any more; what it still holds is taken into quarantine."""
    record(session, actor, "revoke_device", contest_id=contest_id, subject=device_id)
    device = session.get(Device, (contest_id, device_id))
    if device is None:
        raise NoSuchDevice
    device.revoked_at = device.revoked_at or now()
    session.add(device)


def open_window(session: Session, actor: str, *, contest_id: str, judge_id: str) -> str:
    """For ten minutes the judge's badge lets in without the digits; returns until when."""
    if session.get(JudgeRow, (contest_id, judge_id)) is None:
        raise NoSuchJudge
    rev = record(session, actor, "open_window", contest_id=contest_id, subject=judge_id)
    until = _moment(datetime.now(UTC) + timedelta(minutes=WINDOW_MINUTES))
    session.add(BadgeWindow(contest_id=contest_id, rev=rev, judge_id=judge_id, until_at=until, by_person=actor))
    return until


def badge_of(session: Session, contest_id: str, code: str) -> Badge:
    """The badge with this code. Raises BadgeUnknown, BadgeRevoked."""
    return _in_force(session.get(Badge, (contest_id, hashed(code))))


def _in_force(badge: Badge | None) -> Badge:
    if badge is None:
        raise BadgeUnknown
    if badge.revoked_at:
        raise BadgeRevoked
    return badge


Answer = Literal["in", "digits", "wrong", "tries", "organiser"]


def confirm_badge(
    session: Session, *, contest_id: str, code: str, offered: Prospect, digits: str, label: str
) -> tuple[Answer, Prospect]:
    """The button of the badge: make the browser's device, or say what is still asked for.

    Returns rather than raises what was wrong with the digits, so that the try stays written.
    """
    # The badge's row is locked: two phones that confirm at once come one after the other, and so do all tries.
    badge = _in_force(session.get(Badge, (contest_id, hashed(code)), with_for_update=True))
    mine = session.get(Device, (contest_id, offered.id))
    if mine and _is_his(mine, badge, offered):
        return "in", offered
    if mine:
        # Another judge's device, or a revoked one: this phone goes on as a new device, with a store of its own.
        offered = prospect()
    owned = session.exec(
        select(func.count()).where(Device.contest_id == contest_id, Device.judge_id == badge.judge_id)
    ).one()
    if owned and not window_open(session, contest_id, badge.judge_id):
        answer = _digits_checked(session, badge, digits, offered.id)
        if answer != "in":
            return answer, offered
    _add_device(session, badge, offered, label)
    return "in", offered


def _is_his(device: Device, badge: Badge, offered: Prospect) -> bool:
    ours = hmac.compare_digest(device.token_hash, hashed(offered.token))
    return ours and device.judge_id == badge.judge_id and device.revoked_at is None


def _digits_checked(session: Session, badge: Badge, digits: str, browser: str) -> Answer:
    judge = session.get_one(JudgeRow, (badge.contest_id, badge.judge_id))
    if not judge.phone_end:
        return "organiser"
    tries = select(func.count()).where(BadgeTry.contest_id == badge.contest_id, BadgeTry.code_hash == badge.code_hash)
    lately = tries.where(BadgeTry.at > _moment(datetime.now(UTC) - timedelta(minutes=TRY_MINUTES)))
    if session.exec(lately).one() >= TRIES or session.exec(tries).one() >= TRIES_IN_ALL:
        return "tries"
    if not digits:
        return "digits"
    session.add(BadgeTry(contest_id=badge.contest_id, code_hash=badge.code_hash, at=now(), browser=browser))
    session.flush()
    return "in" if hmac.compare_digest(judge.phone_end.encode(), digits.encode()) else "wrong"


def _add_device(session: Session, badge: Badge, offered: Prospect, label: str) -> None:
    record(session, badge.judge_id, "confirm_badge", contest_id=badge.contest_id, subject=offered.id)
    moment = now()
    session.add(
        Device(
            contest_id=badge.contest_id,
            id=offered.id,
            judge_id=badge.judge_id,
            token_hash=hashed(offered.token),
            label=label[:120],
            made_at=moment,
        )
    )
    session.flush()
    session.add(Heartbeat(contest_id=badge.contest_id, device_id=offered.id, heard_at=moment))


def window_open(session: Session, contest_id: str, judge_id: str) -> bool:
    windows = select(BadgeWindow.rev).where(
        BadgeWindow.contest_id == contest_id, BadgeWindow.judge_id == judge_id, BadgeWindow.until_at > now()
    )
    return session.exec(windows).first() is not None


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def label_of(agent: str) -> str:
    """What kind of phone and browser it is, for the list of devices: iPhone · WeChat."""
    system = next((word for word in SYSTEMS if word in agent), "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    return " · ".join(part for part in (system, browser) if part)
