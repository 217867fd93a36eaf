"""One effect beside entries and judges: how many points a sheet gains where something holds of it.

``x = a + s + b z + e``: a regression with a constant for each entry and each judge (R. Frisch and F. V. Waugh,
Econometrica 1, 1933: the effect is found between what the model leaves of ``x`` and of ``z``). The standard error takes
the sheets of one judge for one observation, because a judge's habits go through all of them.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from scoring.inform.chance import limit
from scoring.inform.grid import Floats
from scoring.inform.variance import Additive, residuals_of

NOTHING = 1e-9  # what is left of the spread by rounding


@dataclass(frozen=True, slots=True)
class Effect:
    """``points`` with the limits of its 95 % interval; None where a single judge carries it all."""

    points: float
    low: float | None
    high: float | None
    judges: int


def effect(fitted: Additive, holds: Floats) -> Effect | None:
    """The effect of ``holds`` (entries, judges); None where entries and judges explain it fully: not identifiable."""
    left = residuals_of(fitted, holds)
    size = float((left**2).sum())
    if size <= NOTHING * fitted.grid.number:
        return None
    points = float((left * fitted.residuals).sum()) / size
    rest = fitted.residuals - points * left
    # Only judges in whose own sheets it now holds and now does not, tell how far it varies from judge to judge.
    judges = sum(
        len(set(column[there].tolist())) > 1 for column, there in zip(holds.T, list(fitted.grid.there.T), strict=True)
    )
    if judges < 2:
        return Effect(points, None, None, judges)
    everybody = len(fitted.grid.judges)
    squares = float((np.asarray((left * rest).sum(axis=0)) ** 2).sum())
    error = sqrt(squares * everybody / (everybody - 1)) / size
    reach = limit(judges - 1) * error
    return Effect(points, points - reach, points + reach, judges)
