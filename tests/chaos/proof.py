"""Many schedules one after the other, until one fails: that one made small, and said so that it can be run again.

Starts what it needs in a temporary folder and removes it.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app import migrations
from tests import databases
from tests.chaos.plants import Plant
from tests.chaos.schedule import Step, drawn, shrunk
from tests.chaos.serving import Server
from tests.chaos.world import Found, World

FIRST_SEED = 20220707


@dataclass
class Proof:
    """What came of so many schedules; ``failing`` is the smallest that fails, ``wrong`` what it does."""

    schedules: int = 0
    revisions: int = 0
    photos: int = 0  # handed in
    carried: int = 0  # rescue files
    seed: int = 0
    wrong: tuple[str, ...] = ()
    failing: tuple[Step, ...] = ()

    def and_then(self, more: "Proof") -> "Proof":
        """This and the schedules that came after it."""
        sums = {
            name: getattr(self, name) + getattr(more, name) for name in ("schedules", "revisions", "photos", "carried")
        }
        return replace(more, **sums)

    def __str__(self) -> str:
        if not self.wrong:
            return f"{self.schedules} schedules, {self.revisions} revisions, 0 lost, 0 doubled"
        steps = "\n".join(f"  {json.dumps(step)}" for step in self.failing)
        told = "\n".join(f"  {one}" for one in self.wrong)
        return f"seed {self.seed} fails:\n{told}\nand of its steps these are enough:\n{steps}"


Run = Callable[[int, list[Step]], Found]


def prove(run: Run, cases: int, seed: int = FIRST_SEED, *, draw: Callable[[int], list[Step]] = drawn) -> Proof:
    """``cases`` schedules from ``seed`` on, or fewer where one fails."""
    proof = Proof()
    for one in range(seed, seed + cases):
        steps = draw(one)
        found = run(one, steps)
        proof.schedules += 1
        proof.revisions += found.revisions
        proof.photos += found.photos
        proof.carried += found.carried
        if found.wrong:
            proof.seed, proof.wrong = one, tuple(found.wrong)
            proof.failing = tuple(shrunk(steps, lambda fewer, of=one: bool(run(of, fewer).wrong)))  # type: ignore[misc]
            break
    return proof


@contextmanager
def world_on(url: str, folder: Path, *, postgres: str = "", plant: Plant | None = None) -> Iterator[World]:
    """Server and phones on an up-to-date database."""
    server = Server(folder, url, postgres, plant.server if plant else "")
    world = World(server, plant)
    try:
        yield world
    finally:
        world.close()


@contextmanager
def sqlite_world(plant: Plant | None = None) -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="fm-chaos-") as name:
        url = f"sqlite:///{name}/fieldmark.db"
        migrations.upgrade(url)
        with world_on(url, Path(name), plant=plant) as world:
            yield world


@contextmanager
def postgres_world() -> Iterator[World]:
    with (
        tempfile.TemporaryDirectory(prefix="fm-chaos-") as name,
        databases.postgres() as server,
        databases.empty_postgres(server) as url,
    ):
        migrations.upgrade(url)
        with world_on(url, Path(name), postgres=server) as world:
            yield world
