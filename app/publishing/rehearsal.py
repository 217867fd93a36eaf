"""彩排: a contest of its own id made of another's set-up, filled with made-up marks, and closed when it is over.

Reads the set-up of the real contest and writes only to the rehearsal. That is simulated from its first row on, and no
deed ever takes this back: every page and paper of it says so, and what is published of it too.
"""

import json
from uuid import uuid4

from sqlmodel import Session, col, select

from app.audit import now, record
from app.contests import queries as contests
from app.contests.access import Member
from app.contests.models import Contest, Membership, PriorRow, Rehearsal, SchemeVersion
from app.contests.schemes import Rule
from app.contests.service import create_contest, put_roster
from app.errors import AppError
from app.issues.links import newest_links, revoke_link
from app.judging.models import SheetRevision
from app.judging.queries import current, is_collected
from app.judging.service import AlreadyCollected
from app.publishing.scenes import screens
from app.publishing.screens import revoke_screen
from app.results.scheme_sample import made_up_marks, made_up_score
from app.sync.badges import revoke_badge, revoke_device
from app.sync.queries import badges, devices
from scoring.canonical import digest
from scoring.numbers import plain


class NoRehearsal(AppError):
    """Only a rehearsal is filled with made-up marks and closed, and only while it is open."""

    code = "rehearsal.none"
    status = 409


class RehearsalOfRehearsal(AppError):
    code = "rehearsal.of_rehearsal"
    status = 409


class NothingToRehearse(AppError):
    """Without units and judges there is nobody to mark and nothing to be marked."""

    code = "rehearsal.no_roster"
    status = 409


def open_rehearsal(session: Session, source: str) -> Rehearsal | None:
    """The rehearsal of a contest that is going on."""
    return next((one for one in contests.rehearsals(session, source) if one.closed_at is None), None)


def rehearse(session: Session, actor: str, *, source: str, made: str, name: str) -> str:
    """A rehearsal of ``source`` with its rules, roster and people, by the id ``made``; or the one that is going on.

    Its rules stand at once: nobody signs for marks that count nowhere. Scores known before are made up as well.
    """
    if session.get(Rehearsal, source):
        raise RehearsalOfRehearsal
    if going_on := open_rehearsal(session, source):
        return going_on.contest_id
    there, scheme = contests.contest(session, source), contests.scheme(session, source)
    draft = contests.imported(session, source)
    if not draft.entries or not draft.judges:
        raise NothingToRehearse
    create_contest(session, actor, name=name, rule=Rule(scheme, there.scheme), simulated=True, contest_id=made)
    contest = session.get_one(Contest, made)
    contest.time_zone, contest.categories = there.time_zone, there.categories
    session.add(Rehearsal(contest_id=made, of_contest=source, by_person=actor, at=now()))
    for person in contests.people(session, source):
        for role in person.roles:
            if (person.id, role) != (actor, "organiser"):
                session.add(Membership(contest_id=made, person_id=person.id, role=role, made_at=now()))
    put_roster(session, made, draft)
    for row in session.exec(select(PriorRow).where(PriorRow.contest_id == made)):
        place = next(number for number, unit in enumerate(draft.units) if unit.id == row.unit_id)
        row.value, row.source = plain(made_up_score(scheme.component[row.component], place)), ""
        session.add(row)
    rev = record(session, actor, "rehearse", contest_id=made, subject=source, payload=draft.counts)
    session.add(
        SchemeVersion(
            contest_id=made, version=1, rev=rev, text=there.scheme, digest=scheme.digest, at=now()
        )
    )  # fmt: skip
    return made


def fill_in_marks(session: Session, actor: str, *, contest_id: str) -> int:
    """Made-up marks for every sheet that is due and not handed in; returns how many. What people marked stays."""
    rev = record(session, actor, "fill_in_marks", contest_id=contest_id)
    _going_on(session, contest_id)
    if is_collected(session, contest_id):
        raise AlreadyCollected
    scheme, roster = contests.scheme(session, contest_id), contests.roster(session, contest_id)
    handed_in = set(current(session, contest_id))
    due = [key for key in contests.due(session, contest_id) if key not in handed_in]
    wanted, at = set(due), now()
    for sheet in made_up_marks(scheme, roster, wanted):
        ticks = json.dumps(sheet.ticks)
        session.add(
            SheetRevision(
                contest_id=contest_id, revision_id=str(uuid4()), server_rev=rev, judge_id=sheet.judge,
                entry_id=sheet.entry, kind="submitted", ticks=ticks, origin="phone", marked_at=at, came_at=at,
                digest=digest(ticks),
            )
        )  # fmt: skip
    return len(due)


def close_rehearsal(session: Session, who: Member, *, contest_id: str) -> str:
    """End it: nobody works in it any more, and no badge, phone, link or screen of it opens anything.

    Returns the id of the real contest.
    """
    record(session, who.id, "close_rehearsal", contest_id=contest_id)
    row = _going_on(session, contest_id)
    row.closed_by, row.closed_at = who.id, now()
    session.add(row)
    for judge in badges(session, contest_id):
        revoke_badge(session, who.id, contest_id=contest_id, judge_id=judge)
    for device in devices(session, contest_id):
        if device.revoked_at is None:
            revoke_device(session, who.id, contest_id=contest_id, device_id=device.device_id)
    for unit, link in newest_links(session, contest_id).items():
        if link.revoked_at is None:
            revoke_link(session, who.id, contest_id=contest_id, unit_id=unit)
    for screen in screens(session, contest_id):
        revoke_screen(session, who, contest_id=contest_id, screen_id=screen.id)
    held = select(Membership).where(Membership.contest_id == contest_id, col(Membership.ended_at).is_(None))
    for membership in session.exec(held):
        membership.ended_at = now()
        session.add(membership)
    return row.of_contest


def _going_on(session: Session, contest_id: str) -> Rehearsal:
    row = session.get(Rehearsal, contest_id)
    if row is None or row.closed_at:
        raise NoRehearsal
    return row
