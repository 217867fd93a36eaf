"""Pages of the result: blind until opened by two people, then the ranking with every working."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import database_of
from app.anchoring import write_officially
from app.contests.access import member
from app.contests.live import BY_ITSELF, live, unchanged
from app.contests.page import frame
from app.judging.queries import doubtful, is_collected
from app.pages import language_of, render
from app.results.blocker_rows import by_page
from app.results.blockers import kept_blockers
from app.results.queries import OPENERS, Contradicted, is_open, opening, published_version, ranking
from app.results.rows import contradictions
from app.results.service import log_look, open_marks

router = APIRouter()


@router.get("/c/{contest_id}/results")
def results(request: Request, contest_id: str) -> Response:
    asking = member(request, contest_id, OPENERS)
    database = database_of(request)
    with database.read() as session:
        around = frame(request, session, asking)
        opened = is_open(session, contest_id)
        shown = live(request, session, around, doubtful(session, contest_id))
        # A page that fetches itself again must not look at marks: nobody has, and the log would say so.
        looks = opened and BY_ITSELF not in request.headers
        if not looks and (same := unchanged(request, shown)):
            return same
        context: dict[str, object] = {"frame": around, "live": shown, "opened": opened, "ranking": None, "faults": ()}
        context |= {"halves": opening(session, contest_id), "collected": is_collected(session, contest_id)}
        context["blocking"], context["published"] = (), published_version(session, contest_id)
        if looks or (context["collected"] and not opened):
            elsewhere = [one for one in kept_blockers(session, contest_id) if one.page != "results"]
            context["blocking"] = by_page(session, elsewhere, around, language_of(request))
        if looks:
            try:
                judges: Literal["named", "unnamed"] = "named" if "organiser" in asking.roles else "unnamed"
                context["ranking"] = ranking(session, contest_id, language_of(request), judges)
            except Contradicted as found:
                context["faults"] = contradictions(found.scheme, found.roster, found.faults, language_of(request))
    if context["ranking"]:
        database.write(lambda writing: log_look(writing, asking, what="results"))
    return render(request, "results/results.html", context, headers=shown.headers)


@router.post("/c/{contest_id}/results/opening")
def open_half(request: Request, contest_id: str, role: Annotated[str, Form()]) -> Response:
    asking = member(request, contest_id, OPENERS)
    write_officially(database_of(request), contest_id, lambda session: open_marks(session, asking, role=role))
    return RedirectResponse(f"/c/{contest_id}/results", status_code=303)
