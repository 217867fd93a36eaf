"""What is kept is computed once for each key, and the oldest goes first."""

import pytest

from app.kept import Kept


def test_each_key_is_computed_once_and_the_oldest_is_forgotten_first() -> None:
    kept: Kept[str, str] = Kept(most=2)
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    assert [kept.of(key, lambda key=key: make(key)) for key in "aababcba"] == list("AABABCBA")  # type: ignore[misc]
    assert made == ["a", "b", "c", "a"]


def test_what_cannot_be_computed_is_not_kept() -> None:
    kept: Kept[str, int] = Kept()
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: 1 // 0)
    assert kept.of("a", lambda: 1) == 1
