"""A tablet beside a stage stays lit while its page is looked at, by Chromium's own lock on the screen.

A page without a window is never hidden, so that is told to it here, as a browser does: the lock is let go, then the
page hears of it. The phone of a tour asks for no lock: it would be empty by noon.
"""

from typing import Any

from playwright.sync_api import Page, expect

from tests.app.phone.conftest import Running
from tests.conftest import becomes

# Each lock that the page was given, and how the page is hidden and shown again.
LOCKS = """
self.locks = [];
const request = WakeLock.prototype.request;
WakeLock.prototype.request = async function (...what) {
  const lock = await request.apply(this, what);
  locks.push([what[0], lock]);
  return lock;
};
self.seen = async (state) => {
  Object.defineProperty(document, "visibilityState", {configurable: true, get: () => state});
  Object.defineProperty(document, "hidden", {configurable: true, get: () => state === "hidden"});
  if (state === "hidden") await Promise.all(locks.map(([, lock]) => lock.release()));
  document.dispatchEvent(new Event("visibilitychange"));
};
"""
HELD = "locks.map(([what, lock]) => [what, lock.released])"


def held(page: Page, wanted: list[list[Any]]) -> None:
    becomes(lambda: page.evaluate(HELD), wanted)


def opened(page: Page, server: Running) -> None:
    page.add_init_script(LOCKS)
    page.goto(f"{server.address}/j/tour/")
    expect(page.locator(".nextstop")).to_be_visible()


def test_a_stage_keeps_the_screen_lit_while_the_page_is_seen_and_asks_again_when_it_is_back(
    hand: Page, fake: Running
) -> None:
    fake.set(stage={"called": [], "beat_seconds": 5})
    opened(hand, fake)
    held(hand, [["screen", False]])
    hand.locator(".nextstop .btn").click()
    expect(hand.locator(".line.on .mark")).to_have_text("—")
    held(hand, [["screen", False]])
    hand.evaluate("seen('hidden')")
    held(hand, [["screen", True]])
    hand.evaluate("seen('visible')")
    held(hand, [["screen", True], ["screen", False]])


def test_a_tour_leaves_the_screen_to_the_phone(hand: Page, fake: Running) -> None:
    opened(hand, fake)
    hand.locator(".nextstop .btn").click()
    expect(hand.locator(".line.on .mark")).to_have_text("—")
    hand.evaluate("seen('hidden')")
    hand.evaluate("seen('visible')")
    assert hand.evaluate(HELD) == []
