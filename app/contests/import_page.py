"""What the pages of the roster show: the lines of a workbook, and what it would change.

Reads the contest and a draft. Writes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.contests import queries
from app.contests.changes import Change, compared, late, refusals, renamed
from app.contests.columns import known_before, sheets_for
from app.contests.draft import SHEETS, Draft, PriorLine
from app.contests.intake import listed, some_of
from app.contests.places import by_any_name, register
from app.contests.template import BY_ID, heading_of, names_of, title
from app.contests.uses import uses
from app.i18n import Language
from scoring.faults import Fault, Param
from scoring.scheme import Scheme


def objections(session: Session, contest_id: str, wanted: Draft) -> tuple[Fault, ...]:
    """Why a workbook that reads well cannot be applied now; empty where it can."""
    there, used = queries.imported(session, contest_id), uses(session, contest_id)
    if used.begun and not compared(there, wanted):
        return (Fault("import.no_change"),)
    return tuple(refusals(there, wanted, used))


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One line that differs, in words. ``how``: added, changed or removed. ``fields``: heading, before, after."""

    how: str
    number: str
    name: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook would do. ``changes``: per sheet; none where there is no roster yet. ``added`` and so on: counts.

    ``days``: those on which judges who come late are on leave. ``places``: how many units stand in the register under
    a name they have or had there, and how many do not; nothing where there is no register yet.
    """

    sheets: "tuple[ShownSheet, ...]"
    changes: tuple[tuple[str, tuple[ShownChange, ...]], ...]
    counts: Mapping[str, int]
    notes: tuple[Fault, ...]
    replaces: bool
    begun: bool
    late: tuple[str, ...]
    days: tuple[str, ...]
    places: tuple[int, int] | None


def preview(session: Session, contest_id: str, draft: Draft, language: Language) -> Preview:
    rule, used = queries.scheme(session, contest_id), uses(session, contest_id)
    there = queries.imported(session, contest_id)
    shown = _shown_changes(rule, there, draft, language) if there.units else ()
    every = [change.how for _, changes in shown for change in changes]
    return Preview(
        shown_draft(rule, draft, language),
        shown,
        {how: every.count(how) for how in ("added", "changed", "removed")},
        (*worth_knowing(rule, draft), *renamed(there, draft, used)),
        replaces=bool(there.units),
        begun=used.begun,
        late=tuple(judge.name for judge in late(there, draft, used)),
        days=used.past,
        places=_places(session, draft),
    )


def _places(session: Session, draft: Draft) -> tuple[int, int] | None:
    there = by_any_name(register(session))
    same = sum(unit.name in there for unit in draft.units)
    return (same, len(draft.units) - same) if there else None


def _shown_changes(
    rule: Scheme, there: Draft, wanted: Draft, language: Language
) -> tuple[tuple[str, tuple[ShownChange, ...]], ...]:
    """The changes of each sheet that has any."""
    found = compared(there, wanted)
    was, now = names_of(rule, there, language), names_of(rule, wanted, language)
    forms = {form.key: form for form in sheets_for(rule)}

    def shown(change: Change) -> ShownChange:
        line = change.after or change.before
        if isinstance(line, PriorLine):
            number, name = "", now.get(line.unit) or was.get(line.unit, "")
        else:
            number, name = (str(line.number), line.name) if line else ("", "")
        form = forms[change.sheet]
        names = {column.key: heading_of(column, language) for column in form.columns}
        fields = tuple(
            (names.get(key, key), _said(key, old, was), _said(key, new, now)) for key, old, new in change.fields
        )
        how = "added" if change.before is None else "removed" if change.after is None else "changed"
        return ShownChange(how, number, name, fields)

    return tuple(
        (title(forms[sheet], language), tuple(shown(change) for change in found if change.sheet == sheet))
        for sheet in SHEETS
        if any(change.sheet == sheet for change in found)
    )


def _said(column: str, value: str, names: Mapping[str, str]) -> str:
    """What a cell says, with names in place of ids."""
    return listed([names.get(one, one) for one in value.split(";") if one]) if column in BY_ID else value


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """One sheet of a draft as it will be in the contest: headings and rows of text."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shown_draft(scheme: Scheme, draft: Draft, language: Language) -> tuple[ShownSheet, ...]:
    """Every row, with names in place of ids. A column nobody filled in is left out."""
    say = language.gettext
    unit = {one.id: one.name for one in draft.units}
    called = names_of(scheme, draft, language)

    def names(several: str) -> str:
        return listed([called[one] for one in several.split(";") if one])

    units = [(str(one.number), one.name, called.get(one.division, "")) for one in draft.units]
    entries = [
        (
            str(one.number), one.name, unit[one.unit], called.get(one.kind, ""), called[one.component],
            one.day, one.time, one.where, names(one.judges),
        )
        for one in draft.entries
    ]  # fmt: skip
    judges = [
        (
            str(one.number), one.name, unit.get(one.unit, ""), one.bloc, called.get(one.judge_class, ""),
            names(one.divisions), names(one.components), one.phone_end, one.aide, one.bus,
        )
        for one in draft.judges
    ]  # fmt: skip
    priors = [(unit[one.unit], called[one.component], one.value, one.source) for one in draft.priors]
    number, its_unit, part = say("No."), say("Unit"), say("Component")
    return tuple(
        _filled(name, headings, rows)
        for name, headings, rows in (
            (say("Units"), (number, its_unit, say("Division")), units),
            (
                say("Entries"),
                (
                    number, say("Entry"), its_unit, say("Kind"), part, say("Day in the itinerary"), say("Time"),
                    say("Place of the entry"), say("Marked by"),
                ),
                entries,
            ),
            (
                say("Judges"),
                (
                    number, say("Full name"), say("Own unit"), say("Bloc"), say("Class"), say("Marks only divisions"),
                    say("Marks only components"), say("Phone, last 4"), say("Aide"),
                ),
                judges,
            ),
            (say("Ordinary work"), (its_unit, part, say("Score"), say("Source")), priors),
        )
        if rows
    )  # fmt: skip


def _filled(name: str, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> ShownSheet:
    lines = list(rows)
    kept = [place for place in range(len(headings)) if any(line[place] for line in lines)]
    return ShownSheet(
        name,
        tuple(headings[place] for place in kept),
        tuple(tuple(line[place] for place in kept) for line in lines),
    )


def by_sheet(faults: Iterable[Fault]) -> list[tuple[str, list[Fault]]]:
    """The faults sheet by sheet, each sheet's in the order of its rows; those of no sheet first."""
    sheets: dict[str, list[Fault]] = {}
    for fault in faults:
        sheets.setdefault(str(fault.params.get("sheet", "")), []).append(fault)
    for found in sheets.values():
        found.sort(key=lambda fault: int(fault.params.get("row", 0)))
    return sorted(sheets.items(), key=lambda one: one[0] != "")


def worth_knowing(scheme: Scheme, draft: Draft) -> Iterator[Fault]:
    """What is no fault, and yet may not be what was meant."""
    with_entry = {line.unit for line in draft.entries}
    without = [line.name for line in draft.units if line.id not in with_entry]
    if without:
        yield Fault("import.unit_without_entry", {"names": some_of(without), "n": len(without)})
    for part in known_before(scheme):
        scored = {line.unit for line in draft.priors if line.component == part.id}
        lacking = [line.name for line in draft.units if line.id not in scored]
        if lacking:
            told: dict[str, Param] = {"names": some_of(lacking), "n": len(lacking), "component": part.name.zh}
            yield Fault("import.prior_missing", told)
    days = {bool(line.day) for line in draft.entries}
    if days == {True, False}:
        first = next(line for line in draft.entries if not line.day)
        yield Fault("import.day_missing", {"entry": first.name})
