"""The last few of what takes long to compute, each under everything it depends on.

Reads and writes nothing outside this process. What is kept so need not be told of a change: then its key is another.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """At most ``most`` values; the oldest goes first. Two threads may compute the same one: both get the same value."""

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._values: dict[Key, Value] = {}

    def of(self, key: Key, make: Callable[[], Value]) -> Value:
        """What is kept under ``key``; else what ``make`` gives, and it is kept from now on."""
        found = self._values.get(key)
        if found is None:
            found = make()
            if len(self._values) >= self._most:
                self._values.pop(next(iter(self._values)), None)
            self._values[key] = found
        return found
