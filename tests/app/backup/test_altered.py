"""A backup that was altered, cut off or made by another version is named, and nothing of it is put anywhere."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from sqlalchemy import text

from app.backup.archive import Manifest
from app.backup.opening import Wish
from app.backup.restoring import check
from app.backup.taking import take
from app.db import migration_engine, open_database
from app.migrations.tables import append_only
from app.settings import Settings
from scoring.faults import Refused
from tests.app.backup.conftest import command, filled, rows_of
from tests.app.sync.field import Field

Members = dict[str, bytes]


class Made(NamedTuple):
    """A backup of a tour, its members, and the folder of the server it was made from."""

    file: Path
    members: Members
    folder: Path


@pytest.fixture(scope="module")
def made(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("altered")
    shutil.copy(sqlite_file, folder / "fieldmark.db")
    settings = Settings(data_dir=folder)
    database = open_database(settings.url)
    filled(Field(database, folder))
    database.close()
    taken = take(settings, folder / "good.zip")
    with zipfile.ZipFile(taken.file) as content:
        return Made(taken.file, {name: content.read(name) for name in content.namelist()}, folder)


def written(file: Path, members: Members) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return file


def resealed(members: Members, **changes: Any) -> Members:  # noqa: ANN401  any value of a manifest
    """With a manifest that fits the changed parts: what an attacker would make who knows the form."""
    told = json.loads(members["manifest.json"])
    for table in told["tables"]:
        content = members[f"tables/{table['name']}.jsonl"]
        table |= {"rows": content.count(b"\n"), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = Manifest.model_validate_json(json.dumps({**told, **changes})).sealed()
    return {**members, "manifest.json": manifest.model_dump_json().encode()}


def refused(place: Settings, file: Path, *told: str) -> None:
    """By the check and by the restore, with the same words; and nothing was put anywhere."""
    for arguments in (("backup", "--check", file), ("restore", file)):
        run = command(place, *arguments)
        assert run.exit_code == 1, run.output
        assert "Traceback" not in run.stderr
        for words in told:
            assert words in run.stderr
        assert "Nothing was changed." in run.stderr
    assert not (place.data_dir / "files").exists()
    if (place.data_dir / "fieldmark.db").exists():
        assert rows_of(place)["contest"] == []
        assert [one.name for one in place.data_dir.iterdir() if "restor" in one.name] == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_one_that_is_cut_off_is_no_backup(made: Made, place: Settings, tmp_path: Path, share: float) -> None:
    whole = made.file.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: int(len(whole) * share)])
    refused(place, cut, f"{cut} is no whole backup")


def test_another_zip_file_is_no_backup(place: Settings, tmp_path: Path) -> None:
    other = written(tmp_path / "other.zip", {"letter.txt": b"dear all"})
    refused(place, other, "is no whole backup")
    refused(place, written(tmp_path / "b.zip", {"manifest.json": b'{"fieldmark": "result/1"}'}), "is no whole backup")


def test_a_flipped_bit_in_any_member_is_noticed(made: Made, tmp_path: Path) -> None:
    whole = made.file.read_bytes()
    with zipfile.ZipFile(made.file) as content:
        middles = [info.header_offset + 60 + info.compress_size // 2 for info in content.infolist() if info.file_size]
    for at in middles:
        flipped = bytearray(whole)
        flipped[at] ^= 4
        file = tmp_path / "flipped.zip"
        file.write_bytes(flipped)
        with pytest.raises(Refused):
            check(file, Wish())


def test_a_part_that_is_another_one_is_named(made: Made, place: Settings, tmp_path: Path) -> None:
    [photo, *_] = (name for name in made.members if name.startswith("files/"))
    sheets = made.members["tables/sheet_revision.jsonl"]
    more = {**made.members, "tables/sheet_revision.jsonl": sheets.replace(b"submitted", b"withdrawn", 1)}
    refused(place, written(tmp_path / "1.zip", more), "The table sheet_revision in the backup is not as it was written")
    fewer = {**made.members, "tables/sheet_revision.jsonl": sheets.partition(b"\n")[2]}
    rows = sheets.count(b"\n")
    refused(place, written(tmp_path / "2.zip", fewer), f"sheet_revision should have {rows} rows and has {rows - 1}")
    other = {**made.members, photo: b"another picture"}
    refused(place, written(tmp_path / "3.zip", other), f"The photo {photo.split('/')[2]} of contest c1")


def test_a_part_too_few_or_too_many_is_named(made: Made, place: Settings, tmp_path: Path) -> None:
    without = {name: content for name, content in made.members.items() if name != "tables/audit.jsonl"}
    refused(place, written(tmp_path / "1.zip", without), "tables/audit.jsonl is missing from the backup")
    with_more = {**made.members, "../../evil": b"x"}
    refused(place, written(tmp_path / "2.zip", with_more), "The backup holds ../../evil, which its manifest does not")


def test_a_manifest_that_was_altered_does_not_fit_itself(made: Made, place: Settings, tmp_path: Path) -> None:
    told = json.loads(made.members["manifest.json"])
    for change in ({"made_at": "2020-01-01"}, {"ends": told["ends"][1:]}, {"photos": "none"}, {"more": 1}):
        members = {**made.members, "manifest.json": json.dumps({**told, **change}).encode()}
        refused(place, written(tmp_path / "m.zip", members), "does not fit its own digest")


def test_another_version_is_named(made: Made, place: Settings, tmp_path: Path) -> None:
    refused(place, written(tmp_path / "1.zip", resealed(made.members, fieldmark="backup/2")), "the form backup/2")
    newer = resealed(made.members, migration="9999")
    refused(place, written(tmp_path / "2.zip", newer), "made by a newer Fieldmark (database step 9999")


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Members], Members]:
    return lambda members: resealed({**members, f"tables/{name}.jsonl": change(members[f"tables/{name}.jsonl"])})


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (changed("audit", lambda rows: rows.replace(b'"receive"', b'"collect"', 1)), "not whole"),
        (changed("audit", lambda rows: rows.partition(b"\n")[2]), "not whole"),
        (changed("audit_payload", lambda rows: rows.partition(b"\n")[2]), "not whole"),
        (changed("contest_head", lambda rows: rows.replace(b'"c1"', b'"c9"', 1)), "not whole"),
        (changed("stored_file", lambda _: b""), "is not as it came"),
        (changed("judge", lambda rows: rows.partition(b"\n")[2]), "The table"),
        (changed("sheet_revision", lambda rows: rows * 2), "The table sheet_revision"),
        (changed("unit", lambda rows: rows.replace(b"]", b",1]", 1)), "The table unit"),
        (changed("unit", lambda rows: b"{}\n" + rows), "The table unit"),
    ],
    ids=["act", "row", "payload", "head", "no photos", "no judge", "twice", "one cell more", "no list"],
)  # fmt: skip
def test_what_fits_a_forged_manifest_is_found_by_the_log_and_the_keys(
    made: Made, place: Settings, tmp_path: Path, alter: Callable[[Members], Members], told: str
) -> None:
    refused(place, written(tmp_path / "forged.zip", alter(made.members)), told)


def test_a_log_rewritten_as_a_whole_is_found_by_the_anchor_in_the_minutes(made: Made, place: Settings) -> None:
    anchor = "c1:3-0000-0000-0000-0000-0000"
    run = command(place, "restore", made.file, "--anchor", anchor)
    assert run.exit_code == 1
    assert "A log in the backup is not whole" in run.stderr
    assert "拉练 c1: 1 break in the log" in run.stderr
    assert command(place, "restore", made.file, "--anchor", "nonsense").exit_code == 1
    assert not (place.data_dir / "files").exists()


def test_a_log_that_was_broken_before_the_backup_is_told_and_taken_only_when_asked(
    made: Made, place: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(made.folder, folder)
    engine = migration_engine(f"sqlite:///{folder / 'fieldmark.db'}")
    with engine.begin() as connection:
        for statement in append_only("audit", "sqlite"):
            if statement.startswith("DROP"):
                connection.execute(text(statement))
        connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE contest_id = 'c1' AND rev = 2"))
    engine.dispose()
    file = tmp_path / "broken.zip"
    run = command(Settings(data_dir=folder), "backup", file)
    assert run.exit_code == 1
    assert "拉练 c1: 1 break in the log" in run.stdout
    assert "A log is broken in the database already" in run.stdout
    refused(place, file, "A log in the backup is not whole", "拉练 c1: 1 break in the log")
    taken = command(place, "restore", file, "--broken-logs")
    assert taken.exit_code == 0, taken.output
    assert "拉练 c1: 1 break in the log" in taken.stdout
    assert len(rows_of(place)["contest"]) == 2


# --- where no backup can be made


def test_too_little_disk_is_told_before_anything_is_written(
    made: Made, place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**20))
    for run in (
        command(Settings(data_dir=made.folder), "backup", tmp_path / "new" / "b.zip"),
        command(Settings(data_dir=made.folder), "backup", tmp_path / "b.zip"),
        command(place, "backup", "--check", made.file),
        command(place, "restore", made.file),
    ):
        assert run.exit_code == 1
        assert "MB are needed in" in run.stderr or "cannot be written" in run.stderr
    assert not (tmp_path / "b.zip").exists()
    assert not (place.data_dir / "files").exists()


def test_a_disk_that_becomes_full_leaves_nothing_behind(made: Made, tmp_path: Path) -> None:
    """No file may grow beyond 64 kB, as on a disk that ends there."""
    folder = tmp_path / "small"
    folder.mkdir()
    # The limit holds for all files: Python's own compiled ones would be cut off too, and stay so.
    environment = {"FIELDMARK_DATA_DIR": str(made.folder), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        ["bash", "-c", 'ulimit -f 64; exec "$@"', "-", sys.executable, "-m", "app.cli", "backup", folder],
        capture_output=True, check=False, encoding="utf-8", env=environment,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert "Traceback" not in run.stderr
    assert str(folder) in run.stderr
    assert list(folder.iterdir()) == []


def test_without_a_database_there_is_nothing_to_back_up(place: Settings, tmp_path: Path) -> None:
    run = command(place, "backup", tmp_path)
    assert run.exit_code == 1
    assert "The database cannot be opened" in run.stderr
    assert not place.data_dir.exists()


def test_a_damaged_database_is_told(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    content = bytearray((made.folder / "fieldmark.db").read_bytes())
    half = len(content) // 2
    content[half : half + 4096] = bytes(4096)
    (folder / "fieldmark.db").write_bytes(content)
    with pytest.raises(Refused) as caught:
        take(Settings(data_dir=folder), tmp_path / "b.zip")
    assert [fault.code for fault in caught.value.faults] == ["backup.database_damaged"]
    assert not (tmp_path / "b.zip").exists()
