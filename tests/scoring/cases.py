"""How many random contests a property is tried with: few at every run, ``FIELDMARK_CASES`` for ``make deep``."""

import os

from hypothesis import settings

CASES = os.environ.get("FIELDMARK_CASES")


def many(cases: int) -> settings:
    """For a property that needs another number than the rest at an everyday run."""
    return settings(max_examples=int(CASES or cases))
