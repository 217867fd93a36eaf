"""What every answer carries and every request must keep to: headers, the size of a body, the origin of a form.

Reads the headers and counts the bytes of requests. Writes headers of answers, and to the log the kind and place of our
own mistakes. Never logs what was sent: on ``/score`` that is people's marks.
"""

import logging
import traceback
from urllib.parse import urlsplit

from sqlalchemy.exc import DataError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db import out_of_reach
from app.errors import AppError, Broken, ForeignOrigin, TooLarge, Unavailable, Unreadable, WrongHost
from app.pages import is_secure, language_of, last_resort, problem, settings_of
from app.settings import USUAL_PORT

log = logging.getLogger("fieldmark")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    # "no-referrer" would make browsers send "Origin: null" with our own forms, and the check below would refuse them.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A month, and this host alone: an address that was lent for a contest may be served without TLS next year.
HSTS = "max-age=2592000"
# As ASGI wants them, ready for every answer; the first one only where TLS is spoken.
_SPELT = [(n.lower().encode(), v.encode()) for n, v in {"Strict-Transport-Security": HSTS, **HEADERS}.items()]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A browser shows our answer only when it has finished sending: so the rest of a body that is too large is read and
# thrown away, up to this many times the limit.
DRAIN = 8


class Guard:
    """The outermost layer: refuses what may not come in, and turns whatever goes wrong inside into a sentence."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answered = False
        scope = _with_readable_host(scope)

        async def dressed(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                given = {name for name, _ in message["headers"]}
                ours = _SPELT if secure else _SPELT[1:]
                message["headers"] = [*message["headers"], *(one for one in ours if one[0] not in given)]
            await send(message)

        request = Request(scope)
        limited = _limited(receive, self.max_body_bytes)
        secure = is_secure(request)
        try:
            check_host(scope["path"], Headers(scope=scope), settings_of(request).public_url)
            check_origin(scope["method"], Headers(scope=scope))
            await self.app(scope, limited, dressed)
        except AppError as error:
            if answered:
                raise
            await problem(request, error)(scope, receive, dressed)
        except Exception as mistake:  # noqa: BLE001  # whatever it is, the reader gets a sentence
            _log(mistake)
            if answered:
                # The answer is cut off: the browser must see that, and no second answer may be mixed into it.
                raise ConnectionError("cut off after a mistake of ours, see the line above") from None
            await _apology(request, mistake)(scope, receive, dressed)


def _apology(request: Request, mistake: Exception) -> ASGIApp:
    try:
        return problem(request, _told(mistake))
    except Exception as another:  # noqa: BLE001  # the page of problems is itself broken
        _log(another)
        return last_resort(language_of(request))


def _log(mistake: Exception) -> None:
    log.error("%s at %s", type(mistake).__name__, place_of(mistake))


def place_of(mistake: BaseException) -> str:
    """Files and lines only: the message of an exception may quote what a reader sent."""
    return " < ".join(f"{f.filename}:{f.lineno}" for f in reversed(traceback.extract_tb(mistake.__traceback__)))


def _told(mistake: Exception) -> AppError:
    """What a mistake is to the reader: his own text, a database that is busy, gone or unreadable, or our fault."""
    if isinstance(mistake, DataError | OverflowError):
        return Unreadable()  # a sign or a number that no database can hold
    return Unavailable({"seconds": 5}) if out_of_reach(mistake) else Broken()


def check_host(path: str, headers: Headers, public_url: str) -> None:
    """Only under the operator's own address, where he has named one: a page for another would pass its links on.

    Whoever watches over the server asks it by its number; styles and scripts are the same for everybody.
    """
    if not public_url or path == "/healthz" or path.startswith("/static/"):
        return
    ours = urlsplit(public_url)
    asked = urlsplit(f"//{headers.get('host', '')}")
    usual = USUAL_PORT[ours.scheme]
    if (asked.hostname, asked.port or usual) != (ours.hostname, ours.port or usual):
        raise WrongHost({"address": public_url})


def _with_readable_host(scope: Scope) -> Scope:
    """Without a Host header that is no host: every look at the request's address would fail, on the problem's page too.

    Then the address is that of the socket, as for a browser that sends none.
    """
    try:
        asked = urlsplit(f"//{Headers(scope=scope).get('host', '')}")
        readable = asked.port is None or asked.port >= 0
    except ValueError:
        readable = False
    return scope if readable else {**scope, "headers": [one for one in scope["headers"] if one[0] != b"host"]}


def check_origin(method: str, headers: Headers) -> None:
    """Only our own pages may send forms here. Whoever is no browser sends neither header, and has no cookie either."""
    if method in SAFE_METHODS:
        return
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise ForeignOrigin
        return
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        raise ForeignOrigin


def _limited(receive: Receive, limit: int) -> Receive:
    """``receive`` that counts the body while it is read: a length that was declared may be wrong or missing."""
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count <= limit:
            return message
        while message.get("more_body", False) and count <= limit * DRAIN:
            message = await receive()
            count += len(message.get("body", b""))
        raise TooLarge({"limit": max(1, limit // 1024**2)})

    return counted
