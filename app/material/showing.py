"""The bytes of a paper as a browser gets them: PDF, pictures and videos to look at, DOCX to download.

Reads the shelf of files. Writes nothing. Who may look is asked before.
"""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import FileResponse, Response
from sqlmodel import Session

from app.errors import NotFound
from app.files.service import shelf
from app.material.content import DOCX, DOCX_AS_SENT
from app.material.models import MaterialFile
from app.material.queries import shown_as
from app.pages import settings_of

# A page with videos: from this server alone, and nothing in frames.
WITH_VIDEO = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What a unit sent runs nothing and loads nothing; a browser's own viewer of PDF wants its styles.
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; frame-ancestors 'none'"


def paper_answer(request: Request, session: Session, row: MaterialFile) -> Response:
    """The file, in pieces where the browser asks for pieces, as players of videos do. Raises NotFound."""
    sha256, media_type, ending = shown_as(session, row)
    path = shelf(settings_of(request).data_dir, row.contest_id).whole(sha256)
    if not path.exists():
        raise NotFound
    how = "inline"
    if media_type == DOCX:
        how, media_type = "attachment", DOCX_AS_SENT
    stem = row.name.rpartition(".")[0] or row.name
    name = f"filename=\"paper-{row.number}.{ending}\"; filename*=UTF-8''{quote(stem, safe='')}.{ending}"
    headers = {
        "Content-Disposition": f"{how}; {name}",
        "Content-Security-Policy": _ALONE,
        # The same address shows another judge nothing.
        "Cache-Control": "private, max-age=3600",
        "Vary": "Cookie",
    }
    return FileResponse(path, media_type=media_type, headers=headers)


def size_of(size: int) -> str:
    """Bytes as people say them, such as 3.2 MB."""
    return f"{size / 1024**2:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1024))} kB"
