"""Pages and problems: the Jinja environment, its filters, ``render`` and ``problem``.

Reads the templates. Writes nothing but answers. Never shows a stack trace, and never puts text into a page unescaped.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.errors import AppError, Broken
from app.i18n import Language, chosen, languages
from app.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent.parent / "static"
LANGUAGE_COOKIE = "fieldmark_lang"
A_YEAR = 365 * 24 * 3600


def settings_of(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


def language_of(request: Request) -> Language:
    return chosen(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language", ""),
        settings_of(request).default_language,
    )


def base_url(request: Request) -> str:
    """What links for other devices begin with, such as https://marks.example.org; no slash at the end.

    The Host header is the sender's to choose: where the operator has said what the address is, that one holds.
    """
    return settings_of(request).public_url or f"{request.url.scheme}://{request.url.netloc}"


def is_secure(request: Request) -> bool:
    """Whether the browser speaks https: to us, or to a proxy before us that ends TLS at the public address."""
    public = settings_of(request).public_url
    return public.startswith("https:") if public else request.scope["scheme"] == "https"


def is_exposed(request: Request) -> bool:
    """Plain http over a network: anybody in it can read what is sent, and browsers withhold what needs safety."""
    return not is_secure(request) and not is_local(urlsplit(base_url(request)).hostname or "")


def is_local(host: str) -> bool:
    """Whether ``host`` is the computer itself, where browsers trust plain http too."""
    return host in {"localhost", "::1"} or host.startswith("127.") or host.endswith(".localhost")


def render(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page, in the reader's language. A language asked for in the address is remembered in a cookie."""
    language = language_of(request)
    text = (
        environment()
        .get_template(template)
        .render(
            {
                "request": request,
                "language": language,
                "languages": tuple(languages().values()),
                "_": language.gettext,
                "ngettext": language.ngettext,
                "sentence": language.sentence,
                "exposed": is_exposed(request),
                **(context or {}),
            }
        )
    )
    answer = HTMLResponse(text, status, dict(headers or {}))
    answer.headers["Content-Language"] = language.tag
    answer.headers["Vary"] = "Accept-Language, Cookie"
    answer.headers.setdefault("Cache-Control", "no-cache")
    if request.query_params.get("lang") == language.code:
        answer.set_cookie(
            LANGUAGE_COOKIE, language.code, max_age=A_YEAR, samesite="lax", httponly=True,
            secure=is_secure(request),
        )  # fmt: skip
    return answer


def problem(request: Request, error: AppError, headers: Mapping[str, str] | None = None) -> Response:
    """Any trouble, in the reader's language: as a page, or as JSON to whoever asks for JSON rather than for a page."""
    language = language_of(request)
    kept = {**(headers or {}), **error.headers, "Cache-Control": "no-store"}
    if wants_json(request):
        told = {"code": error.code, "sentence": language.sentence(error.fault), "params": error.params}
        return JSONResponse(told, error.status, {**kept, "Content-Language": language.tag})
    happened, *rest = language.lines(error.fault)
    return render(
        request,
        "problem.html",
        {
            "happened": happened,
            "rest": rest,
            "code": error.code,
            "status": error.status,
            "home": settings_of(request).public_url,
        },
        status=error.status,
        headers=kept,
    )


def last_resort(language: Language) -> HTMLResponse:
    """A page that needs no template: for the case that the page of a problem is itself the problem."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in language.lines(Broken().fault))
    return HTMLResponse(f'<!doctype html><html lang="{language.tag}"><meta charset="utf-8">{lines}</html>', 500)


def wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["yuan"] = yuan
    made.filters["grouped"] = grouped
    made.globals["static"] = static
    made.globals["with_language"] = with_language
    return made


def prepare() -> None:
    """Make the result page's templates ready: after the opening everybody waits for its first showing."""
    made = environment()
    for name in made.list_templates():
        if name.startswith(("base", "contests/frame", "contests/live", "results/")):
            made.get_template(name)


def with_language(request: Request, language: Language) -> str:
    """The address of this page in another language."""
    address = request.url.include_query_params(lang=language.code)
    return f"{address.path}?{address.query}"


def grouped(number: int) -> str:
    """12345 as 12,345."""
    return f"{number:,}"


def yuan(fen: int) -> str:
    """Money, kept in fen, as yuan: 10000000 is 100,000 and 12345 is 123.45."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"


def static(path: str) -> str:
    """The address of a static file with the digest of its content, so that it may be kept for a year."""
    return f"/static/{path}?v={content_digest(path)}"


@cache
def content_digest(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
