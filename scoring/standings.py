"""The contest as it runs: round by round who takes part, where everybody stands, and who goes on.

Reads scores, decisions and who was marked where; gives the standings of every round and, for every unit, the last
round it took part in. Source: docs/scoring.md, "Rounds".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.chain import Chain, Frozen
from scoring.faults import Fault
from scoring.marked import Marking
from scoring.ranking import equals, rank_value, veto_of
from scoring.results import RoundResult, Standing, Status
from scoring.roster import Prior, Record
from scoring.rounds import Cut, Entrant, cut, quotas, reaches
from scoring.ties import Key, split
from scoring.units import Field, Total
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Advance, Round

NOWHERE = -1  # the round of a unit that withdrew from the first one


@dataclass(slots=True)
class Course:
    """``fields``, ``totals``: the contest at the end of every round. ``parts``: unit -> component -> score.

    ``reached``: unit -> the number of its last round; ``became``: for every round unit -> what became of it.
    """

    fields: list[Field]
    parts: dict[str, dict[str, Node | None]]
    totals: list[dict[str, Total]]
    reached: dict[str, int]
    rounds: list[RoundResult] = field(default_factory=list)
    became: list[dict[str, Status]] = field(default_factory=list)
    open: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def total(self, unit: str) -> Total | None:
        """The unit's total at the end of its last round."""
        number = self.reached[unit]
        return None if number == NOWHERE else self.totals[number].get(unit)

    def status(self, unit: str) -> Status:
        """What became of the unit in its last round."""
        if self.reached[unit] == NOWHERE:
            return "withdrawn"
        return self.became[self.reached[unit]][unit]


def run(marking: Marking, priors: Sequence[Prior | Record], frozen: Frozen) -> Course:
    """The whole course. A contest without rounds is one round that ends without a cut."""
    numbers = range(len(marking.scheme.rounds) or 1)
    fields = [Field(marking, tuple(priors), number) for number in numbers]
    units = marking.roster.units
    # A component's score is the same at the end of every round, so it is worked out once.
    parts = {unit.id: fields[-1].components(unit) for unit in units}
    totals = [one.totals(parts) for one in fields]
    course = Course(fields, parts, totals, dict.fromkeys((unit.id for unit in units), 0))
    if marking.scheme.rounds:
        _Walk(marking, frozen, course).walk()
    return course


def leave_idle(marking: Marking, course: Course) -> None:
    """Nothing is due of the entries of rounds that their units did not reach, so nothing of them stands open."""
    round_of = marking.scheme.round_of
    idle = {
        entry.id
        for entry in marking.roster.entries
        if round_of.get(entry.component, 0) > max(course.reached[entry.unit], 0)
        or course.reached[entry.unit] == NOWHERE
    }
    for name in idle:
        marking.results[name] = replace(marking.results[name], missing=(), provisional=False)
    marking.open = [fault for fault in marking.open if fault.params.get("entry") not in idle]
    marking.notes = [fault for fault in marking.notes if fault.params.get("entry") not in idle]


@dataclass(slots=True)
class _End:
    """The end of one round: who took part, what ranks, groups of equals, the cut, and what became of everybody."""

    number: int
    round: Round
    there: list[str]
    values: dict[str, Fraction]
    groups: list[list[str]] = field(default_factory=list)
    cut: Cut | None = None
    status: dict[str, Status] = field(default_factory=dict)


class _Walk:
    """The rounds one after the other."""

    def __init__(self, marking: Marking, frozen: Frozen, course: Course) -> None:
        self.marking = marking
        self.scheme = marking.scheme
        self.decided = marking.decided
        self.frozen = frozen
        self.course = course
        self.units = {unit.id: unit for unit in marking.roster.units}
        self.number = {one.id: i for i, one in enumerate(self.scheme.rounds)}
        self.begun = self._begun()
        self.groups = self._groups()

    def _begun(self) -> dict[str, int]:
        """Unit -> the number of the last round in which a sheet counts for it."""
        found: dict[str, int] = {}
        for marked in self.marking.marked.values():
            if marked.judges or marked.others["incomplete"]:
                number = self.scheme.round_of[marked.part.id]
                found[marked.entry.unit] = max(number, found.get(marked.entry.unit, 0))
        return found

    def _groups(self) -> dict[tuple[int, str], str]:
        """(Round, unit) -> the group in which it competes there."""
        of = self.scheme.round_of
        return {(of[entry.component], entry.unit): entry.group for entry in self.marking.roster.entries if entry.group}

    def _withdrew(self, unit: str, number: int) -> bool:
        """Whether the unit takes no part in round ``number`` by its own wish."""
        left = self.decided.withdrawals.get(unit)
        return left is not None and self.number[left] <= number

    def _excluded(self, unit: str, number: int) -> bool:
        """Whether a veto stood against it before it was marked in a later round."""
        later = self.begun.get(unit, 0) > number
        return not later and bool(veto_of(self.course.fields[number], self.decided, self.units[unit], "exclude"))

    def walk(self) -> None:
        there = [unit for unit in self.units if not self._withdrew(unit, 0)]
        self.course.reached |= dict.fromkeys(self.units.keys() - set(there), NOWHERE)
        for number, one in enumerate(self.scheme.rounds):
            self.course.reached |= dict.fromkeys(there, number)
            there = self._round(number, one, there)

    def _round(self, number: int, one: Round, there: list[str]) -> list[str]:
        """The standings of one round; gives who takes part in the next."""
        excluded = [unit for unit in there if self._excluded(unit, number)]
        ranked = [unit for unit in there if unit not in excluded]
        totals = self.course.totals[number]
        values = {unit: rank_value(self.scheme, totals[unit]) for unit in ranked if unit in totals}
        wanting = [unit for unit in ranked if unit not in values]
        if one.advance and wanting:
            self.course.open.append(Fault("round.waiting", {"round": one.id, "units": ", ".join(wanting)}))
        last = {unit for unit in values if self._last(unit, number)}
        end = self._end(_End(number, one, there, values), last, drawn=not wanting)
        # Whoever was marked in a later round went on: a veto that would have barred the way was decided after that.
        while after := {unit for unit in last - self._on(end) if self.begun.get(unit, 0) > number}:
            last -= after
            end = self._end(end, last, drawn=not wanting)
        if end.cut:
            self._tell(one, end.cut)
        end.status = self._statuses(end)
        end.status |= dict.fromkeys(wanting, "waiting")
        end.status |= dict.fromkeys(excluded, "excluded")
        self.course.became.append(end.status)
        self.course.rounds.append(RoundResult(one.id, tuple(self._standings(end))))
        return [unit for unit in there if end.status[unit] == "advanced"]

    def _last(self, unit: str, number: int) -> bool:
        """Whether a veto puts it after all others."""
        return bool(veto_of(self.course.fields[number], self.decided, self.units[unit], "rank_last"))

    def _end(self, end: _End, last: Collection[str], *, drawn: bool) -> _End:
        """The round with those ``last`` put last; ``drawn``: the line can be drawn."""
        groups = self._order(end.number, end.round, end.values, last)
        ordered = replace(end, groups=groups, cut=None)
        return replace(ordered, cut=self._cut(ordered, end.round.advance) if end.round.advance and drawn else None)

    def _on(self, end: _End) -> set[str]:
        """Who goes on, also those who then withdrew."""
        if end.round.advance is None:
            return set(end.values)
        return {*self._admitted(end), *((*end.cut.chosen, *end.cut.replaced.values()) if end.cut else ())}

    def _order(self, number: int, one: Round, values: dict[str, Fraction], last: Collection[str]) -> list[list[str]]:
        """Groups of equals as the cut sees them, those ranked last by veto after all others."""
        chain = Chain(self.course.fields[number], self.decided, self.frozen, list(values))
        keys: list[Key] = []
        ties = one.advance.ties if one.advance else "chain"
        if ties == "chain":
            # A cut is drawn before the contest is over, so its lots are drawn by hand and recorded.
            keys += [
                key for name in self.scheme.ties if name not in ("decision", "draw") for key in chain.keys_of(name)
            ]
        if ties != "all_advance":
            keys.append(Key("decision", lambda group: self._decided(one, group)))
        parts = [[unit for unit in values if unit not in last], [unit for unit in values if unit in last]]
        return [group for units in parts for equal in equals(units, values) for group in split(equal, keys, {})]

    def _decided(self, one: Round, group: Sequence[str]) -> dict[str, Fraction] | None:
        """The order people decided at this cut; it says nothing unless it says something of all."""
        places = self.decided.cuts.get(one.id, {})
        found = {unit: Fraction(-places[unit]) for unit in group if unit in places}
        return found if len(found) == len(group) else None

    def _pool(self, end: _End, unit: str) -> str:
        """The division or group whose places the unit competes for; nothing where they are over all."""
        by = end.round.advance.quota_by if end.round.advance else "all"
        if by == "each_group":
            return self.groups.get((end.number, unit), "")
        return "" if by == "all" else self.units[unit].division

    def _cut(self, end: _End, advance: Advance) -> Cut:
        pools = [self._pool(end, unit) for unit in end.there]
        by_division = advance.quota_by in ("division", "each_division")
        order = [division.id for division in self.scheme.divisions] if by_division else sorted(set(pools))
        entrants = [[self._entrant(end, unit, advance) for unit in group] for group in end.groups]
        return cut(entrants, advance, quotas(advance, {pool: pools.count(pool) for pool in order}))

    def _tell(self, one: Round, drawn: Cut) -> None:
        """What the line leaves open, and places that nobody had."""
        for code, sets in (("round.tied_at_cut", drawn.tied), ("round.reserves_tied", drawn.unclear)):
            for group in sets:
                where: dict[str, str | int] = {"round": one.id, "units": ", ".join(group)}
                self.course.open.append(Fault(code, where))
        if drawn.vacant:
            where = {"round": one.id, "places": drawn.vacant}
            self.course.notes.append(Fault("note.round_vacant", where))

    def _entrant(self, end: _End, unit: str, advance: Advance) -> Entrant:
        withdrew, later = self._withdrew(unit, end.number + 1), self.begun.get(unit, 0) > end.number
        return Entrant(
            unit,
            self._pool(end, unit),
            reaches(end.values[unit], advance),
            gone=withdrew and not later,
            left=withdrew and later,
        )

    def _statuses(self, end: _End) -> dict[str, Status]:
        """What became of everybody who was ranked in the round."""
        if end.number + 1 == len(self.scheme.rounds):
            return dict.fromkeys(end.values, "last")
        status: dict[str, Status] = dict.fromkeys(end.values, "out")
        if end.round.advance is None:
            status |= dict.fromkeys(end.values, "advanced")
        elif end.cut is None:
            status |= dict.fromkeys(end.values, "waiting")
        else:
            drawn = end.cut
            status |= dict.fromkeys((unit for group in drawn.tied for unit in group), "tied")
            named = (unit for groups in drawn.reserves.values() for group in groups for unit in group)
            status |= dict.fromkeys(named, "reserve")
            status |= dict.fromkeys((*drawn.chosen, *drawn.replaced.values()), "advanced")
        status |= dict.fromkeys((unit for unit in self._admitted(end) if unit in status), "advanced")
        left = [unit for unit in status if self._withdrew(unit, end.number + 1)]
        return status | dict.fromkeys(left, "withdrawn")

    def _admitted(self, end: _End) -> Collection[str]:
        """Who goes on from this round by decision."""
        following = self.scheme.rounds[end.number + 1 : end.number + 2]
        return self.decided.admitted.get(following[0].id, {}) if following else ()

    def _standings(self, end: _End) -> Iterator[Standing]:
        places = self._places(end)
        drawn = end.cut
        replaced = drawn.replaced if drawn else {}
        came_in = {new: old for old, new in replaced.items()}
        reserves = _numbered(drawn) if drawn else {}
        order = [unit for group in end.groups for unit in group]
        for unit in [*order, *(unit for unit in end.there if unit not in places)]:
            total = self.course.totals[end.number].get(unit)
            place, sharing = places.get(unit, (None, 1))
            yield Standing(
                unit=self.units[unit],
                status=end.status[unit],
                score=total.published.value if total else None,
                rank_value=end.values.get(unit),
                place=place,
                sharing=sharing,
                pool=self._pool(end, unit),
                reserve=reserves.get(unit, 0),
                replaced_by=replaced.get(unit, ""),
                replaces=came_in.get(unit, ""),
                admitted=unit in self._admitted(end),
                working=total.published if total else None,
            )

    def _places(self, end: _End) -> dict[str, tuple[int, int]]:
        """Unit -> its place within its pool, and how many share it."""
        places: dict[str, tuple[int, int]] = {}
        above: Counter[str] = Counter()
        for group in end.groups:
            inside = Counter(self._pool(end, unit) for unit in group)
            for unit in group:
                pool = self._pool(end, unit)
                places[unit] = (1 + above[pool], inside[pool])
            above += inside
        return places


def _numbered(drawn: Cut) -> dict[str, int]:
    """The number of everybody who stands by, in his own list; equals have the same."""
    numbers: dict[str, int] = {}
    for groups in drawn.reserves.values():
        number = 1
        for group in groups:
            numbers |= dict.fromkeys(group, number)
            number += len(group)
    return numbers
