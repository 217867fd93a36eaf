"""From the cube to points: the worth of whole sheets, or of some of their items, for every entry and judge at once.

Points are whole numbers over the form's denominator (``scoring.sheets``). The machine word is the narrowest that every
sum provably fits: the largest tick of each item times what a tick is worth, added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.fast.cube import Cube, Ints, Mask, TooLarge

_CELLS = 2**18  # so many cells of a plane at a time, for the processor's cache
_WORDS = (np.int16, np.int32, np.int64)


@dataclass(frozen=True, slots=True)
class Points:
    """Whole points [entry, judge], int32 or int64; none of them lies further from 0 than ``bound``.

    What stands where a sheet has no such points means nothing: ``counts`` says where it does.
    """

    values: Ints
    bound: int


def complete(cube: Cube) -> Mask:
    """Where every item is marked [entry, judge]."""
    found: Mask = lowest(cube) >= 0
    return found


def lowest(cube: Cube) -> NDArray[np.int16]:
    """The lowest tick of each sheet, NONE where one is missing [entry, judge]."""
    low: NDArray[np.int16] = cube.ticks[0].copy()
    for plane in cube.ticks[1:]:
        np.minimum(low, plane, out=low)
    return low


def word(bound: int) -> type[np.signedinteger]:
    """The narrowest machine word that holds everything from -``bound`` to ``bound``. Raises TooLarge."""
    for kind in _WORDS:
        if bound <= np.iinfo(kind).max:
            return kind
    raise TooLarge(bound)


def points(cube: Cube, coefficients: Ints, items: Sequence[int] | None = None, room: Points | None = None) -> Points:
    """What the sheets are worth: the sum of tick x coefficient over ``items`` (None: all). Raises TooLarge.

    ``coefficients``: [item], or [item, entry] where a tick is not worth the same for every kind of entry. ``room``:
    points that nobody needs any more, whose memory is taken where it fits.
    """
    places = range(len(cube.ticks)) if items is None else items
    # A cell without a mark counts as a tick of -1 on the way, so it is bounded as one at least. Cells of items whose
    # marks go below 0 hold what lies above their lowest tick; that tick's own points come once, at the end.
    sizes = [max(map(abs, np.atleast_1d(coefficients[i]).tolist())) for i in places]
    bound = sum(max(cube.most[i], 1) * size for i, size in zip(places, sizes, strict=True))
    bound -= sum(cube.lowest[i] * max(size, 1) for i, size in zip(places, sizes, strict=True))
    # int16 adds up fastest; a single item is wanted in the word it is sorted in.
    kind = word(bound if len(places) > 1 else max(bound, 2**15))
    worth = [_scalar(coefficients[i], kind) for i in places]
    again = room is not None and room.values.dtype == kind
    values = room.values if room and again else np.empty(cube.ticks.shape[1:], kind)
    step = max(1, _CELLS // max(1, cube.judges))
    product = np.empty((min(step, cube.entries) if len(places) > 1 else 0, cube.judges), kind)
    for start in range(0, cube.entries, step):
        rows = slice(start, start + step)
        into = values[rows]
        for number, (i, each) in enumerate(zip(places, worth, strict=True)):
            by_row = each if each.ndim == 0 else each[rows, None]
            here = product[: len(into)] if number else into
            np.multiply(cube.ticks[i, rows], by_row, out=here, dtype=kind)
            if number:
                np.add(into, here, out=into)
        for i, each in zip(places, worth, strict=True):
            if cube.lowest[i]:
                into += (each if each.ndim == 0 else each[rows, None]) * kind(cube.lowest[i])
    return Points(values.astype(np.int32) if kind is np.int16 else values, bound)


def _scalar(coefficient: Ints, kind: type[np.signedinteger]) -> NDArray[np.signedinteger]:
    """One number where it is the same for every entry: multiplying by it is quicker."""
    each = np.asarray(coefficient, kind)
    return each.reshape(-1)[0] if each.ndim and (each == each[0]).all() else each
