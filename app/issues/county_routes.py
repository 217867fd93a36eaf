"""``/county/{contest}``: a unit's liaison opens his link, reads the issue list with its photos, takes it away."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.models import UnitRow
from app.errors import AppError
from app.files.service import shelf
from app.issues import photos
from app.issues.access import COOKIE, liaison
from app.issues.county_page import book_answer, county_frame, date_of
from app.issues.links import link_of, open_link
from app.issues.lists import issue_list, photo_of
from app.issues.terms import Terms
from app.pages import is_secure, language_of, render, settings_of
from app.sync.access import pace_of

router = APIRouter(prefix="/county/{contest}")

PRIVATE = {"Cache-Control": "no-store"}
# The same address shows another county's photo to whoever has gone on to another county's page.
_KEPT = {"Cache-Control": "private, max-age=3600", "Vary": "Cookie"}
Kind = Literal["problem", "highlight"]
Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/link/{code}")
def link_page(request: Request, contest: str, code: str) -> HTMLResponse:
    pace_of(request).spend(f"county {contest} {code}")
    with database_of(request).read() as session:
        link = link_of(session, contest, code)
        context = {
            "contest": contests.contest(session, contest),
            "unit": session.get_one(UnitRow, (contest, link.unit_id)),
            "was": _open_now(request, session, contest, but=link.unit_id),
            "until": link.until_at,
            "date_of": date_of,
        }
    return render(request, "issues/county_link.html", context, headers=PRIVATE)


@router.post("/link/{code}")
def go_on(request: Request, contest: str, code: str) -> RedirectResponse:
    """From here on the code stands in the cookie only, and no more in the address."""
    pace_of(request).spend(f"county {contest} {code}")
    seconds = database_of(request).write(lambda s: open_link(s, contest_id=contest, code=code))
    went = RedirectResponse(f"/county/{contest}", 303, PRIVATE)
    went.set_cookie(
        COOKIE, code, max_age=seconds, path=f"/county/{contest}", httponly=True, samesite="lax",
        secure=is_secure(request),
    )  # fmt: skip
    return went


def _open_now(request: Request, session: Session, contest: str, *, but: str) -> str:
    """The other county whose page is open on this device."""
    try:
        who = liaison(request, contest)
    except AppError:
        return ""
    return "" if who.unit_id == but else session.get_one(UnitRow, (contest, who.unit_id)).name


@router.post("/leaving")
def leave(request: Request, contest: str) -> HTMLResponse:
    """The device forgets the link; whoever has it opens it again."""
    page = render(request, "issues/county_left.html", headers=PRIVATE)
    page.delete_cookie(COOKIE, path=f"/county/{contest}", httponly=True, samesite="lax")
    return page


@router.get("")
def county(request: Request, contest: str) -> HTMLResponse:
    who = liaison(request, contest)
    with database_of(request).read() as session:
        around = county_frame(request, session, who)
        context = {
            "county": around,
            "terms": Terms(around.contest, language_of(request)),
            "released": issue_list(session, contest, who.unit_id),
            "date_of": date_of,
        }
    return render(request, "issues/county.html", context, headers=PRIVATE)


@router.get("/issues.xlsx")
def own_book(request: Request, contest: str) -> Response:
    who = liaison(request, contest)
    pace_of(request).spend(f"county book {contest} {who.unit_id}")
    return book_answer(request, contest, who.unit_id)


@router.get("/photos/{kind}/{number}/{n}")
def photo(request: Request, contest: str, kind: Kind, number: Number, n: Number) -> Response:
    who = liaison(request, contest)
    with database_of(request).read() as session:
        shown = photo_of(session, contest, who.unit_id, kind, number, n)
    content = photos.large(shelf(settings_of(request).data_dir, contest), shown)
    return Response(content, media_type="image/jpeg", headers=_KEPT)


@router.get("/photos/{kind}/{number}/{n}/small")
def small_photo(request: Request, contest: str, kind: Kind, number: Number, n: Number) -> Response:
    who = liaison(request, contest)
    with database_of(request).read() as session:
        shown = photo_of(session, contest, who.unit_id, kind, number, n)
    content = photos.small(shelf(settings_of(request).data_dir, contest), shown)
    return Response(content, media_type="image/jpeg", headers=_KEPT)
