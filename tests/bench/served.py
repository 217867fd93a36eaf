"""Figures of the server: the tour from fifty-two phones, and the ranking page.

Each server is a process of its own on loopback, with a database of its own in a temporary folder. Times are bounded.
"""

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, SQLModel

from app import audit, db, migrations
from app.accounts import service as accounts
from app.contests.models import Membership, PriorRow
from app.judging.service import collect
from app.results.models import OpeningRow
from scoring.numbers import plain
from scoring.roster import Sheet
from tests.app.sync.field import RULE
from tests.app.sync.test_replay import CONTEST, set_up
from tests.bench.load import Run, run
from tests.bench.servers import cpu_ms, fetch, fieldmark, rss_mib, server
from tests.bench.spelt import batch, record
from tests.bench.table import SERVED, told
from tests.tours import tour

WARM = 5  # so many times the page is asked for again


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
        for number in range(SERVED):
            floor.append(floor_turn(folder / f"floor{number}.db", requests))
            file = folder / f"tour{number}.db"
            shutil.copy(folder / "ready.db", file)
            product.append(product_turn(file, requests))
            once, again = ranking(file, cookie)
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


# --- what is handed over --------------------------------------------------------------------------------------------


def prepare(file: Path) -> tuple[list[list[bytes]], str]:
    """The tour's contest in ``file``; each phone's requests, spelt out, and the organiser's cookie."""
    cookies, sheets, organiser = tour_in(file)
    requests: dict[str, list[bytes]] = {judge: [] for judge in cookies}
    for number, sheet in enumerate(sheets, 1):
        whose = requests[sheet.judge]
        whose.append(batch(CONTEST, cookies[sheet.judge], [record(number, len(whose) + 1, sheet)]))
    return list(requests.values()), organiser


def tour_in(file: Path) -> tuple[dict[str, str], list[Sheet], str]:
    """The tour's contest in a new database: the judges' cookies, the sheets to come, the organiser's cookie."""
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

    organiser = opened.write(people)
    opened.close()
    return cookies, sheets, organiser


# --- turns ------------------------------------------------------------------------------------------------------------


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


# --- pages ----------------------------------------------------------------------------------------------------------


def ranking(file: Path, cookie: str) -> tuple[float, list[float]]:
    """The ranking page for the first time, and again."""
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
    return took[0], took[1:]


def open_all(session: Session) -> None:
    """The sheets collected and the marks opened by two."""
    collect(session, "organiser", contest_id=CONTEST)
    table = SQLModel.metadata.tables["person"]
    for person, role in session.connection().execute(table.select().with_only_columns(table.c.id, table.c.login)):
        rev = audit.record(session, person, "open_marks", contest_id=CONTEST, subject=role)
        session.add(OpeningRow(contest_id=CONTEST, role=role, person_id=person, rev=rev, at=audit.now()))
