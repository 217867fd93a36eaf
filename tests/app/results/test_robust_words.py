"""What if, and how firm the prizes are, in both languages: every kind of sentence once, in full."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.i18n import languages
from app.results.robust_words import blind_lines, boundary_lines, boundary_sentence, whatif_lines
from app.results.wording import Named, named
from scoring.inform.alternatives import alternative, alternatives
from scoring.inform.boundaries import Boundary
from scoring.inform.contest import Contest
from scoring.inform.robustness import robustness
from scoring.inform.whatif import (
    Change,
    told_blind,
    under_scheme,
    without_bloc,
    without_judge,
    without_one_entry,
)
from scoring.roster import Decision, Judge
from tests.scoring.contests import contest, marked, rule, tier
from tests.scoring.contests import named as names_of
from tests.scoring.inform.asking import asked, official

EN, ZH = languages()["en"], languages()["zh"]
PRIZES = {"tiers": [tier("first", 1, 100), tier("second", 1, 50)]}
GRID = {"P": {"j1": 90, "j2": 80, "j3": 80}, "Q": {"j1": 82, "j2": 83, "j3": 84}, "R": {"j1": 1, "j2": 1, "j3": 1}}
JUDGES = [Judge("j1", "Li", bloc="east"), Judge("j2"), Judge("j3")]


def small(**more: object) -> Contest:
    return asked(contest(rule(**{"prizes": PRIZES, **more}), GRID, judges=JUDGES))


def names(whole: Contest) -> Named:
    return named(whole.scheme, whole.roster)


def test_who_moves_how_far_and_with_what_money() -> None:
    whole = small()
    told = without_judge(whole, official(whole), "j1")
    assert list(whatif_lines(whole.scheme, whole.scheme, told, names(whole), EN)) == [
        "Without judge Li:",
        "  P: place 2 instead of 1; score lower by 3.3333…; second instead of first; 50 yuan less",
        "  Q: place 1 instead of 2; score higher by 0.50; first instead of second; 50 yuan more",
        "  50 yuan would go elsewhere.",
        "For information. The result that holds does not change.",
    ]
    assert list(whatif_lines(whole.scheme, whole.scheme, told, names(whole), ZH)) == [
        "如果不计评委Li的打分：",
        "  P：由第 1 名变为第 2 名；得分低 3.3333… 分；由first变为second；少得 50 元",
        "  Q：由第 2 名变为第 1 名；得分高 0.50 分；由second变为first；多得 50 元",
        "  共有 50 元奖金会改归其他单位。",
        "仅供参考，正式结果不变。",
    ]


def test_under_the_blind_no_unit_is_named() -> None:
    whole = small()
    told = told_blind(without_bloc(whole, official(whole), "east"))
    assert list(blind_lines(told, names(whole), EN)) == ["Without the judges of east:", "  2 units would move."]
    assert list(blind_lines(told, names(whole), ZH)) == [
        "如果不计east评委组的打分：",
        "  会有 2 个单位的名次或奖项变动。",
    ]


def test_where_nobody_moves_it_says_so_and_counts_whose_score_would_be_another() -> None:
    whole = small()
    told = without_judge(whole, official(whole), "j2")
    assert list(whatif_lines(whole.scheme, whole.scheme, told, names(whole), EN))[1:3] == [
        "  Everybody would keep place and prize.",
        "  1 unit would have another score and stand where it stands.",
    ]


def test_another_rule_names_both_digests() -> None:
    whole = small()
    other = alternative(whole.scheme, "median")
    told = under_scheme(whole, official(whole), other, Change("rule", "median"))
    lines = list(whatif_lines(whole.scheme, other, told, names(whole), EN))
    assert lines[0] == "If the median of the judges counted:"
    codes = (whole.scheme.digest[:12], other.digest[:12])
    assert lines[-2] == f"  The scheme that holds has the digest {codes[0]}; this was computed under {codes[1]}."
    by_scheme = replace(told, change=Change("scheme", "other"))
    assert next(whatif_lines(whole.scheme, other, by_scheme, names(whole), EN)) == "Under the scheme other:"


def test_every_ready_made_rule_has_words_in_both_languages() -> None:
    five = {"method": "mean", "trim": {"low": 1, "high": 1}, "trim_on": "sheet_total"}
    severe = {"method": "mean", "counts": "less_severity"}
    whole = asked(contest(rule(marked("m", panel=five, weight=2), marked("n", panel=severe)), {}))
    told = under_scheme(small(), official(small()), small().scheme, Change("rule", ""))
    for name in alternatives(whole.scheme):
        for language in (EN, ZH):
            assert next(blind_lines(told_blind(replace(told, change=Change("rule", name))), Named(), language))
    assert len(alternatives(whole.scheme)) == 5


def test_who_is_not_ranked_any_more_and_who_waits_for_people() -> None:
    whole = small()
    told = without_one_entry(whole, official(whole), "P")
    lines = list(whatif_lines(whole.scheme, whole.scheme, told, names(whole), EN))
    assert lines[1:3] == [
        "  P: no longer ranked; no prize instead of first; 100 yuan less",
        "  Q: place 1 instead of 2; first instead of second; 50 yuan more",
    ]
    assert lines[-2].startswith("  It would be open: ")
    back = replace(told, units=tuple(replace(move, before=move.after, after=move.before) for move in told.units))
    assert "  P: ranked, at place 1; first instead of no prize; 100 yuan more" in list(
        whatif_lines(whole.scheme, whole.scheme, back, names(whole), EN)
    )
    even = asked(
        contest(rule(prizes=PRIZES, ties=["decision"]), {"P": {"j1": 90, "j2": 80}, "Q": {"j1": 80, "j2": 80}})
    )
    wait = without_judge(even, official(even), "j1")
    lines = list(whatif_lines(even.scheme, even.scheme, wait, names(even), EN))
    assert lines[1] == "  P: score lower by 5.00; a prize that people must decide instead of first; 100 yuan less"


# ---- Boundaries -----------------------------------------------------------------------------------------------------


def test_the_sentence_of_the_specification() -> None:
    """By hand: 0.060 apart, a standard error of 0.2, and 64 of 100 cases."""
    edge = Boundary(("first",), ("second",), "P", "Q", Fraction(6, 100), None, 0.2, 0.64, (), (), "")
    scheme, called = small().scheme, Named(units={"P": "county 6", "Q": "county 5"})
    assert boundary_sentence(scheme, edge, called, EN) == (
        "first/second: county 6 leads county 5 by 0.06 points; in 64 of 100 cases it belongs to first. "
        "The rules decide it; the evidence does not."
    )
    assert boundary_sentence(scheme, edge, called, ZH) == (
        "first/second：county 6领先county 5 0.06 分；在64%的情形下属于first。这条线由规则决定，打分本身分不出高下。"
    )
    sure = replace(edge, error=0.01, chance=0.999)
    assert boundary_sentence(scheme, sure, called, EN) == (
        "first/second: county 6 leads county 5 by 0.06 points; in more than 99 of 100 cases it belongs to first."
    )
    cut = replace(edge, cut=Fraction(80), below=(), chance=0.001, error=None)
    assert boundary_sentence(scheme, cut, called, EN) == (
        "first/no prize: county 6 is 0.06 points above the minimum of 80.00; in fewer than 1 of 100 cases it belongs "
        "to first."
    )
    equal = replace(edge, gap=Fraction(0), error=None, chance=None)
    assert boundary_sentence(scheme, equal, called, EN) == (
        "first/second: county 6 and county 5 have equal scores, and the rule for ties puts county 6 first."
    )
    divided = rule(prizes=PRIZES, divisions=names_of("north"))
    assert boundary_sentence(divided, replace(equal, division="north"), called, EN).startswith("north, first/second: ")


def told(whole: Contest, *, zh: bool = False) -> list[str]:
    result = official(whole)
    return list(boundary_lines(whole.scheme, result, robustness(whole, result), names(whole), ZH if zh else EN))


def test_a_small_contest_in_full() -> None:
    lines = told(small())
    assert lines[0].startswith("first/second: P leads Q by 0.3333… points; in ")
    assert lines[0].endswith("The rules decide it; the evidence does not.")
    assert lines[1] == "  The gap is 0.11 standard errors (2.96 points each): within the noise."
    assert lines[2:4] == ["  It would change without judge Li.", "  It would change without the judges of east."]
    assert lines[4] == (
        "second/no prize: Q leads R by 82.00 points; in more than 99 of 100 cases it belongs to second or higher."
    )
    assert lines[6] == "  It would not change without any one judge, nor without any one bloc."
    assert lines[7].startswith("P: place 1; between 1 and 2; first ")
    assert lines[7].endswith(" of 100; another prize in 2 of 4 cases with one left out")
    assert lines[9].startswith("R: place 3; for certain; no prize more than 99 of 100")
    assert lines[10] == "Left out one at a time: judges 3, blocs 1; each time the whole result again."
    assert lines[13] == (
        "With fewer than 15 judges to an entry nothing is said of other judges: it would sound too sure."
    )
    assert lines[14].startswith("For a fixed, complete electorate of judges the result is exact")
    assert len(lines) == len(told(small(), zh=True)) == 15


def test_without_prizes_places_are_told_all_the_same() -> None:
    lines = told(small(prizes={}))
    assert lines[0] == "No boundary between prizes has somebody on both sides."
    assert lines[1].endswith("another place in 2 of 4 cases with one left out")


@pytest.mark.parametrize(
    ("panel", "grid", "said"),
    [
        (
            {"method": "sum", "counts": "order"},
            GRID,
            "The rule counts in steps, not in points: no standard errors and no cases.",
        ),
        ({"method": "mean"}, {"P": {"j1": 9}, "Q": {"j1": 8}},
         "Too few sheets to tell difference from noise: no standard errors and no cases."),
        ({"method": "mean", "counts": "minmax"}, GRID,
         "This panel is not drawn again: it does not take whole sheets on one scale."),
    ],
    ids=["steps", "few", "own scale"],
)  # fmt: skip
def test_what_cannot_be_said_is_said(panel: dict[str, object], grid: dict[str, dict[str, int]], said: str) -> None:
    whole = asked(contest(rule(marked(panel=panel), prizes=PRIZES), grid))
    assert told(whole)[-2] == said


def test_many_who_would_turn_it_round_are_counted_and_other_judges_are_told_from_fifteen_on() -> None:
    # Nine judges see P four points ahead, seven five points behind: 36 to 35, so that none of the nine can be missed.
    grid = {"P": {f"j{i}": 84 if i < 9 else 75 for i in range(16)}, "Q": {f"j{i}": 80 for i in range(16)}}
    lines = told(asked(contest(rule(prizes={"tiers": [tier("first", 1)]}), grid)))
    assert lines[2] == (
        "  It would change without judge j0 or j1 or j2 or j3 or j4 or j5 or j6 or j7 or any of 1 more."
    )
    assert "by other judges of the kind first " in lines[3]
    assert any(line.startswith("By other judges of the kind: 1000 drawings") for line in lines)


def test_who_is_excluded_has_no_line() -> None:
    vetoes = [{"id": "out", "name": {"zh": "x", "en": "x"}, "subject": "unit", "effect": "exclude"}]
    whole = asked(
        contest(rule(prizes=PRIZES, vetoes=vetoes), GRID, judges=JUDGES, decisions=[Decision("veto", "R", "out")])
    )
    assert not [line for line in told(whole) if line.startswith("R: ")]
