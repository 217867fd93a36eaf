"""The first page, a new contest, and the contest's desk: overview, people, roster, attendance."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of, signed_in, somebody
from app.accounts.service import first_password, hash_password, is_empty
from app.clock import local
from app.contests import import_page, overview, page, queries, schemes, service
from app.contests.access import Member, NotForYou, member
from app.contests.columns import sheets_for
from app.contests.draft import read_draft
from app.contests.intake import opened, read_roster
from app.contests.live import live, unchanged
from app.contests.models import ROLES
from app.contests.schemas import Posted, ticks_of
from app.contests.steps import days_of
from app.contests.template import MEDIA_TYPE, template, title
from app.contests.uses import has_begun
from app.errors import AppError, NotFound
from app.pages import language_of, render, settings_of
from scoring.faults import Fault, Refused

router = APIRouter()

PRIVATE = {"Cache-Control": "no-store"}

Short = Annotated[str, Form(max_length=120)]
Id = Annotated[str, Form(max_length=64)]
Reason = Annotated[str, Form(max_length=200)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]  # of a row; PostgreSQL and the log hold no larger ones


def _shown(
    request: Request,
    session: Session,
    who: Member,
    template_name: str,
    context: Mapping[str, object],
    status: int = 200,
) -> HTMLResponse:
    """A page of the desk with its frame. Nobody's cache keeps it: it holds names."""
    around = page.frame(request, session, who)
    language = language_of(request)
    return render(
        request, f"contests/{template_name}.html",
        {"frame": around, "roles": page.role_names(language), **context}, status=status, headers=PRIVATE,
    )  # fmt: skip


def _read(content: UploadFile | None) -> bytes:
    return content.file.read() if content else b""


# --- the first page and a new contest


@router.get("/")
def home(request: Request) -> HTMLResponse:
    person, language = signed_in(request), language_of(request)
    with database_of(request).read() as session:
        mine = queries.contests_of(session, person.id) if person else []
        context = {
            "person": person,
            "contests": [
                (one, page.form_name(one.form, language), local(one.made_at, one.time_zone)[:5]) for one in mine
            ],
            "may_create": person is None or queries.may_create(session, person.id),
            "empty": is_empty(session),
        }
    return render(request, "home.html", context, headers=PRIVATE if person else None)


@router.get("/contests/new")
def new_contest(request: Request, form: Annotated[str, Query(max_length=8)] = "tour") -> Response:
    with database_of(request).read() as session:
        if is_empty(session):
            return RedirectResponse(f"/first-organiser?onward=/contests/new?form={_form(form)}", 303)
        _creator(request, session)
    return _new_contest(request, _form(form))


@router.post("/contests")
def create_contest(
    request: Request, form: Short = "tour", name: Short = "", scheme: Short = "", own: UploadFile | None = None
) -> Response:
    database = database_of(request)
    with database.read() as session:
        person = _creator(request, session)
    try:
        rule = schemes.chosen(scheme, _read(own)[: schemes.MOST_SCHEME_BYTES])
        rehearsal = settings_of(request).simulated
        made = database.write(lambda s: service.create_contest(s, person, name=name, rule=rule, simulated=rehearsal))
    except (AppError, Refused) as trouble:
        faults = trouble.faults if isinstance(trouble, Refused) else (trouble.fault,)
        return _new_contest(request, _form(form), name=name, scheme=scheme, faults=faults)
    return RedirectResponse(f"/c/{made}", 303)


def _creator(request: Request, session: Session) -> str:
    person = somebody(request)
    if not queries.may_create(session, person.id):
        raise NotForYou
    return person.id


def _form(form: str) -> str:
    return form if form in schemes.FORMS else "tour"


def _new_contest(
    request: Request, form: str, *, name: str = "", scheme: str = "", faults: tuple[Fault, ...] = ()
) -> HTMLResponse:
    language = language_of(request)
    say = schemes.word
    rules = [(one.id, say(one.name, language), say(one.summary, language)) for one in schemes.of_form(form)]
    person = signed_in(request)
    with database_of(request).read() as session:
        organised = queries.organised_by(session, person.id) if person else set()
        mine = queries.contests_of(session, person.id) if person else []
    context = {
        "person": person, "earlier": [one for one in mine if one.id in organised and one.form == form],
        "form": form, "form_name": page.form_name(form, language), "rules": rules, "name": name,
        "chosen": scheme or rules[0][0], "faults": faults,
    }  # fmt: skip
    return render(request, "contests/new.html", context, status=422 if faults else 200, headers=PRIVATE)


# --- the desk


@router.get("/c/{contest_id}")
def desk(request: Request, contest_id: str) -> Response:
    who = member(request, contest_id, ROLES)
    with database_of(request).read() as session:
        around = page.frame(request, session, who)
        days, language = days_of(session, contest_id), language_of(request)
        ahead = request.app.state.look_ahead(session, contest_id, language)
        # What lies ahead is in the tag too: it tells of phones that have fallen silent, and no act says so.
        state = live(request, session, around, days, sorted(ahead.done), sorted(ahead.begun), ahead.next, ahead.told)
        if same := unchanged(request, state):
            return same
        context = {"desk": overview.desk(session, around, language, days, ahead), "live": state}
        answer = _shown(request, session, who, "desk", context)
        answer.headers["ETag"] = state.tag
        return answer


# --- people


@router.get("/c/{contest_id}/people")
def people(request: Request, contest_id: str) -> HTMLResponse:
    return _people(request, member(request, contest_id, {"organiser"}))


@router.post("/c/{contest_id}/people")
def add_member(request: Request, contest_id: str, login: Short = "", name: Short = "", role: Id = "") -> HTMLResponse:
    who = member(request, contest_id, {"organiser"})
    password = first_password()
    kept = hash_password(password)
    facts = {"login": login[:60], "name": name[:80], "role": role}
    try:
        new = database_of(request).write(
            lambda s: service.add_member(s, who.id, contest_id=contest_id, password_hash=kept, **facts)
        )
    except AppError as trouble:
        return _people(request, who, written=facts, trouble=trouble)
    # Shown in the answer itself and nowhere else: not in the address, not in a cookie, not in a log.
    return _people(request, who, added=(login.strip(), password if new else ""))


@router.post("/c/{contest_id}/people/{person_id}/{role}/ending")
def end_membership(request: Request, contest_id: str, person_id: str, role: str) -> Response:
    who = member(request, contest_id, {"organiser"})
    facts = {"contest_id": contest_id, "person_id": person_id, "role": role}
    try:
        database_of(request).write(lambda s: service.end_membership(s, who.id, **facts))
    except AppError as trouble:
        return _people(request, who, trouble=trouble)
    return RedirectResponse(f"/c/{contest_id}/people", 303)


@router.post("/c/{contest_id}/people/{person_id}/password")
def renew_password(request: Request, contest_id: str, person_id: str) -> HTMLResponse:
    who = member(request, contest_id, {"organiser"})
    password = first_password()
    facts = {"contest_id": contest_id, "person_id": person_id, "password_hash": hash_password(password)}
    try:
        login = database_of(request).write(lambda s: service.renew_password(s, who.id, **facts))
    except AppError as trouble:
        return _people(request, who, trouble=trouble)
    return _people(request, who, added=(login, password))


def _people(
    request: Request,
    who: Member,
    *,
    written: Mapping[str, str] | None = None,
    added: tuple[str, str] | None = None,
    trouble: AppError | None = None,
) -> HTMLResponse:
    with database_of(request).read() as session:
        context = {
            "people": queries.people(session, who.contest_id), "hints": page.role_hints(language_of(request)),
            "written": written or {"login": "", "name": "", "role": "steward"}, "added": added,
            "trouble": trouble.fault if trouble else None,
        }  # fmt: skip
        return _shown(request, session, who, "people", context, trouble.status if trouble else 200)


# --- the roster


@router.get("/c/{contest_id}/import")
def import_form(request: Request, contest_id: str) -> HTMLResponse:
    return _import(request, member(request, contest_id, {"organiser"}))


@router.get("/c/{contest_id}/import/template.xlsx")
def import_template(request: Request, contest_id: str) -> Response:
    member(request, contest_id, {"organiser"})
    with database_of(request).read() as session:
        content = template(queries.scheme(session, contest_id), language_of(request))
    return _workbook(content)


@router.get("/c/{contest_id}/import/roster.xlsx")
def roster_workbook(request: Request, contest_id: str) -> Response:
    """The same workbook with the roster in it as it stands, to be changed and uploaded again."""
    member(request, contest_id, {"organiser"})
    with database_of(request).read() as session:
        there = queries.imported(session, contest_id)
        content = template(queries.scheme(session, contest_id), language_of(request), there)
    return _workbook(content)


def _workbook(content: bytes) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="roster.xlsx"', **PRIVATE}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@router.post("/c/{contest_id}/import")
def draft_import(request: Request, contest_id: str, workbook: UploadFile | None = None) -> Response:
    """Read the workbook: everything that is wrong with it, or a draft to look at. Nothing of it is applied."""
    who, database = member(request, contest_id, {"organiser"}), database_of(request)
    content = _read(workbook)
    try:
        sheets = opened(content, settings_of(request))
        with database.read() as session:
            reading = read_roster(queries.scheme(session, contest_id), sheets)
            faults = reading.faults or import_page.objections(session, contest_id, reading.draft)
        if faults:
            return _import(request, who, faults=faults, notes=reading.notes, status=422)
        rev = database.write(lambda s: service.draft_import(s, who.id, contest_id=contest_id, draft=reading.draft))
    except AppError as trouble:
        answer = _import(request, who, faults=(trouble.fault,), status=trouble.status)
        answer.headers.update(trouble.headers)
        return answer
    return RedirectResponse(f"/c/{contest_id}/import/{rev}", 303)


@router.get("/c/{contest_id}/import/{rev}")
def import_preview(request: Request, contest_id: str, rev: Number) -> HTMLResponse:
    who = member(request, contest_id, {"organiser"})
    with database_of(request).read() as session:
        kept = queries.draft(session, contest_id, rev)
        if kept is None:
            raise service.NoDraft
        shown = import_page.preview(session, contest_id, read_draft(kept.body), language_of(request))
        return _shown(request, session, who, "import_preview", {"rev": rev, "shown": shown})


@router.post("/c/{contest_id}/import/{rev}/application")
def apply_import(request: Request, contest_id: str, rev: Number) -> Response:
    who = member(request, contest_id, {"organiser"})
    facts = {"contest_id": contest_id, "joined": language_of(request).gettext("joined later")}
    try:
        database_of(request).write(lambda s: service.apply_import(s, who.id, rev=rev, **facts))
    except Refused as refused:
        return _import(request, who, faults=refused.faults, status=409)
    return RedirectResponse(f"/c/{contest_id}", 303)


def _import(
    request: Request, who: Member, *, faults: tuple[Fault, ...] = (), notes: tuple[Fault, ...] = (), status: int = 200
) -> HTMLResponse:
    with database_of(request).read() as session:
        context = {
            "faults": import_page.by_sheet(faults), "count": len(faults), "notes": notes,
            "sheets": import_page.shown_draft(
                queries.scheme(session, who.contest_id), queries.imported(session, who.contest_id), language_of(request)
            ),
            "begun": has_begun(session, who.contest_id),
            "one_by_one": [
                (form.key, title(form, language_of(request)))
                for form in sheets_for(queries.scheme(session, who.contest_id))
            ],
        }  # fmt: skip
        return _shown(request, session, who, "import", context, status)


# --- attendance

DayQuery = Annotated[str, Query(max_length=32)]
BusQuery = Annotated[str | None, Query(max_length=40)]


@router.get("/c/{contest_id}/attendance")
def attendance(request: Request, contest_id: str, day: DayQuery = "", bus: BusQuery = None) -> HTMLResponse:
    who = member(request, contest_id, {"organiser", "staff"})
    with database_of(request).read() as session:
        days = queries.days(session, contest_id)
        if day and day not in days:
            raise NotFound
        shown = page.attendance(session, queries.contest(session, contest_id), day or days[0], bus=bus)
        return _shown(request, session, who, "attendance", {"shown": shown, "trouble": None})


@router.post("/c/{contest_id}/attendance")
def record_attendance(
    request: Request, contest_id: str, form: Posted, day: DayQuery = "", bus: BusQuery = None
) -> Response:
    who, ticks, database = member(request, contest_id, {"organiser", "staff"}), ticks_of(form), database_of(request)
    shown_to = form.get("seen", "")[:18]
    seen = int(shown_to) if shown_to.isdecimal() else None
    whose = {"contest_id": contest_id, "day": day}
    try:
        database.write(lambda s: service.record_attendance(s, who.id, **whose, ticks=ticks, seen=seen))
    except AppError as trouble:
        if isinstance(trouble, service.TickedMeanwhile):  # of these the page shows what the other put down
            ticks = {judge: tick for judge, tick in ticks.items() if judge not in trouble.judges}
        with database.read() as session:
            shown = page.attendance(session, queries.contest(session, contest_id), day, ticks, bus=bus)
            context = {"shown": shown, "trouble": trouble.fault}
            return _shown(request, session, who, "attendance", context, trouble.status)
    return RedirectResponse(request.url.path + (f"?{request.url.query}" if request.url.query else ""), 303)
