"""A final by the skating system: equal sums of places parted by rule 10, and what rule 11 would say of the rest.

Source: docs/scoring.md, "Skating". Reads the dances of every unit; lower places are better, comparisons say it as more.
"""

from collections.abc import Sequence
from fractions import Fraction

from scoring.faults import Fault
from scoring.skating import Step, by_rule_11, rule_10
from scoring.ties import Comparison
from scoring.units import Field
from scoring.working import Node


class Final:
    """The places and the marks of ``units``, of which each has its place in every dance."""

    def __init__(self, field: Field, units: Sequence[str]) -> None:
        dances = {
            unit.id: [_dance(node) for node in field.components(unit).values() if node is not None]
            for unit in field.marking.roster.units
            if unit.id in units
        }
        self._places = {unit: [node.value for node in nodes] for unit, nodes in dances.items()}
        self._marks = {
            unit: [int(leaf.value) for node in nodes for leaf in node.args if leaf.op == "place"]
            for unit, nodes in dances.items()
        }

    def parted(self, equal: Sequence[str], place: int) -> tuple[list[list[str]], list[Comparison]]:
        """Units of equal sum in groups, best first, for the places from ``place`` on; and every comparison."""
        groups, steps = rule_10(self._places, equal, place)
        return groups, [_compared(step) for step in steps]

    def not_offered(self, equal: Sequence[str], place: int) -> Fault:
        """What is open where rule 11 is needed for ``place``: its order is told, but people decide."""
        groups = by_rule_11(self._places, self._marks, equal, place)
        order = "; ".join(", ".join(group) for group in groups)
        return Fault("skating.not_offered", {"units": ", ".join(equal), "order": order, "place": place})


def _dance(node: Node) -> Node:
    """The dance that a component's score is the mean of one of."""
    return node if node.op == "dance" else _dance(node.args[0])


def _compared(step: Step) -> Comparison:
    better: dict[str, Fraction] = {
        unit: value if step.what == "counts" else -value for unit, value in step.values.items()
    }
    return Comparison(f"skating_{step.what}:{step.place}", better)
