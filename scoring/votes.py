"""Votes for grades (等次票): the best grade that enough votes at it or above carry. Source: docs/scoring.md, "Votes".

A judge who abstains was there and votes for no grade; he is in no count but that of those present.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.marked import Marked
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Panel


def carried(marked: Marked, panel: Panel, chosen: Sequence[int], leaves: Sequence[Node]) -> Node | None:
    """The points of the grade that is carried by the votes of the judges at ``chosen``; None where none is."""
    [item] = marked.form.items
    ticks = [marked.ticks[place][0] for place in chosen]
    asked = _asked(marked, panel, ticks)
    for tick in sorted(item.scale, reverse=True):
        grade, above = item.grade(tick), sum(one is not None and one >= tick for one in ticks)
        enough = 2 * above > asked if grade.share is None else above >= grade.share * asked
        if ticks and enough:
            value = Fraction(marked.form.part([tick], [0]), marked.form.denominator)
            return Node("vote", value, (*leaves, constant(value, f"grade:{grade.id}")))
    return None


def share_at(marked: Marked, panel: Panel, chosen: Sequence[int], grade: str) -> Fraction | None:
    """The share of the votes at ``grade`` or above; None without a vote, or where the kind has no such grade."""
    [item] = marked.form.items
    found = [tick for tick in item.scale if item.grade(tick).id == grade]
    ticks = [marked.ticks[place][0] for place in chosen]
    if not found or not ticks:
        return None
    return Fraction(sum(one is not None and one >= found[0] for one in ticks), _asked(marked, panel, ticks))


def _asked(marked: Marked, panel: Panel, ticks: Sequence[int | None]) -> int:
    """Of how many votes a share is taken: those cast, or as well those of everybody who abstained."""
    return len(ticks) + (len(marked.others["abstained"]) if panel.of == "present" else 0)
