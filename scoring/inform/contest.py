"""The whole input of one contest as one record, and what it would be without a judge, a bloc or an entry.

Reads and gives the records of ``scoring.roster``. It changes none: whoever asks "what if" gets a contest of his own.
Source: docs/robustness.md, "What if".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from scoring.faults import Fault, Refused
from scoring.roster import Decision, Entry, Judge, Prior, Record, Roster, Sheet
from scoring.scheme import Item, Scheme


@dataclass(frozen=True, slots=True)
class Contest:
    """Everything that ``tabulate`` is given."""

    scheme: Scheme
    roster: Roster
    sheets: tuple[Sheet, ...] = ()
    priors: tuple[Prior | Record, ...] = ()
    decisions: tuple[Decision, ...] = ()


def bloc_of(judge: Judge) -> str:
    """With whom a judge is left out: his bloc, or where the roster names none, those of his own unit."""
    return judge.bloc or judge.unit


def blocs(roster: Roster) -> dict[str, tuple[str, ...]]:
    """The judges of every bloc, in the order of the roster; a judge who belongs to nobody is in none."""
    found: dict[str, tuple[str, ...]] = {}
    for judge in roster.judges:
        if name := bloc_of(judge):
            found[name] = (*found.get(name, ()), judge.id)
    return found


def without_judges(contest: Contest, gone: Collection[str]) -> Contest:
    """The contest as if these judges had never been asked: without their sheets, and without a word about them."""
    roster = contest.roster
    return replace(
        contest,
        roster=replace(
            roster,
            entries=tuple(_unasked(entry, gone) for entry in roster.entries),
            judges=tuple(judge for judge in roster.judges if judge.id not in gone),
            recusals=tuple(recusal for recusal in roster.recusals if recusal.judge not in gone),
            absences=tuple(absence for absence in roster.absences if absence.judge not in gone),
        ),
        sheets=tuple(sheet for sheet in contest.sheets if sheet.judge not in gone),
        decisions=tuple(one for one in contest.decisions if _sheet(one)[0] not in gone),
    )


def _unasked(entry: Entry, gone: Collection[str]) -> Entry:
    """An entry that was assigned to nobody else is marked by nobody, and not by everybody."""
    if entry.judges is None:
        return entry
    return replace(entry, judges=tuple(judge for judge in entry.judges if judge not in gone))


def without_entry(contest: Contest, gone: str) -> Contest:
    """The contest as if this entry had never been shown; its unit keeps the others."""
    roster = contest.roster
    entries = tuple(entry for entry in roster.entries if entry.id != gone)
    days = {entry.day for entry in entries}
    return replace(
        contest,
        roster=replace(
            roster,
            entries=entries,
            recusals=tuple(recusal for recusal in roster.recusals if recusal.entry != gone),
            absences=tuple(a for a in roster.absences if a.entry != gone and (not a.day or a.day in days)),
        ),
        sheets=tuple(sheet for sheet in contest.sheets if sheet.entry != gone),
        decisions=tuple(one for one in contest.decisions if not _about_entry(contest.scheme, one, gone)),
    )


def under(contest: Contest, scheme: Scheme) -> Contest:
    """The same marks under another scheme, mark for mark: its sheets must have the same items.

    Raises Refused where a mark has no place on the other scheme's sheet.
    """
    kinds = {entry.id: (entry.component, entry.kind) for entry in contest.roster.entries}
    forms = {form: (_items(contest.scheme, *form), _items(scheme, *form)) for form in dict.fromkeys(kinds.values())}
    faults = [
        Fault("whatif.other_sheet", {"component": component, "kind": kind or "-"})
        for (component, kind), (ours, theirs) in forms.items()
        if {item.id for item in ours} != {item.id for item in theirs}
    ]
    if faults:
        raise Refused(faults)
    sheets = tuple(_moved(sheet, *forms[kinds[sheet.entry]]) for sheet in contest.sheets)
    return replace(contest, scheme=scheme, sheets=sheets)


def _items(scheme: Scheme, component: str, kind: str) -> Sequence[Item]:
    """The items of a sheet; nothing where the scheme has no such component or kind."""
    known = component in scheme.component and (not kind or kind in scheme.kind_ids)
    return scheme.items(component, kind) if known else ()


def _moved(sheet: Sheet, ours: Sequence[Item], theirs: Sequence[Item]) -> Sheet:
    """The same marks in the order and the steps of another sheet."""
    marks = {item.id: None if tick is None else tick * item.step for item, tick in zip(ours, sheet.ticks, strict=True)}
    ticks: list[int | None] = []
    for item in theirs:
        mark = marks[item.id]
        tick = None if mark is None else mark / item.step
        if tick is not None and tick.denominator != 1:
            where: dict[str, str | int] = {"judge": sheet.judge, "entry": sheet.entry, "item": item.id}
            raise Refused([Fault("whatif.other_step", where)])
        ticks.append(None if tick is None else int(tick))
    return replace(sheet, ticks=tuple(ticks))


def _sheet(decision: Decision) -> tuple[str, str]:
    """The judge and the entry of a decision about one sheet."""
    if decision.kind not in ("absence", "void"):
        return "", ""
    judge, _, entry = decision.subject.partition("/")
    return judge, entry


def _about_entry(scheme: Scheme, decision: Decision, entry: str) -> bool:
    """Whether a decision is about this entry, and not about a unit of the same id."""
    if decision.kind in ("accept", "ruling", "class"):
        return decision.subject == entry
    if decision.kind in ("deduction", "bonus", "veto"):
        subjects = {rule.id: rule.subject for rule in scheme.adjustments}
        subjects |= {rule.id: rule.subject for rule in scheme.vetoes}
        return decision.subject == entry and subjects.get(decision.rule) == "entry"
    return _sheet(decision)[1] == entry
