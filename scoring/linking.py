"""Which sheets would make judges comparable that have no entry in common: the fewest, and the easiest to get.

Source: docs/scoring.md, "Severity". It proposes and changes nothing.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from scoring.severity import connected

Pair = tuple[str, str]  # judge, entry


def linking_sheets(
    marks: Mapping[str, Collection[str]], due: Collection[Pair] = (), barred: Collection[Pair] = ()
) -> list[Pair]:
    """One sheet for each group of judges beyond the first; with them all are linked. ``marks``: judge -> his entries.

    The group with the most sheets is joined by the others one by one. A sheet of ``due`` (it was to come, and did not)
    is taken before any other; then the entry with the most sheets, because there the comparison leans on the most
    judges, and the judge with the most. Nobody of ``barred`` is asked. Where nothing links, a group stays alone.
    """
    groups = [list(group) for group in connected({judge: row for judge, row in marks.items() if row})]
    number = {judge: len(row) for judge, row in marks.items()}
    seen = Counter(entry for row in marks.values() for entry in row)
    groups.sort(key=lambda group: -sum(number[judge] for judge in group))
    joined, left, links = groups[:1], groups[1:], list[Pair]()
    while left:
        inside = [judge for group in joined for judge in group]
        offers = {
            place: [*_across(marks, inside, group), *_across(marks, group, inside)] for place, group in enumerate(left)
        }
        able = [
            (pair not in due, -seen[pair[1]], -number[pair[0]], place, pair)
            for place, pairs in offers.items()
            for pair in pairs
            if pair not in barred
        ]
        if not able:
            break
        *_, place, pair = min(able, key=lambda offer: offer[:4])
        links.append(pair)
        joined.append(left.pop(place))
    return links


def _across(marks: Mapping[str, Collection[str]], judges: Collection[str], others: Collection[str]) -> list[Pair]:
    """Every judge of one side with every entry of the other."""
    entries = dict.fromkeys(entry for judge in others for entry in marks[judge])
    return [(judge, entry) for judge in judges for entry in entries]
