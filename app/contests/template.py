"""The workbook to fill in: sheets with headings and drop-downs as the scheme has them, and a sheet that explains.

Gives the bytes of an .xlsx. Reads a scheme and writes nothing else. No cell is ever a formula.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import xlsxwriter

from app.contests.columns import Column, SheetForm, known_before, marked, sheets_for
from app.contests.draft import Draft
from app.contests.schemes import word
from app.i18n import Language
from scoring.scheme import Scheme

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BY_ID = frozenset({"unit", "division", "kind", "component", "judge_class", "divisions", "components", "judges"})
_LAST_ROW = 3000  # drop-downs and text formats reach so far down
_WIDTHS = {
    "number": 8,
    "name": 30,
    "unit": 20,
    "kind": 26,
    "component": 16,
    "where": 30,
    "source": 36,
    "aide": 20,
    "bus": 10,
}


def template(scheme: Scheme, language: Language, roster: Draft | None = None) -> bytes:
    """The workbook for contests of this scheme, in the reader's language: empty, or with a roster in it."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        heading = book.add_format({"bold": True, "bg_color": "#F3F0E7", "border": 1, "border_color": "#C9C3B3"})
        text = book.add_format({"num_format": "@"})
        lists = _lists(scheme, language)
        forms = sheets_for(scheme)
        for form in forms:
            sheet = book.add_worksheet(title(form, language))
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(form.columns):
                # As text, so that 0123 stays a phone's end and 2022-07-07 a day as it was written.
                sheet.set_column(place, place, _WIDTHS.get(column.key, 14), None if column.key == "number" else text)
                sheet.write_string(0, place, heading_of(column, language) + ("*" if column.needed else ""), heading)
                sheet.write_comment(0, place, hint_of(form, column, language), {"x_scale": 2, "font_size": 10})
            for line, cells in enumerate(_filled(form, scheme, roster or Draft(), language), start=1):
                for place, cell in enumerate(cells):
                    if isinstance(cell, int):
                        sheet.write_number(line, place, cell)
                    else:
                        sheet.write_string(line, place, cell, text)
        notes = book.add_worksheet(language.gettext("How to fill in"))
        _explain(notes, forms, language, heading, book.add_format({"text_wrap": True, "valign": "top"}))
        words = book.add_worksheet(language.gettext("Choices"))
        for place, names in enumerate(lists.values()):
            words.set_column(place, place, 30)
            for line, name in enumerate(names):
                words.write_string(line, place, name)
        for form in forms:
            sheet = book.get_worksheet_by_name(title(form, language))
            _drop_downs(sheet, words.get_name(), form, lists)
            _units(sheet, form, next(one for one in forms if one.key == "units"), language)
    return target.getvalue()


def _filled(form: SheetForm, scheme: Scheme, roster: Draft, language: Language) -> Iterator[list[int | str]]:
    """The lines of one sheet, column by column, with names in place of ids."""
    names = names_of(scheme, roster, language)
    for line in getattr(roster, form.key):
        cells: dict[str, int | str] = asdict(line)
        yield [
            ";".join(names.get(part, part) for part in value.split(";"))
            if isinstance(value, str) and column.key in BY_ID
            else value
            for column in form.columns
            for value in [cells[column.key]]
        ]


def names_of(scheme: Scheme, roster: Draft, language: Language) -> dict[str, str]:
    """What stands on the sheets for the ids that lines hold."""
    names = {unit.id: unit.name for unit in roster.units} | {judge.id: str(judge.number) for judge in roster.judges}
    names |= {one.id: word(one.name, language) for one in (*scheme.divisions, *scheme.kinds)}
    names |= {one.id: word(one.name, language) for one in scheme.judge_classes}
    return names | {one.id: word(one.name, language) for one in scheme.components}


def title(form: SheetForm, language: Language) -> str:
    return form.zh if language.code == "zh" else form.en


def heading_of(column: Column, language: Language) -> str:
    return (column.zh if language.code == "zh" else column.en)[0]


def _lists(scheme: Scheme, language: Language) -> dict[str, list[str]]:
    """The words to choose from, by the column they are for."""
    lists = {
        "division": [word(one.name, language) for one in scheme.divisions],
        "kind": [word(one.name, language) for one in scheme.kinds],
        "judge_class": [word(one.name, language) for one in scheme.judge_classes],
        "component": [word(one.name, language) for one in marked(scheme)],
        "prior": [word(one.name, language) for one in known_before(scheme)],
    }
    return {key: names for key, names in lists.items() if names}


def _drop_downs(
    sheet: "xlsxwriter.worksheet.Worksheet", words: str, form: SheetForm, lists: dict[str, list[str]]
) -> None:
    """A list beside the cell instead of a name to type."""
    # It points at the sheet of choices: a list of its own may be 255 characters long, and thirty kinds are more.
    for place, column in enumerate(form.columns):
        key = "prior" if (form.key, column.key) == ("priors", "component") else column.key
        if key not in lists:
            continue
        letter = chr(ord("A") + list(lists).index(key))
        source = f"='{words}'!${letter}$1:${letter}${len(lists[key])}"
        rule = {"validate": "list", "source": source, "ignore_blank": True, "error_type": "warning"}
        sheet.data_validation(1, place, _LAST_ROW, place, rule)


def _units(sheet: "xlsxwriter.worksheet.Worksheet", form: SheetForm, units: SheetForm, language: Language) -> None:
    """A unit is chosen from the sheet of units as it is being filled in."""
    letter = chr(ord("A") + [column.key for column in units.columns].index("name"))
    source = f"='{title(units, language)}'!${letter}$2:${letter}${_LAST_ROW}"
    for place, column in enumerate(form.columns):
        if column.key == "unit":
            rule = {"validate": "list", "source": source, "ignore_blank": True, "error_type": "warning"}
            sheet.data_validation(1, place, _LAST_ROW, place, rule)


def _explain(
    sheet: "xlsxwriter.worksheet.Worksheet",
    forms: Sequence[SheetForm],
    language: Language,
    heading: object,
    wrapped: object,
) -> None:
    say = language.gettext
    titles = [say("Sheet"), say("Column"), say("What to write"), say("Example")]
    for place, (name, width) in enumerate(zip(titles, (16, 20, 76, 26), strict=True)):
        sheet.set_column(place, place, width, wrapped)
        sheet.write_string(0, place, name, heading)
    line = 0
    for form in forms:
        for column in form.columns:
            line += 1
            what, example = hint_of(form, column, language), _example(form, column, language)
            cells = (title(form, language), heading_of(column, language), what, example)
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell)
    line += 2
    sheet.write_string(
        line, 0, say("Columns with * must be filled in. Keep the headings; the order of columns is yours.")
    )
    sheet.write_string(line + 1, 0, say("Nothing here is read back: only the sheets before this one are."))


def hint_of(form: SheetForm, column: Column, language: Language) -> str:
    """What to write in the column, in one or two sentences."""
    say = language.gettext
    hints = {
        "number": say("A whole number from 1 up, each once. Every list is shown and printed in this order."),
        "units.name": say("Who is ranked and rewarded. The other sheets name it exactly as it stands here."),
        "unit": say("Exactly as on the sheet of units."),
        "division": say("Choose from the list."),
        "entries.name": say("What is marked: a project, a pitch, a performance."),
        "kind": say("Choose from the list: the items of the score sheet depend on it."),
        "component": say("Choose from the list. Left empty, it is the first one."),
        "group": say("With whom it competes, in a round that is held in groups: the same words for the same group."),
        "day": say("The same words for the same day: attendance is ticked by day."),
        "time": say("Planned arrival, as 14:20. May stay empty."),
        "where": say("Where it is. May stay empty."),
        "judges": say("Only if not everybody marks it: numbers or names of its judges, with ; between."),
        "judges.name": say("The name as it will stand on the badge."),
        "judges.unit": say("The unit the judge belongs to, if it takes part: he does not mark it. Empty for guests."),
        "bloc": say("With whom the judge is counted. Left empty, it is his own unit."),
        "judge_class": say("Choose from the list."),
        "divisions": say("Only if the judge does not mark all of them; several with ; between."),
        "components": say("Only if the judge does not mark all of them; several with ; between."),
        "phone_end": say("The last four digits of his phone number: asked for when a second phone uses his badge."),
        "aide": say("Who helps the judge with the phone, if somebody does. May stay empty."),
        "bus": say("Which bus the judge rides on: who lacks sheets is listed by it. May stay empty."),
        "value": say("The score as it stands in the document, without rounding."),
        "source": say("Where the score comes from: the document and its number."),
    }
    return hints.get(f"{form.key}.{column.key}") or hints[column.key]


def _example(form: SheetForm, column: Column, language: Language) -> str:
    """Invented: no real county beside an invented score."""
    say = language.gettext
    examples = {
        "number": "1",
        "units.name": say("Yunling County"),
        "unit": say("Yunling County"),
        "entries.name": say("Shuiping Town practice institute"),
        "group": say("Group A"),
        "day": say("Day 1"),
        "time": "14:20",
        "where": say("Shuiping Town"),
        "judges": "3;7;12",
        "judges.name": say("Zhang San"),
        "bloc": say("Yunling County judges"),
        "phone_end": "0123",
        "bus": say("Bus 1"),
        "value": "95.5",
        "source": say("Notice no. 12 of 2022"),
    }
    return examples.get(f"{form.key}.{column.key}") or examples.get(column.key, "")
