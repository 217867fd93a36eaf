"""Numbers are read as they are written, rounded once by the declared mode, and printed so that nobody is misled."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.numbers import (
    Mode,
    count_of,
    exact,
    plain,
    quantised_sqrt_ratio,
    rounded,
    shown,
    shown_apart,
    split_fen,
)

F = Fraction


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("9.50", F(19, 2)),
        (" 2/3 ", F(2, 3)),
        ("+7", F(7)),
        ("-0.1", F(-1, 10)),
        ("0.1", F(1, 10)),
        (9, F(9)),
        (Decimal("0.1"), F(1, 10)),
        (F(1, 3), F(1, 3)),
        ("9" * 40, F(10**40 - 1)),
        (Decimal("1e40"), F(10**40)),
    ],
)
def test_a_number_is_what_is_written(written: str | int | Decimal | Fraction, value: Fraction) -> None:
    assert exact(written) == value


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "x", "1e3", "1,5", "1 000", ".5", "5.", "1/0", "1.5/2", "--1", "nan", "inf", "0x10", "9" * 41),
        *(0.1, 1.0, True, False),
        *map(Decimal, ("Infinity", "NaN", "1e41", "1e999999999", "1e-999999999")),
    ],
)
def test_anything_else_is_refused_and_a_float_too(written: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  its text is the value itself
        exact(written)  # type: ignore[arg-type]  # that is the point


# mode -> 2.5, 3.5, -2.5, 2.4, 2.6, -2.6, 2.51 to whole numbers
TABLE: dict[Mode, list[int]] = {
    "half_up": [3, 4, -3, 2, 3, -3, 3],
    "half_even": [2, 4, -2, 2, 3, -3, 3],
    "half_down": [2, 3, -2, 2, 3, -3, 3],
    "trunc": [2, 3, -2, 2, 2, -2, 2],
    "floor": [2, 3, -3, 2, 2, -3, 2],
    "ceil": [3, 4, -2, 3, 3, -2, 3],
}


@pytest.mark.parametrize("mode", TABLE)
def test_each_mode_of_rounding(mode: Mode) -> None:
    values = ["2.5", "3.5", "-2.5", "2.4", "2.6", "-2.6", "2.51"]
    assert [rounded(F(value), 0, mode) for value in values] == TABLE[mode]


@pytest.mark.parametrize("mode", TABLE)
def test_what_has_no_more_digits_stays_as_it_is(mode: Mode) -> None:
    assert [rounded(F(value), 1, mode) for value in ("-2.5", "0", "3", "8.1")] == [F(-5, 2), 0, 3, F(81, 10)]


def test_rounding_to_tens_and_hundreds() -> None:
    assert [rounded(F(1250), -2), rounded(F(1249), -2), rounded(F(1250), -2, "half_even")] == [1300, 1200, 1200]


def test_a_share_of_a_number_by_each_way_of_counting() -> None:
    counts = [[count_of(F(1, 10), n, mode) for n in (0, 5, 14, 15, 48)] for mode in ("floor", "half_up", "ceil")]
    assert counts == [[0, 0, 1, 1, 4], [0, 1, 1, 2, 5], [0, 1, 2, 2, 5]]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (F(2617, 30), 2, "87.23"),
        (F(87), 2, "87.00"),
        (F(87), 0, "87"),
        (F("0.005"), 2, "0.01"),
        (F("-0.005"), 2, "-0.01"),
        (F("-0.004"), 2, "0.00"),
        (F("0.05"), 1, "0.1"),
        (F("99.995"), 2, "100.00"),
        (F("-12.5"), 0, "-13"),
    ],
)
def test_a_printed_number_has_exactly_its_digits(value: Fraction, decimals: int, text: str) -> None:
    assert shown(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(19, 2), "9.5"),
        (F(100), "100"),
        (F(2617, 30), "2617/30"),
        (F(-1, 8), "-0.125"),
        (F(1, 25), "0.04"),
        (F(-2, 3), "-2/3"),
        (F(0), "0"),
        (F(1, 1024), "0.0009765625"),
    ],
)
def test_a_number_in_full_ends_or_is_a_fraction(value: Fraction, text: str) -> None:
    assert (plain(value), F(plain(value))) == (text, value)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["87.033", "87.026"], ["87.033", "87.026"]),
        (["87.04", "87.03"], ["87.04", "87.03"]),
        (["87.03", "87.03"], ["87.03", "87.03"]),
        # equals always print alike, on either side of the one that needs more digits
        (["87.0301", "87.0301", "87.0299"], ["87.0301", "87.0301", "87.0299"]),
        (["87.0301", "87.0299", "87.0299"], ["87.0301", "87.0299", "87.0299"]),
        (["90", "87.0301", "87.0299", "80"], ["90.00", "87.0301", "87.0299", "80.00"]),
        (["87.0301", "87.0299", "87.02989"], ["87.0301", "87.02990", "87.02989"]),
        ([], []),
    ],
)
def test_unequal_neighbours_never_look_alike_and_equals_always_do(values: list[str], texts: list[str]) -> None:
    assert shown_apart([F(value) for value in values]) == texts


def test_neighbours_are_printed_by_the_mode_that_is_asked_for() -> None:
    assert shown_apart([F("87.049"), F("87.04")], 1, "floor") == ["87.049", "87.040"]
    assert shown_apart([F("87.06"), F("87.04")], 1, "floor") == ["87.06", "87.04"]
    assert shown_apart([F("87.19"), F("87.01")], 1, "floor") == ["87.1", "87.0"]
    assert shown_apart([F("-1.05")], 1, "half_even") == ["-1.0"]


def test_digits_end_even_where_numbers_stay_alike() -> None:
    assert shown_apart([F(1, 3) + F(1, 10**30), F(1, 3)]) == ["0.333333333333"] * 2


def test_the_fen_that_remain_go_to_the_first() -> None:
    assert [split_fen(100, 3), split_fen(2, 3), split_fen(0, 2)] == [[34, 33, 33], [1, 1, 0], [0, 0]]


def test_an_irrational_quotient_has_nine_decimals_half_even() -> None:
    assert [
        quantised_sqrt_ratio(F(5), F(50, 3)),
        quantised_sqrt_ratio(F(-1), F(2)),
        quantised_sqrt_ratio(F(0), F(2)),
        # 0.0000000005 and 0.0000000015 lie in the middle: to 0 and to 2
        quantised_sqrt_ratio(F(1), F(2 * 10**9) ** 2),
        quantised_sqrt_ratio(F(3), F(2 * 10**9) ** 2),
        # ...35 to 4, ...45 to 4
        quantised_sqrt_ratio(F(7), F(2 * 10**9) ** 2),
        quantised_sqrt_ratio(F(9), F(2 * 10**9) ** 2),
        # 1/2 / sqrt(1/4), and its opposite
        quantised_sqrt_ratio(F(1, 2), F(1, 4)),
        quantised_sqrt_ratio(F(-1, 2), F(1)),
    ] == [F("1.224744871"), F("-0.707106781"), 0, 0, F(2, 10**9), F(4, 10**9), F(4, 10**9), 1, F(-1, 2)]
    with pytest.raises(ValueError, match="0"):
        quantised_sqrt_ratio(F(1), F(0))


def test_a_long_decimal_is_printed_in_full() -> None:
    """1 / 5^25 = 2^25 / 10^25, and 2^25 = 33554432."""
    assert plain(F(1, 5**25)) == "0." + "0" * 17 + "33554432"


def test_two_decimals_half_up_are_what_is_printed_where_nothing_is_said() -> None:
    assert shown(F(1, 3)) == "0.33"
    assert shown(F(1, 200)) == "0.01"
    assert shown_apart([F(1, 200)]) == ["0.01"]


@pytest.mark.parametrize(
    ("mode", "printed"),
    [
        ("half_up", ["0.130", "0.125"]),  # 0.13 and 0.125, which is 0.13 too
        ("trunc", ["0.13", "0.12"]),
    ],
)
def test_neighbours_are_compared_as_they_will_be_printed(mode: Mode, printed: list[str]) -> None:
    assert shown_apart([F(13, 100), F(125, 1000)], mode=mode) == printed
