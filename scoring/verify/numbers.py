"""The few sums that every step needs, over Fractions."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from math import ceil, floor
from typing import Any

F = Fraction
Row = Sequence[F | None]
Table = dict[str, Any]
ZERO = F(0)


class NotRecomputed(Exception):
    """A method of the scheme that this calculation does not know; ``key`` and ``choice`` say which."""

    def __init__(self, key: str, choice: str) -> None:
        super().__init__(key, choice)
        self.key = key
        self.choice = choice


def mean(values: Iterable[F]) -> F:
    found = list(values)
    return sum(found, ZERO) / len(found)


def middle(values: Iterable[F]) -> F:
    """The median."""
    found = sorted(values)
    return mean([found[(len(found) - 1) // 2], found[len(found) // 2]])


def weighted(pairs: Iterable[tuple[F, F]]) -> F:
    """The weighted mean of (weight, value)."""
    found = list(pairs)
    return sum((weight * value for weight, value in found), ZERO) / sum((weight for weight, _ in found), ZERO)


def eased(values: Iterable[F], low: int, high: int, part: F) -> F:
    """The mean in which the lowest and highest so many count with ``part`` of a mark."""
    ordered = sorted(values)
    weights = [part if i < low or i >= len(ordered) - high else F(1) for i in range(len(ordered))]
    return weighted(zip(weights, ordered, strict=True))


def to_places(value: F, decimals: int, mode: str = "half_up") -> F:
    """``value`` rounded to so many decimals, once."""
    unit, sign = F(10) ** decimals, -1 if value < 0 else 1
    size = abs(value) * unit
    nearest = {
        "half_up": lambda: sign * floor(size + F(1, 2)),
        "half_down": lambda: sign * ceil(size - F(1, 2)),
        "half_even": lambda: round(value * unit),
        "trunc": lambda: sign * floor(size),
        "floor": lambda: floor(value * unit),
        "ceil": lambda: ceil(value * unit),
    }
    return nearest[mode]() / unit


def standard(value: F, average: F, variance: F) -> F:
    """A z-score to nine decimals, by decimals of sixty digits; 0 where nobody differs."""
    if not variance:
        return ZERO
    with localcontext(prec=60):
        spread = (Decimal(variance.numerator) / variance.denominator).sqrt()
        away = value - average
        z = Decimal(away.numerator) / away.denominator / spread
        return F(z.quantize(Decimal("1e-9"), ROUND_HALF_EVEN))


def within(value: F, least: str | None, most: str | None) -> F:
    """``value``, but not below ``least`` and not above ``most``, where the scheme states them."""
    raised = value if least is None else max(value, F(least))
    return raised if most is None else min(raised, F(most))


def printed(value: F, decimals: int, mode: str) -> str:
    """``value`` with exactly so many decimals."""
    size = to_places(value, decimals, mode)
    digits = str(abs(size.numerator) * 10**decimals // size.denominator).zfill(decimals + 1)
    cut = len(digits) - decimals
    return ("-" if size < 0 else "") + digits[:cut] + ("." + digits[cut:] if decimals else "")


def written(value: F) -> str:
    """``value`` in full: as a decimal where it ends, else as a fraction."""
    decimals = 0
    while 10**decimals % value.denominator and decimals < value.denominator.bit_length():
        decimals += 1
    if 10**decimals % value.denominator:
        return f"{value.numerator}/{value.denominator}"
    return printed(value, decimals, "trunc") if decimals else str(value.numerator)
