"""``/c/{contest}/copy``: what a new contest would take from this one, and the button that makes it."""

import re
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.contests import queries
from app.contests.access import Member, member
from app.contests.copying import Wanted, copy_contest, taken
from app.contests.import_page import shown_draft
from app.contests.page import frame
from app.contests.schemes import word
from app.contests.service import new_id
from app.errors import AppError, NotFound
from app.pages import language_of, render, settings_of

router = APIRouter(prefix="/c/{contest}")

PRIVATE = {"Cache-Control": "no-store"}
_TOKEN = re.compile(r"[0-9a-f]{32}")

Short = Annotated[str, Form(max_length=120)]
Tick = Annotated[str, Form(max_length=8)]


@router.get("/copy")
def copy_page(request: Request, contest: str) -> HTMLResponse:
    return _page(request, member(request, contest, {"organiser"}))


@router.post("/copy")
def copy(
    request: Request, contest: str, name: Short = "", token: Short = "", judges: Tick = "", entries: Tick = ""
) -> Response:
    who = member(request, contest, {"organiser"})
    if not _TOKEN.fullmatch(token):
        raise NotFound
    made = new_id(token)
    wanted = Wanted(name, judges=bool(judges), entries=bool(entries), simulated=settings_of(request).simulated)
    try:
        database_of(request).write(lambda s: copy_contest(s, who.id, source=contest, made=made, wanted=wanted))
    except AppError as trouble:
        return _page(request, who, trouble)
    return RedirectResponse(f"/c/{made}", 303)


def _page(request: Request, who: Member, trouble: AppError | None = None) -> HTMLResponse:
    language = language_of(request)
    with database_of(request).read() as session:
        rule, everything = queries.scheme(session, who.contest_id), Wanted("", judges=True, entries=True)
        context = {
            "frame": frame(request, session, who), "token": uuid4().hex, "scheme": word(rule.name, language),
            "sheets": shown_draft(rule, taken(session, who.contest_id, everything), language),
            "counts": queries.imported(session, who.contest_id).counts, "trouble": trouble.fault if trouble else None,
        }  # fmt: skip
    return render(request, "contests/copy.html", context, status=trouble.status if trouble else 200, headers=PRIVATE)
