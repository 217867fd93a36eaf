"""Bradley-Terry: by hand, against another library, and that the nine decimals are the true ones."""

import random
import warnings
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import log

import choix
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import languages
from app.results.rule_words import rule_lines
from app.results.wording import lines
from scoring.faults import Fault, Refused
from scoring.roster import Absence, Judge
from scoring.strength import strengths, unbeaten_groups
from scoring.verify.working import again
from tests.scoring.cases import many
from tests.scoring.contests import codes, contest, entry_scores, marked, places, rule

F = Fraction
METHOD = {"method": "bradley_terry", "least": -100}


def test_three_wins_to_one_are_the_logarithm_of_three() -> None:
    """Ln 3 = 1.098612288668...; half of it to each side: 0.549306144334..."""
    assert strengths([[0, 3], [1, 0]]) == [F("0.549306144"), F("-0.549306144")]
    assert strengths([[0, 1], [1, 0]]) == [0, 0]
    assert strengths([[0]]) == [0]
    assert strengths([]) == []


def test_a_chain_of_equal_odds_is_even_steps() -> None:
    """A beats b 2:1 and b beats c 2:1, a and c never met: each ln 2 = 0.693147180559... apart."""
    assert strengths([[0, 2, 0], [1, 0, 2], [0, 1, 0]]) == [F("0.693147181"), 0, F("-0.693147181")]


def test_groups_of_whom_none_of_the_later_beat_any_of_the_earlier() -> None:
    assert unbeaten_groups([[0, 1, 1], [0, 0, 1], [0, 1, 0]]) == [[0], [1, 2]]
    assert unbeaten_groups([[0, 1], [1, 0]]) == [[0, 1]]
    assert sorted(unbeaten_groups([[0, 0], [0, 0]])) == [[0], [1]]


tables = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 4), min_size=n, max_size=n), min_size=n, max_size=n)
)


@many(60)
@given(tables)
def test_another_library_finds_the_same_where_there_is_anything_to_find(rows: list[list[int]]) -> None:
    wins = [[0 if i == j else won for j, won in enumerate(row)] for i, row in enumerate(rows)]
    if len(unbeaten_groups(wins)) > 1:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = choix.opt_pairwise(
            len(wins),
            [(i, j) for i, row in enumerate(wins) for j, won in enumerate(row) for _ in range(won)],
            alpha=0, method="Newton-CG", tol=1e-12,
        )  # fmt: skip
    ours = np.array([float(value) for value in strengths(wins)])
    assert np.abs(ours - (found - found.mean())).max() < 1e-5


def hunter(wins: Sequence[Sequence[int]]) -> list[Fraction]:
    """Nine decimals by the iteration of D. R. Hunter (Annals of Statistics 32, 2004, formula 3) with forty digits."""
    size = range(len(wins))
    with localcontext() as context:
        context.prec = 40
        worth, before = [Decimal(1)] * len(wins), [Decimal(0)] * len(wins)
        while max(abs(now - was) for now, was in zip(worth, before, strict=True)) > Decimal("1e-20"):
            before = worth
            met = [
                sum(((wins[i][j] + wins[j][i]) / (worth[i] + worth[j]) for j in size if j != i), Decimal(0))
                for i in size
            ]
            worth = [sum(wins[i]) / met[i] for i in size]
        logs = [one.ln() for one in worth]
        middle = sum(logs, Decimal(0)) / len(logs)
        return [F(round(one - middle, 9)) for one in logs]


@many(60)
@given(tables)
def test_the_slope_of_the_likelihood_is_nothing(rows: list[list[int]]) -> None:
    """At the maximum everybody won as often as his strength foretells: the definition, checked in floats."""
    wins = [[0 if i == j else won for j, won in enumerate(row)] for i, row in enumerate(rows)]
    if len(unbeaten_groups(wins)) > 1:
        return
    found = np.exp([float(value) for value in strengths(wins)])
    for i, row in enumerate(wins):
        foretold = sum((won + wins[j][i]) * found[i] / (found[i] + found[j]) for j, won in enumerate(row) if i != j)
        assert foretold == pytest.approx(sum(row), abs=1e-6)


@many(30)
@given(tables, st.integers(2, 9), st.randoms(use_true_random=False))
def test_neither_the_order_nor_a_multiple_of_all_wins_changes_a_digit(
    rows: list[list[int]], times: int, shuffle: random.Random
) -> None:
    size = len(rows)
    wins = [[1 + won if i != j else 0 for j, won in enumerate(row)] for i, row in enumerate(rows)]
    order = list(range(size))
    shuffle.shuffle(order)
    found = strengths(wins)
    assert strengths([[times * won for won in row] for row in wins]) == found
    assert strengths([[wins[i][j] for j in order] for i in order]) == [found[i] for i in order]


def test_a_value_near_the_middle_of_two_decimals_is_proven_with_more_digits() -> None:
    """(ln of 10**24 + 1, less that of 10**24) / 2 is nearly 0; and odds of one to a thousand million converge too."""
    near = 10**12
    assert strengths([[0, near + 1], [near, 0]]) == [F(0), F(0)]
    far = strengths([[0, 10**9], [1, 0]])
    assert float(far[0]) == pytest.approx(log(10**9) / 2, abs=1e-9)
    # ln(1 + x) / 2 with x = 10**-9 - 2 * 10**-22: just below half of the last decimal
    one = 10**22
    assert strengths([[0, one + 10**13 - 2], [one, 0]]) == [F(0), F(0)]
    assert strengths([[0, one + 10**13 + 10**5], [one, 0]])[0] == F("0.000000001")


# ---- In a contest ---------------------------------------------------------------------------------------------------

THREE = {"A": {"x": 80, "y": 60, "z": 60}, "B": {"x": 70, "y": 80, "z": 60}, "C": {"x": 90, "y": 70, "z": 80}}


def test_half_a_win_where_a_judge_puts_two_level_and_the_scale_is_of_the_component() -> None:
    """A over B 1.5 of 3, A over C 0 of 3, B over C 1 of 3: A never beat C, B did, and A beat B: all are bounded.

    Twice the wins, so that they are whole: the strengths are the same.
    """
    result = contest(rule(marked(panel={"method": "bradley_terry"})), THREE).result()
    raw = contest(rule(marked(panel=METHOD, z_mean=0, z_spread=1)), THREE).result()
    assert entry_scores(raw) == dict(zip("ABC", hunter([[0, 3, 0], [3, 0, 2], [6, 4, 0]]), strict=True))
    assert entry_scores(result) == {name: 50 + 10 * value for name, value in entry_scores(raw).items() if value}
    assert (places(result), result.final) == ({"C": 1, "B": 2, "A": 3}, True)


def test_the_working_names_the_wins_and_is_told_in_both_languages() -> None:
    given_ = contest(rule(marked(panel={"method": "bradley_terry", "pseudo_wins": "1/2"})), THREE)
    for entry in given_.result().entries.values():
        assert entry.working
        assert again(entry.working, lambda leaf: leaf.value) == entry.score
        told = lines(entry.working, languages()["en"])
        assert (len(told), "wins over the 2 others: strength" in told[-1]) == (3, True)
    assert "0.5" in "".join(rule_lines(given_.scheme, languages()["zh"]))


def test_where_one_was_never_beaten_it_stays_open_unless_wins_are_granted() -> None:
    rows = {"A": {"x": 80, "y": 90}, "B": {"x": 70, "y": 60}, "C": {"x": 60, "y": 70}}
    result = contest(rule(marked(panel=METHOD)), rows).result()
    told: dict[str, str | int] = {"component": "marks", "entry": "A; B, C"}
    assert result.open == (Fault("strength.unbounded", told),)
    assert set(entry_scores(result).values()) == {None}
    granted = contest(rule(marked(panel={**METHOD, "pseudo_wins": "0.5"}, z_mean=0, z_spread=1)), rows).result()
    # 2.5 : 0.5 against each, 1.5 : 1.5 between them: ln 5 apart, 1.609437912434...
    assert entry_scores(granted) == {"A": F("1.072958608"), "B": F("-0.536479304"), "C": F("-0.536479304")}


def test_judges_need_not_have_marked_the_same() -> None:
    rows = {"A": {"x": 80, "y": 60}, "B": {"x": 70, "y": 70, "z": 70}, "C": {"z": 60, "w": 80}, "D": {"w": 70, "z": 65}}
    away = [("z", "A"), ("w", "A"), ("w", "B"), ("x", "C"), ("y", "C"), ("x", "D"), ("y", "D")]
    judges = [Judge(name) for name in "xyzw"]
    absences: Sequence[Absence] = [Absence(judge, entry) for judge, entry in away]
    apart = contest(rule(marked(panel=METHOD)), rows, judges=judges, absences=absences).result()
    assert codes(apart) == ["strength.unbounded"]
    assert apart.open[0].params["entry"] == "A, B; C, D"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"method": "bradley_terry", "factor": 2}, "scheme.bradley_terry_alone"),
        ({"method": "bradley_terry", "counts": "z"}, "scheme.bradley_terry_alone"),
        ({"method": "mean", "pseudo_wins": 1}, "scheme.pseudo_wins"),
    ],
)
def test_what_does_not_go_with_it_is_refused(how: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        rule(marked(panel=how))
    assert [fault.code for fault in refused.value.faults] == [code]
