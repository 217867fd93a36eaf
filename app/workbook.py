"""A workbook that somebody sent, as its sheets' rows of text.

Reads .xlsx, .xls and .ods. Writes nothing, and no temporary file either. Never opens a workbook in this process: a
crafted file can ask for any amount of memory, so a child with limits opens it.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from app.errors import AppError
from app.settings import Settings

Rows = list[list[str]]
Place = tuple[int, int]  # line and column, from 0
Sheet = tuple[str, Rows, list[tuple[Place, Place]]]  # name, rows, first and last cell of what is merged

MERGED = "\ue000"  # of a plane where no writing is

_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods are zip files, .xls is an OLE file
_CHILD = Path(__file__).with_name("workbook_child.py")
_MOST_CELLS = 400_000
_OPENING = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS = 2.0


class FileUnreadable(AppError):
    """Neither a workbook that opens nor text."""

    code = "file.unreadable"
    status = 422


class FileTooLarge(AppError):
    code = "file.too_large"
    status = 422


class FilesWaiting(AppError):
    """As many files as the server opens at once are being read."""

    code = "file.waiting"
    status = 503


def is_workbook(content: bytes) -> bool:
    return content.startswith(_STARTS)


def sheets_of(content: bytes, settings: Settings, *, most: int) -> dict[str, Rows]:
    """The first ``most`` sheets by name, in their order. Raises FileUnreadable, FileTooLarge, FilesWaiting."""
    return {name: rows for name, rows, _ in _sheets(content, settings, most)}


def sheets_with_merges(content: bytes, settings: Settings, *, most: int) -> dict[str, Rows]:
    """The same, where every cell that another one covers holds MERGED: what belongs there is anybody's guess."""
    for _, rows, merged in (found := _sheets(content, settings, most)):
        for (top, left), (bottom, right) in merged:
            for line in range(top, min(bottom + 1, len(rows))):
                for column in range(left, min(right + 1, len(rows[line]))):
                    if (line, column) != (top, left):
                        rows[line][column] = MERGED
    return {name: rows for name, rows, _ in found}


def _sheets(content: bytes, settings: Settings, most: int) -> list[Sheet]:
    # Each child may take a gigabyte: a flood of files waits a little, then is told so, and the pages stay alive.
    if not _OPENING.acquire(timeout=_PATIENCE_SECONDS):
        raise FilesWaiting({"seconds": 10})
    try:
        return _read_by_child(content, settings, most)
    finally:
        _OPENING.release()


def _read_by_child(content: bytes, settings: Settings, most: int) -> list[Sheet]:
    command = [sys.executable, "-I", str(_CHILD), str(settings.workbook_memory_bytes), str(_MOST_CELLS), str(most)]
    try:
        child = subprocess.run(  # noqa: S603  # our own module, and nothing of the reader's stands in the command
            command, input=content, capture_output=True, timeout=settings.workbook_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FileTooLarge from error
    if child.returncode == 3:
        raise FileTooLarge
    if child.returncode != 0:
        raise FileUnreadable
    return [(name, rows, merged) for name, rows, merged in json.loads(child.stdout)]
