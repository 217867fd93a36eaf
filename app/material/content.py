"""What a file is, told by its content and never by its name: PDF, DOCX, a picture, an MP4 video.

Reads one file on disk. Writes nothing. What is refused is refused with what to do: units save as another kind.
"""

import mmap
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from app.errors import AppError
from app.files.service import MOST_BYTES, NoPicture, shown_version

# The registered name of DOCX is longer than what is stored of a file's type.
PDF, DOCX, MP4 = "application/pdf", "application/docx", "video/mp4"
DOCX_AS_SENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: "pdf", DOCX: "docx", MP4: "mp4"}  # everything else is a picture, and shown as a JPEG
_HEAD, _TAIL = 1024, 2048
_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"dash", b"MSNV")
_MOST_INDEX = 64 * 1024 * 1024  # of the index of a video, which for an hour takes a few MB


class WrongKind(AppError):
    """Neither PDF nor DOCX, picture or MP4."""

    code = "material.wrong_kind"
    status = 415


class CutOff(AppError):
    """The file begins as what it is and does not end so: it was cut off before it came here, or is damaged."""

    code = "material.cut_off"
    status = 422


class WithMacros(AppError):
    code = "material.with_macros"
    status = 415


class OldVideo(AppError):
    """A video that not every browser plays, such as H.265 from a phone."""

    code = "material.old_video"
    status = 415


def kind_of(path: Path) -> tuple[str, bytes]:
    """The media type, and of a picture the version to show. Raises WrongKind, CutOff, WithMacros, OldVideo."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head:
        return _pdf(path), b""
    if head[4:8] == b"ftyp" and head[8:12] not in (b"heic", b"heix", b"mif1", b"msf1", b"avif"):
        return _mp4(path, head[8:12]), b""
    if head.startswith(b"PK\x03\x04"):
        return _docx(path), b""
    if path.stat().st_size > MOST_BYTES:
        raise WrongKind
    try:
        return shown_version(path.read_bytes())
    except NoPicture:
        raise WrongKind from None


def _pdf(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        if b"%%EOF" not in file.read():
            raise CutOff
    return PDF


def _docx(path: Path) -> str:
    """Names in the table of contents alone are looked at: nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise CutOff from None
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise WrongKind
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise WithMacros
    return DOCX


def _mp4(path: Path, brand: bytes) -> str:
    if brand not in _BRANDS:
        raise OldVideo
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        boxes = dict(_boxes(content))
        if b"moov" not in boxes or b"mdat" not in boxes:
            raise CutOff
        at, end = boxes[b"moov"]
        index = content[at : min(end, at + _MOST_INDEX)]
    # The four letters of the track's form stand in the index: H.264 is what every browser of the last ten years plays.
    if b"avc1" not in index and b"avc3" not in index:
        raise OldVideo
    return MP4


def _boxes(content: mmap.mmap) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Each box of the outermost row with where it lies. Raises CutOff where the row does not end with the file."""
    at, end = 0, len(content)
    while at < end:
        if end - at < 8:
            raise CutOff
        size, name = struct.unpack(">I4s", content[at : at + 8])
        if size == 1 and end - at >= 16:
            (size,) = struct.unpack(">Q", content[at + 8 : at + 16])
        elif size == 0:
            size = end - at
        if size < 8 or at + size > end:
            raise CutOff
        yield name, (at, at + size)
        at += size
