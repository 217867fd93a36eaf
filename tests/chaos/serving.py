"""Fieldmark in a process of its own, which dies and comes back; and any program that answers each line with a line.

Starts the processes and writes into the folder it is given.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from app import db
from app.backup.opening import Wish
from app.backup.restoring import restore
from app.backup.taking import take
from app.settings import Settings
from tests.conftest import STARTS_WITHIN_SECONDS, free_port

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """A program that answers each line with a line."""

    def __init__(self, *command: str) -> None:
        self._running = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, line: object) -> Any:  # noqa: ANN401  what the program says
        assert self._running.stdin
        assert self._running.stdout
        self._running.stdin.write(json.dumps(line) + "\n")
        self._running.stdin.flush()
        answer = self._running.stdout.readline()
        assert answer, f"{self._running.args!r} ended"
        return json.loads(answer)

    def close(self) -> None:
        assert self._running.stdin
        assert self._running.stdout
        self._running.stdin.close()
        self._running.wait()
        self._running.stdout.close()


@dataclass
class Server:
    """Fieldmark in a process of its own on a database of its own, which dies and comes back on the same port."""

    folder: Path
    url: str
    postgres: str = ""  # the server the database lies on, if it is PostgreSQL
    plant: str = ""
    port: int = field(default_factory=free_port)
    process: int = 0
    saved: Path | None = None

    def __post_init__(self) -> None:
        self.numbers = count(1)
        self.settings = Settings(database_url=self.url, data_dir=self.folder)
        # To restore into: an empty database of today's form.
        if self.postgres:
            self._sql(f"CREATE DATABASE {self._name}_blank TEMPLATE {self._name}")
        else:
            shutil.copy(self._name, f"{self._name}.blank")
        self.nursery = Process(sys.executable, "-m", "tests.chaos.server")
        self.database = db.open_database(self.url, alone=False)

    def start(self) -> None:
        asked = {"folder": str(self.folder), "url": self.url, "port": self.port, "plant": self.plant}
        self.process = self.nursery.ask(asked)
        give_up = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < give_up:
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=STARTS_WITHIN_SECONDS)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    connection.close()
                    return
            time.sleep(0.01)
        raise AssertionError((self.folder / "server.log").read_text(encoding="utf-8"))

    def kill(self) -> None:
        """SIGKILL, and not one moment to tidy up."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self.nursery.ask({"wait": self.process})
            self.process = 0

    def gone(self) -> bool:
        """Whether it has died by itself: a process that died waits as a zombie to be asked for."""
        state = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        return state == "Z"

    def die(self, after: int) -> None:
        """Let it die so many microseconds into its next commit."""
        (self.folder / "die").write_text(str(after), encoding="utf-8")

    def full(self, *, on: bool) -> None:
        mark = self.folder / "full"
        mark.touch() if on else mark.unlink(missing_ok=True)

    def back_up(self) -> None:
        """By the deed of ``fieldmark backup``, while the server works."""
        self.saved = self.folder / f"backup-{next(self.numbers)}.zip"
        take(self.settings, self.saved)

    def restore(self) -> None:
        """By the deed of ``fieldmark restore``, into an empty database; there is nothing to do without a backup."""
        if not self.saved:
            return
        self.kill()
        self.database.close()
        if self.postgres:
            self._sql(f"DROP DATABASE {self._name}", f"CREATE DATABASE {self._name} TEMPLATE {self._name}_blank")
        else:
            for beside in ("-wal", "-shm"):
                Path(f"{self._name}{beside}").unlink(missing_ok=True)
            shutil.copy(f"{self._name}.blank", self._name)
        shutil.rmtree(self.folder / "files", ignore_errors=True)
        restore(self.settings, self.saved, Wish())
        self.database = db.open_database(self.url, alone=False)
        self.start()

    @property
    def _name(self) -> str:
        """The file of SQLite, the name in PostgreSQL."""
        return make_url(self.url).database or ""

    def _sql(self, *statements: str) -> None:
        engine = create_engine(self.postgres, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def close(self) -> None:
        self.kill()
        self.database.close()
        if self.postgres:
            self._sql(f"DROP DATABASE {self._name}_blank")
        self.nursery.close()
