"""Whose phone it is: the device behind the cookie, and the answers of the exchange, which are JSON whatever is asked.

Reads devices. Writes nothing.
"""

from collections.abc import Callable, Coroutine
from typing import Any, cast
from urllib.parse import unquote

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.accounts.access import database_of
from app.db import out_of_reach
from app.errors import AppError
from app.pages import language_of
from app.sync.kinds import Kinds, Sender
from app.sync.pace import Pace
from app.sync.queries import sender as standing

COOKIE = "fieldmark_device"
JUDGE = "fieldmark-judge"  # whom the phone's page takes itself for, in a request


class BadgeAgain(AppError):
    """No device of this contest: the phone keeps its queue and opens the badge."""

    code = "sync.badge_again"
    status = 401


class RevokedReads(AppError):
    """A revoked device reads nothing; it may still hand over what it holds."""

    code = "sync.device_revoked_reads"
    status = 401


class OtherJudge(AppError):
    """The phone's page is one judge's and its cookie another's: handed in so, the marks would become the other's."""

    code = "sync.other_judge"
    status = 409


class Wait(AppError):
    """The database is busy or out of reach."""

    code = "sync.wait"
    status = 503


Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


def for_phones(plain: Endpoint) -> Endpoint:
    """``plain``, its troubles as JSON: a phone asks with ``Accept: */*`` and must never get a page for an answer."""

    async def told(request: Request) -> Response:
        try:
            return await plain(request)
        except AppError as error:
            return as_json(request, error)
        except (DBAPIError, PoolTimeout) as mistake:
            if not out_of_reach(mistake):
                raise
            return as_json(request, Wait({"seconds": 5}))

    return told


class JsonRoute(APIRoute):
    """A route of the phones."""

    def get_route_handler(self) -> Endpoint:
        return for_phones(super().get_route_handler())


def as_json(request: Request, error: AppError) -> JSONResponse:
    language = language_of(request)
    headers = {"Cache-Control": "no-store", "Content-Language": language.tag, **error.headers}
    if "offset" in error.params:
        headers["Upload-Offset"] = str(error.params["offset"])
    told = {"code": error.code, "sentence": language.sentence(error.fault), "params": error.params}
    return JSONResponse(told, error.status, headers)


def sender_of(request: Request, contest_id: str) -> Sender:
    """The device behind the cookie, one of this contest; it may be revoked. Raises BadgeAgain, OtherJudge, TooFast."""
    with database_of(request).read() as session:
        device_id, _, token = request.cookies.get(COOKIE, "").partition(".")
        sender = standing(session, contest_id, device_id, token)
    if sender is None:
        raise BadgeAgain
    return admitted(request, sender)


def admitted(request: Request, sender: Sender) -> Sender:
    """``sender``, if the phone's page takes itself for his and does not ask too fast. Raises OtherJudge, TooFast."""
    if unquote(request.headers.get(JUDGE, "")) not in {"", sender.judge_id}:
        raise OtherJudge
    pace_of(request).spend(sender.device_id)
    return sender


def reader_of(request: Request, contest_id: str) -> Sender:
    """The same for whoever wants to read. Raises RevokedReads too."""
    sender = sender_of(request, contest_id)
    if sender.revoked:
        raise RevokedReads
    return sender


def kinds_of(request: Request) -> Kinds:
    return cast("Kinds", request.app.state.kinds)


def pace_of(request: Request) -> Pace:
    return cast("Pace", request.app.state.pace)
