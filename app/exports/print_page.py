"""The page of papers: what can be printed, what each is for, and which names no font can write.

Reads the contest. Writes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from fastapi.responses import Response
from sqlmodel import Session

from app.contests.access import Member
from app.contests.queries import days
from app.errors import AppError
from app.exports.papers import Papers, day_name
from app.printing.fonts import lacking
from app.printing.setting import MEDIA_TYPE

PRINTERS = frozenset({"organiser", "staff"})


class Nothing(AppError):
    """There is no entry and no judge for it yet, or none on that day."""

    code = "exports.nothing_to_print"
    status = 404


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which there may be less: a name of a query with what can be chosen; the first is all."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: what it is for, where it is, and which part of it can be had alone."""

    name: str
    purpose: str
    path: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintPage:
    """Everything ``exports/print.html`` shows. ``unwritable``: a sentence for each name that no font has whole."""

    before: tuple[Paper, ...]
    unwritable: tuple[str, ...]
    judges: int
    entries: int


def print_page(session: Session, reader: Member, of: Papers) -> PrintPage:
    return PrintPage(
        tuple(_before(session, reader, of)), tuple(unwritable(of)), len(of.judges), len(of.marked)
    )  # fmt: skip


def _before(session: Session, reader: Member, of: Papers) -> Iterator[Paper]:
    say, root = of.language.gettext, f"/c/{of.contest.id}"
    every = [day for day in days(session, of.contest.id) if day]
    day = Choice(
        "day", say("Day"), (("", say("All days")), *((one, day_name(one, of.language)) for one in every))
    )  # fmt: skip
    judge = Choice(
        "judge",
        say("Judge"),
        (("", say("All judges")), *((one.id, f"{one.place_number} {one.name}") for one in of.judges)),
    )
    by_day = (day,) if len(every) > 1 else ()
    if "organiser" in reader.roles:
        yield Paper(
            say("Badges"),
            say(
                "One for each judge, with a code to scan. They are printed as they are issued, on a page of their own."
            ),
            f"{root}/badges",
        )
    yield Paper(
        say("Score sheets"),
        say("For judges who mark on paper: a page for each judge and unit, a row for each entry, recused ones struck."),
        f"{root}/print/sheets.pdf",
        (judge, *by_day),
    )
    yield Paper(
        say("Score slips"),
        say("For a stage: a slip for each judge and entrant, four on a page to be cut, collected after each entrant."),
        f"{root}/print/slips.pdf",
        by_day,
    )
    yield Paper(
        say("Tally by hand"),
        say("To reckon by hand if all else fails: a page for each entry, a row for each judge, three signatures."),
        f"{root}/print/tally.pdf",
        by_day,
    )
    yield Paper(
        say("Itinerary"), say("For everybody on the bus: when, where, what; a page for each day."),
        f"{root}/print/itinerary.pdf",
    )  # fmt: skip
    yield Paper(
        say("Order of appearance"), say("For the door and the host: who comes after whom, with room to tick."),
        f"{root}/print/order.pdf",
    )  # fmt: skip
    yield Paper(
        say("Sealed envelopes"),
        say("For whoever carries the paper: how many sheets go into which envelope, who sealed it, who opened it."),
        f"{root}/print/envelopes.pdf",
    )


def unwritable(of: Papers) -> Iterator[str]:
    """Whose name has a character that no font has, and which."""
    say = of.language.gettext
    names = [(say("Judge"), row.name) for row in of.judges] + [(say("Unit"), row.name) for row in of.units]
    names += [(say("Entry"), row.name) for row in of.entries] + [(say("Contest"), of.contest.name)]
    names += [(say("Where"), row.where) for row in of.entries]
    for what, name in dict.fromkeys(names):
        if one := lacking(name):
            told = {"what": what, "name": name, "signs": one.characters, "codes": one.codes}
            yield say("{what} {name}: no font has {signs} ({codes}). A blank is printed: write it in by hand.", **told)


def pdf(content: bytes, plainly: str, of: Papers, name: str) -> Response:
    """To be looked at in the browser and printed from there; ``plainly``: for whoever cannot read the file's name."""
    file = quote(f"{of.contest.name} {name}.pdf", safe="")
    headers = {
        "Content-Disposition": f"inline; filename=\"{plainly}.pdf\"; filename*=UTF-8''{file}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
