"""Strengths by the second calculation: by hand, against the engine's other route, and altered in a bundle."""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.bundle import compose
from scoring.faults import Refused
from scoring.strength import strengths, unbeaten_groups
from scoring.verify import verify
from scoring.verify.strength import bounded, most_likely
from tests.scoring.cases import many
from tests.scoring.contests import contest, marked, rule
from tests.scoring.tampering import changed, leaves, sealed_again

F = Fraction


def found(wins: list[list[int]]) -> list[Fraction]:
    return most_likely([[F(won) for won in row] for row in wins])


def test_three_wins_to_one_are_half_the_logarithm_of_three_to_each_side() -> None:
    """Ln 3 = 1.098612288668...: half of it 0.549306144334..."""
    assert found([[0, 3], [1, 0]]) == [F("0.549306144"), F("-0.549306144")]
    assert found([[0]]) == [0]
    assert found([]) == []


def test_a_chain_of_equal_odds_is_even_steps() -> None:
    """2:1 and 2:1: each ln 2 = 0.693147180559... apart, also where the two at the ends never met."""
    assert found([[0, 2, 0], [1, 0, 2], [0, 1, 0]]) == [F("0.693147181"), 0, F("-0.693147181")]


def test_near_the_middle_of_two_decimals_more_digits_are_taken() -> None:
    """Half of ln(1 + x) with x = 10**-9 -/+ a little: just below and just above half of the last decimal."""
    one = 10**22
    assert found([[0, one + 10**13 - 2], [one, 0]]) == [0, 0]
    assert found([[0, one + 10**13 + 10**5], [one, 0]])[0] == F("0.000000001")
    # ln of 10**9, half: 10.361632918473...
    assert found([[0, 10**9], [1, 0]])[0] == F("10.361632918")


tables = st.integers(1, 7).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 4), min_size=n, max_size=n), min_size=n, max_size=n)
)


@many(80)
@given(tables)
def test_two_routes_come_to_the_same_nine_decimals(rows: list[list[int]]) -> None:
    wins = [[0 if i == j else won for j, won in enumerate(row)] for i, row in enumerate(rows)]
    by_name = {str(i): {str(j): F(won) for j, won in enumerate(row) if j != i} for i, row in enumerate(wins)}
    assert bounded(by_name) == (len(unbeaten_groups(wins)) == 1)
    if bounded(by_name):
        assert found(wins) == strengths(wins)


# ---- In a bundle ----------------------------------------------------------------------------------------------------

THREE = {"A": {"x": 80, "y": 60, "z": 60}, "B": {"x": 70, "y": 80, "z": 60}, "C": {"x": 90, "y": 70, "z": 80}}
METHOD = {"method": "bradley_terry", "least": -100}


def bundles() -> Iterator[bytes]:
    for panel in (METHOD, {**METHOD, "pseudo_wins": "1/2"}):
        yield compose(contest(rule(marked(panel=panel, z_mean=40, z_spread=5)), THREE).inputs, None)
    unbounded = {"A": {"x": 80, "y": 90}, "B": {"x": 70, "y": 60}, "C": {"x": 60, "y": 70}}
    yield compose(contest(rule(marked(panel=METHOD)), unbounded).inputs, None)
    yield compose(contest(rule(marked(panel=METHOD, z_mean=0), ties=["median"]), {"A": {"x": 1}}).inputs, None)


CONTENTS = list(bundles())


@pytest.mark.parametrize("content", CONTENTS)
def test_a_contest_by_strength_is_calculated_again(content: bytes) -> None:
    verdict = verify(content)
    assert (verdict.difference, verdict.unknown) == (None, ())


def at(path: tuple[Any, ...]) -> Any:  # noqa: ANN401  JSON has no narrower type
    value = json.loads(CONTENTS[0])
    for key in path:
        value = value[key]
    return value


CHANGED = [
    path
    for path in leaves(json.loads(CONTENTS[0]))
    if path[:2] in (("sections", "scores"), ("sections", "workings"))
    and path[-1] in ("score", "value", "ref")
    and not (path[-1] == "ref" and at(path[:-1])["op"] == "constant")  # the name of a number of the scheme is told
]


@pytest.mark.parametrize("path", CHANGED, ids=lambda path: ".".join(map(str, path[1:])))
def test_whatever_digit_of_a_strength_or_of_its_wins_is_changed_it_is_found(path: tuple[Any, ...]) -> None:
    try:
        assert verify(sealed_again(changed(CONTENTS[0], path))).difference is not None
    except Refused as refused:
        if refused.faults[0].code != "bundle.section":
            raise
