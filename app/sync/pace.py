"""How fast one phone may ask: a bucket per device. Fifty phones behind one hotspot share an address, so never by that.

Reads the clock. Keeps its buckets in this process alone: with two processes a phone may ask twice as often, no harm.
"""

import math
import threading
import time

from app.errors import AppError

BURST = 240  # a day's sheets, one by one, and then some
PER_SECOND = 4.0
_MOST_DEVICES = 10_000


class TooFast(AppError):
    """``seconds`` is also the header Retry-After."""

    code = "sync.too_fast"
    status = 429


class Pace:
    """Buckets that fill again with time."""

    def __init__(self, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._burst = burst
        self._per_second = per_second
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, name: str) -> None:
        """Take one from the bucket ``name``. Raises TooFast when it is empty."""
        moment = time.monotonic()
        with self._lock:
            if len(self._buckets) > _MOST_DEVICES:
                self._buckets.clear()
            left, before = self._buckets.get(name, (float(self._burst), moment))
            left = min(self._burst, left + (moment - before) * self._per_second)
            self._buckets[name] = (max(left - 1, 0.0) if left >= 1 else left, moment)
        if left < 1:
            raise TooFast({"seconds": max(1, math.ceil((1 - left) / self._per_second))})
