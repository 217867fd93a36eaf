"""What the pages of single lines show: a sheet of the roster filtered and in pages, and the form for one line.

Reads the contest. Writes nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.contests import queries
from app.contests.columns import Column, SheetForm, assigns, known_before, marked, sheets_for
from app.contests.draft import Draft, split
from app.contests.lines import NEW, texts
from app.contests.schemes import word
from app.contests.template import heading_of, hint_of, title
from app.errors import NotFound
from app.i18n import Language
from scoring.scheme import Scheme

A_PAGE = 100  # lines


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. ``choices``: the names to choose from; ``open``: others may be typed too."""

    key: str
    name: str
    hint: str
    value: str
    needed: bool
    longest: int
    choices: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    """How entries are shared out: ``open`` are assigned to nobody; of the others a judge has so many.

    ``parts``: the components that still have open ones, as (id, name).
    """

    open: int
    least: int
    most: int
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """One sheet: its headings, the lines of this page as (id, cells), and the form. ``line``: the one in the form."""

    sheet: str
    name: str
    sheets: tuple[tuple[str, str, int], ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    found: int
    all: int
    page: int
    pages: int
    q: str
    line: str
    fields: tuple[Field, ...]
    sharing: Sharing | None


def lines_page(
    session: Session, contest_id: str, language: Language, sheet: str, *, q: str = "", page: int = 1, line: str = NEW,
    written: Mapping[str, str] | None = None,
) -> Lines:  # fmt: skip
    """Raises NotFound where the scheme has no such sheet, or the sheet no such line."""
    scheme, there = queries.scheme(session, contest_id), queries.imported(session, contest_id)
    forms = {form.key: form for form in sheets_for(scheme)}
    if sheet not in forms:
        raise NotFound
    form = forms[sheet]
    every = dict(texts(form, scheme, there, language))
    if line != NEW and line not in every:
        raise NotFound
    wanted = q.strip().casefold()
    found = [
        (key, tuple(cells[column.key] for column in form.columns))
        for key, cells in every.items()
        if not wanted or any(wanted in cell.casefold() for cell in cells.values())
    ]
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(page, 1), pages)
    values = written or every.get(line) or {"number": str(_free(every))}
    return Lines(
        sheet,
        title(form, language),
        tuple((one.key, title(one, language), len(getattr(there, one.key))) for one in forms.values()),
        tuple(heading_of(column, language) for column in form.columns),
        tuple(found[(page - 1) * A_PAGE : page * A_PAGE]),
        len(found),
        len(every),
        page,
        pages,
        q,
        line,
        tuple(_field(form, column, scheme, there, language, values.get(column.key, "")) for column in form.columns),
        sharing(there, scheme, language) if sheet == "entries" and assigns(scheme) and there.entries else None,
    )


def sharing(there: Draft, scheme: Scheme, language: Language) -> Sharing:
    """As the roster stands; a judge to whom nothing is assigned counts with 0."""
    load = Counter({judge.id: 0 for judge in there.judges})
    for entry in there.entries:
        load.update(split(entry.judges))
    left = {entry.component for entry in there.entries if not entry.judges}
    parts = tuple((part.id, word(part.name, language)) for part in marked(scheme) if part.id in left)
    assigned = sum(1 for entry in there.entries if entry.judges)
    least, most = min(load.values(), default=0), max(load.values(), default=0)
    return Sharing(len(there.entries) - assigned, least, most, parts)


def _free(every: Mapping[str, Mapping[str, str]]) -> int:
    """The number after the last one."""
    return max((int(cells["number"]) for cells in every.values() if "number" in cells), default=0) + 1


def _field(form: SheetForm, column: Column, scheme: Scheme, there: Draft, language: Language, value: str) -> Field:
    parts = known_before(scheme) if form.key == "priors" else marked(scheme)
    choices = {
        "unit": tuple(unit.name for unit in there.units),
        "division": tuple(word(one.name, language) for one in scheme.divisions),
        "kind": tuple(word(one.name, language) for one in scheme.kinds),
        "judge_class": tuple(word(one.name, language) for one in scheme.judge_classes),
        "component": tuple(word(one.name, language) for one in parts),
        "day": tuple(dict.fromkeys(entry.day for entry in there.entries if entry.day)),
        "bloc": tuple(dict.fromkeys(judge.bloc for judge in there.judges if judge.bloc)),
    }
    return Field(
        column.key, heading_of(column, language), hint_of(form, column, language), value, column.needed, column.longest,
        choices.get(column.key, ()), column.key in ("unit", "day", "bloc"),
    )  # fmt: skip
