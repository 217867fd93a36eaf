"""What every unit brings into other appraisals. Source: docs/scoring.md, "Carry out"."""

from scoring.verify.apart import excluded
from scoring.verify.given import Given
from scoring.verify.numbers import F, Table, to_places, written
from scoring.verify.ranking import rows
from scoring.verify.rounds import last_total
from scoring.verify.unit import unit_score


def carried_rows(given: Given) -> list[Table]:
    """A row for every appraisal and unit, in the order of the ranking."""
    units = [unit for group in rows(given) for unit in group]
    return [_row(given, appraisal, unit) for appraisal in given.rule["carry_out"] for unit in units]


def _row(given: Given, appraisal: Table, unit: str) -> Table:
    found = _share(given, appraisal["component"], unit)
    if excluded(given, unit) and appraisal["excluded"] == "nothing":
        found = None
    row: Table = {"appraisal": appraisal["id"], "unit": unit, "exact": None, "rounded": None, "value": None}
    if found is None:
        return row
    exact = found * F(appraisal["weight"])
    short = to_places(exact, appraisal["decimals"], appraisal["mode"])
    value = {"rounded": short, "exact": exact}[appraisal["uses"]]
    return row | {"exact": written(exact), "rounded": written(short), "value": written(value)}


def _share(given: Given, component: str | None, unit: str) -> F | None:
    """The share of full marks reached, in total or in one component."""
    if component is not None:
        value = unit_score(given, unit, component, "rule")
        return None if value is None else value / F(given.part(component)["full"])
    whole = last_total(given, unit)
    return whole.published / F(given.rule["total"]["full"]) if whole else None
