"""The solver's corners: equations that vanish modulo its primes, rows in the wrong order, large and broken answers."""

from fractions import Fraction

import pytest

from scoring.linear import PRIMES, Singular, solve

F = Fraction
BOTH = PRIMES[0] * PRIMES[1]


@pytest.mark.parametrize(
    ("matrix", "right", "answer"),
    [
        # pq x = 2 pq; x + y = 5
        ([[BOTH, 0], [1, 1]], [2 * BOTH, 5], [2, 3]),
        # pq y = 3 pq; x + y = 5: the first equation has no x, the rows change places
        ([[0, BOTH], [1, 1]], [3 * BOTH, 5], [2, 3]),
        # pq z = 4 pq; 2x + y + z = 8; x + 3y = 9: x = 3/5, y = 14/5, z = 4
        ([[0, 0, BOTH], [2, 1, 1], [1, 3, 0]], [4 * BOTH, 8, 9], [F(3, 5), F(14, 5), 4]),
    ],
)
def test_what_vanishes_modulo_both_primes_is_eliminated_row_by_row(
    matrix: list[list[int]], right: list[int], answer: list[Fraction]
) -> None:
    assert solve(matrix, right) == answer


def test_what_vanishes_modulo_the_first_prime_is_solved_by_the_second() -> None:
    assert solve([[PRIMES[0], 1], [0, 1]], [PRIMES[0] + 2, 2]) == [1, 2]


def test_equations_that_vanish_and_determine_nothing_are_refused() -> None:
    with pytest.raises(Singular):
        solve([[BOTH, BOTH], [2, 2]], [1, 2])


def test_numerators_and_denominators_longer_than_the_primes_are_found() -> None:
    """7^50 x + y = 1 and y = 3^60: x = (1 - 3^60) / 7^50."""
    assert solve([[7**50, 1], [0, 1]], [1, 3**60]) == [F(1 - 3**60, 7**50), 3**60]


def test_unknowns_with_different_denominators_are_found_together() -> None:
    """2x = 1, 3y = -1, 5z = 4, 7w = 0: no denominator divides another."""
    assert solve([[2, 0, 0, 0], [0, 3, 0, 0], [0, 0, 5, 0], [0, 0, 0, 7]], [1, -1, 4, 0]) == [
        F(1, 2),
        F(-1, 3),
        F(4, 5),
        0,
    ]


def test_no_equations_have_no_unknowns() -> None:
    assert solve([], []) == []


@pytest.mark.parametrize(
    ("matrix", "right", "answer"),
    [
        ([[2, 1], [1, 3]], [5, 10], [1, 3]),
        # the first equation has no x: rows change places modulo the prime as well
        ([[0, 2, 1], [1, 1, 1], [3, 0, 1]], [7, 6, 6], [1, 2, 3]),
    ],
)
def test_what_is_regular_modulo_a_prime_needs_no_elimination(
    matrix: list[list[int]], right: list[int], answer: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.linear._eliminated", None)  # the slow way gives the same, and would hide a broken one
    assert solve(matrix, right) == answer
