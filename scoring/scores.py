"""From the sheets that count for an entry to its score: panel, blocs, classes, factor, stages, adjustments, bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from scoring.blend import weighted
from scoring.compare import COMPARING
from scoring.marked import Marked, Marking
from scoring.numbers import ZERO
from scoring.panel import How, aggregate, called, told
from scoring.parts import by_parts, part_score, parts_of
from scoring.roster import Entry
from scoring.steps import adjusted, measured, raised, staged, within
from scoring.votes import carried, share_at
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Panel


def entry_score(marking: Marking, marked: Marked, how: How) -> Node | None:
    """The score of an entry with its working; ``how`` other than the rule is what a tie-break asks for."""
    part, entry, decided = marked.part, marked.entry, marking.decided
    if entry.id in decided.rulings:
        ruling, index = decided.rulings[entry.id]
        return Node("decision", ruling.score, ref=str(index))
    node = raw_score(marking, marked, how)
    if node is None or part.panel is None:
        return None
    if level := marking.levels.get(part.id, {}).get(entry.id):
        node = staged(
            Node("times", node.value * level.value, (node, level)), marking.scheme.stage("second_mean", part.id)
        )
    return settled(marking, entry, part.panel, node)


def raw_score(marking: Marking, marked: Marked, how: How) -> Node | None:
    """What the panel gives an entry: before groups are brought to one mean, adjustments and bounds."""
    part, entry = marked.part, marked.entry
    if part.panel is None or marking.counts.get(part.id, {}) is None:
        return None
    panel = told(part.panel, how, len(_chosen(marked, part.panel, None)))
    if panel.method in COMPARING:
        node = marking.compared[part.id].get(entry.id)
    else:
        node = _classes(marking, marked, panel, None) if panel.classes else _panel(marking, marked, panel, None)
    return after_panel(marking, entry, panel, node) if node else None


def after_panel(marking: Marking, entry: Entry, panel: Panel, node: Node) -> Node | None:
    """The panel's score times its factor and difficulty, with its base value, after its stage; None while one wants."""
    if panel.factor != 1:
        node = Node("times", node.value * panel.factor, (node, constant(panel.factor, "factor")))
    found = measured(node, panel.difficulty == "entry", marking.decided.difficulties.get((entry.id, "")))
    if found:
        found = raised(found, panel.base == "entry", marking.decided.bases.get((entry.id, "")))
    return staged(found, marking.scheme.stage("panel", entry.component)) if found else None


def settled(marking: Marking, entry: Entry, panel: Panel, node: Node) -> Node:
    """The raw score with its adjustments, within its bounds: the entry's score."""
    node = adjusted(node, marking.decided.of("entry", entry.id))
    node = within(node, panel.least, panel.most)
    return called(node, f"entry:{entry.id}")


def wanting_difficulties(marking: Marking, marked: Marked) -> list[str]:
    """The parts whose difficulty or base value was not recorded, or the entry's own id where it is of the whole."""
    panel, entry, decided = marked.part.panel, marked.entry.id, marking.decided
    if panel is None:
        return []
    names = {"none": [], "entry": [""], "part": [name for name, _, _ in parts_of(marked, panel)]}
    found = [name for name in names[panel.difficulty] if (entry, name) not in decided.difficulties]
    found += [name for name in names[panel.base] if (entry, name) not in decided.bases]
    return list(dict.fromkeys(name or entry for name in found))


def _panel(marking: Marking, marked: Marked, panel: Panel, judge_class: str | None) -> Node | None:
    """The panel's score of the sheets of one class of judges, or of all."""
    chosen = _chosen(marked, panel, judge_class)
    if panel.trim_on in ("criterion", "item"):
        return by_parts(marking, marked, panel, chosen)
    leaves = _sheets(marking, marked, chosen) if marking.worked else []
    points, denominator = _points(marking, marked, chosen)
    if panel.by == "bloc":
        groups = _blocs(marked, chosen)
        points, denominator = _means(groups, points, denominator)
        if leaves:
            leaves = [
                Node("mean", Fraction(mean, denominator), tuple(leaves[i] for i in group), of=f"bloc:{name}")
                for (name, group), mean in zip(groups.items(), points, strict=True)
            ]
    if panel.method == "vote":
        return carried(marked, panel, chosen, leaves)
    return aggregate(panel, points, denominator, leaves)


def _sheets(marking: Marking, marked: Marked, chosen: Sequence[int]) -> list[Node]:
    """What each sheet counts with, and how it came about."""
    part, entry = marked.part.id, marked.entry.id
    counts, severity = marking.counts.get(part), marking.severity.get(part)
    found = marked.leaves(chosen)
    if severity:
        return [
            Node("minus", leaf.value - severity[judge.id], (leaf, constant(severity[judge.id], "severity")))
            for judge, leaf in found
        ]
    return [counts[judge.id][entry] if counts else leaf for judge, leaf in found]


def _points(marking: Marking, marked: Marked, chosen: Sequence[int]) -> tuple[list[int], int]:
    """What each sheet counts with as whole numbers over their common denominator."""
    part, entry = marked.part.id, marked.entry.id
    if counts := marking.counts.get(part):
        return _whole([counts[marked.judges[i].id][entry].value for i in chosen])
    if (severity := marking.severity.get(part)) is None:
        return [marked.totals[i] for i in chosen], marked.denominator
    taken, common = _whole([severity[marked.judges[i].id] for i in chosen])
    denominator = lcm(common, marked.denominator)
    times, less = denominator // marked.denominator, denominator // common
    return [marked.totals[i] * times - each * less for i, each in zip(chosen, taken, strict=True)], denominator


def _chosen(marked: Marked, panel: Panel, judge_class: str | None) -> Sequence[int]:
    """The places of the judges of one class, or of all, each as often as his sheet counts."""
    if judge_class is None and not panel.multiples:
        return range(len(marked.judges))
    times = {one.judge_class: one.times for one in panel.multiples}
    return [
        i
        for i, judge in enumerate(marked.judges)
        if judge_class in (None, judge.judge_class)
        for _ in range(times.get(judge.judge_class, 1))
    ]


def _blocs(marked: Marked, chosen: Sequence[int]) -> dict[str, list[int]]:
    """The sheets of every bloc that marked, by their places in ``chosen``; the blocs in the order of the judges."""
    blocs: dict[str, list[int]] = defaultdict(list)
    for number, i in enumerate(chosen):
        blocs[marked.judges[i].bloc].append(number)
    return blocs


def _means(groups: Mapping[str, Sequence[int]], points: Sequence[int], denominator: int) -> tuple[list[int], int]:
    """The mean of every group of ``points``, as whole numbers over one denominator."""
    common = lcm(*map(len, groups.values()))
    sums = [sum(map(points.__getitem__, group)) for group in groups.values()]
    times = [common // len(group) for group in groups.values()]
    return [total * each for total, each in zip(sums, times, strict=True)], denominator * common


def _whole(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """``values`` as whole numbers over their common denominator."""
    pairs = [value.as_integer_ratio() for value in values]
    common = lcm(*{below for _, below in pairs})
    return [above * (common // below) for above, below in pairs], common


def alone(marking: Marking, marked: Marked, name: str, places: tuple[int, ...]) -> Node | None:
    """The score of the items at ``places`` alone: the panel's method and classes on them; for tie keys."""
    panel = marked.part.panel
    if panel is None or not places:
        return None
    if panel.classes:
        return _classes(marking, marked, panel, (name, places))
    if panel.method == "vote":
        panel = told(panel, "untrimmed_mean", 0)
    return part_score(marked, panel, _chosen(marked, panel, None), name, places)


def votes_at(marked: Marked, grade: str) -> Fraction | None:
    """The share of an entry's votes at a grade or above; for tie keys."""
    panel = marked.part.panel
    if panel is None or len(marked.form.items) != 1:
        return None
    return share_at(marked, panel, _chosen(marked, panel, None), grade)


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
