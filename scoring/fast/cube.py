"""Marks as numpy takes them: a long table in any order, packed once into a dense cube [item, entry, judge].

A cell holds how far a tick lies above the lowest of its item, so 0 or more, or ``NONE`` where there is no mark; no mark
is never 0. The lowest is 0 unless an item's marks go below 0.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

NONE = -1
MOST_TICK = 2**15 - 1  # a cell is an int16
MOST_CELLS = 2**32 - 1
_ROWS = 2**16  # so many rows of a long table at a time: their places stay in the processor's cache
_SHARE = 2**18  # so many rows are one thread's, until it takes the next ones

Ints = NDArray[np.integer]
Mask = NDArray[np.bool_]


class TooLarge(OverflowError):
    """A number that the cells or machine words cannot hold."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The long table, in any order: row r is the mark of judge[r] for entry[r] on item[r].

    Four columns of one length N, of any integer types; items, entries and judges are numbered from 0.
    """

    item: Ints
    entry: Ints
    judge: Ints
    tick: Ints


@dataclass(frozen=True, slots=True)
class Cube:
    """Ticks above ``lowest`` [item, entry, judge], ``NONE`` where there is no mark; ``most`` the largest of each item.

    ``most`` is read off the cells themselves: what is proved with it holds for these marks. ``lowest``: the tick that
    a cell of 0 stands for, of each item; never above 0.
    """

    ticks: NDArray[np.int16]
    most: tuple[int, ...]
    lowest: tuple[int, ...]

    @property
    def entries(self) -> int:
        return int(self.ticks.shape[1])

    @property
    def judges(self) -> int:
        return int(self.ticks.shape[2])


def cube_of(ticks: NDArray[np.int16], lowest: Sequence[int] | None = None) -> Cube:
    """The cube of ticks above ``lowest`` (None: 0) [item, entry, judge] that stand in their places already."""
    return Cube(ticks, tuple(int(plane.max(initial=NONE)) for plane in ticks), tuple(lowest or [0] * len(ticks)))


def pack(marks: Marks, items: int, entries: int, judges: int, lowest: Sequence[int] | None = None) -> Cube:
    """The cube of a long table. TooLarge for ticks or cells beyond it; ValueError for other rows that have no place.

    ``lowest``: the lowest tick of each item where that is below 0 (None: nowhere). No place has a row outside of the
    cube, with a tick below its item's lowest, or for a cell that another row fills. The cube is the same however many
    processors share the work.
    """
    cells, rows = items * entries * judges, len(marks.tick)
    below = np.array([0] * items if lowest is None else lowest, np.int64)
    if below.max(initial=0) > 0 or len(below) != items:
        raise ValueError("the lowest tick of an item is above 0")
    if below.any() and rows:
        if marks.item.min() < 0 or marks.item.max() >= items:
            raise ValueError("a row is outside of the cube")
        marks = replace(marks, tick=marks.tick.astype(np.int64) - below[marks.item])
    if cells > MOST_CELLS:
        raise TooLarge(cells)
    shares = [slice(start, min(start + _SHARE, rows)) for start in range(0, rows, _SHARE)]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        deal = threads.map if len(shares) > 1 else map  # to start a thread takes as long as 60,000 rows
        most = max(deal(lambda share: int(marks.tick[share].max()), shares), default=0)
        if most > MOST_TICK:
            raise TooLarge(most)
        # Rows in no order miss the processor's cache at nearly every cell; cells of one byte do so half as often.
        flat: Ints = np.full(cells, NONE, np.int8 if most <= np.iinfo(np.int8).max else np.int16)
        list(deal(partial(_fill, flat, marks, (items, entries, judges)), shares))
    if np.count_nonzero(flat >= 0) != rows:
        raise ValueError("two rows fill one cell")
    return cube_of(flat.astype(np.int16, copy=False).reshape(items, entries, judges), below.tolist())


def _fill(flat: Ints, marks: Marks, shape: tuple[int, int, int], share: slice) -> None:
    """Put the ticks of a share of the rows into their cells; numpy lets other threads run meanwhile."""
    columns = tuple(zip((marks.item, marks.entry, marks.judge), shape, strict=True))
    room = min(_ROWS, share.stop - share.start)
    places, wide, numbers = np.empty(room, np.uint32), np.empty(room, np.intp), np.empty(room, np.uint32)
    for start in range(share.start, share.stop, _ROWS):
        now = slice(start, min(start + _ROWS, share.stop))
        place, index, number = (kept[: now.stop - start] for kept in (places, wide, numbers))
        tick = marks.tick[now]
        if tick.min() < 0:
            raise ValueError("a tick is below the lowest of its item")
        for turn, (column, size) in enumerate(columns):
            signed = column.dtype.kind == "i"  # to look for what lies below 0 takes as long as for what is too large
            if column[now].max() >= size or (signed and column[now].min() < 0):
                raise ValueError("a row is outside of the cube")
            into = number if turn else place
            into[:] = column[now]  # in one word: numpy multiplies and adds faster than it converts on the way
            if turn:
                np.multiply(place, np.uint32(size), out=place)
                np.add(place, number, out=place)
        index[:] = place
        flat[index] = tick.astype(flat.dtype)
