"""What one should know of a result and need not settle, by codes with their particulars. Source: docs/scoring.md."""

from collections.abc import Iterator
from decimal import Decimal

from scoring.verify.compare import counts_with, linked
from scoring.verify.given import Given
from scoring.verify.numbers import F, Table, mean, printed, written
from scoring.verify.open import Told, empty_classes
from scoring.verify.panel import levels, room_means, rooms
from scoring.verify.prizes import books
from scoring.verify.ranking import order
from scoring.verify.rounds import course, idle, last_total
from scoring.verify.sheets import too_few, who
from scoring.verify.through import round_of, together
from scoring.verify.unit import has_say, known_scores, may_lack, scaled, total, unit_score

APART = 10  # so many points between the weight of a component and what it decides are told
FEW = 3  # a trim that leaves fewer sheets is told
TRIMMED = ("trimmed_mean", "trimmed_sum", "winsor")


def not_noted(given: Given) -> list[str]:
    """The notes that the scheme may give rise to, and that are not calculated again: they decide nothing."""
    return ["note.record_idle"] if any(part["ledger"] for part in given.rule["components"]) else []


def note_rows(given: Given, workings: Table) -> list[Told]:
    """Everything to know, in no order that matters; ``workings`` as they stand: they are compared by themselves."""
    found = [
        *_judges(given),
        *_entries(given, workings),
        *_rooms(given),
        *_blended(given),
        *_effective(given),
        *_unused(given),
        *_apart(given),
    ]
    for rule, end in zip(given.rule["rounds"], course(given).ends, strict=True):
        if end.line.vacant:
            found.append(Told("note.round_vacant", {"round": rule["id"], "places": end.line.vacant}))
    if any(one["kind"] == "withheld" for one in given.decisions):
        found.append(Told("note.secret_withheld", {}))
    return found


def _judges(given: Given) -> Iterator[Told]:
    for part in given.rule["components"]:
        for judge, (done, due) in too_few(given, part["id"]).items() if part["panel"] else ():
            params: dict[str, str | int] = {"judge": judge, "component": part["id"], "marked": done, "due": due}
            yield Told("note.judge_too_few", params | {"share": written(F(part["panel"]["minimum_share"]) * 100)})


def _entries(given: Given, workings: Table) -> Iterator[Told]:
    drops: dict[str, set[tuple[int, int]]] = {}
    for entry, row in given.entries.items():
        if has_say(given, entry) and not idle(given, entry):
            for name in empty_classes(given, entry)[1]:
                yield Told("note.class_empty", {"entry": entry, "class": name})
        if given.part_of(entry)["unit"]["deadlines"] and who(given, entry)["counted"] and not row["submitted"]:
            yield Told("note.submitted_unknown", {"entry": entry})
        node = workings.get(f"entry:{entry}", {})
        while node and node.get("op") not in TRIMMED:
            node = (node.get("args") or [{}])[0]
        if node:
            low, high = node.get("low", 0), node.get("high", 0)
            kept = len(node["args"]) - low - high
            drops.setdefault(row["component"], set()).add((low, high))
            if kept < FEW and not idle(given, entry):
                yield Told("note.few_kept", {"entry": entry, "kept": kept})
    for component, numbers in drops.items():
        if len(numbers) > 1:
            listed = "; ".join(f"{low}+{high}" for low, high in sorted(numbers))
            yield Told("note.trim_differs", {"component": component, "drops": listed})


def _rooms(given: Given) -> Iterator[Told]:
    """How far groups were brought to one mean."""
    for part in given.rule["components"]:
        name = part["id"]
        found = room_means(given, name) if part["second_mean"] and counts_with(given, name) is not None else None
        times = levels(given, name) if found else None
        if found is None or times is None:
            continue
        here = [entry for entry, row in given.entries.items() if row["component"] == name]
        of = {entry: room for room, group in rooms(given, part, here).items() for entry in group}
        # Named in the order in which their first entry with a score stands.
        told = dict.fromkeys(of[entry] for entry in found.scores if entry in of)
        first = {room: next(entry for entry in here if of.get(entry) == room) for room in told}
        listed = "; ".join(
            f"{room or '-'} {printed(found.means[room], 2, 'half_up')} × {written(times[first[room]])}" for room in told
        )
        yield Told("note.second_mean", {"component": name, "mean": printed(found.whole, 2, "half_up"), "rooms": listed})


def _blended(given: Given) -> Iterator[Told]:
    for part in given.rule["components"]:
        known = known_scores(given, part) if part["source"] == "prior" else {}
        for unit in given.units if part["source"] == "prior" else ():
            where: dict[str, str | int] = {"unit": unit, "component": part["id"]}
            value = unit_score(given, unit, part["id"], "rule")
            if value is not None and unit not in known and not given.decided("prior", unit, part["id"]):
                yield Told("note.prior_substituted", where | {"value": written(value)})
            elif value is None and last_total(given, unit) and may_lack(given, unit, part):
                yield Told("note.renormalised", where)
        rules = [rule for one in part["ledger"]["sections"] for rule in one["rules"]] if part["ledger"] else []
        by_best = any(rule["shape"] == "share" and rule["target"] is None for rule in rules)
        if by_best or part["scale"] in ("minmax", "z", "rank"):
            yield Told("note.field_scale", {"component": part["id"]})


def _effective(given: Given) -> Iterator[Told]:
    """The components that decide much more or less than the scheme says, by how much they spread the totals."""
    weights: dict[str, F] = {}
    for one in together(given) or [{"components": [part["id"] for part in given.rule["components"]], "weight": None}]:
        own = {name: F(given.part(name)["weight"]) for name in one["components"]}
        share = F(one["weight"] or 1) / (sum(own.values()) if given.rule["rounds"] else 1)
        weights |= {name: weight * share for name, weight in own.items()}
    ranked = [unit for unit in given.units if total(given, unit, "rule")]
    if given.rule["total"]["method"] == "skating" or len(weights) < 2:
        return
    spread: dict[str, Decimal] = {}
    for name, weight in weights.items():
        column = [value for unit, value in scaled(given, name, "rule").items() if unit in ranked]
        if column:
            average = mean(column)
            square = weight**2 * mean([(value - average) ** 2 for value in column])
            spread[name] = (Decimal(square.numerator) / square.denominator).sqrt()
    whole = sum(spread.values(), Decimal(0))
    for name, weight in weights.items() if whole else ():
        nominal, found = weight / sum(weights.values()) * 100, round(spread.get(name, Decimal(0)) / whole * 100)
        if abs(found - nominal) > APART:
            short = written(nominal) if nominal.denominator == 1 else printed(nominal, 1, "half_up")
            yield Told("note.effective_weight", {"component": name, "nominal": short, "effective": found})


def _unused(given: Given) -> Iterator[Told]:
    """Decisions that decide nothing."""
    used = {unit for key, group, _ in order(given).asked if key == "decision" for unit in group}
    for one in given.decisions:
        unit = one["subject"]
        if one["kind"] == "award" and unit not in books(given).decided:
            yield Told("note.award_unused", {"unit": unit})
        if one["kind"] == "tie" and unit not in used:
            yield Told("note.tie_unused", {"unit": unit})


def _apart(given: Given) -> Iterator[Told]:
    """Divisions that were marked by panels without any link, where a rule compares their scores."""
    divisions = [one["id"] for one in given.rule["divisions"]]
    for part in given.rule["components"] if divisions else ():
        met = {
            judge: {given.units[given.entries[entry]["unit"]]["division"] for entry in row}
            for judge, row in _panels(given, part).items()
        }
        groups = [[one for one in divisions if one in group] for group in _joined([*met.values()])]
        groups = sorted((group for group in groups if group), key=lambda group: divisions.index(group[0]))
        if len(groups) > 1:
            listed = "; ".join(", ".join(group) for group in groups)
            for code, where in _comparing(given, part["id"]):
                yield Told(code, {"component": part["id"], "divisions": listed} | where)


def _panels(given: Given, part: Table) -> dict[str, list[str]]:
    """The judges in groups that entries link, each with all entries that its judges marked."""
    if part["panel"] is None:
        return {}
    marked: dict[str, list[str]] = {judge: [] for judge in given.judges}
    for entry, row in given.entries.items():
        for judge in who(given, entry)["counted"] if row["component"] == part["id"] else ():
            marked[judge].append(entry)
    groups = linked({judge: dict.fromkeys(entries, F(0)) for judge, entries in marked.items() if entries})
    return {", ".join(group): [entry for judge in group for entry in marked[judge]] for group in groups}


def _joined(sets: list[set[str]]) -> list[set[str]]:
    found: list[set[str]] = []
    for one in sets:
        whole = one.union(*(group for group in found if group & one))
        found = [group for group in found if not group & one] + [whole]
    return found


def _comparing(given: Given, component: str) -> Iterator[tuple[str, dict[str, str | int]]]:
    """The rules that compare the scores of a component across divisions."""
    cuts = False
    for one in given.rule["rounds"][round_of(given, component) :]:
        how = one["advance"]
        if how and how["quota"] is not None and (how["quota_by"] == "all" or how["best_others"]):
            cuts = True
            yield "note.divisions_apart_cut", {"round": one["id"]}
    prizes = given.rule["prizes"]
    if prizes["tiers"] and prizes["quota_by"] == "all":
        yield "note.divisions_apart_prizes", {}
    elif not prizes["tiers"] and not cuts:
        yield "note.divisions_apart_ranking", {}
