"""Faults as people read them: every id in their particulars replaced by what it is called.

Reads a scheme, a roster and faults. Writes nothing, computes nothing. The one place for it: the result, what is still
open before the seal, and the page of decisions all say it in the same names.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from app.i18n import Language, languages
from app.results.wording import Named, named
from scoring.faults import Fault, Param
from scoring.roster import Decision, Entry, Roster
from scoring.scheme import Scheme, Text

# Which particulars hold ids, and of what.
_OF_PEOPLE = {
    "judge": "judges", "judges": "judges", "instead": "judges",
    "entry": "entries", "entries": "entries", "unit": "units", "other": "units",
    "units": "units", "order": "units", "missing": "units", "component": "components", "class": "rules",
    "rule": "rules", "rules": "rules", "known": "rules", "item": "rules", "round": "rounds",
    "last": "rounds", "divisions": "divisions",
}  # fmt: skip


def called(fault: Fault, scheme: Scheme, roster: Roster, language: Language | None = None) -> Fault:
    """``fault`` with judges, entries, units and the scheme's own rules by their names; a list as the language lists.

    Without a language the scheme's Chinese names stand, and a list is parted by commas: so it can be kept, and be said
    again in the reader's own words by calling this with what it gave.
    """
    return caller(scheme, roster, language)(fault)


def caller(scheme: Scheme, roster: Roster, language: Language | None = None) -> Callable[[Fault], Fault]:
    """The same for many faults: in a contest of thousands the names are gathered once, not for each fault."""
    names, said = named(scheme, roster), language or languages()["zh"]
    between = said.gettext(", ") if language else ", "
    known: dict[str, Mapping[str, str]] = {
        "judges": names.judges,
        "entries": _apart(roster, names),
        "units": names.units,
        "components": _said(names.components, said),
        "rules": _said(names.rules, said) | _of_scheme(scheme, said),
        "rounds": _said(names.rounds, said),
        "divisions": _said({division.id: division.name for division in scheme.divisions}, said),
    }

    def name(key: str, value: Param) -> Param:
        if key == "kind" and language:
            return kind_names(language).get(str(value), value)
        if key == "measure" and language:
            measures = {
                "points": said.gettext("points"),
                "cases": said.gettext("cases"),
                "seconds": said.gettext("seconds"),
            }
            return measures.get(str(value), value)
        if key == "subject":
            return _subject(str(value), known)
        ids = known.get(_OF_PEOPLE.get(key, ""))
        if ids is None or not isinstance(value, str):
            return value
        if value in ids:
            return ids[value]
        # Groups of a list are parted by semicolons.
        groups = (between.join(ids.get(one, one) for one in group.split(", ")) for group in value.split("; "))
        return (said.gettext("; ") if language else "; ").join(groups)

    def call(fault: Fault) -> Fault:
        return Fault(fault.code, {key: name(key, value) for key, value in fault.params.items()}, fault.record)

    return call


def entry_names(scheme: Scheme, roster: Roster) -> dict[str, str]:
    """What the entries are called; two of one name with their units before it."""
    return dict(_apart(roster, named(scheme, roster)))


def subject_name(subject: str, scheme: Scheme, roster: Roster, language: Language) -> str:
    """What a decision is about: a unit, an entry, a judge's sheet for one, or a component."""
    names = named(scheme, roster)
    components = _said(names.components, language)
    known = {"judges": names.judges, "entries": _apart(roster, names), "units": names.units, "components": components}
    return _subject(subject, known)


def rule_name(decision: Decision, scheme: Scheme, language: Language) -> str:
    """What a decision gives or applies, as the scheme calls it."""
    names = named(scheme, Roster((), (), ()))
    if decision.kind in ("cut", "advance", "withdrawal"):
        return _said(names.rounds, language).get(decision.rule, decision.rule)
    known = _said(names.components, language) | _said(names.rules, language) | _of_scheme(scheme, language)
    return known.get(decision.rule, decision.rule)


def kind_names(language: Language) -> dict[str, str]:
    """What every kind of decision is called."""
    say = language.gettext
    return {
        "absence": say("Sheet will not come"),
        "void": say("Sheet set aside"),
        "accept": say("Counts with fewer judges"),
        "deduction": say("Deduction"),
        "bonus": say("Bonus"),
        "veto": say("Veto by rule"),
        "ruling": say("Fixed by the rule"),
        "prior": say("Score known before"),
        "class": say("Class of judges without sheets"),
        "uneven": say("Own scales although uneven"),
        "tie": say("Order of equals"),
        "difficulty": say("Difficulty"),
        "base": say("Base value"),
        "submission": say("Handed in at"),
        "cut": say("Order of equals at a cut"),
        "advance": say("Goes on by decision"),
        "withdrawal": say("Withdrawal"),
        "award": say("Prize of equals"),
        "overrun": say("Money above the budget"),
        "commit": say("Draw: commitment"),
        "public": say("Draw: public value"),
        "secret": say("Draw: secret"),
        "withheld": say("Draw: secret withheld"),
        "admit": say("Sheet admitted"),
        "reject": say("Sheet not admitted"),
        "remark": say("To be marked once more"),
        "unsigned": say("Counts without a signature"),
        "paper": say("Paper or phone"),
        "revoke": say("Taken back"),
    }


def _subject(subject: str, known: Mapping[str, Mapping[str, str]]) -> str:
    judge, slash, entry = subject.partition("/")
    if slash:
        return f"{known['judges'].get(judge, judge)} · {known['entries'].get(entry, entry)}"
    return next((names[subject] for names in known.values() if subject in names), subject)


def _apart(roster: Roster, names: Named) -> Mapping[str, str]:
    """The names of entries; where two are called alike, each with its unit before it."""
    alike = Counter(entry.name for entry in roster.entries)

    def name(entry: Entry) -> str:
        plain = names.entries[entry.id]
        return f"{names.units.get(entry.unit, entry.unit)} {plain}" if alike[entry.name] > 1 else plain

    return {entry.id: name(entry) for entry in roster.entries}


def _of_scheme(scheme: Scheme, language: Language) -> dict[str, str]:
    texts = {veto.id: veto.name for veto in scheme.vetoes} | {ruling.id: ruling.name for ruling in scheme.rulings}
    return _said(texts | {tier.id: tier.name for tier in scheme.prizes.tiers}, language)


def _said(texts: Mapping[str, Text], language: Language) -> dict[str, str]:
    """By the id and by the Chinese name, so that what was said in Chinese can be said again."""
    words = {name: text.zh if language.code == "zh" else text.en for name, text in texts.items()}
    return {**{text.zh: words[name] for name, text in texts.items()}, **words}
