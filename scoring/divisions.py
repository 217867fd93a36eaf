"""Whether scores may be compared across divisions: only where judges or entries link their panels.

Source: docs/scoring.md, "Rounds". Linked are divisions of which one judge marked entries of both, or of which judges
marked an entry in common, also by way of others. Only notes: what follows is for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.faults import Fault
from scoring.marked import Marking
from scoring.severity import connected

if TYPE_CHECKING:
    from scoring.scheme import Component, Scheme


def divisions_apart(marking: Marking) -> list[Fault]:
    """A note for every component whose divisions were marked by panels without any link, by the rule that compares."""
    scheme = marking.scheme
    notes = []
    for part in scheme.components:
        compared = comparing(scheme, part)
        apart = unlinked(marking, part) if compared else []
        if len(apart) > 1:
            groups = "; ".join(", ".join(group) for group in apart)
            params: dict[str, str | int] = {"component": part.id, "divisions": groups}
            notes += [Fault(code, params | where) for code, where in compared]
    return notes


def comparing(scheme: Scheme, part: Component) -> list[tuple[str, dict[str, str | int]]]:
    """The rules that compare the scores of ``part`` across divisions: cuts, prizes, or the ranking itself."""
    if not scheme.divisions:
        return []
    found: list[tuple[str, dict[str, str | int]]] = []
    for one in scheme.rounds[scheme.round_of.get(part.id, 0) :]:
        advance = one.advance
        if advance and advance.quota is not None and (advance.quota_by == "all" or advance.best_others):
            found.append(("note.divisions_apart_cut", {"round": one.id}))
    prizes = scheme.prizes
    if prizes.tiers and prizes.quota_by == "all":
        found.append(("note.divisions_apart_prizes", {}))
    elif not prizes.tiers and not found:
        found.append(("note.divisions_apart_ranking", {}))
    return found


def unlinked(marking: Marking, part: Component) -> list[list[str]]:
    """The divisions in groups that are linked in ``part``, in the scheme's order; without those that nobody marked."""
    division = {unit.id: unit.division for unit in marking.roster.units}
    judged: dict[str, list[str]] = {judge.id: [] for judge in marking.roster.judges}
    for marked in marking.marked.values():
        if marked.part is part:
            for judge in marked.judges:
                judged[judge.id].append(marked.entry.id)
    of_entry = {entry.id: division[entry.unit] for entry in marking.roster.entries}
    # Judges linked by entries, then divisions linked by those judges.
    panels = {
        ", ".join(judges): {of_entry[entry] for judge in judges for entry in judged[judge]}
        for judges in connected({judge: entries for judge, entries in judged.items() if entries})
    }
    by_division: dict[str, list[str]] = {}
    for panel, divisions in panels.items():
        for name in divisions:
            by_division.setdefault(name, []).append(panel)
    order = [one.id for one in marking.scheme.divisions if one.id in by_division]
    return [list(group) for group in connected({name: by_division[name] for name in order})]
