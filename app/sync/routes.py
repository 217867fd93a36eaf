"""``/j/{contest}/...``: the package, batches and files. See docs/exchange.md."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, IntegrityError
from starlette.requests import ClientDisconnect

from app.accounts.access import database_of
from app.audit import now
from app.files import service as files
from app.pages import settings_of
from app.sync.access import JsonRoute, kinds_of, reader_of, sender_of
from app.sync.kinds import Sender
from app.sync.queries import frame_of, package, tag
from app.sync.schemas import read_batch
from app.sync.service import receive

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
    return JSONResponse({**body, "server_time": now()}, headers=headers)


async def _body(request: Request) -> bytes:
    return await request.body()


@exchange.post("/batch")
def batch(request: Request, contest: str, body: Annotated[bytes, Depends(_body)]) -> JSONResponse:
    sender = sender_of(request, contest)
    given, kinds, database = read_batch(body), kinds_of(request), database_of(request)
    try:
        answer, state = database.write(lambda session: receive(session, sender, given, kinds, one_by_one=False))
    except (ArithmeticError, LookupError, TypeError, ValueError, DataError, IntegrityError):
        # One record the database or a handler cannot take: once more, each by itself.
        answer, state = database.write(lambda session: receive(session, sender, given, kinds, one_by_one=True))
    told = {**answer, "server_time": now(), "package": tag(_frame(request, contest), sender, state)}
    return JSONResponse(told, headers=PRIVATE)


def _frame(request: Request, contest: str) -> str:
    """The shared part of the package's tag, kept for some seconds: one too old makes a phone ask, and it gets a 304."""
    frames: dict[str, tuple[float, str]] = request.app.state.frames
    kept_at, frame = frames.get(contest, (0.0, ""))
    if not frame or time.monotonic() - kept_at > FRAME_SECONDS:
        with database_of(request).read() as session:
            frame = frame_of(session, contest)
        frames[contest] = (time.monotonic(), frame)
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
        await run_in_threadpool(lambda: files.keep(database_of(request), place, **whose))
    return await run_in_threadpool(_standing, request, sender, sha256)


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
