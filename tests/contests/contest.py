"""One contest as the engine takes it, and the same contest as the files that the command line takes.

Runs ``fieldmark score`` in a process of its own. Writes only into the folder it is given.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from scoring.numbers import exact, plain
from scoring.results import Tabulation
from scoring.roster import Absence, Decision, Judge, Roster, Sheet
from scoring.scheme import Scheme, read_scheme
from scoring.tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
ROSTER_COLUMNS = ["type", "id", "name", "unit", "division", "component", "kind", "day", "class", "bloc"]
ROSTER_COLUMNS += ["judge", "entry", "reason"]

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    """The rows of a CSV file by their headings."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scheme_at(path: Path) -> Scheme:
    return read_scheme(path.read_text(encoding="utf-8"), path.name)


@dataclass(frozen=True, slots=True)
class Contest:
    """What one tabulation is given."""

    scheme: Scheme
    roster: Roster
    sheets: tuple[Sheet, ...]
    decisions: tuple[Decision, ...] = ()

    def tabulated(self) -> Tabulation:
        return tabulate(self.scheme, self.roster, self.sheets, (), self.decisions)


def ticks(scheme: Scheme, component: str, kind: str, marks: dict[str, str]) -> tuple[int | None, ...]:
    """A sheet's ticks from its marks as text; an item with an empty mark was not marked."""
    found: list[int | None] = []
    for item in scheme.items(component, kind):
        tick = exact(marks[item.id]) / item.step if marks[item.id] else None
        assert tick is None or tick.denominator == 1, (item.id, marks[item.id])
        found.append(None if tick is None else int(tick))
    return tuple(found)


def not_on_the_panel(judges: Iterable[Judge], entries: Iterable[str], sheets: Iterable[Sheet]) -> tuple[Absence, ...]:
    """No sheet is due from a judge for the entries he was not given."""
    given = {(sheet.judge, sheet.entry) for sheet in sheets}
    pairs = ((judge.id, entry) for entry in entries for judge in judges if (judge.id, entry) not in given)
    return tuple(Absence(judge, entry, reason="not on the panel of this entry") for judge, entry in pairs)


def command_line(contest: Contest, scheme_file: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """``fieldmark score`` run on the contest, given as CSV files in ``folder``; it writes out.json there."""
    _write(folder / "marks.csv", _mark_rows(contest))
    _write(folder / "roster.csv", _roster_rows(contest.roster))
    _write(folder / "decisions.csv", _decision_rows(contest.decisions))
    inputs = ["--marks", "marks.csv", "--roster", "roster.csv", "--decisions", "decisions.csv", "--lang", "en"]
    command = [sys.executable, "-m", "app.cli", "score", str(scheme_file.resolve()), *inputs, "--json", "out.json"]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def from_command_line(contest: Contest, scheme_file: Path, folder: Path) -> dict[str, Any]:
    """The JSON that ``fieldmark score`` writes for the contest."""
    run = command_line(contest, scheme_file, folder)
    assert run.returncode == 0, run.stdout + run.stderr
    result: dict[str, Any] = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return result


def numbers(records: list[dict[str, Any]], key: str) -> dict[str, Fraction | None]:
    """One number of every record of the JSON, by the record's id."""
    return {record["id"]: None if record[key] is None else Fraction(record[key]) for record in records}


def _write(path: Path, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _mark_rows(contest: Contest) -> Iterator[list[str]]:
    scheme = contest.scheme
    columns = [item.id for part in scheme.components for criterion in part.criteria for item in criterion.items]
    entries = {entry.id: entry for entry in contest.roster.entries}
    yield ["judge", "entry", *columns]
    for sheet in contest.sheets:
        items = scheme.items(entries[sheet.entry].component, entries[sheet.entry].kind)
        marks = {
            item.id: "" if tick is None else plain(tick * item.step)
            for item, tick in zip(items, sheet.ticks, strict=True)
        }
        yield [sheet.judge, sheet.entry, *(marks.get(column, "") for column in columns)]


def _roster_rows(roster: Roster) -> Iterator[list[str]]:
    def row(**cells: str) -> list[str]:
        return [cells.get(column, "") for column in ROSTER_COLUMNS]

    yield ROSTER_COLUMNS
    for unit in roster.units:
        yield row(type="unit", id=unit.id, name=unit.name, division=unit.division)
    for entry in roster.entries:
        yield row(
            type="entry", id=entry.id, name=entry.name, unit=entry.unit, component=entry.component, kind=entry.kind
        )
    for judge in roster.judges:
        yield row(type="judge", id=judge.id, name=judge.name, **{"class": judge.judge_class})
    for absence in roster.absences:
        yield row(type="absence", judge=absence.judge, entry=absence.entry, reason=absence.reason)


def _decision_rows(decisions: Iterable[Decision]) -> Iterator[list[str]]:
    yield [field.name for field in fields(Decision)]
    yield from (list(astuple(decision)) for decision in decisions)
