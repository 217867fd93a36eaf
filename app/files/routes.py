"""``/c/{contest}/files/{sha256}``: a picture as its shown version, for those who run the contest and nobody else."""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from app.accounts.access import database_of
from app.contests.access import member
from app.errors import NotFound
from app.files.models import StoredFile, Thumbnail
from app.files.service import SHA256, shelf
from app.pages import settings_of

router = APIRouter()


@router.get("/c/{contest}/files/{sha256}")
def picture(request: Request, contest: str, sha256: str) -> FileResponse:
    member(request, contest, {"organiser"})
    with database_of(request).read() as session:
        stored = session.get(StoredFile, (contest, sha256)) if SHA256.fullmatch(sha256) else None
        shown = stored.shown_sha256 if stored else ""
    return _answer(request, contest, shown)


@router.get("/c/{contest}/files/{sha256}/thumbnail")
def small_picture(request: Request, contest: str, sha256: str) -> FileResponse:
    """The small picture of a photo that may still be on its phone."""
    member(request, contest, {"organiser"})
    with database_of(request).read() as session:
        stored = session.get(Thumbnail, (contest, sha256)) if SHA256.fullmatch(sha256) else None
        small = stored.small_sha256 if stored else ""
    return _answer(request, contest, small)


def _answer(request: Request, contest: str, sha256: str) -> FileResponse:
    path = shelf(settings_of(request).data_dir, contest).whole(sha256) if sha256 else None
    if path is None or not path.exists():
        raise NotFound
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
