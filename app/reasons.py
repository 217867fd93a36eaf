"""Why somebody does something: one rule for every deed that has to be accounted for later.

Reads and writes nothing.
"""

from app.errors import AppError

SHORTEST, LONGEST = 2, 500  # characters; 就医 (to the doctor) is a reason


class ReasonMissing(AppError):
    """Raised by the deed, which then changes nothing."""

    code = "page.reason_missing"
    status = 422

    def __init__(self) -> None:
        super().__init__({"shortest": SHORTEST})


def reason_in(text: str, *, needed: bool = True) -> str:
    """The words on one line, as a file of decisions can hold them; empty where none is needed. Raises ReasonMissing."""
    found = " ".join(text.split())[:LONGEST]
    if needed and len(found) < SHORTEST:
        raise ReasonMissing
    return found
