"""A bundle's sections as the engine's own records again: what a result was made from, and the result as it stands.

Nothing is calculated. Source of the format: docs/bundle.md.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scoring.bundle import Inputs
from scoring.faults import Fault, Refused
from scoring.numbers import exact
from scoring.prizes import Award
from scoring.results import Carried, EntryResult, Money, RoundResult, Standing, Tabulation, UnitResult
from scoring.roster import Absence, Decision, Entry, Judge, Prior, Record, Recusal, Roster, Sheet, Unit
from scoring.scheme import Scheme
from scoring.ties import Comparison
from scoring.working import Node

Table = dict[str, Any]
_WHO = ("counted", "recused", "absent", "void", "missing", "incomplete", "abstained")


def unpacked(sections: Table) -> Inputs:
    """The contest in a bundle's sections, as ``tabulate`` takes it. Raises Refused where there is none in them."""
    try:
        scheme = Scheme.model_validate(sections["scheme"])
        sheets = sections["sheets"]
        cells = zip(sheets["judge"], sheets["entry"], sheets["ticks"], strict=True)
        return Inputs(
            scheme,
            Roster(
                tuple(Unit(**row) for row in sections["units"]),
                tuple(map(_entry_of, sections["entries"])),
                tuple(
                    Judge(**row | {key: tuple(row[key]) for key in ("divisions", "components")})
                    for row in sections["judges"]
                ),
                tuple(Recusal(**row) for row in sections["recusals"]),
                tuple(Absence(**row) for row in sections["absences"]),
            ),
            tuple(Sheet(judge, entry, tuple(ticks)) for judge, entry, ticks in cells),
            tuple(map(_prior, sections["priors"])),
            tuple(Decision(**row) for row in sections["decisions"]),
        )
    except (TypeError, ValueError) as error:
        raise Refused([Fault("bundle.nonsense", {"what": f"{type(error).__name__}: {error}"[:200]})]) from error


def _entry_of(row: Table) -> Entry:
    """An entry; only one that is assigned names its judges."""
    assigned = row.get("judges")
    return Entry(**row | {"judges": assigned if assigned is None else tuple(assigned)})


def _prior(row: Table) -> Prior | Record:
    """A row that names a rule is a record of a ledger."""
    value = None if row["value"] is None else exact(row["value"])
    return Record(**row | {"value": value}) if "rule" in row else Prior(**row | {"value": value})


def restored(sections: Table, engine: str, scheme_digest: str) -> Tabulation:
    """The result as the bundle states it, without its effective weights."""
    entries = {row["id"]: _entry_of(row) for row in sections["entries"]}
    units = {row["id"]: Unit(**row) for row in sections["units"]}
    workings = _Workings(sections["workings"])
    rounds = sections["scheme"].get("rounds", [])
    severities: dict[str, dict[str, Fraction]] = {}
    for row in sections["severities"]:
        severities.setdefault(row["component"], {})[row["judge"]] = _number(row["value"])
    return Tabulation(
        scheme_digest=scheme_digest,
        engine=engine,
        units=tuple(_unit(row, units[row["unit"]], workings) for row in sections["ranking"]),
        entries={row["entry"]: _entry(row, entries[row["entry"]], workings) for row in sections["scores"]},
        money=Money(**sections["money"]),
        open=tuple(Fault(**row) for row in sections["open"]),
        notes=tuple(Fault(**row) for row in sections["notes"]),
        severities=severities,
        carried=tuple(_carried(row) for row in sections.get("carried", [])),
        rounds=tuple(_round(one["id"], sections["standings"], units, workings) for one in rounds),
    )


def _number(text: str) -> Fraction:
    """An exact number of any length: a severity of a large field has some hundred digits."""
    return Fraction(text)


class _Workings:
    """The workings by name; one inside another is the very same record."""

    def __init__(self, told: Mapping[str, Table]) -> None:
        self._told = told
        self._made: dict[str, Node] = {}

    def get(self, name: str) -> Node | None:
        """The working called ``name``, or None where there is none."""
        if name not in self._told:
            return None
        if name not in self._made:
            self._made[name] = self._node(self._told[name])
        return self._made[name]

    def _node(self, told: Table) -> Node:
        if "see" in told:
            seen = self.get(told["see"])
            if seen is None:
                raise Refused([Fault("bundle.unknown_name", {"name": told["see"]})])
            return seen
        kept = {name: told[name] for name in ("ref", "of", "low", "high", "mode") if name in told}
        args = tuple(self._node(arg) for arg in told.get("args", []))
        return Node(told["op"], _number(told["value"]), args, **kept)


def _entry(row: Table, entry: Entry, workings: _Workings) -> EntryResult:
    return EntryResult(
        entry=entry,
        score=None if row["score"] is None else _number(row["score"]),
        working=workings.get(f"entry:{entry.id}"),
        **{name: tuple(row.get(name, ())) for name in _WHO},  # where nobody may abstain, a bundle does not say it
        provisional=row["provisional"],
        excluded=row["excluded"],
    )


def _carried(row: Table) -> Carried:
    exact, short, value = (None if row[key] is None else _number(row[key]) for key in ("exact", "rounded", "value"))
    return Carried(row["appraisal"], row["unit"], exact, short, value)


def _round(name: str, rows: list[Table], units: Mapping[str, Unit], workings: _Workings) -> RoundResult:
    kept = ("status", "place", "sharing", "pool", "reserve", "replaced_by", "replaces", "admitted")
    standings = (
        Standing(
            unit=units[row["unit"]],
            score=None if row["score"] is None else _number(row["score"]),
            rank_value=None if row["rank_value"] is None else _number(row["rank_value"]),
            working=workings.get(f"standing:{name}/{row['unit']}"),
            **{key: row[key] for key in kept},
        )
        for row in rows
        if row["round"] == name
    )
    return RoundResult(name, tuple(standings))


def _unit(row: Table, unit: Unit, workings: _Workings) -> UnitResult:
    kept = ("shown", "place", "place_shown", "sharing", "provisional", "excluded", "round", "status", "withdrew")
    return UnitResult(
        unit=unit,
        components={name: workings.get(f"component:{name}/{unit.id}") for name in row["components"]},
        score=None if row["score"] is None else _number(row["score"]),
        rank_value=None if row["rank_value"] is None else _number(row["rank_value"]),
        **{name: row[name] for name in kept},
        award=None if row["tiers"] is None else Award(tuple(row["tiers"]), row["fen"]),
        vetoes=tuple(row["vetoes"]),
        comparisons=tuple(
            Comparison(one["key"], None if one["values"] is None else {u: _number(v) for u, v in one["values"].items()})
            for one in row["comparisons"]
        ),
        working=workings.get(f"unit:{unit.id}"),
    )
