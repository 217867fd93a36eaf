"""The page of paper put together: the grid that one person types, and how far the paper of a component is.

Reads what is known of paper, and the cells as they were posted. Writes nothing. Shows a typist his own typing and
nothing of anybody else's: of the other he learns only, when both have typed, which cells differ.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pydantic import BaseModel, Field
from sqlmodel import Session

from app.audit import ContestHead
from app.contests.access import Member
from app.i18n import Language
from app.judging.paper import DISAGREE, FROM_PAPER, Source
from app.judging.paper_cells import Cells, limits, word
from app.judging.paper_queries import Key, Panel, PaperSheet, closed, late_sheets, panel, paper_sheets, typed_in
from app.judging.queries import is_collected
from scoring.faults import Fault
from scoring.numbers import plain
from scoring.roster import Entry, Judge
from scoring.scheme import Component, Item


class Choice(BaseModel):
    """Which part of the paper is on the page. ``opened``: the grid was asked for; ``done``: what was just saved.

    ``called`` (唱分): somebody calls the marks aloud, and they are typed in the order of the paper.
    """

    component: str = Field(default="", max_length=64)
    day: str = Field(default="", max_length=32)
    judge: str = Field(default="", max_length=64)
    entry: str = Field(default="", max_length=64)
    opened: bool = False
    called: bool = False
    done: int | None = Field(default=None, ge=0, le=2**53)

    def query(self, **other: str | int) -> str:
        """The same choice, changed, as it stands in an address."""
        kept = {"component": self.component, "day": self.day, "judge": self.judge, "entry": self.entry}
        kept |= {"opened": "true" if self.opened else "", "called": "true" if self.called else ""}
        return urlencode({name: value for name, value in {**kept, **other}.items() if value != ""})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the grid. ``off``: why nothing can be typed; ``state``: of the sheet, where the cell is all of it.

    ``shut``: the sheets are collected or the stop is locked, and nobody decided that this one may still be typed.
    """

    name: str = ""
    label: str = ""
    value: str = ""
    off: str = ""
    differs: bool = False
    fault: str = ""
    state: str = ""
    shut: bool = False
    where: str = ""
    item: str = ""
    floor: str = ""
    full: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the grid; ``state`` and ``what`` of its sheet, where the row is one."""

    name: str
    beside: str
    cells: tuple[Cell, ...]
    state: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the same columns; each column with what stands below its name."""

    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    single: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet that somebody has to look at. ``may``: which the reader may say counts, paper or phone.

    ``third``: he typed neither of two typings that differ, and may look which is on the paper.
    """

    judge: str
    judge_name: str
    entry: str
    entry_name: str
    state: str
    what: str
    may: tuple[str, ...]
    third: bool


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """How far one judge's sheets are: how many in each state."""

    id: str
    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Everything ``judging/paper.html`` shows."""

    choice: Choice
    parts: tuple[tuple[str, str], ...]
    days: tuple[str, ...]
    judges: tuple[tuple[str, str], ...]
    entries: tuple[tuple[str, str], ...]
    single: bool
    tables: tuple[Table, ...]
    waiting: tuple[Waiting, ...]
    lines: tuple[JudgeLine, ...]
    counts: Mapping[str, int]
    saved: Mapping[str, int] | None
    collected: bool
    seen: int
    source: Source
    trouble: str
    faults: tuple[tuple[str, str], ...]

    @property
    def chosen(self) -> bool:
        return bool(self.tables)

    @property
    def typing(self) -> bool:
        """Whether any cell on the page can be typed."""
        cells = [cell for table in self.tables for line in table.lines for cell in line.cells]
        return any(not cell.off and not cell.shut for cell in cells)


@dataclass(frozen=True, slots=True)
class Given:
    """What was posted and could not be kept, to be shown again; ``trouble`` is what is wrong with all of it."""

    cells: Cells = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    trouble: str = ""
    seen: int = 0
    source: Source = FROM_PAPER


def paper_page(
    session: Session, member: Member, choice: Choice, language: Language, given: Given | None = None
) -> PaperPage:
    """The page as ``member`` may see it."""
    who = panel(session, member.contest_id)
    marked = [part for part in who.scheme.components if part.source == "marks"]
    part = next((part for part in marked if part.id == choice.component), marked[0])
    chosen = choice.model_copy(update={"component": part.id})
    of_part = [entry for entry in who.entries.values() if entry.component == part.id]
    entries = [entry for entry in of_part if chosen.day in ("", entry.day) and chosen.entry in ("", entry.id)]
    judges = [
        judge
        for judge in who.judges.values()
        if any(who.standing(judge.id, entry.id) != "not_his" for entry in of_part)
    ]
    known = paper_sheets(session, member.contest_id, [entry.id for entry in of_part])
    head = session.get_one(ContestHead, member.contest_id)
    collected = is_collected(session, member.contest_id)
    shut, late = closed(session, member.contest_id), late_sheets(session, member.contest_id)
    view = _View(who, part, member, language, known, given or Given(), shut, late, collected)
    shown = [judge for judge in judges if chosen.judge in ("", judge.id)]
    return PaperPage(
        choice=chosen,
        parts=tuple((one.id, word(one.name, language)) for one in marked),
        days=tuple(dict.fromkeys(entry.day for entry in of_part if entry.day)),
        judges=tuple((judge.id, judge.name) for judge in judges),
        entries=tuple((entry.id, entry.name) for entry in of_part),
        single=view.single,
        # With no choice at all the page tells how far everything is.
        tables=tuple(view.tables(shown, entries)) if chosen.opened or chosen.judge or chosen.entry else (),
        waiting=tuple(view.waiting(shown, entries)),
        lines=tuple(view.lines(shown, entries)),
        counts=view.counts(shown, entries),
        saved=None if chosen.done is None else view.saved(typed_in(session, member.contest_id, chosen.done, member.id)),
        collected=collected,
        seen=given.seen if given else head.rev,
        source=given.source if given else FROM_PAPER,
        trouble=given.trouble if given else "",
        faults=tuple((name, language.sentence(fault)) for name, fault in given.faults.items()) if given else (),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _View:
    """One component's paper through the eyes of one person."""

    who: Panel
    part: Component
    member: Member
    language: Language
    known: Mapping[Key, PaperSheet]
    given: Given
    closed: frozenset[str]
    late: frozenset[Key]  # of these entries the sheets that may still be typed
    collected: bool

    @property
    def single(self) -> bool:
        """Whether every sheet of the component is one mark."""
        entries = [entry for entry in self.who.entries.values() if entry.component == self.part.id]
        return all(len(self.who.items(entry.id)) == 1 for entry in entries)

    def sheet(self, judge: Judge, entry: Entry) -> PaperSheet:
        return self.known.get((judge.id, entry.id)) or PaperSheet(judge.id, entry.id)

    def state(self, judge: Judge, entry: Entry) -> str:
        """The state as this person may know it: what a first typist left out is not told to the second."""
        standing = self.who.standing(judge.id, entry.id)
        if standing != "due":
            return standing
        sheet = self.sheet(judge, entry)
        if len(sheet.standing_typings) == 1 and sheet.state in ("once", "incomplete"):
            if not sheet.by(self.member.id):
                return "second_heard" if sheet.dictated else "second"
            return "mine" if sheet.state == "once" else "incomplete"
        return sheet.state

    def what(self, judge: Judge, entry: Entry) -> str:
        """The items that are missing or differ, by name: to those who typed, and of a phone to whoever decides."""
        sheet, items = self.sheet(judge, entry), self.who.items(entry.id)
        mine = sheet.by(self.member.id) is not None
        places: tuple[int, ...] = ()
        if mine or (sheet.state in DISAGREE and "organiser" in self.member.roles):
            places = sheet.missing or sheet.different
        names = [word(items[place].name, self.language) for place in places]
        # An item's own name may have a comma in it.
        return ("；" if self.language.code == "zh" else "; ").join(names) if len(items) > 1 else ""

    def counts(self, judges: Sequence[Judge], entries: Sequence[Entry]) -> Counter[str]:
        told = Counter(self.state(judge, entry) for judge in judges for entry in entries)
        told["once"] = told["mine"] + told["second"] + told["second_heard"]
        told["here"] = told["phone"] + told["phone_counts"] + told["remarked"]
        others = ("not_his", "recused", "leave", "once", "here", "all")
        told["all"] = sum(number for state, number in told.items() if state not in others)
        return told

    def lines(self, judges: Sequence[Judge], entries: Sequence[Entry]) -> Iterator[JudgeLine]:
        for judge in judges:
            if (counts := self.counts([judge], entries))["all"]:
                yield JudgeLine(judge.id, judge.name, counts)

    def saved(self, keys: Sequence[Key]) -> Counter[str]:
        """What became of the sheets that were saved together."""
        known = [(self.who.judges[judge], found) for judge, entry in keys if (found := self.who.entries.get(entry))]
        told = Counter(self.state(judge, entry) for judge, entry in known)
        told["all"] = len(keys)
        return told

    def waiting(self, judges: Sequence[Judge], entries: Sequence[Entry]) -> Iterator[Waiting]:
        """Sheets that wait for somebody, conflicts first; after the collection those typed once, too."""
        late = ("mine", "second") if self.collected else ()
        for wanted in (*DISAGREE, "differs", "incomplete", "second_heard", *late):
            for judge in judges:
                for entry in entries:
                    if self.state(judge, entry) == wanted:
                        may: tuple[str, ...] = ("paper", "phone") if wanted in DISAGREE else ("phone",)
                        may = may if "organiser" in self.member.roles else ()
                        what, pair = self.what(judge, entry), self.sheet(judge, entry).differing
                        third = pair is not None and self.member.id not in (pair[0].by, pair[1].by)
                        yield Waiting(judge.id, judge.name, entry.id, entry.name, wanted, what, may, third)

    def tables(self, judges: Sequence[Judge], entries: Sequence[Entry]) -> Iterator[Table]:
        """Judge by entry where a sheet is one mark; else the sheets of one judge, or for one entry, by their items."""
        if self.single:
            across = [j for j in judges if any(self.who.standing(j.id, e.id) != "not_his" for e in entries)]
            if across and entries:
                columns = tuple((judge.name, self._unit(judge.unit)) for judge in across)
                yield Table(columns, tuple(self._marks_line(across, entry) for entry in entries), single=True)
            return
        if len(judges) > 1 and len(entries) > 1:
            return
        forms: dict[tuple[str, ...], list[tuple[Judge, Entry]]] = defaultdict(list)
        for judge in judges:
            for entry in entries:
                if self.who.standing(judge.id, entry.id) != "not_his":
                    forms[tuple(item.id for item in self.who.items(entry.id))].append((judge, entry))
        for sheets in forms.values():
            items = self.who.items(sheets[0][1].id)
            columns = tuple((word(item.name, self.language), limits(item)) for item in items)
            by_judge = len({entry.id for _, entry in sheets}) == 1 and len(judges) > 1
            lines = tuple(self._sheet_line(judge, entry, by_judge=by_judge) for judge, entry in sheets)
            yield Table(columns, lines, single=False)

    def _unit(self, unit: str) -> str:
        names = {one.id: one.name for one in self.who.due.roster.units}
        return names.get(unit, "")

    def _marks_line(self, judges: Sequence[Judge], entry: Entry) -> Line:
        item = self.who.items(entry.id)[0]
        cells = tuple(self._cell(judge, entry, 0, item) for judge in judges)
        return Line(entry.name, limits(item), cells)

    def _sheet_line(self, judge: Judge, entry: Entry, *, by_judge: bool) -> Line:
        cells = tuple(self._cell(judge, entry, place, item) for place, item in enumerate(self.who.items(entry.id)))
        name, beside = (judge.name, self._unit(judge.unit)) if by_judge else (entry.name, self._unit(entry.unit))
        return Line(name, beside, cells, self.state(judge, entry), self.what(judge, entry))

    def _cell(self, judge: Judge, entry: Entry, place: int, item: Item) -> Cell:
        sheet, state = self.sheet(judge, entry), self.state(judge, entry)
        own = sheet.by(self.member.id)
        # Two people have settled it: a third has nothing to type there.
        off = state if state in ("not_his", "recused", "leave") or (sheet.matched and not own) else ""
        name = f"{judge.id}/{entry.id}/{item.id}"
        tick = own.ticks[place] if own else None
        fault = self.given.faults.get(name)
        return Cell(
            name=name,
            label=f"{judge.name}, {entry.name}, {word(item.name, self.language)}",
            value=self.given.cells.get(name, plain(tick * item.step) if tick is not None else ""),
            off=off,
            differs=own is not None and place in sheet.different and sheet.state == "differs",
            fault=self.language.sentence(fault) if fault else "",
            state=state,
            shut=entry.id in self.closed and (judge.id, entry.id) not in self.late,
            where=f"{judge.name} · {entry.name}",
            item=word(item.name, self.language),
            floor=plain(item.floor),
            full=plain(item.full),
            step=plain(item.step),
        )
