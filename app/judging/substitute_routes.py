"""``/c/{contest}/substitutes``: who marks in whose place, from which stop on, and the form for another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.accounts.models import Person
from app.clock import local
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.models import Contest
from app.contests.page import frame
from app.contests.schemas import Posted
from app.contests.substitution import out_of_turn, substitutions
from app.errors import AppError
from app.judging.queries import is_collected
from app.judging.road import NotOnTheRoad
from app.judging.substitutes import substitute
from app.pages import language_of, render
from app.sync.queries import badges
from scoring.faults import Refused

router = APIRouter(prefix="/c/{contest}/substitutes")

ORGANISER = frozenset({"organiser"})
Id = Annotated[str, Form(max_length=64)]


@dataclass(frozen=True, slots=True)
class Shown:
    """One substitution in names. ``badge``: whether the substitute has one."""

    by_judge: str
    by: str
    judge: str
    stop: str
    reason: str
    person: str
    at: str
    badge: bool


@router.get("")
def show_substitutes(request: Request, contest: str) -> Response:
    return _page(request, member(request, contest, ORGANISER))


@router.post("")
def take_over(request: Request, contest: str, form: Posted, judge: Id = "", by: Id = "", stop: Id = "") -> Response:
    who, reason = member(request, contest, ORGANISER), form.get("reason", "")
    facts = {"contest_id": contest, "judge_id": judge, "by": by, "from_entry": stop, "reason": reason}
    joined = language_of(request).gettext("joined later")
    try:
        database_of(request).write(lambda s: substitute(s, who.id, **facts, cells=form, joined=joined))
    except (AppError, Refused) as trouble:
        return _page(request, who, trouble, form)
    return RedirectResponse(f"/c/{contest}/substitutes", 303)


def _page(
    request: Request, who: Member, trouble: AppError | Refused | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    faults = trouble.faults if isinstance(trouble, Refused) else (trouble.fault,) if trouble else ()
    blank = {"judge": "", "by": "", "stop": "", "reason": "", "name": "", "unit": "", "phone_end": ""}
    with database_of(request).read() as session:
        around = frame(request, session, who)
        if around.contest.form != "tour":
            raise NotOnTheRoad
        units = {row.id: row.name for row in contests.units(session, who.contest_id)}
        out = out_of_turn(session, who.contest_id)
        judges = contests.judges(session, who.contest_id)
        context = {
            "frame": around, "faults": faults, "typed": {**blank, **(typed or {})},
            "open": not is_collected(session, who.contest_id), "listed": _listed(session, around.contest),
            "judges": judges, "units": units, "free": [one for one in judges if out.get(one.id)],
            "stops": [(one, units[one.unit_id]) for one in contests.entries(session, who.contest_id)],
        }  # fmt: skip
    status = trouble.status if isinstance(trouble, AppError) else 422 if trouble else 200
    return render(request, "judging/substitutes.html", context, status=status, headers={"Cache-Control": "no-store"})


def _listed(session: Session, contest: Contest) -> list[Shown]:
    """The newest first."""
    judges = {row.id: f"{row.place_number} {row.name}" for row in contests.judges(session, contest.id)}
    stops = {row.id: row.name for row in contests.known_entries(session, contest.id)}
    made, people = badges(session, contest.id), {}
    for row in substitutions(session, contest.id):
        person = session.get(Person, row.by_person)
        people[row.by_person] = person.name if person else ""
    return [
        Shown(
            row.by_judge, judges[row.by_judge], judges[row.judge_id], stops.get(row.from_entry, ""), row.reason,
            people[row.by_person], local(row.at, contest.time_zone), row.by_judge in made,
        )
        for row in reversed(substitutions(session, contest.id))
    ]  # fmt: skip
