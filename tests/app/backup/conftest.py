"""A contest with everything in it, and empty places to restore it to, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from typer.testing import CliRunner, Result

from app.backup.opening import Wish
from app.backup.restoring import restore
from app.backup.taking import Taken, take
from app.cli import main
from app.db import migration_engine, open_database
from app.judging.service import collect
from app.main import create_app
from app.migrations.tables import METADATA
from app.settings import Settings
from tests import databases
from tests.app.files.test_upload import named, photo, send
from tests.app.sync.field import JSON, Field, Phone, ticks


@dataclass
class Tour:
    """A contest all of whose sheets are in, with a problem and its photo; and where its server keeps it."""

    field: Field
    settings: Settings
    phone: Phone
    picture: bytes

    def take(self, target: Path) -> Taken:
        return take(self.settings, target)


def filled(field: Field) -> tuple[Phone, bytes]:
    """All sheets of ``c1`` by phone, one problem with a photo, collected; returns the phone with the photo."""
    picture = photo((640, 480), turned=True)
    phones = [field.phone(judge) for judge in ("J1", "J2", "J3", "J4")]
    for phone in phones:
        for n, entry in enumerate(("P1", "P2", "P3", "P4", "AR", "BR")):
            phone.hand_over(phone.sheet(entry, ticks(entry, n)))
    mine = phones[2]
    assert send(mine, picture)[0] == 204
    assert mine.outcome(mine.finding("P1", files=[named(picture)])) == ("stored", "")
    field.signed_in("organiser")
    field.database.write(lambda session: collect(session, "organiser", contest_id="c1"))
    return mine, picture


@pytest.fixture
def tour(field: Field, database_url: str, tmp_path: Path) -> Tour:
    return Tour(field, Settings(database_url=database_url, data_dir=tmp_path), *filled(field))


@pytest.fixture(params=databases.KINDS)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A new place, on SQLite and on PostgreSQL, whatever the backup was made from."""
    if request.param == "sqlite":
        yield Settings(data_dir=tmp_path / "elsewhere")
        return
    with databases.empty_postgres(request.getfixturevalue("postgres_server")) as url:
        yield Settings(database_url=url, data_dir=tmp_path / "elsewhere")


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "elsewhere")


def command(settings: Settings, *arguments: object, lang: str = "en") -> Result:
    """The command line with these settings and no others."""
    others: dict[str, str | None] = {name: None for name in os.environ if name.startswith("FIELDMARK_")}
    mine = {"FIELDMARK_DATA_DIR": str(settings.data_dir), "FIELDMARK_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(main, [*map(str, arguments), "--lang", lang], env={**others, **mine})


def put(settings: Settings, file: Path) -> None:
    restore(settings, file, Wish())


@contextmanager
def served(settings: Settings, phone: Phone) -> Iterator[Phone]:
    """The same phone before the application on another database."""
    app = create_app(settings)
    app.state.database = open_database(settings.url)
    try:
        client = TestClient(app, headers=JSON, follow_redirects=False)
        client.cookies.set("fieldmark_device", phone.cookie, path=f"/j/{phone.contest}/")
        yield replace(phone, client=client)
    finally:
        app.state.database.close()


def rows_of(settings: Settings, *but: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in an order of their own."""
    engine = migration_engine(settings.url)
    with engine.connect() as connection:
        found = {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in METADATA.tables.items()
            if name not in but
        }
    engine.dispose()
    return found
