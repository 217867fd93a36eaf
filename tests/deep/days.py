"""Very many random days on the road (``tests.chaos``): on SQLite and on PostgreSQL in turn, some of them in Chromium.

A later run goes on with the seeds after those of an earlier one and adds them up, as long as what draws a day and what
is looked at in the end (``text``) are the same; the days since an earlier date met the software of that date.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from re import MULTILINE, findall

from tests.chaos.browser import prove_in_pages
from tests.chaos.proof import FIRST_SEED, Proof, postgres_world, prove, sqlite_world
from tests.chaos.world import World

ROOM = Path(__file__).resolve().parents[1] / "chaos"
DRAWS_AND_LOOKS = ("schedule.py", "world.py", "looking.py", "phone.mjs", "road.mjs")
AT_ONCE = int(os.environ.get("AT_ONCE", "2"))
OTHER_SEEDS = 10_000_000  # between one place's first seed and the next one's


def _in_node(opened: Callable[[], AbstractContextManager[World]], cases: int, seed: int) -> Proof:
    with opened() as world:
        return prove(world.run, cases, seed)


def _on_sqlite(cases: int, seed: int) -> Proof:
    return _in_node(sqlite_world, cases, seed)


def _on_postgres(cases: int, seed: int) -> Proof:
    return _in_node(postgres_world, cases, seed)


# How, and how many days in one turn: with a new database for each, because a backup holds whatever was before.
PLACES: dict[str, tuple[Callable[[int, int], Proof], int]] = {
    "SQLite": (_on_sqlite, 100),
    "PostgreSQL": (_on_postgres, 100),
    "Chromium": (prove_in_pages, 4),
}


@dataclass(frozen=True)
class Gone:
    """The days gone through in one place, from the seed ``first`` on and without a gap."""

    place: str
    first: int
    since: str
    proof: Proof = field(default_factory=Proof)

    @property
    def next_seed(self) -> int:
        return self.first + self.proof.schedules


def gone(days: int, minutes: float, table: str, write: Callable[[str], None]) -> bool:
    """Until so many days are gone through in all, or until the hour; ``table``: of earlier runs. Writes each turn."""
    found = {one.place: one for one in _earlier(table)}
    for number, place in enumerate(PLACES):
        found.setdefault(place, Gone(place, FIRST_SEED + number * OTHER_SEEDS, f"{datetime.now(UTC):%Y-%m-%d}"))
    missing = days - sum(one.proof.schedules for one in found.values())
    end = time.time() + 60 * minutes
    write(told(found, days))
    with get_context("spawn").Pool(AT_ONCE) as processes:
        for place, proof in processes.imap(_turn, [(*turn, end) for turn in _turns(found, missing)]):
            found[place] = replace(found[place], proof=found[place].proof.and_then(proof))
            write(told(found, days))
            sys.stderr.write(f"{place}: {found[place].proof}\n")
            if proof.wrong:
                return False
    return True


def _turns(found: dict[str, Gone], missing: int) -> Iterator[tuple[str, int, int]]:
    """Place, number of days and first seed of each turn."""
    seeds = {place: one.next_seed for place, one in found.items()}
    while missing > 0:
        for place, (_, most) in PLACES.items():
            cases = min(most, missing)
            if cases > 0:
                yield place, cases, seeds[place]
            seeds[place] += cases
            missing -= cases


def _turn(turn: tuple[str, int, int, float]) -> tuple[str, Proof]:
    place, cases, seed, end = turn
    return place, PLACES[place][0](cases, seed) if time.time() < end else Proof()


def text() -> str:
    """Of what draws a day and looks at its end."""
    return sha256(b"".join((ROOM / name).read_bytes() for name in DRAWS_AND_LOOKS)).hexdigest()[:8]


def _earlier(table: str) -> Iterator[Gone]:
    """What an earlier run went through of these days, where nothing failed."""
    number = r"([\d,]+)"
    counted = rf"{number} \| {number} \| {number} \| {number} \| 0 \| 0 \| (\d+) to \d+"
    row = rf"^\| (\w+) \| {counted} \| ([\d-]+) \| `{text()}` \|$"
    for place, *cells, since in findall(row, table, MULTILINE):
        days, revisions, photos, carried, first = (int(cell.replace(",", "")) for cell in cells)
        yield Gone(place, first, since, Proof(days, revisions, photos, carried))


def told(found: dict[str, Gone], days: int) -> str:
    """The days as a table, and one that failed as it is told."""
    proofs = [one.proof for one in found.values()]
    rows = "".join(
        f"| {one.place} | {one.proof.schedules:,} | {one.proof.revisions:,} | {one.proof.photos:,} "
        f"| {one.proof.carried:,} | {'**see below** | **see below**' if one.proof.wrong else '0 | 0'} "
        f"| {one.first} to {one.next_seed - 1} | {one.since} | `{text()}` |\n"
        for one in found.values()
        if one.proof.schedules
    )
    done = sum(one.schedules for one in proofs)
    failed = "".join(f"\n```text\n{one.place}: {one.proof}\n```\n" for one in found.values() if one.proof.wrong)
    return (
        f"\n{done:,} of {days:,} days; {sum(one.revisions for one in proofs):,} revisions.\n\n"
        "| place | days | revisions | photos | rescue files | lost | doubled | seeds | since | text |\n"
        "|---|---:|---:|---:|---:|---:|---:|---|---|---|\n" + rows + failed
    )
