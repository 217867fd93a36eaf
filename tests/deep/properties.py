"""What must hold for every contest, tried with very many random ones, and which of them were tried how often.

Asks pytest for every property of ``tests/scoring`` (but what only informs) and runs each in rounds of other cases, the
cheapest first, until ``CASES`` are reached. Where ``MINUTES`` are given, each has an equal share of what is left of
them; how many cases it had is counted, not assumed: Hypothesis says how many it passed. Prints each round as it ends.
A later run goes on where an earlier one ended: with other cases, as long as the file of the property is the same.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["tests/scoring", "--ignore=tests/scoring/inform", "--ignore=tests/scoring/fast"]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--timeout=0", "-m", "hypothesis"]
FIRST = 100
ROUND = 10_000  # Hypothesis remembers every case of a round, and a round must not fill the memory
AT_ONCE = int(os.environ.get("AT_ONCE", "2"))


@dataclass
class Tried:
    """A property, how many cases of it passed, in how many seconds; ``failed``: what pytest said of the first failure.

    ``spent``: it has no further cases, as there are no more. ``since``: the day of the first; ``text``: of its file.
    """

    name: str
    cases: int = 0
    seconds: float = 0.0
    failed: str = ""
    spent: bool = False
    since: str = ""
    text: str = ""

    @property
    def title(self) -> str:
        """What holds, in words."""
        return self.name.partition("::")[2].removeprefix("test_").replace("_", " ")

    @property
    def cost(self) -> float:
        """Seconds for one case."""
        return self.seconds / max(1, self.cases)


def tried(cases: int, minutes: float, table: str) -> list[Tried]:
    """Every property with ``cases`` cases, or as many as ``minutes`` are enough for; ``table``: of earlier runs."""
    begun = time.monotonic()
    past = {one.title: one for one in _earlier(table)}
    found = {one.name: one for one in _run(ROOMS, min(FIRST, cases), seed=sum(one.cases for one in past.values()))}
    for one in found.values():
        old = past.get(one.title)
        if old and old.text == one.text and not one.spent:
            one.cases, one.seconds, one.since = one.cases + old.cases, one.seconds + old.seconds, old.since
    waiting = sorted(found.values(), key=lambda one: one.cost)
    left = iter(range(len(waiting), 0, -1))

    def fill(one: Tried) -> None:
        now = time.monotonic()
        end = now + (60 * minutes - (now - begun)) * AT_ONCE / next(left)
        while one.cases < cases and time.monotonic() < end and not one.failed and not one.spent:
            room = min(ROUND, (end - time.monotonic()) / max(one.cost, 1e-6))
            asked = min(cases - one.cases, max(FIRST, int(room)))
            for more in _run([one.name], asked, seed=one.cases):
                one.spent = more.spent
                one.cases = more.cases if more.spent else one.cases + more.cases
                one.seconds += more.seconds
                one.failed = more.failed
            sys.stderr.write(f"{one.cases:>9,}  {one.seconds / 60:6.1f} min  {one.name}  {one.failed[-2000:]}\n")

    with ThreadPoolExecutor(AT_ONCE) as rooms:
        list(rooms.map(fill, waiting))
    return sorted(found.values(), key=lambda one: one.name)


def _run(names: list[str], cases: int, seed: int) -> Iterator[Tried]:
    """The properties ``names`` once with so many cases each."""
    asked = [*PYTEST, f"--hypothesis-seed={seed}", "--hypothesis-show-statistics", *names]
    environment = {**os.environ, "FIELDMARK_CASES": str(cases)}
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout.partition("Hypothesis Statistics")[2]
    blocks = re.findall(r"^(tests/\S.*?):\n\n(.*?)(?=^tests/|\Z)", said, re.MULTILINE | re.DOTALL)
    for name, told in blocks:
        phase = re.search(r"during generate phase \((.*?) seconds\):.*?(\d+) passing", told, re.DOTALL)
        seconds, passed = phase.groups() if phase else ("0", "0")
        broken = re.search(rf"^(FAILED|ERROR) {re.escape(name)}", done.stdout, re.MULTILINE)
        text = sha256((ROOT / name.partition("::")[0]).read_bytes()).hexdigest()[:8]
        failed = done.stdout if broken else ""
        yield Tried(name, int(passed), float(seconds), failed, int(passed) < cases and not failed, _today(), text)
    if not blocks:
        yield Tried(names[0], failed=done.stdout + done.stderr)


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _earlier(table: str) -> Iterator[Tried]:
    """The properties in a table that held then."""
    for row in re.findall(r"^\| (.+) \| ([\d,]+) \| ([\d.]+) \| yes \| ([\d-]+) \| `(\w+)` \|$", table, re.MULTILINE):
        title, cases, minutes, since, text = row
        name = "::test_" + title.replace(" ", "_")
        yield Tried(name, int(cases.replace(",", "")), 60 * float(minutes), since=since, text=text)


def table(found: list[Tried], cases: int) -> str:
    """The properties that had all cases, those that had fewer, and what failed."""
    rows = "".join(
        f"| {one.title} | {one.cases:,} | {one.seconds / 60:.1f} | {'**no**' if one.failed else 'yes'} "
        f"| {one.since} | `{one.text}` |\n"
        for one in sorted(found, key=lambda one: (-min(one.cases, cases), one.name))
    )
    full = sum(one.cases >= cases for one in found)
    every = sum(one.spent and not one.failed and one.cases < cases for one in found)
    return (
        f"\n{sum(one.cases for one in found):,} cases of {len(found)} properties; "
        f"{full} of them had {cases:,} each"
        + (f", {every} have no more than were tried" if every else "")
        + ".\n\n| what holds | cases | minutes | held | since | text |\n|---|---:|---:|---|---|---|\n"
        + rows
    )
