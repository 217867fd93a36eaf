"""One cell of a grid: where it stands, what is written in it, and what that says as a mark.

Reads text only. Never rounds, never guesses a mark, and never turns an empty cell into 0.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.faults import Fault, Param
from scoring.numbers import plain

# Full-width forms that a Chinese input method leaves in a number.
_NARROW = str.maketrans("０１２３４５６７８９．，－−＋％　\u00a0", "0123456789.,--+%  ")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")
_PERCENT = re.compile(r"[+-]?[0-9.]+ ?%")
_DASH = re.compile(r"[-–—－_/\\×✗无]|[-–—_]{2,}|/{2,}|无分|未打分?|弃权")
_FORMULA_ERROR = re.compile(r"#(REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)

Status = Literal["absent", "recused"]
_STATUS: dict[str, Status] = {
    "缺席": "absent",
    "请假": "absent",
    "未到": "absent",
    "absent": "absent",
    "回避": "recused",
    "recused": "recused",
    "recusal": "recused",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """``row`` and ``column`` count from 0. ``given`` is False where the row ended before this column."""

    row: int
    column: int
    text: str
    given: bool = True

    @property
    def address(self) -> str:
        """As Excel says it: the cell in the third column of the seventh row is C7."""
        return f"{letters(self.column)}{self.row + 1}"


def letters(column: int) -> str:
    """The letters of a column: 0 is A, 25 is Z, 26 is AA."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def tidy(text: str) -> str:
    """A name or heading: spaces of any kind at the ends go, those inside become one."""
    return " ".join(text.replace("\u3000", " ").replace("\u00a0", " ").replace("\ufeff", "").split())


def narrow(text: str) -> str:
    """A mark as written, full-width digits, point and sign made plain; the digits themselves stay as they are."""
    return text.translate(_NARROW).strip()


def number(text: str) -> str | None:
    """The digits of a mark such as ``9.50`` or ``9.50分``; None where there is no plain number."""
    plain_text = narrow(text).removesuffix("分").rstrip()
    return plain_text if _NUMBER.fullmatch(plain_text) else None


def status(text: str) -> Status | None:
    """缺席, 回避 and their like."""
    return _STATUS.get(tidy(text).lower())


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a mark may be: from ``floor`` to ``full``, a whole number of ``step``."""

    floor: Fraction
    full: Fraction
    step: Fraction


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that lies on its grid: ``tick`` times the step, and the digits as they were written."""

    tick: int
    written: str


def read_mark(cell: Cell, bounds: Bounds, *, entrant: str, judge: str) -> Mark | Status | Fault:
    """What the cell says, or what is wrong with it."""
    known = status(cell.text)
    if known:
        return known
    at: dict[str, Param] = {"cell": cell.address, "entrant": entrant, "judge": judge}
    written = narrow(cell.text)
    if not written:
        return Fault("grid.cell_missing", at)
    at |= {"written": written[:40]}
    digits = number(written)
    if digits is None:
        return _no_number(written, at, bounds)
    value = Fraction(digits)
    if value > bounds.full:
        return Fault("grid.cell_above_full", {**at, "full": plain(bounds.full)})
    if value < bounds.floor:
        return Fault("grid.cell_below_floor", {**at, "floor": plain(bounds.floor)})
    tick = value / bounds.step
    if tick.denominator != 1:
        return Fault("grid.cell_off_step", {**at, "step": plain(bounds.step)})
    return Mark(int(tick), digits)


def _no_number(written: str, at: dict[str, Param], bounds: Bounds) -> Fault:
    if _FORMULA_ERROR.fullmatch(written):
        return Fault("grid.cell_formula_error", at)
    if _PERCENT.fullmatch(written):
        return Fault("grid.cell_percent", {**at, "full": plain(bounds.full)})
    if _DASH.fullmatch(written):
        return Fault("grid.cell_dash", at)
    return Fault("grid.cell_not_number", at)


Row = tuple[Cell, ...]
Table = tuple[Row, ...]


def laid(rows: Sequence[Sequence[str]]) -> Table:
    """Rows of text as a rectangle of cells, each knowing its place; what a short row lacks is marked as not given."""
    width = max((len(row) for row in rows), default=0)
    return tuple(
        tuple(
            Cell(r, c, tidy(row[c])) if c < len(row) else Cell(r, c, "", given=False)
            for c in range(width)
        )
        for r, row in enumerate(rows)
    )  # fmt: skip


def turned(table: Table) -> Table:
    """Rows become columns; every cell keeps its own address."""
    return tuple(zip(*table, strict=True))
