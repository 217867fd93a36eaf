"""How unsure the totals are: what they would be with other judges of the same kind, and the same judges on another day.

Reads a contest and its result. The marks of each component are taken as entry + judge + rest (``variance``); the
working says what share every sheet has in a total (``shares``). From both come the errors of all totals and how they
hang together. Floats: nothing here decides. Source: docs/robustness.md, "Gap and noise".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.inform.contest import Contest
from scoring.inform.grid import Floats, counted_sheets, sheet_grid
from scoring.inform.shares import NotSmooth, entry_shares, sheet_shares
from scoring.inform.tiers import levels
from scoring.inform.variance import Additive, TooFew, components, fit
from scoring.marked import Marked
from scoring.results import Tabulation, UnitResult
from scoring.scheme import Component

ROUGHLY = 1e-12  # of the largest variance: what is below it is the noise of the computer


class Unknown(ValueError):
    """Nothing can be said of the errors. ``why``: "jumps" (the rule counts in steps) or "few" (too few sheets)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One source of error: the ``rest`` of the marks of a component, or who its ``judges`` are.

    ``covariance`` (units, units) in squared points of the total; ``freedom``: from how much it was estimated.
    """

    component: str
    what: str
    covariance: Floats
    freedom: int


@dataclass(frozen=True, eq=False)
class Precision:
    """The ranked units in their order, their totals, and the sources of error.

    ``totals`` = ``judged`` + what was known (prior scores, deductions, constants). ``levels``: whoever has more stands
    higher whatever the totals are.
    """

    units: tuple[UnitResult, ...]
    levels: tuple[int, ...]
    totals: Floats
    judged: Floats
    sources: tuple[Source, ...]

    @cached_property
    def covariance(self) -> Floats:
        """The errors of all totals together (units, units)."""
        return np.asarray(sum((source.covariance for source in self.sources), np.zeros((len(self.units),) * 2)))

    @cached_property
    def errors(self) -> Floats:
        """The standard error of the difference of each two totals (SED), in points (units, units)."""
        return differences(self.covariance)

    def place(self, unit: str) -> int:
        """Where a unit stands in these tables."""
        return next(place for place, one in enumerate(self.units) if one.unit.id == unit)


def differences(covariance: Floats) -> Floats:
    """The standard error of each difference, from the covariance; what the computer's rounding left counts as 0."""
    own = np.diag(covariance)
    squares = own[:, None] + own[None, :] - 2 * covariance
    return np.asarray(np.sqrt(np.where(squares > ROUGHLY * max(own.max(initial=0.0), 1e-300), squares, 0.0)))


def precision(contest: Contest, official: Tabulation) -> Precision:
    """The errors of the totals of all ranked units. Raises Unknown."""
    ranked = tuple(unit for unit in official.units if unit.place is not None and unit.working is not None)
    if not ranked:
        raise Unknown("few")
    try:
        sheets = [sheet_shares(unit.working) for unit in ranked if unit.working]
        entries = [entry_shares(unit.working) for unit in ranked if unit.working]
    except NotSmooth as jumps:
        raise Unknown("jumps") from jumps
    marked = counted_sheets(contest.scheme, contest.roster, contest.sheets, contest.decisions)
    sources: list[Source] = []
    for part in contest.scheme.components:
        if part.panel:
            sources += _sources(contest, part, marked, sheets)
    if not sources:
        raise Unknown("few")
    scores = {name: float(entry.score) for name, entry in official.entries.items() if entry.score is not None}
    judged = [sum(share * scores[name] for name, share in row.items()) for row in entries]
    totals = [float(unit.rank_value or 0) for unit in ranked]
    ahead = tuple(levels(contest.scheme, ranked).tolist())
    return Precision(ranked, ahead, np.array(totals), np.array(judged), tuple(sources))


def _sources(
    contest: Contest, part: Component, marked: Mapping[str, Marked], shares: list[dict[tuple[str, str], float]]
) -> list[Source]:
    """What one component adds to the errors: the rest of its marks, and who its judges are."""
    marks = sheet_grid(marked, part.id, contest.roster)
    weights = _laid_out(marks.entries, marks.judges, shares)
    if not weights.any():
        return []
    try:
        fitted = fit(marks)
        spread = components(fitted)
    except TooFew as few:
        raise Unknown("few") from few
    counts = part.panel.counts if part.panel else "score"
    if counts == "less_severity":
        weights = _less_severity(fitted, weights)
    flat = weights.reshape(len(shares), -1)
    found = [Source(part.id, "rest", spread.residual * flat @ flat.T, fitted.freedom)]
    # On a scale of his own a judge's severity is gone; else whoever was marked by severer judges suffers for it.
    if counts in ("score", "less_severity") and spread.judge:
        by_judge = weights.sum(axis=1)
        free = len(marks.judges) - len(fitted.groups)
        found.append(Source(part.id, "judges", spread.judge * by_judge @ by_judge.T, free))
    return found


def _laid_out(entries: tuple[str, ...], judges: tuple[str, ...], shares: list[dict[tuple[str, str], float]]) -> Floats:
    """The shares of the sheets of one grid in every total (units, entries, judges)."""
    rows = {entry: place for place, entry in enumerate(entries)}
    columns = {judge: place for place, judge in enumerate(judges)}
    weights = np.zeros((len(shares), len(entries), len(judges)))
    for unit, row in enumerate(shares):
        for (entry, judge), share in row.items():
            if entry in rows and judge in columns:
                weights[unit, rows[entry], columns[judge]] = share
    return weights


def _less_severity(fitted: Additive, weights: Floats) -> Floats:
    """The shares once each sheet counts less its judge's severity, which hangs on all sheets itself."""
    there = fitted.grid.there
    pull = weights.sum(axis=1) @ fitted.inverse
    shares = there / there.sum(axis=1, keepdims=True)
    return np.asarray(weights - (pull[:, None, :] - (pull @ shares.T)[:, :, None]) * there)
