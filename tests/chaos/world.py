"""A server, a database, three phones and the road between them; runs a schedule and says what must not be.

Starts the processes and writes into one temporary folder. The contest of a schedule is made new for each run of it.
"""

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text
from sqlmodel import Session, select

from app import audit, db
from app.backup.opening import Wish
from app.backup.restoring import restore
from app.backup.taking import take
from app.contests import service as contests
from app.errors import AppError
from app.files.models import StoredFile
from app.files.service import shelf
from app.judging import queries as judging
from app.judging import service
from app.judging.models import SheetRevision
from app.main import KINDS
from app.settings import Settings
from app.sync import badges
from app.sync.models import Arrival, Device, Heartbeat
from app.sync.queries import gaps
from app.sync.rescue import take_rescue
from app.sync.schemas import spelt
from tests.app.sync.field import add_contest
from tests.chaos.plants import Plant
from tests.chaos.schedule import PHONES, Step
from tests.conftest import free_port

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_SECONDS = 60
DIES_WITHIN_SECONDS = 2.0
JUDGES = ("J3", "J3", "J4")
# What the server wrote down of a record, and where the phone says it is.
SAYS = {
    "stored": "handed", "quarantined": "quarantined", "conflict": "conflict", "rejected": "rejected",
    "mismatch": "mismatch",
}  # fmt: skip


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


@dataclass
class Found:
    """What came of a schedule."""

    wrong: list[str]
    revisions: int


class World:
    """The server and the phones, for one schedule after the other."""

    def __init__(self, server: Server, plant: Plant | None = None) -> None:
        self.server = server
        self.numbers = count(1)
        self.phones = Process("node", str(Path(__file__).with_name("main.mjs")))
        self.tell("modules", plants=plant.texts if plant else [])
        server.start()
        self.tell("server", port=server.port)

    def tell(self, command: str, **given: Any) -> Any:  # noqa: ANN401
        answer = self.phones.ask({"command": command, **given})
        if "trouble" in answer:
            raise RuntimeError(answer["trouble"])
        return answer["value"]

    def close(self) -> None:
        self.phones.close()
        self.server.close()

    def run(self, seed: int, steps: Sequence[Step]) -> Found:
        """The schedule on a contest of its own, and then calm; what must not be, in sentences."""
        return Day(self, f"s{next(self.numbers)}").run(seed, steps)


class Day:
    """One schedule as it goes on."""

    def __init__(self, world: World, contest: str) -> None:
        self.world, self.server, self.contest = world, world.server, contest
        self.ever: set[str] = set()  # what the server ever held
        self.full = [False] * PHONES
        self.server.saved = None
        self.devices: list[dict[str, str]] = []

    def run(self, seed: int, steps: Sequence[Step]) -> Found:
        """All steps, and then calm."""
        self.begin(seed)
        try:
            for at, step in enumerate(steps):
                wrong = self.do(step)
                if wrong:
                    return Found([f"after step {at}: {one}" for one in wrong], len(self.ever))
            return self.quiet()
        finally:
            self.server.full(on=False)

    def begin(self, seed: int) -> None:
        self.set_up(seed, opened=True)

    def set_up(self, seed: int, *, opened: bool) -> None:
        """A contest for this schedule; ``opened``: with phones in node."""
        self.devices = self.server.database.write(lambda session: set_up(session, self.contest))
        self.world.tell("begin", seed=seed, contest=self.contest, devices=self.devices, opened=opened)

    def do(self, step: Step) -> list[str]:
        """One step; returns what is wrong after it."""
        match step["op"]:
            case "backup":
                self.server.back_up()
            case "restore":
                self.server.full(on=False)
                self.server.restore()
            case "die":
                return self._die(step["after"])
            case "server full":
                self.server.full(on=step["on"])
            case "collect" | "recuse" | "revoke" as deed:
                self._office(deed, step)
            case "rescue":
                self._rescue(step["phone"])
            case "late":
                self.world.tell("arrive")
            case "together":
                return self._phones(step["steps"])
            case _:
                return self._phones([step])
        return []

    def _phones(self, steps: list[Step]) -> list[str]:
        done = self.world.tell("do", steps=steps)
        wrong = []
        for step, went in zip(steps, done["went"], strict=True):
            if step["op"] == "full":
                self.full[step["phone"]] = step["on"]
            elif went and step["op"] in {"mark", "problem"} and not self.full[step["phone"]]:
                wrong.append(f"phone {step['phone']} did not keep what its judge did: {went}")
        return wrong + self._never_came(done["handed"])

    def _never_came(self, handed: list[str]) -> list[str]:
        """A phone may say "handed in" only of what the server holds at that moment, or held before a restore."""
        if set(handed) <= self.ever:
            return []
        with self.server.database.read() as session:
            where = (Arrival.contest_id == self.contest, Arrival.result == "stored")
            self.ever.update(session.exec(select(Arrival.revision_id).where(*where)))
        return [f"said to be handed in, and the server has not got it: {one}" for one in set(handed) - self.ever]

    def _die(self, after: int) -> list[str]:
        self.server.full(on=False)
        self.server.die(after)
        handed = self._meanwhile()
        give_up = time.monotonic() + DIES_WITHIN_SECONDS
        while not self.server.gone() and time.monotonic() < give_up:
            time.sleep(0.005)
        self.server.kill()
        (self.server.folder / "die").unlink(missing_ok=True)
        wrong = self._never_came(handed)  # before it is up again and might do it belatedly
        self.server.start()
        return wrong

    def _meanwhile(self) -> list[str]:
        """All phones hand in at once; returns what they then say is handed in."""
        contacts: list[Step] = [{"op": "contact", "phone": phone} for phone in range(PHONES)]
        done = self.world.tell("do", steps=contacts)
        return [str(one) for one in done["handed"]]

    def _office(self, deed: str, step: Step) -> None:
        """What people do meanwhile, by the same deeds as their pages; a refusal of theirs is no concern of ours."""

        def done(session: Session) -> None:
            facts = {"contest_id": self.contest}
            if deed == "collect":
                service.collect(session, "staff", **facts)
            elif deed == "revoke":
                badges.revoke_device(session, "staff", device_id=self.devices[step["phone"]]["device"], **facts)
            else:
                judge, entry = JUDGES[step["phone"]], step["entry"]
                contests.add_recusal(session, "staff", judge_id=judge, entry_id=entry, reason="亲属", **facts)

        with contextlib.suppress(AppError):
            self.server.database.write(done)

    def _rescue(self, phone: int) -> None:
        """What a phone has not handed in, carried to the organiser as a file; the phone sends it too, later."""
        file = self.world.tell("rescue", phone=phone)
        if file:
            given = {"contest_id": self.contest, "given": file.encode(), "kinds": KINDS}
            self.server.database.write(lambda session: take_rescue(session, "staff", **given))

    def quiet(self) -> Found:
        """Everything works again: wait until nobody has anything to say, and look."""
        self.server.full(on=False)
        self.world.tell("arrive")
        told = self.world.tell("quiet")
        return Found(self.wrong(told), sum(len(phone["made"]) for phone in told))

    def wrong(self, told: list[dict[str, Any]]) -> list[str]:
        """What must not be, when all is quiet and the phones have told what they hold."""
        with self.server.database.read() as session:
            arrived = session.exec(select(Arrival).where(Arrival.contest_id == self.contest)).all()
            sheets = session.exec(select(SheetRevision).where(SheetRevision.contest_id == self.contest)).all()
            current = judging.current(session, self.contest)
            wrong = [
                *self._whole(session),
                *_each_once(arrived, sheets),
                *(one for n, phone in enumerate(told) for one in self._accounted(session, n, phone, arrived)),
                *(one for n, phone in enumerate(told) for one in self._photos(session, n, phone)),
                *_shown(told, current),
                *_in_their_order(told[2], self.devices[2]["device"], arrived, current),
            ]
            if current != judging.rebuilt(session, self.contest):
                wrong.append("the sheets that count are others when they are built again from what arrived")
        return wrong

    def _whole(self, session: Session) -> Iterator[str]:
        for fault in audit.verify(session, self.contest):
            yield f"the audit chain is broken: {fault}"

    def _photos(self, session: Session, number: int, phone: dict[str, Any]) -> Iterator[str]:
        """Each photo of a finding is whole on the server under its digest, or still on the phone, which says so."""
        kept = {one["sha256"]: one for one in phone.get("photos", [])}
        noted = (one["record"] for one in phone["held"] if one["record"]["kind"] == "finding")
        for file in sorted({file for record in noted for file in record["files"]}):
            here, photo = self._has(session, file), kept.get(file, {"done": False, "whole": False})
            if not here and not photo["whole"]:
                yield f"phone {number}: photo {file[:8]} is lost"
            elif not here and photo["done"]:
                yield f"phone {number}: photo {file[:8]} is said to be handed in, and the server has not got it whole"
            elif not photo["done"] and not phone["off"]:
                yield f"phone {number}: photo {file[:8]} still waits when all is quiet"

    def _has(self, session: Session, file: str) -> bool:
        path = shelf(self.server.folder, self.contest).whole(file)
        row = session.get(StoredFile, (self.contest, file))
        return row is not None and path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == file

    def _accounted(
        self, session: Session, number: int, phone: dict[str, Any], arrived: Sequence[Arrival]
    ) -> Iterator[str]:
        device = self.devices[number]["device"]
        held = {one["revision_id"]: one for one in phone["held"]}
        numbers = [one["device_seq"] for one in phone["held"]]
        if numbers != list(range(1, len(numbers) + 1)) or phone["highest"] != len(numbers):
            yield f"phone {number}: its numbers have gaps or are used twice: {numbers} of {phone['highest']}"
        for one in phone["made"]:
            if one["revision_id"] not in held:
                yield f"phone {number}: {one['deed']} is lost on the phone"
        by_id = {one.revision_id: one for one in arrived if one.device_id == device}
        for one in phone["held"]:
            deed = f"phone {number}, number {one['device_seq']}"
            row = by_id.get(one["revision_id"])
            if one["where"] == "waiting":
                yield f"{deed} still waits when all is quiet"
            elif row is None:
                yield f"{deed} is said to be {one['where']} and never came"
            elif SAYS[row.result] != one["where"]:
                yield f"{deed} is said to be {one['where']}, and the server wrote {row.result} {row.reason}"
            elif row.body != spelt(one["record"])[0]:
                yield f"{deed} came with other content than the phone holds"
        if set(by_id) - set(held):
            yield f"phone {number}: the server has what the phone never made: {set(by_id) - set(held)}"
        if phone["off"] != (session.get_one(Device, (self.contest, device)).revoked_at is not None):
            yield f"phone {number} {'says' if phone['off'] else 'does not say'} that it was taken off"
        beat = session.get_one(Heartbeat, (self.contest, device))
        if gaps(session, self.contest, device, beat.highest_seq):
            yield f"phone {number}: numbers never came: {gaps(session, self.contest, device, beat.highest_seq)}"


def _each_once(arrived: Sequence[Arrival], sheets: Sequence[SheetRevision]) -> Iterator[str]:
    deeds = Counter(told.get("note") or told.get("text") for told in (json.loads(one.body) for one in arrived))
    for what, times in Counter((one.device_id, one.device_seq) for one in arrived).items():
        if times > 1:
            yield f"number {what[1]} of a phone came {times} times"
    for deed, times in deeds.items():
        if times > 1 and deed:
            yield f"{deed} is doubled: {times} times"
    stored = sorted(one.revision_id for one in arrived if one.result == "stored" and one.kind == "sheet")
    if stored != sorted(one.revision_id for one in sheets):
        yield "the sheets are not those that were stored"


Current = dict[tuple[str, str], judging.Revision]


def _shown(told: list[dict[str, Any]], current: Current) -> Iterator[str]:
    """Where a phone shows marks as handed in, these count, and no others; one taken off says that it cannot know."""
    for number, (phone, judge) in enumerate(zip(told, JUDGES, strict=True)):
        if phone["off"]:
            continue
        for entry, state in phone["states"].items():
            counted = current.get((judge, entry))
            if state["kind"] != "done" or state["where"] != "server":
                continue
            if counted is None:
                yield f"phone {number} shows {entry} as handed in, and nothing counts"
            elif json.loads(counted.ticks) != state["ticks"]:
                yield f"phone {number} shows {state['ticks']} for {entry} as handed in; {counted.ticks} counts"


def _in_their_order(phone: dict[str, Any], device: str, arrived: Sequence[Arrival], current: Current) -> Iterator[str]:
    """A judge with one phone: his last sheet counts, whatever any clock said and in whatever order they came."""
    stored = {one.revision_id for one in arrived if one.device_id == device and one.result == "stored"}
    last: dict[str, str] = {}
    for one in phone["held"]:
        record = one["record"]
        if record["kind"] == "sheet" and record["state"] == "submitted" and record["revision_id"] in stored:
            last[record["entry_id"]] = record["revision_id"]
    counted = {entry: one.revision_id for (judge, entry), one in current.items() if judge == JUDGES[2]}
    if last != counted:
        yield f"of a judge with one phone {counted} counts, and last he handed in {last}"


def set_up(session: Session, contest: str) -> list[dict[str, str]]:
    """A contest with two phones of one judge and one of another; returns whose they are, with their cookies."""
    add_contest(session, contest)
    session.flush()
    codes = badges.issue_badges(session, "staff", contest_id=contest, judges=sorted(set(JUDGES)))
    made = []
    for judge in JUDGES:
        badges.open_window(session, "staff", contest_id=contest, judge_id=judge)
        session.flush()
        whose = {"contest_id": contest, "code": codes[judge], "digits": "", "label": "iPhone"}
        answer, phone = badges.confirm_badge(session, **whose, offered=badges.prospect())
        assert answer == "in"
        made.append({"judge": judge, "device": phone.id, "cookie": phone.cookie})
    return made
