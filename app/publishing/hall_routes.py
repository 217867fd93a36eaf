"""``/screen/{token}``: what one screen of the hall shows, for whoever has its link; no account, no cookie.

Reads cues, releases and who is on stage: what was not released is in nothing that these addresses open.
"""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from app.accounts.access import database_of
from app.contests import queries as contests
from app.errors import AppError
from app.events import Events, EventStream
from app.pages import language_of, render
from app.publishing.host_page import HostSeen
from app.publishing.models import Screen
from app.publishing.screen_page import screen_tag, shown_on
from app.publishing.screens import screen_of

router = APIRouter(prefix="/screen/{token}")

ASPECT = "hall"  # of a contest: what its screens are told of


@router.get("")
def screen(request: Request, token: str) -> Response:
    language = language_of(request)
    with database_of(request).read() as session:
        found = screen_of(session, token)
        shown = shown_on(session, found, language)
        zone = contests.contest(session, found.contest_id).time_zone
    tag = screen_tag(shown, language)
    headers = {"Cache-Control": "no-store", "ETag": f'"{tag}"'}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    told: dict[str, object] = {"seen": shown, "tag": tag, "zone": zone}
    template = "publishing/host_link.html" if isinstance(shown, HostSeen) else "publishing/screen.html"
    return render(request, template, told, headers=headers)


@router.get("/events")
async def events(request: Request, token: str) -> EventStream:
    found = await run_in_threadpool(_screen, request, token)
    running: Events = request.app.state.events
    topic = f"{found.contest_id}/{ASPECT}"
    return EventStream(running, topic, f"screen {found.id}", partial(_still_there, request, token))


def _screen(request: Request, token: str) -> Screen:
    with database_of(request).read() as session:
        found = screen_of(session, token)
        session.expunge(found)
        return found


def _still_there(request: Request, token: str) -> bool:
    """Whether the link that a stream was opened with still opens something."""
    try:
        _screen(request, token)
    except AppError:
        return False
    return True
