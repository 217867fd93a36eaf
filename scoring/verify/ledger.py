"""A unit's score from the records of a ledger. Source: docs/scoring.md, "Ledger"."""

from collections.abc import Sequence
from math import ceil, floor

from scoring.verify.given import Given, once
from scoring.verify.numbers import ZERO, F, NotRecomputed, Table, within

_SEEN = ("missing", "below_target", "grade", "steps", "state", "all_or_nothing", "share", "rank", "committee")
_NEVER = ("extra", "forfeit", "veto")  # these give no points by their records


@once
def ledger_score(given: Given, unit: str, component: str) -> F | None:
    """Every section by itself, then their sum within 0 and full marks; None while a line waits for its record."""
    part, division = given.part(component), given.units[unit]["division"]
    sections = [one for one in part["ledger"]["sections"] if applies(one, division)]
    records = [one for one in given.records if (one["component"], one["unit"]) == (component, unit)]
    known = {record["rule"] for record in records}
    lines = {section["id"]: [one for one in section["rules"] if applies(one, division)] for section in sections}
    every = [rule for rules in lines.values() for rule in rules]
    if any(waits(rule) and rule["id"] not in known for rule in every):
        return None
    points: dict[str, F] = {}
    whole = ZERO
    for section in sections:
        of_section = F(section["start"])
        for rule in lines[section["id"]]:
            own = [record for record in records if record["rule"] == rule["id"]]
            points[rule["id"]] = of_rule(given, component, rule, own, points)
            of_section += points[rule["id"]]
        if happened("forfeit", lines[section["id"]], known):
            of_section = ZERO
        least = "0" if section["full"] and section["least"] is None else section["least"]
        whole += within(of_section, least, section["full"] or section["most"])
    return ZERO if happened("veto", every, known) else within(whole, "0", part["full"])


def applies(table: Table, division: str) -> bool:
    """Whether a section or rule is for units of this kind."""
    return not table["divisions"] or division in table["divisions"]


def waits(rule: Table) -> bool:
    """Whether a unit must have a record of it."""
    return bool(rule["shape"] in _SEEN if rule["required"] is None else rule["required"])


def happened(shape: str, rules: Sequence[Table], known: set[str]) -> bool:
    """Whether there is a record of such a rule."""
    return any(rule["shape"] == shape and rule["id"] in known for rule in rules)


def number(record: Table) -> F:
    """What a record counts: its value, or one."""
    return F(1) if record["value"] is None else F(record["value"])


def of_rule(given: Given, component: str, rule: Table, records: list[Table], points: dict[str, F]) -> F:
    """What one rule gives, within its cap; nothing where its condition is not met."""
    if rule["when"] is not None and points.get(rule["when"], ZERO) < F(rule["reached"]):
        return ZERO
    if rule["shape"] == "extra":
        return F(rule["points"])
    if not records or rule["shape"] in _NEVER:
        return ZERO
    return capped(points_of(given, component, rule, records), rule["cap"])


def capped(value: F, cap: str | None) -> F:
    """``value`` within the cap, to either side."""
    return value if cap is None else within(value, f"-{cap}", cap)


def points_of(given: Given, component: str, rule: Table, records: list[Table]) -> F:
    """By the shape of the rule."""
    total = sum((number(record) for record in records), ZERO)
    match rule["shape"]:
        case "cases" | "range" | "committee":
            return added(rule, records)
        case "level":
            return by_level(rule, records)
        case "missing":
            return F(rule["points"]) * (F(rule["due"]) - min(total, F(rule["due"])))
        case "share":
            target = most(given, component, rule["id"]) if rule["target"] is None else F(rule["target"])
            return F(rule["points"]) * min(F(1), total / target) if target else ZERO
        case "grade":
            return of_level(rule, records[0])
        case "fixed":
            return F(rule["points"]) * factor(rule, records[0])
        case _:
            return measured(rule, records[0])


def most(given: Given, component: str, rule: str) -> F:
    """The most that any unit has by a rule."""
    sums = dict.fromkeys(given.units, ZERO)
    for record in given.records:
        if (record["component"], record["rule"]) == (component, rule):
            sums[record["unit"]] += number(record)
    return max(sums.values())


def factor(rule: Table, record: Table) -> F:
    """How many times a record counts."""
    return next((F(one["factor"]) for one in rule["factors"] if one["id"] == record["level"]), F(1))


def added(rule: Table, records: list[Table]) -> F:
    """Each record's points; those of one matter together within its cap."""
    matters: dict[str, F] = {}
    for record in records:
        points = number(record) * (F(rule["points"]) if rule["shape"] == "cases" else 1) * factor(rule, record)
        name = record["project"] or f"/{record['id']}"
        matters[name] = matters.get(name, ZERO) + points
    return sum((capped(points, rule["project_cap"]) for points in matters.values()), ZERO)


def of_level(rule: Table, record: Table) -> F:
    """The points of a record's level, or those it names within the level's range."""
    level: Table = next(one for one in rule["levels"] if one["id"] == record["level"])
    return number(record) if level["points"] is None else F(level["points"])


def by_level(rule: Table, records: list[Table]) -> F:
    """Of one matter the highest level alone; where levels deduct, the gravest."""
    down = any(F(one["least"] if one["points"] is None else one["points"]) < 0 for one in rule["levels"])
    matters: dict[str, list[F]] = {}
    for record in records:
        matters.setdefault(record["project"] or f"/{record['id']}", []).append(of_level(rule, record))
    return sum((min(own) if down else max(own) for own in matters.values()), ZERO)


def measured(rule: Table, record: Table) -> F:
    """What one measurement earns."""
    value = number(record)
    match rule["shape"]:
        case "below_target":
            steps = max(ZERO, F(rule["target"]) - value) / F(rule["per"])
            return F(rule["points"]) * (floor(steps) if rule["count"] == "full" else ceil(steps))
        case "all_or_nothing":
            return F(rule["points"]) if value >= F(rule["target"]) else ZERO
        case "rank":
            points = rule["rank_points"]
            return F(points[int(value) - 1]) if value <= len(points) else ZERO
        case "steps":
            return F(([0] + [one["points"] for one in rule["steps"] if value >= F(one["least"])])[-1])
        case "state":
            shares = {one["id"]: F(one["share"]) for one in rule["states"]}
            reached = [one["id"] for one in rule["states"] if one["faults"] <= value]
            return F(rule["points"]) * shares[record["level"] or reached[-1]]
    raise NotRecomputed("ledger.shape", rule["shape"])
