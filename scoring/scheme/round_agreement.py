"""What the tables about rounds say that other tables must agree with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scoring.faults import Fault
from scoring.numbers import plain
from scoring.scheme.rounds import Round, counting, times_full

if TYPE_CHECKING:
    from scoring.scheme.whole import Scheme


def round_disagreements(scheme: Scheme) -> Iterator[Fault]:
    """Every fault of the rounds; ``params["key"]`` says where."""
    if not scheme.rounds:
        yield from _without(scheme)
        return
    if scheme.total.method == "skating":
        yield _fault("rounds", "rounds_skating")
    yield from _components(scheme)
    for number, one in enumerate(scheme.rounds):
        yield from _round(scheme, number, one)
    rounds = [one.id for one in scheme.rounds]
    if scheme.prizes.round and scheme.prizes.round not in rounds:
        yield _unknown("prizes.round", scheme.prizes.round, rounds)
    for rule in scheme.adjustments:
        if rule.subject != "unit":
            continue
        if rule.round is None:
            yield _fault(f"adjustments.{rule.id}", "adjustment_round", known=", ".join(rounds))
        elif rule.round not in rounds:
            yield _unknown(f"adjustments.{rule.id}.round", rule.round, rounds)


def _fault(key: str, what: str, **params: str | int) -> Fault:
    return Fault(f"scheme.{what}", {"key": key, **params})


def _unknown(key: str, name: str, rounds: list[str]) -> Fault:
    return _fault(key, "unknown_name", name=name, known=", ".join(rounds) or "-", where="rounds")


def _without(scheme: Scheme) -> Iterator[Fault]:
    for rule in scheme.adjustments:
        if rule.round:
            yield _unknown(f"adjustments.{rule.id}.round", rule.round, [])
    if scheme.prizes.round:
        yield _unknown("prizes.round", scheme.prizes.round, [])
    for i, stage in enumerate(scheme.rounding):
        if stage.after == "round":
            yield _fault(f"rounding.{i + 1}.after", "stage_no_rounds")


def _components(scheme: Scheme) -> Iterator[Fault]:
    """Every component is marked in one round, and in one only."""
    known = [part.id for part in scheme.components]
    named = [(one.id, name) for one in scheme.rounds for name in one.components]
    for at, name in named:
        if name not in known:
            key = f"rounds.{at}.components"
            yield _fault(key, "unknown_name", name=name, known=", ".join(known), where="components")
    for name in known:
        number = [part for _, part in named].count(name)
        if number != 1:
            yield _fault("rounds", "component_twice" if number else "component_no_round", component=name)


def _round(scheme: Scheme, number: int, one: Round) -> Iterator[Fault]:
    at = f"rounds.{one.id}"
    rounds = scheme.rounds
    if number == 0 and one.carry != "reset":
        yield _fault(f"{at}.carry", "carry_first")
    if one.carry == "weighted":
        for part in counting(rounds, number):
            if part.weight is None:
                yield _fault(f"rounds.{part.id}.weight", "round_weight", round=one.id)
    weighted = [part for i, last in enumerate(rounds) if last.carry == "weighted" for part in counting(rounds, i)]
    if one.weight is not None and one not in weighted:
        yield _fault(f"{at}.weight", "round_weight_idle")
    if one.advance is None:
        return
    if number + 1 == len(rounds):
        yield _fault(f"{at}.advance", "advance_last")
    if one.advance.quota_by in ("division", "each_division") and not scheme.divisions:
        yield _fault(f"{at}.advance.quota_by", "division_none")
    total = scheme.total
    highest = (total.most if total.most is not None else total.full) * times_full(rounds, number)
    bonus = any(rule.kind == "bonus" for rule in scheme.adjustments)
    least = one.advance.minimum
    if least is not None and least > highest and (not bonus or total.most is not None):
        yield _fault(f"{at}.advance.minimum", "minimum_unreachable", minimum=plain(least), full=plain(highest))
