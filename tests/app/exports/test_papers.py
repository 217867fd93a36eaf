"""The papers of a contest, read back as text: what stands on each, typed by hand; and what none of them ever holds."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import Session

from app import audit
from app.contests.models import AttendanceRow, Contest, EntryRow, JudgeRow, RecusalRow, UnitRow
from app.db import open_database
from app.printing import fonts, setting
from app.printing.setting import Around, Leaf, Slip
from app.stage.service import lay_order
from tests.app.exports.counted import counted
from tests.app.sync.field import SCHEME, Field

PAPERS = ("sheets", "slips", "tally", "itinerary", "order", "envelopes")
RARE = "喆堃𠮷㛃䶮"
UNKNOWN = "\U00030f84"  # 𰾄: in neither font


@pytest.fixture
def field(sqlite_file: Path, tmp_path: Path) -> Iterator[Field]:
    """The contest on the road. Papers are made of what was read: one kind of database is enough."""
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    database = open_database(f"sqlite:///{tmp_path}/fieldmark.db")
    yield Field(database, tmp_path)
    database.close()


def read(content: bytes) -> list[str]:
    """The text of every page, without its spaces: lines are broken where there is no room."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def printed(field: Field, paper: str, **query: str) -> list[str]:
    answer = field.signed_in("staff").get(f"/c/c1/print/{paper}.pdf", params={"lang": "zh", **query})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    assert answer.headers["cache-control"] == "no-store"
    return read(answer.content)


def decides(field: Field) -> None:
    """J3 does not mark P2, and is on leave on the second day."""

    def deed(session: Session) -> None:
        rev, at = audit.record(session, "olga", "add_recusal", contest_id="c1"), audit.now()
        session.add(
            RecusalRow(
                contest_id="c1", rev=rev, number=1, judge_id="J3", entry_id="P2", reason="-", by_person="-", at=at
            )
        )
        session.add(
            AttendanceRow(contest_id="c1", rev=rev, judge_id="J3", day="2", state="leave", by_person="-", at=at)
        )

    field.database.write(deed)


SHEET = (
    "模拟拉练c1评分表3号评委：评委3参评单位：清江市"
    "现场序号参评项目场所、标识9–15开放、管护9–15宣讲开展9–15宣讲队伍6–10特色亮点12–20作用发挥15–25合计"
    "2项目2—回避—4项目4—请假—"
    "路演序号参评项目路演得分60–1006项目6"
    "每格写一个数。空着的格是没打分，不是0分。每档0.5分。改分：把原数划掉，在旁边写上新数，并在该处签名。"
    "评委签名：日期：评分表第2张，共2张"
)
TALLY = (
    "模拟拉练c1计分表5号：云岭县·项目5路演序号评委打分去掉✓备注2评委23评委34评委4"
    "去掉的最高分：去掉的最低分：有效份数：平均分：加分、扣分：最后得分："
    "路演：每位评委打60至100分，以0.5分为单位；最高、最低各去掉10%；其余取平均分；四舍五入保留2位小数；"
    "各参评单位取其项目的平均分；四舍五入保留2位小数；评委不评本单位。"
    "计分员：核分员：监督员：日期：计分表第5张，共6张"
)
ITINERARY = (
    "模拟拉练c1行程表第1天序号时间参评单位参评项目类别地点"
    "114:20云岭县项目1新时代文明实践中心水坪镇214:20清江市项目2新时代文明实践中心水坪镇行程表第1张，共3张"
)
ORDER = "模拟拉练c1出场顺序表路演序号参评单位参评项目到场✓备注5云岭县项目56清江市项目6出场顺序表第2张，共2张"
# Three of the four judges mark each of a county's three entries.
ENVELOPES = (
    "模拟拉练c1密封袋清单序号密封袋应装份数实装份数封装人、时间拆封人、时间1云岭县92清江市9"
    "装袋前清点份数，写下实数，在封口处骑缝签名。任何人不得单独拆封：须由组织者和监督员一起拆。"
    "移交人：接收人：监督员：日期：密封袋清单第1张，共1张"
)
PITCH = "路演得分60–100每档0.5分。评委签名："
SLIPS = "".join(f"拉练c1模拟评分票5号：云岭县·项目5{n}号评委：评委{n}{PITCH}" for n in (2, 3, 4))


def test_a_judge_has_a_page_for_each_unit_with_a_row_for_each_entry(field: Field) -> None:
    decides(field)
    first, second = printed(field, "sheets", judge="J3")
    assert second == SHEET
    assert "3号评委：评委3参评单位：云岭县" in first
    assert "1项目1—回避—" in printed(field, "sheets", judge="J1", day="1")[0]  # his own county


def test_tally_sheets_lists_and_slips_say_what_they_are_for(field: Field) -> None:
    assert printed(field, "tally")[4] == TALLY
    assert printed(field, "itinerary")[0] == ITINERARY
    assert printed(field, "order")[1] == ORDER
    assert printed(field, "envelopes") == [ENVELOPES]
    first, second = printed(field, "slips", day="3")  # two pitches, three judges each, four slips on a page
    assert first == SLIPS + f"拉练c1模拟评分票6号：清江市·项目61号评委：评委1{PITCH}"
    assert second.count("评分票") == 2


def test_who_appears_after_whom_is_as_it_was_laid_down_for_the_stage(field: Field) -> None:
    entries = ["P1", "P2", "P3", "P4", "BR", "AR"]

    def lay(session: Session) -> None:
        contest = session.get_one(Contest, "c1")
        contest.form, contest.scheme = "stage", SCHEME.replace('lock = "collection"', 'lock = "stop"')
        lay_order(session, "olga", contest_id="c1", entries=entries)

    field.database.write(lay)
    assert "备注1清江市项目62云岭县项目5出场顺序表" in "".join(printed(field, "order"))
    slips = "".join(printed(field, "slips"))
    assert 0 < slips.index("1号：清江市·项目6") < slips.index("2号：云岭县·项目5")  # as they are called, in that order


def test_every_paper_is_there_in_english(field: Field) -> None:
    titles = ("Scoresheet", "Scoreslip", "Tallybyhand", "Itinerary", "Orderofappearance", "Sealedenvelopes")
    for paper, title in zip(PAPERS, titles, strict=True):
        assert title in printed(field, paper, lang="en")[0]


def test_no_paper_changes_when_marks_come_in(field: Field) -> None:
    counted(field)
    after = {paper: "".join(printed(field, paper)) for paper in PAPERS}
    assert not [mark for mark in ("85.5", "92.5", "72.5", "77.5", "88.15", "79.65") if mark in "".join(after.values())]
    # That J4 was on leave on the second day is all that has changed.
    assert after["order"] == "".join(printed(field, "order"))
    assert after["sheets"].count("—请假—") == 2
    assert "1云岭县82清江市8" in after["envelopes"]


def test_an_empty_contest_has_nothing_to_print(field: Field) -> None:
    organiser = field.signed_in("organiser")
    assert organiser.get("/c/c1/print/sheets.pdf", params={"day": "9"}).status_code == 404
    assert organiser.get("/c/c1/print/slips.pdf", params={"day": "9"}).status_code == 404


# --- names that are rare, and names that no font has


def test_rare_names_are_printed_and_unknown_ones_are_told_by_name(field: Field) -> None:
    def rename(session: Session) -> None:
        session.get_one(JudgeRow, ("c1", "J3")).name = f"王{RARE}"
        session.get_one(JudgeRow, ("c1", "J4")).name = f"赵{UNKNOWN}"
        session.get_one(UnitRow, ("c1", "A")).name = "十二个字的县名一二三四五六"

    field.database.write(rename)
    page = field.signed_in("organiser").get("/c/c1/print?lang=zh").text
    assert f"评委“赵{UNKNOWN}”：字库里没有“{UNKNOWN}”（U+30F84）。" in page
    assert RARE not in page.split("需要手写补字")[1].split("</ul>")[0]
    assert f"3号评委：王{RARE}参评单位：十二个字的县名一二三四五六" in printed(field, "sheets", judge="J3")[0]
    unknown = printed(field, "sheets", judge="J4")[0]
    assert "4号评委：赵＿参评单位" in unknown
    assert "字库里没有的字，请手写补上：4号评委：赵＿(U+30F84)" in unknown


def test_the_fonts_have_rare_characters_and_say_what_they_lack() -> None:
    assert fonts.lacking(RARE) is None
    assert fonts.lacking("plain ASCII") is None
    found = fonts.lacking(f"{UNKNOWN}王{UNKNOWN}")
    assert found is not None
    assert (found.characters, found.codes) == (UNKNOWN, "U+30F84")
    assert fonts.drawable(f"赵{UNKNOWN}") == "赵＿"


# --- the setter


@pytest.fixture
def around() -> Around:
    return Around("拉练 评分表", "拉练", "zh", "{n}/{all}", "：", "手写")


def test_the_same_content_is_the_same_paper_however_it_is_set(around: Around) -> None:
    pages = [Leaf("评分表", (str(number),), ()) for number in range(setting._MOST_HERE + 1)]  # noqa: SLF001
    few = setting.leaves(around, pages[:2])
    assert few == setting.leaves(around, pages[:2])
    many = setting.leaves(around, pages)  # by a child
    assert many == setting.leaves(around, pages)
    assert read(many) == [f"拉练评分表{n}评分表{n + 1}/{len(pages)}" for n in range(len(pages))]
    assert b"CreationDate" not in few


def test_nothing_of_a_name_is_read_as_a_command(around: Around) -> None:
    name = '#panic("x") $x$ *b* <a> \\ "q" {n} [c]'
    assert read(setting.slips(around, [Slip("票", (name,))], across=1, down=1)) == ["拉练票" + "".join(name.split())]


def test_forty_entries_flow_on_with_their_heading(field: Field) -> None:
    def more(session: Session) -> None:
        for number in range(7, 44):
            session.add(
                EntryRow(
                    contest_id="c1", id=f"X{number}", place_number=number, unit_id="A", component="onsite",
                    kind="centre", name=f"第{number}个项目的名称很长很长很长很长很长很长很长很长", day="1",
                )
            )  # fmt: skip
        session.get_one(Contest, "c1").simulated = False

    field.database.write(more)
    pages = printed(field, "sheets", judge="J3", day="1")
    assert [page.count("参评项目场所") for page in pages] == [1, 1, 1, 1]
    assert "模拟" not in "".join(pages)
