"""From the scores of entries and the prior scores to a unit's total. Source: docs/scoring.md, "Units", "Blend"."""

from dataclasses import dataclass

from scoring.verify.deadlines import taken
from scoring.verify.given import Given, once
from scoring.verify.ledger import ledger_score
from scoring.verify.numbers import ZERO, F, NotRecomputed, Table, mean, middle, standard, weighted, within
from scoring.verify.panel import adjusted, alone, entry_score
from scoring.verify.sheets import who
from scoring.verify.skating import excluded as excluded_from_dance
from scoring.verify.through import together


@dataclass(frozen=True)
class Total:
    """A unit's total as published, before the stage ``round``, before ``adjust``, and before any of its stages."""

    published: F
    adjusted: F
    blended: F
    unrounded: F


def excluded_entry(given: Given, entry: str) -> str:
    """The veto that excludes an entry, or nothing."""
    return next((veto["id"] for veto in given.vetoes("entry", entry)), "")


def has_say(given: Given, entry: str) -> bool:
    """Whether the entry's sheets have a say, so that those that are wanting are waited for."""
    part, found = given.part_of(entry), who(given, entry)
    left_out = part["unit"]["unmarked"] == "left_out" and not found["counted"] and not found["incomplete"]
    # A unit that is excluded does not dance.
    out = part["panel"]["method"] == "skating" and excluded_from_dance(given, entry)
    return not (given.decided("ruling", entry) or excluded_entry(given, entry) or left_out or out)


def waits(given: Given, entry: str) -> bool:
    """Whether fewer judges marked an entry than the scheme asks for, and nobody has accepted it."""
    few: bool = len(who(given, entry)["counted"]) < given.part_of(entry)["panel"]["minimum"]
    return few and has_say(given, entry) and not given.decided("accept", entry)


def joined(given: Given, component: str, values: list[tuple[str, F]]) -> F | None:
    """The unit rule on the scores of a unit's entries, each with its kind; before rounding."""
    rule = given.part(component)["unit"]
    if not values:
        return None
    if rule["method"] == "weighted":
        group = {kind["id"]: kind["group"] for kind in given.rule["kinds"]}
        pairs = []
        for one in rule["weights"]:
            chosen = [value for kind, value in values if group.get(kind) == one["group"]]
            pairs += [(F(one["weight"]), mean(chosen))] if chosen else []
        return weighted(pairs) if pairs else None
    best = sorted((value for _, value in values), reverse=True)[: rule["best"]]
    if rule["method"] not in ("mean", "sum"):
        raise NotRecomputed("unit.method", rule["method"])
    return mean(best) if rule["method"] == "mean" else sum(best, ZERO)


@once
def unit_score(given: Given, unit: str, component: str, key: str) -> F | None:
    """A unit's score in one component, or None where there is none."""
    part = given.part(component)
    if part["source"] == "prior":
        return prior_score(given, unit, part)
    scores: dict[str, F] = {}
    for entry in given.entries_of(unit, component):
        if excluded_entry(given, entry):
            continue
        value = entry_score(given, entry, key)
        if value is not None:
            scores[entry] = value
        elif part["unit"]["unmarked"] != "left_out":
            return None
    if part["unit"]["deadlines"]:
        sent = [(entry, value, given.entries[entry]["submitted"]) for entry, value in scores.items()]
        counted = taken(part["unit"]["deadlines"], part["unit"]["best"] or 0, sent)
        scores = {entry: value for entry, value in scores.items() if entry in counted}
    value = joined(given, component, [(given.entries[entry]["kind"], value) for entry, value in scores.items()])
    return None if value is None else given.stage("unit", value, component)


def prior_score(given: Given, unit: str, part: Table) -> F | None:
    """A score known before, or what stands for it."""
    known_before = known_scores(given, part)
    if unit in known_before:
        return known_before[unit]
    decided = given.decided("prior", unit, part["id"])
    if decided:
        value = decided[-1][1]["value"]
        return None if value == "renormalise" else F(value)
    if part["missing"] == "field_median" and known_before:
        return middle(known_before.values())
    return ZERO if part["missing"] == "zero" else None


def known_scores(given: Given, part: Table) -> dict[str, F]:
    """Every unit's score that was known before, as it was given or from its ledger."""
    if part["ledger"] is None:
        return {unit: value for (component, unit), value in given.priors.items() if component == part["id"]}
    scores = {unit: ledger_score(given, unit, part["id"]) for unit in given.units}
    return {unit: value for unit, value in scores.items() if value is not None}


def alone_of(given: Given, unit: str, component: str, on: str, name: str) -> F | None:
    """A unit's score on one criterion or item alone; for tie keys."""
    values = []
    for entry in given.entries_of(unit, component):
        value = alone(given, entry, on, name)
        if value is not None and not excluded_entry(given, entry):
            values.append((given.entries[entry]["kind"], value))
    return joined(given, component, values)


def may_lack(given: Given, unit: str, part: Table) -> bool:
    """Whether the total may be made without this component, by the scheme or by decision."""
    if part["source"] != "prior":
        return False
    decided = given.decided("prior", unit, part["id"])
    return part["missing"] == "renormalise" or any(one["value"] == "renormalise" for _, one in decided)


@once
def scaled(given: Given, component: str, key: str) -> dict[str, F]:
    """Every unit's score in a component on the scale of the total; units without one are not in it."""
    part, full = given.part(component), F(given.rule["total"]["full"])
    found = {unit: value for unit in given.units if (value := unit_score(given, unit, component, key)) is not None}
    values, share = list(found.values()), full / F(part["full"])
    if part["scale"] == "percent":
        return {unit: value * share for unit, value in found.items()}
    if part["scale"] == "minmax":
        spread = max(values) - min(values) if values else ZERO
        return {unit: full * ((value - min(values)) / spread if spread else F(1, 2)) for unit, value in found.items()}
    if part["scale"] == "z":
        average = mean(values) if values else ZERO
        variance = mean([(value - average) ** 2 for value in values]) if values else ZERO
        centre, spread = F(part["z_mean"]), F(part["z_spread"])
        return {unit: centre + spread * standard(value, average, variance) for unit, value in found.items()}
    if part["scale"] == "rank":
        points = [F(one) for one in part["rank_points"]]
        above = {unit: sum(other > value for other in values) for unit, value in found.items()}
        return {unit: (points[n] if n < len(points) else ZERO) * share for unit, n in above.items()}
    if part["scale"] != "bands":
        raise NotRecomputed("scale", part["scale"])
    reached = {unit: [band for band in part["bands"] if value >= F(band["least"])] for unit, value in found.items()}
    return {
        unit: F(max(bands, key=lambda band: F(band["least"]))["points"]) * share if bands else ZERO
        for unit, bands in reached.items()
    }


def otherwise(given: Given) -> tuple[str, str] | None:
    """Which rule orders the units in another way than by one total each, or nothing."""
    method = given.rule["total"]["method"]
    return None if method in ("weighted", "skating") else ("total.method", method)


@once
def total(given: Given, unit: str, key: str) -> Total | None:
    """A unit's total at the end of the last round, or None where the rule gives none."""
    if other := otherwise(given):
        raise NotRecomputed(*other)
    if given.rule["total"]["method"] == "skating":
        return places_added(given, unit)
    if not given.rule["rounds"]:
        return of_round(given, unit, key, None)
    rounds = together(given)
    found = [of_round(given, unit, key, one["id"]) for one in rounds]
    wholes = [whole for whole in found if whole]
    if len(wholes) < len(rounds):
        return None
    standing, blended, unrounded = (
        brought_along(rounds, [getattr(whole, name) for whole in wholes])
        for name in ("published", "blended", "unrounded")
    )
    return Total(given.stage("round", standing), standing, blended, unrounded)


def brought_along(rounds: list[Table], values: list[F]) -> F:
    """What the last of these rounds makes of the scores in all of them."""
    last = rounds[-1]
    match last["carry"] if len(rounds) > 1 else "reset":
        case "reset":
            return values[-1]
        case "sum":
            return sum(values, ZERO)
        case "best":
            return sum(sorted(values, reverse=True)[: last["best"]], ZERO)
        case "weighted":
            return weighted((F(one["weight"]), value) for one, value in zip(rounds, values, strict=True))
        case other:
            raise NotRecomputed("rounds.carry", other)


@once
def of_round(given: Given, unit: str, key: str, name: str | None) -> Total | None:
    """A unit's total in one round by itself; ``name`` None: in a contest without rounds."""
    inside = next((one["components"] for one in given.rule["rounds"] if one["id"] == name), None)
    pairs = []
    for part in given.rule["components"]:
        if inside is not None and part["id"] not in inside:
            continue
        value = scaled(given, part["id"], key).get(unit)
        if value is not None:
            pairs.append((F(part["weight"]), value))
        elif not may_lack(given, unit, part):
            return None
    if not pairs:
        return None
    bounds = given.rule["total"]
    blend = weighted(pairs)
    blended, unrounded = (
        within(adjusted(given, "unit", unit, value, name), bounds["least"], bounds["most"])
        for value in (given.stage("blend", blend), blend)
    )
    published = given.stage("adjust", blended)
    return Total(published, published, blended, unrounded)


def places_added(given: Given, unit: str) -> Total | None:
    """The sum of a unit's places in all dances, or None where it has none in one of them; less is better."""
    places = [unit_score(given, unit, part["id"], "rule") for part in given.rule["components"]]
    known = [place for place in places if place is not None]
    whole = sum(known, ZERO)
    return Total(whole, whole, whole, whole) if len(known) == len(places) else None
