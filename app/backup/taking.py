"""Take a backup while the server runs: all tables of one moment, every photo they name, in one file.

Reads the database and the shelf of files. Writes the archive: under another name until it is whole, and never over
a file that is there.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.audit import now
from app.auditing import Asked, Audited, audited_in, is_missing, no_database
from app.backup.archive import FORM, End, Manifest, Photo, Writer
from app.backup.snapshot import VERSION, files_named, standing, still, tables
from app.files.service import shelf
from app.settings import Settings
from scoring.faults import Fault, Refused

LEFT_OUT = ("signed_in",)  # a sign-in that was ended since must not come to life again
ROWS_AT_ONCE = 500
MARGIN_BYTES = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written. ``private``: nobody else who uses this computer can read it."""

    file: Path
    size: int
    private: bool
    manifest: Manifest
    logs: tuple[Audited, ...]


def take(settings: Settings, target: Path) -> Taken:
    """Write a backup to ``target``, a new file, or into it, a folder. Raises Refused."""
    if is_missing(settings.url):
        raise no_database(settings.url)
    file = target / f"fieldmark-{now()[:19].replace('-', '').replace(':', '')}Z.zip" if target.is_dir() else target
    if file.exists():
        raise Refused([Fault("backup.already_there", {"file": str(file)})])
    with _writing(file):
        # Beside the target: on the same disk, so that it is renamed in one step; nobody else may look into the folder.
        folder = Path(tempfile.mkdtemp(prefix=".fieldmark-", dir=file.parent))
        try:
            manifest, logs = _write(settings, folder, folder / "whole.zip")
            _put(folder / "whole.zip", file)
        except SQLAlchemyError as error:
            raise no_database(settings.url) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    told = file.stat()
    return Taken(file, told.st_size, not told.st_mode & (stat.S_IRWXG | stat.S_IRWXO), manifest, logs)


@contextlib.contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused([Fault("backup.disk_full", {"folder": str(file.parent)})]) from error
        raise Refused([Fault("backup.cannot_write", {"file": str(file), "why": error.strerror or ""})]) from error


def _write(settings: Settings, folder: Path, part: Path) -> tuple[Manifest, tuple[Audited, ...]]:
    place = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(place, "wb") as out:
        with zipfile.ZipFile(out, "w", compresslevel=6) as archive:
            writer, made_at = Writer(archive), now()
            refuse_small_disk(folder, file_bytes(settings.url))
            with still(settings.url, folder) as connection:
                if not inspect(connection).has_table(VERSION):
                    raise no_database(settings.url)
                named = {table.name: table for table in tables(connection)}
                photos = list(_photos(connection, named))
                refuse_small_disk(folder, _photo_bytes(settings, photos) + _bytes(connection))
                written = [
                    writer.table(table.name, table.columns.keys(), _rows(connection, table))
                    for table in named.values()
                    if table.name not in LEFT_OUT
                ]
                with Session(connection) as session:
                    logs = tuple(audited_in(session, Asked()))
                step, epoch = standing(connection), _epoch(connection, named)
            # A photo is never changed, and its row comes after it: so they are all there, though the server goes on.
            missing = [photo for photo in photos if not _copied(writer, settings, photo)]
            manifest = Manifest(
                fieldmark=FORM, made_at=made_at, migration=step, epoch=epoch, tables=tuple(written),
                photos=tuple(photo for photo in photos if photo not in missing), missing=tuple(missing),
                ends=tuple(End(contest_id=o.end.contest_id, rev=o.end.rev, hash=o.end.hash) for o in logs if o.end),
            ).sealed()  # fmt: skip
            writer.manifest(manifest)
        out.flush()
        os.fsync(out.fileno())
    return manifest, logs


def refuse_small_disk(folder: Path, needed: int) -> None:
    """Raises Refused where there is not room for so many bytes and some more."""
    free = shutil.disk_usage(folder).free
    if needed + MARGIN_BYTES > free:
        sizes = {"needed": _megabytes(needed + MARGIN_BYTES), "free": free // 1024**2}
        raise Refused([Fault("backup.no_room", {"folder": str(folder.parent), **sizes})])


def _megabytes(size: int) -> int:
    return -(-size // 1024**2)


def file_bytes(url: str) -> int:
    """How large SQLite's file is, with its log; PostgreSQL has none that is copied."""
    named = make_url(url)
    if named.get_backend_name() != "sqlite":
        return 0
    return sum(_bytes_of(Path(f"{named.database}{end}")) for end in ("", "-wal"))


def _bytes(connection: Connection) -> int:
    """How much the database takes: its tables as text are no more."""
    if connection.dialect.name == "sqlite":
        return file_bytes(connection.engine.url.render_as_string())
    size: int = connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one()
    return size


def _bytes_of(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _photo_bytes(settings: Settings, photos: list[Photo]) -> int:
    return sum(_bytes_of(shelf(settings.data_dir, photo.contest_id).whole(photo.sha256)) for photo in photos)


def _rows(connection: Connection, table: Table) -> Iterator[tuple[str | int | bool | None, ...]]:
    in_order = select(table).order_by(*table.primary_key.columns)
    with connection.execute(in_order, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            yield tuple(row)


def _photos(connection: Connection, named: dict[str, Table]) -> Iterator[Photo]:
    """Every file that a row names."""
    for contest, sha256 in sorted(files_named(connection, named.values())):
        yield Photo(contest_id=contest, sha256=sha256)


def _epoch(connection: Connection, named: dict[str, Table]) -> str:
    if "server_epoch" not in named:
        return ""
    columns = named["server_epoch"].c
    value: str | None = connection.execute(select(columns.value).order_by(columns.number.desc()).limit(1)).scalar()
    return value or ""


def _copied(writer: Writer, settings: Settings, photo: Photo) -> bool:
    """Whether the photo was on the disk, as it came."""
    try:
        content = shelf(settings.data_dir, photo.contest_id).whole(photo.sha256).read_bytes()
    except FileNotFoundError:
        return False
    if hashlib.sha256(content).hexdigest() != photo.sha256:
        return False
    writer.photo(photo, content)
    return True


def _put(part: Path, file: Path) -> None:
    """Give the whole archive its name; of two backups that want the same one, the second is refused."""
    try:
        os.link(part, file)
    except FileExistsError as error:
        raise Refused([Fault("backup.already_there", {"file": str(file)})]) from error
    except OSError:  # a stick knows no second names
        if file.exists():
            raise Refused([Fault("backup.already_there", {"file": str(file)})]) from None
        part.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
