"""Everything that must hold before a number is computed; every fault at once, with the record it was found in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scoring.deadlines import second_of
from scoring.faults import Fault
from scoring.numbers import plain
from scoring.roster import Entry, Judge, Prior, Record, Roster, Sheet

if TYPE_CHECKING:
    from scoring.scheme import Component, Item, Scheme


def roster_faults(scheme: Scheme, roster: Roster) -> Iterator[Fault]:
    """Names that are missing, doubled or unknown."""
    units = {unit.id for unit in roster.units}
    entries = {entry.id for entry in roster.entries}
    yield from _ids("units", [unit.id for unit in roster.units])
    yield from _ids("entries", [entry.id for entry in roster.entries])
    yield from _ids("judges", [judge.id for judge in roster.judges])
    divisions = {division.id for division in scheme.divisions}
    for index, unit in enumerate(roster.units):
        if divisions:
            yield from _name("division", unit.id, unit.division, divisions, ("units", index))
    judges = {judge.id for judge in roster.judges}
    for index, entry in enumerate(roster.entries):
        yield from _entry(scheme, entry, units, judges, ("entries", index))
    by_bloc = any(part.panel and part.panel.by == "bloc" for part in scheme.components)
    for index, judge in enumerate(roster.judges):
        yield from _judge(scheme, judge, units, ("judges", index))
        if by_bloc and not judge.bloc:
            yield Fault("roster.bloc_needed", {"id": judge.id}, ("judges", index))
    yield from _danced_once(scheme, roster)
    yield from _tie_judges(scheme, judges)
    for index, recusal in enumerate(roster.recusals):
        at = ("recusals", index)
        yield from _name("judge", recusal.judge, recusal.judge, judges, at)
        if bool(recusal.unit) == bool(recusal.entry) or not (recusal.unit in units or recusal.entry in entries):
            yield Fault("roster.recusal_subject", {"judge": recusal.judge, "name": recusal.unit or recusal.entry}, at)
    days = {entry.day for entry in roster.entries}
    for index, absence in enumerate(roster.absences):
        at = ("absences", index)
        yield from _name("judge", absence.judge, absence.judge, judges, at)
        if absence.entry and absence.day:
            yield Fault("roster.absence_both", {"judge": absence.judge, "entry": absence.entry, "day": absence.day}, at)
        if (absence.entry and absence.entry not in entries) or (absence.day and absence.day not in days):
            yield Fault("roster.absence_subject", {"judge": absence.judge, "name": absence.entry or absence.day}, at)


def _danced_once(scheme: Scheme, roster: Roster) -> Iterator[Fault]:
    """In the skating system every unit has one entry in a dance, and so one place."""
    seen: set[tuple[str, str]] = set()
    for index, entry in enumerate(roster.entries if scheme.total.method == "skating" else ()):
        if (entry.unit, entry.component) in seen:
            where: dict[str, str | int] = {"id": entry.id, "unit": entry.unit, "component": entry.component}
            yield Fault("roster.danced_twice", where, ("entries", index))
        seen.add((entry.unit, entry.component))


def _tie_judges(scheme: Scheme, judges: Collection[str]) -> Iterator[Fault]:
    """Judges whose marks separate equals by the scheme, and who are not in the roster."""
    for key in scheme.ties:
        word, _, name = key.partition(":")
        if word == "judge" and name not in judges:
            yield Fault("roster.tie_judge", {"name": name})


_LISTED = 12  # so many known names are printed in a sentence; a longer list helps nobody


def _name(what: str, record: str, name: str, known: Collection[str], at: tuple[str, int]) -> Iterator[Fault]:
    if name not in known:
        listed = ", ".join(sorted(known)) if len(known) <= _LISTED else ", ".join(sorted(known)[:_LISTED]) + " …"
        yield Fault(f"roster.unknown_{what}", {"id": record, "name": name, "known": listed or "-"}, at)


def _entry(
    scheme: Scheme, entry: Entry, units: Collection[str], judges: Collection[str], at: tuple[str, int]
) -> Iterator[Fault]:
    yield from _name("unit", entry.id, entry.unit, units, at)
    for judge in entry.judges or ():
        yield from _name("judge", entry.id, judge, judges, at)
    if entry.submitted and second_of(entry.submitted) is None:
        yield Fault("roster.submitted", {"id": entry.id, "given": entry.submitted}, at)
    marked = [part.id for part in scheme.components if part.source == "marks"]
    yield from _name("component", entry.id, entry.component, marked, at)
    if entry.kind:
        yield from _name("kind", entry.id, entry.kind, [kind.id for kind in scheme.kinds], at)
    elif entry.component in marked:
        criteria = scheme.component[entry.component].criteria
        if any(item.kinds for criterion in criteria for item in criterion.items):
            yield Fault("roster.kind_needed", {"id": entry.id}, at)


def _judge(scheme: Scheme, judge: Judge, units: Collection[str], at: tuple[str, int]) -> Iterator[Fault]:
    if judge.judge_class:
        yield from _name("class", judge.id, judge.judge_class, [c.id for c in scheme.judge_classes], at)
    if judge.unit:
        yield from _name("unit", judge.id, judge.unit, units, at)
    for name in judge.divisions:
        yield from _name("division", judge.id, name, [division.id for division in scheme.divisions], at)
    for name in judge.components:
        yield from _name("component", judge.id, name, scheme.component, at)


def _ids(name: str, ids: Sequence[str]) -> Iterator[Fault]:
    """Empty and doubled ids; a slash would make "judge/entry" ambiguous."""
    seen: set[str] = set()
    for index, record_id in enumerate(ids):
        if not record_id or "/" in record_id:
            yield Fault("roster.bad_id", {"id": record_id}, (name, index))
        if record_id in seen:
            yield Fault("roster.double", {"id": record_id}, (name, index))
        seen.add(record_id)


_NOBODY: set[str] = set()


class Due:
    """Who marks what: which sheets are due, and why the others are not."""

    def __init__(self, scheme: Scheme, roster: Roster, absent: set[tuple[str, str]]) -> None:
        self.scheme = scheme
        self.roster = roster
        self.division = {unit.id: unit.division for unit in roster.units}
        self.own: dict[str, set[str]] = {}  # unit -> its judges
        for judge in roster.judges:
            self.own.setdefault(judge.unit, set()).add(judge.id)
        self.by_unit: dict[str, set[str]] = {}
        self.by_entry: dict[str, set[str]] = {}
        for one in roster.recusals:
            if one.unit:
                self.by_unit.setdefault(one.unit, set()).add(one.judge)
            if one.entry:
                self.by_entry.setdefault(one.entry, set()).add(one.judge)
        self.away = {(a.judge, a.entry, a.day) for a in roster.absences}
        self.absent = absent
        self._panels: dict[tuple[str, str | None, tuple[str, ...] | None], dict[str, Judge]] = {}

    def panel(self, entry: Entry, part: Component) -> dict[str, Judge]:
        """The judges who belong to the panel of ``entry``, by id, in administrative order."""
        key = part.id, self.division.get(entry.unit), entry.judges
        if key not in self._panels:
            # Thousands of sites may each have reviewers of their own: those are found before anything else is asked.
            judges, assigned = self.roster.judges, entry.judges
            asked = judges if assigned is None else [judge for judge in judges if judge.id in assigned]
            self._panels[key] = {judge.id: judge for judge in asked if self.marks(judge, entry, part)}
        return self._panels[key]

    def marks(self, judge: Judge, entry: Entry, part: Component) -> bool:
        """Whether ``judge`` belongs to the panel of ``entry``."""
        weighted = [weight.judge_class for weight in part.panel.classes] if part.panel else []
        return (
            (not part.marked_by or judge.judge_class in part.marked_by)
            and (not weighted or judge.judge_class in weighted)
            and (not judge.components or part.id in judge.components)
            and (not judge.divisions or self.division.get(entry.unit) in judge.divisions)
            and (entry.judges is None or judge.id in entry.judges)
        )

    def recused(self, judge: Judge, entry: Entry, part: Component) -> bool:
        """Whether ``judge`` does not mark ``entry`` because it is his own, or by the list of recusals."""
        return judge.id in self.recused_from(entry, part)

    def recused_from(self, entry: Entry, part: Component) -> set[str]:
        """All who do not mark ``entry`` because it is their own, or by the list of recusals."""
        own = self.own.get(entry.unit, _NOBODY) if part.recusal == "own_unit" else _NOBODY
        return own | self.by_unit.get(entry.unit, _NOBODY) | self.by_entry.get(entry.id, _NOBODY)

    @property
    def somebody_away(self) -> bool:
        """Whether anybody was absent anywhere."""
        return bool(self.away or self.absent)

    def away_from(self, judge: str, entry: Entry) -> bool:
        """Whether ``judge`` was absent, by the attendance record or by decision."""
        away = self.away
        return self.somebody_away and (
            (judge, "", "") in away
            or (judge, entry.id, "") in away
            or bool(entry.day and (judge, "", entry.day) in away)
            or (judge, entry.id) in self.absent
        )


def sheet_faults(
    scheme: Scheme, roster: Roster, sheets: Sequence[Sheet], due: Due, void: Collection[tuple[str, str]] = ()
) -> Iterator[Fault]:
    """Sheets of nobody, for nothing, twice, by a recused or absent judge; marks off the grid.

    ``void``: the (judge, entry) whose sheet does not count by decision, so that it contradicts nothing any more.
    """
    judges = {judge.id: judge for judge in roster.judges}
    entries = {entry.id: entry for entry in roster.entries}
    seen: set[tuple[str, str]] = set()
    clean = _on_grid(scheme, entries, sheets)
    for index, sheet in enumerate(sheets):
        at = ("sheets", index)
        judge, entry = judges.get(sheet.judge), entries.get(sheet.entry)
        pair = sheet.judge, sheet.entry
        where: dict[str, str | int] = {"judge": sheet.judge, "entry": sheet.entry}
        if judge is None:
            yield Fault("sheet.unknown_judge", where, at)
        if entry is None:
            yield Fault("sheet.unknown_entry", where, at)
        if pair in seen:
            yield Fault("sheet.double", where, at)
        seen.add(pair)
        if judge is None or entry is None or not _has_form(scheme, entry):
            continue
        part = scheme.component[entry.component]
        if pair in void:
            pass
        elif judge.id not in due.panel(entry, part):
            yield Fault("sheet.not_his", where, at)
        elif due.recused(judge, entry, part):
            yield Fault("sheet.recused", where, at)
        elif due.away_from(judge.id, entry):
            yield Fault("sheet.absent", where, at)
        if (part.id, entry.kind) not in clean:
            yield from _off_grid(sheet, scheme.items(part.id, entry.kind), at)


def _has_form(scheme: Scheme, entry: Entry) -> bool:
    """Whether there is a sheet for it; else the roster's fault is told there."""
    return entry.component in scheme.component and (not entry.kind or entry.kind in scheme.kind_ids)


def _on_grid(scheme: Scheme, entries: Mapping[str, Entry], sheets: Sequence[Sheet]) -> set[tuple[str, str]]:
    """The forms (component, kind) none of whose sheets has a mark off the grid: told column by column, at little cost.

    Where it is not so, every sheet of the form is looked at by itself, to say which mark it is.
    """
    rows: dict[tuple[str, str], list[Sequence[int | None]]] = {}
    for sheet in sheets:
        entry = entries.get(sheet.entry)
        if entry is not None and _has_form(scheme, entry):
            rows.setdefault((entry.component, entry.kind), []).append(sheet.ticks)
    clean = set()
    for form, ticks in rows.items():
        grids = [item.ticks for item in scheme.items(*form)]
        columns = [set(column) for column in zip(*ticks, strict=False)]
        if {len(row) for row in ticks} == {len(grids)} and all(
            all(tick is None or tick in grid for tick in column) for column, grid in zip(columns, grids, strict=True)
        ):
            clean.add(form)
    return clean


def _off_grid(sheet: Sheet, items: Sequence[Item], at: tuple[str, int]) -> Iterator[Fault]:
    where: dict[str, str | int] = {"judge": sheet.judge, "entry": sheet.entry}
    if len(sheet.ticks) != len(items):
        yield Fault("sheet.length", {**where, "given": len(sheet.ticks), "due": len(items)}, at)
        return
    for item, tick in zip(items, sheet.ticks, strict=True):
        if tick is not None and tick not in item.ticks:
            limits = {"mark": plain(tick * item.step), "floor": plain(item.floor), "full": plain(item.full)}
            yield Fault("sheet.out_of_range", {**where, "item": item.id, **limits}, at)


def prior_faults(scheme: Scheme, roster: Roster, priors: Sequence[Prior | Record]) -> Iterator[Fault]:
    """Prior scores of nobody, twice, outside 0 to full marks, or where a ledger gives the score."""
    units = {unit.id for unit in roster.units}
    seen: set[tuple[str, str]] = set()
    for index, prior in enumerate(priors):
        if isinstance(prior, Record):
            continue
        at = ("priors", index)
        part = scheme.component.get(prior.component)
        where: dict[str, str | int] = {"unit": prior.unit, "component": prior.component}
        if prior.unit not in units:
            yield Fault("prior.unknown_unit", where, at)
        if part is None or part.source != "prior":
            known = (
                ", ".join(part.id for part in scheme.components if part.source == "prior" and not part.ledger) or "-"
            )
            yield Fault("prior.unknown_component", {**where, "known": known}, at)
        elif part.ledger:
            yield Fault("prior.from_ledger", where, at)
        elif not 0 <= prior.value <= part.full:
            yield Fault("prior.out_of_range", {**where, "value": plain(prior.value), "full": plain(part.full)}, at)
        if (prior.unit, prior.component) in seen:
            yield Fault("prior.double", where, at)
        seen.add((prior.unit, prior.component))
