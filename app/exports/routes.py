"""Downloads of a contest's result, for its organisers and stewards, once the marks are open; each is in the log."""

from collections.abc import Collection
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.accounts.access import database_of
from app.contests.access import member
from app.exports.award_book import award_workbook
from app.exports.book import MEDIA_TYPE
from app.exports.calls import DOWN, calls
from app.exports.papers import papers
from app.exports.print_page import Nothing, pdf
from app.exports.queries import Tallied, tallied
from app.exports.service import packed
from app.exports.tally_book import tally_workbook
from app.pages import language_of
from app.printing import setting
from app.results.queries import OPENERS, is_open
from app.results.service import StillBlind, log_look

router = APIRouter()

# A steward sees the process and the result, and not who gave what.
WHO_GAVE_WHAT = frozenset({"organiser"})


@router.get("/c/{contest_id}/files.zip")
def files(request: Request, contest_id: str) -> Response:
    looked_at = _looked_at(request, contest_id, "files.zip", WHO_GAVE_WHAT)
    return _download(packed(looked_at), "application/zip", "fieldmark.zip")


@router.get("/c/{contest_id}/tally.xlsx")
def tally(request: Request, contest_id: str) -> Response:
    looked_at, language = _looked_at(request, contest_id, "tally.xlsx", WHO_GAVE_WHAT), language_of(request)
    name = f"{looked_at.name} {language.gettext('Tally sheet')}.xlsx"
    return _download(tally_workbook(looked_at, language), MEDIA_TYPE, "tally.xlsx", name)


@router.get("/c/{contest_id}/awards.xlsx")
def awards(request: Request, contest_id: str) -> Response:
    looked_at, language = _looked_at(request, contest_id, "awards.xlsx", OPENERS), language_of(request)
    name = f"{looked_at.name} {language.gettext('Award table')}.xlsx"
    return _download(award_workbook(looked_at, language), MEDIA_TYPE, "awards.xlsx", name)


@router.get("/c/{contest_id}/calls.pdf")
def to_be_read_out(request: Request, contest_id: str) -> Response:
    looked_at, language = _looked_at(request, contest_id, "calls.pdf", OPENERS), language_of(request)
    with database_of(request).read() as session:
        of = papers(session, contest_id, language)
    called = {entry: turn.number for entry, turn in of.turns.items()} or looked_at.entries
    pieces = list(calls(looked_at, called, language, stage=of.contest.form == "stage"))
    if not pieces:
        raise Nothing
    name = language.gettext("To be read out")
    return pdf(setting.slips(of.around(name), pieces, across=1, down=DOWN), "calls", of, name)


def _looked_at(request: Request, contest_id: str, what: str, roles: Collection[str]) -> Tallied:
    """The result, for one who may see it, with his look in the log. Raises StillBlind, Contradicted."""
    asking = member(request, contest_id, roles)
    database = database_of(request)
    with database.read() as session:
        if not is_open(session, contest_id):
            raise StillBlind
        found = tallied(session, contest_id)
    database.write(lambda writing: log_look(writing, asking, what=what))
    return found


def _download(content: bytes, media_type: str, plainly: str, name: str = "") -> Response:
    """``plainly``: the file's name for whoever cannot read ``name``, which names the contest."""
    disposition = f'attachment; filename="{plainly}"' + (f"; filename*=UTF-8''{quote(name, safe='')}" if name else "")
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
