"""``/c/{contest}/console``: the stage, step by step; ``/order``: who appears when.

The console itself shows no mark. Those of one entrant stand on a page of their own, once he is collected, for whoever
checks and confirms them; every look is logged.
"""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.access import database_of
from app.anchoring import write_officially
from app.clock import clock_time
from app.contests.access import Member, member
from app.contests.live import live, unchanged
from app.contests.models import ROLES
from app.contests.page import frame
from app.errors import AppError
from app.jobs import Deed
from app.judging.queries import doubtful
from app.pages import language_of, render
from app.publishing import release
from app.publishing.console_page import CHECKERS, OPERATORS, STATES, console, entrants, state_names
from app.publishing.host_page import host
from app.publishing.order_page import order_page, read_order
from app.publishing.spoken import slip
from app.results.service import log_look
from app.stage import service as deeds
from app.stage.clock import deduct_overtime

router = APIRouter(prefix="/c/{contest}")

WATCH = frozenset(ROLES) - {"tallier"}
HOST = frozenset({"organiser", "staff"})
PRIVATE = {"Cache-Control": "no-store"}
Words = Annotated[str, Form(max_length=500)]


@router.get("/console")
def console_page(request: Request, contest: str) -> Response:
    return _console(request, member(request, contest, WATCH))


def _console(request: Request, who: Member, trouble: AppError | None = None) -> Response:
    language, contest_id = language_of(request), who.contest_id
    with database_of(request).read() as session:
        around = frame(request, session, who)
        shown = live(request, session, around, doubtful(session, contest_id))
        if not trouble and (same := unchanged(request, shown)):
            return same
        context = {
            "frame": around, "live": shown, "console": console(session, contest_id, who.id, who.roles, language),
            "trouble": trouble.fault if trouble else None, "operates": not OPERATORS.isdisjoint(who.roles),
            "states": state_names(language), "every": STATES,
            "clock": partial(clock_time, zone=around.contest.time_zone), "at": shown.at,
        }  # fmt: skip
    status = trouble.status if trouble else 200
    return render(request, "publishing/console.html", context, status=status, headers=shown.headers)


def _done(request: Request, who: Member, deed: Deed[object]) -> Response:
    """A step, and back to the console. Where it is refused the fresh page says why."""
    try:
        write_officially(database_of(request), who.contest_id, deed)
    except AppError as trouble:
        return _console(request, who, trouble)
    return RedirectResponse(f"/c/{who.contest_id}/console", 303)


@router.post("/console/{entry}/steps")
def step(
    request: Request,
    contest: str,
    entry: str,
    step: Annotated[Literal["call", "mark", "collect", "back"], Form()],
    seen: Annotated[int, Form(ge=0)],
    reason: Words = "",
) -> Response:
    who = member(request, contest, OPERATORS)
    facts = {"contest_id": contest, "entry_id": entry, "step": step, "seen": seen, "reason": reason}
    return _done(request, who, lambda session: deeds.take_step(session, who.id, **facts))  # type: ignore[arg-type]


@router.post("/console/{entry}/clock")
def clock(
    request: Request,
    contest: str,
    entry: str,
    press: Annotated[Literal["start", "stop"], Form()],
    seen: Annotated[int, Form(ge=0)],
) -> Response:
    who = member(request, contest, OPERATORS)
    facts = {"contest_id": contest, "entry_id": entry, "press": press, "seen": seen}
    return _done(request, who, lambda session: deeds.time_entrant(session, who.id, **facts))  # type: ignore[arg-type]


@router.post("/console/{entry}/overtime")
def overtime(request: Request, contest: str, entry: str, seen: Annotated[int, Form(ge=0)]) -> Response:
    """The deduction that the rule has for the time on the clock, as a decision."""
    who, reason = member(request, contest, OPERATORS), language_of(request).gettext("Time on the stage clock")
    facts = {"contest_id": contest, "entry_id": entry, "seen": seen, "reason": reason}
    return _done(request, who, lambda session: deduct_overtime(session, who.id, **facts))  # type: ignore[arg-type]


@router.post("/console/{entry}/again")
def again(request: Request, contest: str, entry: str, judge: Annotated[str, Form()], reason: Words = "") -> Response:
    who = member(request, contest, OPERATORS)
    whose = {"contest_id": contest, "entry_id": entry, "judge_id": judge, "reason": reason}
    return _done(request, who, lambda session: deeds.ask_again(session, who.id, **whose))


@router.post("/console/{entry}/comments")
def comment(
    request: Request,
    contest: str,
    entry: str,
    expert: Annotated[str, Form(max_length=80)],
    text: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    who = member(request, contest, OPERATORS)
    said = {"contest_id": contest, "entry_id": entry, "expert": expert, "text": text}
    return _done(request, who, lambda session: deeds.comment(session, who.id, **said))


@router.get("/host")
def host_page(request: Request, contest: str) -> Response:
    """What the host reads out, on a second screen: nothing before two people have confirmed it."""
    who = member(request, contest, HOST)
    with database_of(request).read() as session:
        around = frame(request, session, who)
        shown = live(request, session, around)
        if same := unchanged(request, shown):
            return same
        context = {"frame": around, "live": shown, "seen": host(session, contest, language_of(request))}
    return render(request, "publishing/host.html", context, headers=shown.headers)


# --- the score


@router.get("/console/{entry}/score")
def score(request: Request, contest: str, entry: str) -> Response:
    """What is checked and confirmed: the marks of one entrant, those dropped, what was taken away, the score."""
    who = member(request, contest, CHECKERS | release.CONFIRMERS)
    language, database = language_of(request), database_of(request)
    with database.read() as session:
        around = frame(request, session, who)
        one = next((one for one in entrants(session, contest, language) if one.id == entry), None)
        if one is None:
            raise deeds.NotOnStage
        context: dict[str, object] = {"frame": around, "one": one, "document": None, "trouble": None, "slip": ""}
        try:
            document = release.settled(session, contest, entry)
            context |= {"document": document, "slip": slip(document, one.turn.number, language)}
        except AppError as trouble:
            context["trouble"] = trouble.fault
    context["may_check"] = one.state == "collected" and not CHECKERS.isdisjoint(who.roles)
    context["may_confirm"] = one.state == "checked" and not release.CONFIRMERS.isdisjoint(who.roles)
    context["himself"] = one.checked_by == who.id
    if context["document"]:
        database.write(lambda writing: log_look(writing, who, what="entrant"))
    return render(request, "publishing/console_score.html", context, headers=PRIVATE)


@router.post("/console/{entry}/check")
def check(request: Request, contest: str, entry: str) -> Response:
    who = member(request, contest, CHECKERS)
    return _done(request, who, lambda session: release.check_score(session, who, contest_id=contest, entry_id=entry))


@router.post("/console/{entry}/confirmation")
def confirm(request: Request, contest: str, entry: str) -> Response:
    who = member(request, contest, release.CONFIRMERS)
    return _done(request, who, lambda session: release.confirm_score(session, who, contest_id=contest, entry_id=entry))


@router.post("/console/{entry}/release")
def show(request: Request, contest: str, entry: str) -> Response:
    who = member(request, contest, release.RELEASERS)
    return _done(request, who, lambda session: release.release_score(session, who, contest_id=contest, entry_id=entry))


# --- the order


@router.get("/order")
def order(request: Request, contest: str) -> HTMLResponse:
    return _order(request, member(request, contest, OPERATORS))


def _order(
    request: Request, who: Member, typed: dict[str, str] | None = None, trouble: AppError | None = None
) -> HTMLResponse:
    with database_of(request).read() as session:
        around = frame(request, session, who)
        shown = order_page(session, who.contest_id, language_of(request), typed)
    context = {"frame": around, "page": shown, "trouble": trouble.fault if trouble else None}
    context["clock"] = partial(clock_time, zone=around.contest.time_zone)
    status = trouble.status if trouble else 200
    return render(request, "publishing/order.html", context, status=status, headers=PRIVATE)


@router.post("/order")
async def lay(request: Request, contest: str) -> Response:
    form = await request.form()
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_lay, request, contest, typed)


def _lay(request: Request, contest: str, typed: dict[str, str]) -> Response:
    who = member(request, contest, OPERATORS)
    try:
        facts = read_order(typed)
        write_officially(
            database_of(request), contest, lambda s: deeds.lay_order(s, who.id, contest_id=contest, **facts)
        )
    except AppError as trouble:
        return _order(request, who, typed, trouble)
    return RedirectResponse(f"/c/{contest}/console", 303)
