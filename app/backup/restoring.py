"""Put a backup in place: in an empty database and an empty folder of files, when all of it has been found whole.

Reads an archive. Writes the database and ``data_dir/files``: everything or nothing. Phones then offer again whatever
they hold, because the database has begun a new life.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, delete, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app import migrations
from app.audit import INSTALLATION, lock, record
from app.auditing import audited_in, no_database
from app.backup.archive import Archive, Photo, opened
from app.backup.opening import ROWS_AT_ONCE, BrokenLogs, Checked, Wish, checked, counted
from app.backup.snapshot import tables
from app.backup.taking import refuse_small_disk
from app.db import Database, open_database
from app.db.sqlite import sqlite_engine
from app.files.service import shelf
from app.migrations.tables import confirmed_decisions, unguarded
from app.settings import Settings
from app.sync.service import begin_epoch
from scoring.faults import Fault, Param, Refused

BY_COMMAND = "-"  # who restores: nobody who signs in
# What every new database holds already.
FROM_THE_START = ("contest_head", "server_epoch")
TIMES = 3  # a database and its log, and the rows once more


def check(file: Path, wish: Wish) -> Checked:
    """Everything that :func:`restore` looks at, in a folder that is thrown away. Raises Refused."""
    with opened(file) as archive, tempfile.TemporaryDirectory(prefix="fieldmark-") as folder, _reaching(Path(folder)):
        refuse_small_disk(Path(folder), TIMES * archive.table_bytes())
        return checked(archive, Path(folder), wish, lambda _photo, _content: None)


def restore(settings: Settings, file: Path, wish: Wish) -> Checked:
    """Put the backup in place and begin a new epoch. Raises Refused; then nothing was put anywhere."""
    files = settings.data_dir / "files"
    with opened(file) as archive, _reaching(settings.data_dir), contextlib.ExitStack() as closing:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if any(one.is_file() for one in files.rglob("*")):
            raise Refused([Fault("backup.files_not_empty", {"folder": str(files)})])
        database = _target(settings)
        closing.callback(database.close)
        with database.read() as session:
            _refuse_full(session.connection(), settings)
        folder = Path(tempfile.mkdtemp(prefix=".restoring-", dir=settings.data_dir))
        closing.callback(shutil.rmtree, folder, ignore_errors=True)
        found = _unpacked(archive, folder, wish)
        _put_files(folder / "files", files)
        try:
            database.write(lambda session: _put_rows(session, found, settings))
        except BaseException:
            shutil.rmtree(files, ignore_errors=True)
            raise
        return found


@contextlib.contextmanager
def _reaching(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused([Fault("backup.cannot_write", {"file": str(folder), "why": error.strerror or ""})]) from error


def _target(settings: Settings) -> Database:
    """The database of today's form, with nobody else writing to it where that can be known."""
    try:
        migrations.upgrade(settings.url)
        return open_database(settings.url)
    except (SQLAlchemyError, OSError) as error:
        raise no_database(settings.url) from error


def _refuse_full(connection: Connection, settings: Settings) -> None:
    several = [table for table in tables(connection) if table.name not in FROM_THE_START]
    for name, rows in counted(connection, several).items():
        if rows:
            address = make_url(settings.url).render_as_string(hide_password=True)
            raise Refused([Fault("backup.database_not_empty", {"address": address, "table": name, "rows": rows})])


def _unpacked(archive: Archive, folder: Path, wish: Wish) -> Checked:
    refuse_small_disk(folder, archive.photo_bytes() + TIMES * archive.table_bytes())
    (folder / "files").mkdir()

    def keep(photo: Photo, content: bytes) -> None:
        place = shelf(folder, photo.contest_id).whole(photo.sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    return checked(archive, folder, wish, keep)


def _put_files(unpacked: Path, files: Path) -> None:
    """Before the rows: a row always has its file."""
    shutil.rmtree(files, ignore_errors=True)
    unpacked.rename(files)
    os.sync()


def _put_rows(session: Session, found: Checked, settings: Settings) -> None:
    """All rows, read back and counted, and the new epoch, in one transaction."""
    lock(session, INSTALLATION)  # whoever sets the installation up at this moment waits here
    target = session.connection()
    _refuse_full(target, settings)
    for statement in unguarded(target.dialect.name):
        target.exec_driver_sql(statement)
    engine = sqlite_engine(found.url, writes=False)
    try:
        with engine.connect() as source:
            there = tables(source)
            for table in there:
                if table.name in FROM_THE_START:
                    target.execute(delete(table))
                rows = source.execute(select(table), execution_options={"yield_per": ROWS_AT_ONCE}).mappings()
                for several in rows.partitions():
                    target.execute(table.insert(), [dict(row) for row in several])
    finally:
        engine.dispose()
    for statement in confirmed_decisions(target.dialect.name):
        target.exec_driver_sql(statement)
    for name, rows_there in counted(target, there).items():
        if rows_there != found.counts[name]:
            differ: dict[str, Param] = {"table": name, "expected": found.counts[name], "found": rows_there}
            raise Refused([Fault("backup.rows_differ", differ)])
    logs = tuple(audited_in(session, found.asked))
    if logs != found.logs:
        raise BrokenLogs(logs)
    told = {"made_at": found.manifest.made_at, "digest": found.manifest.digest}
    record(session, BY_COMMAND, "restore", contest_id=INSTALLATION, subject=found.manifest.digest, payload=told)
    begin_epoch(session, BY_COMMAND)
