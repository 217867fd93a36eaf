"""``/c/{contest}/badges``: the organiser issues badges, opens windows, revokes. ``/c/{contest}/phones``: all phones."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

import segno
from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.audit import now
from app.clock import local
from app.contests import queries as contests
from app.contests.access import Member, member
from app.contests.live import live, unchanged
from app.contests.models import Contest, JudgeRow
from app.contests.page import frame
from app.errors import AppError
from app.i18n import Language
from app.pages import base_url, is_local, language_of, render, wants_json
from app.printing import setting
from app.printing.fonts import lacking
from app.printing.setting import Around, Badge, Labels
from app.sync import badges as deeds
from app.sync.access import kinds_of
from app.sync.phone import version
from app.sync.phones import phones, without
from app.sync.queries import Heard, badges, devices, windows
from app.sync.rescue import LARGEST, NotARescueFile, Rescued, take_rescue

router = APIRouter(prefix="/c/{contest}")

DESK = frozenset({"organiser"})
PRIVATE = {"Cache-Control": "no-store"}
SCANS = {**PRIVATE, "Permissions-Policy": "geolocation=(), camera=(self), microphone=(), payment=(), usb=()"}


@dataclass(frozen=True, slots=True)
class Row:
    """A judge at the desk: his badge and his phones."""

    judge: JudgeRow
    unit: str
    made_at: str
    until_at: str
    devices: list[Heard]


# The sheets of labels that are sold everywhere: 105 by 57 mm, ten on a sheet; 70 by 37 mm, twenty-four.
PAPERS = {
    "a4": Labels(2, 4, "105mm", "74mm", cut=True),
    "labels10": Labels(2, 5, "105mm", "57mm"),
    "labels24": Labels(3, 8, "70mm", "37mm"),
}


@router.get("/badges")
def badges_page(request: Request, contest: str) -> HTMLResponse:
    organiser = member(request, contest, DESK)
    with database_of(request).read() as session:
        around = frame(request, session, organiser)
        clock = partial(local, zone=around.contest.time_zone)
        rows = _rows(session, contest)
        context = {"frame": around, "rows": rows, "clock": clock, "local": _only_here(request)}
    blanks = [found for row in rows if (found := lacking(row.judge.name))]
    return render(request, "sync/badges.html", {**context, "blanks": blanks}, headers=PRIVATE)


@router.post("/badges")
def issue(
    request: Request,
    contest: str,
    which: Annotated[str, Form(max_length=64)] = "missing",
    paper: Annotated[Literal["a4", "labels10", "labels24"], Form()] = "a4",
) -> Response:
    """``which``: missing, all, or one judge's id. The printed badges come back at once: the codes are kept nowhere."""
    actor = member(request, contest, DESK)
    database = database_of(request)
    with database.read() as session:
        rows = _rows(session, contest)
        around = _around(contests.contest(session, contest), language_of(request))
    chosen = [row.judge.id for row in rows if which in {"all", row.judge.id, "" if row.made_at else "missing"}]
    if not chosen:
        return _back(contest)
    codes = database.write(lambda s: deeds.issue_badges(s, actor.id, contest_id=contest, judges=chosen))
    say = language_of(request).gettext
    printed = [
        _printed(say("Judge {number}", number=row.judge.place_number), row, f"{base_url(request)}/b/{contest}/{code}")
        for row in rows
        if (code := codes.get(row.judge.id))
    ]
    name = quote(f"{around.title}.pdf", safe="")
    headers = {**PRIVATE, "Content-Disposition": f"attachment; filename=\"badges.pdf\"; filename*=UTF-8''{name}"}
    return Response(setting.badges(around, printed, PAPERS[paper]), media_type=setting.MEDIA_TYPE, headers=headers)


@router.post("/badges/{judge}/revocation")
def revoke_badge(request: Request, contest: str, judge: str) -> RedirectResponse:
    actor = member(request, contest, DESK)
    database_of(request).write(lambda s: deeds.revoke_badge(s, actor.id, contest_id=contest, judge_id=judge))
    return _back(contest)


@router.post("/badges/{judge}/window")
def open_window(request: Request, contest: str, judge: str) -> RedirectResponse:
    actor = member(request, contest, DESK)
    database_of(request).write(lambda s: deeds.open_window(s, actor.id, contest_id=contest, judge_id=judge))
    return _back(contest)


@router.post("/devices/{device}/revocation")
def revoke_device(request: Request, contest: str, device: str) -> RedirectResponse:
    actor = member(request, contest, DESK)
    database_of(request).write(lambda s: deeds.revoke_device(s, actor.id, contest_id=contest, device_id=device))
    return _back(contest)


@router.get("/phones")
def phones_page(request: Request, contest: str) -> Response:
    organiser = member(request, contest, DESK)
    with database_of(request).read() as session:
        around = frame(request, session, organiser)
        found = phones(session, contest, served=version(), moment=datetime.now(UTC))
        shown = live(request, session, around, found)
        if same := unchanged(request, shown):
            return same
        clock = partial(local, zone=around.contest.time_zone)
        context = {"frame": around, "live": shown, "phones": found, "without": without(session, contest, found)}
    told = {"clock": clock, "told": find_words(language_of(request))}
    return render(request, "sync/phones.html", {**context, **told}, headers=shown.headers)


@router.get("/rescue")
def rescue_page(request: Request, contest: str) -> Response:
    return _rescue(request, member(request, contest, DESK))


@router.post("/rescue")
def take_in_rescue(
    request: Request,
    contest: str,
    file: UploadFile | None = None,
    text: Annotated[str, Form(max_length=LARGEST)] = "",
) -> Response:
    """A file that a phone made of what it could not send, or its text."""
    organiser = member(request, contest, DESK)
    given = file.file.read(LARGEST + 1) if file and file.size else text.encode("utf-8", "replace")
    kinds = kinds_of(request)
    try:
        if len(given) > LARGEST:
            raise NotARescueFile
        done = database_of(request).write(
            lambda s: take_rescue(s, organiser.id, contest_id=contest, given=given, kinds=kinds)
        )
    except AppError as trouble:
        if wants_json(request):
            raise
        return _rescue(request, organiser, trouble=trouble)
    return _rescue(request, organiser, done=done)


def _rescue(
    request: Request, organiser: Member, *, done: Rescued | None = None, trouble: AppError | None = None
) -> Response:
    language = language_of(request)
    with database_of(request).read() as session:
        judge = session.get_one(JudgeRow, (organiser.contest_id, done.judge_id)) if done else None
        context = {"frame": frame(request, session, organiser), "done": done, "judge": judge}
    words = {"trouble": language.sentence(trouble.fault) if trouble else "", "told": _result_words(language)}
    return render(
        request, "sync/rescue.html", {**context, **words}, status=trouble.status if trouble else 200, headers=SCANS
    )


def _result_words(language: Language) -> dict[str, str]:
    say = language.gettext
    return {
        "stored": say("taken in"),
        "duplicate": say("were here already"),
        "mismatch": say("differ from what came under their number; both are kept"),
        "quarantined": say("wait for your decision"),
        "conflict": say("differ from another phone or paper of this judge; he is asked"),
        "rejected": say("cannot count; they are kept as they came"),
    }


def find_words(language: Language) -> dict[str, str]:
    """What a phone's test of itself may find, and what is to be done."""
    say = language.gettext
    return {
        "not_kept": say("It could not keep what was marked: mark on paper, and open the badge in another browser"),
        "insecure": say("The address is not encrypted (http): serve the contest by https"),
        "no_worker": say("The page does not open again without network: leave it open, or use another browser"),
        "no_files": say("It cannot take photos: use another browser for them"),
        "not_persisted": say("The system may clear it when it is not opened for a week"),
        "clock": say("Its clock is wrong; times are corrected, nothing is to be done"),
    }


def _back(contest: str) -> RedirectResponse:
    return RedirectResponse(f"/c/{contest}/badges", 303)


def _rows(session: Session, contest_id: str) -> list[Row]:
    units = {row.id: row.name for row in contests.units(session, contest_id)}
    made, until = badges(session, contest_id), windows(session, contest_id, now())
    owned: dict[str, list[Heard]] = {}
    for one in devices(session, contest_id):
        owned.setdefault(one.judge_id, []).append(one)
    return [
        Row(one, units.get(one.unit_id, ""), made.get(one.id, ""), until.get(one.id, ""), owned.get(one.id, []))
        for one in contests.judges(session, contest_id)
    ]


def _only_here(request: Request) -> bool:
    """Whether the address in the links is one that no phone can follow."""
    return is_local(urlsplit(base_url(request)).hostname or "")


def _around(contest: Contest, language: Language) -> Around:
    say = language.gettext
    return Around(
        title=f"{contest.name} {say('Badges')}",
        name=contest.name,
        language=language.code,
        invented=say("Simulated") if contest.simulated else "",
    )


def _printed(number: str, row: Row, link: str) -> Badge:
    """A badge on paper: the code stands in the link and in the picture, and nowhere in the database."""
    # "m": a folded or dirty badge still reads.
    drawn = BytesIO()
    segno.make(link, error="m").save(drawn, kind="svg", xmldecl=False, omitsize=True, border=2)
    return Badge(row.judge.name, number, row.unit, link, drawn.getvalue().decode())
