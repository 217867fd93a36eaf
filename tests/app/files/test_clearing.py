"""Parts that nobody goes on with: gone after seven days, and nothing else."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from app.files import clearing
from app.files.service import shelf
from tests.app.files.test_upload import named, photo, send, standing
from tests.app.sync.field import Field
from tests.loop import on_a_loop

DAY = 24 * 3600


def rested(path: Path, days: float, now: float = 100 * DAY) -> None:
    os.utime(path, (now - days * DAY, now - days * DAY))


def test_a_part_that_rested_for_a_week_goes_and_the_phone_begins_again(field: Field) -> None:
    phone, content = field.phone("J3"), photo()
    send(phone, content, until=100)
    part = shelf(field.folder, "c1").part(phone.device, named(content))
    rested(part, 6.9)
    assert clearing.clear_parts(field.folder, moment=100 * DAY) == 0
    rested(part, 7.1)
    assert clearing.clear_parts(field.folder, moment=100 * DAY) == 1
    assert standing(phone, content) == (0, "")
    assert send(phone, content) == (204, len(content), "?1")


def test_what_is_whole_stays_however_old(field: Field) -> None:
    phone, content, unseen = field.phone("J3"), photo(), photo(seed=7)
    send(phone, content)
    place = shelf(field.folder, "c1")
    rested(place.whole(named(content)), 90)
    # All of it came, and the server was stopped before it looked at the whole.
    part = place.part(phone.device, named(unseen))
    part.write_bytes(unseen)
    rested(part, 90)
    assert clearing.clear_parts(field.folder, moment=100 * DAY) == 0
    assert standing(phone, content) == (len(content), "?1")
    assert send(phone, unseen, at=len(unseen)) == (204, len(unseen), "?1")


def test_one_round_is_bounded_and_the_next_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "MOST_AT_ONCE", 3)
    parts = tmp_path / "files" / "c1" / "parts"
    parts.mkdir(parents=True)
    for n in range(5):
        part = parts / f"d-{hashlib.sha256(bytes([n])).hexdigest()}"
        part.write_bytes(b"half")
        rested(part, 8)
    assert [clearing.clear_parts(tmp_path, moment=100 * DAY) for _ in range(3)] == [3, 2, 0]


def test_it_clears_at_the_start_and_again(tmp_path: Path) -> None:
    parts = tmp_path / "files" / "c1" / "parts"
    parts.mkdir(parents=True)

    async def rounds() -> None:
        clearing_again = asyncio.create_task(clearing.clear_again(tmp_path, every=0.01))
        for n in range(2):
            part = parts / f"d-{n}"
            part.write_bytes(b"half")
            os.utime(part, (0, 0))
            for _ in range(300):
                await asyncio.sleep(0.01)
                if not part.exists():
                    break
            assert not part.exists()
        clearing_again.cancel()

    on_a_loop(rounds())
