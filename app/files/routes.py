"""``/c/{contest}/files/{sha256}``: a picture as its shown version, for those who run the contest and nobody else."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from app.accounts.access import database_of
from app.contests.access import member
from app.errors import NotFound
from app.files.models import StoredFile
from app.files.service import SHA256, shelf
from app.pages import settings_of

router = APIRouter()


@router.get("/c/{contest}/files/{sha256}")
def picture(request: Request, contest: str, sha256: str) -> FileResponse:
    member(request, contest, {"organiser"})
    with database_of(request).read() as session:
        stored = session.get(StoredFile, (contest, sha256)) if SHA256.fullmatch(sha256) else None
        shown = stored.shown_sha256 if stored else ""
    if not shown:
        raise NotFound
    path = shelf(settings_of(request).data_dir, contest).whole(shown)
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
