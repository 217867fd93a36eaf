"""From the ticks of a sheet to its score, in whole numbers over one denominator per form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from operator import mul
from typing import TYPE_CHECKING

from scoring.numbers import ZERO, rounded

if TYPE_CHECKING:
    from scoring.scheme import Component, Item, Scheme


@dataclass(frozen=True, slots=True)
class Form:
    """The score sheet for one component and kind: its items, and what a tick of each is worth.

    A sheet's points are ``sum(tick * coefficient) / denominator``; an item with values of its own has them in
    ``values`` by its ticks, times ``denominator``, and a coefficient of no meaning.
    """

    items: tuple[Item, ...]
    coefficients: tuple[int, ...]
    denominator: int
    criteria: tuple[tuple[str, tuple[int, ...]], ...]
    ceiling: int | None = None  # what points and bonuses come to at most, times denominator; deductions after it
    values: Mapping[int, Mapping[int, int]] = field(default_factory=dict)  # place -> tick -> points
    abstentions: tuple[tuple[int, int], ...] = ()  # place and tick of every grade that is no vote

    def total(self, ticks: Sequence[int]) -> int:
        """The sheet's points, times ``denominator``."""
        points = self.points(ticks)
        if self.ceiling is None:
            return sum(points)
        taken = sum(point for point, item in zip(points, self.items, strict=True) if item.role == "deduct")
        return min(sum(points) - taken, self.ceiling) + taken

    def abstains(self, ticks: Sequence[int | None]) -> bool:
        """Whether the sheet is a vote that its judge did not cast."""
        return bool(self.abstentions) and any(ticks[place] == tick for place, tick in self.abstentions)

    def points(self, ticks: Sequence[int]) -> list[int]:
        """The points of every item, times ``denominator``."""
        found = list(map(mul, ticks, self.coefficients))
        for place, values in self.values.items():
            found[place] = values[ticks[place]]
        return found

    def part(self, ticks: Sequence[int | None], places: Sequence[int]) -> int:
        """The points of the items at ``places``, all of them marked, times ``denominator``."""
        return sum(self._worth(place, ticks[place]) for place in places)

    def _worth(self, place: int, tick: int | None) -> int:
        if tick is None:
            raise ValueError(place)  # never 0: who calls has left such sheets out
        return self.values[place][tick] if place in self.values else tick * self.coefficients[place]

    def of_criterion(self, name: str) -> tuple[int, ...]:
        """The places of a criterion's items on the sheet; none where the kind has none of them."""
        return dict(self.criteria).get(name, ())

    def of_item(self, name: str) -> tuple[int, ...]:
        """The place of an item on the sheet, alone; none where the kind does not have it."""
        return tuple(place for place, item in enumerate(self.items) if item.id == name)


def form(scheme: Scheme, component: Component, kind: str) -> Form:
    """The form for entries of ``kind``."""
    items = scheme.items(component.id, kind)
    full = sum((item.highest * item.weight for item in items if item.role == "score"), ZERO)
    scale = component.full / full if component.sheet.points == "share" else Fraction(1)
    worth = {"score": scale, "bonus": Fraction(1), "deduct": Fraction(-1)}
    units = [worth[item.role] * item.weight for item in items]
    ticks = [unit * item.step for unit, item in zip(units, items, strict=True)]
    tables = {
        place: {tick: units[place] * value for tick, value in item.scale.items()} for place, item in enumerate(items)
    }
    worths = [*ticks, *(value for table in tables.values() for value in table.values())]
    denominator = lcm(*(value.denominator for value in worths))
    place = {item.id: i for i, item in enumerate(items)}
    criteria = tuple(
        (criterion.id, tuple(place[item.id] for item in criterion.items if item.id in place))
        for criterion in component.criteria
    )
    coefficients = tuple(int(tick * denominator) for tick in ticks)
    ceiling = int(scale * full * denominator) if component.sheet.bonus == "within_full" else None
    values = {
        place: {tick: int(value * denominator) for tick, value in of.items()} for place, of in tables.items() if of
    }
    abstentions = tuple((i, item.abstention) for i, item in enumerate(items) if item.abstention is not None)
    return Form(items, coefficients, denominator, criteria, ceiling, values, abstentions)


def bounded(scheme: Scheme, component: Component, points: Sequence[int], denominator: int) -> tuple[list[int], int]:
    """Sheet points within the sheet rule's bounds and after its rounding stage, and their denominator."""
    rule, stage = component.sheet, scheme.stage("sheet", component.id)
    if stage is None and rule.least is None and rule.most is None:
        return list(points), denominator
    values = []
    for point in points:
        value = Fraction(point, denominator)
        if stage:
            value = rounded(value, stage.decimals, stage.mode)
        if rule.least is not None:
            value = max(value, rule.least)
        if rule.most is not None:
            value = min(value, rule.most)
        values.append(value)
    common = lcm(*(value.denominator for value in values)) if values else 1
    return [int(value * common) for value in values], common
