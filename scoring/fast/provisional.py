"""A whole contest counted without its working: from cubes of marks to every unit's exact total and the order.

For screens that follow the marks and for counting a contest many times over. The panels are counted in whole planes,
what comes after them by the batch's own rules. Ties stay ties, and nobody is rewarded: ``tabulate`` gives the result.
Rules that compare sheets or judges with each other (severity, own scales, order), blocs, classes, sheets that are
rounded or bounded, items that count singly, marks with values of their own, parts with a factor or stage of their own,
difficulties, judges with too few sheets, groups brought to one mean, and rounds are not counted here (``Uncountable``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from scoring.check import Due
from scoring.compare import COMPARING
from scoring.decisions import read_decisions
from scoring.fast.cube import NONE, Cube, Ints, Mask, cube_of
from scoring.fast.kernels import Panels, Scores, by_parts
from scoring.fast.totals import complete, points
from scoring.marked import Marking
from scoring.ranking import rank_value
from scoring.results import EntryResult
from scoring.roster import Decision, Entry, Prior, Record, Roster, Sheet
from scoring.scores import after_panel, settled
from scoring.sheets import form
from scoring.units import Field
from scoring.working import Node

if TYPE_CHECKING:
    from scoring.scheme import Component, Panel, Scheme


class Uncountable(ValueError):
    """A component (its id) whose rule whole planes do not count; or ``rounds``."""


@dataclass(frozen=True, slots=True)
class Planes:
    """One component: what a tick is worth [item, entry] over ``denominator``, and who is ``asked`` [entry, judge].

    ``parts``: the places of the items within which the panel's rule is taken. ``applies`` [item, entry]: where an item
    does not apply, its cells hold 0, which is worth nothing, and the sheet is not incomplete for want of it.
    """

    part: Component
    panel: Panel
    entries: tuple[Entry, ...]
    judges: tuple[str, ...]
    applies: Mask
    coefficients: Ints
    denominator: int
    parts: tuple[tuple[int, ...], ...]
    asked: Mask
    lowest: tuple[int, ...]

    def cube(self, sheets: Sequence[Sheet]) -> Cube:
        """The component's sheets among ``sheets``; those of nobody, or for nothing, are left out."""
        ticks = np.where(self.applies, np.int16(NONE), np.int16(0))[:, :, None].repeat(len(self.judges), axis=2)
        lowest = np.array(self.lowest)
        entries = {entry.id: number for number, entry in enumerate(self.entries)}
        judges = {judge: number for number, judge in enumerate(self.judges)}
        places = [np.flatnonzero(column) for column in self.applies.T]
        for sheet in sheets:
            if sheet.entry in entries and sheet.judge in judges:
                entry = entries[sheet.entry]
                rows = places[entry]
                own = zip(sheet.ticks, lowest[rows].tolist(), strict=True)
                ticks[rows, entry, judges[sheet.judge]] = [NONE if t is None else t - least for t, least in own]
        return cube_of(ticks, self.lowest)

    def scores(self, cube: Cube) -> Scores:
        """The panel's score of every entry."""
        counts = complete(cube) & self.asked
        if self.panel.trim_on in ("criterion", "item"):
            return by_parts(
                self.panel, cube, self.coefficients, self.parts, [counts] * len(self.parts), self.denominator
            )
        return Panels(self.panel, counts).scores(points(cube, self.coefficients), self.denominator)


@dataclass(frozen=True, slots=True)
class Standings:
    """Every unit that has a total, best first, equals in administrative order; and every entry's score."""

    totals: dict[str, Fraction]
    entries: dict[str, Fraction | None]


class Provisional:
    """A contest made ready to be counted again and again."""

    def __init__(
        self, scheme: Scheme, roster: Roster, priors: Sequence[Prior | Record] = (), decisions: Sequence[Decision] = ()
    ) -> None:
        if scheme.rounds:
            raise Uncountable("rounds")
        self.scheme, self.roster, self.priors = scheme, roster, tuple(priors)
        self.decided, _ = read_decisions(scheme, roster, decisions)
        due = Due(scheme, roster, self.decided.absent)
        self.planes = {
            part.id: _planes(self, part, part.panel, due) for part in scheme.components if part.panel is not None
        }

    def cubes(self, sheets: Sequence[Sheet]) -> dict[str, Cube]:
        """The marks by component, packed. Sheets as ``tabulate`` takes them, without contradictions."""
        return {name: planes.cube(sheets) for name, planes in self.planes.items()}

    def standings(self, cubes: Mapping[str, Cube]) -> Standings:
        """Count the marks. Raises TooLarge where they are more than machine words hold."""
        marking = Marking(self.scheme, self.roster, self.decided)
        for name, planes in self.planes.items():
            for entry, score in zip(planes.entries, planes.scores(cubes[name]).fractions(), strict=True):
                node = self._finished(marking, planes, entry, score)
                vetoes = self.decided.vetoes.get(("entry", entry.id), ())
                excluded = vetoes[0].id if vetoes else ""
                marking.results[entry.id] = EntryResult(entry, node.value if node else None, node, excluded=excluded)
        field = Field(marking, self.priors)
        found = field.totals({unit.id: field.components(unit) for unit in self.roster.units})
        best = sorted(found, key=lambda unit: -rank_value(self.scheme, found[unit]))
        return Standings(
            {unit: found[unit].published.value for unit in best},
            {name: result.score for name, result in marking.results.items()},
        )

    def _finished(self, marking: Marking, planes: Planes, entry: Entry, score: Fraction | None) -> Node | None:
        if entry.id in self.decided.rulings:
            return Node("decision", self.decided.rulings[entry.id][0].score)
        node = None if score is None else after_panel(marking, entry, planes.panel, Node("mean", score))
        return settled(marking, entry, planes.panel, node) if node else None


def _planes(contest: Provisional, part: Component, panel: Panel, due: Due) -> Planes:
    bounded = part.sheet.least is not None or part.sheet.most is not None or contest.scheme.stage("sheet", part.id)
    weighed = panel.multiples or (panel.trim and panel.trim.weighs)
    compared = panel.counts != "score" or panel.by != "judge" or panel.classes or panel.method in COMPARING
    if bounded or compared or weighed or part.sheet.incomplete != "whole" or _asks_more(contest.scheme, part, panel):
        raise Uncountable(part.id)
    entries = tuple(entry for entry in contest.roster.entries if entry.component == part.id)
    place = {item.id: number for number, item in enumerate(i for criterion in part.criteria for i in criterion.items)}
    parts: tuple[tuple[int, ...], ...] = tuple((number,) for number in range(len(place)))
    if panel.trim_on == "criterion":
        parts = tuple(tuple(place[item.id] for item in criterion.items) for criterion in part.criteria)
    return Planes(
        part,
        panel,
        entries,
        tuple(judge.id for judge in contest.roster.judges),
        *_worth(contest.scheme, part, entries, place),
        parts,
        _asked(contest, part, entries, due),
        tuple(min(item.ticks[0], 0) for criterion in part.criteria for item in criterion.items),
    )


def _asks_more(scheme: Scheme, part: Component, panel: Panel) -> bool:
    """Whether something else than the marks of an entry and the panel's rule goes into its score."""
    declared = panel.difficulty != "none" or panel.base != "none"
    declared = declared or any(item.scale for criterion in part.criteria for item in criterion.items)
    others = part.second_mean is not None or panel.minimum_share is not None
    factors = [one.factor for one in part.criteria]
    factors += [item.factor for one in part.criteria for item in one.items]
    stages = (panel.trim_on, "factor") if panel.trim_on in ("criterion", "item") else ()
    staged = any(scheme.stage(stage, part.id) for stage in stages)
    return declared or others or staged or part.sheet.bonus != "above" or any(factor != 1 for factor in factors)


def _worth(
    scheme: Scheme, part: Component, entries: Sequence[Entry], place: Mapping[str, int]
) -> tuple[Mask, Ints, int]:
    """Where an item applies, and what its ticks are worth [item, entry], over one denominator for all kinds."""
    forms = {kind: form(scheme, part, kind) for kind in dict.fromkeys(entry.kind for entry in entries)}
    denominator = lcm(*(one.denominator for one in forms.values()))
    coefficients = np.zeros((len(place), len(entries)), np.int64)
    applies = np.zeros(coefficients.shape, np.bool_)
    for number, entry in enumerate(entries):
        shape = forms[entry.kind]
        rows = [place[item.id] for item in shape.items]
        applies[rows, number] = True
        coefficients[rows, number] = [each * (denominator // shape.denominator) for each in shape.coefficients]
    return applies, coefficients, denominator


def _asked(contest: Provisional, part: Component, entries: Sequence[Entry], due: Due) -> Mask:
    """Whose sheet counts if it is there [entry, judge]."""
    column = {judge.id: number for number, judge in enumerate(contest.roster.judges)}
    asked = np.zeros((len(entries), len(column)), np.bool_)
    for number, entry in enumerate(entries):
        for judge in due.panel(entry, part).values():
            void = (judge.id, entry.id) in contest.decided.void
            out = void or due.recused(judge, entry, part) or due.away_from(judge.id, entry)
            asked[number, column[judge.id]] = not out
    return asked
