"""The sheets of one component as a dance: every judge's places, and from them each entry's place.

Source: docs/scoring.md, "Skating". Nothing is guessed: a judge who did not place everybody, or two on the same place,
is named, and there is no place until that is settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.compare import NotCompared, Sheets
from scoring.faults import Fault, Param
from scoring.numbers import plain
from scoring.skating import Placing, dance
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Component


def placed(part: Component, sheets: Sheets, entries: Collection[str]) -> dict[str, Node]:
    """The place of each of ``entries`` in the dance, with the places the judges gave. Raises NotCompared.

    A judge without any sheet does not judge this dance. Sheets for entries that are not in ``entries`` (excluded ones)
    are left out, and those behind them move up.
    """
    judging = {judge: row for judge, row in sheets.items() if row}
    faults = [fault for judge, row in judging.items() for fault in _unplaced(part, judge, row, entries)]
    if faults:
        raise NotCompared(faults)
    best_first = part.panel is not None and part.panel.counts == "place"
    order = {judge: sorted(entries, key=lambda entry: row[entry].value, reverse=not best_first)
             for judge, row in judging.items()}  # fmt: skip
    marks = {entry: [row.index(entry) + 1 for row in order.values()] for entry in entries} if judging else {}
    return {entry: _node(list(judging), entry, marks[entry], found) for entry, found in dance(marks).items()}


def _node(judges: list[str], entry: str, places: list[int], found: Placing) -> Node:
    leaves = [Node("place", Fraction(place), ref=f"{judge}/{entry}")
              for judge, place in zip(judges, places, strict=True)]  # fmt: skip
    return Node("dance", found.place, (*leaves, constant(found.place, "place")), ref=found.rule, low=found.column)


def _unplaced(part: Component, judge: str, row: Mapping[str, Node], entries: Collection[str]) -> Iterator[Fault]:
    """What keeps one judge's sheets from being an order of all entries."""
    where: dict[str, Param] = {"component": part.id, "judge": judge}
    without = [entry for entry in entries if entry not in row]
    if without:
        yield Fault("skating.partial", {**where, "entry": ", ".join(without), "number": len(without)})
        return
    values = [row[entry].value for entry in entries]
    level = [entry for entry in entries if values.count(row[entry].value) > 1]
    if level:
        yield Fault("skating.equal_marks", {**where, "entry": ", ".join(level)})
    elif part.panel and part.panel.counts == "place":
        given = sorted(node.value for node in row.values())
        if given != list(range(1, len(given) + 1)):
            marks = ", ".join(plain(value) for value in given)
            yield Fault("skating.not_places", {**where, "marks": marks, "number": len(given)})
