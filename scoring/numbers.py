"""Exact numbers: reading, rounding, printing and splitting them. No float enters or leaves.

Source: shared rules of arithmetic in docs/scoring.md; rounding modes after Excel ROUND (half up) and GB/T 8170-2008
(half even).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Literal

Mode = Literal["half_up", "half_even", "half_down", "trunc", "floor", "ceil"]

ZERO = Fraction(0)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+|/\d+)?")
_DIGITS_AT_MOST = 12
_LONGEST_NUMBER = 40


def exact(value: str | int | Decimal | Fraction) -> Fraction:
    """The number as it is written: ``"9.50"``, ``"2/3"``, ``9``. ValueError for anything else, floats included."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
            raise ValueError(value)
        try:
            return Fraction(text)
        except ZeroDivisionError as error:
            raise ValueError(value) from error
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) <= _LONGEST_NUMBER):
        raise ValueError(value)
    if isinstance(value, bool | float):
        raise ValueError(value)  # noqa: TRY004  one kind of error for the caller, whatever he was given
    return Fraction(value)


def rounded(value: Fraction, decimals: int, mode: Mode = "half_up") -> Fraction:
    """``value`` to ``decimals`` places (negative: tens, hundreds), once, from the exact value."""
    # In whole numbers: a quarter of the time of the same in fractions, and every printed number comes by here.
    scale = 10 ** abs(decimals)
    above, below = abs(value.numerator), value.denominator
    above, below = (above * scale, below) if decimals >= 0 else (above, below * scale)
    whole, rest = divmod(above, below)
    if mode in ("floor", "ceil"):
        up = bool(rest) and ((mode == "ceil") == (value > 0))
    elif mode == "trunc":
        up = False
    elif 2 * rest == below:
        up = mode == "half_up" or (mode == "half_even" and whole % 2 == 1)
    else:
        up = 2 * rest > below
    size = Fraction(whole + up, scale) if decimals >= 0 else Fraction((whole + up) * scale)
    return -size if value < 0 else size


def count_of(share: Fraction, number: int, mode: Literal["floor", "half_up", "ceil"]) -> int:
    """How many a share of ``number`` is: 10 % of 48 is 4 by ``floor``."""
    return int(rounded(share * number, 0, mode))


def shown(value: Fraction, decimals: int = 2, mode: Mode = "half_up") -> str:
    """``value`` as people read it, with exactly ``decimals`` places."""
    size = rounded(value, decimals, mode)
    digits = f"{abs(size.numerator) * 10**decimals // size.denominator:0{decimals + 1}d}"
    sign = "-" if size < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def plain(value: Fraction) -> str:
    """``value`` in full and without trailing zeros where it ends, else as a fraction: ``"9.5"``, ``"2617/30"``."""
    rest, decimals = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        decimals = max(decimals, power)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    return shown(value, decimals)


def shown_apart(values: Sequence[Fraction], decimals: int = 2, mode: Mode = "half_up") -> list[str]:
    """``values``, which stand in order, as people read them; neighbours that differ are never printed alike.

    Where two unequal neighbours would look the same, both get more digits until they differ.
    """
    places = dict.fromkeys(values, decimals)
    for first, second in pairwise(values):
        needed = decimals
        while (
            first != second and needed < _DIGITS_AT_MOST and shown(first, needed, mode) == shown(second, needed, mode)
        ):
            needed += 1
        places[first] = max(places[first], needed)
        places[second] = max(places[second], needed)
    return [shown(value, places[value], mode) for value in values]


def split_fen(total: int, parts: int) -> list[int]:
    """``total`` fen in ``parts`` equal parts; the fen that remain go one each to the first parts, so none is lost."""
    base, left = divmod(total, parts)
    return [base + (i < left) for i in range(parts)]


def quantised_sqrt_ratio(numerator: Fraction, square: Fraction) -> Fraction:
    """``numerator / sqrt(square)``, half-even to nine decimals, by integer square root (the same on every machine).

    The precision is part of the rule: two scores are equal when their quantised values are.
    """
    if square <= 0:
        raise ValueError(square)
    target = numerator * numerator / square * 10**18
    root = isqrt(int(target))
    # root <= sqrt(target) < root + 1; the exact comparison with the middle decides, an exact middle goes to the even.
    middle = (Fraction(2 * root + 1) / 2) ** 2
    if target > middle or (target == middle and root % 2 == 1):
        root += 1
    size = Fraction(root, 10**9)
    return -size if numerator < 0 else size
