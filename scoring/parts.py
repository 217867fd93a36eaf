"""The panel taken within each criterion or item, and the parts added. Source: docs/scoring.md, "Panel"."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.marked import Marked, Marking
from scoring.numbers import ZERO
from scoring.panel import aggregate, called
from scoring.steps import measured, raised, staged
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Panel


def by_parts(marking: Marking, marked: Marked, panel: Panel, chosen: Sequence[int]) -> Node | None:
    """The trim taken within each criterion or item; the parts, each after its stages and factors, are added."""
    nodes = []
    for name, places, times in parts_of(marked, panel):
        node = part_score(marked, panel, chosen, name, places)
        node = _element(marking, marked, panel, node, name, times) if node else None
        if node is None:
            return None
        nodes.append(node)
    return Node("sum", sum((node.value for node in nodes), ZERO), tuple(nodes))


def parts_of(marked: Marked, panel: Panel) -> list[tuple[str, tuple[int, ...], Fraction]]:
    """The items or criteria on which the panel is taken: name, places on the sheet, and factor."""
    shape = marked.form
    if panel.trim_on == "item":
        return [(item.id, (place,), item.factor) for place, item in enumerate(shape.items)]
    factor = {criterion.id: criterion.factor for criterion in marked.part.criteria}
    return [(name, places, factor[name]) for name, places in shape.criteria if places]


def _element(marking: Marking, marked: Marked, panel: Panel, node: Node, name: str, times: Fraction) -> Node | None:
    """One part's score: after its stage, times its factor and difficulty, after that stage, with its base value."""
    entry, part, decided = marked.entry.id, marked.part.id, marking.decided
    stage = marking.scheme.stage
    node = staged(node, stage(panel.trim_on or "", part))
    if times != 1:
        node = Node("times", node.value * times, (node, constant(times, "factor")))
    made = measured(node, panel.difficulty == "part", decided.difficulties.get((entry, name)))
    if made:
        made = raised(staged(made, stage("factor", part)), panel.base == "part", decided.bases.get((entry, name)))
    return called(made, f"part:{name}") if made else None


def part_score(marked: Marked, panel: Panel, chosen: Sequence[int], name: str, places: Sequence[int]) -> Node | None:
    """The panel's score of the items at ``places`` alone, from the sheets that have them all."""
    shape, entry = marked.form, marked.entry.id
    rows = [(i, marked.ticks[i]) for i in chosen if all(marked.ticks[i][place] is not None for place in places)]
    values = [shape.part(row, places) for _, row in rows]
    leaves = [
        Node("sheet", Fraction(value, shape.denominator), ref=f"{marked.judges[i].id}/{entry}#{name}")
        for (i, _), value in zip(rows, values, strict=True)
    ]
    node = aggregate(panel, values, shape.denominator, leaves)
    return called(node, f"part:{name}") if node else None
