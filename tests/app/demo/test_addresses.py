"""The demo's addresses: each answers, and says that everything is simulated."""

import io
import re
from pathlib import Path

import httpx2
from fastapi.testclient import TestClient
from pypdf import PdfReader

from app.contests.schemes import shipped
from app.demo.making import SCHEME
from app.demo.roster import SEED, roster
from app.demo.serving import settings_in, tell
from app.i18n import languages
from app.main import create_app
from tests.app.demo.conftest import BASE, SIMULATED, Stage, copied, made, opened_by_its_link, signed_in
from tests.app.exports.reading import cells

TRIED = re.compile(r'(?:href|src)="(/(?:c|p|county)/[^"#]+)"')
TO_FILL_IN = ("template.xlsx", "roster.xlsx")  # what the organiser sends back; a line more would be read as a unit


def test_every_address_answers_after_its_sign_in(stage: Stage, app_client: TestClient) -> None:
    assert [link.login for link in stage.demo.links] == [
        "organiser", "organiser", "organiser", "steward", "tallier", "checker", "staff", "", "", "", "", "", ""
    ]  # fmt: skip
    assert [bool(link.digits) for link in stage.demo.links if link.for_phone] == [True, True, True, False]
    for link in stage.demo.links:
        app_client.cookies.clear()
        path = link.address.removeprefix(BASE)
        if link.login:
            assert app_client.get(path).status_code == 401
            signed_in(app_client, stage.demo, link)
        assert app_client.get(path).status_code == 200


def crawl(client: TestClient, first: str, ours: tuple[str, ...]) -> dict[str, httpx2.Response]:
    """Every sort of answer that can be reached from ``first``: the page of one stop is the page of every stop."""
    waiting, seen, found = [first], set[str](), dict[str, httpx2.Response]()
    while waiting:
        path = waiting.pop()
        found[path] = answer = client.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            for tried in TRIED.findall(answer.text):
                onward = tried.replace("&amp;", "&")
                sort = re.sub(r"=[^&]*|/[0-9a-f]{64}|/U\d+|/\d+", "=", onward)
                if onward.startswith(ours) and sort not in seen:
                    seen.add(sort)
                    waiting.append(onward)
    return found


INVENTED = ("Simulated", "模拟")  # as every paper says it


def says_simulated(answer: httpx2.Response) -> bool:
    kind = answer.headers["content-type"]
    if kind.startswith("text/html"):
        return bool(SIMULATED.search(answer.text))
    if kind == "application/pdf":
        return any(word in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text() for word in INVENTED)
    if "spreadsheetml" in kind:
        return str(answer.url).endswith(TO_FILL_IN) or bool(SIMULATED.search(head_of(answer.content)))
    # The scoring rules as a file are word for word what was signed, and hold no figure of a contest.
    return kind.startswith(("image/", "application/zip", "text/plain", "application/toml"))


def head_of(workbook: bytes) -> str:
    """What stands above the table of the first sheet."""
    first = next(iter(cells(workbook).values()))
    return " ".join(str(cell) for row in first[:2] for cell in row)


def test_every_page_reachable_from_them_says_that_it_is_simulated(stage: Stage, app_client: TestClient) -> None:
    assert not SIMULATED.search(app_client.get("/sign-in").text)
    ours = tuple(f"/{part}/{one}" for one in (stage.running, stage.finished) for part in ("c", "p", "county"))
    reached = set()
    for link in stage.demo.links:
        path = link.address.removeprefix(BASE)
        if link.login:
            signed_in(app_client, stage.demo, link)
        elif "/county/" in path:
            app_client.cookies.clear()
            assert SIMULATED.search(app_client.get(path).text)
            path = app_client.post(path, follow_redirects=False).headers["location"]
        elif not path.startswith("/p/"):
            continue
        found = crawl(app_client, path, ours)
        assert [one for one, answer in found.items() if not says_simulated(answer)] == []
        reached |= {one.rpartition("/")[2] for one in found}
    assert {"tally.xlsx", "awards.xlsx", "issues.xlsx", "scores", "decisions", "log", stage.finished} <= reached


def test_what_is_printed_says_on_every_badge_and_sheet_that_it_is_simulated(stage: Stage, tmp_path: Path) -> None:
    copied(stage.folder, tmp_path)
    demo = made(tmp_path)
    with TestClient(create_app(settings_in(tmp_path)), headers={"Accept-Language": "en", "Origin": BASE}) as client:
        signed_in(client, demo, demo.links[0])
        badges = PdfReader(io.BytesIO(client.post(f"/c/{stage.finished}/badges", data={"which": "all"}).content))
        assert sum(page.extract_text().count("Simulated") for page in badges.pages) == 52
        printed = client.post(f"/c/{stage.finished}/counties", data={"which": "all"}).text
        pieces = printed.split('<article class="linksheet">')[1:]
        assert len(pieces) == 10
        assert all(SIMULATED.search(one.partition("</article>")[0]) for one in pieces)


def test_the_public_page_answers_with_ten_counties(stage: Stage, app_client: TestClient) -> None:
    app_client.cookies.clear()
    page = app_client.get(f"/p/{stage.finished}")
    assert page.status_code == 200
    assert [page.text.count(unit.name) for unit in roster(shipped()[SCHEME].scheme, SEED).units].count(0) == 0
    assert app_client.get(f"/p/{stage.running}").status_code == 404


def test_the_link_of_a_county_opens_its_issue_list_and_its_scores(stage: Stage, app_client: TestClient) -> None:
    page = opened_by_its_link(app_client, stage.demo)
    assert "清江市" in page
    assert "图书角书架空置，借阅登记停在去年。" in page  # of its own project
    assert "安全出口前堆放杂物" not in page  # of another county's
    pictures = re.findall(r'src="(/county/[^"]+/photos/[^"]+)"', page)
    assert len(pictures) == 2
    assert {app_client.get(picture).headers["content-type"] for picture in pictures} == {"image/jpeg"}
    scores = app_client.get(f"/county/{stage.finished}/scores").text
    assert "梅岭好人广场" in scores
    assert "岩门县" not in scores


def test_a_badge_lets_its_judge_in_and_his_page_says_that_it_is_simulated(stage: Stage, app_client: TestClient) -> None:
    for link in stage.demo.links:
        path = link.address.removeprefix(BASE)
        if not path.startswith("/b/"):
            continue
        app_client.cookies.clear()
        assert SIMULATED.search(app_client.get(path).text)
        assert app_client.post(path, follow_redirects=False).headers["location"] == f"/j/{stage.running}/"
        package = app_client.get(f"/j/{stage.running}/package").json()
        assert package["contest"]["simulated"] is True
        assert {sheet["origin"] for sheet in package["sheets"]} == {"paper"}
        app_client.cookies.clear()
        app_client.get(path)
        second = app_client.post(path, data={"digits": link.digits}, follow_redirects=False)
        assert second.status_code == 303


def test_the_organiser_sees_the_pictures(stage: Stage, app_client: TestClient) -> None:
    signed_in(app_client, stage.demo, stage.demo.links[0])
    pictures = set(re.findall(r'src="(/c/[^"]+/files/[^"]+)"', app_client.get(f"/c/{stage.running}/findings").text))
    assert len(pictures) == 6
    assert {app_client.get(picture).headers["content-type"] for picture in pictures} == {"image/jpeg"}


def test_the_terminal_is_told_everything(stage: Stage) -> None:
    for code, language in languages().items():
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        tell(stage.demo, language, out)
        out.seek(0)
        text = out.read()
        assert all(link.address in text for link in stage.demo.links)
        assert stage.demo.password in text
        assert str(SEED) in text
        assert text.count("█ ▄▄▄▄▄ █") >= 2 * 4, code
    plain = io.TextIOWrapper(io.BytesIO(), encoding="gb18030")
    tell(stage.demo, languages()["zh"], plain)
    plain.seek(0)
    assert "▄" not in plain.read()
