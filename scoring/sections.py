"""How the sections of a bundle are cut into rows, and what their digests are over. Source: docs/bundle.md.

A row's short mark finds a changed row; what proves that nothing was changed is the digest of its section.
"""

from collections.abc import Mapping
from hashlib import sha256

from scoring.canonical import digest, spelled

FORMAT = "result/1"
HEADER = ("format", "engine", "judges", "previous")
MARK = 8  # hex digits of a row's mark


def rows_of(section: object) -> list[tuple[str, object]]:
    """The rows of a section, each with what it is about: records, a column's cells side by side, or keys in order."""
    if isinstance(section, list):
        return [(_about(row), row) for row in section]
    if not isinstance(section, dict):
        raise TypeError(section)
    if section.keys() == {"judge", "entry", "ticks"}:
        cells = zip(section["judge"], section["entry"], section["ticks"], strict=True)
        return [(f"{judge}/{entry}", [judge, entry, ticks]) for judge, entry, ticks in cells]
    return [(key, [key, section[key]]) for key in sorted(section)]


def _about(row: Mapping[str, object]) -> str:
    """What a record is called: its own id, or what it is about."""
    keys = ("id", "entry", "judge", "unit", "code", "subject")
    return next((str(row[key]) for key in keys if row.get(key)), "")


def digest_of(section: object) -> str:
    """The digest of a section, or of a row of it, as JSON has read it."""
    return sha256(spelled(section)).hexdigest()


def marks_of(section: object) -> list[str]:
    """The short mark of every row."""
    return [digest_of(row)[:MARK] for _, row in rows_of(section)]


def overall(header: Mapping[str, object], digests: Mapping[str, str]) -> str:
    """The digest of the whole bundle: over its header and the digests of its sections."""
    return digest({**header, "digests": digests})
