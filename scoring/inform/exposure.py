"""What a rule exposes with this roster, before the first mark: told with its size, so that it is chosen knowingly.

Source: docs/scoring.md, "Limits". It reads who marks what, never a mark, and changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from scoring.check import Due
from scoring.entries import FEW
from scoring.faults import Fault
from scoring.numbers import ZERO, plain, shown
from scoring.panel import trim_counts, weight_outside
from scoring.roster import Entry, Judge, Roster
from scoring.scheme import Component, Scheme
from scoring.severity import connected

LOWER = 10  # points out of 100 by which a unit's judges mark everybody else down, in the example that is told


@dataclass(frozen=True, slots=True)
class _Panels:
    """Who marks the entries of one component."""

    part: Component
    judges: dict[str, list[Judge]]  # entry -> judges
    entries: list[Entry]


def exposures(scheme: Scheme, roster: Roster) -> list[Fault]:
    """What the organisers should know of the rule they chose, the gravest first; empty: nothing."""
    due = Due(scheme, roster, absent=set())
    found: list[Fault] = []
    for part in scheme.components:
        if part.panel is None:
            continue
        entries = [entry for entry in roster.entries if entry.component == part.id]
        judges = {
            entry.id: [j for j in roster.judges if due.marks(j, entry, part) and not due.recused(j, entry, part)]
            for entry in entries
        }
        if any(judges.values()):
            panels = _Panels(part, judges, entries)
            found += [*_apart(panels), *_harsh(scheme, panels), *_few(panels)]
    return found


def _apart(panels: _Panels) -> Iterator[Fault]:
    """Judges who have no entry in common, not even by way of others: their scores do not compare."""
    marks: dict[str, list[str]] = {}
    for entry, judges in panels.judges.items():
        for judge in judges:
            marks.setdefault(judge.id, []).append(entry)
    groups = connected(marks)
    if len(groups) > 1:
        yield Fault("exposure.apart", {"component": panels.part.id, "groups": len(groups)})


def _harsh(scheme: Scheme, panels: _Panels) -> Iterator[Fault]:
    """Recusal with plain means: who marks everybody else down gains, because nobody of his own loses by it."""
    part = panels.part
    if part.panel is None or part.panel.counts == "less_severity":
        return
    worst = (ZERO, "", "", 0, 0)
    for entry in panels.entries:
        judges = panels.judges[entry.id]
        for unit in dict.fromkeys(judge.unit for judge in judges if judge.unit not in ("", entry.unit)):
            # Only a unit whose own entries its judges do not mark gains by it.
            own = [one for one in panels.entries if one.unit == unit]
            if not own or any(judge.unit == unit for one in own for judge in panels.judges[one.id]):
                continue
            share = _share(part, judges, unit)
            if share > worst[0]:
                count = sum(judge.unit == unit for judge in judges)
                worst = (share, unit, entry.unit, count, len(judges))
    share, unit, other, count, number = worst
    if share:
        whole = sum((one.weight for one in scheme.components), ZERO)
        points = share * LOWER
        yield Fault(
            "exposure.harsh",
            {
                "component": part.id, "unit": unit, "other": other, "judges": count, "panel": number,
                "lower": LOWER, "points": shown(points), "total": shown(points * part.weight / whole),
            },
        )  # fmt: skip


def _share(part: Component, judges: list[Judge], unit: str) -> Fraction:
    """The share of a unit's judges in the mean of a panel, where nothing is dropped."""
    if part.panel and part.panel.by == "bloc":
        blocs: dict[str, list[Judge]] = {}
        for judge in judges:
            blocs.setdefault(judge.bloc, []).append(judge)
        inside = (Fraction(sum(j.unit == unit for j in members), len(members)) for members in blocs.values())
        return sum(inside, ZERO) / len(blocs)
    return Fraction(sum(judge.unit == unit for judge in judges), len(judges))


def _few(panels: _Panels) -> Iterator[Fault]:
    """A panel so small that a trim leaves hardly anything, or that the scheme's own minimum cannot be met."""
    part = panels.part
    smallest = min(panels.entries, key=lambda entry: len(panels.judges[entry.id]))
    number = len(panels.judges[smallest.id])
    if part.panel is None:
        return
    if number < part.panel.minimum:
        params: dict[str, str | int] = {"entry": smallest.id, "judges": number, "minimum": part.panel.minimum}
        yield Fault("exposure.below_minimum", params)
        return
    votes = len({judge.bloc for judge in panels.judges[smallest.id]}) if part.panel.by == "bloc" else number
    low, high = trim_counts(part.panel.trim, votes)
    dropped = not weight_outside(part.panel.trim, votes)
    if dropped and low + high and votes - low - high < FEW:
        yield Fault(
            "exposure.few_kept",
            {"entry": smallest.id, "judges": votes, "kept": plain(Fraction(max(votes - low - high, 0)))},
        )
