"""The ends of the logs in the server's own log: at its start and whenever they have moved, and never twice the same."""

import asyncio
import logging

import pytest

from app import audit
from app.anchoring import anchors, note_anchors
from app.db import Database
from tests.app.sync.field import add_contest

SOON = 0.01


async def noted_while(database: Database, *, act: bool) -> None:
    noting = asyncio.create_task(note_anchors(database, every=SOON))
    await asyncio.sleep(0.3)
    if act:
        await asyncio.to_thread(database.write, lambda s: audit.record(s, "x", "look", contest_id="c1"))
        await asyncio.sleep(0.3)
    noting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await noting


def test_an_end_is_noted_at_the_start_and_when_it_has_moved(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.write(lambda session: add_contest(session, "c1"))
    before = [f"{one.contest_id}:{one.code}" for one in anchors(database)]
    with caplog.at_level(logging.INFO, logger="fieldmark.anchor"):
        asyncio.run(noted_while(database, act=True))
    after = next(f"c1:{one.code}" for one in anchors(database) if one.contest_id == "c1")
    assert [record.getMessage() for record in caplog.records] == [*before, after]
    assert before[-1] == "c1:0-0000-0000-0000-0000-0000"
    assert after.startswith("c1:1-")


class Away:
    """A database that is away."""

    def read(self) -> None:
        raise OSError("secret")


def test_a_database_that_is_away_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="fieldmark.anchor"):
        asyncio.run(noted_while(Away(), act=False))  # type: ignore[arg-type]
    told = {record.getMessage() for record in caplog.records}
    assert told == {"no anchors: OSError"}
    assert len(caplog.records) > 1
