"""Phones for figures: many sockets in one thread, requests spelt beforehand, so that the client costs next to nothing.

Loopback only.
"""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_SECONDS = 60.0


@dataclass
class Phone:
    """One socket that sends its requests one after another, each when the answer to the one before has come."""

    requests: Sequence[bytes]
    socket: socket.socket
    sent: int = 0
    at: float = 0.0
    got: bytes = b""
    took: list[float] = field(default_factory=list)
    refused: int = 0

    def send(self) -> None:
        self.at = time.perf_counter()
        self.socket.sendall(self.requests[self.sent])
        self.sent += 1

    def take(self) -> bool:
        """Read what has come; whether the answer is whole."""
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the server hung up")
        self.got += more
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end or len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            return False
        self.took.append(time.perf_counter() - self.at)
        self.refused += not (head.startswith(b"HTTP/1.1 200") and b'"result":"stored"' in body)
        self.got = b""
        return True


@dataclass(frozen=True)
class Run:
    """What came of it: seconds for all, seconds for each answer in ascending order, and how many were not stored."""

    seconds: float
    took: list[float]
    refused: int


def run(port: int, several: Sequence[Sequence[bytes]]) -> Run:
    """A socket for each list of requests, all at once."""
    selector = selectors.DefaultSelector()
    phones = [Phone(requests, socket.create_connection(("127.0.0.1", port))) for requests in several]
    for phone in phones:
        phone.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(phone.socket, selectors.EVENT_READ, phone)
    began = time.perf_counter()
    for phone in phones:
        phone.send()
    going = len(phones)
    while going:
        if time.perf_counter() - began > MOST_SECONDS:
            raise TimeoutError(f"not done after {MOST_SECONDS} s")
        for key, _ in selector.select(timeout=1):
            phone = key.data
            if not phone.take():
                continue
            if phone.sent < len(phone.requests):
                phone.send()
            else:
                selector.unregister(phone.socket)
                going -= 1
    seconds = time.perf_counter() - began
    for phone in phones:
        phone.socket.close()
    return Run(seconds, sorted(took for phone in phones for took in phone.took), sum(p.refused for p in phones))
