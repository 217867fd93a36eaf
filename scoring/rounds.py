"""One round after another: what is carried into a standing, and who goes on at the cut.

Source: docs/scoring.md, "Rounds". Pure: groups of equals, best first, go in; who goes on, who stands by and who stands
tied at the cut comes out. It knows no marks; who is equal to whom is settled before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from scoring.blend import weighted
from scoring.numbers import ZERO
from scoring.prizes import largest_remainder
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Advance, Round


class Entrant(NamedTuple):
    """A unit at a cut. ``pool``: the division or group within which it competes, or nothing.

    ``reaches``: it has the score that is asked for. ``gone``: it withdrew and its place is free. ``left``: it withdrew
    when the next round had begun, so that nobody comes in for it.
    """

    unit: str
    pool: str = ""
    reaches: bool = True
    gone: bool = False
    left: bool = False


class Cut(NamedTuple):
    """Who goes on. ``chosen`` by the rule, best first in each pool, also those who then withdrew.

    ``tied``: groups across the cut that wait for a decision; ``reserves``: for each pool its groups in their order;
    ``replaced``: who withdrew -> who came in; ``unclear``: equal reserves of whom one would have to be chosen;
    ``vacant``: places that nobody had or reached.
    """

    chosen: tuple[str, ...]
    tied: tuple[tuple[str, ...], ...]
    reserves: Mapping[str, tuple[tuple[str, ...], ...]]
    replaced: Mapping[str, str]
    unclear: tuple[tuple[str, ...], ...]
    vacant: int


Groups = Sequence[Sequence[Entrant]]


def quotas(advance: Advance, sizes: Mapping[str, int]) -> dict[str, int | None]:
    """The places of every pool; ``sizes``: pool -> how many compete in it, in declared order."""
    if advance.quota is None or advance.quota_by == "all":
        return {"": advance.quota}
    if advance.quota_by == "division":
        return dict(zip(sizes, largest_remainder(advance.quota, list(sizes.values())), strict=True))
    return dict.fromkeys(sizes, advance.quota)


def cut(groups: Groups, advance: Advance, places: Mapping[str, int | None]) -> Cut:
    """Draw the line below the first so many of every pool, then below the best of all others."""
    chosen: list[Entrant] = []
    tied: list[tuple[str, ...]] = []
    lists: dict[str, list[list[Entrant]]] = {}
    vacant = 0
    for pool, number in places.items():
        inside = _only(groups, lambda entrant, pool=pool: entrant.reaches and entrant.pool == pool)  # type: ignore[misc]  # bound at once
        first, across, lists[pool] = _fill(inside, number, advance.ties)
        chosen += first
        tied += [_units(across)] if across else []
        vacant += max(0, (number or 0) - len(first) - len(across))
    if advance.best_others:
        # As long as a pool is open, nobody knows who the others are.
        taken = {entrant.unit for entrant in chosen}
        others = _only(groups, lambda entrant: entrant.reaches and entrant.unit not in taken)
        lists = {}
        if not tied:
            first, across, lists[""] = _fill(others, advance.best_others, advance.ties)
            chosen += first
            tied += [_units(across)] if across else []
            vacant += max(0, advance.best_others - len(first) - len(across))
    reserves = {pool: _named(rest, advance.reserves) for pool, rest in lists.items()}
    replaced, unclear = _replaced(chosen, reserves)
    by_unit = {pool: tuple(_units(group) for group in rest) for pool, rest in reserves.items()}
    return Cut(_units(chosen), tuple(tied), by_unit, replaced, unclear, vacant)


def _only(groups: Groups, wanted: Callable[[Entrant], bool]) -> list[list[Entrant]]:
    return [kept for group in groups if (kept := [entrant for entrant in group if wanted(entrant)])]


def _units(entrants: Sequence[Entrant]) -> tuple[str, ...]:
    return tuple(entrant.unit for entrant in entrants)


def _fill(groups: Groups, number: int | None, ties: str) -> tuple[list[Entrant], list[Entrant], list[list[Entrant]]]:
    """The first ``number`` (None: all), the equals who stand across the line, and the rest.

    While anybody stands across the line there is no rest: the first of it would be one of them.
    """
    first: list[Entrant] = []
    for i, group in enumerate(groups):
        if number is not None and len(first) >= number:
            return first, [], [list(rest) for rest in groups[i:]]
        if number is None or len(first) + len(group) <= number or ties == "all_advance":
            first += group
        else:
            return first, list(group), []
    return first, [], []


def _named(rest: Groups, number: int) -> tuple[tuple[Entrant, ...], ...]:
    """The first ``number`` who stand by; equals of the last of them stand by as well."""
    named: list[tuple[Entrant, ...]] = []
    for group in rest:
        if sum(map(len, named)) >= number:
            break
        named.append(tuple(group))
    return tuple(named)


def _replaced(
    chosen: Sequence[Entrant], reserves: Mapping[str, tuple[tuple[Entrant, ...], ...]]
) -> tuple[dict[str, str], tuple[tuple[str, ...], ...]]:
    """For everybody who withdrew the next who stands by for his place, as far as there are any."""
    replaced: dict[str, str] = {}
    unclear: list[tuple[str, ...]] = []
    for pool, groups in reserves.items():
        # One list over all stands by for every place; a pool's own list for its own places.
        free = [entrant.unit for entrant in chosen if entrant.gone and ("" in reserves or entrant.pool == pool)]
        for group in groups:
            ready = [entrant.unit for entrant in group if not (entrant.gone or entrant.left)]
            if 0 < len(free) < len(ready):
                unclear.append(tuple(ready))
                break
            replaced |= dict(zip(free, ready, strict=False))
            free = free[len(ready) :]
    return replaced, tuple(unclear)


def brought_together(rounds: Sequence[Round], nodes: Sequence[Node]) -> Node:
    """The standing made of the scores of ``rounds``, as the last of them says."""
    last = rounds[-1]
    if len(nodes) == 1:
        return nodes[0]
    args = tuple(nodes)
    if last.carry == "weighted":
        parts = [(one.weight or ZERO, f"round:{one.id}", node) for one, node in zip(rounds, nodes, strict=True)]
        return weighted(parts)
    left_out = max(0, len(nodes) - last.best) if last.best else 0
    total = sum(sorted(node.value for node in nodes)[left_out:], ZERO)
    return Node("best_sum" if left_out else "sum", total, args, low=left_out)


def reaches(value: Fraction, advance: Advance) -> bool:
    """Whether ``value`` is what the cut asks for, inclusive."""
    return advance.minimum is None or value >= advance.minimum
