"""Which entries of a unit count where they are due by deadlines. Source: docs/scoring.md, "Units"."""

from collections.abc import Sequence

from scoring.verify.numbers import F


def taken(deadlines: Sequence[str], number: int, entries: Sequence[tuple[str, F, str]]) -> list[str]:
    """The names of the entries that count; ``entries``: (name, score, when it was handed in or nothing).

    By the n-th deadline there are n, as far as so many were in time: those missed before are made up; the best first,
    of equals the one that stands first. Then the best of the rest.
    """
    best_first = [name for name, _, _ in sorted(entries, key=lambda entry: -entry[1])]
    at = {name: moment(when) for name, _, when in entries if when}
    counted: list[str] = []
    for due, deadline in enumerate(deadlines, 1):
        in_time = [name for name in best_first if name in at and at[name] <= moment(deadline)]
        counted += [name for name in in_time if name not in counted][: due - len(counted)]
    rest = [name for name in best_first if name not in counted]
    return counted + rest[: max(0, number - len(counted))]


def moment(text: str) -> str:
    """A date and time in the one spelling by which times sort: ``2022-07-09 14:05:00``."""
    return text.replace("T", " ") + ":00" * (text.count(":") == 1)
