"""The cells of the grid of paper: what people type is read as marks, or told what is wrong with it.

Reads texts and the scheme's items. Writes nothing.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from app.i18n import Language
from app.judging.paper import NoSuchSheet, TypedSheet
from app.judging.paper_queries import Key, Panel
from scoring.faults import Fault, Param
from scoring.numbers import plain
from scoring.roster import Entry, Judge
from scoring.scheme import Item, Text

# What a Chinese input method leaves in a number.
_NARROW = str.maketrans("０１２３４５６７８９．。，－−　\u00a0", "0123456789..,--  ")
# A comma stands for the point, but before three digits it may mean thousands.
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}([.][0-9]{1,9}|,[0-9]{1,2})?")
NOWHERE: Mapping[str, Param] = MappingProxyType({})
Cells = Mapping[str, str]  # "judge/entry/item": what stands in the cell


def read_cell(text: str, item: Item, where: Mapping[str, Param] = NOWHERE) -> int | Fault | None:
    """The tick that stands in a cell, None where it is empty, or what is wrong with it, and ``where``."""
    written = text.translate(_NARROW).strip().removesuffix("分").rstrip()
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        return Fault("paper.not_a_number", {**where, "written": text.strip()[:40]})
    written = written.replace(",", ".")
    mark = Fraction(written)
    if mark > item.full:
        return Fault("paper.above_full", {**where, "written": written, "full": plain(item.full)})
    if mark < item.floor:
        return Fault("paper.below_floor", {**where, "written": written, "floor": plain(item.floor)})
    tick = mark / item.step
    if tick.denominator != 1:
        low = tick // 1 * item.step
        told = {"step": plain(item.step), "before": plain(low), "after": plain(low + item.step)}
        return Fault("paper.off_step", {**where, "written": written, **told})
    return int(tick)


def faults_in(who: Panel, cells: Cells, language: Language) -> dict[str, Fault]:
    """What is wrong with each cell, with the names of its judge, entry and item. Raises NoSuchSheet."""
    found = {}
    for name, text in cells.items():
        judge, entry, item = _place(who, name)
        where = {"judge": judge.name, "entry": entry.name, "item": word(item.name, language)}
        read = read_cell(text, item, where)
        if isinstance(read, Fault):
            found[name] = read
    return found


def sheets_in(who: Panel, cells: Cells) -> list[TypedSheet]:
    """The sheets that the cells make, none of which has a fault. An item that was not posted is empty."""
    read: dict[Key, dict[str, int]] = defaultdict(dict)
    for name, text in cells.items():
        judge, entry, item = _place(who, name)
        tick = read_cell(text, item)
        found = read[judge.id, entry.id]
        if isinstance(tick, int):
            found[item.id] = tick
    return [
        TypedSheet(judge, entry, tuple(ticks.get(item.id) for item in who.items(entry)))
        for (judge, entry), ticks in read.items()
    ]


def _place(who: Panel, name: str) -> tuple[Judge, Entry, Item]:
    judge, _, rest = name.partition("/")
    entry, _, item = rest.partition("/")
    if judge in who.judges and entry in who.entries:
        found = next((one for one in who.items(entry) if one.id == item), None)
        if found:
            return who.judges[judge], who.entries[entry], found
    raise NoSuchSheet({"judge": judge[:64], "entry": entry[:64]})


def word(text: Text, language: Language) -> str:
    return text.zh if language.code == "zh" else text.en


def limits(item: Item) -> str:
    """What may be typed, in short: 9-15, step 0.5."""
    return f"{plain(item.floor)}–{plain(item.full)} / {plain(item.step)}"
