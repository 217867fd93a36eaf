"""``/p/{contest}``: what is published, for everybody; no account, no cookie, no script.

Reads publications and notices only: what a level does not show is in no row that these pages open.
"""

import hashlib
import json
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from app.accounts.access import database_of
from app.contests.page import form_name
from app.pages import language_of, render
from app.publishing.public_page import context, moment
from app.publishing.queries import published
from app.results.notices import notice_of

router = APIRouter(prefix="/p")

# What cannot be a contest's id is no contest; the answer is the same for all of those.
Contest = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
Round = Annotated[str, Path(max_length=64)]


@router.get("/{contest_id}")
def newest(request: Request, contest_id: Contest) -> Response:
    return _shown(request, contest_id)


@router.get("/{contest_id}/lists/{round_id}")
def who_goes_on(request: Request, contest_id: Contest, round_id: Round) -> Response:
    with database_of(request).read() as session:
        row = notice_of(session, contest_id, round_id)
    told = json.loads(row.document)
    at = moment(row.at, told["contest"]["time_zone"])
    language = language_of(request)
    form = form_name(told["contest"]["form"], language)
    return _tagged(request, render(request, "publishing/notice.html", {"doc": told, "published_at": at, "form": form}))


@router.get("/{contest_id}/{version}")
def one(request: Request, contest_id: Contest, version: Annotated[int, Path(ge=1, le=9999)]) -> Response:
    return _shown(request, contest_id, version)


def _shown(request: Request, contest_id: str, version: int | None = None) -> Response:
    with database_of(request).read() as session:
        found = published(session, contest_id, version)
    return _tagged(request, render(request, "publishing/public.html", context(request, found.document, found)))


def _tagged(request: Request, answer: HTMLResponse) -> Response:
    """Two hundred thousand readers come again: whoever has the page already is told so in a line."""
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:32]}"'
    answer.headers["ETag"] = tag
    if request.headers.get("if-none-match") == tag:
        kept = ("etag", "cache-control", "vary", "content-language", "set-cookie")
        return Response(
            status_code=304, headers={name: answer.headers[name] for name in kept if name in answer.headers}
        )
    return answer
