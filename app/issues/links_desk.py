"""``/c/{contest}/counties``: the organiser makes and prints the counties' links, sees who opened his, revokes."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from sqlmodel import Session

from app.accounts.access import database_of
from app.audit import now
from app.contests.access import member
from app.contests.models import UnitRow
from app.contests.page import frame
from app.contests.uses import has_begun
from app.issues import links as deeds
from app.issues.county_page import date_of
from app.issues.lists import OfUnit, by_unit
from app.issues.models import CountyLink
from app.pages import base_url, is_local, language_of, render

router = APIRouter(prefix="/c/{contest}")

DESK = frozenset({"organiser"})
PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Row:
    """A unit at the desk: its link, and what it can read there. ``state``: none, good, revoked or expired."""

    of_unit: OfUnit
    link: CountyLink | None
    state: str

    @property
    def unit(self) -> UnitRow:
        return self.of_unit.unit


@dataclass(frozen=True, slots=True)
class Printed:
    """A link on paper: the code stands in ``link`` and in the picture, and nowhere in the database."""

    unit: UnitRow
    link: str
    picture: Markup


@router.get("/counties")
def counties_page(request: Request, contest: str) -> HTMLResponse:
    organiser = member(request, contest, DESK)
    with database_of(request).read() as session:
        context = {
            "frame": frame(request, session, organiser),
            "rows": _rows(session, contest),
            "begun": has_begun(session, contest),
            "date_of": date_of,
        }
    return render(request, "issues/counties.html", context, headers=PRIVATE)


@router.post("/counties")
def make(request: Request, contest: str, which: Annotated[str, Form(max_length=64)] = "missing") -> HTMLResponse:
    """``which``: missing, all, or one unit's id. The printed page comes back at once: the codes are kept nowhere."""
    actor, database = member(request, contest, DESK), database_of(request)
    with database.read() as session:
        rows, around = _rows(session, contest), frame(request, session, actor)
    chosen = [row.unit.id for row in rows if which in {"all", row.unit.id, "" if row.state == "good" else "missing"}]
    codes = database.write(lambda s: deeds.make_links(s, actor.id, contest_id=contest, units=chosen))
    printed = [_printed(request, row.unit, codes[row.unit.id]) for row in rows if row.unit.id in codes]
    with database.read() as session:
        made = [link for link in deeds.newest_links(session, contest).values() if link.unit_id in codes]
    until = max((link.until_at for link in made), default="")
    context = {
        "frame": around,
        "printed": printed,
        "until": date_of(until, around.contest, language_of(request)),
        "local": is_local(urlsplit(base_url(request)).hostname or ""),
    }
    return render(request, "issues/links_print.html", context, headers=PRIVATE)


@router.post("/counties/{unit}/revocation")
def revoke(request: Request, contest: str, unit: str) -> RedirectResponse:
    actor = member(request, contest, DESK)
    database_of(request).write(lambda s: deeds.revoke_link(s, actor.id, contest_id=contest, unit_id=unit))
    return RedirectResponse(f"/c/{contest}/counties", 303)


def _rows(session: Session, contest_id: str) -> list[Row]:
    links = deeds.newest_links(session, contest_id)
    return [Row(one, link := links.get(one.unit.id), _state(link)) for one in by_unit(session, contest_id)]


def _state(link: CountyLink | None) -> str:
    if link is None:
        return "none"
    if link.revoked_at:
        return "revoked"
    return "good" if link.until_at > now() else "expired"


def _printed(request: Request, unit: UnitRow, code: str) -> Printed:
    link = f"{base_url(request)}/county/{unit.contest_id}/link/{code}"
    drawn = segno.make(link, error="m").svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return Printed(unit, link, Markup(drawn))  # noqa: S704  drawn by segno from our own address
