"""``/c/{contest}/publication``: seal, counter-sign, approve, publish, step by step, and what the public will see."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.anchoring import write_officially
from app.contests.access import Member, member
from app.contests.page import frame
from app.errors import AppError
from app.jobs import Deed
from app.pages import language_of, render
from app.publishing import queries, service
from app.publishing.levels import LEVELS
from app.publishing.models import Approval
from app.publishing.page import level_name, publishing
from app.publishing.public_page import context, moment
from app.publishing.schemas import ApprovalForm
from app.results.service import log_look

router = APIRouter(prefix="/c/{contest_id}/publication")

READERS = frozenset({"organiser", "steward", "checker"})
PRIVATE = {"Cache-Control": "no-store"}
_TYPED = ("reason", "level", *ApprovalForm.model_fields)

Version = Annotated[int, Path(ge=1, le=9999)]
Words = Annotated[str, Form(max_length=500)]
Level = Annotated[str, Form(max_length=8)]


@router.get("")
def publication(request: Request, contest_id: str) -> HTMLResponse:
    return _page(request, member(request, contest_id, READERS))


@router.post("/seals")
def seal(request: Request, contest_id: str, reason: Words = "", after: Annotated[int, Form()] = 0) -> Response:
    who = member(request, contest_id, service.SEALERS)
    facts = {"contest_id": contest_id, "reason": reason}
    return _done(request, who, lambda s: service.seal(s, who, after=after, **facts), {"reason": reason})


@router.post("/{version}/counter-signature")
def counter_sign(request: Request, contest_id: str, version: Version) -> Response:
    who = member(request, contest_id, service.COUNTER_SIGNERS)
    return _done(request, who, lambda s: service.counter_sign(s, who, contest_id=contest_id, version=version))


@router.post("/{version}/approval")
def approve(request: Request, contest_id: str, version: Version, form: Annotated[ApprovalForm, Form()]) -> Response:
    who = member(request, contest_id, service.SEALERS)
    facts = form.model_dump()
    return _done(
        request, who, lambda s: service.approve(s, who, contest_id=contest_id, version=version, **facts), facts
    )


@router.post("/{version}/release")
def publish(request: Request, contest_id: str, version: Version, level: Level = "") -> Response:
    who = member(request, contest_id, service.SEALERS)
    facts = {"contest_id": contest_id, "level": level}
    return _done(request, who, lambda s: service.publish(s, who, version=version, **facts), {"level": level})


def _done(request: Request, who: Member, deed: Deed[object], written: dict[str, str] | None = None) -> Response:
    """An official act, and back to the page. Where it is refused the page says why, and nothing written is lost."""
    try:
        write_officially(database_of(request), who.contest_id, deed)
    except AppError as trouble:
        return _page(request, who, written, trouble)
    return RedirectResponse(f"/c/{who.contest_id}/publication", 303)


@router.get("/{version}")
def preview(
    request: Request, contest_id: str, version: Version, level: Annotated[str, Query(max_length=8)] = "ranks"
) -> HTMLResponse:
    """Exactly what the public reads at a level: the same document on the same page, with a line above that says so."""
    who, database = member(request, contest_id, READERS), database_of(request)
    level = level if level in LEVELS else "ranks"
    with database.read() as session:
        row = queries.seal(session, contest_id, version)
        approval = session.get(Approval, (contest_id, version))
        told = service.public_document(session, row, level, approval)
    database.write(lambda session: log_look(session, who, what="publication"))
    return render(request, "publishing/public.html", context(request, told, preview=level), headers=PRIVATE)


def _page(
    request: Request, who: Member, written: dict[str, str] | None = None, trouble: AppError | None = None
) -> HTMLResponse:
    language = language_of(request)
    with database_of(request).read() as session:
        around = frame(request, session, who)
        shown = publishing(session, around, language)
    told: dict[str, object] = {
        "frame": around, "shown": shown, "written": dict.fromkeys(_TYPED, "") | (written or {}),
        "trouble": trouble.fault if trouble else None,
        "clock": partial(moment, zone=around.contest.time_zone), "level_name": partial(level_name, known=shown.levels),
    }  # fmt: skip
    return render(
        request, "publishing/publication.html", told, status=trouble.status if trouble else 200, headers=PRIVATE
    )
