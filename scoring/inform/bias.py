"""Whether judges favour their own unit, or mark its rivals down.

Home bias after E. Zitzewitz, "Nationalism in winter sports judging", Journal of Economics & Management Strategy 15
(2006): the coefficient of "own unit" beside a constant for each entry and each judge. Source of the method and of its
limits: docs/analysis.md.
"""

from collections.abc import Collection, Mapping

import numpy as np

from scoring.faults import Fault
from scoring.inform.chance import LEVEL, shuffles
from scoring.inform.effect import NOTHING, Effect, effect
from scoring.inform.finding import Finding, number
from scoring.inform.grid import Flags, Grid, chosen
from scoring.inform.variance import Additive, fit, residuals_of
from scoring.roster import Roster

PERMUTATIONS = 999


def home_bias(fitted: Additive, roster: Roster) -> list[Finding]:
    """One finding: the points a judge adds for his own unit, or why the marks cannot say."""
    units = _Units(fitted.grid, roster)
    if not set(units.of_judges) & set(units.of_entries) - {""}:
        return [Finding(Fault("untested.home_nobody", {}))]
    own = units.same() & fitted.grid.there
    if not own.any():
        return [Finding(Fault("untested.home_recused", {}))]
    found = effect(fitted, own.astype(float))
    if found is None:
        return [Finding(Fault("untested.home_alike", {}))]
    p = _permuted(fitted, units, found.points)
    params = _params(found, p, int(own.sum()))
    said = Fault("flag.home", params) if _beyond(found, p) else Fault("told.home", params)
    if found.low is None:
        said = Fault("told.home_one", params)
    judges = tuple(fitted.grid.judges[place] for place in np.flatnonzero(own.any(axis=0)))
    return [Finding(said, judges, found.points, 0.0, found.low, found.high, p)]


def rival_bias(grid: Grid, roster: Roster, rivals: Mapping[str, Collection[str]]) -> list[Finding]:
    """The same for the declared rivals of a judge's unit (unit -> units); sheets for the own unit are left out."""
    if not rivals:
        return [Finding(Fault("untested.rival_list", {}))]
    units = _Units(grid, roster)
    others = chosen_cells(grid, ~units.same())
    units = _Units(others, roster)
    against = units.rivals(rivals) & others.there
    if not against.any():
        return [Finding(Fault("untested.rival_nobody", {}))]
    fitted = fit(others)
    found = effect(fitted, against.astype(float))
    if found is None:
        return [Finding(Fault("untested.rival_alike", {}))]
    p = _permuted(fitted, units, found.points, rivals)
    params = _params(found, p, int(against.sum()))
    said = Fault("flag.rival", params) if _beyond(found, p) else Fault("told.rival", params)
    if found.low is None:
        said = Fault("told.rival_one", params)
    judges = tuple(others.judges[place] for place in np.flatnonzero(against.any(axis=0)))
    return [Finding(said, judges, found.points, 0.0, found.low, found.high, p)]


def chosen_cells(grid: Grid, kept: Flags) -> Grid:
    """The grid with only the sheets that are ``kept``."""
    there = grid.there & kept
    smaller = Grid(grid.entries, grid.judges, grid.values * there, there)
    return chosen(smaller, range(len(grid.entries)), range(len(grid.judges)))


class _Units:
    """Whose unit each row and each column of a grid belongs to; a judge of none has an empty one."""

    def __init__(self, grid: Grid, roster: Roster) -> None:
        entries = {entry.id: entry.unit for entry in roster.entries}
        judges = {judge.id: judge.unit for judge in roster.judges}
        self.of_entries = [entries[entry] for entry in grid.entries]
        self.of_judges = [judges[judge] for judge in grid.judges]

    def same(self) -> Flags:
        """Where a judge meets his own unit."""
        return np.array([[mine == theirs for mine in self.of_judges] for theirs in self.of_entries])

    def rivals(self, rivals: Mapping[str, Collection[str]]) -> Flags:
        """Where a judge meets a declared rival of his unit."""
        against = {unit: set(others) for unit, others in rivals.items()}
        return np.array([[theirs in against.get(mine, ()) for mine in self.of_judges] for theirs in self.of_entries])


def _permuted(
    fitted: Additive, units: _Units, points: float, rivals: Mapping[str, Collection[str]] | None = None
) -> float:
    """How often judges' units dealt out anew give as large an effect, the true deal counted in."""
    where = units.same() if rivals is None else units.rivals(rivals)
    holds = {unit: where[:, place].astype(float) for place, unit in enumerate(units.of_judges)}
    as_large = tried = 1
    for order in shuffles(fitted.grid, PERMUTATIONS, len(units.of_judges)):
        dealt = np.column_stack([holds[units.of_judges[place]] for place in order]) * fitted.grid.there
        left = residuals_of(fitted, dealt)
        size = float((left**2).sum())
        if size > NOTHING:
            tried += 1
            as_large += abs(float((left * fitted.residuals).sum())) >= abs(points) * size * (1 - NOTHING)
    return as_large / tried


def _beyond(found: Effect, p: float) -> bool:
    """Whether chance does not explain it, by the shuffling and by the interval."""
    return p <= LEVEL and not (found.low or 0.0) <= 0 <= (found.high or 0.0)


def _params(found: Effect, p: float, sheets: int) -> dict[str, str | int]:
    params: dict[str, str | int] = {"points": number(found.points), "p": number(p, 3), "sheets": sheets}
    if found.low is not None and found.high is not None:
        params |= {"low": number(found.low), "high": number(found.high)}
    return params
