"""A long table in any order becomes a cube, every mark at its place; a row without a place is refused."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.fast import cube as rooms
from scoring.fast.cube import MOST_TICK, NONE, Marks, TooLarge, pack


@given(st.randoms(use_true_random=False), st.integers(1, 4), st.integers(1, 5), st.integers(1, 6))
def test_packing_does_not_hang_on_the_order_of_rows(chance: object, items: int, entries: int, judges: int) -> None:
    cells = [(i, e, j) for i in range(items) for e in range(entries) for j in range(judges)]
    seed = np.random.default_rng(items * 100 + entries * 10 + judges)
    chance.shuffle(cells)  # type: ignore[attr-defined]  # a random.Random
    rows = cells[: len(cells) * 2 // 3]
    ticks = seed.integers(0, 300, len(rows))
    item, entry, judge = (np.array([row[k] for row in rows], np.uint16) for k in range(3))
    least = [-50 * number for number in range(items)]
    below = pack(Marks(item, entry, judge, ticks + np.array(least)[item]), items, entries, judges, least)
    assert below.lowest == tuple(least)
    found = pack(Marks(item, entry, judge, ticks), items, entries, judges)
    assert found.ticks.tolist() == below.ticks.tolist()
    expected = np.full((items, entries, judges), NONE)
    for row, tick in zip(rows, ticks.tolist(), strict=True):
        expected[row] = tick
    assert found.ticks.tolist() == expected.tolist()
    assert found.most == tuple(max(plane) for plane in expected.reshape(items, -1).tolist())


def test_rows_beyond_one_block_find_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_ROWS", 4)
    monkeypatch.setattr(rooms, "_SHARE", 10)
    number = np.arange(30)[::-1]
    found = pack(Marks(number // 15, number // 5 % 3, number % 5, number * 7), 2, 3, 5)
    assert found.ticks.reshape(-1).tolist() == [7 * n for n in range(30)]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ((1, 0, 0, 1), ValueError),
        ((0, 2, 0, 1), ValueError),
        ((0, 0, 3, 1), ValueError),
        ((0, -1, 0, 1), ValueError),
        ((0, 0, 0, -1), ValueError),
        ((0, 1, 2, 5), ValueError),
        ((0, 0, 0, 2**15), TooLarge),
    ],
)
def test_a_row_without_a_place_is_refused(row: tuple[int, int, int, int], error: type[Exception]) -> None:
    """One item, two entries, three judges; the cell of the last judge for the second entry is filled."""
    columns = [np.array([there, here]) for there, here in zip((0, 1, 2, 5), row, strict=True)]
    with pytest.raises(error):
        pack(Marks(*columns), 1, 2, 3)


@pytest.mark.parametrize(
    ("lowest", "tick", "item", "error"),
    [
        ([-3], -4, 0, ValueError), ([1], 1, 0, ValueError), ([-3, 0], 0, 0, ValueError), ([-3], 0, 1, ValueError),
        ([-3], 2**15 - 3, 0, TooLarge),
    ],
)  # fmt: skip
def test_a_tick_below_the_lowest_of_its_item_is_refused(
    lowest: list[int], tick: int, item: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        pack(Marks(*map(np.array, ([item], [0], [0], [tick]))), 1, 1, 1, lowest)


def test_the_lowest_mark_of_all_is_not_taken_for_none() -> None:
    """-1 marks what is not there inside the cube, and is a mark outside of it."""
    found = pack(Marks(*map(np.array, ([0, 0], [0, 0], [0, 1], [-1, -3]))), 1, 1, 3, [-3])
    assert found.ticks.tolist() == [[[2, 0, NONE]]]


def test_more_cells_than_places_can_be_numbered_are_refused() -> None:
    none = np.array([], np.int64)
    with pytest.raises(TooLarge):
        pack(Marks(none, none, none, none), 2**16, 2**8, 2**8)
    assert pack(Marks(none, none, none, none), 1, 2, 3).most == (NONE,)


@pytest.mark.parametrize("most", [0, 127, 128, MOST_TICK])
def test_the_largest_tick_of_narrow_and_of_wide_cells_stands_beside_none(most: int) -> None:
    found = pack(Marks(*(np.array(column) for column in ([0, 0], [0, 1], [2, 0], [most, 0]))), 1, 2, 3)
    assert found.ticks.tolist() == [[[NONE, NONE, most], [0, NONE, NONE]]]
    assert found.ticks.dtype == np.int16


@pytest.mark.parametrize("processors", [1, 2, 7])
def test_the_cube_does_not_hang_on_how_many_share_the_work(monkeypatch: pytest.MonkeyPatch, processors: int) -> None:
    monkeypatch.setattr(rooms, "_ROWS", 5)
    monkeypatch.setattr(rooms, "_SHARE", 8)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    number = np.random.default_rng(4).permutation(60)
    columns = number // 20, number // 5 % 4, number % 5, number
    assert pack(Marks(*columns), 3, 4, 5).ticks.reshape(-1).tolist() == list(range(60))
    with pytest.raises(ValueError, match="one cell"):  # the first and the last row: of two shares
        pack(Marks(*(np.append(column, column[0]) for column in columns)), 3, 4, 5)
    outside = number.copy()
    outside[-1] = 60
    with pytest.raises(ValueError, match="outside"):
        pack(Marks(outside // 20, *columns[1:]), 3, 4, 5)
