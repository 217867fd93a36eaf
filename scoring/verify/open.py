"""What must still be settled before a result can be sealed, by codes with their particulars.

Source: docs/scoring.md, "Missing", "Severity", "Rounds", "Ties", "Prizes". Every list of names is in the order of the
roster.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from scoring.verify.asked import wanted_of_judges
from scoring.verify.compare import counts_with, even, linked, own_sheets
from scoring.verify.given import Given
from scoring.verify.ledger import applies, waits
from scoring.verify.links import linking
from scoring.verify.numbers import F, Table, written
from scoring.verify.panel import entry_score, levels, missing_values
from scoring.verify.prizes import books, boundary_of
from scoring.verify.ranking import eleventh, order
from scoring.verify.rounds import awaited, course, idle
from scoring.verify.sheets import who
from scoring.verify.skating import unplaced
from scoring.verify.strength import bounded, unbeaten, wins_of
from scoring.verify.through import through
from scoring.verify.unit import has_say, may_lack, unit_score


class Told(NamedTuple):
    """A thing to settle or to know: its code and particulars."""

    code: str
    params: dict[str, str | int]


def open_rows(given: Given) -> list[Told]:
    """Everything that is open, in no order that matters."""
    return [
        *(told for part in given.rule["components"] if part["panel"] for told in _component(given, part)),
        *(told for entry in given.entries if has_say(given, entry) and not idle(given, entry)
          for told in _entry(given, entry)),
        *(told for unit in given.units for told in _unit(given, unit)),
        *_rounds(given),
        *_equals(given),
        *_money(given),
    ]  # fmt: skip


def _names(names: Collection[str]) -> str:
    return ", ".join(names)


def comparable(given: Given, part: Table) -> bool:
    """Whether the sheets of a component can be compared as its panel asks."""
    how, name = part["panel"], part["id"]
    if how["method"] == "bradley_terry":
        able = bounded(wins_of(given, name))
    elif how["method"] == "skating":
        able = not any(unplaced(given, name))
    elif how["method"] == "copeland":
        able = True
    else:
        able = counts_with(given, name) is not None
    return able and (part["second_mean"] is None or levels(given, name) is not None)


def _component(given: Given, part: Table) -> Iterator[Told]:
    """What keeps the judges of a component from being compared, and what they were asked and did not do."""
    how, name = part["panel"], part["id"]
    sheets = own_sheets(given, name)
    where: dict[str, str | int] = {"component": name}
    if how["method"] == "skating":
        yield from (Told(code, where | params) for code, params in unplaced(given, name))
    elif how["method"] == "bradley_terry":
        groups = unbeaten(wins_of(given, name))
        if len(groups) > 1:
            yield Told("strength.unbounded", where | {"entry": "; ".join(map(_names, groups))})
    elif how["counts"] == "less_severity":
        groups = linked(sheets)
        if len(groups) > 1:
            links = linking(given, name)
            code = "severity.disconnected" if links else "severity.cut_off"
            yield Told(code, where | {"judges": "; ".join(map(_names, groups)), "sheets": links})
    elif how["counts"] in ("z", "minmax", "order") and not even(given, name) and not given.decided("uneven", name):
        marked = {entry for row in sheets.values() for entry in row}
        short = [judge for judge, row in sheets.items() if len(row) < len(marked)]
        yield Told("counts.uneven", where | {"judges": _names(short), "number": len(short)})
    yield from (Told(code, params) for code, params in wanted_of_judges(given, part))
    if part["second_mean"] and counts_with(given, name) is not None and levels(given, name) is None:
        yield Told("rooms.no_mean", where)


def empty_classes(given: Given, entry: str) -> tuple[list[str], list[str]]:
    """The classes of judges without enough sheets at an entry: those that wait, and those that are passed over."""
    how = given.part_of(entry)["panel"]
    classes = [given.judges[judge]["judge_class"] for judge in who(given, entry)["counted"]]
    short = [one["judge_class"] for one in how["classes"] if classes.count(one["judge_class"]) < one["minimum"]]
    if how["empty_class"] in ("renormalise", "zero"):
        return [], short
    wait = [one for one in short if how["empty_class"] != "decision" or not given.decided("class", entry, one)]
    return wait, [one for one in short if one not in wait]


def _entry(given: Given, entry: str) -> Iterator[Told]:
    part, sheets = given.part_of(entry), who(given, entry)
    where: dict[str, str | int] = {"entry": entry}
    counted = len(sheets["counted"])
    for name in empty_classes(given, entry)[0]:
        yield Told("entry.class_empty", where | {"class": name})
    for why in ("missing", "incomplete"):
        if sheets[why]:
            yield Told(f"entry.{why}", where | {"judges": _names(sheets[why]), "number": len(sheets[why])})
    wanting = missing_values(given, entry)
    if wanting:
        yield Told("entry.difficulty", where | {"wanting": _names(wanting)})
    elif counted and part["panel"]["method"] == "vote" and entry_score(given, entry, "rule") is None:
        yield Told("entry.no_grade", where | {"votes": counted, "present": counted + len(sheets["abstained"])})
    elif entry_score(given, entry, "rule") is None and comparable(given, part):
        yield Told("entry.no_score", where | {"counted": counted})
    elif awaited(given, entry):
        yield Told("entry.few", where | {"counted": counted, "minimum": part["panel"]["minimum"]})


def _unit(given: Given, unit: str) -> Iterator[Told]:
    """What keeps a unit from having a total, beyond what its entries report themselves."""
    number = course(given).reached[unit]
    for part in through(given, number).rule["components"] if number >= 0 else ():
        name = part["id"]
        if unit_score(given, unit, name, "rule") is not None or may_lack(given, unit, part):
            continue
        where: dict[str, str | int] = {"unit": unit, "component": name}
        if part["ledger"]:
            yield Told("unit.ledger_lacks", where | {"rules": _names(_lacking(given, unit, part))})
        elif part["source"] == "prior":
            yield Told("unit.prior_missing", where)
        elif not given.entries_of(unit, name):
            yield Told("unit.no_entries", where)
        elif part["unit"]["unmarked"] == "left_out":
            yield Told("unit.unmarked", where)


def _lacking(given: Given, unit: str, part: Table) -> list[str]:
    """The rules of a ledger that wait for a record of the unit."""
    division = given.units[unit]["division"]
    known = {one["rule"] for one in given.records if (one["component"], one["unit"]) == (part["id"], unit)}
    return [
        rule["id"]
        for section in part["ledger"]["sections"]
        if applies(section, division)
        for rule in section["rules"]
        if applies(rule, division) and waits(rule) and rule["id"] not in known
    ]


def _rounds(given: Given) -> Iterator[Told]:
    for rule, end in zip(given.rule["rounds"], course(given).ends, strict=True):
        where: dict[str, str | int] = {"round": rule["id"]}
        wanting = [unit for unit in end.there if end.became[unit] == "waiting" and unit not in end.values]
        if rule["advance"] and wanting:
            yield Told("round.waiting", where | {"units": _names(wanting)})
        for code, groups in (("tied_at_cut", end.line.tied), ("reserves_tied", end.line.unclear)):
            yield from (Told(f"round.{code}", where | {"units": _names(group)}) for group in groups)


def _equals(given: Given) -> Iterator[Told]:
    """Groups of equals about which a key could say nothing yet."""
    found = order(given)
    withheld = any(one["kind"] == "withheld" for one in given.decisions)
    for key, group, said in found.asked:
        kind = {"earlier_submission": "submission", "decision": "tie"}.get(key)
        missing = [unit for unit in group if kind and not given.decided(kind, unit)]
        if kind and 0 < len(missing) < len(group):
            code = "tie.submission_unknown" if kind == "submission" else "tie.partly_decided"
            yield Told(code, {"units": _names(group), "missing": _names(missing)})
        elif key == "draw" and said is None and not withheld:
            yield Told("draw.waiting", {"units": _names(group)})
    if given.rule["total"]["method"] == "skating":
        place = 1
        for group in found.groups:
            if len(group) > 1:
                by_all = "; ".join(map(_names, eleventh(given, group, place)))
                yield Told("skating.not_offered", {"units": _names(group), "order": by_all, "place": place})
            place += len(group)


def _money(given: Given) -> Iterator[Told]:
    found = books(given)
    code = "draw.waiting" if boundary_of(given) == "hort" else "boundary.undecided"
    yield from (Told(code, {"units": _names(group)}) for group in found.undecided)
    granted = sum((int(F(one["value"] or "0") * 100) for one in given.decisions if one["kind"] == "overrun"), 0)
    if found.overrun > granted:
        yield Told("money.overrun", {"yuan": written(F(found.overrun - granted, 100))})
