"""A bundle made, calculated again, and put into words. Source of the format: docs/bundle.md.

Reads bundles and what a bundle is made from. Writes nothing. What is verified comes from ``scoring.verify`` alone,
which imports nothing that calculates.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Literal

from app.i18n import Language
from app.results.report import explanation, headline, outcome
from app.results.severity_words import severity_lines
from app.results.wording import MOST_LINES, Named, figure, lines, named
from scoring.bundle import Inputs, compose, pseudonyms
from scoring.faults import Fault, Refused
from scoring.results import Tabulation, UnitResult
from scoring.unbundle import restored, unpacked
from scoring.verify import Difference, Verdict, is_digest, read_document, verify


@dataclass(frozen=True, slots=True)
class Wish:
    """How a bundle is wanted: under which pseudonyms or with ``names``, after which bundle, with which tree."""

    salt: str = ""
    names: bool = False
    previous: str = ""
    leaf_secret: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle's bytes and digest; ``salt`` where it was made for it, and nobody else has it."""

    content: bytes
    digest: str
    salt: str = ""


def composed(inputs: Inputs, wish: Wish) -> Made:
    """The bundle as it is wanted. Raises Refused."""
    if wish.previous and not is_digest(wish.previous):
        raise Refused([Fault("bundle.no_digest", {"given": wish.previous})])
    salt = "" if wish.names else wish.salt or token_hex(16)
    veil = None if wish.names else pseudonyms(salt, inputs.roster)
    content = compose(inputs, veil, wish.previous, wish.leaf_secret)
    return Made(content, read_document(content).digest, "" if wish.salt else salt)


def made_lines(made: Made, language: Language) -> Iterator[str]:
    """The digest to announce, and a salt to keep."""
    yield language.gettext("Bundle {digest}", digest=made.digest)
    if made.salt:
        yield language.gettext("Salt of the pseudonyms, to be kept secret: {salt}", salt=made.salt)


def verified(content: bytes, announced: str) -> Verdict:
    """The verdict on a bundle, which must be the ``announced`` one if there is any. Raises Refused."""
    if announced and not is_digest(announced):
        raise Refused([Fault("bundle.no_digest", {"given": announced})])
    verdict = verify(content)
    if announced in ("", verdict.digest):
        return verdict
    difference = Difference("digest", 0, "", "announced", verdict.digest, announced)
    return replace(verdict, difference=verdict.difference or difference)


def section_names(language: Language) -> dict[str, str]:
    """What the sections of a bundle are called."""
    say = language.gettext
    return {
        "scheme": say("the scheme"),
        "units": say("units"),
        "entries": say("entries"),
        "judges": say("judges"),
        "recusals": say("recusals"),
        "absences": say("absences"),
        "sheets": say("score sheets"),
        "priors": say("scores known before"),
        "decisions": say("decisions"),
        "scores": say("scores of entries"),
        "severities": say("severities"),
        "ranking": say("the ranking"),
        "standings": say("standings of the rounds"),
        "carried": say("figures for other appraisals"),
        "money": say("the money"),
        "open": say("what is open"),
        "notes": say("notes"),
        "workings": say("workings"),
        "draw": say("the draw"),
        "leaves": say("the tree over the sheets"),
        "digest": say("the digest over all"),
    }


def verdict_lines(verdict: Verdict, language: Language) -> Iterator[str]:
    """What was calculated again and what was not, and the first difference or that there is none."""
    say, names = language.gettext, section_names(language)
    yield say("Bundle {digest}", digest=verdict.digest)
    yield say("Scheme {digest}", digest=verdict.scheme_digest)
    if verdict.header["previous"]:
        yield say("Bundle before it {digest}", digest=verdict.header["previous"])
    if verdict.compared:
        counts = [
            say("{name} ({n})", name=names[section], n=number) for section, number in verdict.compared.items() if number
        ]
        yield say("Calculated again: {list}", list=say(", ").join(counts))
    if verdict.unknown:
        yield say(
            "Taken as stated, not calculated again: {list}",
            list=say(", ").join(_unknown(key, what, language) for key, what in verdict.unknown),
        )
    if verdict.difference:
        yield difference_line(verdict.difference, language)
    else:
        yield say("Everything agrees.")


def _unknown(key: str, what: str, language: Language) -> str:
    if key == "section":
        return section_names(language)[what]
    say = language.gettext
    known = {
        ("draw", "frozen"): say("the frozen digest of the draw, because the judges have pseudonyms"),
        ("notes", "note.record_idle"): say("which records of a ledger changed nothing"),
    }
    return known.get((key, what), f"{key} {what}")


def difference_line(difference: Difference, language: Language) -> str:
    """Where it is, what stands there and what should."""
    say = language.gettext
    if difference.field == "announced":
        return say("This is another bundle than the one announced: {digest}", digest=difference.found)
    section = section_names(language)[difference.section]
    about = say(" ({name})", name=difference.name) if difference.name else ""
    if difference.row:
        where = say("{section}, row {row}{about}", section=section, row=difference.row, about=about)
    else:
        where = section
    if difference.field == "digest":
        return say("Changed after it was made: {where}", where=where)
    return say(
        "First difference: {where}, {field}: there stands {stated}, calculated is {found}",
        where=where, field=difference.field, stated=difference.stated or "—", found=difference.found or "—",
    )  # fmt: skip


def explained(content: bytes, wanted: str, language: Language, level: Literal[1, 2]) -> list[str]:
    """How a unit's score in a bundle came about, in at most six lines; or everything. Raises Refused."""
    document = read_document(content)
    inputs = unpacked(document.sections)
    result = restored(document.sections, document.header["engine"], document.digests["scheme"])
    unit = next((one for one in result.units if wanted in (one.unit.id, one.unit.name)), None)
    if unit is None:
        known = ", ".join(one.unit.id for one in result.units)
        raise Refused([Fault("cli.unknown_unit", {"name": wanted, "known": known})])
    names = named(inputs.scheme, inputs.roster, inputs.decisions, inputs.priors)
    severe = [f"  {line}" for line in severity_lines(inputs.scheme, inputs.roster, result, unit.unit, language)]
    if level == 1:
        return list(_brief(inputs, unit, severe, names, language))
    whole = list(explanation(inputs.scheme, result, unit, names, language))
    return [*whole, *severe, *_sheets(inputs, result, unit, names, language)]


def _brief(inputs: Inputs, unit: UnitResult, severe: list[str], names: Named, language: Language) -> Iterator[str]:
    told = [f"  {line}" for line in outcome(inputs.scheme, unit, names, language)]
    head = [headline(unit, language), *told, *severe]
    yield from head[: MOST_LINES - 1]
    if unit.working and len(head) < MOST_LINES:
        yield from (f"  {line}" for line in lines(unit.working, language, names, MOST_LINES - len(head)))


def _sheets(inputs: Inputs, result: Tabulation, unit: UnitResult, names: Named, language: Language) -> Iterator[str]:
    """Every sheet for the unit's entries: the marks in the order of the items."""
    say = language.gettext
    for entry in (one.entry for one in result.entries.values() if one.entry.unit == unit.unit.id):
        items = inputs.scheme.items(entry.component, entry.kind)
        yield say("{name}: ", name=names.entries.get(entry.id, entry.id)).rstrip()
        for sheet in (one for one in inputs.sheets if one.entry == entry.id):
            marks = [
                "—" if tick is None else figure(tick * item.step) for item, tick in zip(items, sheet.ticks, strict=True)
            ]
            judge = names.judges.get(sheet.judge, sheet.judge)
            yield "  " + say("{name}: ", name=judge) + say(", ").join(marks)
