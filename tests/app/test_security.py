"""Headers on every answer, the size of a body, the origin of a form."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings

LIMIT = 20_000


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(max_body_bytes=LIMIT, data_dir=tmp_path))) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/score", "/nothing", "/static/css/page.css", "/healthz"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "camera=()" in headers["permissions-policy"]


def test_no_page_holds_script_or_style_of_its_own(client: TestClient) -> None:
    for path in ("/", "/score", "/score?example=true&scheme=changzhi-2023-final"):
        page = client.get(path).text
        assert "style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/')


def test_a_body_above_the_limit_is_told_of(client: TestClient) -> None:
    answer = client.post("/score", data={"do": "score", "grid.score": "9" * LIMIT})
    assert answer.status_code == 413
    assert "发来的内容太大，超过 1 MB，没有接收。" in answer.text


def test_a_body_of_no_declared_length_is_counted_too(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 1000

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/score", content=endless(), headers=headers).status_code == 413


def test_a_body_below_the_limit_is_read(client: TestClient) -> None:
    assert client.post("/score", data={"do": "choose", "title": "9" * (LIMIT // 2)}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
    ],
)
def test_a_form_comes_from_our_own_pages_only(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.post("/score", data={"do": "choose"}, headers=headers)
    assert answer.status_code == status


def test_a_link_from_elsewhere_may_be_followed(client: TestClient) -> None:
    assert client.get("/score", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
