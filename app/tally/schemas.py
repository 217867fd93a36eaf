"""What came with a request: the fields and files of the form on ``/score``, as they were sent.

Reads a request, in memory only: a file is never spooled to the disk, because nothing of it may be kept.
"""

from dataclasses import dataclass, field
from typing import Literal, cast

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import Unreadable
from app.pages import settings_of
from app.tally.headings import JudgesIn

_MOST_FIELDS = 200
_MOST_FILES = 20
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Posted:
    """``grids`` and ``files`` by component id, ``fields`` by name; ``own`` is the text of the reader's own scheme.

    ``was`` is the scheme for which the page was made: the fields belong to that one.
    """

    scheme: str = ""
    was: str = ""
    action: Literal["score", "choose"] = "choose"
    title: str = ""
    own: str = ""
    own_file: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)
    grids: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    sides: dict[str, JudgesIn] = field(default_factory=dict)


class _InMemory(MultiPartParser):
    """The framework's parser, without its habit of writing larger files to the disk."""

    spool_max_size = 2**40


async def posted(request: Request) -> Posted:
    """The form of a request. Raises Unreadable for anything that is no form."""
    most = settings_of(request).max_body_bytes
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await request.form(max_fields=_MOST_FIELDS, max_part_size=most)
        return await _read(form)
    parser = _InMemory(
        request.headers, request.stream(), max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=most
    )  # fmt: skip
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Unreadable from error
    try:
        return await _read(form)
    finally:
        await form.close()


async def _read(form: FormData) -> Posted:
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if content:
                files[name] = content
        else:
            texts[name] = value
    turned = _under("turn", texts)  # the button that turns a grid round outweighs the choice beside it
    sides = {key: side for key, side in (_under("side", texts) | turned).items() if side in ("rows", "columns")}
    return Posted(
        scheme=texts.get("scheme", "")[:80],
        was=texts.get("was", "")[:80],
        action="score" if texts.get("do") == "score" or turned else "choose",
        title=" ".join(texts.get("title", "").split())[:_LONGEST_TITLE],
        own=texts.get("own", ""),
        own_file=files.pop("own_file", b""),
        fields=_under("field", texts),
        grids=_under("grid", texts),
        files={name.partition(".")[2]: content for name, content in files.items()},
        sides=cast("dict[str, JudgesIn]", sides),
    )


def _under(prefix: str, texts: dict[str, str]) -> dict[str, str]:
    """The fields ``prefix.name`` by name."""
    return {key.partition(".")[2]: text for key, text in texts.items() if key.startswith(f"{prefix}.")}
