"""Downloads of a contest's result, for its organisers and stewards, once the marks are open."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.access import member
from app.exports.service import packed
from app.results.queries import OPENERS, is_open, tabulated
from app.results.service import StillBlind, log_look

router = APIRouter()


@router.get("/c/{contest_id}/files.zip")
def files(request: Request, contest_id: str) -> Response:
    asking = member(request, contest_id, OPENERS)
    database = database_of(request)
    with database.read() as session:
        if not is_open(session, contest_id):
            raise StillBlind
        given, _ = tabulated(session, contest_id)
        scheme_text = contests.contest(session, contest_id).scheme
    database.write(lambda writing: log_look(writing, asking, what="files.zip"))
    headers = {"Content-Disposition": 'attachment; filename="fieldmark.zip"', "Cache-Control": "no-store"}
    return Response(packed(given, scheme_text), media_type="application/zip", headers=headers)
