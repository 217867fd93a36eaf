"""``/c/{contest}/material``: the organiser calls for material, shares it out, hands in for a unit, sees who has not."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.audit import now
from app.clock import local
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.assigning import pass_on, share_out
from app.contests.calls import MOST_FILES, MOST_MB, call_for, material_calls
from app.contests.page import frame
from app.contests.schemas import Posted
from app.errors import AppError, NotFound
from app.jobs import Deed
from app.material import uploading
from app.material.models import MaterialFile
from app.material.page import moment_of, open_of, overview, typed_of
from app.material.queries import papers
from app.material.service import Hander, take_back
from app.material.showing import WITH_VIDEO, paper_answer, size_of
from app.pages import language_of, render
from app.reasons import reason_in
from scoring.faults import Fault, Refused

router = APIRouter(prefix="/c/{contest_id}/material")

ORGANISER = frozenset({"organiser"})
PRIVATE = {"Cache-Control": "no-store"}
Number = Annotated[int, Path(ge=1, le=1_000_000)]
Size = Annotated[int, Form(ge=0, le=10**12)]


@router.get("")
def show_material(
    request: Request, contest_id: str, part: Annotated[str, Query(max_length=64)] = "",
    page: Annotated[int, Query(ge=1, le=9999)] = 1,
) -> Response:  # fmt: skip
    return _page(request, member(request, contest_id, ORGANISER), part=part, page=page)


@router.post("")
def call(
    request: Request, contest_id: str, form: Posted,
    most_files: Annotated[int, Form(ge=1, le=MOST_FILES)] = 10,
    document_mb: Annotated[int, Form(ge=1, le=MOST_MB)] = 50,
    video_mb: Annotated[int, Form(ge=0, le=MOST_MB)] = 500,
) -> Response:  # fmt: skip
    """Ask for material of one component until a deadline, or change the deadline or a limit with a reason."""
    who = member(request, contest_id, ORGANISER)
    limits = {"most_files": most_files, "document_mb": document_mb, "video_mb": video_mb}
    part, reason = form.get("part", ""), form.get("reason", "")[:500]
    with database_of(request).read() as session:
        contest = contests.contest(session, contest_id)

    def deed(session: Session) -> int:
        until = moment_of(form.get("due_at", ""), contest)
        return call_for(
            session, who.id, contest_id=contest_id, component=part, due_at=until, limits=limits, reason=reason,
        )  # fmt: skip

    return _done(request, who, deed, form)


@router.post("/sharing")
def share(request: Request, contest_id: str, form: Posted, each: Annotated[int, Form(ge=1, le=99)] = 3) -> Response:
    """Give the component's entries that are assigned to nobody to so many judges each."""
    who, part = member(request, contest_id, ORGANISER), form.get("part", "")
    if not part:
        raise NotFound
    return _done(request, who, lambda s: share_out(s, who.id, contest_id=contest_id, each=each, component=part), form)


@router.post("/passing-on")
def replace_judge(request: Request, contest_id: str, form: Posted) -> Response:
    """A judge drops out: others get what he has not handed in, and nothing else moves."""
    who, judge, part = member(request, contest_id, ORGANISER), form.get("judge", ""), form.get("part", "")

    def deed(session: Session) -> int:
        reason = reason_in(form.get("reason", ""))
        left = open_of(session, contest_id, judge, part)
        return pass_on(session, who.id, contest_id=contest_id, judge=judge, entries=left, reason=reason)

    return _done(request, who, deed, form)


@router.get("/{entry}")
def show_entry(request: Request, contest_id: str, entry: str) -> Response:
    who = member(request, contest_id, ORGANISER)
    with database_of(request).read() as session:
        found = next((one for one in contests.known_entries(session, contest_id) if one.id == entry), None)
        call = material_calls(session, contest_id).get(found.component) if found else None
        if found is None or call is None:
            raise NotFound
        around = frame(request, session, who)
        context = {
            "frame": around,
            "entry": found,
            "unit": next(one for one in contests.units(session, contest_id) if one.id == found.unit_id),
            "papers": papers(session, contest_id, entry).get(entry, ()),
            "call": call,
            "late": now() > call.due_at,
            "root": f"/c/{contest_id}/material/{entry}",
            "clock": lambda at: local(at, around.contest.time_zone),
            "size_of": size_of,
        }
        return render(request, "material/entry.html", context, headers=_WITH_VIDEO)


@router.get("/{entry}/{number}/{version}")
def show_paper(request: Request, contest_id: str, entry: str, number: Number, version: Number) -> Response:
    """Any version, also one that was replaced."""
    member(request, contest_id, ORGANISER)
    with database_of(request).read() as session:
        row = session.get(MaterialFile, (contest_id, entry, number, version))
        if row is None:
            raise NotFound
        return paper_answer(request, session, row)


_WITH_VIDEO = {**PRIVATE, "Content-Security-Policy": WITH_VIDEO}


def _in_its_place(request: Request, contest_id: str, form: Posted) -> Hander:
    """The organiser for the unit, with a reason: asked for before the first byte. Raises ReasonMissing."""
    who = member(request, contest_id, ORGANISER)
    return Hander(contest_id, person=who.id, reason=reason_in(form.get("reason", "")))


@router.post("/{entry}/uploads")
def begin(
    request: Request, contest_id: str, entry: str, form: Posted, size: Size = 0,
    number: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:  # fmt: skip
    who = _in_its_place(request, contest_id, form)
    file = uploading.Announced(form.get("name", ""), size, form.get("modified", ""), number)
    return uploading.begin(request, who, entry, file)


@router.patch("/{entry}/uploads/{key}")
async def append(request: Request, contest_id: str, entry: str, key: str) -> Response:
    who = await uploading.in_turn(lambda: member(request, contest_id, ORGANISER))
    return await uploading.append(request, Hander(contest_id, person=who.id), entry, key)


@router.post("/{entry}/papers")
def finish(
    request: Request, contest_id: str, entry: str, form: Posted, size: Size = 0,
    number: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:  # fmt: skip
    who = _in_its_place(request, contest_id, form)
    file = uploading.Announced(form.get("name", ""), size, number=number)
    return uploading.finish(request, who, entry, form.get("key", ""), file)


@router.post("/{entry}/{number}/taking-back")
def take_paper_back(request: Request, contest_id: str, entry: str, number: Number, form: Posted) -> Response:
    who = _in_its_place(request, contest_id, form)
    database_of(request).write(lambda s: take_back(s, who, entry_id=entry, number=number))
    return RedirectResponse(f"/c/{contest_id}/material/{entry}", 303)


def _done(request: Request, who: Member, deed: Deed[object], form: Mapping[str, str]) -> Response:
    """Back to the page; what could not be done is told there, with what was typed."""
    try:
        database_of(request).write(deed)
    except (AppError, Refused) as trouble:
        faults = trouble.faults if isinstance(trouble, Refused) else (trouble.fault,)
        status = 409 if isinstance(trouble, Refused) else trouble.status
        return _page(request, who, part=form.get("part", ""), faults=faults, written=form, status=status)
    return RedirectResponse(f"/c/{who.contest_id}/material?{urlencode({'part': form.get('part', '')})}", 303)


def _page(
    request: Request, who: Member, *, part: str, page: int = 1, faults: tuple[Fault, ...] = (),
    written: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    with database_of(request).read() as session:
        shown = overview(session, who.contest_id, language_of(request), part=part, page=page)
        around = frame(request, session, who)
        context = {
            "frame": around,
            "shown": shown,
            "faults": faults,
            "written": written or {},
            "over": bool(shown.call and now() > shown.call.due_at),
            "due_at": typed_of(shown.call.due_at, around.contest) if shown.call else "",
            "clock": lambda at: local(at, around.contest.time_zone),
        }
        return render(request, "material/overview.html", context, status=status, headers=PRIVATE)
