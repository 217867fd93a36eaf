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

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def failed_cells(content: bytes) -> dict[str, list[Failed]]:
    """The cells of an .xlsx whose formula failed, by sheet: the reader gives them as if nobody had filled them in."""
    if not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        if not {_WORKBOOK, _RELATIONS} <= set(book.namelist()):  # another kind of workbook
            return {}
        parts = {one["Id"]: one["Target"] for one in _elements(book.read(_RELATIONS), "Relationship")}
        found = {}
        for sheet in _elements(book.read(_WORKBOOK), "sheet"):
            target = next((parts.get(value, "") for key, value in sheet.items() if key.endswith(":id")), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in book.namelist() and b't="e"' in (text := book.read(path)):
                found[sheet["name"]] = _failed(text)
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
