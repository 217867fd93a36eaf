"""小组: a round held in groups is told with the roster, and nowhere is it asked for where no round is held so."""

from dataclasses import replace

from app.contests import queries, service
from app.contests.changes import refusals
from app.contests.columns import sheets_for
from app.contests.intake import read_roster
from app.contests.schemes import Rule
from app.contests.template import template
from app.contests.uses import Uses
from app.db import Database
from app.i18n import languages
from app.settings import Settings
from app.workbook import sheets_of
from scoring.scheme import read_scheme
from tests.app.contests import rosters
from tests.app.rounds.staged import SCHEME

IN_GROUPS = SCHEME.replace('quota_by = "each_division"', 'quota_by = "each_group"', 1)
RULE = read_scheme(IN_GROUPS)


def sheets(*groups: str) -> rosters.Sheets:
    """Three units of the north with a dossier each, in these groups."""
    units = ("青山所", "白水所", "红岩所")
    return {
        "参评单位": [["序号", "参评单位", "组别"], *([n, name, "北组"] for n, name in enumerate(units, 1))],
        "参评项目": [
            ["序号", "参评单位", "参评项目", "计分部分", "小组"],
            *(
                [n, name, f"{name}资料", "资料", group]
                for n, (name, group) in enumerate(zip(units, groups, strict=True), 1)
            ),
        ],
        "评委": [["序号", "姓名"], [1, "张一"], [2, "李二"]],
    }


def test_groups_are_read_kept_exported_and_handed_to_the_engine(database: Database, organiser: str) -> None:
    reading = read_roster(RULE, rosters.texts(sheets("甲组", "乙组", "甲组")))
    assert reading.faults == ()
    rule = Rule(RULE, IN_GROUPS)
    made = database.write(lambda s: service.create_contest(s, organiser, name="三轮比赛", rule=rule))
    rev = database.write(lambda s: service.draft_import(s, "o", contest_id=made, draft=reading.draft))
    database.write(lambda s: service.apply_import(s, "o", contest_id=made, rev=rev))
    with database.read() as session:
        assert [one.group for one in queries.roster(session, made).entries] == ["甲组", "乙组", "甲组"]
        there = queries.imported(session, made)
    book = template(RULE, languages()["zh"], there)
    read = sheets_of(book, Settings(), most=5000)
    assert read_roster(RULE, read).draft.entries == there.entries == reading.draft.entries


def test_an_entry_without_its_group_is_told_by_its_cell() -> None:
    faults = read_roster(RULE, rosters.texts(sheets("甲组", "", "甲组"))).faults
    assert [(one.code, one.params["sheet"], one.params["cell"]) for one in faults] == [
        ("roster.group_needed", "参评项目", "E3")
    ]
    two = sheets("甲组", "乙组", "甲组")
    two["参评项目"].append([4, "青山所", "青山所补充资料", "资料", "乙组"])
    faults = read_roster(RULE, rosters.texts(two)).faults
    assert [(one.code, one.params["cell"], one.params["other"]) for one in faults] == [
        ("roster.group_differs", "E5", "甲组")
    ]


def test_the_group_of_a_marked_entry_stays() -> None:
    there = read_roster(RULE, rosters.texts(sheets("甲组", "乙组", "甲组"))).draft
    first = replace(there.entries[0], group="乙组")
    wanted = replace(there, entries=(first, *there.entries[1:]))
    nothing: frozenset[str] = frozenset()
    used = Uses(
        begun=True, collected=False, units=nothing, entries=frozenset({"E1"}), hung=nothing, judges=nothing,
        marked=nothing, days=nothing, past=(),
    )  # fmt: skip
    assert [one.code for one in refusals(there, wanted, used)] == ["import.entry_marked"]


def test_nobody_is_asked_for_a_group_where_no_round_is_held_in_groups() -> None:
    def asked(text: str) -> bool:
        [form] = [form for form in sheets_for(read_scheme(text)) if form.key == "entries"]
        return any(column.key == "group" for column in form.columns)

    assert (asked(IN_GROUPS), asked(SCHEME)) == (True, False)
