"""``/c/{contest}/draw``: the verifiable draw of the order; ``/draw/{contest}``: the same for anybody who checks it."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.anchoring import write_officially
from app.clock import clock_time
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.models import Contest
from app.contests.page import frame
from app.errors import AppError
from app.i18n import Language
from app.jobs import Deed
from app.pages import base_url, language_of, render
from app.publishing.console_page import OPERATORS
from app.publishing.order_page import order_page
from app.stage.draw import Group, changed_since, draws, hold_draw, promise_draw

router = APIRouter()

FRESH = {"Cache-Control": "no-store"}


@router.get("/c/{contest}/draw")
def draw_page(request: Request, contest: str) -> Response:
    return _page(request, member(request, contest, OPERATORS))


@router.post("/c/{contest}/draw")
def promise(
    request: Request,
    contest: str,
    group: Annotated[list[str] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """``group``: which groups are drawn, by their place on the page."""
    who, language = member(request, contest, OPERATORS), language_of(request)

    def deed(session: Session) -> int:
        chosen = [one for n, one in enumerate(_groups(session, contest, language)) if str(n) in (group or ())]
        return promise_draw(session, who.id, contest_id=contest, groups=chosen, reason=reason)

    return _done(request, who, deed)


@router.post("/c/{contest}/draw/{rev}")
def hold(
    request: Request,
    contest: str,
    rev: Annotated[int, Path(ge=0, le=2**31 - 1)],
    public: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    who, reason = member(request, contest, OPERATORS), language_of(request).gettext("Drawn, see the page of the draw")
    told = {"contest_id": contest, "public": public, "reason": reason}
    return _done(request, who, lambda session: hold_draw(session, who.id, rev=rev, **told))


@router.get("/draw/{contest}")
def checked(request: Request, contest: str) -> Response:
    """For anybody: what was promised, what was called out, what came of it. 404 where nothing was promised."""
    with database_of(request).read() as session:
        row = contests.contest(session, contest)
        context = _told(session, row)
        if not context["draws"]:
            raise contests.NoContest
    return render(request, "publishing/drawn.html", context, headers=FRESH)


def _groups(session: Session, contest_id: str, language: Language) -> list[Group]:
    """The groups of the page of the order of which nobody has been on stage, each in the manual order."""
    return [
        (group.name, tuple(line.id for line in group.lines))
        for group in order_page(session, contest_id, language).groups
        if not any(line.begun for line in group.lines)
    ]


def _told(session: Session, contest: Contest) -> dict[str, object]:
    return {
        "contest": contest,
        "draws": draws(session, contest.id),
        "changed": changed_since(session, contest.id),
        "names": {row.id: row.name or row.id for row in contests.entries(session, contest.id)},
        "clock": partial(clock_time, zone=contest.time_zone),
    }


def _page(request: Request, who: Member, trouble: AppError | None = None) -> Response:
    with database_of(request).read() as session:
        around, page = frame(request, session, who), order_page(session, who.contest_id, language_of(request))
        context = {
            **_told(session, around.contest), "frame": around, "trouble": trouble.fault if trouble else None,
            "groups": _groups(session, who.contest_id, language_of(request)), "again": bool(page.seen),
            "address": f"{base_url(request)}/draw/{who.contest_id}",
        }  # fmt: skip
    status = trouble.status if trouble else 200
    return render(request, "publishing/draw.html", context, status=status, headers=FRESH)


def _done(request: Request, who: Member, deed: Deed[object]) -> Response:
    try:
        write_officially(database_of(request), who.contest_id, deed)
    except AppError as trouble:
        return _page(request, who, trouble)
    return RedirectResponse(f"/c/{who.contest_id}/draw", 303)
