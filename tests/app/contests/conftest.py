"""A contest made by its deeds, and the application over the same kind of database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.accounts import service as accounts
from app.accounts.access import COOKIE
from app.contests import service
from app.contests.intake import read_roster
from app.contests.schemes import shipped
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.app.contests import rosters
from tests.app.sync.field import rules_in_force

NO_HASH = "-"  # nobody signs in with a password here


def a_person(database: Database, login: str) -> str:
    return database.write(
        lambda session: accounts.add_person(session, "test", login=login, name=login.title(), password_hash=NO_HASH)
    )


def a_draft(database: Database, organiser: str, scheme: str = "shiyan-2022-tour") -> str:
    """A new contest; nobody has signed its rules yet."""
    rule = shipped()[scheme]
    return database.write(lambda session: service.create_contest(session, organiser, name="某市拉练", rule=rule))


def a_contest(database: Database, organiser: str, scheme: str = "shiyan-2022-tour") -> str:
    """A contest whose rules stand, so that badges and paper are for the asking."""
    made = a_draft(database, organiser, scheme)
    database.write(lambda session: session.add(rules_in_force(made)))
    return made


def with_roster(database: Database, contest_id: str, sheets: rosters.Sheets | None = None) -> dict[str, int]:
    """Import a workbook without its file."""
    reading = read_roster(rosters.tour(), rosters.texts(sheets or rosters.small()))
    assert reading.faults == ()
    draft = reading.draft
    rev = database.write(lambda s: service.draft_import(s, "o", contest_id=contest_id, draft=draft))
    return database.write(lambda s: service.apply_import(s, "o", contest_id=contest_id, rev=rev))


@pytest.fixture
def organiser(database: Database) -> str:
    return a_person(database, "zhou")


@pytest.fixture
def contest_id(database: Database, organiser: str) -> str:
    return a_contest(database, organiser)


@pytest.fixture
def app_database(client: TestClient) -> Database:
    """The database of the application that ``client`` talks to."""
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    return database


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


SignIn = Callable[[str], None]


@pytest.fixture
def sign_in(client: TestClient, app_database: Database) -> SignIn:
    """Sign in as the person of that id; nobody for an empty one."""

    def as_person(person: str) -> None:
        client.cookies.clear()
        if person:
            token = app_database.write(lambda session: accounts.sign_in(session, person, hours=1))
            client.cookies.set(COOKIE, token)

    return as_person
