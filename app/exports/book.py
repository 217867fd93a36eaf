"""A workbook to print and sign: its formats, its page, its numbers.

Gives the bytes of an .xlsx; the same content gives the same bytes. No cell is ever a formula, whatever stands in it.
"""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from app.exports.queries import Tallied
from app.i18n import Language
from scoring.numbers import exact
from scoring.scheme import Scheme

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD_ROW = 2  # the title and the state stand above the heading of every table
_A4 = 9
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_MOST_DIGITS = 15  # a spreadsheet keeps no more, and changes the rest silently
_WIDEST = 36
_LINE = 15.75  # the height of a line in points
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # a file of the same content is the same file, whenever it is made

Sheet = Any  # xlsxwriter comes without types


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is printed: ``text``; and what it is exactly, or None where it is a word."""

    text: str
    value: Fraction | None = None

    @property
    def number(self) -> Decimal | None:
        """The printed number, if it is the exact one; a rounded number stays text, so that nobody adds it up."""
        if self.value is None or not _DECIMAL.fullmatch(self.text) or len(self.text) > _MOST_DIGITS:
            return None
        return Decimal(self.text) if exact(self.text) == self.value else None


@dataclass(slots=True)
class Book:
    """The workbook of a result while it is being written, in the reader's language."""

    workbook: Any
    language: Language
    tallied: Tallied
    looks: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    @property
    def scheme(self) -> Scheme:
        return self.tallied.given.scheme

    def look(self, **properties: object) -> object:
        """A cell format; each is made once."""
        fonts = {"font_name": "宋体"} if self.language.code == "zh" else {}
        whole = {**fonts, "font_size": 11, "valign": "vcenter", **properties}
        key = tuple(sorted(whole.items(), key=lambda pair: pair[0]))
        if key not in self.looks:
            self.looks[key] = self.workbook.add_format(whole)
        return self.looks[key]

    def add(self, name: str) -> Sheet:
        """A sheet that prints on A4 across, under a name that spreadsheets take."""
        taken = {sheet.get_name().lower() for sheet in self.workbook.worksheets()}
        clean = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:28] or "-"
        again = (clean, *(f"{clean} {number}" for number in range(2, 99)))
        sheet = self.workbook.add_worksheet(next(one for one in again if one.lower() not in taken))
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def head(self, sheet: Sheet, title: str, headings: Sequence[str]) -> None:
        """The title, the state and the heading; the heading stays in sight and is printed on every page."""
        last = len(headings) - 1
        bold = {"font_name": "黑体"} if self.language.code == "zh" else {"bold": True}
        self.across(sheet, 0, last, title, self.look(**bold, font_size=16, align="center"))
        sheet.set_row(0, 30)
        self.across(
            sheet, 1, last, _state(self.tallied, self.language), self.look(font_color="#6B6656", align="center")
        )
        look = self.look(bold=True, bg_color="#F3F0E7", border=1, align="center", text_wrap=True)
        for column, text in enumerate(headings):
            sheet.write_string(HEAD_ROW, column, text, look)
        sheet.set_row(HEAD_ROW, 36)
        sheet.repeat_rows(HEAD_ROW)

    def across(self, sheet: Sheet, row: int, last: int, text: str, look: object) -> None:
        """``text`` over the columns up to ``last``."""
        sheet.merge_range(row, 0, row, last, "", look) if last else None
        sheet.write_string(row, 0, text, look)

    def put(self, sheet: Sheet, row: int, column: int, figure: Figure, **properties: object) -> None:
        """A number as a number with its printed decimals, if it is exact; anything else as text."""
        number = figure.number
        if number is None:
            align = "right" if figure.value is not None else "center"
            sheet.write_string(row, column, figure.text, self.look(border=1, **{"align": align, **properties}))
            return
        decimals = len(figure.text.partition(".")[2])
        form = "#,##0" + ("." + "0" * decimals if decimals else "")
        sheet.write_number(row, column, number, self.look(border=1, num_format=form, **properties))

    def text(self, sheet: Sheet, row: int, column: int, text: str, **properties: object) -> None:
        sheet.write_string(row, column, text, self.look(border=1, text_wrap=True, **properties))

    def paragraphs(self, sheet: Sheet, row: int, widths: Sequence[int], lines: Sequence[str]) -> int:
        """Lines over the whole width from ``row`` on, each as high as it needs; gives the row below."""
        look = self.look(text_wrap=True, valign="top")
        for line in lines:
            self.across(sheet, row, len(widths) - 1, line, look)
            sheet.set_row(row, _LINE * max(1, -(-wide(line) // (sum(widths) - 2))))
            row += 1
        return row


@contextmanager
def workbook(tallied: Tallied, language: Language) -> Iterator[tuple[Book, io.BytesIO]]:
    """A new workbook and where its bytes will be when it is closed."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as made:
        made.set_properties({"created": _MADE})
        yield Book(made, language, tallied), target


def _state(tallied: Tallied, language: Language) -> str:
    """What the reader must know before he reads a number: not published, not final, invented."""
    say = language.gettext
    public = say("version {n} is published", n=tallied.published) if tallied.published else ""
    if tallied.moved:
        public = say("changed since version {n} was published; these figures may differ", n=tallied.published)
    told = [say("Internal"), public] if public else [say("Internal, not published")]
    told += [say("Not final: something is open")] if tallied.tabulation.open else []
    told += [say("Simulated: all names and marks are invented")] if tallied.simulated else []
    return say("; ").join(told)


def money(fen: int) -> Figure:
    """An amount in yuan: whole where it is, else to the fen."""
    whole, rest = divmod(fen, 100)
    return Figure(f"{whole}.{rest:02d}" if rest else str(whole), exact(fen) / 100)


def wide(text: str) -> int:
    """The width of a text in columns of a spreadsheet: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def fitting(texts: Sequence[str], least: int = 8) -> int:
    """The width of a column that holds these texts, within bounds."""
    return min(_WIDEST, max(least, *(wide(text) + 2 for text in texts))) if texts else least
