"""The sheets that count for every entry, and what was noticed about them on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.decisions import Decided
from scoring.faults import Fault
from scoring.results import EntryResult
from scoring.roster import Entry, Judge, Roster
from scoring.sheets import Form
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Component, Scheme


@dataclass(frozen=True, slots=True)
class Marked:
    """The sheets that count for one entry, in the order of judges; ``ticks`` has None only where items count singly.

    ``others``: why the sheets of the rest of its panel do not count, by the names of ``EntryResult``.
    """

    entry: Entry
    part: Component
    form: Form
    judges: tuple[Judge, ...]
    ticks: tuple[tuple[int | None, ...], ...]
    totals: tuple[int, ...]
    denominator: int
    others: Mapping[str, tuple[str, ...]]
    _leaves: list[Node] = field(default_factory=list, compare=False, repr=False)  # made when first asked for

    def sheet_scores(self) -> list[tuple[str, Fraction]]:
        """Each judge and the score of his whole sheet; a sheet with an unmarked item has none."""
        if self.totals or not self.ticks:
            return [(j.id, Fraction(t, self.denominator)) for j, t in zip(self.judges, self.totals, strict=True)]
        whole = [
            (judge.id, [t for t in row if t is not None]) for judge, row in zip(self.judges, self.ticks, strict=True)
        ]
        size = len(self.form.items)
        return [(j, Fraction(self.form.total(row), self.form.denominator)) for j, row in whole if len(row) == size]

    def leaves(self, chosen: Iterable[int]) -> list[tuple[Judge, Node]]:
        """The sheets' scores as leaves, of the judges at these places."""
        if not self._leaves:
            pairs = zip(self.judges, self.totals, strict=True)
            self._leaves.extend(self._leaf(judge, total) for judge, total in pairs)
        return [(self.judges[i], self._leaves[i]) for i in chosen]

    def _leaf(self, judge: Judge, total: int) -> Node:
        return Node("sheet", Fraction(total, self.denominator), ref=f"{judge.id}/{self.entry.id}")

    def revised(self, place: int, ticks: tuple[int, ...]) -> Marked:
        """The same with other marks on the sheet at ``place``; for sheets that are not rounded or bounded."""
        total = self.form.total(ticks)
        leaves = [*self._leaves]
        if leaves:
            leaves[place] = self._leaf(self.judges[place], total)
        return replace(
            self,
            ticks=(*self.ticks[:place], ticks, *self.ticks[place + 1 :]),
            totals=(*self.totals[:place], total, *self.totals[place + 1 :]),
            _leaves=leaves,
        )


@dataclass(slots=True)
class Marking:
    """All entries with their sheets, and what was noticed on the way.

    ``counts``: component -> judge -> entry -> what his sheet counts with, where that is not its score; None where the
    judges cannot be compared. ``too_few``: component -> judge -> why none of his sheets counts. ``levels``: component
    -> entry -> the coefficient that brings its group to the level of all. ``severity`` where the scheme asks for it.
    ``compared``: component -> entry -> its score, where that comes of comparing all entries at once. ``worked``:
    whether a score holds the sheets that it was made of; whoever wants the numbers alone has them in half the time.
    """

    scheme: Scheme
    roster: Roster
    decided: Decided
    marked: dict[str, Marked] = field(default_factory=dict)
    counts: dict[str, dict[str, dict[str, Node]] | None] = field(default_factory=dict)
    too_few: dict[str, dict[str, Fault]] = field(default_factory=dict)
    levels: dict[str, dict[str, Node]] = field(default_factory=dict)
    severity: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    compared: dict[str, dict[str, Node]] = field(default_factory=dict)
    results: dict[str, EntryResult] = field(default_factory=dict)
    open: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    worked: bool = True
