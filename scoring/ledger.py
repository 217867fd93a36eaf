"""The ordinary-work ledger (平时工作台账): from records with evidence to a component's score, rule by rule.

Reads the ledger of a scheme and the records; gives every unit's score with its working, the rules that still lack a
record, and the records that changed nothing. Source: docs/scoring.md, "Ledger".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from scoring.numbers import ZERO
from scoring.panel import called
from scoring.roster import Record, Unit
from scoring.steps import within
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Component, Ledger, LedgerLevel, LedgerRule, LedgerSection

ONE = Fraction(1)


class Account(NamedTuple):
    """A unit's ledger. ``node`` is None while a rule of ``lacking`` waits for its record.

    ``idle``: records that changed nothing, because a cap or a higher level of the same project was reached.
    """

    node: Node | None
    lacking: tuple[str, ...] = ()
    idle: tuple[Record, ...] = ()


def accounts(part: Component, ledger: Ledger, units: Sequence[Unit], records: Iterable[Record]) -> dict[str, Account]:
    """Every unit's account in ``part`` by its ``ledger``; ``records`` are those of this component, in any order."""
    by_unit: dict[str, list[Record]] = {unit.id: [] for unit in units}
    for record in records:
        by_unit[record.unit].append(record)
    for own in by_unit.values():
        own.sort(key=lambda record: (record.day, record.id))
    best = _best(by_unit)
    return {unit.id: _Book(ledger.sheet(unit.division), part.full, by_unit[unit.id], best).account() for unit in units}


def _best(by_unit: Mapping[str, Sequence[Record]]) -> dict[str, Fraction]:
    """For each rule the most that any unit has: what a share without a target is measured by."""
    best: dict[str, Fraction] = {}
    for records in by_unit.values():
        sums: dict[str, Fraction] = {}
        for record in records:
            sums[record.rule] = sums.get(record.rule, ZERO) + counted(record)
        for rule, value in sums.items():
            best[rule] = max(best.get(rule, ZERO), value)
    return best


def counted(record: Record) -> Fraction:
    """What a record counts: its value, or one case."""
    return ONE if record.value is None else record.value


@dataclass(frozen=True, slots=True)
class _Book:
    """One unit's sheet and records, full marks, and for each rule the most that any unit has."""

    sheet: Sequence[tuple[LedgerSection, Sequence[LedgerRule]]]
    full: Fraction
    records: Sequence[Record]
    best: Mapping[str, Fraction]

    def account(self) -> Account:
        there = {record.rule for record in self.records}
        lacking = tuple(rule.id for _, rules in self.sheet for rule in rules if rule.needed and rule.id not in there)
        node = self._whole(self.records)
        return Account(None if lacking else node, lacking, tuple(self._idle(node.value)))

    def _whole(self, records: Sequence[Record]) -> Node:
        """The sum of the sections, from 0 to full marks; nothing after a veto."""
        done: dict[str, Fraction] = {}
        nodes = tuple(self._section(section, rules, records, done) for section, rules in self.sheet)
        node = Node("sum", sum((one.value for one in nodes), ZERO), nodes)
        for record in self._of("veto", [rule for _, rules in self.sheet for rule in rules], records):
            node = _nothing(node, record)
        return within(node, ZERO, self.full)

    def _section(
        self,
        section: LedgerSection,
        rules: Sequence[LedgerRule],
        records: Sequence[Record],
        done: dict[str, Fraction],
    ) -> Node:
        """A section's points; what each rule gave is added to ``done``, for those that hang on it."""
        nodes = [constant(section.start, "start")]
        for rule in rules:
            own = [record for record in records if record.rule == rule.id]
            node = self._rule(rule, own, done)
            done[rule.id] = node.value if node else ZERO
            if node:
                nodes.append(called(node, f"rule:{rule.id}"))
        node = Node("sum", sum((node.value for node in nodes), ZERO), tuple(nodes))
        for record in self._of("forfeit", rules, records):
            node = _nothing(node, record)
        return called(within(node, *section.bounds), f"section:{section.id}")

    @staticmethod
    def _of(shape: str, rules: Iterable[LedgerRule], records: Iterable[Record]) -> list[Record]:
        """The records by which something counts 0; the first is enough."""
        named = {rule.id for rule in rules if rule.shape == shape}
        return [record for record in records if record.rule in named][:1]

    def _rule(self, rule: LedgerRule, records: Sequence[Record], done: Mapping[str, Fraction]) -> Node | None:
        """What one rule gives or takes; None where nothing was recorded for it."""
        met = rule.when is None or done.get(rule.when, ZERO) >= rule.reached
        if rule.shape == "extra":
            if not met or rule.when is None:
                return None
            seen = constant(done.get(rule.when, ZERO), f"rule:{rule.when}")
            return Node("points", rule.points or ZERO, (seen, constant(rule.points or ZERO, "points")))
        if not records or rule.shape in ("forfeit", "veto"):
            return None
        node = _SHAPES[rule.shape](rule, records, self.best.get(rule.id, ZERO))
        node = within(node, None if rule.cap is None else -rule.cap, rule.cap)
        if met:
            return node
        return Node("points", ZERO, (node, constant(ZERO, f"unless:{rule.when}")))

    def _idle(self, score: Fraction) -> list[Record]:
        """The records that could be struck, alone and together, without changing the score; of two alike the later.

        Only what adds up is looked at: a measurement of 0 points is a finding.
        """
        adding = {rule.id: rule for _, rules in self.sheet for rule in rules if rule.shape in _ADDING}
        left, idle = list(self.records), list[Record]()
        for record in reversed([one for one in self.records if one.rule in adding and counted(one)]):
            alone = [one for one in self.records if one is not record]
            rest = [one for one in left if one is not record]
            asked = adding[record.rule].needed and all(one.rule != record.rule for one in rest)
            if not asked and self._whole(alone).value == self._whole(rest).value == score:
                left = rest
                idle.append(record)
        return idle[::-1]


_ADDING = ("cases", "missing", "range", "level", "share")


def _nothing(node: Node, record: Record) -> Node:
    return Node("points", ZERO, (node, constant(ZERO, f"lost:{record.rule}"), _leaf(record)))


def _leaf(record: Record) -> Node:
    return Node("record", counted(record), ref=record.id)


def _sum(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Node("sum", sum((node.value for node in nodes), ZERO), tuple(nodes))


def _times(node: Node, factor: Fraction, ref: str) -> Node:
    return Node("times", node.value * factor, (node, constant(factor, ref)))


def _earned(node: Node, points: Fraction, ref: str) -> Node:
    return Node("points", points, (node, constant(points, ref)))


def _factored(rule: LedgerRule, record: Record, node: Node) -> Node:
    """Doubled where the record is of a level that the rule says counts double."""
    found = next((one for one in rule.factors if one.id == record.level), None)
    return _times(node, found.factor, f"factor:{found.id}") if found else node


def _by_project(rule: LedgerRule, records: Sequence[Record], nodes: Sequence[Node]) -> Node:
    """The records' points added up, those of one project within its cap; a record without a project stands alone."""
    if rule.project_cap is None:
        return _sum(nodes)
    projects: dict[str, list[Node]] = {}
    for record, node in zip(records, nodes, strict=True):
        projects.setdefault(record.project or f"/{record.id}", []).append(node)
    cap = rule.project_cap
    return _sum([called(within(_sum(own), -cap, cap), f"project:{name}") for name, own in projects.items()])


def _fixed(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    return _factored(rule, records[0], _earned(_leaf(records[0]), rule.points or ZERO, "points"))


def _cases(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    points = rule.points or ZERO
    nodes = [_factored(rule, record, _times(_leaf(record), points, "points")) for record in records]
    return _by_project(rule, records, nodes)


def _missing(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    due = Fraction(rule.due or 0)
    there = within(_sum([_leaf(record) for record in records]), None, due)
    lacking = Node("minus", due - there.value, (constant(due, "due"), there))
    return _times(lacking, rule.points or ZERO, "points")


def _below_target(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    target, per = rule.target or ZERO, rule.per or ONE
    leaf = _leaf(records[0])
    short = within(Node("minus", target - leaf.value, (constant(target, "target"), leaf)), ZERO, None)
    steps = _times(short, 1 / per, "per")
    mode = "floor" if rule.count == "full" else "ceil"
    whole = Fraction(steps.value // 1 if mode == "floor" else -(-steps.value // 1))
    return _times(Node("round", whole, (steps,), mode=mode), rule.points or ZERO, "points")


def _range(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    return _by_project(rule, records, [_factored(rule, record, _leaf(record)) for record in records])


def _graded(level: LedgerLevel, record: Record) -> Node:
    leaf = _leaf(record)
    return leaf if level.points is None else _earned(leaf, level.points, f"level:{level.id}")


def _level(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    """Of one project the highest level alone counts; where the points are deductions, the gravest."""
    levels = {level.id: level for level in rule.levels}
    projects: dict[str, list[Node]] = {}
    for record in records:
        projects.setdefault(record.project or f"/{record.id}", []).append(_graded(levels[record.level], record))
    down = any(end < 0 for level in rule.levels for end in (level.points, level.least) if end is not None)
    pick = min if down else max
    nodes = []
    for name, own in projects.items():
        node = own[0]
        if len(own) > 1:
            node = Node("lowest" if down else "highest", pick(one.value for one in own), tuple(own))
        nodes.append(called(node, f"project:{name}"))
    return _sum(nodes)


def _grade(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    return _graded(next(level for level in rule.levels if level.id == records[0].level), records[0])


def _steps(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    leaf = _leaf(records[0])
    reached = [step for step in rule.steps if leaf.value >= step.least]
    return _earned(leaf, reached[-1].points if reached else ZERO, "step")


def _state(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    """A state is named, or follows from the number of faults."""
    record, points = records[0], rule.points or ZERO
    state = next((one for one in rule.states if one.id == record.level), None)
    if state is None:
        state = [one for one in rule.states if one.faults <= counted(record)][-1]
    leaf = Node("record", Fraction(state.faults) if record.value is None else record.value, ref=record.id)
    share = _earned(leaf, state.share, f"state:{state.id}")
    return _times(share, points, "points")


def _all_or_nothing(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    leaf, target = _leaf(records[0]), rule.target or ZERO
    met = leaf.value >= target
    points = rule.points or ZERO if met else ZERO
    return Node("points", points, (leaf, constant(points, "met" if met else "unmet"), constant(target, "target")))


def _share(rule: LedgerRule, records: Sequence[Record], best: Fraction) -> Node:
    done = _sum([_leaf(record) for record in records])
    target = best if rule.target is None else rule.target
    # Nobody has anything: then nobody has a share of it.
    part = within(_times(done, 1 / target if target else ZERO, "share"), None, ONE)
    return _times(part, rule.points or ZERO, "points")


def _rank(rule: LedgerRule, records: Sequence[Record], _: Fraction) -> Node:
    leaf = _leaf(records[0])
    place = int(leaf.value)
    points = rule.rank_points[place - 1] if place <= len(rule.rank_points) else ZERO
    return _earned(leaf, points, "place")


_SHAPES: dict[str, Callable[[LedgerRule, Sequence[Record], Fraction], Node]] = {
    "fixed": _fixed,
    "cases": _cases,
    "missing": _missing,
    "below_target": _below_target,
    "range": _range,
    "committee": _range,
    "level": _level,
    "grade": _grade,
    "steps": _steps,
    "state": _state,
    "all_or_nothing": _all_or_nothing,
    "share": _share,
    "rank": _rank,
}
