"""A working calculated anew from what it starts with, node by node."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from scoring.verify.numbers import ZERO, F, mean, middle, standard, to_places, weighted


class Working(Protocol):
    """A node of a working: an operation, its arguments, and the numbers of what it leaves out or rounds to."""

    @property
    def op(self) -> str: ...
    @property
    def args(self) -> Sequence["Working"]: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...
    @property
    def mode(self) -> str: ...


def again(node: Working, leaf: Callable[[Any], F]) -> F:
    """A working calculated anew; ``leaf`` gives the values it starts from."""
    if not node.args:
        return leaf(node)
    return made(node.op, [again(arg, leaf) for arg in node.args], node.low, node.high, node.mode)


def made(op: str, a: Sequence[F], low: int, high: int, mode: str) -> F:
    """The value that ``op`` makes of ``a``; ``low`` and ``high`` are left out at the ends, or are the decimals."""
    left = sorted(a)[low : len(a) - high]
    return {
        "mean": lambda: mean(left),
        "trimmed_mean": lambda: mean(left),
        "winsor": lambda: mean([min(max(value, left[0]), left[-1]) for value in a]),
        "best_mean": lambda: mean(left),
        "sum": lambda: sum(left, ZERO),
        "trimmed_sum": lambda: sum(left, ZERO),
        "best_sum": lambda: sum(left, ZERO),
        "plus": lambda: sum(a, ZERO),
        "median": lambda: middle(a),
        "weighted": lambda: weighted(zip(a[::2], a[1::2], strict=True)),
        "times": lambda: a[0] * a[1],
        "minus": lambda: a[0] - a[1],
        "at_least": lambda: max(a),
        "at_most": lambda: min(a),
        "round": lambda: to_places(a[0], low, mode),
        "minmax": lambda: (a[0] - a[1]) / (a[2] - a[1]) if a[2] > a[1] else F(1, 2),
        "z": lambda: standard(*a),
        "points": lambda: a[1],
        "dance": lambda: a[-1],
        "strength": lambda: a[-1],
        "highest": lambda: max(a),
        "lowest": lambda: min(a),
    }[op]()
