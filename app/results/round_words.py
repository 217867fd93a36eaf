"""The rounds of a contest in words: where somebody stopped, who went on, who stands by, and what is still open.

Reads a tabulation. Computes no score and decides no place.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from app.i18n import Language
from app.results.wording import Named
from scoring.numbers import plain, shown
from scoring.results import RoundResult, Standing, Status, Tabulation, UnitResult
from scoring.scheme import Round, Scheme, Text, counting


def round_name(scheme: Scheme, name: str, language: Language) -> str:
    """What a round is called."""
    return next((_word(one.name, language) for one in scheme.rounds if one.id == name), "—")


def last_round(scheme: Scheme, tabulation: Tabulation, unit: UnitResult, language: Language) -> str:
    """The last round of a unit, and what became of it there where that has to be said."""
    status = unit.status
    if not unit.round:
        return language.gettext("withdrew")
    said = status_word(language, status, _reserve(tabulation, unit)) if status in _TOLD else ""
    name = round_name(scheme, unit.round, language)
    return language.gettext("{round} ({what})", round=name, what=said) if said else name


_TOLD: tuple[Status, ...] = ("tied", "reserve", "withdrawn", "waiting")


def stopped(scheme: Scheme, unit: UnitResult, language: Language) -> str:
    """A short word for whoever did not come to the last round; nothing for all others."""
    if unit.withdrew:
        return language.gettext("withdrew")
    if unit.status in ("out", "reserve"):
        return language.gettext("stopped in {round}", round=round_name(scheme, unit.round, language))
    return ""


def round_lines(scheme: Scheme, tabulation: Tabulation, names: Named, language: Language) -> Iterator[str]:
    """What happened at the end of every round that was not the last, a line for each fact."""
    say = language.gettext
    for one, found in zip(scheme.rounds, tabulation.rounds, strict=True):
        if one is scheme.rounds[-1]:
            return
        name = _word(one.name, language)
        on = [standing for standing in found.standings if standing.status == "advanced"]
        if on:
            text = language.ngettext("{n} unit goes on: {units}", "{n} units go on: {units}", len(on),
                                     units=_listed(on, names, language))  # fmt: skip
            yield say("{name}: {rule}", name=name, rule=text)
        yield from (say("{name}: {rule}", name=name, rule=text) for text in _others(found, names, language))


def _others(found: RoundResult, names: Named, language: Language) -> Iterator[str]:
    say = language.gettext
    tied = [one for one in found.standings if one.status == "tied"]
    if tied:
        yield say("tied at the cut, to be decided: {units}", units=_listed(tied, names, language))
    pools = dict.fromkeys(one.pool for one in found.standings)
    for pool in pools:
        reserves = [one for one in found.standings if one.status == "reserve" and one.pool == pool]
        if reserves:
            listed = say(", ").join(f"{one.reserve}. {_unit(one, names)}" for one in reserves)
            yield say("reserves in this order: {units}", units=listed)
    for one in found.standings:
        if one.status == "withdrawn" and one.replaced_by:
            other = names.units.get(one.replaced_by, one.replaced_by)
            yield say("{unit} withdrew, {other} comes in", unit=_unit(one, names), other=other)
        elif one.status == "withdrawn":
            yield say("{unit} withdrew, nobody comes in", unit=_unit(one, names))
        elif one.admitted:
            yield say("{unit} goes on by decision", unit=_unit(one, names))
    if any(one.status == "waiting" for one in found.standings):
        yield say("the cut is not drawn yet")


def way(scheme: Scheme, tabulation: Tabulation, unit: UnitResult, language: Language) -> Iterator[str]:
    """One unit through the rounds, a line for each: its score, its place, and what became of it."""
    say, total = language.gettext, scheme.total
    if len(tabulation.rounds) < 2:
        return
    for one, found in zip(scheme.rounds, tabulation.rounds, strict=True):
        for standing in found.standings:
            if standing.unit.id != unit.unit.id:
                continue
            score = shown(standing.score, total.decimals, total.mode) if standing.score is not None else "—"
            place = "—" if standing.place is None else f"{standing.place}{'=' if standing.sharing > 1 else ''}"
            what = status_word(language, standing.status, standing.reserve)
            line = say("score {score}, place {place}", score=score, place=place)
            rule = say("; ").join(text for text in (line, what) if text)
            yield say("{name}: {rule}", name=_word(one.name, language), rule=rule)


def advance_clauses(scheme: Scheme, one: Round, language: Language) -> Iterator[str]:
    """Who goes on from a round, as the scheme says it."""
    say, advance = language.gettext, one.advance
    if advance is None:
        if one is not scheme.rounds[-1]:
            yield say("everybody goes on")
        return
    if advance.quota is not None:
        n = advance.quota
        yield {
            "all": say("the first {n} go on", n=n),
            "division": say("{n} go on, shared among the divisions by their sizes", n=n),
            "each_division": say("the first {n} of each division go on", n=n),
            "each_group": say("the first {n} of each group go on", n=n),
        }[advance.quota_by]
    if advance.best_others:
        yield say("beside them the best {n} of all others", n=advance.best_others)
    if advance.minimum is not None:
        yield say("only with {least} or more", least=plain(advance.minimum))
    if advance.quota is not None:
        yield {
            "all_advance": say("equals at the cut all go on"),
            "chain": say("equals at the cut are separated like equal scores, then by decision"),
            "decision": say("equals at the cut are decided by the organisers"),
        }[advance.ties]
    if advance.reserves:
        yield say("reserves standing by: {n}", n=advance.reserves)


def carry_clause(scheme: Scheme, number: int, language: Language) -> str:
    """What the standing of a round is made of."""
    say, one = language.gettext, scheme.rounds[number]
    match one.carry:
        case "sum":
            return say("the scores of the rounds are added")
        case "best":
            return say("the best {n} rounds are added", n=one.best or 1)
        case "weighted":
            together = counting(scheme.rounds, number)
            whole = sum((part.weight or Fraction() for part in together), Fraction())
            shares = [
                say(
                    "{name} {share} %",
                    name=_word(part.name, language),
                    share=plain((part.weight or Fraction()) / whole * 100),
                )
                for part in together
            ]
            return say("the rounds count: {parts}", parts=say(", ").join(shares))
        case _:
            return say("only this round counts") if number else ""


def status_word(language: Language, status: Status | None, reserve: int) -> str:
    """What became of somebody at the end of a round; nothing in the last."""
    say = language.gettext
    words: dict[Status, str] = {
        "advanced": say("goes on"),
        "tied": say("tied at the cut"),
        "reserve": say("reserve {n}", n=reserve),
        "out": say("does not go on"),
        "withdrawn": say("withdrew"),
        "excluded": say("excluded"),
        "waiting": say("the cut is not drawn yet"),
    }
    return words.get(status, "") if status else ""


def _reserve(tabulation: Tabulation, unit: UnitResult) -> int:
    found = next((one for one in tabulation.rounds if one.id == unit.round), None)
    standings = found.standings if found else ()
    return next((one.reserve for one in standings if one.unit.id == unit.unit.id), 0)


def _listed(standings: Sequence[Standing], names: Named, language: Language) -> str:
    return language.gettext(", ").join(_unit(one, names) for one in standings)


def _unit(standing: Standing, names: Named) -> str:
    return names.units.get(standing.unit.id, standing.unit.id)


def _word(text: Text, language: Language) -> str:
    return text.zh if language.code == "zh" else text.en
