"""A backup beside a server that takes sheets in: nothing is lost, nothing waits, and each backup is of one moment."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func
from sqlmodel import select

from app import audit, db
from app.backup.archive import Archive, opened
from app.backup.opening import Wish
from app.backup.restoring import check, restore
from app.judging.models import SheetRevision
from app.judging.queries import current, rebuilt
from app.settings import Settings
from app.sync.models import Arrival
from scoring.roster import Sheet
from tests.app.sync.field import RULE
from tests.app.sync.test_replay import CONTEST, hand_over, server, set_up
from tests.tours import tour

BACKUPS = 3
JUDGES = 24


def backup(url: str, folder: Path, file: Path) -> "subprocess.CompletedProcess[str]":
    """As an operator does it: a process of its own."""
    environment = {**os.environ, "FIELDMARK_DATABASE_URL": url, "FIELDMARK_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "app.cli", "backup", str(file), "--lang", "en"]
    return subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env=environment)


def rows(archive: Archive, name: str) -> Iterator[dict[str, object]]:
    [part] = (table for table in archive.manifest.tables if table.name == name)
    for row in archive.rows(part):
        yield dict(zip(part.columns, row, strict=True))


def test_backups_while_sheets_arrive(database_url: str, tmp_path: Path) -> None:
    everybody, sheets, _ = tour(RULE)
    prepared = db.open_database(database_url)
    cookies = prepared.write(lambda session: set_up(session, everybody))
    prepared.close()
    mine: dict[str, list[Sheet]] = {judge: [] for judge in list(cookies)[:JUDGES]}
    for sheet in sheets:
        if sheet.judge in mine:
            mine[sheet.judge].append(sheet)
    whole = sum(len(several) for several in mine.values())
    start = threading.Barrier(len(mine) + 1)
    folder = tmp_path / "server"
    folder.mkdir()
    made = []
    with server(database_url, folder, 1) as port, ThreadPoolExecutor(len(mine)) as phones:
        # The program takes a while to start: the first one makes its backup while the sheets arrive.
        going = [phones.submit(hand_over, port, cookies[judge], mine[judge], start) for judge in mine]
        with ThreadPoolExecutor(BACKUPS) as operators:
            several = [operators.submit(backup, database_url, folder, tmp_path / f"{n}.zip") for n in range(BACKUPS)]
            start.wait()
            made = [one.result() for one in several]
        told = sum(results["stored"] for results, _ in (one.result() for one in going))
        after = backup(database_url, folder, tmp_path / "after.zip")
    assert told == whole
    for run in (*made, after):
        assert run.returncode == 0, run.stderr
    for name in (*map(str, range(BACKUPS)), "after"):
        file = tmp_path / f"{name}.zip"
        check(file, Wish())
        with opened(file) as archive:
            of_one_moment(archive)
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    restore(elsewhere, tmp_path / "after.zip", Wish())
    database = db.open_database(elsewhere.url)
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(SheetRevision)).one() == whole
        assert session.exec(select(func.count()).select_from(Arrival)).one() == whole
        assert current(session, CONTEST) == rebuilt(session, CONTEST)
        assert list(audit.verify(session, CONTEST)) == []
    database.close()


def of_one_moment(archive: Archive) -> None:
    """Each act that took sheets in has them all, and each sheet its arrival and its act."""
    acts = {row["rev"] for row in rows(archive, "audit") if row["contest_id"] == CONTEST and row["action"] == "receive"}
    arrived = {row["revision_id"]: row["rev"] for row in rows(archive, "arrival")}
    stored = {row["revision_id"]: row["server_rev"] for row in rows(archive, "sheet_revision")}
    told = {
        one["id"]
        for row in rows(archive, "audit_payload")
        if row["contest_id"] == CONTEST and row["rev"] in acts
        for one in json.loads(str(row["body"]))["arrivals"]
    }
    assert stored == arrived
    assert set(stored) == told
    assert set(stored.values()) == acts
