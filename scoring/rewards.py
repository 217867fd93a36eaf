"""Who is rewarded: the order of the units meets the tiers of the scheme. Source: docs/scoring.md, "Prizes"."""

from dataclasses import replace

from scoring.faults import Fault
from scoring.numbers import count_of
from scoring.prizes import Allotment, Award, Contender, TierSize, allot, largest_remainder
from scoring.promises import check_input_order
from scoring.ranking import Ranking


def rewards(ranking: Ranking) -> Allotment:
    """The tiers and the money."""
    prizes = ranking.scheme.prizes
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
    result = _allot(ranking, contenders, sizes)
    # A drawn order is none of the input's: it is the same whichever way the rows stand.
    turned = contenders if prizes.boundary == "hort" else [group[::-1] for group in contenders]
    check_input_order(result, _allot(ranking, turned, sizes))
    for group in result.open:
        by_draw = prizes.boundary == "hort"
        ranking.chain.open.append(
            Fault("draw.waiting" if by_draw else "boundary.undecided", {"units": ", ".join(group)})
        )
    if prizes.pool_title == "higher":
        result.awards = {unit: Award(award.tiers[:1], award.fen) for unit, award in result.awards.items()}
    return result


def _allot(ranking: Ranking, contenders: list[list[Contender]], sizes: list[TierSize]) -> Allotment:
    """The awards of all lists: over all, each division by itself, or the first of each division before the others."""
    prizes = ranking.scheme.prizes
    if prizes.quota_by == "division":
        return _by_division(ranking, contenders, sizes)
    first = [division.id for division in ranking.scheme.divisions] if prizes.first_of_each_division else []
    return allot(contenders, sizes, prizes.boundary, prizes.below_minimum, first)


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
    inside = [
        [own for group in groups if (own := [c for c in group if c.division == division])] for division in divisions
    ]
    quotas = _shared_out(groups, inside, sizes)
    whole = Allotment()
    for place, line in enumerate(inside):
        own_sizes = [TierSize(size.id, quotas[i][place], size.fen) for i, size in enumerate(sizes)]
        part = allot(line, own_sizes, ranking.scheme.prizes.boundary, ranking.scheme.prizes.below_minimum)
        whole.add(part)
    return whole


def _shared_out(
    groups: list[list[Contender]], inside: list[list[list[Contender]]], sizes: list[TierSize]
) -> list[list[int | None]]:
    """For each tier its places in each division, in proportion to the ranked.

    Where divisions have an equal right to the last place, it goes to the one whose next unit stands highest over all.
    """
    place = {contender.unit: number for number, group in enumerate(groups) for contender in group}
    lines = [[contender.unit for group in own for contender in group] for own in inside]
    members = [len(line) for line in lines]
    before = [0] * len(lines)
    quotas: list[list[int | None]] = []
    for size in sizes:
        if size.quota is None:
            quotas.append([None] * len(lines))
            continue

        def ahead(division: int, places: int, gone: tuple[int, ...] = tuple(before)) -> int:
            following = gone[division] + places
            line = lines[division]
            return place[line[following]] if following < len(line) else len(groups)

        shares = largest_remainder(size.quota, members, ahead)
        before = [done + share for done, share in zip(before, shares, strict=True)]
        quotas.append([*shares])
    return quotas
