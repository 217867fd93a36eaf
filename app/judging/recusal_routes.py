"""``/c/{contest}/recusals``: who does not mark what and why, and what judges ask for on their phones."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.service import add_recusal, lift_recusal
from app.errors import AppError
from app.jobs import Deed
from app.judging.recusal_page import recusals
from app.judging.recusals import confirm_request, decline_request
from app.pages import render

router = APIRouter(prefix="/c/{contest_id}/recusals")

ORGANISER = frozenset({"organiser"})
READERS = frozenset({"organiser", "steward"})
Id = Annotated[str, Form(max_length=64)]
Reason = Annotated[str, Form(max_length=200)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]  # of a row; PostgreSQL and the log hold no larger ones


@router.get("")
def show_recusals(request: Request, contest_id: str) -> Response:
    return _page(request, member(request, contest_id, READERS))


@router.post("")
def add(request: Request, contest_id: str, judge: Id = "", subject: Id = "", reason: Reason = "") -> Response:
    who = member(request, contest_id, ORGANISER)
    kind, _, subject_id = subject.partition(".")
    unit, entry = (subject_id, "") if kind == "unit" else ("", subject_id)
    facts = {"contest_id": contest_id, "judge_id": judge, "unit_id": unit, "entry_id": entry, "reason": reason}
    written = {"judge": judge, "subject": subject, "reason": reason}
    return _done(request, who, lambda s: add_recusal(s, who.id, **facts), written)


@router.post("/{rev}/{number}/lifting")
def lift(request: Request, contest_id: str, rev: Number, number: Number, reason: Reason = "") -> Response:
    who = member(request, contest_id, ORGANISER)
    facts = {"rev": rev, "number": number, "reason": reason}
    return _done(request, who, lambda s: lift_recusal(s, who.id, contest_id=contest_id, **facts))  # type: ignore[arg-type]


@router.post("/asked/{revision}/confirmation")
def confirm(request: Request, contest_id: str, revision: str) -> Response:
    who = member(request, contest_id, ORGANISER)
    return _done(request, who, lambda s: confirm_request(s, who.id, contest_id=contest_id, revision_id=revision))


@router.post("/asked/{revision}/declining")
def decline(request: Request, contest_id: str, revision: str, reason: Reason = "") -> Response:
    who = member(request, contest_id, ORGANISER)
    facts = {"contest_id": contest_id, "revision_id": revision, "reason": reason}
    return _done(request, who, lambda s: decline_request(s, who.id, **facts))


def _done(request: Request, who: Member, deed: Deed[object], written: Mapping[str, str] | None = None) -> Response:
    try:
        database_of(request).write(deed)
    except AppError as trouble:
        return _page(request, who, written, trouble)
    return RedirectResponse(f"/c/{who.contest_id}/recusals", 303)


def _page(
    request: Request, who: Member, written: Mapping[str, str] | None = None, trouble: AppError | None = None
) -> Response:
    with database_of(request).read() as session:
        context = {
            "frame": frame(request, session, who),
            "shown": recusals(session, contests.contest(session, who.contest_id)),
            "written": written or {"judge": "", "subject": "", "reason": ""},
            "trouble": trouble.fault if trouble else None, "may_change": "organiser" in who.roles,
        }  # fmt: skip
    status = trouble.status if trouble else 200
    return render(request, "judging/recusals.html", context, status=status, headers={"Cache-Control": "no-store"})
