"""The page of a publication: the stored document in the reader's language, and nothing else of the contest.

Reads a document. Writes nothing, computes nothing.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import Request

from app.contests.page import form_name
from app.pages import language_of
from app.publishing.document import Document
from app.publishing.queries import Published


def context(request: Request, told: Document, shown: Published | None = None, preview: str = "") -> dict[str, object]:
    """What the template needs. ``preview``: the level that is looked at before it is public."""
    language = language_of(request)
    return {
        "doc": told,
        "page": told["page"][language.code],
        "form": form_name(told["contest"]["form"], language),
        "preview": preview,
        "by": shown.by if shown else 0,
        "why": shown.why if shown else "",
        "newest": shown.newest if shown else told["version"],
        "published_at": moment(shown.at, told["contest"]["time_zone"]) if shown else "",
    }


def moment(at: str, zone: str) -> str:
    """A stored moment with its year, on the contest's own clock: 2026-11-22 16:02."""
    utc = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return utc.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
