"""Whose sheet counts for an entry, and what a sheet is worth. Source: docs/scoring.md, "Sheets" and "Missing"."""

from collections.abc import Collection
from math import lcm

from scoring.verify.given import Given, items_of, once, scale_of
from scoring.verify.numbers import ZERO, F, Row, Table, within

ALIKE = ("recused", "void", "absent", "missing", "incomplete", "abstained", "counted")


@once
def who(given: Given, entry: str) -> dict[str, list[str]]:
    """The judges of an entry's panel by what became of their sheets, each list in the order of the roster."""
    found: dict[str, list[str]] = {name: [] for name in ALIKE}
    for judge in given.judges:
        if on_panel(given, judge, entry):
            found[_why(given, judge, entry)].append(judge)
    return found


def counted(given: Given, entry: str) -> list[str]:
    """The judges whose sheets count: not recused, not away, sheet given and complete."""
    return who(given, entry)["counted"]


def on_panel(given: Given, judge: str, entry: str) -> bool:
    """Whether the judge marks entries of this component, class and division, and this one if it names its judges."""
    part, row = given.part_of(entry), given.judges[judge]
    classes = [one["judge_class"] for one in part["panel"]["classes"]]
    division = given.units[given.entries[entry]["unit"]]["division"]
    assigned = given.entries[entry].get("judges")
    return (assigned is None or judge in assigned) and all(
        not listed or name in listed
        for name, listed in (
            (row["judge_class"], part["marked_by"]),
            (row["judge_class"], classes),
            (part["id"], row["components"]),
            (division, row["divisions"]),
        )
    )


def _why(given: Given, judge: str, entry: str) -> str:
    part = given.part_of(entry)
    away = _away(given, judge, entry)
    if away:
        return away
    if judge in too_few(given, given.entries[entry]["component"]):
        return "void"
    if (judge, entry) not in given.marks:
        return "missing"
    if (judge, entry) in given.abstained:
        return "abstained"
    unfinished = None in given.marks[judge, entry] and part["sheet"]["incomplete"] == "whole"
    return "incomplete" if unfinished else "counted"


def _away(given: Given, judge: str, entry: str) -> str:
    part, row = given.part_of(entry), given.entries[entry]
    own = part["recusal"] == "own_unit" and given.judges[judge]["unit"] == row["unit"]
    listed = [one for one in given.recusals if one["judge"] == judge]
    if own or any(one["unit"] == row["unit"] or one["entry"] == entry for one in listed):
        return "recused"
    if given.decided("void", f"{judge}/{entry}"):
        return "void"
    away = [(one["entry"], one["day"]) for one in given.absences if one["judge"] == judge]
    if {("", ""), (entry, ""), ("", row["day"])} & set(away) or given.decided("absence", f"{judge}/{entry}"):
        return "absent"
    return ""


@once
def too_few(given: Given, component: str) -> dict[str, tuple[int, int]]:
    """The judges who marked a smaller part of what was due to them than the scheme asks for: how many of how many."""
    part = given.part(component)
    least = part["panel"]["minimum_share"]
    found = {}
    for judge in given.judges if least is not None else ():
        due = [
            name for name, row in given.entries.items()
            if row["component"] == component and on_panel(given, judge, name) and not _away(given, judge, name)
        ]  # fmt: skip
        singly = part["sheet"]["incomplete"] == "item"
        done = [name for name in due if (row := given.marks.get((judge, name))) and (singly or None not in row)]
        if len(done) < F(least) * len(due):
            found[judge] = (len(done), len(due))
    return found


@once
def worths(given: Given, component: str, kind: str) -> tuple[list[int], int, int]:
    """What one point of each item adds to a sheet, in whole numbers: those, what they are over, and what marks are."""
    part = given.part(component)
    items = [item for _, item in items_of(part, kind)]
    scored = sum((most_of(item) * F(item["weight"]) for item in items if item["role"] == "score"), ZERO)
    share = F(part["full"]) / scored if part["sheet"]["points"] == "share" else F(1)
    factor = {"score": share, "bonus": F(1), "deduct": F(-1)}
    found = [F(item["weight"]) * factor[item["role"]] for item in items]
    over = lcm(*(worth.denominator for worth in found))
    return (
        [int(worth * over) for worth in found],
        over,
        lcm(
            *(
                F(number).denominator
                for item in items
                for number in scale_of(item) or [item["step"]]
                if number is not None
            )
        ),
    )


def most_of(item: Table) -> F:
    """What full marks on an item are worth before its weight."""
    scale = scale_of(item)
    return F(item["full"] if not scale or scale[-1] is None else scale[-1])


def points(given: Given, entry: str, row: Row, places: Collection[int] | None = None) -> F:
    """What a sheet for ``entry`` is worth, or only the items at ``places`` of it; before rounding and bounds."""
    worth, over, grain = worths(given, given.entries[entry]["component"], given.entries[entry]["kind"])
    whole = 0
    for place in range(len(worth)) if places is None else places:
        mark = row[place]
        if mark is None:
            raise ValueError(entry)  # never 0: who calls has left such sheets out
        whole += mark.numerator * (grain // mark.denominator) * worth[place]
    return F(whole, over * grain)


@once
def sheet_score(given: Given, judge: str, entry: str) -> F:
    """The score of a judge's whole sheet: its points after the stage ``sheet``, within the sheet's bounds."""
    part, row = given.part_of(entry), given.marks[judge, entry]
    value = points(given, entry, row)
    if part["sheet"]["bonus"] == "within_full":
        items = [item for _, item in items_of(part, given.entries[entry]["kind"])]
        scored = [place for place, item in enumerate(items) if item["role"] == "score"]
        earned = [place for place, item in enumerate(items) if item["role"] in ("score", "bonus")]
        full = points(given, entry, [most_of(item) for item in items], scored)
        value -= max(ZERO, points(given, entry, row, earned) - full)
    value = given.stage("sheet", value, part["id"])
    return within(value, part["sheet"]["least"], part["sheet"]["most"])


def parts_of(given: Given, entry: str, on: str) -> dict[str, list[int]]:
    """The criteria, or the single items, of an entry's sheet: name -> places of its items."""
    items = items_of(given.part_of(entry), given.entries[entry]["kind"])
    found: dict[str, list[int]] = {}
    for place, (criterion, item) in enumerate(items):
        found.setdefault(item["id"] if on == "item" else criterion, []).append(place)
    return found
