"""``/c/{contest}/rounds``: open a round, decide at its cut, put forward and confirm who goes on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.access import database_of
from app.anchoring import write_officially
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.schemes import word
from app.errors import AppError, Unreadable
from app.judging.decisions import Unfit, Wanted
from app.judging.proposals import open_proposals
from app.pages import language_of, render, wants_json
from app.results.decision_forms import Deed, Posted, posted
from app.results.naming import called
from app.results.notices import publish_list
from app.results.queries import OPENERS
from app.results.round_page import rounds_page
from app.results.rounds import (
    confirm_list,
    let_on,
    open_round,
    order_at_cut,
    put_list_forward,
    settle_in_round,
    withdraw_unit,
)
from app.results.service import log_look
from scoring.decisions import RENORMALISE
from scoring.roster import DecisionKind

router = APIRouter(prefix="/c/{contest_id}/rounds")

ORGANISER = frozenset({"organiser"})
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
_NOTHING = Posted({})


@router.get("")
def show_rounds(request: Request, contest_id: str) -> Response:
    return _page(request, member(request, contest_id, OPENERS))


@router.post("/{round_id}/opening")
def open_half(request: Request, contest_id: str, round_id: str, role: Annotated[str, Form()] = "") -> Response:
    who = member(request, contest_id, OPENERS)
    return _done(request, who, lambda session: open_round(session, who, round_id=round_id, role=role))


@router.post("/{round_id}/decisions/{section}")
def record_decision(
    request: Request, contest_id: str, round_id: str, section: str, form: Annotated[Posted, Depends(posted)]
) -> Response:
    who = member(request, contest_id, ORGANISER)
    return _done(request, who, _deed_of(section, who, round_id, form), form)


@router.post("/{round_id}/lists")
def put_forward(request: Request, contest_id: str, round_id: str, form: Annotated[Posted, Depends(posted)]) -> Response:
    who, facts = member(request, contest_id, ORGANISER), _why(form)
    seen = form.all("unit")
    return _done(request, who, lambda s: put_list_forward(s, who, round_id=round_id, seen=seen, **facts), form)


@router.post("/{round_id}/lists/{version}/confirmation")
def confirm(request: Request, contest_id: str, round_id: str, version: Version) -> Response:
    who = member(request, contest_id, OPENERS)
    with database_of(request).read() as session:
        parts = contests.scheme(session, contest_id).components
    names = {part.id: word(part.name, language_of(request)) for part in parts}
    return _done(request, who, lambda s: confirm_list(s, who, round_id=round_id, version=version, names=names))


@router.post("/{round_id}/lists/{version}/notice")
def give_notice(
    request: Request, contest_id: str, round_id: str, version: Version, form: Annotated[Posted, Depends(posted)]
) -> Response:
    who, reserves = member(request, contest_id, ORGANISER), form.one("reserves") == "yes"
    return _done(request, who, lambda s: publish_list(s, who, round_id=round_id, version=version, reserves=reserves))


def _deed_of(section: str, who: Member, round_id: str, form: Posted) -> Deed:
    """The deed that a form asks for. Raises Unreadable where there is no such form."""
    facts, units = _why(form), form.all("unit")
    match section:
        case "cut":
            given = form.of("place.")
            places = {unit: given.get(unit, "") for unit in units}
            return lambda session: order_at_cut(session, who, round_id=round_id, places=places, **facts)
        case "advance":
            return lambda session: let_on(session, who, round_id=round_id, units=units, **facts)
        case "few":
            return _settling(who, round_id, [Wanted("accept", entry) for entry in form.all("subject")], facts)
        case "uneven":
            return _settling(who, round_id, [Wanted("uneven", part) for part in form.all("subject")], facts)
        case "classes" | "priors":
            kind: DecisionKind = "class" if section == "classes" else "prior"
            value = form.one("value") or RENORMALISE
            parts = (subject.partition("/") for subject in form.all("subject"))
            return _settling(who, round_id, [Wanted(kind, one, rule, value) for one, _, rule in parts], facts)
        case "withdrawal":
            first = form.one("from") or round_id
            return lambda session: withdraw_unit(session, who, round_id=first, units=units, **facts)
        case _:
            raise Unreadable


def _settling(who: Member, round_id: str, wanted: list[Wanted], facts: dict[str, str]) -> Deed:
    return lambda session: settle_in_round(session, who, round_id=round_id, wanted=wanted, **facts)


def _why(form: Posted) -> dict[str, str]:
    return {"reason": form.one("reason"), "document": form.one("document")}


def _done(request: Request, who: Member, deed: Deed, form: Posted = _NOTHING) -> Response:
    """Back to the page; what could not be done is told there, with the reason as it was typed."""
    try:
        write_officially(database_of(request), who.contest_id, deed)
    except AppError as trouble:
        if wants_json(request):
            raise
        return _page(request, who, trouble=trouble, form=form)
    return RedirectResponse(f"/c/{who.contest_id}/rounds", 303)


def _page(request: Request, who: Member, *, trouble: AppError | None = None, form: Posted = _NOTHING) -> Response:
    database, language = database_of(request), language_of(request)
    with database.read() as session:
        page = rounds_page(session, who, language)
        told = [language.sentence(trouble.fault)] if trouble else []
        if isinstance(trouble, Unfit):
            scheme, roster = contests.scheme(session, who.contest_id), contests.roster(session, who.contest_id)
            told += [language.sentence(called(fault, scheme, roster, language)) for fault in trouble.faults]
        context = {"frame": frame(request, session, who), "page": page, "trouble": told, "written": _why(form)}
        context["proposals"] = len(open_proposals(session, who.contest_id))
    if page.looked:
        database.write(lambda session: log_look(session, who, what="rounds"))
    status = trouble.status if trouble else 200
    return render(request, "results/rounds.html", context, status=status, headers={"Cache-Control": "no-store"})
