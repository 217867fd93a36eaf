"""``/j/{contest}/``: the judge's page as a shell without data, the same for everybody, and the worker that keeps it.

Reads the scripts and styles of the page, and the catalogues. Writes nothing. Knows no contest and no judge: what the
phone shows comes from the package, and whose it is from the phone's cookie.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.assets import is_ours, lean
from app.errors import NotFound
from app.i18n import languages
from app.packing import packed
from app.pages import STATIC, TEMPLATES, render
from app.sync.joined import beside, joined
from app.sync.phone_words import sentences

router = APIRouter()

STYLES = ("css/tokens.css", "css/shapes.css", "css/judge.css")
STYLE = STYLES[-1]
MAIN = "js/judge/main.js"
ASKS_AT_ONCE = "js/judge/package.js"
DRAWS = "vendor/htm-preact.js"
DRAWS_CODES = "vendor/qr/index.js"
ICON = "favicon.svg"
FIRST = (MAIN, DRAWS, STYLE, ASKS_AT_ONCE)
AS_THEY_ARE = (ASKS_AT_ONCE, DRAWS, DRAWS_CODES, ICON)
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@router.get("/j/sw.js")
def worker(request: Request) -> Response:
    """The service worker. It lies under /j/, so that its scope is the judges' pages and nothing else."""
    addresses = [address(file) for file in shell()]
    head = f"const VERSION = {json.dumps(version())};\nconst SHELL = {json.dumps(addresses)};\n"
    text = head + (STATIC / "sw.js").read_text(encoding="utf-8")
    return packed(request, Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"}))


@router.get("/j/{contest}/")
def page(request: Request, contest: str) -> Response:  # noqa: ARG001  # the page reads it from its own address
    files = {"early": ASKS_AT_ONCE, "drawing": DRAWS, "style": STYLE, "icon": ICON, "main": MAIN}
    context = {**files, "address": address, "words": words(), "version": version()}
    headers = {"Fieldmark-Shell": version(), "Link": ahead()}
    return packed(request, render(request, "judge/page.html", context, headers=headers))


@router.get("/static/judge/{edition}/{file:path}")
def part(request: Request, edition: str, file: str) -> Response:
    """A script, style or picture of the page, of this edition of the whole and no other.

    The scripts import each other by name: a page that was opened before the server was renewed must never get one of
    the newer ones among its own. It gets none, and says so.
    """
    content = shell().get(file)
    if content is None or edition != version():
        raise NotFound
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{edition}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    kind = KINDS[Path(file).suffix]
    return packed(request, Response(content, media_type=kind, headers=headers))


@cache
def modules() -> tuple[str, ...]:
    """The scripts of the first load, sent as one but for that which asks at once: each by its place in ``static/``."""
    return tuple(f"js/judge/{path.name}" for path in sorted((STATIC / "js" / "judge").glob("*.js")))


@cache
def later() -> tuple[str, ...]:
    """The scripts of rarer pages, which the page fetches when it stands."""
    names = sorted(path.name for path in (STATIC / "js" / "judge" / "later").glob("*.js"))
    return (*(f"js/judge/later/{name}" for name in names), DRAWS_CODES)


@cache
def shell() -> Mapping[str, bytes]:
    """Every file the page asks for, as it is sent. Read once: what is laid beside it later is another edition."""
    alone = {name: _read(name) for name in AS_THEY_ARE}
    first = {name: _read(name).decode() for name in modules() if name not in alone}
    rare = {name: beside(name, _read(name).decode(), MAIN, first) for name in later() if name not in alone}
    return {MAIN: joined(MAIN, first), STYLE: b"".join(map(_read, STYLES)), **alone, **rare}


def _read(name: str) -> bytes:
    path = STATIC / name
    return lean(path, 0) if is_ours(path) else path.read_bytes()


def address(file: str) -> str:
    return f"/static/judge/{version()}/{file}"


@cache
def ahead() -> str:
    """What the page will ask for, said before its first byte: a slow phone asks while it still reads the page."""
    scripts = [f"<{address(file)}>; rel=modulepreload" for file in (ASKS_AT_ONCE, DRAWS, MAIN)]
    return ", ".join([f"<{address(STYLE)}>; rel=preload; as=style", *scripts])


@cache
def words() -> Markup:
    """The phone's sentences in all languages, as JSON that cannot end the element it stands in."""
    keys = sentences(str)
    told = {code: dict(zip(keys, sentences(one.gettext), strict=True)) for code, one in languages().items()}
    spelt = {code: {key: said for key, said in table.items() if said != key} for code, table in told.items()}
    text = json.dumps(spelt, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  # our own catalogues, escaped


@cache
def version() -> str:
    """A digest of all that the worker keeps: another one makes browsers fetch everything anew."""
    parts = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in shell().items()]
    page = (TEMPLATES / "judge" / "page.html").read_bytes()
    return hashlib.sha256("\n".join([*parts, words()]).encode() + page).hexdigest()[:12]
