"""Grids as they stand in Excel: which side the judges are on, what stands beside the marks, and faults of form."""

import pytest

from app.tally.grid import Grid, Limits, Reading, read_grid
from app.tally.headings import JudgesIn
from app.tally.sources import rows_of_text


def read(text: str, side: JudgesIn | None = None, limits: Limits | None = None) -> Reading:
    """``text`` with | between cells, as it is easier to read here than tabs."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").split("\n")]
    return read_grid(rows, side=side, limits=limits)


def grid(text: str, side: JudgesIn | None = None) -> Grid:
    reading = read(text, side)
    assert reading.grid is not None, reading
    assert reading.faults == ()
    return reading.grid


def names(found: Grid) -> tuple[str, list[str], list[str]]:
    return found.judges_in, [judge.name for judge in found.judges], [entrant.name for entrant in found.entrants]


def texts(found: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in found.marks]


def faults(reading: Reading) -> list[tuple[str, dict[str, object]]]:
    return [(fault.code, dict(fault.params)) for fault in reading.faults]


ENTRANT_WORDS = [
    "姓名",
    "名称",
    "学校",
    "班级",
    "县区",
    "队伍",
    "部门",
    "乡镇",
    "考生",
    "人员",
    "姓 名",
    "选手（姓名）",
]
TOTALS = [
    *[
        "最终成绩",
        "总得分",
        "平均得分",
        "总成绩",
        "综合得分",
        "最后成绩",
        "合计分",
        "平均值",
        "均值",
        "总分(100分)",
        "平均分（分）",
        "折算分",
        "加分",
        "扣分",
    ],
    *[
        "去掉最高最低分后平均分",
        "评委平均分",
        "专家总分",
        "加权得分",
        "小计",
        "总评",
        "Avg",
        "Points",
        "Final",
        "Rank",
        "Total",
        "Overall",
    ],
    "总 分",
    "Total score",
    "Final mark",
    "Average of judges",
]
IN_ROWS = """
     | 甲队 | 乙队 | 丙队
评委1 | 9.1 | 9.2 | 9.3
评委2 | 8.1 | 8.2 | 8.3
"""
IN_COLUMNS = """
选手 | 评委1 | 评委2
甲队 | 9.1  | 8.1
乙队 | 9.2  | 8.2
丙队 | 9.3  | 8.3
"""


def test_both_ways_round_give_the_same_marks() -> None:
    rows, columns = grid(IN_ROWS), grid(IN_COLUMNS)
    assert names(rows) == ("rows", ["评委1", "评委2"], ["甲队", "乙队", "丙队"])
    assert names(columns) == ("columns", ["评委1", "评委2"], ["甲队", "乙队", "丙队"])
    assert texts(rows) == texts(columns) == [["9.1", "8.1"], ["9.2", "8.2"], ["9.3", "8.3"]]
    assert rows.marks[2][0].address == "D2"
    assert columns.marks[2][0].address == "B4"


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("姓名|评委1|评委2\n甲|9|8\n乙|9|8", "columns"),
        ("姓名|甲|乙\n评委1|9|8\n评委2|9|8", "rows"),
        ("评委|评委1|评委2\n甲|9|8\n乙|9|8", "columns"),
        ("序号|1|2\n姓名|甲|乙\n李一|9|8", "rows"),
        *((f"{word}|王老师|陈老师|周老师\n甲|9|8|7\n乙|9|8|7", "columns") for word in ENTRANT_WORDS),
        ("评委|甲|乙\n李一|9|8", "rows"),
        ("选手|李一|王二\n甲|9|8", "columns"),
        ("单位|李一|王二\n甲|9|8", "columns"),
        ("姓名|J1|J2\n甲|9|8", "columns"),
        ("|J1|J2\n甲|9|8", "columns"),
        ("|1号选手|2号选手\n李一|9|8", "rows"),
        ("|Judge 1|Judge 2\nA|9|8", "columns"),
        ("评委\\选手|甲|乙\n专家一|9|8", "rows"),
        ("|李一|王二|名次\n甲|9|8|1\n乙|9|8|1", "columns"),
        ("|甲|乙\n李一|9|8\n名次|1|1", "rows"),
        ("|组别|李一|王二\n甲|中心|9|8\n乙|站|9|8", "columns"),
        ("|评委单位|甲县|乙县\n李一|甲县|回避|8", "rows"),
    ],
)
def test_headings_tell_where_the_judges_are(text: str, side: JudgesIn) -> None:
    assert grid(text).judges_in == side


@pytest.mark.parametrize(
    "text",
    [
        "|李一|王二\n甲|9|8\n乙|9|8",
        "|王老师|陈老师|周老师\n甲|9|8|7\n乙|9|8|7",
        "打分表|李一|王二\n甲|9|8\n乙|9|8",
        "选手|云岭县|青禾县\n李一|9|8\n王二|9|8",  # judges called by their county, or a wrong corner
        "|云岭县|青禾县\n李一|9|8\n王二|9|8",
    ],
)
def test_where_nothing_tells_nothing_is_guessed(text: str) -> None:
    reading = read(text)
    assert reading.grid is None
    assert [code for code, _ in faults(reading)] == ["grid.side_unknown"]
    assert [side.judges_in for side in reading.sides] == ["rows", "columns"]
    assert read(text, "columns").grid is not None


@pytest.mark.parametrize("word", TOTALS)
def test_totals_are_never_a_judge_nor_an_entrant(word: str) -> None:
    column = read(f"选手|评委1|评委2|评委3|评委4|{word}\n甲|9|8|7|6|7.5\n乙|9|8|7|6|7.5")
    row = read(f"评委|甲|乙\n评委1|9|8\n评委2|7|8\n{word}|8|8")
    entrants = read(f"选手|评委1|评委2\n甲|9|8\n乙|7|8\n{word}|8|8")
    for reading, judges, at in ((column, 4, "F1"), (row, 2, "A4"), (entrants, 2, "A4")):
        assert reading.grid is not None
        assert (len(reading.grid.judges), len(reading.grid.entrants)) == (judges, 2)
        assert [at in str(note.params["what"]) for note in reading.notes] == [True]
        assert reading.faults == ()


@pytest.mark.parametrize("word", ["评委1得分", "评委一打分", "专家1评分", "评委甲（10分）", "Judge 1 score", "J1"])
def test_a_judge_with_a_word_for_marks_is_a_judge(word: str) -> None:
    assert names(grid(f"选手|{word}|评委2|评委3\n甲|9|8|7\n乙|9|8|7"))[1] == [word, "评委2", "评委3"]


@pytest.mark.parametrize(
    "word", ["综合文化服务中心", "总工会一分会", "节目(2)", "项目（二）", "Total Eclipse", "最后一公里"]
)
def test_an_entrant_that_sounds_like_totals_is_an_entrant(word: str) -> None:
    assert names(grid(f"选手|评委1|评委2\n甲|9|8\n{word}|7|6"))[2] == ["甲", word]


def test_a_heading_unlike_the_judges_is_asked_about() -> None:
    assert faults(read("选手|评委1|评委2|民主测评\n甲|9|8|7\n乙|9|8|7")) == [
        ("grid.judge_unsure", {"cell": "D1", "name": "民主测评"})
    ]
    assert faults(read("评委|甲|乙\n评委1|9|8\n评委2|9|8\n民主测评|9|8")) == [
        ("grid.judge_unsure", {"cell": "A4", "name": "民主测评"})
    ]
    assert faults(read("选手|王|陈|得票\n甲|9|8|7")) == [("grid.judge_unsure", {"cell": "D1", "name": "得票"})]
    assert faults(read("选手|评委1|评委2|评委打分\n甲|9|8|7\n乙|9|8|7")) == [
        ("grid.judge_unsure", {"cell": "D1", "name": "评委打分"})
    ]


@pytest.mark.parametrize("word", ["评委", "评委打分", "Judges"])
def test_a_heading_merged_over_the_judges_is_read_with_the_line_below(word: str) -> None:
    text = f"选手|{word}|||最终成绩\n|王|陈|周|\n甲|9|8|7|8\n乙|6|5|4|5"
    found = grid(text)
    assert names(found) == ("columns", ["王", "陈", "周"], ["甲", "乙"])
    assert texts(found) == [["9", "8", "7"], ["6", "5", "4"]]
    across = "\n".join("|".join(row) for row in zip(*(line.split("|") for line in text.split("\n")), strict=True))
    assert names(grid(across)) == ("rows", ["王", "陈", "周"], ["甲", "乙"])
    numbered = grid(f"选手|{word}||\n|1|2|3\n甲|9|8|7\n乙|6|5|4")
    assert [judge.name[-1] for judge in numbered.judges] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "line", ["领导签字：||", "领导签字:||", "评委签名||", "分管领导（签章）||", "公证员签字：|李|", "Signed||"]
)
def test_lines_to_sign_are_left_out_with_a_note(line: str) -> None:
    reading = read(f"选手|评委1|评委2|评委3\n甲|9|8|7\n乙|6|5|4\n{line}|")
    assert reading.grid is not None
    assert [entrant.name for entrant in reading.grid.entrants] == ["甲", "乙"]
    assert [note.code for note in reading.notes] == ["grid.left_out"]


def test_the_reader_knows_better() -> None:
    assert names(grid("|李一|王二\n甲|9|8\n乙|7|6", "columns")) == ("columns", ["李一", "王二"], ["甲", "乙"])


def test_what_stands_beside_the_entrants_is_known() -> None:
    found = grid("序号|参评单位|参评项目|类别|组别|评委1|评委2\n1|甲县|广场|广场|站|9|8\n2|乙县|中心|中心|中心|7|6")
    assert [(e.name, e.unit, e.kind, e.division) for e in found.entrants] == [
        ("广场", "甲县", "广场", "站"),
        ("中心", "乙县", "中心", "中心"),
    ]
    assert texts(found) == [["9", "8"], ["7", "6"]]


def test_rows_above_and_beside_work_the_same_way() -> None:
    found = grid("评委|评委单位|甲|乙\n组别||中心|站\n李一|甲|回避|9\n王二|丙|8|9")
    assert [(e.name, e.division) for e in found.entrants] == [("甲", "中心"), ("乙", "站")]
    assert [(j.name, j.unit) for j in found.judges] == [("李一", "甲"), ("王二", "丙")]


def test_the_unit_is_the_name_where_there_is_no_other() -> None:
    assert names(grid("序号|单位|评委1|评委2\n1|甲县|9|8\n2|乙县|7|6"))[2] == ["甲县", "乙县"]
    assert names(grid("编号|评委1|评委2\n1|9|8\n2|7|6"))[2] == ["1", "2"]
    assert names(grid("序号|县市|评委1|评委2\n1|甲县|9|8\n2|乙县|7|6"))[2] == ["甲县", "乙县"]


def test_merged_cells_are_filled_down_and_told_of() -> None:
    reading = read("参评单位|参评项目|评委1\n甲县|广场|9\n|中心|8\n乙县|广场|7")
    assert reading.grid is not None
    assert [(e.unit, e.name) for e in reading.grid.entrants] == [("甲县", "广场"), ("甲县", "中心"), ("乙县", "广场")]
    assert [(n.code, n.params) for n in reading.notes] == [("grid.filled_down", {"what": "A3"})]
    assert reading.faults == ()  # two units may each have a 广场


def test_totals_titles_and_signatures_are_left_out_with_a_note() -> None:
    reading = read(
        """
        某县宣讲比赛评分表 | | | | |
        选手 | 评委1 | 评委2 | 最后得分 | 名次 | 奖项
        甲 | 9.1 | 9.3 | 9.2 | 1 | 一等奖
        乙 | 8.1 | 8.3 | 8.2 | 2 | 二等奖
        平均分 | 8.6 | 8.8 | 8.7 | |
        计分员: | | 核分员: | | |
    """.strip()
    )
    assert reading.grid is not None
    assert texts(reading.grid) == [["9.1", "9.3"], ["8.1", "8.3"]]
    assert reading.faults == ()
    assert [note.params["what"] for note in reading.notes] == [
        "某县宣讲比赛评分表 (A1), 计分员: (A6), 最后得分 (D2), 名次 (E2), 奖项 (F2), 平均分 (A5)"
    ]


def test_blank_rows_and_columns_between_mean_nothing() -> None:
    found = grid("|选手||评委1|评委2\n||||\n|甲||9|8\n||||\n|乙||7|6")
    assert names(found) == ("columns", ["评委1", "评委2"], ["甲", "乙"])
    assert found.marks[1][1].address == "E5"


@pytest.mark.parametrize("text", ["", "评委1", "评委1|评委2", "评委1\n评委2"])
def test_what_is_no_grid_is_empty(text: str) -> None:
    assert faults(read(text)) == [("grid.empty", {})]


@pytest.mark.parametrize(
    "text",
    [
        "9.1|9.2\n8|9",
        "评委1|评委2\n9|9\n8|8",
        "甲|9|8|9\n乙|8|8|8",
        "|9.5|9.1\n评委1|9.4|9.2",
    ],
)
def test_marks_without_names_are_told_of(text: str) -> None:
    assert [code for code, _ in faults(read(text))] == ["grid.headings_missing"]


def test_numbers_can_be_names() -> None:
    assert names(grid("评委|1|2|3\n1|9.1|8|9\n2|8.5|8|8")) == ("rows", ["1", "2"], ["1", "2", "3"])


def test_names_that_stand_twice() -> None:
    assert faults(read("选手|评委1|评委1|评委2\n甲|9|8|7\n乙|9|8|7\n甲|9|8|7")) == [
        ("grid.judge_twice", {"name": "评委1", "cells": "B1, C1"}),
        ("grid.entrant_twice", {"name": "甲", "cells": "A2, A4"}),
    ]


def test_a_missing_name_and_rows_of_other_lengths() -> None:
    assert faults(read("选手|评委1||评委3\n甲|9|8|7\n乙|9|8\n丙|9|8|7|6\n|9|8|7")) == [
        ("grid.row_length", {"row": 3, "count": 3, "expected": 4}),
        ("grid.row_length", {"row": 4, "count": 5, "expected": 4}),
        ("grid.heading_missing", {"cell": "C1"}),
        ("grid.heading_missing", {"cell": "A5"}),
    ]


def test_too_large_is_told_with_the_limits() -> None:
    reading = read("选手|评委1|评委2|评委3\n甲|9|8|7\n乙|9|8|7", limits=Limits(judges=2, entrants=5))
    assert faults(reading) == [("grid.too_large", {"judges": 3, "entrants": 2, "most_judges": 2, "most_entrants": 5})]


def test_nine_by_eighteen_as_it_stands_in_excel() -> None:
    head = "\t".join(["评委", *(f"选手{n}" for n in range(1, 19))])
    lines = ["\t".join([f"评委{j}", *(["9.5"] * 18)]) for j in range(1, 10)]
    found = read_grid(rows_of_text("\n".join([head, *lines]))).grid
    assert found is not None
    assert (len(found.judges), len(found.entrants), found.judges_in) == (9, 18, "rows")
