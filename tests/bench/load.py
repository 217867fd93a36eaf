"""Phones for figures: many sockets in one thread, requests spelt beforehand, so that the client costs next to nothing.

Loopback only.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_SECONDS = 120.0


@dataclass
class Phone:
    """One socket that sends its requests one after another, each when the answer to the one before has come.

    ``begins``: so many seconds after the run.
    """

    requests: Sequence[bytes]
    begins: float = 0.0
    wire: socket.socket = field(init=False)
    sent: int = 0
    at: float = 0.0
    got: bytes = b""
    took: list[float] = field(default_factory=list)
    refused: int = 0

    def connect(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port))
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        self.at = time.perf_counter()
        self.wire.sendall(self.requests[self.sent])
        self.sent += 1

    def take(self) -> bool:
        """Read what has come; whether the answer is whole."""
        more = self.wire.recv(65536)
        if not more:
            raise ConnectionError("the server hung up")
        self.got += more
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return False
        nothing = head.startswith(b"HTTP/1.1 204")  # of a file: no body follows, and no length is said
        if not nothing and len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            return False
        self.took.append(time.perf_counter() - self.at)
        self.refused += not (nothing or (head.startswith(b"HTTP/1.1 200") and _all_stored(body)))
        self.got = b""
        return True


def _all_stored(body: bytes) -> bool:
    return body.count(b'"result":') == body.count(b'"result":"stored"') > 0


@dataclass(frozen=True)
class Run:
    """What came of it: seconds for all, seconds for each answer in ascending order, and how many were not stored.

    ``each``: the seconds of every phone, in the order in which it asked.
    """

    seconds: float
    took: list[float]
    refused: int
    each: list[list[float]]


def run(port: int, several: Sequence[Sequence[bytes]], begins: Sequence[float] = ()) -> Run:
    """A socket for each list of requests, all at once or each when it ``begins``.

    A phone that should have begun while the others were read is counted from when it should have.
    """
    selector = selectors.DefaultSelector()
    phones = [Phone(one, at) for one, at in zip(several, begins or [0.0] * len(several), strict=True)]
    if not begins:
        for phone in phones:
            phone.connect(port)
    waiting, going = deque(sorted(phones, key=lambda phone: phone.begins)), 0
    began = time.perf_counter()
    while waiting or going:
        now = time.perf_counter() - began
        if now > MOST_SECONDS:
            raise TimeoutError(f"not done after {MOST_SECONDS} s")
        while waiting and waiting[0].begins <= now:
            phone = waiting.popleft()
            if begins:
                phone.connect(port)
            selector.register(phone.wire, selectors.EVENT_READ, phone)
            phone.send()
            phone.at = min(phone.at, began + phone.begins) if begins else phone.at
            going += 1
        for key, _ in selector.select(timeout=max(0.0, waiting[0].begins - now) if waiting else 1):
            phone = key.data
            if not phone.take():
                continue
            if phone.sent < len(phone.requests):
                phone.send()
            else:
                selector.unregister(phone.wire)
                phone.wire.close()
                going -= 1
    seconds = time.perf_counter() - began
    took = [phone.took for phone in phones]
    return Run(seconds, sorted(one for each in took for one in each), sum(phone.refused for phone in phones), took)
