"""Invented rosters as workbooks, small and large."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from app.contests.schemes import shipped
from scoring.scheme import Scheme

Sheets = dict[str, list[list[object]]]

COUNTIES = ("云岭县", "清江市", "东城区", "松山县", "石门县", "白河县", "西城区", "南川县", "临湖县", "平原县")
TOWNS = ("水坪镇", "桂花乡", "竹林镇", "城关镇")


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(line, column, cell)
    return target.getvalue()


def texts(sheets: Sheets) -> dict[str, list[list[str]]]:
    """The same as the reader of workbooks gives it."""
    return {name: [[str(cell) for cell in row] for row in rows] for name, rows in sheets.items()}


def tour() -> Scheme:
    return shipped()["shiyan-2022-tour"].scheme


def small() -> Sheets:
    """Two counties, three entries over two days, four judges: two of the first county, one guest, one of the second."""
    return {
        "参评单位": [["序号", "参评单位"], [1, "云岭县"], [2, "清江市"]],
        "参评项目": [
            ["序号", "参评单位", "参评项目", "类别", "计分部分", "日期", "时间", "地点"],
            [1, "云岭县", "水坪镇实践所", "新时代文明实践所", "", "第1天", "14:20", "水坪镇"],
            [2, "清江市", "好人广场", "good-people-square", "现场", "第1天", "", ""],
            [3, "云岭县", "路演", "", "路演", "第2天", "9:05", ""],
        ],
        "评委": [
            ["序号", "姓名", "本人单位", "评委组", "手机尾号", "协助人"],
            [1, "张一", "云岭县", "", "0123", ""],
            [2, "张二", "云岭县", "云岭县评委组", "13800004567", "小李"],
            [3, "李三", "", "市直", "", ""],
            [4, "王四", "清江市", "", "4321", ""],
        ],
        "平时工作分": [["参评单位", "得分", "来源"], ["云岭县", 95.5, "某文12号"], ["清江市", "94", ""]],
    }


def large() -> Sheets:
    """Ten counties, forty projects over three days, ten pitches, 52 judges."""
    kinds = [kind.name.zh for kind in tour().kinds]
    units: list[list[object]] = [["序号", "参评单位"]]
    units += [[n, name] for n, name in enumerate(COUNTIES, start=1)]
    entries: list[list[object]] = [["序号", "参评单位", "参评项目", "类别", "计分部分", "日期", "时间", "地点"]]
    for n in range(40):
        unit, kind = COUNTIES[n // 4], kinds[n % len(kinds)]
        where = f"{unit}{TOWNS[n % 4]}"
        day = f"第{n // 16 + 1}天"
        entries.append([n + 1, unit, f"{where[3:]}{kind}", kind, "现场", day, f"{8 + n % 16 // 2}:{n % 2 * 3}0", where])
    entries += [
        [41 + n, unit, "县委宣传部长路演", "", "路演", f"第{n // 4 + 1}天", "", ""] for n, unit in enumerate(COUNTIES)
    ]
    judges: list[list[object]] = [["序号", "姓名", "本人单位", "评委组", "手机尾号", "协助人"]]
    families, given = "张王李赵陈刘杨黄周吴徐孙马", ("建国", "秀兰", "志强", "丽华")
    for n in range(52):
        unit = COUNTIES[n // 4] if n < 40 else ""
        judges.append(
            [n + 1, families[n % 13] + given[n // 13], unit, "" if unit else "市直", f"{1000 + 37 * n:04}", ""]
        )
    priors: list[list[object]] = [["参评单位", "得分", "来源"]]
    priors += [[unit, f"{95 - n * 0.35:.2f}", "2022年上半年考核通报(虚构)"] for n, unit in enumerate(COUNTIES)]
    return {"参评单位": units, "参评项目": entries, "评委": judges, "平时工作分": priors}
