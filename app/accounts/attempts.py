"""How often somebody may try to sign in: counted by login and by address, in this process only.

Keeps times of failed attempts in memory. Reads and writes no row: a stranger's guesses must not wait for the writer.
Starting the server again forgets them; only its operator can do that. A browser in which the person has signed in
before is counted by itself: else whoever guesses in the hotel's network, or knows a login, would lock the organiser
out.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from app.errors import AppError

WITHIN_SECONDS = 600
MOST_BY_LOGIN = 10
MOST_BY_ADDRESS = 40  # a hotel full of people may come from one address
_MOST_KEYS = 10_000


class TooManyAttempts(AppError):
    code = "accounts.too_many_attempts"
    status = 429


class Attempts:
    """Failed sign-ins of the last ten minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    @contextmanager
    def counted(self, login: str, address: str, *, known: str = "") -> Iterator[None]:
        """Round a check of a password: what it refuses is counted. Raises TooManyAttempts before it is even looked at.

        ``known``: a browser in which this person has signed in before, by whatever name. The right password clears the
        login's count, not the address's: else one known login would free guessing.
        """
        keys: tuple[tuple[str, str], ...] = (("login", login), ("address", address))
        if known:
            keys = (("known", known),)
        with self._lock:
            for key in keys:
                most = MOST_BY_ADDRESS if key[0] == "address" else MOST_BY_LOGIN
                times = self._recent(key)
                if len(times) >= most:
                    wait = times[0] + WITHIN_SECONDS - self._clock()
                    raise TooManyAttempts({"minutes": max(1, ceil(wait / 60))})
        try:
            yield
        except AppError:
            with self._lock:
                self._count(keys)
            raise
        with self._lock:
            self._failed.pop(keys[0], None)

    def _count(self, keys: tuple[tuple[str, str], ...]) -> None:
        for key in keys:
            self._failed.setdefault(key, deque(maxlen=MOST_BY_ADDRESS)).append(self._clock())
            self._failed.move_to_end(key)
        while len(self._failed) > _MOST_KEYS:
            self._failed.popitem(last=False)

    def _recent(self, key: tuple[str, str]) -> deque[float]:
        times = self._failed.get(key, deque())
        while times and times[0] <= self._clock() - WITHIN_SECONDS:
            times.popleft()
        if not times:
            self._failed.pop(key, None)
        return times
