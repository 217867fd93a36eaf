"""Marks as numpy takes them: a long table in any order, packed once into a dense cube [item, entry, judge].

A cell holds a tick, or ``NONE`` where there is no mark; no mark is never 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NONE = -1
MOST_TICK = 2**15 - 1  # a cell is an int16
MOST_CELLS = 2**32 - 1
_ROWS = 2**16  # so many rows of a long table at a time: their places stay in the processor's cache

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
    """Ticks [item, entry, judge], ``NONE`` where there is no mark; ``most`` is the largest tick of each item.

    ``most`` is read off the ticks themselves: what is proved with it holds for these marks.
    """

    ticks: NDArray[np.int16]
    most: tuple[int, ...]

    @property
    def entries(self) -> int:
        return int(self.ticks.shape[1])

    @property
    def judges(self) -> int:
        return int(self.ticks.shape[2])


def cube_of(ticks: NDArray[np.int16]) -> Cube:
    """The cube of ticks [item, entry, judge] that stand in their places already."""
    return Cube(ticks, tuple(int(plane.max(initial=NONE)) for plane in ticks))


def pack(marks: Marks, items: int, entries: int, judges: int) -> Cube:
    """The cube of a long table. TooLarge for ticks or cells beyond it; ValueError for other rows that have no place.

    No place has a row outside of the cube, with a tick below 0, or for a cell that another row fills.
    """
    cells, rows = items * entries * judges, len(marks.tick)
    if cells > MOST_CELLS:
        raise TooLarge(cells)
    flat = np.full(cells, NONE, np.int16)
    places = np.empty(min(_ROWS, rows), np.uint32)
    for start in range(0, rows, _ROWS):
        now = slice(start, min(start + _ROWS, rows))
        tick = marks.tick[now]
        if tick.max() > MOST_TICK:
            raise TooLarge(int(tick.max()))
        if tick.min() < 0:
            raise ValueError("a tick is below 0")
        place = places[: len(tick)]
        place[:] = 0
        for column, size in ((marks.item, items), (marks.entry, entries), (marks.judge, judges)):
            numbers = column[now]
            if numbers.min() < 0 or numbers.max() >= size:
                raise ValueError("a row is outside of the cube")
            np.multiply(place, np.uint32(size), out=place)
            np.add(place, numbers, out=place, casting="unsafe")
        flat[place.astype(np.intp)] = tick.astype(np.int16)
    if np.count_nonzero(flat >= 0) != rows:
        raise ValueError("two rows fill one cell")
    return cube_of(flat.reshape(items, entries, judges))
