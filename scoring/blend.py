"""The parts of a unit's score put on one scale and blended. Source: docs/scoring.md, "Blend".

``percent`` needs nothing from the field; ``minmax``, ``z`` and ``rank`` depend on it: there a withdrawal moves others.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

from scoring.numbers import ZERO, quantised_sqrt_ratio
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Component


def z_scores(values: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """(value - mean) / sd over the field (sd of all, not of a sample), half-even to nine decimals; 0 without spread."""
    mean, variance = mean_and_variance(values)
    if variance == 0:
        return dict.fromkeys(values, ZERO)
    return {name: quantised_sqrt_ratio(value - mean, variance) for name, value in values.items()}


def mean_and_variance(values: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
    """The mean of the field and the mean squared distance from it."""
    mean = sum(values.values(), ZERO) / len(values)
    return mean, sum(((value - mean) ** 2 for value in values.values()), ZERO) / len(values)


def scaled(component: Component, nodes: Mapping[str, Node], full: Fraction) -> dict[str, Node]:
    """Each unit's score in ``component`` on the scale of the final score, whose full marks are ``full``.

    ``nodes`` holds the units that have a score, and only those.
    """
    values = {unit: node.value for unit, node in nodes.items()}
    if not values:
        return {}
    match component.scale:
        case "percent":
            return {unit: _times(node, full / component.full) for unit, node in nodes.items()}
        case "minmax":
            low, high = min(values.values()), max(values.values())
            field = (constant(low, "lowest"), constant(high, "highest"))
            # Without any spread nobody is better: everybody gets the middle.
            share = {
                unit: (value - low) / (high - low) if high > low else Fraction(1, 2) for unit, value in values.items()
            }
            return {unit: _times(Node("minmax", share[unit], (node, *field)), full) for unit, node in nodes.items()}
        case "z":
            mean, variance = mean_and_variance(values)
            field = (constant(mean, "field_mean"), constant(variance, "field_variance"))
            z = z_scores(values)
            return {
                unit: Node(
                    "plus",
                    component.z_mean + component.z_spread * z[unit],
                    (
                        constant(component.z_mean, "z_mean"),
                        _times(Node("z", z[unit], (node, *field)), component.z_spread),
                    ),
                )
                for unit, node in nodes.items()
            }
        case "rank":
            points = {unit: _rank_points(component, values, value) for unit, value in values.items()}
        case _:  # bands
            points = {unit: _band_points(component, value) for unit, value in values.items()}
    return {
        unit: _times(Node("points", points[unit], (node, constant(points[unit], "points"))), full / component.full)
        for unit, node in nodes.items()
    }


def _times(node: Node, factor: Fraction) -> Node:
    return node if factor == 1 else Node("times", node.value * factor, (node, constant(factor, "scale")))


def _rank_points(component: Component, values: Mapping[str, Fraction], value: Fraction) -> Fraction:
    place = sum(1 for other in values.values() if other > value)
    return component.rank_points[place] if place < len(component.rank_points) else ZERO


def _band_points(component: Component, value: Fraction) -> Fraction:
    reached = [band for band in component.bands if value >= band.least]
    return max(reached, key=lambda band: band.least).points if reached else ZERO


def weighted(parts: list[tuple[Fraction, str, Node]]) -> Node:
    """The weighted mean of ``parts`` (weight, what it is the weight of, node)."""
    total = sum((weight for weight, _, _ in parts), ZERO)
    value = sum((weight * node.value for weight, _, node in parts), ZERO) / total
    args = tuple(arg for weight, name, node in parts for arg in (constant(weight, f"weight:{name}"), node))
    return Node("weighted", value, args)


def effective_weights(
    weights: Mapping[str, Fraction], columns: Mapping[str, Mapping[str, Fraction]]
) -> dict[str, float]:
    """How much of the spread of the final scores each component makes, by ``w sd / sum w sd``; information only.

    ``columns`` holds each component's scaled scores by unit. Floats: no place depends on them.
    """
    spread = {
        name: float(weights[name]) * sqrt(mean_and_variance(column)[1]) for name, column in columns.items() if column
    }
    whole = sum(spread.values())
    return {name: value / whole for name, value in spread.items()} if whole else {}
