"""What people decided, and which sheets from phones wait for a decision.

Reads decisions, arrivals and sheet revisions. Writes nothing. Tells of a sheet that waits who made it, when it came and
why it lies there; never a mark of it.
"""

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, cast, get_args

from sqlmodel import Session, col, select

from app.contests import queries as contests
from app.judging.models import DecisionRow, SheetRevision
from app.judging.queries import Revision, folded, newest, revisions
from app.judging.schemas import SheetRecord, read_sheet
from app.sync.models import Arrival, Device
from app.sync.queries import gaps
from app.sync.schemas import Record
from scoring.roster import Decision, DecisionKind

# What the engine decides by. The other kinds have had their effect before: a late sheet that was admitted is a sheet,
# and whether paper or phone counts is in the sheets.
ENGINE_KINDS = get_args(DecisionKind)
ADMIT, REJECT, TAKE_BACK = "admit", "reject", "revoke"
REMARK = "remark"  # that a judge marks an entrant once more after its sheets were collected
UNSIGNED = "unsigned"  # that a judge's sheets count without his signature

Why = Literal["quarantine", "conflict"]
# A sheet that was refused although its judge handed it in, while an older one of his counts.
_REFUSED = ("incomplete", "out_of_range", "stale_scheme")


def rows(session: Session, contest_id: str) -> Sequence[DecisionRow]:
    """Every decision in the order they were made, those taken back and the taking back too."""
    of_contest = select(DecisionRow).where(DecisionRow.contest_id == contest_id)
    return session.exec(of_contest.order_by(col(DecisionRow.rev), col(DecisionRow.number))).all()


def in_force(session: Session, contest_id: str) -> list[DecisionRow]:
    """The decisions that hold: all that were made, but for those taken back and the taking back."""
    found = rows(session, contest_id)
    revoked = {row.revoked_rev for row in found}
    return [row for row in found if row.rev not in revoked and row.kind != TAKE_BACK]


def admissions_undone(session: Session, contest_id: str) -> set[int]:
    """The revisions of admissions that were taken back, and of the taking back: sheets made there tell nothing new."""
    found = rows(session, contest_id)
    backs = {row.rev: row.revoked_rev for row in found if row.kind == TAKE_BACK}
    return {*backs, *(row.rev for row in found if row.kind == ADMIT and row.rev in backs.values())}


def engine_decisions(session: Session, contest_id: str) -> list[Decision]:
    """The decisions in force as the engine takes them, in the order they were made.

    Those about a project that is not visited rest as its sheets do: it is nothing that the engine knows of.
    """
    known = contests.known_entries(session, contest_id)
    dropped = {one.id for one in known if one.dropped}
    return [
        Decision(
            cast("DecisionKind", row.kind), row.subject, row.rule, row.value, row.reason, row.document,
            row.by_person, row.at,
        )
        for row in in_force(session, contest_id)
        if row.kind in ENGINE_KINDS and row.subject.rpartition("/")[2] not in dropped
    ]  # fmt: skip


def asked_again(session: Session, contest_id: str) -> list[tuple[str, str]]:
    """The (judge, entry) pairs that were asked to be marked once more, and of which no newer sheet has come."""
    asked = {row.subject: row.rev for row in in_force(session, contest_id) if row.kind == REMARK}
    found = []
    for subject, rev in asked.items():
        judge, _, entry = subject.partition("/")
        mine = (SheetRevision.judge_id == judge, SheetRevision.entry_id == entry, SheetRevision.kind == "submitted")
        if not revisions(session, contest_id, *mine, SheetRevision.server_rev > rev):
            found.append((judge, entry))
    return found


# --- sheets that wait for a decision --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undecided:
    """A sheet that came from a phone and does not count before somebody decides.

    ``why``: it came late or from a revoked phone, or it contradicts another sheet of its judge. ``reason`` is the word
    the phone was told. ``corrected_at``: when it was marked, by the phone's clock less what that was ahead; evidence
    only. ``lacking``: how many records the phone made before it and never brought. ``older``: so many earlier versions
    of it from the same phone wait too, and go with it.
    """

    why: Why
    reason: str
    judge_id: str
    entry_id: str
    revision_id: str
    sha256: str
    device_id: str
    device: str
    came_at: str
    corrected_at: str
    lacking: int
    older: int
    rev: int
    sheet: SheetRecord

    @property
    def admissible(self) -> bool:
        """Whether it can be admitted, as far as the phone was told."""
        return self.reason not in _REFUSED


def undecided(session: Session, contest_id: str) -> list[Undecided]:
    """Every sheet that waits for a decision, in the manual order of judges and entries.

    Of several versions that one phone made of a sheet only the newest is asked about; one that the phone itself has
    replaced by a sheet that was stored, or that has the very marks that count, waits for nobody.
    """
    arrivals = session.exec(
        select(Arrival)
        .where(
            Arrival.contest_id == contest_id,
            Arrival.kind == "sheet",
            col(Arrival.result).in_(("quarantined", "conflict", "rejected")),
        )
        .order_by(col(Arrival.device_seq), col(Arrival.rev))
    ).all()
    read = [(row, sheet) for row in arrivals if _may_wait(row) and (sheet := _sheet(row)) and sheet.state != "draft"]
    if not read:
        return []
    devices = {one.id: one for one in session.exec(select(Device).where(Device.contest_id == contest_id))}
    judges = {row.id: row.place_number for row in contests.judges(session, contest_id)}
    entries = {row.id: row.place_number for row in contests.entries(session, contest_id)}
    decided = {row.rule for row in in_force(session, contest_id) if row.kind in (ADMIT, REJECT)}
    by_people = {row.rev for row in rows(session, contest_id) if row.kind in (ADMIT, TAKE_BACK)}
    sheets: dict[tuple[str, str], list[Revision]] = {}
    for one in revisions(session, contest_id, SheetRevision.kind != "draft"):
        sheets.setdefault((one.judge_id, one.entry_id), []).append(one)
    counts = folded(one for several in sheets.values() for one in several)
    several: dict[tuple[str, str], list[tuple[Arrival, SheetRecord]]] = {}
    for row, sheet in read:
        if sheet.entry_id in entries:
            several.setdefault((row.device_id, sheet.entry_id), []).append((row, sheet))
    found = []
    for (device_id, entry_id), versions in several.items():
        row, sheet = versions[-1]
        key = (devices[device_id].judge_id, entry_id)
        if row.revision_id in decided or not _waits(row, sheet, sheets.get(key, ()), counts.get(key), by_people):
            continue
        found.append(
            Undecided(
                why="quarantine" if row.result == "quarantined" else "conflict",
                reason=row.reason,
                judge_id=key[0],
                entry_id=entry_id,
                revision_id=row.revision_id,
                sha256=row.sha256,
                device_id=device_id,
                device=devices[device_id].label,
                came_at=row.at,
                corrected_at=corrected(_fields(row)),
                lacking=len(gaps(session, contest_id, device_id, row.device_seq)),
                older=sum(one.revision_id not in decided for one, _ in versions[:-1]),
                rev=row.rev,
                sheet=sheet,
            )
        )
    return sorted(found, key=lambda one: (judges[one.judge_id], entries[one.entry_id], one.rev))


def _may_wait(row: Arrival) -> bool:
    return row.result != "rejected" or row.reason in _REFUSED


def _waits(
    row: Arrival, sheet: SheetRecord, several: Sequence[Revision], counts: Revision | None, by_people: Container[int]
) -> bool:
    if counts and sheet.state == "submitted" and tuple(json.loads(counts.ticks)) == sheet.ticks:
        return False
    if row.result == "quarantined":
        mine = Revision(
            "", sheet.entry_id, sheet.state, "", row.device_id, row.device_seq, row.rev, row.revision_id, "phone",
            sheet.based_on, row.sha256,
        )  # fmt: skip
        return newest([*(one for one in several if one.device_id == row.device_id), mine]) is mine
    # What its judge handed in afterwards settles it, by the phone or on paper; what people admitted does not, nor what
    # they put back in its place.
    settled = any(one.server_rev > row.rev and one.server_rev not in by_people for one in several)
    if row.result == "rejected":
        # Where nothing of his counts the sheet is simply missing.
        return not settled and counts is not None and sheet.state == "submitted"
    return not settled


def _sheet(row: Arrival) -> SheetRecord | None:
    """The sheet in an arrival, or None where it cannot be read."""
    fields = _fields(row)
    name = row.revision_id
    return read_sheet(
        Record(row.kind, name, row.device_seq, fields, row.body, row.sha256, readable=True, given_id=name)
    )


def _fields(row: Arrival) -> Mapping[str, object]:
    fields = json.loads(row.body)
    return fields if isinstance(fields, dict) else {}


def corrected(fields: Mapping[str, object]) -> str:
    """The phone's moment less what its clock was ahead, as moments are stored; empty where it gave none."""
    ahead = fields.get("clock_offset_ms")
    try:
        marked = datetime.fromisoformat(str(fields.get("marked_at"))).astimezone(UTC)
        marked -= timedelta(milliseconds=ahead if isinstance(ahead, int) else 0)
    except (ValueError, OverflowError):
        return ""
    return marked.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
