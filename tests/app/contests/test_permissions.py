"""Every page of the desk as nobody, in each wrong role, and in the right role of the wrong contest."""

import pytest
from fastapi.testclient import TestClient

from app.contests import service
from app.contests.models import ROLES
from app.db import Database
from tests.app.contests.conftest import NO_HASH, SignIn, a_contest, a_person, with_roster

EVERYBODY, ORGANISER = frozenset(ROLES), frozenset({"organiser"})
PAGES = [
    ("GET", "", EVERYBODY, 200),
    ("GET", "/people", ORGANISER, 200),
    ("POST", "/people", ORGANISER, 422),
    ("POST", "/people/nobody/staff/ending", ORGANISER, 303),
    ("POST", "/people/nobody/password", ORGANISER, 409),
    ("GET", "/import", ORGANISER, 200),
    ("GET", "/import/template.xlsx", ORGANISER, 200),
    ("GET", "/import/roster.xlsx", ORGANISER, 200),
    ("POST", "/import", ORGANISER, 422),
    ("GET", "/import/1", ORGANISER, 404),
    ("POST", "/import/1/application", ORGANISER, 404),
    ("GET", "/attendance", frozenset({"organiser", "staff"}), 200),
    ("POST", "/attendance?day=第1天", frozenset({"organiser", "staff"}), 303),
    ("GET", "/recusals", frozenset({"organiser", "steward"}), 200),
    ("POST", "/recusals", ORGANISER, 422),
    ("POST", "/recusals/1/1/lifting", ORGANISER, 409),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_its_roles_in_this_contest_only(
    client: TestClient, app_database: Database, sign_in: SignIn, page: tuple[str, str, frozenset[str], int]
) -> None:
    method, path, allowed, status = page
    zhou, stranger = a_person(app_database, "zhou"), a_person(app_database, "stranger")
    contest_id, other = a_contest(app_database, zhou), a_contest(app_database, stranger)
    with_roster(app_database, contest_id)
    people = {"organiser": zhou}
    for role in ROLES[1:]:
        people[role] = a_person(app_database, role)
        facts = {"contest_id": contest_id, "login": role, "name": "", "role": role, "password_hash": NO_HASH}
        app_database.write(lambda s, facts=facts: service.add_member(s, zhou, **facts))  # type: ignore[misc]
        facts = facts | {"contest_id": other, "login": "zhou"}
        app_database.write(lambda s, facts=facts: service.add_member(s, stranger, **facts))  # type: ignore[misc]

    def asked(person: str, contest: str = contest_id) -> int:
        sign_in(person)
        return client.request(method, f"/c/{contest}{path}", data={} if method == "POST" else None).status_code

    assert asked("") == 401
    assert asked(stranger) == 403
    assert asked(zhou, "nothing") == 403
    for role, person in people.items():
        assert asked(person) == (status if role in allowed else 403), role


def test_the_desk_shows_each_role_only_what_it_may_open(
    client: TestClient, app_database: Database, sign_in: SignIn
) -> None:
    zhou, staff = a_person(app_database, "zhou"), a_person(app_database, "staff")
    contest_id = a_contest(app_database, zhou)
    app_database.write(
        lambda s: service.add_member(
            s, zhou, contest_id=contest_id, login="staff", name="", role="staff", password_hash=NO_HASH
        )
    )
    root = f'href="/c/{contest_id}'
    for person, seen in ((zhou, True), (staff, False)):
        sign_in(person)
        page = client.get(f"/c/{contest_id}").text
        assert (f'{root}/import"' in page, f'{root}/people"' in page) == (seen, seen)
        assert f'{root}/attendance"' in page
        assert f'{root}/nowhere"' not in page


def test_whoever_is_not_signed_in_gets_the_form_and_then_the_page_he_asked_for(
    client: TestClient, app_database: Database
) -> None:
    contest_id = a_contest(app_database, a_person(app_database, "zhou"))
    answer = client.get(f"/c/{contest_id}/import?lang=en")
    assert answer.status_code == 401
    assert f'name="onward" value="/c/{contest_id}/import?lang=en"' in answer.text
    assert (
        client.get(f"/c/{contest_id}", headers={"Accept": "application/json"}).json()["code"]
        == "accounts.sign_in_first"
    )
