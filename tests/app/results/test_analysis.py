"""``fieldmark analyse`` and its words: figures with their meaning, flags, and what cannot be told."""

from pathlib import Path

import pytest

from app.i18n import languages
from app.results.analysis import analysis_lines
from app.results.analysis_files import read_rivals, read_routes
from app.tables import Text
from scoring.faults import Refused
from scoring.inform.agreement import agreement
from scoring.roster import Absence, Entry, Judge, Roster, Unit
from tests.app.test_score_command import run
from tests.scoring.contests import Grid, contest, criterion, item, marked, rule
from tests.scoring.inform.test_variance import SHROUT_FLEISS
from tests.tours import RUBRICS, shipped, tour, write_files

TEXTBOOK: Grid = {f"e{i}": {f"j{j}": mark for j, mark in enumerate(row)} for i, row in enumerate(SHROUT_FLEISS)}


def lines(grid: Grid, lang: str = "en", **more: object) -> list[str]:
    case = contest(rule(marked()), grid, **more)  # type: ignore[arg-type]  # as contest takes them
    [found] = agreement(case.scheme, case.roster, case.sheets)
    return [line.strip() for line in analysis_lines(case.scheme, found, languages()[lang])]


def test_the_textbook_in_words() -> None:
    said = lines(TEXTBOOK)
    assert said[1:3] == [
        "24 sheets by 4 judges for 6 entries; 4.0 judges to an entry.",
        "Spread in points: 1.60 between entries, 2.29 between judges, 1.01 the chance of a single sheet.",
    ]
    starts = (
        "Scores: ICC(2,1) 0.29 for a single judge, ICC(2,k) 0.62 for this panel. So far would another judge, or",
        "Order: ICC(3,1) 0.71 for a single judge, ICC(3,k) 0.91 for this panel. The same for the order alone,",
        "Judges needed, all marking all: 2 to tell entries apart (G 0.8), 4 to give money by (G 0.9).",
        "Kendall's W 0.89, over 6 entries that 4 judges all marked: 1 if their orders are one,",
    )
    assert all(line.startswith(start) for line, start in zip(said[3:7], starts, strict=True))
    assert (
        "Farthest from the others, in points (above 0: marks higher): j1 -2.79, j0 +2.38, j3 +1.38, j2 -0.96." in said
    )
    assert "Outlying marks: looked for, nothing stands out." in said
    assert sum(line.startswith("Not tested. ") for line in said) == 6


def test_the_textbook_in_chinese() -> None:
    said = lines(TEXTBOOK, "zh")
    assert said[1] == "4 位评委为 6 个项目交了 24 份评分表，每个项目平均 4.0 位评委。"
    assert said[5] == "人人评全部项目时需要的评委人数：要分出高低需 2 位（G 达 0.8），要据此发奖金需 4 位（G 达 0.9）。"
    assert "异常分：已检查，没有发现。" in said


def test_with_holes_it_speaks_of_judges_for_each_entry() -> None:
    grid = {entry: dict(row) for entry, row in TEXTBOOK.items()}
    del grid["e5"]["j3"]
    said = lines(grid, judges=[Judge(f"j{j}") for j in range(4)], absences=[Absence("j3", "e5")])
    assert any(line.startswith("Judges needed for each entry, as not all mark all: ") for line in said)


def test_entries_that_do_not_differ_are_told_apart_by_nobody() -> None:
    """Row means 2, 2, 2: between entries less than chance; judges' means 1, 2, 3 and 3, 2, 1 cancel."""
    said = lines({"a": {"1": 1, "2": 2, "3": 3}, "b": {"1": 3, "2": 2, "3": 1}, "c": {"1": 2, "2": 1, "3": 3}})
    assert "The spread between entries came out below 0 by chance and counts as 0." in said
    assert "The spread between judges came out below 0 by chance and counts as 0." in said
    assert "No number of judges would be enough: the entries do not differ beyond chance." in said


def test_groups_without_a_link_are_told() -> None:
    grid = {e: {j: 80 + i + k for k, j in enumerate("12" if e in "ab" else "34")} for i, e in enumerate("abcd")}
    away = [Absence(j, e) for e in "abcd" for j in "1234" if j not in grid[e]]
    said = lines(grid, absences=away)
    assert "These groups of judges have no entry in common; what follows holds within each: 1, 2; 3, 4." in said


def test_too_few_sheets_are_told() -> None:
    said = lines({"a": {"1": 80, "2": 70}})
    assert "Too few sheets to tell how far judges agree." in said
    assert "Kendall's W cannot be given: too few judges and entries without a missing sheet between them." in said


def test_a_short_scale_has_its_rasch_line() -> None:
    parts = [criterion(f"c{n}", item(f"i{n}", full=3, step=1)) for n in range(4)]
    grid = {f"e{i}": {j: [(i + k + n) % 4 for n in range(4)] for k, j in enumerate("abc")} for i in range(9)}
    case = contest(rule(marked("marks", *parts)), grid)
    [found] = agreement(case.scheme, case.roster, case.sheets)
    said = list(analysis_lines(case.scheme, found, languages()["en"]))
    assert any("By the Rasch model, in logits (above 0: more severe): " in line for line in said)


# --- the command


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    scheme = shipped("shiyan-2022-tour-no-recusal")
    options = write_files(tmp_path, scheme, *tour(scheme))
    return [
        option for pair in zip(options[::2], options[1::2], strict=True) if pair[0] != "--priors" for option in pair
    ]


def test_the_command_looks_at_every_component(files: list[str]) -> None:
    ran = run("analyse", str(RUBRICS / "shiyan-2022-tour-no-recusal.toml"), *files)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("Own unit: ") == 2
    assert ran.stdout.endswith("These figures inform. They change no score and no place.\n")


def test_the_command_takes_routes_and_rivals(files: list[str], tmp_path: Path) -> None:
    routes, rivals = tmp_path / "routes.csv", tmp_path / "rivals.csv"
    stops = [f"C{c:02d}P{p}" for c in range(1, 11) for p in range(1, 5)] + [f"C{c:02d}R" for c in range(1, 11)]
    routes.write_text("评委,参评项目\n" + "".join(f",{stop}\n" for stop in stops), encoding="utf-8")
    rivals.write_text("单位,竞争单位\nC01,C02\nC02,C01\n", encoding="utf-8")
    more = ["--routes", str(routes), "--rivals", str(rivals)]
    ran = run("analyse", str(RUBRICS / "shiyan-2022-tour-no-recusal.toml"), *files, *more, lang="zh")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("未检验。随行程变化：全体评委走同一条路线") == 2
    assert ran.stdout.count("压低对手：评委给已申报的竞争单位打分") == 2


def test_faults_are_told_and_nothing_is_computed(files: list[str], tmp_path: Path) -> None:
    rivals = tmp_path / "rivals.csv"
    rivals.write_text("unit,rival\nC01,Nowhere\n", encoding="utf-8")
    ran = run("analyse", str(RUBRICS / "shiyan-2022-tour-no-recusal.toml"), *files, "--rivals", str(rivals))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("rivals.csv:2: rival: nobody in the roster is called “Nowhere”.")


ROSTER = Roster(
    (Unit("A"), Unit("B")),
    (Entry("a1", "A", "marks"), Entry("b1", "B", "marks")),
    (Judge("1"), Judge("2")),
)


def text(body: str) -> Text:
    return Text("x.csv", body.encode())


def test_a_judge_with_rows_of_his_own_takes_his_own_route() -> None:
    found = read_routes(text("judge,entry\n,a1\n,b1\n2,b1\n2,a1\n"), ROSTER)
    assert found == {"1": ["a1", "b1"], "2": ["b1", "a1"]}


def test_rivals_are_read_as_they_are_declared() -> None:
    assert read_rivals(text("unit,rival\nA,B\n"), ROSTER) == {"A": ["B"]}


@pytest.mark.parametrize(
    ("body", "code"),
    [("judge,entry\n9,a1\n", "analysis.unknown_name"), ("judge,entry\n1,zz\n", "analysis.unknown_name"),
     ("judge\n1\n", "table.no_column"), ("", "table.empty")],
)  # fmt: skip
def test_a_route_with_a_bad_row_is_refused(body: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_routes(text(body), ROSTER)
    assert [fault.code for fault in refused.value.faults] == [code]
