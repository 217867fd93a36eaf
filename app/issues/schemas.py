"""A problem or highlight as a phone sends it.

Reads one record. Writes nothing.
"""

from dataclasses import dataclass

from app.contests.categories import LONGEST
from app.files.service import SHA256
from app.sync.schemas import Record, storable, words

STATES = ("problem", "highlight", "withdrawn")
SEVERITIES = ("minor", "considerable", "serious")  # 一般, 较重, 严重
LONGEST_TEXT = 4000
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """What one judge noted about one entry; the judge is nowhere in it."""

    finding_id: str
    entry_id: str
    state: str
    text: str
    category: str
    severity: str
    files: tuple[str, ...]
    marked_at: str


def read_finding(record: Record) -> FindingRecord | None:
    """The finding in a record, or None where it cannot be read."""
    given = record.fields
    finding_id, entry_id, state = (given.get(name) for name in ("finding_id", "entry_id", "state"))
    text, files = given.get("text", ""), given.get("files", [])
    category, severity = given.get("category", ""), given.get("severity", "")
    if not isinstance(entry_id, str) or state not in STATES or not words(finding_id, 36):
        return None
    if not (isinstance(text, str) and len(text) <= LONGEST_TEXT and storable(text)):
        return None
    if not isinstance(category, str) or words(category, LONGEST) != category or severity not in ("", *SEVERITIES):
        return None
    if not (isinstance(files, list) and len(files) <= MOST_FILES):
        return None
    if not all(isinstance(one, str) and SHA256.fullmatch(one) for one in files):
        return None
    return FindingRecord(
        finding_id=words(finding_id, 36),
        entry_id=words(entry_id, 64),
        state=str(state),
        text=text,
        category=category,
        # A highlight has nothing to be grave; a page that says so all the same still has its finding taken.
        severity=str(severity) if state != "highlight" else "",
        files=tuple(files),
        marked_at=words(given.get("marked_at"), 32),
    )
