"""The problems and highlights of a contest, each in its newest form.

Reads only.
"""

import json
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.contests import queries as contests
from app.contests.models import EntryRow, JudgeRow
from app.files.models import StoredFile
from app.issues.models import Finding


@dataclass(frozen=True, slots=True)
class Photo:
    """``state``: shown, kept (but of a kind that cannot be shown here), or missing (still on the phone)."""

    sha256: str
    state: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One finding in the organiser's list."""

    finding: Finding
    entry: EntryRow
    unit: str
    judge: JudgeRow
    photos: tuple[Photo, ...]


def findings(session: Session, contest_id: str) -> list[Listed]:
    """The newest form of every finding that was not withdrawn, by entry in the manual order, then as they came."""
    rows = session.exec(
        select(Finding)
        .where(Finding.contest_id == contest_id)
        .order_by(col(Finding.device_seq), col(Finding.server_rev))
    )
    last: dict[tuple[str, str, str], Finding] = {}
    for row in rows:
        last[row.judge_id, row.finding_id, row.device_id] = row
    newest: dict[tuple[str, str], Finding] = {}
    for row in sorted(last.values(), key=lambda row: row.server_rev):
        newest[row.judge_id, row.finding_id] = row
    entries = {row.id: row for row in contests.entries(session, contest_id)}
    units = {row.id: row.name for row in contests.units(session, contest_id)}
    judges = {row.id: row for row in contests.judges(session, contest_id)}
    stored = dict(
        session.exec(
            select(StoredFile.sha256, StoredFile.shown_sha256).where(StoredFile.contest_id == contest_id)
        ).all()
    )
    listed = [
        Listed(
            row, entries[row.entry_id], units[entries[row.entry_id].unit_id], judges[row.judge_id],
            tuple(Photo(one, _state(stored.get(one))) for one in json.loads(row.files)),
        )
        for row in newest.values()
        if row.kind != "withdrawn"
    ]  # fmt: skip
    return sorted(listed, key=lambda one: (one.entry.place_number, one.finding.server_rev, one.finding.device_seq))


def photos_here(session: Session, contest_id: str) -> int:
    """How many files are whole: they are only ever added, and no act of the contest tells of them."""
    return session.exec(select(func.count()).where(StoredFile.contest_id == contest_id)).one()


def _state(shown: str | None) -> str:
    if shown is None:
        return "missing"
    return "shown" if shown else "kept"
