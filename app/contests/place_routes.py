"""``/c/{contest}/places``: which place of the register each unit is, and the form that says so."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.contests import queries
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.places import Choice, PlaceUnknown, earlier, match_places, matches, proposals, register
from app.contests.schemas import Posted
from app.errors import AppError
from app.pages import render

router = APIRouter(prefix="/c/{contest}")

PRIVATE = {"Cache-Control": "no-store"}
ORGANISER = frozenset({"organiser"})
_ROWS = 50

Words = Annotated[str, Query(max_length=60)]
Page = Annotated[int, Query(ge=1, le=1000)]


@router.get("/places")
def places(request: Request, contest: str, q: Words = "", show: Words = "", page: Page = 1) -> HTMLResponse:
    return _page(request, member(request, contest, ORGANISER), q, show, page)


@router.post("/places")
def match(request: Request, contest: str, form: Posted) -> Response:
    who, database = member(request, contest, ORGANISER), database_of(request)
    try:
        with database.read() as session:
            open_units = [one.unit.id for one in matches(session, contest) if one.place is None and not one.said]
            by_name = {place.name: place.id for place in register(session)}
        if form.get("do") == "all_new":
            choices = [Choice(unit, new=True) for unit in open_units]
        else:
            choices = [
                one
                for key, value in form.items()
                if key.startswith("place.")
                for one in [_choice(key.removeprefix("place."), value, form, by_name)]
                if one
            ]
        database.write(lambda s: match_places(s, who.id, contest_id=contest, choices=choices))
    except AppError as trouble:
        return _page(request, who, trouble=trouble)
    return RedirectResponse(request.url.path + (f"?{request.url.query}" if request.url.query else ""), 303)


def _choice(unit: str, value: str, form: dict[str, str], by_name: dict[str, str]) -> Choice | None:
    """What was said of one unit; nothing where nobody chose. A name that was typed goes before what was chosen."""
    if typed := form.get(f"name.{unit}", "").strip():
        if typed not in by_name:
            raise PlaceUnknown({"name": typed[:60]})
        return Choice(unit, by_name[typed])
    if value in ("", "as_is"):
        return None
    return Choice(unit, new=True) if value == "new" else Choice(unit, "" if value == "none" else value)


def _page(
    request: Request, who: Member, q: str = "", show: str = "", page: int = 1, *, trouble: AppError | None = None
) -> HTMLResponse:
    with database_of(request).read() as session:
        every, there = matches(session, who.contest_id), register(session)
        undecided = [one for one in every if one.place is None and not one.said]
        listed = [one for one in (every if show == "all" or q else undecided) if q.strip() in one.unit.name]
        shown = listed[(page - 1) * _ROWS : page * _ROWS]
        mine = queries.organised_by(session, who.id)
        ids = {one.place.id for one in shown if one.place}
        context = {
            "frame": frame(request, session, who), "q": q, "show": show, "page": page,
            "pages": -(-len(listed) // _ROWS), "found": len(listed), "all": len(every), "undecided": len(undecided),
            "registered": len(there),
            "rows": [(one, [] if one.place else proposals(one.unit.name, there)) for one in shown],
            "earlier": earlier(session, who.contest_id, of=ids, among=mine) if ids else {},
            "trouble": trouble.fault if trouble else None,
        }  # fmt: skip
    return render(request, "contests/places.html", context, status=trouble.status if trouble else 200, headers=PRIVATE)
