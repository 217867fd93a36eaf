"""From the sheets to the score of every entry."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from scoring.blend import weighted
from scoring.check import Due
from scoring.compare import duels, less_severity, on_own_scale, uneven
from scoring.decisions import Decided
from scoring.faults import Fault
from scoring.numbers import ZERO, rounded
from scoring.panel import How, aggregate, called, told
from scoring.results import EntryResult
from scoring.roster import Entry, Judge, Roster, Sheet
from scoring.scheme import Component, Panel, Rounding, Scheme
from scoring.severity import Disconnected
from scoring.sheets import Form, bounded, form
from scoring.working import Node, constant

FEW = 3  # below this a trimmed panel is hardly a panel; the reader is told


@dataclass(frozen=True, slots=True)
class Marked:
    """The sheets that count for one entry, in the order of judges; ``ticks`` has None only where items count singly.

    ``others``: why the sheets of the rest of its panel do not count, by the names of ``EntryResult``.
    """

    entry: Entry
    part: Component
    form: Form
    judges: tuple[Judge, ...]
    ticks: tuple[tuple[int | None, ...], ...]
    totals: tuple[int, ...]
    denominator: int
    others: Mapping[str, tuple[str, ...]]

    def sheet_scores(self) -> list[tuple[str, Fraction]]:
        """Each judge and the score of his whole sheet; a sheet with an unmarked item has none."""
        if self.totals or not self.ticks:
            return [(j.id, Fraction(t, self.denominator)) for j, t in zip(self.judges, self.totals, strict=True)]
        whole = [
            (judge.id, [t for t in row if t is not None]) for judge, row in zip(self.judges, self.ticks, strict=True)
        ]
        size = len(self.form.items)
        return [(j, Fraction(self.form.total(row), self.form.denominator)) for j, row in whole if len(row) == size]


@dataclass(slots=True)
class Marking:
    """All entries with their sheets, and what was noticed on the way.

    ``counts``: component -> judge -> entry -> what his sheet counts with, where that is not its score; None where the
    judges cannot be compared. ``severity`` and ``duels`` beside it, where the scheme asks for them.
    """

    scheme: Scheme
    roster: Roster
    decided: Decided
    marked: dict[str, Marked] = field(default_factory=dict)
    counts: dict[str, dict[str, dict[str, Node]] | None] = field(default_factory=dict)
    severity: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    duels: dict[str, dict[str, Node]] = field(default_factory=dict)
    results: dict[str, EntryResult] = field(default_factory=dict)
    open: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def mark_entries(scheme: Scheme, roster: Roster, sheets: Sequence[Sheet], decided: Decided, due: Due) -> Marking:
    """Sort the sheets by entry and score every entry by the rule."""
    marking = Marking(scheme, roster, decided)
    by_entry: dict[str, dict[str, tuple[int | None, ...]]] = {entry.id: {} for entry in roster.entries}
    for sheet in sheets:
        by_entry[sheet.entry][sheet.judge] = sheet.ticks
    forms: dict[tuple[str, str], Form] = {}
    for entry in roster.entries:
        part = scheme.component[entry.component]
        key = (part.id, entry.kind)
        if key not in forms:
            forms[key] = form(scheme, part, entry.kind)
        marking.marked[entry.id] = _mark(marking, entry, part, forms[key], by_entry[entry.id], due)
    for part in scheme.components:
        if part.panel:
            _compare(marking, part, part.panel)
    for marked in marking.marked.values():
        _score(marking, marked)
    _trim_notes(marking)
    return marking


def _mark(
    marking: Marking, entry: Entry, part: Component, shape: Form, given: dict[str, tuple[int | None, ...]], due: Due
) -> Marked:
    """Say of every judge why his sheet counts or does not."""
    who: dict[str, list[str]] = {name: [] for name in ("recused", "absent", "void", "missing", "incomplete")}
    judges, ticks = [], []
    by_item = part.panel is not None and part.sheet.incomplete == "item"
    void = marking.decided.void
    for judge in marking.roster.judges:
        if not due.marks(judge, entry, part):
            continue
        if due.recused(judge, entry, part):
            who["recused"].append(judge.id)
        elif (judge.id, entry.id) in void:
            who["void"].append(judge.id)
        elif due.away_from(judge.id, entry):
            who["absent"].append(judge.id)
        elif judge.id not in given:
            who["missing"].append(judge.id)
        elif None in given[judge.id] and not by_item:
            who["incomplete"].append(judge.id)
        else:
            judges.append(judge)
            ticks.append(given[judge.id])
    points = [] if by_item else [shape.total(row) for row in ticks]  # type: ignore[arg-type]  # no None: checked above
    totals, denominator = bounded(marking.scheme, part, points, shape.denominator)
    others = {name: tuple(names) for name, names in who.items()}
    return Marked(entry, part, shape, tuple(judges), tuple(ticks), tuple(totals), denominator, others)


def _compare(marking: Marking, part: Component, panel: Panel) -> None:
    """What the sheets of a component count with, where it takes all of them to say; nothing where it cannot be said."""
    if panel.counts == "score" and panel.method != "copeland":
        return
    sheets: dict[str, dict[str, Node]] = {judge.id: {} for judge in marking.roster.judges}
    for marked in marking.marked.values():
        if marked.part is part:
            for judge, node in _leaves(marked, range(len(marked.judges))):
                sheets[judge.id][marked.entry.id] = node
    try:
        if panel.method == "copeland":
            marking.duels[part.id] = duels(sheets)
        elif panel.counts == "less_severity":
            stage = marking.scheme.stage("severity", part.id)
            marking.severity[part.id], marking.counts[part.id] = less_severity(sheets, stage)
        elif panel.counts != "score":
            short = uneven(sheets)
            if short and part.id not in marking.decided.uneven:
                params: dict[str, str | int] = {"component": part.id, "judges": ", ".join(short), "number": len(short)}
                marking.open.append(Fault("counts.uneven", params))
                marking.counts[part.id] = None
            else:
                marking.counts[part.id] = on_own_scale(part, sheets)
    except Disconnected as apart:
        groups = "; ".join(", ".join(group) for group in apart.groups)
        marking.open.append(Fault("severity.disconnected", {"component": part.id, "judges": groups}))
        marking.counts[part.id] = None


def _leaves(marked: Marked, chosen: Iterable[int]) -> list[tuple[Judge, Node]]:
    """The sheets' scores as leaves, of the judges at these places."""
    entry = marked.entry.id
    return [
        (
            judge := marked.judges[i],
            Node("sheet", Fraction(marked.totals[i], marked.denominator), ref=f"{judge.id}/{entry}"),
        )
        for i in chosen
    ]


def _score(marking: Marking, marked: Marked) -> None:
    """Score an entry, and note what must be settled about it."""
    entry, part, judges, who = marked.entry, marked.part, marked.judges, marked.others
    ruled = entry.id in marking.decided.rulings
    excluded = next((veto.id for veto in marking.decided.vetoes.get(("entry", entry.id), ())), "")
    node = entry_score(marking, marked, "rule")
    minimum = part.panel.minimum if part.panel else 1
    left_out = part.unit.unmarked == "left_out" and not judges and not who["incomplete"]
    counts = not (ruled or excluded or left_out)
    provisional = counts and entry.id not in marking.decided.accepted and len(judges) < minimum
    if counts:
        _open(marking, marked, node, minimum if provisional else 0)
    marking.results[entry.id] = EntryResult(
        entry=entry,
        score=node.value if node else None,
        working=node,
        counted=tuple(judge.id for judge in judges),
        **who,
        provisional=provisional,
        excluded=excluded,
    )


def _open(marking: Marking, marked: Marked, node: Node | None, minimum: int) -> None:
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
    if node is None and marking.counts.get(marked.part.id, {}) is not None:
        marking.open.append(Fault("entry.no_score", {"entry": entry.id, "counted": counted}))
    elif counted < minimum:
        marking.open.append(Fault("entry.few", {"entry": entry.id, "counted": counted, "minimum": minimum}))


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


def entry_score(marking: Marking, marked: Marked, how: How) -> Node | None:
    """The score of an entry with its working; ``how`` other than the rule is what a tie-break asks for."""
    part, entry, decided = marked.part, marked.entry, marking.decided
    if entry.id in decided.rulings:
        ruling, index = decided.rulings[entry.id]
        return Node("decision", ruling.score, ref=str(index))
    if part.panel is None or marking.counts.get(part.id, {}) is None:
        return None
    panel = told(part.panel, how)
    if panel.method == "copeland":
        node = marking.duels[part.id].get(entry.id)
    else:
        node = _classes(marking, marked, panel, None) if panel.classes else _panel(marking, marked, panel, None)
    if node is None:
        return None
    if panel.factor != 1:
        node = Node("times", node.value * panel.factor, (node, constant(panel.factor, "factor")))
    node = staged(node, marking.scheme.stage("panel", part.id))
    node = adjusted(node, marking, "entry", entry.id)
    node = within(node, panel.least, panel.most)
    return called(node, f"entry:{entry.id}")


def _panel(marking: Marking, marked: Marked, panel: Panel, judge_class: str | None) -> Node | None:
    """The panel's score of the sheets of one class of judges, or of all."""
    chosen = [i for i, judge in enumerate(marked.judges) if judge_class in (None, judge.judge_class)]
    if panel.trim_on in ("criterion", "item"):
        return _by_parts(marked, panel, chosen)
    counts = marking.counts.get(marked.part.id)
    found = _leaves(marked, chosen)
    leaves = [counts[judge.id][marked.entry.id] if counts else leaf for judge, leaf in found]
    if panel.by == "bloc":
        leaves = _blocs([judge for judge, _ in found], leaves)
    if leaves and (counts or panel.by == "bloc"):
        return aggregate(panel, *_whole(leaves), leaves)
    return aggregate(panel, [marked.totals[i] for i in chosen], marked.denominator, leaves)


def _blocs(judges: Sequence[Judge], leaves: Sequence[Node]) -> list[Node]:
    """One number for each bloc that marked: the mean of its judges, in the order of the judges."""
    blocs: dict[str, list[Node]] = {}
    for judge, leaf in zip(judges, leaves, strict=True):
        blocs.setdefault(judge.bloc, []).append(leaf)
    return [
        Node("mean", sum((node.value for node in nodes), ZERO) / len(nodes), tuple(nodes), of=f"bloc:{name}")
        for name, nodes in blocs.items()
    ]


def _whole(nodes: Sequence[Node]) -> tuple[list[int], int]:
    """The values of ``nodes`` as whole numbers over their common denominator."""
    common = lcm(*(node.value.denominator for node in nodes))
    return [node.value.numerator * (common // node.value.denominator) for node in nodes], common


def _by_parts(marked: Marked, panel: Panel, chosen: Sequence[int]) -> Node | None:
    """The trim taken within each criterion or item; the parts are added."""
    shape = marked.form
    parts: list[tuple[str, tuple[int, ...]]]
    if panel.trim_on == "item":
        parts = [(item.id, (place,)) for place, item in enumerate(shape.items)]
    else:
        parts = [(name, places) for name, places in shape.criteria if places]
    nodes = []
    for name, places in parts:
        node = part_score(marked, panel, chosen, name, places)
        if node is None:
            return None
        nodes.append(node)
    return Node("sum", sum((node.value for node in nodes), ZERO), tuple(nodes))


def part_score(marked: Marked, panel: Panel, chosen: Sequence[int], name: str, places: Sequence[int]) -> Node | None:
    """The panel's score of the items at ``places`` alone, from the sheets that have them all."""
    shape, entry = marked.form, marked.entry.id
    rows = [(i, marked.ticks[i]) for i in chosen if all(marked.ticks[i][place] is not None for place in places)]
    values = [shape.part(row, places) for _, row in rows]  # type: ignore[arg-type]  # rows with None are left out
    leaves = [
        Node("sheet", Fraction(value, shape.denominator), ref=f"{marked.judges[i].id}/{entry}#{name}")
        for (i, _), value in zip(rows, values, strict=True)
    ]
    node = aggregate(panel, values, shape.denominator, leaves)
    return called(node, f"part:{name}") if node else None


def criterion_score(marking: Marking, marked: Marked, criterion: str) -> Node | None:
    """The score of one criterion alone: the panel's method and classes on it; for tie keys."""
    part, places = marked.part, dict(marked.form.criteria).get(criterion, ())
    if part.panel is None or not places:
        return None
    only = (criterion, places)
    if part.panel.classes:
        return _classes(marking, marked, part.panel, only)
    return part_score(marked, part.panel, range(len(marked.judges)), criterion, places)


def _classes(marking: Marking, marked: Marked, panel: Panel, only: tuple[str, tuple[int, ...]] | None) -> Node | None:
    """Each class of judges by itself, then weighted; an empty class as the scheme or a decision says.

    ``only``: a criterion's name and the places of its items, where not the whole sheet is asked for.
    """
    entry, decided = marked.entry.id, marking.decided
    parts: list[tuple[Fraction, str, Node]] = []
    for weight in panel.classes:
        name = weight.judge_class
        chosen = [i for i, judge in enumerate(marked.judges) if judge.judge_class == name]
        node = None
        if len(chosen) >= weight.minimum:
            node = part_score(marked, panel, chosen, *only) if only else _panel(marking, marked, panel, name)
        if node:
            node = called(staged(node, marking.scheme.stage("class", marked.part.id)), f"class:{name}")
        elif panel.empty_class == "zero":
            node = constant(ZERO, f"class:{name}")
        elif panel.empty_class == "decision" and (entry, name) in decided.classes and not only:
            value, index = decided.classes[entry, name]
            node = Node("decision", value, ref=str(index)) if value is not None else None
        elif panel.empty_class != "renormalise":
            return None
        if node:
            parts.append((weight.weight, name, node))
    return weighted(parts) if parts else None


def staged(node: Node, stage: Rounding | None) -> Node:
    """``node`` after a rounding stage."""
    if stage is None:
        return node
    value = rounded(node.value, stage.decimals, stage.mode)
    return Node("round", value, (node,), ref=f"{stage.after}@{stage.decimals}", low=stage.decimals, mode=stage.mode)


def within(node: Node, least: Fraction | None, most: Fraction | None) -> Node:
    """``node`` within its bounds; the working shows a bound only where it changed the value."""
    if least is not None and node.value < least:
        node = Node("at_least", least, (node, constant(least, "least")))
    if most is not None and node.value > most:
        node = Node("at_most", most, (node, constant(most, "most")))
    return node


def adjusted(node: Node, marking: Marking, subject: str, name: str) -> Node:
    """``node`` after deductions, then bonuses; each rule's sum for one subject is capped."""
    applied = marking.decided.adjustments.get((subject, name), [])
    for op, kind in (("minus", "deduction"), ("plus", "bonus")):
        for rule in dict.fromkeys(one.rule.id for one in applied if one.rule.kind == kind):
            ones = [one for one in applied if one.rule.id == rule]
            leaves = tuple(Node("decision", one.points, ref=str(one.decision)) for one in ones)
            points = leaves[0] if len(leaves) == 1 else Node("sum", sum((n.value for n in leaves), ZERO), leaves)
            points = within(points, None, ones[0].rule.cap)
            value = node.value - points.value if op == "minus" else node.value + points.value
            node = Node("minus" if op == "minus" else "plus", value, (node, points), ref=rule)
    return node


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
