"""Figures of the server: the tour from fifty-two phones, the ranking page, the judge's first load.

Each server is a process of its own on loopback, with a database of its own in a temporary folder. Times are bounded.
"""

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, SQLModel

from app import audit, db, migrations
from app.accounts import service as accounts
from app.contests.models import Membership, PriorRow
from app.judging.service import collect
from app.results.models import OpeningRow
from scoring.numbers import plain
from tests.app.sync.field import RULE
from tests.app.sync.test_replay import CONTEST, set_up
from tests.bench.load import Run, run
from tests.conftest import free_port
from tests.tours import tour

TURNS = 5
WARM = 5  # so many times the page is asked for again
STARTS_WITHIN_SECONDS = 30.0
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Turn:
    """One tour handed over to one server."""

    run: Run
    cpu_ms: float
    rss_mib: float

    @property
    def per_second(self) -> float:
        return len(self.run.took) / self.run.seconds

    @property
    def cpu_ms_each(self) -> float:
        return self.cpu_ms / len(self.run.took)

    @property
    def p99_ms(self) -> float:
        return self.run.took[len(self.run.took) * 99 // 100] * 1000


def measure() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory(prefix="fm-bench-") as name:
        folder = Path(name)
        requests, cookie = prepare(folder / "ready.db")
        floor: list[Turn] = []
        product: list[Turn] = []
        cold: list[float] = []
        warm: list[float] = []
        load: list[Load] = []
        for number in range(TURNS):
            floor.append(floor_turn(folder / f"floor{number}.db", requests))
            file = folder / f"tour{number}.db"
            shutil.copy(folder / "ready.db", file)
            product.append(product_turn(file, requests))
            once, again = ranking(file, cookie, load)
            cold.append(once)
            warm += again
        assert len({len(turn.run.took) for turn in floor + product}) == 1
    told(f"sheets per second: the Shiyan tour, {len(requests)} phones on as many sockets at once, one sheet per POST, "
         "SQLite (floor: Starlette, one durable insert per POST; ratio of at least 0.5 wanted)",
         [turn.per_second for turn in floor], [turn.per_second for turn in product], digits=0)  # fmt: skip
    told("processor time of the server per sheet, ms (under 2 wanted)",
         [turn.cpu_ms_each for turn in floor], [turn.cpu_ms_each for turn in product], digits=2)  # fmt: skip
    told("99 of 100 sheets answered within, ms", [turn.p99_ms for turn in floor], [turn.p99_ms for turn in product])
    told("memory of the server after the tour, MiB (under 150 wanted)",
         [turn.rss_mib for turn in floor], [turn.rss_mib for turn in product], digits=0)  # fmt: skip
    told("sheets refused", [turn.run.refused for turn in floor], [turn.run.refused for turn in product], digits=0)
    told("ranking page of the tour for the first time after a start, ms (under 300 wanted)", [], cold)
    told("ranking page again, ms (under 30 wanted)", [], warm)
    told("a judge's first load: page, scripts, styles as sent, kB (under 60 wanted)", [],
         [one.sent / 1000 for one in load])  # fmt: skip
    told("requests of a judge's first load", [], [one.requests for one in load], digits=0)


def told(what: str, floor: list[float] | list[int], product: list[float] | list[int], digits: int = 1) -> None:
    def spread(values: list[float] | list[int]) -> str:
        middle, least, most = (f"{f(values):,.{digits}f}" for f in (statistics.median, min, max))
        return middle if least == most else f"{middle} ({least} to {most})"

    if not floor:
        print(f"| {what} | | {spread(product)} | |", flush=True)
        return
    below = statistics.median(floor)
    ratio = f"{statistics.median(product) / below:.2f}" if below else ""
    print(f"| {what} | {spread(floor)} | {spread(product)} | {ratio} |", flush=True)


# --- what is handed over --------------------------------------------------------------------------------------------


def prepare(file: Path) -> tuple[list[list[bytes]], str]:
    """The tour's contest in ``file``; each phone's requests, spelt out, and the organiser's cookie."""
    everybody, sheets, known = tour(RULE)
    url = f"sqlite:///{file}"
    migrations.upgrade(url)
    opened = db.open_database(url)
    cookies = opened.write(lambda session: set_up(session, everybody))

    def people(session: Session) -> str:
        for p in known:
            session.add(PriorRow(contest_id=CONTEST, unit_id=p.unit, component=p.component, value=plain(p.value)))
        cookie = ""
        for role in ("organiser", "steward"):
            who = accounts.add_person(session, "-", login=role, name=role, password_hash="-")  # noqa: S106
            session.flush()
            session.add(Membership(contest_id=CONTEST, person_id=who, role=role, made_at=audit.now()))
            if role == "organiser":
                cookie = accounts.sign_in(session, who, hours=1)
        return cookie

    cookie = opened.write(people)
    opened.close()
    requests: dict[str, list[bytes]] = {judge: [] for judge in cookies}
    for number, sheet in enumerate(sheets, 1):
        seq = len(requests[sheet.judge]) + 1
        record = {
            "kind": "sheet", "revision_id": str(UUID(int=number)), "device_seq": seq, "entry_id": sheet.entry,
            "state": "submitted", "ticks": sheet.ticks, "note": "", "files": [], "scheme_digest": RULE.digest,
            "based_on": 0, "marked_at": "2026-11-21T08:15:30.000Z", "clock_offset_ms": 0,
        }  # fmt: skip
        batch = {"batch_id": str(number), "highest_seq": seq, "waiting": 0, "server_rev": 0, "records": [record]}
        body = json.dumps(batch).encode()
        head = (
            f"POST /j/{CONTEST}/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Cookie: fieldmark_device={cookies[sheet.judge]}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests[sheet.judge].append(head.encode() + body)
    return list(requests.values()), cookie


# --- servers --------------------------------------------------------------------------------------------------------


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


def floor_turn(file: Path, requests: list[list[bytes]]) -> Turn:
    with server(file.parent, ["tests.bench.floor:app"], FLOOR_DATABASE=str(file)) as (port, pid):
        return hand_over(port, pid, requests)


def product_turn(file: Path, requests: list[list[bytes]]) -> Turn:
    folder, command, environment = fieldmark(file)
    with server(folder, command, **environment) as (port, pid):
        return hand_over(port, pid, requests)


def hand_over(port: int, pid: int, requests: list[list[bytes]]) -> Turn:
    before = cpu_ms(pid)
    done = run(port, requests)
    return Turn(done, cpu_ms(pid) - before, rss_mib(pid))


def cpu_ms(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) * 1000 / TICKS_PER_SECOND


def rss_mib(pid: int) -> float:
    [line] = [s for s in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines() if s.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


# --- pages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Load:
    """What a browser fetches before a judge sees anything: bytes as sent, and requests."""

    sent: int
    requests: int


def ranking(file: Path, cookie: str, load: list[Load]) -> tuple[float, list[float]]:
    """The ranking page for the first time, and again; adds a judge's first load to ``load``."""
    opened = db.open_database(f"sqlite:///{file}")
    opened.write(open_all)
    opened.close()
    folder, command, environment = fieldmark(file)
    with server(folder, command, **environment) as (port, _):
        took = []
        for _ in range(1 + WARM):
            start = time.perf_counter()
            status, body = fetch(port, f"/c/{CONTEST}/results", Cookie=f"fieldmark_session={cookie}")
            took.append((time.perf_counter() - start) * 1000)
            assert status == 200
            assert "开发区".encode() in body
        load.append(first_load(port))
    return took[0], took[1:]


def open_all(session: Session) -> None:
    """The sheets collected and the marks opened by two."""
    collect(session, "organiser", contest_id=CONTEST)
    table = SQLModel.metadata.tables["person"]
    for person, role in session.connection().execute(table.select().with_only_columns(table.c.id, table.c.login)):
        rev = audit.record(session, person, "open_marks", contest_id=CONTEST, subject=role)
        session.add(OpeningRow(contest_id=CONTEST, role=role, person_id=person, rev=rev, at=audit.now()))


def first_load(port: int) -> Load:
    """The page and everything its head and body name, each once."""
    _, page = fetch(port, f"/j/{CONTEST}/")
    named = re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"]+)"', page.decode())
    sent = 0
    addresses = [f"/j/{CONTEST}/", *dict.fromkeys(named)]
    for address in addresses:
        status, body = fetch(port, address, **{"Accept-Encoding": "gzip"})
        assert status == 200, address
        sent += len(body)
    return Load(sent, len(addresses))
