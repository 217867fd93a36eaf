"""The same schedules in Chromium: the judge's page as it is served, marked by its own keys, over the same road.

Every phone is a browser profile of its own, one in two of the schedules without the service worker. Nothing of the page
is replaced; its records are read from its store with its own modules.
"""

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chaos.looking import JUDGES, Told
from tests.chaos.proof import Proof, Run, prove, sqlite_world
from tests.chaos.schedule import ENTRIES, PHONES, Step
from tests.chaos.world import Day, Found, World
from tests.conftest import CHROMIUM_ARGUMENTS, COMES_WITHIN_SECONDS, chromium

# What hangs keeps the page waiting for most of a minute: here the page is killed over it.
FAULTS = (
    "lost request", "lost answer", "twice", "late", "old answer", "portal", "portal in JSON", "login page",
    "cut answer", "401", "413", "423", "503", "502", "slow", "hang",
)  # fmt: skip
DAYS = {"P1": 0, "P2": 0, "P3": 1, "AR": 2}
FILES_WITHIN_SECONDS = 0.5
RESCUES = 3  # in one of so many schedules
NOTHING = '{"photos": [], "off": false, "held": [], "made": [], "states": {}, "tally": {}, "highest": 0, "lost": false}'


HERE = Path(__file__).parent
MARK, RESCUE, TOLD = ((HERE / name).read_text(encoding="utf-8") for name in ("mark.js", "rescue.js", "told.js"))


def drawn_for_pages(seed: int) -> list[Step]:
    """A short day, because pages take their time."""
    chance = Random(seed)
    steps: list[Step] = []
    for number in range(chance.randint(5, 9)):
        phone = chance.randrange(PHONES)
        what = chance.random()
        if what < 0.5:
            step = _mark(chance, phone)
        elif what < 0.65:
            entry = chance.choice(ENTRIES)
            step = {"op": "problem", "phone": phone, "entry": entry, "deed": f"deed {number}.{phone}"}
        elif what < 0.85:
            step = {"op": "contact", "phone": phone}
        elif what < 0.95:
            step = {"op": "open", "phone": phone}
        else:
            step = {"op": "late"}
        if step["op"] in {"mark", "problem", "contact"} and chance.random() < 0.6:
            step["fault"] = {"kind": chance.choice(FAULTS), "most": 1, "arrives": chance.random() < 0.5}
            if step["op"] != "mark" and chance.random() < 0.4:
                step["fault"] |= {"of": "files", "after": chance.randint(0, 2)}
        steps.append(step)
    if seed % RESCUES == 0:
        phone = chance.randrange(PHONES)
        rescue = _mark(chance, phone) | {"op": "rescue", "hand_in": True, "codes": seed % (2 * RESCUES) == 0}
        steps.insert(chance.randint(0, len(steps)), rescue)
    rare = chance.random()
    if rare < 0.2:
        steps.insert(chance.randint(2, len(steps)), {"op": "die", "after": chance.choice((0, 300, 1000, 5000))})
    elif rare < 0.35:
        steps.insert(chance.randint(0, 2), {"op": "backup"})
        steps.append({"op": "restore"})
    return steps


def _mark(chance: Random, phone: int) -> Step:
    marks = [chance.randint(0, 3) for _ in range(4)]
    where: Step = {"op": "mark", "phone": phone, "entry": chance.choice(ENTRIES)}
    return {**where, "hand_in": chance.random() < 0.85, "marks": marks}


def photo(name: str) -> str:
    """A small JPEG that no other name has, in Base64."""
    noise = hashlib.shake_256(name.encode()).digest(3 * 16 * 12)
    file = BytesIO()
    Image.frombytes("RGB", (16, 12), noise).resize((48, 36)).save(file, "JPEG")
    return base64.b64encode(file.getvalue()).decode()


def in_pages(world: World, browser: Browser) -> Run:
    """Runs schedules in pages of ``browser``: three profiles with the service worker and three without."""
    screen: Any = {"viewport": {"width": 360, "height": 640}, "locale": "zh-CN"}
    profiles = [
        [browser.new_context(**screen, service_workers=worker) for _ in range(PHONES)] for worker in ("allow", "block")
    ]

    def run(seed: int, steps: Sequence[Step]) -> Found:
        return PageDay(world, f"s{next(world.numbers)}", profiles[seed % 2]).run(seed, steps)

    return run


def prove_in_pages(cases: int, seed: int) -> Proof:
    """So many schedules in a browser started for them, on a SQLite of their own."""
    with sqlite_world() as world, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), chromium_sandbox=False, args=CHROMIUM_ARGUMENTS
        )
        proof = prove(in_pages(world, browser), cases, seed, draw=drawn_for_pages)
        browser.close()
    return proof


class PageDay(Day):
    """One schedule in three browser profiles."""

    def __init__(self, world: World, contest: str, profiles: list[BrowserContext]) -> None:
        super().__init__(world, contest)
        self.address = world.tell("address")
        self.contexts = profiles
        self.pages: list[Page] = []

    def begin(self, seed: int) -> None:
        self.set_up(seed, opened=False)
        for context, device in zip(self.contexts, self.devices, strict=True):
            where = f"{self.address}/j/{self.contest}/"
            context.add_cookies([{"name": "fieldmark_device", "value": device["cookie"], "url": where}])
            # The page of the day before goes on here: a new one takes most of a second.
            self.pages.append(context.pages[0] if context.pages else context.new_page())
        self._opened(*self.pages)

    def _opened(self, *pages: Page) -> None:
        for page in pages:
            page.goto(f"{self.address}/j/{self.contest}/", wait_until="commit")
        for page in pages:
            page.locator(".stateline, .padfoot").first.wait_for()

    def _phones(self, steps: list[Step]) -> list[str]:
        for step in steps:
            number, fault = step["phone"], step.get("fault")
            if fault:
                self.world.tell("fault", phone=number, fault=fault)
            before = self.world.tell("asked").get(str(number), 0)
            if step["op"] == "open":
                self.pages[number].close()
                self.pages[number] = self.contexts[number].new_page()
                self._opened(self.pages[number])
            elif step["op"] in {"mark", "problem"}:
                self.pages[number].evaluate(MARK, self._meant(step))
            if step["op"] == "contact" or step.get("hand_in"):
                self._sent(number, before)
            if fault and fault.get("of") == "files":
                self._photos_sent(number)
            self.world.tell("fault", phone=number, fault=None)
            if fault and fault["kind"] == "hang":
                self._opened(self.pages[number])
        return self._never_came([one for number in range(PHONES) for one in self._handed(number)])

    def _meant(self, step: Step) -> dict[str, Any]:
        """What a step is to the thumb: the day of its entry, and the place in the list of that day."""
        entry = step["entry"]
        day = [one for one in DAYS if DAYS[one] == DAYS[entry]]
        what = {"marks": step.get("marks"), "handIn": step.get("hand_in")}
        if step["op"] == "problem":
            what = {"photo": photo(f"{self.contest} {step['deed']}"), "text": step["deed"]}
        return {"day": DAYS[entry], "place": day.index(entry), **what}

    def _photos_sent(self, number: int) -> None:
        """Until the fault has met a request about photos; where none waits, it meets none."""
        give_up = time.monotonic() + FILES_WITHIN_SECONDS
        while self.world.tell("waits", phone=number) and time.monotonic() < give_up:
            self.pages[number].wait_for_timeout(10)

    def _rescue(self, step: Step) -> None:
        """A sheet that waits, because the server is not to be had, is carried by hand; later the phone sends it too."""
        number, page = step["phone"], self.pages[step["phone"]]
        self.world.tell("fault", phone=number, fault={"kind": "503", "lasting": True})
        page.evaluate(MARK, self._meant(step))
        self._carry(page.evaluate(RESCUE, {"codes": step["codes"]}))
        self.world.tell("fault", phone=number, fault=None)

    def _sent(self, number: int, before: int) -> None:
        """Until the road has dealt with one more batch of this phone; the page is reminded as the system would."""
        give_up = time.monotonic() + 1.0
        while time.monotonic() < give_up:
            self.pages[number].evaluate("window.dispatchEvent(new Event('online'))")
            if self.world.tell("asked").get(str(number), 0) > before:
                return
            self.pages[number].wait_for_timeout(10)

    def _told(self, number: int, *, whole: bool = True) -> dict[str, Any]:
        spelt = self.pages[number].evaluate(TOLD, {"contest": self.contest, "judge": JUDGES[number], "whole": whole})
        told: dict[str, Any] = json.loads(spelt or NOTHING)
        return told

    def _handed(self, number: int) -> list[str]:
        return [one["revision_id"] for one in self._told(number, whole=False)["held"] if one["where"] == "handed"]

    def _meanwhile(self) -> list[str]:
        for page in self.pages:
            page.evaluate("window.dispatchEvent(new Event('online'))")
        self.pages[0].wait_for_timeout(60)
        return [one for number in range(PHONES) for one in self._handed(number)]

    def quiet(self) -> Found:
        self.world.tell("arrive")
        self._opened(*self.pages)
        give_up, calm, told = time.monotonic() + COMES_WITHIN_SECONDS, 0, []
        while time.monotonic() < give_up and calm < 3:
            for number in range(PHONES):
                self._sent(number, self.world.tell("asked").get(str(number), 0))
            self.pages[0].wait_for_timeout(30)
            told = [self._told(number) for number in range(PHONES)]
            calm = 0 if any(map(_waits, told)) else calm + 1
        return self.found(told, sum(len(phone["held"]) for phone in told))


def _waits(told: Told) -> bool:
    photo_waits = not told["off"] and not all(one["done"] for one in told["photos"])
    return photo_waits or any(one["where"] == "waiting" for one in told["held"])
