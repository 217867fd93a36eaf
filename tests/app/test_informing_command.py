"""``fieldmark whatif`` and ``fieldmark boundaries`` as processes of their own, on the invented tour."""

from pathlib import Path

import pytest

from tests.app.test_score_command import TOUR, run
from tests.tours import RUBRICS, shipped, tour, write_files

SCHEME = str(RUBRICS / f"{TOUR}.toml")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    rule = shipped(TOUR)
    return write_files(tmp_path_factory.mktemp("tour"), rule, *tour(rule))


def test_without_a_bloc_two_counties_change_prizes_in_both_languages(files: list[str]) -> None:
    done = run("whatif", SCHEME, *files, "--without-bloc", "西城区")
    assert (done.returncode, done.stderr) == (0, "")
    first, *_, last = done.stdout.splitlines()
    assert (first, last) == ("Without the judges of 西城区:", "For information. The result that holds does not change.")
    assert done.stdout.count("instead of Second prize") == 1
    chinese = run("whatif", SCHEME, *files, "--without-bloc", "西城区", lang="zh")
    assert chinese.stdout.splitlines()[0] == "如果不计西城区评委组的打分："


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--without-judge", "J01"], "Without judge 评委1:"),
        (["--without-entry", "C01P1"], "Without C01P1:"),
        (["--rule", "no-trim"], "If no mark were dropped:"),
        (["--scheme", str(RUBRICS / "shiyan-2022-tour-fair.toml")], "Under the scheme shiyan-2022-tour-fair:"),
    ],
    ids=["judge", "entry", "rule", "scheme"],
)
def test_each_question_is_answered(files: list[str], option: list[str], said: str) -> None:
    done = run("whatif", SCHEME, *files, *option)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == said


@pytest.mark.parametrize("options", [[], ["--rule", "median", "--without-judge", "J01"]], ids=["none", "two"])
def test_one_thing_is_changed_and_no_more(files: list[str], options: list[str]) -> None:
    done = run("whatif", SCHEME, *files, *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("A what-if changes one thing.")


def test_nobody_of_this_name_is_told_with_those_there_are(files: list[str]) -> None:
    done = run("whatif", SCHEME, *files, "--without-judge", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nobody" in done.stderr
    assert "J01, J02" in done.stderr


def test_the_boundaries_of_the_tour_in_both_languages(files: list[str]) -> None:
    done = run("boundaries", SCHEME, *files)
    assert (done.returncode, done.stderr) == (0, "")
    edges = [line for line in done.stdout.splitlines() if " leads " in line]
    assert [line.partition(":")[0] for line in edges] == [
        "First prize/Second prize", "Second prize/Third prize", "Third prize/Merit prize",
    ]  # fmt: skip
    assert edges[1].endswith("The rules decide it; the evidence does not.")
    assert done.stdout.splitlines()[-1].startswith("For a fixed, complete electorate of judges the result is exact")
    chinese = run("boundaries", SCHEME, *files, lang="zh").stdout.splitlines()
    assert len(chinese) == len(done.stdout.splitlines())
    assert "打分本身分不出高下" in chinese[3]


def test_a_fault_in_the_files_ends_the_report_too(files: list[str], tmp_path: Path) -> None:
    empty = tmp_path / "marks.csv"
    empty.write_text("judge,entry\nJ99,C01P1\n", encoding="utf-8")
    done = run("boundaries", SCHEME, *files, "--marks", str(empty))
    assert (done.returncode, done.stdout) == (1, "")
    assert "marks.csv:2" in done.stderr
