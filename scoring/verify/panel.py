"""From the sheets that count to the score of an entry. Source: docs/scoring.md, "Panel", "Classes", "Adjustments"."""

from collections.abc import Sequence
from math import ceil, floor

from scoring.verify.compare import counts_with, duels_won
from scoring.verify.given import Given, once
from scoring.verify.numbers import ZERO, F, NotRecomputed, Table, eased, mean, middle, weighted, within
from scoring.verify.sheets import counted, parts_of, points
from scoring.verify.skating import dance_places

METHODS = ("mean", "sum", "median", "winsor")


def left_out(how: Table, number: int) -> tuple[int, int, F]:
    """How many of ``number`` marks lie outside, with those that a tie key drops beyond, and what each still counts."""
    low, high, part = dropped(how["trim"], number)
    more = how.get("more", 0)
    return low + more, high + more, ZERO if more else part


def dropped(trim: Table | None, number: int) -> tuple[int, int, F]:
    """How many of ``number`` marks lie outside a trim, lowest and highest, and what each of them still counts."""
    if trim is None:
        return 0, 0, ZERO
    if trim["share"] is not None:
        wanted = F(trim["share"]) * number
        count = {"floor": floor(wanted), "ceil": ceil(wanted), "half_up": floor(wanted + F(1, 2))}[trim["share_count"]]
        return count, count, F(trim["weight"])
    rows = [row for row in trim["table"] or [trim] if number >= row.get("judges", 0)]
    return (rows[-1]["low"], rows[-1]["high"], F(rows[-1]["weight"])) if rows else (0, 0, ZERO)


def panel(how: Table, values: Sequence[F]) -> F | None:
    """The panel's score of ``values``; None where nothing is left to count."""
    if how["method"] not in METHODS:
        raise NotRecomputed("panel.method", how["method"])
    low, high, part = left_out(how, len(values))
    if low + high >= len(values):
        return None
    kept = sorted(values)[low : len(values) - high]
    if how["tolerance"] is not None and max(kept) - min(kept) > F(how["tolerance"]):
        return mean(values)
    if part:
        return eased(values, low, high, part)
    drawn_in = [min(max(value, kept[0]), kept[-1]) for value in values]
    return {"mean": mean(kept), "sum": sum(kept, ZERO), "median": middle(kept), "winsor": mean(drawn_in)}[how["method"]]


def often(given: Given, how: Table, judges: list[str]) -> list[str]:
    """The judges, each as often as his sheet counts."""
    times = {one["judge_class"]: one["times"] for one in how["multiples"]}
    return [judge for judge in judges for _ in range(times.get(given.judges[judge]["judge_class"], 1))]


def asked(how: Table, key: str) -> Table:
    """The panel rule itself (``rule``), or what a tie key asks for instead."""
    if key == "rule" or (key == "drop_recalc" and how["method"] == "median"):
        return how
    if key == "drop_recalc":
        return how | {"more": 1}
    untrimmed = "sum" if how["method"] == "sum" else "mean"
    return how | {"method": "median" if key == "median" else untrimmed, "trim": None, "tolerance": None}


@once
def entry_score(given: Given, entry: str, key: str) -> F | None:
    """The score of an entry by the ``rule``, or as a tie key asks for; None where there is none."""
    ruling = given.decided("ruling", entry)
    if ruling:
        return F(next(one["score"] for one in given.rule["rulings"] if one["id"] == ruling[-1][1]["rule"]))
    part = given.part_of(entry)
    how = asked(part["panel"], key)
    if how["counts"] != "score" and counts_with(given, part["id"]) is None:
        return None  # whatever is said of a class without sheets: nobody's sheets can be compared
    if how["method"] == "copeland":
        value = duels_won(given, part["id"]).get(entry)
    elif how["method"] == "skating":
        value = dance_places(given, part["id"]).get(entry)
    elif how["classes"]:
        value = of_classes(given, entry, how)
    else:
        value = of_judges(given, entry, how, counted(given, entry))
    if value is None:
        return None
    value = given.stage("panel", value * F(how["factor"]), part["id"])
    return within(adjusted(given, "entry", entry, value), how["least"], how["most"])


def of_judges(given: Given, entry: str, how: Table, judges: list[str]) -> F | None:
    """The panel's score of these judges' sheets: of whole sheets, or part by part."""
    judges = often(given, how, judges)
    if how["trim_on"] in ("criterion", "item"):
        parts = parts_of(given, entry, how["trim_on"]).values()
        found = [of_part(given, entry, how, judges, places) for places in parts]
        values = [value for value in found if value is not None]
        return sum(values, ZERO) if len(values) == len(found) else None
    counts = counts_with(given, given.part_of(entry)["id"])
    if counts is None:
        return None
    votes = [(judge, counts[judge, entry]) for judge in judges]
    if how["by"] == "judge":
        return panel(how, [value for _, value in votes])
    blocs: dict[str, list[F]] = {}
    for judge, value in votes:
        blocs.setdefault(given.judges[judge]["bloc"], []).append(value)
    return panel(how, [mean(values) for values in blocs.values()])


def of_part(given: Given, entry: str, how: Table, judges: list[str], places: Sequence[int]) -> F | None:
    """The panel's score of the items at ``places`` alone, from the sheets that have them all."""
    rows = [given.marks[judge, entry] for judge in judges]
    return panel(how, [points(given, entry, row, places) for row in rows if None not in [row[i] for i in places]])


def of_classes(given: Given, entry: str, how: Table, places: Sequence[int] | None = None) -> F | None:
    """Each class of judges by itself, then weighted; of the whole sheets, or of the items at ``places``."""
    component, found = given.part_of(entry)["id"], list[tuple[F, F]]()
    for one in how["classes"]:
        name, weight = one["judge_class"], F(one["weight"])
        judges = [judge for judge in counted(given, entry) if given.judges[judge]["judge_class"] == name]
        value = None
        if len(judges) >= one["minimum"] and places is None:
            value = of_judges(given, entry, how, judges)
        elif len(judges) >= one["minimum"]:
            value = of_part(given, entry, how, judges, places or [])
        decided = given.decided("class", entry, name) if places is None else []
        if value is not None:
            found.append((weight, given.stage("class", value, component)))
        elif how["empty_class"] == "zero":
            found.append((weight, ZERO))
        elif how["empty_class"] == "decision" and decided:
            found += [(weight, F(one["value"])) for _, one in decided if one["value"] != "renormalise"]
        elif how["empty_class"] != "renormalise":
            return None
    return weighted(found) if found else None


def alone(given: Given, entry: str, on: str, name: str) -> F | None:
    """The panel's rule on one criterion or one item alone; for tie keys."""
    how, places = given.part_of(entry)["panel"], parts_of(given, entry, on).get(name)
    if places is None:
        return None
    if how["classes"]:
        return of_classes(given, entry, how, places)
    return of_part(given, entry, how, often(given, how, counted(given, entry)), places)


def adjusted(given: Given, subject: str, name: str, value: F) -> F:
    """``value`` after all deductions, then all bonuses."""
    return value - evidence(given, "deduction", subject, name) + evidence(given, "bonus", subject, name)


def evidence(given: Given, kind: str, subject: str, name: str) -> F:
    """The points of all deductions, or bonuses, of a unit or entry; those under one rule are added and capped."""
    whole = ZERO
    for rule in given.rule["adjustments"]:
        if (rule["kind"], rule["subject"]) == (kind, subject):
            found = [worth(rule, one["value"]) for _, one in given.decided(kind, name, rule["id"])]
            whole += within(sum(found, ZERO), None, rule["cap"])
    return whole


def worth(rule: Table, measured: str) -> F:
    """The points that what was measured takes or gives, before the cap."""
    if rule["measure"] == "points":
        return F(measured)
    if rule["measure"] == "cases":
        return F(measured) * F(rule["points"])
    begun = ceil(max(ZERO, F(measured) - F(rule["limit"])) / F(rule["per"]))
    return begun * F(rule["points"])
