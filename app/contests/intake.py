"""From the sheets of a workbook to a draft of the roster, or to everything that is wrong with it, all at once.

Reads rows of text and a scheme. Writes nothing. Never guesses: what cannot be read is told with its sheet, row and
column, and what to do about it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.contests.columns import SheetForm, known_before, marked, sheets_for
from app.contests.draft import Draft, EntryLine, JudgeLine, Places, PriorLine, UnitLine
from app.contests.foreign import told_apart
from app.errors import AppError
from app.settings import Settings
from app.workbook import MERGED, FileTooLarge, FileUnreadable, Rows, is_workbook, sheets_with_merges
from scoring.faults import Fault, Param
from scoring.numbers import exact, plain
from scoring.scheme import Component, JudgeClass, Kind, Scheme, Text
from scoring.tabulate import contradictions

_NARROW = str.maketrans("０１２３４５６７８９．：，；（）　\u00a0", "0123456789.:,;()  ")
_FORMULA_ERROR = re.compile(r"#(REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_SCORE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9])?")
_LIST = re.compile(r"[;,、，；]")
_TITLES_ABOVE = 10  # a sheet may have a title and a remark above its headings
_MOST_SHEETS = 20
_LISTED = 12  # so many known names are told in a sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """``draft`` is whole only where there are no ``faults``; ``notes`` are worth knowing and stop nothing."""

    draft: Draft
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


class WorkbookUnreadable(AppError):
    code = "import.workbook_unreadable"
    status = 422


class WorkbookTooLarge(AppError):
    code = "import.workbook_too_large"
    status = 422


def opened(content: bytes, settings: Settings) -> dict[str, Rows]:
    """The sheets of an uploaded workbook. Raises WorkbookUnreadable, WorkbookTooLarge, and what it is instead."""
    if foreign := told_apart(content):
        raise foreign
    if not is_workbook(content):
        raise WorkbookUnreadable
    try:
        return sheets_with_merges(content, settings, most=_MOST_SHEETS)
    except FileUnreadable as error:
        raise WorkbookUnreadable from error
    except FileTooLarge as error:
        raise WorkbookTooLarge from error


def read_roster(scheme: Scheme, sheets: Mapping[str, Rows]) -> Reading:
    """The roster that the sheets hold, with every fault of every row."""
    return _Intake(scheme, sheets_for(scheme)).read(sheets)


def read_lines(scheme: Scheme, sheets: Mapping[str, Rows]) -> Reading:
    """The same of a roster that is being made line by line: sheets may be empty yet."""
    return _Intake(scheme, tuple(replace(form, needed=False) for form in sheets_for(scheme))).read(sheets)


def tidy(text: str) -> str:
    """A name: spaces of any kind at the ends go, those inside become one."""
    return " ".join(text.replace("\u3000", " ").replace("\u00a0", " ").replace("\ufeff", "").split())


def letters(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


@dataclass(frozen=True, slots=True)
class Row:
    """One line below the headings: ``line`` as Excel counts, and where each column stands under which title."""

    sheet: str
    line: int
    cells: Mapping[str, str]
    places: Mapping[str, tuple[int, str]]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")

    def fault(self, what: str, key: str, **params: Param) -> Fault:
        column, title = self.places.get(key, (0, ""))
        cell = f"{letters(column)}{self.line}"
        written = self[key][:40]
        return Fault(
            f"import.{what}",
            {"sheet": self.sheet, "row": self.line, "column": title, "cell": cell, "written": written, **params},
        )


Words = Mapping[str, str]  # id by what people may write for it


def words_of(named: Iterable[Kind | JudgeClass | Component]) -> Words:
    """Everything that stands for an id: its name in both languages, and the id itself."""
    return {key: one.id for one in named for key in (one.id.casefold(), *_both(one.name))}


def _both(name: Text) -> tuple[str, str]:
    return tidy(name.zh).casefold(), tidy(name.en).casefold()


def some_of(names: Iterable[str]) -> str:
    """The first of many names, as a sentence tells them."""
    known = list(names)
    return listed(known[:_LISTED]) + (" …" if len(known) > _LISTED else "") or "-"


def listed(names: Sequence[str]) -> str:
    """Several names in a row. A name may have 、 in itself: 晒经验、讲变化 is one, not two."""
    return ("；" if any("、" in name for name in names) else "、").join(names)


def _apart(written: str, words: Words) -> Iterator[str]:
    """The names in a cell, with ; or 、 between them: each as long as it can be, for a name may have 、 in itself."""
    rest = written.strip()
    while rest:
        ends = [*(found.start() for found in _LIST.finditer(rest)), len(rest)]
        end = next((end for end in reversed(ends) if rest[:end].strip().casefold() in words), ends[0])
        if name := rest[:end].strip():
            yield name
        rest = rest[end + 1 :].strip()


@dataclass(slots=True)
class _Intake:
    """One reading of one workbook. ``units``: the id by the name; ``rows_of``: where a line of the draft stood.

    ``judges``: the id by the number, and by a name that only one of them has; ``named`` are their numbers and names.
    """

    scheme: Scheme
    forms: tuple[SheetForm, ...]
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    judges: dict[str, str] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    rows_of: dict[str, Row] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def read(self, sheets: Mapping[str, Rows]) -> Reading:
        forms = {form.key: form for form in self.forms}
        units = [self.unit(row) for row in self.rows(forms["units"], sheets)]
        judges = [self.judge(row) for row in self.rows(forms["judges"], sheets)]
        self.name_judges(judges)
        entries = [self.entry(row) for row in self.rows(forms["entries"], sheets)]
        priors = [self.prior(row) for row in self.rows(forms["priors"], sheets)] if "priors" in forms else []
        # Entries name judges, so these were read first; what is wrong is told as the sheets stand.
        order = [self.titles.get(form.key, form.zh) for form in self.forms]
        for told in (self.faults, self.notes):
            told.sort(key=lambda fault: order.index(str(fault.params["sheet"])))
        if self.faults:
            return Reading(Draft(), tuple(self.faults), tuple(self.notes))
        draft = Draft(
            tuple(sorted(units, key=lambda line: line.number)),
            tuple(sorted(entries, key=lambda line: line.number)),
            tuple(sorted(judges, key=lambda line: line.number)),
            tuple(sorted(priors, key=lambda line: int(line.unit.removeprefix("U")))),
            Places(self.titles, self.columns, {line: row.line for line, row in self.rows_of.items()}),
        )
        told = contradictions(self.scheme, draft.roster(), (), draft.prior_scores())
        self.faults += (self.located(draft, fault) for fault in told)
        return Reading(draft, tuple(self.faults), tuple(self.notes))

    # --- from cells to rows

    def rows(self, form: SheetForm, sheets: Mapping[str, Rows]) -> Iterator[Row]:
        """The rows below the headings. A sheet that is missing or has no headings is told once."""
        names = {tidy(name).casefold(): name for name in sheets}
        name = names.get(form.zh.casefold()) or names.get(form.en.casefold())
        if name is None:
            if form.needed:
                found = some_of(sheets)
                self.faults.append(Fault("import.no_sheet", {"sheet": form.zh, "row": 0, "cell": "", "found": found}))
            return
        start, places = self.headings(form, name, sheets[name])
        self.titles[form.key] = name
        self.columns[form.key] = {key: (letters(column), title) for key, (column, title) in places.items()}
        empty = True
        for line, cells in enumerate(sheets[name], start=1):
            texts = {key: tidy(cells[column]) for key, (column, _) in places.items() if column < len(cells)}
            if line <= start or not any(texts.values()):
                continue
            empty = False
            row = Row(name, line, texts, places)
            for key in self.look_over(form, row):
                texts[key] = ""  # told once: what is read from it would only be told again
            yield row
        if empty and form.needed and places:
            self.faults.append(Fault("import.empty_sheet", {"sheet": name, "row": start + 1, "cell": f"A{start + 1}"}))

    def headings(self, form: SheetForm, name: str, rows: Rows) -> tuple[int, dict[str, tuple[int, str]]]:
        """The line of the headings, and where each column stands: the line among the first with the most of them."""
        titles = {
            title.casefold(): column.key for column in form.columns for title in (*column.zh, *column.en)
        }  # fmt: skip
        best: tuple[int, dict[str, tuple[int, str]]] = (0, {})
        for line, cells in enumerate(rows[:_TITLES_ABOVE], start=1):
            found: dict[str, tuple[int, str]] = {}
            for column, cell in enumerate(cells):
                title = tidy(cell).rstrip("*").strip()
                if key := titles.get(title.casefold()):
                    found.setdefault(key, (column, title))
            if len(found) > len(best[1]):
                best = line, found
        line, found = best
        missing = [column.zh[0] for column in form.columns if column.needed and column.key not in found]
        if missing:
            where: dict[str, Param] = {"sheet": name, "row": max(line, 1), "cell": f"A{max(line, 1)}"}
            self.faults.append(Fault("import.no_column", {**where, "columns": some_of(missing)}))
            return 0, {}
        placed = {column for column, _ in found.values()}
        for column, cell in enumerate(rows[line - 1]):
            if tidy(cell) and column not in placed:
                where = {"sheet": name, "row": line, "cell": f"{letters(column)}{line}"}
                self.notes.append(Fault("import.column_not_read", {**where, "column": tidy(cell)[:40]}))
        return line, found

    def look_over(self, form: SheetForm, row: Row) -> list[str]:
        """What can be wrong with any cell: a formula that failed, too much text, nothing where something must be.

        Returns the columns that are not to be read.
        """
        unread = []
        for column in form.columns:
            text = row[column.key]
            if text == MERGED:
                self.faults.append(row.fault("merged_cell", column.key))
                unread.append(column.key)
            elif _FORMULA_ERROR.fullmatch(text):
                self.faults.append(row.fault("formula_error", column.key))
                unread.append(column.key)
            elif len(text) > column.longest:
                self.faults.append(row.fault("too_long", column.key, longest=column.longest, given=len(text)))
            elif column.needed and not text:
                self.faults.append(row.fault("cell_empty", column.key))
        return unread

    # --- from rows to lines

    def unit(self, row: Row) -> UnitLine:
        number = self.number(row)
        unit = f"U{number}"
        if first := self.before(row, "unit", row["name"]):
            self.faults.append(row.fault("double_name", "name", first=first))
        elif row["name"]:
            self.units[row["name"]] = unit
        self.rows_of[unit] = row
        return UnitLine(unit, number, row["name"], self.known(row, "division", words_of(self.scheme.divisions)))

    def entry(self, row: Row) -> EntryLine:
        number = self.number(row)
        parts = marked(self.scheme)
        component = self.known(row, "component", words_of(parts)) or parts[0].id
        unit = self.its_unit(row)
        if first := self.before(row, "entry", row["unit"], component, row["name"]):
            self.faults.append(row.fault("entry_double", "name", first=first))
        self.rows_of[f"E{number}"] = row
        return EntryLine(
            f"E{number}", number, unit, row["name"], component,
            kind=self.known(row, "kind", words_of(self.scheme.kinds)),
            day=row["day"], time=self.time(row), where=row["where"], judges=self.several(row, "judges", self.judges),
            group=row["group"],
        )  # fmt: skip

    def judge(self, row: Row) -> JudgeLine:
        number = self.number(row)
        self.rows_of[f"J{number}"] = row
        return JudgeLine(
            f"J{number}", number, row["name"], self.its_unit(row),
            bloc=row["bloc"] or row["unit"][:64],
            judge_class=self.known(row, "judge_class", words_of(self.scheme.judge_classes)),
            divisions=self.several(row, "divisions", words_of(self.scheme.divisions)),
            components=self.several(row, "components", words_of(marked(self.scheme))),
            phone_end=self.phone_end(row), aide=row["aide"], bus=row["bus"],
        )  # fmt: skip

    def name_judges(self, judges: Sequence[JudgeLine]) -> None:
        """What entries may call the judges: a number, or a name that is nobody else's."""
        names = Counter(judge.name.casefold() for judge in judges)
        self.judges = {judge.name.casefold(): judge.id for judge in judges if names[judge.name.casefold()] == 1}
        self.judges |= {str(judge.number): judge.id for judge in judges}
        self.named = [f"{judge.number} {judge.name}" for judge in judges]

    def prior(self, row: Row) -> PriorLine:
        parts = known_before(self.scheme)
        component = self.known(row, "component", words_of(parts)) or parts[0].id
        unit = self.its_unit(row)
        if first := self.before(row, "prior", row["unit"], component):
            self.faults.append(row.fault("prior_double", "unit", first=first))
        written = row["value"].translate(_NARROW).strip().removesuffix("分").strip()
        full = self.scheme.component[component].full
        if row["value"] and not _SCORE.fullmatch(written):
            self.faults.append(row.fault("not_a_score", "value"))
        elif row["value"] and exact(written) > full:
            self.faults.append(row.fault("score_above_full", "value", full=plain(full)))
        line = PriorLine(unit, component, written, row["source"])
        self.rows_of[line.id] = row
        return line

    # --- from rows to values

    def number(self, row: Row) -> int:
        """The manual number; 0 where it is not one, and that is told."""
        written = row["number"].translate(_NARROW).strip()
        if not _NUMBER.fullmatch(written):
            if written:
                self.faults.append(row.fault("not_a_number", "number"))
            return 0
        if first := self.before(row, "number", written):
            self.faults.append(row.fault("number_double", "number", first=first))
        return int(written)

    def before(self, row: Row, *same: str) -> int:
        """The line of this sheet where the same stood already; 0 where it did not, or where something is empty."""
        first = self.seen.setdefault((row.sheet, *same), row.line)
        return first if first != row.line and all(same) else 0

    def its_unit(self, row: Row) -> str:
        """The id of the unit that the row names; empty where it names none."""
        name = row["unit"]
        # Where the sheet of units could not be read at all, that is told, and not every name again.
        if name and self.units and name not in self.units:
            self.faults.append(row.fault("unknown_unit", "unit"))
        return self.units.get(name, "")

    def known(self, row: Row, key: str, words: Words) -> str:
        """The id that stands for what is written; empty where nothing is."""
        found = words.get(row[key].casefold(), "")
        if row[key] and not found:
            self.faults.append(row.fault("unknown_word", key, known=self.names(words)))
        return found

    def several(self, row: Row, key: str, words: Words) -> str:
        """The ids of several names with ; or 、 between them."""
        names = list(_apart(row[key].translate(_NARROW), words))
        strangers = [name for name in names if name.casefold() not in words]
        if strangers:
            self.faults.append(row.fault("unknown_word", key, known=self.names(words)))
        return ";".join(dict.fromkeys(words[name.casefold()] for name in names if name not in strangers))

    def names(self, words: Words) -> str:
        """One name for each id, as the template shows it."""
        rule = self.scheme
        every: list[Kind | JudgeClass | Component] = [*rule.divisions, *rule.kinds, *rule.judge_classes]
        every += rule.components
        known = [one.name.zh for one in every if words.get(tidy(one.name.zh).casefold()) == one.id]
        return some_of(self.named if words is self.judges else known)

    def time(self, row: Row) -> str:
        written = row["time"].translate(_NARROW).strip()
        found = _TIME.fullmatch(written)
        if written and not found:
            self.faults.append(row.fault("not_a_time", "time"))
        return f"{int(found[1]):02}:{found[2]}" if found else ""

    def phone_end(self, row: Row) -> str:
        """Four digits; of a whole number the last four, so that nobody's number is kept."""
        written = row["phone_end"].translate(_NARROW).replace(" ", "").replace("-", "")
        if written and not re.fullmatch(r"[0-9]{4}|1[0-9]{10}", written):
            self.faults.append(row.fault("not_a_phone_end", "phone_end"))
        return written[-4:]

    # --- the whole

    def located(self, draft: Draft, fault: Fault) -> Fault:
        """A fault the engine found, with the row of its record, and names in place of our ids."""
        names = {unit.id: unit.name for unit in draft.units} | {entry.id: entry.name for entry in draft.entries}
        names |= {judge.id: judge.name for judge in draft.judges}
        params = {key: names.get(str(value), value) for key, value in fault.params.items()}
        where: dict[str, Param] = {"sheet": "", "row": 0, "cell": ""}
        if fault.record and fault.record[0] in ("units", "entries", "judges"):
            row = self.rows_of[getattr(draft, fault.record[0])[fault.record[1]].id]
            # A group has a column of its own; anything else the engine finds is of the whole line.
            column = row.places.get("group", (0, ""))[0] if fault.code.startswith("roster.group_") else 0
            where = {"sheet": row.sheet, "row": row.line, "cell": f"{letters(column)}{row.line}"}
        return Fault(fault.code, {**params, **where})
