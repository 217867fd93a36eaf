"""From the ticks of a sheet to its score, in whole numbers over one denominator per form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

    A sheet's points are ``sum(tick * coefficient) / denominator``.
    """

    items: tuple[Item, ...]
    coefficients: tuple[int, ...]
    denominator: int
    criteria: tuple[tuple[str, tuple[int, ...]], ...]
    ceiling: int | None = None  # what points and bonuses come to at most, times denominator; deductions after it

    def total(self, ticks: Sequence[int]) -> int:
        """The sheet's points, times ``denominator``."""
        points: list[int] = list(map(mul, ticks, self.coefficients))
        if self.ceiling is None:
            return sum(points)
        given = sum(point for point in points if point > 0)
        return min(given, self.ceiling) + sum(point for point in points if point < 0)

    def part(self, ticks: Sequence[int], places: Sequence[int]) -> int:
        """The points of the items at ``places``, times ``denominator``."""
        return sum(ticks[i] * self.coefficients[i] for i in places)

    def of_criterion(self, name: str) -> tuple[int, ...]:
        """The places of a criterion's items on the sheet; none where the kind has none of them."""
        return dict(self.criteria).get(name, ())

    def of_item(self, name: str) -> tuple[int, ...]:
        """The place of an item on the sheet, alone; none where the kind does not have it."""
        return tuple(place for place, item in enumerate(self.items) if item.id == name)


def form(scheme: Scheme, component: Component, kind: str) -> Form:
    """The form for entries of ``kind``."""
    items = scheme.items(component.id, kind)
    full = sum((item.full * item.weight for item in items if item.role == "score"), ZERO)
    scale = component.full / full if component.sheet.points == "share" else Fraction(1)
    worth = {"score": scale, "bonus": Fraction(1), "deduct": Fraction(-1)}
    values = [worth[item.role] * item.weight * item.step for item in items]
    denominator = lcm(*(value.denominator for value in values))
    place = {item.id: i for i, item in enumerate(items)}
    criteria = tuple(
        (criterion.id, tuple(place[item.id] for item in criterion.items if item.id in place))
        for criterion in component.criteria
    )
    coefficients = tuple(int(value * denominator) for value in values)
    ceiling = sum(item.ticks[-1] * each for item, each in zip(items, coefficients, strict=True) if item.role == "score")
    within_full = component.sheet.bonus == "within_full"
    return Form(items, coefficients, denominator, criteria, ceiling if within_full else None)


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
