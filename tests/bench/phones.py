"""Figures of the judge's phone: what its first load weighs, in how many steps it comes, and how soon a tap is kept.

The contest is the demo's, before its first day. The page runs in the system's Chromium with a profile on the disk: a
private window keeps nothing there, and would keep it at once. What a thumb does on it is in taps.py.
"""

import gzip
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from sqlmodel import Session

from app import db, migrations
from app.demo.contest import Steps
from app.demo.making import RUNNING, Tour, people_of
from app.demo.roster import SEED
from app.sync import badges
from app.sync.phone import later
from tests.bench import lighthouse, taps
from tests.bench.servers import fetch, fieldmark, server
from tests.bench.table import told

JUDGE = "J12"


def measure() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory(prefix="fm-bench-") as name:
        folder = Path(name)
        ready = first_day(folder / "fieldmark.db")
        place, command, environment = fieldmark(folder / "fieldmark.db")
        with server(place, command, **environment) as (port, _):
            weight(port, ready)
            lighthouse.measure(f"http://127.0.0.1:{port}/j/{ready.contest}/", ready.cookie, folder)
            address = f"http://127.0.0.1:{port}"
            with taps.chrome(folder / "profile") as phone:
                page = phone.new_page()
                steps(page, f"{address}{ready.badge}")
                taps.kept(page, address)
            taps.thumb(address, f"/j/{ready.contest}/", ready.cookie, folder)


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
    """How many scripts of the first load only another script asked for, once it was here.

    What the page's Link header asks for is told as asked by a script too, but by none that has an address or a line.
    """
    by: list[bool] = []

    def seen(event: dict[str, Any]) -> None:
        if event["type"] == "Script" and not event["request"]["url"].endswith(later()):
            asker = event["initiator"]
            named = "stack" in asker or asker.get("url", "").startswith("http")
            by.append(asker["type"] == "script" and named)

    page.goto(badge)
    network = page.context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", seen)
    network.send("Network.enable")
    page.get_by_role("button", name=re.compile("我是")).click()
    page.locator(".nextstop").wait_for()
    network.detach()
    told(f"of the first load's {len(by)} scripts, in Chromium's network trace: asked for only when another script was "
         "here (0 wanted: all come in one round trip)", [], [by.count(True)], digits=0)  # fmt: skip
