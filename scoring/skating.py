"""The skating system: places in one dance, and over all dances. Lower is better throughout.

Source: docs/scoring.md, "Skating"; the numbers of the rules are those of the system. Rules 5 to 8 place the couples of
one dance by majorities of judges, 9 adds the places of all dances, 10 parts equal sums. What rule 11 would say of those
who are equal after that is worked out, but decides nothing: it was checked on one published example only.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

Marks = Mapping[str, Sequence[int]]  # couple -> the place each judge gave it
Places = Mapping[str, Sequence[Fraction]]  # couple -> its place in each dance


class Placing(NamedTuple):
    """A couple's place in a dance, and how it came about.

    ``rule``: ``5`` majority for the place; ``8`` majority only with lower places; ``6`` larger majority; ``7`` lower
    sum of the places in it; ``next`` the same rule with a further column; ``shared``: equal to the last column.
    ``column``: places up to this one were counted.
    """

    place: Fraction
    rule: str
    column: int


def dance(marks: Marks) -> dict[str, Placing]:
    """Every couple's place in one dance; ``marks`` holds places 1 to n of each judge, each once."""
    judges = len(next(iter(marks.values()), ()))
    left, placed, column = list(marks), dict[str, Placing](), 0
    while left:
        column += 1
        reached = [couple for couple in left if _up_to(marks[couple], column) > judges // 2]
        alone = "8" if column > len(placed) + 1 else "5"
        for group, rule, at in _ordered(marks, reached, column, alone):
            # Those who stay equal share the places that they take up.
            place = len(placed) + 1 + Fraction(len(group) - 1, 2)
            placed |= {couple: Placing(place, rule, at) for couple in group}
        left = [couple for couple in left if couple not in placed]
    return placed


def _up_to(places: Iterable[int | Fraction], column: int) -> int:
    return sum(place <= column for place in places)


def _sum_up_to(places: Iterable[int | Fraction], column: int) -> Fraction:
    return sum((Fraction(place) for place in places if place <= column), Fraction(0))


def _ordered(marks: Marks, couples: Sequence[str], column: int, alone: str) -> list[tuple[list[str], str, int]]:
    """``couples`` in groups, best first, each with the rule that placed it and the column it was counted to."""
    found: list[tuple[list[str], str, int]] = []
    for count in sorted({_up_to(marks[couple], column) for couple in couples}, reverse=True):
        level = [couple for couple in couples if _up_to(marks[couple], column) == count]
        sums = sorted({_sum_up_to(marks[couple], column) for couple in level})
        for total in sums:
            group = [couple for couple in level if _sum_up_to(marks[couple], column) == total]
            if len(group) == 1:
                rule = "7" if len(sums) > 1 else "6" if len(couples) > 1 else alone
                found.append((group, rule, column))
            elif column >= max(max(marks[couple]) for couple in group):
                found.append((group, "shared", column))
            else:
                further = _ordered(marks, group, column + 1, alone)
                found += [(part, rule if rule == "shared" else "next", at) for part, rule, at in further]
    return found


class Step(NamedTuple):
    """One comparison of rule 10 for ``place``.

    ``counts``: for each couple the dances in which it has that place or a better one; ``sums``: what those add up to.
    """

    place: int
    what: str
    values: dict[str, Fraction]


def rule_10(places: Places, tied: Sequence[str], place: int) -> tuple[list[list[str]], list[Step]]:
    """``tied``, whose places add up to the same, in groups for the places from ``place`` on; and every comparison.

    The most dances at that place or a better one, then the lower sum of those places; the others anew for the next
    place. Who is equal in both stands in one group: the places they take up are theirs, whoever of them gets which.
    """
    found, left, steps = list[list[str]](), list(tied), list[Step]()
    while len(left) > 1:
        counts = {couple: Fraction(_up_to(places[couple], place)) for couple in left}
        steps.append(Step(place, "counts", counts))
        top = [couple for couple in left if counts[couple] == max(counts.values())]
        if len(top) > 1:
            sums = {couple: _sum_up_to(places[couple], place) for couple in top}
            steps.append(Step(place, "sums", sums))
            top = [couple for couple in top if sums[couple] == min(sums.values())]
        found.append(top)
        left = [couple for couple in left if couple not in top]
        place += len(top)
    return [*found, *([left] if left else [])], steps


def by_rule_11(places: Places, marks: Marks, tied: Sequence[str], place: int) -> list[list[str]]:
    """How ``tied``, whom rule 10 leaves equal for ``place``, would stand by rule 11; in groups, best first.

    ``marks`` holds all marks of all dances; for those tied they are one dance with its own majority. The best takes the
    place; the others of them go back to rule 10 for the next.
    """
    best = _best_of_all(marks, tied, place)
    rest = [couple for couple in tied if couple not in best]
    groups, place = [best], place + len(best)
    for group in rule_10(places, rest, place)[0]:
        groups += by_rule_11(places, marks, group, place) if len(group) > 1 else [group]
        place += len(group)
    return groups


def _best_of_all(marks: Marks, tied: Sequence[str], place: int) -> list[str]:
    """Who of ``tied`` is best by all marks as one dance, counted from the column of ``place`` on; several: equal."""
    number, column = len(marks[tied[0]]), place
    while not (reached := [couple for couple in tied if _up_to(marks[couple], column) > number // 2]):
        column += 1
    return _ordered(marks, reached, column, "11")[0][0]
