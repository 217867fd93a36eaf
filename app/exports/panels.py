"""Who gave what to which entry, component by component, as the tally workbook prints it.

Reads what a result was computed from, and the result. Computes no score of an entry: those are the engine's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.results.queries import Given
from app.results.wording import figure
from scoring.numbers import ZERO, exact, plain, shown
from scoring.results import EntryResult, Tabulation
from scoring.roster import Entry, Judge, Sheet
from scoring.scheme import Component, Scheme
from scoring.sheets import Form, bounded, form
from scoring.working import Node
from scoring.working import dropped as left_out

# Why a judge has no figure in an entry's row: the engine's words, and "apart" for a judge who is not of its panel.
Why = Literal["", "recused", "absent", "void", "missing", "incomplete", "abstained", "apart"]
_WHYS: tuple[Why, ...] = ("recused", "absent", "void", "missing", "incomplete", "abstained")
_MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One judge's sheet for one entry: its points, or why there are none; ``dropped``: it was a highest or lowest.

    ``partly``: items are not marked, and those that are count singly.
    """

    points: Fraction | None = None
    why: Why = ""
    dropped: bool = False
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: a cell per judge of the panel."""

    entry: Entry
    cells: tuple[Cell, ...]
    result: EntryResult


@dataclass(frozen=True, slots=True)
class Panel:
    """One marked component: its entries in manual order within their units, and everybody who belongs to it."""

    component: Component
    judges: tuple[Judge, ...]
    rows: tuple[Row, ...]
    decimals: int


def panels(given: Given, tabulation: Tabulation) -> Iterator[Panel]:
    """Every marked component of the scheme."""
    sheets = {(sheet.judge, sheet.entry): sheet for sheet in given.sheets}
    places = {unit.id: place for place, unit in enumerate(given.roster.units)}
    results = sorted(tabulation.entries.values(), key=lambda result: places[result.entry.unit])
    for part in given.scheme.components:
        if part.source == "marks":
            yield _panel(given, part, [one for one in results if one.entry.component == part.id], sheets)


def _panel(
    given: Given, part: Component, results: Sequence[EntryResult], sheets: Mapping[tuple[str, str], Sheet]
) -> Panel:
    whys = {result.entry.id: _whys(result) for result in results}
    judges = tuple(judge for judge in given.roster.judges if any(judge.id in of for of in whys.values()))
    rows = []
    for result in results:
        entry, out, why = result.entry, _dropped(result.working), whys[result.entry.id]
        shape = form(given.scheme, part, entry.kind)
        cells = (
            _points(given.scheme, part, shape, sheets[judge.id, entry.id], dropped=judge.id in out)
            if why.get(judge.id) == ""
            else Cell(why=why.get(judge.id, "apart"))
            for judge in judges
        )
        rows.append(Row(entry, tuple(cells), result))
    points = [cell.points for row in rows for cell in row.cells if cell.points is not None]
    return Panel(part, judges, tuple(rows), max((_decimals(value) for value in points), default=0))


def _whys(result: EntryResult) -> dict[str, Why]:
    """Every judge of the panel, and why his sheet does not count; "" where it does."""
    whys: dict[str, Why] = dict.fromkeys(result.counted, "")
    for why in _WHYS:
        whys |= dict.fromkeys(getattr(result, why), why)
    return whys


def _points(scheme: Scheme, part: Component, shape: Form, sheet: Sheet, *, dropped: bool) -> Cell:
    """The points of a sheet that counts."""
    marked = [place for place, tick in enumerate(sheet.ticks) if tick is not None]
    if len(marked) < len(sheet.ticks):
        points = shape.part(sheet.ticks, marked)
        return Cell(Fraction(points, shape.denominator), dropped=dropped, partly=True)
    whole = [tick for tick in sheet.ticks if tick is not None]
    (total,), denominator = bounded(scheme, part, [shape.total(whole)], shape.denominator)
    return Cell(Fraction(total, denominator), dropped=dropped)


def _dropped(node: Node | None) -> frozenset[str]:
    """The judges whose whole sheet the trim left out, in whichever class of judges; of a bloc, all of them."""
    if node is None:
        return frozenset()
    if node.op in ("trimmed_mean", "trimmed_sum"):
        return frozenset(judge for side in left_out(node) for one in side for judge in _whole_sheets(one))
    return frozenset().union(*(_dropped(arg) for arg in node.args))


def _whole_sheets(node: Node) -> Iterator[str]:
    """The judges of the sheets in a working; a part of a sheet, which names its item, is no whole one."""
    if node.op == "sheet" and "#" not in node.ref:
        yield node.ref.split("/")[0]
    for arg in node.args:
        yield from _whole_sheets(arg)


def _decimals(value: Fraction) -> int:
    text = plain(value)
    return 0 if "/" in text else min(_MOST_DECIMALS, len(text.partition(".")[2]))


def adjustments(node: Node | None) -> tuple[tuple[str, Fraction], ...]:
    """The rules that added points to an entry's score or took them away, with the points."""
    if node is None or node.op == "sheet":
        return ()
    inner = tuple(found for arg in node.args for found in adjustments(arg))
    if node.op in ("plus", "minus") and node.ref:
        points = node.args[1].value
        return (*inner, (node.ref, points if node.op == "plus" else ZERO - points))
    return inner


def score_text(scheme: Scheme, part: Component, result: EntryResult) -> str:
    """An entry's score with the decimals of its stage, else in full."""
    if result.score is None:
        return "—"
    stage = scheme.stage("panel", part.id)
    if stage is None:
        return figure(result.score)
    text = shown(result.score, max(stage.decimals, 0))
    # After the stage an adjustment may have left more decimals than the stage has.
    return text if exact(text) == result.score else figure(result.score)
