"""From what the reader pasted or uploaded to rows of text, exactly as the digits stand there.

Reads text, CSV (UTF-8, UTF-16, GB18030) and workbooks. Writes nothing, and no temporary file either. Never opens a
workbook in this process: a crafted file can ask for any amount of memory, so a child with limits opens it.
"""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal

from app.errors import AppError
from app.settings import Settings

Rows = list[list[str]]

_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods are zip files, .xls is an OLE file
_CHILD = Path(__file__).with_name("workbook.py")
_MOST_CELLS = 400_000


class FileUnreadable(AppError):
    """Neither a workbook that opens nor text."""

    code = "file.unreadable"
    status = 422


class FileTooLarge(AppError):
    code = "file.too_large"
    status = 422


def rows_of_text(text: str) -> Rows:
    """Pasted cells: tabs between them as Excel and WPS give them, else commas or semicolons, else spaces."""
    text = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    if not text.strip():
        return []
    for separator in ("\t", ",", ";"):
        if separator in text:
            return _separated(text, separator)
    for wide, narrow in (("，", ","), ("；", ";")):
        if wide in text:
            return _separated(text.replace(wide, narrow), narrow)
    return [re.split(r"[ \u00a0\u3000]+", line.strip(" \u00a0\u3000")) for line in text.split("\n")]


def _separated(text: str, separator: str) -> Rows:
    # Excel puts quotes round a cell with a line break in it. A quote that is never closed would swallow the rest of
    # the grid; then quotes are read as ordinary characters.
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if text.count('"') % 2 == 0 else csv.QUOTE_NONE
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting))
    except csv.Error as error:
        raise FileUnreadable from error


def rows_of_file(content: bytes, settings: Settings) -> Rows:
    """The first sheet of a workbook, or the rows of a CSV or text file."""
    if content.startswith(_WORKBOOK_STARTS):
        return _rows_of_workbook(content, settings)
    return rows_of_text(text_of(content))


def text_of(content: bytes) -> str:
    """Text as Excel, WPS and editors save it on Chinese and other machines."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileUnreadable


def _rows_of_workbook(content: bytes, settings: Settings) -> Rows:
    command = [sys.executable, "-I", str(_CHILD), str(settings.workbook_memory_bytes), str(_MOST_CELLS)]
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
    rows: Rows = json.loads(child.stdout)
    return rows


def tab_separated(rows: Rows) -> str:
    """Rows as a pasted grid, so that an uploaded workbook can be corrected in place."""
    target = io.StringIO()
    csv.writer(target, delimiter="\t", lineterminator="\n").writerows(rows)
    return target.getvalue()
