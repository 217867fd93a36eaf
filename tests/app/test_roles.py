"""Every address of the application asked by everybody: as nobody, in every wrong role, and in the right role elsewhere.

The same classification as in test_leaks.py. Each slice tests its own addresses too; here none can be forgotten. Asked
while the marks are open, so that a refusal is also searched for what it must not say.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from httpx2 import ASGITransport

from app.db import Database
from tests.app.asking import Answer, addresses, ask
from tests.app.surface import ANYBODY, JUDGE, LIAISON, SIGNED_IN, SURFACE, Key, Surface
from tests.app.sync.field import Field
from tests.app.worlds import World, advance, people_asking, populate
from tests.loop import on_a_loop

REFUSED = (401, 403)
# A form that nobody has filled in is refused with these, whoever sends it.
EMPTY_FORM = {("POST", "/sign-in"): 401}
ELSEWHERE = {"other", "other judge", "other liaison"}


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """A contest whose marks are open, and another one with people, a phone and a link of its own."""
    made = World(tmp_path, "B")
    field = Field(database, tmp_path)
    populate(field, made)
    for state in ("collected", "half", "opened"):
        advance(made, field.app, state)
    made.app = field.app
    return made


def answers(world: World, wanted: Callable[[Surface, str], bool]) -> Iterator[tuple[Key, str, Answer]]:
    """Every answer to those who are ``wanted``."""

    async def all_of_them() -> list[tuple[Key, str, Answer]]:
        transport = ASGITransport(world.app)
        return [
            (key, role, await ask(transport, world, role, key, path))
            for reading in (True, False)
            for key, path in addresses(world, reading=reading)
            for role in people_asking(world)
            if wanted(SURFACE[key], role)
        ]

    yield from on_a_loop(all_of_them())


def refusal(surface: Surface, role: str) -> int:
    """Who has not come in is asked to; who has, and may not, is told so. A phone and a link open nothing else."""
    if surface.who in (JUDGE, LIAISON) or role not in SIGNED_IN:
        return 401
    return 403


def test_whoever_may_not_is_refused_at_every_address(world: World) -> None:
    wrong = []
    for key, role, answer in answers(world, lambda surface, role: role not in surface.who):
        if answer.status != refusal(SURFACE[key], role):
            wrong.append(f"{' '.join(key)} answers {answer.status} to {role}")
        if figures := answer.figures():
            wrong.append(f"{' '.join(key)} tells {role} {sorted(figures)}")
    assert not wrong, "\n".join(wrong)


def test_whoever_may_is_let_in_at_every_address(world: World) -> None:
    wrong = []
    for key, role, answer in answers(world, lambda surface, role: role in surface.who):
        if (answer.status in REFUSED and answer.status != EMPTY_FORM.get(key)) or answer.status >= 500:
            wrong.append(f"{' '.join(key)} answers {answer.status} to {role}")
    assert not wrong, "\n".join(wrong)


def test_every_address_that_is_not_for_everybody_is_asked_as_nobody_wrongly_and_from_elsewhere() -> None:
    asking = ANYBODY
    for key, surface in SURFACE.items():
        refused = asking - surface.who
        if surface.who == ANYBODY:
            continue
        assert "anonymous" in refused, key
        assert refused - {"anonymous"} - ELSEWHERE, key
        # What belongs to no contest, such as one's own password, has no elsewhere.
        assert refused & ELSEWHERE or "{contest}" not in key[1], key
