"""The cookie of a sign-in, the sign-in page, and where to go afterwards.

Reads a request. Writes nothing but answers.
"""

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import COOKIE
from app.accounts.attempts import Attempts
from app.errors import AppError
from app.pages import render, settings_of

PRIVATE = {"Cache-Control": "no-store"}


def sign_in_page(
    request: Request, *, onward: str = "/", login: str = "", trouble: AppError | None = None, status: int = 200
) -> HTMLResponse:
    """The form, with what went wrong above it."""
    context = {"onward": within(onward), "login": login, "trouble": trouble.fault if trouble else None}
    code = trouble.status if trouble else status
    return render(request, "accounts/sign_in.html", context, status=code, headers=PRIVATE)


def with_cookie(request: Request, token: str, onward: str) -> Response:
    """Onward, signed in."""
    answer = RedirectResponse(within(onward), 303)
    hours = settings_of(request).session_hours
    answer.set_cookie(
        COOKIE, token, max_age=hours * 3600, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )
    return answer


def within(address: str) -> str:
    """An address of our own, or the first page: a link to the sign-in page must not lead anybody elsewhere."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else "/"


def attempts_of(request: Request) -> Attempts:
    attempts: Attempts = request.app.state.attempts
    return attempts


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""
