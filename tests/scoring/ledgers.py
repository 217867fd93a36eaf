"""Small ledgers: lines, sections and records as plain calls."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from scoring.results import Tabulation
from scoring.roster import Decision, Prior, Record, Roster, Unit
from scoring.scheme import Scheme
from scoring.tabulate import tabulate
from tests.scoring.contests import Table, known, rule, words

F = Fraction
D = Decimal


def line(name: str, shape: str, **numbers: object) -> Table:
    return {"id": name, "name": words(name), "shape": shape, **numbers}


def section(*rules: Table, name: str = "all", **more: object) -> Table:
    return {"id": name, "name": words(name), "rules": list(rules), **({"full": 100} | more)}


def level(name: str, points: object = None, **more: object) -> Table:
    return {"id": name, "name": words(name), **({} if points is None else {"points": points}), **more}


def scheme(*sections: Table, missing: str = "decision", **more: object) -> Scheme:
    return rule(known(ledger={"sections": list(sections)}, missing=missing), **more)


def record(number: int, of: str, value: object = None, **more: str) -> Record:
    told = {"unit": "u", "component": "ordinary", "evidence": f"paper {number}"} | more
    return Record(f"r{number}", rule=of, value=None if value is None else F(str(value)), **told)


def result(
    by: Scheme, *records: Record | Prior, units: tuple[Unit, ...] = (Unit("u"),), decisions: Sequence[Decision] = ()
) -> Tabulation:
    return tabulate(by, Roster(units, (), ()), (), records, decisions)


LEVELS = [level("town", 2), level("county", 4), level("city", 6), level("province", 10)]
DOUBLE = [{"id": "again", "name": words("again"), "factor": 2}]
STATES = [
    {"id": "A", "faults": 0, "share": 1},
    {"id": "B", "faults": 1, "share": D("0.66")},
    {"id": "C", "faults": 2, "share": D("0.33")},
    {"id": "D", "faults": 3, "share": 0},
]
STEPS = [{"least": 1, "points": 10}, {"least": 3, "points": 30}, {"least": 5, "points": 50}]


def idle(found: Tabulation) -> list[object]:
    return [note.params["id"] for note in found.notes if note.code == "note.record_idle"]
