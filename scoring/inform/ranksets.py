"""Between which places a unit may stand, for all units at once with 95 % certainty.

After M. Mogstad, J. P. Romano, A. M. Shaikh and D. Wilhelm, "Inference for ranks with applications to mobility across
neighbourhoods and academic achievement across countries", Review of Economic Studies 2024: every difference of two is
tested, and those that are sure are taken out before the rest are tested again. A place is at least one more than the
number of those surely above, at most the number of all less those surely below. Source: docs/robustness.md, "Places".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.inform.chances import DRAWS, SEED, triangle
from scoring.inform.grid import Flags, Floats
from scoring.inform.precision import Precision, differences

CERTAINTY = 0.95
AT_ONCE = 2_000_000  # so many numbers are held at a time


@dataclass(frozen=True, slots=True)
class RankSets:
    """Unit -> (first, last place it may have), all of them right together with probability ``certainty``."""

    of_unit: dict[str, tuple[int, int]]
    certainty: float
    draws: int
    seed: int


def rank_sets(known: Precision, *, draws: int = DRAWS, seed: int = SEED) -> RankSets:
    """The places of every ranked unit, with the pooled variance of the rest of the marks and its own uncertainty."""
    covariances = [source.covariance for source in known.sources]
    freedoms = [source.freedom for source in known.sources]
    places = stepdown(known.totals, covariances, freedoms, draws=draws, seed=seed, levels=known.levels)
    names = [unit.unit.id for unit in known.units]
    return RankSets(dict(zip(names, places, strict=True)), CERTAINTY, draws, seed)


def stepdown(
    values: Floats,
    covariances: Sequence[Floats],
    freedoms: Sequence[int | None],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    certainty: float = CERTAINTY,
    levels: Sequence[int] = (),
) -> list[tuple[int, int]]:
    """The first and last place of each of ``values``; errors are the sum of sources with these ``covariances``.

    ``freedoms``: from how much each was estimated, so that a quantile of t is taken; None: it is known, as for a
    covariance of many judges. ``levels``: whoever has more stands higher for certain, and only equals are compared.
    """
    errors = differences(np.asarray(sum(covariances, np.zeros((len(values),) * 2))))
    apart = values[:, None] - values[None, :]
    worst = _worst(covariances, freedoms, draws, np.random.default_rng(seed))
    level = np.array(levels or [0] * len(values))
    ahead, alike = level[:, None] > level[None, :], level[:, None] == level[None, :]
    open_pairs = alike & (errors > 0)
    sure = ahead | (alike & (errors == 0) & (apart > 0))
    while open_pairs.any():
        limit = float(np.quantile(worst(open_pairs), certainty))
        found = open_pairs & (apart > limit * errors)
        if not found.any():
            break
        sure |= found
        open_pairs &= ~found
    above, below = sure.sum(axis=0), sure.sum(axis=1)
    return [(1 + int(a), len(values) - int(b)) for a, b in zip(above, below, strict=True)]


def _worst(
    covariances: Sequence[Floats], freedoms: Sequence[int | None], draws: int, chance: np.random.Generator
) -> Callable[[Flags], Floats]:
    """A function that gives, for each draw, the largest standardised difference among some pairs if all were equal."""
    number = len(covariances[0])
    noise = np.zeros((draws, number))
    scales = np.ones((draws, len(covariances)))
    for place, (covariance, freedom) in enumerate(zip(covariances, freedoms, strict=True)):
        noise += chance.standard_normal((draws, number)) @ triangle(covariance).T
        if freedom is not None:
            scales[:, place] = chance.chisquare(freedom, draws) / freedom
    squares = np.stack([differences(covariance) ** 2 for covariance in covariances])

    def worst(pairs: Flags) -> Floats:
        first, second = np.nonzero(pairs)
        size = max(1, AT_ONCE // len(first))
        found = []
        for start in range(0, draws, size):
            some = slice(start, start + size)
            apart = noise[some][:, first] - noise[some][:, second]
            found.append((apart / np.sqrt(scales[some] @ squares[:, first, second])).max(axis=1))
        return np.concatenate(found)

    return worst
