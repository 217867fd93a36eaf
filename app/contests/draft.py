"""A roster as a workbook gives it, before anything of it is in the contest: plain records, kept as JSON in between.

Reads and writes nothing itself. Ids are made from the manual number (序号): U1, E1, J1.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from scoring.numbers import exact
from scoring.roster import Entry, Judge, Prior, Roster, Unit


@dataclass(frozen=True, slots=True)
class UnitLine:
    id: str
    number: int
    name: str
    division: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    id: str
    number: int
    unit: str
    name: str
    component: str
    kind: str = ""
    day: str = ""
    time: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """``divisions`` and ``components`` are ids with ``;`` between them, as the row keeps them."""

    id: str
    number: int
    name: str
    unit: str = ""
    bloc: str = ""
    judge_class: str = ""
    divisions: str = ""
    components: str = ""
    phone_end: str = ""
    aide: str = ""


@dataclass(frozen=True, slots=True)
class PriorLine:
    unit: str
    component: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Every line of every sheet, each sheet in the manual order."""

    units: tuple[UnitLine, ...] = ()
    entries: tuple[EntryLine, ...] = ()
    judges: tuple[JudgeLine, ...] = ()
    priors: tuple[PriorLine, ...] = ()

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @property
    def counts(self) -> dict[str, int]:
        return {field.name: len(getattr(self, field.name)) for field in fields(self)}

    def roster(self) -> Roster:
        """As the engine takes it."""
        return Roster(
            tuple(Unit(one.id, one.name, one.division) for one in self.units),
            tuple(Entry(one.id, one.unit, one.component, one.kind, one.name, one.day) for one in self.entries),
            tuple(
                Judge(
                    one.id, one.name, one.judge_class, one.unit, one.bloc, split(one.divisions), split(one.components)
                )
                for one in self.judges
            ),
        )

    def prior_scores(self) -> tuple[Prior, ...]:
        return tuple(Prior(one.unit, one.component, exact(one.value), one.source) for one in self.priors)


def read_draft(body: str) -> Draft:
    """What ``as_json`` wrote."""
    table: dict[str, list[dict[str, Any]]] = json.loads(body)
    return Draft(
        units=tuple(UnitLine(**line) for line in table["units"]),
        entries=tuple(EntryLine(**line) for line in table["entries"]),
        judges=tuple(JudgeLine(**line) for line in table["judges"]),
        priors=tuple(PriorLine(**line) for line in table["priors"]),
    )


def split(listed: str) -> tuple[str, ...]:
    return tuple(part for part in listed.split(";") if part)
