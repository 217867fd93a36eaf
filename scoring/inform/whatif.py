"""What if: the same marks under another rule, or without a judge, a bloc or an entry. Exact, and never official.

Reads a contest. Gives who would move, by how much, across which boundary, and what money would move; each result says
under which rule it was computed. Source: docs/robustness.md, "What if".
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.chain import Frozen
from scoring.check import Due
from scoring.decisions import read_decisions
from scoring.entries import filled
from scoring.faults import Fault, Refused
from scoring.inform.contest import Contest, blocs, under, without_entry, without_judges
from scoring.marked import Marking
from scoring.results import Tabulation, UnitResult
from scoring.roster import Decision
from scoring.scheme import Scheme
from scoring.tabulate import computed, concluded, contradictions

_LISTED = 12  # so many known names are printed in a sentence; a longer list helps nobody

ChangeKind = Literal["judge", "bloc", "entry", "rule", "scheme"]


@dataclass(frozen=True, slots=True)
class Change:
    """What would be different: who is left out, by id or name of the bloc; or which rule holds, by its name."""

    kind: ChangeKind
    name: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a unit stands under one rule. ``tiers``, ``fen``: as in ``Award``; ``waits``: people must decide first."""

    place: int | None
    place_shown: str
    score: Fraction | None
    shown: str
    tiers: tuple[str, ...]
    fen: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One unit before and after. ``crosses``: the boundaries between, as (tier above, tier below or nothing)."""

    unit: str
    before: Stand
    after: Stand
    crosses: tuple[tuple[str, str], ...]

    @property
    def points(self) -> Fraction | None:
        """By how much its score changes, exactly; None where there is none before or after."""
        if self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score

    @property
    def fen(self) -> int:
        """The money it would have more, or less."""
        return self.after.fen - self.before.fen

    @property
    def place_changes(self) -> bool:
        """Whether it stands elsewhere in the order."""
        return self.before.place != self.after.place

    @property
    def prize_changes(self) -> bool:
        """Whether its tier or its money changes, or waits for people now."""
        return (self.before.tiers, self.before.fen, self.before.waits) != (
            self.after.tiers, self.after.fen, self.after.waits,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would be, beside what is. ``units``: everybody of whom anything changes, in the order of the real result.

    ``official`` and ``rule`` are the digests of the scheme that holds and of the one this was computed under; ``open``
    is what would have to be settled that is not open now.
    """

    change: Change
    official: str
    rule: str
    units: tuple[Move, ...]
    open: tuple[Fault, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The units that would stand elsewhere or win something else; a score alone is no move."""
        return tuple(move for move in self.units if move.place_changes or move.prize_changes)

    @property
    def fen(self) -> int:
        """The money that would go to others than now."""
        return max(sum(max(move.fen, 0) for move in self.units), sum(max(-move.fen, 0) for move in self.units))


@dataclass(frozen=True, slots=True)
class Blind:
    """All that may be told of a what-if before the seals are opened: under which rule, and how many would move."""

    change: Change
    official: str
    rule: str
    moves: int


def told_blind(whatif: WhatIf) -> Blind:
    """A what-if as it may be told under the blind: no unit, no score, no place, no money."""
    return Blind(whatif.change, whatif.official, whatif.rule, len(whatif.moves))


def without_judge(contest: Contest, official: Tabulation, judge: str) -> WhatIf:
    """As if ``judge`` had not marked. Raises Refused where nobody has this id."""
    known = [one.id for one in contest.roster.judges]
    return _left_out(contest, official, Change("judge", _known(judge, known)), (judge,))


def without_bloc(contest: Contest, official: Tabulation, bloc: str) -> WhatIf:
    """As if nobody of ``bloc`` had marked. Raises Refused where there is none of this name."""
    known = blocs(contest.roster)
    return _left_out(contest, official, Change("bloc", _known(bloc, list(known))), known[bloc])


def without_one_entry(contest: Contest, official: Tabulation, entry: str) -> WhatIf:
    """As if ``entry`` had not been shown. Raises Refused where there is none of this id."""
    change = Change("entry", _known(entry, [one.id for one in contest.roster.entries]))
    return _compared(contest.scheme, official, recount(contest, without_entry(contest, entry)), change, contest.scheme)


def under_scheme(contest: Contest, official: Tabulation, scheme: Scheme, change: Change) -> WhatIf:
    """As if ``scheme`` had been the rule. Raises Refused where the marks or the roster do not fit it."""
    other = under(contest, scheme)
    faults = contradictions(scheme, other.roster, other.sheets, other.priors, other.decisions)
    if faults:
        raise Refused(faults)
    return _compared(contest.scheme, official, recount(contest, other), change, scheme)


def recount(contest: Contest, other: Contest) -> Tabulation:
    """The tabulation of ``other``, which was made of ``contest`` and so contradicts nothing.

    A draw is not drawn again: it stays the one of the contest, or every leaving out would look like a new throw.
    """
    return computed(other.scheme, other.roster, other.sheets, other.priors, other.decisions, _drawn_from(contest))


def _drawn_from(contest: Contest) -> Frozen:
    return Frozen(contest.scheme, contest.roster, contest.sheets, contest.priors, contest.decisions)


def _known(name: str, known: list[str]) -> str:
    if name not in known:
        listed = ", ".join(known[:_LISTED]) + (" …" if len(known) > _LISTED else "")
        raise Refused([Fault("whatif.unknown_name", {"name": name, "known": listed or "-"})])
    return name


def _left_out(contest: Contest, official: Tabulation, change: Change, judges: tuple[str, ...]) -> WhatIf:
    """One of many such cases, so only the numbers: no score holds the sheets it was made of."""
    other = _accepted(without_judges(contest, judges), official)
    decided, _ = read_decisions(other.scheme, other.roster, other.decisions)
    due = Due(other.scheme, other.roster, decided.absent)
    marking = filled(Marking(other.scheme, other.roster, decided, worked=False), other.sheets, due)
    result = concluded(marking, other.priors, _drawn_from(contest))
    return _compared(contest.scheme, official, result, change, contest.scheme)


def _accepted(contest: Contest, official: Tabulation) -> Contest:
    """The contest where the smaller panel is enough: what is asked is what the others' marks say, and no more."""
    decided = {one.subject for one in contest.decisions if one.kind == "accept"}
    enough = [name for name, entry in official.entries.items() if not entry.provisional and name not in decided]
    accepted = tuple(Decision("accept", name) for name in enough)
    return Contest(contest.scheme, contest.roster, contest.sheets, contest.priors, (*contest.decisions, *accepted))


def _compared(scheme: Scheme, official: Tabulation, other: Tabulation, change: Change, rule: Scheme) -> WhatIf:
    before, after = stands(official), stands(other)
    ladders = [tuple(tier.id for tier in one.prizes.tiers) for one in (scheme, rule)]
    units = [
        Move(unit, stand, after[unit], _crossed(ladders[0], stand, after[unit]) if ladders[0] == ladders[1] else ())
        for unit, stand in before.items()
        if stand != after[unit]
    ]
    known = set(map(_spelled, official.open))
    return WhatIf(
        change=change,
        official=official.scheme_digest,
        rule=other.scheme_digest,
        units=tuple(units),
        open=tuple(fault for fault in other.open if _spelled(fault) not in known),
    )


def _spelled(fault: Fault) -> tuple[object, ...]:
    return (fault.code, *sorted(fault.params.items()))


def stands(result: Tabulation) -> dict[str, Stand]:
    """Where everybody stands, in the order of the result."""
    waiting = {
        unit
        for fault in result.open
        if fault.code in ("boundary.undecided", "draw.waiting")
        for unit in str(fault.params["units"]).split(", ")
    }
    return {unit.unit.id: _stand(unit, unit.unit.id in waiting) for unit in result.units}


def _stand(unit: UnitResult, waiting: bool) -> Stand:  # noqa: FBT001
    tiers, fen = (unit.award.tiers, unit.award.fen) if unit.award else ((), 0)
    waits = (waiting and not tiers) or (unit.provisional and unit.place is not None)
    return Stand(unit.place, unit.place_shown, unit.score, unit.shown, tiers, fen, waits)


def _crossed(ladder: tuple[str, ...], before: Stand, after: Stand) -> tuple[tuple[str, str], ...]:
    """The boundaries between the highest tier of one and of the other; who waits has crossed none yet."""
    if before.waits or after.waits:
        return ()
    rungs = [min((ladder.index(tier) for tier in stand.tiers), default=len(ladder)) for stand in (before, after)]
    names = (*ladder, "")
    return tuple((names[rung], names[rung + 1]) for rung in range(min(rungs), max(rungs)))
