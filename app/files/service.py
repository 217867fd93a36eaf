"""Deeds of files: take a picture in parts, check it when it is whole, make a version to show.

Reads and writes ``settings.data_dir/files`` and the rows of whole files. A file is named by the SHA-256 of its content
and is never changed. Serves nothing: see ``routes``.
"""

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pi_heif import register_heif_opener
from PIL import Image, ImageOps
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.audit import now
from app.db import Database
from app.errors import AppError
from app.files.models import StoredFile, Thumbnail

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000  # a file of some kB can unfold to gigabytes
LONG_EDGE = 2048
MOST_SMALL_BYTES = 20 * 1024
SMALL_EDGE = 320
SHA256 = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9A-Za-z_-]{1,40}")
_SHOWABLE = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
# What Pillow raises at a file that is none or not whole, or too large.
_BROKEN = (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError, Image.DecompressionBombWarning)
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")

register_heif_opener()


class BadAddress(AppError):
    code = "files.bad_address"
    status = 404


class FileTooLarge(AppError):
    """``limit`` in megabytes."""

    code = "files.too_large"
    status = 413


class WrongPlace(AppError):
    """The bytes do not go on where the server stands; ``offset`` says where that is."""

    code = "files.wrong_place"
    status = 409


class WrongContent(AppError):
    """All bytes are here and make another file than was named; the parts were thrown away."""

    code = "files.wrong_content"
    status = 422


class NoPicture(AppError):
    code = "files.no_picture"
    status = 415


class NoRoom(AppError):
    code = "files.no_room"
    status = 503


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a contest's files stand: whole ones by their digest, parts by device and digest."""

    folder: Path

    def whole(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def part(self, device_id: str, sha256: str) -> Path:
        return self.folder / "parts" / f"{device_id}-{sha256}"


def shelf(data_dir: Path, contest_id: str) -> Shelf:
    if not _FOLDER.fullmatch(contest_id):
        raise BadAddress
    return Shelf(data_dir / "files" / contest_id)


def offset(place: Shelf, session: Session, *, contest_id: str, device_id: str, sha256: str) -> tuple[int, bool]:
    """How many bytes of the file are here, and whether it is whole."""
    if not SHA256.fullmatch(sha256):
        raise BadAddress
    stored = session.get(StoredFile, (contest_id, sha256))
    if stored and place.whole(sha256).exists():
        return stored.size, True
    part = place.part(device_id, sha256)
    return (part.stat().st_size if part.exists() else 0), False


class Intake:
    """One request that appends to a part. What has come is kept, however the connection ends.

    A connection that died may be held for minutes by the network, and the phone has long begun anew: so the part is
    locked for each piece only, and a piece that does not go on at the end of the part is refused.
    """

    def __init__(self, part: Path, at: int, length: int, most: int = MOST_BYTES) -> None:
        if not 0 < length <= most:
            raise FileTooLarge({"limit": most // 1024**2})
        self.part, self.at, self.length = part, at, length
        with _room():
            part.parent.mkdir(parents=True, exist_ok=True)
            self.append(b"")

    def append(self, piece: bytes) -> None:
        with _room(), self.part.open("ab") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            here = os.fstat(out.fileno()).st_size
            if here != self.at:
                raise WrongPlace({"offset": here})
            if self.at + len(piece) > self.length:
                raise FileTooLarge({"limit": self.length // 1024**2})
            out.write(piece)
        self.at += len(piece)

    @property
    def complete(self) -> bool:
        return self.at == self.length


@contextlib.contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        if trouble.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoom({"seconds": 60}) from trouble
        raise


# One picture after the other: each takes a processor and tens of megabytes while it is drawn anew, and a bus that comes
# out of a tunnel brings a hundred at once. Sheets go first.
_darkroom = ThreadPoolExecutor(1, "photos")


async def keep_in_turn(database: Database, place: Shelf, *, contest_id: str, device_id: str, sha256: str) -> None:
    """``keep``, for the server's loop, when those before are done."""
    whose = {"contest_id": contest_id, "device_id": device_id, "sha256": sha256}
    await asyncio.get_running_loop().run_in_executor(_darkroom, partial(keep, database, place, **whose))


def keep(database: Database, place: Shelf, *, contest_id: str, device_id: str, sha256: str) -> None:
    """Check a part that is whole and keep it. Raises WrongContent, NoPicture; then the part is gone."""
    part = place.part(device_id, sha256)
    try:
        content = part.read_bytes()
    except FileNotFoundError:
        return  # a second request for the same part was quicker
    try:
        if hashlib.sha256(content).hexdigest() != sha256:
            raise WrongContent
        media_type, shown = shown_version(content)
        with _room():
            shown_sha256 = hashlib.sha256(shown).hexdigest() if shown else ""
            if shown:
                _write(place.whole(shown_sha256), shown)
            _write(place.whole(sha256), content)
        _note(
            database,
            StoredFile(
                contest_id=contest_id, sha256=sha256, media_type=media_type, size=len(content),
                shown_sha256=shown_sha256, by_device=device_id, at=now(),
            ),
        )  # fmt: skip
    except NoRoom:
        raise
    except AppError:
        part.unlink(missing_ok=True)
        raise
    part.unlink(missing_ok=True)


def keep_as_it_is(database: Database, place: Shelf, part: Path, *, contest_id: str, kind: tuple[str, bytes]) -> str:
    """Keep a part that is whole, a document or video of any size, and return its digest; the part stays as well.

    ``kind``: its media type, which the caller found in the content, and of a picture the version to show.
    """
    media_type, shown = kind
    with part.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        with _room():
            os.fsync(content.fileno())
            target = place.whole(sha256)
            target.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                os.link(part, target)  # never copied: a video may be as large as what is left of the disk
            _folder_to_disk(target.parent)
    shown_sha256 = hashlib.sha256(shown).hexdigest() if shown else ""
    if shown:
        with _room():
            _write(place.whole(shown_sha256), shown)
    row = StoredFile(
        contest_id=contest_id, sha256=sha256, media_type=media_type, size=part.stat().st_size,
        shown_sha256=shown_sha256, at=now(),
    )  # fmt: skip
    _note(database, row)
    return sha256


def keep_small(
    database: Database, place: Shelf, *, contest_id: str, device_id: str, sha256: str, content: bytes
) -> None:
    """Keep the small picture of a photo that is still on its phone. Raises BadAddress, FileTooLarge, NoPicture.

    The first one stays, and what is kept is drawn anew: nothing but a small picture gets in by this way.
    """
    if not SHA256.fullmatch(sha256):
        raise BadAddress
    if len(content) > MOST_SMALL_BYTES:
        raise FileTooLarge({"limit": 1})
    _, shown = shown_version(content, SMALL_EDGE)
    if not shown:
        raise NoPicture
    small = hashlib.sha256(shown).hexdigest()
    with _room():
        _write(place.whole(small), shown)
    row = Thumbnail(contest_id=contest_id, sha256=sha256, small_sha256=small, by_device=device_id, at=now())
    _note(database, row)


def _note(database: Database, row: StoredFile | Thumbnail) -> None:
    """The row after the bytes: a row always has its file. The head row is not touched, so no mark waits for a photo."""
    facts, table = row.model_dump(), type(row)

    def deed(session: Session) -> None:
        if session.get(table, (facts["contest_id"], facts["sha256"])) is None:
            session.add(table(**facts))
            session.flush()

    # Two phones may send the same picture at once; then the other row says the same.
    with contextlib.suppress(IntegrityError):
        database.write(deed)


def _write(target: Path, content: bytes) -> None:
    """Written beside and renamed: a file under its digest is always whole, also after the power went."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{os.getpid()}.{id(content)}")
    with beside.open("wb") as out:
        out.write(content)
        _to_disk(out)
    beside.replace(target)
    _folder_to_disk(target.parent)


def _folder_to_disk(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _to_disk(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def shown_version(content: bytes, long_edge: int = LONG_EDGE) -> tuple[str, bytes]:
    """The media type, and a JPEG turned upright without EXIF (place, time, phone), its long edge at most ``long_edge``.

    A HEIC that cannot be read here, such as one of a newer kind, is kept without one: it may be evidence, and can be
    read elsewhere. Raises NoPicture for everything else.
    """
    try:
        with Image.open(BytesIO(content), formats=list(_SHOWABLE)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture
            media_type = _SHOWABLE[picture.format or ""]
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except _BROKEN as bad:
        if content[4:12] in _HEIC:
            return "image/heic", b""
        raise NoPicture from bad
    upright.thumbnail((long_edge, long_edge))
    upright.info.clear()
    made = BytesIO()
    upright.save(made, "JPEG", quality=85, optimize=True)
    return media_type, made.getvalue()
