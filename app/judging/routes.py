"""``/c/{contest}/board``: who has handed in, and the button that collects. Counts only; no mark, no score."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.access import member
from app.judging.board import board
from app.judging.service import collect
from app.pages import render
from app.sync.clock import local

router = APIRouter(prefix="/c/{contest}")

WATCH = frozenset({"organiser", "steward", "staff"})
COLLECT = frozenset({"organiser"})


@router.get("/board")
def board_page(request: Request, contest: str) -> HTMLResponse:
    watcher = member(request, contest, WATCH)
    with database_of(request).read() as session:
        found = contests.contest(session, contest)
        context = {"contest": found, "board": board(session, contest), "clock": partial(local, zone=found.time_zone)}
    context["collects"] = not watcher.roles.isdisjoint(COLLECT)
    return render(request, "judging/board.html", context, headers={"Cache-Control": "no-store"})


@router.post("/collection")
def collect_sheets(request: Request, contest: str) -> RedirectResponse:
    actor = member(request, contest, COLLECT)
    database_of(request).write(lambda session: collect(session, actor.id, contest_id=contest))
    return RedirectResponse(f"/c/{contest}/board", 303)
