"""``make chaos``: CASES schedules on SQLite, on PostgreSQL and in Chromium, from SEED on. Ends with 1 where one fails.

Reads ``CASES`` and ``SEED``. Prints what came of it; a schedule that fails with its seed and the steps that are enough.
"""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.chaos.browser import prove_in_pages
from tests.chaos.proof import FIRST_SEED, Proof, postgres_world, prove, sqlite_world
from tests.chaos.world import World

CASES = int(os.environ.get("CASES") or "500")
SEED = int(os.environ.get("SEED") or FIRST_SEED)
TURN = 200
IN_PAGES = max(1, min(CASES, 20 + CASES // 50))


def main() -> int:
    fine = True
    for name, opened in (("SQLite", sqlite_world), ("PostgreSQL", postgres_world)):
        fine &= said(name, in_turns(opened))
    fine &= said("Chromium", prove_in_pages(IN_PAGES, SEED))
    return 0 if fine else 1


def in_turns(opened: Callable[[], AbstractContextManager[World]]) -> Proof:
    """All cases, with a new database now and then: a backup holds whatever was before."""
    whole = Proof()
    for begun in range(0, CASES, TURN):
        with opened() as world:
            part = prove(world.run, min(TURN, CASES - begun), SEED + begun)
        whole = whole.and_then(part)
        if whole.wrong:
            break
    return whole


def said(where: str, proof: Proof) -> bool:
    sys.stdout.write(f"{where}: {proof}\n")
    sys.stdout.flush()
    return not proof.wrong


if __name__ == "__main__":
    sys.exit(main())
