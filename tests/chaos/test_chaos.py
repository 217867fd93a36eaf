"""The proof in small: random schedules on both databases and in Chromium, and every planted bug found.

``CASES`` and ``SEED`` say how many schedules and from where; ``make chaos`` runs many more.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.chaos.browser import drawn_for_pages, in_pages
from tests.chaos.plants import PLANTS
from tests.chaos.proof import FIRST_SEED, prove, sqlite_world, world_on
from tests.chaos.schedule import drawn, shrunk
from tests.chaos.world import World

CASES = int(os.environ.get("CASES") or "100")  # on each database: two hundred in all
SEED = int(os.environ.get("SEED") or FIRST_SEED)
BUDGET = 200  # schedules within which a planted bug must be found
IN_PAGES = 20


@pytest.mark.timeout(900)
def test_random_days_on_the_road_lose_nothing_and_double_nothing(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres = "" if database_url.startswith("sqlite") else request.getfixturevalue("postgres_server")
    with world_on(database_url, tmp_path, postgres=postgres) as world:
        proof = prove(world.run, CASES, SEED)
    with capsys.disabled():
        print(f"\n{'PostgreSQL' if postgres else 'SQLite'}: {proof}")  # noqa: T201  the proof's own line
    assert not proof.wrong, str(proof)
    assert proof.revisions > 2 * CASES
    assert proof.photos > 0
    assert proof.carried > 0


@pytest.mark.timeout(900)
def test_random_days_in_the_judges_page_lose_nothing_and_double_nothing(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite_world() as world:
        proof = prove(in_pages(world, browser), IN_PAGES, SEED, draw=drawn_for_pages)
    with capsys.disabled():
        print(f"\nChromium: {proof}")  # noqa: T201  the proof's own line
    assert not proof.wrong, str(proof)
    assert proof.revisions > IN_PAGES
    assert proof.photos > 0
    assert proof.carried > 0


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One server for all planted bugs of the phone."""
    with sqlite_world() as made:
        yield made


@pytest.mark.parametrize("name", [name for name, plant in PLANTS.items() if plant.scripts])
def test_a_planted_bug_of_the_phone_is_found(world: World, name: str) -> None:
    world.tell("modules", plants=PLANTS[name].texts)
    found = next((seed for seed in range(SEED, SEED + BUDGET) if world.run(seed, drawn(seed)).wrong), None)
    assert found is not None, f"not found in {BUDGET} schedules"


def test_a_planted_bug_of_the_photos_is_found_in_the_judges_page(browser: Browser) -> None:
    with sqlite_world(PLANTS["a photo's thumbnail counts as the photo"]) as planted:
        run = in_pages(planted, browser)
        found = (run(seed, drawn_for_pages(seed)).wrong for seed in range(SEED, SEED + BUDGET))
        wrong = next(filter(None, found), [])
    assert any("said to be handed in, and the server has not got it whole" in one for one in wrong), wrong


@pytest.mark.parametrize("name", [name for name, plant in PLANTS.items() if plant.server])
def test_a_planted_bug_of_the_server_is_found(name: str) -> None:
    with sqlite_world(PLANTS[name]) as planted:
        found = next((seed for seed in range(SEED, SEED + BUDGET) if planted.run(seed, drawn(seed)).wrong), None)
    assert found is not None, f"not found in {BUDGET} schedules"


def test_a_failing_schedule_is_made_small_and_said_with_its_seed(world: World) -> None:
    world.tell("modules", plants=PLANTS["the connection is never opened again"].texts)
    proof = prove(world.run, BUDGET, SEED)
    assert len(proof.failing) == 2, str(proof)
    assert proof.failing[0]["op"] == "close"
    assert str(proof).startswith(f"seed {proof.seed} fails:")


def test_a_schedule_follows_from_its_seed_alone() -> None:
    assert drawn(7) == drawn(7) != drawn(8)
    assert drawn_for_pages(7) == drawn_for_pages(7) != drawn_for_pages(8)


def test_shrinking_leaves_out_whatever_does_not_matter() -> None:
    steps = drawn(SEED)
    wanted = steps[2], steps[5]
    assert shrunk(steps, lambda fewer: all(one in fewer for one in wanted)) == list(wanted)
