"""Two small CSV files for ``fieldmark analyse``: the order of visiting, and who competes with whom.

Reads text. Every name is held against the roster; from a file with a bad row nothing is used.
"""

from collections.abc import Collection, Iterator

from app.tables import Row, Text, read_rows
from scoring.faults import Fault, Refused
from scoring.roster import Roster


def read_routes(text: Text, roster: Roster) -> dict[str, list[str]]:
    """Judge -> entries in the order of visiting: columns ``judge`` and ``entry``, a row for each stop, the first first.

    A row without a judge is a stop of everybody who has no row of his own.
    """
    judges, entries = [judge.id for judge in roster.judges], {entry.id for entry in roster.entries}
    rows = read_rows(text, ("judge", "entry"))
    _refuse([*_unknown(rows, "judge", {"", *judges}), *_unknown(rows, "entry", entries)])
    routes: dict[str, list[str]] = {}
    for row in rows:
        routes.setdefault(row["judge"], []).append(row["entry"])
    common = routes.pop("", [])
    return {judge: routes.get(judge, common) for judge in judges}


def read_rivals(text: Text, roster: Roster) -> dict[str, list[str]]:
    """Unit -> the units it competes with: columns ``unit`` and ``rival``, a row for each direction."""
    units = {unit.id for unit in roster.units}
    rows = read_rows(text, ("unit", "rival"))
    _refuse([*_unknown(rows, "unit", units), *_unknown(rows, "rival", units)])
    rivals: dict[str, list[str]] = {}
    for row in rows:
        rivals.setdefault(row["unit"], []).append(row["rival"])
    return rivals


def _unknown(rows: Collection[Row], column: str, known: Collection[str]) -> Iterator[Fault]:
    for row in rows:
        if row[column] not in known:
            where: dict[str, str | int] = {"file": row.file, "line": row.line}
            yield Fault("analysis.unknown_name", {**where, "column": column, "name": row[column]})


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Refused(faults)
