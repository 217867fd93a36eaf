"""``/c/{contest}/board``: who has handed in, and the button that collects. Counts only; no mark, no score."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.accounts.access import database_of
from app.contests.access import member
from app.contests.page import frame
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
        around = frame(request, session, watcher)
        clock = partial(local, zone=around.contest.time_zone)
        context = {"frame": around, "board": board(session, contest), "clock": clock}
    context["collects"] = not watcher.roles.isdisjoint(COLLECT)
    return render(request, "judging/board.html", context, headers={"Cache-Control": "no-store"})


@router.post("/collection")
def collect_sheets(request: Request, contest: str) -> RedirectResponse:
    actor = member(request, contest, COLLECT)
    database_of(request).write(lambda session: collect(session, actor.id, contest_id=contest))
    return RedirectResponse(f"/c/{contest}/board", 303)
