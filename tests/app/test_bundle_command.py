"""``fieldmark bundle``, ``verify`` and ``explain`` as processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tours import RUBRICS, shipped, tour, write_files

EXAMPLE = Path(__file__).parents[2] / "docs/example"
FILES = [str(RUBRICS / "county-pitch-2023.toml")] + [
    part for name in ("marks", "roster", "decisions") for part in (f"--{name}", str(EXAMPLE / f"{name}.csv"))
]
Run = subprocess.CompletedProcess[str]


def run(*arguments: str, lang: str = "en") -> Run:
    command = [sys.executable, "-m", "app.cli", *arguments, "--lang", lang]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=90)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    file = tmp_path / "result.json"
    assert run("bundle", *FILES, "--out", str(file), "--salt", "salt").returncode == 0
    return file


def test_a_bundle_is_made_verified_and_the_same_every_time(made: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    told = run("bundle", *FILES, "--out", str(again), "--salt", "salt").stdout
    assert again.read_bytes() == made.read_bytes()
    digest = json.loads(made.read_bytes())["digest"]
    assert told == f"Bundle {digest}\n"
    verdict = run("verify", str(made), "--digest", digest)
    assert verdict.returncode == 0
    assert verdict.stdout.splitlines()[0] == f"Bundle {digest}"
    assert verdict.stdout.splitlines()[-1] == "Everything agrees."
    assert "Taken as stated" not in verdict.stdout


def test_without_a_salt_one_is_made_and_told(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    _, salted = run("bundle", *FILES, "--out", str(file)).stdout.splitlines()
    salt = salted.rpartition(" ")[2]
    first = file.read_bytes()
    run("bundle", *FILES, "--out", str(file), "--salt", salt)
    assert file.read_bytes() == first


def test_names_stay_only_if_asked(made: Path, tmp_path: Path) -> None:
    named = tmp_path / "named.json"
    assert run("bundle", *FILES, "--out", str(named), "--names", "--leaf-secret", "s").returncode == 0
    judge = next(row for row in json.loads(named.read_bytes())["sections"]["judges"])
    assert judge["id"] not in {row["id"] for row in json.loads(made.read_bytes())["sections"]["judges"]}
    assert "leaves" in json.loads(named.read_bytes())["sections"]
    assert run("verify", str(named)).returncode == 0


def test_the_first_difference_is_named_in_both_languages(made: Path) -> None:
    document = json.loads(made.read_bytes())
    document["sections"]["sheets"]["ticks"][3][0] += 1
    made.write_text(json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    english, chinese = run("verify", str(made)), run("verify", str(made), lang="zh")
    assert (english.returncode, chinese.returncode) == (1, 1)
    sheet = f"{document['sections']['sheets']['judge'][3]}/{document['sections']['sheets']['entry'][3]}"
    assert english.stdout.splitlines()[-1] == f"Changed after it was made: score sheets, row 4 ({sheet})"
    assert chinese.stdout.splitlines()[-1] == f"生成之后被改动：评分表第 4 行（{sheet}）"


def test_another_bundle_than_the_announced_one_is_told(made: Path) -> None:
    other = "0" * 64
    verdict = run("verify", str(made), "--digest", other)
    assert verdict.returncode == 1
    assert verdict.stdout.splitlines()[-1] == f"This is another bundle than the one announced: {other}"
    assert "is no digest" in run("verify", str(made), "--digest", "x").stderr
    assert "is no digest" in run("bundle", *FILES, "--out", str(made), "--previous", "x").stderr


def test_bundles_follow_one_another(made: Path, tmp_path: Path) -> None:
    digest, later = json.loads(made.read_bytes())["digest"], tmp_path / "later.json"
    run("bundle", *FILES, "--out", str(later), "--salt", "salt", "--previous", digest)
    assert f"Bundle before it {digest}" in run("verify", str(later)).stdout


def test_what_is_no_bundle_is_told(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_text("{}")
    verdict = run("verify", str(file))
    assert verdict.returncode == 1
    assert "not a bundle of the format result/1" in verdict.stderr


def test_a_unit_is_explained_in_at_most_six_lines_and_down_to_the_sheets(made: Path) -> None:
    brief = run("explain", str(made), "Baishi County").stdout.splitlines()
    assert brief[0] == "Baishi County: score 90.75, place 1"
    assert brief[-1].endswith("363.00 ÷ 4 = 90.75")
    assert len(brief) <= 6
    whole = run("explain", str(made), "Baishi County", "--sheets").stdout
    sheets = json.loads(made.read_bytes())["sections"]["sheets"]
    entries = [judge for judge, entry in zip(sheets["judge"], sheets["entry"], strict=True)]
    assert sum(f"  {judge}: " in whole for judge in set(entries)) == 6
    refused = run("explain", str(made), "Nowhere")
    assert refused.returncode == 1
    assert "Nowhere" in refused.stderr


def test_one_judges_sheets_are_proven_without_showing_the_others(tmp_path: Path) -> None:
    named, public, proof = (tmp_path / name for name in ("named.json", "public.json", "proof.json"))
    run("bundle", *FILES, "--out", str(named), "--names", "--leaf-secret", "s")
    run("bundle", *FILES, "--out", str(public), "--salt", "salt", "--leaf-secret", "s")
    sections = json.loads(named.read_bytes())["sections"]
    root = json.loads(public.read_bytes())["sections"]["leaves"]["root"]
    judge = sections["sheets"]["judge"][0]
    number = sections["sheets"]["judge"].count(judge)
    made = run("prove", str(named), "--leaf-secret", "s", "--judge", judge, "--out", str(proof))
    assert made.stdout == f"Proof of {number} score sheets under the root {root}\n"
    assert {row["judge"] for row in json.loads(proof.read_bytes())["sheets"]} == {judge}
    for options in (["--root", root], [str(public)], [str(public), "--root", root]):
        verdict = run("verify", *options, "--proof", str(proof))
        assert (verdict.returncode, verdict.stdout.splitlines()[-1]) == (0, "All these sheets are in the tree.")
    assert f"第 1 张：评委 {judge}" in run("verify", "--root", root, "--proof", str(proof), lang="zh").stdout
    wrong = run("verify", "--root", "0" * 64, "--proof", str(proof))
    assert wrong.returncode == 1
    assert wrong.stdout.splitlines()[-1] == "This proof does not hold for the announced root."
    table = json.loads(proof.read_bytes())
    table["sheets"][0]["ticks"][0] += 1
    proof.write_text(json.dumps(table), encoding="utf-8")
    altered = run("verify", "--root", root, "--proof", str(proof))
    told = ["is not in the tree" in line for line in altered.stdout.splitlines() if line.startswith("Sheet ")]
    assert (altered.returncode, told) == (1, [True] + [False] * (number - 1))


def test_what_cannot_be_proven_is_told(made: Path, tmp_path: Path) -> None:
    named, proof = tmp_path / "named.json", tmp_path / "proof.json"
    run("bundle", *FILES, "--out", str(named), "--names", "--leaf-secret", "s")
    sections = json.loads(named.read_bytes())["sections"]
    judge, root = sections["sheets"]["judge"][0], sections["leaves"]["root"]
    making = ["--leaf-secret", "s", "--out", str(proof)]
    run("prove", str(named), *making, "--judge", judge, "--entry", sections["sheets"]["entry"][0])
    assert len(json.loads(proof.read_bytes())["sheets"]) == 1
    for arguments, words in (
        (["prove", str(made), *making, "--judge", judge], "from the bundle with names"),
        (["prove", str(named), *making], "whose sheets"),
        (["prove", str(named), *making, "--judge", "Nobody"], "no such score sheet"),
        (["prove", str(named), "--leaf-secret", "t", "--out", str(proof), "--judge", judge], "another secret"),
        (["prove", str(named), "--leaf-secret", "s", "--out", str(tmp_path), "--judge", judge], str(tmp_path)),
        (["verify", "--proof", str(proof)], "Give the root"),
        (["verify", str(made), "--proof", str(proof)], "no tree"),
        (["verify", str(named), "--proof", str(proof), "--root", "0" * 64], f"is {root}"),
        (["verify", "--proof", str(made), "--root", root], "no proof"),
        (["verify"], "Give a bundle"),
    ):
        refused = run(*arguments)
        assert refused.returncode == 1
        assert words in refused.stderr


def test_the_tour_of_2400_sheets_is_calculated_again(tmp_path: Path) -> None:
    rule = shipped("shiyan-2022-tour")
    options, file = write_files(tmp_path, rule, *tour(rule)), tmp_path / "result.json"
    scheme = str(RUBRICS / "shiyan-2022-tour.toml")
    assert run("bundle", scheme, *options, "--out", str(file)).returncode == 0
    verdict = run("verify", str(file), lang="zh")
    assert verdict.returncode == 0, verdict.stdout
    assert verdict.stdout.splitlines()[-1] == "全部一致。"
    unit = json.loads(file.read_bytes())["sections"]["ranking"][0]["unit"]
    assert len(run("explain", str(file), unit).stdout.splitlines()) <= 6
