"""``fieldmark score`` as a process of its own: files in, a ranking, JSON or every fault out."""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.tours import RUBRICS, shipped, tour, write_files

TOUR = "shiyan-2022-tour"
Run = subprocess.CompletedProcess[str]


def run(*arguments: str, lang: str = "en") -> Run:
    """The command with ``arguments``, its output read as UTF-8."""
    command = [sys.executable, "-m", "app.cli", *arguments, "--lang", lang]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)


def score(scheme: str, options: list[str], *more: str, lang: str = "en") -> Run:
    return run("score", str(RUBRICS / f"{scheme}.toml"), *options, *more, lang=lang)


@pytest.fixture
def tour_files(tmp_path: Path) -> list[str]:
    rule = shipped(TOUR)
    return write_files(tmp_path, rule, *tour(rule))


def by_hand(folder: Path) -> dict[str, Fraction]:
    """The tour's totals from the files alone, by the words of the rule and with nothing of the engine.

    Each sheet's marks are added (they sum to 100 on every kind); of each entry's n sheets floor(n / 10) are dropped at
    each end; mean to two decimals, half up; a county's projects are averaged to two decimals; 60 / 10 / 30.
    """

    def two(value: Fraction) -> Fraction:
        return Fraction(int(value * 100 + Fraction(1, 2)), 100)

    sheets: dict[str, list[Fraction]] = defaultdict(list)
    with (folder / "marks.csv").open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            marks = [cell for name, cell in row.items() if name not in ("judge", "entry") and cell]
            sheets[row["entry"]].append(sum(map(Fraction, marks), Fraction(0)))
    entries = {}
    for entry, totals in sheets.items():
        cut = len(totals) // 10
        kept = sorted(totals)[cut : len(totals) - cut]
        entries[entry] = two(sum(kept, Fraction(0)) / len(kept))
    with (folder / "priors.csv").open(encoding="utf-8-sig") as lines:
        ordinary = {row["unit"]: Fraction(row["value"]) for row in csv.DictReader(lines)}
    return {
        unit: Fraction(6, 10) * two(sum((entries[f"{unit}P{n}"] for n in (1, 2, 3, 4)), Fraction(0)) / 4)
        + Fraction(1, 10) * entries[f"{unit}R"]
        + Fraction(3, 10) * known
        for unit, known in ordinary.items()
    }


def test_the_tour_of_2400_sheets_is_scored_as_the_rule_says_by_hand(tmp_path: Path, tour_files: list[str]) -> None:
    out = tmp_path / "out.json"
    done = score(TOUR, tour_files, "--json", str(out))
    assert done.stderr == ""
    assert done.returncode == 0
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert {unit["id"]: Fraction(unit["score"]) for unit in result["units"]} == by_hand(tmp_path)
    sheets = (tmp_path / "marks.csv").read_text(encoding="utf-8").count("\n") - 1
    counted = sum(len(entry["counted"]) for entry in result["entries"])
    recused = sum(len(entry["recused"]) for entry in result["entries"])
    absent = sum(len(entry["absent"]) for entry in result["entries"])
    assert (counted, counted + absent, recused) == (sheets, 2400, 200)
    assert {judge for entry in result["entries"] for judge in entry["absent"]} == {"J05", "J41", "J52"}


def test_the_tours_prizes_are_one_two_three_and_four_and_spend_the_budget(
    tmp_path: Path, tour_files: list[str]
) -> None:
    out = tmp_path / "out.json"
    score(TOUR, tour_files, "--json", str(out))
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert [unit["place"] for unit in result["units"]] == list(range(1, 11))
    assert [unit["fen"] for unit in result["units"]] == [10_000_000] + [5_000_000] * 2 + [2_000_000] * 3 + [
        1_000_000
    ] * 4
    assert result["money"] == {"planned_fen": 30_000_000, "paid_fen": 30_000_000, "vacant_fen": 0, "overrun_fen": 0}
    assert (result["final"], result["open"]) == (True, [])


def test_the_same_files_give_the_same_bytes(tmp_path: Path, tour_files: list[str]) -> None:
    bodies = []
    for name in ("a.json", "b.json"):
        score(TOUR, tour_files, "--json", str(tmp_path / name))
        bodies.append((tmp_path / name).read_bytes())
    assert bodies[0] == bodies[1]


def test_piped_output_is_plain_text_in_the_language_asked_for(tour_files: list[str]) -> None:
    english, chinese = score(TOUR, tour_files).stdout, score(TOUR, tour_files, lang="zh").stdout
    assert "\x1b" not in english + chinese
    assert english.split("\n")[0].split() == ["Place", "Unit", "On", "site", "Pitch", "Ordinary", "work", "Score",
                                              "Prize", "Yuan"]  # fmt: skip
    assert chinese.split("\n")[0].split() == [
        "名次",
        "参评单位",
        "现场",
        "路演",
        "平时工作",
        "得分",
        "奖项等次",
        "元",
    ]
    assert len(english.strip().split("\n")) == 11 + english.count("Note: ")


def test_explain_shows_how_a_units_score_came_about(tour_files: list[str]) -> None:
    told = score(TOUR, tour_files, "--explain", "C03").stdout
    assert told.startswith("松山县: score ")
    assert "× 60%" in told
    assert told.count("48 judges, without the highest") + told.count("47 judges, without the highest") == 5
    assert "C03P1: recused 评委9, 评委10, 评委11, 评委12" in told


def finalists(folder: Path, totals: dict[str, str]) -> list[str]:
    """The Changzhi form: 18 finalists of three divisions, nine judges who agree, so that scores are read off."""
    with (folder / "roster.csv").open("w", encoding="utf-8") as out:
        out.write("type,id,division,unit,component\n")
        for unit in totals:
            out.write(f"unit,{unit},{unit.split('-')[0]},,\n")
            out.writelines(f"entry,{unit}.{part},,{unit},{part}\n" for part in ("material", "story", "skills"))
        out.writelines(f"judge,J{n},,,\n" for n in range(1, 10))
    rule = shipped("changzhi-2023-final")
    items = {part.id: [item.id for c in part.criteria for item in c.items] for part in rule.components}
    columns = list(dict.fromkeys(name for names in items.values() for name in names))
    with (folder / "marks.csv").open("w", encoding="utf-8") as out:
        table = csv.DictWriter(out, ["judge", "entry", *columns], restval="")
        table.writeheader()
        for unit, mark in totals.items():
            for judge in range(1, 10):
                for part, names in items.items():
                    cell = str(float(mark) * 2) if part == "material" else mark
                    table.writerow({"judge": f"J{judge}", "entry": f"{unit}.{part}", **dict.fromkeys(names, cell)})
    return ["--marks", str(folder / "marks.csv"), "--roster", str(folder / "roster.csv")]


# Marks out of ten by finalist. The best of each division are first; then over all. institute-3 and centre-3 are equal
# at places 6 and 7 of the rest, the boundary between second and third prizes.
MARKS = {
    "centre-1": "9.5", "centre-2": "9", "centre-3": "8.5", "centre-4": "8.25", "centre-5": "8.25", "centre-6": "8",
    "institute-1": "9.5", "institute-2": "9.25", "institute-3": "8.5", "institute-4": "8.75", "institute-5": "8.75",
    "institute-6": "8", "station-1": "9", "station-2": "8.75", "station-3": "8.25", "station-4": "8.25",
    "station-5": "8", "station-6": "8",
}  # fmt: skip


def test_a_tie_at_a_prize_boundary_stays_open_until_people_decide(tmp_path: Path) -> None:
    options = finalists(tmp_path, MARKS)
    done = score("changzhi-2023-final", options)
    assert done.returncode == 0, done.stderr
    assert "This result is not final." in done.stdout
    assert [line for line in done.stdout.split("\n") if line.startswith("Open: ") and "centre-3, institute-3" in line]
    decisions = tmp_path / "decisions.csv"
    decisions.write_text(
        "kind,subject,value,reason,document\n"
        "tie,institute-3,1,leading group,No. 7\ntie,centre-3,2,leading group,No. 7\n",
        encoding="utf-8",
    )
    out = tmp_path / "out.json"
    settled = score("changzhi-2023-final", options, "--decisions", str(decisions), "--json", str(out))
    assert "not final" not in settled.stdout, settled.stdout
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    prizes = defaultdict(set)
    for unit in result["units"]:
        prizes[unit["tiers"][0]].add(unit["id"])
    first = {"centre-1", "institute-1", "station-1"}
    second = {"institute-2", "centre-2", "institute-4", "institute-5", "station-2", "institute-3"}
    assert prizes == {"first": first, "second": second, "third": set(MARKS) - first - second}


def test_stars_are_given_from_the_threshold_on(tmp_path: Path) -> None:
    rule = shipped("star-rating")
    (part,) = rule.components
    items = [item for criterion in part.criteria for item in criterion.items]
    cuts = {tier.id: tier.minimum for tier in rule.prizes.tiers if tier.minimum is not None}
    assert sorted(cuts.values(), reverse=True)[:3] == [90, 80, 70]
    # 90 of 100 on every item; one step less on the first item of the second site.
    rows = {"on-the-line": [item.full * Fraction(9, 10) for item in items]}
    rows["just-below"] = [rows["on-the-line"][0] - items[0].step, *rows["on-the-line"][1:]]
    judges = max(part.panel.minimum if part.panel else 1, 5)
    with (tmp_path / "roster.csv").open("w", encoding="utf-8") as out:
        out.write("type,id,unit,component,kind\n")
        for site in rows:
            out.write(f"unit,{site},,,\nentry,{site}.sheet,{site},{part.id},\n")
        out.writelines(f"judge,J{n},,,\n" for n in range(judges))
    with (tmp_path / "marks.csv").open("w", encoding="utf-8") as out:
        out.write(",".join(["judge", "entry", *(item.id for item in items)]) + "\n")
        for site, marks in rows.items():
            cells = ",".join(str(float(mark)) for mark in marks)
            out.writelines(f"J{n},{site}.sheet,{cells}\n" for n in range(judges))
    out_file = tmp_path / "out.json"
    options = ["--marks", str(tmp_path / "marks.csv"), "--roster", str(tmp_path / "roster.csv")]
    done = score("star-rating", options, "--json", str(out_file))
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(out_file.read_text(encoding="utf-8"))
    best, next_best = (tier.id for tier in rule.prizes.tiers[:2])
    assert {unit["id"]: unit["tiers"] for unit in result["units"]} == {"on-the-line": [best], "just-below": [next_best]}


def test_every_bad_row_is_reported_at_once_and_nothing_is_computed(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(
        "type,id,name,unit,component\nunit,A,Alpha,,\nunit,B,Beta,,\nentry,A1,,A,score\nentry,B1,,B,score\n"
        "judge,J1,,,\njudge,J2,,A,\njudge,J2,,,\n",
        encoding="utf-8",
    )
    (tmp_path / "marks.csv").write_text(
        "judge,entry,score\nJ1,A1,ninety\nJ1,B1,101\nJ2,C1,80\nJ2,B1,80.001\nJ9,B1,70\nJ1,B1,60\n", encoding="utf-8"
    )
    out = tmp_path / "out.json"
    options = ["--marks", str(tmp_path / "marks.csv"), "--roster", str(tmp_path / "roster.csv"), "--json", str(out)]
    done = score("plain-mean", options)
    assert (done.returncode, done.stdout, out.exists()) == (1, "", False)
    lines = done.stderr.strip().split("\n")
    assert [line.split(": ")[0] for line in lines[:-1]] == [
        "marks.csv:2", "marks.csv:3", "marks.csv:4", "marks.csv:5", "marks.csv:6", "marks.csv:7", "roster.csv:8",
    ]  # fmt: skip
    assert lines[-1] == "Nothing was computed: 7 faults."


def test_a_recused_judges_sheet_is_refused_with_its_line(tmp_path: Path, tour_files: list[str]) -> None:
    marks = tmp_path / "marks.csv"
    body = marks.read_text(encoding="utf-8-sig").split("\n")
    own = next(line for line in body if line.startswith("J05,C01P1,"))
    marks.write_text("\n".join([body[0], own.replace("J05,", "J01,"), *body[1:]]), encoding="utf-8")
    done = score(TOUR, tour_files)
    assert done.returncode == 1
    assert done.stderr.startswith("marks.csv:2: ")
    assert "J01" in done.stderr
    assert "C01P1" in done.stderr


def test_a_table_from_a_chinese_excel_is_read(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(
        "类型,编号,名称,参评单位,计分部分\r\n单位,甲,甲县,,\r\n单位,乙,乙县,,\r\n项目,甲1,,甲,score\r\n"
        "项目,乙1,,乙,score\r\n评委,一,,,\r\n评委,二,,,\r\n".encode("gb18030")
    )
    (tmp_path / "marks.csv").write_bytes(
        "评委,参评项目,score\r\n一,甲1,90\r\n二,甲1,91\r\n一,乙1,88\r\n二,乙1,89.5\r\n".encode("gb18030")
    )
    out = tmp_path / "out.json"
    options = ["--marks", str(tmp_path / "marks.csv"), "--roster", str(tmp_path / "roster.csv"), "--json", str(out)]
    done = score("plain-mean", options, lang="zh")
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert [(unit["name"], unit["score"], unit["place"]) for unit in result["units"]] == [
        ("甲县", "90.5", 1),
        ("乙县", "88.75", 2),
    ]


def test_check_says_what_a_scheme_does_or_what_is_wrong_with_it(tmp_path: Path) -> None:
    good = run("check", str(RUBRICS / f"{TOUR}.toml"))
    assert good.returncode == 0, good.stderr
    assert "60 %" in good.stdout
    bad = tmp_path / "bad.toml"
    text = (RUBRICS / "plain-mean.toml").read_text(encoding="utf-8")
    bad.write_text(text.replace('method = "mean"', 'method = "meen"', 1), encoding="utf-8")
    refused = run("check", str(bad))
    assert refused.returncode == 1
    assert "bad.toml" in refused.stderr
    assert "meen" in refused.stderr
    assert "median" in refused.stderr


def test_an_unknown_unit_to_explain_lists_those_there_are(tour_files: list[str]) -> None:
    done = score(TOUR, tour_files, "--explain", "C99")
    assert done.returncode == 1
    assert "C01, C02" in done.stderr
