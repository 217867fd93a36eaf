"""How far judges agree, and what stands out in their marks, in words: for a terminal and for the organiser's page.

Reads what ``scoring.inform.agreement`` found. Writes nothing, and changes nothing: figures inform, rules decide.
"""

from collections.abc import Iterator

from app.i18n import Language
from app.results.rule_words import word
from scoring.inform.agreement import CHECKS, TARGETS, Agreement
from scoring.inform.finding import Finding, number
from scoring.scheme import Scheme

SHOWN = 5  # so many of the judges farthest from the others are named


def analysis_lines(scheme: Scheme, found: Agreement, language: Language) -> Iterator[str]:
    """One component, a line for each figure and each finding."""
    yield word(scheme.component[found.component].name, language)
    yield from (f"  {line}" for line in (*_figures(found, language), *_checks(found, language)))


def _figures(found: Agreement, language: Language) -> Iterator[str]:
    say = language.gettext
    yield say(
        "{sheets} sheets by {judges} judges for {entries} entries; {size} judges to an entry.",
        sheets=found.sheets, judges=found.judges, entries=found.entries, size=number(found.panel_size, 1),
    )  # fmt: skip
    if len(found.groups) > 1:
        groups = "; ".join(", ".join(group) for group in found.groups)
        yield say(
            "These groups of judges have no entry in common; what follows holds within each: {groups}.", groups=groups
        )
    yield from _variance(found, language)
    yield from _coefficients(found, language)
    yield from _extremes(found, language)


def _variance(found: Agreement, language: Language) -> Iterator[str]:
    """How much of the spread is entries, judges and the rest, in points."""
    say, parts = language.gettext, found.parts
    if parts is None:
        yield say("Too few sheets to tell how far judges agree.")
        return
    yield say(
        "Spread in points: {entry} between entries, {judge} between judges, {rest} the chance of a single sheet.",
        entry=number(parts.entry**0.5), judge=number(parts.judge**0.5), rest=number(parts.residual**0.5),
    )  # fmt: skip
    if "entry" in parts.negative:
        yield say("The spread between entries came out below 0 by chance and counts as 0.")
    if "judge" in parts.negative:
        yield say("The spread between judges came out below 0 by chance and counts as 0.")


def _coefficients(found: Agreement, language: Language) -> Iterator[str]:
    say, icc = language.gettext, found.intraclass
    if icc:
        yield say(
            "Scores: ICC(2,1) {one} for a single judge, ICC(2,k) {mean} for this panel. So far would another judge, or "
            "another panel of this size, give the same scores: 1 wholly, 0 not at all.",
            one=number(icc.one_absolute), mean=number(icc.mean_absolute),
        )  # fmt: skip
        yield say(
            "Order: ICC(3,1) {one} for a single judge, ICC(3,k) {mean} for this panel. The same for the order alone, "
            "where all judges mark all entries and severity cancels out.",
            one=number(icc.one_relative), mean=number(icc.mean_relative),
        )  # fmt: skip
    yield from _needed(found, language)
    together = found.concordance
    if together.w is None:
        yield say("Kendall's W cannot be given: too few judges and entries without a missing sheet between them.")
    else:
        yield say(
            "Kendall's W {w}, over {entries} entries that {judges} judges all marked: 1 if their orders are one, 0 if "
            "they have nothing in common.",
            w=number(together.w), entries=together.entries, judges=together.judges,
        )  # fmt: skip
    if found.alpha is not None:
        yield say(
            "Krippendorff's alpha {alpha}: agreement of the scores themselves beyond chance; severity counts against "
            "it. From 0.80 on they are usually relied on, below 0.67 not.",
            alpha=number(found.alpha),
        )  # fmt: skip


def _needed(found: Agreement, language: Language) -> Iterator[str]:
    """How many judges would be enough."""
    say = language.gettext
    enough, good = (found.needed.get(target) for target in TARGETS)
    if found.parts and (enough is None or good is None):
        yield say("No number of judges would be enough: the entries do not differ beyond chance.")
    elif enough is not None and good is not None and found.kind == "relative":
        yield say(
            "Judges needed, all marking all: {enough} to tell entries apart (G 0.8), {good} to give money by (G 0.9).",
            enough=enough, good=good,
        )  # fmt: skip
    elif enough is not None and good is not None:
        yield say(
            "Judges needed for each entry, as not all mark all: {enough} to tell entries apart (Phi 0.8), {good} to "
            "give money by (Phi 0.9).",
            enough=enough, good=good,
        )  # fmt: skip


def _extremes(found: Agreement, language: Language) -> Iterator[str]:
    """The judges who mark farthest above or below the others."""
    say = language.gettext
    yield say(
        "Farthest from the others, in points (above 0: marks higher): {judges}.", judges=_farthest(found.severity)
    )
    if found.logits:
        steps = ", ".join(number(step) for step in found.steps)
        yield say(
            "By the Rasch model, in logits (above 0: more severe): {judges}. Steps of the scale: {steps}.",
            judges=_farthest(found.logits), steps=steps,
        )  # fmt: skip


def _farthest(severity: dict[str, float]) -> str:
    known = {judge: value for judge, value in severity.items() if value == value}  # noqa: PLR0124  nan has no place
    order = sorted(known, key=lambda judge: -abs(known[judge]))[:SHOWN]
    return ", ".join(f"{judge} {'+' if known[judge] > 0 else ''}{number(known[judge])}" for judge in order)


def _checks(found: Agreement, language: Language) -> Iterator[str]:
    say = language.gettext
    names = {
        "outlier": say("Outlying marks"),
        "halo": say("Straight-lining"),
        "narrow": say("Narrow scale"),
        "consensus": say("Order unlike the panel's"),
        "copy": say("Copying"),
        "home": say("Own unit"),
        "rival": say("Rivals"),
        "drift": say("Along the route"),
        "rasch": say("Rasch model"),
    }
    for check in CHECKS:
        if not found.checks[check]:
            yield say("{check}: looked for, nothing stands out.", check=names[check])
        for finding in found.checks[check]:
            yield _said(names[check], finding, language)


def _said(check: str, finding: Finding, language: Language) -> str:
    """Which of three it is stands first: to be looked at, explained by chance, or not to be told from these marks."""
    say, sentence = language.gettext, language.sentence(finding.said)
    match finding.kind.split(".")[0]:
        case "flag":
            return say("Look at this. {check}: {sentence}", check=check, sentence=sentence)
        case "told":
            return say("{check}: {sentence}", check=check, sentence=sentence)
        case _:
            return say("Not tested. {check}: {sentence}", check=check, sentence=sentence)
