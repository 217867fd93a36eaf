"""A roster as a workbook gives it, before anything of it is in the contest: plain records, kept as JSON in between.

Reads and writes nothing itself. Ids are made from the manual number (序号): U1, E1, J1.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from scoring.faults import Param
from scoring.numbers import exact
from scoring.roster import Entry, Judge, Prior, Roster, Unit

SHEETS = ("units", "entries", "judges", "priors")


@dataclass(frozen=True, slots=True)
class UnitLine:
    id: str
    number: int
    name: str
    division: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """``judges``: the only ones it is assigned to, by id with ``;`` between them; empty for all who may mark it.

    ``group``: with whom its unit competes, in a round that is held in groups.
    """

    id: str
    number: int
    unit: str
    name: str
    component: str
    kind: str = ""
    day: str = ""
    time: str = ""
    where: str = ""
    judges: str = ""
    group: str = ""


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
    bus: str = ""


@dataclass(frozen=True, slots=True)
class PriorLine:
    unit: str
    component: str
    value: str
    source: str = ""

    @property
    def id(self) -> str:
        return f"{self.unit}/{self.component}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lines stood in the workbook, so that what is wrong with one is told with its cell.

    ``titles``: the sheets as they are called there. ``columns``: of each sheet the letters and the heading of each
    column. ``rows``: the row of each line, by its id.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

    def of(self, sheet: str, line: str, column: str = "number") -> dict[str, Param]:
        """Sheet, row, cell and column, as a fault tells them; of a line that is not in the workbook only the sheet."""
        letters, heading = self.columns.get(sheet, {}).get(column, ("A", ""))
        row = self.rows.get(line, 0)
        cell = f"{letters}{row}" if row else ""
        return {"sheet": self.titles.get(sheet, ""), "row": row, "cell": cell, "column": heading if row else ""}


@dataclass(frozen=True, slots=True)
class Draft:
    """Every line of every sheet, each sheet in the manual order."""

    units: tuple[UnitLine, ...] = ()
    entries: tuple[EntryLine, ...] = ()
    judges: tuple[JudgeLine, ...] = ()
    priors: tuple[PriorLine, ...] = ()
    places: Places = field(default_factory=Places, compare=False)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @property
    def counts(self) -> dict[str, int]:
        return {sheet: len(getattr(self, sheet)) for sheet in SHEETS}

    def roster(self) -> Roster:
        """As the engine takes it."""
        return Roster(
            tuple(Unit(one.id, one.name, one.division) for one in self.units),
            tuple(
                Entry(
                    one.id,
                    one.unit,
                    one.component,
                    one.kind,
                    one.name,
                    one.day,
                    one.group,
                    judges=split(one.judges) or None,
                )
                for one in self.entries
            ),
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
    table: dict[str, Any] = json.loads(body)
    return Draft(
        units=tuple(UnitLine(**line) for line in table["units"]),
        entries=tuple(EntryLine(**line) for line in table["entries"]),
        judges=tuple(JudgeLine(**line) for line in table["judges"]),
        priors=tuple(PriorLine(**line) for line in table["priors"]),
        places=Places(**table.get("places", {})),
    )


Line = UnitLine | EntryLine | JudgeLine | PriorLine


def split(listed: str) -> tuple[str, ...]:
    return tuple(part for part in listed.split(";") if part)
