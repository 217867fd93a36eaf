"""Rounds as people read them: the rule, the ranking with the round of everybody, who went on, and one unit's way."""

import json

import pytest

from app.i18n import languages
from app.results.report import as_json, explanation, ranking
from app.results.round_words import round_lines
from app.results.rows import ranked
from app.results.rule_words import rule_lines
from app.results.wording import Named, named
from scoring.results import Tabulation
from scoring.roster import Decision, Roster
from tests.rubrics.test_rubrics import run
from tests.rubrics.worked import scheme
from tests.scoring.contests import marked, rule
from tests.scoring.contests import named as divisions
from tests.scoring.staged import FIVE, TIED, Grid, advance, left, played, stage

NAME = "changzhi-2023"


def withdrawn() -> Tabulation:
    """Eight stations: six go on from the semi-final, the second withdraws, the seventh comes in."""
    return run(scheme(NAME), scheme(NAME).examples[1])


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (
            "en",
            [
                "Preliminary: 8 units go on: s1, s2, s3, s4, s5, s6, s7, s8",
                "Semi-final: 6 units go on: s1, s3, s4, s5, s6, s7",
                "Semi-final: s2 withdrew, s7 comes in",
            ],
        ),
        (
            "zh",
            [
                "初赛：8 个单位晋级：s1、s2、s3、s4、s5、s6、s7、s8",
                "半决赛：6 个单位晋级：s1、s3、s4、s5、s6、s7",
                "半决赛：s2退赛，由s7替补",
            ],
        ),
    ],
)
def test_who_went_on_and_who_withdrew_is_told_for_every_round(code: str, lines: list[str]) -> None:
    assert list(round_lines(scheme(NAME), withdrawn(), Named(), languages()[code])) == lines


@pytest.mark.parametrize(
    ("code", "column", "rounds"),
    [
        ("en", "Round", ["Final"] * 6 + ["Semi-final (withdrew)", "Semi-final"]),
        ("zh", "赛段", ["决赛"] * 6 + ["半决赛（已退赛）", "半决赛"]),
    ],
)
def test_the_ranking_names_the_round_in_which_somebody_stopped(code: str, column: str, rounds: list[str]) -> None:
    table = ranking(scheme(NAME), withdrawn(), languages()[code])
    at = table.heading.index(column)
    assert [row[at] for row in table.rows] == rounds
    assert table.heading[at - 1] in ("Unit", "参评单位")


def test_the_page_says_who_stopped_and_who_withdrew() -> None:
    page = ranked(scheme(NAME), Roster((), (), ()), withdrawn(), languages()["zh"])
    assert [place.state for place in page.places] == [""] * 6 + ["已退赛", "止步半决赛"]


def test_one_unit_is_told_its_way_through_the_rounds() -> None:
    result = withdrawn()
    unit = next(unit for unit in result.units if unit.unit.id == "s2")
    names = named(scheme(NAME), Roster((), (), ()))
    told = list(explanation(scheme(NAME), result, unit, names, languages()["en"]))
    assert told[:5] == [
        "s2: score 97.00, place 7",
        "  Preliminary: score 90.00, place 1=; goes on",
        "  Semi-final: score 97.00, place 2; withdrew",
        "  Score",
        "    Semi-final: 9.70 × 10 = 97.00",
    ]


def test_the_rule_is_said_round_by_round() -> None:
    lines = rule_lines(scheme(NAME), languages()["en"])
    assert "Preliminary: Dossier; the first 12 of each division go on; equals at the cut all go on." in lines
    assert "Prizes are for those who came to this round: Final." in lines
    carries = rule(
        *(marked(name) for name in ("r1", "r2", "r3", "r4")),
        rounds=[
            stage("r1", weight=20, advance=advance(7, quota_by="division", minimum=60)),
            stage("r2", carry="weighted", weight=30),
            stage("r3", carry="sum", advance=advance(1, quota_by="each_group", best_others=2, ties="decision")),
            stage("r4", carry="best", best=2),
        ],
        divisions=divisions("a", "b"),
        ties=["round:r1"],
    )
    told = "\n".join(rule_lines(carries, languages()["en"]))
    for clause in (
        "r1: r1; 7 go on, shared among the divisions by their sizes; only with 60 or more; equals at the cut",
        "r2: r2; the rounds count: r1 40 %, r2 60 %; everybody goes on.",
        "r3: r3; the scores of the rounds are added; the first 1 of each group go on; beside them the best 2",
        "r4: r4; the best 2 rounds are added.",
        "Equal scores are separated by: the score for r1.",
    ):
        assert clause in told


def lines_of(marks: Grid, *decisions: Decision, **how: object) -> list[str]:
    by = rule(marked("first"), marked("final"), rounds=[stage("first", advance=how), stage("final")])
    contest = played(by, marks, *decisions)
    return list(round_lines(by, contest.result(), named(by, contest.roster), languages()["en"]))


def test_what_is_open_after_a_round_is_told() -> None:
    assert lines_of(TIED, quota=2) == ["first: 1 unit goes on: a", "first: tied at the cut, to be decided: b, c, d"]
    assert lines_of({"a": {"first": 1}, "b": {}}, quota=1) == ["first: the cut is not drawn yet"]
    assert lines_of(FIVE, left("a"), Decision("advance", "e", "final"), quota=1, reserves=0) == [
        "first: 1 unit goes on: e", "first: a withdrew, nobody comes in", "first: e goes on by decision",
    ]  # fmt: skip
    assert lines_of(FIVE, quota=3, reserves=2)[1] == "first: reserves in this order: 1. d, 2. e"


def test_a_sum_of_rounds_names_them() -> None:
    by = rule(marked("first"), marked("talk", full=50), rounds=[stage("first"), stage("final", "talk", carry="sum")])
    contest = played(by, {"a": {"first": 70, "talk": 40}, "b": {}}, left("b", "first"))
    result = contest.result()
    names = named(by, contest.roster)
    assert "    first 70.00 + final 40.00 = 110.00" in list(
        explanation(by, result, result.units[0], names, languages()["en"])
    )
    table = ranking(by, result, languages()["en"])
    assert [row[2] for row in table.rows] == ["final", "withdrew"]


def test_the_json_holds_every_round() -> None:
    told = json.loads(json.dumps(as_json(scheme(NAME), withdrawn(), languages()["en"])))
    assert [one["id"] for one in told["rounds"]] == ["preliminary", "semi", "final"]
    second = {one["unit"]: one for one in told["rounds"][1]["standings"]}
    assert (second["s2"]["status"], second["s2"]["replaced_by"]) == ("withdrawn", "s7")
    assert (second["s7"]["status"], second["s7"]["replaces"], second["s7"]["reserve"]) == ("advanced", "s2", 1)
    assert second["s8"]["status"] == "out"
    assert {unit["id"]: unit["round"] for unit in told["units"]}["s8"] == "semi"
