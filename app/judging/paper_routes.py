"""``/c/{contest}/paper``: typing paper sheets in a grid, seeing where two typings differ, and settling what differs."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from app.accounts.access import database_of
from app.audit import record
from app.contests.access import Member, member
from app.contests.page import frame
from app.errors import AppError, Unreadable
from app.judging.paper import Source, decide_conflict, type_sheets
from app.judging.paper_cells import Cells, faults_in, sheets_in
from app.judging.paper_look import Which, look_at_paper, look_page
from app.judging.paper_page import Choice, Given, paper_page
from app.judging.paper_queries import PAPER, panel
from app.judging.proposals import open_proposals
from app.pages import language_of, render, wants_json

router = APIRouter()

TYPISTS = ("tallier", "checker", "organiser")
DECIDERS = ("organiser",)
PRIVATE = {"Cache-Control": "no-store"}  # people's marks stay in nobody's cache
_MOST_CELLS = 20_000
_MARK = "mark:"


@dataclass(frozen=True, slots=True)
class Posted:
    """The form of the grid: its cells, what it was made for, and the revision it was made at."""

    cells: Cells
    choice: Choice
    seen: int
    source: Source


class Seen(BaseModel):
    """What a third person saw on the paper; ``marks``: by item, which typing stands there."""

    judge: str = Field(max_length=64)
    entry: str = Field(max_length=64)
    marks: dict[str, Which]
    seen: int
    reason: str = Field(default="", max_length=500)


async def looked(request: Request) -> Seen:
    """The form of the third look as it was sent. Raises Unreadable."""
    texts = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    marks = {name.removeprefix(_MARK): value for name, value in texts.items() if name.startswith(_MARK)}
    try:
        return Seen.model_validate({**texts, "marks": marks})
    except ValueError as error:
        raise Unreadable from error


class Settlement(BaseModel):
    """Which counts of a phone's sheet and a paper sheet that differ."""

    judge: str = Field(max_length=64)
    entry: str = Field(max_length=64)
    counts: Literal["paper", "phone"]
    reason: str = Field(default="", max_length=500)
    document: str = Field(default="", max_length=120)
    component: str = Field(default="", max_length=64)


async def posted(request: Request) -> Posted:
    """The form as it was sent. Raises Unreadable."""
    form = await request.form(max_fields=_MOST_CELLS, max_files=0)
    texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    cells = {name.removeprefix(_MARK): text[:40] for name, text in texts.items() if name.startswith(_MARK)}
    try:
        choice = Choice.model_validate({name: text for name, text in texts.items() if name in Choice.model_fields})
        source = Source(texts.get("way", PAPER), texts.get("why", "")[:500])
        return Posted(cells, choice, int(texts.get("seen", "0")), source)
    except ValueError as error:
        raise Unreadable from error


@router.get("/c/{contest_id}/paper")
def show_paper(request: Request, contest_id: str, choice: Annotated[Choice, Query()]) -> Response:
    return _page(request, member(request, contest_id, TYPISTS), choice)


@router.post("/c/{contest_id}/paper")
def save_typing(request: Request, contest_id: str, form: Annotated[Posted, Depends(posted)]) -> Response:
    typist, database = member(request, contest_id, TYPISTS), database_of(request)
    with database.read() as session:
        who = panel(session, contest_id)
    if faults := faults_in(who, form.cells, language_of(request)):
        return _not_saved(request, typist, form, Given(form.cells, faults, seen=form.seen, source=form.source), 422)
    sheets = sheets_in(who, form.cells)
    try:
        rev = database.write(
            lambda s: type_sheets(
                s, typist.id, contest_id=contest_id, sheets=sheets, seen=form.seen, source=form.source
            )
        )
    except AppError as trouble:
        told = language_of(request).sentence(trouble.fault)
        return _not_saved(request, typist, form, Given(form.cells, {}, told, form.seen, form.source), trouble.status)
    return _onward(request, f"/c/{contest_id}/paper?{form.choice.query(done=rev)}")


@router.post("/c/{contest_id}/paper/check")
def check_cells(request: Request, contest_id: str, form: Annotated[Posted, Depends(posted)]) -> Response:
    member(request, contest_id, TYPISTS)
    with database_of(request).read() as session:
        who = panel(session, contest_id)
    return _told(request, Given(faults=faults_in(who, form.cells, language_of(request))), 200)


@router.get("/c/{contest_id}/paper/look")
def show_look(
    request: Request,
    contest_id: str,
    judge: Annotated[str, Query(max_length=64)] = "",
    entry: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The marks that two people typed differently, to a third; that he saw them is written down."""
    third, database = member(request, contest_id, TYPISTS), database_of(request)
    with database.read() as session:
        page = look_page(session, third, judge, entry, language_of(request))
        context = {"frame": frame(request, session, third), "page": page}
    database.write(lambda writing: record(writing, third.id, "look", contest_id=contest_id, subject=f"{judge}/{entry}"))
    return render(request, "judging/paper_look.html", context, headers=PRIVATE)


@router.post("/c/{contest_id}/paper/look")
def keep_look(request: Request, contest_id: str, form: Annotated[Seen, Depends(looked)]) -> Response:
    third = member(request, contest_id, TYPISTS)
    told = form.model_dump()
    database_of(request).write(lambda s: look_at_paper(s, third.id, contest_id=contest_id, **told))
    return _onward(request, f"/c/{contest_id}/paper?{Choice(judge=form.judge, entry=form.entry).query()}")


@router.post("/c/{contest_id}/paper/decisions")
def settle_conflict(request: Request, contest_id: str, form: Annotated[Settlement, Form()]) -> Response:
    organiser = member(request, contest_id, DECIDERS)
    told = form.model_dump(exclude={"component"})
    database_of(request).write(lambda s: decide_conflict(s, organiser.id, contest_id=contest_id, **told))
    return _onward(request, f"/c/{contest_id}/paper?{Choice(component=form.component).query()}")


def _page(request: Request, who: Member, choice: Choice, given: Given | None = None, status: int = 200) -> Response:
    with database_of(request).read() as session:
        page = paper_page(session, who, choice, language_of(request), given)
        context = {"frame": frame(request, session, who), "page": page}
        context["proposals"] = len(open_proposals(session, who.contest_id))
        return render(request, "judging/paper.html", context, status=status, headers=PRIVATE)


def _not_saved(request: Request, who: Member, form: Posted, given: Given, status: int) -> Response:
    """What is wrong, with everything that was typed still in the grid."""
    if wants_json(request):
        return _told(request, given, status)
    return _page(request, who, form.choice, given, status)


def _told(request: Request, given: Given, status: int) -> Response:
    language = language_of(request)
    faults = [{"cell": name, "sentence": language.sentence(fault)} for name, fault in given.faults.items()]
    return JSONResponse({"faults": faults, "sentence": given.trouble}, status, PRIVATE)


def _onward(request: Request, address: str) -> Response:
    if wants_json(request):
        return JSONResponse({"next": address}, headers=PRIVATE)
    return RedirectResponse(address, 303)
