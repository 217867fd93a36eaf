"""The working of a number: how it came about, as a tree that anybody can calculate again.

Every node holds its exact value and the nodes it was made of; leaves name a sheet, a prior score, a decision or a
constant of the scheme. Words for people are made elsewhere.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

Op = Literal[
    "sheet",  # leaf; ref judge/entry
    "prior",  # leaf; ref component/unit
    "record",  # leaf; ref id of the record of a ledger: what it counts or measures
    "constant",  # leaf; ref what the scheme calls it
    "decision",  # leaf; ref index of the decision
    "mean",
    "sum",
    "median",
    "trimmed_mean",  # low, high: so many dropped at each end
    "trimmed_sum",
    "eased_mean",  # low, high: so many at each end count with mode, a part of a mark
    "winsor",  # low, high: so many at each end count as the nearest that is kept
    "weighted",  # args: weight, value, weight, value ...: sum of products / sum of weights
    "best_mean",  # low: so many of the lowest left out
    "best_sum",
    "times",
    "minus",
    "plus",
    "at_least",
    "at_most",
    "round",  # low: decimals; mode
    "order",  # leaf; ref judge/entry: so many entries he puts below, half for those level
    "duel",  # leaf; ref the other entry: 1 won, 1/2 drawn, 0 lost
    "wins",  # leaf; ref the other entry: so many judges put it above that one, half for those level
    "strength",  # args: its wins, and the strength they give; quantised to nine decimals
    "place",  # leaf; ref judge/entry: the place that he gives it in a dance
    "dance",
    "vote",  # args: the places of the judges, and its own; ref: the rule that gave it, low: the column counted to
    "quotient",  # args: value, divided by
    "minmax",  # args: value, lowest, highest of the field
    "z",  # args: value, mean and variance of the field; quantised to nine decimals
    "points",  # args: value, points it earns by rank, band, level or rule; what else they hang on
    "highest",
    "lowest",
]


@dataclass(frozen=True, slots=True)
class Node:
    """One number: ``value`` made by ``op`` of ``args``.

    ``of`` says what it is the number of, such as ``entry:P1``; ``ref`` what a leaf stands for or by which rule it came.
    """

    op: Op
    value: Fraction
    args: tuple["Node", ...] = ()
    ref: str = ""
    of: str = ""
    low: int = 0
    high: int = 0
    mode: str = ""


def constant(value: Fraction, ref: str) -> Node:
    """A number that the scheme states."""
    return Node("constant", value, ref=ref)


def dropped(node: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The lowest and the highest arguments that a trim left out. Among equal values the first in order is named."""
    # Over one denominator integers tell the order, which are compared many times as fast as fractions.
    over = lcm(*(arg.value.denominator for arg in node.args))
    height = [arg.value.numerator * (over // arg.value.denominator) for arg in node.args]
    upward = sorted(range(len(height)), key=height.__getitem__)
    lows, rest = upward[: node.low], sorted(upward[node.low :])
    highs = sorted(rest, key=lambda i: -height[i])[: node.high]
    return tuple(node.args[i] for i in lows), tuple(node.args[i] for i in highs)
