"""The one deed of this slice: score the grids of a contest by a scheme. Keeps nothing.

Reads rows of text and a scheme. Gives the result, or every fault at once; with any fault nothing is computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.tally.grid import Limits
from app.tally.intake import Given, Intake, take_in
from app.tally.rules import on_totals
from scoring.faults import Fault, Refused
from scoring.results import Tabulation
from scoring.scheme import Component, Scheme, Trim
from scoring.tabulate import tabulate

Told = tuple[Component | None, Fault]


@dataclass(frozen=True, slots=True)
class Scored:
    """What came of it: ``tabulation``, or ``faults`` with the component each was found in."""

    scheme: Scheme
    intake: Intake
    tabulation: Tabulation | None
    faults: tuple[Told, ...] = ()


def score(scheme: Scheme, given: Mapping[str, Given], limits: Limits) -> Scored:
    """The ranking of whoever stands in the grids ``given`` by component."""
    on_sheet = on_totals(scheme)
    intake = take_in(on_sheet, given, limits)
    faults: list[Told] = [*intake.faults, *_too_few(intake)]
    if faults:
        return Scored(on_sheet, intake, None, tuple(faults))
    try:
        result = tabulate(on_sheet, intake.roster, intake.sheets, intake.priors)
    except Refused as refused:
        return Scored(on_sheet, intake, None, tuple((None, fault) for fault in refused.faults))
    return Scored(on_sheet, intake, result)


def _too_few(intake: Intake) -> list[Told]:
    """Components where the scheme drops as many marks as there are judges, or more."""
    told: list[Told] = []
    for part in intake.parts:
        panel, grid = part.component.panel, part.reading.grid
        trim = panel.trim if panel and panel.trim else Trim(low=0, high=0)
        dropped = (trim.low or 0) + (trim.high or 0)
        if grid and dropped >= len(grid.judges):
            told.append(
                (part.component, Fault("grid.too_few_judges", {"judges": len(grid.judges), "dropped": dropped}))
            )
    return told
