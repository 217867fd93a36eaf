"""``/c/{contest}/publication/{version}/files.zip``: what was frozen with a seal, for organisers; logged as a look."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.accounts.access import database_of
from app.contests.access import member
from app.exports.service import archived
from app.publishing.frozen import files_of
from app.publishing.queries import seal
from app.results.service import log_look

router = APIRouter()


@router.get("/c/{contest_id}/publication/{version}/files.zip")
def sealed_files(request: Request, contest_id: str, version: Annotated[int, Path(ge=1, le=9999)]) -> Response:
    who, database = member(request, contest_id, {"organiser"}), database_of(request)
    with database.read() as session:
        files = files_of(seal(session, contest_id, version))
    database.write(lambda session: log_look(session, who, what="frozen.zip"))
    headers = {
        "Content-Disposition": f'attachment; filename="fieldmark-v{version}.zip"', "Cache-Control": "no-store",
    }  # fmt: skip
    return Response(archived(files), media_type="application/zip", headers=headers)
