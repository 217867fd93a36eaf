"""The child that opens one workbook: bytes on standard input, its sheets as JSON on standard output.

Reads as many sheets as its third argument says, each as its name, its rows of text and its merged cells. Writes nothing
else. Never takes more memory than its first argument says, nor gives more cells than its second: then it ends with
status 3. It stands alone, because it is started without the application around it; ``app.workbook`` starts it.
"""

import contextlib
import datetime
import io
import json
import sys

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

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for name in book.sheet_names[:most_sheets]:
        sheet = book.get_sheet_by_name(name)
        most_cells -= sheet.total_height * sheet.total_width
        if most_cells < 0:
            return TOO_LARGE
        rows = [[as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
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


if __name__ == "__main__":
    sys.exit(main())
