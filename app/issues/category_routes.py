"""``/c/{contest}/categories``: the list that judges choose a finding's category from, one to a line."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.contests.access import Member, member
from app.contests.categories import LONGEST, MOST, categories, category_name, set_categories
from app.contests.page import frame
from app.errors import AppError
from app.issues.routes import DESK, PRIVATE
from app.pages import language_of, render

router = APIRouter(prefix="/c/{contest}/categories")


@router.get("")
def categories_page(request: Request, contest: str) -> HTMLResponse:
    return _page(request, member(request, contest, DESK))


@router.post("")
def change_categories(
    request: Request, contest: str, lines: Annotated[str, Form(alias="categories", max_length=4000)] = ""
) -> Response:
    actor, given = member(request, contest, DESK), lines.splitlines()
    try:
        database_of(request).write(lambda s: set_categories(s, actor.id, contest_id=contest, lines=given))
    except AppError as trouble:
        return _page(request, actor, given, trouble)
    return RedirectResponse(f"/c/{contest}/findings", 303)


def _page(
    request: Request, organiser: Member, given: Sequence[str] | None = None, trouble: AppError | None = None
) -> HTMLResponse:
    """The form, with what was typed still in it where something was wrong."""
    language = language_of(request)
    with database_of(request).read() as session:
        around = frame(request, session, organiser)
    listed = [category_name(one, language) for one in categories(around.contest)]
    context = {
        "frame": around,
        "lines": listed if given is None else given,
        "most": MOST,
        "longest": LONGEST,
        "trouble": language.lines(trouble.fault) if trouble else (),
    }
    return render(
        request, "issues/categories.html", context, status=trouble.status if trouble else 200, headers=PRIVATE
    )
