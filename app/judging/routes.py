"""``/c/{contest}/board``: who has handed in, and the button that collects; ``/reminders``, ``/signatures``.

Whom to remind, and who has signed and how. Counts only; no mark, no score.
"""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import database_of
from app.audit import now
from app.clock import local
from app.contests import queries as contests
from app.contests.access import member
from app.contests.live import live, unchanged
from app.contests.page import frame
from app.contests.schemes import word
from app.judging.board import board, folded
from app.judging.queries import doubtful
from app.judging.reminders import by_bus
from app.judging.service import collect, lock_stop
from app.judging.signature_queries import asks_signature, signatures, unsigned
from app.pages import language_of, render

router = APIRouter(prefix="/c/{contest}")

WATCH = frozenset({"organiser", "steward", "staff"})
COLLECT = frozenset({"organiser"})
SIGNATURES = frozenset({"organiser", "steward"})


@router.get("/board")
def board_page(request: Request, contest: str, *, every: bool = False) -> Response:
    """``every``: of thousands of stops also those of which nothing is missing."""
    watcher = member(request, contest, WATCH)
    with database_of(request).read() as session:
        around = frame(request, session, watcher)
        shown = live(request, session, around, doubtful(session, contest))
        if same := unchanged(request, shown):
            return same
        clock = partial(local, zone=around.contest.time_zone)
        whole = board(session, contest)
        shown_board = whole if every else folded(whole)
        context = {"frame": around, "live": shown, "board": shown_board, "clock": clock}
        scheme, language = contests.scheme(session, contest), language_of(request)
        context["blind"] = scheme.publication.blind != "live"
        context["rounds"] = {one.id: word(one.name, language) for one in scheme.rounds}
        context["divisions"] = {one.id: word(one.name, language) for one in scheme.divisions}
    context["collects"] = not watcher.roles.isdisjoint(COLLECT)
    context["sees_signatures"] = not watcher.roles.isdisjoint(SIGNATURES)
    return render(request, "judging/board.html", context, headers=shown.headers)


@router.get("/reminders")
def reminders_page(request: Request, contest: str) -> Response:
    """Who lacks what tonight, by bus and aide."""
    watcher = member(request, contest, WATCH)
    with database_of(request).read() as session:
        around = frame(request, session, watcher)
        context = {"frame": around, "board": board(session, contest), "buses": by_bus(session, contest), "at": now()}
    context["clock"] = partial(local, zone=around.contest.time_zone)
    return render(request, "judging/reminders.html", context, headers={"Cache-Control": "no-store"})


@router.get("/signatures")
def signatures_page(request: Request, contest: str) -> Response:
    """Who has signed what, with the drawings; no mark."""
    reader = member(request, contest, SIGNATURES)
    with database_of(request).read() as session:
        around = frame(request, session, reader)
        context = {
            "frame": around,
            "asked": asks_signature(session, contest),
            "judges": contests.judges(session, contest),
            "signed": signatures(session, contest),
            "unsigned": {one.judge_id: one for one in unsigned(session, contest)},
            "clock": partial(local, zone=around.contest.time_zone),
        }
    return render(request, "judging/signatures.html", context, headers={"Cache-Control": "no-store"})


@router.post("/stops/{entry}/lock")
def lock(request: Request, contest: str, entry: str) -> RedirectResponse:
    actor = member(request, contest, COLLECT)
    database_of(request).write(lambda session: lock_stop(session, actor.id, contest_id=contest, entry_id=entry))
    return RedirectResponse(f"/c/{contest}/board", 303)


@router.post("/collection")
def collect_sheets(request: Request, contest: str) -> RedirectResponse:
    actor = member(request, contest, COLLECT)
    database_of(request).write(lambda session: collect(session, actor.id, contest_id=contest))
    return RedirectResponse(f"/c/{contest}/board", 303)
