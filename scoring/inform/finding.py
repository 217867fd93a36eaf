"""What a look at the marks found, as a record: what it is, who it is about, and the figures behind it.

A finding never changes a score. Its code's room says how to take it: ``flag``: look at this; ``told``: looked at, and
chance explains it; ``untested``: these marks cannot answer the question, which is not the same as nothing found.
"""

from dataclasses import dataclass
from fractions import Fraction

from scoring.faults import Fault
from scoring.numbers import shown


@dataclass(frozen=True, slots=True)
class Finding:
    """``figure`` is what was measured and ``threshold`` what it was held against; ``low`` to ``high`` is its interval.

    ``said`` is the code with the particulars of its sentence. ``subjects``: entries or judges, by id.
    """

    said: Fault
    subjects: tuple[str, ...] = ()
    figure: float | None = None
    threshold: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None

    @property
    def kind(self) -> str:
        """The code, such as ``flag.outlier``."""
        return self.said.code

    @property
    def flagged(self) -> bool:
        """Whether somebody should look at it."""
        return self.kind.startswith("flag.")


def number(value: float, decimals: int = 2) -> str:
    """``value`` as it is printed, half up. What floats add in the last digits of one machine or another is cut off."""
    return shown(Fraction(f"{value:.9f}"), decimals)
