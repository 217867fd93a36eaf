"""Random contests: recusals, absences, sheets that are missing or half marked, kinds, classes, trims and stages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache

from scoring.roster import Absence, Decision, Entry, Judge, Prior, Recusal, Roster, Sheet, Unit
from scoring.scheme import Scheme
from tests.scoring.chances import Chance, drawn
from tests.scoring.contests import Contest, Table, criterion, item, known, marked, named, rule_at_once, sheet, words

Row = Sequence[Fraction | None]

ITEMS: dict[str, list[Table]] = {
    "c1": [
        item("a", 10, Decimal("0.5"), weight=1, role="score"),
        item("b", 20, 1, weight=2, role="score", kinds=["k1"]),
    ],
    "c2": [
        item("c", 5, Decimal("0.5"), weight=Decimal("1.5"), role="score", floor=-3, kinds=["k2", "k3"]),
        item("d", 10, Decimal("0.25"), weight=1, role="score", floor=2),
        item("e", 3, 1, weight=1, role="deduct", kinds=["k1", "k2"]),
        item("g", 2, 1, weight=1, role="score", floor=-2, kinds=["k1"]),
        item("f", 2, 1, weight=1, role="bonus", kinds=["k3"]),
    ],
}
VALUES: Table = {"e": [0, 1, 1, "2.5"], "g": ["-1.2", "-0.5", 0, "0.7", "4/3"]}
GRADES: list[Table] = [
    {"id": "first", "name": words("first"), "points": 9, "share": "2/3"},
    {"id": "second", "name": words("second"), "points": "7.5"},
    {"id": "third", "name": words("third"), "points": 4, "share": "0.4"},
    {"id": "none", "name": words("none")},
]
TRIMS: list[Table | None] = [
    None,
    {"low": 1, "high": 1},
    {"low": 0, "high": 1},
    {"low": 2, "high": 0},
    {"share": "0.1", "share_count": "ceil"},
    {"share": "0.3", "share_count": "floor"},
    {"share": "1/4", "share_count": "half_up"},
    {"low": 1, "high": 1, "weight": "0.5"},
    {"table": [{"judges": 2, "low": 0, "high": 1, "weight": "1/3"}, {"judges": 4, "low": 1, "high": 1}]},
    {"table": [{"judges": 3, "low": 0, "high": 1}, {"judges": 5, "low": 2, "high": 1}]},
]
CLASSES = ("expert", "public")
ENTRIES: Table = {"by": "panel", "mean": "entries"}
BANDED: Table = {
    "counts": "band",
    "bands": [
        {"id": "good", "name": words("good"), "least": 30, "points": 95, "at_most": 1},
        {"id": "fair", "name": words("fair"), "least": 10, "points": 80, "at_least_share": "0.5"},
    ],
}


@dataclass
class Plan:
    """A contest in plain terms. ``entries``: id -> (unit, component, kind); ``judges``: id -> (class, unit)."""

    table: Table
    units: list[str]
    entries: dict[str, tuple[str, str, str]]
    judges: dict[str, tuple[str, str]]
    marks: dict[tuple[str, str], Row]
    priors: dict[str, Fraction] = field(default_factory=dict)
    away: set[tuple[str, str]] = field(default_factory=set)
    listed: set[tuple[str, str]] = field(default_factory=set)
    deductions: list[tuple[str, str, Fraction]] = field(default_factory=list)  # subject kind, subject, points
    assigned: dict[str, tuple[str, ...]] = field(default_factory=dict)  # entry -> the only judges it goes to, if any

    def part(self, name: str) -> Table:
        return next(part for part in self.table["components"] if part["id"] == name)


def bloc_of(judge: str) -> str:
    """The judges sit in three blocs in turn."""
    return f"bloc {int(judge[1:]) % 3}"


def panels(chance: Chance) -> Table:
    method = chance.pick(["mean", "sum", "median", "winsor"])
    trims = TRIMS if method == "mean" else [one for one in TRIMS if "weight" not in str(one)]
    trim = chance.pick(trims[1:] if method == "winsor" else trims) if method != "median" else None
    how: Table = {"method": method, "factor": chance.pick([1, "1.5"])}
    by_bloc, severity = chance.once_in(4), chance.once_in(4)
    if trim:
        on = ["bloc"] if by_bloc else ["sheet_total"] if severity else ["sheet_total", "criterion", "item"]
        how |= {"trim": trim, "trim_on": chance.pick(on)}
        how |= {"tolerance": chance.pick([0, 5, 20])} if method == "mean" and chance.coin() else {}
    counts = chance.pick(["less_severity", "less_severity", "z", "minmax", "order"])
    how |= ({"by": "bloc"} if by_bloc else {}) | ({"counts": counts} if severity else {})
    how |= chance.pick([{}, {}, {"minimum_share": "0.6"}])
    how |= chance.pick([{}, {"least": -100}])
    if how["method"] in ("mean", "sum") and not severity and how.get("trim_on") not in ("criterion", "item"):
        how |= chance.pick([{}, {}, BANDED])
    if not by_bloc and chance.once_in(4):
        how["multiples"] = [{"judge_class": "expert", "times": chance.number(2, 3)}]
    elif chance.coin():
        weights = chance.number(1, 9), chance.number(1, 9)
        minimum = chance.number(1, 2)
        how["classes"] = [
            {"judge_class": name, "weight": weight, "minimum": minimum}
            for name, weight in zip(CLASSES, weights, strict=True)
        ]
        how["empty_class"] = chance.pick(["renormalise", "fail", "zero"])
    return how


def tables(chance: Chance) -> Table:
    values = VALUES if chance.once_in(3) else {}
    lines = {name: [line | ({"values": values[line["id"]]} if line["id"] in values else {}) for line in items]
             for name, items in ITEMS.items()}  # fmt: skip
    onsite = marked(
        "onsite",
        *(criterion(name, *items) for name, items in lines.items()),
        panel=panels(chance),
        weight=chance.number(1, 9),
        full=chance.pick([50, 100]),
        sheet={"points": chance.pick(["share", "sum"])},
        **chance.pick([{}, {}, {"second_mean": {"by": "panel"}}, {"second_mean": ENTRIES}]),
        recusal=chance.pick(["own_unit", "listed"]),
        unit=chance.pick([{"method": "mean"}, {"method": "sum"}, {"method": "mean", "best": 1}]),
    )
    if onsite["panel"].get("trim_on") in ("item", "criterion"):
        parts = list(onsite["criteria"])
        if onsite["panel"]["trim_on"] == "item":
            parts = [line for one in onsite["criteria"] for line in one["items"]]
        parts[chance.number(0, len(parts) - 1)]["factor"] = "1.25"
    pitch = marked(
        "pitch",
        criterion("p", item("p", 10, Decimal("0.5"), weight=1, role="score")),
        weight=chance.number(1, 9),
        full=100,
        sheet={"points": "share"},
        unit={"method": "mean"},
    )
    if chance.once_in(4):
        pitch["criteria"] = [criterion("p", item("p", 3, 1, grades=GRADES))]
        pitch["panel"] = {"method": chance.pick(["vote", "vote", "mean"])}
        pitch["panel"] |= {"of": chance.pick(["cast", "present"])} if pitch["panel"]["method"] == "vote" else {}
    ordinary = known(weight=2, full=100, missing=chance.pick(["decision", "renormalise", "zero", "field_median"]))
    stages = [
        {"after": "severity", "decimals": 2},
        {"after": "coefficient", "decimals": 2},
        {"after": "second_mean", "decimals": 4},
        {"after": "item", "decimals": 2},
        {"after": "criterion", "decimals": 1},
        {"after": "factor", "decimals": 1},
        {"after": "class", "decimals": 1},
        {"after": "panel", "decimals": 2},
        {"after": "unit", "decimals": 1},
    ]
    rounding = [{**stage, "mode": chance.pick(["half_up", "half_even", "trunc"])} for stage in stages]
    off = {"kind": "deduction", "measure": "points", "cap": 5}
    return {
        "components": [onsite, *([pitch] if chance.coin() else []), *([ordinary] if chance.coin() else [])],
        "kinds": named("k1", "k2", "k3"),
        "judge_classes": named(*CLASSES),
        "rounding": rounding if chance.coin() else [],
        "adjustments": [{"id": s, "name": words(s), "subject": s, **off} for s in ("unit", "entry")],
    }


def a_plan(chance: Chance) -> Plan:
    table = tables(chance)
    units = [f"u{i}" for i in range(chance.few(2, 4))]
    parts = [part["id"] for part in table["components"]]
    entries = {}
    for unit in units:
        for i in range(1 + chance.once_in(4)):
            entries[f"{unit}-{i}"] = (unit, "onsite", chance.pick(["k1", "k2", "k3"]))
        if "pitch" in parts:
            entries[f"{unit}-p"] = (unit, "pitch", "")
    judges = {f"j{i}": (chance.pick(CLASSES), chance.pick([*units, ""])) for i in range(chance.few(2, 6))}
    plan = Plan(table, units, entries, judges, {})
    pairs = [(judge, entry) for judge in judges for entry in entries]
    plan.away = set(chance.some(pairs, 3))
    plan.listed = set(chance.some(pairs, 2))
    if chance.once_in(4):
        plan.assigned = {entry: tuple(chance.some([*judges], 3)) for entry in entries if chance.coin()}
    for judge, entry in pairs:
        unit, component, kind = entries[entry]
        if judge not in plan.assigned.get(entry, judges):
            continue
        recused = plan.part(component)["recusal"] == "own_unit" and judges[judge][1] == unit
        if recused or (judge, entry) in plan.away | plan.listed or chance.once_in(10):
            continue
        plan.marks[judge, entry] = [a_mark(chance, line) for line in lines(plan, component, kind)]
    if "ordinary" in parts:
        known_units = [unit for unit in units if chance.number(0, 4)]
        plan.priors = {unit: Fraction(chance.number(0, 200), 2) for unit in known_units}
    for subject, names in (("unit", units), ("entry", list(entries))):
        for name in (chance.pick(names) for _ in range(chance.number(0, 2))):
            plan.deductions.append((subject, name, Fraction(chance.number(0, 8), 2)))
    return plan


plans = drawn(a_plan)


def lines(plan: Plan, component: str, kind: str) -> list[Table]:
    every = [line for one in plan.part(component)["criteria"] for line in one["items"]]
    return [line for line in every if kind in line.get("kinds", [kind])]


def a_mark(chance: Chance, line: Table) -> Fraction | None:
    """A mark on the grid of the item, or now and then none."""
    return chance.pick(_marks(line.get("floor", 0), line["full"], Decimal(line["step"])))


@cache  # a contest has dozens of marks on the same few items
def _marks(floor: int, most: int, step: Decimal) -> list[Fraction | None]:
    unit = Fraction(step)
    marks = [tick * unit for tick in range(int(floor / unit), int(most / unit) + 1)]
    return [*marks * -(-16 // len(marks)), None]


def scheme_of(plan: Plan, **more: object) -> Scheme:
    return rule_at_once(**{**plan.table, **more})


def contest_of(plan: Plan, **more: object) -> Contest:
    """The same contest as the engine is given it."""
    scheme = scheme_of(plan, **more)
    entries = [
        Entry(name, unit, component, kind, judges=plan.assigned.get(name))
        for name, (unit, component, kind) in plan.entries.items()
    ]
    by_id = {entry.id: entry for entry in entries}
    roster = Roster(
        tuple(map(Unit, plan.units)),
        tuple(entries),
        tuple(Judge(name, judge_class=of, unit=unit, bloc=bloc_of(name)) for name, (of, unit) in plan.judges.items()),
        tuple(Recusal(judge, entry=entry) for judge, entry in sorted(plan.listed)),
        tuple(Absence(judge, entry=entry) for judge, entry in sorted(plan.away)),
    )
    sheets: list[Sheet] = []
    for (judge, entry), row in plan.marks.items():
        sheets.append(sheet(scheme, judge, by_id[entry], [None if mark is None else str(mark) for mark in row]))
    priors = tuple(Prior(unit, "ordinary", value) for unit, value in plan.priors.items())
    off = tuple(Decision("deduction", name, subject, str(points)) for subject, name, points in plan.deductions)
    return Contest(scheme, roster, tuple(sheets), priors, off)
