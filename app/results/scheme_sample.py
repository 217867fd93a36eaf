"""A made-up panel through a scheme, so that whoever writes it sees what it does: places, scores and every working.

Reads a scheme. Gives invented names and marks, the same for the same scheme. Writes nothing.
"""

from collections.abc import Collection, Iterator
from fractions import Fraction

from app.i18n import Language
from app.results.rows import Ranked, ranked
from scoring.roster import Entry, Judge, Prior, Roster, Sheet, Unit
from scoring.scheme import Component, Item, Scheme
from scoring.tabulate import tabulate

_UNITS = 4
_JUDGES = 7
# How good each unit is and how strict each judge, in hundredths of what lies between floor and full marks.
_GOOD = (82, 74, 88, 61)
_STRICT = (0, -9, 6, 3, -4, 11, -14, 5, -2)


def sample(scheme: Scheme, language: Language) -> Ranked:
    """The result of four units and a panel that is large enough. Raises Refused where the scheme asks for more."""
    roster = _roster(scheme, language)
    priors = [
        Prior(unit.id, part.id, made_up_score(part, place))
        for place, unit in enumerate(roster.units)
        for part in scheme.components
        if part.source == "prior" and not part.ledger
    ]
    keys = {(judge.id, entry.id) for judge in roster.judges for entry in roster.entries}
    return ranked(
        scheme, roster, tabulate(scheme, roster, tuple(made_up_marks(scheme, roster, keys)), priors), language
    )


def made_up_score(part: Component, place: int) -> Fraction:
    """A score known before for the unit at ``place`` in the order."""
    return part.full * _GOOD[place % len(_GOOD)] / 100


def _roster(scheme: Scheme, language: Language) -> Roster:
    say = language.gettext
    divisions = [one.id for one in scheme.divisions] or [""]
    units = tuple(
        Unit(f"U{n}", say("Unit {n}", n="ABCD"[n - 1]), divisions[n % len(divisions)]) for n in range(1, _UNITS + 1)
    )
    entries = tuple(
        Entry(f"{unit.id}-{part.id}-{n}", unit.id, part.id, kind, unit.name, "")
        for part in scheme.components
        if part.source == "marks"
        for unit in units
        for n, kind in enumerate(_kinds(scheme, part))
    )
    most = max((part.panel.minimum for part in scheme.components if part.panel), default=1)
    classes = [one.id for one in scheme.judge_classes] or [""]
    number = max(_JUDGES, most, 3 * len(classes))
    judges = tuple(
        Judge(f"J{n}", say("Judge {n}", n=n + 1), classes[n % len(classes)], "", say("Bloc {n}", n=n % 3 + 1))
        for n in range(number)
    )
    return Roster(units, entries, judges)


def _kinds(scheme: Scheme, part: Component) -> list[str]:
    """One kind of each group that is weighed; else the first that has items."""
    with_items = [kind for kind in scheme.kinds if scheme.items(part.id, kind.id)]
    if scheme.items(part.id) and part.unit.method != "weighted" and not with_items:
        return [""]
    if part.unit.method != "weighted":
        return [with_items[0].id] if any(item.kinds for item in _items(part)) else [""]
    groups = {weight.group for weight in part.unit.weights}
    first = {kind.group: kind.id for kind in reversed(with_items) if kind.group in groups}
    return list(first.values())


def _items(part: Component) -> list[Item]:
    return [item for criterion in part.criteria for item in criterion.items]


def made_up_marks(scheme: Scheme, roster: Roster, wanted: Collection[tuple[str, str]]) -> Iterator[Sheet]:
    """A sheet for each (judge, entry) of ``wanted`` whose judge marks that component."""
    good = {unit.id: _GOOD[place % len(_GOOD)] for place, unit in enumerate(roster.units)}
    for place, entry in enumerate(roster.entries):
        part = scheme.component[entry.component]
        for number, judge in enumerate(roster.judges):
            if (judge.id, entry.id) not in wanted or (part.marked_by and judge.judge_class not in part.marked_by):
                continue
            ticks = []
            for at, item in enumerate(scheme.items(entry.component, entry.kind)):
                share = good[entry.unit] + _STRICT[number % len(_STRICT)] + (number * 5 + place * 7 + at * 3) % 9 - 4
                low, high = item.ticks[0], item.ticks[-1]
                ticks.append(low + (high - low) * min(max(share, 0), 100) // 100 if item.role == "score" else low)
            yield Sheet(judge.id, entry.id, tuple(ticks))
