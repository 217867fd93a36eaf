"""How far the judges of each component agree, and what stands out in their marks: the whole of it as one record.

Source: docs/analysis.md. Reads what a tabulation reads. It informs whoever looks; no score and no place hangs on it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from scoring.faults import Fault
from scoring.inform.bias import home_bias, rival_bias
from scoring.inform.coefficients import Intraclass, alpha, complete_part, intraclass, judges_needed, kendall_w
from scoring.inform.coefficients import panel_size as size_of
from scoring.inform.drift import drift
from scoring.inform.finding import Finding
from scoring.inform.grid import Grid, counted_sheets, sheet_grid
from scoring.inform.judges import narrow_scales, strangers, twins
from scoring.inform.marks import outliers, straight_lines
from scoring.inform.rasch import rasch
from scoring.inform.variance import Additive, Components, TooFew, components, fit
from scoring.marked import Marked
from scoring.roster import Decision, Roster, Sheet
from scoring.scheme import Scheme

TARGETS = (0.8, 0.9)  # good enough to tell entries apart; good enough to hang money on

# What is looked for, in the order it is told.
CHECKS = ("outlier", "halo", "narrow", "consensus", "copy", "home", "rival", "drift", "rasch")


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W over the entries that all of these judges marked. None: there is no such part, or no order in it."""

    w: float | None
    entries: int
    judges: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """One component. ``panel_size``: judges per entry, by the harmonic mean; ``severity``: judge -> points above.

    ``parts`` and ``intraclass`` are None where there are too few sheets. ``kind`` says which coefficient ``needed``
    speaks of: ``relative`` where all judges marked all entries, else ``absolute``; it gives the judges per entry for
    each of TARGETS, or None where no number would do. ``groups``: judges linked by common entries; more than one group
    cannot be compared. ``checks``: what was looked for -> what was found; nothing: looked for, and nothing stands out.
    ``logits`` and ``steps``: the severity of judges and the steps of the scale by the Rasch model, where it was fitted.
    """

    component: str
    entries: int
    judges: int
    sheets: int
    panel_size: float
    groups: tuple[tuple[str, ...], ...]
    kind: Literal["relative", "absolute"]
    severity: dict[str, float] = field(default_factory=dict)
    parts: Components | None = None
    intraclass: Intraclass | None = None
    needed: dict[float, int | None] = field(default_factory=dict)
    concordance: Concordance = Concordance(None, 0, 0)
    alpha: float | None = None
    checks: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    logits: dict[str, float] = field(default_factory=dict)
    steps: tuple[float, ...] = ()

    @property
    def flags(self) -> tuple[Finding, ...]:
        """Everything somebody should look at."""
        return tuple(finding for found in self.checks.values() for finding in found if finding.flagged)


def agreement(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    decisions: Sequence[Decision] = (),
    *,
    rivals: Mapping[str, Collection[str]] | None = None,
    routes: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Agreement, ...]:
    """One record for each component that has sheets. Raises Refused with every fault of the input.

    ``rivals``: unit -> the units it competes with most closely; ``routes``: judge -> entries in the order he visited
    them. Without them the checks that need them say so.
    """
    marked = counted_sheets(scheme, roster, sheets, decisions)
    found = []
    for part in scheme.components:
        grid = sheet_grid(marked, part.id, roster)
        if grid.number:
            found.append(_of_component(part.id, grid, marked, roster, rivals or {}, routes or {}))
    return tuple(found)


def _of_component(
    component: str,
    grid: Grid,
    marked: Mapping[str, Marked],
    roster: Roster,
    rivals: Mapping[str, Collection[str]],
    routes: Mapping[str, Sequence[str]],
) -> Agreement:
    fitted = fit(grid)
    kind: Literal["relative", "absolute"] = "relative" if grid.complete else "absolute"
    try:
        parts = components(fitted)
    except TooFew:
        parts = None
    size, whole = size_of(grid), complete_part(grid)
    severity = dict(zip(grid.judges, fitted.severity.tolist(), strict=True))
    measures, measured, misfits = rasch(marked, component)
    return Agreement(
        component=component,
        entries=len(grid.entries),
        judges=len(grid.judges),
        sheets=grid.number,
        panel_size=size,
        groups=tuple(tuple(grid.judges[place] for place in group) for group in fitted.groups),
        kind=kind,
        severity=severity,
        parts=parts,
        intraclass=intraclass(parts, size) if parts else None,
        needed={target: judges_needed(parts, target, kind=kind) for target in TARGETS} if parts else {},
        concordance=Concordance(kendall_w(whole), len(whole.entries), len(whole.judges)),
        alpha=alpha(grid, "interval"),
        checks={**_checks(component, fitted, marked, roster, rivals, routes), "rasch": tuple(misfits)},
        logits=dict(zip(measured, measures.severity.tolist(), strict=True)) if measures else {},
        steps=tuple(measures.steps.tolist()) if measures else (),
    )


def _checks(
    component: str,
    fitted: Additive,
    marked: Mapping[str, Marked],
    roster: Roster,
    rivals: Mapping[str, Collection[str]],
    routes: Mapping[str, Sequence[str]],
) -> dict[str, tuple[Finding, ...]]:
    """All but the Rasch model. Where nothing is left over after entries and judges, only halo can be looked for."""
    halo = tuple(straight_lines(marked, component))
    if fitted.mean_square is None:
        few = (Finding(Fault("untested.few", {"sheets": fitted.grid.number})),)
        return {check: halo if check == "halo" else few for check in CHECKS[:-1]}
    found = {
        "outlier": outliers(fitted),
        "halo": halo,
        "narrow": narrow_scales(fitted),
        "consensus": strangers(fitted),
        "copy": twins(fitted),
        "home": home_bias(fitted, roster),
        "rival": rival_bias(fitted.grid, roster, rivals),
        "drift": drift(fitted, routes),
    }
    return {check: tuple(findings) for check, findings in found.items()}
