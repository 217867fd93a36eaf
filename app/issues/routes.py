"""``/c/{contest}/findings``: what judges noted on site, with photos, for the organiser."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.accounts.access import database_of
from app.contests.access import member
from app.contests.page import frame
from app.issues.queries import findings
from app.pages import render
from app.sync.clock import local

router = APIRouter(prefix="/c/{contest}")


@router.get("/findings")
def findings_page(request: Request, contest: str) -> HTMLResponse:
    organiser = member(request, contest, {"organiser"})
    with database_of(request).read() as session:
        around = frame(request, session, organiser)
        clock = partial(local, zone=around.contest.time_zone)
        context = {"frame": around, "findings": findings(session, contest), "clock": clock}
    return render(request, "issues/findings.html", context, headers={"Cache-Control": "no-store"})
