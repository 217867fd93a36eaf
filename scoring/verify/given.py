"""What a result was made from, in plain tables: scheme, roster, marks, prior scores and decisions.

Reads the sections of a bundle (docs/bundle.md), whose shape ``document`` has checked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from scoring.verify.defaults import filled
from scoring.verify.numbers import F, NotRecomputed, Row, Table, to_places

Names = ParamSpec("Names")
Found = TypeVar("Found")


@dataclass(eq=False)
class Given:
    """One contest. ``marks``: (judge, entry) -> a mark per item of the sheet, None where there is none yet.

    ``abstained``: the (judge, entry) of votes that their judge did not cast.

    ``priors``: (component, unit) -> score; ``records`` are those of ledgers, in the order of their days. ``seed`` is
    that of the draw, or nothing. ``memory`` keeps what was calculated once. ``stated``: what the result says where a
    method is not known here; ``unknown`` then names it. ``whole``: the contest of which this one is the first rounds.
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
    abstained: set[tuple[str, str]] = field(default_factory=set)
    seed: str = ""
    memory: dict[object, Any] = field(default_factory=dict)
    stated: dict[object, Any] = field(default_factory=dict)
    unknown: set[tuple[str, str]] = field(default_factory=set)
    whole: "Given | None" = None

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

    def vetoes(self, subject: str, name: str) -> list[Table]:
        """The vetoes given to a unit or an entry, in the order of the decisions."""
        rules = {veto["id"]: veto for veto in self.rule["vetoes"] if veto["subject"] == subject}
        return [rules[one["rule"]] for _, one in self.decided("veto", name) if one["rule"] in rules]


def once(
    rule: Callable[Concatenate[Given, Names], Found],
) -> Callable[Concatenate[Given, Names], Found]:
    """``rule`` calculated once for the same contest and names, and remembered with it.

    Where it needs a method that is not known here, what the result states is taken over, and the method is named.
    """

    @wraps(rule)
    def asked(given: Given, /, *names: Names.args, **more: Names.kwargs) -> Found:
        key = (rule.__name__, *names)
        if key not in given.memory:
            try:
                given.memory[key] = rule(given, *names, **more)
            except NotRecomputed as unknown:
                if key not in given.stated:
                    raise
                given.unknown.add((unknown.key, unknown.choice))
                given.memory[key] = given.stated[key]
        found: Found = given.memory[key]
        return found

    return asked


def items_of(part: Table, kind: str) -> list[tuple[str, Table]]:
    """The items on a sheet for an entry of ``kind``, each with its criterion."""
    found = [(criterion["id"], item) for criterion in part["criteria"] for item in criterion["items"]]
    return [(criterion, item) for criterion, item in found if not item["kinds"] or kind in item["kinds"]]


def scale_of(item: Table) -> list[str | None]:
    """What the marks of an item are worth, from the lowest up, where not themselves; None for an abstention."""
    return [one["points"] for one in reversed(item["grades"])] or list(item["values"])


class Steps(dict[int, F]):
    """So many steps of an item -> the mark, or what it is worth where the item says so by a list of values.

    The same mark is given many times, and calculated once.
    """

    def __init__(self, item: Table) -> None:
        super().__init__()
        self.step = F(item["step"])
        first = int(F(item["floor"]) / self.step)
        self.update({first + number: F(value) for number, value in enumerate(scale_of(item)) if value is not None})

    def __missing__(self, tick: int) -> F:
        self[tick] = tick * self.step
        return self[tick]


def read(sections: Table) -> Given:
    """The contest in a bundle's sections; a tick becomes a mark: so many steps of its item, or what they are worth."""
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
    steps: dict[tuple[str, str], list[Steps]] = {}
    for judge, entry, ticks in zip(sheets["judge"], sheets["entry"], sheets["ticks"], strict=True):
        component, kind = entries[entry]["component"], entries[entry]["kind"]
        if (component, kind) not in steps:
            steps[component, kind] = [Steps(item) for _, item in items_of(given.part(component), kind)]
        items = [item for _, item in items_of(given.part(component), kind)]
        lowest = [F(item["floor"]) / F(item["step"]) for item in items if None in scale_of(item)]
        if lowest and ticks == [lowest[0]]:
            given.abstained.add((judge, entry))
        given.marks[judge, entry] = [
            None if tick is None else step[tick] for tick, step in zip(ticks, steps[component, kind], strict=True)
        ]
    return given
