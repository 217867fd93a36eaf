"""From the scores of entries and the prior scores to every unit's total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from scoring.blend import effective_weights, scaled, weighted
from scoring.deadlines import taken_by
from scoring.faults import Fault
from scoring.ledger import Account, accounts
from scoring.marked import Marking
from scoring.numbers import ZERO
from scoring.panel import How, called
from scoring.roster import Prior, Record, Roster, Unit
from scoring.rounds import brought_together
from scoring.scores import alone, entry_score, votes_at
from scoring.sheets import Form
from scoring.steps import adjusted, staged, within
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Component, Round, Scheme


class Total(NamedTuple):
    """A unit's total: as published, before the stage ``round``, before ``adjust``, and before any of its stages."""

    published: Node
    adjusted: Node
    blended: Node
    unrounded: Node


class Field:
    """All units of a contest with what their totals are made of.

    ``through``: the number of the round at whose end it is looked at; whatever belongs to a later round is not there.
    """

    def __init__(self, marking: Marking, priors: tuple[Prior | Record, ...], through: int | None = None) -> None:
        self.marking = marking
        self.scheme = marking.scheme
        last = len(self.scheme.rounds) - 1 if through is None else through
        self.rounds = self.scheme.rounds[: last + 1]
        self.parts = tuple(part for part in self.scheme.components if self.scheme.round_of.get(part.id, last) <= last)
        self.ledgers = read_ledgers(marking.scheme, marking.roster, priors)
        self.known = {
            (prior.component, prior.unit): Node("prior", prior.value, ref=f"{prior.component}/{prior.unit}")
            for prior in priors
            if isinstance(prior, Prior)
        } | {place: account.node for place, account in self.ledgers.items() if account.node}
        self.entries: dict[tuple[str, str], list[str]] = {}
        for entry in marking.roster.entries:
            self.entries.setdefault((entry.component, entry.unit), []).append(entry.id)
        self.group = {kind.id: kind.group for kind in self.scheme.kinds}
        self.nominal: dict[str, Fraction] = {}
        self.effective: dict[str, float] = {}

    def components(self, unit: Unit, how: How = "rule") -> dict[str, Node | None]:
        """The unit's score in every component; None where there is none."""
        return {
            part.id: self._marked(unit, part, how) if part.source == "marks" else self._prior(unit, part)
            for part in self.parts
        }

    def _marked(self, unit: Unit, part: Component, how: How) -> Node | None:
        nodes: list[tuple[str, Node]] = []
        submitted: list[str] = []
        for entry in self.entries.get((part.id, unit.id), []):
            result = self.marking.results[entry]
            if result.excluded:
                continue
            node = result.working if how == "rule" else entry_score(self.marking, self.marking.marked[entry], how)
            if node is None and part.unit.unmarked == "left_out":
                continue
            if node is None:
                return None
            nodes.append((result.entry.kind, node))
            submitted.append(result.entry.submitted)
        if part.unit.deadlines:
            handed_in = [(node.value, when) for (_, node), when in zip(nodes, submitted, strict=True)]
            nodes = [nodes[i] for i in taken_by(part.unit.deadlines, part.unit.best or 0, handed_in)]
        return self.of_entries(part, nodes, f"component:{part.id}/{unit.id}")

    def of_entries(self, part: Component, nodes: list[tuple[str, Node]], ref: str) -> Node | None:
        """The unit rule applied to its entries' scores (kind, node), with its rounding stage."""
        node = self._joined(part, nodes)
        return called(staged(node, self.scheme.stage("unit", part.id)), ref) if node else None

    def _joined(self, part: Component, nodes: list[tuple[str, Node]]) -> Node | None:
        """The unit rule without rounding: a tie key compares what was not rounded."""
        if not nodes:
            return None
        rule = part.unit
        values = [node.value for _, node in nodes]
        args = tuple(node for _, node in nodes)
        if rule.method == "weighted":
            return self._weighted(part, nodes)
        left_out = max(0, len(values) - rule.best) if rule.best else 0
        kept = sorted(values)[left_out:]
        total = sum(kept, ZERO)
        if rule.method == "sum":
            return Node("best_sum" if left_out else "sum", total, args, low=left_out)
        return Node("best_mean" if left_out else "mean", total / len(kept), args, low=left_out)

    def _weighted(self, part: Component, nodes: list[tuple[str, Node]]) -> Node | None:
        parts = []
        for weight in part.unit.weights:
            chosen = tuple(node for kind, node in nodes if self.group.get(kind) == weight.group)
            if chosen:
                mean = sum((node.value for node in chosen), ZERO) / len(chosen)
                parts.append((weight.weight, weight.group, Node("mean", mean, chosen, of=f"group:{weight.group}")))
        return weighted(parts) if parts else None

    def _prior(self, unit: Unit, part: Component) -> Node | None:
        if known := self.known.get((part.id, unit.id)):
            return known
        decided = self.marking.decided.priors.get((part.id, unit.id))
        if decided:
            value, index = decided
            return None if value is None else Node("decision", value, ref=str(index))
        if part.missing == "zero":
            return constant(ZERO, f"missing:{part.id}")
        if part.missing == "field_median":
            others = sorted(node.value for (component, _), node in self.known.items() if component == part.id)
            if others:
                half = len(others) // 2
                middle = others[half] if len(others) % 2 else (others[half - 1] + others[half]) / 2
                return constant(middle, f"field_median:{part.id}")
        return None

    def may_renormalise(self, unit: Unit, part: Component) -> bool:
        """Whether the unit's total may be made without this component."""
        decided = self.marking.decided.priors.get((part.id, unit.id))
        without = decided is not None and decided[0] is None
        return part.source == "prior" and (without or part.missing == "renormalise")

    def totals(self, parts: dict[str, dict[str, Node | None]], how: How = "rule") -> dict[str, Total]:
        """The total of every unit of ``parts`` that has what the scheme asks for; unit -> component -> node."""
        if self.scheme.total.method == "skating":
            return {unit: _added(list(nodes.values())) for unit, nodes in parts.items() if None not in nodes.values()}
        if not self.rounds:
            totals = self._blended(self.parts, parts, "")
            shares = {part.id: part.weight for part in self.parts}
        else:
            together = self.scheme.counting(len(self.rounds) - 1)
            by_round = [self._of_round(one, parts) for one in together]
            totals = {
                unit: self._carried(together, [found[unit] for found in by_round])
                for unit in by_round[-1]
                if all(unit in found for found in by_round)
            }
            shares = {part.id: share for one in together for part, share in self._shares(one)}
        if how == "rule":
            self.nominal = shares
            self.effective = self._effective(shares, parts, totals) if len(shares) > 1 else {}
        return totals

    def round_scores(self, one: Round) -> dict[str, Total]:
        """What every unit has in one round by itself."""
        return self._of_round(one, {unit.id: self.components(unit) for unit in self.marking.roster.units})

    def _of_round(self, one: Round, parts: dict[str, dict[str, Node | None]]) -> dict[str, Total]:
        return self._blended([part for part in self.parts if part.id in one.components], parts, one.id)

    def _shares(self, one: Round) -> list[tuple[Component, Fraction]]:
        """The components of a round with their shares in the standing."""
        inside = [part for part in self.parts if part.id in one.components]
        whole = sum((part.weight for part in inside), ZERO)
        return [(part, part.weight / whole * (one.weight or 1)) for part in inside]

    def _effective(
        self, shares: dict[str, Fraction], parts: dict[str, dict[str, Node | None]], totals: dict[str, Total]
    ) -> dict[str, float]:
        chosen = [part for part in self.parts if part.id in shares]
        columns = {
            name: {unit: node.value for unit, node in column.items() if unit in totals}
            for name, column in self._columns(chosen, parts).items()
        }
        return effective_weights(shares, columns)

    def _columns(
        self, chosen: Sequence[Component], parts: dict[str, dict[str, Node | None]]
    ) -> dict[str, dict[str, Node]]:
        """Every component's scores on the scale of the total."""
        return {
            part.id: scaled(
                part,
                {unit: node for unit, found in parts.items() if (node := found[part.id]) is not None},
                self.scheme.total.full,
            )
            for part in chosen
        }

    def _blended(
        self, chosen: Sequence[Component], parts: dict[str, dict[str, Node | None]], name: str
    ) -> dict[str, Total]:
        """The components of a round, or of a contest without rounds, blended and adjusted."""
        columns = self._columns(chosen, parts)
        totals = {}
        for unit in (unit for unit in self.marking.roster.units if unit.id in parts):
            blended: list[tuple[Fraction, str, Node]] = []
            complete = True
            for part in chosen:
                node = columns[part.id].get(unit.id)
                if node is not None:
                    blended.append((part.weight, part.id, node))
                elif not self.may_renormalise(unit, part):
                    complete = False
            if complete and blended:
                totals[unit.id] = self._total(unit, blended, name)
        return totals

    def _total(self, unit: Unit, blended: list[tuple[Fraction, str, Node]], name: str) -> Total:
        blend = weighted(blended) if len(blended) > 1 else blended[0][2]
        bounds = self.scheme.total
        rounded = staged(blend, self.scheme.stage("blend"))
        applied = [one for one in self.marking.decided.of("unit", unit.id) if (one.rule.round or "") == name]
        whole = within(adjusted(rounded, applied), bounds.least, bounds.most)
        unrounded = within(adjusted(blend, applied), bounds.least, bounds.most)
        published = staged(whole, self.scheme.stage("adjust"))
        if name and not published.of:
            published = called(published, f"round:{name}")
        return Total(published, published, whole, unrounded)

    def _carried(self, together: Sequence[Round], found: Sequence[Total]) -> Total:
        whole = brought_together(together, [total.published for total in found])
        return Total(
            staged(whole, self.scheme.stage("round")),
            whole,
            brought_together(together, [total.blended for total in found]),
            brought_together(together, [total.unrounded for total in found]),
        )

    def all_excluded(self, unit: Unit) -> str:
        """The veto by which the unit has no entry left in some component; or nothing."""
        for part in self.parts:
            entries = [self.marking.results[entry] for entry in self.entries.get((part.id, unit.id), [])]
            if entries and all(result.excluded for result in entries):
                return entries[0].excluded
        return ""

    def recomputed(self, how: How) -> dict[str, Fraction]:
        """What everybody's total would be under another panel method; for tie keys."""
        parts = {unit.id: self.components(unit, how) for unit in self.marking.roster.units}
        return {unit: total.unrounded.value for unit, total in self.totals(parts, how).items()}

    def criterion(self, component: str, criterion: str, unit: str) -> Fraction | None:
        """A unit's score on one criterion: the panel's method on it alone, then the unit rule; for tie keys."""
        return self._alone(component, unit, lambda form: form.of_criterion(criterion), criterion)

    def item(self, component: str, item: str, unit: str) -> Fraction | None:
        """A unit's score on one item, in the same way."""
        return self._alone(component, unit, lambda form: form.of_item(item), item)

    def _alone(
        self, component: str, unit: str, places: Callable[[Form], tuple[int, ...]], name: str
    ) -> Fraction | None:
        """The panel's method on some lines of the sheets alone; entries whose kind has none of them are passed over."""
        part = next((part for part in self.parts if part.id == component), None)
        if part is None:
            return None
        nodes = []
        for entry in self.entries.get((component, unit), []):
            marked = self.marking.marked[entry]
            node = alone(self.marking, marked, name, places(marked.form))
            if node is not None and not self.marking.results[entry].excluded:
                nodes.append((marked.entry.kind, node))
        whole = self._joined(part, nodes)
        return whole.value if whole else None

    def entry_at(self, component: str, place: int, unit: str) -> Fraction | None:
        """The score of the entry at ``place`` among the unit's own, the best first; for tie keys."""
        if component not in {part.id for part in self.parts}:
            return None  # marked in a later round
        found = [self.marking.results[entry] for entry in self.entries.get((component, unit), [])]
        values = sorted(one.score for one in found if one.score is not None and not one.excluded)
        return values[-place] if place <= len(values) else None

    def votes(self, component: str, grade: str, unit: str) -> Fraction | None:
        """The share of votes at a grade or above: the mean of the unit's entries; for tie keys."""
        found = [
            share
            for entry in self.entries.get((component, unit), [])
            if not self.marking.results[entry].excluded
            and (share := votes_at(self.marking.marked[entry], grade)) is not None
        ]
        return sum(found, ZERO) / len(found) if found else None

    def judge_marks(self, unit: str) -> dict[str, Fraction]:
        """Each judge's own view of a unit: his sheets as shares of full marks, weighted over components."""
        sums: dict[str, tuple[Fraction, Fraction]] = {}
        standing = self.scheme.counting(len(self.rounds) - 1) if self.rounds else ()
        for part in self.parts:
            if standing and not any(part.id in one.components for one in standing):
                continue
            seen: dict[str, list[Fraction]] = {}
            for entry in self.entries.get((part.id, unit), []):
                marked = self.marking.marked[entry]
                if self.marking.results[entry].excluded:
                    continue
                for judge_id, value in marked.sheet_scores():
                    seen.setdefault(judge_id, []).append(value / part.full)
            for judge_id, shares in seen.items():
                value, weight = sums.get(judge_id, (ZERO, ZERO))
                mean = sum(shares, ZERO) / len(shares)
                sums[judge_id] = (value + part.weight * mean, weight + part.weight)
        return {judge_id: value / weight for judge_id, (value, weight) in sums.items()}


def read_ledgers(scheme: Scheme, roster: Roster, priors: Iterable[Prior | Record]) -> dict[tuple[str, str], Account]:
    """The account of every unit in every component with a ledger, by (component, unit)."""
    records = [record for record in priors if isinstance(record, Record)]
    return {
        (part.id, unit): account
        for part in scheme.components
        if part.ledger
        for unit, account in accounts(
            part, part.ledger, roster.units, [r for r in records if r.component == part.id]
        ).items()
    }


def ledger_notes(field: Field) -> Iterator[Fault]:
    """The records that changed nothing: a cap was reached, or a higher level of the same project counts."""
    for (component, unit), account in field.ledgers.items():
        for record in account.idle:
            params: dict[str, str | int] = {"component": component, "unit": unit, "rule": record.rule, "id": record.id}
            yield Fault("note.record_idle", params)


def _added(dances: list[Node | None]) -> Total:
    """The sum of the places in all dances (skating, rule 9): lower is better, and nothing else goes into it."""
    nodes = tuple(node for node in dances if node is not None)
    whole = Node("sum", sum((node.value for node in nodes), ZERO), nodes)
    return Total(whole, whole, whole, whole)


def missing_components(field: Field, unit: Unit, parts: dict[str, Node | None]) -> list[Fault]:
    """What keeps a unit from having a total, beyond what its entries report themselves."""
    faults = []
    for part in field.parts:
        if parts[part.id] is not None or field.may_renormalise(unit, part):
            continue
        if part.ledger:
            lacking = ", ".join(field.ledgers[part.id, unit.id].lacking)
            faults.append(Fault("unit.ledger_lacks", {"unit": unit.id, "component": part.id, "rules": lacking}))
        elif part.source == "prior":
            faults.append(Fault("unit.prior_missing", {"unit": unit.id, "component": part.id}))
        elif not field.entries.get((part.id, unit.id)):
            faults.append(Fault("unit.no_entries", {"unit": unit.id, "component": part.id}))
        elif part.unit.unmarked == "left_out":
            faults.append(Fault("unit.unmarked", {"unit": unit.id, "component": part.id}))
    return faults
