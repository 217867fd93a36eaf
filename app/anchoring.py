"""The ends of the logs' chains, noted outside the database: in the server's own log.

At its start, every hour, and right after each official act: what was done within an hour would fit itself too.

Reads head rows. Writes lines of the log, and an official act for whoever does it. Whoever can write to the database can
rewrite a whole chain so that it fits itself; he cannot take back what was noted elsewhere before. ``fieldmark audit
--anchor`` compares.
"""

import asyncio
import logging
from typing import TypeVar

from fastapi.concurrency import run_in_threadpool
from sqlmodel import select

from app.audit import Anchor, ContestHead, anchor_of
from app.db import Database
from app.jobs import Deed

T = TypeVar("T")
EVERY_SECONDS = 3600
log = logging.getLogger("fieldmark.anchor")


def anchors(database: Database) -> list[Anchor]:
    """The end of every chain now."""
    with database.read() as session:
        heads = session.exec(select(ContestHead).order_by(ContestHead.contest_id)).all()
        return [Anchor(head.contest_id, head.rev, head.audit_hash) for head in heads]


def write_officially(database: Database, contest_id: str, deed: Deed[T]) -> T:
    """Do an official act, and note the end of its contest's log after the commit."""
    value = database.write(deed)
    try:
        with database.read() as session:
            end = anchor_of(session, contest_id)
    except Exception as trouble:  # noqa: BLE001  it is done: nobody may be told otherwise, and the hour notes it too
        log.warning("no anchor: %s", type(trouble).__name__)
    else:
        if end:
            _note(end)
    return value


def _note(end: Anchor) -> None:
    log.info("%s:%s", end.contest_id, end.code)


async def note_anchors(database: Database, *, every: float = EVERY_SECONDS) -> None:
    """Note what has moved since it was last noted, again and again; ends when it is cancelled."""
    noted: set[Anchor] = set()
    while True:
        try:
            found = await run_in_threadpool(anchors, database)
        except Exception as trouble:  # noqa: BLE001  the database may be away for a while: the next hour tries again
            log.warning("no anchors: %s", type(trouble).__name__)
        else:
            for one in found:
                if one not in noted:
                    _note(one)
            noted = set(found)
        await asyncio.sleep(every)
