"""Random contests out of few long draws: a byte for every choice, a panel of marks for the price of one draw.

Hypothesis takes as long for one mark as for some hundred bytes. A strategy marked ``drawn`` is written with a
``Chance``, which asks for ``AT_ONCE`` bytes when the last are used up. Of every choice a byte of 0 makes the first or
the least, so that Hypothesis, which makes bytes small, comes to the simplest contest that fails.
"""

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from hypothesis import strategies as st

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 96
_BYTES = st.binary(min_size=AT_ONCE, max_size=AT_ONCE)


class Chance:
    """Choices, each made of the next byte."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._left = iter(b"")

    def _byte(self) -> int:
        for byte in self._left:
            return byte
        self._left = iter(self._draw(_BYTES))
        return next(self._left)

    def number(self, least: int, most: int) -> int:
        """A whole number of ``least`` to ``most``, all about as often; of two bytes where there are many."""
        size = most - least + 1
        if size <= 64:
            return least + (self._byte() * size >> 8)
        return least + ((self._byte() << 8 | self._byte()) * size >> 16)

    def few(self, least: int, most: int) -> int:
        """A number of ``least`` to ``most``, three times of four at most one above the least.

        Nearly every slip shows in a contest of two or three, and four such are counted in the time of a large one.
        """
        return self.number(least, most if self.once_in(4) else min(most, least + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of them, the first the simplest."""
        return options[self.number(0, len(options) - 1)]

    def coin(self) -> bool:
        return self._byte() > 127

    def once_in(self, times: int) -> bool:
        """True once in so many times."""
        return self.number(1, times) == times

    def order(self, options: Sequence[T]) -> list[T]:
        """All of them in any order, at the simplest in their own."""
        left = list(options)
        return [left.pop(self.number(0, len(left) - 1)) for _ in options]

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """None, or up to ``most`` different ones."""
        number = self.number(0, min(most, len(options)))
        left = list(options)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(number)]


def drawn(make: Callable[Concatenate[Chance, P], T]) -> Callable[P, st.SearchStrategy[T]]:
    """A strategy from a function that makes its choices with a ``Chance``."""

    @st.composite
    def strategy(draw: st.DrawFn, /, *args: P.args, **more: P.kwargs) -> T:
        return make(Chance(draw), *args, **more)

    return strategy
