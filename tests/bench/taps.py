"""Figures of one thumb on a slow phone: how soon a tap is kept, how soon the first mark is, how long a sheet takes.

The finger is the browser's own (touch events by DevTools, at a place on the glass), rests as long as a finger rests,
and nothing of the one who measures runs in the page but a clock. The floor is a bare page that puts one row per tap,
under the same finger, in the same browser, by turns.
"""

import math
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, sync_playwright

from tests.bench.table import told
from tests.conftest import CHROMIUM_ARGUMENTS, chromium

TURNS = 4
SHEETS = 8  # of each turn
SLOWED = 4
RESTS_MS = 60
BETWEEN_MS = 120  # a thumb in a hurry
CALM_MS = 400  # a thumb that aims
OPENINGS = 3
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}

# From the finger that leaves a key to the moment at which the browser says that the sheet is kept.
WATCH = """
  window.kept = {tap: [], "hand in": []};
  let lifted = null;
  addEventListener("pointerup", (event) => {
    const key = event.target.closest(".pad button");
    lifted = key && {since: event.timeStamp, deed: key.matches(".go") ? "hand in" : "tap"};
  }, true);
  const proper = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, how) {
    const made = proper.call(this, stores, mode, how);
    const names = [].concat(stores);
    const deed = names.includes("records") ? "hand in" : "tap";
    if (mode === "readwrite" && names.includes("sheets") && lifted && lifted.deed === deed) {
      const {since} = lifted;
      lifted = null;
      made.addEventListener("complete", () => {
        window.first = window.first || performance.now();
        window.kept[deed].push(performance.now() - since);
      });
    }
    return made;
  };
"""
# The least that keeps anything: one row of that size for each tap, in a database of its own.
FLOOR = """<!doctype html><meta name="viewport" content="width=device-width">
<button style="width:100%;height:600px">0</button>
<script>
  const [key] = document.getElementsByTagName("button");
  window.took = [];
  window.durability = "default";
  let since = 0;
  key.addEventListener("pointerup", (event) => (since = event.timeStamp), true);
  const request = indexedDB.open("floor", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("sheets", {keyPath: "entry"});
  request.onsuccess = () => key.addEventListener("touchend", (event) => {
    event.preventDefault();
    const made = request.result.transaction(["sheets"], "readwrite", {durability});
    const typed = ["24", "25", "26", "27"];
    made.objectStore("sheets").put({entry: `E${took.length}`, ticks: typed.map(Number), typed, note: ""});
    made.commit();
    made.oncomplete = () => {
      took.push(performance.now() - since);
      key.textContent = took.length;
    };
  });
</script>"""


@contextmanager
def chrome(profile: Path) -> Iterator[BrowserContext]:
    """A phone-sized Chromium that keeps what it is given on the disk."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=chromium(), chromium_sandbox=False, args=CHROMIUM_ARGUMENTS,
            viewport={"width": 360, "height": 640}, device_scale_factor=2, has_touch=True, is_mobile=True,
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        context.add_init_script(WATCH)
        yield context
        context.close()


class Thumb:
    """A finger on the glass of a slowed phone."""

    def __init__(self, page: Page, between: int) -> None:
        self.page = page
        self.between = between
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})

    def on(self, place: tuple[float, float]) -> None:
        x, y = place
        self.devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        time.sleep(RESTS_MS / 1000)
        self.devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        time.sleep((self.between - RESTS_MS) / 1000)


def middle(key: Locator) -> tuple[float, float]:
    box = key.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def sheet(thumb: Thumb) -> int:
    """The next sheet: every item with a usual mark, digit by digit, and handed in. Returns how many items it has."""
    page = thumb.page
    start = page.locator(".nextstop .btn")
    start.wait_for()
    thumb.on(middle(start))
    page.locator(".line.on").wait_for()
    full = [int(re.findall(r"\d+", text)[-1]) for text in page.locator(".line").all_inner_texts()]
    # The keys stay where they are: found once, so that between the taps nobody asks the page anything.
    keys = {str(digit): middle(page.get_by_role("button", name=str(digit), exact=True)) for digit in range(10)}
    next_line, done = middle(page.locator(".pad button").nth(11)), middle(page.locator(".pad .go"))
    for line, most in enumerate(full):
        for key in str(math.ceil(0.85 * most)):
            thumb.on(keys[key])
        if line + 1 < len(full):
            thumb.on(next_line)
    thumb.on(done)
    start.wait_for()
    return len(full)


def kept(page: Page, address: str) -> None:
    """Sheets marked and handed in with one thumb in a hurry, by turns with the floor."""
    page.get_by_role("button", name="知道了").tap()
    bare = page.context.new_page()
    bare.route("**/floor", lambda route: route.fulfill(body=FLOOR, content_type="text/html"))
    bare.goto(f"{address}/floor")
    ours, least = Thumb(page, BETWEEN_MS), Thumb(bare, BETWEEN_MS)
    floor: dict[str, list[float]] = {"tap": [], "hand in": []}
    product: dict[str, list[float]] = {"tap": [], "hand in": []}
    for _ in range(TURNS):
        page.bring_to_front()
        for _ in range(SHEETS):
            sheet(ours)
        took = page.evaluate("kept")
        page.evaluate("for (const one of Object.values(kept)) one.length = 0")
        bare.bring_to_front()
        for deed, durability in (("tap", "default"), ("hand in", "strict")):
            product[deed] += took[deed]
            bare.evaluate("(durability) => { window.durability = durability; took.length = 0; }", durability)
            for _ in took[deed]:
                least.on((180, 300))
            floor[deed] += bare.evaluate("took")
    bare.close()
    told("a key of the pad, from the finger that leaves it until IndexedDB has kept the sheet, processor slowed "
         f"{SLOWED} times, a tap every {BETWEEN_MS} ms: 99 of 100 within, ms, {len(product['tap'])} taps (floor: a "
         "bare page that puts one row per tap; under 50 wanted)",
         [slowest(floor["tap"])], [slowest(product["tap"])])  # fmt: skip
    told("half of these taps within, ms", [statistics.median(floor["tap"])], [statistics.median(product["tap"])])
    told(f"a sheet handed in until the disk has it (durability strict), slowed {SLOWED} times: the slowest of "
         f"{len(product['hand in'])}, ms (floor: one row put, strict; under 50 wanted)",
         [max(floor["hand in"])], [max(product["hand in"])])  # fmt: skip
    told("half of these sheets within, ms", [statistics.median(floor["hand in"])],
         [statistics.median(product["hand in"])])  # fmt: skip


def thumb(address: str, path: str, cookie: str, folder: Path) -> None:
    """From the address to the first mark on a slow road, at the first opening and a later one; then a whole sheet."""
    seconds: dict[str, list[float]] = {"first": [], "again": []}
    whole: dict[int, list[float]] = {}
    for turn in range(OPENINGS):
        with chrome(folder / f"thumb-{turn}") as phone:
            phone.add_cookies([{"name": "fieldmark_device", "value": cookie, "url": address}])
            page = phone.new_page()
            slow = phone.new_cdp_session(page)
            slow.send("Network.enable")
            slow.send("Network.emulateNetworkConditions", SLOW)
            hand = Thumb(page, CALM_MS)
            seconds["first"].append(first_mark(hand, f"{address}{path}"))
            page.evaluate("navigator.serviceWorker.ready")
            back(page)
            seconds["again"].append(first_mark(hand, f"{address}{path}"))
            back(page)
            since = time.monotonic()
            whole.setdefault(sheet(hand), []).append(time.monotonic() - since)
    road = f"400 kbit/s and 400 ms there and back, processor slowed {SLOWED} times"
    told(f"from the address to the first mark kept on a phone that has never been here: {road}, s (under 3 wanted)",
         [], seconds["first"])  # fmt: skip
    told("the same at a later opening, the page kept by its worker, s (under 3 wanted)", [], seconds["again"])
    told(f"a sheet of {max(whole)} items with one thumb, {CALM_MS} ms for each tap, from the list to the sheet handed "
         "in, s (under 30 wanted for four)", [], whole[max(whole)])  # fmt: skip


def first_mark(hand: Thumb, address: str) -> float:
    """Seconds from the address to the first key kept, the finger there as soon as there is something to press."""
    page: Page = hand.page
    page.goto(address, wait_until="commit")
    for what in (".nextstop .btn", ".pad button >> nth=0"):
        key: Any = page.locator(what)
        key.wait_for()
        hand.on(middle(key))
    page.wait_for_function("window.first")
    return float(page.evaluate("first")) / 1000


def back(page: Page) -> None:
    """The mark taken away again, and to the list; what is being kept is kept."""
    page.get_by_role("button", name="删一位").tap()
    page.get_by_role("button", name="返回").tap()
    page.locator(".nextstop .btn").wait_for()
    page.wait_for_timeout(1000)


def slowest(took: list[float]) -> float:
    """The one that 99 of 100 do not pass."""
    return sorted(took)[len(took) * 99 // 100]
