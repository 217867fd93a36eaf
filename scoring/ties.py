"""Equal scores separated by the scheme's chain of keys. Source: docs/scoring.md, "Ties".

A key only splits groups that are equal under every key before it; every comparison is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

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


Key = Callable[[Sequence[str]], Mapping[str, Fraction] | None]


def split(group: Sequence[str], keys: Sequence[tuple[str, Key]], seen: dict[str, list[Comparison]]) -> list[list[str]]:
    """``group`` in parts, best first; a part of more than one is still tied. Comparisons are appended to ``seen``."""
    if len(group) == 1 or not keys:
        return [list(group)]
    (name, key), rest = keys[0], keys[1:]
    values = key(group)
    comparison = Comparison(name, dict(values) if values is not None else None)
    for unit in group:
        seen.setdefault(unit, []).append(comparison)
    if values is None:
        return split(group, rest, seen)
    parts: dict[Fraction, list[str]] = {}
    for unit in group:
        parts.setdefault(values[unit], []).append(unit)
    return [done for value in sorted(parts, reverse=True) for done in split(parts[value], rest, seen)]


def head_to_head(marks: Mapping[str, Mapping[str, Fraction]], group: Sequence[str]) -> dict[str, Fraction]:
    """Each unit's wins against the others of ``group`` (half for a draw); ``marks``: unit -> judge -> his score for it.

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
