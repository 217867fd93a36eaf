"""``/c/{contest}/findings``: what judges noted on site, with photos, for the organiser."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.access import member
from app.issues.queries import findings
from app.pages import render
from app.sync.clock import local

router = APIRouter(prefix="/c/{contest}")


@router.get("/findings")
def findings_page(request: Request, contest: str) -> HTMLResponse:
    member(request, contest, {"organiser"})
    with database_of(request).read() as session:
        found = contests.contest(session, contest)
        clock = partial(local, zone=found.time_zone)
        context = {"contest": found, "findings": findings(session, contest), "clock": clock}
    return render(request, "issues/findings.html", context, headers={"Cache-Control": "no-store"})
