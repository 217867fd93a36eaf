"""A working calculated anew from what it starts with, node by node. Source: docs/bundle.md, "Workings"."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from scoring.verify.compare import own_sheets, rescaled, severity
from scoring.verify.document import Difference
from scoring.verify.given import Given, items_of, once
from scoring.verify.ledger import most
from scoring.verify.numbers import ZERO, F, Table, eased, mean, middle, standard, to_places, weighted, written
from scoring.verify.panel import room_means, worth
from scoring.verify.sheets import parts_of, points, sheet_score
from scoring.verify.skating import dance_marks, dance_places, settled
from scoring.verify.strength import strengths, wins_of
from scoring.verify.unit import prior_score, unit_score

LEAVES = ("sheet", "prior", "record", "constant", "decision", "order", "duel", "wins", "place")


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
    return OPERATIONS[node.op]([again(arg, leaf) for arg in node.args], node.low, node.high, node.mode)


def _kept(a: Sequence[F], low: int, high: int) -> list[F]:
    return sorted(a)[low : len(a) - high]


def _drawn_in(a: Sequence[F], low: int, high: int, _mode: str) -> F:
    kept = _kept(a, low, high)
    return mean([min(max(value, kept[0]), kept[-1]) for value in a])


def _mean(a: Sequence[F], low: int, high: int, _mode: str) -> F:
    return mean(_kept(a, low, high))


def _sum(a: Sequence[F], low: int, high: int, _mode: str) -> F:
    return sum(_kept(a, low, high), ZERO)


# What each operation makes of its arguments; low and high are left out at the ends, or low is the decimals.
OPERATIONS: dict[str, Callable[[Sequence[F], int, int, str], F]] = {
    "mean": _mean,
    "trimmed_mean": _mean,
    "best_mean": _mean,
    "sum": _sum,
    "trimmed_sum": _sum,
    "best_sum": _sum,
    "winsor": _drawn_in,
    "eased_mean": lambda a, low, high, mode: eased(a, low, high, F(mode)),
    "median": lambda a, *_: middle(a),
    "weighted": lambda a, *_: weighted(zip(a[::2], a[1::2], strict=True)),
    "plus": lambda a, *_: sum(a, ZERO),
    "quotient": lambda a, *_: a[0] / a[1],
    "minus": lambda a, *_: a[0] - a[1],
    "times": lambda a, *_: a[0] * a[1],
    "at_least": lambda a, *_: max(a),
    "at_most": lambda a, *_: min(a),
    "round": lambda a, low, _high, mode: to_places(a[0], low, mode),
    "minmax": lambda a, *_: (a[0] - a[1]) / (a[2] - a[1]) if a[2] > a[1] else F(1, 2),
    "z": lambda a, *_: standard(a[0], a[1], a[2]),
    "points": lambda a, *_: a[1],
    "strength": lambda a, *_: a[-1],  # stated behind the wins it rests on
    "highest": lambda a, *_: max(a),
    "lowest": lambda a, *_: min(a),
    "dance": lambda a, *_: a[-1],
    "vote": lambda a, *_: a[-1],  # the grade, stated behind the votes that carry it
}


def working_differences(given: Given, sections: Table) -> Iterator[Difference]:
    """Every node that does not follow from its arguments or from what was given, and every root that is no score."""
    roots = {f"entry:{row['entry']}": row["score"] for row in sections["scores"]}
    for row in sections["ranking"]:
        roots[f"unit:{row['unit']}"] = row["score"]
        roots |= {f"component:{name}/{row['unit']}": value for name, value in row["components"].items()}
    for row in sections.get("standings", []):
        roots[f"standing:{row['round']}/{row['unit']}"] = row["score"]
    workings = sections["workings"]
    for number, name in enumerate(sorted(workings), 1):
        root = workings[name]["value"]
        if root != roots.get(name):
            yield Difference("workings", number, name, "value", root, roots.get(name) or "")
        checks = (
            _cycles(workings[name], name),
            _node(given, workings, workings[name], ""),
            _won(given, workings[name], name.partition(":")[2], ""),
        )
        for place, stated, found in (told for check in checks for told in check):
            yield Difference("workings", number, name, place, stated, found)
    for name in sorted(name for name, value in roots.items() if value is not None and name not in workings):
        yield Difference("workings", 0, name, "value", "", roots[name])


def _cycles(node: Table, root: str, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Numbers that are said to be worked out in a working that may itself rest on this one."""
    for number, arg in enumerate(node.get("args", []), 1):
        yield from _cycles(arg, root, f"{place}{number}.")
    seen = node.get("see", "")
    if seen and not _order(seen) < _order(root):
        yield f"{place}see", seen, ""


def _won(given: Given, node: Table, entry: str, place: str) -> Iterator[tuple[str, str, str]]:
    """A strength by wins: the entry's own wins over every other, and the strength they give."""
    args = node.get("args", [])
    for number, arg in enumerate(args, 1):
        yield from _won(given, arg, entry, f"{place}{number}.")
    if node.get("op") != "strength":
        return
    component = given.entries[entry]["component"]
    wins = {other: written(won) for other, won in wins_of(given, component)[entry].items()}
    stated = {arg.get("ref", ""): arg["value"] for arg in args[:-1]}
    if stated != wins or len(stated) < len(args) - 1:
        yield f"{place}wins", _listed(stated), _listed(wins)
    own = written(strengths(given, component)[entry])
    if args[-1]["value"] != own:
        yield f"{place}{len(args)}.value", args[-1]["value"], own


def _listed(wins: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in wins.items())


def _order(name: str) -> int:
    """Each working rests only on workings of a lower order."""
    kinds = ("entry", "component", "unit", "standing")
    kind = name.partition(":")[0]
    return kinds.index(kind) if kind in kinds else len(kinds)


def _node(given: Given, workings: Table, node: Table, place: str) -> Iterator[tuple[str, str, str]]:
    """(place, stated, found) wherever a value does not follow; ``place`` leads to the node: argument by argument."""
    args = node.get("args", [])
    for number, arg in enumerate(args, 1):
        yield from _node(given, workings, arg, f"{place}{number}.")
    op, ref, values = node.get("op", ""), node.get("ref", ""), [F(arg["value"]) for arg in args]
    found: F | str | None
    if "see" in node:
        found = workings.get(node["see"], {}).get("value", "")
    elif op in LEAVES:
        found = _leaf(given, op, ref, F(node["value"]))
    elif op in OPERATIONS:
        try:
            found = OPERATIONS[op](values, node.get("low", 0), node.get("high", 0), node.get("mode", ""))
        except (ArithmeticError, LookupError, ValueError):
            found = ""
        if op == "dance":
            yield from _danced(given, node, place)
    else:
        given.unknown.add(("working", op))
        return
    said = written(found) if isinstance(found, F) else found
    if said is not None and said != node["value"]:
        yield f"{place}value", node["value"], said


def _danced(given: Given, node: Table, place: str) -> Iterator[tuple[str, str, str]]:
    """A place in a dance: the entry's own, with the marks of all its judges, the rule that gave it, and the column."""
    entry = node["args"][0].get("ref", "").partition("/")[2]
    component = given.entries[entry]["component"]
    rule, column = settled(given, component, entry)
    marks = [f"{judge}/{entry}" for judge in dance_marks(given, component)[entry]]
    own = written(dance_places(given, component)[entry])
    for key, stated, found in (
        ("marks", ", ".join(arg.get("ref", "") for arg in node["args"][:-1]), ", ".join(marks)),
        ("value", node["args"][-1]["value"], own),
        ("ref", node.get("ref", ""), rule),
        ("low", str(node.get("low", 0)), str(column)),
    ):
        if stated != found:
            yield f"{place}{key}", stated, found


def _leaf(given: Given, op: str, ref: str, value: F) -> F | str | None:
    """What a leaf should be; nothing where there is no such mark; None where the constant is not known here."""
    try:
        match op:
            case "sheet" | "order" | "place":
                return _sheet(given, op, ref)
            case "prior":
                component, _, unit = ref.partition("/")
                return given.priors[component, unit]
            case "record":
                return _record(given, ref, value)
            case "decision":
                return _decision(given, int(ref))
            case "wins" | "duel":
                # Wins are compared one by one with those of the entry; the sum of duels is.
                return value if op == "wins" or value in (0, F(1, 2), 1) else ""
    except (LookupError, StopIteration, ValueError):
        return ""
    known, name = constants(given), ref.partition(":")[0]
    if name not in {one.partition(":")[0] for one in known}:
        given.unknown.add(("working.constant", name))
        return None
    return value if value in known.get(ref, ()) else ""


def _sheet(given: Given, op: str, ref: str) -> F:
    pair, _, only = ref.partition("#")
    judge, _, entry = pair.partition("/")
    part = given.part_of(entry)
    if op == "place":
        return dance_marks(given, part["id"])[entry][judge]
    if op == "order":
        return rescaled(given, part["id"], judge, "order")[entry]
    if not only:
        return sheet_score(given, judge, entry)
    places = parts_of(given, entry, part["panel"]["trim_on"])[only]
    return points(given, entry, given.marks[judge, entry], places)


def _record(given: Given, ref: str, value: F) -> F | str:
    """What a record of a ledger counts or measures; without a value one case, or the faults of its state."""
    record = next(one for one in given.records if one["id"] == ref)
    if record["value"] is not None:
        return F(record["value"])
    faults = [state["faults"] for _, rule in ledger_rules(given) for state in rule["states"]]
    return value if value in (1, *faults) else ""


def ledger_rules(given: Given) -> list[tuple[Table, Table]]:
    """Every rule of every ledger, with its component."""
    parts = [part for part in given.rule["components"] if part["ledger"]]
    return [(part, rule) for part in parts for section in part["ledger"]["sections"] for rule in section["rules"]]


def _decision(given: Given, index: int) -> F:
    one = given.decisions[index]
    if one["kind"] == "ruling":
        return F(next(rule["score"] for rule in given.rule["rulings"] if rule["id"] == one["rule"]))
    if one["kind"] in ("deduction", "bonus"):
        return worth(next(rule for rule in given.rule["adjustments"] if rule["id"] == one["rule"]), one["value"])
    return F(one["value"])


@once
def constants(given: Given) -> dict[str, set[F]]:
    """What the scheme, or the field as a whole, may put into a working: what it is called there -> its values."""
    whole, found = given.rule["total"], Named()
    full = F(whole["full"])
    found.may("least", whole["least"])
    found.may("most", whole["most"], *(rule["cap"] for rule in given.rule["adjustments"]))
    found.may("scale", whole["full"])
    for one in given.rule["rounds"]:
        found.may(f"weight:round:{one['id']}", one["weight"])
    for part in given.rule["components"]:
        found.may(f"weight:{part['id']}", part["weight"])
        found.may("scale", part["full"], full / F(part["full"]), part["z_spread"])
        found.may("z_mean", part["z_mean"])
        found.may("z_spread", part["z_spread"])
        found.may("points", 0, *part["rank_points"], *(band["points"] for band in part["bands"]))
        for one in part["unit"]["weights"]:
            found.may(f"weight:{one['group']}", one["weight"])
        columns = [[unit_score(given, unit, part["id"], "rule") for unit in given.units]]
        if part["source"] == "prior":
            found.may(f"missing:{part['id']}", 0)
            found.may(f"field_median:{part['id']}", *(prior_score(given, unit, part) for unit in given.units))
        else:
            _of_panel(given, part, found)
            columns += [list(row.values()) for row in own_sheets(given, part["id"]).values()]
        for column in columns:
            _of_field(found, [value for value in column if value is not None])
    _of_ledgers(given, found)
    return found.values


@dataclass
class Named:
    """Values by name."""

    values: dict[str, set[F]] = field(default_factory=dict)

    def may(self, name: str, *values: str | int | F | None) -> None:
        """``name`` may stand for these; None says nothing."""
        self.values.setdefault(name, set()).update(F(value) for value in values if value is not None)


def _of_panel(given: Given, part: Table, found: Named) -> None:
    how = part["panel"]
    found.may("factor", how["factor"], *(one["factor"] for one in part["criteria"]))
    found.may("factor", *(item["factor"] for one in part["criteria"] for item in one["items"]))
    found.may("band:", 0)
    for one in how["bands"]:
        found.may(f"band:{one['id']}", one["points"])
    rooms = room_means(given, part["id"]) if part["second_mean"] else None
    if rooms:
        found.may("rooms", rooms.whole)
        for room, own in rooms.means.items():
            found.may(f"room:{room}", own)
    found.may("least", how["least"])
    found.may("most", how["most"])
    if how["method"] == "vote":
        _of_votes(given, part, found)
    for one in how["classes"]:
        found.may(f"weight:{one['judge_class']}", one["weight"])
        found.may(f"class:{one['judge_class']}", 0)
    if how["method"] == "skating":
        found.may("place", *dance_places(given, part["id"]).values())
    if how["method"] == "bradley_terry":
        found.may("strength", *strengths(given, part["id"]).values())
    if how["counts"] == "less_severity":
        found.may("severity", *(severity(given, part["id"]) or {}).values())


def _of_votes(given: Given, part: Table, found: Named) -> None:
    """What the grades of a vote are worth on the sheets of its entries."""
    here = [entry for entry, row in given.entries.items() if row["component"] == part["id"]]
    for entry in here:
        for _, item in items_of(part, given.entries[entry]["kind"]):
            for grade in item["grades"]:
                if grade["points"] is not None:
                    found.may(f"grade:{grade['id']}", points(given, entry, [F(grade["points"])]))


def _of_ledgers(given: Given, found: Named) -> None:
    """What the rules of ledgers put in; what one rule gave to another that hangs on it is not looked at here."""
    for part in given.rule["components"]:
        for section in part["ledger"]["sections"] if part["ledger"] else ():
            found.may("start", section["start"])
            found.may("least", 0, section["least"])
            found.may("most", part["full"], section["full"], section["most"])
    for part, rule in ledger_rules(given):
        target = most(given, part["id"], rule["id"]) if rule["target"] is None else F(rule["target"])
        found.may("points", rule["points"])
        found.may("place", 0, *rule["rank_points"])
        found.may("met", rule["points"])
        found.may("due", rule["due"])
        found.may("target", rule["target"])
        found.may("share", 1 / target if target else 0)
        found.may("per", 1 / F(rule["per"] or 1))
        found.may("step", 0, *(step["points"] for step in rule["steps"]))
        for name in ("met", "unmet", f"unless:{rule['when']}", f"lost:{rule['id']}"):
            found.may(name, 0)
        for cap in (rule["cap"], rule["project_cap"], rule["due"], 1):
            found.may("least", 0, *([] if cap is None else [-F(cap)]))
            found.may("most", cap)
        for kind, key, rows in (
            ("level", "points", rule["levels"]), ("state", "share", rule["states"]),
            ("factor", "factor", rule["factors"]),
        ):  # fmt: skip
            for one in rows:
                found.may(f"{kind}:{one['id']}", one[key])


def _of_field(found: Named, column: Sequence[F]) -> None:
    """What scales over a whole field start from."""
    if column:
        average = mean(column)
        found.may("lowest", min(column))
        found.may("highest", max(column))
        found.may("field_mean", average)
        found.may("field_variance", mean([(value - average) ** 2 for value in column]))
