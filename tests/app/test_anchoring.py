"""The ends of the logs in the server's own log: at its start, after official acts, and whenever they have moved."""

import asyncio
import logging
from pathlib import Path

import pytest
from sqlmodel import Session

from app import audit
from app.anchoring import anchors, note_anchors, write_officially
from app.db import Database
from tests.app.publishing.ready import TOUR, Ready
from tests.app.sync.field import Field, add_contest
from tests.loop import on_a_loop

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
        on_a_loop(noted_while(database, act=True))
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
        on_a_loop(noted_while(Away(), act=False))  # type: ignore[arg-type]
    told = {record.getMessage() for record in caplog.records}
    assert told == {"no anchors: OSError"}
    assert len(caplog.records) > 1


def noted(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "fieldmark.anchor"]


def ends(database: Database, contest_id: str) -> str:
    return next(f"{one.contest_id}:{one.code}" for one in anchors(database) if one.contest_id == contest_id)


def test_every_official_act_notes_the_end_it_has_made(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="fieldmark.anchor"):
        ready = Ready(Field(database, tmp_path))
        assert len(noted(caplog)) == 2  # both halves of the opening
        for act in (ready.seals, ready.signs, ready.approves, ready.publishes):
            assert act().status_code == 303
            assert noted(caplog)[-1] == ends(database, TOUR)
        assert len(noted(caplog)) == 6
        assert ready.publishes().status_code == 409
    assert len(noted(caplog)) == len(set(noted(caplog))) == 6


def test_an_act_is_done_although_its_end_cannot_be_read(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.write(lambda session: add_contest(session, "c1"))

    def deed(session: Session) -> int:
        return audit.record(session, "x", "seal", contest_id="c1")

    with caplog.at_level(logging.INFO, logger="fieldmark.anchor"), monkeypatch.context() as away:
        away.setattr(database, "read", Away().read)
        assert write_officially(database, "c1", deed) == 1
    assert noted(caplog) == ["no anchor: OSError"]
    assert ends(database, "c1").startswith("c1:1-")
