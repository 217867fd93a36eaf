"""The rows of a ranking as it reads on a page: places, scores, prizes, the gaps between them, and every working.

Reads a tabulation. Computes no score and decides no place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.i18n import Language
from app.pages import yuan
from app.results.naming import called
from app.results.report import total_apart, vetoes
from app.results.rule_words import rule_lines, tie_word, word
from app.results.wording import MOST_LINES, Named, lines, named
from scoring.faults import Fault
from scoring.numbers import plain, shown
from scoring.results import Tabulation, UnitResult
from scoring.roster import Roster
from scoring.scheme import Component, Scheme
from scoring.ties import Comparison


@dataclass(frozen=True, slots=True)
class Working:
    """How one number came about, in at most six lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the ranking. ``boundary`` is what is said between it and the line above, if a prize ends there."""

    name: str
    beside: str
    division: str
    place: str
    tied: bool
    parts: tuple[str, ...]
    score: str
    prize: str
    first_prize: bool
    yuan: str
    state: str
    workings: tuple[Working, ...]
    boundary: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A whole ranking in the reader's language: the rule in words, the table, and what is still open."""

    rule: tuple[str, ...]
    columns: tuple[str, ...]
    places: tuple[Place, ...]
    divided: bool
    prized: bool
    paid: str
    open: tuple[str, ...]
    notes: tuple[str, ...]


def ranked(
    scheme: Scheme, roster: Roster, tabulation: Tabulation, language: Language, beside: Mapping[str, str] | None = None
) -> Ranked:
    """The ranking as a page shows it. ``beside``: what is printed small beside a unit's name."""
    several = len(scheme.components) > 1
    return Ranked(
        rule=rule_lines(scheme, language),
        columns=tuple(word(part.name, language) for part in scheme.components) if several else (),
        places=tuple(_places(scheme, roster, tabulation, language, beside or {})),
        divided=bool(scheme.divisions),
        prized=bool(scheme.prizes.tiers),
        paid=yuan(tabulation.money.paid) if tabulation.money.planned else "",
        open=contradictions(scheme, roster, tabulation.open, language),
        notes=contradictions(scheme, roster, tabulation.notes, language),
    )


def contradictions(scheme: Scheme, roster: Roster, faults: Sequence[Fault], language: Language) -> tuple[str, ...]:
    """What contradicts itself or is open, a sentence each, with people and projects by their names."""
    return tuple(language.sentence(called(fault, scheme, roster, language)) for fault in faults)


def _places(
    scheme: Scheme, roster: Roster, tabulation: Tabulation, language: Language, beside: Mapping[str, str]
) -> Iterator[Place]:
    order = sorted(tabulation.units, key=lambda unit: _tier(scheme, unit)) if _by_prize(scheme) else tabulation.units
    divisions = {division.id: word(division.name, language) for division in scheme.divisions}
    names = named(scheme, roster)
    before: UnitResult | None = None
    for unit in order:
        tiers = unit.award.tiers if unit.award else ()
        prizes = [word(tier.name, language) for tier in scheme.prizes.tiers if tier.id in tiers]
        yield Place(
            name=unit.unit.name,
            beside=beside.get(unit.unit.name, ""),
            division=divisions.get(unit.unit.division, ""),
            place=unit.place_shown,
            tied=unit.sharing > 1 and unit.place is not None,
            parts=tuple(part_shown(scheme, unit, part) for part in scheme.components)
            if len(scheme.components) > 1
            else (),
            score=unit.shown,
            prize=language.gettext(", ").join(prizes),
            first_prize=bool(tiers) and tiers[0] == scheme.prizes.tiers[0].id,
            yuan=yuan(unit.award.fen) if unit.award and unit.award.fen else "",
            state=_state(scheme, unit, language),
            workings=tuple(workings(scheme, unit, names, language)),
            boundary=_boundary(scheme, before, unit, language),
        )
        before = unit


def _by_prize(scheme: Scheme) -> bool:
    """Where each division has its own first prize, the notice lists prizes, not places."""
    return scheme.prizes.first_of_each_division or scheme.prizes.quota_by == "division"


def _tier(scheme: Scheme, unit: UnitResult) -> int:
    tiers = unit.award.tiers if unit.award else ()
    order = [tier.id for tier in scheme.prizes.tiers]
    return order.index(tiers[0]) if tiers else len(order)


def part_shown(scheme: Scheme, unit: UnitResult, part: Component) -> str:
    """A component's score as it is printed."""
    node = unit.components.get(part.id)
    return shown(node.value, scheme.total.decimals, scheme.total.mode) if node else "—"


def _state(scheme: Scheme, unit: UnitResult, language: Language) -> str:
    told = vetoes(scheme, unit, language)
    if unit.excluded:
        told.insert(0, language.gettext("excluded"))
    elif unit.score is None:
        told.insert(0, language.gettext("no score yet"))
    elif unit.provisional:
        told.insert(0, language.gettext("provisional"))
    return language.gettext(", ").join(told)


def workings(
    scheme: Scheme, unit: UnitResult, names: Named, language: Language, most: int = MOST_LINES
) -> Iterator[Working]:
    """How a unit's total, each of its components and its place among equals came about, ``most`` lines each."""
    if unit.working and total_apart(scheme, unit):
        yield Working(language.gettext("Score"), tuple(lines(unit.working, language, names, most)))
    for part in scheme.components:
        node = unit.components.get(part.id)
        if node:
            yield Working(word(part.name, language), tuple(lines(node, language, names, most)))
    for comparison in unit.comparisons:
        told = _comparison(scheme, comparison, names, language)
        yield Working(language.gettext("Equal scores"), (told,))


def _comparison(scheme: Scheme, comparison: Comparison, names: Named, language: Language) -> str:
    key = tie_word(scheme, comparison.key, language)
    if comparison.values is None:
        return language.gettext("{key}: not known, cannot separate them", key=key)
    if not comparison.separates:
        return language.gettext("{key}: also equal", key=key)
    if comparison.key in ("decision", "draw"):
        return language.gettext("{key}: separates them", key=key)
    values = language.gettext(", ").join(
        f"{names.units.get(unit, unit)} {_short(value)}" for unit, value in comparison.values.items()
    )
    return language.gettext("{key}: {values}", key=key, values=values)


def _short(value: Fraction) -> str:
    text = plain(value)
    return text if "/" not in text and len(text) < 8 else shown(value, 4)  # a readable number


def _boundary(scheme: Scheme, above: UnitResult | None, below: UnitResult, language: Language) -> str:
    """What is said where one prize ends and the next begins: how far apart the two are."""
    if above is None or not scheme.prizes.tiers or _tier(scheme, above) == _tier(scheme, below):
        return ""
    tiers = scheme.prizes.tiers
    higher = word(tiers[_tier(scheme, above)].name, language) if _tier(scheme, above) < len(tiers) else ""
    if not higher or above.rank_value is None or below.rank_value is None:
        return " "
    gap = above.rank_value - below.rank_value
    lower = (
        word(tiers[_tier(scheme, below)].name, language)
        if _tier(scheme, below) < len(tiers)
        else language.gettext("no prize")
    )
    if gap < 0:
        return language.gettext("{above} end here, {below} begin", above=higher, below=lower)
    if gap == 0:
        return language.gettext("{above} and {below}: equal scores", above=higher, below=lower)
    return language.gettext("{above} and {below} are {gap} apart", above=higher, below=lower, gap=_gap(gap))


def _gap(gap: Fraction) -> str:
    """With as many digits as it takes to see that it is not nothing."""
    decimals = 3
    while decimals < 9 and shown(gap, decimals).strip("0.") == "":
        decimals += 1
    return shown(gap, decimals)
