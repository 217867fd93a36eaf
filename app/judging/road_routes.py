"""``/c/{contest}/itinerary``: the stops as they are visited now, and what changes on the road."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import database_of
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.road import itinerary
from app.errors import AppError
from app.jobs import Deed
from app.judging import road as deeds
from app.judging.queries import is_collected
from app.judging.road_page import read_move, road_page
from app.pages import language_of, render
from app.sync.clock import local

router = APIRouter(prefix="/c/{contest}/itinerary")

ORGANISER = frozenset({"organiser"})
Choice = Annotated[str, Form(max_length=80)]
Reason = Annotated[str, Form(max_length=500)]


@router.get("")
def show_itinerary(request: Request, contest: str) -> Response:
    return _page(request, member(request, contest, ORGANISER))


def _page(
    request: Request, who: Member, trouble: AppError | None = None, typed: dict[str, str] | None = None
) -> Response:
    with database_of(request).read() as session:
        around = frame(request, session, who)
        if around.contest.form != "tour":
            raise deeds.NotOnTheRoad
        context = {
            "frame": around, "page": road_page(session, who.contest_id, language_of(request)),
            "open": not is_collected(session, who.contest_id), "trouble": trouble.fault if trouble else None,
            "typed": {"what": "", "where": "", "at": "", "reason": "", **(typed or {})},
            "clock": partial(local, zone=around.contest.time_zone),
        }  # fmt: skip
    status = trouble.status if trouble else 200
    return render(request, "judging/itinerary.html", context, status=status, headers={"Cache-Control": "no-store"})


def _done(request: Request, who: Member, deed: Deed[object], typed: dict[str, str] | None = None) -> Response:
    """A change, and back to the page. Where it is refused the page says why, with what was typed."""
    try:
        database_of(request).write(deed)
    except AppError as trouble:
        return _page(request, who, trouble, typed)
    return RedirectResponse(f"/c/{who.contest_id}/itinerary", 303)


@router.post("/order")
def change_order(
    request: Request,
    contest: str,
    what: Choice,
    where: Choice,
    reason: Reason = "",
    at: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    who = member(request, contest, ORGANISER)
    with database_of(request).read() as session:
        move = read_move(itinerary(session, contest), what, where)
    facts = {"contest_id": contest, "planned_at": at, "reason": reason, **move}
    typed = {"what": what, "where": where, "at": at, "reason": reason}
    return _done(request, who, lambda session: deeds.move_stops(session, who.id, **facts), typed)  # type: ignore[arg-type]
