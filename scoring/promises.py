"""What must hold of every result, whatever the scheme says. Asserted at every run: money and places hang on it.

Source: docs/scoring.md, "Prizes". A promise that fails is never the input's doing; nothing may be published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from scoring.faults import must
from scoring.prizes import Allotment, Award
from scoring.results import Money, UnitResult

if TYPE_CHECKING:
    from scoring.scheme import Scheme

Won = tuple[UnitResult, Award]


def check_order(scheme: Scheme, units: Sequence[UnitResult]) -> None:
    """Places rise, nobody stands above a higher score, and who is vetoed has what the veto leaves."""
    ranked = [unit for unit in units if unit.place is not None]
    last = {veto.id for veto in scheme.vetoes if veto.effect == "rank_last"}
    for higher, lower in pairwise(ranked):
        must(hold=(higher.place or 0) <= (lower.place or 0), promise="places rise")
        in_order = _standing(scheme, higher) >= _standing(scheme, lower) or not last.isdisjoint(lower.vetoes)
        must(hold=in_order, promise="nobody stands above a higher score of the same round, nor of a later one")
    _check_vetoes(scheme, units)
    if scheme.prizes.first_of_each_division:
        _check_division_winners(scheme, ranked)
    for listed in _lists(scheme, ranked):
        _check_list(scheme, listed)


def check_books(scheme: Scheme, money: Money, allotment: Allotment) -> None:
    """Paid + vacant = planned + overrun; what is planned is the budget; every place is filled, empty or extra."""
    amounts = [award.fen for award in allotment.awards.values()]
    must(hold=all(type(fen) is int and fen >= 0 for fen in amounts), promise="amounts are whole fen from 0 on")
    must(hold=money.paid == sum(amounts), promise="what is paid is the sum of the awards")
    must(hold=money.planned + money.overrun == money.paid + money.vacant, promise="planned + overrun = paid + vacant")
    must(hold=money.vacant >= 0 and money.overrun >= 0, promise="nothing vacant or above the plan is below 0")
    if scheme.prizes.budget_yuan is not None:
        must(hold=money.planned == scheme.prizes.budget_yuan, promise="the plan is the budget")
    filled = allotment.taken + allotment.empty
    must(hold=allotment.places + allotment.extra == filled, promise="places + extra = taken + empty")


def check_input_order(one: Allotment, other: Allotment) -> None:
    """``other`` was made with every group of equals turned round: nobody has another tier, or more than a fen more."""
    for unit, award in one.awards.items():
        turned = other.awards[unit]
        alike = award.tiers == turned.tiers and abs(award.fen - turned.fen) <= 1
        must(hold=alike, promise="the order of rows decides no more than the fen that remain")


def _standing(scheme: Scheme, unit: UnitResult) -> tuple[int, Fraction]:
    """How far a unit came, and with what: whoever came farther stands above."""
    came = next((i for i, one in enumerate(scheme.rounds) if one.id == unit.round), 0)
    return came, unit.rank_value or Fraction(0)


def _check_vetoes(scheme: Scheme, units: Iterable[UnitResult]) -> None:
    tiers = {tier.id: i for i, tier in enumerate(scheme.prizes.tiers)}
    rules = {veto.id: veto for veto in scheme.vetoes}
    for unit in units:
        must(hold=not (unit.award and unit.excluded), promise="who is excluded wins nothing")
        for veto in (rules[name] for name in unit.vetoes):
            if unit.award is None:
                continue
            must(hold=veto.effect != "no_money" or not unit.award.fen, promise="a veto on the money leaves none")
            if veto.effect == "cap_tier" and veto.tier:
                best = _best(unit.award, tiers)
                must(hold=best >= tiers[veto.tier], promise="a veto on tiers leaves none above")


def _best(award: Award, tiers: dict[str, int]) -> int:
    """The place of an award's highest tier; behind the last where nothing was won."""
    return min((tiers[name] for name in award.tiers), default=len(tiers))


def _lists(scheme: Scheme, ranked: Sequence[UnitResult]) -> Iterable[list[Won]]:
    """Those who compete for the same places, best first: all; each division; or all but the first of divisions."""
    prizes = scheme.prizes
    fair = [(unit, unit.award) for unit in ranked if unit.award and not unit.vetoes and not unit.provisional]
    if prizes.boundary in ("decision", "pool_if_money", "hort"):
        # Who waits at a boundary for people or for the draw has nothing yet.
        fair = [(unit, award) for unit, award in fair if award.tiers]
    if prizes.quota_by == "division":
        for division in scheme.divisions:
            yield [(unit, award) for unit, award in fair if unit.unit.division == division.id]
    elif prizes.first_of_each_division and prizes.tiers:
        first = prizes.tiers[0].id
        # Whoever shares in the first of his division, even if pooled, competed for another place.
        yield [(unit, award) for unit, award in fair if first not in award.tiers and not _tied_first(unit, ranked)]
    else:
        yield fair


def _tied_first(unit: UnitResult, ranked: Sequence[UnitResult]) -> bool:
    """Whether nobody of his division stands before him: then he stood at the boundary of its first place."""
    own = [other.place or 0 for other in ranked if other.unit.division == unit.unit.division]
    return (unit.place or 0) <= min(own)


def _check_list(scheme: Scheme, listed: Sequence[Won]) -> None:
    tiers = {tier.id: i for i, tier in enumerate(scheme.prizes.tiers)}
    boundary = scheme.prizes.boundary
    groups: dict[int, list[Award]] = {}
    for unit, award in listed:
        groups.setdefault(unit.place or 0, []).append(award)
        pooled = boundary in ("pool", "pool_if_money")
        must(hold=len(award.tiers) <= 1 or pooled, promise="nobody has two tiers unless places were pooled")
    if boundary not in ("hort", "decision"):
        for group in groups.values():
            spread = max(award.fen for award in group) - min(award.fen for award in group)
            must(hold=spread <= 1, promise="equals are paid alike, up to one fen")
            must(hold=len({award.tiers for award in group}) == 1, promise="equals have the same tier")
    for above, below in pairwise(groups.values()):
        places = [[_best(award, tiers) for award in group] for group in (above, below)]
        must(hold=max(places[0]) <= min(places[1]), promise="a higher score has no lower tier")
        # A recorded decision may name any amounts; every other rule pays a higher score at least as much.
        level = boundary == "decision" or min(award.fen for award in above) >= max(award.fen for award in below)
        must(hold=level, promise="a higher score is not paid less")


def _check_division_winners(scheme: Scheme, ranked: Sequence[UnitResult]) -> None:
    first = scheme.prizes.tiers[0].id
    for unit in ranked:
        if unit.award and first in unit.award.tiers:
            rivals = [other for other in ranked if other.unit.division == unit.unit.division and not other.vetoes]
            best = max((_standing(scheme, other) for other in rivals), default=(0, Fraction(0)))
            must(hold=_standing(scheme, unit) >= best, promise="a division's first is the best of his division")
