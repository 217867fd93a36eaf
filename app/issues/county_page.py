"""What stands above every page of a county, and its list as a file.

Reads the contest, the list, its photos. Writes nothing. Who may read is asked before, in ``access``.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from fastapi import Request
from fastapi.responses import Response
from sqlmodel import Session

from app.accounts.access import database_of
from app.contests import queries as contests
from app.contests.calls import material_calls
from app.contests.models import Contest, UnitRow
from app.contests.page import Tab
from app.errors import NotFound
from app.files.service import Shelf, shelf
from app.i18n import Language
from app.issues import photos
from app.issues.access import Liaison
from app.issues.links import NoSuchUnit
from app.issues.list_book import MEDIA_TYPE, Head, issue_book
from app.issues.lists import Issue, issue_list, photo_of
from app.pages import language_of, settings_of


@dataclass(frozen=True, slots=True)
class CountyFrame:
    """The frame of the template ``issues/county_frame.html``, as its ``county``."""

    contest: Contest
    unit: UnitRow
    until_at: str
    tabs: tuple[Tab, ...]


def county_frame(request: Request, session: Session, who: Liaison) -> CountyFrame:
    """The liaison's own unit, and the pages there are for it."""
    unit = session.get(UnitRow, (who.contest_id, who.unit_id))
    if unit is None:
        raise NoSuchUnit
    say, root = language_of(request).gettext, f"/county/{who.contest_id}"
    material = ((say("Material"), f"{root}/material"),) if material_calls(session, who.contest_id) else ()
    pages = ((say("Issue list"), root), *material, (say("Scores"), f"{root}/scores"))
    tabs = tuple(Tab(name, path, here=request.url.path == path) for name, path in pages)
    return CountyFrame(contests.contest(session, who.contest_id), unit, who.until_at, tabs)


def date_of(at: str, contest: Contest, language: Language) -> str:
    """The day of a stored moment on the contest's own clock, as people write it: 2026年11月5日. Empty stays empty."""
    if not at:
        return ""
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    day = moment.astimezone(ZoneInfo(contest.time_zone)).date()
    return format_date(day, "long", Locale.parse(language.tag, sep="-"))


def book_answer(request: Request, contest_id: str, unit_id: str) -> Response:
    """The unit's released list as a download. Raises NoSuchUnit."""
    language = language_of(request)
    place = shelf(settings_of(request).data_dir, contest_id)
    with database_of(request).read() as session:
        unit = session.get(UnitRow, (contest_id, unit_id))
        if unit is None:
            raise NoSuchUnit
        contest, released = contests.contest(session, contest_id), issue_list(session, contest_id, unit_id)
        name = language.gettext("{name} (simulated)", name=contest.name) if contest.simulated else contest.name
        head = Head(name, unit.name, date_of(released.released_at, contest, language))
        content = issue_book(head, released, partial(_small, session, place, unit), language)
    title = quote(language.gettext("Issue list of {unit}", unit=unit.name), safe="")
    disposition = f"attachment; filename=\"issues.xlsx\"; filename*=UTF-8''{title}.xlsx"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _small(session: Session, place: Shelf, unit: UnitRow, issue: Issue, n: int) -> bytes:
    try:
        return photos.small(place, photo_of(session, unit.contest_id, unit.id, issue.kind, issue.number, n))
    except NotFound:
        return b""  # the list is worth more than a picture that a restored backup has lost
