"""The bundle: one canonical JSON document that holds a result and everything it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scoring.numbers import plain
from scoring.roster import Decision, Prior, Record, Roster, Sheet

if TYPE_CHECKING:
    from scoring.scheme import Scheme


def given(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    priors: Sequence[Prior | Record],
    decisions: Sequence[Decision],
) -> dict[str, Any]:
    """The sections that hold what a result is made from."""
    return {
        "scheme": scheme.model_dump(mode="json", exclude={"examples"}, exclude_defaults=True),
        "units": [asdict(unit) for unit in roster.units],
        "entries": [asdict(entry) for entry in roster.entries],
        "judges": [asdict(judge) for judge in roster.judges],
        "recusals": [asdict(recusal) for recusal in roster.recusals],
        "absences": [asdict(absence) for absence in roster.absences],
        "sheets": {
            "judge": [sheet.judge for sheet in sheets],
            "entry": [sheet.entry for sheet in sheets],
            "ticks": [list(sheet.ticks) for sheet in sheets],
        },
        "priors": [{**asdict(prior), "value": None if prior.value is None else plain(prior.value)} for prior in priors],
        "decisions": [asdict(decision) for decision in decisions],
    }
