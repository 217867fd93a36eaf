"""报分单: for each entry a slip with the words that the host reads out, as the rule of the contest makes them.

Reads a result. Only what is whole is read out: no entry of which a sheet is missing, and none without a score.
"""

from collections.abc import Iterator, Mapping

from app.exports.queries import Tallied
from app.i18n import Language
from app.printing.setting import Slip
from app.publishing.hall import score_document
from app.publishing.spoken import spoken
from app.results.wording import named
from scoring.results import EntryResult

DOWN = 3  # slips on a page


def calls(tallied: Tallied, called: Mapping[str, int], language: Language, *, stage: bool) -> Iterator[Slip]:
    """The slips of ``called``, entries by their number, in that order. ``stage``: somebody appears in person."""
    say, given = language.gettext, tallied.given
    names = named(given.scheme, given.roster, given.decisions)
    for entry, number in called.items():
        result = tallied.tabulation.entries[entry]
        if _whole(result):
            document = score_document(given, result, number)
            whose = names.units[result.entry.unit], names.entries[result.entry.id]
            *before, last = spoken(document, number, language, stage=stage)
            yield Slip(
                title=say("To be read out"),
                facts=(" · ".join((say("No. {n}", n=number), *_called(*whose))),),
                said=(*(say("{phrase},", phrase=phrase) for phrase in before), last),
                signed=(say("Tallier"), say("Checker"), say("Steward")),
            )


def _called(unit: str, entry: str) -> tuple[str, ...]:
    """Whose score it is; the unit once, where the entry's name has it in it."""
    return (entry,) if unit in entry else (unit, entry)


def _whole(result: EntryResult) -> bool:
    lacking = result.missing or result.incomplete or result.provisional or result.excluded
    return result.score is not None and not lacking
