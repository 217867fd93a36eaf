"""``/c/{contest}/roster/{sheet}``: units, entries, judges and scores known before, one by one by form."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from app.accounts.access import database_of
from app.contests.access import Member, member
from app.contests.assigning import share_out
from app.contests.lines import NEW, change_line, remove_line
from app.contests.page import frame
from app.contests.roster_page import lines_page
from app.contests.schemas import Posted
from app.errors import AppError, NotFound
from app.jobs import Deed
from app.pages import language_of, render
from scoring.faults import Fault, Refused

router = APIRouter(prefix="/c/{contest_id}/roster/{sheet}")

ORGANISER = frozenset({"organiser"})
PRIVATE = {"Cache-Control": "no-store"}


class Asked(BaseModel):
    """What the list shows: lines with ``q`` in them, a page of them, and one of them in the form."""

    q: str = Field("", max_length=120)
    page: int = Field(1, ge=1, le=9999)
    line: str = Field(NEW, max_length=140)
    done: str = Field("", max_length=8)


@router.get("")
def lines(request: Request, contest_id: str, sheet: str, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    who, language = member(request, contest_id, ORGANISER), language_of(request)
    with database_of(request).read() as session:
        shown = lines_page(session, contest_id, language, sheet, q=asked.q, page=asked.page, line=asked.line)
        context = {"frame": frame(request, session, who), "shown": shown, "faults": (), "done": asked.done}
        return render(request, "contests/lines.html", context, headers=PRIVATE)


@router.post("")
def put_line(request: Request, contest_id: str, sheet: str, form: Posted) -> Response:
    """Add or change a line."""
    who, line = member(request, contest_id, ORGANISER), form.get("line", NEW)
    joined = language_of(request).gettext("joined later")
    facts = {"contest_id": contest_id, "sheet": sheet, "line": line, "joined": joined}
    return _done(request, who, sheet, form, lambda s: change_line(s, who.id, cells=form, **facts), "changed")


@router.post("/removal")
def take_out_line(request: Request, contest_id: str, sheet: str, form: Posted) -> Response:
    who, line = member(request, contest_id, ORGANISER), form.get("line", NEW)
    facts = {"contest_id": contest_id, "sheet": sheet, "line": line}
    return _done(request, who, sheet, form, lambda s: remove_line(s, who.id, **facts), "removed")


@router.post("/sharing")
def share_out_entries(
    request: Request, contest_id: str, sheet: str, form: Posted, each: Annotated[int, Form(ge=1, le=99)] = 3
) -> Response:
    """Give out the entries that are assigned to nobody; with a ``component`` in the form only its entries."""
    who = member(request, contest_id, ORGANISER)
    if sheet != "entries":
        raise NotFound
    part = form.get("component", "")
    deed: Deed[object] = lambda s: share_out(s, who.id, contest_id=contest_id, each=each, component=part)  # noqa: E731
    return _done(request, who, sheet, form, deed, "shared")


def _done(request: Request, who: Member, sheet: str, form: Mapping[str, str], deed: Deed[object], how: str) -> Response:
    try:
        database_of(request).write(deed)
    except (AppError, Refused) as trouble:
        faults: tuple[Fault, ...] = trouble.faults if isinstance(trouble, Refused) else (trouble.fault,)
        line = form.get("line", NEW)
        written = form if how == "changed" else None
        with database_of(request).read() as session:
            shown = lines_page(session, who.contest_id, language_of(request), sheet, line=line, written=written)
            context = {"frame": frame(request, session, who), "shown": shown, "faults": faults, "done": ""}
            return render(request, "contests/lines.html", context, status=409, headers=PRIVATE)
    return RedirectResponse(f"/c/{who.contest_id}/roster/{sheet}?done={how}", 303)
