"""Tiers and money, place by place. Source: docs/scoring.md, "Prizes". Money is whole fen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor

from scoring.verify.apart import effect
from scoring.verify.given import Given, once
from scoring.verify.keys import drawn
from scoring.verify.numbers import F, NotRecomputed, Table
from scoring.verify.ranking import ahead, order, rank_value
from scoring.verify.rounds import course, provisional

Places = Sequence[int | None]  # the tier of each place taken, None where there was none left


@dataclass
class Books:
    """``awards``: unit -> (tiers, fen). planned + overrun = paid + vacant.

    ``undecided``: groups that wait at a boundary; ``decided``: whose award is a decision.
    """

    awards: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    planned: int = 0
    vacant: int = 0
    overrun: int = 0
    undecided: list[list[str]] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)

    @property
    def paid(self) -> int:
        """All that was awarded."""
        return sum(fen for _, fen in self.awards.values())


@dataclass
class Field:
    """What the policies need to know: the scheme's tiers with their places left, and the books."""

    given: Given
    tiers: list[Table]
    left: list[int | None]
    books: Books = field(default_factory=Books)

    def fen(self, tier: int | None) -> int:
        """The money of a place."""
        return 0 if tier is None else int(F(self.tiers[tier]["yuan"]) * 100)

    def take(self, number: int, tier: int) -> list[int | None]:
        """The next places from ``tier`` downwards."""
        taken: list[int | None] = []
        while len(taken) < number and tier < len(self.left):
            left = self.left[tier]
            if left == 0:
                tier += 1
                continue
            if left is None:
                self.books.planned += self.fen(tier)
            else:
                self.left[tier] = left - 1
            taken.append(tier)
        return taken + [None] * (number - len(taken))

    def give_back(self, places: Places) -> None:
        """Places that were taken and are not needed."""
        for tier in places:
            if tier is not None and (left := self.left[tier]) is not None:
                self.left[tier] = left + 1
            elif tier is not None:
                self.books.planned -= self.fen(tier)

    def give(self, unit: str, tiers: Sequence[int], fen: int) -> None:
        """An award; the money of a unit that waits, or is not paid, stays vacant."""
        waits = provisional(self.given, unit)
        if waits or effect(self.given, unit, "no_money"):
            self.books.vacant += fen
            fen = 0
        self.books.awards[unit] = ([] if waits else [self.tiers[tier]["id"] for tier in tiers], fen)


@once
def books(given: Given) -> Books:
    """Who gets what."""
    prizes, ranked = given.rule["prizes"], order(given).ranked
    # What is left for those who stopped hangs on those who came farther and have no score yet.
    groups = [group for group in order(given).groups if not ahead(given, group)]
    sizes = [_size(tier, len(ranked), prizes["share_count"]) for tier in prizes["tiers"]]
    if prizes["quota_by"] != "division":
        first = [division["id"] for division in given.rule["divisions"]] if prizes["first_of_each_division"] else []
        return _walk(given, groups, sizes, first)
    divisions = [division["id"] for division in given.rule["divisions"]]
    inside = [[[u for u in group if given.units[u]["division"] == name] for group in groups] for name in divisions]
    parts = _parts(inside, sizes)
    whole = Books()
    for i, own in enumerate(inside):
        part = _walk(given, [group for group in own if group], [sizes_of[i] for sizes_of in parts], [])
        whole.awards |= part.awards
        whole.planned += part.planned
        whole.vacant += part.vacant
        whole.overrun += part.overrun
        whole.undecided += part.undecided
        whole.decided |= part.decided
    return whole


def _size(tier: Table, ranked: int, count: str) -> int | None:
    if tier["share"] is None:
        size: int | None = tier["quota"]
        return size
    wanted = F(tier["share"]) * ranked
    return {"floor": floor(wanted), "ceil": ceil(wanted), "half_up": floor(wanted + F(1, 2))}[count]


def _parts(inside: list[list[list[str]]], sizes: Sequence[int | None]) -> list[list[int | None]]:
    """Of each tier the places of every division; ``inside``: division -> groups best first, as they stand over all.

    Of divisions with an equal right to a place that is left, the one whose next unit stands highest over all has it.
    """
    members = [sum(map(len, own)) for own in inside]
    # Where each unit of a division stands over all; behind the last of them stands nobody.
    standing = [[number for number, group in enumerate(own) for _ in group] for own in inside]
    used = [0] * len(inside)
    parts: list[list[int | None]] = []
    for size in sizes:
        if size is None:
            parts.append([None] * len(inside))
            continue
        rests = shared_out(size, members)
        whole = [part for part, _ in rests]
        following = [
            (own[n:] or [len(inside[0])])[0]
            for own, n in zip(standing, map(sum, zip(used, whole, strict=True)), strict=True)
        ]
        first = sorted(range(len(inside)), key=lambda i: (-rests[i][1], following[i]))
        for i in first[: size - sum(whole)]:
            whole[i] += 1
        used = [gone + part for gone, part in zip(used, whole, strict=True)]
        parts.append([*whole])
    return parts


def shared_out(number: int, sizes: Sequence[int]) -> list[tuple[int, F]]:
    """``number`` places in proportion to ``sizes``: for each the whole places and the rest of one that is left."""
    if not sum(sizes):
        sizes = [1] * len(sizes)
    exact = [F(number * size, sum(sizes)) for size in sizes]
    return [(floor(value), value - floor(value)) for value in exact]


def _best(given: Given, unit: str) -> int:
    """The highest tier a unit may have: by its value, and by a veto that bars the tiers above one."""
    tiers, value = given.rule["prizes"]["tiers"], rank_value(given, unit)
    barred = {veto["tier"] for veto in given.vetoes("unit", unit) if veto["effect"] == "cap_tier"}
    lowest = max((i for i, tier in enumerate(tiers) if tier["id"] in barred), default=0)
    number, rounds = course(given).reached[unit], [one["id"] for one in given.rule["rounds"]]
    asked = given.rule["prizes"]["round"]
    if asked and number < rounds.index(asked):
        return len(tiers)
    # A minimum is asked of totals through the last round; one of an earlier round is another number.
    through_last = number + 1 == max(1, len(rounds))
    able = [
        i for i, tier in enumerate(tiers)
        if tier["minimum"] is None or (through_last and value >= F(tier["minimum"]))
    ]  # fmt: skip
    return max(lowest, able[0] if able else len(tiers))


def _walk(given: Given, groups: Sequence[Sequence[str]], sizes: Sequence[int | None], first: list[str]) -> Books:
    tiers = given.rule["prizes"]["tiers"]
    field_ = Field(given, tiers, list(sizes))
    for tier, size in enumerate(sizes):
        field_.books.planned += (size or 0) * field_.fen(tier)
    waiting = [_in_order(given, group) for group in groups]
    best = {unit: _best(given, unit) for group in groups for unit in group}

    def next_group(tier: int, division: str | None = None) -> list[str]:
        found = (
            [u for u in group if best[u] <= tier and division in (None, given.units[u]["division"])]
            for group in waiting
        )
        return next((group for group in found if group), [])

    def reward(group: list[str], tier: int) -> None:
        award(field_, group, tier)
        waiting[:] = [[unit for unit in one if unit not in group] for one in waiting]

    for division in first if tiers else []:
        field_.left[0] = 1
        if group := next_group(0, division):
            reward(group, 0)
        _leave(field_, 0)
    for tier in range(1 if first and tiers else 0, len(tiers)):
        while field_.left[tier] != 0 and (group := next_group(tier)):
            reward(group, tier)
        _leave(field_, tier)
    for unit in (unit for group in waiting for unit in group):
        field_.books.awards[unit] = ([], 0)
    return field_.books


def _leave(field_: Field, tier: int) -> None:
    """Places nobody may have: vacant, or handed to the tier below with its money."""
    places, field_.left[tier] = field_.left[tier] or 0, 0
    below = tier + 1
    pass_down = field_.given.rule["prizes"]["below_minimum"] == "pass_down" and below < len(field_.tiers)
    if pass_down and (left := field_.left[below]) is not None:
        field_.left[below] = left + places
        field_.books.vacant += places * (field_.fen(tier) - field_.fen(below))
    else:
        field_.books.vacant += places * field_.fen(tier)


def boundary_of(given: Given) -> str:
    """What happens at a boundary between equals; where the secret of the draw is withheld, what the draw says."""
    draw, stated = given.rule["draw"], str(given.rule["prizes"]["boundary"])
    drawn_there = stated == "hort" or "draw" in given.rule["ties"]
    if draw and drawn_there and any(one["kind"] == "withheld" for one in given.decisions):
        return str(draw["withheld"])
    return stated


def _in_order(given: Given, group: Sequence[str]) -> list[str]:
    """Under the Hort system equals stand in their drawn order."""
    hort = boundary_of(given) == "hort"
    return list((drawn(given, group) if hort else None) or group)


def award(field_: Field, group: list[str], tier: int) -> None:
    """A group of equals takes the next places; across a boundary the scheme's policy says what follows."""
    places = field_.take(len(group), tier)
    if set(places) == {tier}:
        for unit in group:
            field_.give(unit, [tier], field_.fen(tier))
        return
    policies = {
        "pool": _pool, "pool_if_money": _pool if field_.fen(tier) else _decision, "extend_up": _extend_up,
        "extend_up_absorb": _absorb, "push_down": _push_down, "hort": _hort, "decision": _decision,
    }  # fmt: skip
    boundary = boundary_of(field_.given)
    if boundary not in policies:
        raise NotRecomputed("prizes.boundary", boundary)
    policies[boundary](field_, group, places)


def _sum(field_: Field, places: Places) -> int:
    return sum(field_.fen(tier) for tier in places)


def _pool(field_: Field, group: list[str], places: Places) -> None:
    each, rest = divmod(_sum(field_, places), len(group))
    tiers = sorted({tier for tier in places if tier is not None})
    if field_.given.rule["prizes"]["pool_title"] == "higher":
        tiers = tiers[:1]
    for number, unit in enumerate(group):
        field_.give(unit, tiers, each + (number < rest))


def _extend_up(field_: Field, group: list[str], places: Places) -> None:
    top = places[0] or 0
    beyond = [tier for tier in places if tier != top]
    field_.give_back(beyond)
    field_.books.overrun += len(beyond) * field_.fen(top)
    for unit in group:
        field_.give(unit, [top], field_.fen(top))


def _absorb(field_: Field, group: list[str], places: Places) -> None:
    top = places[0] or 0
    field_.books.overrun += len(group) * field_.fen(top) - _sum(field_, places)
    for unit in group:
        field_.give(unit, [top], field_.fen(top))


def _push_down(field_: Field, group: list[str], places: Places) -> None:
    low = places[-1]
    if low is None:
        field_.books.vacant += _sum(field_, places)
        for unit in group:
            field_.give(unit, [], 0)
        return
    above = [tier for tier in places if tier != low]
    more = field_.take(len(above), low)
    inside = [tier for tier in more if tier == low]
    field_.give_back([tier for tier in more if tier != low])
    left_over = _sum(field_, above) - (len(above) - len(inside)) * field_.fen(low)
    field_.books.vacant += max(0, left_over)
    field_.books.overrun += max(0, -left_over)
    for unit in group:
        field_.give(unit, [low], field_.fen(low))


def _hort(field_: Field, group: list[str], places: Places) -> None:
    if not field_.given.seed:
        _wait(field_, group, places)
        return
    amounts = [field_.fen(tier) for tier in places]
    exact = [F(amount, 2) + F(sum(amounts), 2 * len(group)) for amount in amounts]
    fen = [floor(value) for value in exact]
    by_rest = sorted(range(len(group)), key=lambda i: fen[i] - exact[i])
    for i in by_rest[: sum(amounts) - sum(fen)]:
        fen[i] += 1
    for unit, tier, amount in zip(group, places, fen, strict=True):
        field_.give(unit, [] if tier is None else [tier], amount)


def _decision(field_: Field, group: list[str], places: Places) -> None:
    ids = [tier["id"] for tier in field_.tiers]
    may = {"" if tier is None else ids[tier] for tier in places}
    decided = [one for unit in group for _, one in field_.given.decided("award", unit)]
    if len(decided) < len(group) or any(one["rule"] not in may for one in decided):
        _wait(field_, group, places)
        return
    amounts = [int(F(one["value"] or "0") * 100) for one in decided]
    left_over = _sum(field_, places) - sum(amounts)
    field_.books.vacant += max(0, left_over)
    field_.books.overrun += max(0, -left_over)
    field_.books.decided |= set(group)
    for unit, one, fen in zip(group, decided, amounts, strict=True):
        field_.give(unit, [ids.index(one["rule"])] if one["rule"] else [], fen)


def _wait(field_: Field, group: list[str], places: Places) -> None:
    """The places are held, and their money with them."""
    field_.books.undecided.append(group)
    field_.books.vacant += _sum(field_, places)
    for unit in group:
        field_.books.awards[unit] = ([], 0)
