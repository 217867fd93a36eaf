"""``/p/{contest}``: what is published, for everybody; no account, no cookie, no script.

Reads publications only: what a level does not show is in no row that these pages open.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.accounts.access import database_of
from app.pages import render
from app.publishing.public_page import context
from app.publishing.queries import published

router = APIRouter(prefix="/p")

# What cannot be a contest's id is no contest; the answer is the same for all of those.
Contest = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,40}$")]


@router.get("/{contest_id}")
def newest(request: Request, contest_id: Contest) -> Response:
    return _shown(request, contest_id)


@router.get("/{contest_id}/{version}")
def one(request: Request, contest_id: Contest, version: Annotated[int, Path(ge=1, le=9999)]) -> Response:
    return _shown(request, contest_id, version)


def _shown(request: Request, contest_id: str, version: int | None = None) -> Response:
    with database_of(request).read() as session:
        found = published(session, contest_id, version)
    answer = render(request, "publishing/public.html", context(request, found.document, found))
    # Two hundred thousand readers come again: whoever has the page already is told so in a line.
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:32]}"'
    answer.headers["ETag"] = tag
    if request.headers.get("if-none-match") == tag:
        kept = ("etag", "cache-control", "vary", "content-language", "set-cookie")
        return Response(
            status_code=304, headers={name: answer.headers[name] for name in kept if name in answer.headers}
        )
    return answer
