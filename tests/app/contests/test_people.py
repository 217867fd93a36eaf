"""Giving roles to people and taking them back."""

import re

import pytest
from fastapi.testclient import TestClient

from app.accounts.service import NameMissing, person_with
from app.contests import queries, service
from app.contests.access import roles_of
from app.db import Database
from tests.app.contests.conftest import NO_HASH, SignIn, a_contest, a_person


def add(database: Database, organiser: str, contest_id: str, login: str, role: str, name: str = "") -> bool:
    facts = {"login": login, "role": role, "name": name}
    return database.write(
        lambda s: service.add_member(s, organiser, contest_id=contest_id, password_hash=NO_HASH, **facts)
    )


def test_add_member_makes_the_person_who_has_no_login_yet(database: Database, organiser: str, contest_id: str) -> None:
    assert add(database, organiser, contest_id, " wu ", "steward", "吴监督") is True
    assert add(database, organiser, contest_id, "wu", "staff", "别名") is False
    with database.read() as session:
        found = queries.people(session, contest_id)
        assert [(one.login, one.name, one.roles) for one in found] == [
            ("zhou", "Zhou", ("organiser",)),
            ("wu", "吴监督", ("steward", "staff")),
        ]


def test_add_member_refuses_a_role_twice_an_unknown_one_and_somebody_without_a_name(
    database: Database, organiser: str, contest_id: str
) -> None:
    add(database, organiser, contest_id, "wu", "steward", "吴监督")
    with pytest.raises(service.RoleHeld):
        add(database, organiser, contest_id, "wu", "steward", "吴监督")
    with pytest.raises(service.NoSuchRole):
        add(database, organiser, contest_id, "wu", "king", "吴监督")
    with pytest.raises(NameMissing):
        add(database, organiser, contest_id, "li", "staff")
    with database.read() as session:
        assert person_with(session, "li") is None


def test_end_membership_takes_a_role_back_until_it_is_given_again(
    database: Database, organiser: str, contest_id: str
) -> None:
    add(database, organiser, contest_id, "wu", "steward", "吴监督")
    with database.read() as session:
        wu = person_with(session, "wu").id  # type: ignore[union-attr]

    def end(person: str, role: str) -> None:
        database.write(
            lambda s: service.end_membership(s, organiser, contest_id=contest_id, person_id=person, role=role)
        )

    end(wu, "steward")
    end(wu, "steward")
    with database.read() as session:
        assert roles_of(session, contest_id, wu) == frozenset()
    add(database, organiser, contest_id, "wu", "steward")
    with database.read() as session:
        assert roles_of(session, contest_id, wu) == {"steward"}
    with pytest.raises(service.LastOrganiser):
        end(organiser, "organiser")


def test_a_first_password_is_shown_once_and_opens_the_door(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou = a_person(app_database, "zhou")
    contest_id = a_contest(app_database, zhou)
    sign_in(zhou)
    answer = client.post(f"/c/{contest_id}/people", data={"login": "wu", "name": "吴监督", "role": "steward"})
    assert answer.headers["cache-control"] == "no-store"
    (password,) = re.findall('<output class="secret">([^<]+)</output>', answer.text)
    assert password not in client.get(f"/c/{contest_id}/people").text
    sign_in("")
    assert client.post("/sign-in", data={"login": "wu", "password": password}).status_code == 303
    assert client.get(f"/c/{contest_id}").status_code == 200
    assert client.get(f"/c/{contest_id}/people").status_code == 403


def test_renew_password_is_for_whom_works_on_my_contests_only(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou, li = a_person(app_database, "zhou"), a_person(app_database, "li")
    contest_id, elsewhere = a_contest(app_database, zhou), a_contest(app_database, li)
    add(app_database, zhou, contest_id, "wu", "steward", "吴监督")
    with app_database.read() as session:
        wu = person_with(session, "wu").id  # type: ignore[union-attr]
    address = f"/c/{contest_id}/people/{wu}/password"
    sign_in(wu)
    assert client.post(address).status_code == 403
    sign_in(zhou)
    answer = client.post(address)
    (password,) = re.findall('<output class="secret">([^<]+)</output>', answer.text)
    assert client.post(f"/c/{contest_id}/people/{li}/password").status_code == 409
    add(app_database, li, elsewhere, "wu", "staff")
    assert client.post(address).status_code == 409
    sign_in("")
    assert client.post("/sign-in", data={"login": "wu", "password": password}).status_code == 303
