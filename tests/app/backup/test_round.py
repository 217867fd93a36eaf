"""A backup and its way back, from and to both databases: the same rows, photos and results; what is refused."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from app import audit, migrations
from app.backup import restoring
from app.backup.opening import Wish
from app.backup.restoring import restore
from app.backup.snapshot import tables
from app.backup.taking import take
from app.db import migration_engine, open_database
from app.files.service import shelf
from app.i18n import languages
from app.results.queries import tabulated
from app.results.report import as_json
from app.settings import Settings
from tests import databases
from tests.app.backup.conftest import Tour, command, put, rows_of, served
from tests.app.files.test_upload import named, send, standing

# A restore adds to them: an act of the installation, and the new epoch.
MOVED = ("contest_head", "audit", "audit_payload", "server_epoch", "signed_in")


def result_of(settings: Settings) -> bytes:
    """The whole result, with every working, as one text."""
    database = open_database(settings.url, alone=False)
    try:
        with database.read() as session:
            given, result = tabulated(session, "c1")
        return json.dumps(as_json(given.scheme, result, languages()["en"]), ensure_ascii=False).encode()
    finally:
        database.close()


def acts(settings: Settings) -> list[str]:
    """What the installation's log says last."""
    database = open_database(settings.url, alone=False)
    try:
        with database.read() as session:
            assert list(audit.verify(session, "-")) == []
            of_it = select(audit.AuditRow.action).where(audit.AuditRow.contest_id == "-")
            return list(session.exec(of_it.order_by(col(audit.AuditRow.rev))))
    finally:
        database.close()


def test_what_was_restored_is_what_was_backed_up(tour: Tour, elsewhere: Settings, tmp_path: Path) -> None:
    taken = tour.take(tmp_path / "one.zip")
    before = rows_of(tour.settings, *MOVED)
    found = restore(elsewhere, taken.file, Wish())
    assert rows_of(elsewhere, *MOVED) == before
    assert result_of(elsewhere) == result_of(tour.settings)
    assert found.logs == taken.logs
    assert acts(elsewhere)[-2:] == ["restore", "begin_epoch"]
    for picture in taken.manifest.photos:
        mine, theirs = (shelf(s.data_dir, "c1").whole(picture.sha256) for s in (tour.settings, elsewhere))
        assert mine.read_bytes() == theirs.read_bytes()
    assert len(taken.manifest.photos) == 2  # as it came, and its version to show
    # And what was restored can be backed up and restored again.
    again = take(elsewhere, tmp_path / "two.zip")
    assert [part for part in again.manifest.tables if part.name == "sheet_revision"] == [
        part for part in taken.manifest.tables if part.name == "sheet_revision"
    ]


def test_every_life_of_a_database_has_an_epoch_of_its_own(tour: Tour, elsewhere: Settings, tmp_path: Path) -> None:
    taken = tour.take(tmp_path / "one.zip")
    put(elsewhere, taken.file)
    epochs = [row[1] for row in rows_of(elsewhere)["server_epoch"]]
    assert len(epochs) == len(set(epochs)) == 2
    assert taken.manifest.epoch in epochs


def test_a_backup_is_for_its_owner_alone_and_nothing_is_left_beside_it(tour: Tour, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    taken = tour.take(folder)
    assert taken.private
    assert stat.S_IMODE(taken.file.stat().st_mode) == 0o600
    assert [one.name for one in folder.iterdir()] == [taken.file.name]
    assert taken.file.name.startswith("fieldmark-")


def test_nobody_is_signed_in_after_a_restore(tour: Tour, elsewhere: Settings, tmp_path: Path) -> None:
    assert rows_of(tour.settings)["signed_in"]
    put(elsewhere, tour.take(tmp_path / "one.zip").file)
    assert rows_of(elsewhere)["signed_in"] == []


def test_a_backup_never_overwrites_a_file(tour: Tour, tmp_path: Path) -> None:
    there = tmp_path / "there.zip"
    there.write_bytes(b"something")
    run = command(tour.settings, "backup", there)
    assert run.exit_code == 1
    assert f"{there} is already there." in run.stderr
    assert there.read_bytes() == b"something"


def test_the_command_tells_what_is_in_it_and_where_each_log_ends(tour: Tour, place: Settings, tmp_path: Path) -> None:
    run = command(tour.settings, "backup", tmp_path / "one.zip")
    assert run.exit_code == 0, run.output
    with tour.field.database.read() as session:
        end = audit.anchor_of(session, "c1")
    assert end
    checked = command(place, "backup", "--check", tmp_path / "one.zip")
    assert checked.exit_code == 0, checked.output
    restored = command(place, "restore", tmp_path / "one.zip", "--anchor", f"c1:{end.code}", lang="zh")
    assert restored.exit_code == 0, restored.output
    sheets = len(rows_of(place)["sheet_revision"])
    for told in (run, checked):
        assert f"拉练 c1: {end.rev} acts, unbroken; anchor c1:{end.code}" in told.stdout
        assert f"2 contests, {sheets} score sheets received, 2 picture files" in told.stdout
    assert "Only you can read the file" in run.stdout
    assert "The backup is whole." in checked.stdout
    assert f"校验码 c1:{end.code}" in restored.stdout
    assert "备份之后做过的事不在其中" in restored.stdout


def test_only_an_empty_place_is_restored_into(tour: Tour, elsewhere: Settings, tmp_path: Path) -> None:
    taken = tour.take(tmp_path / "one.zip")
    put(elsewhere, taken.file)
    before = rows_of(elsewhere)
    files = elsewhere.data_dir / "files"
    told = command(elsewhere, "restore", taken.file)
    assert told.exit_code == 1
    assert f"There are files in {files} already." in told.stderr
    files.rename(tmp_path / "away")
    told = command(elsewhere, "restore", taken.file)
    assert told.exit_code == 1
    assert "is not empty:" in told.stderr
    assert rows_of(elsewhere) == before
    assert not files.exists()


def test_a_restore_that_fails_at_the_last_step_leaves_nothing(
    tour: Tour, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tour.take(tmp_path / "one.zip")

    with monkeypatch.context() as failing:
        failing.setattr(restoring, "begin_epoch", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            put(elsewhere, taken.file)
    assert not (elsewhere.data_dir / "files").exists()
    assert [one for one in elsewhere.data_dir.iterdir() if one.name.startswith(".")] == []
    assert rows_of(elsewhere)["contest"] == []
    put(elsewhere, taken.file)
    assert len(rows_of(elsewhere)["contest"]) == 2


def test_a_photo_that_is_gone_from_the_disk_is_named_and_the_rest_is_kept(
    tour: Tour, place: Settings, tmp_path: Path
) -> None:
    sha256 = named(tour.picture)
    shelf(tour.settings.data_dir, "c1").whole(sha256).write_bytes(tour.picture[:-1])
    run = command(tour.settings, "backup", tmp_path / "one.zip")
    assert run.exit_code == 1
    assert f"missing or damaged on the disk: photo {sha256}" in run.stdout
    put(place, tmp_path / "one.zip")
    assert not shelf(place.data_dir, "c1").whole(sha256).exists()
    assert rows_of(place, *MOVED) == rows_of(tour.settings, *MOVED)


def test_a_phone_gives_a_restored_server_the_photo_that_was_not_in_the_backup(
    tour: Tour, place: Settings, tmp_path: Path
) -> None:
    sha256 = named(tour.picture)
    shelf(tour.settings.data_dir, "c1").whole(sha256).unlink()
    put(place, tour.take(tmp_path / "one.zip").file)
    with served(place, tour.phone) as phone:
        assert standing(phone, tour.picture) == (0, "")
        assert send(phone, tour.picture) == (204, len(tour.picture), "?1")
    assert shelf(place.data_dir, "c1").whole(sha256).read_bytes() == tour.picture


@pytest.fixture(params=databases.KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A database as an older version left it, three steps back."""
    step = migrations.steps()[3]
    if request.param == "sqlite":
        (tmp_path / "old").mkdir()
        settings = Settings(data_dir=tmp_path / "old")
        migrations.upgrade(settings.url, step)
        yield settings
        return
    with databases.empty_postgres(request.getfixturevalue("postgres_server")) as url:
        migrations.upgrade(url, step)
        yield Settings(database_url=url, data_dir=tmp_path / "old")


def test_a_backup_of_an_older_version_is_brought_up_to_date(old: Settings, place: Settings, tmp_path: Path) -> None:
    engine = migration_engine(old.url)
    with engine.begin() as connection:
        there = {table.name: table for table in tables(connection)}
        person = {"id": "p1", "login": "zhou", "name": "周组织", "password_hash": "-", "made_at": "-"}
        connection.execute(there["person"].insert(), person)
        session = Session(connection)
        audit.record(session, "-", "set_up", contest_id="-", subject="p1")
        session.flush()
    engine.dispose()
    taken = take(old, tmp_path / "one.zip")
    assert taken.manifest.migration == migrations.steps()[3]
    put(place, taken.file)
    assert [row[:3] for row in rows_of(place)["person"]] == [("p1", "zhou", "周组织")]
    assert acts(place) == ["set_up", "restore", "begin_epoch"]
