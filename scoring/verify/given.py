"""What a result was made from, in plain tables: scheme, roster, marks, prior scores and decisions.

Reads the sections of a bundle (docs/bundle.md). Errors of shape are the reader's business (``scoring.bundle``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from scoring.verify.defaults import filled
from scoring.verify.numbers import F, Row, Table, to_places

Names = ParamSpec("Names")
Found = TypeVar("Found")


@dataclass(eq=False)
class Given:
    """One contest. ``marks``: (judge, entry) -> a mark per item of the sheet, None where there is none yet.

    ``priors``: (component, unit) -> score; ``records`` are those of ledgers, in the order of their days. ``memory``
    keeps what was calculated once.
    """

    rule: Table
    units: dict[str, Table]
    entries: dict[str, Table]
    judges: dict[str, Table]
    recusals: list[Table]
    absences: list[Table]
    marks: dict[tuple[str, str], Row]
    priors: dict[tuple[str, str], F]
    decisions: list[Table]
    records: list[Table] = field(default_factory=list)
    memory: dict[object, Any] = field(default_factory=dict)

    def part(self, name: str) -> Table:
        """The component called ``name``."""
        return next(part for part in self.rule["components"] if part["id"] == name)

    def part_of(self, entry: str) -> Table:
        """The component that ``entry`` belongs to."""
        return self.part(self.entries[entry]["component"])

    def entries_of(self, unit: str, component: str) -> list[str]:
        """The entries of a unit in a component, in the order of the roster."""
        return [
            name for name, entry in self.entries.items() if (entry["unit"], entry["component"]) == (unit, component)
        ]

    def decided(self, kind: str, subject: str, rule: str | None = None) -> list[tuple[int, Table]]:
        """The decisions of one kind about ``subject`` (and by ``rule``), each with its index."""
        return [
            (index, one)
            for index, one in enumerate(self.decisions)
            if (one["kind"], one["subject"]) == (kind, subject) and rule in (None, one["rule"])
        ]

    def stage(self, after: str, value: F, component: str = "") -> F:
        """``value`` after the rounding stage declared for the component, else for all, else as it is."""
        stages = {(one["after"], one["component"] or ""): one for one in self.rule["rounding"]}
        one = stages.get((after, component)) or stages.get((after, ""))
        return to_places(value, one["decimals"], one["mode"]) if one else value


def once(
    rule: Callable[Concatenate[Given, Names], Found],
) -> Callable[Concatenate[Given, Names], Found]:
    """``rule`` calculated once for the same contest and names, and remembered with it."""

    @wraps(rule)
    def asked(given: Given, /, *names: Names.args, **more: Names.kwargs) -> Found:
        key = (rule, names, tuple(more.items()))
        if key not in given.memory:
            given.memory[key] = rule(given, *names, **more)
        found: Found = given.memory[key]
        return found

    return asked


def items_of(part: Table, kind: str) -> list[tuple[str, Table]]:
    """The items on a sheet for an entry of ``kind``, each with its criterion."""
    found = [(criterion["id"], item) for criterion in part["criteria"] for item in criterion["items"]]
    return [(criterion, item) for criterion, item in found if not item["kinds"] or kind in item["kinds"]]


def read(sections: Table) -> Given:
    """The contest in a bundle's sections; a tick becomes a mark: so many steps of its item."""
    rule = filled(sections["scheme"])
    entries = {row["id"]: row for row in sections["entries"]}
    given = Given(
        rule=rule,
        units={row["id"]: row for row in sections["units"]},
        entries=entries,
        judges={row["id"]: row for row in sections["judges"]},
        recusals=sections["recusals"],
        absences=sections["absences"],
        marks={},
        priors={(row["component"], row["unit"]): F(row["value"]) for row in sections["priors"] if "rule" not in row},
        decisions=sections["decisions"],
        # A row that names a rule is a record of a ledger.
        records=sorted((row for row in sections["priors"] if "rule" in row), key=lambda row: (row["day"], row["id"])),
    )
    sheets = sections["sheets"]
    for judge, entry, ticks in zip(sheets["judge"], sheets["entry"], sheets["ticks"], strict=True):
        items = items_of(given.part_of(entry), entries[entry]["kind"])
        steps = [F(item["step"]) for _, item in items]
        given.marks[judge, entry] = [
            None if tick is None else tick * step for tick, step in zip(ticks, steps, strict=True)
        ]
    return given
