"""Figures of the judge's phone: what its first load weighs, in how many steps it comes, and how soon a tap is kept.

The contest is the demo's, before its first day. The page runs in the system's Chromium with a profile on the disk: a
private window keeps nothing there, and would keep it at once.
"""

import gzip
import math
import re
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright
from sqlmodel import Session

from app import db, migrations
from app.demo.making import RUNNING, Steps, Tour, people_of
from app.demo.roster import SEED
from app.sync import badges
from app.sync.phone import later
from tests.bench import lighthouse
from tests.bench.servers import fetch, fieldmark, server
from tests.bench.table import told
from tests.conftest import CHROMIUM_ARGUMENTS, chromium

TURNS = 3
SHEETS = 8  # of each turn
SLOWED = 4
JUDGE = "J12"

# From the finger that leaves the glass to the moment at which the browser says that the sheet is kept.
WATCH = """
  window.kept = {tap: [], "hand in": []};
  let lifted = 0;
  addEventListener("pointerup", (event) => (lifted = event.timeStamp), true);
  const proper = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, how) {
    const made = proper.call(this, stores, mode, how);
    if (mode === "readwrite" && lifted && [].concat(stores).includes("sheets")) {
      const [since, deed] = [lifted, [].concat(stores).includes("records") ? "hand in" : "tap"];
      lifted = 0;
      made.addEventListener("complete", () => window.kept[deed].push(performance.now() - since));
    }
    return made;
  };
"""
# The least that keeps anything: one row of that size, in a database of its own.
FLOOR = """async ([times, durability]) => {
  const opened = await new Promise((resolve, reject) => {
    const request = indexedDB.open("floor", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("sheets", {keyPath: "entry"});
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const took = [];
  for (let i = 0; i < times; i++) {
    const since = performance.now();
    const made = opened.transaction(["sheets"], "readwrite", {durability});
    const typed = ["24", "25", "26", "27"];
    made.objectStore("sheets").put({entry: `E${i}`, ticks: typed.map(Number), typed, note: ""});
    await new Promise((resolve) => (made.oncomplete = resolve));
    took.push(performance.now() - since);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  opened.close();
  return took;
}"""


def measure() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory(prefix="fm-bench-") as name:
        folder = Path(name)
        ready = first_day(folder / "fieldmark.db")
        place, command, environment = fieldmark(folder / "fieldmark.db")
        with server(place, command, **environment) as (port, _):
            weight(port, ready)
            lighthouse.measure(f"http://127.0.0.1:{port}/j/{ready.contest}/", ready.cookie, folder)
            with chrome(folder / "profile") as phone:
                page = phone.new_page()
                steps(page, f"http://127.0.0.1:{port}{ready.badge}")
                taps(page)


# --- the contest ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """A contest nobody has marked in: a badge that nobody has used, and the cookie of a phone that has joined."""

    contest: str
    badge: str
    cookie: str


def first_day(file: Path) -> Ready:
    """The demo's running tour in ``file``, before its first sheet."""
    url = f"sqlite:///{file}"
    migrations.upgrade(url)
    opened = db.open_database(url)
    people = people_of(opened, "-")
    made = Tour(opened, file.parent, people, Steps(lambda _, __: None, 0), name=RUNNING, seed=SEED)
    whose = {"contest_id": made.id}

    def deed(session: Session) -> Ready:
        [code] = badges.issue_badges(session, people["organiser"], **whose, judges=["J33"]).values()
        session.flush()
        _, joined = badges.confirm_badge(session, **whose, code=code, digits="", label="", offered=badges.prospect())
        [code] = badges.issue_badges(session, people["organiser"], **whose, judges=[JUDGE]).values()
        return Ready(made.id, f"/b/{made.id}/{code}", joined.cookie)

    ready = opened.write(deed)
    opened.close()
    return ready


# --- the first load -------------------------------------------------------------------------------------------------


def weight(port: int, ready: Ready) -> None:
    """The page, everything its head and body name, and the judge's package, each once and compressed."""
    address = f"/j/{ready.contest}/"
    page = gzip.decompress(fetch(port, address, **{"Accept-Encoding": "gzip"})[1])
    named = re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"]+)"', page.decode())
    asked = [*dict.fromkeys([address, *named, f"{address}package"])]
    sent, plain = 0, b""
    for one in asked:
        status, body = fetch(port, one, **{"Accept-Encoding": "gzip", "Cookie": f"fieldmark_device={ready.cookie}"})
        assert status == 200, one
        sent += len(body)
        plain += gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    told(f"a judge's first load as sent: page, scripts, styles, and the first day's data ({len(asked)} requests), kB "
         "(floor: all of it in one compressed file; under 60 wanted)",
         [len(gzip.compress(plain)) / 1000], [sent / 1000])  # fmt: skip


def steps(page: Page, badge: str) -> None:
    """How many scripts of the first load only another script asked for, once it was here."""
    by: list[str] = []

    def seen(event: dict[str, Any]) -> None:
        if event["type"] == "Script" and not event["request"]["url"].endswith(later()):
            by.append(event["initiator"]["type"])

    page.goto(badge)
    network = page.context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", seen)
    network.send("Network.enable")
    page.get_by_role("button", name=re.compile("我是")).click()
    page.locator(".nextstop").wait_for()
    network.detach()
    told(f"of the first load's {len(by)} scripts, in Chromium's network trace: asked for only when another script was "
         "here (0 wanted: all come in one round trip)", [], [by.count("script")], digits=0)  # fmt: skip


# --- taps -----------------------------------------------------------------------------------------------------------


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


def taps(page: Page) -> None:
    """Sheets marked and handed in with one finger, the processor slowed; by turns with the floor."""
    page.get_by_role("button", name="知道了").tap()
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    floor: dict[str, list[float]] = {"tap": [], "hand in": []}
    product: dict[str, list[float]] = {"tap": [], "hand in": []}
    for _ in range(TURNS):
        for _ in range(SHEETS):
            mark(page)
        kept = page.evaluate("window.kept")
        page.evaluate("for (const one of Object.values(window.kept)) one.length = 0")
        for deed, durability in (("tap", "relaxed"), ("hand in", "strict")):
            floor[deed] += page.evaluate(FLOOR, [len(kept[deed]), durability])
            product[deed] += kept[deed]
    told(f"a tap on the pad until IndexedDB has kept the sheet, processor slowed {SLOWED} times: 99 of 100 within, ms, "
         f"{len(product['tap'])} taps (floor: one row put; under 50 wanted)",
         [slowest(floor["tap"])], [slowest(product["tap"])])  # fmt: skip
    told("half of these taps within, ms", [statistics.median(floor["tap"])], [statistics.median(product["tap"])])
    told(f"a sheet handed in until the disk has it (durability strict), slowed {SLOWED} times: the slowest of "
         f"{len(product['hand in'])}, ms (floor: one row put, strict; under 50 wanted)",
         [max(floor["hand in"])], [max(product["hand in"])])  # fmt: skip


def mark(page: Page) -> None:
    """The next sheet: every item with a usual mark, digit by digit, and handed in."""
    page.locator(".nextstop .btn").tap()
    page.locator(".line.on").wait_for()
    lines = page.locator(".line").count()
    for line in range(lines):
        full = int(re.findall(r"\d+", page.locator(".line.on").inner_text())[-1])
        for key in str(math.ceil(0.85 * full)):
            page.get_by_role("button", name=key, exact=True).tap()
        if line + 1 < lines:
            page.locator(".pad button").nth(11).tap()
    page.locator(".pad .go").tap()
    page.locator(".nextstop").wait_for()


def slowest(took: list[float]) -> float:
    """The one that 99 of 100 do not pass."""
    return sorted(took)[len(took) * 99 // 100]
