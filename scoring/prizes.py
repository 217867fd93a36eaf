"""Tiers, quotas and money, best first; and what happens when equals stand across a boundary.

Source: docs/scoring.md, "Prizes". Money is whole fen. Nothing is lost or made: what is paid and what stays vacant is
always what was planned and what was granted above it; this is asserted at every run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from scoring.faults import must
from scoring.numbers import ZERO, split_fen

Boundary = Literal["pool_if_money", "pool", "extend_up", "extend_up_absorb", "push_down", "hort", "decision"]


class TierSize(NamedTuple):
    """A tier with its places counted out; ``quota`` None: as many as may have it."""

    id: str
    quota: int | None
    fen: int


@dataclass(frozen=True, slots=True)
class Contender:
    """A unit that may be rewarded. ``best``: index of the highest tier it may have (len(tiers): none).

    ``drawn``: whether the order within its group of equals was drawn, which ``hort`` needs.
    ``withheld``: it holds its place, but the award waits (a provisional score); ``unpaid``: the tier without the money.
    ``decided``: (tier id, fen) by a recorded decision, for the policy ``decision``.
    """

    unit: str
    best: int = 0
    division: str = ""
    withheld: bool = False
    unpaid: bool = False
    decided: tuple[str, int] | None = None
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Award:
    """A unit's tiers (more than one where places were pooled, none where nothing was won) and its money in fen."""

    tiers: tuple[str, ...]
    fen: int


@dataclass(slots=True)
class Allotment:
    """Who gets what. Amounts in fen: planned + overrun = paid + vacant.

    Places likewise: ``places`` (of the quotas, and in tiers without one as many as were given) + ``extra`` = ``taken``
    + ``empty``; a place that is held until a decision is taken. ``open``: groups at a boundary that need a decision;
    ``decided``: units whose award a decision gave.
    """

    awards: dict[str, Award] = field(default_factory=dict)
    planned: int = 0
    overrun: int = 0
    vacant: int = 0
    places: int = 0
    extra: int = 0
    taken: int = 0
    empty: int = 0
    open: list[tuple[str, ...]] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)

    @property
    def paid(self) -> int:
        """The sum of all awards."""
        return sum(award.fen for award in self.awards.values())

    def balances(self) -> bool:
        """Whether the books agree."""
        filled = self.places + self.extra == self.taken + self.empty
        return self.planned + self.overrun == self.paid + self.vacant and filled

    def add(self, part: "Allotment") -> None:
        """The awards and the books of one more list."""
        self.awards |= part.awards
        self.planned += part.planned
        self.overrun += part.overrun
        self.vacant += part.vacant
        self.places += part.places
        self.extra += part.extra
        self.taken += part.taken
        self.empty += part.empty
        self.open += part.open
        self.decided |= part.decided


def allot(
    groups: Sequence[Sequence[Contender]],
    tiers: Sequence[TierSize],
    boundary: Boundary,
    below_minimum: Literal["vacant", "pass_down"],
    divisions_first: Sequence[str] = (),
) -> Allotment:
    """Award ``tiers`` (best first) to ``groups`` of equals (best first), each in declared order.

    ``divisions_first``: the first tier goes to the best of each of these divisions, one place each; the rest compete
    for the other tiers over all. For ``hort`` a group's order is its drawn order.
    """
    walk = _Walk(tiers, boundary, below_minimum)
    waiting = [list(group) for group in groups]
    if divisions_first and tiers:
        for division in divisions_first:
            walk.left[0] = 1
            found = [[c for c in group if c.division == division and c.best == 0] for group in waiting]
            first = next((group for group in found if group), [])
            if first:
                walk.place(first, 0)
                gone = {contender.unit for contender in first}
                waiting = [[c for c in group if c.unit not in gone] for group in waiting]
            walk.vacate(0)
        start = 1
    else:
        start = 0
    for tier in range(start, len(tiers)):
        while walk.left[tier] is None or walk.left[tier]:
            group = next((may for group in waiting if (may := [c for c in group if c.best <= tier])), None)
            if group is None:
                break
            walk.place(group, tier)
            gone = {contender.unit for contender in group}
            waiting = [[c for c in group if c.unit not in gone] for group in waiting]
        walk.vacate(tier)
    for group in waiting:
        for contender in group:
            walk.result.awards[contender.unit] = Award((), 0)
    result = walk.result
    must(hold=all(award.fen >= 0 for award in result.awards.values()), promise="no award is below 0")
    must(hold=result.balances(), promise="planned + overrun = paid + vacant")
    return result


class _Walk:
    """The places still to be had, and the books, while the groups go by."""

    def __init__(self, tiers: Sequence[TierSize], boundary: Boundary, below_minimum: str) -> None:
        self.tiers = tiers
        self.boundary = boundary
        self.below_minimum = below_minimum
        self.left: list[int | None] = [tier.quota for tier in tiers]
        self.result = Allotment(
            planned=sum((tier.quota or 0) * tier.fen for tier in tiers), places=sum(tier.quota or 0 for tier in tiers)
        )

    def give(self, contender: Contender, tiers: tuple[int, ...], fen: int) -> None:
        if contender.withheld or contender.unpaid:
            self.result.vacant += fen
            fen = 0
        names = () if contender.withheld else tuple(self.tiers[tier].id for tier in tiers)
        self.result.awards[contender.unit] = Award(names, fen)

    def vacate(self, tier: int) -> None:
        """The places of ``tier`` that nobody may have stay vacant, or pass to the tier below with its amount."""
        places, amount = self.left[tier], self.tiers[tier].fen
        if not places:
            return
        below = tier + 1
        if self.below_minimum == "pass_down" and below < len(self.tiers) and self.left[below] is not None:
            self.left[below] = (self.left[below] or 0) + places
            self.result.vacant += places * (amount - self.tiers[below].fen)
        else:
            self.result.vacant += places * amount
            self.result.empty += places

    def place(self, group: Sequence[Contender], tier: int) -> None:
        """A group of equals meets the places from ``tier`` on."""
        left = self.left[tier]
        if left is None:
            self._open_ended(len(group), tier)
        if left is None or len(group) <= left:
            self.result.taken += len(group)
            self.left[tier] = None if left is None else left - len(group)
            for contender in group:
                self.give(contender, (tier,), self.tiers[tier].fen)
            return
        getattr(self, f"_{self.boundary}")(group, tier)

    def _open_ended(self, number: int, tier: int) -> None:
        """So many places of a tier without a number: they are planned as they are given."""
        self.result.planned += number * self.tiers[tier].fen
        self.result.places += number

    def _slots(self, number: int, tier: int) -> list[int | None]:
        """Take the next ``number`` places from ``tier`` on; None where there are none left."""
        taken: list[int | None] = []
        for at in range(tier, len(self.tiers)):
            left = self.left[at]
            take = number - len(taken) if left is None else min(left, number - len(taken))
            if left is None:
                self._open_ended(take, at)
            else:
                self.left[at] = left - take
            taken += [at] * take
        self.result.taken += len(taken)
        return taken + [None] * (number - len(taken))

    def _fen(self, slots: Sequence[int | None]) -> int:
        return sum(self.tiers[slot].fen for slot in slots if slot is not None)

    def _pool(self, group: Sequence[Contender], tier: int) -> None:
        slots = self._slots(len(group), tier)
        label = tuple(sorted({slot for slot in slots if slot is not None}))
        for contender, fen in zip(group, split_fen(self._fen(slots), len(group)), strict=True):
            self.give(contender, label, fen)

    def _pool_if_money(self, group: Sequence[Contender], tier: int) -> None:
        """Shared equally where money hangs on it; a title alone is for people to decide."""
        if self.tiers[tier].fen:  # no tier below has more
            self._pool(group, tier)
        else:
            self._decision(group, tier)

    def _extend_up(self, group: Sequence[Contender], tier: int) -> None:
        above = len(group) - (self.left[tier] or 0)
        self.result.overrun += above * self.tiers[tier].fen
        self.result.extra += above
        self.result.taken += len(group)
        self.left[tier] = 0
        for contender in group:
            self.give(contender, (tier,), self.tiers[tier].fen)

    def _extend_up_absorb(self, group: Sequence[Contender], tier: int) -> None:
        slots = self._slots(len(group), tier)
        self.result.overrun += len(group) * self.tiers[tier].fen - self._fen(slots)
        above = slots.count(None)
        self.result.extra += above
        self.result.taken += above
        for contender in group:
            self.give(contender, (tier,), self.tiers[tier].fen)

    def _push_down(self, group: Sequence[Contender], tier: int) -> None:
        slots = self._slots(len(group), tier)
        if slots[-1] is None:
            self._leave(len(slots) - slots.count(None))
            self.result.vacant += self._fen(slots)
            for contender in group:
                self.give(contender, (), 0)
            return
        lowest = slots[-1]
        higher = [slot for slot in slots if slot != lowest]
        vacated = self._fen(higher)
        # The group takes places of the lower tier also for those it left vacant above, as far as there are any.
        left = self.left[lowest]
        taken = len(higher) if left is None else min(left, len(higher))
        if left is None:
            self._open_ended(taken, lowest)
        else:
            self.left[lowest] = left - taken
        self._leave(len(higher))
        self.result.taken += len(higher)
        self.result.extra += len(higher) - taken
        # What the group left vacant above pays for places it needs beyond the lower quota; no tier below has more.
        self.result.vacant += vacated - (len(higher) - taken) * self.tiers[lowest].fen
        for contender in group:
            self.give(contender, (lowest,), self.tiers[lowest].fen)

    def _leave(self, number: int) -> None:
        """So many places that were taken stay empty after all."""
        self.result.taken -= number
        self.result.empty += number

    def _hort(self, group: Sequence[Contender], tier: int) -> None:
        slots = self._slots(len(group), tier)
        if not all(contender.drawn for contender in group):
            self._undecided(group, slots)
            return
        amounts = hort_fen([self.tiers[slot].fen if slot is not None else 0 for slot in slots])
        for contender, slot, fen in zip(group, slots, amounts, strict=True):
            self.give(contender, (slot,) if slot is not None else (), fen)

    def _undecided(self, group: Sequence[Contender], slots: Sequence[int | None]) -> None:
        """The places are held, and their money with them, until people decide or draw."""
        self.result.open.append(tuple(contender.unit for contender in group))
        self.result.vacant += self._fen(slots)
        for contender in group:
            self.result.awards[contender.unit] = Award((), 0)

    def _decision(self, group: Sequence[Contender], tier: int) -> None:
        slots = self._slots(len(group), tier)
        planned = self._fen(slots)
        decided = [contender.decided for contender in group]
        names = {self.tiers[slot].id if slot is not None else "" for slot in slots}
        if any(award is None or award[0] not in names for award in decided):
            self._undecided(group, slots)
            return
        self.result.decided |= {contender.unit for contender in group}
        spent = sum(award[1] for award in decided if award)
        self.result.overrun += max(0, spent - planned)
        self.result.vacant += max(0, planned - spent)
        place = {size.id: index for index, size in enumerate(self.tiers)}
        for contender, award in zip(group, decided, strict=True):
            if award:
                self.give(contender, (place[award[0]],) if award[0] else (), award[1])


def hort_shares(amounts: Sequence[int]) -> list[Fraction]:
    """Half of each one's own prize and an equal share of the other halves, exactly (the Hort system)."""
    pooled = Fraction(sum(amounts), 2 * len(amounts)) if amounts else ZERO
    return [Fraction(amount, 2) + pooled for amount in amounts]


def hort_fen(amounts: Sequence[int]) -> list[int]:
    """:func:`hort_shares` in whole fen that add up: the fen that are left go to the largest remainders, in order."""
    shares = hort_shares(amounts)
    whole = [int(share) for share in shares]
    left = sum(amounts) - sum(whole)
    for i in sorted(range(len(shares)), key=lambda i: (whole[i] - shares[i], i))[:left]:
        whole[i] += 1
    return whole


def largest_remainder(total: int, sizes: Sequence[int], ahead: Callable[[int, int], int] | None = None) -> list[int]:
    """``total`` places shared out in proportion to ``sizes``; the largest remainders get what is left.

    Among equal remainders those for whom ``ahead(index, places they have)`` is least, then the first in order.
    """
    if not sum(sizes):
        sizes = [1] * len(sizes)  # nobody yet: the places are planned all the same
    whole = [total * size // sum(sizes) for size in sizes]

    def place(i: int) -> tuple[int, int, int]:
        return -(total * sizes[i] % sum(sizes)), ahead(i, whole[i]) if ahead else 0, i

    for i in sorted(range(len(sizes)), key=place)[: total - sum(whole)]:
        whole[i] += 1
    return whole
