"""The order of the units, their places, and how scores and places are printed. Source: docs/scoring.md, "Ties"."""

from dataclasses import dataclass, field
from itertools import pairwise

from scoring.verify.given import Given, once
from scoring.verify.keys import Said, chain, said
from scoring.verify.numbers import F, NotRecomputed, printed, written
from scoring.verify.skating import parted
from scoring.verify.unit import excluded_entry, total, unit_score

MOST_DECIMALS = 12


@dataclass(frozen=True)
class Order:
    """Groups of equals, best first; ``compared``: unit -> what each key of the chain said of its group."""

    groups: list[list[str]]
    compared: dict[str, list[tuple[str, Said]]] = field(default_factory=dict)

    @property
    def ranked(self) -> list[str]:
        """All ranked units in their order."""
        return [unit for group in self.groups for unit in group]


@once
def order(given: Given) -> Order:
    """By the value that ranks, then by the chain; whom a veto puts last come after all others."""
    result = Order([])
    ranked = [unit for unit in given.units if total(given, unit, "rule") and not excluded(given, unit)]
    last = {unit for unit in ranked if effect(given, unit, "rank_last")}
    for among in ([unit for unit in ranked if unit not in last], [unit for unit in ranked if unit in last]):
        values = {unit: rank_value(given, unit) for unit in among}
        for value in sorted(set(values.values()), reverse=True):
            level = [unit for unit in among if values[unit] == value]
            for equal in _danced_apart(given, level, result):
                result.groups.extend(_split(given, equal, chain(given), ranked, result.compared))
    return result


def _danced_apart(given: Given, level: list[str], result: Order) -> list[list[str]]:
    """Units of equal sum as the skating system parts them before any key is asked; else as they are."""
    if given.rule["total"]["method"] != "skating":
        return [level]
    parts = [part["id"] for part in given.rule["components"]]
    rows = {unit: [place for part in parts if (place := unit_score(given, unit, part, "rule")) is not None]
            for unit in level}  # fmt: skip
    groups, told = parted(rows, len(result.ranked) + 1)
    for key, values in told:
        for unit in values:
            result.compared.setdefault(unit, []).append((key, values))
    return groups


def _split(
    given: Given,
    group: list[str],
    keys: list[tuple[str, str, bool]],
    ranked: list[str],
    compared: dict[str, list[tuple[str, Said]]],
) -> list[list[str]]:
    """The group in parts, best first; a key that is asked again goes on with each part it has made."""
    if len(group) == 1 or not keys:
        return [group]
    (name, key, repeats), rest = keys[0], keys[1:]
    try:
        values = said(given, key, group, ranked)
    except NotRecomputed as unknown:
        given.unknown.add((unknown.key, unknown.choice))
        values = given.stated.get(("said", name, frozenset(group)))
    for unit in group:
        compared.setdefault(unit, []).append((name, values))
    if values is None:
        return _split(given, group, rest, ranked, compared)
    levels = [[unit for unit in group if values[unit] == value] for value in sorted(set(values.values()), reverse=True)]
    following = keys if repeats and len(levels) > 1 else rest
    return [part for level in levels for part in _split(given, level, following, ranked, compared)]


def rank_value(given: Given, unit: str) -> F:
    """The value that ranks: exact, after the stage of the blend, or as published; a sum of places below 0."""
    whole = total(given, unit, "rule")
    if whole is None:
        raise ValueError(unit)
    if given.rule["total"]["method"] == "skating":
        return -whole.published
    after = (given.rule["total"]["rank_on"] or "exact").split("@")[0]
    return {"exact": whole.unrounded, "blend": whole.blended, "adjust": whole.published}[after]


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


def places(given: Given) -> dict[str, tuple[int, str, int]]:
    """Every ranked unit's place, its place as printed, and how many share it."""
    found, above = {}, 0
    for number, group in enumerate(order(given).groups, 1):
        size = len(group)
        styles = {
            "1224": str(above + 1),
            "1334": str(above + size),
            "1223": str(number),
            "average": written(above + F(size + 1, 2)),
        }
        for unit in group:
            found[unit] = (above + 1, styles[given.rule["total"]["places"]], size)
        above += size
    return found


def scores_printed(given: Given) -> dict[str, str]:
    """The printed score of every unit that has one; unequal neighbours in the ranking never look alike."""
    how = given.rule["total"]
    decimals, mode = how["decimals"], how["mode"]
    plainly = {
        unit: printed(whole.published, decimals, mode)
        for unit in given.units
        if (whole := total(given, unit, "rule")) is not None
    }
    ranked = order(given).ranked
    if how["method"] == "skating":  # places are whole or halves
        return plainly | {unit: written(-rank_value(given, unit)) for unit in ranked}
    values = [rank_value(given, unit) for unit in ranked]
    needed = dict.fromkeys(values, decimals)
    for one, other in pairwise(values):
        digits = decimals
        while one != other and digits < MOST_DECIMALS and printed(one, digits, mode) == printed(other, digits, mode):
            digits += 1
        needed[one], needed[other] = max(needed[one], digits), max(needed[other], digits)
    apart = [printed(value, needed[value], mode) for value in values]
    wholes = [total(given, unit, "rule") for unit in ranked]
    if all(whole and whole.published == value for whole, value in zip(wholes, values, strict=True)):
        return plainly | dict(zip(ranked, apart, strict=True))
    result = dict(plainly)
    for i, unit in enumerate(ranked):
        beside = [ranked[j] for j in (i - 1, i + 1) if 0 <= j < len(ranked)]
        if any(plainly[b] == plainly[unit] and rank_value(given, b) != values[i] for b in beside):
            result[unit] = f"{plainly[unit]} ({apart[i]})"
    return result
