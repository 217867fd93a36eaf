"""A workbook of a roster, read: the whole of it, or every fault with its sheet and cell."""

from collections.abc import Callable

import pytest

from app.contests.draft import Draft, EntryLine, JudgeLine, PriorLine, UnitLine, read_draft
from app.contests.import_page import worth_knowing
from app.contests.intake import read_roster
from app.contests.schemes import shipped
from app.i18n import languages
from tests.app.contests import rosters
from tests.app.contests.rosters import Sheets, small, texts, tour

WHOLE = Draft(
    units=(UnitLine("U1", 1, "云岭县"), UnitLine("U2", 2, "清江市")),
    entries=(
        EntryLine("E1", 1, "U1", "水坪镇实践所", "onsite", "institute", "第1天", "14:20", "水坪镇"),
        EntryLine("E2", 2, "U2", "好人广场", "onsite", "good-people-square", "第1天"),
        EntryLine("E3", 3, "U1", "路演", "pitch", "", "第2天", "09:05"),
    ),
    judges=(
        JudgeLine("J1", 1, "张一", "U1", "云岭县", phone_end="0123"),
        JudgeLine("J2", 2, "张二", "U1", "云岭县评委组", phone_end="4567", aide="小李"),
        JudgeLine("J3", 3, "李三", "", "市直"),
        JudgeLine("J4", 4, "王四", "U2", "清江市", phone_end="4321"),
    ),
    priors=(PriorLine("U1", "ordinary", "95.5", "某文12号"), PriorLine("U2", "ordinary", "94")),
)


def test_a_whole_workbook_becomes_a_draft_in_the_manual_order() -> None:
    sheets = small()
    for rows in sheets.values():
        rows[1:] = reversed(rows[1:])
    reading = read_roster(tour(), texts(sheets))
    assert reading == read_roster(tour(), texts(small()))
    assert (reading.draft, reading.faults, reading.notes) == (WHOLE, (), ())
    assert read_draft(WHOLE.as_json()) == WHOLE


def test_english_headings_a_title_above_and_columns_in_another_order_are_understood() -> None:
    sheets: Sheets = {
        "Units": [["Roster of the tour", ""], ["", ""], ["Unit *", "No.*"], ["云岭县", 1], ["清江市", 2]],
        "Entries": [["Entry", "No.", "UNIT", "Kind"], ["所", 1, "云岭县", "Practice institute (township)"]],
        "Judges": [["Name", "No."], ["张一", 1], ["", ""], ["张二", 2]],
    }
    reading = read_roster(tour(), texts(sheets))
    assert reading.faults == ()
    assert [unit.id for unit in reading.draft.units] == ["U1", "U2"]
    assert reading.draft.entries == (EntryLine("E1", 1, "U1", "所", "onsite", "institute"),)
    assert [judge.name for judge in reading.draft.judges] == ["张一", "张二"]


def test_divisions_classes_and_what_a_judge_marks_are_read_where_the_scheme_has_them() -> None:
    sheets: Sheets = {
        "参评单位": [["序号", "参评单位", "组别"], [1, "甲中心", "新时代文明实践中心组"], [2, "乙所", "institute"]],
        "参评项目": [
            ["序号", "参评单位", "参评项目", "计分部分"],
            [1, "甲中心", "资料", ""],
            [2, "乙所", "技能", "skills"],
        ],
        "评委": [["序号", "姓名", "只评组别", "只评部分"], [1, "张一", "centre；institute", "资料评比"]],
    }
    reading = read_roster(shipped()["changzhi-2023-final"].scheme, texts(sheets))
    assert reading.faults == ()
    assert [unit.division for unit in reading.draft.units] == ["centre", "institute"]
    assert [entry.component for entry in reading.draft.entries] == ["material", "skills"]
    assert (reading.draft.judges[0].divisions, reading.draft.judges[0].components) == ("centre;institute", "material")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("晒经验、讲变化", "story"),
        ("资料评比、晒经验、讲变化", "material;story"),
        ("晒经验、讲变化；赛技能、展风采", "story;skills"),
        ("赛技能、展风采、资料评比，story", "skills;material;story"),
    ],
)
def test_a_name_with_a_comma_in_itself_is_one_name(written: str, read: str) -> None:
    reading = read_roster(shipped()["changzhi-2023-final"].scheme, texts(_final(written)))
    assert (reading.faults, reading.draft.judges[0].components) == ((), read)


def test_names_to_choose_from_are_told_apart() -> None:
    (fault,) = read_roster(shipped()["changzhi-2023-final"].scheme, texts(_final("晒经验"))).faults
    assert fault.params["known"] == "资料评比；晒经验、讲变化；赛技能、展风采"


def _final(components: str) -> Sheets:
    return {
        "参评单位": [["序号", "参评单位", "组别"], [1, "甲中心", "centre"]],
        "参评项目": [["序号", "参评单位", "参评项目", "计分部分"], [1, "甲中心", "资料", ""]],
        "评委": [["序号", "姓名", "只评部分"], [1, "张一", components]],
    }


def at(sheet: str, row: int, column: int, value: object) -> Callable[[Sheets], None]:
    """Write ``value`` where Excel would say row ``row`` and the column counted from 0."""

    def change(sheets: Sheets) -> None:
        sheets[sheet][row - 1][column] = value

    return change


def without(sheet: str) -> Callable[[Sheets], None]:
    def change(sheets: Sheets) -> None:
        del sheets[sheet]

    return change


FAULTS = [
    (at("参评单位", 2, 0, ""), [("import.cell_empty", "参评单位", "A2")]),
    (at("参评单位", 2, 0, "一"), [("import.not_a_number", "参评单位", "A2")]),
    (at("参评单位", 2, 0, "0"), [("import.not_a_number", "参评单位", "A2")]),
    (at("参评单位", 3, 0, 1), [("import.number_double", "参评单位", "A3")]),
    (at("参评单位", 2, 1, "清江市"), [
        ("import.double_name", "参评单位", "B3"),
        ("import.unknown_unit", "参评项目", "B2"),
        ("import.unknown_unit", "参评项目", "B4"),
        ("import.unknown_unit", "评委", "C2"),
        ("import.unknown_unit", "评委", "C3"),
        ("import.unknown_unit", "平时工作分", "A2"),
    ]),
    (at("参评单位", 1, 1, "名字"), [("import.no_column", "参评单位", "A1")]),
    (at("参评项目", 3, 1, "云岭"), [("import.unknown_unit", "参评项目", "B3")]),
    (at("参评项目", 2, 2, ""), [("import.cell_empty", "参评项目", "C2")]),
    (at("参评项目", 2, 2, "长" * 121), [("import.too_long", "参评项目", "C2")]),
    (at("参评项目", 2, 3, "实践锁"), [("import.unknown_word", "参评项目", "D2")]),
    (at("参评项目", 2, 3, ""), [("roster.kind_needed", "参评项目", "A2")]),
    (at("参评项目", 3, 4, "平时工作"), [("import.unknown_word", "参评项目", "E3")]),
    (at("参评项目", 2, 6, "下午"), [("import.not_a_time", "参评项目", "G2")]),
    (at("参评项目", 2, 6, "25:00"), [("import.not_a_time", "参评项目", "G2")]),
    (at("参评项目", 3, 7, "#REF!"), [("import.formula_error", "参评项目", "H3")]),
    (at("评委", 2, 4, "12"), [("import.not_a_phone_end", "评委", "E2")]),
    (at("评委", 2, 2, "别县"), [("import.unknown_unit", "评委", "C2")]),
    (at("平时工作分", 2, 1, "优"), [("import.not_a_score", "平时工作分", "B2")]),
    (at("平时工作分", 2, 1, "-3"), [("import.not_a_score", "平时工作分", "B2")]),
    (at("平时工作分", 2, 1, "100.01"), [("import.score_above_full", "平时工作分", "B2")]),
    (at("平时工作分", 3, 0, "云岭县"), [("import.prior_double", "平时工作分", "A3")]),
    (without("评委"), [("import.no_sheet", "评委", "")]),
    (lambda sheets: sheets["评委"].__delitem__(slice(1, None)), [("import.empty_sheet", "评委", "A2")]),
    (lambda sheets: sheets["参评项目"].append([4, "清江市", "好人广场", "point", "", "", "", ""]), [
        ("import.entry_double", "参评项目", "C5")
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), FAULTS)
def test_a_fault_is_told_with_its_sheet_and_cell(
    change: Callable[[Sheets], None], told: list[tuple[str, str, str]]
) -> None:
    sheets = small()
    change(sheets)
    reading = read_roster(tour(), texts(sheets))
    assert [(f.code, f.params["sheet"], f.params["cell"]) for f in reading.faults] == told
    assert reading.draft == Draft() or told[0][0].startswith("roster.")
    for fault in reading.faults:
        for language in languages().values():
            assert "{" not in language.sentence(fault)


def test_all_faults_of_a_workbook_are_told_at_once() -> None:
    sheets = small()
    for change, _ in (FAULTS[1], FAULTS[9], FAULTS[15], FAULTS[19]):
        change(sheets)
    assert [(f.params["sheet"], f.params["cell"]) for f in read_roster(tour(), texts(sheets)).faults] == [
        ("参评单位", "A2"),
        ("参评项目", "D2"),
        ("评委", "E2"),
        ("平时工作分", "B2"),
    ]


def test_what_is_no_fault_and_may_not_be_meant_is_noted() -> None:
    sheets = small()
    sheets["参评单位"].append([3, "东城区"])
    sheets["参评项目"][0][7] = "备注"
    sheets["参评项目"][2][5] = ""
    sheets["平时工作分"].pop()
    reading = read_roster(tour(), texts(sheets))
    assert reading.faults == ()
    notes = [*reading.notes, *worth_knowing(tour(), reading.draft)]
    assert [(note.code, note.params.get("names")) for note in notes] == [
        ("import.column_not_read", None),
        ("import.unit_without_entry", "东城区"),
        ("import.prior_missing", "清江市、东城区"),
        ("import.day_missing", None),
    ]


def test_a_large_roster_is_read_whole() -> None:
    assert read_roster(tour(), texts(rosters.large())).draft.counts == {
        "units": 10, "entries": 50, "judges": 52, "priors": 10,
    }  # fmt: skip
