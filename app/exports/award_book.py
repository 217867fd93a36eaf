"""The award table (奖励资金表): who is paid what, in figures and in Chinese capitals, with a place to sign.

Reads a result. Writes bytes and nothing else. The sum is the money the result pays, or there is no table.
"""

from dataclasses import dataclass

from app.errors import AppError
from app.exports.book import HEAD_ROW, Book, Figure, fitting, money, workbook
from app.exports.capitals import capitals
from app.exports.queries import Tallied
from app.i18n import Language
from app.results.rule_words import word
from scoring.faults import must
from scoring.numbers import exact
from scoring.results import Tabulation, UnitResult
from scoring.scheme import Scheme


class NoPrizes(AppError):
    """The scheme has no prizes, so there is nothing to pay."""

    code = "exports.no_prizes"
    status = 404


@dataclass(frozen=True, slots=True)
class Paid:
    """One line of the table; ``fen`` 0: the prize without money."""

    tier: str
    unit: str
    fen: int


def awarded(tallied: Tallied, language: Language) -> tuple[Paid, ...]:
    """Everybody with a prize or money: tier by tier, and within a tier in the order that the scheme publishes.

    Where only tiers are published nobody may read a place off the table: there the manual order stands.
    """
    scheme = tallied.given.scheme
    order = {unit.id: place for place, unit in enumerate(tallied.given.roster.units)}
    won = [unit for unit in tallied.tabulation.units if unit.award and (unit.award.tiers or unit.award.fen)]
    if scheme.publication.level == "tiers":
        won.sort(key=lambda unit: order[unit.unit.id])
    won.sort(key=lambda unit: _tier(scheme, unit))
    return tuple(
        Paid(_names(scheme, unit, language), unit.unit.name or unit.unit.id, unit.award.fen)
        for unit in won
        if unit.award
    )


def _tier(scheme: Scheme, unit: UnitResult) -> int:
    """The highest of the unit's tiers; money without a tier stands last."""
    tiers = unit.award.tiers if unit.award else ()
    places = [place for place, tier in enumerate(scheme.prizes.tiers) if tier.id in tiers]
    return min(places, default=len(scheme.prizes.tiers))


def _names(scheme: Scheme, unit: UnitResult, language: Language) -> str:
    """More than one where equals share the places of several tiers."""
    tiers = unit.award.tiers if unit.award else ()
    names = [word(tier.name, language) for tier in scheme.prizes.tiers if tier.id in tiers]
    return language.gettext(", ").join(names) or "—"


def award_workbook(tallied: Tallied, language: Language) -> bytes:
    """The table on one sheet. Raises NoPrizes."""
    if not tallied.given.scheme.prizes.tiers:
        raise NoPrizes
    lines = awarded(tallied, language)
    _balance(tallied.tabulation, lines)
    with workbook(tallied, language) as (book, target):
        _table(book, lines)
    return target.getvalue()


def _balance(tabulation: Tabulation, lines: tuple[Paid, ...]) -> None:
    must(hold=sum(line.fen for line in lines) == tabulation.money.paid, promise="the award table pays what is paid")


def _table(book: Book, lines: tuple[Paid, ...]) -> None:
    say, tallied = book.language.gettext, book.tallied
    headings = [
        say("No."), say("Prize"), say("Unit"), say("Amount (yuan)"), say("Amount in Chinese capitals"),
        say("Signature of the recipient"),
    ]  # fmt: skip
    paid = tallied.tabulation.money.paid
    words = [capitals(line.fen) for line in lines] + [capitals(paid)]
    widths = [8, fitting([line.tier for line in lines], 14), fitting([line.unit for line in lines], 22), 16]
    widths += [fitting(words, 28), 26]
    sheet = book.add(say("Award table"))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.fit_to_pages(1, 0)
    book.head(sheet, say("{name}: award table", name=tallied.name), headings)
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    row = HEAD_ROW
    for number, line in enumerate(lines, 1):
        row += 1
        sheet.set_row(row, 27)
        amount, spelt = (money(line.fen), capitals(line.fen)) if line.fen else (Figure("—"), "—")
        book.put(sheet, row, 0, Figure(str(number), exact(number)))
        book.text(sheet, row, 1, line.tier)
        book.text(sheet, row, 2, line.unit)
        book.put(sheet, row, 3, amount)
        book.text(sheet, row, 4, spelt)
        book.text(sheet, row, 5, "")
    row += 1
    sheet.set_row(row, 27)
    for column, text in enumerate((say("In all"), "", "", "", capitals(paid), "")):
        book.text(sheet, row, column, text, bold=True)
    book.put(sheet, row, 3, money(paid), bold=True)
    still = [book.language.sentence(fault) for fault in tallied.tabulation.open]
    told = ["", say("To be settled before this can be a result"), *(f"· {one}" for one in still)] if still else []
    book.paragraphs(sheet, row + 1, widths, told)
