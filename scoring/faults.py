"""What is wrong, as a code and its particulars; never as prose.

The engine, the readers of files and the pages all report in this one shape. The sentence for a code stands in the
catalogues (``app/locale``), in the reader's language.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

Param = str | int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong or still open. ``code`` is ``room.what``; ``params`` fill the sentence.

    ``record`` is the list and index of the record it was found in, such as ``("sheets", 17)``: a reader of files turns
    it into a line number.
    """

    code: str
    params: dict[str, Param] = field(default_factory=dict)
    record: tuple[str, int] | None = None


class Refused(Exception):
    """Nothing was computed, because of ``faults``: all of them at once, so that they are mended in one go."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.code} {f.params}" for f in self.faults))


class BrokenPromise(Exception):
    """The engine's own result contradicts what it promises. Never the input's doing: nothing may be published."""


def must(*, hold: bool, promise: str) -> None:
    """Stop with BrokenPromise unless ``hold``. Unlike ``assert`` it is never optimised away: money hangs on it."""
    if not hold:
        raise BrokenPromise(promise)
