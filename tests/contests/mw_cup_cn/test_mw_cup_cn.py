"""The official entry scores of the Mario Worker 杯, from every judge's marks."""

import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.faults import Fault, Refused
from scoring.scheme import Trim, TrimRow, changed
from tests.contests.contest import Contest, Row, command_line, from_command_line, numbers, rows_of
from tests.contests.mw_cup_cn.rounds import (
    HERE,
    EntryName,
    disqualified,
    does_not_run,
    entry_name,
    mended,
    official,
    rounds,
    scheme_file,
    together,
)

LETTERS = ["A", "B", "C", "D", "E", "F", "S"]
ENTRIES = {"A": 118, "B": 532, "C": 266, "D": 12, "E": 32, "F": 25, "S": 4}


def entry_scores(letter: str, contests: dict[tuple[str, str], Contest]) -> dict[EntryName, Fraction | None]:
    """What every entry of the contest, a unit of the engine's, has in the end."""
    scores = {
        (*name, unit.unit.id): unit.score for name, contest in contests.items() for unit in contest.tabulated().units
    }
    same = sum(score == scores.get(name) for name, score in official(letter).items())
    sys.stdout.write(f"scheme {letter}: {same} of {len(official(letter))} entry scores as published\n")
    return scores


@pytest.mark.parametrize("letter", LETTERS)
def test_every_entry_score_is_the_official_one(letter: str) -> None:
    computed = entry_scores(letter, rounds(letter))
    assert computed == official(letter)
    assert len(computed) == ENTRIES[letter]


def test_all_schemes_together_are_989_entries() -> None:
    assert sum(len(official(letter)) for letter in LETTERS) == 989


def test_schemes_a_and_b_are_650_entries_of_which_one_is_disqualified() -> None:
    entries = official("A") | official("B")
    assert len(entries) == 650
    assert {name for name, score in entries.items() if score is None} == {("2017", "P2", "7")}


@pytest.mark.parametrize("letter", LETTERS)
def test_every_place_follows_from_the_official_scores(letter: str) -> None:
    scores = official(letter)
    expected: dict[EntryName, int | None] = {}
    for name, score in scores.items():
        rivals = [other for rival, other in scores.items() if rival[:2] == name[:2] and other is not None]
        expected[name] = None if score is None else 1 + sum(other > score for other in rivals)
    computed = {
        (*name, unit.unit.id): unit.place
        for name, contest in rounds(letter).items()
        for unit in contest.tabulated().units
    }
    assert computed == expected


@pytest.mark.parametrize("letter", LETTERS)
def test_nothing_is_left_open_in_any_round(letter: str) -> None:
    assert {name: contest.tabulated().open for name, contest in rounds(letter).items()} == dict.fromkeys(
        rounds(letter), ()
    )


def test_disqualified_entry_has_neither_score_nor_place_though_the_site_prints_zero() -> None:
    assert disqualified() == {("2017", "P2", "7"), ("2025", "P1", "8")}
    printed = [row["site_score"] for row in rows_of(HERE / "site_scores.csv") if entry_name(row) in disqualified()]
    assert printed == ["0", "0"]
    tabulation = rounds("B")["2017", "P2"].tabulated()
    (unit,) = (unit for unit in tabulation.units if unit.unit.id == "7")
    entry = tabulation.entries["7"]
    assert (unit.place, unit.score, unit.excluded) == (None, None, "disqualified")
    assert (entry.score, entry.excluded) == (None, "disqualified")


def test_entry_that_does_not_run_is_ranked_last_with_zero() -> None:
    assert does_not_run() == {("2013", "Q2", "2A")}
    tabulation = rounds("A")["2013", "Q2"].tabulated()
    last = tabulation.units[-1]
    assert (last.unit.id, last.score, last.place) == ("2A", Fraction(0), len(tabulation.units))


def test_rows_with_swapped_columns_are_refused_by_judge_entry_and_item() -> None:
    refused: list[tuple[str, str, list[Fault]]] = []
    for letter in "ABC":
        for (year, name), contest in rounds(letter, mend=lambda row: row).items():
            try:
                contest.tabulated()
            except Refused as trouble:
                refused.append((year, name, [replace(fault, record=None) for fault in trouble.faults]))

    def outside(judge: str, entry: str, item: str, mark: str, full: str) -> Fault:
        where = {"judge": judge, "entry": entry, "item": item}
        return Fault("sheet.out_of_range", {**where, "mark": mark, "floor": "0", "full": full})

    assert refused == [
        ("2013", "G1", [outside("P009", "D2", "challenge", "37", "20")]),
        ("2014", "P2", [outside("P009", "7", "penalty", "-4", "40")]),
        (
            "2014",
            "S",
            [outside("P014", "D", "appeal", "28.7", "10"), outside("P014", "D", "challenge", "28.8", "15")],
        ),
        ("2016", "G1", [outside("P014", "B3", "challenge", "24", "15")]),
        ("2017", "S", [outside("P010", "C", "challenge", "27.4", "15")]),
    ]


def test_command_line_refuses_a_mark_above_the_maximum_by_judge_entry_and_item(tmp_path: Path) -> None:
    contest = rounds("B", mend=lambda row: row)["2016", "G1"]
    run = command_line(contest, scheme_file("B"), tmp_path)
    assert run.returncode != 0
    assert not (tmp_path / "out.json").exists()
    for word in ("P014", "B3", "24", "15", "marks.csv"):
        assert word in run.stderr, run.stderr


def half_even(contest: Contest) -> Contest:
    stages = tuple(stage.model_copy(update={"mode": "half_even"}) for stage in contest.scheme.rounding)
    return replace(contest, scheme=changed(contest.scheme, rounding=stages))


def without_stage(after: str) -> Callable[[Contest], Contest]:
    def change(contest: Contest) -> Contest:
        stages = tuple(stage for stage in contest.scheme.rounding if stage.after != after)
        return replace(contest, scheme=changed(contest.scheme, rounding=stages))

    return change


def revoked_kept(contest: Contest) -> Contest:
    return replace(contest, decisions=tuple(one for one in contest.decisions if one.kind != "void"))


def as_it_is(contest: Contest) -> Contest:
    return contest


def every_sheet(_: Row) -> bool:
    return True


def first_judging(row: Row) -> bool:
    return not row["slot"].startswith("JR")


# How many official scores are missed under a wrong rule, counted from the CSV files without the engine. The data's
# own description says 233, 23 and 12 over these three schemes; for re-judging it says 102, which leaves out the 10
# entries that had no other judge and so have no score at all.
WRONG_RULES = [
    ("half_even", half_even, every_sheet, {"A": 32, "B": 139, "C": 62}),
    ("sheets not rounded", without_stage("sheet"), every_sheet, {"A": 0, "B": 0, "C": 23}),
    ("entries not rounded", without_stage("panel"), every_sheet, {"A": 56, "B": 260, "C": 118}),
    ("revoked marks kept", revoked_kept, every_sheet, {"A": 1, "B": 9, "C": 2}),
    ("re-judging ignored", as_it_is, first_judging, {"A": 10, "B": 66, "C": 36}),
]


def other_panels(**keys: object) -> Callable[[Contest], Contest]:
    """Every panel with these keys changed."""

    def change(contest: Contest) -> Contest:
        parts = tuple(
            part.model_copy(update={"panel": part.panel.model_copy(update=keys) if part.panel else None})
            for part in contest.scheme.components
        )
        return replace(contest, scheme=changed(contest.scheme, components=parts))

    return change


def extremes_of_five_dropped(contest: Contest) -> Contest:
    """The mark that counts half is dropped."""
    table = (TrimRow(judges=5, low=1, high=1),)
    return other_panels(trim=Trim(table=table), trim_on="sheet_total")(contest)


UNTRIMMED: dict[str, object] = {"trim": None, "trim_on": None}
WRONG_RULES += [
    ("judges count once", other_panels(multiples=()), every_sheet, {"D": 12}),
    ("nothing dropped", other_panels(**UNTRIMMED), every_sheet, {"D": 12, "E": 8, "F": 22}),
    ("plain mean", other_panels(multiples=(), **UNTRIMMED), every_sheet, {"D": 11}),
    ("extremes of five dropped", extremes_of_five_dropped, every_sheet, {"E": 9, "F": 11}),
]


@pytest.mark.parametrize(
    ("change", "counts", "missed"), [rule[1:] for rule in WRONG_RULES], ids=[rule[0] for rule in WRONG_RULES]
)
def test_wrong_rule_misses_the_known_number_of_scores(
    change: Callable[[Contest], Contest], counts: Callable[[Row], bool], missed: dict[str, int]
) -> None:
    found = {}
    for letter in missed:
        contests = {name: change(contest) for name, contest in rounds(letter, mended, counts).items()}
        computed = entry_scores(letter, contests)
        assert computed.keys() == official(letter).keys()
        found[letter] = sum(computed[name] != score for name, score in official(letter).items())
    assert found == missed


@pytest.mark.parametrize("letter", LETTERS)
def test_command_line_gives_every_official_score(letter: str, tmp_path: Path) -> None:
    result = from_command_line(together(letter), scheme_file(letter), tmp_path)
    expected = {"-".join(name): score for name, score in official(letter).items()}
    assert numbers(result["units"], "score") == expected
    if letter != "E":  # there an entry of the contest is two of the engine's
        assert numbers(result["entries"], "score") == expected


def test_command_line_ranks_all_but_the_disqualified(tmp_path: Path) -> None:
    result = from_command_line(rounds("B")["2017", "P2"], scheme_file("B"), tmp_path)
    scores = {entry: score for (*when, entry), score in official("B").items() if when == ["2017", "P2"]}
    ranked = {entry: score for entry, score in scores.items() if score is not None}
    expected = {entry: 1 + sum(other > score for other in ranked.values()) for entry, score in ranked.items()}
    assert {unit["id"]: unit["place"] for unit in result["units"]} == {**dict.fromkeys(scores), **expected}
