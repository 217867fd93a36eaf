"""The page ``/score`` put together: the form as the reader left it, and the answer above it.

Reads what was posted. Gives the context of ``tally/score.html``. Keeps nothing between two requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from fastapi import Request

from app.errors import AppError
from app.i18n import Language, languages
from app.pages import language_of, settings_of
from app.results.rule_words import rule_lines, word
from app.settings import Settings
from app.tally.cells import letters
from app.tally.example import example
from app.tally.grid import Limits, Side
from app.tally.headings import JudgesIn
from app.tally.intake import Given
from app.tally.rules import OWN, Fields, adjusted, fields_of, on_totals, scheme_of, shipped
from app.tally.schemas import Posted
from app.tally.service import Scored, Told, score
from app.tally.sources import rows_of_file, rows_of_text, tab_separated, text_of
from app.tally.view import Shown, shown_result
from app.workbook import FilesWaiting, Rows
from scoring.faults import Fault, Refused
from scoring.numbers import plain
from scoring.scheme import Component, Scheme, read_scheme

_MOST_ROWS_SHOWN = 60
_MOST_COLUMNS_SHOWN = 60
_MOST_FAULTS = 100
# Faults that speak of more fields of a plain rule than the one they are named after.
_FIELDS_OF = {
    "rule.not_positive": ("full", "step"),
    "rule.floor_above_full": ("floor", "full"),
    "rule.step_does_not_fit": ("step", "full", "floor"),
    "rule.step_too_fine": ("step",),
}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the reader's own grid; ``fault`` is what is wrong with it."""

    text: str
    address: str
    row: int
    column: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ShownGrid:
    """The reader's grid as Excel would show it: letters above, numbers beside."""

    letters: tuple[str, ...]
    rows: tuple[tuple[int, tuple[ShownCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class PartForm:
    """The form for one component: its text, and how it was read.

    ``chosen`` is where the reader says the judges are; ``asked`` are the two readings he has to choose from.
    """

    id: str
    name: str
    prior: bool
    full: str
    floor: str
    step: str
    text: str
    side: JudgesIn | None = None
    chosen: JudgesIn | None = None
    asked: tuple[Side, ...] = ()
    size: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()
    grid: ShownGrid | None = None


@dataclass(frozen=True, slots=True)
class ShownFault:
    """One sentence of the list, with the anchor of the cell it speaks of."""

    sentence: str
    part: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ScorePage:
    """Everything ``tally/score.html`` shows."""

    scheme_id: str
    scheme: Scheme
    choices: tuple[tuple[str, str, bool], ...]
    summary: str
    rule: tuple[str, ...]
    fields: Fields | None
    own: str
    title: str
    parts: tuple[PartForm, ...]
    faults: tuple[ShownFault, ...] = ()
    more_faults: int = 0
    wrong_fields: frozenset[str] = frozenset()
    result: Shown | None = None
    invented: bool = False
    action: Literal["score", "choose", ""] = ""
    busy: FilesWaiting | None = None

    @property
    def answered(self) -> bool:
        """Whether this answers a form: then the other language is asked for with the form again."""
        return self.action != ""

    @property
    def anchors(self) -> frozenset[str]:
        """The cells that stand on the page."""
        rows = ((part.id, cells) for part in self.parts if part.grid for _, cells in part.grid.rows)
        return frozenset(f"{part}-{cell.address}" for part, cells in rows for cell in cells)

    @property
    def shipped_id(self) -> str:
        """The scheme an example can be made for by its id alone."""
        return "" if self.scheme_id == OWN else self.scheme_id


def empty_page(request: Request, name: str, *, invented: bool) -> ScorePage:
    """The page before anything was pasted, or with invented marks to try it with."""
    language = language_of(request)
    scheme = scheme_of(name)
    texts = example(scheme, language) if invented else {}
    draft = _Draft(scheme.id, scheme, fields_of(scheme), texts=texts)
    return _page(draft, language, invented=invented)


def answered_page(request: Request, form: Posted) -> ScorePage:
    """The page with its answer: what is wrong, or the result."""
    settings, language = settings_of(request), language_of(request)
    draft = _draft(form, settings)
    if draft.told or form.action == "choose":
        return _page(draft, language, action=form.action)
    given = {part.id: Given(draft.rows.get(part.id, []), form.sides.get(part.id)) for part in draft.scheme.components}
    scored = score(draft.scheme, given, Limits(settings.max_judges, settings.max_entrants))
    return _page(draft, language, scored=scored, action=form.action, invented=_is_example(draft))


@dataclass(slots=True)
class _Draft:
    """The form while it is read: the scheme as far as it could be made, the grids, and what is wrong so far."""

    scheme_id: str
    scheme: Scheme
    fields: Fields | None
    own: str = ""
    title: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    sides: dict[str, JudgesIn] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    busy: FilesWaiting | None = None  # the file is as good as any: sent again in a while it will be read


def _draft(form: Posted, settings: Settings) -> _Draft:
    draft = _with_scheme(form)
    draft.title, draft.sides = form.title, form.sides
    for part in draft.scheme.components:
        try:
            content = form.files.get(part.id)
            rows = rows_of_file(content, settings) if content else rows_of_text(form.grids.get(part.id, ""))
        except AppError as error:
            draft.told.append((part, error.fault))
            draft.busy = error if isinstance(error, FilesWaiting) else draft.busy
            continue
        draft.rows[part.id] = rows
        draft.texts[part.id] = tab_separated(rows) if content else form.grids.get(part.id, "")
    return draft


def _with_scheme(form: Posted) -> _Draft:
    own = form.own
    chosen = OWN if form.own_file else form.scheme
    if chosen == OWN:
        try:
            own = text_of(form.own_file) if form.own_file else form.own
            scheme = read_scheme(own, "scheme.toml")
            return _Draft(OWN, scheme, None, own=own)
        except (Refused, AppError) as error:
            faults = error.faults if isinstance(error, Refused) else (error.fault,)
            scheme = scheme_of("")
            return _Draft(OWN, scheme, None, own=own, told=[(None, fault) for fault in faults])
    scheme = scheme_of(chosen)
    fields = fields_of(scheme)
    if fields is None or form.was != scheme.id:
        return _Draft(scheme.id, scheme, fields, own=own)
    fields = fields.written(form.fields)
    try:
        return _Draft(scheme.id, adjusted(scheme, fields), fields, own=own)
    except Refused as refused:
        return _Draft(scheme.id, scheme, fields, own=own, told=[(None, fault) for fault in refused.faults])


def _is_example(draft: _Draft) -> bool:
    """Whether the marks are the invented ones: then the tally sheet says so."""
    texts = {part: text.replace("\r\n", "\n").strip("\n") for part, text in draft.texts.items()}
    return any(texts == example(draft.scheme, language) for language in languages().values())


def _page(
    draft: _Draft,
    language: Language,
    *,
    action: Literal["score", "choose", ""] = "",
    scored: Scored | None = None,
    invented: bool = False,
) -> ScorePage:
    told = [*draft.told, *(scored.faults if scored else ())]
    several = len(draft.scheme.components) > 1
    wrong = {
        part.id: [f for component, f in told if component and component.id == part.id]
        for part in draft.scheme.components
    }
    changed = draft.scheme_id in shipped() and draft.scheme is not shipped()[draft.scheme_id]
    return ScorePage(
        scheme_id=draft.scheme_id,
        scheme=draft.scheme,
        choices=tuple((one.id, word(one.name, language), fields_of(one) is not None) for one in shipped().values()),
        summary="" if changed else word(draft.scheme.summary, language),
        rule=rule_lines(on_totals(draft.scheme), language),
        fields=draft.fields,
        own=draft.own,
        title=draft.title,
        parts=tuple(
            _part(part, draft, wrong[part.id], scored, language) for part in on_totals(draft.scheme).components
        ),
        faults=tuple(_fault(component, fault, language, several=several) for component, fault in told[:_MOST_FAULTS]),
        more_faults=max(0, len(told) - _MOST_FAULTS),
        wrong_fields=frozenset(
            name for _, fault in told for name in _FIELDS_OF.get(fault.code, (fault.code.removeprefix("rule."),))
        ),
        result=shown_result(scored, scored.tabulation, language) if scored and scored.tabulation else None,
        invented=invented,
        action=action,
        busy=draft.busy,
    )


def _fault(component: Component | None, fault: Fault, language: Language, *, several: bool) -> ShownFault:
    cell = next(iter(_cells_of(fault)), "")
    return ShownFault(
        language.sentence(fault),
        part=word(component.name, language) if component and several else "",
        anchor=f"{component.id}-{cell}" if component and cell else "",
    )


def _part(
    part: Component, draft: _Draft, faults: Sequence[Fault], scored: Scored | None, language: Language
) -> PartForm:
    rows = draft.rows.get(part.id, [])
    read = next((one for one in scored.intake.parts if one.component.id == part.id), None) if scored else None
    grid = read.reading.grid if read else None
    item = part.criteria[0].items[0] if part.criteria else None
    return PartForm(
        id=part.id,
        name=word(part.name, language),
        prior=part.source == "prior",
        full=plain(item.full if item else part.full),
        floor=plain(item.floor) if item else "0",
        step=plain(item.step) if item else "",
        text=draft.texts.get(part.id, ""),
        side=grid.judges_in if grid else None,
        chosen=draft.sides.get(part.id),
        asked=read.reading.sides if read else (),
        size=(len(grid.judges), len(grid.entrants)) if grid else (0, 0),
        notes=tuple(language.sentence(note) for note in read.reading.notes) if read else (),
        grid=_shown_grid(rows, faults, language) if faults and rows else None,
    )


def _cells_of(fault: Fault) -> list[str]:
    cells = str(fault.params.get("cell") or fault.params.get("cells") or "")
    return cells.split(", ") if cells else []


def _shown_grid(rows: Rows, faults: Sequence[Fault], language: Language) -> ShownGrid:
    """The grid with its first faults. Of a large grid: the first rows and columns, and those with one of the faults."""
    at: dict[str, str] = {}
    lines: dict[int, str] = {}
    for fault in faults[:_MOST_FAULTS]:
        told = language.sentence(fault)
        for address in _cells_of(fault):
            at[address] = f"{at[address]} {told}" if address in at else told
        if "row" in fault.params:
            lines[int(fault.params["row"]) - 1] = told
    wrong_columns = {address.rstrip("0123456789") for address in at}
    wrong_rows = {int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1 for address in at} | lines.keys()
    width = max(len(row) for row in rows)
    columns = [c for c in range(width) if c < _MOST_COLUMNS_SHOWN or letters(c) in wrong_columns]
    return ShownGrid(
        tuple(letters(c) for c in columns),
        tuple(
            (r + 1, tuple(_shown_cell(row, r, c, at, lines) for c in columns))
            for r, row in enumerate(rows)
            if r < _MOST_ROWS_SHOWN or r in wrong_rows
        ),
    )


def _shown_cell(row: Sequence[str], r: int, c: int, at: dict[str, str], lines: dict[int, str]) -> ShownCell:
    address = f"{letters(c)}{r + 1}"
    fault = at.get(address) or (lines.get(r, "") if c == 0 else "")
    return ShownCell(row[c] if c < len(row) else "", address, r, c, fault)
