"""Which entries of a unit count where they are handed in by deadlines. Source: docs/scoring.md, "Units".

At every deadline one more entry is taken, the best of those handed in by then; what was missed at one deadline is made
up at the next. Then the best of all the rest, up to the number that count.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")


def second_of(text: str) -> int | None:
    """The second, counted from any fixed day, of a date and time such as ``2022-07-09 14:05:30``; None for others."""
    if not _TIME.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:  # no such day, no such hour
        return None
    return ((at.toordinal() * 24 + at.hour) * 60 + at.minute) * 60 + at.second


def taken_by(deadlines: Sequence[str], number: int, entries: Sequence[tuple[Fraction, str]]) -> list[int]:
    """The places of the entries that count, at most ``number``; ``entries``: (score, when it was handed in).

    An entry of which nobody knows when it came met no deadline; it can be taken with the rest.
    """
    at = [second_of(when) if when else None for _, when in entries]
    order = sorted(range(len(entries)), key=lambda i: (-entries[i][0], i))
    chosen: list[int] = []
    for due, deadline in enumerate(deadlines, 1):
        last = second_of(deadline)
        for i in order:
            when = at[i]
            in_time = when is not None and last is not None and when <= last
            if in_time and i not in chosen and len(chosen) < due:
                chosen.append(i)
    chosen += [i for i in order if i not in chosen][: max(0, number - len(chosen))]
    return sorted(chosen)
