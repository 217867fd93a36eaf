"""What the page and the tally sheet show of a result: rows of text, ready for the templates.

Reads what ``service.score`` gave. Computes no score and decides no place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.i18n import Language
from app.pages import yuan
from app.tally.cells import Mark
from app.tally.grid import Grid
from app.tally.intake import Part
from app.tally.rule_words import rule_lines, tie_word, word
from app.tally.service import Scored
from app.tally.wording import Named, lines, named
from scoring.numbers import plain, shown
from scoring.results import EntryResult, Tabulation, UnitResult
from scoring.scheme import Component, Scheme
from scoring.ties import Comparison
from scoring.working import Node, dropped

_JUDGES_ACROSS = 16  # more columns of marks do not fit on A4 beside the names


@dataclass(frozen=True, slots=True)
class Working:
    """How one number came about, in at most six lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the ranking. ``boundary`` is what is said between it and the line above, if a prize ends there."""

    name: str
    beside: str
    division: str
    place: str
    tied: bool
    parts: tuple[str, ...]
    score: str
    prize: str
    first_prize: bool
    yuan: str
    state: str
    workings: tuple[Working, ...]
    boundary: str = ""


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
    """Everything the templates need of a result."""

    rule: tuple[str, ...]
    columns: tuple[str, ...]
    places: tuple[Place, ...]
    divided: bool
    prized: bool
    paid: str
    open: tuple[str, ...]
    notes: tuple[str, ...]
    tables: tuple[SheetTable, ...]
    summary: bool
    judges: tuple[str, ...]


def shown_result(scored: Scored, tabulation: Tabulation, language: Language) -> Shown:
    """The result in the reader's language."""
    scheme = scored.scheme
    several = len(scheme.components) > 1
    projects = any(part.reading.grid and _grouped(scheme) for part in scored.intake.parts)
    return Shown(
        rule=rule_lines(scheme, language),
        columns=tuple(word(part.name, language) for part in scheme.components) if several else (),
        places=tuple(_places(scored, tabulation, language)),
        divided=bool(scheme.divisions),
        prized=bool(scheme.prizes.tiers),
        paid=yuan(tabulation.money.paid) if tabulation.money.planned else "",
        open=tuple(language.sentence(fault) for fault in tabulation.open),
        notes=tuple(language.sentence(fault) for fault in tabulation.notes),
        tables=tuple(table for part in scored.intake.parts for table in _tables(scored, tabulation, part, language)),
        summary=several or projects,
        judges=tuple(judge.name for judge in scored.intake.roster.judges),
    )


def _grouped(scheme: Scheme) -> bool:
    return scheme.contest == "tour"


def _places(scored: Scored, tabulation: Tabulation, language: Language) -> Iterator[Place]:
    scheme = scored.scheme
    order = sorted(tabulation.units, key=lambda unit: _tier(scheme, unit)) if _by_prize(scheme) else tabulation.units
    beside = {
        entrant.name: " · ".join(text for text in (entrant.unit, entrant.kind) if text and text != entrant.name)
        for part in scored.intake.parts
        if part.reading.grid and not _grouped(scheme)
        for entrant in part.reading.grid.entrants
    }
    divisions = {division.id: word(division.name, language) for division in scheme.divisions}
    names = named(scheme, scored.intake.roster)
    before: UnitResult | None = None
    for unit in order:
        tiers = unit.award.tiers if unit.award else ()
        prizes = [word(tier.name, language) for tier in scheme.prizes.tiers if tier.id in tiers]
        yield Place(
            name=unit.unit.name,
            beside=beside.get(unit.unit.name, ""),
            division=divisions.get(unit.unit.division, ""),
            place=unit.place_shown,
            tied=unit.sharing > 1 and unit.place is not None,
            parts=tuple(_part(scheme, unit, part) for part in scheme.components) if len(scheme.components) > 1 else (),
            score=unit.shown,
            prize=language.gettext(", ").join(prizes),
            first_prize=bool(tiers) and tiers[0] == scheme.prizes.tiers[0].id,
            yuan=yuan(unit.award.fen) if unit.award and unit.award.fen else "",
            state=_state(unit, language),
            workings=tuple(_workings(scheme, unit, names, language)),
            boundary=_boundary(scheme, before, unit, language),
        )
        before = unit


def _by_prize(scheme: Scheme) -> bool:
    """Where each division has its own first prize, the notice lists prizes, not places."""
    return scheme.prizes.first_of_each_division or scheme.prizes.quota_by == "division"


def _tier(scheme: Scheme, unit: UnitResult) -> int:
    tiers = unit.award.tiers if unit.award else ()
    order = [tier.id for tier in scheme.prizes.tiers]
    return order.index(tiers[0]) if tiers else len(order)


def _part(scheme: Scheme, unit: UnitResult, part: Component) -> str:
    node = unit.components.get(part.id)
    return shown(node.value, scheme.total.decimals, scheme.total.mode) if node else "—"


def _state(unit: UnitResult, language: Language) -> str:
    if unit.excluded:
        return language.gettext("excluded")
    if unit.score is None:
        return language.gettext("no score yet")
    if unit.provisional:
        return language.gettext("provisional")
    return ""


def _workings(scheme: Scheme, unit: UnitResult, names: Named, language: Language) -> Iterator[Working]:
    if unit.working:
        yield Working(language.gettext("Score"), tuple(lines(unit.working, language, names)))
    for part in scheme.components if len(scheme.components) > 1 else ():
        node = unit.components.get(part.id)
        if node:
            yield Working(word(part.name, language), tuple(lines(node, language, names)))
    for comparison in unit.comparisons:
        told = _comparison(scheme, comparison, language)
        yield Working(language.gettext("Equal scores"), (told,))


def _comparison(scheme: Scheme, comparison: Comparison, language: Language) -> str:
    key = tie_word(scheme, comparison.key, language)
    if comparison.values is None:
        return language.gettext("{key}: not known, cannot separate them", key=key)
    if not comparison.separates:
        return language.gettext("{key}: also equal", key=key)
    if comparison.key in ("decision", "draw"):
        return language.gettext("{key}: separates them", key=key)
    values = ", ".join(f"{unit} {_short(value)}" for unit, value in comparison.values.items())
    return language.gettext("{key}: {values}", key=key, values=values)


def _short(value: Fraction) -> str:
    text = plain(value)
    return text if "/" not in text and len(text) < 8 else shown(value, 4)  # a readable number


def _boundary(scheme: Scheme, above: UnitResult | None, below: UnitResult, language: Language) -> str:
    """What is said where one prize ends and the next begins: how far apart the two are."""
    if above is None or not scheme.prizes.tiers or _tier(scheme, above) == _tier(scheme, below):
        return ""
    tiers = scheme.prizes.tiers
    higher = word(tiers[_tier(scheme, above)].name, language) if _tier(scheme, above) < len(tiers) else ""
    if not higher or above.rank_value is None or below.rank_value is None:
        return " "
    gap = above.rank_value - below.rank_value
    lower = (
        word(tiers[_tier(scheme, below)].name, language)
        if _tier(scheme, below) < len(tiers)
        else language.gettext("no prize")
    )
    if gap < 0:
        return language.gettext("{above} end here, {below} begin", above=higher, below=lower)
    if gap == 0:
        return language.gettext("{above} and {below}: equal scores", above=higher, below=lower)
    return language.gettext("{above} and {below} are {gap} apart", above=higher, below=lower, gap=_gap(gap))


def _gap(gap: Fraction) -> str:
    """With as many digits as it takes to see that it is not nothing."""
    decimals = 3
    while decimals < 9 and shown(gap, decimals).strip("0.") == "":
        decimals += 1
    return shown(gap, decimals)


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
