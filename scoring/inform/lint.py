"""What may go wrong with a scheme, told at set-up with its size and what to do: a linter of rules.

Reads a scheme; with a roster, who marks what; with an earlier contest, what its marks say. It changes nothing, and no
warning forbids anything: whoever declares a rule may mean it. Source: docs/scoring.md, "Limits".
"""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, pairwise
from math import pi, sqrt

from scoring.blend_notes import by_the_best
from scoring.check import Due
from scoring.decisions import OWN_SCALES
from scoring.entries import FEW
from scoring.faults import Fault
from scoring.inform.contest import Contest, bloc_of
from scoring.numbers import plain, shown
from scoring.panel import trim_counts
from scoring.results import Tabulation, UnitResult
from scoring.roster import Roster
from scoring.scheme import Component, Panel, Scheme
from scoring.severity import connected
from scoring.tabulate import tabulate

LINKS = 3  # fewer entries in common than this make a comparison of severities a matter of luck
SPREAD = 2.0  # points between units, where no earlier contest tells: a guess after tours seen
UNITS = 10  # so many units, where no roster tells

Panels = Mapping[str, Collection[str]]  # judge -> the entries he marks


def lint(scheme: Scheme, roster: Roster | None = None, history: Contest | None = None) -> list[Fault]:
    """Every warning. ``history``: an earlier contest by this scheme. Raises Refused if that contradicts itself."""
    seen = history.roster if history and roster is None else roster
    found: list[Fault] = []
    for part in scheme.components:
        if part.panel:
            panels = who_marks(scheme, seen, part) if seen else None
            found += [*_few_kept(part, part.panel), *_own_scale(part, part.panel, panels)]
            found += _links(part, part.panel, seen, panels) if seen and panels else []
            found += _apart(scheme, part, panels) if panels else []
        if _moves(part):
            found.append(Fault("lint.not_stepwise", {"component": part.id}))
    found += [*_route(scheme, seen), *_no_policy(scheme)]
    official = tabulate(scheme, history.roster, history.sheets, history.priors, history.decisions) if history else None
    found += _coarse(scheme, seen, official)
    if history and official:
        apart = [note for note in official.notes if note.code == "note.effective_weight"]
        found += [Fault("lint.weights", note.params) for note in apart]
        found += _noise(history, official)
    return found


def who_marks(scheme: Scheme, roster: Roster, part: Component) -> dict[str, list[str]]:
    """The entries of ``part`` that each judge marks, by roster and recusal; only judges who mark any."""
    due = Due(scheme, roster, absent=set())
    entries = [entry for entry in roster.entries if entry.component == part.id]
    found = {
        judge.id: [e.id for e in entries if due.marks(judge, e, part) and not due.recused(judge, e, part)]
        for judge in roster.judges
    }
    return {judge: row for judge, row in found.items() if row}


def _few_kept(part: Component, panel: Panel) -> Iterator[Fault]:
    """At the smallest panel that the scheme accepts, a trim leaves hardly anything."""
    low, high = trim_counts(panel.trim, panel.minimum)
    kept = panel.minimum - low - high
    if low + high and kept < FEW:
        numbers = {"minimum": panel.minimum, "kept": max(kept, 0), "needed": FEW + low + high}
        yield Fault("lint.few_kept", {"component": part.id, **numbers})


def _own_scale(part: Component, panel: Panel, panels: Panels | None) -> Iterator[Fault]:
    """Judges on scales of their own who do not mark the same entries."""
    if panel.counts not in OWN_SCALES:
        return
    if panels is None:
        if part.recusal == "own_unit":
            yield Fault("lint.scale_recusal", {"component": part.id})
        return
    every = {entry for row in panels.values() for entry in row}
    short = [judge for judge, row in panels.items() if len(row) < len(every)]
    if short:
        params: dict[str, str | int] = {"component": part.id, "number": len(short), "judges": len(panels)}
        yield Fault("lint.scale_uneven", params)


def _links(part: Component, panel: Panel, roster: Roster, panels: Panels) -> Iterator[Fault]:
    """A bloc whose severity hangs on very few entries that others mark as well."""
    if panel.counts != "less_severity":
        return
    blocs: dict[str, set[str]] = {}
    for judge in roster.judges:
        if judge.id in panels:
            blocs.setdefault(bloc_of(judge) or judge.id, set()).update(panels[judge.id])
    fewest, name = LINKS, ""
    for bloc, entries in blocs.items():
        others = {entry for other, row in blocs.items() if other != bloc for entry in row}
        if len(entries & others) < fewest:
            fewest, name = len(entries & others), bloc
    if name and len(blocs) > 1:
        yield Fault("lint.few_links", {"component": part.id, "bloc": name, "links": fewest, "needed": LINKS})


def _apart(scheme: Scheme, part: Component, panels: Panels) -> Iterator[Fault]:
    """A panel of its own for each division, and prizes over all of them."""
    groups = connected({judge: list(row) for judge, row in panels.items()})
    if scheme.divisions and scheme.prizes.tiers and scheme.prizes.quota_by == "all" and len(groups) > 1:
        yield Fault("lint.division_panels", {"component": part.id, "groups": len(groups)})


def _moves(part: Component) -> bool:
    """Whether a score that was told would change with a later sheet."""
    compared = part.panel is not None and (part.panel.counts != "score" or part.panel.method == "copeland")
    return compared or part.scale in ("minmax", "z", "rank") or by_the_best(part)


def _route(scheme: Scheme, roster: Roster | None) -> Iterator[Fault]:
    """One common route: whether marks rise or fall along it cannot be told from the entries."""
    marked = [part.id for part in scheme.components if part.panel]
    number = sum(entry.component == marked[0] for entry in roster.entries) if roster and marked else 0
    if scheme.contest == "tour" and number > 1:
        yield Fault("lint.one_route", {"component": marked[0], "number": number})


def _no_policy(scheme: Scheme) -> Iterator[Fault]:
    """Money at a boundary, equals possible, and nothing declared for them."""
    prizes = scheme.prizes
    amounts = [tier.yuan for tier in prizes.tiers if tier.quota is not None or tier.share is not None]
    if prizes.boundary == "decision" and not {"decision", "draw"} & set(scheme.ties) and any(amounts):
        yield Fault("lint.no_tie_policy", {"yuan": plain(Fraction(max(amounts), 100))})


def _coarse(scheme: Scheme, roster: Roster | None, official: Tabulation | None) -> Iterator[Fault]:
    """Places by a value with no decimal or one: how many pairs are likely to be equal by rounding alone.

    Of two values with a normal spread s the difference is under a cell c with a chance of about c / (2 s sqrt(pi)).
    """
    stage = (scheme.total.rank_on or "exact").partition("@")
    if stage[0] == "exact" or int(stage[2]) > 1:
        return
    cell = 10.0 ** -int(stage[2])
    units = len(roster.units) if roster else UNITS
    spread = _spread(official) or SPREAD
    pairs = units * (units - 1) / 2
    ties = min(pairs, pairs * cell / (2 * spread * sqrt(pi)))
    sizes = {"spread": f"{spread:.1f}", "ties": f"{ties:.1f}"}
    yield Fault("lint.coarse_rank", {"stage": scheme.total.rank_on or "", "units": units, **sizes})
    forced = _forced(official)
    if forced:
        yield Fault("lint.coarse_before", {"stage": scheme.total.rank_on or "", "pairs": forced})


def _spread(official: Tabulation | None) -> float:
    """The standard deviation of an earlier contest's scores, 0 where there are fewer than two."""
    values = [float(unit.score) for unit in official.units if unit.score is not None] if official else []
    if len(values) < 2:
        return 0.0
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _forced(official: Tabulation | None) -> int:
    """The pairs that were equal only because of the stage: their totals before it differ."""
    values = [(unit.rank_value, _before(unit)) for unit in official.units if unit.working] if official else []
    return sum(one[0] == other[0] and one[1] != other[1] for one, other in combinations(values, 2))


def _before(unit: UnitResult) -> Fraction | None:
    """A total before its last rounding."""
    node = unit.working
    while node and node.op == "round":
        node = node.args[0]
    return node.value if node else None


def _noise(history: Contest, official: Tabulation) -> Iterator[Fault]:
    """Boundaries of the quotas that lay within the noise of the panel."""
    # numpy, which a server that shows the other warnings has no need to keep in memory.
    from scoring.inform.boundaries import NOISE  # noqa: PLC0415
    from scoring.inform.precision import Unknown, precision  # noqa: PLC0415

    try:
        errors = precision(history, official)
    except Unknown:
        return
    for higher, lower in pairwise(errors.units):
        tiers = [unit.award.tiers if unit.award else () for unit in (higher, lower)]
        if tiers[0] == tiers[1]:
            continue
        gap = (higher.rank_value or Fraction(0)) - (lower.rank_value or Fraction(0))
        error = float(errors.errors[errors.place(higher.unit.id), errors.place(lower.unit.id)])
        if gap < NOISE * error:
            sizes = {"gap": shown(gap), "error": f"{error:.2f}"}
            yield Fault("lint.boundary_noise", {"unit": higher.unit.id, "other": lower.unit.id, **sizes})
