"""Deeds of a contest: make it, give people roles, import and correct the roster, attendance, recusals.

Reads and writes the contest's own rows, through ``db.write``. Never touches a mark, and never a recorded fact: recusals
and attendance are appended.
"""

import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import Delete, delete
from sqlmodel import Session, SQLModel, col

from app.accounts.service import add_person, change_password, person_with
from app.audit import append, begin_chain, lock, now, record
from app.contests import queries
from app.contests.changes import Change, compared, late, refusals
from app.contests.draft import Draft, EntryLine, JudgeLine, Line, PriorLine, UnitLine, read_draft
from app.contests.models import (
    ROLES,
    AttendanceRow,
    Contest,
    DraftImport,
    EntryRow,
    JudgeRow,
    Membership,
    PriorRow,
    RecusalRow,
    UnitRow,
)
from app.contests.schemas import Tick
from app.contests.schemes import Rule
from app.contests.uses import uses
from app.errors import AppError
from app.reasons import reason_in
from scoring.canonical import digest
from scoring.faults import Refused

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike: the id stands in addresses people copy by hand
_ID_LENGTH = 6


# --- the contest and its people


class ContestNameMissing(AppError):
    code = "contests.name_missing"
    status = 422


def new_id(token: str = "") -> str:
    """An id for a contest: always the same for the same ``token`` of a form, so that a form sent twice makes one."""
    drawn = sha256(token.encode()).digest() if token else secrets.token_bytes(32)
    number, letters = int.from_bytes(drawn, "big"), ""
    for _ in range(_ID_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def create_contest(
    session: Session, actor: str, *, name: str, rule: Rule, simulated: bool = False, contest_id: str = ""
) -> str:
    """A new contest with ``actor`` as its organiser; returns the id, one that was made for it or ``contest_id``."""
    name = name.strip()
    if not name:
        raise ContestNameMissing
    contest_id = contest_id or new_id()
    contest = Contest(
        id=contest_id, name=name, form=rule.scheme.contest, scheme=rule.text, scheme_digest=rule.scheme.digest,
        simulated=simulated, made_at=now(),
    )  # fmt: skip
    session.add(contest)
    session.flush()
    begin_chain(session, contest_id)
    session.add(Membership(contest_id=contest_id, person_id=actor, role="organiser", made_at=now()))
    facts = {"name": name, "scheme": rule.scheme.digest, "simulated": simulated}
    record(session, actor, "create_contest", contest_id=contest_id, subject=contest_id, payload=facts)
    return contest_id


class NoSuchRole(AppError):
    code = "contests.no_such_role"
    status = 422


class RoleHeld(AppError):
    code = "contests.role_held"
    status = 409


def add_member(
    session: Session, actor: str, *, contest_id: str, login: str, name: str, role: str, password_hash: str
) -> bool:
    """Give a role to somebody; whoever has no login yet is made with the password. Returns whether he was."""
    record(session, actor, "add_member", contest_id=contest_id, subject=login.strip(), payload={"role": role})
    if role not in ROLES:
        raise NoSuchRole
    known = person_with(session, login.strip())
    person = known.id if known else add_person(session, actor, login=login, name=name, password_hash=password_hash)
    held = session.get(Membership, (contest_id, person, role))
    if held and held.ended_at is None:
        raise RoleHeld({"login": login.strip()})
    row = held or Membership(contest_id=contest_id, person_id=person, role=role, made_at=now())
    row.ended_at = None
    session.add(row)
    return known is None


class LastOrganiser(AppError):
    """Without an organiser nobody could let anybody in again."""

    code = "contests.last_organiser"
    status = 409


def end_membership(session: Session, actor: str, *, contest_id: str, person_id: str, role: str) -> None:
    """Take a role back; nothing where it is not held."""
    record(session, actor, "end_membership", contest_id=contest_id, subject=person_id, payload={"role": role})
    held = session.get(Membership, (contest_id, person_id, role))
    if held is None or held.ended_at:
        return
    organisers = [one for one in queries.people(session, contest_id) if "organiser" in one.roles]
    if role == "organiser" and len(organisers) == 1:
        raise LastOrganiser
    held.ended_at = now()
    session.add(held)


class PersonElsewhere(AppError):
    """Somebody's password opens every contest he works on: it is not renewed by an organiser of one of them alone."""

    code = "contests.person_elsewhere"
    status = 409


def renew_password(session: Session, actor: str, *, contest_id: str, person_id: str, password_hash: str) -> str:
    """A new first password for somebody who forgot his; returns the login. He is signed out everywhere."""
    record(session, actor, "renew_password", contest_id=contest_id, subject=person_id)
    login = next((one.login for one in queries.people(session, contest_id) if one.id == person_id), "")
    theirs = {contest.id for contest in queries.contests_of(session, person_id)}
    if not login or theirs - queries.organised_by(session, actor):
        raise PersonElsewhere
    change_password(session, actor, person_id=person_id, password_hash=password_hash)
    return login


# --- the roster


class NoDraft(AppError):
    """Applied already, or a newer workbook took its place."""

    code = "contests.no_draft"
    status = 404


def draft_import(session: Session, actor: str, *, contest_id: str, draft: Draft) -> int:
    """Keep a workbook that was read without a fault, to be looked at and applied; returns its revision."""
    body = draft.as_json()
    rev = record(session, actor, "draft_import", contest_id=contest_id, payload={"digest": digest(body)})
    session.execute(_all_of(DraftImport, contest_id))
    session.add(DraftImport(contest_id=contest_id, rev=rev, body=body, by_person=actor, at=now()))
    return rev


def apply_import(
    session: Session, actor: str, *, contest_id: str, rev: int, joined: str = "joined later"
) -> dict[str, int]:
    """Put the draft in the place of the roster; returns how many of each there are now.

    Once the contest has begun only what differs is written, and the log holds it before and after. A judge who is new
    then is on leave for the days that have begun, for the reason ``joined``: he is due from the day he is ticked
    present. Raises NoDraft, and Refused where something would be torn off.
    """
    head = lock(session, contest_id)
    kept = queries.draft(session, contest_id, rev)
    if kept is None:
        raise NoDraft
    there, draft, used = queries.imported(session, contest_id), read_draft(kept.body), uses(session, contest_id)
    if faults := refusals(there, draft, used):
        raise Refused(faults)
    different = compared(there, draft)
    told: dict[str, object] = {"draft": rev}
    if used.begun:
        told["changes"] = [change.told() for change in different]
    applied = append(session, head, actor, "apply_import", payload=told).rev
    session.execute(_all_of(DraftImport, contest_id))
    if used.begun:
        write_changes(session, contest_id, different)
        put_on_leave(session, actor, contest_id, applied, judges=late(there, draft, used), days=used.past, why=joined)
    else:
        put_roster(session, contest_id, draft)
    return draft.counts


def put_roster(session: Session, contest_id: str, draft: Draft) -> None:
    """The whole roster anew. Judges stay where they are, because badges and recusals refer to them."""
    for model in (PriorRow, EntryRow, UnitRow):
        session.execute(_all_of(model, contest_id))
    going = _all_of(JudgeRow, contest_id).where(col(JudgeRow.id).not_in([judge.id for judge in draft.judges]))
    session.execute(going)
    session.expunge_all()
    session.add_all(_row(contest_id, line) for line in draft.units)
    session.flush()
    session.add_all(_row(contest_id, entry) for entry in draft.entries)
    session.add_all(_row(contest_id, prior) for prior in draft.priors)
    for judge in draft.judges:
        session.merge(_row(contest_id, judge))
    session.flush()


def put_on_leave(
    session: Session,
    actor: str,
    contest_id: str,
    rev: int,
    *,
    judges: Sequence[JudgeLine],
    days: Sequence[str],
    why: str,
) -> None:
    """Judges who come late, for the days that have begun: no sheet of those days is due from them."""
    for judge in judges:
        for day in days:
            leave = {"judge_id": judge.id, "day": day, "state": "leave", "reason": why}
            session.add(AttendanceRow(contest_id=contest_id, rev=rev, by_person=actor, at=now(), **leave))


def write_changes(session: Session, contest_id: str, changes: Sequence[Change]) -> None:
    """Only the lines that differ. What hangs on the others is not touched."""
    for change in changes:
        if isinstance(change.before, UnitLine) and isinstance(change.after, UnitLine):
            # Two units may change names with each other, and at no moment may both have one.
            session.get_one(UnitRow, (contest_id, change.after.id)).name = f"~{change.after.id}"
    session.flush()
    for change in changes:  # units come first, so that what belongs to a new one finds it
        if change.after:
            session.merge(_row(contest_id, change.after))
            session.flush()
    for change in reversed(changes):
        if change.after is None and change.before:
            session.delete(session.merge(_row(contest_id, change.before)))
            session.flush()


def _all_of(model: type[SQLModel], contest_id: str) -> Delete:
    return delete(model).where(model.__table__.c.contest_id == contest_id)  # type: ignore[attr-defined]


def _row(contest_id: str, line: Line) -> SQLModel:
    """A line of a workbook as the contest keeps it."""
    match line:
        case UnitLine():
            return UnitRow(
                contest_id=contest_id, id=line.id, place_number=line.number, name=line.name, division=line.division
            )
        case EntryLine():
            return EntryRow(
                contest_id=contest_id, id=line.id, place_number=line.number, unit_id=line.unit, name=line.name,
                component=line.component, kind=line.kind, day=line.day, planned_at=line.time, where=line.where,
                judges=line.judges, group_name=line.group,
            )  # fmt: skip
        case JudgeLine():
            return JudgeRow(
                contest_id=contest_id, id=line.id, place_number=line.number, name=line.name, unit_id=line.unit,
                judge_class=line.judge_class, bloc=line.bloc, divisions=line.divisions, components=line.components,
                phone_end=line.phone_end, aide=line.aide, bus=line.bus,
            )  # fmt: skip
        case PriorLine():
            return PriorRow(
                contest_id=contest_id, unit_id=line.unit, component=line.component, value=line.value,
                source=line.source,
            )  # fmt: skip


# --- attendance


class NoSuchDay(AppError):
    code = "contests.no_such_day"
    status = 422


class NoSuchJudge(AppError):
    code = "contests.no_such_judge"
    status = 422


class LeaveWithoutReason(AppError):
    code = "contests.leave_without_reason"
    status = 422


class TickedMeanwhile(AppError):
    """Somebody else recorded these ``judges`` differently since the page was shown. ``names``: theirs."""

    code = "contests.ticked_meanwhile"
    status = 409

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__({"names": "、".join(names.values())})
        self.judges = frozenset(names)


def record_attendance(
    session: Session, actor: str, *, contest_id: str, day: str, ticks: Mapping[str, Tick], seen: int | None = None
) -> int:
    """Append 签到/请假 of a day, for the judges whose record is new or changed; returns how many those were.

    ``seen``: the revision of the newest record that the page showed; what came after it is not ticked over. Raises
    NoSuchDay, NoSuchJudge, LeaveWithoutReason, TickedMeanwhile; then nothing is recorded.
    """
    rev = record(
        session, actor, "record_attendance", contest_id=contest_id, subject=day,
        payload={judge: [tick.state, tick.reason] for judge, tick in ticks.items()},
    )  # fmt: skip
    if day not in queries.days(session, contest_id):
        raise NoSuchDay({"day": day})
    names = {judge.id: judge.name for judge in queries.judges(session, contest_id)}
    if strangers := [judge for judge in ticks if judge not in names]:
        raise NoSuchJudge({"judge": strangers[0]})
    if silent := [names[judge] for judge, tick in ticks.items() if tick.state == "leave" and not tick.reason.strip()]:
        raise LeaveWithoutReason({"names": "、".join(silent)})
    before = queries.attendance(session, contest_id)
    wanted = {
        judge: (tick.state, tick.reason.strip() if tick.state == "leave" else "") for judge, tick in ticks.items()
    }
    last = {judge: before.get((judge, day)) for judge in wanted}
    new = {
        judge: one for judge, one in wanted.items() if (row := last[judge]) is None or (row.state, row.reason) != one
    }
    if seen is not None and (late := {j: names[j] for j in new if (row := last[j]) and row.rev > seen}):
        raise TickedMeanwhile(late)
    for judge, (state, reason) in new.items():
        session.add(
            AttendanceRow(
                contest_id=contest_id, rev=rev, judge_id=judge, day=day, state=state, reason=reason,
                by_person=actor, at=now(),
            )
        )  # fmt: skip
    return len(new)


# --- recusals


class RecusalSubject(AppError):
    """A recusal is from a unit or from an entry of this contest: one of them, not both and not neither."""

    code = "contests.recusal_subject"
    status = 422


class RecusedAlready(AppError):
    code = "contests.recused_already"
    status = 409


class NotRecused(AppError):
    code = "contests.not_recused"
    status = 409


def add_recusal(
    session: Session, actor: str, *, contest_id: str, judge_id: str, unit_id: str = "", entry_id: str = "", reason: str
) -> int:
    """A judge does not mark a unit's entries, or one entry; returns the revision."""
    why = reason_in(reason, needed=False)
    facts = {"judge": judge_id, "unit": unit_id, "entry": entry_id, "reason": why}
    rev = record(session, actor, "add_recusal", contest_id=contest_id, subject=judge_id, payload=facts)
    if session.get(JudgeRow, (contest_id, judge_id)) is None:
        raise NoSuchJudge({"judge": judge_id})
    unit, entry = session.get(UnitRow, (contest_id, unit_id)), session.get(EntryRow, (contest_id, entry_id))
    if bool(unit_id) == bool(entry_id) or (unit is None and entry is None):
        raise RecusalSubject
    reason_in(reason)
    if _in_force(session, contest_id, judge_id, unit_id, entry_id):
        raise RecusedAlready
    session.add(
        RecusalRow(
            contest_id=contest_id, rev=rev, number=1, judge_id=judge_id, unit_id=unit_id, entry_id=entry_id,
            reason=why, by_person=actor, at=now(),
        )
    )  # fmt: skip
    return rev


def lift_recusal(session: Session, actor: str, *, contest_id: str, rev: int, number: int, reason: str) -> int:
    """Lift the recusal that was added as (rev, number), by a row that says so; returns the revision."""
    why = reason_in(reason, needed=False)
    facts = {"recusal": [rev, number], "reason": why}
    lifted = record(session, actor, "lift_recusal", contest_id=contest_id, payload=facts)
    old = session.get(RecusalRow, (contest_id, rev, number))
    if old is None or not _in_force(session, contest_id, old.judge_id, old.unit_id, old.entry_id):
        raise NotRecused
    reason_in(reason)
    session.add(
        RecusalRow(
            contest_id=contest_id, rev=lifted, number=1, judge_id=old.judge_id, unit_id=old.unit_id,
            entry_id=old.entry_id, reason=why, lifted=True, by_person=actor, at=now(),
        )
    )  # fmt: skip
    return lifted


def _in_force(session: Session, contest_id: str, judge_id: str, unit_id: str, entry_id: str) -> bool:
    same = (judge_id, unit_id, entry_id)
    return any((row.judge_id, row.unit_id, row.entry_id) == same for row in queries.recusals(session, contest_id))
