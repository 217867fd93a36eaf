"""``/j/{contest}/material``: a judge opens what was handed in for an entry that he marks, and nothing else."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.accounts.access import database_of
from app.clock import local
from app.contests import queries as contests
from app.errors import NotFound
from app.material.queries import NotDueYet, for_judge
from app.material.showing import WITH_VIDEO, paper_answer, size_of
from app.pages import render
from app.sync.access import reader_of

router = APIRouter(prefix="/j/{contest}/material")

Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/{entry}")
def show_material(request: Request, contest: str, entry: str) -> Response:
    sender = reader_of(request, contest)
    with database_of(request).read() as session:
        around = contests.contest(session, contest)
        try:
            found, until = for_judge(session, contest, sender.judge_id, entry), ""
        except NotDueYet as early:
            found, until = (), local(str(early.params["at"]), around.time_zone)
        context = {
            "contest": around,
            "entry": next(one for one in contests.known_entries(session, contest) if one.id == entry),
            "papers": found,
            "until": until,
            "root": f"/j/{contest}/material/{entry}",
            "clock": lambda at: local(at, around.time_zone),
            "size_of": size_of,
        }
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": WITH_VIDEO}
    return render(request, "material/review.html", context, headers=headers)


@router.get("/{entry}/{number}")
def show_paper(request: Request, contest: str, entry: str, number: Number) -> Response:
    """The version that holds."""
    sender = reader_of(request, contest)
    with database_of(request).read() as session:
        found = for_judge(session, contest, sender.judge_id, entry)
        row = next((paper.now for paper in found if paper.now.number == number), None)
        if row is None:
            raise NotFound
        return paper_answer(request, session, row)
