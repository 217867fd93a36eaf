"""What a judge's sheet counts with, where that hangs on his other sheets or on the other judges.

Source: docs/scoring.md, "Severity" and "Scales". Only sheets that count are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.blend import scaled
from scoring.faults import Fault
from scoring.numbers import rounded
from scoring.severity import severities
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Component, Rounding

COMPARING = ("copeland", "skating")  # methods that make the scores of all entries at once

Sheets = Mapping[str, Mapping[str, Node]]  # judge -> entry -> the score of his sheet


class NotCompared(ValueError):
    """The entries of a component cannot be compared; ``faults`` say what must be settled first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = tuple(faults)


def uneven(sheets: Sheets) -> tuple[str, ...]:
    """The judges who marked fewer entries than were marked; nobody where all marked all."""
    every = {entry for row in sheets.values() for entry in row}
    return tuple(judge for judge, row in sheets.items() if row and len(row) < len(every))


def less_severity(sheets: Sheets, stage: Rounding | None) -> tuple[dict[str, Fraction], dict[str, dict[str, Node]]]:
    """Each judge's severity, rounded at its stage, and his sheets without it. Raises Disconnected."""
    exact = severities({judge: {entry: node.value for entry, node in row.items()} for judge, row in sheets.items()})
    found = {judge: rounded(s, stage.decimals, stage.mode) if stage else s for judge, s in exact.items()}
    return found, {
        judge: {
            entry: Node("minus", node.value - found[judge], (node, constant(found[judge], "severity")))
            for entry, node in row.items()
        }
        for judge, row in sheets.items()
    }


def on_own_scale(part: Component, sheets: Sheets) -> dict[str, dict[str, Node]]:
    """Each judge's sheets on his own scale: ``z``, ``minmax``, or the ``order`` he puts the entries in."""
    counts = part.panel.counts if part.panel else "score"
    if counts == "order":
        return {judge: _in_order(row) for judge, row in sheets.items()}
    how = part.model_copy(update={"scale": counts})
    return {judge: scaled(how, row, part.full) for judge, row in sheets.items()}


def _in_order(row: Mapping[str, Node]) -> dict[str, Node]:
    """Borda: the entries a judge puts below, and half of those he puts level."""
    values = [node.value for node in row.values()]
    points = {
        entry: sum(value < node.value for value in values) + Fraction(values.count(node.value) - 1, 2)
        for entry, node in row.items()
    }
    return {entry: Node("order", points[entry], ref=node.ref) for entry, node in row.items()}


def duels(sheets: Sheets) -> dict[str, Node]:
    """Copeland: for each entry the others it beats with more of the judges who marked both, and half for a draw."""
    entries = dict.fromkeys(entry for row in sheets.values() for entry in row)
    won = {entry: [Node("duel", _duel(sheets, entry, other), ref=other) for other in entries if other != entry]
           for entry in entries}  # fmt: skip
    return {
        entry: Node("sum", sum((node.value for node in nodes), Fraction(0)), tuple(nodes))
        for entry, nodes in won.items()
    }


def _duel(sheets: Sheets, one: str, other: str) -> Fraction:
    both = [(row[one].value, row[other].value) for row in sheets.values() if one in row and other in row]
    ahead = sum((a > b) - (a < b) for a, b in both)
    return Fraction(1, 2) if ahead == 0 else Fraction(int(ahead > 0))
