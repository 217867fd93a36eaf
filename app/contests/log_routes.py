"""``/c/{contest}/log``: the log, for organisers and stewards."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.accounts.access import database_of
from app.contests.access import member
from app.contests.log import log
from app.contests.page import frame
from app.pages import language_of, render

router = APIRouter()

READERS = frozenset({"organiser", "steward"})


@router.get("/c/{contest_id}/log")
def log_page(
    request: Request,
    contest_id: str,
    before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    phones: Annotated[str, Query(max_length=8)] = "",
) -> HTMLResponse:
    reader = member(request, contest_id, READERS)
    with database_of(request).read() as session:
        around = frame(request, session, reader)
        shown = log(session, around.contest, language_of(request), before=before, without_phones=phones == "none")
    return render(request, "contests/log.html", {"frame": around, "log": shown}, headers={"Cache-Control": "no-store"})
