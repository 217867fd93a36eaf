"""Groups of entries that different judges marked, brought to one mean (二次平均法). Source: docs/scoring.md, "Panel".

A coefficient for every group: the mean of all over the group's own; every raw score of the group is multiplied by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from scoring.numbers import ZERO
from scoring.steps import staged
from scoring.working import Node, constant

if TYPE_CHECKING:
    from scoring.scheme import Rooms, Rounding


class Levels(NamedTuple):
    """``mean``: of all; ``rooms``: group -> its own mean; ``coefficients``: group -> what its scores are times by."""

    mean: Fraction
    rooms: Mapping[str, Fraction]
    coefficients: Mapping[str, Node]


def levels(rule: Rooms, scores: Mapping[str, Mapping[str, Fraction]], stage: Rounding | None) -> Levels | None:
    """``scores``: group -> entry -> raw score. None where a group's mean is not above 0."""
    rooms = {room: sum(own.values(), ZERO) / len(own) for room, own in scores.items() if own}
    if any(mean <= 0 for mean in rooms.values()) or not rooms:
        return None
    if rule.mean == "rooms":
        whole = sum(rooms.values(), ZERO) / len(rooms)
    else:
        whole = sum((sum(own.values(), ZERO) for own in scores.values()), ZERO) / sum(map(len, scores.values()))
    found = {
        room: staged(Node("quotient", whole / mean, (constant(whole, "rooms"), constant(mean, f"room:{room}"))), stage)
        for room, mean in rooms.items()
    }
    return Levels(whole, rooms, found)
