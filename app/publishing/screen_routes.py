"""``/c/{contest}/screens``: the operator's page. Screens and their links, scenes by keys, the reveal, withdrawals."""

from typing import Annotated
from urllib.parse import urlsplit

import segno
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlmodel import Session

from app.accounts.access import database_of
from app.contests.access import Member, member
from app.contests.live import live, unchanged
from app.contests.page import frame
from app.errors import AppError
from app.jobs import Deed
from app.pages import base_url, is_local, language_of, render
from app.publishing import screens
from app.publishing.release import RELEASERS, How, release_standing, withdraw_release
from app.publishing.scenes import OF_AN_ENTRANT, Cue
from app.publishing.schemas import CueForm
from app.publishing.screen_page import screen_desk

router = APIRouter(prefix="/c/{contest_id}/screens")

Id = Annotated[str, Form(max_length=64)]
Reason = Annotated[str, Form(max_length=500)]
Number = Annotated[int, Form(ge=0, le=2**31 - 1)]


@router.get("")
def screen_desk_page(request: Request, contest_id: str) -> Response:
    return _page(request, member(request, contest_id, screens.OPERATORS))


@router.post("")
def make(
    request: Request,
    contest_id: str,
    name: Annotated[str, Form(max_length=120)] = "",
    kind: Annotated[screens.Kind, Form()] = "hall",
) -> Response:
    """The link comes back in the answer itself: its code is kept nowhere."""
    who = member(request, contest_id, screens.OPERATORS)
    try:
        code = database_of(request).write(
            lambda s: screens.make_screen(s, who, contest_id=contest_id, name=name, kind=kind)
        )
    except AppError as trouble:
        return _page(request, who, trouble=trouble)
    return _page(request, who, made=f"{base_url(request)}/screen/{code}")


@router.post("/{screen}/settings")
def settings(
    request: Request,
    contest_id: str,
    screen: str,
    marks_by: Annotated[screens.MarksBy, Form()] = "seat",
    columns: Annotated[int, Form(ge=0, le=4)] = 0,
) -> Response:
    who = member(request, contest_id, screens.OPERATORS)
    facts = {"contest_id": contest_id, "screen_id": screen}
    return _moved(
        request, who, screen, lambda s: screens.set_screen(s, who, marks_by=marks_by, columns=columns, **facts)
    )


@router.post("/{screen}/revocation")
def revoke(request: Request, contest_id: str, screen: str) -> Response:
    who = member(request, contest_id, screens.OPERATORS)
    return _done(request, who, lambda s: screens.revoke_screen(s, who, contest_id=contest_id, screen_id=screen))


@router.post("/{screen}/cues")
def show(request: Request, contest_id: str, screen: str, form: Annotated[CueForm, Form()]) -> Response:
    who = member(request, contest_id, screens.OPERATORS)
    entry = form.entry if form.scene in OF_AN_ENTRANT else ""
    cue = Cue(form.scene, entry, form.step if form.scene == "reveal" else 0)
    facts = {"contest_id": contest_id, "screen_id": screen}
    return _moved(request, who, screen, lambda s: screens.show(s, who, cue=cue, after=form.after, **facts))


@router.post("/{screen}/next")
def go_on(request: Request, contest_id: str, screen: str, after: Number = 0) -> Response:
    who = member(request, contest_id, screens.OPERATORS)
    facts = {"contest_id": contest_id, "screen_id": screen}
    return _moved(request, who, screen, lambda s: screens.go_on(s, who, after=after, **facts))


@router.post("/{screen}/back")
def go_back(request: Request, contest_id: str, screen: str, after: Number = 0) -> Response:
    who = member(request, contest_id, screens.OPERATORS)
    facts = {"contest_id": contest_id, "screen_id": screen}
    return _moved(request, who, screen, lambda s: screens.go_back(s, who, after=after, **facts))


@router.post("/reveal")
def reveal(
    request: Request, contest_id: str, version: Number = 0, how: Annotated[How, Form()] = "tier", after: Number = 0
) -> Response:
    who = member(request, contest_id, RELEASERS)

    def deed(session: Session) -> int:
        return release_standing(session, who, contest_id=contest_id, version=version, how=how, after=after)

    return _done(request, who, deed)


@router.post("/releases/{rev}/withdrawal")
def withdraw(
    request: Request, contest_id: str, rev: Annotated[int, Path(ge=0, le=2**31 - 1)], reason: Reason = ""
) -> Response:
    who = member(request, contest_id, RELEASERS)
    facts = {"contest_id": contest_id, "reason": reason}
    return _done(request, who, lambda s: withdraw_release(s, who, rev=rev, **facts))


def _moved(request: Request, who: Member, screen: str, deed: Deed[object]) -> Response:
    """Back to the page with the same screen under the keys."""
    return _done(request, who, deed, f"#screen-{screen}")


def _done(request: Request, who: Member, deed: Deed[object], where: str = "") -> Response:
    try:
        database_of(request).write(deed)
    except AppError as trouble:
        return _page(request, who, trouble=trouble)
    return RedirectResponse(f"/c/{who.contest_id}/screens{where}", 303)


def _page(request: Request, who: Member, *, made: str = "", trouble: AppError | None = None) -> Response:
    with database_of(request).read() as session:
        around = frame(request, session, who)
        state = live(request, session, around)
        if not made and not trouble and (same := unchanged(request, state)):
            return same
        answer = _rendered(request, session, who.contest_id, made, trouble, frame=around, live=state)
    answer.headers["ETag"] = state.tag
    return answer


def _rendered(
    request: Request, session: Session, contest_id: str, made: str, trouble: AppError | None, **around: object
) -> HTMLResponse:
    told: dict[str, object] = {
        **around, "desk": screen_desk(session, contest_id, language_of(request)), "made": made,
        "picture": _picture(made) if made else "", "trouble": trouble.fault if trouble else None,
        "local": is_local(urlsplit(base_url(request)).hostname or ""),
    }  # fmt: skip
    status = trouble.status if trouble else 200
    return render(request, "publishing/screens.html", told, status=status, headers={"Cache-Control": "no-store"})


def _picture(link: str) -> Markup:
    drawn = segno.make(link, error="m").svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704  drawn by segno from our own address
