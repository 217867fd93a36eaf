"""The first page, the language switch, static files, and problems told in sentences."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.pages import yuan
from app.settings import Settings


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(max_body_bytes=200_000, data_dir=tmp_path))) as opened:
        yield opened


def test_the_first_page_of_an_empty_installation_offers_three_choices(client: TestClient) -> None:
    page = client.get("/").text
    assert [re.sub("<.*?>", "", title) for title in re.findall("<h2>.*?</h2>", page)] == [
        "拉练观摩",
        "舞台比赛",
        "只算分",
    ]
    links = re.findall('class="btn[^"]*" href="([^"]+)"', page)
    assert links == ["/contests/new?form=tour", "/contests/new?form=stage", "/score"]


def test_every_page_has_a_switch_of_language_that_is_remembered(client: TestClient) -> None:
    assert '<html lang="zh-Hans">' in client.get("/").text
    assert 'href="/score?example=true&amp;lang=en"' in client.get("/score?example=true").text
    assert '<html lang="en">' in client.get("/?lang=en").text
    remembered = client.get("/")
    assert '<html lang="en">' in remembered.text
    assert remembered.headers["content-language"] == "en"
    assert "Accept-Language" in remembered.headers["vary"]


@pytest.mark.parametrize(
    ("path", "method", "status", "sentence"),
    [
        ("/nothing", "GET", 404, "没有这个网页。"),
        ("/healthz", "POST", 405, "这个网址不能这样打开。"),
        ("/score?example=perhaps", "GET", 422, "发来的内容读不出来。"),
        ("/docs", "GET", 404, "没有这个网页。"),
        ("/openapi.json", "GET", 404, "没有这个网页。"),
    ],
)
def test_a_problem_says_what_happened_what_is_safe_and_what_to_do(
    client: TestClient, path: str, method: str, status: int, sentence: str
) -> None:
    answer = client.request(method, path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert f"<h1>{sentence}</h1>" in answer.text
    assert answer.text.count("<p>") == 2
    assert answer.headers["cache-control"] == "no-store"


def test_a_program_gets_the_problem_as_json(client: TestClient) -> None:
    answer = client.get("/nothing?lang=en", headers={"Accept": "application/json"})
    lines = (
        "There is no such page.",
        "Nothing of yours is affected.",
        "Check the address, or start from the first page.",
    )
    assert answer.json() == {"code": "page.not_found", "sentence": " ".join(lines), "params": {}}


def test_a_mistake_of_ours_shows_no_trace_and_logs_no_message(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings())

    def broken() -> None:
        raise ValueError("评委1 gave 9.99")

    app.add_api_route("/broken", broken)
    with caplog.at_level(logging.DEBUG):
        answer = TestClient(app).get("/broken")
    assert answer.status_code == 500
    assert "软件出了故障" in answer.text
    assert "Traceback" not in answer.text + caplog.text
    assert "ValueError at" in caplog.text
    assert "9.99" not in answer.text + caplog.text


def test_static_files_are_kept_for_a_year_by_their_digest_only(client: TestClient) -> None:
    address = re.findall(r'href="(/static/css/page\.css\?v=[0-9a-f]+)"', client.get("/").text)[0]
    assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/css/page.css?v=0123456789ab").headers["cache-control"] == "no-cache"
    assert "etag" in client.get("/static/css/page.css").headers
    assert client.get("/static/../app/main.py").status_code == 404
    assert client.get("/static/css/nothing.css").status_code == 404


def test_healthz_answers(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.parametrize(
    ("fen", "text"), [(10_000_000, "100,000"), (12_345, "123.45"), (5, "0.05"), (0, "0"), (-150, "-1.50")]
)
def test_money_is_shown_in_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text
