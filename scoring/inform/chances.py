"""In how many cases of a hundred a unit belongs to a tier, by what the marks themselves say of their own noise.

Two answers to two questions, both from a fixed, declared seed. ``posterior``: which tier a unit's true worth belongs
to, the judges of the contest being what they are (empirical Bayes: what everybody has is drawn together by as much as
noise spreads it). ``resampled``: which tier other judges of the same kind would give, taken by drawing judges of this
panel again; shown from 15 judges on, because below that it is too sure of itself. With a fixed, complete electorate
the result is exact, and both only tell how thin a margin is. Source: docs/robustness.md, "Chances".
"""

from dataclasses import dataclass

import numpy as np

from scoring.inform.contest import Contest
from scoring.inform.grid import Floats
from scoring.inform.precision import Precision
from scoring.inform.tiers import tiers_of

DRAWS = 10_000
SEED = 20240101  # declared: the same marks give the same figures
BOUNDED = 3  # James and Stein: below four units nothing can be learnt from the others


@dataclass(frozen=True, slots=True)
class Chances:
    """Unit -> for each tier of the scheme, and at last for no prize, in what share of the draws it has that tier."""

    of_unit: dict[str, tuple[float, ...]]
    draws: int
    seed: int


def posterior(contest: Contest, known: Precision, *, draws: int = DRAWS, seed: int = SEED) -> Chances:
    """The chances of every ranked unit by its worth."""
    return counted(contest, known, worths(known, draws=draws, seed=seed), seed)


def worths(known: Precision, *, draws: int = DRAWS, seed: int = SEED) -> Floats:
    """Draws of what the units are worth (draws, units).

    What the judges gave is drawn towards its mean by ``reliability``; what was known before is as it is.
    """
    chance = np.random.default_rng(seed)
    rho = reliability(known)
    found = np.tile(known.totals - (1 - rho) * (known.judged - known.judged.mean()), (draws, 1))
    for source in known.sources:
        root = triangle(rho * source.covariance)
        normal = chance.standard_normal((draws, len(known.units)))
        found += normal @ root.T / np.sqrt(chance.chisquare(source.freedom, draws) / source.freedom)[:, None]
    return found


def reliability(known: Precision) -> float:
    """The share of the differences between units that is not noise, 0 to 1; 1 where nothing can be learnt."""
    number = len(known.units)
    squares = float(((known.judged - known.judged.mean()) ** 2).sum())
    if number <= BOUNDED or squares == 0:
        return 1.0
    centre = np.eye(number) - 1 / number
    noise = float(np.trace(centre @ known.covariance @ centre))
    return max(0.0, 1 - (number - 3) / (number - 1) * noise / squares)


def triangle(covariance: Floats) -> Floats:
    """A lower triangle whose square is ``covariance``, also where that has no inverse (Cholesky)."""
    rest, root = covariance.copy(), np.zeros(covariance.shape)
    least = 1e-10 * float(np.diag(covariance).max(initial=0.0))
    for place in range(len(rest)):
        if rest[place, place] > least:
            root[place:, place] = rest[place:, place] / np.sqrt(rest[place, place])
            rest -= np.outer(root[:, place], root[:, place])
    return root


def counted(contest: Contest, known: Precision, totals: Floats, seed: int) -> Chances:
    """In what share of the rows of ``totals`` every unit has which tier."""
    tiers = tiers_of(contest.scheme, known.units, totals)
    number = len(contest.scheme.prizes.tiers) + 1
    shares = [np.bincount(tiers[:, place], minlength=number) / len(totals) for place in range(len(known.units))]
    return Chances(
        {unit.unit.id: tuple(row.tolist()) for unit, row in zip(known.units, shares, strict=True)}, len(totals), seed
    )
