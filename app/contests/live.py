"""What a page of a contest shows, as a tag that is cheap to compute: the same tag means the very same page.

Reads the contest's head row. Writes nothing. A page that depends on more than the contest's acts, such as what phones
said of themselves or how late it is, passes that on: the tag alone cannot know it.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

from fastapi import Request
from fastapi.responses import Response
from sqlmodel import Session

from app.audit import ContestHead, now
from app.contests.page import Frame
from app.pages import STATIC, TEMPLATES, language_of

# Sent by static/js/live: the page fetches itself again, and nobody has asked for it with his own hand.
BY_ITSELF = "Fieldmark-Live"
_SEEN = frozenset({".py", ".html", ".po", ".css", ".js"})


@dataclass(frozen=True, slots=True)
class Live:
    """The state of a page when it was made: what it says to its script (templates/contests/live.html)."""

    contest_id: str
    rev: int
    tag: str
    at: str
    zone: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cache-Control": "no-store", "ETag": self.tag}


def live(request: Request, session: Session, around: Frame, *more: object) -> Live:
    """To be asked before anything else of the page is read: what is committed meanwhile is then told again, never lost.

    ``more``: whatever the page shows that no act of the contest's log has brought about.
    """
    contest, person = around.contest, around.person
    head = session.get_one(ContestHead, contest.id)
    # The hash and not the revision: after a restore the same number may stand for something else.
    parts = (
        head.audit_hash, program(), language_of(request).code, contest.model_dump_json(), person.id, person.name,
        sorted(person.roles), around.tabs, more,
    )  # fmt: skip
    tag = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    return Live(contest.id, head.rev, f'"{tag}"', now(), contest.time_zone)


def unchanged(request: Request, shown: Live) -> Response | None:
    """The answer to a page that has this very state already."""
    if shown.tag not in request.headers.get("if-none-match", ""):
        return None
    return Response(status_code=304, headers=shown.headers)


@cache
def program() -> str:
    """A digest of the program and its pages: after an upgrade the same state is shown by another page."""
    digest = hashlib.sha256()
    for folder in (TEMPLATES.parent, STATIC):
        for file in sorted(folder.rglob("*.*")):
            if file.suffix in _SEEN:
                digest.update(file.read_bytes())
    return digest.hexdigest()
