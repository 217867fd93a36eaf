"""A released photo as a county gets it: the shown version, or a small one of it.

Reads the shelf of files. Writes nothing. Only the bytes go out: a file's own name and the time on it could be traced.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from app.errors import NotFound
from app.files.service import Shelf

SMALL_EDGE = 480


def large(place: Shelf, sha256: str) -> bytes:
    """The shown version, which holds neither place nor time nor phone. Raises NotFound."""
    path = place.whole(sha256)
    if not sha256 or not path.exists():
        raise NotFound
    return path.read_bytes()


def small(place: Shelf, sha256: str) -> bytes:
    """The same, its long edge at most SMALL_EDGE. Raises NotFound."""
    path = place.whole(sha256)
    if not sha256 or not path.exists():
        raise NotFound
    return _small(path)


@lru_cache(maxsize=256)
def _small(path: Path) -> bytes:
    # A file is named by its content, so what is kept here is never old.
    with Image.open(path, formats=["JPEG"]) as picture:
        picture.draft("RGB", (SMALL_EDGE, SMALL_EDGE))
        shrunk = picture.convert("RGB")
    shrunk.thumbnail((SMALL_EDGE, SMALL_EDGE))
    shrunk.info.clear()
    made = BytesIO()
    shrunk.save(made, "JPEG", quality=78, optimize=True)
    return made.getvalue()
