"""``/c/{contest}/places``: which place of the register each unit is, and the form that says so."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.contests import queries
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.places import (
    Choice,
    Matched,
    Place,
    PlaceUnknown,
    by_any_name,
    earlier,
    match_places,
    matches,
    proposals,
    register,
    renamings,
    take_name_back,
)
from app.contests.schemas import Posted
from app.errors import AppError
from app.pages import render

router = APIRouter(prefix="/c/{contest}")

PRIVATE = {"Cache-Control": "no-store"}
ORGANISER = frozenset({"organiser"})
_ROWS = 50


class RenamedFrom(AppError):
    """A unit was said to be renamed, and nobody said what it was called; ``name`` is what it is called now."""

    code = "places.renamed_from"
    status = 422


Words = Annotated[str, Query(max_length=60)]
Page = Annotated[int, Query(ge=1, le=1000)]


@router.get("/places")
def places(request: Request, contest: str, q: Words = "", show: Words = "", page: Page = 1) -> HTMLResponse:
    return _page(request, member(request, contest, ORGANISER), q, show, page)


@router.post("/places")
def match(request: Request, contest: str, form: Posted) -> Response:
    who, database = member(request, contest, ORGANISER), database_of(request)
    try:
        if name := form.get("take_back", ""):
            reason = form.get("reason", "")
            database.write(lambda s: take_name_back(s, who.id, contest_id=contest, name=name, reason=reason))
        else:
            with database.read() as session:
                every, names = matches(session, contest), by_any_name(register(session))
            if form.get("do") == "all_new":
                choices = [Choice(one.unit.id, new=True) for one in every if one.place is None and not one.said]
            else:
                there = {one.unit.id: one for one in every}
                choices = [
                    one
                    for key, value in form.items()
                    if key.startswith("place.")
                    for unit in [key.removeprefix("place.")]
                    for one in [_choice(unit, value, form, names, there.get(unit))]
                    if one
                ]
            reason = form.get("reason", "")
            database.write(lambda s: match_places(s, who.id, contest_id=contest, choices=choices, reason=reason))
    except AppError as trouble:
        return _page(request, who, trouble=trouble, said=form)
    return RedirectResponse(request.url.path + (f"?{request.url.query}" if request.url.query else ""), 303)


def _choice(
    unit: str, value: str, form: dict[str, str], names: dict[str, Place], there: Matched | None
) -> Choice | None:
    """What was said of one unit; nothing where nobody chose. A name that was typed goes before what was chosen.

    ``there``: the unit as it stands; renamed alone means the place that it is already.
    """
    renamed = form.get(f"renamed.{unit}") == "yes"
    if typed := form.get(f"name.{unit}", "").strip():
        if typed not in names:
            raise PlaceUnknown({"name": typed[:60]})
        return Choice(unit, names[typed].id, renamed=renamed)
    if not value and not renamed:
        return None
    if value == "new":
        return Choice(unit, new=True)
    place = "" if value == "none" else value or (there.place.id if there and there.place else "")
    if renamed and not place:
        raise RenamedFrom({"name": there.unit.name if there else unit})
    return Choice(unit, place, renamed=renamed)


def _page(
    request: Request, who: Member, q: str = "", show: str = "", page: int = 1, *, trouble: AppError | None = None,
    said: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    """``said``: what was posted and is to be mended."""
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
            "renamings": renamings(session), "said": said or {}, "trouble": trouble.fault if trouble else None,
        }  # fmt: skip
    return render(request, "contests/places.html", context, status=trouble.status if trouble else 200, headers=PRIVATE)
