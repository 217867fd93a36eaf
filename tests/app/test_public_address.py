"""Links, cookies and hosts where the operator has said what the address is; and the warning where it is plain http."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.app.asking import inside
from tests.app.sync.field import Field

OURS = "https://marks.example.org"
FORGED = "forged.example"
# What begins the sentence, in either language, on whatever page.
WARNING = {"zh": "没有加密（http）", "en": "ot encrypted (http)"}


@pytest.fixture
def field(database: Database, tmp_path: Path) -> Field:
    made = Field(database, tmp_path)
    made.app.state.settings = Settings(data_dir=tmp_path, public_url=OURS)
    return made


@pytest.fixture
def public(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=tmp_path, public_url=OURS)), follow_redirects=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("https://marks.example.org", "https://marks.example.org"),
        ("https://Marks.Example.org/", "https://marks.example.org"),
        ("https://marks.example.org:443", "https://marks.example.org"),
        ("http://10.0.0.5:80", "http://10.0.0.5"),
        ("https://10.0.0.5:8443", "https://10.0.0.5:8443"),
        ("https://[fd00::5]:8443", "https://[fd00::5]:8443"),
    ],
)
def test_an_address_has_one_spelling(given: str, kept: str) -> None:
    assert Settings(public_url=given).public_url == kept


def test_badges_lead_to_the_public_address_whatever_host_was_asked(field: Field) -> None:
    organiser = field.signed_in("organiser")
    for host in ("marks.example.org", "MARKS.example.org:443"):
        printed = organiser.post("/c/c1/badges", data={"which": "J1"}, headers={"Host": host})
        assert re.findall(r"(https?://[^/<]+)/b/c1/", inside(printed.content)) == [OURS]
        page = organiser.get("/c/c1/badges", headers={"Host": host}).text
        assert 'class="trouble"' not in page


def test_without_a_public_address_badges_lead_where_the_organiser_is(field: Field) -> None:
    field.app.state.settings = Settings(data_dir=field.folder)
    organiser = field.signed_in("organiser")
    printed = organiser.post("/c/c1/badges", data={"which": "J1"}, headers={"Host": "10.0.0.5:8000"})
    assert re.findall(r"(https?://[^/<]+)/b/c1/", inside(printed.content)) == ["http://10.0.0.5:8000"]


@pytest.mark.parametrize(
    "host", [FORGED, "marks.example.org:8000", "marks.example.org.forged.example", "", "[", "a b:x"]
)
def test_another_host_is_told_the_right_address_and_nothing_else(public: TestClient, host: str) -> None:
    for path in ("/", "/sign-in", "/score", "/c/c1/badges", "/b/c1/XYZ", "/j/c1/", "/j/c1/package", "/no"):
        answer = public.get(path, headers={"Host": host, "Accept": "text/html"})
        assert answer.status_code == 421
        assert f"这里的网址是 {OURS}。" in answer.text
        assert f'href="{OURS}/"' in answer.text
        assert FORGED not in answer.text
        program = public.get(path, headers={"Host": host, "Accept": "application/json"}).json()
        assert (program["code"], program["params"]) == ("page.wrong_host", {"address": OURS})


def test_a_form_under_another_host_changes_nothing(public: TestClient) -> None:
    form = {"login": "zhou", "name": "周组织", "password": "a good password"}
    assert public.post("/first-organiser", data=form, headers={"Host": FORGED}).status_code == 421
    assert public.post("/first-organiser", data=form, headers={"Host": "marks.example.org"}).status_code == 303


@pytest.mark.parametrize("path", ["/healthz", "/static/css/page.css"])
def test_whoever_watches_over_the_server_asks_by_its_number(public: TestClient, path: str) -> None:
    assert public.get(path, headers={"Host": "10.0.0.5:8000"}).status_code == 200


def test_behind_a_proxy_that_ends_tls_cookies_are_secure_and_https_is_kept(public: TestClient) -> None:
    """The proxy speaks plain http to us."""
    public.base_url = "http://marks.example.org"
    form = {"login": "zhou", "name": "周组织", "password": "a good password"}
    answer = public.post("/first-organiser", data=form)
    assert "; Secure" in answer.headers["set-cookie"]
    assert "; Secure" in public.get("/?lang=en").headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=2592000"


def test_the_cookies_of_a_badge_are_secure_too(field: Field) -> None:
    client = field.client(Host="marks.example.org")
    shown = client.get(f"/b/c1/{field.code('J1')}")
    assert [("Secure" in cookie) for cookie in shown.headers.get_list("set-cookie")] == [True]


def test_no_part_decides_by_the_request_whether_it_is_safe() -> None:
    """Behind a proxy the scheme of the request is http."""
    app = Path(__file__).parent.parent.parent / "app"
    own = re.compile(r"request\.url\.(scheme|netloc|hostname)|request\.base_url|url_for\(|headers\[.host.\]")
    asking = [path.name for path in sorted(app.rglob("*.py")) if own.search(path.read_text(encoding="utf-8"))]
    assert asking == ["pages.py"]


# --- plain http ------------------------------------------------------------------------------------------------------


def pages_of(field: Field, base: str) -> dict[str, str]:
    """The pages of desk and phone that everybody opens first, and two of a contest."""
    nobody, organiser = field.client(Accept="text/html"), field.signed_in("organiser")
    nobody.base_url = organiser.base_url = base
    paths = ("/", "/sign-in", f"/b/c1/{field.code('J1')}", "/score", "/nothing")
    found = {path[:3]: nobody.get(path).text for path in paths}
    return found | {path: organiser.get(path).text for path in ("/c/c1", "/c/c1/badges")}


@pytest.mark.parametrize("base", ["http://10.0.0.5:8000", "http://marks.example.org", "http://localhost.example.org"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plain_http_over_a_network_is_told_on_every_page(field: Field, base: str, lang: str) -> None:
    field.app.state.settings = Settings(data_dir=field.folder, default_language=lang)
    for path, page in pages_of(field, base).items():
        assert page.count('class="exposed"') == 1, path
        assert WARNING[lang] in page, path
    pages = pages_of(field, base)
    for first in ("/", "/si"):
        assert "fieldmark serve --public-url" in pages[first]
    assert {"zh": "请告诉组织者", "en": "Tell the organiser"}[lang] in pages["/b/"]


@pytest.mark.parametrize(
    "base", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "https://10.0.0.5"]
)
def test_on_this_computer_and_over_https_nothing_is_told(field: Field, base: str) -> None:
    field.app.state.settings = Settings(data_dir=field.folder)
    for path, page in pages_of(field, base).items():
        assert 'class="exposed"' not in page, path


def test_behind_a_proxy_that_ends_tls_nothing_is_told(field: Field) -> None:
    for path, page in pages_of(field, "http://marks.example.org").items():
        assert 'class="exposed"' not in page, path


def test_a_public_address_of_plain_http_is_told_too(field: Field) -> None:
    field.app.state.settings = Settings(data_dir=field.folder, public_url="http://10.0.0.5")
    assert 'class="exposed"' in field.client(Host="10.0.0.5").get("/").text
