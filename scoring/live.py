"""A contest while its sheets come in: after every event scores, places and tiers; only what it moves is counted again.

A sheet moves its entry, its unit and the order; those are counted with the very rules of the batch, so that after any
events the standings are those of ``tabulate``. What moves more (judges who are compared with each other, rounds, a
deduction, a prior score) is counted again as far as need be, and ``Delta.recounted`` says how far. Nothing here is a
result: ``result()`` is, and counts everything. Source: docs/scoring.md, "Live".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

from scoring.chain import Frozen
from scoring.check import Due, roster_faults, sheet_faults
from scoring.compare import COMPARING
from scoring.decisions import Decided, read_decisions
from scoring.entries import compare, entry_result, filled, mark_entry
from scoring.faults import Fault, Refused
from scoring.marked import Marking
from scoring.ranking import Ranking
from scoring.results import Tabulation
from scoring.rewards import rewards
from scoring.roster import Absence, Decision, Prior, Record, Roster, Sheet
from scoring.tabulate import computed, contradictions, tabulate
from scoring.units import Field

if TYPE_CHECKING:
    from scoring.scheme import Component, Panel, Scheme

Reach = Literal["entry", "component", "contest"]
_Given = tuple[Roster, tuple[Sheet, ...], tuple[Prior | Record, ...], tuple[Decision, ...]]


class Withdrawn(NamedTuple):
    """The judge's sheet for the entry is not there any more."""

    judge: str
    entry: str


class Reversed(NamedTuple):
    """The decision does not hold any more."""

    decision: Decision


# A sheet or a prior score takes the place of the one before it; an absence, a record or a decision is added.
Event = Sheet | Withdrawn | Absence | Prior | Record | Decision | Reversed


class Standing(NamedTuple):
    """Where a unit stands: None without a score or a place; ``tiers`` as in ``Award``."""

    score: Fraction | None = None
    place: int | None = None
    tiers: tuple[str, ...] = ()


class Delta(NamedTuple):
    """The ids of whatever an event changed, in administrative order; ``entries`` by their scores.

    ``recounted``: what was counted again to find it, and the units of it: the entry, all entries of its component, or
    everything.
    """

    entries: tuple[str, ...]
    scores: tuple[str, ...]
    places: tuple[str, ...]
    tiers: tuple[str, ...]
    recounted: Reach


class Live:
    """The contest as it stands. Raises Refused where what it is given contradicts itself, as ``tabulate`` would."""

    def __init__(
        self,
        scheme: Scheme,
        roster: Roster,
        sheets: Sequence[Sheet] = (),
        priors: Sequence[Prior | Record] = (),
        decisions: Sequence[Decision] = (),
    ) -> None:
        self.scheme = scheme
        # Components in which one sheet may move every entry; those whose sheets count with their points as they are.
        self._compared = {part.id for part in scheme.components if part.panel and _compares(part.panel)}
        self._plain = {part.id for part in scheme.components if not (_bounds(part) or scheme.stage("sheet", part.id))}
        self._wholly = bool(scheme.rounds) or any(_moves_others(part) for part in scheme.components)
        self._by_field = any(part.scale in ("minmax", "z", "rank") for part in scheme.components)
        self._tabulated: Tabulation | None = None
        self._start(roster, sheets, priors, decisions)
        self.standings: Mapping[str, Standing] = self._ranked()

    def result(self) -> Tabulation:
        """The tabulation of all that holds now, counted anew from the sheets."""
        frozen = Frozen(self.scheme, self.roster, self.sheets, self.priors, self.decisions)
        return computed(self.scheme, self.roster, self.sheets, self.priors, self.decisions, frozen)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The current sheets."""
        return tuple(self._sheets.values())

    @property
    def entry_scores(self) -> dict[str, Fraction | None]:
        """Every entry's score."""
        return {name: result.score for name, result in self._marking.results.items()}

    def apply(self, event: Event) -> Delta:
        """Take in what happened. Raises Refused where it contradicts what holds, and then nothing has happened."""
        if not self._wholly:
            match event:
                case Sheet():
                    return self._sheet(event)
                case Withdrawn():
                    return self._withdraw(event)
                case Absence():
                    return self._absence(event)
                case Decision() | Reversed():
                    return self._decide(event)
        return self._again(event)

    # --- what an event asks for ---------------------------------------------------------------------------------------

    def _sheet(self, sheet: Sheet) -> Delta:
        _refuse(sheet_faults(self.scheme, self.roster, [sheet], self._due, self._decided.void))
        self._sheets[sheet.entry, sheet.judge] = sheet
        self._given[sheet.entry][sheet.judge] = sheet.ticks
        old = self._marking.marked[sheet.entry]
        place = next((i for i, judge in enumerate(old.judges) if judge.id == sheet.judge), None)
        if place is None or None in sheet.ticks or old.form.abstains(sheet.ticks) or old.part.id not in self._plain:
            return self._count({sheet.entry})
        self._marking.marked[sheet.entry] = old.revised(place, sheet.ticks)  # type: ignore[arg-type]  # no None in it
        return self._recount({sheet.entry})

    def _withdraw(self, gone: Withdrawn) -> Delta:
        if self._sheets.pop((gone.entry, gone.judge), None) is None:
            return Delta((), (), (), (), "entry")
        del self._given[gone.entry][gone.judge]
        return self._count({gone.entry})

    def _absence(self, absence: Absence) -> Delta:
        roster, *_ = self._after(absence)
        _refuse(roster_faults(self.scheme, roster))
        moved = {
            entry.id for entry in roster.entries if absence.entry in ("", entry.id) and absence.day in ("", entry.day)
        }
        return self._otherwise_due(roster, self.decisions, self._decided, moved)

    def _decide(self, event: Decision | Reversed) -> Delta:
        *_, decisions = self._after(event)
        decided, trouble = read_decisions(self.scheme, self.roster, decisions)
        _refuse(trouble)
        before = self._decided
        if replace(decided, absent=before.absent, void=before.void) != before:
            return self._again(event)
        moved = {entry for _, entry in (decided.absent ^ before.absent) | (decided.void ^ before.void)}
        return self._otherwise_due(self.roster, decisions, decided, moved)

    def _otherwise_due(
        self, roster: Roster, decisions: tuple[Decision, ...], decided: Decided, moved: Collection[str]
    ) -> Delta:
        """Other sheets are due, or count, of the entries ``moved``."""
        due = Due(self.scheme, roster, decided.absent)
        theirs = [sheet for sheet in self.sheets if sheet.entry in moved]
        _refuse(sheet_faults(self.scheme, roster, theirs, due, decided.void))
        self.roster, self.decisions, self._decided, self._due = roster, decisions, decided, due
        self._marking.roster, self._marking.decided = roster, decided
        return self._count(moved)

    def _again(self, event: Event) -> Delta:
        """Everything from the beginning."""
        entries = self.entry_scores
        self._start(*self._after(event))
        return self._told(entries, "contest")

    def _after(self, event: Event) -> _Given:
        """What is given once ``event`` has happened."""
        roster, sheets, priors, decisions = self.roster, self.sheets, self.priors, self.decisions
        match event:
            case Sheet():
                sheets = tuple({**self._sheets, (event.entry, event.judge): event}.values())
            case Withdrawn():
                sheets = tuple(one for one in sheets if (one.entry, one.judge) != (event.entry, event.judge))
            case Absence():
                roster = replace(roster, absences=(*roster.absences, event))
            case Prior():
                place = event.component, event.unit
                others = (one for one in priors if isinstance(one, Record) or (one.component, one.unit) != place)
                priors = (*others, event)
            case Record():
                priors = (*priors, event)
            case Decision():
                decisions = (*decisions, event)
            case Reversed():
                at = decisions.index(event.decision) if event.decision in decisions else len(decisions)
                decisions = (*decisions[:at], *decisions[at + 1 :])
        return roster, sheets, priors, decisions

    # --- counting -----------------------------------------------------------------------------------------------------

    def _start(
        self, roster: Roster, sheets: Sequence[Sheet], priors: Sequence[Prior | Record], decisions: Sequence[Decision]
    ) -> None:
        if self.scheme.rounds:
            # Who may be marked in a round, and who stands where, hangs on all rounds before it.
            self._tabulated = tabulate(self.scheme, roster, sheets, priors, decisions)
        else:
            _refuse(contradictions(self.scheme, roster, sheets, priors, decisions))
        self.roster, self.priors, self.decisions = roster, tuple(priors), tuple(decisions)
        self._sheets = {(sheet.entry, sheet.judge): sheet for sheet in sheets}
        self._given: dict[str, dict[str, tuple[int | None, ...]]] = {entry.id: {} for entry in roster.entries}
        for sheet in sheets:
            self._given[sheet.entry][sheet.judge] = sheet.ticks
        self._units = {unit.id: unit for unit in roster.units}
        self._decided, _ = read_decisions(self.scheme, roster, decisions)
        self._due = Due(self.scheme, roster, self._decided.absent)
        self._marking = filled(Marking(self.scheme, roster, self._decided, worked=False), sheets, self._due)
        self._field = Field(self._marking, self.priors)
        self._parts = {unit.id: self._field.components(unit) for unit in roster.units}
        self._totals = self._field.totals(self._parts)

    def _count(self, moved: Collection[str]) -> Delta:
        """Say again whose sheets count for the entries ``moved``, and count them."""
        marked = self._marking.marked
        for name in moved:
            old = marked[name]
            marked[name] = mark_entry(self._marking, old.entry, old.part, old.form, self._given[name], self._due)
        return self._recount(moved)

    def _recount(self, moved: Collection[str]) -> Delta:
        """Count the entries ``moved``, those compared with them, and their units."""
        marking = self._marking
        compared = [part for part in {marking.marked[name].part.id for name in moved} if part in self._compared]
        for part in map(self.scheme.component.__getitem__, compared):
            for kept in (marking.counts, marking.severity, marking.compared):
                kept.pop(part.id, None)
            if part.panel:
                compare(marking, part, part.panel)
        recount = [marking.marked[name] for name in moved]
        if compared or len(moved) > 1:  # in administrative order
            recount = [one for one in marking.marked.values() if one.entry.id in moved or one.part.id in compared]
        entries = {one.entry.id: marking.results[one.entry.id].score for one in recount}
        for marked in recount:
            marking.results[marked.entry.id] = entry_result(marking, marked)
        marking.open.clear()  # the result tells what is open
        units = dict.fromkeys(one.entry.unit for one in recount)
        for unit in units:
            self._parts[unit] = self._field.components(self._units[unit])
        if self._by_field:
            self._totals = self._field.totals(self._parts)
        else:
            found = self._field.totals({unit: self._parts[unit] for unit in units})
            self._totals = {unit: total for unit, total in self._totals.items() if unit not in units} | found
        return self._told(entries, "component" if compared else "entry")

    def _ranked(self) -> dict[str, Standing]:
        """Where everybody stands, by the order and the tiers of the batch."""
        if self._tabulated:
            units = {one.unit.id: one for one in self._tabulated.units}
            found = ((unit.id, units[unit.id]) for unit in self.roster.units)
            return {unit: Standing(one.score, one.place, one.award.tiers if one.award else ()) for unit, one in found}
        frozen = Frozen(self.scheme, self.roster, self._sheets.values(), self.priors, self.decisions)
        ranking = Ranking([self._field], self._decided, self._totals, dict.fromkeys(self._units, 0), frozen)
        ranking.order()
        awards = rewards(ranking).awards
        standings = {
            unit.id: Standing(self._totals[unit.id].published.value if unit.id in self._totals else None)
            for unit in self.roster.units
        }
        place = 1
        for group in ranking.groups:
            for unit in group:
                award = awards.get(unit)
                standings[unit] = Standing(standings[unit].score, place, award.tiers if award else ())
            place += len(group)
        return standings

    def _told(self, entries: Mapping[str, Fraction | None], recounted: Reach) -> Delta:
        """Rank, and say what changed; ``entries``: the scores that what was counted again had before."""
        before, self.standings = self.standings, self._ranked()
        pairs = [(unit, before[unit], new) for unit, new in self.standings.items() if before[unit] != new]
        results = self._marking.results
        return Delta(
            tuple(name for name, score in entries.items() if results[name].score != score),
            tuple(unit for unit, old, new in pairs if old.score != new.score),
            tuple(unit for unit, old, new in pairs if old.place != new.place),
            tuple(unit for unit, old, new in pairs if old.tiers != new.tiers),
            recounted,
        )


def _compares(panel: Panel) -> bool:
    """Whether a sheet counts with more or less according to others."""
    return panel.counts != "score" or panel.method in COMPARING


def _moves_others(part: Component) -> bool:
    """Whether a sheet may move the level of other groups, or leave its judge with enough sheets or too few."""
    return part.second_mean is not None or (part.panel is not None and part.panel.minimum_share is not None)


def _bounds(part: Component) -> bool:
    """Whether a sheet's points may be cut off."""
    return part.sheet.least is not None or part.sheet.most is not None or part.sheet.incomplete == "item"


def _refuse(faults: Iterable[Fault]) -> None:
    found = [replace(fault, record=None) for fault in faults]  # an event stands in no list
    if found:
        raise Refused(found)
