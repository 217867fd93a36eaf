"""What people send instead of the workbook, and what Excel and WPS do to it: each is told by its cell."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, select

from app.contests.foreign import told_apart
from app.contests.intake import Reading, WorkbookUnreadable, opened, read_roster
from app.db import Database
from app.errors import AppError
from app.i18n import languages
from app.settings import Settings
from app.workbook import sheets_of
from tests.app.contests import rosters
from tests.app.contests.conftest import SignIn, a_contest, a_person, with_roster
from tests.app.contests.rosters import small

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


Change = Callable[[xlsxwriter.Workbook, dict[str, xlsxwriter.worksheet.Worksheet]], None]


def read(change: Change) -> Reading:
    """The small roster as a workbook, after somebody has done something to it in Excel."""
    return read_roster(rosters.tour(), opened(changed(change), Settings()))


def changed(change: Change) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheets = {}
        for name, rows in small().items():
            sheets[name] = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheets[name].write_row(line, 0, row)
        change(book, sheets)
    return target.getvalue()


def told(reading: Reading) -> list[tuple[object, ...]]:
    return [(one.code, one.params["sheet"], one.params["cell"]) for one in reading.faults]


def test_a_merged_cell_is_told_and_what_it_covers_is_not_guessed() -> None:
    def merges_the_day(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
        sheets["参评项目"].merge_range("F2:F3", "第1天", book.add_format())

    assert told(read(merges_the_day)) == [("import.merged_cell", "参评项目", "F3")]


def test_a_merged_title_above_the_headings_hinders_nobody() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in small().items():
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, len(rows[0]) - 1, "某市拉练名单", book.add_format())
            for line, row in enumerate(rows, 1):
                sheet.write_row(line, 0, row)
    reading = read_roster(rosters.tour(), opened(target.getvalue(), Settings()))
    assert reading.faults == ()
    assert len(reading.draft.entries) == 3


def test_a_formula_counts_by_its_value_and_one_that_failed_is_told() -> None:
    def calculates(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
        del book
        sheets["平时工作分"].write_formula("B2", "=90+5", None, 95)
        sheets["平时工作分"].write_formula("B3", "=1/0", None, "#DIV/0!")

    reading = read(calculates)
    assert told(reading) == [("import.formula_error", "平时工作分", "B3")]
    assert reading.faults[0].params["written"] == "#DIV/0!"


def test_a_formula_that_failed_is_told_in_a_workbook_of_another_program_too() -> None:
    """``books/openpyxl.xlsx`` is the small roster as openpyxl writes it, with a #REF! and a #DIV/0!."""
    content = (Path(__file__).parent / "books" / "openpyxl.xlsx").read_bytes()
    found = read_roster(rosters.tour(), opened(content, Settings()))
    assert [(one.code, one.params["cell"], one.params["written"]) for one in found.faults] == [
        ("import.formula_error", "H3", "#DIV/0!"),
        ("import.formula_error", "B3", "#REF!"),
    ]


def test_a_formula_that_failed_is_told_in_an_xls_too() -> None:
    """``books/failed.xls`` is the small roster with a formula whose kept result is #DIV/0!, and a cell that is #N/A."""
    content = (Path(__file__).parent / "books" / "failed.xls").read_bytes()
    found = read_roster(rosters.tour(), opened(content, Settings()))
    assert [(one.code, one.params["sheet"], one.params["cell"], one.params["written"]) for one in found.faults] == [
        ("import.formula_error", "平时工作分", "B2", "#DIV/0!"),
        ("import.formula_error", "平时工作分", "B3", "#N/A"),
    ]


def test_a_formula_that_failed_is_told_in_an_ods_where_it_stands() -> None:
    """As LibreOffice writes it; rows and cells may stand once for many."""
    cells = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>选手</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>评委</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" '
        'office:value-type="float" office:value="90"><text:p>90</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>'
    )
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for key, name in names.items())
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    book = f'<table:table table:name="打分">{cells}</table:table>'
    body = f"<office:body><office:spreadsheet>{book}</office:spreadsheet></office:body>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<office:document-content {spaces} {calc}>{body}</office:document-content>")
    assert sheets_of(target.getvalue(), Settings(), most=1) == {
        "打分": [["选手", "评委", "评委"], ["90", "90", "#DIV/0!"], ["90", "90", "#DIV/0!"]]
    }


def test_a_failed_formula_in_a_grid_of_marks_is_told_and_nothing_is_taken_for_an_empty_cell() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("打分")
        sheet.write_row(0, 0, ["选手", "评委一"])
        sheet.write_string(1, 0, "甲")
        sheet.write_formula("B2", "=Z1/0", None, "#REF!")
    assert sheets_of(target.getvalue(), Settings(), most=1) == {"打分": [["选手", "评委一"], ["甲", "#REF!"]]}


def test_dates_and_full_width_digits_are_read_as_they_are_meant() -> None:
    def writes_wide(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
        date = book.add_format({"num_format": "m月d日"})
        sheets["参评项目"].write_number("F2", 44749, date)
        sheets["参评项目"].write_string("F3", "2022-07-07")
        sheets["参评项目"].write_string("A2", "１")
        sheets["参评项目"].write_string("G2", "１４：２０")
        sheets["平时工作分"].write_string("B2", "９５．５分")

    reading = read(writes_wide)
    assert reading.faults == ()
    assert [entry.day for entry in reading.draft.entries[:2]] == ["2022-07-07", "2022-07-07"]
    assert (reading.draft.entries[0].time, reading.draft.priors[0].value) == ("14:20", "95.5")


def test_a_renamed_column_and_a_double_name_are_told_where_they_stand() -> None:
    def renames(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
        del book
        sheets["评委"].write_string("B1", "评委大名")
        sheets["参评单位"].write_string("B3", "云岭县")

    found = told(read(renames))
    assert ("import.double_name", "参评单位", "B3") in found
    assert ("import.no_column", "评委", "A1") in found


def test_five_thousand_rows_are_read_whole() -> None:
    def grows(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
        del book
        for n in range(5, 5005):
            sheets["评委"].write_row(n, 0, [n, f"评委{n}", "", "", "", ""])

    reading = read(grows)
    assert reading.faults == ()
    assert len(reading.draft.judges) == 5004


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "import.file_is_picture"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "import.file_is_picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "import.file_is_picture"),
        (b"%PDF-1.7 ", "import.file_is_document"),
        (b"PK\x03\x04....word/document.xml", "import.file_is_document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "import.file_locked"),
        (OLE, "import.workbook_unreadable"),  # such as a .et of WPS that is no .xls inside
        (b"PK\x03\x04 cut off", "import.workbook_unreadable"),
        ("序号,参评单位".encode(), "import.workbook_unreadable"),
        (b"", "import.workbook_unreadable"),
    ],
)
def test_what_is_no_workbook_that_opens_is_called_what_it_is(content: bytes, code: str) -> None:
    with pytest.raises(AppError) as found:
        opened(content, Settings())
    assert found.value.code == code
    assert (told_apart(content) is None) == (code == WorkbookUnreadable.code)
    for language in languages().values():
        assert code not in language.sentence(found.value.fault)


def typed(sheet: str, cell: str, text: str) -> Change:
    return lambda _, sheets: sheets[sheet].write_string(cell, text)


def merged(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
    sheets["参评项目"].merge_range("F2:F3", "第1天", book.add_format())


def failed(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
    del book
    sheets["平时工作分"].write_formula("B3", "=VLOOKUP(A3,Z:Z,1,0)", None, "#N/A")


def five_thousand(book: xlsxwriter.Workbook, sheets: dict[str, xlsxwriter.worksheet.Worksheet]) -> None:
    del book
    for n in range(5, 5005):
        sheets["评委"].write_row(n, 0, [n, f"评委{n}", "", "", "", ""])
    sheets["评委"].write_string("C5005", "没有这个县")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(changed(merged), "F3", id="merged cells"),
        pytest.param(changed(failed), "B3", id="a formula that failed"),
        pytest.param(changed(typed("平时工作分", "B2", "2022-07-07")), "B2", id="a date where a score belongs"),
        pytest.param(
            changed(typed("平时工作分", "B2", "９５．５．１")), "B2", id="full-width digits that are no number"
        ),
        pytest.param(changed(typed("参评单位", "B3", "云岭县")), "B3", id="a name twice"),
        pytest.param(changed(five_thousand), "C5005", id="5,000 rows, the last one wrong"),
        pytest.param(changed(typed("评委", "B1", "评委大名")), "A1", id="a renamed column"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "密码", id="a password"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(50), "图片", id="a picture"),
        pytest.param(OLE, "xlsx", id="a file of WPS that is no workbook of Excel"),
        pytest.param(b"PK\x03\x04 cut off", "xlsx", id="a workbook cut off on the way"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_changes_nothing_at_all(
    client: TestClient, app_database: Database, sign_in: SignIn, content: bytes, named: str
) -> None:
    """Not one row of any table: neither the roster that is there, nor a draft, nor the log."""
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    with_roster(app_database, contest_id)
    sign_in(zhou)
    before = everything(app_database)
    assert before["unit"]
    answer = client.post(f"/c/{contest_id}/import", files={"workbook": ("名单.xlsx", content)})
    assert answer.status_code in (415, 422), answer.status_code
    told = re.sub(r"<nav.*?</nav>|<form.*?</form>", "", answer.text, flags=re.DOTALL)
    assert named in told
    assert everything(app_database) == before


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = MetaData()
    tables.reflect(database.engine)
    with database.read() as session:
        return {
            name: sorted((tuple(row) for row in session.connection().execute(select(table))), key=repr)
            for name, table in tables.tables.items()
        }
