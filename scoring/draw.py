"""The verifiable draw (抽签): anybody checks it with a SHA-256 tool.

Before the marks are opened a commitment to a secret is published; the marks are frozen; a public value that nobody
could know is added. Dropping an entrant keeps the order of the others. Source: docs/scoring.md, "Draw"; RFC 3797 for
the walk that is kept for conformity.
"""

import hashlib
from collections.abc import Sequence


def commitment(secret: str) -> str:
    """What is published before the marks are opened."""
    return _sha256(f"commit/1|{secret}")


def seed(secret: str, public: str, frozen: str) -> str:
    """The seed of a draw; ``frozen`` is the digest of the frozen marks, in hex."""
    return _sha256(f"seed/1|{secret}|{public}|{frozen}")


def drawn(scope: str, seed_hex: str, entrants: Sequence[str]) -> list[str]:
    """``entrants`` in the drawn order; ``scope`` names what is drawn for, so that two draws differ."""
    return sorted(entrants, key=lambda name: _sha256(f"draw/1|{scope}|{seed_hex}|{name}"))


def rfc3797(key: str, pool: int, number: int) -> list[int]:
    """``number`` of 1..``pool`` by the MD5 walk of RFC 3797; ``key`` is its string of public values."""
    left = list(range(1, pool + 1))
    chosen = []
    for index in range(number):
        mark = index.to_bytes(2, "big")
        value = hashlib.md5(mark + key.encode() + mark, usedforsecurity=False).digest()
        chosen.append(left.pop(int.from_bytes(value, "big") % len(left)))
    return chosen


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
