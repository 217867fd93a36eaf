"""The CSV files of ``fieldmark score``: marks, roster, prior scores, ledger, decisions. Documented in docs/files.md.

Reads and writes text. Reports every bad row at once, with file and line; from a file with any, nothing is used.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import cast, get_args

from scoring.faults import Fault, Refused
from scoring.numbers import exact, plain
from scoring.results import Tabulation
from scoring.roster import Absence, Decision, DecisionKind, Entry, Judge, Prior, Record, Recusal, Roster, Sheet, Unit
from scoring.scheme import Item, Scheme
from scoring.tabulate import contradictions

_MARK = re.compile(r"\d+(\.\d+)?")

ROSTER = (
    "type",
    "id",
    "name",
    "unit",
    "division",
    "component",
    "kind",
    "day",
    "group",
    "submitted",
    "class",
    "bloc",
    "judge",
    "entry",
    "reason",
)
PRIORS = ("unit", "component", "value", "source")
LEDGER = ("id", "unit", "component", "rule", "value", "level", "project", "day", "evidence")
CARRIED = ("appraisal", "unit", "name", "exact", "rounded", "value")
DECISIONS = ("kind", "subject", "rule", "value", "reason", "document", "by", "at")

# What people write in a Chinese table, and the word of the format it stands for.
_CHINESE = {
    "类型": "type", "编号": "id", "名称": "name", "姓名": "name", "单位": "unit", "参评单位": "unit",
    "组别": "division", "计分部分": "component", "项目类别": "kind", "日期": "day", "评委类别": "class",
    "小组": "group", "报送时间": "submitted",
    "评委组": "bloc", "评委": "judge", "参评项目": "entry", "原因": "reason", "分值": "value",
    "来源": "source", "认定类型": "kind", "对象": "subject", "规则": "rule", "值": "value", "文号": "document",
    "认定人": "by", "时间": "at", "等次": "level", "事项": "project", "佐证材料": "evidence",
}  # fmt: skip
_CHINESE |= {"竞争单位": "rival"}
_TYPES = {"单位": "unit", "参评单位": "unit", "项目": "entry", "参评项目": "entry", "评委": "judge", "回避": "recusal"}
_TYPES |= {"请假": "absence", "缺席": "absence"}


@dataclass(frozen=True, slots=True)
class Text:
    """One file as it was given: its name for messages, and its bytes."""

    name: str
    body: bytes


@dataclass(slots=True)
class Tables:
    """What the files hold. ``lines`` says in which line of which file each record stood."""

    roster: Roster = field(default_factory=lambda: Roster((), (), ()))
    sheets: tuple[Sheet, ...] = ()
    priors: tuple[Prior | Record, ...] = ()
    decisions: tuple[Decision, ...] = ()
    lines: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its number (the first is 1) and its cells by column."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, what: str, **params: str | int) -> Fault:
        return Fault(f"table.{what}", {"file": self.file, "line": self.line, **params})


def read_tables(
    scheme: Scheme,
    marks: Text,
    roster: Text,
    priors: Text | None = None,
    decisions: Text | None = None,
    ledger: Text | None = None,
) -> Tables:
    """The contest that the files describe. Raises Refused with every fault of every file, each with file and line."""
    tables, faults = Tables(), []
    faults += _read_roster(roster, tables)
    sound = not faults
    faults += _read_marks(scheme, marks, tables)
    faults += _read_priors(scheme, priors, tables) if priors else []
    faults += _read_priors(scheme, ledger, tables, ("id", "unit", "rule", "evidence")) if ledger else []
    faults += _read_decisions(decisions, tables) if decisions else []
    unread = {str(fault.params["id"]) for fault in faults if fault.code == "table.roster_type"}
    for fault in contradictions(scheme, tables.roster, tables.sheets, tables.priors, tables.decisions):
        if fault.code != "sheet.out_of_range" and (sound or _holds_anyway(fault, unread)):
            faults.append(located(_of_none(fault), tables))
    if faults:
        raise Refused(sorted(faults, key=_place))
    return tables


def _holds_anyway(fault: Fault, unread: set[str]) -> bool:
    """Whether a contradiction stands although rows of the roster could not be read: else every mark were a stranger's.

    ``unread`` are the ids of those rows: that nobody has such a name is then no fault of who speaks of it.
    """
    if fault.code.startswith("roster."):
        return fault.params.get("name") not in unread
    return fault.code in ("sheet.double", "prior.out_of_range", "prior.double")


def _of_none(fault: Fault) -> Fault:
    """A name where there is nothing to name is told so, and not with an empty list of what there is."""
    if fault.params.get("known") != "-":
        return fault
    name = fault.params.get("name") or fault.params.get("rule") or fault.params.get("component") or ""
    return Fault("table.none_to_name", {"name": name}, fault.record)


def located(fault: Fault, tables: Tables) -> Fault:
    """``fault`` with the file and line of the record it was found in."""
    if fault.record is None or fault.record not in tables.lines:
        return fault
    file, line = tables.lines[fault.record]
    return Fault(fault.code, {**fault.params, "file": file, "line": line})


def _place(fault: Fault) -> tuple[str, int]:
    return str(fault.params.get("file", "")), int(fault.params.get("line", 0))


def read_rows(text: Text, columns: Sequence[str]) -> list[Row]:
    """The rows of a file with exactly these columns. Raises Refused with every fault of its form."""
    faults: list[Fault] = []
    rows = _rows(text, columns, columns, faults)
    if faults:
        raise Refused(faults)
    return rows


def _rows(text: Text, needed: Sequence[str], allowed: Sequence[str] | None, faults: list[Fault]) -> list[Row]:
    """The rows below the heading; faults of the file's shape are added to ``faults``."""
    body = _decoded(text.body)
    if body is None:
        faults.append(Fault("table.encoding", {"file": text.name}))
        return []
    head = next((line for line in body.split("\n") if line.strip()), "")
    if wrong := next((sign for sign in "，；、|" if sign in head), ""):
        faults.append(Fault("table.separator", {"file": text.name, "given": wrong}))
        return []
    # A semicolon is what Excel writes where the decimal sign is a comma.
    between = next((sign for sign in "\t,;" if sign in head), ",")
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=between, strict=True)
    rows: list[Row] = []
    columns: list[str] = []
    try:
        for cells in reader:
            values = [cell.strip() for cell in cells]
            if not any(values):
                continue
            if not columns:
                columns = [_CHINESE.get(value, value) for value in values]
                if bad := list(_heading(text.name, columns, needed, allowed)):
                    faults += bad
                    return []
                continue
            row = Row(text.name, reader.line_num, dict(zip(columns, values, strict=False)))
            if len(values) > len(columns) and any(values[len(columns) :]):
                faults.append(row.fault("long_row", columns=len(columns), cells=len(values)))
            rows.append(row)
    except csv.Error:
        faults.append(Fault("table.quotes", {"file": text.name, "line": reader.line_num}))
        return []
    if not columns:
        faults.append(Fault("table.empty", {"file": text.name, "needed": ", ".join(needed)}))
    return rows


def _heading(
    file: str, columns: Sequence[str], needed: Sequence[str], allowed: Sequence[str] | None
) -> Iterator[Fault]:
    missing = [column for column in needed if column not in columns]
    if missing:
        yield Fault("table.no_column", {"file": file, "columns": ", ".join(missing)})
    for column in dict.fromkeys(columns):
        if column and columns.count(column) > 1:
            yield Fault("table.double_column", {"file": file, "column": column})
        if column and allowed is not None and column not in allowed:
            yield Fault("table.unknown_column", {"file": file, "column": column, "known": ", ".join(allowed)})


def _decoded(body: bytes) -> str | None:
    """UTF-8 with or without its mark, else the Chinese encoding that Excel writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for part in (part.strip() for part in re.split("[;；]", cell)) if part)


def _read_roster(text: Text, tables: Tables) -> list[Fault]:
    faults: list[Fault] = []
    found: dict[str, list[object]] = {name: [] for name in ("units", "entries", "judges", "recusals", "absences")}

    def keep(name: str, record: object, row: Row) -> None:
        tables.lines[name, len(found[name])] = (row.file, row.line)
        found[name].append(record)

    for row in _rows(text, ("type", "id"), ROSTER, faults):
        kind = _TYPES.get(row["type"], row["type"])
        if kind == "unit":
            keep("units", Unit(row["id"], row["name"], row["division"]), row)
        elif kind == "entry":
            entry = Entry(row["id"], row["unit"], row["component"], row["kind"], row["name"], row["day"])
            judges = _listed(row["judge"]) or None
            keep("entries", replace(entry, group=row["group"], submitted=row["submitted"], judges=judges), row)
        elif kind == "judge":
            lists = _listed(row["division"]), _listed(row["component"])
            keep("judges", Judge(row["id"], row["name"], row["class"], row["unit"], row["bloc"], *lists), row)
        elif kind == "recusal":
            keep("recusals", Recusal(row["judge"], row["unit"], row["entry"], row["reason"]), row)
        elif kind == "absence":
            keep("absences", Absence(row["judge"], row["entry"], row["day"], row["reason"]), row)
        else:
            faults.append(row.fault("roster_type", given=row["type"], id=row["id"]))
    tables.roster = Roster(**{name: tuple(records) for name, records in found.items()})  # type: ignore[arg-type]
    return faults


def _read_marks(scheme: Scheme, text: Text, tables: Tables) -> list[Fault]:
    faults: list[Fault] = []
    entries = {entry.id: entry for entry in tables.roster.entries}
    columns = _mark_columns(scheme)
    sheets: list[Sheet] = []
    for row in _rows(text, ("judge", "entry"), ("judge", "entry", *columns), faults):
        entry = entries.get(row["entry"])
        if entry and entry.component in scheme.component and (not entry.kind or entry.kind in scheme.kind_ids):
            ticks, bad = _ticks(row, entry.component, scheme.items(entry.component, entry.kind))
        else:  # whose entry, component or kind nobody knows is told with the roster; its items cannot be known
            ticks, bad = (), _no_marks(row, columns)
        faults += bad
        # A row with a bad cell is kept, to be held against the roster; nothing is computed from it.
        tables.lines["sheets", len(sheets)] = (row.file, row.line)
        sheets.append(Sheet(row["judge"], row["entry"], ticks))
    tables.sheets = tuple(sheets)
    return faults


def _mark_columns(scheme: Scheme) -> list[str]:
    """Every heading a column of marks may have: the item's id, or with its component before it."""
    items = [f"{part.id}.{item.id}" for part in scheme.components for c in part.criteria for item in c.items]
    return [*_item_columns(scheme), *items]


def _ticks(row: Row, component: str, items: Sequence[Item]) -> tuple[tuple[int | None, ...], list[Fault]]:
    """The marks of one row on their grids; an empty cell is not marked."""
    faults: list[Fault] = []
    ticks: list[int | None] = []
    used = {"judge", "entry"}
    for item in items:
        column = f"{component}.{item.id}" if f"{component}.{item.id}" in row.cells else item.id
        used.add(column)
        cell = row[column]
        if not cell:
            ticks.append(None)
        elif (mark := _signed(cell)) is None:
            ticks.append(None)
            faults += _no_marks(row, [column])
        else:
            tick = mark / item.step
            ticks.append(int(tick))
            if not item.floor <= mark <= item.full:
                limits = {"mark": cell, "floor": plain(item.floor), "full": plain(item.full)}
                where: dict[str, str | int] = {"judge": row["judge"], "entry": row["entry"]}
                where |= {"file": row.file, "line": row.line}
                faults.append(Fault("sheet.out_of_range", {**where, "item": column, **limits}))
            elif tick.denominator != 1:
                faults.append(row.fault("off_step", item=column, given=cell, step=plain(item.step)))
    for column, cell in row.cells.items():
        if column and cell and column not in used:
            faults.append(row.fault("not_applicable", item=column, entry=row["entry"]))
    return tuple(ticks), faults


def _no_marks(row: Row, columns: Iterable[str]) -> list[Fault]:
    """The cells in ``columns`` that are filled with something else than a mark."""
    filled = [(column, row[column]) for column in columns if row[column]]
    return [row.fault("not_a_mark", item=name, given=cell[:30]) for name, cell in filled if _signed(cell) is None]


def _number(cell: str) -> Fraction | None:
    try:
        return exact(cell) if _MARK.fullmatch(cell) else None
    except ValueError:  # longer than any number is
        return None


def _read_priors(scheme: Scheme, text: Text, tables: Tables, needed: Sequence[str] = ("unit", "value")) -> list[Fault]:
    """Scores known before and records of a ledger; a row that names a rule is a record."""
    faults: list[Fault] = []
    parts = [part for part in scheme.components if part.source == "prior"]
    found = list(tables.priors)
    for row in _rows(text, needed, tuple(dict.fromkeys((*PRIORS, *LEDGER))), faults):
        is_record = bool(row["rule"]) or "value" not in needed
        known = [part.id for part in parts if is_record == (part.ledger is not None)]
        component = row["component"] or (known[0] if len(known) == 1 else "")
        value = _signed(row["value"]) if is_record else _number(row["value"])
        if value is None and (row["value"] or not is_record):
            faults.append(row.fault("not_a_score", given=row["value"][:30], unit=row["unit"]))
            continue
        tables.lines["priors", len(found)] = (row.file, row.line)
        if is_record:
            rest = (row[column] for column in LEDGER[5:])
            found.append(Record(row["id"], row["unit"], component, row["rule"], value, *rest))
        elif value is not None:
            found.append(Prior(row["unit"], component, value, row["source"]))
    tables.priors = tuple(found)
    return faults


def _signed(cell: str) -> Fraction | None:
    """A number that may be below 0, as marks and the points of a ledger are; its minus as keyboards and Word write it.

    No dash is a minus: many write one where there is no mark.
    """
    sign = -1 if cell.startswith(("-", "−", "－")) else 1
    value = _number(cell[1:].lstrip() if sign < 0 else cell)
    return None if value is None else sign * value


def _read_decisions(text: Text, tables: Tables) -> list[Fault]:
    faults: list[Fault] = []
    decisions: list[Decision] = []
    kinds = get_args(DecisionKind)
    for row in _rows(text, ("kind", "subject"), DECISIONS, faults):
        if row["kind"] not in kinds:
            faults.append(row.fault("decision_kind", given=row["kind"], known=", ".join(kinds)))
            continue
        rest = (row[column] for column in DECISIONS[1:])
        tables.lines["decisions", len(decisions)] = (row.file, row.line)
        decisions.append(Decision(cast("DecisionKind", row["kind"]), *rest))
    tables.decisions = tuple(decisions)
    return faults


def write_tables(
    scheme: Scheme,
    roster: Roster,
    sheets: Sequence[Sheet],
    priors: Sequence[Prior | Record] = (),
    decisions: Sequence[Decision] = (),
) -> dict[str, bytes]:
    """The contest as four files, by name; :func:`read_tables` gives it back as it was.

    Records of a ledger stand in the file of prior scores, below them, with columns of their own.
    """
    return {
        "marks.csv": _csv(("judge", "entry", *_item_columns(scheme)), _mark_rows(scheme, roster, sheets)),
        "roster.csv": _csv(ROSTER, _roster_rows(roster)),
        "priors.csv": _csv(*_known_before(priors)),
        "decisions.csv": _csv(DECISIONS, [tuple(getattr(d, column) for column in DECISIONS) for d in decisions]),
    }


def _known_before(priors: Sequence[Prior | Record]) -> tuple[Sequence[str], list[list[str]]]:
    """The heading and the rows of the file of prior scores."""
    several = any(isinstance(prior, Record) for prior in priors)
    heading = tuple(dict.fromkeys((*PRIORS, *LEDGER))) if several else PRIORS
    rows = []
    for prior in priors:
        cells = {column: getattr(prior, column, "") for column in heading}
        cells["value"] = "" if prior.value is None else plain(prior.value)
        rows.append([cells[column] for column in heading])
    return heading, rows


def carried_table(tabulation: Tabulation) -> bytes:
    """What goes into other appraisals, a row for each and unit: exact, rounded, and the value that counts there."""
    names = {unit.unit.id: unit.unit.name for unit in tabulation.units}
    rows = []
    for one in tabulation.carried:
        values = ("" if value is None else plain(value) for value in (one.exact, one.rounded, one.value))
        rows.append((one.appraisal, one.unit, names[one.unit], *values))
    return _csv(CARRIED, rows)


def _csv(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with its mark, because Excel would take Chinese names for something else without it."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(heading)
    table.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _item_columns(scheme: Scheme) -> list[str]:
    return list(dict.fromkeys(item.id for part in scheme.components for c in part.criteria for item in c.items))


def _mark_rows(scheme: Scheme, roster: Roster, sheets: Sequence[Sheet]) -> Iterator[list[str]]:
    entries = {entry.id: entry for entry in roster.entries}
    columns = _item_columns(scheme)
    for sheet in sheets:
        entry = entries[sheet.entry]
        marks = zip(scheme.items(entry.component, entry.kind), sheet.ticks, strict=True)
        cells = {item.id: plain(tick * item.step) for item, tick in marks if tick is not None}
        yield [sheet.judge, sheet.entry, *(cells.get(column, "") for column in columns)]


def _roster_rows(roster: Roster) -> Iterator[list[str]]:
    rows: list[dict[str, str]] = [
        {"type": "unit", "id": unit.id, "name": unit.name, "division": unit.division} for unit in roster.units
    ]
    rows += [
        {"type": "entry", "id": entry.id, "name": entry.name, "unit": entry.unit, "component": entry.component}
        | {"kind": entry.kind, "day": entry.day, "group": entry.group, "submitted": entry.submitted}
        | {"judge": ";".join(entry.judges or ())}
        for entry in roster.entries
    ]
    rows += [
        {"type": "judge", "id": judge.id, "name": judge.name, "unit": judge.unit, "class": judge.judge_class}
        | {"bloc": judge.bloc, "division": ";".join(judge.divisions), "component": ";".join(judge.components)}
        for judge in roster.judges
    ]
    rows += [
        {"type": "recusal", "judge": recusal.judge, "unit": recusal.unit, "entry": recusal.entry}
        | {"reason": recusal.reason}
        for recusal in roster.recusals
    ]
    rows += [
        {"type": "absence", "judge": absence.judge, "entry": absence.entry, "day": absence.day}
        | {"reason": absence.reason}
        for absence in roster.absences
    ]
    for row in rows:
        yield [row.get(column, "") for column in ROSTER]
