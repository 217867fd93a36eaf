"""``/county/{contest}/scores``: what a unit reads of its own result, once it is published; never another's figure.

And what experts said of its entrants on stage, from the release of each score on: what was said, and by whom only where
a judge who wrote it himself chose so.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.accounts.access import database_of
from app.issues.access import liaison
from app.issues.county_page import county_frame
from app.pages import language_of, render
from app.publishing.public_page import moment
from app.publishing.queries import county_result
from app.publishing.scenes import delivered

router = APIRouter()


@router.get("/county/{contest_id}/scores")
def scores(request: Request, contest_id: str) -> HTMLResponse:
    who = liaison(request, contest_id)
    with database_of(request).read() as session:
        around = county_frame(request, session, who)
        found = county_result(session, contest_id, who.unit_id)
        said = delivered(session, contest_id, who.unit_id)
    told: dict[str, object] = {"county": around, "own": None, "said": said}
    if found:
        publication, own = found
        told |= {"own": own["page"][language_of(request).code], "level": own["level"], "version": publication.version}
        told["published_at"] = moment(publication.at, around.contest.time_zone)
    return render(request, "publishing/county_scores.html", told, headers={"Cache-Control": "no-store"})
