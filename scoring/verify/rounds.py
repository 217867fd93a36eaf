"""The contest as it runs: who takes part in which round, where everybody stands, who goes on.

Source: docs/scoring.md, "Rounds".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scoring.verify.apart import Trace, effect, excluded, levels, ranks_on, split
from scoring.verify.cut import Line, Runner, drawn_line, shares
from scoring.verify.given import Given, once
from scoring.verify.keys import Said, chain
from scoring.verify.numbers import F, Table, written
from scoring.verify.sheets import who
from scoring.verify.through import round_of, through
from scoring.verify.unit import Total, total, waits


@dataclass
class End:
    """The end of a round: who was there, what ranks, equals best first, the line, and what became of everybody."""

    there: list[str]
    values: dict[str, F] = field(default_factory=dict)
    groups: list[list[str]] = field(default_factory=list)
    became: dict[str, str] = field(default_factory=dict)
    line: Line = field(default_factory=Line)


@dataclass
class Course:
    """``reached``: unit -> the number of the last round it took part in, -1 for none; ``ends``: round by round."""

    reached: dict[str, int]
    ends: list[End] = field(default_factory=list)


@once
def course(given: Given) -> Course:
    """The rounds one after the other; without rounds everybody reached the only one."""
    found = Course(dict.fromkeys(given.units, 0))
    there = list(given.units)
    for number in range(len(given.rule["rounds"])):
        gone = [unit for unit in there if number == 0 and withdrew(given, unit, 0)]
        found.reached |= dict.fromkeys(there, number) | dict.fromkeys(gone, -1)
        there = [unit for unit in there if unit not in gone]
        found.ends.append(_end(given, number, there))
        there = [unit for unit in there if found.ends[-1].became[unit] == "advanced"]
    return found


def last_total(given: Given, unit: str) -> Total | None:
    """A unit's total at the end of its last round."""
    number = course(given).reached[unit]
    return None if number < 0 else total(through(given, number), unit, "rule")


def idle(given: Given, entry: str) -> bool:
    """Whether the entry belongs to a round that its unit did not come to, so that nothing of it is waited for."""
    row = given.entries[entry]
    reached = course(given).reached[row["unit"]]
    return reached < 0 or round_of(given, row["component"]) > reached


def awaited(given: Given, entry: str) -> bool:
    """Whether more judges are waited for at an entry."""
    return waits(given, entry) and not idle(given, entry)


def provisional(given: Given, unit: str) -> bool:
    """Whether any entry of the unit waits for more judges."""
    return any(awaited(given, entry) for entry, row in given.entries.items() if row["unit"] == unit)


def withdrew(given: Given, unit: str, number: int) -> bool:
    """Whether the unit takes no part in a round by its own wish."""
    names = [one["id"] for one in given.rule["rounds"][: number + 1]]
    return any(one["rule"] in names for _, one in given.decided("withdrawal", unit))


@once
def begun(given: Given, unit: str) -> int:
    """The number of the last round in which anybody marked the unit; 0 where nobody did."""
    found = [
        round_of(given, row["component"])
        for entry, row in given.entries.items()
        if row["unit"] == unit and (who(given, entry)["counted"] or who(given, entry)["incomplete"])
    ]
    return max(found, default=0)


def _end(given: Given, number: int, there: list[str]) -> End:
    """One round: its order, its line, and what became of everybody."""
    rule, here = given.rule["rounds"][number], through(given, number)
    end = End(there)
    # A veto that comes after its unit was marked in the next round does not reach back.
    later = [unit for unit in there if begun(given, unit) > number]
    out = [unit for unit in there if excluded(here, unit) and unit not in later]
    for unit in there:
        whole = None if unit in out else total(here, unit, "rule")
        if whole:
            end.values[unit] = ranks_on(given, whole)
    wanting = [unit for unit in there if unit not in out and unit not in end.values]
    last = [unit for unit in end.values if effect(given, unit, "rank_last")]
    while True:
        end.groups = _order(given, here, number, end.values, last)
        end.line = _line(given, number, end) if rule["advance"] and not wanting else Line()
        came = [*end.line.on, *end.line.instead.values()] if rule["advance"] else last
        # It was marked and yet would have been barred: so the veto is one that came after.
        after = [u for u in last if u in later and u not in came and not admitted(given, number, u)]
        if not after:
            break
        last = [unit for unit in last if unit not in after]
    end.became = _ranked_became(given, number, end, open_=bool(rule["advance"] and wanting))
    end.became |= dict.fromkeys(wanting, "waiting") | dict.fromkeys(out, "excluded")
    return end


def _order(given: Given, here: Given, number: int, values: dict[str, F], last: Sequence[str]) -> list[list[str]]:
    """Equals as the cut sees them; whom a veto puts ``last`` after all others."""
    rule = given.rule["rounds"][number]
    ties = rule["advance"]["ties"] if rule["advance"] else "chain"
    # Lots at a cut are drawn by hand and recorded as a decision.
    keys = [key for key in chain(given) if key[1] not in ("decision", "draw")] if ties == "chain" else []
    first = [unit for unit in values if unit not in last]

    def decided(group: Sequence[str]) -> Said:
        found = {unit: given.decided("cut", unit, rule["id"]) for unit in group}
        return {unit: F(-int(one[-1][1]["value"])) for unit, one in found.items()} if all(found.values()) else None

    more = None if ties == "all_advance" else decided
    return [
        part
        for among in (first, last)
        for level in levels(among, values)
        for part in split(here, level, keys, list(values), Trace(), more)
    ]


def pool(given: Given, number: int, unit: str) -> str:
    """The division or group whose places a unit competes for in a round; nothing where they are over all."""
    advance = given.rule["rounds"][number]["advance"] or {"quota_by": "all"}
    if advance["quota_by"] == "all":
        return ""
    if advance["quota_by"] != "each_group":
        return str(given.units[unit]["division"])
    groups = [
        row["group"]
        for row in given.entries.values()
        if row["unit"] == unit and row["group"] and round_of(given, row["component"]) == number
    ]
    return groups[-1] if groups else ""


def _line(given: Given, number: int, end: End) -> Line:
    how = given.rule["rounds"][number]["advance"]
    pools = [pool(given, number, unit) for unit in end.there]
    names = sorted(set(pools))
    if how["quota_by"] in ("division", "each_division"):
        names = [one["id"] for one in given.rule["divisions"]]
    quotas: dict[str, int | None] = dict.fromkeys(names, how["quota"])
    if how["quota_by"] == "all":
        quotas = {"": how["quota"]}
    elif how["quota_by"] == "division":
        quotas = {**shares(how["quota"], {name: pools.count(name) for name in names})}
    runners = {}
    for unit, value in end.values.items():
        away, later = withdrew(given, unit, number + 1), begun(given, unit) > number
        reaches = how["minimum"] is None or value >= F(how["minimum"])
        runners[unit] = Runner(pool(given, number, unit), reaches, gone=away and not later, left=away and later)
    return drawn_line(how, quotas, end.groups, runners)


def _ranked_became(given: Given, number: int, end: End, *, open_: bool) -> dict[str, str]:
    """What became of everybody who has a value; ``open_``: the line cannot be drawn yet."""
    rounds = given.rule["rounds"]
    if number + 1 == len(rounds):
        return dict.fromkeys(end.values, "last")
    if open_:
        found = dict.fromkeys(end.values, "waiting")
    elif rounds[number]["advance"] is None:
        found = dict.fromkeys(end.values, "advanced")
    else:
        tied = [unit for group in end.line.tied for unit in group]
        found = dict.fromkeys(end.values, "out") | dict.fromkeys(tied, "tied")
        found |= dict.fromkeys(end.line.places, "reserve")
        found |= dict.fromkeys([*end.line.on, *end.line.instead.values()], "advanced")
    for unit in found:
        if admitted(given, number, unit):
            found[unit] = "advanced"
        if withdrew(given, unit, number + 1):
            found[unit] = "withdrawn"
    return found


def admitted(given: Given, number: int, unit: str) -> bool:
    """Whether the unit goes on from a round by decision."""
    following = given.rule["rounds"][number + 1 : number + 2]
    return any(given.decided("advance", unit, one["id"]) for one in following)


def standing_rows(given: Given) -> list[Table]:
    """Every round's standing, best first, those without a place after them."""
    return [row for number, end in enumerate(course(given).ends) for row in _rows(given, number, end)]


def _rows(given: Given, number: int, end: End) -> list[Table]:
    placed = [unit for group in end.groups for unit in group]
    replaces = {new: old for old, new in end.line.instead.items()}
    pools = {unit: pool(given, number, unit) for unit in end.there}
    rows = []
    for unit in [*placed, *(unit for unit in end.there if unit not in placed)]:
        whole = total(through(given, number), unit, "rule")
        beside = next(([u for u in group if pools[u] == pools[unit]] for group in end.groups if unit in group), [])
        above = [other for other in placed[: placed.index(beside[0])] if pools[other] == pools[unit]] if beside else []
        rows.append(
            {
                "round": given.rule["rounds"][number]["id"],
                "unit": unit,
                "status": end.became[unit],
                "score": written(whole.published) if whole else None,
                "rank_value": written(end.values[unit]) if unit in end.values else None,
                "place": len(above) + 1 if beside else None,
                "sharing": len(beside) or 1,
                "pool": pools[unit],
                "reserve": end.line.places.get(unit, 0),
                "replaced_by": end.line.instead.get(unit, ""),
                "replaces": replaces.get(unit, ""),
                "admitted": admitted(given, number, unit),
            }
        )
    return rows
