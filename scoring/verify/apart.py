"""Who is equal to whom, and what parts them: the value that ranks, the chain of keys, and vetoes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.verify.given import Given
from scoring.verify.keys import Said, said
from scoring.verify.numbers import F, NotRecomputed
from scoring.verify.unit import Total, excluded_entry


@dataclass
class Trace:
    """What was asked: unit -> what each key said of its group; ``asked``: key, group, and what was said."""

    compared: dict[str, list[tuple[str, Said]]] = field(default_factory=dict)
    asked: list[tuple[str, list[str], Said]] = field(default_factory=list)


Key = tuple[str, str, bool]  # what the result calls it, the key, whether the parts it makes are asked it again


def ranks_on(given: Given, whole: Total) -> F:
    """The value that ranks: exact, or after the stage that ``rank_on`` names; a sum of places below 0."""
    if given.rule["total"]["method"] == "skating":
        return -whole.published
    after = (given.rule["total"]["rank_on"] or "exact").split("@")[0]
    stages = {"exact": whole.unrounded, "blend": whole.blended, "adjust": whole.adjusted, "round": whole.published}
    return stages[after]


def levels(units: Sequence[str], values: Mapping[str, F]) -> list[list[str]]:
    """Units of one value together, the highest first."""
    found = sorted({values[unit] for unit in units}, reverse=True)
    return [[unit for unit in units if values[unit] == value] for value in found]


def split(
    given: Given,
    group: list[str],
    keys: Sequence[Key],
    ranked: Sequence[str],
    trace: Trace,
    more: Callable[[Sequence[str]], Said] | None = None,
) -> list[list[str]]:
    """The group in parts, best first; a key that is asked again goes on with each part it has made.

    ``more`` is asked as a last key, whose name is nothing.
    """
    if len(group) == 1 or not (keys or more):
        return [group]
    (name, key, repeats), rest = (keys[0], keys[1:]) if keys else (("", "", False), ())
    if not keys and more:
        values, more = more(group), None
    else:
        values = _asked(given, name, key, group, ranked)
    trace.asked.append((name, group, values))
    for unit in group:
        trace.compared.setdefault(unit, []).append((name, values))
    if values is None:
        return split(given, group, rest, ranked, trace, more)
    parts = levels(group, values)
    following = keys if repeats and len(parts) > 1 else rest
    return [one for part in parts for one in split(given, part, following, ranked, trace, more)]


def _asked(given: Given, name: str, key: str, group: list[str], ranked: Sequence[str]) -> Said:
    try:
        return said(given, key, group, ranked)
    except NotRecomputed as unknown:
        given.unknown.add((unknown.key, unknown.choice))
        values: Said = given.stated.get(("said", name, frozenset(group)))
        return values


def effect(given: Given, unit: str, name: str) -> str:
    """The veto with this effect that the unit was given, or nothing."""
    return next((veto["id"] for veto in given.vetoes("unit", unit) if veto["effect"] == name), "")


def excluded(given: Given, unit: str) -> str:
    """The veto that keeps the unit out of the ranking: all its entries of a component are excluded, or itself."""
    for part in given.rule["components"]:
        entries = given.entries_of(unit, part["id"])
        vetoes = [excluded_entry(given, entry) for entry in entries]
        if vetoes and all(vetoes):
            return vetoes[0]
    return effect(given, unit, "exclude")
