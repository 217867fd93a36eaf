"""The order of the units, their places, and how scores and places are printed. Source: docs/scoring.md, "Ties"."""

from dataclasses import dataclass, field
from itertools import pairwise

from scoring.verify.apart import Trace, effect, excluded, levels, ranks_on, split
from scoring.verify.given import Given, once
from scoring.verify.keys import Said, chain
from scoring.verify.numbers import F, printed, written
from scoring.verify.rounds import course, last_total
from scoring.verify.skating import best_of_all, dance_marks, parted
from scoring.verify.through import through
from scoring.verify.unit import unit_score

MOST_DECIMALS = 12


@dataclass(frozen=True)
class Order:
    """Groups of equals, best first, and what was asked to part them."""

    groups: list[list[str]]
    trace: Trace = field(default_factory=Trace)

    @property
    def compared(self) -> dict[str, list[tuple[str, Said]]]:
        """Unit -> what each key of the chain said of its group."""
        return self.trace.compared

    @property
    def asked(self) -> list[tuple[str, list[str], Said]]:
        """Every key that was asked, of which group, and what it said."""
        return self.trace.asked

    @property
    def ranked(self) -> list[str]:
        """All ranked units in their order."""
        return [unit for group in self.groups for unit in group]


@once
def order(given: Given) -> Order:
    """Who came farther stands higher; then by the value that ranks, then by the chain.

    Whom a veto puts last come after all others.
    """
    result = Order([])
    reached = course(given).reached
    ranked = [unit for unit in given.units if last_total(given, unit) and not excluded(given, unit)]
    last = {unit for unit in ranked if effect(given, unit, "rank_last")}
    numbers = sorted({reached[unit] for unit in ranked}, reverse=True)
    for at_end, number in [(at_end, number) for at_end in (False, True) for number in numbers]:
        here, beside = through(given, number), [unit for unit in ranked if reached[unit] == number]
        among = [unit for unit in beside if (unit in last) == at_end]
        for level in levels(among, {unit: rank_value(given, unit) for unit in among}):
            for equal in _danced_apart(given, level, result):
                result.groups.extend(split(here, equal, chain(given), beside, result.trace))
    return result


def ahead(given: Given, group: list[str]) -> list[str]:
    """The units that came farther than this group, and have no score there yet: nobody knows where they will stand."""
    reached = course(given).reached
    waiting = [unit for unit in given.units if not last_total(given, unit) and not excluded(given, unit)]
    return [unit for unit in waiting if reached[unit] > reached[group[0]]]


@once
def rows(given: Given) -> list[list[str]]:
    """The ranking from top to bottom: groups of equals, and everybody without a place by himself."""
    found: list[list[str]] = []
    for group in order(given).groups:
        found += [[unit] for unit in ahead(given, group) if [unit] not in found]
        found.append(group)
    told = {unit for group in found for unit in group}
    return found + [[unit] for unit in given.units if unit not in told]


def _danced_apart(given: Given, level: list[str], result: Order) -> list[list[str]]:
    """Units of equal sum as the skating system parts them before any key is asked; else as they are."""
    if given.rule["total"]["method"] != "skating":
        return [level]
    groups, told = parted(_danced(given, level), len(result.ranked) + 1)
    for key, values in told:
        for unit in values:
            result.compared.setdefault(unit, []).append((key, values))
    return groups


def _danced(given: Given, units: list[str]) -> dict[str, list[F]]:
    """The place of every unit in each dance."""
    parts = [part["id"] for part in given.rule["components"]]
    return {unit: [place for part in parts if (place := unit_score(given, unit, part, "rule")) is not None]
            for unit in units}  # fmt: skip


def eleventh(given: Given, level: list[str], place: int) -> list[list[str]]:
    """How rule 11 would place units that rule 10 leaves level: the best by all marks, the others by rule 10 again."""
    parts = [part["id"] for part in given.rule["components"]]
    marks = {unit: [mark for part in parts for entry in given.entries_of(unit, part)
                    for mark in dance_marks(given, part)[entry].values()] for unit in level}  # fmt: skip
    first = best_of_all(marks, place)
    found, place = [first], place + len(first)
    for group in parted({unit: row for unit, row in _danced(given, level).items() if unit not in first}, place)[0]:
        found += eleventh(given, group, place) if len(group) > 1 else [group]
        place += len(group)
    return found


def rank_value(given: Given, unit: str) -> F:
    """The value that ranks a unit that has a total."""
    whole = last_total(given, unit)
    if whole is None:
        raise ValueError(unit)
    return ranks_on(given, whole)


def places(given: Given) -> dict[str, tuple[int, str, int]]:
    """Every ranked unit's place, its place as printed, and how many share it."""
    found, before = {}, 0
    groups = order(given).groups
    for number, group in enumerate(rows(given), 1):
        if group not in groups:
            continue
        size, above = len(group), before + len(ahead(given, group))
        styles = {
            "1224": str(above + 1),
            "1334": str(above + size),
            "1223": str(number),
            "average": written(above + F(size + 1, 2)),
        }
        for unit in group:
            found[unit] = (above + 1, styles[given.rule["total"]["places"]], size)
        before += size
    return found


def scores_printed(given: Given) -> dict[str, str]:
    """The printed score of every unit that has one; unequal neighbours in the ranking never look alike."""
    how = given.rule["total"]
    decimals, mode = how["decimals"], how["mode"]
    plainly = {
        unit: printed(whole.published, decimals, mode)
        for unit in given.units
        if (whole := last_total(given, unit)) is not None
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
    wholes = [last_total(given, unit) for unit in ranked]
    if all(whole and whole.published == value for whole, value in zip(wholes, values, strict=True)):
        return plainly | dict(zip(ranked, apart, strict=True))
    result = dict(plainly)
    for i, unit in enumerate(ranked):
        beside = [ranked[j] for j in (i - 1, i + 1) if 0 <= j < len(ranked)]
        if any(plainly[b] == plainly[unit] and rank_value(given, b) != values[i] for b in beside):
            result[unit] = f"{plainly[unit]} ({apart[i]})"
    return result
