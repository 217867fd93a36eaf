"""What the severity of a unit's own judges, who did not mark it, changed for it.

Source: docs/scoring.md, "Severity".
"""

from collections.abc import Iterator

from app.i18n import Language
from app.results.rule_words import word
from app.results.wording import figure
from scoring.numbers import ZERO
from scoring.results import Tabulation
from scoring.roster import Roster, Unit
from scoring.scheme import Component, Scheme


def severity_lines(
    scheme: Scheme, roster: Roster, tabulation: Tabulation, unit: Unit, language: Language
) -> Iterator[str]:
    """A line for every component in which severity is taken out and the unit's own judges did not mark it."""
    for part in scheme.components:
        found = tabulation.severities.get(part.id, {})
        entries = [
            one
            for one in tabulation.entries.values()
            if (one.entry.unit, one.entry.component) == (unit.id, part.id) and one.counted
        ]
        own = [
            judge.id
            for judge in roster.judges
            if judge.unit == unit.id and judge.id in found and all(judge.id in one.recused for one in entries)
        ]
        whole = sum((found[judge] for judge in own), ZERO)
        if entries and whole:
            counted = {len(one.counted) for one in entries}
            raised = {-sum((found[judge] for judge in one.counted), ZERO) / len(one.counted) for one in entries}
            named = {"unit": unit.name or unit.id, "component": word(part.name, language), "size": figure(abs(whole))}
            if len(counted) == len(raised) == 1 and _plain(part):
                named |= {"n": str(*counted), "points": figure(abs(raised.pop()))}
                yield _by_so_much(named, language, above=whole > 0)
            else:
                yield _without(named, language, above=whole > 0)


def _plain(part: Component) -> bool:
    """Whether every sheet counts alike, so that the mean moves by the mean of what was taken out."""
    how = part.panel
    return (
        how is not None
        and (how.method, how.by, how.trim, how.tolerance) == ("mean", "judge", None, None)
        and not (how.classes or how.multiples)
    )


def _by_so_much(named: dict[str, str], language: Language, *, above: bool) -> str:
    say = language.gettext
    if above:
        return say(
            "{component}: own judges mark {size} above the panel in all; because they did not mark {unit}, {unit} is "
            "raised by {size} ÷ {n} = {points}",
            **named,
        )
    return say(
        "{component}: own judges mark {size} below the panel in all; because they did not mark {unit}, {unit} is "
        "lowered by {size} ÷ {n} = {points}",
        **named,
    )


def _without(named: dict[str, str], language: Language, *, above: bool) -> str:
    """Where sheets are trimmed, weighted or wanting, the difference is no single number."""
    say = language.gettext
    if above:
        return say(
            "{component}: own judges mark {size} above the panel in all and did not mark {unit}; every judge's "
            "severity is taken out of his sheets, so {unit} does not lose by it",
            **named,
        )
    return say(
        "{component}: own judges mark {size} below the panel in all and did not mark {unit}; every judge's severity is "
        "taken out of his sheets, so {unit} does not gain by it",
        **named,
    )
