"""The order of the units. Source: docs/scoring.md, "Ties"."""

from scoring.verify.given import Given
from scoring.verify.unit import total


def ranking(given: Given) -> dict[str, int]:
    """1224: a place is one more than the number of those who are better."""
    found = {unit: whole.unrounded for unit in given.units if (whole := total(given, unit)) is not None}
    return {unit: 1 + sum(other > value for other in found.values()) for unit, value in found.items()}
