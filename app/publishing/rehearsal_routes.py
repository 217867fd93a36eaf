"""``/c/{contest_id}/rehearsal``: make a rehearsal of a contest; within one, fill in marks and close it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.models import Rehearsal
from app.contests.page import frame
from app.contests.service import new_id
from app.errors import AppError
from app.judging.queries import current, is_collected
from app.pages import language_of, render
from app.publishing.rehearsal import close_rehearsal, fill_in_marks, open_rehearsal, rehearse

router = APIRouter(prefix="/c/{contest_id}/rehearsal")

PRIVATE = {"Cache-Control": "no-store"}
ORGANISER = frozenset({"organiser"})


@router.get("")
def rehearsal(request: Request, contest_id: str) -> HTMLResponse:
    return _page(request, member(request, contest_id, ORGANISER))


@router.post("")
def make(request: Request, contest_id: str) -> Response:
    who, say = member(request, contest_id, ORGANISER), language_of(request).gettext
    database, made = database_of(request), new_id()
    with database.read() as session:
        name = say("{name} (rehearsal)", name=contests.contest(session, contest_id).name[:100])
    try:
        made = database.write(lambda s: rehearse(s, who.id, source=contest_id, made=made, name=name))
    except AppError as trouble:
        return _page(request, who, trouble)
    return RedirectResponse(f"/c/{made}/rehearsal", 303)


@router.post("/marks")
def marks(request: Request, contest_id: str) -> Response:
    who = member(request, contest_id, ORGANISER)
    try:
        database_of(request).write(lambda s: fill_in_marks(s, who.id, contest_id=contest_id))
    except AppError as trouble:
        return _page(request, who, trouble)
    return RedirectResponse(f"/c/{contest_id}/rehearsal", 303)


@router.post("/closing")
def close(request: Request, contest_id: str) -> Response:
    who = member(request, contest_id, ORGANISER)
    try:
        real = database_of(request).write(lambda s: close_rehearsal(s, who, contest_id=contest_id))
    except AppError as trouble:
        return _page(request, who, trouble)
    return RedirectResponse(f"/c/{real}/rehearsal", 303)


def _page(request: Request, who: Member, trouble: AppError | None = None) -> HTMLResponse:
    with database_of(request).read() as session:
        mine, going_on = session.get(Rehearsal, who.contest_id), open_rehearsal(session, who.contest_id)
        due = contests.due(session, who.contest_id) if mine else []
        context = {
            "frame": frame(request, session, who), "mine": mine, "going_on": going_on,
            "due": len(due), "received": len(set(due) & set(current(session, who.contest_id))) if mine else 0,
            "collected": mine is not None and is_collected(session, who.contest_id),
            "trouble": trouble.fault if trouble else None,
        }  # fmt: skip
    return render(
        request, "publishing/rehearsal.html", context, status=trouble.status if trouble else 200, headers=PRIVATE
    )
