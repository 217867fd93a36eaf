"""Signing in and out, the cookie, and how often one may try."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.accounts import service
from app.accounts.access import COOKIE
from app.accounts.attempts import MOST_BY_ADDRESS, MOST_BY_LOGIN, WITHIN_SECONDS, Attempts, TooManyAttempts
from app.main import create_app
from app.settings import Settings

PASSWORD = "a good password"  # noqa: S105  of an invented person


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path))
    with TestClient(app, follow_redirects=False) as opened:
        form = {"login": "zhou", "name": "周组织", "password": PASSWORD}
        assert opened.post("/first-organiser", data=form).status_code == 303
        opened.cookies.clear()
        yield opened


def sign_in(client: TestClient, password: str = PASSWORD, onward: str = "/", login: str = "zhou") -> tuple[int, str]:
    answer = client.post("/sign-in", data={"login": login, "password": password, "onward": onward})
    return answer.status_code, answer.headers.get("location", "")


def test_the_right_password_signs_in_and_leads_onward(client: TestClient) -> None:
    assert sign_in(client, onward="/password?lang=en", login=" zhou ") == (303, "/password?lang=en")
    assert "周组织" in client.get("/").text
    assert client.get("/sign-in").status_code == 303


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "x", ""]
)
def test_a_link_to_the_sign_in_page_leads_nowhere_else(client: TestClient, onward: str) -> None:
    assert sign_in(client, onward=onward) == (303, "/")


def test_a_wrong_password_and_an_unknown_login_are_told_alike(client: TestClient) -> None:
    wrong = client.post("/sign-in", data={"login": "zhou", "password": "wrong"})
    unknown = client.post("/sign-in", data={"login": "nobody", "password": "wrong"})
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("zhou", "nobody") == unknown.text
    assert COOKIE not in client.cookies


def test_the_cookie_is_secure_over_https_only(client: TestClient) -> None:
    form = {"login": "zhou", "password": PASSWORD}
    plain = client.post("/sign-in", data=form).headers["set-cookie"]
    safe = client.post("https://testserver/sign-in", data=form).headers["set-cookie"]
    assert ("Secure" in plain, "Secure" in safe) == (False, True)
    for cookie in (plain, safe):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(client: TestClient) -> None:
    sign_in(client)
    token = client.cookies[COOKIE]
    assert client.post("/sign-out").status_code == 303
    client.cookies.set(COOKIE, token)
    assert client.get("/password").status_code == 401


def test_after_too_many_attempts_even_the_right_password_waits(client: TestClient) -> None:
    for _ in range(MOST_BY_LOGIN):
        assert sign_in(client, "wrong")[0] == 401
    answer = client.post("/sign-in", data={"login": "zhou", "password": PASSWORD})
    assert answer.status_code == 429
    assert "10 分钟" in answer.text
    assert sign_in(client, "wrong", login="other")[0] == 401


def test_changing_the_password_ends_every_other_sign_in(client: TestClient) -> None:
    sign_in(client)
    elsewhere = client.cookies[COOKIE]
    sign_in(client)
    assert client.post("/password", data={"old": "wrong", "new": "another good one"}).status_code == 422
    assert client.post("/password", data={"old": PASSWORD, "new": "short"}).status_code == 422
    assert client.post("/password", data={"old": PASSWORD, "new": "another good one"}).status_code == 303
    assert client.get("/password").status_code == 200
    client.cookies.clear()
    client.cookies.set(COOKIE, elsewhere)
    assert client.get("/password").status_code == 401
    assert sign_in(client)[0] == 401
    assert sign_in(client, "another good one")[0] == 303


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def wrong(attempts: Attempts, login: str, address: str) -> None:
    with pytest.raises(service.WrongPassword), attempts.counted(login, address):
        raise service.WrongPassword


def test_attempts_are_forgotten_after_a_while_and_after_the_right_password() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(MOST_BY_LOGIN - 1):
        wrong(attempts, "zhou", "1")
    with attempts.counted("zhou", "1"):
        pass
    for _ in range(MOST_BY_LOGIN):
        wrong(attempts, "zhou", "2")
    with pytest.raises(TooManyAttempts) as refused, attempts.counted("zhou", "3"):
        pytest.fail("looked at the password all the same")
    assert refused.value.params == {"minutes": 10}
    clock.now += WITHIN_SECONDS
    with attempts.counted("zhou", "3"):
        pass


def test_one_address_may_not_try_many_logins() -> None:
    attempts = Attempts(Clock())
    for n in range(MOST_BY_ADDRESS):
        wrong(attempts, f"p{n}", "1")
    with pytest.raises(TooManyAttempts), attempts.counted("zhou", "1"):
        pass
    with attempts.counted("zhou", "2"):
        pass


def test_a_first_password_is_long_enough_and_never_the_same() -> None:
    many = {service.first_password() for _ in range(100)}
    assert len(many) == 100
    assert all(len(password) >= service.SHORTEST_PASSWORD for password in many)
