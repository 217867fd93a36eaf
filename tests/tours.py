"""Invented tours for tests and figures: the same marks for the same seed, on every machine.

The seed feeds Python's own ``random.Random``, whose ``random()`` is promised never to change.
"""

import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from app.tables import write_tables
from scoring.roster import Absence, Entry, Judge, Prior, Roster, Sheet, Unit
from scoring.scheme import Component, Criterion, Item, Panel, Scheme, Text, Trim, changed, read_scheme

RUBRICS = Path(__file__).parent.parent / "rubrics"
SEED = 20220707

UNITS = ("云岭县", "清江市", "松山县", "石门县", "白河县", "东城区", "西城区", "南湖区", "柳林县", "开发区")


def shipped(name: str) -> Scheme:
    """A shipped scheme."""
    return read_scheme((RUBRICS / f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def tour(rule: Scheme, *, seed: int = SEED) -> tuple[Roster, list[Sheet], list[Prior]]:
    """Ten counties with four projects and a pitch each, 52 judges (four from each county, twelve of the city).

    2,400 sheets would be due after own-county recusal (1,920 for projects, 480 for pitches); three judges were away,
    one for a day, one for another, one at a single project.
    """
    chance = random.Random(seed)
    units = tuple(Unit(f"C{i:02d}", name) for i, name in enumerate(UNITS, 1))
    kinds = [kind.id for kind in rule.kinds]
    entries = []
    for i, unit in enumerate(units):
        for j in range(4):
            number = i * 4 + j
            kind = kinds[number % len(kinds)]
            entries.append(Entry(f"{unit.id}P{j + 1}", unit.id, "onsite", kind, day=str(1 + number // 16)))
        entries.append(Entry(f"{unit.id}R", unit.id, "pitch", day="3"))
    homes = [units[(i - 1) // 4] if i <= 40 else None for i in range(1, 53)]
    city = ("市直一组", "市直二组", "市直三组")
    judges = tuple(
        Judge(f"J{i:02d}", f"评委{i}", unit=home.id if home else "", bloc=home.name if home else city[(i - 41) // 4])
        for i, home in enumerate(homes, 1)
    )
    away = (Absence("J05", day="2"), Absence("J41", day="1"), Absence("J52", entry="C07P3"))
    sheets = _sheets(rule, entries, judges, away, chance)
    priors = [Prior(unit.id, "ordinary", Fraction(850 + int(100 * chance.random()), 10)) for unit in units]
    return Roster(units, tuple(entries), judges, absences=away), sheets, priors


def _sheets(
    rule: Scheme, entries: Sequence[Entry], judges: Sequence[Judge], away: Sequence[Absence], chance: random.Random
) -> list[Sheet]:
    """Marks with a better and a worse project, a stricter and a kinder judge, and the day's chance."""
    quality = {entry.id: chance.random() for entry in entries}
    leaning = {judge.id: chance.random() for judge in judges}
    sheets = []
    for entry in entries:
        items = rule.items(entry.component, entry.kind)
        for judge in judges:
            absent = any(a.judge == judge.id and entry.id == (a.entry or entry.id) and entry.day == (a.day or entry.day)
                         for a in away)  # fmt: skip
            if absent or judge.unit == entry.unit:
                continue
            share = 0.5 * quality[entry.id] + 0.2 * leaning[judge.id]
            sheets.append(Sheet(judge.id, entry.id, tuple(_tick(i, share + 0.3 * chance.random()) for i in items)))
    return sheets


def _tick(item: Item, share: float) -> int:
    return item.ticks[min(int(share * len(item.ticks)), len(item.ticks) - 1)]


def stress_tour() -> tuple[Scheme, Roster, list[Sheet]]:
    """The named stress case: 52 judges mark 40 projects on 30 items each, 62,400 marks, nobody recused."""
    word = Text(zh="压力", en="stress")
    items = tuple(Item(id=f"i{n}", name=word, full=Fraction(10), step=Fraction(1, 2)) for n in range(30))
    panel = Panel(method="mean", trim=Trim(share=Fraction(1, 10)), trim_on="sheet_total")
    part = Component(
        id="onsite", name=word, weight=Fraction(1), criteria=(Criterion(id="all", name=word, items=items),),
        panel=panel, recusal="listed",
    )  # fmt: skip
    rule = changed(shipped("plain-mean"), id="stress", components=(part,), ties=(), rounding=(), examples=())
    chance = random.Random(SEED)
    units = tuple(Unit(f"C{i:02d}") for i in range(10))
    entries = tuple(Entry(f"P{i:02d}", f"C{i % 10:02d}", "onsite") for i in range(40))
    judges = tuple(Judge(f"J{i:02d}") for i in range(52))
    return rule, Roster(units, entries, judges), _sheets(rule, entries, judges, (), chance)


def write_files(
    folder: Path, rule: Scheme, roster: Roster, sheets: Sequence[Sheet], priors: Sequence[Prior]
) -> list[str]:
    """The contest as the files of ``fieldmark score``; returns the options that name them."""
    files = write_tables(rule, roster, sheets, priors)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    named = ("marks", "roster", "priors") if priors else ("marks", "roster")
    return [word for name in named for word in (f"--{name}", str(folder / f"{name}.csv"))]
