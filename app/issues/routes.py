"""``/c/{contest}/findings``: what judges noted on site, with photos, and its release to the units, by the organiser."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.clock import local
from app.contests.access import Member, member
from app.contests.live import live, unchanged
from app.contests.page import frame
from app.errors import AppError
from app.issues.county_page import book_answer
from app.issues.links import NoSuchUnit
from app.issues.lists import by_unit
from app.issues.queries import on_phones, photos_here
from app.issues.release import release_all, release_list
from app.issues.releases_page import Posted, lines, picks, posted
from app.issues.terms import Terms
from app.pages import language_of, render

router = APIRouter(prefix="/c/{contest}")

DESK = frozenset({"organiser"})
PRIVATE = {"Cache-Control": "no-store"}


@router.get("/findings")
def findings_page(request: Request, contest: str) -> Response:
    organiser = member(request, contest, DESK)
    with database_of(request).read() as session:
        around = frame(request, session, organiser)
        shown = live(request, session, around, photos_here(session, contest))
        if same := unchanged(request, shown):
            return same
        units = [one for one in by_unit(session, contest) if one.noted or one.withdrawn]
    context = {
        "frame": around,
        "live": shown,
        "terms": Terms(around.contest, language_of(request)),
        "on_phones": on_phones(noted.listed for one in units for noted in one.noted),
        "units": units,
        "ready": [noted for one in units for noted in one.ready],
        "by_hand": [noted for one in units for noted in one.pending if not noted.ready],
        "clock": partial(local, zone=around.contest.time_zone),
    }
    return render(request, "issues/findings.html", context, headers=shown.headers)


@router.post("/findings/releases")
def release_to_all(request: Request, contest: str, form: Annotated[Posted, Depends(posted)]) -> RedirectResponse:
    actor = member(request, contest, DESK)
    database_of(request).write(lambda s: release_all(s, actor.id, contest_id=contest, seen=form.seen))
    return RedirectResponse(f"/c/{contest}/findings", 303)


@router.get("/findings/{unit}")
def release_form(request: Request, contest: str, unit: str) -> HTMLResponse:
    return _form(request, member(request, contest, DESK), unit)


@router.post("/findings/{unit}/releases")
def release_to_one(request: Request, contest: str, unit: str, form: Annotated[Posted, Depends(posted)]) -> Response:
    actor, database = member(request, contest, DESK), database_of(request)
    with database.read() as session:
        of_unit = next((one for one in by_unit(session, contest) if one.unit.id == unit), None)
    if of_unit is None:
        raise NoSuchUnit
    chosen, left_out = picks(of_unit, form), form.seen - form.ticked
    try:
        database.write(
            lambda s: release_list(s, actor.id, contest_id=contest, unit_id=unit, picks=chosen, left_out=left_out)
        )
    except AppError as trouble:
        return _form(request, actor, unit, form, trouble)
    return RedirectResponse(f"/c/{contest}/findings#unit-{of_unit.unit.place_number}", 303)


@router.get("/findings/{unit}/issues.xlsx")
def released_book(request: Request, contest: str, unit: str) -> Response:
    member(request, contest, DESK)
    return book_answer(request, contest, unit)


def _form(
    request: Request, organiser: Member, unit: str, form: Posted | None = None, trouble: AppError | None = None
) -> HTMLResponse:
    """The form, with what was typed still in it where something was wrong."""
    with database_of(request).read() as session:
        around = frame(request, session, organiser)
        of_unit = next((one for one in by_unit(session, organiser.contest_id) if one.unit.id == unit), None)
    if of_unit is None:
        raise NoSuchUnit
    language = language_of(request)
    context = {
        "frame": around,
        "unit": of_unit,
        "lines": lines(of_unit, form),
        "terms": Terms(around.contest, language),
        "trouble": language.lines(trouble.fault) if trouble else (),
    }
    return render(request, "issues/release.html", context, status=trouble.status if trouble else 200, headers=PRIVATE)
