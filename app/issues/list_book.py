"""A county's issue list as a workbook to print or to fill in: the form of the lists that offices send each other.

Gives the bytes of an .xlsx; the same list gives the same bytes. Reads what it is given and writes nothing else. No cell
is ever a formula.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from PIL import Image

from app.contests.categories import category_name
from app.i18n import Language
from app.issues.lists import Issue, IssueList
from app.issues.terms import degrees

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_A4 = 9
_HEADINGS_IN = 2  # rows above the headings: the title, and for whom and when
_ACROSS, _MOST_PHOTOS = 2, 8  # so many beside each other, so many in all: a row can be 409 points high
_BOX, _GAP = (132, 99), 5  # of one photo, in pixels
_LINE = 18  # points of a line of text
_SIGNS_OF_PLACE, _SIGNS_OF_TEXT = 9, 17  # so many Chinese signs fit a line of the column
_START_OF_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # the same list is the same file, whenever it is taken

Small = Callable[[Issue, int], bytes]
"""The bytes of a photo of an issue, small; empty where it is gone."""
Columns = Sequence[tuple[str, int]]
"""Headings from the left, each with the width of its column."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the list."""

    contest: str
    unit: str
    released_on: str


def issue_book(head: Head, released: IssueList, small: Small, language: Language) -> bytes:
    """A sheet of problems, and one of highlights where there are any."""
    say, target = language.gettext, io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _MADE})
        number, stop, category = (say("No."), 6), (say("Stop (entry)"), 22), (say("Category"), 14)
        photos = say("Photos"), 40
        columns: Columns = (
            number, stop, (say("What is wrong"), 40), category, (say("Severity"), 10), photos,
            (say("Measures taken"), 28), (say("Person in charge"), 12), (say("To be done by"), 14),
        )  # fmt: skip
        title = say("Issue list of {unit}", unit=head.unit)
        _Sheet(book, say("Issue list"), language).fill(title, head, columns, released.problems, small)
        if released.highlights:
            # A highlight has nothing to rectify.
            columns = (number, stop, (say("What is good"), 40), category, photos)
            title = say("Highlights of {unit}", unit=head.unit)
            _Sheet(book, say("Highlights"), language).fill(title, head, columns, released.highlights, small)
    return target.getvalue()


class _Sheet:
    """One sheet of the book, from the title down."""

    def __init__(self, book: "xlsxwriter.Workbook", name: str, language: Language) -> None:
        edge = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_name": "仿宋", "font_size": 12}
        self.title = book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 20, "align": "center", "valign": "vcenter"}
        )
        self.left = book.add_format({"font_name": "楷体", "font_size": 12, "valign": "vcenter"})
        self.right = book.add_format({"font_name": "楷体", "font_size": 12, "valign": "vcenter", "align": "right"})
        self.heading = book.add_format({**edge, "font_name": "黑体", "align": "center"})
        self.middle = book.add_format({**edge, "align": "center"})
        self.text = book.add_format(edge)
        # With the mark for text, a cell that is opened and left again in Excel or WPS does not become a formula.
        self.quoted = book.add_format({**edge, "quote_prefix": True})
        self.sheet, self.language = book.add_worksheet(name), language

    def fill(self, title: str, head: Head, columns: Columns, issues: Sequence[Issue], small: Small) -> None:
        say, sheet, last = self.language.gettext, self.sheet, len(columns) - 1
        for column, (_, width) in enumerate(columns):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 42)
        sheet.merge_range(0, 0, 0, last, "", self.title)
        sheet.write_string(0, 0, title, self.title)
        sheet.set_row(1, 24)
        sheet.write_string(1, 0, head.contest, self.left)
        told = say("Released on {date}", date=head.released_on) if issues else say("Nothing has been released yet.")
        sheet.write_string(1, last, told, self.right)
        sheet.set_row(_HEADINGS_IN, 30)
        for column, (heading, _) in enumerate(columns):
            sheet.write_string(_HEADINGS_IN, column, heading, self.heading)
        for row, issue in enumerate(issues, _HEADINGS_IN + 1):
            self._line(row, issue, len(columns), small)
        self._for_print(last, len(issues))

    def _for_print(self, last: int, lines: int) -> None:
        sheet = self.sheet
        sheet.freeze_panes(_HEADINGS_IN + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADINGS_IN)
        sheet.print_area(0, 0, _HEADINGS_IN + lines, last)
        sheet.center_horizontally()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&C" + self.language.gettext("Page &P of &N"))

    def _line(self, row: int, issue: Issue, columns: int, small: Small) -> None:
        say, sheet = self.language.gettext, self.sheet
        sheet.write_number(row, 0, issue.number, self.middle)
        day = say("Day {day}", day=issue.day) if issue.day.isdigit() else issue.day
        where = f"{issue.entry}\n{day}" if day else issue.entry
        pictures = [content for n in issue.photos[:_MOST_PHOTOS] if (content := small(issue, n))]
        text = issue.text or say("See the photo.")
        if left := len(issue.photos) - len(pictures):
            text += "\n" + self.language.ngettext(
                "({n} more photo on the web page)", "({n} more photos on the web page)", left
            )
        about = [category_name(issue.category, self.language)]
        if issue.kind == "problem":
            about.append(degrees(self.language).get(issue.severity, ""))
        for column, words in enumerate((where, text, *about), 1):
            sheet.write_string(row, column, words, self._safe(words))
        photos = 3 + len(about)
        for column in range(photos, columns):
            sheet.write_blank(row, column, None, self.middle if column > photos + 1 else self.text)
        taken = _place(sheet, row, photos, pictures)
        sheet.set_row(row, max(_high(text, _SIGNS_OF_TEXT), _high(where, _SIGNS_OF_PLACE), taken))

    def _safe(self, words: str) -> object:
        return self.quoted if words.startswith(_START_OF_FORMULA) else self.text


def _high(text: str, signs: int) -> float:
    """Points that ``text`` needs, ``signs`` to a line; WPS does not fit a row that has pictures by itself."""
    lines = sum(max(1, -(-len(line) // signs)) for line in text.split("\n"))
    return float(min(409, _LINE * lines + 8))


def _place(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, pictures: Sequence[bytes]) -> float:
    """Put the pictures over their cell, floating: in-cell pictures do not show in WPS. Returns the points they need."""
    for at, content in enumerate(pictures):
        down, across = divmod(at, _ACROSS)
        with Image.open(io.BytesIO(content)) as picture:
            scale = min(_BOX[0] / picture.width, _BOX[1] / picture.height)
        sheet.insert_image(
            row, column, f"{row}-{at}.jpg",
            {
                "image_data": io.BytesIO(content), "x_offset": _GAP + across * (_BOX[0] + _GAP),
                "y_offset": _GAP + down * (_BOX[1] + _GAP), "x_scale": scale, "y_scale": scale, "object_position": 1,
            },
        )  # fmt: skip
    rows = -(-len(pictures) // _ACROSS)
    return (rows * (_BOX[1] + _GAP) + _GAP) * 0.75 if rows else 0.0
