"""The ends of the logs' chains, noted outside the database: in the server's own log, at its start and every hour.

Reads head rows. Writes lines of the log and nothing else. Whoever can write to the database can rewrite a whole chain
so that it fits itself; he cannot take back what was noted elsewhere before. ``fieldmark audit --anchor`` compares.
"""

import asyncio
import logging

from fastapi.concurrency import run_in_threadpool
from sqlmodel import select

from app.audit import Anchor, ContestHead
from app.db import Database

EVERY_SECONDS = 3600
log = logging.getLogger("fieldmark.anchor")


def anchors(database: Database) -> list[Anchor]:
    """The end of every chain now."""
    with database.read() as session:
        heads = session.exec(select(ContestHead).order_by(ContestHead.contest_id)).all()
        return [Anchor(head.contest_id, head.rev, head.audit_hash) for head in heads]


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
                    log.info("%s:%s", one.contest_id, one.code)
            noted = set(found)
        await asyncio.sleep(every)
