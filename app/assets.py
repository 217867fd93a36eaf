"""Static files as browsers are sent them: for how long they may be kept, and our own without their comments.

Reads files under ``static/``. Writes nothing. A third of what is written in a script is for us and not for phones in
the mountains; what is left out is whole lines of comment and nothing else, so that no string and no template can be
changed, and a test compares what is left word by word.
"""

import os
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from app.pages import content_digest

KINDS = frozenset({".js", ".css"})


class Assets(StaticFiles):
    """Static files: kept for a year where the address holds the digest of the content, else asked for each time."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer, path = super().file_response(full_path, stat_result, scope, status_code), Path(full_path)
        if answer.status_code != HTTPStatus.OK or not is_ours(path):
            return answer
        kept = {name: answer.headers[name] for name in ("etag", "last-modified")}
        return Response(lean(path, stat_result.st_mtime), media_type=answer.media_type, headers=kept)

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        query = scope["query_string"].decode("latin-1")
        known = answer.status_code == 200 and query == f"v={content_digest(path)}"
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if known else "no-cache"
        return answer


def is_ours(path: Path) -> bool:
    """Whether comments may be left out: nothing of what others wrote is changed."""
    return path.suffix in KINDS and "vendor" not in path.parts


@lru_cache(maxsize=256)
def lean(path: Path, _changed: float) -> bytes:
    """The file without its whole-line comments. ``_changed``: when it was last written, so that an edit is seen."""
    kept, inside = [], False
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        text = line.strip()
        if inside or text.startswith("/*"):
            _, end, behind = line.partition("*/")
            inside = not end
            kept += [behind] if behind.strip() else []
        elif text and not (text.startswith("//") and path.suffix == ".js"):
            kept.append(line)
    return "".join(kept).encode()
