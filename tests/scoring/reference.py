"""A second calculation of a contest, in plain Fractions, from the written rule: it uses nothing of ``scoring``.

``score`` follows the words of the rule (sheet, panel, classes, unit, blend); ``again`` calculates a working anew. Both
are for random contests to be compared with the engine's.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from math import ceil, floor
from typing import Any, Protocol

F = Fraction
Row = Sequence[F | None]
Table = dict[str, Any]


@dataclass
class Plan:
    """A contest in plain terms. ``entries``: id -> (unit, component, kind); ``judges``: id -> (class, unit)."""

    table: Table
    units: list[str]
    entries: dict[str, tuple[str, str, str]]
    judges: dict[str, tuple[str, str]]
    marks: dict[tuple[str, str], Row]
    priors: dict[str, F] = field(default_factory=dict)
    away: set[tuple[str, str]] = field(default_factory=set)
    listed: set[tuple[str, str]] = field(default_factory=set)
    deductions: list[tuple[str, str, F]] = field(default_factory=list)  # subject kind, subject, points

    def part(self, name: str) -> Table:
        return next(part for part in self.table["components"] if part["id"] == name)


def mean(values: Iterable[F]) -> F:
    found = list(values)
    return sum(found, F(0)) / len(found)


def middle(values: Iterable[F]) -> F:
    found = sorted(values)
    return mean([found[(len(found) - 1) // 2], found[len(found) // 2]])


def to_places(value: F, decimals: int, mode: str = "half_up") -> F:
    unit, sign = F(10) ** decimals, -1 if value < 0 else 1
    size = abs(value) * unit
    return {
        "half_up": F(sign * floor(size + F(1, 2))),
        "half_down": F(sign * ceil(size - F(1, 2))),
        "half_even": F(round(value * unit)),
        "trunc": F(sign * floor(size)),
        "floor": F(floor(value * unit)),
        "ceil": F(ceil(value * unit)),
    }[mode] / unit


def stage(table: Table, after: str, value: F) -> F:
    for one in table.get("rounding", []):
        if one["after"] == after:
            return to_places(value, one["decimals"], one.get("mode", "half_up"))
    return value


def items_of(part: Table, kind: str) -> list[tuple[str, Table]]:
    found = [(criterion["id"], item) for criterion in part["criteria"] for item in criterion["items"]]
    return [(criterion, item) for criterion, item in found if kind in item.get("kinds", [kind])]


def points(part: Table, kind: str, row: Row, only: str = "") -> F:
    """What a sheet, or one criterion or item of it, is worth."""
    items = items_of(part, kind)
    scored = sum((F(item["full"]) * F(item["weight"]) for _, item in items if item["role"] == "score"), F(0))
    share = F(part["full"]) / scored if part["sheet"]["points"] == "share" else F(1)
    worth = {"score": share, "bonus": F(1), "deduct": F(-1)}
    whole = F(0)
    for (criterion, item), mark in zip(items, row, strict=True):
        if only in ("", criterion, item["id"]):
            assert mark is not None
            whole += mark * F(item["weight"]) * worth[item["role"]]
    return whole


def dropped(trim: Table | None, number: int) -> tuple[int, int]:
    if trim is None:
        return 0, 0
    if "share" in trim:
        wanted = F(trim["share"]) * number
        count = {"floor": floor(wanted), "ceil": ceil(wanted), "half_up": floor(wanted + F(1, 2))}[trim["share_count"]]
        return count, count
    rows = [row for row in trim.get("table", [trim]) if number >= row.get("judges", 0)]
    return (rows[-1]["low"], rows[-1]["high"]) if rows else (0, 0)


def panel(how: Table, values: list[F]) -> F | None:
    low, high = dropped(how.get("trim"), len(values))
    if low + high >= len(values):
        return None
    kept = sorted(values)[low : len(values) - high]
    if "tolerance" in how and max(kept) - min(kept) > F(how["tolerance"]):
        return mean(values)
    drawn_in = [min(max(value, kept[0]), kept[-1]) for value in values]
    return {"mean": mean(kept), "sum": sum(kept, F(0)), "median": middle(kept), "winsor": mean(drawn_in)}[how["method"]]


def bloc_of(judge: str) -> str:
    """The judges sit in three blocs in turn."""
    return f"bloc {int(judge[1:]) % 3}"


def severity(plan: Plan, component: str) -> dict[str, F] | None:
    """What each judge gives above the others: all unknowns at once, by elimination; None if it is not determined."""
    part = plan.part(component)
    cells = {
        (judge, entry): points(part, plan.entries[entry][2], plan.marks[judge, entry])
        for entry in plan.entries
        if plan.entries[entry][1] == component
        for judge in counted(plan, entry)
    }
    names = list(dict.fromkeys([name for pair in cells for name in pair]))
    place = {name: i for i, name in enumerate(names)}
    rows = [[F(0)] * (len(names) + 1) for _ in names]
    for (judge, entry), value in cells.items():
        for one, other in ((judge, entry), (entry, judge)):
            rows[place[one]][place[one]] += 1
            rows[place[one]][place[other]] += 1
            rows[place[one]][-1] += value
    judges = {judge for judge, _ in cells}
    rows.append([F(int(name in judges)) for name in names] + [F(0)])
    for column in range(len(names)):
        found = next((i for i in range(column, len(rows)) if rows[i][column]), None)
        if found is None:
            return None
        rows[column], rows[found] = rows[found], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for i, row in enumerate(rows):
            if i != column and row[column]:
                rows[i] = [a - row[column] * b for a, b in zip(row, rows[column], strict=True)]
    return {name: stage(plan.table, "severity", rows[place[name]][-1]) for name in names if name in judges}


def counted(plan: Plan, entry: str) -> list[str]:
    """The judges whose sheets count: not recused, not away, sheet given and complete."""
    unit, component, _ = plan.entries[entry]
    own = plan.part(component)["recusal"] == "own_unit"
    return [
        judge
        for judge, (_, home) in plan.judges.items()
        if not (own and home == unit)
        and (judge, entry) not in plan.away | plan.listed
        and None not in plan.marks.get((judge, entry), [None])
    ]


def of_class(plan: Plan, entry: str, judges: list[str]) -> F | None:
    _, component, kind = plan.entries[entry]
    part = plan.part(component)
    on = part["panel"].get("trim_on", "sheet_total")
    if on == "bloc" or part["panel"].get("by") == "bloc" or part["panel"].get("counts"):
        return of_totals(plan, entry, judges)
    names = {"sheet_total": [""], "criterion": [c for c, _ in items_of(part, kind)]}.get(on)
    names = names or [item["id"] for _, item in items_of(part, kind)]
    parts = [
        panel(part["panel"], [points(part, kind, plan.marks[judge, entry], name) for judge in judges])
        for name in dict.fromkeys(names)
    ]
    return None if None in parts else sum((value for value in parts if value is not None), F(0))


def own_sheets(plan: Plan, component: str) -> dict[str, dict[str, F]]:
    """Each judge's counted sheets in one component: entry -> points."""
    part, found = plan.part(component), dict[str, dict[str, F]]()
    for entry, (_, of, kind) in plan.entries.items():
        for judge in counted(plan, entry) if of == component else []:
            found.setdefault(judge, {})[entry] = points(part, kind, plan.marks[judge, entry])
    return found


def even(plan: Plan, component: str) -> bool:
    """Whether all who marked anything marked the same entries."""
    return len({frozenset(row) for row in own_sheets(plan, component).values()}) <= 1


def rescaled(plan: Plan, component: str, judge: str, scale: str) -> dict[str, F]:
    """One judge's sheets on his own scale."""
    row = own_sheets(plan, component)[judge]
    values = list(row.values())
    if scale == "order":
        return {e: F(sum(v > o for o in values)) + F(sum(v == o for o in values) - 1, 2) for e, v in row.items()}
    if scale == "minmax":
        low, high, full = min(values), max(values), F(plan.part(component)["full"])
        return {e: full * ((v - low) / (high - low) if high > low else F(1, 2)) for e, v in row.items()}
    average = mean(values)
    variance = mean([(v - average) ** 2 for v in values])
    return {e: 50 + 10 * standard(v, average, variance) for e, v in row.items()}


def of_totals(plan: Plan, entry: str, judges: list[str]) -> F | None:
    """Whole sheets, each less what its judge gives above the others, and averaged by bloc, where the rule says so."""
    _, component, kind = plan.entries[entry]
    part = plan.part(component)
    off = (severity(plan, component) if part["panel"].get("counts") == "less_severity" else None) or {}
    values = {judge: points(part, kind, plan.marks[judge, entry]) - off.get(judge, F(0)) for judge in judges}
    if (scale := part["panel"].get("counts")) in ("z", "minmax", "order"):
        values = {judge: rescaled(plan, component, judge, scale)[entry] for judge in judges}
    if part["panel"].get("by") == "bloc":
        blocs = {bloc_of(judge): [v for j, v in values.items() if bloc_of(j) == bloc_of(judge)] for judge in judges}
        return panel(part["panel"], [mean(own) for own in blocs.values()])
    return panel(part["panel"], list(values.values()))


def entry_score(plan: Plan, entry: str) -> F | None:
    part = plan.part(plan.entries[entry][1])
    how, judges = part["panel"], counted(plan, entry)
    if how.get("counts") == "less_severity" and severity(plan, plan.entries[entry][1]) is None:
        return None
    if how.get("counts") in ("z", "minmax", "order") and not even(plan, plan.entries[entry][1]):
        return None
    value: F | None
    if how.get("classes"):
        found: list[tuple[F, F]] = []
        for one in how["classes"]:
            own = [judge for judge in judges if plan.judges[judge][0] == one["judge_class"]]
            score = of_class(plan, entry, own) if len(own) >= one.get("minimum", 1) else None
            if score is None and how["empty_class"] == "fail":
                return None
            if score is not None:
                found.append((F(one["weight"]), stage(plan.table, "class", score)))
            elif how["empty_class"] == "zero":
                found.append((F(one["weight"]), F(0)))
        value = sum(w * v for w, v in found) / sum((w for w, _ in found), F(0)) if found else None
    else:
        value = of_class(plan, entry, judges)
    if value is None:
        return None
    value = stage(plan.table, "panel", value * F(how.get("factor", 1)))
    return max(F(0), value - off(plan, "entry", entry))


def off(plan: Plan, subject: str, name: str) -> F:
    """The deductions of one subject, capped at 5 points."""
    return min(F(5), sum((p for kind, who, p in plan.deductions if (kind, who) == (subject, name)), F(0)))


def unit_score(plan: Plan, unit: str, component: str) -> F | None:
    part = plan.part(component)
    if part.get("source") == "prior":
        known = plan.priors
        if unit in known or not known:
            return known.get(unit, F(0) if part["missing"] == "zero" else None)
        return {"zero": F(0), "field_median": middle(known.values())}.get(part["missing"])
    values = [
        entry_score(plan, entry) for entry, (own, of, _) in plan.entries.items() if (own, of) == (unit, component)
    ]
    if not values or None in values:
        return None
    best = sorted((value for value in values if value is not None), reverse=True)[: part["unit"].get("best")]
    return stage(plan.table, "unit", mean(best) if part["unit"]["method"] == "mean" else sum(best, F(0)))


def score(plan: Plan, unit: str) -> F | None:
    """The final score, or None where the rule gives none."""
    parts = []
    for part in plan.table["components"]:
        value = unit_score(plan, unit, part["id"])
        if value is not None:
            parts.append((F(part["weight"]), value * 100 / F(part["full"])))
        elif part.get("missing") != "renormalise":
            return None
    if not parts:
        return None
    blend = sum(w * v for w, v in parts) / sum((w for w, _ in parts), F(0))
    return max(F(0), blend - off(plan, "unit", unit))


def ranking(plan: Plan) -> dict[str, int]:
    """1224: a place is one more than the number of those who are better."""
    found = {unit: value for unit in plan.units if (value := score(plan, unit)) is not None}
    return {unit: 1 + sum(other > value for other in found.values()) for unit, value in found.items()}


class Working(Protocol):
    """A node of a working: an operation, its arguments, and the numbers of what it leaves out or rounds to."""

    @property
    def op(self) -> str: ...
    @property
    def args(self) -> Sequence["Working"]: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...
    @property
    def mode(self) -> str: ...


def again(node: Working, leaf: Callable[[Any], F]) -> F:
    """A working calculated anew; ``leaf`` gives the values it starts from."""
    if not node.args:
        return leaf(node)
    a = [again(arg, leaf) for arg in node.args]
    left = sorted(a)[node.low : len(a) - node.high]
    weights = a[::2]
    return {
        "mean": lambda: mean(left),
        "trimmed_mean": lambda: mean(left),
        "winsor": lambda: mean([min(max(value, left[0]), left[-1]) for value in a]),
        "best_mean": lambda: mean(left),
        "sum": lambda: sum(left, F(0)),
        "trimmed_sum": lambda: sum(left, F(0)),
        "best_sum": lambda: sum(left, F(0)),
        "plus": lambda: sum(a, F(0)),
        "median": lambda: middle(a),
        "weighted": lambda: sum((w * v for w, v in zip(weights, a[1::2], strict=True)), F(0)) / sum(weights),
        "times": lambda: a[0] * a[1],
        "minus": lambda: a[0] - a[1],
        "at_least": lambda: max(a),
        "at_most": lambda: min(a),
        "round": lambda: to_places(a[0], node.low, node.mode),
        "minmax": lambda: (a[0] - a[1]) / (a[2] - a[1]) if a[2] > a[1] else F(1, 2),
        "z": lambda: standard(*a),
        "points": lambda: a[1],
    }[node.op]()


def standard(value: F, average: F, variance: F) -> F:
    """A z-score to nine decimals, by decimals of sixty digits."""
    if not variance:
        return F(0)
    with localcontext(prec=60):
        spread = (Decimal(variance.numerator) / variance.denominator).sqrt()
        away = value - average
        z = Decimal(away.numerator) / away.denominator / spread
        return F(z.quantize(Decimal("1e-9"), ROUND_HALF_EVEN))
