"""What may happen to a score on its way: a rounding stage, a bound, a deduction or bonus; each is a node."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.decisions import Applied
from scoring.numbers import ZERO, rounded
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Rounding


def staged(node: Node, stage: Rounding | None) -> Node:
    """``node`` after a rounding stage."""
    if stage is None:
        return node
    value = rounded(node.value, stage.decimals, stage.mode)
    return Node("round", value, (node,), ref=f"{stage.after}@{stage.decimals}", low=stage.decimals, mode=stage.mode)


def measured(node: Node, asked: bool, given: tuple[Fraction, int] | None) -> Node | None:  # noqa: FBT001
    """``node`` times the difficulty that was recorded, where the scheme asks for one; None while it is wanting."""
    if not asked:
        return node
    return None if given is None else Node("times", node.value * given[0], (node, _recorded(given)))


def raised(node: Node, asked: bool, given: tuple[Fraction, int] | None) -> Node | None:  # noqa: FBT001
    """``node`` with the base value that was recorded, where the scheme asks for one; None while it is wanting."""
    if not asked:
        return node
    return None if given is None else Node("sum", node.value + given[0], (_recorded(given), node))


def _recorded(given: tuple[Fraction, int]) -> Node:
    return Node("decision", given[0], ref=str(given[1]))


def within(node: Node, least: Fraction | None, most: Fraction | None) -> Node:
    """``node`` within its bounds; the working shows a bound only where it changed the value."""
    if least is not None and node.value < least:
        node = Node("at_least", least, (node, constant(least, "least")))
    if most is not None and node.value > most:
        node = Node("at_most", most, (node, constant(most, "most")))
    return node


def adjusted(node: Node, applied: Sequence[Applied]) -> Node:
    """``node`` after deductions, then bonuses; each rule's sum for one subject is capped."""
    if not applied:
        return node
    for op, kind in (("minus", "deduction"), ("plus", "bonus")):
        for rule in dict.fromkeys(one.rule.id for one in applied if one.rule.kind == kind):
            ones = [one for one in applied if one.rule.id == rule]
            leaves = tuple(Node("decision", one.points, ref=str(one.decision)) for one in ones)
            points = leaves[0] if len(leaves) == 1 else Node("sum", sum((n.value for n in leaves), ZERO), leaves)
            points = within(points, None, ones[0].rule.cap)
            value = node.value - points.value if op == "minus" else node.value + points.value
            node = Node("minus" if op == "minus" else "plus", value, (node, points), ref=rule)
    return node
