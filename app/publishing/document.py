"""A result as it is sealed: every figure exactly, and every sentence the public may ever read of it.

Reads a contest and its tabulation. Writes nothing. Names no judge: beside the figures stands who was recused from
what, so a number in place of a name, or marks in a fixed order, would betray whose mark is missing. A working says how
many judges marked and which marks were dropped, not whose they are; nor of which bloc, which may be one delegation.

The sentences are frozen in every language, not made anew when the page is read: what leaders approved must read the
same in ten years, although the program's wording changes.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.contests.models import Contest
from app.i18n import Language, languages
from app.pages import yuan
from app.results.queries import Given
from app.results.report import as_json, prize, vetoes
from app.results.rows import part_shown, workings
from app.results.rule_words import rule_lines, word
from app.results.wording import Named, figure, named
from scoring.results import EntryResult, Tabulation, UnitResult

Document = dict[str, Any]  # JSON: read back from a row, so its shape is known by its ``format`` alone

_ALL_LINES = 10_000  # what is published leaves nothing out


def sealed_document(contest: Contest, given: Given, tabulation: Tabulation) -> Document:
    """The whole result. ``salt`` keeps few marks from being guessed from the digest, which is published."""
    return {
        "format": "sealed/1",
        "salt": secrets.token_hex(16),
        "contest": {
            "id": contest.id, "name": contest.name, "form": contest.form, "simulated": contest.simulated,
            "time_zone": contest.time_zone,
        },
        **told(given, tabulation),
    }  # fmt: skip


def told(given: Given, tabulation: Tabulation) -> Document:
    """What follows from the marks alone, the same whenever it is computed."""
    return {
        "result": figures(given, tabulation),
        "units": [unit.id for unit in given.roster.units],
        "page": {code: _page(given, tabulation, language) for code, language in languages().items()},
    }


def figures(given: Given, tabulation: Tabulation) -> Document:
    """Every figure of the result, exactly, and no sentence."""
    spoken = as_json(given.scheme, tabulation, next(iter(languages().values())))
    codes = {
        name: [{"code": fault.code, "params": dict(fault.params)} for fault in faults]
        for name, faults in (("open", tabulation.open), ("notes", tabulation.notes))
    }
    return {**spoken, **codes}


def _page(given: Given, tabulation: Tabulation, language: Language) -> Document:
    """The result as a page reads it, with everything that any level shows."""
    scheme = given.scheme
    several = len(scheme.components) > 1
    return {
        "rule": list(rule_lines(scheme, language)),
        "divided": bool(scheme.divisions),
        "columns": [word(part.name, language) for part in scheme.components] if several else [],
        "paid": yuan(tabulation.money.paid) if tabulation.money.planned else "",
        "tiers": list(_tiers(given, tabulation, language)),
    }


def _tiers(given: Given, tabulation: Tabulation, language: Language) -> Iterator[Document]:
    """The prizes from the first on, each with its units in the order of the ranking; last, who has none."""
    scheme = given.scheme
    order = [tier.id for tier in scheme.prizes.tiers]
    groups: dict[tuple[str, ...], list[UnitResult]] = {}
    for unit in tabulation.units:
        groups.setdefault(tuple(unit.award.tiers) if unit.award else (), []).append(unit)

    def rank(tiers: tuple[str, ...]) -> tuple[int, int]:
        return (order.index(tiers[0]), len(tiers)) if tiers else (len(order), 0)

    # Nobody but the organisers learns which judge gave which mark.
    names = unnamed(named(scheme, given.roster, given.decisions), given)
    entries: dict[str, list[EntryResult]] = {unit.unit.id: [] for unit in tabulation.units}
    for entry in tabulation.entries.values():
        entries[entry.entry.unit].append(entry)
    for tiers in sorted(groups, key=rank):
        units = groups[tiers]
        amounts = {unit.award.fen if unit.award else 0 for unit in units}
        same = amounts.pop() if len(amounts) == 1 else 0
        yield {
            "name": prize(scheme, units[0], language) if tiers else "",
            "first": bool(tiers) and tiers[0] == order[0],
            "prized": bool(tiers),
            "yuan": yuan(same) if same else "",
            "units": [_unit(given, unit, entries[unit.unit.id], names, language, shared=bool(same)) for unit in units],
        }


def unnamed(names: Named, given: Given) -> Named:
    """The same names without those of judges and of blocs, of which one may be a single delegation."""
    judges = dict.fromkeys([judge.id for judge in given.roster.judges], "")
    return replace(names, judges=judges | {f"bloc:{judge.bloc}": "" for judge in given.roster.judges})


def _unit(
    given: Given, unit: UnitResult, entries: Sequence[EntryResult], names: Named, language: Language, *, shared: bool
) -> Document:
    """One unit with its ``entries``. ``shared``: its amount is said once, for the whole tier."""
    scheme = given.scheme
    divisions = {division.id: word(division.name, language) for division in scheme.divisions}
    fen = unit.award.fen if unit.award and not shared else 0
    several = len(scheme.components) > 1
    return {
        "id": unit.unit.id,
        "name": unit.unit.name or unit.unit.id,
        "division": divisions.get(unit.unit.division, ""),
        "place": unit.place_shown,
        "tied": unit.sharing > 1 and unit.place is not None,
        "state": language.gettext("excluded") if unit.excluded else "",
        "yuan": yuan(fen) if fen else "",
        "score": unit.shown,
        "parts": [part_shown(scheme, unit, part) for part in scheme.components] if several else [],
        "vetoes": vetoes(scheme, unit, language),
        "workings": [
            {"title": working.title, "lines": list(working.lines)}
            for working in workings(scheme, unit, names, language, _ALL_LINES)
        ],
        "entries": [
            {
                "name": entry.entry.name or entry.entry.id,
                "component": word(scheme.component[entry.entry.component].name, language),
                "score": figure(entry.score) if entry.score is not None else "—",
            }
            for entry in entries
        ],
    }


def units_of(page: Mapping[str, Any]) -> Iterator[tuple[Document, Document]]:
    """Every (tier, unit) of a page, in its order."""
    for tier in page["tiers"]:
        for unit in tier["units"]:
            yield tier, unit
