"""``/county/{contest}/material``: a unit hands in material for its own entries until the deadline."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import database_of
from app.audit import now
from app.clock import local
from app.contests import queries as contests
from app.contests.calls import material_calls
from app.contests.schemas import Posted
from app.errors import NotFound
from app.issues.access import liaison
from app.issues.county_page import county_frame
from app.material import uploading
from app.material.models import MaterialFile
from app.material.queries import papers
from app.material.service import Hander, take_back
from app.material.showing import WITH_VIDEO, paper_answer, size_of
from app.pages import render
from app.sync.access import pace_of

router = APIRouter(prefix="/county/{contest}/material")

Number = Annotated[int, Path(ge=1, le=1_000_000)]
Size = Annotated[int, Form(ge=0, le=10**12)]


@router.get("")
def show_material(request: Request, contest: str) -> Response:
    who = liaison(request, contest)
    with database_of(request).read() as session:
        around, calls, of = (
            county_frame(request, session, who),
            material_calls(session, contest),
            papers(session, contest),
        )
        rows = contests.known_entries(session, contest)
        own = [
            (row, calls[row.component], of.get(row.id, ()), now() > calls[row.component].due_at)
            for row in rows
            if row.unit_id == who.unit_id and row.component in calls
        ]
        context = {
            "county": around,
            "own": own,
            "root": f"/county/{contest}/material",
            "clock": lambda at: local(at, around.contest.time_zone),
            "size_of": size_of,
        }
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": WITH_VIDEO}
        return render(request, "material/county.html", context, headers=headers)


@router.get("/{entry}/{number}/{version}")
def show_paper(request: Request, contest: str, entry: str, number: Number, version: Number) -> Response:
    """What the unit itself handed in, also what it replaced."""
    who = liaison(request, contest)
    with database_of(request).read() as session:
        row = session.get(MaterialFile, (contest, entry, number, version))
        own = {one.id for one in contests.known_entries(session, contest) if one.unit_id == who.unit_id}
        if row is None or entry not in own:
            raise NotFound
        return paper_answer(request, session, row)


@router.post("/{entry}/uploads")
def begin(
    request: Request, contest: str, entry: str, form: Posted, size: Size = 0,
    number: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:  # fmt: skip
    file = uploading.Announced(form.get("name", ""), size, form.get("modified", ""), number)
    return uploading.begin(request, _paced(request, contest), entry, file)


@router.patch("/{entry}/uploads/{key}")
async def append(request: Request, contest: str, entry: str, key: str) -> Response:
    who = await uploading.in_turn(lambda: _hander(request, contest))
    return await uploading.append(request, who, entry, key)


@router.post("/{entry}/papers")
def finish(
    request: Request, contest: str, entry: str, form: Posted, size: Size = 0,
    number: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:  # fmt: skip
    file = uploading.Announced(form.get("name", ""), size, number=number)
    return uploading.finish(request, _paced(request, contest), entry, form.get("key", ""), file)


@router.post("/{entry}/{number}/taking-back")
def take_paper_back(request: Request, contest: str, entry: str, number: Number) -> Response:
    who = _paced(request, contest)
    database_of(request).write(lambda s: take_back(s, who, entry_id=entry, number=number))
    return RedirectResponse(f"/county/{contest}/material", 303)


def _hander(request: Request, contest: str) -> Hander:
    return Hander(contest, unit=liaison(request, contest).unit_id)


def _paced(request: Request, contest: str) -> Hander:
    who = _hander(request, contest)
    pace_of(request).spend(f"county material {contest} {who.unit}")
    return who
