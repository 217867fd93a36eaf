"""Findings beside what was released of them, unit by unit, and a unit's released list as its liaison reads it.

Reads only. What a liaison reads (``Issue``) holds no judge, no time of day and no file's own name.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.contests import queries as contests
from app.contests.models import EntryRow, JudgeRow, UnitRow
from app.files.models import StoredFile
from app.issues.models import Finding, FindingLeftOut, IssueListRow, IssueRow
from app.issues.queries import Listed, Photo, findings


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding as it stands, and what became of it. ``named``: the judge whose name stands in its words."""

    listed: Listed
    issue: IssueRow | None
    left_out: bool
    named: str

    @property
    def pending(self) -> bool:
        return self.issue is None and not self.left_out

    @property
    def changed(self) -> bool:
        """The judge changed it after it was released; what was released stays."""
        return self.issue is not None and self.issue.revision_id != self.listed.finding.revision_id

    @property
    def reworded(self) -> bool:
        """What was released says it in other words, or as another kind of fault, than the judge does now."""
        own = self.listed.finding
        return self.issue is not None and (self.issue.text, self.issue.category, self.issue.severity) != (
            own.text.strip(), own.category, own.severity,
        )  # fmt: skip

    @property
    def photos(self) -> tuple[str, ...]:
        """The photos that can go along: those on the server that can be shown."""
        return tuple(photo.sha256 for photo in self.listed.photos if photo.state == "shown")

    @property
    def offered(self) -> tuple[tuple[int, Photo], ...]:
        """Those and the ones still on the phone, each by its place in the finding: they join when they come."""
        return tuple((n, one) for n, one in enumerate(self.listed.photos, 1) if one.state in {"shown", "missing"})

    @property
    def ready(self) -> bool:
        """Whether it can go out as the judge wrote it: it says something, and names no judge."""
        return self.pending and not self.named and bool(self.listed.finding.text.strip() or self.photos)


@dataclass(frozen=True, slots=True)
class OfUnit:
    """A unit's findings in the order of a list; ``withdrawn``: released, and taken back by the judge since."""

    unit: UnitRow
    noted: tuple[Noted, ...]
    withdrawn: tuple[IssueRow, ...]
    released: IssueListRow | None

    @property
    def pending(self) -> tuple[Noted, ...]:
        return tuple(one for one in self.noted if one.pending)

    @property
    def ready(self) -> tuple[Noted, ...]:
        return tuple(one for one in self.noted if one.ready)

    @property
    def candidates(self) -> tuple[Noted, ...]:
        return tuple(one for one in self.noted if one.issue is None)


def by_unit(session: Session, contest_id: str) -> list[OfUnit]:
    """Every unit in the manual order."""
    released, left_out = _released(session, contest_id), _left_out(session, contest_id)
    entries = {row.id: row for row in contests.known_entries(session, contest_id)}
    judges = contests.judges(session, contest_id)
    lists = newest_lists(session, contest_id)
    noted: dict[str, list[Noted]] = {}
    for one in findings(session, contest_id):
        key = (one.finding.judge_id, one.finding.finding_id)
        issue = released.pop(key, None)
        unit = issue.unit_id if issue else entries[one.finding.entry_id].unit_id
        said = f"{one.finding.text}\n{one.finding.category}"
        noted.setdefault(unit, []).append(Noted(one, issue, key in left_out, named_in(said, judges)))
    gone: dict[str, list[IssueRow]] = {}
    for issue in released.values():
        gone.setdefault(issue.unit_id, []).append(issue)
    return [
        OfUnit(
            unit, tuple(sorted(noted.get(unit.id, []), key=_in_the_list)), tuple(gone.get(unit.id, [])),
            lists.get(unit.id),
        )
        for unit in contests.units(session, contest_id)
    ]  # fmt: skip


def _in_the_list(one: Noted) -> tuple[int, bool, str]:
    # Within an entry by the id the phone threw dice for: the order they came in would group them by judge.
    return one.listed.entry.place_number, one.listed.finding.kind == "highlight", one.listed.finding.finding_id


def named_in(text: str, judges: Collection[JudgeRow]) -> str:
    """The first judge whose name stands in ``text``; one letter is no name."""
    return next((judge.name for judge in judges if len(judge.name) > 1 and judge.name in text), "")


_Key = tuple[str, str]


def _released(session: Session, contest_id: str) -> dict[_Key, IssueRow]:
    """What was released, by judge and finding, whichever revision it was."""
    rows = session.exec(
        select(IssueRow, Finding.judge_id, Finding.finding_id)
        .join(
            Finding,
            (col(Finding.contest_id) == col(IssueRow.contest_id))
            & (col(Finding.revision_id) == col(IssueRow.revision_id)),
        )
        .where(IssueRow.contest_id == contest_id)
        .order_by(col(IssueRow.kind).desc(), col(IssueRow.number))
    )
    return {(judge, finding): issue for issue, judge, finding in rows}


def _left_out(session: Session, contest_id: str) -> set[_Key]:
    rows = session.exec(
        select(Finding.judge_id, Finding.finding_id)
        .join(
            FindingLeftOut,
            (col(Finding.contest_id) == col(FindingLeftOut.contest_id))
            & (col(Finding.revision_id) == col(FindingLeftOut.revision_id)),
        )
        .where(FindingLeftOut.contest_id == contest_id)
    )
    return set(rows)


def newest_lists(session: Session, contest_id: str) -> dict[str, IssueListRow]:
    """Each unit's newest release, by unit."""
    rows = session.exec(
        select(IssueListRow).where(IssueListRow.contest_id == contest_id).order_by(col(IssueListRow.version))
    )
    return {row.unit_id: row for row in rows}


# --- what the liaison reads


@dataclass(frozen=True, slots=True)
class Issue:
    """One line of a released list. ``day``: of the visit, as the itinerary has it.

    ``photos``: the numbers of those that are here; one that was still on the phone at the release joins when it comes.
    """

    kind: str
    number: int
    entry: str
    day: str
    text: str
    category: str
    severity: str
    photos: tuple[int, ...]
    released_at: str


@dataclass(frozen=True, slots=True)
class IssueList:
    """What was released to a unit, over all releases; ``released_at`` is the newest one's, empty before the first."""

    problems: tuple[Issue, ...]
    highlights: tuple[Issue, ...]
    released_at: str


def issue_list(session: Session, contest_id: str, unit_id: str) -> IssueList:
    """A unit's list by number."""
    rows = session.exec(
        select(IssueRow, EntryRow, IssueListRow.at)
        .join(
            EntryRow, (col(EntryRow.contest_id) == IssueRow.contest_id) & (col(EntryRow.id) == col(IssueRow.entry_id))
        )
        .join(
            IssueListRow,
            (col(IssueListRow.contest_id) == IssueRow.contest_id)
            & (col(IssueListRow.unit_id) == IssueRow.unit_id)
            & (col(IssueListRow.version) == IssueRow.version),
        )
        .where(IssueRow.contest_id == contest_id, IssueRow.unit_id == unit_id)
        .order_by(col(IssueRow.number))
    ).all()
    shown = set(
        session.exec(
            select(StoredFile.sha256).where(StoredFile.contest_id == contest_id, StoredFile.shown_sha256 != "")
        )
    )
    every = [
        Issue(
            row.kind, row.number, entry.name, entry.day, row.text, row.category, row.severity,
            tuple(n for n, file in enumerate(json.loads(row.files), 1) if file in shown), at,
        )
        for row, entry, at in rows
    ]  # fmt: skip
    return IssueList(
        tuple(one for one in every if one.kind == "problem"),
        tuple(one for one in every if one.kind == "highlight"),
        max((one.released_at for one in every), default=""),
    )


def photo_of(session: Session, contest_id: str, unit_id: str, kind: str, number: int, n: int) -> str:
    """The digest of the shown version of photo ``n`` (from 1) of a released issue; empty where there is none."""
    row = session.get(IssueRow, (contest_id, unit_id, kind, number))
    files = json.loads(row.files) if row else []
    if not 1 <= n <= len(files):
        return ""
    stored = session.get(StoredFile, (contest_id, files[n - 1]))
    return stored.shown_sha256 if stored else ""
