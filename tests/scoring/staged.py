"""Small contests of several rounds: the scheme, who was marked in which round, and who went on."""

from collections.abc import Mapping

import pytest

from scoring.faults import Refused
from scoring.results import Status, Tabulation
from scoring.roster import Decision, Entry, Judge
from scoring.scheme import Scheme
from tests.scoring.contests import Contest, Table, contest, marked, named, rule, words

Grid = dict[str, dict[str, str | int]]  # unit -> component -> the one judge's mark


def stage(name: str, *components: str, **more: object) -> Table:
    return {"id": name, "name": words(name), "components": list(components) or [name], **more}


def advance(quota: int | None = None, **more: object) -> Table:
    return {**({} if quota is None else {"quota": quota}), **more}


def scheme(*rounds: Table, components: list[Table] | None = None, **more: object) -> Scheme:
    """One component for each round, unless said otherwise."""
    names = [name for one in rounds for name in one["components"]]
    return rule(*(components or [marked(name) for name in names]), rounds=list(rounds), **more)


def played(
    by: Scheme,
    marks: Grid,
    *decisions: Decision,
    divisions: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
) -> Contest:
    """Every unit has an entry in every component; only what is in ``marks`` was marked, by one judge."""
    entries = [
        Entry(f"{unit}-{part.id}", unit, part.id, group=(groups or {}).get(unit, ""))
        for unit in marks
        for part in by.components
    ]
    grid = {f"{unit}-{part}": {"j": mark} for unit, row in marks.items() for part, mark in row.items()}
    units = {unit: (divisions or {}).get(unit, "") for unit in marks}
    return contest(by, grid, entries=entries, units=units, judges=[Judge("j")], decisions=decisions)


def statuses(result: Tabulation, number: int = 0) -> dict[str, Status]:
    """Unit -> what became of it, in the order of the standing."""
    return {one.unit.id: one.status for one in result.rounds[number].standings}


def on(result: Tabulation, number: int = 0) -> list[str]:
    return [unit for unit, status in statuses(result, number).items() if status == "advanced"]


def last_rounds(result: Tabulation) -> dict[str, str]:
    return {unit.unit.id: unit.round for unit in result.units}


def faults(of: Contest) -> list[tuple[str, dict[str, str | int]]]:
    with pytest.raises(Refused) as refused:
        of.result()
    return [(fault.code, fault.params) for fault in refused.value.faults]


def first_then_final(*ties: str, **more: object) -> Scheme:
    return scheme(stage("first", advance=more), stage("final"), ties=list(ties))


def left(unit: str, name: str = "final") -> Decision:
    return Decision("withdrawal", unit, name, document="letter")


FIVE: Grid = {name: {"first": mark} for name, mark in {"a": 90, "b": 80, "c": 70, "d": 60, "e": 50}.items()}
TIED: Grid = {name: {"first": mark} for name, mark in {"a": 90, "b": 80, "c": 80, "d": 80, "e": 50}.items()}

DIVISIONS = named("centre", "institute", "station")
# centres 95 90 85 80 75 70, institutes 94 84 74, stations 60 50 40
NINE = {"c1": 95, "c2": 90, "c3": 85, "c4": 80, "c5": 75, "c6": 70, "i1": 94, "i2": 84, "i3": 74, "s1": 60, "s2": 50,
        "s3": 40}  # fmt: skip
LEVEL = {"c": "centre", "i": "institute", "s": "station"}
OF = {unit: LEVEL[unit[0]] for unit in NINE}
FIELD: Grid = {unit: {"first": mark} for unit, mark in NINE.items()}
