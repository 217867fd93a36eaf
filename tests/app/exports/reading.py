"""A workbook read back: its cells as they are stored, and what its XML says of them."""

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet by name, in order: a number as a number, text as text."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def parts(content: bytes) -> dict[str, str]:
    """Every part of the file, as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def struck(content: bytes, sheet: int) -> set[str]:
    """The cells of the ``sheet``-th sheet, such as D4, whose font is struck through."""
    found = parts(content)
    styles = ElementTree.fromstring(found["xl/styles.xml"])  # noqa: S314  our own file
    fonts = [font.find(f"{_MAIN}strike") is not None for font in styles.iterfind(f"{_MAIN}fonts/{_MAIN}font")]
    formats = [fonts[int(form.get("fontId", "0"))] for form in styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")]
    page = ElementTree.fromstring(found[f"xl/worksheets/sheet{sheet}.xml"])  # noqa: S314
    return {cell.get("r", "") for cell in page.iter(f"{_MAIN}c") if formats[int(cell.get("s", "0"))]}


def formulas(content: bytes) -> list[str]:
    return [name for name, text in parts(content).items() if re.search("<f[ >]", text)]
