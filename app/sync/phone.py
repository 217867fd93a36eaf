"""``/j/{contest}/``: the judge's page as a shell without data, the same for everybody, and the worker that keeps it.

Reads the scripts and styles of the page, and the catalogues. Writes nothing. Knows no contest and no judge: what the
phone shows comes from the package, and whose it is from the phone's cookie.
"""

import hashlib
import json
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.i18n import languages
from app.packing import packed
from app.pages import STATIC, TEMPLATES, content_digest, render, static
from app.sync.phone_words import sentences

router = APIRouter()

STYLES = ("css/tokens.css", "css/shapes.css", "css/judge.css")
VENDORED = "vendor/htm-preact.js"
DRAWS_CODES = "vendor/qr/index.js"


@router.get("/j/sw.js")
def worker(request: Request) -> Response:
    """The service worker. It lies under /j/, so that its scope is the judges' pages and nothing else."""
    head = f"const VERSION = {json.dumps(version())};\nconst SHELL = {json.dumps(shell())};\n"
    text = head + (STATIC / "sw.js").read_text(encoding="utf-8")
    return packed(request, Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"}))


@router.get("/j/{contest}/")
def page(request: Request, contest: str) -> Response:  # noqa: ARG001  # the page reads it from its own address
    context = {"words": words(), "modules": modules(), "styles": STYLES, "icon": "favicon.svg", "version": version()}
    return packed(request, render(request, "judge/page.html", context, headers={"Fieldmark-Shell": version()}))


@cache
def modules() -> tuple[str, ...]:
    """The addresses of the scripts of the first load. Without a digest, because they import each other by name."""
    names = sorted(path.name for path in (STATIC / "js" / "judge").glob("*.js"))
    return (*(f"/static/js/judge/{name}" for name in names), f"/static/{VENDORED}")


@cache
def later() -> tuple[str, ...]:
    """The scripts of rare pages, which the page fetches when it has heard of the server."""
    names = sorted(path.name for path in (STATIC / "js" / "judge" / "later").glob("*.js"))
    return (*(f"/static/js/judge/later/{name}" for name in names), f"/static/{DRAWS_CODES}")


@cache
def shell() -> tuple[str, ...]:
    """Every address the page asks for."""
    return (*modules(), *later(), *(static(style) for style in STYLES), static("favicon.svg"))


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
    files = [address.removeprefix("/static/").partition("?")[0] for address in shell()]
    parts = [content_digest(file) for file in files]
    page = (TEMPLATES / "judge" / "page.html").read_bytes()
    return hashlib.sha256("\n".join([*parts, words()]).encode() + page).hexdigest()[:12]
