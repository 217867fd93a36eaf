"""Figures of a crowd: a bus that comes out of a tunnel, thousands of phones of one contest, two hundred contests.

The server is a process of its own on loopback, over TCP; phones are sockets that send what the phone's scripts send.
"""

import itertools
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app import db, migrations
from app.migrations.tables import METADATA
from scoring.roster import Entry, Judge, Roster, Sheet, Unit
from tests.app.sync.field import RULE
from tests.app.sync.test_replay import CONTEST, set_up
from tests.bench.load import Run, run
from tests.bench.photos import photos
from tests.bench.served import tour_in
from tests.bench.servers import cpu_ms, fieldmark, rss_mib, server
from tests.bench.spelt import batch, photo, record
from tests.bench.table import told
from tests.tours import SEED

TURNS = 3
SHEETS, PHOTOS, WITHIN_SECONDS = 40, 2, 10.0  # of each phone of the bus, and in what time they reconnect
PHONES, SHEET_EVERY_SECONDS, BURST, STEADY_SECONDS = 2_000, 600, 500, 20.0
CONTESTS, ACTIVE, BUS, MORNING = 200, 20, 52, 5  # sheets of each phone that have come before
RATES, STEP_SECONDS, LONGEST_MS = (100, 200, 400, 800, 1_200, 1_600, 2_400), 5, 1_500

UNITS = tuple(Unit(f"C{n:02d}", f"县{n}") for n in range(10))
ENTRIES = tuple(
    Entry(f"P{n:02d}", f"C{n % 10:02d}", "onsite", RULE.kinds[n % len(RULE.kinds)].id, day="1") for n in range(50)
)
STOPS = [
    Sheet("", entry.id, tuple(item.ticks[len(item.ticks) // 2] for item in RULE.items(entry.component, entry.kind)))
    for entry in ENTRIES
]


def measure() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory(prefix="fm-bench-") as name:
        bus(Path(name))
    with tempfile.TemporaryDirectory(prefix="fm-bench-") as name:
        one_contest(Path(name))
    with tempfile.TemporaryDirectory(prefix="fm-bench-") as name:
        many_contests(Path(name))


# --- the bus --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arrival:
    """How one bus arrived: the slowest answers to sheets and all of it in ms, and the most memory in MiB."""

    sheets: list[float]
    seconds: float
    peak: float
    cpu: float
    refused: int


def bus(folder: Path) -> None:
    cookies, sheets, _ = tour_in(folder / "ready.db")
    of_judge = {judge: [one for one in sheets if one.judge == judge][:SHEETS] for judge in cookies}
    made, number = photos(PHOTOS * len(cookies)), itertools.count(1)
    phones = []
    for judge, cookie in cookies.items():
        records = [record(next(number), seq, sheet) for seq, sheet in enumerate(of_judge[judge], 1)]
        pictures = [photo(CONTEST, cookie, content) for content in itertools.islice(made, PHOTOS)]
        phones.append([batch(CONTEST, cookie, records), *itertools.chain.from_iterable(pictures)])
    chance = random.Random(SEED)
    begins = [chance.uniform(0, WITHIN_SECONDS) for _ in phones]
    floor, product = [], []
    for turn in range(TURNS):
        place = folder / f"bus{turn}"
        place.mkdir()
        with server(place, ["tests.bench.floor:app"], FLOOR_DATABASE=str(place / "floor.db")) as (port, pid):
            floor.append(arrive(port, pid, phones, begins))
        shutil.copy(folder / "ready.db", place / "fieldmark.db")
        where, command, environment = fieldmark(place / "fieldmark.db")
        with server(where, command, **environment) as (port, pid):
            product.append(arrive(port, pid, phones, begins))
        shutil.rmtree(place)
    told(f"a bus reconnects within {WITHIN_SECONDS:.0f} s: {len(phones)} phones, each {SHEETS} sheets in a batch, then "
         f"{PHOTOS} photos of 400 kB, no two alike: 99 of 100 batches answered within, ms (floor: one durable insert "
         "per batch, one file per photo; under 1,500 wanted)",
         [slowest(one) for one in floor], [slowest(one) for one in product])  # fmt: skip
    told("the same: all sheets and photos are on the server after, s",
         [one.seconds for one in floor], [one.seconds for one in product])  # fmt: skip
    told("the same: most memory of the server, MiB (under 300 wanted)",
         [one.peak for one in floor], [one.peak for one in product], digits=0)  # fmt: skip
    told("the same: processor time of the server, s", [one.cpu for one in floor], [one.cpu for one in product])
    told("the same: refused", [one.refused for one in floor], [one.refused for one in product], digits=0)


def arrive(port: int, pid: int, phones: list[list[bytes]], begins: list[float]) -> Arrival:
    before = cpu_ms(pid)
    done = run(port, phones, begins)
    first = sorted(each[0] * 1000 for each in done.each)
    return Arrival(first, done.seconds, rss_mib(pid, "VmHWM"), (cpu_ms(pid) - before) / 1000, done.refused)


def slowest(arrived: Arrival) -> float:
    """What 99 of 100 sheets do not pass."""
    return arrived.sheets[len(arrived.sheets) * 99 // 100]


# --- thousands ------------------------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """Phones that go on handing in sheet after sheet, whoever's turn it is."""

    phones: Sequence[tuple[str, str]]  # contest and cookie
    handed: int = 0  # of each phone, before
    turn: int = 0

    def sheets(self, number: int) -> list[list[bytes]]:
        """The next ``number`` requests, each for a connection of its own."""
        return [[self._next()] for _ in range(number)]

    def _next(self) -> bytes:
        contest, cookie = self.phones[self.turn % len(self.phones)]
        seq = self.handed + 1 + self.turn // len(self.phones)
        self.turn += 1
        return batch(contest, cookie, [record(self.handed * 10**9 + self.turn, seq, STOPS[(seq - 1) % len(STOPS)])])


def one_contest(folder: Path) -> None:
    """Two thousand phones at the pace of a tour, five hundred at once, and ever more until it bends."""
    crowd = Crowd([(CONTEST, cookie) for cookie in contest_of(PHONES, folder)])
    what = f"{PHONES:,} phones of one contest"
    with both(folder) as (floor, product):
        steady = poisson(PHONES / SHEET_EVERY_SECONDS, STEADY_SECONDS)
        begins = sorted([*steady, *[STEADY_SECONDS / 2] * BURST])
        asked = crowd.sheets(len(begins))
        told(f"{what}, each a sheet every 10 minutes, and {BURST} of them in one moment, each on a connection "
             "of its own: 99 of 100 sheets answered within, ms (floor: one durable insert each; under 1,500 wanted)",
             [p99(run(floor, asked, begins))], [p99(run(product, asked, begins))])  # fmt: skip
        bend(crowd, what, floor, product)


def many_contests(folder: Path) -> None:
    """Two hundred contests in one database, each with what a morning brought; a tenth goes on."""
    cookies = contest_of(BUS, folder)
    with both(folder) as (_, product):
        assert run(product, Crowd([(CONTEST, cookie) for cookie in cookies]).sheets(BUS * MORNING)).refused == 0
    names = [CONTEST, *(f"tour{n:03d}" for n in range(1, CONTESTS))]
    copy_contest(folder / "fieldmark.db", names[1:])
    active = names[:: CONTESTS // ACTIVE]
    crowd = Crowd([(contest, cookie) for cookie in cookies for contest in active], handed=MORNING)
    with both(folder) as (floor, product):
        bend(crowd, f"{CONTESTS} contests, {ACTIVE} of them active with {BUS} phones each", floor, product)


def bend(crowd: Crowd, what: str, floor: int, product: int) -> None:
    """Sheets at chance moments, ever more of them, until one in a hundred waits too long or one is not taken."""
    for rate in RATES:
        begins = poisson(rate, STEP_SECONDS)
        asked = crowd.sheets(len(begins))
        least, done = p99(run(floor, asked, begins)), run(product, asked, begins)
        took = _p99(done)
        why = f"{done.refused} not taken at once" if done.refused else f"more than {LONGEST_MS:,}"
        bent = done.refused > 0 or took > LONGEST_MS
        told(f"{what}, {rate:,} sheets per second for {STEP_SECONDS} s: 99 of 100 answered within, ms"
             + (f" ({why}: here it bends)" if bent else ""), [least], [took])  # fmt: skip
        if bent:
            return


def p99(done: Run) -> float:
    """Of a run in which every sheet was taken."""
    assert done.refused == 0, f"{done.refused} refused"
    return _p99(done)


def _p99(done: Run) -> float:
    return done.took[len(done.took) * 99 // 100] * 1000


def poisson(rate: float, seconds: float) -> list[float]:
    """Chance moments, ``rate`` per second."""
    chance = random.Random(SEED)
    return sorted(chance.uniform(0, seconds) for _ in range(round(rate * seconds)))


def contest_of(phones: int, folder: Path) -> list[str]:
    """A contest in a new database, every judge of the city; their phones' cookies."""
    everybody = Roster(UNITS, ENTRIES, tuple(Judge(f"J{n:04d}", f"评委{n}") for n in range(1, phones + 1)))
    url = f"sqlite:///{folder / 'fieldmark.db'}"
    migrations.upgrade(url)
    opened = db.open_database(url)
    cookies = opened.write(lambda session: set_up(session, everybody))
    opened.close()
    return list(cookies.values())


def copy_contest(file: Path, names: Sequence[str]) -> None:
    """Every row of the one contest once more for each of ``names``: its phones have the same cookies there."""
    rows = sqlite3.connect(file)
    for table in METADATA.sorted_tables:
        key = "id" if table.name == "contest" else "contest_id"
        if key not in table.columns:
            continue
        others = ", ".join(f'"{column.name}"' for column in table.columns if column.name != key)
        copied = f'SELECT ?, {others} FROM "{table.name}" WHERE "{key}" = ?'
        text = f'INSERT INTO "{table.name}" ("{key}", {others}) {copied}'
        rows.executemany(text, [(name, CONTEST) for name in names])
    rows.commit()
    rows.close()


@contextmanager
def both(folder: Path) -> Iterator[tuple[int, int]]:
    """The floor and the product beside each other, so that each can be asked by turns; their ports."""
    where, command, environment = fieldmark(folder / "fieldmark.db")
    (folder / "floor").mkdir(exist_ok=True)
    (folder / "floor" / "floor.db").unlink(missing_ok=True)
    floor = server(folder / "floor", ["tests.bench.floor:app"], FLOOR_DATABASE=str(folder / "floor" / "floor.db"))
    with floor as (least, _), server(where, command, **environment) as (port, _):
        yield least, port
