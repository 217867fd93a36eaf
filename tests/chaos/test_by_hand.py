"""Days on the road that were thought out, not drawn: the shipped scripts, a real server, the same look at the end."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from app.judging.queries import current
from app.main import KINDS
from app.sync.models import Arrival
from app.sync.rescue import take_rescue
from tests.chaos.proof import sqlite_world
from tests.chaos.schedule import DAY_MS, Step
from tests.chaos.world import Day, World

ALONE = 2  # the phone whose judge has no other


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One server and one process of phones for all these days; which database it is decides nothing here."""
    with sqlite_world() as made:
        yield made


def marked(above: int, entry: str = "P1", phone: int = ALONE) -> Step:
    deed = f"{entry} {above} by {phone}"
    return {"op": "mark", "phone": phone, "entry": entry, "above": [above] * 4, "hand_in": True, "deed": deed}


def contact(phone: int = ALONE, **how: Any) -> Step:  # noqa: ANN401
    return {"op": "contact", "phone": phone, **how}


def back(days: int, phone: int = ALONE) -> Step:
    return {"op": "clock", "phone": phone, "by": -days * DAY_MS}


def counted(day: Day) -> dict[tuple[str, str], list[int]]:
    with day.server.database.read() as session:
        return {pair: json.loads(one.ticks) for pair, one in current(session, day.contest).items()}


def arrivals(day: Day) -> list[tuple[int, str, str]]:
    """Number, way and result of everything that came of the phone alone."""
    with day.server.database.read() as session:
        of_it = Arrival.device_id == day.devices[ALONE]["device"]
        rows = session.exec(select(Arrival).where(Arrival.contest_id == day.contest, of_it)).all()
    return sorted((row.device_seq, row.way, row.result) for row in rows)


def gone_through(world: World, *steps: Step) -> Day:
    """The day with these steps, up to its quiet end, at which nothing is wrong."""
    day = Day(world, f"hand{next(world.numbers)}")
    assert day.run(1, steps).wrong == []
    return day


@pytest.mark.parametrize(
    "steps",
    [
        [marked(1), back(5), marked(7), contact()],
        [marked(1), contact(), back(5), marked(7), contact()],
        # A copy of the first one is held up on its way, and comes after both: the outbox sends what waits oldest first.
        [marked(1), contact(fault={"kind": "late"}), back(5), marked(7), contact(), {"op": "late"}],
        [marked(1), contact(fault={"kind": "lost answer"}), back(400), marked(7), contact(tab=True), contact()],
    ],
    ids=["together", "one after the other", "a copy of the first one last", "after a lost answer"],
)
def test_a_clock_set_back_by_days_between_two_revisions_lets_the_later_one_count(
    world: World, steps: list[Step]
) -> None:
    day = gone_through(world, *steps)
    [(first, _, _), (second, _, _)] = arrivals(day)
    assert (first, second) == (1, 2)
    [marks] = counted(day).values()
    with day.server.database.read() as session:
        rows = session.exec(select(Arrival).where(Arrival.contest_id == day.contest)).all()
        of_clocks = {row.device_seq: json.loads(row.body)["marked_at"] for row in rows}
        made = {row.device_seq: json.loads(row.body)["ticks"] for row in rows}
    assert of_clocks[2] < of_clocks[1], "the clock was not set back"
    assert marks == made[2] != made[1]


@pytest.mark.parametrize("moment", ["answered", "told", "writing"])
def test_a_page_killed_in_the_middle_of_a_send_offers_the_same_again_and_nothing_counts_twice(
    world: World, moment: str
) -> None:
    day = Day(world, f"killed-{moment}")
    day.begin(1)
    for step in (marked(3), marked(4, "P2"), contact(at=moment)):
        assert day.do(step) == []
    assert arrivals(day) == [(1, "batch", "stored"), (2, "batch", "stored")]
    told = world.tell("told", phone=ALONE)
    assert [(one["device_seq"], one["where"]) for one in told["held"]] == [(1, "waiting"), (2, "waiting")]
    assert day.do(marked(5)) == []
    assert day.quiet().wrong == []
    assert arrivals(day) == [(n, "batch", "stored") for n in (1, 2, 3)]


@pytest.mark.parametrize("moment", ["told", "writing"])
def test_a_moment_to_be_killed_at_that_never_comes_is_told_and_not_waited_for(world: World, moment: str) -> None:
    """The answer is lost on its way, so no receipt comes that could be written down."""
    day = Day(world, f"never-{moment}")
    day.begin(1)
    assert day.do(marked(3)) == []
    [wrong] = day.do(contact(at=moment, fault={"kind": "lost answer"}))
    assert f'killed when it is "{moment}", and that moment never came' in wrong
    assert day.quiet().wrong == []


def test_a_rescue_file_loaded_twice_and_after_a_restore_counts_once(world: World) -> None:
    day = Day(world, "rescued")
    day.begin(1)
    for step in (marked(1), contact(), {"op": "backup"}, marked(2, "P2"), marked(3)):
        assert day.do(step) == []
    file = world.tell("rescue", phone=ALONE).encode()

    def loaded() -> dict[str, int]:
        given: Any = {"contest_id": day.contest, "given": file, "kinds": KINDS}
        return dict(day.server.database.write(lambda session: take_rescue(session, "staff", **given)).results)

    assert [loaded(), loaded()] == [{"stored": 2}, {"duplicate": 2}]
    before = counted(day)
    assert day.do({"op": "restore"}) == []
    assert counted(day) != before
    assert [loaded(), loaded()] == [{"stored": 2}, {"duplicate": 2}]
    assert counted(day) == before
    assert day.do(contact()) == []
    assert day.quiet().wrong == []
    assert arrivals(day) == [(1, "batch", "stored"), (2, "rescue", "stored"), (3, "rescue", "stored")]
    assert counted(day) == before


def test_after_a_restore_the_phone_may_come_first_and_its_file_last(world: World) -> None:
    day = Day(world, "first")
    day.begin(1)
    for step in ({"op": "backup"}, marked(1), marked(2)):
        assert day.do(step) == []
    file = world.tell("rescue", phone=ALONE).encode()
    for step in (contact(), {"op": "restore"}, contact(), marked(6), contact()):
        assert day.do(step) == []
    before = counted(day)
    given: Any = {"contest_id": day.contest, "given": file, "kinds": KINDS}
    came = day.server.database.write(lambda session: take_rescue(session, "staff", **given))
    assert came.results == {"duplicate": 2}
    assert counted(day) == before, "an old file took the place of a newer sheet"
    assert day.quiet().wrong == []


def test_a_revoked_phone_is_rescued_into_quarantine_and_comes_itself_without_doubling(world: World) -> None:
    day = Day(world, "revoked")
    day.begin(1)
    for step in (marked(1), contact(), marked(2), marked(3, "P2"), {"op": "revoke", "phone": ALONE}):
        assert day.do(step) == []
    before = counted(day)
    file = world.tell("rescue", phone=ALONE).encode()
    given: Any = {"contest_id": day.contest, "given": file, "kinds": KINDS}
    for results in ({"quarantined": 2}, {"quarantined": 2}):
        came = day.server.database.write(lambda session: take_rescue(session, "staff", **given))
        assert came.results == results
    assert day.quiet().wrong == []
    assert arrivals(day) == [(1, "batch", "stored"), (2, "rescue", "quarantined"), (3, "rescue", "quarantined")]
    assert counted(day) == before
    told = world.tell("told", phone=ALONE)
    assert told["off"]
    assert [one["where"] for one in told["held"]] == ["handed", "quarantined", "quarantined"]
