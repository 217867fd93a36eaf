"""Small contests for the tests: a scheme from plain tables, through the real reader, and a grid of marks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from scoring.bundle import Inputs
from scoring.bundle import given as sections_of
from scoring.canonical import canonical
from scoring.results import Tabulation, UnitResult
from scoring.roster import Absence, Decision, Entry, Judge, Prior, Record, Recusal, Roster, Sheet, Unit
from scoring.scheme import Scheme, read_scheme
from scoring.tabulate import tabulate
from scoring.verify.given import Given, read

Table = dict[str, Any]
Mark = str | int | None
Score = Fraction | int | None
Grid = Mapping[str, Mapping[str, Sequence[Mark] | Mark]]


def toml(value: object) -> str:
    """``value`` as TOML writes it, tables inline."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(str(value) if isinstance(value, Fraction) else value, ensure_ascii=False)


def words(text: str) -> Table:
    return {"zh": text, "en": text}


def item(name: str = "points", full: object = 100, step: object = Decimal("0.01"), **more: object) -> Table:
    return {"id": name, "name": words(name), "full": full, "step": step, **more}


def criterion(name: str, *items: Table) -> Table:
    return {"id": name, "name": words(name), "items": list(items)}


def marked(name: str = "marks", *criteria: Table, panel: Table | None = None, **more: object) -> Table:
    """A component that judges mark; without criteria: one number of 0 to 100 in hundredths."""
    return {
        "id": name,
        "name": words(name),
        "weight": 1,
        "criteria": list(criteria) or [criterion("all", item())],
        "panel": panel or {"method": "mean"},
        "recusal": "listed",
        **more,
    }


def trimmed(low: int, high: int, on: str = "sheet_total", method: str = "mean", **more: object) -> Table:
    """A panel that drops so many of the lowest and of the highest."""
    return {"method": method, "trim": {"low": low, "high": high}, "trim_on": on, **more}


def known(name: str = "ordinary", **more: object) -> Table:
    """A component whose scores are known before."""
    return {"id": name, "name": words(name), "source": "prior", "weight": 1, **more}


def tier(name: str, quota: int | None = None, yuan: object = 0, **more: object) -> Table:
    size = {} if quota is None else {"quota": quota}
    return {"id": name, "name": words(name), **size, "yuan": yuan, **more}


def named(*names: str) -> list[Table]:
    """Divisions, kinds or classes of judges."""
    return [{"id": name, "name": words(name)} for name in names]


def table(*components: Table, **more: object) -> Table:
    """A whole scheme as a table."""
    return {
        "format": "scheme/1",
        "id": "small",
        "name": words("small"),
        "contest": "desk",
        "summary": words("small"),
        "components": list(components) or [marked()],
        **more,
    }


def text_of(scheme: Table) -> str:
    return "".join(f"{key} = {toml(part)}\n" for key, part in scheme.items())


def rule(*components: Table, **more: object) -> Scheme:
    return _read(text_of(table(*components, **more)))


def rule_at_once(*components: Table, **more: object) -> Scheme:
    """The same without the way through TOML: for random schemes, which would take longer to read than to count with."""
    return Scheme.model_validate(table(*components, **more))


_read = lru_cache(64)(read_scheme)  # a property asks for the same scheme again and again


@dataclass(frozen=True)
class Contest:
    """Everything ``tabulate`` is given."""

    scheme: Scheme
    roster: Roster
    sheets: tuple[Sheet, ...] = ()
    priors: tuple[Prior | Record, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def result(self) -> Tabulation:
        return tabulate(self.scheme, self.roster, self.sheets, self.priors, self.decisions)

    @property
    def inputs(self) -> Inputs:
        """The same for a bundle."""
        return Inputs(self.scheme, self.roster, self.sheets, self.priors, self.decisions)

    def having(self, *decisions: Decision) -> "Contest":
        return replace(self, decisions=(*self.decisions, *decisions))


def plainly(contest: Contest) -> Given:
    """The same contest as the second calculation takes it."""
    return read(json.loads(canonical(sections_of(contest.inputs))))


def sheet(scheme: Scheme, judge: str, entry: Entry, marks: Sequence[Mark] | Mark) -> Sheet:
    """A sheet from marks as they are written; a mark off the grid is an error of the test."""
    row = [marks] if marks is None or isinstance(marks, str | int) else marks
    ticks: list[int | None] = []
    for line, mark in zip(scheme.items(entry.component, entry.kind), row, strict=True):
        tick = None if mark is None else Fraction(mark) / line.step
        assert tick is None or tick.denominator == 1, (line.id, mark)
        ticks.append(None if tick is None else int(tick))
    return Sheet(judge, entry.id, tuple(ticks))


def contest(
    scheme: Scheme,
    grid: Grid,
    *,
    priors: Mapping[str, Mapping[str, str | int]] | None = None,
    units: Mapping[str, str] | None = None,
    entries: Sequence[Entry] = (),
    judges: Sequence[Judge] = (),
    recusals: Sequence[Recusal] = (),
    absences: Sequence[Absence] = (),
    decisions: Sequence[Decision] = (),
) -> Contest:
    """``grid``: entry -> judge -> marks. ``units``: unit -> division. An entry not described is its own unit's."""
    first = next((part.id for part in scheme.components if part.source == "marks"), "")
    described = {entry.id: entry for entry in entries}
    field = [*entries, *(Entry(name, name, first) for name in grid if name not in described)]
    owners = dict.fromkeys([*(units or {}), *(entry.unit for entry in field)])
    owners |= dict.fromkeys(unit for values in (priors or {}).values() for unit in values)
    who = list(judges) or [Judge(name) for name in dict.fromkeys(name for row in grid.values() for name in row)]
    roster = Roster(
        tuple(Unit(unit, division=(units or {}).get(unit, "")) for unit in owners),
        tuple(field),
        tuple(who),
        tuple(recusals),
        tuple(absences),
    )
    by_id = {entry.id: entry for entry in field}
    sheets = [sheet(scheme, judge, by_id[name], marks) for name, row in grid.items() for judge, marks in row.items()]
    before = [
        Prior(unit, part, Fraction(value)) for part, values in (priors or {}).items() for unit, value in values.items()
    ]
    return Contest(scheme, roster, tuple(sheets), tuple(before), tuple(decisions))


def by_unit(result: Tabulation) -> dict[str, UnitResult]:
    return {unit.unit.id: unit for unit in result.units}


def scores(result: Tabulation) -> dict[str, Score]:
    return {unit.unit.id: unit.score for unit in result.units}


def entry_scores(result: Tabulation) -> dict[str, Score]:
    return {name: entry.score for name, entry in result.entries.items()}


def places(result: Tabulation) -> dict[str, int | None]:
    """Unit -> place, in the order of the ranking."""
    return {unit.unit.id: unit.place for unit in result.units}


def awards(result: Tabulation) -> dict[str, tuple[tuple[str, ...], int] | None]:
    """Unit -> (tiers, fen), in the order of the ranking."""
    return {u.unit.id: (u.award.tiers, u.award.fen) if u.award else None for u in result.units}


def codes(result: Tabulation) -> list[str]:
    """What is still open."""
    return [fault.code for fault in result.open]


def column(values: Mapping[str, Mark]) -> dict[str, dict[str, Mark]]:
    """A grid of one judge: entry -> his mark."""
    return {entry: {"j": value} for entry, value in values.items()}
