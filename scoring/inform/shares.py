"""By how much a number moves when one of the numbers it was made of moves: read off its working.

A mean of four moves by a quarter of each. So the rule itself says what weight a sheet has in a unit's total, through
panels, units, blend and scale. Where marks are dropped or drawn in, and for a median, every mark is taken to weigh the
same, as in the mean: of many marks that is close, and of nobody can be said beforehand that he will be dropped.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from math import sqrt

from scoring.working import Node


class NotSmooth(ValueError):
    """A number that moves in jumps: points for a place, an order, a duel."""


def sheet_shares(total: Node) -> dict[tuple[str, str], float]:
    """(entry, judge) -> by how much ``total`` moves when that sheet has a point more. Raises NotSmooth."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    parts: Counter[tuple[str, str]] = Counter()
    for (judge, entry, _), share in shares(total, _sheet).items():
        found[entry, judge] += share
        parts[entry, judge] += 1
    # Where items or criteria are taken singly, each part of a sheet has the same share of its part.
    return {sheet: share / parts[sheet] for sheet, share in found.items()}


def entry_shares(total: Node) -> dict[str, float]:
    """Entry -> by how much ``total`` moves when its score has a point more. Raises NotSmooth."""
    return {entry: share for (entry,), share in shares(total, _entry).items()}


def _sheet(node: Node) -> tuple[str, ...]:
    if node.op != "sheet":
        return ()
    ref, _, part = node.ref.partition("#")
    judge, _, entry = ref.partition("/")
    return judge, entry, part


def _entry(node: Node) -> tuple[str, ...]:
    return (node.of.removeprefix("entry:"),) if node.of.startswith("entry:") else ()


def shares(total: Node, named: Callable[[Node], tuple[str, ...]]) -> dict[tuple[str, ...], float]:
    """The share of every node that ``named`` has a name for, down from ``total``; what lies below it is not looked at.

    Shares of the same name are added. Raises NotSmooth.
    """
    found: dict[tuple[str, ...], float] = defaultdict(float)
    waiting = [(total, 1.0)]
    while waiting:
        node, share = waiting.pop()
        name = named(node)
        if name:
            found[name] += share
        else:
            waiting += [(arg, share * part) for arg, part in _parts(node)]
    return dict(found)


def _parts(node: Node) -> list[tuple[Node, float]]:  # noqa: PLR0911  one way for each operation
    """Each argument with the share it has in ``node``."""
    args = node.args
    match node.op:
        case "prior" | "constant" | "decision" | "sheet":
            return []
        case "mean" | "median" | "trimmed_mean" | "winsor":
            return [(arg, 1 / len(args)) for arg in args]
        case "sum":
            return [(arg, 1.0) for arg in args]
        case "trimmed_sum":
            return [(arg, (len(args) - node.low - node.high) / len(args)) for arg in args]
        case "best_mean" | "best_sum":
            kept = sorted(args, key=lambda arg: arg.value)[node.low :]
            return [(arg, 1 / len(kept) if node.op == "best_mean" else 1.0) for arg in kept]
        case "weighted":
            whole = sum(float(weight.value) for weight in args[::2])
            return [(arg, float(weight.value) / whole) for weight, arg in zip(args[::2], args[1::2], strict=True)]
        case "plus" | "minus":
            return [(args[0], 1.0), (args[1], 1.0 if node.op == "plus" else -1.0)]
        case "times":
            return [(args[0], float(args[1].value)), (args[1], float(args[0].value))]
        case "round" | "at_least" | "at_most":
            return [(args[0], 1.0)]
        case "minmax" | "z":
            return _stretched(node)
        case _:  # what is counted in whole steps, and whatever a later rule brings
            if _from_marks(node):
                raise NotSmooth(node.op)
            return []  # a ledger's points, which no judge gave


def _stretched(node: Node) -> list[tuple[Node, float]]:
    """A value on the scale of its field, which is taken as given; without any spread nothing moves it."""
    value, first, second = node.args
    size = float(second.value - first.value) if node.op == "minmax" else sqrt(second.value)
    return [(value, 1 / size)] if size else []


# What may stand at the end of a working and comes from no judge; anything else that ends one does.
_NOT_MARKED = ("prior", "record", "constant", "decision", "sum", "points", "highest", "lowest")


def _from_marks(node: Node) -> bool:
    if not node.args:
        return node.op not in _NOT_MARKED
    return any(_from_marks(arg) for arg in node.args)
