"""``fieldmark lint`` as a process: warnings by code, from the scheme alone, a roster, or an earlier contest."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PITCH = ROOT / "rubrics/county-pitch-2023.toml"
EXAMPLE = ROOT / "docs/example"


def lint(*arguments: str | Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", "lint", *map(str, arguments), "--lang", lang]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)


def codes(ran: subprocess.CompletedProcess[str]) -> list[str]:
    assert ran.returncode == 0, ran.stderr
    return [line.partition(": ")[0] for line in ran.stdout.splitlines()]


def test_from_the_scheme_alone() -> None:
    assert lint(PITCH).stdout == "Nothing to warn of.\n"
    assert codes(lint(ROOT / "rubrics/plain-trim.toml")) == ["lint.few_kept"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_an_earlier_contest(lang: str) -> None:
    whole = ["exposure.harsh", "lint.boundary_noise", "lint.boundary_noise"]
    assert codes(lint(PITCH, "--history", EXAMPLE, lang=lang)) == whole
    assert codes(lint(PITCH, "--roster", EXAMPLE / "roster.csv", lang=lang)) == ["exposure.harsh"]


def test_files_with_faults_are_refused(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("type,id\nplanet,x\n", encoding="utf-8")
    ran = lint(PITCH, "--history", tmp_path)
    assert ran.returncode == 1
    assert "roster.csv:2" in ran.stderr


def test_marks_without_a_roster_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "marks.csv").write_text("judge,entry\n", encoding="utf-8")
    assert lint(PITCH, "--history", tmp_path).stdout == "Nothing to warn of.\n"
