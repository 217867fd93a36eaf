"""Servers for figures, each a process of its own on loopback, and what they cost. Starts are bounded in time."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import free_port

STARTS_WITHIN_SECONDS = 30.0
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@contextmanager
def server(folder: Path, command: list[str], **environment: str) -> Iterator[tuple[int, int]]:
    """A server in a process of its own; gives its port and its process id."""
    port = free_port()
    whole = [sys.executable, "-m", "uvicorn", *command, f"--port={port}", "--no-access-log", "--log-level=warning"]
    log = folder / "server.log"
    with (
        log.open("ab") as out,
        subprocess.Popen(whole, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment}) as process,
    ):
        try:
            give_up = time.monotonic() + STARTS_WITHIN_SECONDS
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
                time.sleep(0.05)
            yield port, process.pid
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        return fetch(port, "/healthz")[0] == 200
    except OSError:
        return False


def fetch(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body as sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def fieldmark(file: Path) -> tuple[Path, list[str], dict[str, str]]:
    environment = {"FIELDMARK_DATABASE_URL": f"sqlite:///{file}", "FIELDMARK_DATA_DIR": str(file.parent)}
    return file.parent, ["app.main:create_app", "--factory"], environment


def cpu_ms(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) * 1000 / TICKS_PER_SECOND


def rss_mib(pid: int, what: str = "VmRSS") -> float:
    """The memory of a process now, or as ``VmHWM`` the most it ever had."""
    [line] = [s for s in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines() if s.startswith(what)]
    return int(line.split()[1]) / 1024
