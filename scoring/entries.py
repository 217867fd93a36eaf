"""From the sheets to the score of every entry: who counts, what is compared, and what must be settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.check import Due
from scoring.compare import COMPARING, NotCompared, Sheets, by_strength, duels, on_own_scale, severity_of, uneven
from scoring.dances import placed
from scoring.decisions import Decided
from scoring.faults import Fault
from scoring.judges import asked_of_judges, in_bands, with_too_few
from scoring.linking import linking_sheets
from scoring.marked import Marked, Marking
from scoring.numbers import plain, shown
from scoring.results import EntryResult
from scoring.rooms import levels
from scoring.roster import Entry, Roster, Sheet
from scoring.scores import entry_score, raw_score, wanting_difficulties
from scoring.severity import Disconnected, connected
from scoring.sheets import Form, bounded, form
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Component, Panel, Scheme

FEW = 3  # below this a trimmed panel is hardly a panel; the reader is told


def mark_entries(scheme: Scheme, roster: Roster, sheets: Sequence[Sheet], decided: Decided, due: Due) -> Marking:
    """Sort the sheets by entry and score every entry by the rule."""
    marking = filled(Marking(scheme, roster, decided), sheets, due)
    _trim_notes(marking)
    return marking


def filled(marking: Marking, sheets: Sequence[Sheet], due: Due) -> Marking:
    """``marking`` with the sheets by entry, and the score of every entry; without the notes on how they were made."""
    scheme, roster, decided = marking.scheme, marking.roster, marking.decided
    by_entry: dict[str, dict[str, tuple[int | None, ...]]] = {entry.id: {} for entry in roster.entries}
    for sheet in sheets:
        by_entry[sheet.entry][sheet.judge] = sheet.ticks
    for part in scheme.components:
        marking.too_few[part.id] = with_too_few(part, by_entry, due, decided.void)
        marking.notes += marking.too_few[part.id].values()
    forms: dict[tuple[str, str], Form] = {}
    for entry in roster.entries:
        part = scheme.component[entry.component]
        key = (part.id, entry.kind)
        if key not in forms:
            forms[key] = form(scheme, part, entry.kind)
        marking.marked[entry.id] = mark_entry(marking, entry, part, forms[key], by_entry[entry.id], due)
    for part in scheme.components:
        if part.panel:
            compare(marking, part, part.panel)
            marking.open += asked_of_judges(marking, part, part.panel)
            bring_to_one_mean(marking, part)
    for marked in marking.marked.values():
        result = marking.results[marked.entry.id] = entry_result(marking, marked)
        if _awaited(marking, marked):
            _open(marking, marked, result)
    return marking


def mark_entry(
    marking: Marking, entry: Entry, part: Component, shape: Form, given: dict[str, tuple[int | None, ...]], due: Due
) -> Marked:
    """Say of every judge why his sheet counts or does not."""
    who: dict[str, list[str]] = {
        name: [] for name in ("recused", "absent", "void", "missing", "incomplete", "abstained")
    }
    judges, ticks = [], []
    by_item = part.panel is not None and part.sheet.incomplete == "item"
    somebody_away = due.somebody_away
    void, recused, too_few = marking.decided.void, due.recused_from(entry, part), marking.too_few.get(part.id, {})
    for judge in due.panel(entry, part).values():
        if judge.id in recused:
            who["recused"].append(judge.id)
        elif (judge.id, entry.id) in void:
            who["void"].append(judge.id)
        elif somebody_away and due.away_from(judge.id, entry):
            who["absent"].append(judge.id)
        elif judge.id in too_few:
            who["void"].append(judge.id)
        elif judge.id not in given:
            who["missing"].append(judge.id)
        elif None in given[judge.id] and not by_item:
            who["incomplete"].append(judge.id)
        elif shape.abstains(given[judge.id]):
            who["abstained"].append(judge.id)
        else:
            judges.append(judge)
            ticks.append(given[judge.id])
    points = [] if by_item else [shape.total(row) for row in ticks]  # type: ignore[arg-type]  # no None: checked above
    totals, denominator = bounded(marking.scheme, part, points, shape.denominator)
    others = {name: tuple(names) for name, names in who.items()}
    return Marked(entry, part, shape, tuple(judges), tuple(ticks), tuple(totals), denominator, others)


def compare(marking: Marking, part: Component, panel: Panel) -> None:
    """What the sheets of a component count with, where it takes all of them to say; nothing where it cannot be said."""
    if panel.counts == "score" and panel.method not in COMPARING:
        return
    if panel.counts == "less_severity" and panel.method not in COMPARING:
        _level(marking, part)
        return
    sheets: dict[str, dict[str, Node]] = {judge.id: {} for judge in marking.roster.judges}
    for marked in marking.marked.values():
        if marked.part is part:
            for judge, node in marked.leaves(range(len(marked.judges))):
                sheets[judge.id][marked.entry.id] = node
    try:
        if panel.method in COMPARING:
            marking.compared[part.id] = _compared(marking, part, panel, sheets)
        elif panel.counts == "band":
            marking.counts[part.id] = in_bands(panel, sheets)
        elif panel.counts != "score":
            short = uneven(sheets)
            if short and part.id not in marking.decided.uneven:
                params: dict[str, str | int] = {"component": part.id, "judges": ", ".join(short), "number": len(short)}
                marking.open.append(Fault("counts.uneven", params))
                marking.counts[part.id] = None
            else:
                marking.counts[part.id] = on_own_scale(part, sheets)
    except NotCompared as wanting:
        marking.open += wanting.faults
        marking.counts[part.id] = None


def _level(marking: Marking, part: Component) -> None:
    """How severe each judge of a component is; nothing where they cannot be compared."""
    here = [marked for marked in marking.marked.values() if marked.part is part]
    stage = marking.scheme.stage("severity", part.id)
    try:
        marking.severity[part.id] = severity_of(marking.roster.judges, here, stage)
    except Disconnected as apart:
        groups = "; ".join(", ".join(group) for group in apart.groups)
        links = _links(marking, here)
        code = "severity.disconnected" if links else "severity.cut_off"
        marking.open.append(Fault(code, {"component": part.id, "judges": groups, "sheets": links}))
        marking.counts[part.id] = None


def bring_to_one_mean(marking: Marking, part: Component) -> None:
    """The coefficient of every entry, where the scheme brings groups of entries to one mean; and the note of it."""
    if part.second_mean is None or marking.counts.get(part.id, {}) is None:
        return
    here = [marked for marked in marking.marked.values() if marked.part is part]
    room = _rooms(marking, part.second_mean.by, here)
    scores: dict[str, dict[str, Fraction]] = {}
    for marked in here:
        entry = marked.entry.id
        node = raw_score(marking, marked, "rule")
        if node and entry in room and not _excluded(marking, marked.entry) and entry not in marking.decided.rulings:
            scores.setdefault(room[entry], {})[entry] = node.value
    found = levels(part.second_mean, scores, marking.scheme.stage("coefficient", part.id))
    if found is None:
        marking.open.append(Fault("rooms.no_mean", {"component": part.id}))
        marking.counts[part.id] = None
        return
    marking.levels[part.id] = {entry: found.coefficients[name] for entry, name in room.items() if name in found.rooms}
    told = "; ".join(
        f"{name or '-'} {shown(mean)} × {plain(found.coefficients[name].value)}" for name, mean in found.rooms.items()
    )
    marking.notes.append(Fault("note.second_mean", {"component": part.id, "mean": shown(found.mean), "rooms": told}))


def _rooms(marking: Marking, by: str, here: Sequence[Marked]) -> dict[str, str]:
    """The group of every entry: its unit's division, or the entries that are linked by judges who marked both."""
    if by == "division":
        division = {unit.id: unit.division for unit in marking.roster.units}
        return {marked.entry.id: division[marked.entry.unit] for marked in here}
    sheets = {judge.id: [m.entry.id for m in here if judge in m.judges] for judge in marking.roster.judges}
    groups = connected({judge: entries for judge, entries in sheets.items() if entries})
    return {entry: ", ".join(group) for group in groups for judge in group for entry in sheets[judge]}


def _links(marking: Marking, here: Sequence[Marked]) -> str:
    """The fewest sheets that would make the judges comparable, as ``judge/entry``; nothing where recusal forbids it."""
    sheets: dict[str, list[str]] = {judge.id: [] for judge in marking.roster.judges}
    for marked in here:
        for judge in marked.judges:
            sheets[judge.id].append(marked.entry.id)
    due = {
        (judge, marked.entry.id)
        for marked in here
        for why in ("missing", "incomplete", "absent")
        for judge in marked.others[why]
    }
    barred = {(judge, marked.entry.id) for marked in here for judge in marked.others["recused"]}
    links = linking_sheets(sheets, due, barred)
    return ", ".join(f"{judge}/{entry}" for judge, entry in links)


def _compared(marking: Marking, part: Component, panel: Panel, sheets: Sheets) -> dict[str, Node]:
    """The scores that a method makes of all entries at once. Raises NotCompared."""
    if panel.method == "copeland":
        return duels(sheets)
    if panel.method == "bradley_terry":
        return by_strength(part, sheets)
    out = marking.decided.excluded
    dancing = [
        entry.id for entry in marking.roster.entries
        if entry.component == part.id and not out & {("entry", entry.id), ("unit", entry.unit)}
    ]  # fmt: skip
    return placed(part, sheets, dancing)


def entry_result(marking: Marking, marked: Marked) -> EntryResult:
    """Score an entry by the rule."""
    entry, judges = marked.entry, marked.judges
    node = entry_score(marking, marked, "rule")
    few = len(judges) < _minimum(marked) and entry.id not in marking.decided.accepted
    return EntryResult(
        entry=entry,
        score=node.value if node else None,
        working=node,
        counted=tuple(judge.id for judge in judges),
        **marked.others,
        provisional=few and _awaited(marking, marked),
        excluded=_excluded(marking, entry),
    )


def _minimum(marked: Marked) -> int:
    return marked.part.panel.minimum if marked.part.panel else 1


def _excluded(marking: Marking, entry: Entry) -> str:
    """The veto by which the entry is excluded, or nothing."""
    return next((veto.id for veto in marking.decided.vetoes.get(("entry", entry.id), ())), "")


def _awaited(marking: Marking, marked: Marked) -> bool:
    """Whether the entry's sheets have a say, so that those that are wanting are waited for."""
    nobody = not marked.judges and not marked.others["incomplete"]
    left_out = marked.part.unit.unmarked == "left_out" and nobody
    # A unit that is excluded from the ranking keeps its score, but it does not dance.
    final = marked.part.panel is not None and marked.part.panel.method == "skating"
    out = final and ("unit", marked.entry.unit) in marking.decided.excluded
    return not (marked.entry.id in marking.decided.rulings or _excluded(marking, marked.entry) or left_out or out)


def _open(marking: Marking, marked: Marked, result: EntryResult) -> None:
    """What must be settled about one entry before the result is final."""
    entry, counted, who = marked.entry, len(marked.judges), marked.others
    empty = _empty_classes(marking, marked)
    panel = marked.part.panel
    sizes = Counter(judge.judge_class for judge in marked.judges)
    for weight in panel.classes if panel else ():
        if sizes[weight.judge_class] < weight.minimum and weight.judge_class not in empty:
            marking.notes.append(Fault("note.class_empty", {"entry": entry.id, "class": weight.judge_class}))
    for name in empty:
        marking.open.append(Fault("entry.class_empty", {"entry": entry.id, "class": name}))
    for name in ("missing", "incomplete"):
        if who[name]:
            params: dict[str, str | int] = {"entry": entry.id, "judges": ", ".join(who[name]), "number": len(who[name])}
            marking.open.append(Fault(f"entry.{name}", params))
    wanting = wanting_difficulties(marking, marked)
    if wanting:
        marking.open.append(Fault("entry.difficulty", {"entry": entry.id, "wanting": ", ".join(wanting)}))
    elif result.working is None and panel is not None and panel.method == "vote" and counted:
        votes, present = counted, counted + len(who["abstained"])
        marking.open.append(Fault("entry.no_grade", {"entry": entry.id, "votes": votes, "present": present}))
    elif result.working is None and marking.counts.get(marked.part.id, {}) is not None:
        marking.open.append(Fault("entry.no_score", {"entry": entry.id, "counted": counted}))
    elif result.provisional:
        params = {"entry": entry.id, "counted": counted, "minimum": _minimum(marked)}
        marking.open.append(Fault("entry.few", params))


def _empty_classes(marking: Marking, marked: Marked) -> list[str]:
    """The classes of judges without enough sheets that neither the scheme nor a decision passes over."""
    panel = marked.part.panel
    if panel is None or panel.empty_class in ("renormalise", "zero"):
        return []
    decided = marking.decided.classes if panel.empty_class == "decision" else {}
    sizes = Counter(judge.judge_class for judge in marked.judges)
    return [
        weight.judge_class
        for weight in panel.classes
        if sizes[weight.judge_class] < weight.minimum and (marked.entry.id, weight.judge_class) not in decided
    ]


def _trim_notes(marking: Marking) -> None:
    """Tell where a trim leaves few marks, or drops other numbers at entries of one component."""
    counts: dict[str, set[tuple[int, int]]] = {}
    for marked in marking.marked.values():
        result = marking.results[marked.entry.id]
        node = result.working
        while node and node.op not in ("trimmed_mean", "trimmed_sum", "winsor"):
            node = node.args[0] if node.args else None
        if node:
            counts.setdefault(marked.part.id, set()).add((node.low, node.high))
            kept = len(node.args) - node.low - node.high
            if kept < FEW:
                marking.notes.append(Fault("note.few_kept", {"entry": marked.entry.id, "kept": kept}))
    for part, numbers in counts.items():
        if len(numbers) > 1:
            drops = "; ".join(f"{low}+{high}" for low, high in sorted(numbers))
            marking.notes.append(Fault("note.trim_differs", {"component": part, "drops": drops}))
