"""From the sheets that count to the score of an entry. Source: docs/scoring.md, "Panel", "Classes", "Adjustments"."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from scoring.verify.compare import counts_with, duels_won
from scoring.verify.given import Given, items_of, once
from scoring.verify.numbers import ZERO, F, NotRecomputed, Table, eased, mean, middle, weighted, within
from scoring.verify.sheets import counted, parts_of, points, who
from scoring.verify.skating import dance_places
from scoring.verify.strength import strengths

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
    value = raw_score(given, entry, key)
    if value is None:
        return None
    if part["second_mean"]:
        level = levels(given, part["id"])
        if level is None:
            return None
        value = given.stage("second_mean", value * level.get(entry, F(1)), part["id"])
    return within(adjusted(given, "entry", entry, value), part["panel"]["least"], part["panel"]["most"])


@once
def raw_score(given: Given, entry: str, key: str = "rule") -> F | None:
    """What the panel gives an entry: before groups are brought to one mean, adjustments and bounds."""
    part = given.part_of(entry)
    how = asked(part["panel"], key)
    if how["method"] == "vote":
        how |= {"counts": "score"}  # bands are asked of the judges only
    if how["counts"] != "score" and counts_with(given, part["id"]) is None:
        return None  # whatever is said of a class without sheets: nobody's sheets can be compared
    if how["method"] == "copeland":
        value = duels_won(given, part["id"]).get(entry)
    elif how["method"] == "bradley_terry":
        value = by_strength(given, part).get(entry)
    elif how["method"] == "skating":
        value = dance_places(given, part["id"]).get(entry)
    elif how["classes"]:
        value = of_classes(given, entry, how)
    elif how["method"] == "vote":
        value = voted(given, entry, how["of"])
    else:
        value = of_judges(given, entry, how, counted(given, entry))
    whole = [recorded(given, how[kind] == "entry", kind, entry, "") for kind in ("difficulty", "base")]
    if value is None or whole[0] is None or whole[1] is None:
        return None
    return given.stage("panel", value * F(how["factor"]) * whole[0] + whole[1], part["id"])


def by_strength(given: Given, part: Table) -> dict[str, F]:
    """Every entry's strength on the scale of the component."""
    centre, spread = F(part["z_mean"]), F(part["z_spread"])
    return {entry: centre + spread * value for entry, value in strengths(given, part["id"]).items()}


@once
def levels(given: Given, component: str) -> dict[str, F] | None:
    """The coefficient of every entry that brings its group to the level of all; None where a group has no mean."""
    found = room_means(given, component)
    if found is None:
        return None
    part = given.part(component)
    here = [name for name, row in given.entries.items() if row["component"] == component]
    return {
        name: given.stage("coefficient", found.whole / found.means[room], component)
        for room, group in rooms(given, part, here).items()
        for name in group
        if room in found.means
    }


@dataclass(frozen=True)
class Rooms:
    """The level of all, the mean of every group by its name, and the scores that they are made of."""

    whole: F
    means: dict[str, F]
    scores: dict[str, F]


@once
def room_means(given: Given, component: str) -> Rooms | None:
    """The level of all and of every group; None where a group has none above 0."""
    part = given.part(component)
    vetoes = [veto["id"] for veto in given.rule["vetoes"] if veto["subject"] == "entry"]
    here = [name for name, row in given.entries.items() if row["component"] == component]
    out = [
        name for name in here
        if given.decided("ruling", name) or any(one["rule"] in vetoes for _, one in given.decided("veto", name))
    ]  # fmt: skip
    inside = {name for group in rooms(given, part, here).values() for name in group}
    scores = {
        name: value for name in here
        if name in inside and name not in out and (value := raw_score(given, name)) is not None
    }  # fmt: skip
    groups = {room: [scores[one] for one in group if one in scores] for room, group in rooms(given, part, here).items()}
    means = {room: mean(values) for room, values in groups.items() if values}
    if not means or min(means.values()) <= 0:
        return None
    whole = mean(means.values()) if part["second_mean"]["mean"] == "rooms" else mean(scores.values())
    return Rooms(whole, means, scores)


def rooms(given: Given, part: Table, here: list[str]) -> dict[str, list[str]]:
    """The entries in groups, by name: the division of their unit, or the judges who link them by marking both."""
    if part["second_mean"]["by"] == "division":
        division = {name: given.units[given.entries[name]["unit"]]["division"] for name in here}
        return {one: [name for name in here if division[name] == one] for one in dict.fromkeys(division.values())}
    groups: list[tuple[set[str], set[str]]] = []
    for name in here:
        judges, entries = set(counted(given, name)), {name}
        for one in [one for one in groups if one[0] & judges]:
            groups.remove(one)
            judges, entries = judges | one[0], entries | one[1]
        if judges:
            groups.append((judges, entries))
    return {
        ", ".join(one for one in given.judges if one in judges): [name for name in here if name in entries]
        for judges, entries in groups
    }


def of_judges(given: Given, entry: str, how: Table, judges: list[str]) -> F | None:
    """The panel's score of these judges' sheets: of whole sheets, or part by part."""
    judges = often(given, how, judges)
    if how["trim_on"] in ("criterion", "item"):
        parts = parts_of(given, entry, how["trim_on"])
        found = [element(given, entry, how, name, of_part(given, entry, how, judges, p)) for name, p in parts.items()]
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


def element(given: Given, entry: str, how: Table, name: str, value: F | None) -> F | None:
    """One part's score: after its stage, times its factor and difficulty, after that stage, with its base value."""
    component, on = given.part_of(entry), how["trim_on"]
    lines = component["criteria"] if on == "criterion" else [i for c in component["criteria"] for i in c["items"]]
    times = F(next(line["factor"] for line in lines if line["id"] == name))
    difficulty, base = (recorded(given, how[key] == "part", key, entry, name) for key in ("difficulty", "base"))
    if value is None or difficulty is None or base is None:
        return None
    value = given.stage(on, value, component["id"]) * times * difficulty
    return given.stage("factor", value, component["id"]) + base


def recorded(given: Given, asked: bool, kind: str, entry: str, name: str) -> F | None:  # noqa: FBT001
    """A difficulty or base value that was recorded; what changes nothing where the scheme asks for none."""
    if not asked:
        return F(kind == "difficulty")
    found = given.decided(kind, entry, name)
    return F(found[-1][1]["value"]) if found else None


def missing_values(given: Given, entry: str) -> list[str]:
    """The parts whose difficulty or base value was not recorded, or the entry's own name where it is of the whole."""
    how = given.part_of(entry)["panel"]
    parts = list(parts_of(given, entry, how["trim_on"])) if how["trim_on"] in ("criterion", "item") else []
    names = {"none": [], "entry": [""], "part": parts}
    found = [
        name for kind in ("difficulty", "base") for name in names[how[kind]] if not given.decided(kind, entry, name)
    ]
    return list(dict.fromkeys(name or entry for name in found))


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
    how = asked(how, "untrimmed_mean") if how["method"] == "vote" else how
    return of_part(given, entry, how, often(given, how, counted(given, entry)), places)


def voted(given: Given, entry: str, of: str) -> F | None:
    """The points of the best grade whose votes at it or above are its share of all, or more than half."""
    [(_, item)] = items_of(given.part_of(entry), given.entries[entry]["kind"])
    for grade in item["grades"]:
        share = None if grade["points"] is None else votes_at(given, entry, grade["id"], of)
        if share is not None and (share >= F(grade["share"]) if grade["share"] else share > F(1, 2)):
            return points(given, entry, [F(grade["points"])])
    return None


def votes_at(given: Given, entry: str, grade: str, of: str) -> F | None:
    """The share of an entry's votes at a grade or above, of those cast or of all who were present."""
    items = items_of(given.part_of(entry), given.entries[entry]["kind"])
    least = [F(one["points"]) for _, item in items for one in item["grades"] if one["id"] == grade]
    votes = [given.marks[judge, entry][0] for judge in counted(given, entry)]
    if not (least and votes) or len(items) != 1:
        return None
    idle = len(who(given, entry)["abstained"]) if of == "present" else 0
    return F(sum(vote is not None and vote >= least[0] for vote in votes), len(votes) + idle)


def adjusted(given: Given, subject: str, name: str, value: F, in_round: str | None = None) -> F:
    """``value`` after all deductions, then all bonuses, of the whole contest or of one round."""
    off, more = (evidence(given, kind, subject, name, in_round) for kind in ("deduction", "bonus"))
    return value - off + more


def evidence(given: Given, kind: str, subject: str, name: str, in_round: str | None = None) -> F:
    """The points of all deductions, or bonuses, of a unit or entry; those under one rule are added and capped."""
    whole = ZERO
    for rule in given.rule["adjustments"]:
        if (rule["kind"], rule["subject"], rule["round"]) == (kind, subject, in_round):
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
