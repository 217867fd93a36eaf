"""Small finals by the skating system."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from scoring.roster import Decision, Entry
from scoring.scheme import Scheme
from tests.scoring.contests import Contest, Table, contest, criterion, item, marked, rule, words

F = Fraction
SKATING = {"method": "skating"}
ORDER = {"method": "skating", "counts": "place"}


def danced(name: str, size: int = 9, **more: object) -> Table:
    """A dance whose sheets bear places."""
    place = item("place", size, 1, floor=1)
    rest: dict[str, Any] = {"panel": ORDER, "sheet": {"points": "sum"}, **more}
    return marked(name, criterion("p", place), **rest)


def final_rule(*dances: str, **more: object) -> Scheme:
    return rule(*(danced(name) for name in dances), total=SKATING, **more)


def final(dances: dict[str, dict[str, Sequence[int]]], *decisions: Decision, **more: object) -> Contest:
    """``dances``: dance -> couple -> the judges' places."""
    grid = {
        f"{couple}-{name}": {f"J{j}": mark for j, mark in enumerate(row, 1)}
        for name, rows in dances.items()
        for couple, row in rows.items()
    }
    entries = [Entry(f"{couple}-{name}", couple, name) for name, rows in dances.items() for couple in rows]
    return contest(final_rule(*dances, **more), grid, entries=entries, decisions=decisions)


def one_judge(**rows: Sequence[int]) -> dict[str, dict[str, Sequence[int]]]:
    """Places in several dances as one judge gives them, so that they are the places of the dances."""
    return {
        f"d{number}": {couple: [row[number]] for couple, row in rows.items()}
        for number in range(len(next(iter(rows.values()))))
    }


VETO = [{"id": "v", "name": words("v"), "subject": "unit", "effect": "exclude"}]
EQUAL: dict[str, dict[str, Sequence[int]]] = {
    "waltz": {"a": (1, 1, 2), "b": (2, 2, 1), "c": (3, 3, 3)},
    "tango": {"a": (2, 2, 2), "b": (1, 1, 1), "c": (3, 3, 3)},
}
