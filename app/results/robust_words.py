"""What if, and how firm the prizes are, in words: for a terminal and for the organiser's page.

Reads the records of ``scoring.inform``. Writes nothing and changes nothing: the rules decide, figures inform.
"""

from collections.abc import Iterator, Sequence

from app.i18n import Language
from app.pages import yuan
from app.results.rule_words import word
from app.results.wording import Named, figure
from scoring.inform.boundaries import NOISE, Boundary
from scoring.inform.chances import Chances
from scoring.inform.robustness import Robustness
from scoring.inform.whatif import Blind, Change, Move, Stand, WhatIf
from scoring.results import Tabulation
from scoring.scheme import Scheme

_NAMED_AT_MOST = 8  # who would turn a boundary round: more than these are counted
_SHORT = 12  # so many digits of a scheme's digest name it to a person


def whatif_lines(scheme: Scheme, rule: Scheme, whatif: WhatIf, names: Named, language: Language) -> Iterator[str]:
    """One what-if: who would move, how far, and what money with him. ``rule``: the scheme it was computed under."""
    say = language.gettext
    yield _changed(whatif.change, names, language)
    for move in whatif.moves:
        yield f"  {_move(scheme, rule, move, names, language)}"
    others = len(whatif.units) - len(whatif.moves)
    if not whatif.moves:
        yield "  " + say("Everybody would keep place and prize.")
    if others:
        yield "  " + language.ngettext(
            "{n} unit would have another score and stand where it stands.",
            "{n} units would have another score and stand where they stand.",
            others,
        )
    if whatif.fen:
        yield "  " + say("{yuan} yuan would go elsewhere.", yuan=yuan(whatif.fen))
    for fault in whatif.open:
        yield "  " + say("It would be open: {sentence}", sentence=language.sentence(fault))
    if whatif.official != whatif.rule:
        codes = {"official": whatif.official[:_SHORT], "rule": whatif.rule[:_SHORT]}
        yield "  " + say("The scheme that holds has the digest {official}; this was computed under {rule}.", **codes)
    yield say("For information. The result that holds does not change.")


def blind_lines(told: Blind, names: Named, language: Language) -> Iterator[str]:
    """The same before the scores are opened: how many would move, and not a word more."""
    yield _changed(told.change, names, language)
    yield "  " + language.ngettext("{n} unit would move.", "{n} units would move.", told.moves)


def _changed(change: Change, names: Named, language: Language) -> str:
    say, name = language.gettext, change.name
    match change.kind:
        case "judge":
            return say("Without judge {name}:", name=names.judges.get(name, name))
        case "bloc":
            return say("Without the judges of {name}:", name=names.units.get(name, name))
        case "entry":
            return say("Without {name}:", name=names.entries.get(name, name))
        case "scheme":
            return say("Under the scheme {name}:", name=name)
        case "rule":
            return _under(language)[name]


def _under(language: Language) -> dict[str, str]:
    """The ready-made alternatives in words."""
    say = language.gettext
    return {
        "no-trim": say("If no mark were dropped:"),
        "median": say("If the median of the judges counted:"),
        "no-severity": say("If the severity of judges were not taken out:"),
        "severity": say("If the severity of judges were taken out:"),
        "equal-weights": say("If all components had the same weight:"),
    }


def _move(scheme: Scheme, rule: Scheme, move: Move, names: Named, language: Language) -> str:
    say = language.gettext
    told = [*_place(move, language), *_points(move, language)]
    if move.prize_changes:
        before, after = _prize(scheme, move.before, language), _prize(rule, move.after, language)
        if before != after:
            told.append(say("{after} instead of {before}", before=before, after=after))
        if move.fen:
            amount = yuan(abs(move.fen))
            told.append(say("{yuan} yuan more", yuan=amount) if move.fen > 0 else say("{yuan} yuan less", yuan=amount))
    unit = names.units.get(move.unit, move.unit)
    return say("{name}: ", name=unit) + say("; ").join(told)


def _place(move: Move, language: Language) -> Iterator[str]:
    say, before, after = language.gettext, move.before, move.after
    if after.place is None and before.place is not None:
        yield say("no longer ranked")
    elif before.place is None and after.place is not None:
        yield say("ranked, at place {place}", place=after.place_shown)
    elif move.place_changes:
        yield say("place {after} instead of {before}", before=before.place_shown, after=after.place_shown)


def _points(move: Move, language: Language) -> Iterator[str]:
    say, points = language.gettext, move.points
    if points:
        size = figure(abs(points))
        yield (
            say("score higher by {points}", points=size) if points > 0 else say("score lower by {points}", points=size)
        )


def _prize(scheme: Scheme, stand: Stand, language: Language) -> str:
    if stand.waits:
        return language.gettext("a prize that people must decide")
    return _tiers(scheme, stand.tiers, language)


def _tiers(scheme: Scheme, tiers: Sequence[str], language: Language) -> str:
    names = [word(tier.name, language) for tier in scheme.prizes.tiers if tier.id in tiers]
    return " = ".join(names) or language.gettext("no prize")


def boundary_lines(
    scheme: Scheme, official: Tabulation, found: Robustness, names: Named, language: Language
) -> Iterator[str]:
    """Every boundary, then every unit, then what the figures mean and what they do not."""
    say = language.gettext
    if not found.boundaries:
        yield say("No boundary between prizes has somebody on both sides.")
    for boundary in found.boundaries:
        yield from _boundary(scheme, boundary, names, language)
    for unit in official.units:
        if unit.place is not None:
            yield from _unit(scheme, found, unit.unit.id, unit.place_shown, names, language)
    yield from _meaning(found, language)


def boundary_sentence(scheme: Scheme, boundary: Boundary, names: Named, language: Language) -> str:
    """The boundary in one sentence or two: who leads whom by how much, how often, and what decides."""
    say = language.gettext
    higher, lower = (names.units.get(name, name) for name in (boundary.higher, boundary.lower))
    edge = f"{_tiers(scheme, boundary.above, language)}/{_tiers(scheme, boundary.below, language)}"
    division = next((word(d.name, language) for d in scheme.divisions if d.id == boundary.division), "")
    told = say("{name}: ", name=say(", ").join(part for part in (division, edge) if part))
    facts = {"higher": higher, "lower": lower, "gap": figure(boundary.gap)}
    if boundary.cut is not None:
        told += say("{higher} is {gap} points above the minimum of {cut}", **facts, cut=figure(boundary.cut))
    elif boundary.gap:
        told += say("{higher} leads {lower} by {gap} points", **facts)
    else:
        told += say("{higher} and {lower} have equal scores, and the rule for ties puts {higher} first", **facts)
    if boundary.chance is not None:
        cases = {"n": _hundred(boundary.chance, language), "tier": _tiers(scheme, boundary.above, language)}
        if scheme.prizes.tiers[0].id in boundary.above:
            told += say("; in {n} of 100 cases it belongs to {tier}", **cases)
        else:
            told += say("; in {n} of 100 cases it belongs to {tier} or higher", **cases)
    if boundary.ratio is not None and boundary.ratio < NOISE:
        return say("{text}. The rules decide it; the evidence does not.", text=told)
    return say("{text}.", text=told)


def _boundary(scheme: Scheme, boundary: Boundary, names: Named, language: Language) -> Iterator[str]:
    say = language.gettext
    yield boundary_sentence(scheme, boundary, names, language)
    if boundary.ratio is not None and boundary.error is not None:
        facts = {"ratio": _number(boundary.ratio), "error": _number(boundary.error)}
        if boundary.ratio < NOISE:
            yield "  " + say("The gap is {ratio} standard errors ({error} points each): within the noise.", **facts)
        else:
            yield "  " + say("The gap is {ratio} standard errors ({error} points each).", **facts)
    judges = [names.judges.get(name, name) for name in boundary.judges]
    blocs = [names.units.get(name, name) for name in boundary.blocs]
    if judges:
        yield "  " + say("It would change without judge {names}.", names=_listed(judges, language))
    if blocs:
        yield "  " + say("It would change without the judges of {names}.", names=_listed(blocs, language))
    if not judges and not blocs:
        yield "  " + say("It would not change without any one judge, nor without any one bloc.")


def _listed(names: Sequence[str], language: Language) -> str:
    """The names, or the first of them and how many in all; any one of them alone is meant."""
    several = language.gettext(" or ").join(names[:_NAMED_AT_MOST])
    if len(names) <= _NAMED_AT_MOST:
        return several
    return several + language.gettext(" or any of {n} more", n=len(names) - _NAMED_AT_MOST)


def _unit(scheme: Scheme, found: Robustness, unit: str, place: str, names: Named, language: Language) -> Iterator[str]:
    """One unit: its place, where it may stand, its tiers in cases, and how it comes through leaving out."""
    say = language.gettext
    told = [say("place {place}", place=place)]
    if found.places:
        first, last = found.places.of_unit[unit]
        told.append(say("between {first} and {last}", first=first, last=last) if first != last else say("for certain"))
    if found.chances:
        told.append(_cases(scheme, found.chances, unit, language))
    if found.resampled:
        told.append(say("by other judges of the kind {cases}", cases=_cases(scheme, found.resampled, unit, language)))
    firm = found.left_out.firmness(unit)
    every = len(found.left_out.judges) + len(found.left_out.blocs)
    if number := len(firm.prizes_by_judge) + len(firm.prizes_by_bloc):
        told.append(say("another prize in {n} of {all} cases with one left out", n=number, all=every))
    elif number := len(firm.places_by_judge) + len(firm.places_by_bloc):
        told.append(say("another place in {n} of {all} cases with one left out", n=number, all=every))
    yield say("{name}: ", name=names.units.get(unit, unit)) + say("; ").join(told)


def _cases(scheme: Scheme, chances: Chances, unit: str, language: Language) -> str:
    """``first prize 64, second prize 36 of 100``: tiers that come up at all."""
    say = language.gettext
    tiers = [*(word(tier.name, language) for tier in scheme.prizes.tiers), say("no prize")]
    least = 0.005
    told = [
        f"{name} {_hundred(share, language)}"
        for name, share in zip(tiers, chances.of_unit[unit], strict=True)
        if share >= least
    ]
    return say("{tiers} of 100", tiers=say(", ").join(told))


def _hundred(share: float, language: Language) -> str:
    """How many of a hundred; never all and never none, because no drawing can tell that."""
    number = round(100 * share)
    if number in (0, 100):
        return language.gettext("fewer than 1") if number == 0 else language.gettext("more than 99")
    return str(number)


def _number(value: float) -> str:
    return f"{value:.2f}"


def _meaning(found: Robustness, language: Language) -> Iterator[str]:
    """What the figures mean, and what nothing can be said of."""
    say = language.gettext
    yield say(
        "Left out one at a time: judges {judges}, blocs {blocs}; each time the whole result again.",
        judges=len(found.left_out.judges), blocs=len(found.left_out.blocs),
    )  # fmt: skip
    if found.chances and found.places:
        yield say(
            "Cases: {draws} drawings of what the units are worth, by the noise in the marks themselves (seed {seed}).",
            draws=found.chances.draws, seed=found.chances.seed,
        )  # fmt: skip
        yield say("Between: the places of all units at once, right in 95 of 100 contests.")
    if found.resampled:
        yield say(
            "By other judges of the kind: {draws} drawings of the judges of this panel. It says which tier the "
            "population of such judges would give, not what another panel would say.",
            draws=found.resampled.draws,
        )  # fmt: skip
    yield from _unsaid(found, language)
    yield say(
        "For a fixed, complete electorate of judges the result is exact, and these figures only tell how thin a margin "
        "is. They change nothing."
    )


def _unsaid(found: Robustness, language: Language) -> Iterator[str]:
    say = language.gettext
    if found.unknown == "few":
        yield say("Too few sheets to tell difference from noise: no standard errors and no cases.")
    elif found.unknown:
        yield say("The rule counts in steps, not in points: no standard errors and no cases.")
    elif found.not_resampled == "few":
        yield say("With fewer than 15 judges to an entry nothing is said of other judges: it would sound too sure.")
    elif found.not_resampled:
        yield say("This panel is not drawn again: it does not take whole sheets on one scale.")
