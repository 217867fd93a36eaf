"""What holds for every number: rounding, fen, what is printed, and one spelling for equal content."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.canonical import canonical
from scoring.numbers import Mode, rounded, shown, split_fen
from scoring.verify.numbers import to_places

MODES: list[Mode] = ["half_up", "half_even", "half_down", "trunc", "floor", "ceil"]
below = st.sampled_from([1, 2, 20, 200, 2000]) | st.integers(1, 3000)  # ends in 5 often: what is half way is hardest
fractions = st.builds(Fraction, st.integers(-10_000, 10_000), below)
decimals = st.integers(-2, 4)
modes = st.sampled_from(MODES)


@given(fractions, decimals, modes)
def test_rounding_agrees_with_the_second_calculation(value: Fraction, places_: int, mode: Mode) -> None:
    assert rounded(value, places_, mode) == to_places(value, places_, mode)


@given(fractions, decimals, modes)
def test_rounding_again_changes_nothing(value: Fraction, places_: int, mode: Mode) -> None:
    once = rounded(value, places_, mode)
    assert rounded(once, places_, mode) == once


@given(fractions, decimals, st.sampled_from(MODES[:3]))
def test_rounding_to_the_nearest_moves_by_half_a_unit_at_most_and_is_odd(
    value: Fraction, places_: int, mode: Mode
) -> None:
    assert abs(rounded(value, places_, mode) - value) <= Fraction(1, 2) / Fraction(10) ** places_
    assert rounded(-value, places_, mode) == -rounded(value, places_, mode)


@given(fractions, fractions, decimals, modes)
def test_rounding_never_turns_an_order_round(first: Fraction, second: Fraction, places_: int, mode: Mode) -> None:
    low, high = sorted([first, second])
    assert rounded(low, places_, mode) <= rounded(high, places_, mode)


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_fen_are_split_without_loss_and_differ_by_one_at_most(total: int, parts: int) -> None:
    shares = split_fen(total, parts)
    assert (sum(shares), len(shares), max(shares) - min(shares) <= 1) == (total, parts, True)
    assert shares == sorted(shares, reverse=True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
        lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("az中\u00e9_", max_size=3), part, max_size=3),
        max_leaves=8,
    )
)
def test_equal_content_has_equal_bytes_by_the_rules_of_rfc_8785(value: object) -> None:
    assert canonical(value).decode() == eight_seven_eight_five(value)


def eight_seven_eight_five(value: object) -> str:
    """RFC 8785 written out, for what the engine may hold."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(eight_seven_eight_five(k) + ":" + eight_seven_eight_five(value[k]) for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(eight_seven_eight_five, value)) + "]"
    if isinstance(value, str):
        short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
        return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    return {None: "null", True: "true", False: "false"}.get(value, "") if isinstance(value, bool | None) else str(value)


@pytest.mark.parametrize(
    "refused", [0.5, {"a": 1.0}, [2**53], {1: "a"}, {"\U00020000": 1}, {1, 2}, b"ab", float("nan")]
)
def test_what_has_no_single_spelling_is_refused(refused: object) -> None:
    with pytest.raises(TypeError):
        canonical(refused)


@given(st.lists(fractions, min_size=1, max_size=6), st.integers(0, 3))
def test_a_printed_number_reads_back_as_the_rounded_one(values: list[Fraction], digits: int) -> None:
    assert [Fraction(shown(value, digits)) for value in values] == [to_places(value, digits) for value in values]
