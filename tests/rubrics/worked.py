"""The worked examples of the shipped schemes as small contests."""

from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

from scoring.roster import Decision, DecisionKind, Entry, Judge, Prior, Record, Roster, Sheet, Unit
from scoring.scheme import Example, Scheme, read_scheme
from tests.scoring.contests import Contest

ROOT = Path(__file__).resolve().parents[2]
FILES = {file.stem: file for file in (ROOT / "rubrics").rglob("*.toml")}
NAMES = sorted(FILES)


def scheme(name: str) -> Scheme:
    return read_scheme(FILES[name].read_text(encoding="utf-8"), FILES[name].name)


def examples() -> list[Any]:
    return [
        pytest.param(name, number, id=f"{name}-{number + 1}")
        for name in NAMES
        for number in range(len(scheme(name).examples))
    ]


def contest_of(rule: Scheme, example: Example) -> Contest:
    """The example as the engine is given it: judges named on sheets belong to no unit unless the example says so."""
    named = dict.fromkeys(judge for entry in example.entries for judge in entry.sheets)
    units = {**dict.fromkeys(named, ""), **example.judges}
    absent = {tuple(one.subject.split("/")) for one in example.decisions if one.kind == "absence"}
    units |= {judge: units.get(judge, "") for judge, _ in absent}
    kinds = get_args(DecisionKind)
    assert all(decision.kind in kinds for decision in example.decisions)
    roster = Roster(
        units=tuple(Unit(unit, division=example.divisions.get(unit, "")) for unit in example.units),
        entries=tuple(Entry(one.id, one.unit, one.component, one.kind) for one in example.entries),
        judges=tuple(
            Judge(judge, unit=unit, judge_class=example.classes.get(judge, ""), bloc=example.blocs.get(judge, ""))
            for judge, unit in sorted(units.items())
        ),
    )
    sheets = tuple(
        Sheet(judge, one.id, ticks(rule, one.component, one.kind, marks))
        for one in example.entries
        for judge, marks in one.sheets.items()
    )
    priors: tuple[Prior | Record, ...] = (
        *(Prior(unit, part, value) for part, values in example.priors.items() for unit, value in values.items()),
        *(Record(**dict(record)) for record in example.records),
    )
    decisions = tuple(
        Decision(one.kind, one.subject, one.rule, one.value, one.reason)  # type: ignore[arg-type]  # checked above
        for one in example.decisions
    )
    return Contest(rule, roster, sheets, priors, decisions)


def ticks(rule: Scheme, component: str, kind: str, marks: tuple[Fraction, ...]) -> tuple[int, ...]:
    steps = [item.step for item in rule.items(component, kind)]
    whole = [mark / step for mark, step in zip(marks, steps, strict=True)]
    assert all(tick.denominator == 1 for tick in whole), "a mark is off its grid"
    return tuple(int(tick) for tick in whole)
