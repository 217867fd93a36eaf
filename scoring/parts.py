"""The panel taken within each criterion or item, and the parts added. Source: docs/scoring.md, "Panel"."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.marked import Marked
from scoring.numbers import ZERO
from scoring.panel import aggregate, called
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Panel


def by_parts(marked: Marked, panel: Panel, chosen: Sequence[int]) -> Node | None:
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
