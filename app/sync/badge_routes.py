"""``/b/{contest}/{code}``: the badge. Scanning shows who it is; only the button "I am ..." makes a device."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.models import JudgeRow
from app.pages import is_secure, render
from app.sync.access import COOKIE, pace_of
from app.sync.badges import (
    TRY_MINUTES,
    Answer,
    DeviceRevoked,
    Prospect,
    badge_of,
    confirm_badge,
    label_of,
    prospect,
    window_open,
)
from app.sync.phone import FIRST, address
from app.sync.queries import device_of

router = APIRouter(prefix="/b/{contest}/{code}")

KEPT_SECONDS = 90 * 24 * 3600
LATER = {"Retry-After": str(TRY_MINUTES * 60)}
STATUS = {"digits": 200, "wrong": 403, "tries": 429, "organiser": 403}


@router.get("")
def badge_page(request: Request, contest: str, code: str) -> HTMLResponse:
    offered = prospect(request.cookies.get(COOKIE, ""))
    return _page(request, contest, code, offered, "in")


@router.post("")
def confirm(request: Request, contest: str, code: str, digits: Annotated[str, Form(max_length=12)] = "") -> Response:
    offered = prospect(request.cookies.get(COOKIE, ""))
    pace_of(request).spend(f"badge {contest} {code}")
    whose = {"contest_id": contest, "code": code, "digits": digits.strip()}
    label = label_of(request.headers.get("user-agent", ""))
    answer, made = database_of(request).write(lambda s: confirm_badge(s, **whose, offered=offered, label=label))
    if answer != "in":
        return _page(request, contest, code, made, answer)
    went = RedirectResponse(f"/j/{contest}/", 303)
    _offer(request, went, contest, made)
    return went


def _page(request: Request, contest: str, code: str, offered: Prospect, answer: Answer) -> HTMLResponse:
    with database_of(request).read() as session:
        context = _context(session, contest, code, request.cookies.get(COOKIE, ""))
    page = render(
        request,
        "sync/badge.html",
        {**context, "answer": answer, "ahead": [address(file) for file in FIRST]},
        status=STATUS.get(answer, 200),
        headers={"Cache-Control": "no-store"} | (LATER if answer == "tries" else {}),
    )
    _offer(request, page, contest, offered)
    return page


def _context(session: Session, contest_id: str, code: str, cookie: str) -> dict[str, object]:
    badge = badge_of(session, contest_id, code)
    judge = session.get_one(JudgeRow, (contest_id, badge.judge_id))
    unit = next((row.name for row in contests.units(session, contest_id) if row.id == judge.unit_id), "")
    device = device_of(session, contest_id, cookie)
    if device and device.revoked_at and device.judge_id == judge.id and not window_open(session, contest_id, judge.id):
        raise DeviceRevoked
    other = device and not device.revoked_at and device.judge_id != judge.id
    was = session.get_one(JudgeRow, (contest_id, device.judge_id)) if device and other else None
    return {"contest": contests.contest(session, contest_id), "judge": judge, "unit": unit, "was": was}


def _offer(request: Request, answer: Response, contest: str, offered: Prospect) -> None:
    """The cookie for the judge's page, and for the badge, so that the same phone is known again when it scans again.

    Set when the page is shown and once more when it is confirmed; until then it is the name of nothing.
    """
    for path in (f"/j/{contest}/", f"/b/{contest}/"):
        if path.startswith("/b/") or isinstance(answer, RedirectResponse):
            answer.set_cookie(
                COOKIE, offered.cookie, max_age=KEPT_SECONDS, path=path, httponly=True, samesite="lax",
                secure=is_secure(request),
            )  # fmt: skip
