"""The words that the host reads out, typed by hand; never before the opening, and every look in the log."""

from fractions import Fraction

from app.exports.calls import calls
from app.exports.queries import Tallied
from app.i18n import languages
from app.results.queries import Given
from scoring.roster import Entry, Judge, Roster, Sheet, Unit
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate
from tests.app.exports.counted import counted, opened
from tests.app.exports.test_papers import read
from tests.app.sync.field import Field
from tests.tours import RUBRICS

CALLS = "/c/c1/calls.pdf"
# Nine judges would do as well: without 9.75 and 9.10 there remain 9.40 + 9.50 + 9.60 = 28.50, a third of which is 9.50.
MARKS = ("9.75", "9.40", "9.10", "9.50", "9.60")


def performed(marks: tuple[str, ...]) -> Tallied:
    """Entrant 5, marked by the plain rule of the stage: without one highest and one lowest, the mean."""
    rule = (RUBRICS / "plain-trim.toml").read_text(encoding="utf-8")
    scheme = read_scheme(rule)
    judges = tuple(Judge(f"J{n}") for n in range(len(marks)))
    roster = Roster((Unit("A", "云岭县"),), (Entry("E", "A", "score", name="初心"),), judges)
    ticks = [int(Fraction(mark) * 100) for mark in marks]
    sheets = tuple(Sheet(judge.id, "E", (tick,)) for judge, tick in zip(judges, ticks, strict=True))
    whole = tabulate(scheme, roster, sheets)
    return Tallied("比赛", False, 0, rule, Given(scheme, roster, sheets, (), ()), whole, {"A": 1}, {"E": 5})  # noqa: FBT003


def said(tallied: Tallied, lang: str) -> tuple[str, ...]:
    [slip] = calls(tallied, tallied.entries, languages()[lang], stage=True)
    return slip.said


def test_the_host_reads_what_is_dropped_and_the_score() -> None:
    told = performed(MARKS)
    assert said(told, "zh") == ("去掉一个最高分 9.75 分，", "去掉一个最低分 9.10 分，", "5 号选手最后得分 9.50 分。")
    assert said(told, "en") == (
        "without the highest mark, 9.75,", "without the lowest mark, 9.10,",
        "the final score of entrant 5 is 9.50.",
    )  # fmt: skip
    # 9.40 + 9.50 + 9.61 = 28.51; a third is 9.50333...
    assert said(performed((*MARKS[:-1], "9.61")), "zh")[-1] == "5 号选手最后得分 9.50 分。"


def test_slips_are_made_only_after_the_opening_of_whole_entries_and_each_look_is_logged(field: Field) -> None:
    counted(field)
    for role in ("organiser", "steward"):
        assert field.signed_in(role).get(CALLS).status_code == 409
    organiser, steward = opened(field)
    answer = organiser.get(CALLS, params={"lang": "zh"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    sign = "计分员：核分员：监督员："
    # P3 has no sheet of J3, and is not read out.
    assert "".join(read(answer.content)) == "".join(
        f"拉练c1模拟报分单{whose}{told}{sign}"
        for whose, told in (
            ("1号·云岭县·项目1", "去掉一个最高分90.00分，去掉一个最低分80.00分，1号项目最后得分85.50分。"),
            ("2号·清江市·项目2", "去掉一个最高分72.50分，去掉一个最低分70.00分，2号项目最后得分71.00分。"),
            ("4号·清江市·项目4", "4号项目最后得分77.50分。"),
            ("5号·云岭县·项目5", "去掉一个最高分92.50分，去掉一个最低分90.00分，5号项目最后得分91.00分。"),
            ("6号·清江市·项目6", "去掉一个最高分82.00分，去掉一个最低分80.00分，6号项目最后得分81.00分。"),
        )
    )
    assert steward.get(CALLS).status_code == 200
    assert organiser.get("/c/c1/log", params={"lang": "zh"}).text.count("报分单") == 2
