"""``/c/{contest}/events``: the stream that tells open pages of a contest that something in it has changed."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from app.contests.access import member
from app.contests.models import ROLES
from app.errors import AppError
from app.events import Events, EventStream

router = APIRouter(prefix="/c/{contest}")


@router.get("/events")
async def events(request: Request, contest: str) -> EventStream:
    reader = await run_in_threadpool(member, request, contest, ROLES)
    running: Events = request.app.state.events
    return EventStream(running, contest, reader.id, partial(still_member, request, contest))


def still_member(request: Request, contest: str) -> bool:
    """Whether the sign-in and the membership that a stream was opened with still stand."""
    try:
        member(request, contest, ROLES)
    except AppError:
        return False
    return True
