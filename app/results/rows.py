"""The rows of a ranking as it reads on a page: places, scores, prizes, the gaps between them, and every working.

Reads a tabulation. Computes no score and decides no place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.i18n import Language
from app.pages import yuan
from app.results.ledger_words import account_lines, kept_ledger
from app.results.naming import caller
from app.results.report import total_apart, vetoes
from app.results.round_words import stopped
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
    undecided: bool
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
    scheme: Scheme,
    roster: Roster,
    tabulation: Tabulation,
    language: Language,
    beside: Mapping[str, str] | None = None,
    names: Named | None = None,
) -> Ranked:
    """The ranking as a page shows it. ``beside``: what is printed small beside a unit's name.

    ``names``: what the workings call people, if not by the roster.
    """
    several = len(scheme.components) > 1
    return Ranked(
        rule=rule_lines(scheme, language),
        columns=tuple(word(part.name, language) for part in scheme.components) if several else (),
        places=tuple(_places(scheme, names or named(scheme, roster), tabulation, language, beside or {})),
        divided=bool(scheme.divisions),
        prized=bool(scheme.prizes.tiers),
        paid=yuan(tabulation.money.paid) if tabulation.money.planned else "",
        open=contradictions(scheme, roster, tabulation.open, language),
        notes=contradictions(scheme, roster, tabulation.notes, language),
    )


def contradictions(scheme: Scheme, roster: Roster, faults: Sequence[Fault], language: Language) -> tuple[str, ...]:
    """What contradicts itself or is open, a sentence each, with people and projects by their names."""
    called = caller(scheme, roster, language)
    return tuple(language.sentence(called(fault)) for fault in faults)


def _places(
    scheme: Scheme, names: Named, tabulation: Tabulation, language: Language, beside: Mapping[str, str]
) -> Iterator[Place]:
    waiting = _undecided(tabulation)

    def tier(unit: UnitResult) -> int:
        return _tier(scheme, unit, waiting)

    order = sorted(tabulation.units, key=tier) if _by_prize(scheme) else tabulation.units
    divisions = {division.id: word(division.name, language) for division in scheme.divisions}
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
            prize=" = ".join(prizes),
            undecided=unit.unit.id in waiting,
            first_prize=bool(tiers) and tiers[0] == scheme.prizes.tiers[0].id,
            yuan=yuan(unit.award.fen) if unit.award and unit.award.fen else "",
            state=_state(scheme, unit, language),
            workings=tuple(workings(scheme, unit, names, language)),
            boundary=_boundary(scheme, (before, unit), waiting, language) if before else "",
        )
        before = unit


def _by_prize(scheme: Scheme) -> bool:
    """Where each division has its own first prize, the notice lists prizes, not places."""
    return scheme.prizes.first_of_each_division or scheme.prizes.quota_by == "division"


def _undecided(tabulation: Tabulation) -> frozenset[str]:
    """The units whose prize people or the draw have still to decide: they have none, and have not missed one."""
    faults = [fault for fault in tabulation.open if fault.code in ("boundary.undecided", "draw.waiting")]
    return frozenset(unit for fault in faults for unit in str(fault.params["units"]).split(", "))


def _tier(scheme: Scheme, unit: UnitResult, waiting: frozenset[str]) -> int:
    """The number of the unit's prize from 0; after the last of them those who wait for one, then those without."""
    tiers = unit.award.tiers if unit.award else ()
    order = [tier.id for tier in scheme.prizes.tiers]
    if tiers:
        return order.index(tiers[0])
    return len(order) if unit.unit.id in waiting else len(order) + 1


def part_shown(scheme: Scheme, unit: UnitResult, part: Component) -> str:
    """A component's score as it is printed."""
    node = unit.components.get(part.id)
    if node and scheme.total.method == "skating":
        return plain(node.value)
    return shown(node.value, scheme.total.decimals, scheme.total.mode) if node else "—"


def _state(scheme: Scheme, unit: UnitResult, language: Language) -> str:
    told = vetoes(scheme, unit, language)
    if unit.excluded:
        told.insert(0, language.gettext("excluded"))
    elif unit.score is None:
        told.insert(0, language.gettext("no score yet"))
    elif unit.provisional:
        told.insert(0, language.gettext("provisional"))
    if word_of_round := stopped(scheme, unit, language):
        told.insert(0, word_of_round)
    return language.gettext(", ").join(told)


def workings(
    scheme: Scheme, unit: UnitResult, names: Named, language: Language, most: int = MOST_LINES
) -> Iterator[Working]:
    """How a unit's total, each of its components and its place among equals came about, ``most`` lines each.

    And which of its sheets people entered for their judges, all of them.
    """
    if unit.working and total_apart(scheme, unit):
        yield Working(language.gettext("Score"), tuple(lines(unit.working, language, names, most)))
    for part in scheme.components:
        node = unit.components.get(part.id)
        if node:
            by_ledger = kept_ledger(part, node)
            told = tuple(account_lines(node, language, names) if by_ledger else lines(node, language, names, most))
            yield Working(word(part.name, language), told)
    for comparison in unit.comparisons:
        compared = _comparison(scheme, comparison, names, language)
        yield Working(language.gettext("Equal scores"), (compared,))
    if entered := names.entered.get(unit.unit.id):
        yield Working(language.gettext("Sheets that came another way"), tuple(entered))


def _comparison(scheme: Scheme, comparison: Comparison, names: Named, language: Language) -> str:
    key = tie_word(scheme, comparison.key, language)
    if comparison.values is None:
        return language.gettext("{key}: not known, cannot separate them", key=key)
    if not comparison.separates:
        return language.gettext("{key}: also equal", key=key)
    if comparison.key in ("decision", "draw", "earlier_submission"):
        return language.gettext("{key}: separates them", key=key)
    values = language.gettext(", ").join(
        f"{names.units.get(unit, unit)} {_short(abs(value))}" for unit, value in comparison.values.items()
    )
    return language.gettext("{key}: {values}", key=key, values=values)


def _short(value: Fraction) -> str:
    text = plain(value)
    return text if "/" not in text and len(text) < 8 else shown(value, 4)  # a readable number


def _boundary(scheme: Scheme, pair: tuple[UnitResult, UnitResult], waiting: frozenset[str], language: Language) -> str:
    """What is said where one prize ends and the next begins: how far apart the two are."""
    say, tiers, (above, below) = language.gettext, scheme.prizes.tiers, pair
    upper, under = _tier(scheme, above, waiting), _tier(scheme, below, waiting)
    if not tiers or upper == under:
        return ""
    if upper >= len(tiers) or above.rank_value is None or below.rank_value is None:
        return " "
    higher = word(tiers[upper].name, language)
    if under == len(tiers):
        return say("{above} end here; below, the prize is still to be decided", above=higher)
    gap = above.rank_value - below.rank_value
    lower = word(tiers[under].name, language) if under < len(tiers) else say("no prize")
    # Where each division has its own first prize, the two did not compete for it, and the gap means nothing.
    if gap < 0 or (upper == 0 and scheme.prizes.first_of_each_division):
        return say("{above} end here, {below} begin", above=higher, below=lower)
    if gap == 0:
        return say("{above} and {below}: equal scores", above=higher, below=lower)
    return say("{above} and {below} are {gap} apart", above=higher, below=lower, gap=_gap(gap))


def _gap(gap: Fraction) -> str:
    """With as many digits as it takes to see that it is not nothing."""
    decimals = 3
    while decimals < 9 and shown(gap, decimals).strip("0.") == "":
        decimals += 1
    return shown(gap, decimals)
