"""The cookie of a sign-in, the sign-in page, and where to go afterwards.

Reads a request. Writes nothing but answers.
"""

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import COOKIE
from app.accounts.attempts import Attempts
from app.accounts.service import hashed
from app.errors import AppError
from app.pages import A_YEAR, is_secure, render, settings_of

KNOWN = "fieldmark_known"
PRIVATE = {"Cache-Control": "no-store"}


def sign_in_page(
    request: Request, *, onward: str = "/", login: str = "", trouble: AppError | None = None, status: int = 200
) -> HTMLResponse:
    """The form, with what went wrong above it."""
    context = {"onward": within(onward), "login": login, "trouble": trouble.fault if trouble else None}
    code = trouble.status if trouble else status
    return render(
        request,
        "accounts/sign_in.html",
        context,
        status=code,
        headers={**PRIVATE, **(trouble.headers if trouble else {})},
    )


def with_cookie(request: Request, token: str, onward: str) -> Response:
    """Onward, signed in."""
    answer = RedirectResponse(within(onward), 303)
    hours = settings_of(request).session_hours
    answer.set_cookie(COOKIE, token, max_age=hours * 3600, httponly=True, samesite="lax", secure=is_secure(request))
    # The hash of the token opens nothing; it says that this browser is one the person has signed in with before.
    answer.set_cookie(
        KNOWN, hashed(token), max_age=A_YEAR, path="/sign-in", httponly=True, samesite="strict",
        secure=is_secure(request),
    )  # fmt: skip
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
