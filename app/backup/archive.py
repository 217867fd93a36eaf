"""The form of a backup: a ZIP file of tables as lines of JSON, photos under their digests, and a manifest.

Reads and writes archives. Knows no database: a table is a name, its columns and rows of plain values.
"""

import contextlib
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from scoring.canonical import digest
from scoring.faults import Fault, Param, Refused

FORM = "backup/1"
MANIFEST = "manifest.json"
_FAMILY = "backup/"
_OLDEST_YEAR = (1980, 1, 1, 0, 0, 0)  # a ZIP file's own clock begins there; when it was made stands in the manifest
# What reading a damaged ZIP file raises.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
ContestId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Cell = str | int | bool | None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TablePart(_Part):
    """A table: one line of JSON for each row, a list in the order of ``columns``."""

    name: Name
    columns: tuple[Name, ...]
    rows: int
    sha256: Sha256

    @property
    def member(self) -> str:
        return table_member(self.name)


class Photo(_Part):
    """A file as it stands on the server's shelf."""

    contest_id: ContestId
    sha256: Sha256

    @property
    def member(self) -> str:
        return f"files/{self.contest_id}/{self.sha256}"


class End(_Part):
    """Where the log of a contest ended; ``hash`` whole."""

    contest_id: str
    rev: int
    hash: Sha256


class Manifest(_Part):
    """What is in the archive. ``missing``: photos that have a row and were not on the disk, or not as they came."""

    fieldmark: str
    made_at: str
    migration: str
    epoch: str
    tables: tuple[TablePart, ...]
    photos: tuple[Photo, ...]
    missing: tuple[Photo, ...]
    ends: tuple[End, ...]
    digest: str = ""

    def sealed(self) -> "Manifest":
        """With the digest over all the rest: it names the whole archive."""
        return self.model_copy(update={"digest": digest(self.model_dump(exclude={"digest"}))})


def table_member(name: str) -> str:
    return f"tables/{name}.jsonl"


class Writer:
    """An archive that is being written."""

    def __init__(self, out: zipfile.ZipFile) -> None:
        self._zip = out

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> TablePart:
        count, named = 0, hashlib.sha256()
        with self._zip.open(_info(table_member(name), zipfile.ZIP_DEFLATED), "w", force_zip64=True) as out:
            for row in rows:
                line = json.dumps(list(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                named.update(line)
                out.write(line)
                count += 1
        return TablePart(name=name, columns=tuple(map(str, columns)), rows=count, sha256=named.hexdigest())

    def photo(self, photo: Photo, content: bytes) -> None:
        # Photos are compressed already.
        self._zip.writestr(_info(photo.member, zipfile.ZIP_STORED), content)

    def manifest(self, manifest: Manifest) -> None:
        self._zip.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), manifest.model_dump_json(indent=1))


def _info(member: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(member, _OLDEST_YEAR)
    info.compress_type = compression
    info.external_attr = 0o600 << 16
    return info


class Archive:
    """An archive that is being read. What does not match its manifest is refused when it has been read."""

    def __init__(self, content: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = content, manifest

    def table_bytes(self) -> int:
        """How large its tables are as text."""
        return sum(self._zip.getinfo(table.member).file_size for table in self.manifest.tables)

    def photo_bytes(self) -> int:
        return sum(self._zip.getinfo(photo.member).file_size for photo in self.manifest.photos)

    def rows(self, table: TablePart) -> Iterator[list[Cell]]:
        """The rows, one by one. Raises Refused, after the last one too."""
        refused = Refused([Fault("backup.table_altered", {"table": table.name})])
        count, named = 0, hashlib.sha256()
        try:
            with self._zip.open(table.member) as member:
                for line in member:
                    named.update(line)
                    count += 1
                    row = json.loads(line)
                    if len(row) != len(table.columns):
                        raise refused
                    yield row
        except (*_DAMAGED, ValueError, TypeError) as error:
            raise refused from error
        if count != table.rows:
            counts: dict[str, Param] = {"table": table.name, "expected": table.rows, "found": count}
            raise Refused([Fault("backup.rows_differ", counts)])
        if named.hexdigest() != table.sha256:
            raise refused

    def photo(self, photo: Photo) -> bytes:
        """The content, held against its name. Raises Refused."""
        refused = Refused([Fault("backup.photo_altered", {"contest": photo.contest_id, "photo": photo.sha256})])
        try:
            content = self._zip.read(photo.member)
        except _DAMAGED as error:
            raise refused from error
        if hashlib.sha256(content).hexdigest() != photo.sha256:
            raise refused
        return content


@contextlib.contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """The archive in ``file``, whose manifest fits itself and names each part that is there. Raises Refused."""
    with contextlib.ExitStack() as closing:
        try:
            content = closing.enter_context(zipfile.ZipFile(file))
            told = json.loads(content.read(MANIFEST))
        except (*_DAMAGED, KeyError, ValueError) as error:
            raise Refused([Fault("backup.no_archive", {"file": str(file)})]) from error
        yield Archive(content, _fitting(file, told, content.namelist()))


def _fitting(file: Path, told: object, members: list[str]) -> Manifest:
    form = str(told.get("fieldmark", "")) if isinstance(told, dict) else ""
    if not form.startswith(_FAMILY):
        raise Refused([Fault("backup.no_archive", {"file": str(file)})])
    if form != FORM:
        raise Refused([Fault("backup.other_form", {"file": str(file), "found": form, "known": FORM})])
    altered = Refused([Fault("backup.manifest_altered", {"file": str(file)})])
    try:
        # JSON knows no tuples; everything else has to be of its very type.
        manifest = Manifest.model_validate_json(json.dumps(told))
    except ValidationError as error:
        raise altered from error
    if manifest.sealed().digest != manifest.digest:
        raise altered
    named = [MANIFEST, *(table.member for table in manifest.tables), *(photo.member for photo in manifest.photos)]
    for member in sorted(set(named).symmetric_difference(members)):
        code = "backup.part_missing" if member in set(named) else "backup.part_added"
        raise Refused([Fault(code, {"part": member})])
    if len(members) != len(set(members)):
        raise altered
    return manifest
