"""What was pasted or uploaded, as rows of text with the digits as they stand there."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.settings import Settings
from app.tally.sources import rows_of_file, rows_of_text, tab_separated, text_of
from app.workbook import FileTooLarge, FileUnreadable

PASTED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "pasted.json").read_text(encoding="utf-8")
)
SETTINGS = Settings()


def workbook(cells: dict[str, object], *, second: bool = False) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("打分")
        for address, value in cells.items():
            sheet.write(address, value)
        if second:
            book.add_worksheet("别的").write("A1", "另一张表")
    return target.getvalue()


@pytest.mark.parametrize("case", PASTED, ids=[case["name"] for case in PASTED])
def test_pasted_text_becomes_rows(case: dict[str, Any]) -> None:
    assert rows_of_text(case["text"]) == case["rows"]


@pytest.mark.parametrize("case", PASTED, ids=[case["name"] for case in PASTED])
def test_rows_become_text_that_reads_the_same(case: dict[str, Any]) -> None:
    if case["rows"]:
        assert rows_of_text(tab_separated(case["rows"])) == case["rows"]


def test_a_workbook_keeps_its_addresses_and_its_digits() -> None:
    content = workbook(
        {"B2": "评委1", "C2": 9.5, "D2": 10, "B3": "评委2", "C3": 9.3, "D3": "缺席", "C4": True}, second=True
    )
    assert rows_of_file(content, SETTINGS) == [
        ["", "", "", ""],
        ["", "评委1", "9.5", "10"],
        ["", "评委2", "9.3", "缺席"],
        ["", "", "TRUE", ""],
    ]


def test_a_workbook_shows_fifteen_digits_as_excel_does() -> None:
    assert rows_of_file(workbook({"A1": 9.299999999999999, "B1": 0.1 + 0.2, "C1": 88.125}), SETTINGS) == [
        ["9.3", "0.3", "88.125"]
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_of_excel(encoding: str) -> None:
    content = "评委,甲队,乙队\r\n评委1,9.50,9\r\n".encode(encoding)
    assert rows_of_file(content, SETTINGS) == [["评委", "甲队", "乙队"], ["评委1", "9.50", "9"]]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0nonsense", b"\xff\xff\xff", b"\x89PNG\0\0"]
)
def test_what_opens_as_nothing_is_unreadable(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        rows_of_file(content, SETTINGS)


def test_a_sheet_that_reaches_to_the_last_cell_of_excel_does_not_take_the_server_with_it() -> None:
    with pytest.raises((FileTooLarge, FileUnreadable)):
        rows_of_file(workbook({"A1": 1, "XFD1048576": 2}), SETTINGS)


def test_a_workbook_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(FileTooLarge):
        rows_of_file(workbook({"A1": 1}), Settings(workbook_seconds=0.001))


def test_text_with_nothing_readable_in_it_is_refused() -> None:
    with pytest.raises(FileUnreadable):
        text_of(b"a\0b")
