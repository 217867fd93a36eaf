"""``/c/{contest}/decisions``: what people decide before a result can be sealed: put forward, confirmed, taken back."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.page import frame
from app.errors import AppError
from app.judging.confirming import CannotConfirm
from app.judging.decisions import Unfit
from app.pages import language_of, render, wants_json
from app.results.decision_forms import Posted, confirming, deed_of, posted, refusing, taking_back
from app.results.decision_page import Written, decision_page
from app.results.naming import called
from app.results.service import log_look

router = APIRouter()

READERS = frozenset({"organiser", "steward"})
DECIDERS = frozenset({"organiser"})


@router.get("/c/{contest_id}/decisions")
def show_decisions(request: Request, contest_id: str) -> Response:
    return _page(request, member(request, contest_id, READERS), Written(), 200)


@router.post("/c/{contest_id}/decisions/{section}")
def record_decisions(
    request: Request, contest_id: str, section: str, form: Annotated[Posted, Depends(posted)]
) -> Response:
    organiser = member(request, contest_id, DECIDERS)
    return _done(request, organiser, deed_of(section, organiser, form), section, form)


@router.post("/c/{contest_id}/decisions/{rev}/taking-back")
def take_back_decisions(
    request: Request, contest_id: str, rev: int, form: Annotated[Posted, Depends(posted)]
) -> Response:
    organiser = member(request, contest_id, DECIDERS)
    return _done(request, organiser, taking_back(organiser, rev, form), f"back-{rev}", form)


@router.post("/c/{contest_id}/proposals/confirmation")
def confirm(request: Request, contest_id: str, form: Annotated[Posted, Depends(posted)]) -> Response:
    second = member(request, contest_id, READERS)
    return _done(request, second, confirming(second, form), "proposed", form)


@router.post("/c/{contest_id}/proposals/{rev}/refusal")
def refuse(request: Request, contest_id: str, rev: int, form: Annotated[Posted, Depends(posted)]) -> Response:
    """Declined by another person, withdrawn by the one who put it forward."""
    who = member(request, contest_id, READERS)
    return _done(request, who, refusing(who, rev, form), f"refuse-{rev}", form)


def _done(request: Request, who: Member, deed: Callable[[Session], object], section: str, form: Posted) -> Response:
    """Back to the page; what could not be recorded stands there again, in the form it was typed in."""
    try:
        database_of(request).write(deed)
    except AppError as trouble:
        if wants_json(request):
            raise
        return _page(request, who, Written(section, form.fields, _told(request, who, trouble)), trouble.status)
    return RedirectResponse(f"/c/{who.contest_id}/decisions", 303)


def _told(request: Request, who: Member, trouble: AppError) -> tuple[str, ...]:
    """What is wrong, a sentence each; what the engine would refuse is told by names."""
    language = language_of(request)
    sentences = [language.sentence(trouble.fault)]
    if isinstance(trouble, CannotConfirm):
        return (*sentences, *_told(request, who, trouble.because))
    if isinstance(trouble, Unfit):
        with database_of(request).read() as session:
            scheme = contests.scheme(session, who.contest_id)
            roster = contests.roster(session, who.contest_id)
        sentences += [language.sentence(called(fault, scheme, roster, language)) for fault in trouble.faults]
    return tuple(sentences)


def _page(request: Request, who: Member, written: Written, status: int) -> Response:
    database = database_of(request)
    with database.read() as session:
        page = decision_page(session, who, language_of(request))
        context = {"frame": frame(request, session, who), "page": page, "written": written}
    if page.opened:
        database.write(lambda session: log_look(session, who, what="decisions"))
    headers = {"Cache-Control": "no-store"}
    return render(request, "results/decisions.html", context, status=status, headers=headers)
