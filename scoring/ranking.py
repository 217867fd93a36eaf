"""The order of the units: by their last round, then by value, then by the chain of keys.

Source: docs/scoring.md, "Rounds" and "Ties".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.chain import Chain, Frozen
from scoring.decisions import Decided
from scoring.finals import Final
from scoring.roster import Unit
from scoring.ties import Comparison, Key, split
from scoring.units import Field, Total

if TYPE_CHECKING:
    from scoring.scheme import Scheme


def rank_value(scheme: Scheme, total: Total) -> Fraction:
    """The value that ``rank_on`` names: exact, after the stage of the blend, or after one of the last stages.

    More is better, so a sum of places counts below 0.
    """
    if scheme.total.method == "skating":
        return -total.published.value
    after = (scheme.total.rank_on or "exact").split("@")[0]
    found = {"exact": total.unrounded, "blend": total.blended, "adjust": total.adjusted, "round": total.published}
    return found[after].value


def if_withheld(scheme: Scheme, decided: Decided) -> Scheme:
    """The scheme; where the secret of its draw is withheld, with what then stands at a boundary between equals."""
    if not (scheme.draw and decided.withheld and ("draw" in scheme.ties or scheme.prizes.boundary == "hort")):
        return scheme
    return scheme.model_copy(update={"prizes": scheme.prizes.model_copy(update={"boundary": scheme.draw.withheld})})


def veto_of(field: Field, decided: Decided, unit: Unit, effect: str) -> str:
    """The id of the unit's veto with this effect, or nothing."""
    if effect == "exclude" and (entry_veto := field.all_excluded(unit)):
        return entry_veto
    return next((veto.id for veto in decided.vetoes.get(("unit", unit.id), []) if veto.effect == effect), "")


def equals(units: Sequence[str], values: Mapping[str, Fraction]) -> list[list[str]]:
    """Units of the same value together, the highest first."""
    by_value: dict[Fraction, list[str]] = {}
    for unit in units:
        by_value.setdefault(values[unit], []).append(unit)
    return [by_value[value] for value in sorted(by_value, reverse=True)]


class Ranking:
    """Groups of equals, best first, and what was compared to make them.

    ``fields``: the contest at the end of every round; ``reached``: unit -> the number of its last round.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        decided: Decided,
        totals: Mapping[str, Total],
        reached: Mapping[str, int],
        frozen: Frozen,
    ) -> None:
        self.field = fields[-1]
        self.scheme = if_withheld(self.field.scheme, decided)
        self.decided = decided
        self.reached = reached
        self.units = {unit.id: unit for unit in self.field.marking.roster.units}
        self.values = {unit: rank_value(self.scheme, total) for unit, total in totals.items()}
        self.vetoes = {unit: decided.vetoes.get(("unit", unit), []) for unit in self.units}
        self.ranked = [unit for unit in self.units if unit in self.values and not self.has(unit, "exclude")]
        self.chains = [
            Chain(field, decided, frozen, [unit for unit in self.ranked if reached[unit] == number])
            for number, field in enumerate(fields)
        ]
        self.chain = self.chains[-1]
        self.final = Final(self.field, self.ranked) if self.scheme.total.method == "skating" else None
        results = self.field.marking.results.values()
        self._provisional = {result.entry.unit for result in results if result.provisional}
        self.waiting = [unit for unit in self.units if unit not in self.values and not self.has(unit, "exclude")]
        self._waiting_in = sorted(reached[unit] for unit in self.waiting)
        self.groups: list[list[str]] = []
        self.seen: dict[str, list[Comparison]] = {}

    def has(self, unit: str, effect: str) -> str:
        """The id of the unit's veto with this effect, or nothing."""
        return veto_of(self.field, self.decided, self.units[unit], effect)

    def order(self) -> None:
        """Whoever came farther stands higher; then by value, then by the chain; those ranked last by veto after all."""
        last = {unit for unit in self.ranked if self.has(unit, "rank_last")}
        for at_end in (False, True):
            for number in reversed(range(len(self.chains))):
                inside = [u for u in self.ranked if self.reached[u] == number and (u in last) == at_end]
                self._place(inside, self.chains[number].keys())

    def _place(self, units: Sequence[str], keys: Sequence[Key]) -> None:
        for equal in equals(units, self.values):
            for group in self._parted(equal):
                for part in split(group, keys, self.seen):
                    self._not_offered(part)
                    self.groups.append(part)

    def _parted(self, equal: list[str]) -> list[list[str]]:
        """Units of equal value as the scheme's method itself parts them, before any key of the chain is asked."""
        if self.final is None:
            return [equal]
        groups, comparisons = self.final.parted(equal, self._next)
        for comparison in comparisons:
            for unit in comparison.values or ():
                self.seen.setdefault(unit, []).append(comparison)
        return groups

    def _not_offered(self, part: list[str]) -> None:
        """Who is still equal in a final would need a rule that is not offered: it stays open."""
        if self.final is not None and len(part) > 1:
            self.chain.open.append(self.final.not_offered(part, self._next))

    @property
    def _next(self) -> int:
        return sum(map(len, self.groups)) + 1

    def farther(self, number: int) -> int:
        """How many units came farther than round ``number`` and have no score there yet."""
        return len(self._waiting_in) - bisect_right(self._waiting_in, number)

    def provisional(self, unit: str) -> bool:
        """Whether any entry of the unit was marked by fewer judges than the scheme asks for."""
        return unit in self._provisional
