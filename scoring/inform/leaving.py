"""Leave one out: the whole result again without each judge and without each bloc, exactly.

Reads a contest and its result. Gives every case, and for each unit in how many of them it would stand elsewhere or win
something else, and without whom. Source: docs/robustness.md, "Leaving out".
"""

from dataclasses import dataclass

from scoring.inform.contest import Contest, blocs
from scoring.inform.whatif import Move, WhatIf, without_bloc, without_judge
from scoring.results import Tabulation


@dataclass(frozen=True, slots=True)
class Firmness:
    """Without whom a unit would stand elsewhere (``places``) or win something else (``prizes``): judges and blocs."""

    places_by_judge: tuple[str, ...]
    prizes_by_judge: tuple[str, ...]
    places_by_bloc: tuple[str, ...]
    prizes_by_bloc: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Every case, in the order of the roster."""

    judges: tuple[WhatIf, ...]
    blocs: tuple[WhatIf, ...]

    def firmness(self, unit: str) -> Firmness:
        """How a unit comes through all cases."""
        judges, blocs = (_moves(cases, unit) for cases in (self.judges, self.blocs))
        return Firmness(
            places_by_judge=tuple(name for name, move in judges if move.place_changes),
            prizes_by_judge=tuple(name for name, move in judges if move.prize_changes),
            places_by_bloc=tuple(name for name, move in blocs if move.place_changes),
            prizes_by_bloc=tuple(name for name, move in blocs if move.prize_changes),
        )


def leave_one_out(contest: Contest, official: Tabulation) -> LeftOut:
    """The result without each judge who marked anything, and without each bloc."""
    counted = {judge for entry in official.entries.values() for judge in entry.counted}
    marked = [judge.id for judge in contest.roster.judges if judge.id in counted]
    groups = blocs(contest.roster)
    return LeftOut(
        tuple(without_judge(contest, official, judge) for judge in marked),
        tuple(without_bloc(contest, official, bloc) for bloc, judges in groups.items() if counted & set(judges)),
    )


def _moves(cases: tuple[WhatIf, ...], unit: str) -> list[tuple[str, Move]]:
    """Who is left out, and what becomes of ``unit``, wherever anything does."""
    return [(case.change.name, move) for case in cases for move in case.units if move.unit == unit]
