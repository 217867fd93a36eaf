"""The first organiser of an empty installation, once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import audit
from app.accounts import service
from app.db import Database
from app.errors import AppError
from app.main import create_app
from app.settings import Settings

NO_HASH = "-"


def first(database: Database, login: str = "zhou", name: str = "周组织") -> str:
    return database.write(
        lambda session: service.add_first_person(session, login=login, name=name, password_hash=NO_HASH)
    )


def test_the_first_person_is_made_once(database: Database) -> None:
    with database.read() as session:
        assert service.is_empty(session)
    first(database)
    with pytest.raises(service.NotEmpty):
        first(database, "wu")
    with database.read() as session:
        assert not service.is_empty(session)
        assert list(audit.verify(session, audit.INSTALLATION)) == []


def test_of_two_who_are_first_at_the_same_moment_one_is(database: Database) -> None:
    def attempt(login: str) -> bool:
        try:
            return bool(first(database, login))
        except service.NotEmpty:
            return False

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(attempt, [f"p{n}" for n in range(8)])) == 1


def test_a_login_is_taken_once_even_at_the_same_moment(database: Database) -> None:
    def attempt(_: int) -> bool:
        try:
            database.write(lambda s: service.add_person(s, "test", login="wu", name="吴", password_hash=NO_HASH))
        except service.LoginTaken:
            return False
        return True

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(attempt, range(8))) == 1


@pytest.mark.parametrize(("login", "name"), [("", "周"), (" ", "周"), ("zhou", " ")])
def test_a_person_needs_a_name_and_a_login(database: Database, login: str, name: str) -> None:
    with pytest.raises(service.NameMissing):
        first(database, login, name)


def test_a_password_has_a_least_length_and_is_kept_as_a_hash() -> None:
    with pytest.raises(AppError) as refused:
        service.hash_password("123456789")
    assert refused.value.params == {"least": 10}
    kept = service.hash_password("a good password")
    assert kept.startswith("$argon2id$")
    assert "good" not in kept


def test_the_page_is_there_until_somebody_is(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path)), follow_redirects=False) as client:
        form = {"login": "zhou", "name": "周组织", "password": "short"}
        refused = client.post("/first-organiser", data=form)
        assert refused.status_code == 422
        assert "周组织" in refused.text
        assert "short" not in refused.text
        made = client.post("/first-organiser", data=form | {"password": "a good password"})
        assert made.status_code == 303
        cookie = made.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert client.post("/first-organiser", data=form | {"password": "a good password"}).status_code == 409
        assert client.get("/first-organiser").status_code == 303
