"""The problems and highlights of a contest, each in its newest form.

Reads only.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.contests import queries as contests
from app.contests.models import JudgeRow
from app.contests.road import RoadEntry
from app.files.models import StoredFile, Thumbnail
from app.issues.models import Finding


@dataclass(frozen=True, slots=True)
class Photo:
    """``state``: shown, kept (but of a kind that cannot be shown here), or missing (still on the phone).

    ``small``: of a missing one, whether its small picture is here.
    """

    sha256: str
    state: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One finding in the organiser's list."""

    finding: Finding
    entry: RoadEntry
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
    entries = {row.id: row for row in contests.known_entries(session, contest_id)}
    units = {row.id: row.name for row in contests.units(session, contest_id)}
    judges = {row.id: row for row in contests.judges(session, contest_id)}
    stored = dict(
        session.exec(
            select(StoredFile.sha256, StoredFile.shown_sha256).where(StoredFile.contest_id == contest_id)
        ).all()
    )
    small = set(session.exec(select(Thumbnail.sha256).where(Thumbnail.contest_id == contest_id)))
    listed = [
        Listed(
            row, entries[row.entry_id], units[entries[row.entry_id].unit_id], judges[row.judge_id],
            tuple(_photo(one, stored.get(one), one in small) for one in json.loads(row.files)),
        )
        for row in newest.values()
        if row.kind != "withdrawn"
    ]  # fmt: skip
    return sorted(listed, key=lambda one: (one.entry.place_number, one.finding.server_rev, one.finding.device_seq))


def photos_here(session: Session, contest_id: str) -> int:
    """How many pictures are here, small ones too: they are only ever added, and no act of the contest tells of them."""
    return sum(
        session.exec(select(func.count()).where(table.contest_id == contest_id)).one()
        for table in (StoredFile, Thumbnail)
    )


def on_phones(listed: Iterable[Listed]) -> list[tuple[JudgeRow, int]]:
    """How many photos of findings have not come yet, by the judge whose phone holds them."""
    missing: dict[str, tuple[JudgeRow, set[str]]] = {}
    for one in listed:
        photos = {photo.sha256 for photo in one.photos if photo.state == "missing"}
        missing.setdefault(one.judge.id, (one.judge, set()))[1].update(photos)
    told = sorted(missing.values(), key=lambda one: one[0].place_number)
    return [(judge, len(photos)) for judge, photos in told if photos]


def _photo(sha256: str, shown: str | None, small: bool) -> Photo:  # noqa: FBT001  # a fact beside another
    if shown is None:
        return Photo(sha256, "missing", small)
    return Photo(sha256, "shown" if shown else "kept")
