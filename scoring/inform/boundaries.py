"""Each boundary of the prizes: who stands on either side, how far apart, and what would put them the other way round.

Reads a result and what leaving out, errors and chances say of it; changes nothing. The rules decide a boundary, this
says what the marks can bear. Source: docs/robustness.md, "Boundaries".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from scoring.inform.chances import Chances
from scoring.inform.leaving import LeftOut
from scoring.inform.precision import Precision
from scoring.inform.whatif import Stand, WhatIf, stands
from scoring.results import Tabulation, UnitResult
from scoring.scheme import Scheme

NOISE = 2  # standard errors: a gap below it is within the noise of the panel


@dataclass(frozen=True, slots=True)
class Boundary:
    """The last of the tier ``above`` and the first of what is ``below`` (tiers as in ``Award``; none: no prize).

    ``gap``: exactly, on the value that ranks; 0 where the scheme's chain parted equals. Where not the other but a
    minimum bars the way, ``cut`` is that minimum, and ``gap`` the distance of ``higher`` from it.

    ``error``: the standard error of the gap; ``chance``: in what share of the draws ``higher`` has its tier or a higher
    one; None where nothing can be said. ``judges``, ``blocs``: without whom ``higher`` would fall or ``lower`` rise
    across the boundary, or people would have to decide. ``division``: where each division has a boundary of its own.
    """

    above: tuple[str, ...]
    below: tuple[str, ...]
    higher: str
    lower: str
    gap: Fraction
    cut: Fraction | None
    error: float | None
    chance: float | None
    judges: tuple[str, ...]
    blocs: tuple[str, ...]
    division: str

    @property
    def ratio(self) -> float | None:
        """The gap in standard errors."""
        return float(self.gap) / self.error if self.error else None


def boundaries(
    scheme: Scheme, official: Tabulation, left_out: LeftOut, errors: Precision | None, chances: Chances | None
) -> tuple[Boundary, ...]:
    """Every boundary that has somebody on both sides, the highest first."""
    ladder = tuple(tier.id for tier in scheme.prizes.tiers)
    found = []
    for pair in _neighbours(scheme, official):
        names = (pair.higher.unit.id, pair.lower.unit.id)
        cut = _cut(scheme, pair)
        found.append(
            Boundary(
                above=_tiers(pair.higher),
                below=_tiers(pair.lower),
                higher=names[0],
                lower=names[1],
                gap=_value(pair.higher) - (_value(pair.lower) if cut is None else cut),
                cut=cut,
                error=_error(errors, names, alone=cut is not None) if errors else None,
                chance=_chance(chances, ladder, pair.higher) if chances else None,
                judges=tuple(case.change.name for case in left_out.judges if _turns(case, ladder, names)),
                blocs=tuple(case.change.name for case in left_out.blocs if _turns(case, ladder, names)),
                division=pair.division,
            )
        )
    return tuple(found)


class _Pair(NamedTuple):
    """Two neighbours with a boundary between them, and the division it belongs to."""

    higher: UnitResult
    lower: UnitResult
    division: str = ""


def _neighbours(scheme: Scheme, official: Tabulation) -> Iterator[_Pair]:
    """The last of each tier and the first of the next, among those who compete for the same places.

    Who was put lower by a veto, or waits for a decision, marks no boundary.
    """
    moved = {veto.id for veto in scheme.vetoes if veto.effect in ("rank_last", "cap_tier")}
    waiting = {unit for unit, stand in stands(official).items() if stand.waits}
    units = [
        unit
        for unit in official.units
        if unit.place is not None and unit.unit.id not in waiting and moved.isdisjoint(unit.vetoes)
    ]
    prizes = scheme.prizes
    by_division = [(d.id, [unit for unit in units if unit.unit.division == d.id]) for d in scheme.divisions]
    if prizes.quota_by == "division":
        for division, inside in by_division:
            yield from (_Pair(*pair, division) for pair in _steps(inside))
        return
    if prizes.first_of_each_division and prizes.tiers:
        first = (prizes.tiers[0].id,)
        for division, inside in by_division:
            yield from (_Pair(*pair, division) for pair in _steps(inside) if _tiers(pair[0]) == first)
        units = [unit for unit in units if _tiers(unit) != first]
    yield from (_Pair(*pair) for pair in _steps(units))


def _steps(units: Sequence[UnitResult]) -> list[tuple[UnitResult, UnitResult]]:
    """Neighbours in the order whose tiers differ, both of the same last round: between rounds no total decides."""
    return [
        (higher, lower)
        for higher, lower in pairwise(units)
        if _tiers(higher) != _tiers(lower) and higher.round == lower.round
    ]


def _tiers(unit: UnitResult) -> tuple[str, ...]:
    return unit.award.tiers if unit.award else ()


def _value(unit: UnitResult) -> Fraction:
    """The value that ranks; whoever is ranked has one."""
    return unit.rank_value if unit.rank_value is not None else Fraction(0)


def _cut(scheme: Scheme, pair: _Pair) -> Fraction | None:
    """The minimum that keeps the lower one out, whatever the other has; None where only the other is in his way."""
    minima = [
        tier.minimum for tier in scheme.prizes.tiers if tier.id in _tiers(pair.higher) and tier.minimum is not None
    ]
    return min((least for least in minima if _value(pair.lower) < least), default=None)


def _error(errors: Precision, names: tuple[str, str], *, alone: bool) -> float | None:
    """The standard error of the difference of the two, or of the first alone."""
    first, second = (errors.place(name) for name in names)
    own = sqrt(float(errors.covariance[first, first]))
    return (own if alone else float(errors.errors[first, second])) or None


def _chance(chances: Chances, ladder: tuple[str, ...], unit: UnitResult) -> float:
    """In what share of the draws a unit stays on its side: it has its tier, or a higher one."""
    lowest = max((ladder.index(tier) for tier in _tiers(unit)), default=len(ladder))
    return sum(chances.of_unit[unit.unit.id][: lowest + 1])


def _turns(case: WhatIf, ladder: tuple[str, ...], names: tuple[str, str]) -> bool:
    """Whether the higher falls or the lower rises; or people would have to decide about either."""
    for move in case.moves:
        down = _rung(ladder, move.after) - _rung(ladder, move.before)
        falls, rises = down > 0 and move.unit == names[0], down < 0 and move.unit == names[1]
        if falls or rises or (move.unit in names and move.after.waits):
            return True
    return False


def _rung(ladder: tuple[str, ...], stand: Stand) -> int:
    return min((ladder.index(tier) for tier in stand.tiers), default=len(ladder))
