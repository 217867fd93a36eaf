"""The child that opens one workbook: bytes on standard input, its sheets as JSON on standard output.

Reads as many sheets as its third argument says, each as its name, its rows of text and its merged cells. Writes nothing
else. Never takes more memory than its first argument says, nor gives more cells than its second: then it ends with
status 3. It stands alone, because it is started without the application around it; ``app.workbook`` starts it.
"""

import contextlib
import datetime
import io
import json
import re
import sys
import zipfile
from itertools import islice
from xml.parsers import expat

try:
    import resource
except ImportError:  # Windows has no limits of this kind; the time limit of the caller remains
    resource = None  # type: ignore[assignment]

TOO_LARGE = 3


def main() -> int:
    memory, most_cells, most_sheets = (int(word) for word in sys.argv[1:4])
    if resource is not None:
        with contextlib.suppress(ValueError, OSError):  # a system that does not know this limit
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # after the limit, so that it holds for everything it does

    content = sys.stdin.buffer.read()
    book, failed = CalamineWorkbook.from_filelike(io.BytesIO(content)), failed_cells(content)
    sheets = []
    for name in book.sheet_names[:most_sheets]:
        sheet = book.get_sheet_by_name(name)
        most_cells -= sheet.total_height * sheet.total_width
        if most_cells < 0:
            return TOO_LARGE
        rows = [[as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        for line, column, told in failed.get(name, ()):
            if line < len(rows) and column < len(rows[line]):
                rows[line][column] = told
        merged = getattr(sheet, "merged_cell_ranges", None) or []  # not of every format
        sheets.append([name, rows, merged])
    json.dump(sheets, sys.stdout)
    return 0


def as_text(value: object) -> str:
    """A cell as Excel would show it without any format.

    Excel keeps fifteen digits; the sixteenth and seventeenth of a binary number are not the user's.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time(0):
        return value.date().isoformat()
    return str(value)


Failed = tuple[int, int, str]  # line and column from 0, and what stands there: #REF!, #DIV/0!

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK, _RELATIONS, _OPEN_DOCUMENT = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "content.xml"
_MOST_FAILED = 10_000  # that stand once: nobody mends more one by one
_ODS_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def failed_cells(content: bytes) -> dict[str, list[Failed]]:
    """The cells whose formula failed, by sheet: the reader gives them as if nobody had filled them in."""
    if content.startswith(_OLE):
        return _failed_in_xls(content)
    if not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = set(book.namelist())
        if _OPEN_DOCUMENT in names:
            return _failed_in_ods(book.read(_OPEN_DOCUMENT))
        if not {_WORKBOOK, _RELATIONS} <= names:  # another kind of workbook
            return {}
        parts = {one["Id"]: one["Target"] for one in _elements(book.read(_RELATIONS), "Relationship")}
        found = {}
        for sheet in _elements(book.read(_WORKBOOK), "sheet"):
            target = next((parts.get(value, "") for key, value in sheet.items() if key.endswith(":id")), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in names and b't="e"' in (text := book.read(path)):
                found[sheet["name"]] = _failed(text)
        return found


def _failed_in_xls(content: bytes) -> dict[str, list[Failed]]:
    """Of an .xls. One that this reader cannot follow is not taken: nobody would know which cells failed."""
    from xlrd import XL_CELL_ERROR, error_text_from_code, open_workbook  # noqa: PLC0415  few workbooks are of this kind

    book = open_workbook(file_contents=content, logfile=io.StringIO())
    return {
        sheet.name: [
            (line, column, error_text_from_code[sheet.cell_value(line, column)])
            for line in range(sheet.nrows)
            for column, kind in enumerate(sheet.row_types(line))
            if kind == XL_CELL_ERROR
        ]
        for sheet in book.sheets()
    }


def _failed_in_ods(text: bytes) -> dict[str, list[Failed]]:
    """Of an .ods: cells of type error, counted past rows and cells that stand once for many."""
    found: dict[str, list[Failed]] = {}
    sheet, line, column, lines, columns = "", 0, 0, 1, 1
    said: list[str] | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal sheet, line, column, lines, columns, said
        if tag == "table:table":
            sheet, line = attributes.get("table:name", ""), 0
        elif tag == "table:table-row":
            column, lines = 0, int(attributes.get("table:number-rows-repeated", "1"))
        elif tag in _ODS_CELLS:
            columns = int(attributes.get("table:number-columns-repeated", "1"))
            said = [] if attributes.get("calcext:value-type") == "error" else None

    def letters(some: str) -> None:
        if said is not None:
            said.append(some)

    def end(tag: str) -> None:
        nonlocal line, column, said
        if tag in _ODS_CELLS:
            if said is not None:
                told = "".join(said).strip() or "#VALUE!"
                places = ((line + down, column + across) for down in range(lines) for across in range(columns))
                found.setdefault(sheet, []).extend((*place, told) for place in islice(places, _MOST_FAILED))
                said = None
            column += columns
        elif tag == "table:table-row":
            line += lines

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.CharacterDataHandler, reader.EndElementHandler = start, letters, end
    reader.Parse(text, True)  # noqa: FBT003  as below
    return found


def _elements(text: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of every element of that name."""
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)

    reader = expat.ParserCreate()
    reader.StartElementHandler = start
    reader.Parse(text, True)  # noqa: FBT003  the parser takes no name for it: nothing comes after this
    return found


def _failed(text: bytes) -> list[Failed]:
    """The cells of type error in one sheet."""
    here: list[str] = []  # the cell that is being read, and what its value has been so far
    found: list[Failed] = []
    inside = [""]

    def start(tag: str, attributes: dict[str, str]) -> None:
        inside.append(tag.rpartition(":")[2])
        if inside[-1] == "c":
            here[:] = [attributes.get("r", ""), ""] if attributes.get("t") == "e" else []

    def said(letters: str) -> None:
        if here and inside[-1] == "v":
            here[1] += letters

    def end(tag: str) -> None:
        inside.pop()
        if tag.rpartition(":")[2] == "c" and here and (place := _PLACE.fullmatch(here[0])):
            column = 0
            for letter in place[1]:
                column = column * 26 + ord(letter) - ord("A") + 1
            found.append((int(place[2]) - 1, column - 1, here[1]))

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.CharacterDataHandler, reader.EndElementHandler = start, said, end
    reader.Parse(text, True)  # noqa: FBT003  as above
    return found


if __name__ == "__main__":
    sys.exit(main())
