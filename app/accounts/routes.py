"""Signing in and out, the first organiser of an empty installation, one's own password."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts import service
from app.accounts.access import COOKIE, database_of, signed_in, somebody
from app.accounts.page import KNOWN, PRIVATE, address_of, attempts_of, sign_in_page, with_cookie, within
from app.errors import AppError
from app.pages import render, settings_of

router = APIRouter()

Word = Annotated[str, Form(max_length=200)]
Onward = Annotated[str, Form(max_length=400)]
Login = Annotated[str, Form(max_length=60)]
Name = Annotated[str, Form(max_length=80)]


@router.get("/sign-in")
def sign_in_form(request: Request, onward: Annotated[str, Query(max_length=400)] = "/") -> Response:
    if signed_in(request):
        return RedirectResponse(within(onward), 303)
    return sign_in_page(request, onward=onward)


@router.post("/sign-in")
def sign_in(request: Request, login: Login = "", password: Word = "", onward: Onward = "/") -> Response:
    database, hours = database_of(request), settings_of(request).session_hours
    login = login.strip()
    try:
        with database.read() as session:
            known = service.known_as(session, login, request.cookies.get(KNOWN, ""))
            with attempts_of(request).counted(login, address_of(request), known=known):
                person = service.check_password(session, login, password)
    except AppError as trouble:
        return sign_in_page(request, onward=onward, login=login, trouble=trouble)
    return with_cookie(request, database.write(lambda s: service.sign_in(s, person, hours=hours)), onward)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    token = request.cookies.get(COOKIE, "")
    database_of(request).write(lambda session: service.sign_out(session, token))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/first-organiser")
def first_organiser_form(request: Request, onward: Annotated[str, Query(max_length=400)] = "/") -> Response:
    with database_of(request).read() as session:
        if not service.is_empty(session):
            return RedirectResponse(within(onward), 303)
    return _first_organiser(request, onward=onward)


@router.post("/first-organiser")
def make_first_organiser(
    request: Request, login: Login = "", name: Name = "", password: Word = "", onward: Onward = "/"
) -> Response:
    database, hours = database_of(request), settings_of(request).session_hours
    try:
        with database.read() as session:
            if not service.is_empty(session):
                raise service.NotEmpty
        kept = service.hash_password(password)
        made = database.write(lambda s: service.add_first_person(s, login=login, name=name, password_hash=kept))
    except AppError as trouble:
        return _first_organiser(request, onward=onward, login=login, name=name, trouble=trouble)
    return with_cookie(request, database.write(lambda s: service.sign_in(s, made, hours=hours)), onward)


def _first_organiser(
    request: Request, *, onward: str, login: str = "", name: str = "", trouble: AppError | None = None
) -> HTMLResponse:
    context = {
        "onward": within(onward), "login": login, "name": name,
        "trouble": trouble.fault if trouble else None, "least": service.SHORTEST_PASSWORD,
    }  # fmt: skip
    status = trouble.status if trouble else 200
    return render(request, "accounts/first_organiser.html", context, status=status, headers=PRIVATE)


@router.get("/password")
def password_form(request: Request) -> Response:
    context = {"person": somebody(request), "trouble": None, "least": service.SHORTEST_PASSWORD}
    return render(request, "accounts/password.html", context, headers=PRIVATE)


@router.post("/password")
def change_password(request: Request, old: Word = "", new: Word = "") -> Response:
    database, hours, actor = database_of(request), settings_of(request).session_hours, somebody(request)
    try:
        counted = attempts_of(request).counted(actor.id, address_of(request), known=actor.id)
        with counted, database.read() as session:
            service.check_own_password(session, actor.id, old)
        kept = service.hash_password(new)
    except AppError as trouble:
        context = {"person": actor, "trouble": trouble.fault, "least": service.SHORTEST_PASSWORD}
        headers = {**PRIVATE, **trouble.headers}
        return render(request, "accounts/password.html", context, status=trouble.status, headers=headers)
    database.write(lambda s: service.change_password(s, actor.id, person_id=actor.id, password_hash=kept))
    return with_cookie(request, database.write(lambda s: service.sign_in(s, actor.id, hours=hours)), "/")
