"""The same schedules in Chromium: the judge's page as it is served, marked by its own keys, over the same road.

Every phone is a browser profile of its own, one in two of the schedules without the service worker. Nothing of the page
is replaced; its records are read from its store with its own modules.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.chaos.proof import Run
from tests.chaos.schedule import ENTRIES, PHONES, Step
from tests.chaos.world import JUDGES, Day, Found, World

# What hangs keeps the page waiting for most of a minute: here the page is killed over it.
FAULTS = (
    "lost request", "lost answer", "twice", "late", "old answer", "portal", "portal in JSON", "login page",
    "cut answer", "401", "413", "423", "503", "502", "slow", "hang",
)  # fmt: skip
DAYS = {"P1": 0, "P2": 0, "P3": 1, "AR": 2}
WAITS_SECONDS = 20.0
NOTHING = '{"off": false, "held": [], "made": [], "states": {}, "tally": {}, "highest": 0, "lost": false}'


HERE = Path(__file__).parent
MARK, TOLD = ((HERE / name).read_text(encoding="utf-8") for name in ("mark.js", "told.js"))


def drawn_for_pages(seed: int) -> list[Step]:
    """A short day, because pages take their time."""
    chance = Random(seed)
    steps: list[Step] = []
    for _ in range(chance.randint(5, 9)):
        phone = chance.randrange(PHONES)
        what = chance.random()
        if what < 0.6:
            entry = chance.choice(ENTRIES)
            step: Step = {"op": "mark", "phone": phone, "entry": entry, "hand_in": chance.random() < 0.85}
            step["marks"] = [chance.randint(0, 3) for _ in range(4)]
        elif what < 0.85:
            step = {"op": "contact", "phone": phone}
        elif what < 0.95:
            step = {"op": "open", "phone": phone}
        else:
            step = {"op": "late"}
        if step["op"] in {"mark", "contact"} and chance.random() < 0.6:
            kind = chance.choice(FAULTS)
            step["fault"] = {"kind": kind, "most": 1, "arrives": chance.random() < 0.5}
        steps.append(step)
    rare = chance.random()
    if rare < 0.2:
        steps.insert(chance.randint(2, len(steps)), {"op": "die", "after": chance.choice((0, 300, 1000, 5000))})
    elif rare < 0.35:
        steps.insert(chance.randint(0, 2), {"op": "backup"})
        steps.append({"op": "restore"})
    return steps


def in_pages(world: World, browser: Browser) -> Run:
    """Runs schedules in pages of ``browser``: three profiles with the service worker and three without."""
    screen: Any = {"viewport": {"width": 360, "height": 640}, "locale": "zh-CN"}
    profiles = [
        [browser.new_context(**screen, service_workers=worker) for _ in range(PHONES)] for worker in ("allow", "block")
    ]

    def run(seed: int, steps: Sequence[Step]) -> Found:
        day = PageDay(world, f"s{next(world.numbers)}", profiles[seed % 2])
        try:
            return day.run(seed, steps)
        finally:
            day.close()

    return run


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
            self.pages.append(context.new_page())
        self._opened(*self.pages)

    def _opened(self, *pages: Page) -> None:
        for page in pages:
            page.goto(f"{self.address}/j/{self.contest}/", wait_until="commit")
        for page in pages:
            page.locator(".stateline, .padfoot").first.wait_for()

    def close(self) -> None:
        for page in self.pages:
            page.close()

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
            elif step["op"] == "mark":
                entry = step["entry"]
                day = [one for one in DAYS if DAYS[one] == DAYS[entry]]
                given = {
                    "day": DAYS[entry],
                    "place": day.index(entry),
                    "marks": step["marks"],
                    "handIn": step["hand_in"],
                }
                self.pages[number].evaluate(MARK, given)
            if step["op"] == "contact" or step.get("hand_in"):
                self._sent(number, before)
            self.world.tell("fault", phone=number, fault=None)
            if fault and fault["kind"] == "hang":
                self._opened(self.pages[number])
        return self._never_came([one for number in range(PHONES) for one in self._handed(number)])

    def _sent(self, number: int, before: int) -> None:
        """Until the road has dealt with one more batch of this phone; the page is reminded as the system would."""
        give_up = time.monotonic() + 1.0
        while time.monotonic() < give_up:
            self.pages[number].evaluate("window.dispatchEvent(new Event('online'))")
            if self.world.tell("asked").get(str(number), 0) > before:
                return
            self.pages[number].wait_for_timeout(10)

    def _told(self, number: int) -> dict[str, Any]:
        spelt = self.pages[number].evaluate(TOLD, {"contest": self.contest, "judge": JUDGES[number]})
        told: dict[str, Any] = json.loads(spelt or NOTHING)
        return told

    def _handed(self, number: int) -> list[str]:
        return [one["revision_id"] for one in self._told(number)["held"] if one["where"] == "handed"]

    def _meanwhile(self) -> list[str]:
        for page in self.pages:
            page.evaluate("window.dispatchEvent(new Event('online'))")
        self.pages[0].wait_for_timeout(60)
        return [one for number in range(PHONES) for one in self._handed(number)]

    def quiet(self) -> Found:
        self.world.tell("arrive")
        self._opened(*self.pages)
        give_up, calm, told = time.monotonic() + WAITS_SECONDS, 0, []
        while time.monotonic() < give_up and calm < 3:
            for number in range(PHONES):
                self._sent(number, self.world.tell("asked").get(str(number), 0))
            self.pages[0].wait_for_timeout(30)
            told = [self._told(number) for number in range(PHONES)]
            calm = calm + 1 if all(one["where"] != "waiting" for phone in told for one in phone["held"]) else 0
        return Found(self.wrong(told), sum(len(phone["held"]) for phone in told))
