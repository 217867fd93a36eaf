"""The order of the units: by value, then by the chain of keys. Source: docs/scoring.md, "Ties"."""

from fractions import Fraction

from scoring.chain import Chain, Frozen
from scoring.decisions import Decided
from scoring.finals import Final
from scoring.ties import Comparison, split
from scoring.units import Field, Total


class Ranking:
    """Groups of equals, best first, and what was compared to make them."""

    def __init__(self, field: Field, decided: Decided, totals: dict[str, Total], frozen: Frozen) -> None:
        self.field = field
        self.scheme = field.scheme
        self.decided = decided
        self.units = {unit.id: unit for unit in field.marking.roster.units}
        self.values = {unit: self._rank_value(total) for unit, total in totals.items()}
        self.vetoes = {unit: decided.vetoes.get(("unit", unit), []) for unit in self.units}
        self.ranked = [unit for unit in self.units if unit in self.values and not self.has(unit, "exclude")]
        self.chain = Chain(field, decided, frozen, self.ranked)
        self.final = Final(field, self.ranked) if self.scheme.total.method == "skating" else None
        self.groups: list[list[str]] = []
        self.seen: dict[str, list[Comparison]] = {}

    def _rank_value(self, total: Total) -> Fraction:
        """The value that ``rank_on`` names: exact, after the stage of the blend, or after the last stage.

        More is better, so a sum of places counts below 0.
        """
        if self.scheme.total.method == "skating":
            return -total.published.value
        after = (self.scheme.total.rank_on or "exact").split("@")[0]
        return {"exact": total.unrounded, "blend": total.blended, "adjust": total.published}[after].value

    def has(self, unit: str, effect: str) -> str:
        """The id of the unit's veto with this effect, or nothing."""
        if effect == "exclude" and (entry_veto := self.field.all_excluded(self.units[unit])):
            return entry_veto
        return next((veto.id for veto in self.vetoes[unit] if veto.effect == effect), "")

    def order(self) -> None:
        """Groups of equals, best first: by value, then by the chain of keys; those ranked last by veto after all."""
        keys = self.chain.keys()
        for last in (False, True):
            values: dict[Fraction, list[str]] = {}
            for unit in self.ranked:
                if bool(self.has(unit, "rank_last")) == last:
                    values.setdefault(self.values[unit], []).append(unit)
            for value in sorted(values, reverse=True):
                for group in self._parted(values[value]):
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

    def provisional(self, unit: str) -> bool:
        """Whether any entry of the unit was marked by fewer judges than the scheme asks for."""
        results = self.field.marking.results.values()
        return any(result.provisional for result in results if result.entry.unit == unit)
