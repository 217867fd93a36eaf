"""The list as a workbook: the columns offices know, photos over their cells, and no cell is a formula."""

import io
import re
import zipfile
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from tests.app.issues.lists import liaison, note, picture, release, upload
from tests.app.sync.field import Field

HEADINGS = ["序号", "点位（项目）", "问题描述", "问题类别", "严重程度", "照片", "整改措施", "责任人", "整改时限"]
FORMULAS = ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)"]


def book(content: bytes) -> dict[str, list[list[object]]]:
    made = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: made.get_sheet_by_name(name) for name in made.sheet_names}
    return {name: [list(row) for row in sheet.to_python(skip_empty_area=False)] for name, sheet in sheets.items()}


def parts(content: bytes) -> dict[str, str]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def filled(field: Field) -> bytes:
    phone = field.phone("J3")
    photos = [upload(phone, picture(seed)) for seed in (1, 2, 3)]
    note(phone, "P1", "消防通道堵塞", files=photos[:2], category="safety", severity="serious")
    note(phone, "P3", "展板脱落\n且无人管", files=photos[2:])
    note(phone, "P3", "讲解生动", state="highlight", files=photos[:1], category="我们自己的词")
    note(phone, "P2", "清江市的事", files=photos[:1])
    for unit in ("A", "B"):
        release(field.signed_in("organiser"), unit)
    answer = liaison(field).get("/county/c1/issues.xlsx")
    assert answer.status_code == 200
    name = unquote(re.findall(r"filename\*=UTF-8''(\S+)", answer.headers["content-disposition"])[0])
    assert name == "云岭县问题清单.xlsx"
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


def test_the_sheets_hold_the_released_list_by_number(field: Field) -> None:
    sheets = book(filled(field))
    assert list(sheets) == ["问题清单", "亮点"]
    title, head, headings, *rows = sheets["问题清单"]
    assert title[0] == "云岭县问题清单"
    assert head[0] == "拉练 c1（模拟数据）"
    assert re.fullmatch(r"下发日期：\d{4}年[1-9]\d?月[1-9]\d?日", str(head[8]))
    assert headings == HEADINGS
    assert rows == [
        [1, "项目1\n第 1 天", "消防通道堵塞", "安全隐患", "严重", "", "", "", ""],
        [2, "项目3\n第 2 天", "展板脱落\n且无人管", "", "", "", "", "", ""],
    ]
    title, _, headings, *rows = sheets["亮点"]
    assert title[0] == "云岭县亮点清单"
    assert headings == ["序号", "点位（项目）", "亮点描述", "问题类别", "照片"]
    assert rows == [[1, "项目3\n第 2 天", "讲解生动", "我们自己的词", ""]]


def test_photos_float_over_their_own_rows(field: Field) -> None:
    inside = parts(filled(field))
    rows = [
        [
            int(row)
            for row in re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>", inside[f"xl/drawings/drawing{n}.xml"])
        ]
        for n in (1, 2)
    ]
    # Rows count from 0: the list begins in the fourth. Two photos of the first problem, one of the second.
    assert rows == [[3, 3, 4], [3]]
    ends = re.findall(
        r"<xdr:to><xdr:col>(\d+)</xdr:col>.*?<xdr:row>(\d+)</xdr:row>", inside["xl/drawings/drawing1.xml"]
    )
    assert ends == [("5", "3"), ("5", "3"), ("5", "4")]
    assert len([name for name in inside if name.startswith("xl/media/")]) == 3
    assert "cellimages" not in str(list(inside))
    assert "Secret phone" not in "".join(inside.values())


def test_it_prints_on_a4_across_with_its_heading_on_every_page(field: Field) -> None:
    inside = parts(filled(field))
    sheet = inside["xl/worksheets/sheet1.xml"]
    assert re.search(r'<pageSetup paperSize="9"[^>]* orientation="landscape"', sheet)
    assert 'state="frozen"' in sheet
    assert "Print_Titles" in inside["xl/workbook.xml"]
    assert "$3:$3" in inside["xl/workbook.xml"]
    assert "第 &amp;P 页 共 &amp;N 页" in sheet


@pytest.mark.parametrize("text", FORMULAS)
def test_words_that_look_like_a_formula_stay_words(field: Field, text: str) -> None:
    note(field.phone("J3"), text=text)
    release(field.signed_in("organiser"))
    content = liaison(field).get("/county/c1/issues.xlsx").content
    assert book(content)["问题清单"][3][2] == text
    inside = parts(content)
    sheet = inside["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    [style] = re.findall(r'<c r="C4" s="(\d+)" t="s">', sheet)
    cells = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", inside["xl/styles.xml"].partition("<cellXfs")[2], re.DOTALL)
    assert 'quotePrefix="1"' in cells[int(style)]


def test_an_empty_list_is_a_form_with_nothing_in_it(field: Field) -> None:
    note(field.phone("J3"))
    sheets = book(liaison(field).get("/county/c1/issues.xlsx").content)
    assert list(sheets) == ["问题清单"]
    assert sheets["问题清单"][1][8] == "尚未下发。"
    assert sheets["问题清单"][2:] == [HEADINGS]


def test_the_organiser_takes_the_same_list(field: Field) -> None:
    content = filled(field)
    taken = field.signed_in("organiser").get("/c/c1/findings/A/issues.xlsx").content
    assert taken == content


def test_the_headings_are_in_the_readers_language(field: Field) -> None:
    note(field.phone("J3"))
    release(field.signed_in("organiser"))
    county = liaison(field)
    sheets = book(county.get("/county/c1/issues.xlsx?lang=en").content)
    assert sheets["Issue list"][2] == [
        "No.", "Stop (entry)", "What is wrong", "Category", "Severity", "Photos", "Measures taken", "Person in charge",
        "To be done by",
    ]  # fmt: skip
