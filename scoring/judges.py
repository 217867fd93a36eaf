"""What a scheme asks of each judge: enough sheets, no equal totals, so many sheets in a band. Source: docs/scoring.md.

Whoever has too few sheets does not count at all, and that is noted; the rest stays open, with names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.check import Due
from scoring.faults import Fault
from scoring.marked import Marked, Marking
from scoring.numbers import ZERO, plain, shown
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Component, Panel, SheetBand

Given = Mapping[str, Mapping[str, tuple[int | None, ...]]]  # entry -> judge -> ticks


def with_too_few(part: Component, given: Given, due: Due, void: Collection[tuple[str, str]]) -> dict[str, Fault]:
    """The judges who marked a smaller part of what was due to them than ``minimum_share``, each with the note of it."""
    share = part.panel.minimum_share if part.panel else None
    if share is None:
        return {}
    wanted: dict[str, int] = {}
    there: dict[str, int] = {}
    for entry in due.roster.entries:
        for judge in due.panel(entry, part).values() if entry.component == part.id else ():
            if due.recused(judge, entry, part) or (judge.id, entry.id) in void or due.away_from(judge.id, entry):
                continue
            ticks = given[entry.id].get(judge.id)
            wanted[judge.id] = wanted.get(judge.id, 0) + 1
            whole = ticks is not None and (None not in ticks or part.sheet.incomplete == "item")
            there[judge.id] = there.get(judge.id, 0) + whole
    return {
        judge: Fault(
            "note.judge_too_few",
            {"judge": judge, "component": part.id, "marked": there[judge], "due": number, "share": plain(share * 100)},
        )
        for judge, number in wanted.items()
        if there[judge] < share * number
    }


def in_bands(panel: Panel, sheets: Mapping[str, Mapping[str, Node]]) -> dict[str, dict[str, Node]]:
    """Every sheet with the points of the band that its score falls into."""
    return {judge: {entry: _in_band(panel, node) for entry, node in row.items()} for judge, row in sheets.items()}


def _in_band(panel: Panel, node: Node) -> Node:
    band = band_of(panel, node)
    points = constant(band.points, f"band:{band.id}") if band else constant(ZERO, "band:")
    return Node("points", points.value, (node, points))


def band_of(panel: Panel, node: Node) -> SheetBand | None:
    """The band of a sheet; the scheme has them best first. None below all of them."""
    return next((band for band in panel.bands if node.value >= band.least), None)


def asked_of_judges(marking: Marking, part: Component, panel: Panel) -> Iterator[Fault]:
    """What judges have still to change: totals that are equal, bands with too many or too few sheets."""
    if not panel.distinct and not panel.bands:
        return
    sheets: dict[str, Own] = {judge.id: [] for judge in marking.roster.judges}
    for marked in marking.marked.values():
        for judge, node in _sheets(marked) if marked.part is part else ():
            sheets[judge].append((marked, node))
    for judge, own in sheets.items():
        for group in _groups(marking, own, panel.distinct or "component"):
            yield from _equal(judge, part, group) if panel.distinct else ()
        for group in _groups(marking, own, panel.quota_within):
            for band in panel.bands:
                inside = [marked.entry.id for marked, node in group if band_of(panel, node) == band]
                yield from _quota(judge, part, band, inside, len(group))


Own = list[tuple[Marked, Node]]


def _sheets(marked: Marked) -> Iterator[tuple[str, Node]]:
    for judge, score in marked.sheet_scores():
        yield judge, Node("sheet", score, ref=f"{judge}/{marked.entry.id}")


def _groups(marking: Marking, own: Own, within: str) -> list[Own]:
    """A judge's sheets all together, or division by division."""
    division = {unit.id: unit.division for unit in marking.roster.units}
    groups: dict[str, Own] = {}
    for marked, node in own:
        groups.setdefault(division[marked.entry.unit] if within == "division" else "", []).append((marked, node))
    return list(groups.values())


def _equal(judge: str, part: Component, own: Own) -> Iterator[Fault]:
    totals: dict[str, list[str]] = {}
    for marked, node in own:
        totals.setdefault(plain(node.value), []).append(marked.entry.id)
    for total, entries in totals.items():
        if len(entries) > 1:
            names = ", ".join(entries)
            yield Fault("judge.equal", {"judge": judge, "component": part.id, "entries": names, "total": total})


def _quota(judge: str, part: Component, band: SheetBand, entries: list[str], number: int) -> Iterator[Fault]:
    where: dict[str, str | int] = {
        "judge": judge, "component": part.id, "band": band.id, "number": len(entries), "sheets": number,
        "entries": ", ".join(entries) or "-",
    }  # fmt: skip
    most = [Fraction(limit) for limit in (band.at_most, _part(band.at_most_share, number)) if limit is not None]
    least = [Fraction(limit) for limit in (band.at_least, _part(band.at_least_share, number)) if limit is not None]
    if most and len(entries) > min(most):
        yield Fault("judge.band_above", {**where, "limit": shown(min(most), 0, "floor")})
    if least and len(entries) < max(least):
        yield Fault("judge.band_below", {**where, "limit": shown(max(least), 0, "ceil")})


def _part(share: Fraction | None, number: int) -> Fraction | None:
    return None if share is None else share * number
