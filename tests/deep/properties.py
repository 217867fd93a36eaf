"""What must hold for every contest, tried with very many random ones, and which of them were tried how often.

Imports the properties of ``tests/scoring`` (but what only informs) and feeds them bytes by the door that Hypothesis
has for fuzzers: between two cases nothing is remembered, varied or shrunk, which is most of what a case costs at an
everyday run. Each has ``FIRST`` cases, then, the cheapest first, as many as are wanted, in ``AT_ONCE`` processes; only
different cases are counted. One that fails is kept in ``build/hypothesis`` and shrunk by pytest. Prints each property
as it ends. A later run goes on where an earlier one ended, with other cases, as long as the property and what draws for
it are the same.
"""

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from random import Random
from re import MULTILINE, findall

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "tests" / "scoring"
FIRST = 100
BYTES = 8_192  # more than a case asks for
AT_ONCE = int(os.environ.get("AT_ONCE", "2"))


@dataclass
class Tried:
    """A property, how many different cases of it passed, in how many processor seconds; ``failed``: what pytest said.

    ``spent``: it has no further cases, as there are no more. ``since``: the day of the first; ``text``: of the file
    and of all that draws.
    """

    name: str
    text: str
    since: str
    cases: int = 0
    seconds: float = 0.0
    failed: str = ""
    spent: bool = False

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
    os.environ["FIELDMARK_CASES"] = str(FIRST)  # what fails is kept; see tests.scoring.conftest
    end = time.time() + 60 * minutes
    past = {(one.title, one.text): one for one in _earlier(table)}
    with get_context("spawn").Pool(AT_ONCE) as processes:
        found = [
            replace(past[one.title, one.text], name=one.name) if (one.title, one.text) in past else one
            for one in processes.apply(properties)
        ]
        for goal in (min(FIRST, cases), cases):
            found.sort(key=lambda one: (one.cost, one.name))
            more = [(one, goal, end) for one in found]
            found = [_told(one) for one in processes.imap_unordered(filled, more)]
    return found


def properties() -> list[Tried]:
    """Every property, not yet tried."""
    draws = b"".join(file.read_bytes() for file in sorted(ROOM.glob("*.py")) if not file.name.startswith("test_"))
    found = []
    for file in sorted(ROOM.glob("test_*.py")):
        text = sha256(file.read_bytes() + draws).hexdigest()[:8]
        names = [name for name, one in vars(_module(file.stem)).items() if getattr(one, "is_hypothesis_test", False)]
        found += [Tried(f"tests/scoring/{file.name}::{name}", text, f"{datetime.now(UTC):%Y-%m-%d}") for name in names]
    return found


def _module(name: str) -> object:
    import_module("tests.scoring.conftest")  # how Hypothesis is set
    return import_module(f"tests.scoring.{name}")


def filled(more: tuple[Tried, int, float]) -> Tried:
    """The property with so many cases, or as many as there are, or until the hour; ``failed`` where one fails."""
    one, cases, end = more
    if one.cases >= cases or one.failed or one.spent:
        return one
    file, _, name = one.name.partition("::")
    run = getattr(_module(Path(file).stem), name).hypothesis.fuzz_one_input
    begun, seen, latest = time.process_time(), set[int](), 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # as pytest does
        for number in count():
            if one.cases + len(seen) >= cases or time.time() > end:
                break
            try:
                case = run(Random(f"{name} {one.cases} {number}").randbytes(BYTES))
            except Exception:  # noqa: BLE001  whatever a property raises, it does not hold
                one = replace(one, failed=_shrunk(one.name))
                break
            if case is not None and hash(case) not in seen:
                seen.add(hash(case))
                latest = number
            elif number - latest > 10 * len(seen) + 1000:  # so many in a row would not all have been seen before
                one = replace(one, spent=True, cases=0)
                break
    seconds = one.seconds + time.process_time() - begun
    return replace(one, cases=one.cases + len(seen), seconds=seconds)


def _shrunk(name: str) -> str:
    """What pytest says of a property of which a failing case has been kept."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--timeout=0", name]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=None).stdout


def _told(one: Tried) -> Tried:
    sys.stderr.write(f"{one.cases:>9,}  {one.seconds / 60:6.1f} min  {one.name}  {one.failed[-2000:]}\n")
    return one


def _earlier(table: str) -> Iterator[Tried]:
    """The properties in a table that held then."""
    for row in findall(r"^\| (.+) \| ([\d,]+) \| ([\d.]+) \| yes \| ([\d-]+) \| `(\w+)` \|$", table, MULTILINE):
        title, cases, minutes, since, text = row
        name = "::test_" + title.replace(" ", "_")
        yield Tried(name, text, since, int(cases.replace(",", "")), 60 * float(minutes))


def table(found: list[Tried], cases: int) -> str:
    """The properties that had all cases, those that had fewer, and what failed."""
    rows = "".join(
        f"| {one.title} | {one.cases:,}{' (all there are)' if one.spent else ''} | {one.seconds / 60:.1f} "
        f"| {'**no**' if one.failed else 'yes'} | {one.since} | `{one.text}` |\n"
        for one in sorted(found, key=lambda one: (-min(one.cases, cases), one.name))
    )
    full = sum(one.cases >= cases for one in found)
    every = sum(one.spent and not one.failed and one.cases < cases for one in found)
    return (
        f"\n{sum(one.cases for one in found):,} cases of {len(found)} properties; "
        f"{full} of them had {cases:,} each"
        + (f", {every} had all that there are" if every else "")
        + f"; {sum(one.seconds for one in found) / 3600:.1f} processor hours.\n\n"
        + "| what holds | cases | minutes | held | since | text |\n|---|---:|---:|---|---|---|\n"
        + rows
    )
