"""``/c/{contest}/print``: every paper of a contest on one page, each as PDF. None of them holds a mark."""

import json
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.accounts.access import database_of
from app.contests.access import member
from app.contests.page import frame
from app.exports.papers import (
    Papers,
    envelopes,
    itinerary,
    onward,
    order,
    papers,
    score_sheets,
    slips,
    slips_down,
    tally,
)
from app.exports.print_page import PRINTERS, Nothing, pdf, print_page
from app.exports.reminding import reminders
from app.i18n import Language
from app.pages import language_of, render
from app.printing import setting
from app.printing.setting import Leaf
from app.results.notices import notice_of

router = APIRouter(prefix="/c/{contest_id}/print")

Which = Annotated[str, Query(max_length=64)]


@router.get("")
def show_papers(request: Request, contest_id: str) -> Response:
    reader = member(request, contest_id, PRINTERS)
    with database_of(request).read() as session:
        found = papers(session, contest_id, language_of(request))
        page = print_page(session, reader, found)
        context = {"frame": frame(request, session, reader), "page": page}
        return render(request, "exports/print.html", context, headers={"Cache-Control": "no-store"})


@router.get("/sheets.pdf")
def sheets(request: Request, contest_id: str, judge: Which = "", day: Which = "") -> Response:
    return _leaves(request, contest_id, "sheets", lambda of: list(score_sheets(of, judge=judge, day=day)))


@router.get("/slips.pdf")
def cut_slips(request: Request, contest_id: str, day: Which = "") -> Response:
    of = _papers(request, contest_id)
    pieces = list(slips(of, day=day))
    if not pieces:
        raise Nothing
    name = of.language.gettext("Score slip")
    return pdf(setting.slips(of.around(name), pieces, across=2, down=slips_down(of)), "slips", of, name)


@router.get("/tally.pdf")
def tally_sheets(request: Request, contest_id: str, day: Which = "") -> Response:
    return _leaves(request, contest_id, "tally", lambda of: list(tally(of, day=day)))


@router.get("/itinerary.pdf")
def itinerary_by_day(request: Request, contest_id: str) -> Response:
    return _leaves(request, contest_id, "itinerary", lambda of: list(itinerary(of)))


@router.get("/order.pdf")
def order_of_appearance(request: Request, contest_id: str) -> Response:
    return _leaves(request, contest_id, "order", lambda of: list(order(of)))


@router.get("/envelopes.pdf")
def sealed_envelopes(request: Request, contest_id: str) -> Response:
    return _leaves(request, contest_id, "envelopes", lambda of: [envelopes(of)] if of.marked else [])


@router.get("/onward.pdf")
def who_goes_on(request: Request, contest_id: str, round: Which = "") -> Response:  # noqa: A002  as the address says
    """The list as the public reads it, to be posted up."""
    of = _papers(request, contest_id)
    with database_of(request).read() as session:
        leaf = onward(of, json.loads(notice_of(session, contest_id, round).document))
    return pdf(setting.leaves(of.around(leaf.title), [leaf]), "onward", of, leaf.title)


@router.get("/reminders.pdf")
def whom_to_remind(request: Request, contest_id: str) -> Response:
    of = _papers(request, contest_id)
    with database_of(request).read() as session:
        pages = list(reminders(session, of))
    return _leaves(request, contest_id, "reminders", lambda _: pages)


def _papers(request: Request, contest_id: str) -> Papers:
    member(request, contest_id, PRINTERS)
    language: Language = language_of(request)
    with database_of(request).read() as session:
        return papers(session, contest_id, language)


def _leaves(request: Request, contest_id: str, plainly: str, made: Callable[[Papers], list[Leaf]]) -> Response:
    of = _papers(request, contest_id)
    pages = made(of)
    if not pages:
        raise Nothing
    return pdf(setting.leaves(of.around(pages[0].title), pages), plainly, of, pages[0].title)
