"""``/j/{contest}/...``: the package, batches and files. See docs/exchange.md."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.accounts.access import database_of
from app.audit import now
from app.files import service as files
from app.packing import packed
from app.pages import settings_of
from app.sync.access import COOKIE, BadgeAgain, JsonRoute, admitted, for_phones, kinds_of, reader_of, sender_of
from app.sync.kinds import Sender
from app.sync.queries import frame_of, package, tag
from app.sync.queries import sender as standing
from app.sync.schemas import read_batch
from app.sync.service import Answer, receive

exchange = APIRouter(prefix="/j/{contest}", route_class=JsonRoute)

PRIVATE = {"Cache-Control": "no-store"}
FRAME_SECONDS = 5.0


@exchange.get("/package")
def whole_package(request: Request, contest: str) -> Response:
    sender = reader_of(request, contest)
    with database_of(request).read() as session:
        body, etag = package(session, sender, kinds_of(request))
    headers = {**PRIVATE, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    # It holds what the organiser has written and this judge's own marks: nothing that another can put beside the key.
    return packed(request, JSONResponse({**body, "server_time": now()}, headers=headers))


@for_phones
async def batch(request: Request) -> Response:
    # Fifty phones that hand in at once would queue for the pool's threads: only the writer works for this answer.
    contest = request.path_params["contest"]
    body = await request.body()
    cookie = request.cookies.get(COOKIE, "")
    seen = _senders.get((contest, cookie))
    if seen is None:
        if len(_senders) >= _MOST_SENDERS:
            _senders.clear()
        seen = await run_in_threadpool(sender_of, request, contest)
        _senders[contest, cookie] = seen
    else:
        admitted(request, seen)
    given, kinds, database = read_batch(body), kinds_of(request), database_of(request)
    token = cookie.partition(".")[2]

    def deed(session: Session, *, one_by_one: bool) -> tuple[Answer, str]:
        sender = standing(session, contest, seen.device_id, token)
        if sender is None:
            raise BadgeAgain  # the database is another one than when this device was seen
        return receive(session, sender, given, kinds, one_by_one=one_by_one)

    try:
        done = await database.submit(contest, partial(deed, one_by_one=False))
    except (ArithmeticError, LookupError, TypeError, ValueError, DataError, IntegrityError):
        # One record the database or a handler cannot take: once more, each by itself.
        done = await database.submit(contest, partial(deed, one_by_one=True))
    answer, state = done
    frame = _kept_frame(request, contest)
    if not frame:
        frame = await asyncio.get_running_loop().run_in_executor(_lookout, _frame, request, contest)
    told = {**answer, "server_time": now(), "package": tag(frame, seen, state)}
    return JSONResponse(told, headers=PRIVATE)


# A plain route of Starlette: of what FastAPI can do for one, this needs nothing, and pays as much as for all the rest.
BATCH = Route("/j/{contest}/batch", batch, methods=["POST"])


class Straight:
    """The layer behind the guard: a batch goes straight to its route, past what only pages need."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match, found = BATCH.matches(scope)
        if match is not Match.FULL:
            await self.app(scope, receive, send)
            return
        scope.update(found)
        answer = await batch(Request(scope, receive))
        await answer(scope, receive, send)


# Whose a cookie is never changes, so it is looked up once; how the device stands is read within each deed.
_senders: dict[tuple[str, str], Sender] = {}
_MOST_SENDERS = 10_000


# One look after the other: of fifty phones that come at once the first looks, and the others find what it saw.
_lookout = ThreadPoolExecutor(1, "frames")


def _kept_frame(request: Request, contest: str) -> str:
    kept_at, frame = request.app.state.frames.get(contest, (0.0, ""))
    return frame if time.monotonic() - kept_at <= FRAME_SECONDS else ""


def _frame(request: Request, contest: str) -> str:
    """The shared part of the package's tag, kept for some seconds: one too old makes a phone ask, and it gets a 304."""
    if kept := _kept_frame(request, contest):
        return kept
    with database_of(request).read() as session:
        frame = frame_of(session, contest)
    request.app.state.frames[contest] = (time.monotonic(), frame)
    return frame


# --- files ----------------------------------------------------------------------------------------------------------


@exchange.head("/files/{sha256}")
def file_offset(request: Request, contest: str, sha256: str) -> Response:
    return _standing(request, sender_of(request, contest), sha256)


@exchange.patch("/files/{sha256}")
async def append_to_file(request: Request, contest: str, sha256: str) -> Response:
    sender = await run_in_threadpool(sender_of, request, contest)
    before = await run_in_threadpool(_standing, request, sender, sha256)
    if before.headers.get("upload-complete"):
        return before
    at, length = (_header(request, name) for name in ("upload-offset", "upload-length"))
    place = files.shelf(settings_of(request).data_dir, contest)
    intake = files.Intake(place.part(sender.device_id, sha256), at, length)
    try:
        async for piece in request.stream():
            intake.append(piece)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody reads it; what came is kept
    if intake.complete:
        whose = {"contest_id": contest, "device_id": sender.device_id, "sha256": sha256}
        await files.keep_in_turn(database_of(request), place, **whose)
    return await run_in_threadpool(_standing, request, sender, sha256)


@exchange.put("/files/{sha256}/thumbnail")
async def small_picture(request: Request, contest: str, sha256: str) -> Response:
    sender = await run_in_threadpool(sender_of, request, contest)
    content = b""
    try:
        async for piece in request.stream():
            content += piece
            if len(content) > files.MOST_SMALL_BYTES:
                break
    except ClientDisconnect:
        return Response(status_code=499)  # half of it shows nothing; the phone sends it again
    place = files.shelf(settings_of(request).data_dir, contest)
    whose = {"contest_id": contest, "device_id": sender.device_id, "sha256": sha256}
    await run_in_threadpool(lambda: files.keep_small(database_of(request), place, content=content, **whose))
    return Response(status_code=204, headers={**PRIVATE, "Upload-Complete": "?1"})


def _header(request: Request, name: str) -> int:
    value = request.headers.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 10 else -1


def _standing(request: Request, sender: Sender, sha256: str) -> Response:
    place = files.shelf(settings_of(request).data_dir, sender.contest_id)
    whose = {"contest_id": sender.contest_id, "device_id": sender.device_id, "sha256": sha256}
    with database_of(request).read() as session:
        at, whole = files.offset(place, session, **whose)
    headers = {**PRIVATE, "Upload-Offset": str(at)}
    return Response(status_code=204, headers={**headers, "Upload-Complete": "?1"} if whole else headers)
