"""Who is rewarded: the order of the units meets the tiers of the scheme. Source: docs/scoring.md, "Prizes"."""

from dataclasses import replace

from scoring.faults import Fault
from scoring.numbers import count_of
from scoring.prizes import Allotment, Contender, TierSize, allot, largest_remainder
from scoring.ranking import Ranking


def rewards(ranking: Ranking) -> Allotment:
    """The tiers and the money."""
    scheme, prizes = ranking.scheme, ranking.scheme.prizes
    # While somebody who came farther has no score yet, nobody knows what is left for those who stopped before.
    groups = [group for group in ranking.groups if not ranking.farther(ranking.reached[group[0]])]
    contenders = [[_contender(ranking, unit) for unit in group] for group in groups]
    if prizes.boundary == "hort":
        contenders = [_in_drawn_order(ranking, group) for group in contenders]
    ranked = sum(len(group) for group in ranking.groups)
    sizes = [
        TierSize(
            tier.id,
            tier.quota if tier.share is None else count_of(tier.share, ranked, prizes.share_count),
            tier.yuan,
        )
        for tier in prizes.tiers
    ]
    first = [division.id for division in scheme.divisions] if prizes.first_of_each_division else []
    if prizes.quota_by == "division":
        result = _by_division(ranking, contenders, sizes)
    else:
        result = allot(contenders, sizes, prizes.boundary, prizes.below_minimum, first)
    for group in result.open:
        by_draw = prizes.boundary == "hort"
        ranking.chain.open.append(
            Fault("draw.waiting" if by_draw else "boundary.undecided", {"units": ", ".join(group)})
        )
    return result


def _contender(ranking: Ranking, unit: str) -> Contender:
    tiers = ranking.scheme.prizes.tiers
    value = ranking.values[unit]
    # A minimum is asked of totals through the last round; what somebody had in an earlier one is another number.
    through = ranking.reached[unit] + 1 == len(ranking.chains)
    reached = [tier.minimum is None or (through and value >= tier.minimum) for tier in tiers]
    best = next((i for i, reaches in enumerate(reached) if reaches), len(tiers))
    rounds = [one.id for one in ranking.scheme.rounds]
    asked = ranking.scheme.prizes.round
    if asked and ranking.reached[unit] < rounds.index(asked):
        best = len(tiers)
    for veto in ranking.vetoes[unit]:
        if veto.effect == "cap_tier":
            best = max(best, next(i for i, tier in enumerate(tiers) if tier.id == veto.tier))
    return Contender(
        unit,
        best,
        ranking.units[unit].division,
        withheld=ranking.provisional(unit),
        unpaid=bool(ranking.has(unit, "no_money")),
        decided=ranking.decided.awards.get(unit),
    )


def _in_drawn_order(ranking: Ranking, group: list[Contender]) -> list[Contender]:
    if len(group) == 1:
        return group
    by_unit = {contender.unit: contender for contender in group}
    order = ranking.chain.drawn_order(list(by_unit))
    if order is None:
        return [replace(contender, drawn=False) for contender in group]
    return [by_unit[unit] for unit in order]


def _by_division(ranking: Ranking, groups: list[list[Contender]], sizes: list[TierSize]) -> Allotment:
    """Each division by itself, with its proportional part of every quota."""
    divisions = [division.id for division in ranking.scheme.divisions]
    members = [sum(c.division == division for group in groups for c in group) for division in divisions]
    quotas = [
        [None] * len(divisions) if size.quota is None else largest_remainder(size.quota, members) for size in sizes
    ]
    whole = Allotment()
    for place, division in enumerate(divisions):
        inside = [own for group in groups if (own := [c for c in group if c.division == division])]
        own_sizes = [TierSize(size.id, quotas[i][place], size.fen) for i, size in enumerate(sizes)]
        part = allot(inside, own_sizes, ranking.scheme.prizes.boundary, ranking.scheme.prizes.below_minimum)
        whole.awards |= part.awards
        whole.planned += part.planned
        whole.overrun += part.overrun
        whole.vacant += part.vacant
        whole.open += part.open
        whole.decided |= part.decided
    return whole
