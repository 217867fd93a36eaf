"""Deeds of release: findings become a unit's issue list (问题清单), once and for all.

Reads findings, entries, judges' names. Writes lists, issues and what was left out; appends only. Never takes a judge, a
time of day or a score along, and never releases a finding that the organiser has not seen.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, func, select

from app.audit import now, record
from app.contests import queries as contests
from app.contests.categories import categories
from app.errors import AppError, Unreadable
from app.issues.links import NoSuchUnit
from app.issues.lists import Noted, OfUnit, by_unit, named_in, newest_lists
from app.issues.models import FindingLeftOut, IssueListRow, IssueRow
from app.issues.schemas import LONGEST_TEXT, SEVERITIES
from app.sync.schemas import storable


class FindingChanged(AppError):
    """Changed, withdrawn, or of another unit: the organiser looked at something else."""

    code = "issues.finding_changed"
    status = 409


class ReleasedAlready(AppError):
    code = "issues.released_already"
    status = 409


class NothingSaid(AppError):
    """Neither words nor a photo: nobody could rectify that."""

    code = "issues.nothing_said"
    status = 422


class NamesJudge(AppError):
    code = "issues.names_judge"
    status = 422


class WordsTooLong(AppError):
    code = "issues.words_too_long"
    status = 422


@dataclass(frozen=True, slots=True)
class Pick:
    """A finding to release: which revision the organiser saw, and the words, terms and photos it goes with."""

    revision_id: str
    text: str
    files: tuple[str, ...]
    category: str = ""
    severity: str = ""


def release_list(
    session: Session,
    actor: str,
    *,
    contest_id: str,
    unit_id: str,
    picks: Sequence[Pick],
    left_out: Collection[str] = (),
) -> int:
    """Release ``picks`` to their unit, with numbers of their own; returns how many problems and highlights went out.

    ``left_out``: revisions the organiser saw and did not tick. Numbers given before stay.
    """
    told = {
        "released": [
            {
                "revision": one.revision_id,
                "text": one.text,
                "category": one.category,
                "severity": one.severity,
                "files": list(one.files),
            }
            for one in picks
        ],
        "left_out": sorted(left_out),
    }
    rev = record(session, actor, "release_list", contest_id=contest_id, subject=unit_id, payload=told)
    of_unit = next((one for one in by_unit(session, contest_id) if one.unit.id == unit_id), None)
    if of_unit is None:
        raise NoSuchUnit
    there = {one.listed.finding.revision_id: one for one in of_unit.noted}
    chosen = [(one, _checked(session, contest_id, there.get(one.revision_id), one)) for one in picks]
    moment = now()
    for revision in sorted(left_out):
        noted = there.get(revision)
        if noted is not None and noted.pending:
            session.add(
                FindingLeftOut(contest_id=contest_id, revision_id=revision, rev=rev, by_person=actor, at=moment)
            )
    if chosen:
        before = newest_lists(session, contest_id).get(unit_id)
        version = before.version + 1 if before else 1
        session.add(
            IssueListRow(contest_id=contest_id, unit_id=unit_id, version=version, rev=rev, by_person=actor, at=moment)
        )
        session.flush()
        _number(session, of_unit, version, chosen)
    return len(chosen)


def _number(session: Session, of_unit: OfUnit, version: int, chosen: Sequence[tuple[Pick, Noted]]) -> None:
    contest_id, unit_id = of_unit.unit.contest_id, of_unit.unit.id
    place = {id(noted): at for at, noted in enumerate(of_unit.noted)}
    for kind in ("problem", "highlight"):
        highest = select(func.max(IssueRow.number)).where(
            IssueRow.contest_id == contest_id, IssueRow.unit_id == unit_id, IssueRow.kind == kind
        )
        number = session.exec(highest).one() or 0
        for pick, noted in sorted(chosen, key=lambda one: place[id(one[1])]):
            if noted.listed.finding.kind == kind:
                number += 1
                session.add(
                    IssueRow(
                        contest_id=contest_id, unit_id=unit_id, kind=kind, number=number, version=version,
                        revision_id=pick.revision_id, entry_id=noted.listed.entry.id, text=pick.text.strip(),
                        category=pick.category, severity=pick.severity, files=json.dumps(pick.files),
                    )
                )  # fmt: skip
    session.flush()


def _checked(session: Session, contest_id: str, noted: Noted | None, pick: Pick) -> Noted:
    if noted is None or not set(pick.files) <= {photo.sha256 for _, photo in noted.offered}:
        raise FindingChanged
    where: dict[str, str | int] = {"entry": noted.listed.entry.name}
    if noted.issue is not None:
        raise ReleasedAlready(where)
    if not pick.text.strip() and not set(pick.files) & set(noted.photos):
        raise NothingSaid(where)
    if len(pick.text) > LONGEST_TEXT:
        raise WordsTooLong({**where, "limit": LONGEST_TEXT})
    finding = noted.listed.finding
    known = {"", finding.category, *categories(contests.contest(session, contest_id))}
    grave = ("", *SEVERITIES) if finding.kind == "problem" else ("",)
    if not storable(pick.text) or pick.category not in known or pick.severity not in grave:
        raise Unreadable
    if name := named_in(f"{pick.text}\n{pick.category}", contests.judges(session, contest_id)):
        raise NamesJudge({**where, "name": name})
    return noted


def release_all(session: Session, actor: str, *, contest_id: str, seen: Collection[str]) -> int:
    """Release to every unit what is ready and was ``seen`` (revisions), in the judges' words; returns how many."""
    count = 0
    for of_unit in by_unit(session, contest_id):
        picks = [
            Pick(
                one.listed.finding.revision_id,
                one.listed.finding.text.strip(),
                tuple(photo.sha256 for _, photo in one.offered),
                one.listed.finding.category,
                one.listed.finding.severity,
            )
            for one in of_unit.ready
            if one.listed.finding.revision_id in seen
        ]
        if picks:
            count += release_list(session, actor, contest_id=contest_id, unit_id=of_unit.unit.id, picks=picks)
    return count
