"""How severe each judge is: the additive model, solved exactly. Source: docs/scoring.md, "Severity".

``x = a + s + e``: a sheet's score is what the entry is worth, plus how the judge marks, plus the rest; least squares,
the severities add up to 0. A judge with +2 marks two points above the others who marked the same entries.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm

from scoring.linear import solve
from scoring.numbers import ZERO

Points = Mapping[str, Mapping[str, int]]  # judge -> entry -> the score of his sheet, times one denominator for all


class Disconnected(ValueError):
    """Groups of judges with no entry in common: nobody can say whether one is more severe than the other."""

    def __init__(self, groups: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(groups)
        self.groups = groups


def severities(marks: Points, denominator: int) -> dict[str, Fraction]:
    """Each judge's severity in points, exact; judges without a mark are not in it. Raises Disconnected.

    Judges with the same entries differ among themselves by the difference of their means alone, so only the sum of each
    such group is unknown: a tour of ten counties has eleven groups, not 52.
    """
    points = {judge: row for judge, row in marks.items() if row}
    if not points:
        return {}
    patterns: dict[frozenset[str], list[str]] = {}
    for judge, row in points.items():
        patterns.setdefault(frozenset(row), []).append(judge)
    if len(connected({group[0]: pattern for pattern, group in patterns.items()})) > 1:
        raise Disconnected(connected(points))
    sums = _group_sums(points, list(patterns.items()))
    found: dict[str, Fraction] = {}
    for (pattern, group), whole in zip(patterns.items(), sums, strict=True):
        means = {judge: Fraction(sum(points[judge].values()), len(pattern)) for judge in group}
        level = (sum(means.values(), ZERO) - whole) / len(group)
        found |= {judge: (mean - level) / denominator for judge, mean in means.items()}
    return {judge: found[judge] for judge in points}


def _group_sums(points: Points, patterns: list[tuple[frozenset[str], list[str]]]) -> list[Fraction]:
    """The sum of the severities of each group with the same entries: the normal equations, in whole numbers.

    For a group of m judges with the entries P, n judges at each, summed over its judges:
    ``|P| T - m sum over P of (sum of the T of all groups that marked the entry) / n = its points - m sum over P of the
    entries' means``. The equations add up to 0 = 0, so one of them gives way to: all severities add up to 0.
    """
    scale, weight, rows = _left_sides(tuple((pattern, len(group)) for pattern, group in patterns))
    total = dict.fromkeys(weight, 0)
    for marks in points.values():
        for entry, value in marks.items():
            total[entry] += value
    weighted = {entry: value * weight[entry] for entry, value in total.items()}
    right = [
        sum(sum(points[judge].values()) for judge in group) * scale
        - len(group) * sum(map(weighted.__getitem__, pattern))
        for pattern, group in patterns
    ]
    right[-1] = 0
    return solve(rows, right)


@lru_cache(maxsize=8)  # who marked what stays as it is while marks change
def _left_sides(patterns: tuple[tuple[frozenset[str], int], ...]) -> tuple[int, dict[str, int], list[list[int]]]:
    """The scale of the equations, what it is over the judges at each entry, and their left sides."""
    size: dict[str, int] = {}
    for pattern, judges in patterns:
        for entry in pattern:
            size[entry] = size.get(entry, 0) + judges
    scale = lcm(*size.values())
    weight = {entry: scale // n for entry, n in size.items()}
    rows = [
        [-judges * sum(map(weight.__getitem__, pattern & others)) for others, _ in patterns]
        for pattern, judges in patterns
    ]
    for number, (pattern, _) in enumerate(patterns):
        rows[number][number] += len(pattern) * scale
    rows[-1] = [1] * len(patterns)
    return scale, weight, rows


def connected(marks: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], ...]:
    """The judges in groups that are linked by common entries, each in the order given; one group where all are."""
    group_of: dict[str, int] = {}  # entry -> group
    groups: dict[int, list[str]] = {}
    for number, (judge, entries) in enumerate(marks.items()):
        groups[number] = [judge]
        for old in {group_of[entry] for entry in entries if entry in group_of}:
            groups[number] = groups.pop(old) + groups[number]
        group_of |= {entry: number for entry, old in group_of.items() if old not in groups}
        group_of |= dict.fromkeys(entries, number)
    order = {judge: i for i, judge in enumerate(marks)}
    ordered = (tuple(sorted(group, key=order.__getitem__)) for group in groups.values())
    return tuple(sorted(ordered, key=lambda group: order[group[0]]))
