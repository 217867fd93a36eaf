"""The words of a scheme, where the items of a sheet depend on the kind of its entry."""

from pathlib import Path

import pytest

from app.contests.schemes import shipped
from app.i18n import languages
from app.results.rule_words import rule_lines
from scoring.scheme import read_scheme

TOUR = shipped()["shiyan-2022-tour"]


@pytest.mark.parametrize(
    ("code", "onsite", "pitch"),
    [
        ("zh", "每位评委打 60 至 100 分，以 0.5 分为单位", "每位评委打 60 至 100 分，以 0.5 分为单位"),
        (
            "en",
            "Each judge marks from 60 to 100 in steps of 0.5",
            "Each judge marks from 60 to 100 in steps of 0.5",
        ),
    ],
)
def test_the_range_is_that_of_a_whole_sheet_of_any_kind(code: str, onsite: str, pitch: str) -> None:
    """By the scheme's own remark: the sum of a sheet's 4 to 6 items, 60 to 100 points."""
    first, second, *_ = rule_lines(TOUR.scheme, languages()[code])
    assert onsite in first
    assert pitch in second


ITEMS = """items = [
  { id = "a", name = { zh = "甲", en = "A" }, full = 10, floor = 6, step = 0.5, kinds = ["k"] },
  { id = "b", name = { zh = "乙", en = "B" }, full = 20, floor = 12, step = 1, kinds = ["l"] },
  { id = "c", name = { zh = "丙", en = "C" }, full = 3, floor = 0, step = 1, role = "bonus" },
]"""
KINDS = """
[[kinds]]
id = "k"
name = { zh = "子", en = "K" }

[[kinds]]
id = "l"
name = { zh = "丑", en = "L" }

"""


def test_kinds_with_other_ranges_and_steps_are_all_told() -> None:
    """An item of 6 to 10 by 0.5 for one kind, of 12 to 20 by 1 for the other; a bonus is no part of the range."""
    text, _, _ = shipped()["plain-trim"].text.partition("[[examples]]")
    before, _, after = text.partition("items = [")
    scheme = read_scheme(
        before.replace("[[components]]", KINDS + "[[components]]", 1) + ITEMS + after.partition("]")[2]
    )
    assert rule_lines(scheme, languages()["zh"])[0].startswith("每位评委打 6 至 20 分，以 0.5 或 1 分为单位；")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("zh", ("滑行中得分最高的一项", "滑行中由高到低的第 2 项")),
        ("en", ("the best entry in Run", "the entry in Run that is number 2 from the best")),
    ],
)
def test_a_key_for_a_single_entry_says_which_of_them_it_compares(code: str, said: tuple[str, ...]) -> None:
    file = Path(__file__).parents[3] / "rubrics" / "known" / "best-run.toml"
    told = " ".join(rule_lines(read_scheme(file.read_text(encoding="utf-8")), languages()[code]))
    assert [words in told for words in said] == [True, True]
