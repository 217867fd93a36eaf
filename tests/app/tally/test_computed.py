"""A total under a name that no list knows, among judges who go by their names alone."""

import pytest

from app.tally.computed import computed_columns
from app.tally.grid import read_grid


def asked(text: str) -> list[str]:
    grid = read_grid([line.split("|") for line in text.splitlines()]).grid
    assert grid is not None
    return [f"{fault.code} {fault.params['cell']} {fault.params['name']}" for fault in computed_columns(grid)]


@pytest.mark.parametrize(
    ("heading", "first", "second", "third", "fourth"),
    [
        ("折合", "9.2", "8.4", "9.0", "8.0"),  # the mean
        ("汇总", "27.6", "25.2", "27.0", "24.0"),  # the sum
        ("核定", "9.1", "8.4", "9.0", "8.1"),  # what is left without the highest and the lowest
    ],
)
def test_a_column_that_follows_from_the_others_is_asked_about(
    heading: str, first: str, second: str, third: str, fourth: str
) -> None:
    text = f"选手|王强|李丽|张敏|{heading}\n甲|9.0|9.1|9.5|{first}\n乙|8.0|8.8|8.4|{second}\n丙|9.5|9.0|8.5|{third}"
    assert asked(f"{text}\n丁|8.1|7.7|8.2|{fourth}") == [f"grid.judge_unsure E1 {heading}"]


def test_a_mean_with_more_decimals_needs_two_rows_only() -> None:
    assert asked("选手|王强|李丽|张敏|折合\n甲|9.0|9.1|9.4|9.17\n乙|8.0|8.8|8.4|8.40") == ["grid.judge_unsure E1 折合"]


def test_a_judge_who_marks_by_himself_is_none() -> None:
    marks = "甲|9.0|9.1|9.5|9.2\n乙|8.0|8.8|8.4|8.4\n丙|9.5|9.0|8.5|9.0\n丁|8.1|7.7|8.2|8.1"
    assert asked(f"选手|王强|李丽|张敏|赵刚\n{marks}") == [], "the mean of 8.1, 7.7 and 8.2 is 8.0"
    assert asked("选手|王强|李丽|张敏|赵刚\n" + "\n".join(f"{name}|9|9|9|9" for name in "甲乙丙丁")) == []


def test_whoever_is_called_a_judge_is_one() -> None:
    marks = "甲|9.0|9.1|9.5|9.2\n乙|8.0|8.8|8.4|8.4\n丙|9.5|9.0|8.5|9.0\n丁|8.1|7.7|8.2|8.0"
    assert asked(f"选手|王强|李丽|张敏|评委赵刚\n{marks}") == []
