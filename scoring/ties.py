"""Equal scores separated by the scheme's chain of keys. Source: docs/scoring.md, "Ties".

A key only splits groups that are equal under every key before it; every comparison is kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import NamedTuple

from scoring.blend import mean_and_variance
from scoring.numbers import ZERO


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one key said about a group of equals: each unit's value (more is better), or None where it could not say."""

    key: str
    values: dict[str, Fraction] | None

    @property
    def separates(self) -> bool:
        """Whether any two of the group differ under this key."""
        return self.values is not None and len(set(self.values.values())) > 1


Marks = Mapping[str, Mapping[str, Fraction]]  # unit -> judge -> his score for it


class Key(NamedTuple):
    """One key of a chain, and what it says about a group: more is better; None where it cannot say of all of them.

    ``again``: each part that the key has split off is asked it once more, as a group of its own, before the next key.
    """

    name: str
    says: Callable[[Sequence[str]], Mapping[str, Fraction] | None]
    again: bool = False


def split(group: Sequence[str], keys: Sequence[Key], seen: dict[str, list[Comparison]]) -> list[list[str]]:
    """``group`` in parts, best first; a part of more than one is still tied. Comparisons are appended to ``seen``."""
    if len(group) == 1 or not keys:
        return [list(group)]
    key, rest = keys[0], keys[1:]
    values = key.says(group)
    comparison = Comparison(key.name, dict(values) if values is not None else None)
    for unit in group:
        seen.setdefault(unit, []).append(comparison)
    if values is None:
        return split(group, rest, seen)
    parts: dict[Fraction, list[str]] = {}
    for unit in group:
        parts.setdefault(values[unit], []).append(unit)
    following = keys if key.again and len(parts) > 1 else rest
    return [done for value in sorted(parts, reverse=True) for done in split(parts[value], following, seen)]


def head_to_head(marks: Marks, group: Sequence[str]) -> dict[str, Fraction]:
    """Each unit's wins against the others of ``group``, half for a draw.

    A pair is decided by the judges who marked both: who is higher with more of them wins. Two units: the wins are the
    result. A cycle leaves all equal.
    """
    wins = dict.fromkeys(group, ZERO)
    for first, second in combinations(group, 2):
        common = marks[first].keys() & marks[second].keys()
        for_first = sum(marks[first][judge] > marks[second][judge] for judge in common)
        for_second = sum(marks[first][judge] < marks[second][judge] for judge in common)
        half = Fraction(1, 2)
        wins[first] += half if for_first == for_second else Fraction(for_first > for_second)
        wins[second] += half if for_first == for_second else Fraction(for_first < for_second)
    return wins


def put_at(marks: Marks, place: int) -> dict[str, Fraction]:
    """For each unit the number of judges who put it at ``place`` among the units they marked; equals share the better.

    With two units level at the top a judge has two firsts and no second.
    """
    counts = dict.fromkeys(marks, ZERO)
    judges = dict.fromkeys(judge for row in marks.values() for judge in row)
    for judge in judges:
        own = {unit: row[judge] for unit, row in marks.items() if judge in row}
        for unit, mark in own.items():
            counts[unit] += sum(other > mark for other in own.values()) == place - 1
    return counts


def majority_gauge(marks: Marks, group: Sequence[str]) -> dict[str, Fraction] | None:
    """The marks by which ``group`` first differs, from the middle outwards (Balinski and Laraki); None: one has none.

    The middle mark of each (of two the lower) is compared, taken out, and so on. Panels of different sizes are compared
    as if each mark were given as often as it takes to make them equal. Where nothing differs, the lowest is given.
    """
    rows = {unit: sorted(marks[unit].values()) for unit in group}
    if not all(rows.values()):
        return None
    for share in _outwards({len(row) for row in rows.values()}):
        for at in (Fraction(1, 2) - share, Fraction(1, 2) + share):
            found = {unit: row[int(at * len(row))] for unit, row in rows.items()}
            if len(set(found.values())) > 1:
                return found
    return {unit: row[0] for unit, row in rows.items()}


def _outwards(sizes: Iterable[int]) -> list[Fraction]:
    """Distances from the middle, as shares of a panel, at which each panel of these ``sizes`` shows all its marks."""
    # The edge of a mark is as far from the middle as its mirror image, so one end need not be counted.
    edges = sorted({abs(Fraction(1, 2) - Fraction(k, size)) for size in sizes for k in range(size)} | {ZERO})
    return [(inner + outer) / 2 for inner, outer in pairwise(edges)]


def spread(marks: Mapping[str, Fraction]) -> Fraction | None:
    """The mean squared distance of one unit's marks from their mean; None without marks."""
    return mean_and_variance(marks)[1] if marks else None
