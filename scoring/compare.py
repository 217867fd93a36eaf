"""What a judge's sheet counts with, where that hangs on his other sheets or on the other judges.

Source: docs/scoring.md, "Severity" and "Scales". Only sheets that count are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from scoring.blend import scaled
from scoring.faults import Fault
from scoring.marked import Marked
from scoring.numbers import rounded
from scoring.roster import Judge
from scoring.severity import severities
from scoring.strength import strengths, unbeaten_groups
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Component, Rounding

COMPARING = ("copeland", "skating", "bradley_terry")  # methods that make the scores of all entries at once

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


def severity_of(judges: Iterable[Judge], marked: Sequence[Marked], stage: Rounding | None) -> dict[str, Fraction]:
    """Each judge's severity on the sheets that count, rounded at its stage. Raises Disconnected."""
    common = lcm(*(one.denominator for one in marked))
    points: dict[str, dict[str, int]] = {judge.id: {} for judge in judges}
    for one in marked:
        times = common // one.denominator
        for judge, total in zip(one.judges, one.totals, strict=True):
            points[judge.id][one.entry.id] = total * times
    exact = severities(points, common)
    return {judge: rounded(s, stage.decimals, stage.mode) if stage else s for judge, s in exact.items()}


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


def by_strength(part: Component, sheets: Sheets) -> dict[str, Node]:
    """Bradley-Terry: each entry's strength from all wins over others, on the scale of ``z_mean`` and ``z_spread``.

    A win is a judge who marked both and puts it above, half one if level. Raises NotCompared where the wins do not
    bound every strength and the scheme grants no ``pseudo_wins``.
    """
    entries = list(dict.fromkeys(entry for row in sheets.values() for entry in row))
    granted = (part.panel.pseudo_wins if part.panel else None) or Fraction(0)
    whole = 2 * granted.denominator  # half wins and granted ones in whole numbers: only their ratios count
    wins = [[int(whole * (_wins(sheets, one, other) + granted)) if one != other else 0 for other in entries]
            for one in entries]  # fmt: skip
    groups = unbeaten_groups(wins)
    if len(groups) > 1:
        named = "; ".join(", ".join(entries[i] for i in group) for group in groups)
        raise NotCompared([Fault("strength.unbounded", {"component": part.id, "entry": named})])
    found = {}
    for entry, value, row in zip(entries, strengths(wins), wins, strict=True):
        won = tuple(Node("wins", Fraction(number, whole), ref=other)
                    for other, number in zip(entries, row, strict=True) if other != entry)  # fmt: skip
        node = Node("strength", value, (*won, constant(value, "strength")))
        spread = Node("times", value * part.z_spread, (node, constant(part.z_spread, "z_spread")))
        found[entry] = Node("plus", part.z_mean + spread.value, (constant(part.z_mean, "z_mean"), spread))
    return found


def _wins(sheets: Sheets, one: str, other: str) -> Fraction:
    both = [(row[one].value, row[other].value) for row in sheets.values() if one in row and other in row]
    return sum((Fraction(a > b) + Fraction(int(a == b), 2) for a, b in both), Fraction(0))
