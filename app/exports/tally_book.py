"""The tally workbook (评分汇总表): the ranking as it is printed, and behind it every sheet that was counted, to sign.

Reads a result and what it was computed from. Writes bytes and nothing else.
"""

from collections.abc import Mapping

from app.exports.book import HEAD_ROW, Book, Figure, Sheet, fitting, money, wide, workbook
from app.exports.panels import Cell, Panel, Row, adjustments, panels, score_text
from app.exports.queries import Signing, Tallied
from app.i18n import Language
from app.results.rows import Place, Ranked, ranked
from app.results.rule_words import rule_lines, word
from app.results.wording import Named, figure, named
from scoring.numbers import exact, plain, shown
from scoring.results import EntryResult, UnitResult
from scoring.roster import Prior, Unit
from scoring.scheme import Component

_JUDGES_ACROSS = 18  # so many columns of judges can be read on a page of A4


def tally_workbook(tallied: Tallied, language: Language) -> bytes:
    """One sheet with the ranking, one for each component, marked or known before, and one of who signed on glass."""
    with workbook(tallied, language) as (book, target):
        _ranking(book)
        marked = {panel.component.id: panel for panel in panels(book.tallied.given, book.tallied.tabulation)}
        for part in book.scheme.components:
            if part.id in marked:
                _panel(book, marked[part.id])
            else:
                _prior(book, part)
        if tallied.signings:
            _signings(book)
    return target.getvalue()


# --- the ranking


def _ranking(book: Book) -> None:
    say, scheme = book.language.gettext, book.scheme
    table = ranked(scheme, book.tallied.given.roster, book.tallied.tabulation, book.language)
    headings = [say("Place"), say("Unit")]
    headings += [say("Division")] if table.divided else []
    headings += [*table.columns, say("Score")]
    headings += [say("Prize")] if table.prized else []
    headings += [say("Amount (yuan)")] if table.paid else []
    headings.append(say("Remarks"))
    names = [place.name for place in table.places]
    widths = [8, fitting(names, 14), *(fitting([text], 14) for text in headings[2:])]
    sheet = book.add(say("Ranking"))
    sheet.set_column(0, 0, widths[0])
    for column, width in enumerate(widths[1:], 1):
        sheet.set_column(column, column, width)
    sheet.fit_to_pages(1, 0)
    book.head(sheet, say("{name}: tally sheet", name=book.tallied.name), headings)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    units = {unit.unit.name: unit for unit in book.tallied.tabulation.units}
    row = HEAD_ROW + 1
    for place in table.places:
        for column, cell in enumerate(_line(book, table, place, units[place.name])):
            looks = {"align": "left"} if column == 1 else {}
            book.put(sheet, row, column, cell, **looks)
        row += 1
    told = [say("Prize money in all: {yuan} yuan", yuan=table.paid)] if table.paid else []
    rule = word(scheme.name, book.language)
    told += ["", say("{name}: ", name=say("Scoring scheme")) + rule, *table.rule]
    if table.open:
        told += ["", say("To be settled before this can be a result"), *(f"· {line}" for line in table.open)]
    told += ["", say("Digest of the scheme {digest}; engine {engine}", **_origin(book))]
    _signed(book, sheet, book.paragraphs(sheet, row, widths, told), len(widths) - 1)


def _line(book: Book, table: Ranked, place: Place, unit: UnitResult) -> list[Figure]:
    """One unit's line, in the order of the headings."""
    say = book.language.gettext
    nodes = [unit.components.get(part.id) for part in book.scheme.components]
    values = [node.value if node else None for node in nodes]
    cells = [Figure(place.place or "—", exact(place.place) if place.place else None), Figure(place.name)]
    cells += [Figure(place.division)] if table.divided else []
    cells += [Figure(text, value) for text, value in zip(place.parts, values, strict=False)]
    cells.append(Figure(place.score or "—", unit.score))
    cells += [Figure(place.prize)] if table.prized else []
    fen = unit.award.fen if unit.award else 0
    cells += [money(fen) if fen else Figure("")] if table.paid else []
    remarks = [text for text in (place.state, say("shared place") if place.tied else "") if text]
    return [*cells, Figure(say(", ").join(remarks))]


def _origin(book: Book) -> dict[str, str]:
    return {"digest": book.tallied.tabulation.scheme_digest[:16], "engine": book.tallied.tabulation.engine}


def _signed(book: Book, sheet: Sheet, row: int, last: int) -> None:
    """Where the three sign who counted, who checked and who watched."""
    say = book.language.gettext
    line = "＿" * 6 if book.language.code == "zh" else "_" * 12
    people = (say("Tallier"), say("Checker"), say("Steward"), say("Date"))
    told = "    ".join(say("{name}: ", name=name) + line for name in people)
    sheet.set_row(row, 36)
    book.across(sheet, row, last, told, book.look(align="left", valign="bottom"))


# --- a marked component


def _panel(book: Book, panel: Panel) -> None:
    say, part = book.language.gettext, panel.component
    names = named(book.scheme, book.tallied.given.roster, book.tallied.given.decisions)
    classes = {one.id: word(one.name, book.language) for one in book.scheme.judge_classes}
    heads = [
        f"{names.judges[judge.id]}\n{classes[judge.judge_class]}" if judge.judge_class else names.judges[judge.id]
        for judge in panel.judges
    ]
    headings = [say("No."), say("Unit"), say("Entry"), *heads, say("Sheets"), say("Score"), say("Remarks")]
    units = [names.units[row.entry.unit] for row in panel.rows]
    entries = [names.entries[row.entry.id] for row in panel.rows]
    widths = [6, fitting(units, 10), fitting(entries, 16), *(_judge_width(head) for head in heads), 8, 10, 18]
    sheet = book.add(word(part.name, book.language))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.fit_to_pages(max(1, -(-len(panel.judges) // _JUDGES_ACROSS)), 0)
    sheet.repeat_columns(0, 2)
    book.head(sheet, f"{book.tallied.name} · {word(part.name, book.language)}", headings)
    sheet.freeze_panes(HEAD_ROW + 1, 3)
    row = HEAD_ROW + 1
    for one in panel.rows:
        _entry(book, sheet, row, one, panel, names)
        row += 1
    _signed(book, sheet, book.paragraphs(sheet, row, widths, _legend(book, panel)), len(widths) - 1)


def _judge_width(head: str) -> int:
    return max(7, *(wide(line) + 2 for line in head.split("\n")))


def _legend(book: Book, panel: Panel) -> list[str]:
    """What must be known to count again from the sheets, which stand here as they were handed in."""
    say, struck = book.language.gettext, any(cell.dropped for row in panel.rows for cell in row.cells)
    told = ["", say("Struck out: dropped as a highest or lowest mark.")] if struck else [""]
    return [*told, *_entered(book, panel), *rule_lines(book.scheme, book.language)]


def _entered(book: Book, panel: Panel) -> list[str]:
    """The sheets of this component that were entered for their judges, each with who did."""
    say, given = book.language.gettext, book.tallied.given
    names = named(book.scheme, given.roster, given.decisions)
    here = {row.entry.id for row in panel.rows}
    return [
        say(
            "{judge} on {entry}: entered as dictated, by {first} and {second}",
            judge=names.judges[one.judge_id], entry=names.entries[one.entry_id], first=one.first, second=one.second,
        )
        for one in book.tallied.dictated
        if one.entry_id in here
    ]  # fmt: skip


def _entry(book: Book, sheet: Sheet, row: int, one: Row, panel: Panel, names: Named) -> None:
    entry, result, part = one.entry, one.result, panel.component
    number = book.tallied.entries[entry.id]
    book.put(sheet, row, 0, Figure(str(number), exact(number)))
    book.text(sheet, row, 1, names.units[entry.unit])
    book.text(sheet, row, 2, names.entries[entry.id])
    for column, cell in enumerate(one.cells, 3):
        struck = {"font_strikeout": True, "font_color": "#8A8472"} if cell.dropped else {}
        book.put(sheet, row, column, _cell(book, cell, panel.decimals), **struck)
    after = 3 + len(one.cells)
    book.put(sheet, row, after, Figure(str(len(result.counted)), exact(len(result.counted))))
    book.put(sheet, row, after + 1, _score(book, part, result), bold=True)
    book.text(sheet, row, after + 2, _remarks(book, result, names))


def _cell(book: Book, cell: Cell, decimals: int) -> Figure:
    """A judge's points, or the word for why there are none: no word can be taken for a number, nor for another."""
    say = book.language.gettext
    words = {
        "recused": say("recused"),
        "absent": say("absent"),
        "void": say("does not count"),
        "missing": say("not handed in"),
        "incomplete": say("incomplete"),
        "abstained": say("abstained"),
        "apart": "—",
    }
    if cell.points is None:
        return Figure(words[cell.why])
    text = shown(cell.points, decimals)
    text = text if exact(text) == cell.points else figure(cell.points)
    if cell.partly:
        return Figure(say("{value} (some items only)", value=text))
    return Figure(text, cell.points)


def _score(book: Book, part: Component, result: EntryResult) -> Figure:
    """An entry's score with the decimals of its stage, else in full."""
    if result.score is None:
        return Figure("—")
    return Figure(score_text(book.scheme, part, result), result.score)


def _remarks(book: Book, result: EntryResult, names: Named) -> str:
    """Why a score is not simply what the marks give."""
    say, language, scheme = book.language.gettext, book.language, book.scheme
    told = [word(veto.name, language) for veto in scheme.vetoes if veto.id == result.excluded]
    told += [say("provisional")] if result.provisional else []
    told += [say("by decision")] if result.working is not None and result.working.op == "decision" else []
    for rule, points in adjustments(result.working):
        sign = "+" if points > 0 else "−"
        told.append(f"{word(names.rules[rule], language)} {sign}{plain(abs(points))}")
    return say(", ").join(told)


# --- signatures on glass


def _signings(book: Book) -> None:
    """Who signed what he handed in, and when; the drawings stand on the page of signatures."""
    say, signings = book.language.gettext, book.tallied.signings
    headings = [say("No."), say("Judge"), say("Signed at"), say("State"), say("Remarks")]
    widths = [8, fitting([one.name for one in signings], 16), 16, 28, 40]
    sheet = book.add(say("Signatures"))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.fit_to_pages(1, 0)
    book.head(sheet, f"{book.tallied.name} · {say('Signatures')}", headings)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    for row, one in enumerate(signings, HEAD_ROW + 1):
        book.put(sheet, row, 0, Figure(str(one.number), exact(one.number)))
        book.text(sheet, row, 1, one.name)
        book.text(sheet, row, 2, one.at or "—")
        book.text(sheet, row, 3, _standing(book, one))
        book.text(sheet, row, 4, say("Typed: {name}", name=one.typed) if one.typed else "")


def _standing(book: Book, one: Signing) -> str:
    say = book.language.gettext
    if one.missing:
        return book.language.ngettext("{n} sheet not signed", "{n} sheets not signed", one.missing)
    if one.waived:
        return say("counts without a signature, by decision")
    return say("all signed") if one.at else say("nothing to sign")


# --- a component known before


def _prior(book: Book, part: Component) -> None:
    say = book.language.gettext
    given = [prior for prior in book.tallied.given.priors if isinstance(prior, Prior)]
    sources = {prior.unit: prior.source for prior in given if prior.component == part.id}
    results = {unit.unit.id: unit for unit in book.tallied.tabulation.units}
    units = book.tallied.given.roster.units
    headings = [say("No."), say("Unit"), say("Score"), say("Source")]
    widths = [8, fitting([unit.name for unit in units], 20), 14, 50]
    sheet = book.add(word(part.name, book.language))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.fit_to_pages(1, 0)
    book.head(sheet, f"{book.tallied.name} · {word(part.name, book.language)}", headings)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    for row, unit in enumerate(units, HEAD_ROW + 1):
        number = book.tallied.units[unit.id]
        book.put(sheet, row, 0, Figure(str(number), exact(number)))
        book.text(sheet, row, 1, unit.name or unit.id)
        book.put(sheet, row, 2, _known(results[unit.id], part))
        book.text(sheet, row, 3, _source(book, unit, results[unit.id], part, sources))
    _signed(book, sheet, HEAD_ROW + len(units) + 2, len(widths) - 1)


def _known(result: UnitResult, part: Component) -> Figure:
    node = result.components.get(part.id)
    return Figure(figure(node.value), node.value) if node else Figure("—")


def _source(book: Book, unit: Unit, result: UnitResult, part: Component, sources: Mapping[str, str]) -> str:
    node = result.components.get(part.id)
    if node is None or node.op == "prior":
        return sources.get(unit.id, "")
    say = book.language.gettext
    return say("by decision") if node.op == "decision" else say("as the scheme says for a score that is not known")
