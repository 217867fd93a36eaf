"""A contest as it stands at the end of one of its rounds. Source: docs/scoring.md, "Rounds"."""

from dataclasses import replace

from scoring.verify.given import Given, once
from scoring.verify.numbers import Table


@once
def through(given: Given, number: int) -> Given:
    """The contest without what belongs to a round after round ``number``: a contest of its own, that ends there."""
    rounds = given.rule["rounds"]
    if number + 1 >= len(rounds):
        return given
    kept = rounds[: number + 1]
    parts = {part for one in kept for part in one["components"]}
    names = {None, *(one["id"] for one in kept)}
    rule = given.rule | {
        "rounds": kept,
        "components": [part for part in given.rule["components"] if part["id"] in parts],
        "adjustments": [one for one in given.rule["adjustments"] if one["round"] in names],
    }
    entries = {name: row for name, row in given.entries.items() if row["component"] in parts}
    stated = given.stated | given.stated.get(("through", number), {})
    return replace(given, rule=rule, entries=entries, whole=given, memory={}, stated=stated)


def together(given: Given) -> list[Table]:
    """The rounds that the standing at the end is made of: the last one, and those before it as far as they carry."""
    rounds = given.rule["rounds"]
    first = len(rounds) - 1
    while first > 0 and rounds[first]["carry"] != "reset":
        first -= 1
    found: list[Table] = rounds[first:]
    return found


def round_of(given: Given, component: str) -> int:
    """The number of a component's round, from 0; 0 where there are no rounds."""
    rounds = given.rule["rounds"]
    return next((number for number, one in enumerate(rounds) if component in one["components"]), 0)
