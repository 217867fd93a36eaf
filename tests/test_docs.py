"""The manual against the program: examples print what is shown, columns and decisions are those that exist.

Reads README and docs/. Writes nothing.
"""

import ast
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from app import tables
from app.i18n import languages
from app.results.report import as_json
from scoring import draw
from scoring.roster import DecisionKind, Record
from scoring.scheme import read_scheme
from scoring.tabulate import tabulate
from scoring.working import Op

ROOT = Path(__file__).resolve().parent.parent
READMES = ["README.md", "README.zh.md"]
FILES = ["docs/files.md", "docs/files.zh.md"]
SCORING = ["docs/scoring.md", "docs/scoring.zh.md"]
MANUAL = [*READMES, "CHANGELOG.md", *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))]
PROGRAM = Path(sys.executable).with_name("fieldmark")


@pytest.mark.parametrize("name", READMES)
def test_example_of_the_readme_prints_what_it_shows(name: str) -> None:
    examples = re.findall(r"^```sh\n([^`]*?score [^`]*)```\s+```text\n(.*?)```", read(name), re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    for command, shown in examples:
        program, *arguments = shlex.split(command.replace("\\\n", " "))
        assert program == ".venv/bin/fieldmark"
        ran = subprocess.run([PROGRAM, *arguments], cwd=ROOT, capture_output=True, check=False, encoding="utf-8")
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout == shown


@pytest.mark.parametrize("name", FILES)
def test_reference_of_files_lists_the_columns_that_are_read(name: str) -> None:
    sections = tables_by_section(name)
    assert names(sections["roster"][0]) == list(tables.ROSTER)
    assert names(sections["priors"][0]) == list(tables.PRIORS)
    assert names(sections["ledger"][0]) == list(tables.LEDGER)
    assert names(sections["decisions"][0]) == list(tables.DECISIONS)


@pytest.mark.parametrize("name", FILES)
def test_reference_of_files_lists_the_chinese_headings_that_are_read(name: str) -> None:
    rows = tables_by_section(name)["headings"][0]
    documented = {word: column.strip("`") for column, words in rows for word in re.split("[、, ]+", words)}
    assert documented == tables._CHINESE  # noqa: SLF001  the one place where they stand


@pytest.mark.parametrize("name", FILES)
def test_reference_of_files_lists_every_kind_of_decision(name: str) -> None:
    assert names(tables_by_section(name)["decisions"][1]) == list(get_args(DecisionKind))


@pytest.mark.parametrize("name", FILES)
def test_examples_in_the_reference_of_files_are_read_without_a_fault_of_form(name: str) -> None:
    sections = dict(zip(("roster", "marks", "priors", "ledger", "decisions"), csv_examples(name), strict=True))
    example = ROOT / "docs/example"
    scheme = read_scheme((ROOT / "rubrics/county-pitch-2023.toml").read_text(encoding="utf-8"))
    faults = tables._read_roster(sections["roster"], tables.Tables())  # noqa: SLF001  its form alone, without a scheme
    faults += tables._read_decisions(sections["decisions"], tables.Tables())  # noqa: SLF001
    tour = read_scheme((ROOT / "rubrics/shiyan-2022-tour.toml").read_text(encoding="utf-8"))
    priors = tables.Tables()
    faults += tables._read_priors(tour, sections["priors"], priors)  # noqa: SLF001
    inspected = read_scheme((ROOT / "rubrics/civilised-practice-ordinary.toml").read_text(encoding="utf-8"))
    records = tables.Tables()
    faults += tables._read_priors(inspected, sections["ledger"], records, ("id", "unit"))  # noqa: SLF001
    assert [type(record) for record in records.priors] == [Record] * 3
    assert faults == []
    assert {prior.component for prior in priors.priors} <= set(tour.component)
    roster = tables.Text("roster.csv", (example / "roster.csv").read_bytes())
    assert len(tables.read_tables(scheme, sections["marks"], roster).sheets) == 2


@pytest.mark.parametrize("name", FILES)
def test_reference_of_files_names_every_key_of_the_json(name: str) -> None:
    example = ROOT / "docs/example"
    scheme = read_scheme((ROOT / "rubrics/county-pitch-2023.toml").read_text(encoding="utf-8"))
    given = [tables.Text(kind, (example / f"{kind}.csv").read_bytes()) for kind in ("marks", "roster", "decisions")]
    contest = tables.read_tables(scheme, given[0], given[1], None, given[2])
    sheets = contest.sheets[1:]  # one is missing, so that something is open
    result = tabulate(scheme, contest.roster, sheets, contest.priors, contest.decisions)
    told = json.loads(json.dumps(as_json(scheme, result, languages()["en"])))
    keys = set(told) | set(told["units"][0]) | set(told["units"][0]["comparisons"][0]) | set(told["entries"][0])
    keys |= set(told["money"]) | set(told["open"][0]) | {key for unit in told["units"] for key in node(unit["working"])}
    json_section = read(name).partition("\n## JSON\n")[2]
    named = {word for code in re.findall(r"`([^`\n]+)`", json_section) for word in re.findall(r"\w+", code)}
    assert keys - named == set()
    assert set(get_args(Op)) - named == set()


def test_docstrings_name_sections_that_exist() -> None:
    named: dict[str, set[str]] = {}
    for path in (*ROOT.glob("scoring/*.py"), *ROOT.glob("app/**/*.py")):
        docstring = " ".join((ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split())
        for file, section in re.findall(r'(docs/\w+\.md)(?:, "(\w+)")?', docstring):
            named.setdefault(file, set()).add(section)
    assert named["docs/scoring.md"] >= {"Panel", "Blend", "Ties", "Draw", "Prizes"}
    for file, sections in named.items():
        assert sections - {""} <= set(headings(file, 2)), file


@pytest.mark.parametrize("name", SCORING)
def test_rules_have_every_section_in_order(name: str) -> None:
    first = "Panel Severity Scales Sheets Votes Classes Units Blend Ledger Rounds Adjustments Rounding"
    then = "Skating Ties Draw Prizes Carry Missing Working Live Limits Sources"
    assert [title.split()[0] for title in headings(name, 2)] == [*first.split(), *then.split()]


@pytest.mark.parametrize("name", SCORING)
def test_draw_worked_by_hand_is_the_draw_of_the_engine(name: str) -> None:
    shell, shown = re.findall(r"```(?:sh|text)\n(.*?)```", read(name).partition("## Draw")[2], re.DOTALL)[:2]
    ran = subprocess.run(["bash", "-euc", shell], capture_output=True, check=True, encoding="utf-8")
    assert ran.stdout == shown
    commitment, *of_units = [line.split()[0] for line in shown.splitlines()]
    assert commitment == draw.commitment("county-tour-2025")
    by_hand = [unit for _, unit in sorted(zip(of_units, ("c2", "c3", "c4"), strict=True))]
    assert by_hand == draw.drawn("place", draw.seed("county-tour-2025", "drand:4242", "0" * 64), ["c2", "c3", "c4"])


@pytest.mark.parametrize(
    "english",
    ["README.md", *(path.replace(".zh.md", ".md") for path in MANUAL if path.startswith("docs/") and ".zh." in path)],
)
def test_chinese_twin_has_the_same_headings_and_blocks(english: str) -> None:
    chinese = english.replace(".md", ".zh.md")
    assert shape(chinese) == shape(english)


CHINESE = ["app/locale/zh_Hans/LC_MESSAGES/fieldmark.po", *(name for name in MANUAL if name.endswith(".zh.md"))]
RUNS = ("取最好的一轮，同分比次好的一轮", "第三轮")  # runs of one entrant, which are no rounds of the contest
OTHER_WORD = re.compile(r"轮次|[一二两三四五几每各本该这那哪某逐首分后前第](?: ?个)?轮(?!流)|} 轮")


@pytest.mark.parametrize("name", CHINESE)
def test_a_round_has_one_word_in_chinese(name: str) -> None:
    text = read(name)
    for run in RUNS:
        text = text.replace(run, "")
    assert OTHER_WORD.findall(text) == []


@pytest.mark.parametrize("name", MANUAL)
def test_links_lead_to_files_that_exist(name: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose(name))
    relative = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in relative if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_tree_in_the_readme_exists(name: str) -> None:
    tree = re.findall(r"^    ( *)(\S+)  +\S", prose(name), re.MULTILINE)
    assert len(tree) > 8
    folder = ROOT
    for indent, entry in tree:
        folder = folder if indent else ROOT
        assert (folder / entry).exists(), entry
        if not indent:
            folder = ROOT / entry


@pytest.mark.parametrize("name", READMES)
def test_the_figures_are_a_whole_run_and_nothing_else(name: str) -> None:
    """A run that broke off prints rows too, and then what it died of."""
    figures = read(name).partition("<!-- bench:begin -->")[2].partition("<!-- bench:end -->")[0]
    broken = [line for line in figures.splitlines() if re.search(r"Traceback|Error|make: \*\*\*|File \"", line)]
    assert (broken, "sheets refused" in figures, "200 contests" in figures) == ([], True, True)


@pytest.mark.parametrize("name", READMES)
def test_readme_has_room_for_the_figures(name: str) -> None:
    assert re.search(r"`make bench`.*<!-- bench:begin -->\n.*<!-- bench:end -->", read(name), re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(name: str) -> str:
    """The text without fenced blocks."""
    return re.sub(r"^```.*?^```", "", read(name), flags=re.MULTILINE | re.DOTALL)


def headings(name: str, level: int) -> list[str]:
    return re.findall(rf"^{'#' * level} (.+)$", prose(name), re.MULTILINE)


def shape(name: str) -> list[str]:
    """The levels of headings, the languages of fenced blocks and the number of rows of tables, in order."""
    marks = re.findall(r"^(#+) |^```(\w+)|^\|(-)", read(name), re.MULTILINE)
    return ["".join(mark) for mark in marks]


def tables_by_section(name: str) -> dict[str, list[list[list[str]]]]:
    """The tables of docs/files.md by section, each as its rows without the heading row."""
    found = {}
    sections = re.split(r"^## ", prose(name), flags=re.MULTILINE)[1:]
    order = ("all", "headings", "roster", "marks", "priors", "ledger", "decisions", "output", "json")
    for section, text in zip(order, sections, strict=True):
        blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
        found[section] = [
            [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()[2:]]
            for block in blocks
        ]
    return found


def names(rows: list[list[str]]) -> list[str]:
    return [row[0].strip("`") for row in rows]


def csv_examples(name: str) -> list[tables.Text]:
    return [tables.Text(name, body.encode()) for body in re.findall(r"```csv\n(.*?)```", read(name), re.DOTALL)]


def node(working: dict[str, object]) -> set[str]:
    """The keys of a working and of all it was made of."""
    args = working.get("args", [])
    assert isinstance(args, list)
    return set(working).union(*(node(arg) for arg in args))
