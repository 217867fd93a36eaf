"""What must agree within a ledger: the numbers each shape needs, names that point nowhere, full marks that add up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from scoring.faults import Fault
from scoring.numbers import ZERO, plain

if TYPE_CHECKING:
    from scoring.scheme.ledger import Ledger, LedgerRule
    from scoring.scheme.marking import Component
    from scoring.scheme.whole import Scheme

# What a shape must say, and what it may say beside that. Every rule may say ``when``, ``divisions`` and ``required``.
_NEEDS: dict[str, tuple[str, ...]] = {
    "fixed": ("points",),
    "cases": ("points",),
    "missing": ("points", "due"),
    "below_target": ("points", "target", "per"),
    "range": ("least", "most"),
    "level": ("levels",),
    "grade": ("levels",),
    "steps": ("steps",),
    "state": ("points", "states"),
    "all_or_nothing": ("points", "target"),
    "share": ("points",),
    "rank": ("rank_points",),
    "extra": ("points", "when"),
    "committee": ("least", "most"),
    "forfeit": (),
    "veto": (),
}
_MAY: dict[str, tuple[str, ...]] = {
    "fixed": ("factors",),
    "cases": ("factors", "cap", "project_cap"),
    "missing": ("cap",),
    "below_target": ("cap",),
    "range": ("factors", "cap", "project_cap"),
    "level": ("cap",),
    "share": ("target",),
}
_NUMBERS = (
    "points", "due", "target", "per", "least", "most", "levels", "steps", "states", "rank_points", "factors", "cap",
    "project_cap",
)  # fmt: skip


def ledger_disagreements(scheme: Scheme, part: Component) -> Iterator[Fault]:
    """Every fault of the component's ledger; ``params["key"]`` says where."""
    if part.ledger is None:
        return
    at = f"components.{part.id}.ledger"
    if part.source != "prior":
        yield _fault(at, "ledger_marks")
    yield from _doubles(part.ledger, at)
    divisions = [division.id for division in scheme.divisions]
    before: list[str] = []
    for section in part.ledger.sections:
        key = f"{at}.{section.id}"
        for name in section.divisions:
            yield from _known(f"{key}.divisions", name, divisions, "divisions")
        low, high = section.bounds
        if (section.full is not None and section.most is not None) or (
            (low is not None and (section.start < low or (high is not None and low > high)))
            or (high is not None and section.start > high)
        ):
            yield _fault(key, "ledger_bounds")
        for rule in section.rules:
            yield from _rule(rule, f"{key}.{rule.id}", divisions, before)
            before.append(rule.id)
    for division in divisions or [""]:
        full = sum((section.full or ZERO for section, _ in part.ledger.sheet(division)), ZERO)
        if full != part.full:
            sums = {"division": division or "-", "sum": plain(full), "full": plain(part.full)}
            yield _fault(f"{at}.sections", "ledger_full", **sums)


def _doubles(ledger: Ledger, at: str) -> Iterator[Fault]:
    """Rules are known by their id in the whole ledger, whichever section they stand in."""
    lists = {
        f"{at}.sections": [section.id for section in ledger.sections],
        f"{at}.rules": [rule.id for section in ledger.sections for rule in section.rules],
    }
    for section in ledger.sections:
        for rule in section.rules:
            lists[f"{at}.{section.id}.{rule.id}"] = rule.named
    for key, ids in lists.items():
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            yield _fault(key, "double", name=name)


def _rule(rule: LedgerRule, key: str, divisions: list[str], before: list[str]) -> Iterator[Fault]:
    needs, may = _NEEDS[rule.shape], _MAY.get(rule.shape, ())
    said = [name for name in _NUMBERS if getattr(rule, name) not in (None, ())]
    lacking = [name for name in needs if name != "when" and name not in said]
    lacking += ["when"] if "when" in needs and rule.when is None else []
    if lacking:
        yield _fault(key, "ledger_lacks", shape=rule.shape, names=", ".join(lacking))
    if over := [name for name in said if name not in (*needs, *may)]:
        yield _fault(key, "ledger_over", shape=rule.shape, names=", ".join(over))
    if rule.when is not None and rule.when not in before:
        yield from _known(f"{key}.when", rule.when, before, "rules")
    for name in rule.divisions:
        yield from _known(f"{key}.divisions", name, divisions, "divisions")
    if rule.least is not None and rule.most is not None and rule.least > rule.most:
        yield _fault(f"{key}.most", "bounds_crossed", least=plain(rule.least), most=plain(rule.most))
    yield from _rows(rule, key)
    if rule.required and rule.shape in ("extra", "forfeit", "veto"):
        yield _fault(f"{key}.required", "ledger_required", shape=rule.shape)


def _rows(rule: LedgerRule, key: str) -> Iterator[Fault]:
    """The rows of a rule's table: each says points or a range, and they stand in their order."""
    for level in rule.levels:
        ranged = level.least is not None and level.most is not None and level.least <= level.most
        none = level.least is None and level.most is None
        if not (ranged if level.points is None else none):
            yield _fault(f"{key}.levels", "ledger_level", name=level.id)
    if rule.shape == "level":
        ends = [end for level in rule.levels for end in (level.points, level.least, level.most) if end is not None]
        if any(end < 0 for end in ends) and any(end > 0 for end in ends):
            yield _fault(f"{key}.levels", "ledger_signs")
    if any(first.least >= second.least for first, second in pairwise(rule.steps)):
        yield _fault(f"{key}.steps", "ledger_order")
    if rule.states and (
        rule.states[0].faults != 0 or any(first.faults >= second.faults for first, second in pairwise(rule.states))
    ):
        yield _fault(f"{key}.states", "ledger_order")
    if rule.shape == "share" and rule.target is not None and rule.target <= 0:
        yield _fault(f"{key}.target", "positive_target")


def _fault(key: str, what: str, **params: str | int) -> Fault:
    return Fault(f"scheme.{what}", {"key": key, **params})


def _known(key: str, name: str, ids: list[str], where: str) -> Iterator[Fault]:
    if name not in ids:
        yield _fault(key, "unknown_name", name=name, known=", ".join(ids) or "-", where=where)
