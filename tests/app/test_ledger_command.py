"""``fieldmark score --ledger`` as a process: records in, every line explained; every bad record with its line."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.tables import Text, read_tables, write_tables
from scoring.faults import Refused
from scoring.roster import Prior, Record, Roster, Unit
from scoring.scheme import Scheme, read_scheme

RUBRIC = Path(__file__).resolve().parents[2] / "rubrics/civilised-practice-ordinary.toml"
ROSTER = "type,id,name,division\nunit,yunling,云岭实践中心,centre\nunit,qinghe,Qinghe institute,institute\n"
HEAD = "id,unit,rule,value,level,project,day,evidence\n"
ROWS = """\
r1,yunling,meetings,2,,,2024-06-30,minutes
r2,yunling,reports,12,,,,register
r3,yunling,complaints,,,,2024-03-02,order 17
r4,yunling,complaints,,repeated,,2024-05-11,order 44
r5,yunling,share,58,,,,system
r6,yunling,hours,24,,,,system
r7,yunling,evaluation,−1.5,failed,,,report
r8,yunling,plan,,,,,paper 3
r9,yunling,coverage,89.5,,,,list
r10,yunling,cases,8,,,,volume
r11,yunling,standing,6,,,,notice
r12,yunling,media,,county,market talks,2024-04-01,county paper
r13,yunling,media,,province,market talks,2024-04-09,provincial paper
r14,yunling,media,,city,evening school,2024-06-20,city station
"""


def score(folder: Path, ledger: str, *more: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    files = {"roster": ROSTER, "marks": "judge,entry\n", "ledger": ledger}
    options = []
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        options += [f"--{name}", str(folder / f"{name}.csv")]
    command = [sys.executable, "-m", "app.cli", "score", str(RUBRIC), *options, *more, "--lang", lang]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)


def test_every_line_of_a_ledger_explains_itself(tmp_path: Path) -> None:
    """22.5 + 8.5 + 26 + 4: meetings −1, complaints −1.5; share −2, hours 10 + 2, failed −1.5; plan 10, cases 16."""
    ran = score(tmp_path, HEAD + ROWS, "--explain", "yunling")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == (
        "云岭实践中心: score 61.00, place 1\n"
        "  Ordinary work\n"
        "    22.50 + 8.50 + 26.00 + 4.00 = 61.00\n"
        "    Organisation and routine: 25.00 − 1.00 + 0.00 − 1.50 = 22.50\n"
        "      Three meetings a year: (3.00 − 2.00) × (-1) = -1.00 (r1 2024-06-30 minutes)\n"
        "      Twelve monthly reports: (12.00 − 12.00) × (-0.5) = 0.00 (r2 register)\n"
        "      Complaints found true: 1.00 × (-0.5) + 1.00 × (-0.5) × 2 = -1.50 "
        "(r3 2024-03-02 order 17; r4 2024-05-11 order 44)\n"
        "    Volunteering: −2.00 + 10.00 + 2.00 − 1.50 = 8.50\n"
        "      Volunteers 70 % of staff: whole steps in (70.00 − 58.00) × 0.2: 2 × (-1) = -2.00 (r5 system)\n"
        "      Hours for each volunteer: 24.00 earns 10.00 points (r6 system)\n"
        "      More for the highest step: 10.00 earns 2.00 points\n"
        "      Grade by a third party: -1.50 (r7 report)\n"
        "    Duties of a centre: 10.00 + 0.00 + 16.00 + 0.00 = 26.00\n"
        "      Plan of the year published: 10.00 (r8 paper 3)\n"
        "      Coverage of 90 %: 89.50 does not reach 90.00: 0.00 (r9 list)\n"
        "      Ten model cases, else in proportion: 8.00 × 0.1 × 20 = 16.00 (r10 volume)\n"
        "      Place in the city's list: place 6 earns 0.00 points (r11 notice)\n"
        "    Bonus and penalty: 4.00\n"
        "      Media: market talks 3.00 + evening school 2.00, but not above 4.00 = 4.00 "
        "(r12 2024-04-01 county paper; r13 2024-04-09 provincial paper; r14 2024-06-20 city station)\n"
    )


def test_what_waits_and_what_changed_nothing_stands_below_the_ranking(tmp_path: Path) -> None:
    ran = score(tmp_path, HEAD + ROWS)
    assert "Record r12 of “云岭实践中心”" in ran.stdout or "Record r12 of “yunling”" in ran.stdout
    assert "nothing is recorded for" in ran.stdout
    chinese = score(tmp_path, HEAD + ROWS, lang="zh").stdout
    assert "没有改变得分" in chinese
    assert "没有台账记录" in chinese


def test_a_forfeit_a_veto_and_an_unmet_condition_are_told(tmp_path: Path) -> None:
    more = "r15,yunling,refusal,,,,,letter\nr16,yunling,forged,,,,,audit\n"
    ran = score(tmp_path, HEAD + ROWS + more, "--explain", "yunling", lang="zh")
    assert "但不配合检查（r15 letter），记 0 分" in ran.stdout
    assert "但台账弄虚作假（r16 audit），记 0 分" in ran.stdout


def test_bad_records_are_all_told_with_their_lines(tmp_path: Path) -> None:
    bad = (
        "r1,nobody,meetings,1,,,,x\nr2,yunling,signs,1,,,,x\nr2,yunling,meetings,few,,,,x\nr4,yunling,media,,moon,,,\n"
    )
    ran = score(tmp_path, HEAD + bad)
    assert ran.returncode == 1
    assert [line.partition(": ")[0] for line in ran.stderr.splitlines()[:-1]] == [
        "ledger.csv:2",
        "ledger.csv:3",
        "ledger.csv:4",
        "ledger.csv:5",
        "ledger.csv:5",
    ]


def test_records_and_scores_share_a_file_and_come_back_as_they_were() -> None:
    by = read_scheme(RUBRIC.read_text(encoding="utf-8"))
    roster = Roster((Unit("yunling", "Yunling", "centre"),), (), ())
    records = (
        Record("r1", "yunling", "ordinary", "meetings", by.total.full - 98, day="2024-01-01", evidence="minutes"),
        Record("r2", "yunling", "ordinary", "media", level="city", project="talks", evidence="paper, page 2"),
    )
    files = {name: Text(name, body) for name, body in write_tables(by, roster, (), records).items()}
    read = read_tables(by, *(files[f"{name}.csv"] for name in ("marks", "roster", "priors", "decisions")))
    assert read.priors == records


def test_a_score_for_a_component_with_a_ledger_is_refused() -> None:
    by: Scheme = read_scheme(RUBRIC.read_text(encoding="utf-8"))
    roster = Roster((Unit("yunling", "Yunling", "centre"),), (), ())
    files = {
        n: Text(n, b) for n, b in write_tables(by, roster, (), [Prior("yunling", "ordinary", by.total.full)]).items()
    }
    with pytest.raises(Refused) as refused:
        read_tables(by, *(files[f"{name}.csv"] for name in ("marks", "roster", "priors", "decisions")))
    assert [fault.code for fault in refused.value.faults] == ["prior.from_ledger"]


def test_what_goes_into_other_appraisals_is_written_as_a_table(tmp_path: Path) -> None:
    text = RUBRIC.read_text(encoding="utf-8").replace(
        "# ---- Kinds of unit",
        '[[carry_out]]\nid = "quarter"\nname = { zh = "季度", en = "Quarter" }\nweight = 12\ndecimals = 1\n\n# ----',
        1,
    )
    (tmp_path / "rule.toml").write_text(text, encoding="utf-8")
    for name, body in {"roster": ROSTER, "marks": "judge,entry\n", "ledger": HEAD + ROWS}.items():
        (tmp_path / f"{name}.csv").write_text(body, encoding="utf-8")
    files = [part for name in ("roster", "marks", "ledger") for part in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    command = [sys.executable, "-m", "app.cli", "score", str(tmp_path / "rule.toml"), *files]
    command += ["--carry", str(tmp_path / "carry.csv")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert (tmp_path / "carry.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "appraisal,unit,name,exact,rounded,value",
        "quarter,yunling,云岭实践中心,7.32,7.3,7.3",
        "quarter,qinghe,Qinghe institute,,,",
    ]
