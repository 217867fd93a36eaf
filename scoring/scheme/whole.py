"""The scheme as a whole, and schemes made from it."""

from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Literal, Self

from pydantic import Field, model_validator

from scoring.canonical import digest
from scoring.faults import Refused
from scoring.scheme.agreement import disagreements
from scoring.scheme.basis import Id, JudgeClass, Kind, Part, Text
from scoring.scheme.marking import Component, Criterion, Item, UnitRule
from scoring.scheme.result import (
    Adjustment,
    CarryOut,
    Draw,
    Example,
    Prizes,
    Publication,
    Rounding,
    Ruling,
    Source,
    Total,
    Veto,
)
from scoring.scheme.rounds import Round, counting


class Scheme(Part):
    """The whole rule of one contest. Read it with :func:`read_scheme`."""

    format: Literal["scheme/1"]
    id: Id
    name: Text
    contest: Literal["tour", "stage", "desk"]
    summary: Text
    sources: tuple[Source, ...] = ()
    our_choice: tuple[Text, ...] = ()
    divisions: tuple[Kind, ...] = ()
    kinds: tuple[Kind, ...] = ()
    judge_classes: tuple[JudgeClass, ...] = ()
    components: tuple[Component, ...] = Field(min_length=1)
    rounds: tuple[Round, ...] = ()
    rounding: tuple[Rounding, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    total: Total = Total()
    ties: tuple[str, ...] = ()
    draw: Draw | None = None
    prizes: Prizes = Prizes()
    carry_out: tuple[CarryOut, ...] = ()
    publication: Publication = Publication()
    examples: tuple[Example, ...] = ()

    @cached_property
    def component(self) -> dict[str, Component]:
        """Components by id."""
        return {part.id: part for part in self.components}

    @cached_property
    def round_of(self) -> dict[str, int]:
        """The number of every component's round, from 0; empty where the scheme has no rounds."""
        return {part: number for number, round_ in enumerate(self.rounds) for part in round_.components}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the scheme's canonical JSON, examples left out: what a result names as its rule.

        What stands at its default is left out too, so that a key of a later version changes no digest; in turn no
        default ever changes within a format.
        """
        body = self.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)
        return digest(body)

    @cached_property
    def kind_ids(self) -> frozenset[str]:
        """The ids of all kinds of entries."""
        return frozenset(kind.id for kind in self.kinds)

    def items(self, component: str, kind: str = "") -> tuple[Item, ...]:
        """The items of a sheet for an entry of ``kind``, in their order on the sheet."""
        return self._items_of[component, kind]

    @cached_property
    def _items_of(self) -> dict[tuple[str, str], tuple[Item, ...]]:
        return {
            (part.id, kind): tuple(
                item for criterion in part.criteria for item in criterion.items if not item.kinds or kind in item.kinds
            )
            for part in self.components
            for kind in ("", *(kind.id for kind in self.kinds))
        }

    def counting(self, number: int) -> tuple[Round, ...]:
        """The rounds of which the standing of round ``number`` is made."""
        return counting(self.rounds, number)

    def stage(self, after: str, component: str = "") -> Rounding | None:
        """The rounding declared after a step, for one component or for all."""
        return self._stages.get((after, component)) or self._stages.get((after, ""))

    @cached_property
    def _stages(self) -> dict[tuple[str, str], Rounding]:
        return {(stage.after, stage.component or ""): stage for stage in self.rounding}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        faults = list(disagreements(self))
        if faults:
            raise Refused(faults)
        return self


def changed(scheme: Scheme, **fields: object) -> Scheme:
    """A new scheme with ``fields`` in place of the old ones, checked as a whole. Raises Refused or ValidationError."""
    return Scheme(**{**{name: getattr(scheme, name) for name in Scheme.model_fields}, **fields})


def totals_only(scheme: Scheme) -> Scheme:
    """The same scheme where each sheet bears one number, its total: for a grid as it stands in Excel.

    The items of a component give way to one item ``total`` with the full marks of the sheet, the lowest floor of any
    kind and the finest step; sheet bonuses and deductions are in the total; tie keys that need criteria or items fall
    away.
    """
    keys = tuple(key for key in scheme.ties if not key.startswith(("criterion:", "item:")))
    parts = tuple(_on_totals(scheme, part) for part in scheme.components)
    return changed(scheme, components=parts, ties=keys, kinds=(), examples=())


def _on_totals(scheme: Scheme, part: Component) -> Component:
    if part.source == "prior" or part.panel is None:
        return part.model_copy(update={"ledger": None})  # its total is typed like any other
    scored = [[item for item in scheme.items(part.id, kind.id) if item.role == "score"] for kind in scheme.kinds] or [
        [item for item in scheme.items(part.id) if item.role == "score"]
    ]
    sums = [sum((item.highest * item.weight for item in items), Fraction(0)) for items in scored]
    scales = [part.full / full if part.sheet.points == "share" else Fraction(1) for full in sums]
    floors = [
        scale * sum((item.lowest * item.weight for item in items), Fraction(0))
        for items, scale in zip(scored, scales, strict=True)
    ]
    # The finest grid on which every total lies: the greatest common divisor of what one tick of each item is worth.
    ticks = [
        grain * item.weight * scale
        for items, scale in zip(scored, scales, strict=True)
        for item in items
        for grain in item.scale.values() or (item.step,)
    ]
    common = lcm(*(tick.denominator for tick in ticks))
    step = Fraction(gcd(*(int(tick * common) for tick in ticks)), common)
    beside = [item for criterion in part.criteria for item in criterion.items if item.role != "score"]
    bonus = sum((item.full * item.weight for item in beside if item.role == "bonus"), Fraction(0))
    deduct = sum((item.full * item.weight for item in beside if item.role == "deduct"), Fraction(0))
    full = max(scale * total for scale, total in zip(scales, sums, strict=True)) + bonus
    # The item's full marks must lie on its own grid, also where a bonus has another step.
    full = -(-full // step) * step
    # A sheet that only deductions could lead below 0 is typed as 0 at least, as before there were marks below 0.
    low = min(floors) - deduct
    floor = (low if min(floors) < 0 else max(low, Fraction(0))) // step * step
    item = Item(id="total", name=part.name, full=full, floor=floor, step=step)
    on = "bloc" if part.panel.by == "bloc" else "sheet_total"
    panel = part.panel.model_copy(update={"trim_on": on if part.panel.trim else None})
    unit = part.unit if part.unit.method != "weighted" else UnitRule()
    criterion = Criterion(id="total", name=part.name, items=(item,))
    sheet = part.sheet.model_copy(update={"points": "sum", "bonus": "above", "incomplete": "whole"})
    return part.model_copy(update={"criteria": (criterion,), "panel": panel, "unit": unit, "sheet": sheet})
