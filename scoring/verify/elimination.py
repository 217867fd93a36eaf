"""Linear equations in whole numbers, solved exactly, row by row, without a fraction before the end."""

from collections.abc import Sequence

from scoring.verify.numbers import F


def solved(equations: Sequence[Sequence[int]]) -> list[F] | None:
    """The unknowns of as many equations, each its coefficients and then its right side; None if not determined.

    After each step every number is a determinant of the numbers given, so the division by the pivot before it leaves
    no rest, and the numbers grow no longer than they must.
    """
    rows, before = [list(row) for row in equations], 1
    for column in range(len(rows)):
        found = next((i for i in range(column, len(rows)) if rows[i][column]), None)
        if found is None:
            return None
        rows[column], rows[found] = rows[found], rows[column]
        top, pivot = rows[column], rows[column][column]
        for i in range(column + 1, len(rows)):
            factor = rows[i][column]
            rows[i] = [(pivot * a - factor * b) // before for a, b in zip(rows[i], top, strict=True)]
        before = pivot
    # The last pivot is the determinant: every unknown is a whole number over it.
    unknowns: list[int] = []
    for number in reversed(range(len(rows))):
        *coefficients, right = rows[number]
        known = sum(a * b for a, b in zip(coefficients[number + 1 :], unknowns, strict=True))
        unknowns.insert(0, (right * before - known) // coefficients[number])
    return [F(value, before) for value in unknowns]
