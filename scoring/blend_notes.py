"""What to know about how the components came together: what stood in, what was left out, what depends on the field.

Reads the components of every unit. Changes nothing. Source: docs/scoring.md, "Blend".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.faults import Fault
from scoring.numbers import ZERO, plain, shown
from scoring.units import Field, Total, ledger_notes
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Component

APART = 10  # so many points between nominal and effective weight are worth a word


def blend_notes(
    field: Field, parts: Mapping[str, Mapping[str, Node | None]], totals: Mapping[str, Total]
) -> Iterator[Fault]:
    """Every note about prior scores, scales and weights."""
    for unit in field.marking.roster.units:
        for part in field.scheme.components:
            node = parts[unit.id][part.id]
            params: dict[str, str | int] = {"unit": unit.id, "component": part.id}
            if node is not None and node.op == "constant":
                yield Fault("note.prior_substituted", {**params, "value": plain(node.value)})
            elif node is None and unit.id in totals and field.may_renormalise(unit, part):
                yield Fault("note.renormalised", params)
    yield from ledger_notes(field)
    for part in field.scheme.components:
        if part.scale in ("minmax", "z", "rank") or by_the_best(part):
            yield Fault("note.field_scale", {"component": part.id})
    for name, nominal, effective in weights_apart(field.nominal, field.effective):
        yield Fault("note.effective_weight", {"component": name, "nominal": nominal, "effective": effective})


def by_the_best(part: Component) -> bool:
    """Whether a ledger measures something by the best unit of the field."""
    rules = [rule for section in part.ledger.sections for rule in section.rules] if part.ledger else []
    return any(rule.shape == "share" and rule.target is None for rule in rules)


def weights_apart(weights: Mapping[str, Fraction], effective: Mapping[str, float]) -> Iterator[tuple[str, str, int]]:
    """The components that decide much more or less than the scheme says: id, nominal and effective weight in %."""
    whole = sum(weights.values(), ZERO)
    for name, weight in weights.items():
        nominal = weight / whole * 100
        found = round(effective.get(name, 0.0) * 100)
        if effective and abs(found - nominal) > APART:
            yield name, _short(nominal), found


def _short(value: Fraction) -> str:
    return plain(value) if value.denominator == 1 else shown(value, 1)
