"""The overview of a contest: what is next, and every page of the desk with how far it is, in the order of the days.

Reads the contest. Writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.contests import queries
from app.contests.page import Frame
from app.contests.rules import standing, waiting
from app.contests.schemes import word
from app.contests.steps import Ahead, Days, next_page
from app.i18n import Language


@dataclass(frozen=True, slots=True)
class Step:
    """One page: ``state`` is done, next, open or later; ``told`` says how far it is, or what it is for."""

    name: str
    path: str
    state: str
    told: str


@dataclass(frozen=True, slots=True)
class Part:
    """The steps of one part of the days."""

    key: str
    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The overview: what there is, and what to do next; ``next`` is none where somebody else has to do it."""

    scheme: str
    summary: str
    counts: tuple[tuple[int, str], ...]
    next: Step | None
    parts: tuple[Part, ...]
    due: int
    exposed: tuple[str, ...]


def desk(session: Session, around: Frame, language: Language, days: Days, ahead: Ahead) -> Desk:
    contest_id = around.contest.id
    rule = queries.scheme(session, contest_id)
    units, entries = queries.units(session, contest_id), queries.entries(session, contest_id)
    judges = queries.judges(session, contest_id)
    due = len(queries.due(session, contest_id))
    ngettext = language.ngettext
    counts = (
        (len(units), ngettext("unit", "units", len(units))),
        (len(entries), ngettext("entry", "entries", len(entries))),
        (len(judges), ngettext("judge", "judges", len(judges))),
        (due, ngettext("sheet due", "sheets due", due)),
    )
    signed = standing(session, contest_id) is not None
    to_go = next_page(days, ahead, roster=bool(units), signed=signed)
    told = {**_told(language), **_told_of_rows(session, contest_id, language, to_go), **ahead.told}
    done = {page for page, so_far in (("import", bool(units)), ("scheme", signed)) if so_far} | ahead.done
    if units and signed and to_go != "recusals" and "recusals" not in ahead.begun:
        done |= {"recusals"}
    if days.recorded:
        told["attendance"] = language.gettext(
            "Recorded: {done} of {all} days", done=len(days.recorded), all=len(days.every)
        )
    if len(days.recorded) == len(days.every):
        done |= {"attendance"}
    parts = _parts(around, told, done, to_go, ready=bool(units))
    coming = next((step for part in parts for step in part.steps if step.state == "next"), None)
    return Desk(word(rule.name, language), word(rule.summary, language), counts, coming, parts, due, ahead.exposed)


# What can be done before there is a roster.
_BEFORE_THE_ROSTER = frozenset({"people", "scheme", "log"})


def _parts(
    around: Frame, told: Mapping[str, str], done: frozenset[str] | set[str], to_go: str, *, ready: bool
) -> tuple[Part, ...]:
    """Every page but this one, one of them next; until it is ``ready``, with a roster, nearly all come later."""
    root = f"/c/{around.contest.id}"

    def state(page: str) -> str:
        if page == to_go:
            return "next"
        if page in done:
            return "done"
        return "open" if ready or page in _BEFORE_THE_ROSTER else "later"

    found = [
        Part(
            group.key,
            group.name,
            tuple(
                Step(tab.name, tab.path, state(page), told[page])
                for tab in group.tabs
                for page in [tab.path.removeprefix(root).strip("/")]
                if page
            ),
        )
        for group in around.groups
    ]
    return tuple(part for part in found if part.steps)


def _told_of_rows(session: Session, contest_id: str, language: Language, to_go: str) -> dict[str, str]:
    """How far the roster, the rules and the recusals are."""
    say = language.gettext
    units, entries = queries.units(session, contest_id), queries.entries(session, contest_id)
    recusals = len(queries.recusals(session, contest_id))
    told = {"scheme": rules_told(session, contest_id, language)}
    if units:
        told["import"] = say(
            "{units} units, {entries} entries, {judges} judges",
            units=len(units),
            entries=len(entries),
            judges=len(queries.judges(session, contest_id)),
        )
    told["recusals"] = language.ngettext("{n} besides one's own unit", "{n} besides one's own unit", recusals)
    if to_go == "recusals":
        told["recusals"] = say(
            "{known}. Enter who else must not mark; if there is nobody, go on with the badges.", known=told["recusals"]
        )
    return told


def _told(language: Language) -> dict[str, str]:
    """What each page is for, until there is something to tell of it."""
    say = language.gettext
    return {
        "import": say("Download the workbook, fill it in, upload it."),
        "people": say(
            "Who signs in to work here: a steward at least, who signs the rules and opens the marks with you."
        ),
        "badges": say("One for each judge, to print and hand out. Scanning it opens the sheets on his phone."),
        "print": say("Score sheets, itinerary, tally sheets and lists to print the night before."),
        "rehearsal": say(
            "Try the whole way once with your own roster; nothing of it counts. If there is no time, skip it."
        ),
        "attendance": say("Each morning: who is here, who is on leave. It defines which sheets are due."),
        "board": say("Who has handed in, who has not, and whose phone has been silent."),
        "itinerary": say("Where the bus goes next: order changed, stops dropped or opened on the road."),
        "material": say("Documents and videos of the units: until when, who reviews what, who is missing."),
        "console": say("Call, open, collect, check and release, entrant by entrant."),
        "phones": say("Whether each can mark, and which has not been heard of."),
        "paper": say("Sheets on paper, typed twice by two people."),
        "findings": say("What judges noted on the spot, with photos."),
        "counties": say("One link for each, to hand to its liaison: issue list and scores, and nobody else's."),
        "decisions": say("Sheets that will not come, late sheets, equal scores: people decide, with a reason."),
        "rounds": say("Who stands in which round, who goes on, reserves, withdrawals."),
        "results": say("After collecting and opening: scores, ranking, prizes."),
        "publication": say("Seal, counter-sign, approval, publication: from a result to an official one."),
        "screens": say("What the hall sees: only what was released."),
        "log": say("Who did what, and when."),
    }


def rules_told(session: Session, contest_id: str, language: Language) -> str:
    """How far the signing of the rules is, in a sentence."""
    say = language.gettext
    if asked := waiting(session, contest_id):
        return say("Put forward by {name}; a second person has to sign", name=asked.maker)
    if now := standing(session, contest_id):
        if now.signed_by:
            return say("Version {n}, signed by {maker} and {signer}", n=now.number, maker=now.maker, signer=now.signer)
        return say("In force since before rules were signed here")
    return say("Before the first badge two people sign them. After that the score sheet stays as it is.")
