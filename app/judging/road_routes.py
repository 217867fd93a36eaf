"""``/c/{contest}/itinerary``: the stops as they are visited now, and what changes on the road."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import database_of
from app.clock import local
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.road import itinerary
from app.contests.schemas import Posted
from app.errors import AppError
from app.jobs import Deed
from app.judging import road as deeds
from app.judging.queries import is_collected
from app.judging.road_page import read_move, road_page
from app.pages import language_of, render
from scoring.faults import Refused

router = APIRouter(prefix="/c/{contest}/itinerary")

ORGANISER = frozenset({"organiser"})
Choice = Annotated[str, Form(max_length=80)]
Reason = Annotated[str, Form(max_length=500)]


@router.get("")
def show_itinerary(request: Request, contest: str) -> Response:
    return _page(request, member(request, contest, ORGANISER))


def _page(
    request: Request,
    who: Member,
    trouble: AppError | Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """``typed``: what stood in the form that was refused; where that was one to prepare a stop, it has a name."""
    cells = typed if typed and "name" in typed else None
    faults = trouble.faults if isinstance(trouble, Refused) else (trouble.fault,) if trouble else ()
    with database_of(request).read() as session:
        around = frame(request, session, who)
        if around.contest.form != "tour":
            raise deeds.NotOnTheRoad
        context = {
            "frame": around, "page": road_page(session, who.contest_id, language_of(request), cells),
            "open": not is_collected(session, who.contest_id), "faults": faults,
            "typed": {"what": "", "where": "", "at": "", "reason": "", "name": "", **(typed or {})},
            "clock": partial(local, zone=around.contest.time_zone),
        }  # fmt: skip
    status = trouble.status if isinstance(trouble, AppError) else 422 if trouble else 200
    return render(request, "judging/itinerary.html", context, status=status, headers={"Cache-Control": "no-store"})


def _done(request: Request, who: Member, deed: Deed[object], typed: Mapping[str, str] | None = None) -> Response:
    """A change, and back to the page. Where it is refused the page says why, with what was typed."""
    try:
        database_of(request).write(deed)
    except (AppError, Refused) as trouble:
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


@router.post("/hidden")
def hide(request: Request, contest: str, stop: Annotated[list[str] | None, Form(max_length=500)] = None) -> Response:
    """Those that were ticked; before the first phone has joined."""
    who = member(request, contest, ORGANISER)
    facts = {"contest_id": contest, "entries": [one[:64] for one in stop or []]}
    return _done(request, who, lambda session: deeds.hide_stops(session, who.id, **facts))  # type: ignore[arg-type]


@router.post("/prepared")
def prepare(request: Request, contest: str, form: Posted) -> Response:
    """A stop that is added in secret, by the form of a line of the roster."""
    who = member(request, contest, ORGANISER)
    return _done(request, who, lambda s: deeds.prepare_stop(s, who.id, contest_id=contest, cells=form), form)


@router.post("/{entry}/{change}")
def change_stop(
    request: Request, contest: str, entry: str, change: Literal["open", "drop", "restore"], reason: Reason = ""
) -> Response:
    who = member(request, contest, ORGANISER)
    facts = {"contest_id": contest, "entry_id": entry}
    if change == "open":
        return _done(request, who, lambda session: deeds.open_stop(session, who.id, **facts))
    deed = deeds.drop_stop if change == "drop" else deeds.restore_stop
    return _done(request, who, lambda session: deed(session, who.id, **facts, reason=reason))
