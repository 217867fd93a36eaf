"""``/c/{contest}/scheme/edit``: the scoring rules as a form, their text beside it, linted and tried as one types."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.page import frame
from app.contests.rules import fixed, standing, undeclared
from app.contests.schemas import Posted
from app.contests.schemes import MOST_SCHEME_BYTES, chosen
from app.contests.signing import propose_rules, write_scheme
from app.errors import AppError
from app.i18n import Language
from app.pages import language_of, render
from app.results.naming import called
from app.results.rows import Ranked
from app.results.rule_words import rule_lines
from app.results.scheme_form import Group, groups, rewritten
from app.results.scheme_parts import added, removed
from app.results.scheme_sample import sample
from scoring.faults import Fault, Refused
from scoring.inform.lint import lint
from scoring.roster import Roster
from scoring.scheme import read_scheme, read_shape

router = APIRouter(prefix="/c/{contest_id}/scheme/edit")

PRIVATE = {"Cache-Control": "no-store"}
ORGANISER = frozenset({"organiser"})


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said of a text: what stops it, what to think about, the rule in words, and a sample of it."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    lines: tuple[str, ...] = ()
    sample: Ranked | None = None
    no_sample: tuple[Fault, ...] = ()


@router.get("")
def edit(request: Request, contest_id: str) -> HTMLResponse:
    who = member(request, contest_id, ORGANISER)
    with database_of(request).read() as session:
        text = contests.contest(session, contest_id).scheme
    return _page(request, who, text, "", ())


@router.post("")
def edited(request: Request, contest_id: str, form: Posted) -> Response:
    """Look at what was typed, or save it: as the draft, or once signed as a new version with its reason."""
    who, reason = member(request, contest_id, ORGANISER), form.get("reason", "")
    text = form.get("text", "").replace("\r\n", "\n")[:MOST_SCHEME_BYTES]
    try:
        text = rewritten(text, _changes(form))
        if form.get("do") != "save":
            text = _with_parts(text, form.get("do", ""))
            return _page(request, who, text, reason, ())
        rule = chosen("", text.encode())

        def deed(session: Session) -> None:
            if standing(session, contest_id):
                propose_rules(session, who.id, contest_id=contest_id, rule=rule, reason=reason)
            else:
                write_scheme(session, who.id, contest_id=contest_id, rule=rule)

        database_of(request).write(deed)
    except Refused as refused:
        return _page(request, who, text, reason, refused.faults)
    except AppError as trouble:
        return _page(request, who, text, reason, (trouble.fault,))
    return RedirectResponse(f"/c/{contest_id}/scheme", 303)


def _with_parts(text: str, do: str) -> str:
    """After a button that adds an item, a criterion or a prize, or takes one out: what it does, and where."""
    verb, _, path = do.partition(" ")
    return added(text, path) if verb == "add" else removed(text, path) if verb == "remove" else text


def _changes(form: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What somebody changed in a field: its path with what kind of value it is and what he wrote."""
    return {
        path: (form.get(f"kind.{path}", "text"), value)
        for key, value in form.items()
        if key.startswith("field.")
        for path in [key.removeprefix("field.")]
        if value.strip() != form.get(f"was.{path}", "").strip()
    }


def said_of(session: Session, contest_id: str, text: str, language: Language) -> Said:
    """What a text says and where it is wrong. Nothing of it is kept."""
    was, signed = contests.scheme(session, contest_id), standing(session, contest_id)
    nobody = Roster((), (), ())
    try:
        scheme = read_scheme(text)
    except Refused as refused:
        return Said(refused.faults, ())
    roster = contests.roster(session, contest_id)
    stopping = [*undeclared(scheme), *(fixed(was, scheme) if signed else ())]
    found = lint(scheme, roster if roster.entries and roster.judges and not stopping else None)
    warnings = tuple(called(fault, scheme, nobody, language) for fault in found)
    made, cannot = None, list[Fault]()
    try:
        made = sample(scheme, language)
    except Refused as refused:
        cannot = [called(fault, scheme, nobody, language) for fault in refused.faults[:3]]
    stops = tuple(called(fault, scheme, nobody, language) for fault in stopping)
    return Said(stops, warnings, rule_lines(scheme, language), made, tuple(cannot))


def _form_of(text: str, language: Language, *, signed: bool) -> tuple[Group, ...]:
    """The fields of a text; none where it cannot be read: then it is put right as text."""
    try:
        return groups(read_shape(text), language, signed=signed)
    except Refused:
        return ()


def _page(request: Request, who: Member, text: str, reason: str, faults: tuple[Fault, ...]) -> HTMLResponse:
    language = language_of(request)
    with database_of(request).read() as session:
        signed = standing(session, who.contest_id) is not None
        context = {
            "frame": frame(request, session, who), "said": said_of(session, who.contest_id, text, language),
            "groups": _form_of(text, language, signed=signed), "text": text, "reason": reason, "faults": faults,
            "signed": signed,
        }  # fmt: skip
    return render(request, "results/scheme_edit.html", context, status=422 if faults else 200, headers=PRIVATE)
