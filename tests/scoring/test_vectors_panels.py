"""Reference examples of panels: trims, classes, recusal, severity, judges' own scales."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

from scoring.numbers import rounded
from scoring.results import Tabulation
from scoring.roster import Absence, Entry, Judge
from scoring.severity import connected
from scoring.working import Node
from tests.scoring.contests import (
    Score,
    Table,
    column,
    contest,
    criterion,
    entry_scores,
    item,
    marked,
    named,
    rule,
    scores,
    trimmed,
)
from tests.scoring.examples import Runner, agrees, registering

RUNNERS: dict[str, Runner] = {}
runs = registering(RUNNERS)


def members(node: Node) -> Iterator[Node]:
    yield node
    for arg in node.args:
        yield from members(arg)


def panel(marks: list[str | None], how: Table, **more: object) -> Score:
    """The score of one entry; None is a judge who was absent."""
    grid = {"a": {f"j{i}": mark for i, mark in enumerate(marks) if mark is not None}}
    judges = [Judge(f"j{i}") for i in range(len(marks))]
    away = [Absence(f"j{i}", "a") for i, mark in enumerate(marks) if mark is None]
    result = contest(rule(marked(panel=how), **more), grid, judges=judges, absences=away).result()
    assert result.final
    return scores(result)["a"]


@runs("diving-7")
def diving(given: Table, _expect: object) -> object:
    k = given["rule"]["k"]
    return panel(given["marks"], trimmed(k, k, method="sum", factor=given["factor"]))


@runs("isu-pcs-stages")
def isu(given: Table, expect: Table) -> object:
    def programme(*rounding: Table) -> tuple[dict[str, Fraction], Score]:
        # Each programme component is an entry; a single class of judges gives the panel a stage before the factor.
        how = trimmed(1, 1, factor=given["factor"], classes=[{"judge_class": "isu", "weight": 1}])
        scheme = rule(marked(panel=how, unit={"method": "sum"}), judge_classes=named("isu"), rounding=list(rounding))
        grid = {name: {f"J{i}": mark for i, mark in enumerate(row)} for name, row in given["components"].items()}
        entries = [Entry(name, "pair", "marks") for name in grid]
        judges = [Judge(f"J{i}", judge_class="isu") for i in range(9)]
        result = contest(scheme, grid, entries=entries, judges=judges).result()
        workings = {name: entry.working for name, entry in result.entries.items()}
        panels = {n: m.value for n, w in workings.items() if w for m in members(w) if m.of == "class:isu"}
        return panels, scores(result)["pair"]

    first, second, last = ({"after": after, "decimals": 2} for after in ("class", "panel", "unit"))
    panels, pcs = programme(first, second)
    assert expect["pcs_rounded_once_at_end"] != expect["pcs"]
    return {
        "panel": panels,
        "pcs": pcs,
        "pcs_rounded_once_at_end": programme(last)[1],
        "pcs_sum_of_rounded_panels_unrounded_factor": programme(first)[1],
    }


@runs("isu-missing-is-not-zero")
def isu_missing(given: Table, _expect: object) -> object:
    def two(mode: str, marks: list[str | None]) -> Score:
        return panel(marks, how, rounding=[{"after": "panel", "decimals": given["decimals"], "mode": mode}])

    how = trimmed(given["rule"]["k"], given["rule"]["k"])
    return {
        "exact": panel(given["marks"], how),
        "half_up": two("half_up", given["marks"]),
        "half_even": two("half_even", given["marks"]),
        "if_missing_were_zero": two("half_up", [mark or "0" for mark in given["marks"]]),
    }


@runs("gbt8170")
def rounding(given: Table, _expect: object) -> object:
    return [rounded(Fraction(value), decimals, mode) for value, decimals, mode in given["cases"]]


@runs("recusal-strategic")
def recusal(given: Table, _expect: object) -> object:
    names = sorted({judge for row in given["entries"].values() for judge in row})
    judges = [Judge(name, unit=name[0]) for name in names]

    def run(**panel: str) -> Table:
        scheme = rule(marked(recusal="own_unit", panel={"method": "mean", **panel}))
        result = contest(scheme, given["entries"], judges=judges).result()
        assert result.final
        return scores(result)

    return {"raw": run(), "adjusted": run(counts="less_severity")}


@runs("recusal-two-counties")
def two_counties(given: Table, expect: Table) -> object:
    judges = [Judge("x1", unit="X"), Judge("y1", unit="Y"), Judge("n1"), Judge("n2"), Judge("n3")]
    entries = [Entry(name, name[0], "marks") for name in given["entries"]]

    def run(**panel: str) -> Tabulation:
        scheme = rule(marked(recusal="own_unit", panel={"method": "mean", **panel}))
        result = contest(scheme, given["entries"], entries=entries, judges=judges).result()
        assert result.final
        return result

    fair = run(counts="less_severity")
    severity = {judge: fair.severities["marks"][judge] for judge in expect["severity"]}
    return {"raw": entry_scores(run()), "adjusted": entry_scores(fair), "severity": severity}


@runs("disconnected")
def disconnected(given: Table, _expect: object) -> object:
    marks: dict[str, list[str]] = {}
    for entry, judge in given["cells"]:
        marks.setdefault(str(judge), []).append(entry)
    return {"components": len(connected(marks))}


@runs("class-weights")
def classes(given: Table, _expect: object) -> object:
    weights = [{"judge_class": name, "weight": weight} for name, weight in given["w"].items()]
    judges = [Judge(name, judge_class=name) for name in given["means"]]

    def run(empty: str, *away: str) -> Score:
        how = {"method": "mean", "classes": weights, "empty_class": empty}
        grid = {"a": {name: mark for name, mark in given["means"].items() if name not in away}}
        absent = [Absence(name) for name in away]
        scheme = rule(marked(panel=how), judge_classes=named(*given["means"]))
        return scores(contest(scheme, grid, judges=judges, absences=absent).result())["a"]

    return {
        "all": run("decision"),
        "public_empty_renormalise": run("renormalise", "public"),
        "public_empty_zero": run("zero", "public"),
    }


@runs("trim-table")
def trim_table(given: Table, _expect: object) -> object:
    rows = [{"judges": least, "low": low, "high": high} for least, _most, low, high in given["table"]]
    how = {"method": "mean", "trim": {"table": rows}, "trim_on": "sheet_total"}
    eight = [None if mark == given["absent"] else mark for mark in given["nine"]]
    return {"nine": panel(given["nine"], how), "eight": panel(eight, how)}


@runs("trim-total-v-item")
def trim_place(given: Table, _expect: object) -> object:
    def run(on: str) -> dict[str, Score]:
        sheet = [criterion("c", item("i1", 10), item("i2", 10))]
        scheme = rule(marked("m", *sheet, panel=trimmed(1, 1, on), sheet={"points": "sum"}))
        grid = {name: {f"j{i}": row for i, row in enumerate(rows)} for name, rows in given.items()}
        return scores(contest(scheme, grid).result())

    return {"total": run("sheet_total"), "item": run("item")}


@runs("trim-v-winsor")
def trim_or_median(given: Table, _expect: object) -> object:
    return {
        "trim1": panel(given["marks"], trimmed(1, 1)),
        "winsor1": panel(given["marks"], trimmed(1, 1, method="winsor")),
        "median": panel(given["marks"], {"method": "median"}),
        "mean": panel(given["marks"], {"method": "mean"}),
    }


@runs("borda-v-mean")
def means(given: Table, _expect: object) -> object:
    grid = {name: {f"j{i}": mark for i, mark in enumerate(row)} for name, row in given.items()}
    borda = contest(rule(marked(panel={"method": "sum", "counts": "order"})), grid).result()
    return {"mean": {name: panel(row, {"method": "mean"}) for name, row in given.items()}, "borda": scores(borda)}


@runs("z-judge")
def z_scale(given: Table, _expect: object) -> object:
    scheme = rule(
        marked(panel={"method": "mean", "counts": "z", "least": -10}, z_mean=0, z_spread=1), total={"least": -10}
    )
    values = {f"u{i}": value for i, value in enumerate(given["col"])}
    result = scores(contest(scheme, column(values)).result())
    return [result[name] for name in values]


@runs("bradley-terry")
def bradley_terry(given: Table, _expect: object) -> object:
    """Four judges, as many as there are wins; the difference of the two logarithms is ln(3 / 1)."""
    (_, won), (lost, _) = given["wins"]
    grid = {
        "a": {f"j{judge}": 80 if judge < won else 60 for judge in range(won + lost)},
        "b": {f"j{judge}": 70 for judge in range(won + lost)},
    }
    how = marked(panel={"method": "bradley_terry", "least": -100}, z_mean=0, z_spread=1)
    found = entry_scores(contest(rule(how), grid).result())
    return str(rounded(Fraction(found["a"] or 0) - Fraction(found["b"] or 0), 6))


@pytest.mark.parametrize("name", RUNNERS)
def test_the_engine_gives_what_the_source_gives(name: str) -> None:
    agrees(name, RUNNERS[name])
