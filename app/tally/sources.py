"""From what the reader pasted or uploaded to rows of text, exactly as the digits stand there.

Reads text, CSV (UTF-8, UTF-16, GB18030) and workbooks. Writes nothing, and no temporary file either.
"""

import csv
import io
import re
from typing import Literal

from app.settings import Settings
from app.workbook import FileUnreadable, Rows, is_workbook, sheets_of


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
    if is_workbook(content):
        return next(iter(sheets_of(content, settings, most=1).values()), [])
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


def tab_separated(rows: Rows) -> str:
    """Rows as a pasted grid, so that an uploaded workbook can be corrected in place."""
    target = io.StringIO()
    csv.writer(target, delimiter="\t", lineterminator="\n").writerows(rows)
    return target.getvalue()
