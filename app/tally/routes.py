"""``/score``: choose a rule, give a grid of marks, see the ranking. Needs no account, keeps nothing, logs no mark."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from app.pages import render
from app.tally.page import answered_page, empty_page
from app.tally.schemas import Posted, posted

router = APIRouter()

PRIVATE = {"Cache-Control": "no-store"}  # people's marks stay in nobody's cache


@router.get("/score")
def score_page(
    request: Request, scheme: Annotated[str, Query(max_length=80)] = "", *, example: bool = False
) -> HTMLResponse:
    page = empty_page(request, scheme, invented=example)
    return render(request, "tally/score.html", {"page": page})


@router.post("/score")
def score_grids(request: Request, form: Annotated[Posted, Depends(posted)]) -> HTMLResponse:
    page = answered_page(request, form)
    status = page.busy.status if page.busy else 422 if page.faults else 200
    headers = {**PRIVATE, **(page.busy.headers if page.busy else {})}
    return render(request, "tally/score.html", {"page": page}, status=status, headers=headers)
