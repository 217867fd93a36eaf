"""One request as one asker, and what came back: its figures, and what of it must be the same in every world.

Used by test_leaks.py and test_roles.py.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from httpx2 import ASGITransport, Request
from pypdf import PdfReader

from scoring.numbers import plain
from tests.app.surface import SURFACE, Key, address
from tests.app.worlds import RULE, World, canary

# Every way in which the leader's figures are written: a sheet, its project, the county on site, the total; in full, as
# printed, as a fraction.
FIGURES = ("83.5", "167/2", "75.66", "75.67", "227/3", "67.83", "67.84", "73.70", "9213/125")
# Whole numbers are looked for by themselves: 227 points on three sheets, 167 half points on one.
_WHOLE = re.compile(r"(?<![0-9A-Za-z.:_-])(?:227|167)(?:\.0+)?(?![0-9A-Za-z.:_-])")
# The items of the sheet one after the other, as marks or as ticks, whatever stands between them.
_ITEMS = [
    re.compile(r"(?<![0-9.])" + r"[^0-9.]{1,60}?".join(re.escape(mark) for mark in row) + r"(?![0-9.])")
    for row in (
        [str(tick) for tick in canary()],
        [plain(tick * item.step) for tick, item in zip(canary(), RULE.items("onsite", "centre"), strict=True)],
    )
]

_DRAWING = re.compile(r"<svg.*?</svg>", re.DOTALL)
# What differs between worlds for other reasons than the marks: drawings of links, ids, digests, moments.
_RANDOM = (
    (_DRAWING, "svg"),
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z"), "moment"),
    (re.compile(r"\d\d-\d\d \d\d:\d\d"), "clock"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\b"), "clock"),
    (re.compile(r"Max-Age=\d{5,}"), "time left"),
    (re.compile(r"(?=[A-Za-z_-]*[0-9])[0-9A-Za-z_-]{16,}"), "secret"),
    (re.compile(r"(?<=/)[A-Z]{20}\b"), "secret"),  # a badge's code that happens to have no digit
    (re.compile(r"\b[0-9a-f]{8}\b"), "id"),
    (re.compile(r"(?<=/c/)[0-9a-z]{6}\b"), "new contest"),
    (re.compile(r"\b[0-9a-f]{4}(?: [0-9a-f]{4})+\b"), "anchor"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``text``: the body, with everything that is inside a workbook or an archive.

    ``size``: of the body, in bytes, without drawings of random links; of an archive, of all that is in it, because
    packed the moment it was made is longer or shorter.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    size: int

    def figures(self) -> set[str]:
        """The figures of the marks that stand in it anywhere."""
        told = "\n".join([self.text, *(f"{name}: {value}" for name, value in self.headers)])
        found = {figure for figure in FIGURES if figure in told} | set(_WHOLE.findall(told))
        return found | {"the sheet" for items in _ITEMS if items.search(told)}

    def alike(self) -> tuple[object, ...]:
        """What must be the same in every world."""
        return self.status, tuple((name, _masked(value)) for name, value in self.headers), _masked(self.text)


def _masked(text: str) -> str:
    for what, name in _RANDOM:
        text = what.sub(name, text)
    return text


_LAST = ("/c/{contest}/collection", "/c/{contest}/results/opening", "/sign-out")


async def ask(transport: ASGITransport, world: World, role: str, key: Key, path: str) -> Answer:
    """One request by itself: no redirect is followed, and no cookie is kept."""
    form = {name: value.replace("{role}", role) for name, value in SURFACE[key].form.items()}
    request = Request(key[0], f"http://testserver{path}", headers=world.headers(role, path), data=form or None)
    answer = await transport.handle_async_request(request)
    text = inside(await answer.aread())
    headers = tuple((name, value) for name, value in answer.headers.multi_items() if name != "content-length")
    return Answer(answer.status_code, headers, text, len(_DRAWING.sub("", text).encode()))


def inside(content: bytes) -> str:
    """A body as text; of a workbook or an archive, the names and the content of everything in it."""
    if content.startswith(b"%PDF"):
        return _read(content)
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode(errors='replace')}" for name in archive.namelist())


@cache  # most of these papers are the same in every world, and reading one takes longer than making it
def _read(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def addresses(world: World, *, reading: bool) -> Iterator[tuple[Key, str]]:
    """Every address that is read, or every one that is written to, with each of its queries.

    What changes who is asking, or the state he asks at, comes last. A stream ends at once, because nothing here tells
    of news.
    """
    for key, surface in sorted(SURFACE.items(), key=lambda one: _LAST.index(one[0][1]) if one[0][1] in _LAST else -1):
        if (key[0] in ("GET", "HEAD")) == reading and key[0] != "MOUNT":
            code = "link" if key[1].startswith("/county/") else "badge"
            path = address(key, {**world.fill, "code": world.fill[code]})
            for query in ("", *surface.asked):
                yield key, path + ("?" if query else "") + query
