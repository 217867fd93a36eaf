"""A backup held against itself: every table, photo and log in it, before anything of it is put anywhere.

Reads an archive. Writes a database of its own into the folder it is given, brought up to date, and nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app import migrations
from app.auditing import Asked, Audited, audited_in
from app.backup.archive import Archive, Cell, Manifest, Photo, TablePart
from app.backup.snapshot import files_named, tables
from app.db.sqlite import sqlite_engine
from app.migrations.tables import unguarded
from scoring.faults import Fault, Refused

ROWS_AT_ONCE = 500
Keep = Callable[[Photo, bytes], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a log is held against, and whether one that is broken is taken as it is: it may be all there is."""

    asked: Asked = field(default_factory=Asked)
    broken_logs: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What the archive holds, found whole. ``url``: its tables as a database of today's form."""

    url: str
    manifest: Manifest
    logs: tuple[Audited, ...]
    counts: dict[str, int]
    asked: Asked


class BrokenLogs(Refused):
    """The log of a contest is not whole; ``logs`` tells every break."""

    def __init__(self, logs: tuple[Audited, ...]) -> None:
        super().__init__([Fault("backup.log_broken")])
        self.logs = logs


def checked(archive: Archive, folder: Path, wish: Wish, keep: Keep) -> Checked:
    """Hold everything against the manifest, and the logs against themselves and the ends noted outside.

    ``keep`` is given each photo that is right. Raises Refused with the first part that is wrong, BrokenLogs with every
    break of the logs where those were not asked for.
    """
    manifest = archive.manifest
    if manifest.migration not in migrations.steps():
        raise Refused([Fault("backup.newer", {"found": manifest.migration, "known": migrations.steps()[0]})])
    url = f"sqlite:///{folder / 'restored.db'}"
    migrations.upgrade(url, manifest.migration)
    _fill(url, archive)
    migrations.upgrade(url)
    counts, logs = _read(url, manifest, wish.asked)
    if any(log.breaks for log in logs) and not wish.broken_logs:
        raise BrokenLogs(logs)
    ends = {end.contest_id: (end.rev, end.hash) for end in manifest.ends}
    if {log.end.contest_id: (log.end.rev, log.end.hash) for log in logs if log.end} != ends:
        raise Refused([Fault("backup.ends_differ")])
    for photo in manifest.photos:
        keep(photo, archive.photo(photo))
    return Checked(url, manifest, logs, counts, wish.asked)


def _fill(url: str, archive: Archive) -> None:
    engine = sqlite_engine(url, writes=True)
    parts = {part.name: part for part in archive.manifest.tables}
    try:
        with engine.begin() as connection:
            there = tables(connection)
            for name in sorted(set(parts) - {table.name for table in there}):
                raise Refused([Fault("backup.table_altered", {"table": name})])
            for table in reversed(there):
                connection.execute(delete(table))  # the history's first rows of a new database
            for statement in unguarded("sqlite"):
                connection.exec_driver_sql(statement)
            for table in there:
                if table.name in parts:
                    _fill_table(connection, table, parts[table.name], archive)
    finally:
        engine.dispose()


def _fill_table(connection: Connection, table: Table, part: TablePart, archive: Archive) -> None:
    altered = Refused([Fault("backup.table_altered", {"table": table.name})])
    if set(part.columns) != set(table.columns.keys()):
        raise altered
    rows = archive.rows(part)
    try:
        for several in _in_pieces(rows):
            values = [dict(zip(part.columns, row, strict=True)) for row in several]
            connection.execute(table.insert(), values)
    except (DBAPIError, TypeError, ValueError) as error:
        raise altered from error


def _in_pieces(rows: Iterator[list[Cell]]) -> Iterator[list[list[Cell]]]:
    while several := list(islice(rows, ROWS_AT_ONCE)):
        yield several


def _read(url: str, manifest: Manifest, asked: Asked) -> tuple[dict[str, int], tuple[Audited, ...]]:
    engine = sqlite_engine(url, writes=False)
    try:
        with engine.connect() as connection:
            counts = counted(connection, tables(connection))
            _refuse_other_photos(manifest, connection)
            with Session(connection) as session:
                logs = tuple(audited_in(session, asked))
    finally:
        engine.dispose()
    return counts, logs


def counted(connection: Connection, several: Iterable[Table]) -> dict[str, int]:
    """How many rows each table has."""
    count = func.count()
    return {table.name: connection.execute(select(count).select_from(table)).scalar_one() for table in several}


def _refuse_other_photos(manifest: Manifest, connection: Connection) -> None:
    named = files_named(connection, tables(connection))
    listed = {(photo.contest_id, photo.sha256) for photo in (*manifest.photos, *manifest.missing)}
    for contest, sha256 in sorted(named ^ listed):
        raise Refused([Fault("backup.photo_altered", {"contest": contest, "photo": sha256})])
