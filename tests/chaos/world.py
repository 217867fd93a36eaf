"""A server, a database, three phones and the road between them; runs a schedule and says what must not be.

Starts the phones' process. The contest of a schedule is made new for each run of it.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from app.contests import service as contests
from app.errors import AppError
from app.judging import service
from app.main import KINDS
from app.sync import badges
from app.sync.models import Arrival
from app.sync.rescue import take_rescue
from tests.app.sync.field import add_contest
from tests.chaos.looking import JUDGES, Look, Told
from tests.chaos.plants import Plant
from tests.chaos.schedule import PHONES, Step
from tests.chaos.serving import Process, Server

DIES_WITHIN_SECONDS = 2.0


@dataclass
class Found:
    """What came of a schedule."""

    wrong: list[str]
    revisions: int
    photos: int = 0  # handed in
    carried: int = 0  # rescue files


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
        self.carried = 0

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
                self._rescue(step)
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
            elif went and step.get("at"):
                wrong.append(f"phone {step['phone']}: {went}")
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

    def _rescue(self, step: Step) -> None:
        """What a phone has not handed in, carried to the organiser as a file; the phone sends it too, later."""
        self._carry(self.world.tell("rescue", phone=step["phone"]))

    def _carry(self, file: str | None) -> None:
        if file:
            given: Any = {"contest_id": self.contest, "given": file.encode(), "kinds": KINDS}
            self.server.database.write(lambda session: take_rescue(session, "staff", **given))
            self.carried += 1

    def quiet(self) -> Found:
        """Everything works again: wait until nobody has anything to say, and look."""
        self.server.full(on=False)
        self.world.tell("arrive")
        told = self.world.tell("quiet")
        return self.found(told, sum(len(phone["made"]) for phone in told))

    def found(self, told: Sequence[Told], revisions: int) -> Found:
        with self.server.database.read() as session:
            look = Look(session, self.server.folder, self.contest, [one["device"] for one in self.devices])
            wrong = look.wrong(told)
        photos = sum(one["done"] for phone in told for one in phone["photos"])
        return Found(wrong, revisions, photos, self.carried)


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
