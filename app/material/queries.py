"""What was handed in: the papers of each entry, and which of them a judge may open.

Reads only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.audit import now
from app.contests import queries as contests
from app.contests.calls import material_calls
from app.errors import AppError, NotFound
from app.files.models import StoredFile
from app.material.content import ENDINGS
from app.material.models import MaterialFile


class NotYours(AppError):
    """The judge does not mark this entry: it is assigned to others, his own, or he is on leave."""

    code = "material.not_yours"
    status = 404


class NotDueYet(AppError):
    """Units may still change what they handed in; nobody marks what changes under his eyes. ``at``: as stored."""

    code = "material.not_due_yet"
    status = 409


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of an entry: what holds of it first, then what it took the place of."""

    versions: tuple[MaterialFile, ...]

    @property
    def now(self) -> MaterialFile:
        return self.versions[0]

    @property
    def there(self) -> bool:
        """Whether it was not taken back."""
        return self.now.sha256 is not None


def papers(session: Session, contest_id: str, entry_id: str = "") -> dict[str, tuple[Paper, ...]]:
    """Entry -> its papers, by number; of one entry alone if it is named. Those taken back too."""
    rows = select(MaterialFile).where(MaterialFile.contest_id == contest_id)
    if entry_id:
        rows = rows.where(MaterialFile.entry_id == entry_id)
    found: dict[str, dict[int, list[MaterialFile]]] = {}
    for row in session.exec(rows.order_by(col(MaterialFile.number), col(MaterialFile.version).desc())):
        found.setdefault(row.entry_id, {}).setdefault(row.number, []).append(row)
    return {entry: tuple(Paper(tuple(rows)) for rows in of.values()) for entry, of in found.items()}


def standing(of: Mapping[str, tuple[Paper, ...]], entry_id: str) -> tuple[Paper, ...]:
    """The papers of an entry that are not taken back."""
    return tuple(paper for paper in of.get(entry_id, ()) if paper.there)


def for_judge(session: Session, contest_id: str, judge_id: str, entry_id: str) -> tuple[Paper, ...]:
    """What stands of an entry, to a judge who owes a sheet for it. Raises NotYours, NotDueYet, NotFound."""
    entry = next((one for one in contests.known_entries(session, contest_id) if one.id == entry_id), None)
    if entry is None or (judge_id, entry_id) not in contests.due(session, contest_id):
        raise NotYours
    call = material_calls(session, contest_id).get(entry.component)
    if call is None:
        raise NotFound
    if call.due_at > now():
        raise NotDueYet({"at": call.due_at})
    return standing(papers(session, contest_id, entry_id), entry_id)


def shown_as(session: Session, row: MaterialFile) -> tuple[str, str, str]:
    """Digest of the bytes to send, their media type, and the ending of a name: of a picture its shown version."""
    if row.sha256 is None:
        raise NotFound
    if row.media_type in ENDINGS:
        return row.sha256, row.media_type, ENDINGS[row.media_type]
    stored = session.get_one(StoredFile, (row.contest_id, row.sha256))
    if not stored.shown_sha256:
        raise NotFound
    return stored.shown_sha256, "image/jpeg", "jpg"
