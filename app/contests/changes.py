"""A roster that was uploaded beside the one there is: what would be new, changed and gone, and what must stay.

Reads two drafts and what refers to the roster. Writes nothing. A line is known by its manual number: number 3 stays
number 3, because a badge, a sheet and a recusal say so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.contests.draft import SHEETS, Draft, EntryLine, JudgeLine, Line, PriorLine, UnitLine, split
from app.contests.uses import Uses
from scoring.faults import Fault, Param

# What a mark was given for, and by whom: from the first mark on it stays.
_OF_ENTRY = ("unit", "component", "kind", "day", "group")
_OF_JUDGE = ("judge_class", "divisions", "components")
# Words that no number depends on: they may be corrected as long as nothing is published.
_WORDS = frozenset({"name", "phone_end", "aide", "bus", "time", "where", "source"})


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs: ``before`` is None where it is new, ``after`` where it goes."""

    sheet: str
    before: Line | None
    after: Line | None

    @property
    def fields(self) -> tuple[tuple[str, str, str], ...]:
        """The columns that differ, each with what stood there and what would."""
        if self.before is None or self.after is None:
            return ()
        was, now = asdict(self.before), asdict(self.after)
        return tuple((key, str(was[key]), str(now[key])) for key in was if was[key] != now[key])

    def told(self) -> dict[str, Any]:
        """For the log: the whole line before and after."""
        return {
            "sheet": self.sheet,
            "before": asdict(self.before) if self.before else None,
            "after": asdict(self.after) if self.after else None,
        }


def compared(there: Draft, wanted: Draft) -> tuple[Change, ...]:
    """Every line that differs, sheet by sheet in the manual order; those that go after those that stay."""
    return tuple(change for sheet in SHEETS for change in _differing(there, wanted, sheet))


def _differing(there: Draft, wanted: Draft, sheet: str) -> Iterator[Change]:
    before: dict[str, Line] = {line.id: line for line in getattr(there, sheet)}
    after: dict[str, Line] = {line.id: line for line in getattr(wanted, sheet)}
    for key in dict.fromkeys((*after, *before)):
        if before.get(key) != after.get(key):
            yield Change(sheet, before.get(key), after.get(key))


def refusals(there: Draft, wanted: Draft, used: Uses) -> list[Fault]:
    """Every change that would tear something off, with the cell it stands in, and why; empty where all can be done."""
    return list(_Refusing(there, wanted, used).faults())


def renamed(there: Draft, wanted: Draft, used: Uses) -> list[Fault]:
    """Judges with a badge or a phone whose name changes: a correction, or somebody else who needs his own number."""
    return [
        Fault("import.judge_renamed", {"number": was.number, "name": was.name, "now": now.name})
        for was, now in _judges(compared(there, wanted))
        if was.id in used.judges and was.name != now.name
    ]


def late(there: Draft, wanted: Draft, used: Uses) -> list[JudgeLine]:
    """Judges who come when the contest has begun: the days that are past are not theirs."""
    known = {judge.id for judge in there.judges}
    return [judge for judge in wanted.judges if used.past and judge.id not in known]


def _judges(changes: tuple[Change, ...]) -> Iterator[tuple[JudgeLine, JudgeLine]]:
    for change in changes:
        if isinstance(change.before, JudgeLine) and isinstance(change.after, JudgeLine):
            yield change.before, change.after


class _Refusing:
    """One look at all changes."""

    def __init__(self, there: Draft, wanted: Draft, used: Uses) -> None:
        self.there, self.wanted, self.used = there, wanted, used
        self.changes = compared(there, wanted)
        self.unit_was = {unit.id: unit.name for unit in there.units}
        self.unit_now = {unit.id: unit.name for unit in wanted.units}
        self.moved = {
            sheet: _moved(_keys(there, sheet), _keys(wanted, sheet)) for sheet in ("units", "entries", "judges")
        }

    def faults(self) -> Iterator[Fault]:
        yield from self.days()
        for change in self.changes:
            if self.used.collected and (change.after is None or not self.only_words(change)):
                yield self.fault("import.after_collection", change)
            elif change.before is None:
                continue
            elif isinstance(change.before, UnitLine):
                yield from self.unit(change, change.before)
            elif isinstance(change.before, EntryLine):
                yield from self.entry(change, change.before)
            elif isinstance(change.before, JudgeLine):
                yield from self.judge(change, change.before)

    def days(self) -> Iterator[Fault]:
        """Attendance is recorded for a day by its name: that day must stay in the itinerary."""
        days = {entry.day for entry in self.wanted.entries if entry.day} or {""}
        for day in sorted(self.used.days - days):
            where = {**self.wanted.places.of("entries", ""), "row": 0, "cell": ""}
            yield Fault("import.day_recorded", {**where, "day": day or "-"})

    def only_words(self, change: Change) -> bool:
        return change.before is not None and all(
            key in _WORDS or (key == "bloc" and self.follows(change)) for key, _, _ in change.fields
        )

    def unit(self, change: Change, was: UnitLine) -> Iterator[Fault]:
        if was.id not in self.used.units:
            return
        if change.after is None:
            yield self.fault("import.unit_gone", change)
        elif was.id in self.moved["units"]:
            yield self.fault("import.unit_in_use", change)
        for key, before, after in change.fields:
            if key == "division":
                yield self.fault("import.unit_division", change, key, was=before, now=after)

    def entry(self, change: Change, was: EntryLine) -> Iterator[Fault]:
        yield from self.taken_away(change, was)
        if was.id not in self.used.entries:
            return
        if change.after is None or was.id in self.moved["entries"]:
            yield self.fault("import.entry_in_use" if change.after else "import.entry_gone", change)
            return
        for key, before, after in change.fields:
            shown = self.units(before, after) if key == "unit" else (before or "-", after or "-")
            if key in _OF_ENTRY and shown[0] != shown[1]:  # where only its unit has got another number, that is told
                yield self.fault("import.entry_marked", change, key, was=shown[0], now=shown[1])

    def taken_away(self, change: Change, was: EntryLine) -> Iterator[Fault]:
        """Whoever may hold marks of an entry on his phone keeps it; others may join. Who fell ill goes on leave."""
        if not self.used.begun or not isinstance(change.after, EntryLine):
            return
        everybody = [judge.id for judge in self.there.judges]
        had, has = (split(line.judges) or everybody for line in (was, change.after))
        names = [judge.name for judge in self.there.judges if judge.id in {*had} & self.used.judges - {*has}]
        if names:
            yield self.fault("import.entry_assigned", change, "judges", judges="、".join(names))

    def judge(self, change: Change, was: JudgeLine) -> Iterator[Fault]:
        if was.id in self.used.judges and (change.after is None or was.id in self.moved["judges"]):
            yield self.fault("import.judge_in_use" if change.after else "import.judge_gone", change)
            return
        if was.id not in self.used.marked:
            return
        for key, before, after in change.fields:
            told = self.units(before, after)
            if key == "unit" and told[0] != told[1]:
                yield self.fault("import.judge_marked", change, key, was=told[0], now=told[1])
            elif key == "bloc" and not self.follows(change):
                yield self.fault("import.judge_marked", change, key, was=before or "-", now=after or "-")
            elif key in _OF_JUDGE:
                yield self.fault("import.judge_scope", change, key, was=before or "-", now=after or "-")

    def units(self, before: str, after: str) -> tuple[str, str]:
        """What a unit was called, and what another would be."""
        return self.unit_was.get(before, "-"), self.unit_now.get(after, "-")

    def follows(self, change: Change) -> bool:
        """Whether a judge's bloc has another name only because his unit has: left empty, it is the unit's."""
        was, now = change.before, change.after
        if not (isinstance(was, JudgeLine) and isinstance(now, JudgeLine)) or was.unit != now.unit:
            return False
        return was.bloc == self.unit_was.get(was.unit, "")[:64] and now.bloc == self.unit_now.get(now.unit, "")[:64]

    def fault(self, code: str, change: Change, column: str = "number", **params: Param) -> Fault:
        where = self.wanted.places.of(change.sheet, change.after.id if change.after else "", column)
        number, name = self.called(change.before or change.after)
        _, now = self.called(change.after)
        return Fault(code, {**where, "number": number, "name": name, "now": now, **params})

    def called(self, line: Line | None) -> tuple[Param, str]:
        if isinstance(line, PriorLine):
            return "-", self.unit_was.get(line.unit) or self.unit_now.get(line.unit, "-")
        return (line.number, line.name) if line else ("-", "-")


def _keys(draft: Draft, sheet: str) -> dict[str, tuple[str, ...]]:
    """What each line of a sheet is called; entries of two units may have the same name."""
    if sheet == "entries":
        return {entry.id: (entry.unit, entry.component, entry.name) for entry in draft.entries}
    return {line.id: (line.name,) for line in getattr(draft, sheet)}


def _moved(before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The lines whose name went to another number, or whose number went to another name that was there before."""
    came = {key: {other for other, name in after.items() if name == key} for key in before.values()}
    had: dict[tuple[str, ...], set[str]] = {}
    for line, key in before.items():
        had.setdefault(key, set()).add(line)
    return {
        line
        for line, key in before.items()
        if after.get(line) != key and (came[key] - had[key] or had.get(after.get(line, ()), set()) - {line})
    }
