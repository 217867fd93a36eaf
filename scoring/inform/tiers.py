"""The tiers of the scheme for many orders at once: which tier every unit would have with these totals.

The same walk as ``scoring.prizes``, best tier first, for rows of totals without equals; a test holds the two together.
Who is provisional is counted with the tier that waits for him. It reads a scheme and units, and decides nothing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.inform.grid import Flags, Floats
from scoring.numbers import count_of
from scoring.results import UnitResult
from scoring.scheme import Scheme

Places = NDArray[np.intp]


def tiers_of(scheme: Scheme, units: Sequence[UnitResult], totals: Floats) -> Places:
    """``totals`` (draws, units) -> the index of each unit's tier; one past the last is no prize."""
    prizes = scheme.prizes
    best = _best(scheme, units, totals)
    ordered = _by_level(scheme, units, totals)
    found = np.full(totals.shape, len(prizes.tiers))
    quotas = [
        tier.quota if tier.share is None else count_of(tier.share, len(units), prizes.share_count)
        for tier in prizes.tiers
    ]
    members = {d.id: np.array([unit.unit.division == d.id for unit in units], dtype=bool) for d in scheme.divisions}
    if prizes.quota_by == "division":
        parts = _shared_out(quotas, list(members.values()), ordered)
        for place, inside in enumerate(members.values()):
            own = [None if part is None else part[:, place] for part in parts]
            found[:, inside] = _walk(own, best[:, inside], ordered[:, inside], passes=_passes(scheme))
        return found
    if prizes.first_of_each_division and quotas:
        return _firsts_then_rest(scheme, quotas, list(members.values()), best, ordered)
    return _walk(quotas, best, ordered, passes=_passes(scheme))


def _passes(scheme: Scheme) -> bool:
    return scheme.prizes.below_minimum == "pass_down"


def _best(scheme: Scheme, units: Sequence[UnitResult], totals: Floats) -> Places:
    """The highest tier each may have: by its minimum, and below the cap of a veto."""
    tiers = scheme.prizes.tiers
    best = np.full(totals.shape, len(tiers))
    for place in range(len(tiers) - 1, -1, -1):
        least = tiers[place].minimum
        best[(totals >= float(least)) if least is not None else np.ones(totals.shape, dtype=bool)] = place
    names = [tier.id for tier in tiers]
    caps = {veto.id: names.index(veto.tier) for veto in scheme.vetoes if veto.effect == "cap_tier" and veto.tier}
    for place, unit in enumerate(units):
        cap = max((caps[veto] for veto in unit.vetoes if veto in caps), default=0)
        best[:, place] = np.maximum(best[:, place], cap)
    return best


def levels(scheme: Scheme, units: Sequence[UnitResult]) -> Places:
    """Whom the rules put ahead whatever the totals are: a higher number for a later round, the lowest by veto last."""
    last = {veto.id for veto in scheme.vetoes if veto.effect == "rank_last"}
    rounds = {one.id: place for place, one in enumerate(scheme.rounds)}
    behind = max(len(rounds), 1)
    return np.array(
        [rounds.get(unit.round, 0) - behind * (not last.isdisjoint(unit.vetoes)) for unit in units], dtype=np.intp
    )


def _by_level(scheme: Scheme, units: Sequence[UnitResult], totals: Floats) -> Floats:
    """What orders the units: their totals, and between two levels a distance that no total bridges."""
    far = 2 * float(np.abs(totals).max(initial=0.0)) + 1
    return np.asarray(totals + far * levels(scheme, units))


def _shared_out(quotas: Sequence[int | None], members: Sequence[Flags], ordered: Floats) -> list[Places | None]:
    """For each tier its places in each division (draws, divisions), as in ``scoring.rewards``.

    Among equal remainders the division goes first whose next unit stands highest over all, in this very order.
    """
    draws, everybody = ordered.shape
    sizes = np.array([inside.sum() for inside in members])
    stands = np.argsort(np.argsort(-ordered, axis=1, kind="stable"), axis=1)
    lines = [np.sort(stands[:, inside], axis=1) for inside in members]
    before = np.zeros((draws, len(members)), dtype=np.intp)
    parts: list[Places | None] = []
    for quota in quotas:
        if quota is None:
            parts.append(None)
            continue
        whole, remainder = np.divmod(quota * sizes, max(everybody, 1))
        key = np.empty_like(before)
        for division, line in enumerate(lines):
            following = before[:, division] + whole[division]
            padded = np.pad(line, ((0, 0), (0, 1)), constant_values=everybody)
            following = np.minimum(following, line.shape[1])
            ahead = np.take_along_axis(padded, following[:, None], axis=1)[:, 0]
            key[:, division] = ahead - remainder[division] * (everybody + 1)
        first = np.argsort(np.argsort(key, axis=1, kind="stable"), axis=1)
        part = whole + (first < quota - whole.sum())
        before = before + part
        parts.append(part)
    return parts


def _firsts_then_rest(
    scheme: Scheme, quotas: Sequence[int | None], members: Sequence[Flags], best: Places, ordered: Floats
) -> Places:
    """The first tier to the best of each division; the rest compete for the other tiers over all."""
    first = np.zeros(best.shape, dtype=bool)
    vacant = np.zeros(len(best), dtype=np.intp)
    for inside in members:
        may = inside & (best == 0)
        chosen = np.where(may, ordered, -np.inf).argmax(axis=1)
        won = may.any(axis=1)
        first[won, chosen[won]] = True
        vacant += ~won
    # A first place that nobody may have passes down only where the scheme says so.
    passed = vacant if _passes(scheme) else np.zeros_like(vacant)
    rest = np.where(first, len(quotas), np.maximum(best, 1)) - 1
    return np.where(first, 0, 1 + _walk(quotas[1:], rest, ordered, passes=_passes(scheme), extra=passed))


def _walk(
    quotas: Sequence[int | Places | None], best: Places, ordered: Floats, *, passes: bool, extra: Places | None = None
) -> Places:
    """Tier by tier, the highest of those who may have it, as many as there are places: for all draws or for each."""
    order = np.argsort(-ordered, axis=1, kind="stable")
    may_have = np.take_along_axis(best, order, axis=1)
    found = np.full(best.shape, len(quotas))
    left_over = np.zeros(len(best), dtype=np.intp) if extra is None else extra
    for tier, quota in enumerate(quotas):
        may = (may_have <= tier) & (found == len(quotas))
        if quota is None:
            found[may] = tier
            left_over = np.zeros(len(best), dtype=np.intp)
            continue
        places = quota + left_over
        gets = may & (may.cumsum(axis=1) <= places[:, None])
        found[gets] = tier
        left_over = places - gets.sum(axis=1) if passes else np.zeros(len(best), dtype=np.intp)
    back = np.empty_like(found)
    np.put_along_axis(back, order, found, axis=1)
    return back
