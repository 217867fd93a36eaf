"""Which sheets would make judges comparable that have no entry in common. Source: docs/scoring.md, "Severity"."""

from collections.abc import Iterator, Sequence

from scoring.verify.compare import linked, own_sheets
from scoring.verify.given import Given
from scoring.verify.sheets import who

AWAITED = ("missing", "incomplete", "absent")
Rows = dict[str, dict[str, object]]


def linking(given: Given, component: str) -> str:
    """``judge/entry`` for each group beyond the one with the most sheets; nothing where recusal leaves no way.

    A sheet that is waited for comes before others, then the entry and the judge with the most sheets.
    """
    sheets: Rows = {judge: dict(row) for judge, row in own_sheets(given, component).items()}
    here = [name for name, row in given.entries.items() if row["component"] == component]
    sizes = {name: sum(name in row for row in sheets.values()) for name in here}
    waited = {(one, name) for name in here for why in AWAITED for one in who(given, name)[why]}
    barred = {(one, name) for name in here for one in who(given, name)["recused"]}
    groups = linked(own_sheets(given, component))
    inside, *left = sorted(groups, key=lambda group: -sum(len(sheets[one]) for one in group))
    found = []
    while offers := [
        ((pair not in waited, -sizes[pair[1]], -len(sheets[pair[0]]), number), pair)
        for number, group in enumerate(left)
        for pair in (*_pairs(sheets, inside, group), *_pairs(sheets, group, inside))
        if pair not in barred
    ]:
        (*_, number), pair = min(offers, key=lambda offer: offer[0])
        found.append("/".join(pair))
        inside = inside + left.pop(number)
    return ", ".join(found)


def _pairs(sheets: Rows, judges: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each of ``judges`` with each entry that ``others`` marked."""
    entries = {entry: None for other in others for entry in sheets[other]}
    return ((judge, entry) for judge in judges for entry in entries)
