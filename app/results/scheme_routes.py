"""``/c/{contest}/scheme``: the scoring rules, signed by two people before the first mark, and their later versions."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.clock import local
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.rules import standing, versions
from app.contests.schemes import MOST_SCHEME_BYTES, chosen
from app.contests.signing import propose_rules, sign_rules, write_scheme
from app.errors import AppError, NotFound
from app.jobs import Deed
from app.pages import language_of, render
from app.results.naming import called
from app.results.queries import OPENERS
from app.results.scheme_page import rules_page
from app.results.service import log_look
from scoring.faults import Fault, Refused

router = APIRouter(prefix="/c/{contest_id}/scheme")

PRIVATE = {"Cache-Control": "no-store"}
ORGANISER = frozenset({"organiser"})

Number = Annotated[int, Path(ge=1, le=9999)]
Reason = Annotated[str, Form(max_length=500)]


@router.get("")
def scheme(request: Request, contest_id: str) -> HTMLResponse:
    return _page(request, member(request, contest_id, OPENERS))


@router.get("/scheme.toml")
def scheme_file(request: Request, contest_id: str, version: Annotated[int, Query(ge=0, le=9999)] = 0) -> Response:
    """The rules as a file: the version of that number, or what is in force or drafted now."""
    member(request, contest_id, OPENERS)
    with database_of(request).read() as session:
        texts = {one.number: one.text for one in versions(session, contest_id)}
        text = texts.get(version) if version else contests.contest(session, contest_id).scheme
    if text is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="scheme.toml"', **PRIVATE}
    return Response(text, media_type="application/toml; charset=utf-8", headers=headers)


@router.post("/draft")
def write_draft(request: Request, contest_id: str, own: UploadFile | None = None) -> Response:
    """Another file in the place of the draft, as long as nothing is signed."""
    who, content = member(request, contest_id, ORGANISER), _read(own)

    def deed(session: Session) -> None:
        write_scheme(session, who.id, contest_id=contest_id, rule=chosen("", content))

    return _done(request, who, deed)


@router.post("/versions")
def propose(request: Request, contest_id: str, reason: Reason = "", own: UploadFile | None = None) -> Response:
    """Put the draft forward to be signed; once something is signed, a changed file with its reason."""
    who, content = member(request, contest_id, ORGANISER), _read(own)

    def deed(session: Session) -> None:
        rule = chosen("", content) if standing(session, contest_id) else None
        propose_rules(session, who.id, contest_id=contest_id, rule=rule, reason=reason)

    return _done(request, who, deed, {"reason": reason})


@router.post("/versions/{version}/signature")
def sign(request: Request, contest_id: str, version: Number) -> Response:
    who = member(request, contest_id, OPENERS)
    return _done(request, who, lambda s: sign_rules(s, who.id, contest_id=contest_id, version=version))


def _read(content: UploadFile | None) -> bytes:
    return content.file.read()[:MOST_SCHEME_BYTES] if content else b""


def _done(request: Request, who: Member, deed: Deed[object], written: Mapping[str, str] | None = None) -> Response:
    try:
        database_of(request).write(deed)
    except AppError as trouble:
        return _page(request, who, (trouble.fault,), trouble.status, written)
    except Refused as refused:
        return _page(request, who, refused.faults, 422, written)
    return RedirectResponse(f"/c/{who.contest_id}/scheme", 303)


def _page(
    request: Request, who: Member, faults: tuple[Fault, ...] = (), status: int = 200,
    written: Mapping[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    database, language = database_of(request), language_of(request)
    with database.read() as session:
        around = frame(request, session, who)
        shown = rules_page(session, who, language)
        rule, roster = contests.scheme(session, who.contest_id), contests.roster(session, who.contest_id)
        context = {
            "frame": around, "shown": shown, "faults": [called(fault, rule, roster, language) for fault in faults],
            "clock": lambda at: local(at, around.contest.time_zone), "written": written or {"reason": ""},
        }  # fmt: skip
    if shown.preview and shown.preview.moved:
        database.write(lambda session: log_look(session, who, what="scheme"))
    return render(request, "results/scheme.html", context, status=status, headers=PRIVATE)
