"""Invented marks to try the page with. Reads a scheme; the names and numbers belong to nobody and no place.

The same scheme always gives the same marks.
"""

from fractions import Fraction

from app.i18n import Language
from app.results.rule_words import word
from app.tally.rules import on_totals
from scoring.numbers import ZERO, plain, rounded, shown
from scoring.scheme import Component, Scheme

_COUNTIES = ("云岭县", "青禾县", "松坪县", "白石县", "柳溪县", "梅坞县", "枫林县", "雁湖县", "石桥县", "兰谷县")
_PROJECTS = 2
_ENTRANTS = 18
_JUDGES = 9
# How good each entrant is and how strict each judge, in thousandths of full marks; the wobble is added on top.
_GOOD = (931, 905, 948, 880, 917, 939, 896, 925, 953, 888, 911, 942, 901, 934, 920, 893, 929, 908)
_STRICT = (0, -5, 4, 2, -3, 6, -7, 3, -1)


def example(scheme: Scheme, language: Language) -> dict[str, str]:
    """A grid for each component, as it would be pasted from Excel."""
    parts = on_totals(scheme).components
    return {part.id: _grid(scheme, part, language) for part in parts}


def _grid(scheme: Scheme, part: Component, language: Language) -> str:
    tour = scheme.contest == "tour"
    units = list(_COUNTIES) if tour else [language.gettext("Contestant {n}", n=n) for n in range(1, _ENTRANTS + 1)]
    if part.source == "prior":
        heads = [language.gettext("Unit"), word(part.name, language)]
        return _tabbed([heads, *([unit, plain(part.full * (_GOOD[i] - 20) / 1000)] for i, unit in enumerate(units))])
    repeated = tour and part is _first(scheme, part)
    entrants = [(unit, n) for unit in units for n in range(_PROJECTS if repeated else 1)]
    names = [language.gettext("{unit} project {n}", unit=u, n=n + 1) if repeated else u for u, n in entrants]
    own = tour and part.recusal == "own_unit"
    beside = [language.gettext("Judge's unit")] if own else []
    lines = [["", *beside, *names]]
    if repeated:
        lines.append([language.gettext("Unit"), *([""] if own else []), *(unit for unit, _ in entrants)])
    if scheme.divisions:
        chosen = [scheme.divisions[i % len(scheme.divisions)] for i in range(len(units))]
        lines.append([language.gettext("Division"), *(word(division.name, language) for division in chosen)])
    for j in range(_JUDGES):
        marks = [
            language.gettext("recused") if own and unit == units[j] else _mark(part, e, j)
            for e, (unit, _) in enumerate(entrants)
        ]
        lines.append([language.gettext("Judge {n}", n=j + 1), *([units[j]] if own else []), *marks])
    return _tabbed(lines)


def _first(scheme: Scheme, part: Component) -> Component | None:
    marked = [one for one in scheme.components if one.source == "marks"]
    return part if marked and marked[0].id == part.id else None


def _mark(part: Component, entrant: int, judge: int) -> str:
    item = part.criteria[0].items[0]
    good = _GOOD[entrant % len(_GOOD)] - 7 * (entrant // len(_GOOD))
    thousandths = good + _STRICT[judge] + (entrant * 37 + judge * 23 + entrant * judge * 5) % 41 - 20
    wished = item.full * thousandths / 1000
    tick = rounded(wished / item.step, 0)
    value = min(max(tick * item.step, item.floor), item.full)
    return shown(value, _decimals(item.step))


def _decimals(step: Fraction) -> int:
    decimals = 0
    while (step * 10**decimals).denominator != 1 and decimals < 9:  # no mark is written finer
        decimals += 1
    return decimals if step > ZERO else 0


def _tabbed(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows)
