"""The way of a file to the server, in pieces that may be sent again: announced, appended to, looked at, handed in.

Reads and writes parts and whole files under ``settings.data_dir/files``. A part rests where those of phones do, and is
thrown away with them. Its name is made from who sends what, so that whoever begins anew goes on where he was.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from app.accounts.access import database_of
from app.contests.calls import MOST_MB
from app.errors import AppError
from app.files.service import SHA256, BadAddress, Intake, NoRoom, Shelf, keep_as_it_is, shelf
from app.material.content import MP4, kind_of
from app.material.queries import papers, standing
from app.material.service import MB, Hander, Kept, fits, hand_in, open_call, room
from app.pages import settings_of

MOST_PARTS = 4  # of one hander: the oldest makes room
LONGEST_NAME = 120
T = TypeVar("T")
PRIVATE = {"Cache-Control": "no-store"}


class BeginAgain(AppError):
    """The part is not here, or not all of it: the page sends it anew, and says so if that fails."""

    code = "material.begin_again"
    status = 409


class EmptyFile(AppError):
    code = "material.empty"
    status = 422


@dataclass(frozen=True, slots=True)
class Announced:
    """A file as the page announces it: ``modified`` in milliseconds; ``number``: the paper it is to replace, or 0."""

    name: str
    size: int
    modified: str = ""
    number: int = 0


def plain_name(name: str) -> str:
    """A file's own name without folders and without signs that are no letters, as it is shown; never empty."""
    bare = PureWindowsPath(PurePosixPath(name).name).name
    return "".join(sign for sign in bare if sign.isprintable())[-LONGEST_NAME:].strip() or "-"


def begin(request: Request, who: Hander, entry_id: str, file: Announced) -> Response:
    """Whether the file may come, and from which byte on. Raises what ``hand_in`` would, as far as it is known now."""
    if file.size <= 0:
        raise EmptyFile
    _may_come(request, who, entry_id, file)
    place = _shelf(request, who)
    key = sha256(f"{who.actor}|{entry_id}|{file.name}|{file.size}|{file.modified}".encode()).hexdigest()
    part = _part(place, who, key)
    part.parent.mkdir(parents=True, exist_ok=True)
    _make_room(place, who, part)
    if shutil.disk_usage(part.parent).free < file.size:
        raise NoRoom({"seconds": 60})
    at = part.stat().st_size if part.exists() else 0
    return JSONResponse({"key": key, "offset": min(at, file.size)}, headers=PRIVATE)


def _may_come(request: Request, who: Hander, entry_id: str, file: Announced) -> None:
    """Raises what is known to be against a file before its content is: the kind is not, so the larger limit holds."""
    with database_of(request).read() as session:
        _, call = open_call(session, who, entry_id)
        there = papers(session, who.contest_id, entry_id)
        every = sum(len(one.versions) for one in there.get(entry_id, ()))
        room(call, every, len(standing(there, entry_id)), file.number)
        largest = MP4 if call.video_mb > call.document_mb else ""
        fits(call, largest, file.size, plain_name(file.name))


async def append(request: Request, who: Hander, entry_id: str, key: str) -> Response:
    """One piece more; answered with how far the file is now. Raises as ``begin`` does, and WrongPlace."""
    place = _shelf(request, who)
    part = _part(place, who, key)
    at, length = (_number(request, name) for name in ("upload-offset", "upload-length"))
    await run_in_threadpool(
        _may_come, request, who, entry_id, Announced("", length, number=_number(request, "upload-replaces"))
    )
    if not part.parent.exists() or (at > 0 and not part.exists()):
        raise BeginAgain
    intake = Intake(part, at, length, most=MB * MOST_MB)
    try:
        async for piece in request.stream():
            await run_in_threadpool(intake.append, piece)
    except ClientDisconnect:
        return Response(status_code=499)  # nobody reads it; what came is kept
    return JSONResponse({"offset": intake.at}, headers=PRIVATE)


async def in_turn(ask: Callable[[], T]) -> T:
    """What may touch the database, beside the server's loop."""
    return await run_in_threadpool(ask)


def finish(request: Request, who: Hander, entry_id: str, key: str, file: Announced) -> Response:
    """Look at the file, keep it and hand it in. Answers with the receipt; a file that is refused is thrown away."""
    place = _shelf(request, who)
    part, name = _part(place, who, key), plain_name(file.name)
    if not part.exists() or part.stat().st_size != file.size:
        raise BeginAgain
    database = database_of(request)
    try:
        with database.read() as session:
            _, call = open_call(session, who, entry_id)
        kind = kind_of(part)
        fits(call, kind[0], file.size, name)
        digest = keep_as_it_is(database, place, part, contest_id=who.contest_id, kind=kind)
        kept = Kept(name, digest, kind[0], file.size)
        rev = database.write(lambda s: hand_in(s, who, entry_id=entry_id, file=kept, number=file.number))
    except NoRoom:
        raise
    except AppError:
        part.unlink(missing_ok=True)
        raise
    part.unlink(missing_ok=True)
    return JSONResponse({"receipt": rev, "sha256": digest, "name": name, "size": file.size}, 201, headers=PRIVATE)


def _shelf(request: Request, who: Hander) -> Shelf:
    return shelf(settings_of(request).data_dir, who.contest_id)


def _part(place: Shelf, who: Hander, key: str) -> Path:
    if not SHA256.fullmatch(key):
        raise BadAddress
    return place.part(_prefix(who), key)


def _prefix(who: Hander) -> str:
    return f"material-{sha256(f'{who.person is None}|{who.actor}'.encode()).hexdigest()[:16]}"


def _make_room(place: Shelf, who: Hander, but: Path) -> None:
    others = [one for one in place.part(_prefix(who), "*").parent.glob(f"{_prefix(who)}-*") if one != but]
    for part in sorted(others, key=lambda one: one.stat().st_mtime)[: max(0, len(others) - MOST_PARTS + 1)]:
        part.unlink(missing_ok=True)


def _number(request: Request, name: str) -> int:
    value = request.headers.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 10 else -1
