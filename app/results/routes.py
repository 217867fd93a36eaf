"""Pages of the result: blind until opened by two people, then the ranking with every working."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.contests.access import member
from app.contests.page import frame
from app.judging.queries import is_collected
from app.pages import language_of, render
from app.results.queries import OPENERS, Contradicted, is_open, opening, tabulated
from app.results.rows import contradictions, ranked
from app.results.service import log_look, open_marks

router = APIRouter()


@router.get("/c/{contest_id}/results")
def results(request: Request, contest_id: str) -> HTMLResponse:
    asking = member(request, contest_id, OPENERS)
    database = database_of(request)
    with database.read() as session:
        context: dict[str, object] = {"frame": frame(request, session, asking), "ranking": None, "faults": ()}
        context |= {"halves": opening(session, contest_id), "collected": is_collected(session, contest_id)}
        if is_open(session, contest_id):
            try:
                given, tabulation = tabulated(session, contest_id)
                context["ranking"] = ranked(given.scheme, given.roster, tabulation, language_of(request))
            except Contradicted as found:
                context["faults"] = contradictions(found.scheme, found.roster, found.faults, language_of(request))
    if context["ranking"]:
        database.write(lambda writing: log_look(writing, asking, what="results"))
    return render(request, "results/results.html", context, headers={"Cache-Control": "no-store"})


@router.post("/c/{contest_id}/results/opening")
def open_half(request: Request, contest_id: str, role: Annotated[str, Form()]) -> Response:
    asking = member(request, contest_id, OPENERS)
    database_of(request).write(lambda session: open_marks(session, asking, role=role))
    return RedirectResponse(f"/c/{contest_id}/results", status_code=303)
