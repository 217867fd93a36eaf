"""What a unit's score brings into another appraisal (季度考核): exact, rounded, and which of the two counts there.

Reads the scheme's ``carry_out`` and the result. Source: docs/scoring.md, "Carry out".
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.numbers import rounded
from scoring.results import Carried, UnitResult

if TYPE_CHECKING:
    from scoring.scheme import CarryOut, Scheme


def carried(scheme: Scheme, units: Sequence[UnitResult]) -> tuple[Carried, ...]:
    """A line for every appraisal and unit, in the order of the ranking."""
    return tuple(_carried(scheme, appraisal, unit) for appraisal in scheme.carry_out for unit in units)


def _carried(scheme: Scheme, appraisal: CarryOut, unit: UnitResult) -> Carried:
    share = _share(scheme, appraisal, unit)
    if share is None or (unit.excluded and appraisal.excluded == "nothing"):
        return Carried(appraisal.id, unit.unit.id)
    exact = share * appraisal.weight
    short = rounded(exact, appraisal.decimals, appraisal.mode)
    return Carried(appraisal.id, unit.unit.id, exact, short, short if appraisal.uses == "rounded" else exact)


def _share(scheme: Scheme, appraisal: CarryOut, unit: UnitResult) -> Fraction | None:
    """The share of full marks that the unit reached, in total or in the one component that is carried."""
    if appraisal.component is None:
        return None if unit.score is None else unit.score / scheme.total.full
    node = unit.components[appraisal.component]
    return None if node is None else node.value / scheme.component[appraisal.component].full
