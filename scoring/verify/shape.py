"""What a value read from JSON may look like: small checks, put together to the shape of a whole document."""

import re
from collections.abc import Callable
from typing import Any

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+|/[1-9]\d*)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST = 4000  # digits of an exact number; a severity of a large field has some hundred

Check = Callable[[Any], bool]


def text(value: object) -> bool:
    return isinstance(value, str)


def whole(value: object) -> bool:
    return type(value) is int


def yes_no(value: object) -> bool:
    return isinstance(value, bool)


def number(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and bool(_NUMBER.fullmatch(value))


def is_digest(value: object) -> bool:
    """Whether ``value`` is written as a SHA-256 is: 64 small hex digits."""
    return isinstance(value, str) and bool(_DIGEST.fullmatch(value))


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def named(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def table(**keys: Check) -> Check:
    """A table with these keys; a later version of the engine may add others, which are not read."""
    return lambda value: isinstance(value, dict) and all(key in value and keys[key](value[key]) for key in keys)
