"""What each key of the chain says about a group of equals; more is better. Source: docs/scoring.md, "Ties"."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import md5, sha256
from math import lcm

from scoring.verify.given import Given, once
from scoring.verify.numbers import ZERO, F, NotRecomputed, mean, weighted
from scoring.verify.panel import entry_score, evidence, votes_at
from scoring.verify.sheets import counted, sheet_score
from scoring.verify.through import together
from scoring.verify.unit import alone_of, excluded_entry, of_round, total, unit_score

Said = dict[str, F] | None
LONGEST_GAUGE = 100_000  # so many marks of a panel, each repeated until all panels are equal


def chain(given: Given) -> list[tuple[str, str, bool]]:
    """Every key of the chain: what the result calls it, the key, and whether the parts it makes are asked it again."""
    found = []
    for key in given.rule["ties"]:
        word = key.partition(":")[0]
        if key == "firsts_then_seconds":
            found += [("firsts", "firsts", False), ("seconds", "seconds", False)]
        elif word in ("head_to_head", "majority_gauge"):
            found.append((key, word, key in ("head_to_head:restart", "majority_gauge")))
        else:
            found.append((key, key, False))
    return found


def said(given: Given, key: str, group: Sequence[str], ranked: Sequence[str]) -> Said:
    """What a key says of every unit of the group; None where it cannot say something of each."""
    word, _, rest = key.partition(":")
    component, _, line = rest.partition(".")
    of_groups: dict[str, Callable[[], Said]] = {
        "head_to_head": lambda: _duels(given, group),
        "majority_gauge": lambda: _gauge(given, group),
        "draw": lambda: _drawn_places(given, group),
    }
    if word in of_groups:
        return of_groups[word]()
    parts = [part["id"] for part in given.rule["components"]]
    asked = {
        "component": rest,
        "criterion": component,
        "item": component,
        "entry": component,
        "votes": component,
        "prior": _first_prior(given),
    }
    if word in asked and asked[word] not in parts:
        return None  # marked in a later round
    of_each: dict[str, Callable[[str], F | None]] = {
        "component": lambda unit: _component(given, unit, rest),
        "round": lambda unit: _in_round(given, unit, rest),
        "prior": lambda unit: unit_score(given, unit, _first_prior(given), "rule"),
        "criterion": lambda unit: alone_of(given, unit, component, "criterion", line),
        "item": lambda unit: alone_of(given, unit, component, "item", line),
        "entry": lambda unit: _entry_at(given, unit, component, int(line)),
        "votes": lambda unit: _votes(given, unit, component, line),
        "median": lambda unit: _total(given, unit, "median"),
        "untrimmed_mean": lambda unit: _total(given, unit, "untrimmed_mean"),
        "drop_recalc": lambda unit: _total(given, unit, "drop_recalc"),
        "firsts": lambda unit: _put_at(given, unit, 0, ranked),
        "seconds": lambda unit: _put_at(given, unit, 1, ranked),
        "judge": lambda unit: _full(given, view(given, unit).get(rest)),
        "lower_spread": lambda unit: _spread(given, unit),
        "fewer_deductions": lambda unit: -_taken(given, unit),
        "earlier_submission": lambda unit: _submitted(given, unit),
        "decision": lambda unit: _decided(given, unit),
    }
    if word not in of_each:
        raise NotRecomputed("ties", key)
    values = {unit: of_each[word](unit) for unit in group}
    found = {unit: value for unit, value in values.items() if value is not None}
    return found if len(found) == len(group) else None


def _component(given: Given, unit: str, component: str) -> F | None:
    """The score in a component; a place in a dance is better the lower it is."""
    value = unit_score(given, unit, component, "rule")
    return -value if value is not None and given.rule["total"]["method"] == "skating" else value


def _entry_at(given: Given, unit: str, component: str, place: int) -> F | None:
    """The entry of the unit that has so many of its own less one above it."""
    names = [one for one in given.entries_of(unit, component) if not excluded_entry(given, one)]
    left = [value for one in names if (value := entry_score(given, one, "rule")) is not None]
    for _ in range(place - 1):
        if left:
            left.remove(max(left))
    return max(left, default=None)


def _votes(given: Given, unit: str, component: str, grade: str) -> F | None:
    """The share of votes at a grade or above, as the mean of the unit's entries."""
    of = given.part(component)["panel"]["of"]
    names = [one for one in given.entries_of(unit, component) if not excluded_entry(given, one)]
    shares = [share for one in names if (share := votes_at(given, one, grade, of)) is not None]
    return mean(shares) if shares else None


def _first_prior(given: Given) -> str:
    parts = (given.whole or given).rule["components"]
    return str(next((part["id"] for part in parts if part["source"] == "prior"), ""))


def _in_round(given: Given, unit: str, name: str) -> F | None:
    """The score in one round by itself, where that round has been held."""
    held = any(one["id"] == name for one in given.rule["rounds"])
    whole = of_round(given, unit, "rule", name) if held else None
    return whole.unrounded if whole else None


def _total(given: Given, unit: str, key: str) -> F | None:
    whole = total(given, unit, key)
    return whole.unrounded if whole else None


def _decided(given: Given, unit: str) -> F | None:
    places = given.decided("tie", unit)
    return F(-int(places[-1][1]["value"])) if places else None


def _full(given: Given, share: F | None) -> F | None:
    """A judge's view on the scale of the total."""
    return None if share is None else share * F(given.rule["total"]["full"])


def _put_at(given: Given, unit: str, above: int, ranked: Sequence[str]) -> F:
    """How many judges put exactly so many of the ranked units they marked above this one."""
    views = [view(given, other) for other in ranked]
    return F(
        sum(sum(other.get(judge, own) > own for other in views) == above for judge, own in view(given, unit).items())
    )


def _spread(given: Given, unit: str) -> F | None:
    marks = [value * F(given.rule["total"]["full"]) for value in view(given, unit).values()]
    if not marks:
        return None
    average = mean(marks)
    return -mean([(mark - average) ** 2 for mark in marks])


def _taken(given: Given, unit: str) -> F:
    """The points that deductions take from a unit and from its entries."""
    entries = [entry for entry, row in given.entries.items() if row["unit"] == unit]
    rounds = [None, *(one["id"] for one in given.rule["rounds"])]
    own = sum((evidence(given, "deduction", "unit", unit, name) for name in rounds), ZERO)
    return own + sum((evidence(given, "deduction", "entry", entry) for entry in entries), ZERO)


def _submitted(given: Given, unit: str) -> F | None:
    """When a unit handed in, as seconds, turned round because earlier is better."""
    times = given.decided("submission", unit)
    if not times:
        return None
    at = datetime.fromisoformat(times[-1][1]["value"])
    return F(-(at.toordinal() * 86400 + at.hour * 3600 + at.minute * 60 + at.second))


def _gauge(given: Given, group: Sequence[str]) -> Said:
    """The middle mark, of two the lower; equal ones are taken out. Each mark is repeated until panels are equal."""
    rows = {unit: sorted(_full(given, share) or ZERO for share in view(given, unit).values()) for unit in group}
    if not all(rows.values()):
        return None
    size = lcm(*map(len, rows.values()))
    if size > LONGEST_GAUGE:
        raise NotRecomputed("ties", "majority_gauge")
    left = {unit: [mark for mark in row for _ in range(size // len(row))] for unit, row in rows.items()}
    for _ in range(size):
        middles = {unit: row.pop((len(row) - 1) // 2) for unit, row in left.items()}
        if len(set(middles.values())) > 1:
            return middles
    return {unit: row[0] for unit, row in rows.items()}


def _drawn_places(given: Given, group: Sequence[str]) -> Said:
    order = drawn(given, group)
    return {unit: F(-place) for place, unit in enumerate(order)} if order else None


def _duels(given: Given, group: Sequence[str]) -> dict[str, F]:
    """Wins against the others, half for a draw; by how many of the judges who marked both put whom higher."""
    views = {unit: view(given, unit) for unit in group}
    won = dict.fromkeys(group, ZERO)
    for one in group:
        for other in group:
            both = views[one].keys() & views[other].keys()
            ahead = sum(
                (views[one][judge] > views[other][judge]) - (views[one][judge] < views[other][judge]) for judge in both
            )
            if one != other:
                won[one] += F(1, 2) if ahead == 0 else F(ahead > 0)
    return won


@once
def view(given: Given, unit: str) -> dict[str, F]:
    """Each judge's own view of a unit: his sheets as shares of full marks, weighted over the components he marked."""
    pairs: dict[str, list[tuple[F, F]]] = {}
    rounds = together(given)
    standing = [name for one in rounds for name in one["components"]]
    for part in given.rule["components"]:
        if rounds and part["id"] not in standing:
            continue
        shares: dict[str, list[F]] = {}
        for entry in given.entries_of(unit, part["id"]):
            judges = [] if excluded_entry(given, entry) else counted(given, entry)
            for judge in judges:
                if None not in given.marks[judge, entry]:
                    shares.setdefault(judge, []).append(sheet_score(given, judge, entry) / F(part["full"]))
        for judge, found in shares.items():
            pairs.setdefault(judge, []).append((F(part["weight"]), mean(found)))
    return {judge: weighted(found) for judge, found in pairs.items()}


def seed_of(secret: str, public: str, frozen: str) -> str:
    """The seed of the draw, as ``sha256sum`` gives it."""
    return sha256(f"seed/1|{secret}|{public}|{frozen}".encode()).hexdigest()


def drawn(given: Given, group: Sequence[str]) -> list[str] | None:
    """The group in drawn order, lowest digest first; None while there is no seed."""
    if not given.seed:
        return None
    method = given.rule["draw"]["method"]
    if method == "rfc3797":
        return [unit for unit in walk(given) if unit in group]
    if method != "sha256":
        raise NotRecomputed("draw.method", method)
    return sorted(group, key=lambda unit: sha256(f"draw/1|place|{given.seed}|{unit}".encode()).hexdigest())


def walk(given: Given) -> list[str]:
    """All units in the order of RFC 3797: so many left, the MD5 of its string between its number, what remains."""
    public = next(one["value"] for one in reversed(given.decisions) if one["kind"] == "public")
    left, found = list(given.units), list[str]()
    while left:
        number = len(found).to_bytes(2, "big").hex()
        text = bytes.fromhex(number + public.encode().hex() + number)
        found.append(left.pop(int(md5(text, usedforsecurity=False).hexdigest(), 16) % len(left)))
    return found
