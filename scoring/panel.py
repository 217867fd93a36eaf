"""From the sheets for one entry to its score: mean, sum, median, what is dropped or drawn in.

Source: docs/scoring.md, "Panel". All values are whole numbers over one denominator; the result is a Fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from scoring.numbers import ZERO, count_of, plain
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Panel, Trim

How = Literal["rule", "median", "untrimmed_mean", "one_more_dropped"]


def trim_counts(trim: Trim | None, number: int) -> tuple[int, int]:
    """How many of ``number`` marks lie outside: (lowest, highest)."""
    if trim is None:
        return 0, 0
    if trim.share is not None:
        each = count_of(trim.share, number, trim.share_count)
        return each, each
    if trim.table:
        rows = [row for row in trim.table if row.judges <= number]
        return (rows[-1].low, rows[-1].high) if rows else (0, 0)
    return trim.low or 0, trim.high or 0


def weight_outside(trim: Trim | None, number: int) -> Fraction:
    """What a mark that lies outside still counts in a panel of ``number``: 0 where it is dropped."""
    rows = [row.weight for row in trim.table if row.judges <= number] if trim else []
    return rows[-1] if rows else trim.weight if trim else ZERO


def aggregate(panel: Panel, values: Sequence[int], denominator: int, leaves: Sequence[Node]) -> Node | None:
    """The panel's score of ``values / denominator``; ``leaves`` are their nodes, in the same order.

    None where nothing would be left to count: no value, or every value dropped.
    """
    low, high = trim_counts(panel.trim, len(values))
    if low + high >= len(values):
        return None
    kept, outside = _split(values, low, high)
    args = tuple(leaves)
    # FIG aerobic gymnastics: where even the middle marks disagree, nobody's is dropped.
    if panel.tolerance is not None and kept[-1] - kept[0] > panel.tolerance * denominator:
        return Node("mean", Fraction(sum(values), denominator * len(values)), args, ref="tolerance")
    if panel.method == "winsor":
        drawn_in = sum(kept) + low * kept[0] + high * kept[-1]
        return Node("winsor", Fraction(drawn_in, denominator * len(values)), args, low=low, high=high)
    if panel.method == "median":
        half = len(kept) // 2
        middle = kept[half] * 2 if len(kept) % 2 else kept[half - 1] + kept[half]
        return Node("median", Fraction(middle, 2 * denominator), args)
    if panel.method == "sum":
        return Node("trimmed_sum" if low + high else "sum", Fraction(sum(kept), denominator), args, low=low, high=high)
    weight = weight_outside(panel.trim, len(values)) if outside else ZERO
    if weight:
        counted = sum(kept) + weight * sum(outside)
        value = counted / (denominator * (len(kept) + weight * len(outside)))
        return Node("eased_mean", value, args, low=low, high=high, mode=plain(weight))
    value = Fraction(sum(kept), denominator * len(kept))
    return Node("trimmed_mean" if low + high else "mean", value, args, low=low, high=high)


def _split(values: Sequence[int], low: int, high: int) -> tuple[list[int], list[int]]:
    """``values`` in order without the lowest and highest so many, and those."""
    ordered = sorted(values)
    end = len(ordered) - high
    return ordered[low:end], [*ordered[:low], *ordered[end:]]


def told(panel: Panel, how: How, number: int) -> Panel:
    """The panel rule itself, or the one a tie-break asks for instead, for at most ``number`` sheets."""
    if how == "rule":
        return panel
    if how == "median":
        return panel.model_copy(update={"method": "median", "trim": None, "tolerance": None})
    if how == "one_more_dropped":
        if panel.method == "median":
            return panel  # the middle of what is left is the middle of all
        drops = {judges: trim_counts(panel.trim, judges) for judges in range(1, number + 1)}
        return panel.dropping({judges: (low + 1, high + 1) for judges, (low, high) in drops.items()})
    method = "sum" if panel.method == "sum" else "mean"
    return panel.model_copy(update={"method": method, "trim": None, "tolerance": None})


def called(node: Node, of: str) -> Node:
    """``node`` as the number of something."""
    return Node(node.op, node.value, node.args, node.ref, of, node.low, node.high, node.mode)  # replace() takes longer
