"""Parts of files that nobody goes on with are thrown away: at the start and once an hour, after seven days of rest.

Reads and removes files under ``data_dir/files/*/parts``, and nothing else. Never removes a file that is whole, nor a
part that holds all of its file and was only never looked at: the phone that sent it may come back for its receipt.
"""

import asyncio
import contextlib
import hashlib
import logging
import math
import time
from itertools import islice
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

EVERY_SECONDS = 3600.0
REST_SECONDS = 7 * 24 * 3600
MOST_AT_ONCE = 1000  # the next hour goes on
log = logging.getLogger("fieldmark.files")


def clear_parts(data_dir: Path, *, moment: float | None = None) -> int:
    """Remove what has rested too long; returns how many parts that were.

    A phone that comes back after all is told that nothing is here, and begins at the first byte.
    """
    limit = (time.time() if moment is None else moment) - REST_SECONDS
    rested = (part for part in data_dir.glob("files/*/parts/*") if _touched(part) < limit)
    removed = 0
    for part in islice(rested, MOST_AT_ONCE):
        with contextlib.suppress(FileNotFoundError):  # it was finished meanwhile
            if not _is_whole(part):
                part.unlink()
                removed += 1
    return removed


def _touched(part: Path) -> float:
    """When the last bytes came; of a part that is gone meanwhile, never mind."""
    try:
        return part.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _is_whole(part: Path) -> bool:
    """Whether all bytes of the file are here: a part is named by its device and the digest of the whole."""
    with part.open("rb") as content:
        return part.name.endswith(hashlib.file_digest(content, "sha256").hexdigest())


async def clear_again(data_dir: Path, *, every: float = EVERY_SECONDS) -> None:
    """Clear again and again; ends when it is cancelled."""
    while True:
        try:
            await run_in_threadpool(clear_parts, data_dir)
        except OSError as trouble:  # the disk may be away for a while: the next hour tries again
            log.warning("parts not cleared: %s", type(trouble).__name__)
        await asyncio.sleep(every)
