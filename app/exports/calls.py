"""报分单: for each entry a slip with the words that the host reads out, as the rule of the contest makes them.

Reads a result. Only what is whole is read out: no entry of which a sheet is missing, and none without a score.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from app.exports.panels import adjustments, score_text
from app.exports.queries import Tallied
from app.i18n import Language
from app.printing.setting import Slip
from app.results.wording import Named, figure, named
from scoring.numbers import plain, shown
from scoring.results import EntryResult
from scoring.working import Node, dropped

DOWN = 3  # slips on a page


def calls(tallied: Tallied, language: Language, *, stage: bool) -> Iterator[Slip]:
    """The slips in the manual order. ``stage``: what is marked is somebody who appears."""
    say, given = language.gettext, tallied.given
    names = named(given.scheme, given.roster, given.decisions)
    for result in sorted(tallied.tabulation.entries.values(), key=lambda one: tallied.entries[one.entry.id]):
        if _whole(result):
            number = tallied.entries[result.entry.id]
            yield Slip(
                title=say("To be read out"),
                facts=(f"{names.units[result.entry.unit]} · {names.entries[result.entry.id]}",),
                said=tuple(_said(tallied, result, number, names, language, stage=stage)),
                signed=(say("Tallier"), say("Checker"), say("Steward")),
            )


def _whole(result: EntryResult) -> bool:
    lacking = result.missing or result.incomplete or result.provisional or result.excluded
    return result.score is not None and not lacking


def _said(
    tallied: Tallied, result: EntryResult, number: int, names: Named, language: Language, *, stage: bool
) -> Iterator[str]:
    """Line by line: what is dropped, what is added or deducted, and the score."""
    say = language.gettext
    trims = list(_trims(result.working))
    if len(trims) == 1:  # judges who are trimmed class by class have no highest mark of them all
        lows, highs = ([node.value for node in side] for side in dropped(trims[0]))
        if highs:
            one = say("The highest mark is dropped: {marks};")
            yield _dropped(one, say("The {n} highest marks are dropped: {marks};"), sorted(highs, reverse=True))
        if lows:
            one = say("The lowest mark is dropped: {marks};")
            yield _dropped(one, say("The {n} lowest marks are dropped: {marks};"), sorted(lows))
    for rule, points in adjustments(result.working):
        told = {"rule": _name(names, rule, language), "points": plain(abs(points))}
        yield say("{rule}: {points} added;", **told) if points > 0 else say("{rule}: {points} deducted;", **told)
    score = _score(tallied, result)
    if stage:
        yield say("Entrant {number}: final score {score}.", number=number, score=score)
    else:
        yield say("Entry {number}: final score {score}.", number=number, score=score)


def _score(tallied: Tallied, result: EntryResult) -> str:
    """As it is printed; two decimals where the scheme does not round it yet: nobody reads out more."""
    scheme = tallied.given.scheme
    text = score_text(scheme, scheme.component[result.entry.component], result)
    return shown(result.score, 2) if result.score is not None and text.endswith("…") else text


def _dropped(one: str, several: str, marks: Sequence[Fraction]) -> str:
    told = one if len(marks) == 1 else several
    return told.format(n=len(marks), marks=", ".join(figure(mark) for mark in marks))


def _name(names: Named, rule: str, language: Language) -> str:
    text = names.rules[rule]
    return text.zh if language.code == "zh" else text.en


def _trims(node: Node | None) -> Iterator[Node]:
    """Where whole sheets were left out: not single items, and no bloc of judges."""
    if node is None:
        return
    if node.op in ("trimmed_mean", "trimmed_sum"):
        if all(arg.op == "sheet" and "#" not in arg.ref for arg in node.args):
            yield node
        return
    for arg in node.args:
        yield from _trims(arg)
