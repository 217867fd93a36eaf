"""What the page and the tally sheet show of a result: rows of text, ready for the templates.

Reads what ``service.score`` gave. Computes no score and decides no place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.i18n import Language
from app.results.rows import Ranked, ranked
from app.results.rule_words import word
from app.tally.cells import Mark
from app.tally.grid import Grid
from app.tally.intake import Part
from app.tally.service import Scored
from scoring.numbers import shown
from scoring.results import EntryResult, Tabulation
from scoring.scheme import Scheme
from scoring.working import Node, dropped

_JUDGES_ACROSS = 16  # more columns of marks do not fit on A4 beside the names


@dataclass(frozen=True, slots=True)
class SheetMark:
    """A cell of the tally sheet; ``out`` where the mark was dropped."""

    text: str
    out: bool = False


@dataclass(frozen=True, slots=True)
class SheetLine:
    number: int
    name: str
    beside: str
    marks: tuple[SheetMark, ...]
    score: str
    place: str
    prize: str


@dataclass(frozen=True, slots=True)
class SheetTable:
    """Marks of one component, or of some of its judges where they are many; ``last`` carries the scores."""

    title: str
    judges: tuple[str, ...]
    lines: tuple[SheetLine, ...]
    last: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the templates need of a result: the ranking, and the tally sheet to print."""

    ranking: Ranked
    tables: tuple[SheetTable, ...]
    summary: bool
    judges: tuple[str, ...]


def shown_result(scored: Scored, tabulation: Tabulation, language: Language) -> Shown:
    """The result in the reader's language."""
    scheme, roster = scored.scheme, scored.intake.roster
    projects = any(part.reading.grid and _grouped(scheme) for part in scored.intake.parts)
    beside = {
        entrant.name: " · ".join(text for text in (entrant.unit, entrant.kind) if text and text != entrant.name)
        for part in scored.intake.parts
        if part.reading.grid and not _grouped(scheme)
        for entrant in part.reading.grid.entrants
    }
    return Shown(
        ranking=ranked(scheme, roster, tabulation, language, beside),
        tables=tuple(table for part in scored.intake.parts for table in _tables(scored, tabulation, part, language)),
        summary=len(scheme.components) > 1 or projects,
        judges=tuple(judge.name for judge in roster.judges),
    )


def _grouped(scheme: Scheme) -> bool:
    return scheme.contest == "tour"


def _tables(scored: Scored, tabulation: Tabulation, part: Part, language: Language) -> Iterator[SheetTable]:
    grid = part.reading.grid
    if grid is None:
        return
    several = len(scored.scheme.components) > 1
    entries = [result for result in tabulation.entries.values() if result.entry.component == part.component.id]
    whole = [
        _line(scored, tabulation, part, grid, entries[e], e=e, language=language) for e in range(len(grid.entrants))
    ]
    starts = range(0, len(grid.judges), _even(len(grid.judges)))
    for start in starts:
        end = min(start + _even(len(grid.judges)), len(grid.judges))
        last = end == len(grid.judges)
        yield SheetTable(
            title=word(part.component.name, language) if several else "",
            judges=tuple(judge.name for judge in grid.judges[start:end]),
            lines=tuple(_columns(line, start, end) for line in whole),
            last=last,
        )


def _even(judges: int) -> int:
    """How many judges stand in one table, so that the tables are of much the same width."""
    tables = -(-judges // _JUDGES_ACROSS)
    return -(-judges // tables)


def _columns(line: SheetLine, start: int, end: int) -> SheetLine:
    return SheetLine(
        line.number, line.name, line.beside, line.marks[start:end], line.score, line.place, line.prize
    )  # fmt: skip


def _line(
    scored: Scored, tabulation: Tabulation, part: Part, grid: Grid, result: EntryResult, *, e: int, language: Language
) -> SheetLine:
    scheme = scored.scheme
    out = _dropped(result)
    judges = [judge.name for judge in grid.judges]
    unit = next(unit for unit in tabulation.units if unit.unit.id == result.entry.unit)
    alone = len(scheme.components) == 1 and not _grouped(scheme)
    prizes = [word(tier.name, language) for tier in scheme.prizes.tiers if unit.award and tier.id in unit.award.tiers]
    score = shown(result.score, scheme.total.decimals, scheme.total.mode) if result.score is not None else "—"
    return SheetLine(
        number=e + 1,
        name=grid.entrants[e].name,
        beside=grid.entrants[e].unit if grid.entrants[e].unit != grid.entrants[e].name else "",
        marks=tuple(_marks(part.marks[e], judges, out, language)),
        score=unit.shown if alone else score,
        place=unit.place_shown if alone else "",
        prize=language.gettext(", ").join(prizes) if alone else "",
    )


def _marks(
    cells: Sequence[object], judges: Sequence[str], out: frozenset[str], language: Language
) -> Iterator[SheetMark]:
    words = {"absent": language.gettext("absent"), "recused": language.gettext("recused")}
    for cell, judge in zip(cells, judges, strict=True):
        if isinstance(cell, Mark):
            yield SheetMark(cell.written, judge.replace("/", "／") in out)
        else:
            yield SheetMark(words.get(str(cell), ""))


def _dropped(result: EntryResult) -> frozenset[str]:
    """The judges whose marks for this entry were dropped."""
    node: Node | None = result.working
    while node is not None and node.op not in ("trimmed_mean", "trimmed_sum"):
        node = node.args[0] if node.args else None
    if node is None:
        return frozenset()
    lowest, highest = dropped(node)
    return frozenset(leaf.ref.partition("/")[0] for leaf in (*lowest, *highest))
