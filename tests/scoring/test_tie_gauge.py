"""The majority gauge by hand: the middle mark is compared and taken out, of two the lower, until one differs."""

from fractions import Fraction

import pytest

from scoring.ties import majority_gauge


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        # 2 and 2 go, 3 and 3, 1 and 1: then 4 and 5
        ((1, 2, 3, 4), (1, 2, 3, 5), (4, 5)),
        # the middles differ; that the lowest do the other way round is not asked
        ((1, 6, 6), (2, 5, 6), (6, 5)),
        # 5 and 5 go, then of 1 5 and 2 5 the lower
        ((1, 5, 5), (2, 5, 5), (1, 2)),
        # three fives go, 1 and 1: then 8 and 9
        ((1, 5, 5, 5, 8), (1, 5, 5, 5, 9), (8, 9)),
        ((3,), (4,), (3, 4)),
        # 3 counts as 3 3 and 3 4 as it is: 3 and 3 go, then 3 and 4
        ((3,), (3, 4), (3, 4)),
        # nothing differs: the lowest stands for all
        ((1, 2), (1, 2), (1, 1)),
        ((5,), (5, 5), (5, 5)),
    ],
)
def test_the_first_marks_that_differ_from_the_middle_outwards(
    one: tuple[int, ...], other: tuple[int, ...], differ: tuple[int, int]
) -> None:
    marks = {
        unit: {str(judge): Fraction(mark) for judge, mark in enumerate(row)}
        for unit, row in zip("ab", (one, other), strict=True)
    }
    assert majority_gauge(marks, ["a", "b"]) == dict(zip("ab", map(Fraction, differ), strict=True))


def test_a_unit_without_marks_has_no_gauge() -> None:
    assert majority_gauge({"a": {"1": Fraction(1)}, "b": {}}, ["a", "b"]) is None
