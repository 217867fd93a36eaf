"""The skating system: places in a dance, and over all dances. Source: docs/scoring.md, "Skating"."""

from collections.abc import Iterator, Sequence

from scoring.verify.compare import own_sheets
from scoring.verify.given import Given, once
from scoring.verify.numbers import ZERO, F, written


def up_to(places: Sequence[F], column: int) -> tuple[int, F]:
    """How many of ``places`` are this one or better, as less is better; and their sum."""
    found = [place for place in places if place <= column]
    return -len(found), sum(found, ZERO)


def shared_places(keys: dict[str, tuple[object, ...]]) -> dict[str, F]:
    """Places in the order of ``keys``, lowest first; equals share the mean of the places they take up."""
    order = sorted(keys.values())
    return {name: F(order.index(key) + 1) + F(order.count(key) - 1, 2) for name, key in keys.items()}


def dance(marks: dict[str, list[F]]) -> dict[str, F]:
    """Rules 5 to 8: by the first column with a majority, then from there on by number and sum, column by column."""
    size, judges = len(marks), len(next(iter(marks.values()), []))

    def key(places: list[F]) -> tuple[object, ...]:
        first = next(c for c in range(1, size + 1) if 2 * -up_to(places, c)[0] > judges)
        return (first, *(up_to(places, column) for column in range(first, size + 1)))

    return shared_places({name: key(places) for name, places in marks.items()})


def excluded(given: Given, entry: str) -> bool:
    """Whether a veto excludes an entry or its unit."""
    effects = {veto["id"]: veto["effect"] for veto in given.rule["vetoes"]}
    found = [*given.decided("veto", entry), *given.decided("veto", given.entries[entry]["unit"])]
    return any(effects[one["rule"]] == "exclude" for _, one in found)


@once
def dance_marks(given: Given, component: str) -> dict[str, dict[str, F]]:
    """The place each judge gave every entry of a dance; none where a judge did not put all of them in an order."""
    part, sheets = given.part(component), own_sheets(given, component)
    entries = [name for name, row in given.entries.items() if row["component"] == component]
    dancing = [name for name in entries if not excluded(given, name)]
    sign = 1 if part["panel"]["counts"] == "place" else -1
    for row in sheets.values():
        values = [row[name] for name in dancing if name in row]
        ranks = sorted(row.values()) == [F(place) for place in range(1, len(row) + 1)]
        if len(set(values)) < len(dancing) or (sign == 1 and not ranks):
            return {}
    if not sheets:
        return {}
    return {
        name: {
            judge: F(1 + sum(sign * row[other] < sign * row[name] for other in dancing))
            for judge, row in sheets.items()
        }
        for name in dancing
    }


def unplaced(given: Given, component: str) -> Iterator[tuple[str, dict[str, str | int]]]:
    """What keeps a judge's sheets from being an order of all who dance: a code and its particulars."""
    part = given.part(component)
    entries = [name for name, row in given.entries.items() if row["component"] == component]
    dancing = [name for name in entries if not excluded(given, name)]
    for judge, row in own_sheets(given, component).items():
        without = [name for name in dancing if name not in row]
        given_ = [row[name] for name in dancing if name in row]
        level = [name for name in dancing if name in row and given_.count(row[name]) > 1]
        places = sorted(row.values())
        if without:
            yield "skating.partial", {"judge": judge, "entry": ", ".join(without), "number": len(without)}
        elif level:
            yield "skating.equal_marks", {"judge": judge, "entry": ", ".join(level)}
        elif part["panel"]["counts"] == "place" and places != [F(place) for place in range(1, len(row) + 1)]:
            marks = ", ".join(written(place) for place in places)
            yield "skating.not_places", {"judge": judge, "marks": marks, "number": len(row)}


@once
def dance_places(given: Given, component: str) -> dict[str, F]:
    """Every entry's place in one dance; none where there is no order of all."""
    return dance({name: list(row.values()) for name, row in dance_marks(given, component).items()})


def settled(given: Given, component: str, entry: str) -> tuple[str, int]:
    """By which rule an entry got its place in a dance (5 to 8, ``next``, ``shared``), and up to which column."""
    marks = {name: list(row.values()) for name, row in dance_marks(given, component).items()}
    own, judges = marks[entry], len(marks[entry])

    def first(name: str) -> int:
        return next(c for c in range(1, len(marks) + 1) if 2 * -up_to(marks[name], c)[0] > judges)

    start = column = first(entry)
    rivals = [name for name in marks if first(name) == start]
    level = [name for name in rivals if up_to(marks[name], start)[0] == up_to(own, start)[0]]
    before = sum(first(name) < start for name in marks)
    by_majority = "6" if len(rivals) > 1 else "8" if start > before + 1 else "5"
    while True:
        rivals = [name for name in rivals if up_to(marks[name], column) == up_to(own, column)]
        if len(rivals) == 1:
            at_once = "7" if len(level) > 1 else by_majority
            return (at_once if column == start else "next"), column
        if column >= max(max(marks[name]) for name in rivals):
            return "shared", column
        column += 1


def parted(rows: dict[str, list[F]], place: int) -> tuple[list[list[str]], list[tuple[str, dict[str, F]]]]:
    """Rule 10 on equal sums, for the places from ``place`` on: groups, best first, and what was compared on the way."""
    groups: list[list[str]] = []
    told: list[tuple[str, dict[str, F]]] = []
    left = list(rows)
    while len(left) > 1:
        found = {name: up_to(rows[name], place) for name in left}
        best = min(found.values())
        told.append((f"skating_counts:{place}", {name: F(-count) for name, (count, _) in found.items()}))
        most = {name: -total for name, (count, total) in found.items() if count == best[0]}
        if len(most) > 1:
            told.append((f"skating_sums:{place}", most))
        groups.append([name for name in left if found[name] == best])
        left = [name for name in left if found[name] != best]
        place += len(groups[-1])
    return groups + ([left] if left else []), told


def best_of_all(marks: dict[str, list[F]], place: int) -> list[str]:
    """Rule 11: whose marks of all dances, taken as those of one, are best from the column of ``place`` on."""
    last = int(max(max(row) for row in marks.values()))

    def key(row: list[F]) -> tuple[object, ...]:
        first = next(c for c in range(place, max(place, last) + 1) if 2 * -up_to(row, c)[0] > len(row))
        return (first, *(up_to(row, column) for column in range(first, last + 1)))

    best = min(map(key, marks.values()))
    return [name for name, row in marks.items() if key(row) == best]


def final(places: dict[str, list[F]], taken: int = 0) -> dict[str, int]:
    """Rules 9 and 10: the place of each, ``taken`` places being gone; who is equal after that stands at the same."""
    found: dict[str, int] = {}
    for total in sorted({sum(row, ZERO) for row in places.values()}):
        left = [name for name, row in places.items() if sum(row, ZERO) == total]
        while left:
            place = taken + len(found) + 1
            best = min(up_to(places[name], place) for name in left)
            top = [name for name in left if up_to(places[name], place) == best]
            found |= dict.fromkeys(top, place)
            left = [name for name in left if name not in top]
    return found
