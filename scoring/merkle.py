"""A tree over sheets, so that one judge can prove his sheet is in the published root without showing any other.

Hashing of RFC 6962, section 2.1: a leaf is hashed with a 0 byte before it, two nodes with a 1 byte. A leaf bears a salt
of its own, made from the organiser's secret: without it, few enough marks are possible that the leaf could be guessed.
"""

from collections.abc import Sequence
from hashlib import sha256

from scoring.canonical import canonical
from scoring.roster import Sheet


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over ``leaves`` in their order."""
    if not leaves:
        return sha256(b"").digest()
    return _root([leaf_hash(leaf) for leaf in leaves])


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    middle = _split(len(hashes))
    return _pair(_root(hashes[:middle]), _root(hashes[middle:]))


def _pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _split(number: int) -> int:
    """The largest power of two below ``number``."""
    return 1 << (number - 1).bit_length() - 1


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that the leaf at ``index`` is in the root: the hashes beside its way up, lowest first."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    hashes = [leaf_hash(leaf) for leaf in leaves]
    proof: list[bytes] = []
    while len(hashes) > 1:
        middle = _split(len(hashes))
        left, right = hashes[:middle], hashes[middle:]
        proof.append(_root(right if index < middle else left))
        hashes, index = (left, index) if index < middle else (right, index - middle)
    return proof[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether ``proof`` leads from the leaf at ``index`` of ``size`` leaves to ``root_hash``."""
    if not 0 <= index < size:
        return False
    sides: list[bool] = []  # at each step down: whether the leaf is on the left
    while size > 1:
        middle = _split(size)
        sides.append(index < middle)
        size, index = (middle, index) if index < middle else (size - middle, index - middle)
    if len(sides) != len(proof):
        return False
    found = leaf_hash(leaf)
    for on_left, beside in zip(reversed(sides), proof, strict=True):
        found = _pair(found, beside) if on_left else _pair(beside, found)
    return found == root_hash


def salt(secret: str, judge: str, entry: str) -> str:
    """The salt of one leaf; the judge is given it with his proof."""
    return sha256(f"leaf/1|{secret}|{judge}|{entry}".encode()).hexdigest()


def salted_leaf(secret: str, sheet: Sheet) -> bytes:
    """What is hashed for one sheet: its judge, entry and ticks with their salt."""
    return leaf_of(sheet, salt(secret, sheet.judge, sheet.entry))


def leaf_of(sheet: Sheet, with_salt: str) -> bytes:
    """The canonical JSON that is a sheet's leaf; who holds sheet and salt can make it himself."""
    return canonical({"judge": sheet.judge, "entry": sheet.entry, "ticks": sheet.ticks, "salt": with_salt})
