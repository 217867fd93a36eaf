"""What contradicts itself in the rounds: groups that are not told, and marks for units that did not go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scoring.decisions import Decided
from scoring.faults import Fault
from scoring.results import Tabulation
from scoring.roster import Roster, Sheet

if TYPE_CHECKING:
    from scoring.scheme import Scheme


def group_faults(scheme: Scheme, roster: Roster) -> Iterator[Fault]:
    """Entries of a round that is held in groups without their group, and units with two groups in one round."""
    in_groups = {
        part for one in scheme.rounds if one.advance and one.advance.quota_by == "each_group" for part in one.components
    }
    group: dict[tuple[str, int], str] = {}
    for index, entry in enumerate(roster.entries):
        if entry.component not in in_groups:
            continue
        first = group.setdefault((entry.unit, scheme.round_of[entry.component]), entry.group)
        where: dict[str, str | int] = {"id": entry.id, "unit": entry.unit}
        if not entry.group:
            yield Fault("roster.group_needed", where, ("entries", index))
        elif first != entry.group:
            yield Fault("roster.group_differs", {**where, "group": entry.group, "other": first}, ("entries", index))


def strangers(
    scheme: Scheme, roster: Roster, result: Tabulation, sheets: Sequence[Sheet], decided: Decided
) -> list[Fault]:
    """Sheets for entries of units that are sure not to have gone on to that round: one fault for each entry."""
    entries = {entry.id: entry for entry in roster.entries}
    number = {one.id: i for i, one in enumerate(scheme.rounds)}
    came = {unit.unit.id: unit for unit in result.units}
    told: dict[str, Fault] = {}
    for index, sheet in enumerate(sheets):
        entry = entries[sheet.entry]
        unit, marked_in = came[entry.unit], scheme.round_of.get(entry.component, 0)
        if marked_in <= number.get(unit.round, -1) or (sheet.judge, sheet.entry) in decided.void or entry.id in told:
            continue
        # Whoever withdrew in the middle of a round keeps the marks he was given in it.
        left_before = bool(unit.withdrew) and number[unit.withdrew] < marked_in
        if left_before or unit.status in ("out", "reserve"):
            where: dict[str, str | int] = {"unit": entry.unit, "entry": entry.id}
            where |= {"round": scheme.rounds[marked_in].id, "last": unit.round or scheme.rounds[0].id}
            told[entry.id] = Fault("sheet.not_advanced", where, ("sheets", index))
    return list(told.values())
