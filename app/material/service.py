"""Deeds of material: a unit, or the organiser in its place, hands in a file, another for it, or takes one back.

Writes rows of material, append-only: what was replaced or taken back stays. Knows no request; the bytes were kept
before, see ``uploading``.
"""

from dataclasses import dataclass

from sqlmodel import Session

from app.audit import append, lock, now
from app.contests import queries as contests
from app.contests.calls import material_calls
from app.contests.models import EntryRow, MaterialCall
from app.errors import AppError
from app.material.content import MP4
from app.material.models import MaterialFile
from app.material.queries import papers, standing
from app.reasons import reason_in

MOST_VERSIONS = 20  # of all papers of an entry, for each that may stand: nobody fills the disk by replacing
MB = 1024 * 1024


class NotCalled(AppError):
    """Nothing is called for, or the entry is none of this unit."""

    code = "material.not_called"
    status = 404


class TooLate(AppError):
    code = "material.too_late"
    status = 409


class TooMany(AppError):
    """``most``: so many papers may stand for an entry."""

    code = "material.too_many"
    status = 409


class TooLarge(AppError):
    """``name``, ``limit`` in MB."""

    code = "material.too_large"
    status = 413


class NoVideo(AppError):
    """Videos are not called for."""

    code = "material.no_video"
    status = 415


class SameFile(AppError):
    """The very same content stands for this entry already. ``name``: under which name."""

    code = "material.same_file"
    status = 409


class NoSuchPaper(AppError):
    code = "material.no_such_paper"
    status = 404


@dataclass(frozen=True, slots=True)
class Hander:
    """Who hands in: the unit by its link, or the organiser ``person`` in its place with a ``reason``."""

    contest_id: str
    unit: str = ""
    person: str | None = None
    reason: str = ""

    @property
    def actor(self) -> str:
        return self.person or self.unit


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is whole on the server, by the name its owner gave it; without a digest one that is taken back."""

    name: str
    sha256: str | None = None
    media_type: str = ""
    size: int = 0


def open_call(session: Session, who: Hander, entry_id: str) -> tuple[EntryRow, MaterialCall]:
    """The entry and the call, if ``who`` may hand in for it now. Raises NotCalled, TooLate."""
    entry = session.get(EntryRow, (who.contest_id, entry_id))
    # Whether an entry of another unit exists is not told.
    if entry is None or (who.unit and entry.unit_id != who.unit):
        raise NotCalled
    known = {one.id for one in contests.known_entries(session, who.contest_id)}
    call = material_calls(session, who.contest_id).get(entry.component)
    if call is None or entry_id not in known:
        raise NotCalled
    if who.person is None and now() > call.due_at:
        raise TooLate
    return entry, call


def hand_in(session: Session, who: Hander, *, entry_id: str, file: Kept, number: int = 0) -> int:
    """One more paper, or with ``number`` another version of one; returns the revision, which is the receipt's number.

    Raises what ``open_call`` does, and ReasonMissing, TooMany, TooLarge, NoVideo, SameFile, NoSuchPaper.
    """
    head = lock(session, who.contest_id)
    _, call = open_call(session, who, entry_id)
    reason_in(who.reason, needed=who.person is not None)
    fits(call, file.media_type, file.size, file.name)
    there = papers(session, who.contest_id, entry_id)
    every, stand = there.get(entry_id, ()), standing(there, entry_id)
    room(call, sum(len(one.versions) for one in every), len(stand), number)
    same = next((one.now.name for one in stand if one.now.sha256 == file.sha256), None)
    if same is not None:
        raise SameFile({"name": same})
    before = next((one.now for one in every if one.now.number == number), None)
    if number and before is None:
        raise NoSuchPaper
    place = (before.number, before.version + 1) if before else (len(every) + 1, 1)
    facts = {
        "paper": place[0], "version": place[1], "name": file.name, "sha256": file.sha256, "size": file.size,
        "reason": who.reason,
    }  # fmt: skip
    rev = append(session, head, who.actor, "hand_in_material", subject=entry_id, payload=facts).rev
    _add(session, who, call, rev, (entry_id, *place), file)
    return rev


def take_back(session: Session, who: Hander, *, entry_id: str, number: int) -> int:
    """Its versions are kept. Raises what ``open_call`` does, ReasonMissing, NoSuchPaper."""
    head = lock(session, who.contest_id)
    _, call = open_call(session, who, entry_id)
    reason_in(who.reason, needed=who.person is not None)
    stand = standing(papers(session, who.contest_id, entry_id), entry_id)
    before = next((one.now for one in stand if one.now.number == number), None)
    if before is None:
        raise NoSuchPaper
    facts = {"paper": number, "name": before.name, "reason": who.reason}
    rev = append(session, head, who.actor, "take_material_back", subject=entry_id, payload=facts).rev
    _add(session, who, call, rev, (entry_id, number, before.version + 1), Kept(before.name))
    return rev


def _add(
    session: Session, who: Hander, call: MaterialCall, rev: int, place: tuple[str, int, int], file: Kept
) -> None:  # fmt: skip
    entry_id, number, version = place
    session.add(
        MaterialFile(
            contest_id=who.contest_id, entry_id=entry_id, number=number, version=version, rev=rev,
            sha256=file.sha256, name=file.name, media_type=file.media_type, size=file.size, reason=who.reason,
            by_person=who.person, component=call.component, call_version=call.version, due_at=call.due_at, at=now(),
        )
    )  # fmt: skip
    session.flush()


def fits(call: MaterialCall, media_type: str, size: int, name: str) -> None:
    """Raises NoVideo, TooLarge."""
    limit = call.video_mb if media_type == MP4 else call.document_mb
    if not limit:
        raise NoVideo
    if size > limit * MB:
        raise TooLarge({"name": name, "limit": limit})


def room(call: MaterialCall, versions: int, stand: int, number: int) -> None:
    """Raises TooMany. Another version of a paper takes no more room than it had."""
    if (not number and stand >= call.most_files) or versions >= call.most_files * MOST_VERSIONS:
        raise TooMany({"most": call.most_files})
