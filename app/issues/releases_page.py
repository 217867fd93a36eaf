"""What the organiser ticks and writes on the page of one unit's release.

Reads a form. Writes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fastapi import Request

from app.issues.lists import Noted, OfUnit
from app.issues.queries import Photo
from app.issues.release import Pick

MOST_FIELDS = 20_000


@dataclass(frozen=True, slots=True)
class Posted:
    """A form of release: which revisions the organiser had before him, what he ticked, and his words."""

    seen: frozenset[str]
    ticked: frozenset[str]
    words: Mapping[str, str]
    photos: frozenset[tuple[str, str]]
    categories: Mapping[str, str]
    severities: Mapping[str, str]


async def posted(request: Request) -> Posted:
    """The form as it was sent."""
    form = await request.form(max_fields=MOST_FIELDS, max_files=0)
    texts = [(name, value.replace("\r\n", "\n").replace("\0", "")) for name, value in form.multi_items()
             if isinstance(value, str)]  # fmt: skip
    return Posted(
        frozenset(value for name, value in texts if name == "seen"),
        frozenset(value for name, value in texts if name == "release"),
        _of(texts, "words:"),
        frozenset((name.removeprefix("photo:"), value) for name, value in texts if name.startswith("photo:")),
        _of(texts, "category:"),
        _of(texts, "severity:"),
    )


def _of(texts: Iterable[tuple[str, str]], prefix: str) -> dict[str, str]:
    """What the fields of one kind hold, by revision."""
    return {name.removeprefix(prefix): value for name, value in texts if name.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding on the form: as the organiser left it, or as it is offered at first."""

    noted: Noted
    ticked: bool
    words: str
    category: str
    severity: str
    photos: tuple[tuple[int, Photo, bool], ...] = field(default=())


def lines(of_unit: OfUnit, form: Posted | None = None) -> list[Line]:
    """Everything not released yet. At first all is ticked but what was left out before."""
    return [_line(one, form) for one in of_unit.candidates]


def _line(one: Noted, form: Posted | None) -> Line:
    finding = one.listed.finding
    revision = finding.revision_id
    if form is None or revision not in form.seen:
        photos = tuple((n, photo, True) for n, photo in one.offered)
        return Line(one, not one.left_out, finding.text, finding.category, finding.severity, photos)
    photos = tuple((n, photo, (revision, str(n)) in form.photos) for n, photo in one.offered)
    return Line(
        one, revision in form.ticked, form.words.get(revision, ""), form.categories.get(revision, ""),
        form.severities.get(revision, ""), photos,
    )  # fmt: skip


def picks(of_unit: OfUnit, form: Posted) -> list[Pick]:
    """What was ticked, also what is not there any more: the deed refuses that."""
    there = {one.listed.finding.revision_id: one for one in of_unit.noted}
    return [_pick(there.get(one), one, form) for one in sorted(form.ticked)]


def _pick(noted: Noted | None, revision: str, form: Posted) -> Pick:
    # A form that says nothing of them leaves them as the judge had them.
    own = noted.listed.finding if noted else None
    return Pick(
        revision,
        form.words.get(revision, ""),
        tuple(_files(noted, revision, form)),
        form.categories.get(revision, own.category if own else ""),
        form.severities.get(revision, own.severity if own else ""),
    )


def _files(noted: Noted | None, revision: str, form: Posted) -> Iterable[str]:
    for n, photo in noted.offered if noted else ():
        if (revision, str(n)) in form.photos:
            yield photo.sha256
