"""One spelling for every value, so that equal content has equal bytes and one digest on every machine.

RFC 8785 restricted: no floats, whole numbers below 2^53, exact numbers as text; then sorted keys and no spaces give
its very bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from types import NoneType
from typing import Any

from scoring.numbers import plain

_LARGEST = 2**53
_SPELLING = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_AS_IT_IS = frozenset({str, bool, NoneType})


def canonical(value: object) -> bytes:
    """UTF-8 JSON of ``value``: records become objects, Fractions text. Raises TypeError for a float.

    A field that came to a record later has ``unless_none`` in its metadata: None is left out, so that what was spelt
    before the field was there has the same bytes and digests.
    """
    return spelled(_simple(value))


def digest(value: object) -> str:
    """SHA-256 of :func:`canonical`, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def spelled(value: object) -> bytes:
    """:func:`canonical` of what JSON has read from canonical bytes: nothing in it has to be looked at again."""
    return _SPELLING.encode(value).encode()


def _simple(value: object) -> Any:  # noqa: ANN401  JSON has no narrower type
    # Nearly everything is of exactly these types, and to look one up is quickest.
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, int):
        if abs(value) >= _LARGEST:
            raise TypeError(value)
        return value
    if isinstance(value, (dict, Mapping)):
        return _object(value)
    if isinstance(value, (list, tuple)):
        return [part if type(part) in _AS_IT_IS else _simple(part) for part in value]
    if isinstance(value, Fraction):
        return plain(value)
    if is_dataclass(value):
        told = [(f.name, getattr(value, f.name), f.metadata) for f in fields(value)]
        return {name: _simple(part) for name, part, more in told if part is not None or "unless_none" not in more}
    if isinstance(value, str):
        return value
    raise TypeError(value)


def _object(value: Mapping[Any, object]) -> dict[str, Any]:
    keys = "".join(value)  # raises TypeError for a key that is no text
    # RFC 8785 sorts keys by UTF-16 code units, Python by code points: the same up to U+FFFF.
    if not keys.isascii() and max(keys) > "\uffff":
        raise TypeError(value)
    return {key: part if type(part) in _AS_IT_IS else _simple(part) for key, part in value.items()}
