"""Every page in both languages: no English left on Chinese pages, no Chinese on English ones, no code, no empty hole.

Three contests with everything in them, with Chinese names for the Chinese pages and Latin ones for the English. Whoever
there is follows every link from the first page, and asks for every address in the application's own table, so that a
page is read too that nothing links to.
"""

import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from python_calamine import CalamineWorkbook
from sqlmodel import Session, select

from app.accounts import service as accounts
from app.accounts.models import Person
from app.contests import service as contests
from app.contests.schemas import Tick
from app.db import Database, open_database
from app.i18n import languages
from app.issues import links as county
from app.issues import release as issues
from app.issues.models import Finding
from app.judging.paper import TypedSheet, type_sheets
from app.judging.service import collect
from app.settings import Settings
from tests.app.catalogues import sources
from tests.app.publishing.ready import TOUR, Ready
from tests.app.reading import CJK, TERMS, WORD, read, wrong
from tests.app.results.test_opening import marked
from tests.app.sync.field import Field, ticks

ROLES = ((), ("organiser",), ("steward",), ("tallier",), ("checker",), ("staff",), ("judge",), ("liaison",))
CODES = frozenset(sources().faults)
# An amount as it stands on a receipt is written so in every language of the table.
MONEY = re.compile("[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+")
IDEOGRAPH = re.compile(r"[㐀-鿿]")  # a script may split at ，
CONTESTS = ("c1", "c2", TOUR)
MOST = 600  # pages for one reader
ENDLESS = re.compile(r"/events$")  # a stream
# Ids that the tests give to entries, and an act of theirs; real ids are a letter with a number.
IDS = frozenset(f"{unit}{part}" for unit in "ABCD" for part in "PR") | {"sheets"}  # an act of the tests alone
LATIN = (
    ("contest", "name", "Tour"),
    ("unit", "name", "County"),
    ("entry", "name", "Project"),
    ("entry", '"where"', "Town"),
    ("judge", "name", "Judge-name"),
    ("judge", "aide", "Aide"),
    ("person", "name", "Person"),
)


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stage(sqlite_file: Path, tmp_path: Path, lang: str) -> Iterator[Field]:
    """c1 in the middle of its days, c2 opened, a third one published; names in the language of the pages."""
    shutil.copy(sqlite_file, tmp_path / "fieldmark.db")
    database = open_database(f"sqlite:///{tmp_path}/fieldmark.db")
    made = Field(database, tmp_path)
    made.app.state.settings = Settings(data_dir=tmp_path, default_language="zh" if lang == "zh" else "en")
    fill(made, lang)
    if lang == "en":
        in_latin(database)
    yield made
    database.close()


def fill(made: Field, lang: str) -> None:
    words = {"zh": ("消防通道堵塞", "市里开会"), "en": ("The way out is blocked", "On leave")}[lang]
    database = made.database
    clerks = [database.write(lambda s, n=n: _clerk(s, n)) for n in ("one", "two")]  # type: ignore[misc]
    phone = made.phone("J1")
    noted = [phone.finding("P2", text=words[0]), phone.finding("P4", state="highlight", text=words[0])]
    for record in (phone.sheet("P2"), *noted):
        assert phone.outcome(record) == ("stored", "")
    other = made.phone("J2")
    other.hand_over(other.sheet("P1"), highest_seq=9, waiting=3)
    typed = [TypedSheet("J3", "P1", tuple(ticks("P1"))), TypedSheet("J3", "P2", tuple(ticks("P2")))]
    slip = [TypedSheet("J3", "P1", tuple(ticks("P1", 1)))]
    for clerk, sheets in ((clerks[0], typed), (clerks[1], slip)):
        database.write(lambda s, c=clerk, t=sheets: type_sheets(s, c, contest_id="c1", sheets=t))  # type: ignore[misc]
    ticked = {"J1": Tick("present"), "J2": Tick("present"), "J3": Tick("leave", words[1]), "J4": Tick("present")}
    database.write(lambda s: contests.record_attendance(s, clerks[0], contest_id="c1", day="1", ticks=ticked))
    facts = {"judge_id": "J3", "unit_id": "A", "entry_id": "", "reason": words[1]}
    database.write(lambda s: contests.add_recusal(s, clerks[0], contest_id="c1", **facts))
    made.code("J4")
    marked(made, contest="c2")
    database.write(lambda s: collect(s, clerks[0], contest_id="c2"))
    for role in ("organiser", "steward"):
        opened = made.signed_in(role, contest="c2").post("/c/c2/results/opening", data={"role": role})
        assert opened.status_code == 303
    release(made, clerks[0])
    ready = Ready(made)
    if lang == "en":
        in_latin(database)  # before anything is frozen in a seal
    publish(ready, words[1])


def publish(ready: Ready, word: str) -> None:
    """Sealed, counter-signed, approved and published with every working, and a correction begun."""
    told = {"leader": word, "office": word, "document": word}
    steps = (ready.seals(), ready.signs(), ready.approves(**told), ready.publishes(level="workings"))
    for answer in (*steps, ready.seals(word, after=1)):
        assert answer.status_code == 303, answer.text


def release(made: Field, organiser: str) -> None:
    """The issue list of the county that was noted."""
    with made.database.read() as session:
        noted = [row.revision_id for row in session.exec(select(Finding).where(Finding.contest_id == "c1"))]
    assert made.database.write(lambda s: issues.release_all(s, organiser, contest_id="c1", seen=noted)) == 2


def _clerk(session: Session, login: str) -> str:
    made = accounts.add_person(session, "-", login=login, name="计分员", password_hash="-")  # noqa: S106
    session.get_one(Person, made).own_password = True
    return made


def in_latin(database: Database) -> None:
    def deed(session: Session) -> None:
        connection = session.connection()
        for table, column, name in LATIN:
            connection.exec_driver_sql(f"UPDATE {table} SET {column} = '{name} ' || rowid")

    database.write(deed)


# --- the crawl -------------------------------------------------------------------------------------------------------


def client_of(made: Field, roles: tuple[str, ...]) -> list[TestClient]:
    """Who reads: in each contest somebody of his own."""
    if roles in {("judge",), ("liaison",), ()}:
        client = made.client(Accept="text/html")
        if roles == ("judge",):
            for contest in CONTESTS:
                cookie = made.phone("J3", contest).cookie
                client.cookies.set("fieldmark_device", cookie, path=f"/j/{contest}/")
                client.cookies.set("fieldmark_device", cookie, path=f"/b/{contest}/")
        if roles == ("liaison",):
            for contest in CONTESTS:
                links = made.database.write(
                    lambda s, c=contest: county.make_links(s, "organiser", contest_id=c, units=["B"])  # type: ignore[misc]
                )
                assert client.post(f"/county/{contest}/link/{links['B']}").status_code == 303
        return [client]
    return [made.signed_in(*roles, contest=contest) for contest in CONTESTS]


def table_of(made: Field) -> list[str]:
    """Every address one can ask for, its holes filled with what there is, and with what there is not."""
    found: set[str] = set()
    filling = {
        "unit": "A",
        "judge": "J1",
        "entry": "P1",
        "code": "WRONG",
        "kind": "problem",
        "version": "1",
        "rev": "1",
    }
    for route in made.app.router.routes:
        path, methods = str(getattr(route, "path", "")), getattr(route, "methods", None) or set()
        if "GET" not in methods or ENDLESS.search(path) or path.startswith("/static"):
            continue
        for contest in CONTESTS:
            names = re.findall(r"\{(\w+)", path)
            filled = path
            for name in names:
                value = contest if name in {"contest", "contest_id"} else filling.get(name, "1")
                filled = re.sub(r"\{" + name + r"(:\w+)?\}", value, filled)
            found.add(filled)
    return sorted(found)


def answers(client: TestClient, first: list[str]) -> Iterator[tuple[str, Response]]:
    """Every address from ``first`` on, and every one that those pages name."""
    waiting, seen = list(first), set(first)
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        answer = client.get(path)
        yield path, answer
        onward = [answer.headers["location"]] if "location" in answer.headers else []
        if "text/html" in answer.headers.get("content-type", ""):
            onward += read(answer.text).links
        for link in onward:
            target = urldefrag(urljoin(f"http://testserver{path}", link)).url
            parts = urlsplit(target)
            address = parts.path + (f"?{parts.query}" if parts.query else "")
            ours = parts.hostname == "testserver" and "lang=" not in parts.query and not ENDLESS.search(parts.path)
            if ours and address not in seen:
                seen.add(address)
                waiting.append(address)


def texts_in(answer: Response) -> list[str]:
    """What is read in an answer, page, JSON or workbook."""
    kind = answer.headers.get("content-type", "")
    if "text/html" in kind:
        return read(answer.text).texts
    if "spreadsheetml" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
        return [*book.sheet_names, *(str(cell) for row in rows for cell in row if isinstance(cell, str) and cell)]
    if "application/json" in kind and "sentence" in answer.json():
        return [answer.json()["sentence"]]
    return []


@pytest.mark.timeout(400)  # some thousand pages
def test_every_page_is_in_the_readers_language(stage: Field, lang: str) -> None:
    table, found, pages = table_of(stage), set(), 0
    assert {"/c/c1/results", "/c/c2/log", "/j/c1/", "/p/c1", "/score", "/county/c1"} <= set(table)
    if lang == "zh":
        table.append("/score?example=true&lang=zh")
    for roles in ROLES:
        readers = client_of(stage, roles)
        if lang == "en":
            in_latin(stage.database)
        for client in readers:
            client.headers["Accept-Language"] = lang
            for path, answer in answers(client, ["/", *table]):
                assert answer.status_code < 500, path
                pages += "text/html" in answer.headers.get("content-type", "")
                for text in texts_in(answer):
                    if MONEY.fullmatch(text):
                        continue
                    why = wrong(text, lang, codes=CODES, allowed=IDS)
                    if why:
                        found.add((path.split("?")[0], why, text[:160]))
    assert not found, "\n".join(map(str, sorted(found)))
    assert pages > 300


def test_the_crawl_comes_to_every_page_it_should(stage: Field) -> None:
    """Pages that a signed-in organiser sees, and not only the sentence that says he may not."""
    organiser = client_of(stage, ("organiser",))[0]
    seen = {path for path, answer in answers(organiser, ["/"]) if answer.status_code == 200}
    pages = {f"/c/c1/{page}" for page in ("people", "import", "badges", "log", "board", "findings", "results")}
    assert {"/c/c1", "/score", "/password", *pages} <= seen


# --- the phone -------------------------------------------------------------------------------------------------------


def test_the_phones_phrases_are_in_their_language(stage: Field) -> None:
    page = stage.client().get("/j/c1/").text
    words = json.loads(re.findall(r'<script type="application/json" id="words">(.*?)</script>', page, re.DOTALL)[0])
    assert set(words) == set(languages())
    bare = {lang: [re.sub(r"\{\w+\}", "", said) for said in table.values()] for lang, table in words.items()}
    assert [said for said in bare["zh"] if set(WORD.findall(said)) - TERMS] == []
    assert [said for said in bare["en"] if CJK.search(said)] == []


def test_no_script_says_anything_by_itself() -> None:
    """What a script shows goes through ``say``; the names of the two languages are the same in both."""
    scripts = Path(__file__).parent.parent.parent / "static"
    found = []
    for path in sorted([*scripts.glob("js/**/*.js"), scripts / "sw.js"]):
        source = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [(path.name, text) for text in IDEOGRAPH.findall(source.replace(">中文<", "><"))]
        for template in re.findall(r"html`(.*?)`", source, re.DOTALL):
            shown = re.sub(r"\$\{[^{}]*\}", "", template)
            shown = re.sub(r"\$\{[^{}]*\}", "", shown)
            texts = re.findall(r">([^<>${}]*[A-Za-z]{2,}[^<>${}]*)</", shown)
            found += [(path.name, text) for text in texts if text != "English"]
    assert found == []


# --- the test can fail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "lang", "said"),
    [
        ("<p>已经收分 and more</p>", "zh", "English on a Chinese page"),
        ("<p>用 Excel 填写 https</p>", "zh", ""),
        ('<button aria-label="Close">×</button>', "zh", "English on a Chinese page"),
        ('<input placeholder="姓名">', "en", "Chinese on an English page"),
        ("<p>Marks，closed</p>", "en", "Chinese on an English page"),
        ('<a lang="zh-Hans">中文</a><code>日志</code><script>"中文"</script>', "en", ""),
        ("<p>{name} did it</p>", "en", "a hole that nothing filled"),
        ("<p>page.not_found</p>", "en", "a code instead of a sentence"),
        ("<title>Overview</title>", "zh", "English on a Chinese page"),
    ],
)
def test_what_is_in_the_wrong_language_is_found(html: str, lang: str, said: str) -> None:
    page = read(f'<html lang="{languages()[lang].tag}">{html}</html>')
    assert [why for text in page.texts if (why := wrong(text, lang, codes=CODES))] == ([said] if said else [])
