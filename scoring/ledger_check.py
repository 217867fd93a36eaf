"""What must hold of the records of a ledger before anything is computed; every fault at once, with its record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.faults import Fault
from scoring.numbers import plain
from scoring.roster import Prior, Record, Roster

if TYPE_CHECKING:
    from scoring.scheme import LedgerLevel, LedgerRule, Scheme

Trouble = tuple[str, dict[str, str | int]]


def record_faults(scheme: Scheme, roster: Roster, priors: Sequence[Prior | Record]) -> Iterator[Fault]:
    """Records of nobody, by no rule, twice, without evidence, or with a value or level that the rule does not know."""
    divisions = {unit.id: unit.division for unit in roster.units}
    seen: set[str] = set()
    once: set[tuple[str, str, str]] = set()
    for index, record in enumerate(priors):
        if not isinstance(record, Record):
            continue
        where: dict[str, str | int] = {"id": record.id, "unit": record.unit, "rule": record.rule}
        for what, params in _record(scheme, divisions, record, seen, once):
            yield Fault(f"ledger.{what}", {**where, **params}, ("priors", index))


def _record(
    scheme: Scheme, divisions: dict[str, str], record: Record, seen: set[str], once: set[tuple[str, str, str]]
) -> Iterator[Trouble]:
    if not record.id:
        yield "no_id", {}
    elif record.id in seen:
        yield "double", {}
    seen.add(record.id)
    if record.unit not in divisions:
        yield "unknown_unit", {}
    if not record.evidence.strip():
        yield "no_evidence", {}
    part = scheme.component.get(record.component)
    if part is None or part.ledger is None:
        known = ", ".join(one.id for one in scheme.components if one.ledger) or "-"
        yield "unknown_component", {"component": record.component, "known": known}
        return
    rules = {rule.id: (section, rule) for section in part.ledger.sections for rule in section.rules}
    if record.rule not in rules or rules[record.rule][1].shape == "extra":
        listed = ", ".join(name for name, (_, rule) in rules.items() if rule.shape != "extra")
        yield "unknown_rule", {"known": listed}
        return
    section, rule = rules[record.rule]
    division = divisions.get(record.unit)
    if division is not None and any(
        listed and division not in listed for listed in (section.divisions, rule.divisions)
    ):
        yield "other_division", {"division": division or "-"}
    if rule.once:
        if (record.component, record.rule, record.unit) in once:
            yield "twice", {}
        once.add((record.component, record.rule, record.unit))
    yield from _level(rule, record)


def _level(rule: LedgerRule, record: Record) -> Iterator[Trouble]:
    """The level must be one of the rule's; then the value must fit it."""
    known = rule.named
    if record.level and record.level not in known:
        yield "unknown_level", {"level": record.level, "known": ", ".join(known) or "-"}
        return
    if not record.level and rule.levels:
        yield "level_needed", {"known": ", ".join(known)}
        return
    level = next((one for one in rule.levels if one.id == record.level), None)
    yield from _value(rule, level, record)


def _value(rule: LedgerRule, level: LedgerLevel | None, record: Record) -> Iterator[Trouble]:
    value = record.value
    least, most, whole, wanted = _grid(rule, level, named_state=bool(rule.states and record.level))
    if value is None:
        if wanted == "needed":
            yield "value_needed", {}
    elif wanted == "none":
        yield "value_not_taken", {"value": plain(value)}
    elif (
        (least is not None and value < least)
        or (most is not None and value > most)
        or (whole and value.denominator != 1)
    ):
        limits = {"least": "-" if least is None else plain(least), "most": "-" if most is None else plain(most)}
        yield "whole_out_of_range" if whole else "out_of_range", {"value": plain(value), **limits}


def _grid(
    rule: LedgerRule, level: LedgerLevel | None, *, named_state: bool
) -> tuple[Fraction | None, Fraction | None, bool, str]:
    """The lowest and highest value a record may have, whether it is whole, and whether one is wanted at all."""
    zero, one = Fraction(0), Fraction(1)
    match rule.shape:
        case "range" | "committee":
            return rule.least, rule.most, False, "needed"
        case "level" | "grade":
            ranged = level is not None and level.points is None
            return (level.least, level.most, False, "needed") if ranged and level else (None, None, False, "none")
        case "cases" | "missing":
            return zero, None, True, "optional"
        case "share":
            return zero, None, False, "optional"
        case "rank":
            return one, None, True, "needed"
        case "state":
            return zero, None, True, "none" if named_state else "needed"
        case "below_target" | "steps" | "all_or_nothing":
            return zero, None, False, "needed"
        case _:  # fixed, forfeit, veto: that it happened is all there is to say
            return None, None, False, "none"
